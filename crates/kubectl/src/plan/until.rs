//! What `wait` waits for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A state of an object that may be waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "until")]
pub enum Until {
    /// It exists.
    Created,
    /// It has gone.
    Deleted,
    /// A condition of its status has this value.
    Condition {
        /// Type of the condition; the case does not matter.
        name: String,
        /// Its status; the case does not matter.
        value: String,
    },
    /// A JSONPath finds one value, and this one where it is given.
    JsonPath {
        /// The path in braces.
        path: String,
        /// The value as text.
        value: Option<String>,
    },
}

impl std::fmt::Display for Until {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Created => f.write_str("create"),
            Self::Deleted => f.write_str("delete"),
            Self::Condition { name, value } if value.eq_ignore_ascii_case("true") => {
                write!(f, "condition={name}")
            }
            Self::Condition { name, value } => write!(f, "condition={name}={value}"),
            Self::JsonPath { path, value: None } => write!(f, "jsonpath={path}"),
            Self::JsonPath { path, value: Some(value) } => write!(f, "jsonpath={path}={value}"),
        }
    }
}

/// Whether a condition of the object has this value. A status that speaks of an earlier generation says nothing yet.
pub fn has_condition(object: &Value, name: &str, value: &str) -> bool {
    let is = |found: Option<&Value>, wanted: &str| {
        found.and_then(Value::as_str).is_some_and(|found| found.to_lowercase() == wanted.to_lowercase())
    };
    let conditions = object.pointer("/status/conditions").and_then(Value::as_array);
    let Some(condition) = conditions.into_iter().flatten().find(|condition| is(condition.get("type"), name))
    else {
        return false;
    };
    let observed = condition
        .get("observedGeneration")
        .or_else(|| object.pointer("/status/observedGeneration"))
        .and_then(Value::as_i64);
    let generation = object.pointer("/metadata/generation").and_then(Value::as_i64);
    let late = matches!((observed, generation), (Some(observed), Some(generation)) if observed < generation);
    !late && is(condition.get("status"), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_condition_of_an_earlier_generation_says_nothing() {
        let web = |observed: i64| {
            json!({"metadata": {"generation": 2}, "status": {"observedGeneration": observed,
            "conditions": [{"type": "Available", "status": "True"}]}})
        };
        assert!(has_condition(&web(2), "available", "true"));
        assert!(!has_condition(&web(1), "Available", "True"));
        assert!(!has_condition(&web(2), "Available", "False"));
        assert!(!has_condition(&web(2), "Progressing", "True"));
    }
}
