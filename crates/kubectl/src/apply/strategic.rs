//! A strategic merge patch, applied here: for what no server is asked about.

use serde_json::{Map, Value};

use super::schema::{self, Field, Type};

const DIRECTIVE: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// The object after the patch, by the list keys of its kind; other kinds are merged as RFC 7386 says.
pub fn strategic(object: &Value, patch: &Value) -> Value {
    let (Value::Object(object_fields), Value::Object(patch)) = (object, patch) else { return patch.clone() };
    Value::Object(maps(schema::of(object), object_fields, patch))
}

fn maps(kind: Option<Type>, object: &Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
    let mut result = object.clone();
    if patch.get(DIRECTIVE).and_then(Value::as_str) == Some("replace") {
        result = Map::new();
    }
    if let Some(kept) = patch.get(RETAIN).and_then(Value::as_array) {
        result.retain(|key, _| kept.iter().any(|name| name == key));
    }
    for (key, value) in patch {
        if key == DIRECTIVE || key == RETAIN || key.starts_with(ORDER) {
            continue;
        }
        if let Some(list) = key.strip_prefix(DELETE_FROM) {
            if let Some(items) = result.get_mut(list).and_then(Value::as_array_mut) {
                items.retain(|item| !value.as_array().is_some_and(|gone| gone.contains(item)));
            }
            continue;
        }
        if value.is_null() {
            result.remove(key);
            continue;
        }
        let field = kind.and_then(|kind| kind.field(key)).unwrap_or_default();
        let removed = value.get(DIRECTIVE).and_then(Value::as_str) == Some("delete");
        match (result.get(key), value) {
            (_, Value::Object(_)) if removed => {
                result.remove(key);
            }
            (Some(Value::Object(old)), Value::Object(new)) if !field.replace => {
                let merged = maps(field.kind(), old, new);
                result.insert(key.clone(), merged.into());
            }
            (None, Value::Object(new)) => {
                result.insert(key.clone(), maps(field.kind(), &Map::new(), new).into());
            }
            (Some(Value::Array(old)), Value::Array(new)) if field.merge => {
                let merged = lists(field, old, new);
                result.insert(key.clone(), merged.into());
            }
            (_, value) => {
                result.insert(key.clone(), value.clone());
            }
        }
    }
    result
}

fn lists(field: Field, old: &[Value], new: &[Value]) -> Vec<Value> {
    let directive = |item: &Value| item.get(DIRECTIVE).and_then(Value::as_str).map(str::to_owned);
    let replaces = new.iter().any(|item| directive(item).as_deref() == Some("replace"));
    let mut result = if replaces { Vec::new() } else { old.to_vec() };
    for item in new {
        let place = result.iter().position(|known| match field.key {
            "" => known == item,
            key => known.get(key).is_some() && known.get(key) == item.get(key),
        });
        match (place, directive(item).as_deref()) {
            (_, Some("replace")) | (None, Some("delete")) => {}
            (Some(at), Some("delete")) => {
                result.remove(at);
            }
            (Some(at), _) => {
                if let (Value::Object(known), Value::Object(item)) = (&result[at], item) {
                    result[at] = maps(field.kind(), known, item).into();
                }
            }
            (None, _) => result.push(item.clone()),
        }
    }
    result
}
