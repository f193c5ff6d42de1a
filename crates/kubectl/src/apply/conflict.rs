//! What `apply --overwrite=false` refuses to overwrite: fields that were changed both in the manifest and in the cluster.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::schema::{self, Field, Type};
use super::{LAST_APPLIED, Unmergeable, annotated, bare, last_applied};

/// The first field that applying would change although it is not as it was applied last; nothing for types that
/// Kubernetes itself does not have, of which kubectl does not ask it either.
pub fn conflict(live: &Value, wanted: &Value) -> Result<Option<String>, Unmergeable> {
    let Some(kind) = schema::of(wanted) else { return Ok(None) };
    let original = last_applied(live)?.unwrap_or_default();
    // The note itself changes whenever the manifest does.
    let plain = |object: &Value| {
        let mut object = bare(object.clone(), false);
        if let Some(notes) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
            notes.remove(LAST_APPLIED);
        }
        object
    };
    // What is applied has annotations, if only for the note.
    let [original, live, wanted] = [&original, live, &annotated(wanted)].map(plain);
    Ok(maps("", Some(kind), fields(&original), fields(&live), fields(&wanted)))
}

type Fields = Map<String, Value>;

fn fields(value: &Value) -> &Fields {
    static NONE: LazyLock<Fields> = LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}

fn maps(path: &str, kind: Option<Type>, original: &Fields, live: &Fields, wanted: &Fields) -> Option<String> {
    let keys = wanted.keys().chain(original.keys().filter(|key| !wanted.contains_key(*key)));
    for key in keys {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let field = kind.and_then(|kind| kind.field(key)).unwrap_or_default();
        let there = |map: &'_ Fields| map.get(key).filter(|value| !value.is_null()).cloned();
        let found = values(&path, field, there(original), there(live), there(wanted));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The field, where the manifest and the cluster changed it in different ways.
fn values(
    path: &str,
    field: Field,
    original: Option<Value>,
    live: Option<Value>,
    wanted: Option<Value>,
) -> Option<String> {
    let applied = if wanted.is_some() { live != wanted } else { original.is_some() };
    if !applied || live == original || live == wanted {
        return None;
    }
    let before = original.unwrap_or_default();
    match (&live, &wanted) {
        (Some(Value::Object(live)), Some(Value::Object(wanted))) if !field.replace => {
            maps(path, field.kind(), fields(&before), live, wanted)
        }
        (Some(Value::Array(live)), Some(Value::Array(wanted))) if field.merge => {
            // Lists of plain values are merged without asking.
            let keyed = !field.key.is_empty() && live.iter().chain(wanted).any(Value::is_object);
            keyed
                .then(|| items(path, field, before.as_array().map_or(&[], Vec::as_slice), live, wanted))
                .flatten()
        }
        _ => Some(path.to_owned()),
    }
}

/// The same for a list whose items are told apart by a field.
fn items(path: &str, field: Field, original: &[Value], live: &[Value], wanted: &[Value]) -> Option<String> {
    let key_of = |item: &Value| item.get(field.key).cloned();
    let find =
        |list: &[Value], key: &Value| list.iter().find(|item| key_of(item).as_ref() == Some(key)).cloned();
    let keys = wanted.iter().chain(original).filter_map(key_of);
    let mut item = field;
    (item.merge, item.replace) = (false, false);
    let mut seen: Vec<Value> = Vec::new();
    for key in keys {
        if seen.contains(&key) {
            continue;
        }
        let name = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        let path = format!("{path}[{}={name}]", field.key);
        let found = values(&path, item, find(original, &key), find(live, &key), find(wanted, &key));
        if found.is_some() {
            return found;
        }
        seen.push(key);
    }
    None
}
