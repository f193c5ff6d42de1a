//! YAML and JSON taken apart strictly: no key twice, no bombs of references, and every fault with its line.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// What is wrong, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Counted from one.
    pub line: usize,
    /// A sentence.
    pub message: String,
}

/// Which plain words are truth values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// YAML 1.1, as kubectl reads manifests: `yes`, `on` and the like are true.
    Words,
    /// `true` and `false` alone, as kustomize reads the resources that it changes.
    Plain,
}

/// Each document of a text with the line at which it begins; empty ones are left out.
pub fn documents(text: &str, dialect: Dialect) -> Result<Vec<(usize, Value)>, Wrong> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with(['{', '[']) {
        // A flow mapping of YAML looks the same up to its first plain word.
        return json(text).or_else(|wrong| match yaml(text, dialect) {
            Ok(found) if !wrong.message.contains("stands twice") => Ok(found),
            _ => Err(wrong),
        });
    }
    yaml(text, dialect)
}

fn json(text: &str) -> Result<Vec<(usize, Value)>, Wrong> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Strict>();
    let mut found = Vec::new();
    loop {
        let rest = &text[stream.byte_offset()..];
        let begin = stream.byte_offset() + (rest.len() - rest.trim_start().len());
        match stream.next() {
            None => return Ok(found),
            Some(Ok(Strict(value))) => found.push((line_of(text, begin), value)),
            Some(Err(error)) => {
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                return Err(Wrong { line: error.line(), message: format!("not valid JSON: {message}.") });
            }
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn yaml(text: &str, dialect: Dialect) -> Result<Vec<(usize, Value)>, Wrong> {
    let mut found = Vec::new();
    for (line, part) in split(text) {
        let begin =
            part.lines().position(|text| !text.trim().is_empty() && !text.trim_start().starts_with('#'));
        let Some(begin) = begin else { continue };
        // 0644 is octal for all of Go's readers.
        let options = serde_saphyr::options! {
            legacy_octal_numbers: true,
            strict_booleans: dialect == Dialect::Plain,
            with_snippet: false,
        };
        match serde_saphyr::from_str_with_options::<Strict>(part, options) {
            Ok(Strict(Value::Null)) => {}
            Ok(Strict(value)) => found.push((line + begin, value)),
            Err(error) => {
                let at = error.location().map_or(begin + 1, |at| usize::try_from(at.line()).unwrap_or(1));
                return Err(Wrong { line: line + at.max(1) - 1, message: told(&error) });
            }
        }
    }
    Ok(found)
}

/// The parser's reason as one sentence without its own idea of the place.
fn told(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let text = text.lines().next().unwrap_or_default();
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let text = match text.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((_, reason)) => reason,
        None => text.split(" at line ").next().unwrap_or_default(),
    };
    format!("not valid YAML: {}.", text.trim_end_matches('.'))
}

/// The parts between lines of `---`, each with the line at which it begins.
fn split(text: &str) -> Vec<(usize, &str)> {
    let (mut parts, mut start, mut first, mut offset) = (Vec::new(), 0, 1, 0);
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let after = line.strip_prefix("---").map(str::trim);
        if after.is_some_and(|after| after.is_empty() || after.starts_with('#')) {
            parts.push((first, &text[start..offset]));
            start = offset + line.len();
            first = at + 2;
        }
        offset += line.len();
    }
    parts.push((first, &text[start..]));
    parts
}

/// A value in which no key stands twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(Self)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list or a plain value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Strict::deserialize(deserializer).map(|Strict(value)| value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parts(text: &str) -> Result<Vec<(usize, Value)>, Wrong> {
        documents(text, Dialect::Words)
    }

    fn values(text: &str) -> Vec<Value> {
        parts(text).unwrap().into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn documents_know_the_line_at_which_they_begin() {
        let text = "# first\na: 1\n---\n\n---\n# only a remark\n--- # next\nb: 2\n";
        assert_eq!(parts(text).unwrap(), [(2, json!({"a": 1})), (8, json!({"b": 2}))]);
        let text = "{\"a\": 1}\n{\"b\":\n 2}\n";
        assert_eq!(parts(text).unwrap(), [(1, json!({"a": 1})), (2, json!({"b": 2}))]);
        assert_eq!(values("\u{feff}a: 1"), [json!({"a": 1})]);
        assert_eq!(values("{a: 1, b: [x, z]}"), [json!({"a": 1, "b": ["x", "z"]})]);
    }

    #[test]
    fn scalars_are_what_kubectl_takes_them_for() {
        let text = "mode: 0644\non: yes\noff: 'no'\nid: \"8\"\nn: ~\nf: 1.5\n8080: x\ns: 1e3m\n";
        let wanted = json!({"mode": 420, "on": true, "off": "no", "id": "8", "n": null, "f": 1.5, "8080": "x", "s": "1e3m"});
        assert_eq!(values(text), [wanted]);
        let plain = documents("on: yes\nmode: 0644\noff: False\n", Dialect::Plain).unwrap();
        assert_eq!(plain, [(1, json!({"on": "yes", "mode": 420, "off": false}))]);
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let wrong = |text: &str| parts(text).unwrap_err();
        let twice = wrong("a: 1\n---\nb: 1\nc: 2\nb: 3\n");
        assert!((4..=5).contains(&twice.line) || twice.line == 3, "{twice:?}");
        assert!(twice.message.contains('b'), "{twice:?}");
        assert!(wrong("{\"a\": 1,\n\"a\": 2}").message.contains("`a` stands twice"));
        assert_eq!(wrong("{\"a\": 1,\n").line, 2);
        assert!(wrong("a: 1\nb: [1\n").message.contains("not valid YAML"));
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for at in 1..12 {
            let before = at - 1;
            bomb.push_str(&format!("a{at}: &a{at} [*a{before}, *a{before}, *a{before}, *a{before}, *a{before}, *a{before}, *a{before}, *a{before}]\n"));
        }
        assert!(wrong(&bomb).message.starts_with("not valid YAML"));
    }
}
