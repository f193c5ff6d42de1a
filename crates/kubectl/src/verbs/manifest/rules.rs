//! Which rights the rules of one role give that those of another don't.

use serde_json::{Value, json};

/// The single rights in `rules` that no rule of `owned` gives, each as a rule of its own.
pub(super) fn uncovered(owned: &[Value], rules: &[Value]) -> Vec<Value> {
    let single = rules.iter().flat_map(broken_down);
    single.filter(|right| !owned.iter().any(|rule| gives(rule, right))).collect()
}

/// Rules of one verb, one group and one resource, with one name at most, or of one verb and one path.
fn broken_down(rule: &Value) -> Vec<Value> {
    let mut single = Vec::new();
    let (groups, verbs) = (words(rule, "apiGroups"), words(rule, "verbs"));
    for group in &groups {
        for resource in words(rule, "resources") {
            for verb in &verbs {
                let right = json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
                let named = |name: &str| {
                    let mut right = right.clone();
                    right["resourceNames"] = json!([name]);
                    right
                };
                let names = words(rule, "resourceNames");
                match names.is_empty() {
                    true => single.push(right),
                    false => single.extend(names.into_iter().map(named)),
                }
            }
        }
    }
    for path in words(rule, "nonResourceURLs") {
        single.extend(verbs.iter().map(|verb| json!({"nonResourceURLs": [path], "verbs": [verb]})));
    }
    single
}

/// Whether one rule gives a single right.
fn gives(rule: &Value, right: &Value) -> bool {
    let all = |field: &str, covers: fn(&str, &str) -> bool| {
        let owned = words(rule, field);
        words(right, field).iter().all(|wanted| owned.iter().any(|known| covers(known, wanted)))
    };
    // A rule without names is for all of them, and only such a one is for those that nobody names.
    let unnamed = words(rule, "resourceNames").is_empty();
    let named = unnamed || (!words(right, "resourceNames").is_empty() && all("resourceNames", same));
    all("verbs", any_or_same)
        && all("apiGroups", any_or_same)
        && all("resources", resource)
        && all("nonResourceURLs", path)
        && named
}

fn words<'a>(rule: &'a Value, field: &str) -> Vec<&'a str> {
    let list = rule.get(field).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn same(known: &str, wanted: &str) -> bool {
    known == wanted
}

fn any_or_same(known: &str, wanted: &str) -> bool {
    known == "*" || known == wanted
}

/// `*/scale` is the scale of everything.
fn resource(known: &str, wanted: &str) -> bool {
    let part = wanted.split_once('/').map(|(_, part)| part);
    any_or_same(known, wanted) || (part.is_some() && known.strip_prefix("*/") == part)
}

fn path(known: &str, wanted: &str) -> bool {
    known == wanted || (known.ends_with('*') && wanted.starts_with(known.trim_end_matches('*')))
}
