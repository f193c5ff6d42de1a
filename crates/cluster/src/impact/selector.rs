//! Label selectors as objects carry them.

use serde_json::{Map, Value};

/// Whether labels match a LabelSelector (`matchLabels`, `matchExpressions`). An absent one matches nothing, an empty one
/// everything.
pub(crate) fn matches(selector: &Value, labels: &Value) -> bool {
    let Some(selector) = selector.as_object() else { return false };
    let pairs = selector.get("matchLabels").and_then(Value::as_object);
    let expressions = selector.get("matchExpressions").and_then(Value::as_array);
    pairs.is_none_or(|pairs| has(pairs, labels))
        && expressions.into_iter().flatten().all(|expression| holds(expression, labels))
}

/// Whether labels match a plain map, as a Service and a ReplicationController carry it. An empty one matches nothing.
pub(crate) fn map_matches(selector: &Value, labels: &Value) -> bool {
    selector.as_object().is_some_and(|pairs| !pairs.is_empty() && has(pairs, labels))
}

fn has(pairs: &Map<String, Value>, labels: &Value) -> bool {
    pairs.iter().all(|(key, value)| labels.get(key) == Some(value))
}

fn holds(expression: &Value, labels: &Value) -> bool {
    let label = expression["key"].as_str().and_then(|key| labels.get(key));
    let listed = || expression["values"].as_array().into_iter().flatten().any(|value| Some(value) == label);
    match expression["operator"].as_str() {
        Some("In") => listed(),
        Some("NotIn") => !listed(),
        Some("Exists") => label.is_some(),
        Some("DoesNotExist") => label.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_match_as_kubernetes_says() {
        let labels = json!({"app": "web", "tier": "front"});
        for (selector, wanted) in [
            (json!({}), true),
            (Value::Null, false),
            (json!({"matchLabels": {"app": "web"}}), true),
            (json!({"matchLabels": {"app": "api"}}), false),
            (json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}]}), true),
            (json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}), false),
            (json!({"matchExpressions": [{"key": "x", "operator": "NotIn", "values": ["y"]}]}), true),
            (json!({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}), true),
            (json!({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}), false),
            (json!({"matchExpressions": [{"key": "tier", "operator": "Near"}]}), false),
        ] {
            assert_eq!(matches(&selector, &labels), wanted, "{selector}");
        }
        assert!(map_matches(&json!({"app": "web"}), &labels));
        assert!(!map_matches(&json!({}), &labels));
    }
}
