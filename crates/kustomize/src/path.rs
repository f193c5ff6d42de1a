//! Paths such as `spec.template.spec.containers.[name=web].image`, with which replacements and vars name fields.

use regex::Regex;
use serde_json::{Map, Value};

use crate::fields::{Fault, split};
use crate::resource::text;

/// What is made at the end of a path where it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Make {
    Nothing,
    Scalar,
    Map,
    List,
}

impl Make {
    fn value(self) -> Value {
        match self {
            Self::List => Value::Array(Vec::new()),
            Self::Map => Value::Object(Map::new()),
            Self::Nothing | Self::Scalar => Value::Null,
        }
    }
}

/// A path in its parts. What is in brackets stays together: with a `=` it picks items, without it is one key.
pub(crate) fn parts(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = split(path, '.').into_iter();
    while let Some(part) = waiting.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            found.push(part);
            continue;
        }
        let mut whole = part;
        for next in waiting.by_ref() {
            whole.push('.');
            whole.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        let key = whole.trim_matches(['[', ']']).to_owned();
        found.push(if whole.contains('=') { whole } else { key });
    }
    found
}

/// `[name=web]` in its key and value.
fn item(part: &str) -> Option<Result<(&str, &str), Fault>> {
    let inner = part.strip_prefix('[')?.strip_suffix(']')?;
    let wrong = || format!("has `{part}`, which should be `[KEY=VALUE]`");
    Some(inner.split_once('=').ok_or_else(wrong))
}

/// The one value at the end of a path.
pub(crate) fn get<'v>(value: &'v Value, path: &[String]) -> Result<Option<&'v Value>, Fault> {
    let mut found = value;
    for part in path.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        let next = match (part.parse::<usize>(), item(part)) {
            (Ok(index), _) => found.get(index),
            _ if part == "-" => found.as_array().and_then(|items| items.last()),
            _ if part == "*" => return Err("has `*`, but a source is one field".to_owned()),
            (_, Some(wanted)) => {
                let (key, wanted) = wanted?;
                let items = found.as_array().into_iter().flatten();
                let fits = |item: &&Value| match key {
                    "" => text(item) == wanted,
                    key => item.get(key).is_some_and(|value| text(value) == wanted),
                };
                items.into_iter().find(fits)
            }
            _ => found.get(part),
        };
        match next {
            Some(next) => found = next,
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// Calls `set` with every value that the path leads to, and says how many there are.
pub(crate) fn each(
    value: &mut Value,
    path: &[String],
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Fault>,
) -> Result<usize, Fault> {
    let Some((first, rest)) = path.split_first() else {
        set(value)?;
        return Ok(1);
    };
    if let Ok(index) = first.parse::<usize>() {
        return at_index(value, index, rest, make, set);
    }
    if let Some(wanted) = item(first) {
        let (key, pattern) = wanted?;
        return of_items(value, (key, pattern), rest, make, set);
    }
    if first == "*" {
        let Value::Array(items) = value else { return Err("has `*` where there is no list".to_owned()) };
        return items.iter_mut().map(|item| each(item, rest, make, set)).sum();
    }
    let Value::Object(fields) = value else {
        return match value {
            Value::Null => Ok(0),
            _ => Err(format!("has `{first}` where there is no object")),
        };
    };
    if !fields.contains_key(first) {
        if make == Make::Nothing {
            return Ok(0);
        }
        fields.insert(first.clone(), begun(rest, make));
    }
    fields.get_mut(first).map_or(Ok(0), |field| each(field, rest, make, set))
}

/// What is made for a part, so that the next one fits.
fn begun(rest: &[String], make: Make) -> Value {
    match rest.first() {
        None => make.value(),
        Some(next) if item(next).is_some() || next.parse::<usize>().is_ok() => Make::List.value(),
        Some(_) => Make::Map.value(),
    }
}

fn at_index(
    value: &mut Value,
    index: usize,
    rest: &[String],
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Fault>,
) -> Result<usize, Fault> {
    let Value::Array(items) = value else { return Err(format!("has `{index}` where there is no list")) };
    if items.len() == index && make != Make::Nothing {
        items.push(begun(rest, make));
    }
    let count = items.len();
    match items.get_mut(index) {
        Some(item) => each(item, rest, make, set),
        None => Err(format!("has the index {index}, and the list has {count} items")),
    }
}

fn of_items(
    value: &mut Value,
    (key, pattern): (&str, &str),
    rest: &[String],
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Fault>,
) -> Result<usize, Fault> {
    let regex =
        Regex::new(pattern).map_err(|_| format!("has `{pattern}`, which is no regular expression"))?;
    let Value::Array(items) = value else {
        return match value {
            Value::Null => Ok(0),
            _ => Err(format!("has `[{key}={pattern}]` where there is no list")),
        };
    };
    let fits = |item: &Value| match key {
        "" => regex.is_match(&text(item)),
        key => item.get(key).is_some_and(|value| regex.is_match(&text(value))),
    };
    let mut count = 0;
    for item in items.iter_mut().filter(|item| fits(item)) {
        // Behind a plain item nothing follows.
        count += each(item, if key.is_empty() { &[] } else { rest }, make, set)?;
    }
    if count > 0 || make == Make::Nothing {
        return Ok(count);
    }
    items.push(match key {
        "" => pattern.into(),
        key => Value::Object(Map::from_iter([(key.to_owned(), pattern.into())])),
    });
    items.last_mut().map_or(Ok(0), |item| each(item, if key.is_empty() { &[] } else { rest }, make, set))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_are_taken_apart() {
        for (path, wanted) in [
            ("spec.replicas", vec!["spec", "replicas"]),
            ("a.[name=com.foo.app].image", vec!["a", "[name=com.foo.app]", "image"]),
            ("metadata.annotations.[a.b.c]", vec!["metadata", "annotations", "a.b.c"]),
            (r"metadata.annotations.a\.b/c", vec!["metadata", "annotations", "a.b/c"]),
        ] {
            assert_eq!(parts(path), wanted, "{path}");
        }
    }

    #[test]
    fn values_are_found_changed_and_made() {
        let mut value = json!({"l": [{"n": "a", "v": 1}, {"n": "b", "v": 2}], "p": ["-x", "-y"]});
        assert_eq!(get(&value, &parts("l.[n=b].v")).unwrap(), Some(&json!(2)));
        assert_eq!(get(&value, &parts("l.0.v")).unwrap(), Some(&json!(1)));
        assert_eq!(get(&value, &parts("l.-.n")).unwrap(), Some(&json!("b")));
        assert_eq!(get(&value, &parts("no.such")).unwrap(), None);
        let mut seven = |node: &mut Value| {
            *node = json!(7);
            Ok(())
        };
        assert_eq!(each(&mut value, &parts("l.*.v"), Make::Nothing, &mut seven), Ok(2));
        assert_eq!(each(&mut value, &parts("l.[n=c].v"), Make::Scalar, &mut seven), Ok(1));
        assert_eq!(each(&mut value, &parts("q.r"), Make::Scalar, &mut seven), Ok(1));
        assert_eq!(each(&mut value, &parts("p.[=-x]"), Make::Nothing, &mut seven), Ok(1));
        let wanted = json!({"l": [{"n": "a", "v": 7}, {"n": "b", "v": 7}, {"n": "c", "v": 7}], "p": [7, "-y"], "q": {"r": 7}});
        assert_eq!(value, wanted);
    }
}
