//! Label selectors: what they are made of, and whether they pick an object.

use serde_json::Value;

/// The terms of a selector: what stands between commas outside of parentheses.
pub fn terms(selector: &str) -> Vec<&str> {
    let (mut depth, mut start, mut terms) = (0i32, 0, Vec::new());
    for (at, c) in selector.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                terms.push(&selector[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&selector[start..]);
    terms
}

/// Whether the object's labels are what the selector asks for.
pub fn selects(selector: &str, object: &Value) -> bool {
    picks(selector, object.pointer("/metadata/labels"))
}

/// The same for any map of texts, such as annotations.
pub(crate) fn picks(selector: &str, labels: Option<&Value>) -> bool {
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    terms(selector).into_iter().all(|term| holds(term.trim(), &label))
}

fn holds<'a>(term: &str, label: &impl Fn(&str) -> Option<&'a str>) -> bool {
    if let Some((key, values)) = set(term, " notin") {
        return label(key).is_none_or(|found| !values.contains(&found));
    }
    if let Some((key, values)) = set(term, " in") {
        return label(key).is_some_and(|found| values.contains(&found));
    }
    if let Some((key, value)) = term.split_once("!=") {
        return label(key.trim()) != Some(value.trim());
    }
    if let Some((key, value)) = term.split_once("==").or_else(|| term.split_once('=')) {
        return label(key.trim()) == Some(value.trim());
    }
    for (sign, more) in [('>', true), ('<', false)] {
        if let Some((key, bound)) = term.split_once(sign) {
            let number = |text: &str| text.trim().parse::<i64>().ok();
            let pair = label(key.trim()).and_then(number).zip(number(bound));
            return pair.is_some_and(|(found, bound)| if more { found > bound } else { found < bound });
        }
    }
    match term.strip_prefix('!') {
        Some(key) => label(key.trim()).is_none(),
        None => term.is_empty() || label(term).is_some(),
    }
}

/// `KEY in (a, b)` as key and values.
fn set<'t>(term: &'t str, word: &str) -> Option<(&'t str, Vec<&'t str>)> {
    let (head, values) = term.strip_suffix(')')?.split_once('(')?;
    let key = head.trim_end().strip_suffix(word)?;
    Some((key.trim(), values.split(',').map(str::trim).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_term_counts() {
        let object = json!({"metadata": {"labels": {"app": "web", "tier": "front", "age": "7"}}});
        for yes in [
            "app=web",
            "app==web,tier=front",
            "app!=api",
            "app in (api, web)",
            "app notin (api)",
            "app",
            "!gone",
            "gone notin (x)",
            "age>6",
            "age<8",
            "gone!=x",
        ] {
            assert!(selects(yes, &object), "{yes}");
        }
        for no in [
            "app=api",
            "app=web,tier=back",
            "app!=web",
            "app in (api)",
            "app notin (web)",
            "gone",
            "!app",
            "age>7",
            "app>1",
        ] {
            assert!(!selects(no, &object), "{no}");
        }
        assert!(selects("!app", &json!({})));
    }
}
