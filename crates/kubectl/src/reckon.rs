//! What a change would make of an object, reckoned without asking the server.

use serde_json::{Map, Value};

use crate::apply;
use crate::plan::Change;

/// The object after the change; nothing when it is removed.
pub fn outcome(change: &Change, before: Option<&Value>) -> Option<Value> {
    let mut object = before.cloned().unwrap_or_else(|| Value::Object(Map::new()));
    match change {
        Change::Create { body } | Change::Replace { body } | Change::Recreate { body, .. } => {
            Some(body.clone())
        }
        Change::Delete { .. } | Change::Evict { .. } | Change::Token { .. } | Change::Connect { .. } => None,
        Change::MergePatch { body } => {
            merge(&mut object, body);
            Some(object)
        }
        Change::StrategicPatch { body } => Some(apply::strategic(&object, body)),
        Change::Apply { body, original } => match before {
            Some(live) => apply::result(live, body, original.as_ref()).ok(),
            None => Some(apply::annotated(body)),
        },
        // Who owns which field is the server's to say; what is wanted is there afterwards.
        Change::ServerApply { body, .. } => {
            merge(&mut object, body);
            Some(object)
        }
        Change::JsonPatch { body } => {
            for step in body.as_array().into_iter().flatten() {
                step_of(&mut object, step);
            }
            Some(object)
        }
    }
}

/// RFC 7386.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in fields {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn step_of(object: &mut Value, step: &Value) {
    let Some((parent, key)) = step["path"].as_str().and_then(|path| path.rsplit_once('/')) else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let value = step["value"].clone();
    match (step["op"].as_str(), object.pointer_mut(parent)) {
        (Some("remove"), Some(Value::Object(fields))) => {
            fields.remove(&key);
        }
        (Some("add" | "replace"), Some(Value::Object(fields))) => {
            fields.insert(key, value);
        }
        (Some(op), Some(Value::Array(list))) => step_of_list(list, op, &key, value),
        _ => {}
    }
}

fn step_of_list(list: &mut Vec<Value>, op: &str, key: &str, value: Value) {
    match (op, key.parse::<usize>()) {
        ("add", Err(_)) if key == "-" => list.push(value),
        ("add", Ok(index)) if index <= list.len() => list.insert(index, value),
        ("replace", Ok(index)) if index < list.len() => list[index] = value,
        ("remove", Ok(index)) if index < list.len() => {
            list.remove(index);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patches_are_applied_as_their_kind_says() {
        let before = json!({"a": {"b": 1, "c": 2}, "l": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]});
        let merge = Change::MergePatch { body: json!({"a": {"b": null}, "l": [{"name": "x"}]}) };
        assert_eq!(outcome(&merge, Some(&before)).unwrap(), json!({"a": {"c": 2}, "l": [{"name": "x"}]}));
        let pod =
            json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "x", "tty": true}]}});
        let strategic = Change::StrategicPatch {
            body: json!({"spec": {"containers": [{"name": "y", "image": "i"}, {"name": "x", "stdin": true}]}}),
        };
        assert_eq!(
            outcome(&strategic, Some(&pod)).unwrap()["spec"]["containers"],
            json!([{"name": "x", "tty": true, "stdin": true}, {"name": "y", "image": "i"}])
        );
        let list = Change::JsonPatch {
            body: json!([{"op": "remove", "path": "/a/c"}, {"op": "add", "path": "/l/-", "value": 1}]),
        };
        let after = outcome(&list, Some(&before)).unwrap();
        assert_eq!((after["a"].clone(), after["l"][2].clone()), (json!({"b": 1}), json!(1)));
    }
}
