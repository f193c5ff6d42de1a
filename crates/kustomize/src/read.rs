//! Texts as objects: resources, patches, and the kustomization's own files.

use kubechat_yaml::{Dialect, documents};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::resource::{Resource, text};

/// Objects that one build may hold.
pub(crate) const MOST: usize = 1_000;

/// Bytes that its files, taken each time that one is read, and its objects may have.
pub(crate) const HEAVIEST: usize = 16 * 1024 * 1024;

/// About how many bytes a value has.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 4,
        Value::Array(items) => items.iter().map(weight).sum::<usize>() + 4,
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| key.len() + 4 + weight(value)).sum::<usize>() + 4
        }
        _ => 8,
    }
}

/// The error for a build that grows out of all proportion.
pub(crate) fn too_heavy(place: &str) -> Error {
    let most = HEAVIEST / 1024 / 1024;
    Error::wrong(place, format!("more than {most} MiB come of this. Build it in parts."))
}

/// The text of a file.
pub(crate) fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|_| Error::wrong(name, "this is not text in UTF-8. Save it as such."))
}

/// The values in a text, document by document.
pub(crate) fn values(place: &str, text: &str, dialect: Dialect) -> Result<Vec<Value>> {
    let found = documents(text, dialect)
        .map_err(|wrong| Error::wrong(format!("{place}, line {}", wrong.line), wrong.message))?;
    Ok(found.into_iter().map(|(_, value)| value).collect())
}

/// The objects in a text; lists are taken apart.
pub(crate) fn resources(place: &str, text: &str) -> Result<Vec<Resource>> {
    let mut waiting = values(place, text, Dialect::Plain)?;
    let mut found = Vec::new();
    while !waiting.is_empty() {
        let mut inner = Vec::new();
        for object in waiting {
            if object.as_object().is_some_and(serde_json::Map::is_empty) {
                continue;
            }
            check(place, &object)?;
            match object.get("items") {
                Some(Value::Array(items)) if is_list(&object) => inner.extend(items.iter().cloned()),
                Some(Value::Null) if is_list(&object) => {}
                Some(_) if is_list(&object) => {
                    return Err(Error::wrong(
                        place,
                        "the `items` of a list are not a list. Write them as one.",
                    ));
                }
                _ => found.push(Resource::new(whole(object))),
            }
        }
        if found.len() + inner.len() > MOST {
            return Err(Error::wrong(
                place,
                format!("it holds more than {MOST} objects. Build it in parts."),
            ));
        }
        waiting = inner;
    }
    Ok(found)
}

fn is_list(object: &Value) -> bool {
    object["kind"].as_str().is_some_and(|kind| kind.ends_with("List"))
}

fn check(place: &str, object: &Value) -> Result<()> {
    let given =
        |value: Option<&Value>| value.is_some_and(|value| !text(value).is_empty() && !value.is_null());
    if !object.is_object() {
        return Err(Error::wrong(place, "this is not an object; one begins with `apiVersion:` and `kind:`."));
    }
    if !given(object.get("kind")) {
        return Err(Error::wrong(
            place,
            "an object has no `kind`. Every object says its apiVersion and kind.",
        ));
    }
    let metadata = object.get("metadata");
    if metadata.is_some_and(|metadata| !metadata.is_object() && !metadata.is_null()) {
        return Err(Error::wrong(place, "`metadata` is not an object; write `metadata: {name: …}`."));
    }
    if !is_list(object) && !given(metadata.and_then(|metadata| metadata.get("name"))) {
        let kind = text(&object["kind"]);
        return Err(Error::wrong(place, format!("the {kind} has no `metadata.name`. Give it one.")));
    }
    match empty_item(object) {
        Some(path) => Err(Error::wrong(place, format!("the list `{path}` has an empty item. Take it out."))),
        None => Ok(()),
    }
}

/// The object with numbers such as `1.0` as Go writes them.
fn whole(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, whole(value))).collect(),
        Value::Array(items) => items.into_iter().map(whole).collect(),
        Value::Number(number) if number.is_f64() => {
            // Up to here every whole number is exact.
            const EXACT: f64 = 9_007_199_254_740_992.0;
            match number.as_f64() {
                Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => (float as i64).into(),
                _ => number.into(),
            }
        }
        other => other,
    }
}

/// The list with nothing where an item should be.
fn empty_item(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(key, value)| match empty_item(value)?.as_str() {
            "" => Some(key.clone()),
            rest => Some(format!("{key}.{rest}")),
        }),
        Value::Array(items) if items.contains(&Value::Null) => Some(String::new()),
        Value::Array(items) => items.iter().find_map(empty_item),
        _ => None,
    }
}
