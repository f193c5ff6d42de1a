//! The patch that puts the values before back.

use serde_json::{Map, Value, json};

use crate::difference::Delta;
use crate::path::{Path, Segment};
use crate::plan::Change;

/// Lists of Kubernetes' own kinds that strategic patches merge by this key.
const MERGED: &[(&str, &str)] = &[
    ("containers", "name"),
    ("initContainers", "name"),
    ("ephemeralContainers", "name"),
    ("volumes", "name"),
    ("env", "name"),
    ("volumeMounts", "mountPath"),
    ("imagePullSecrets", "name"),
];

/// Puts the values before back at the paths; nothing where that can't be said in one patch.
pub(super) fn back(paths: &[Path], state: &Value, deltas: &[&Delta]) -> Option<Change> {
    let in_lists = |path: &Path| path.0.iter().any(|segment| !matches!(segment, Segment::Key(_)));
    if !paths.iter().any(in_lists) {
        let mut body = json!({});
        for path in paths {
            put(&mut body, &path.0, path.find(state).cloned().unwrap_or(Value::Null), false);
        }
        return Some(Change::MergePatch { body });
    }
    if paths.iter().all(is_merged) {
        let mut body = json!({});
        for path in paths {
            put(&mut body, &path.0, path.find(state).cloned().unwrap_or(Value::Null), true);
        }
        return Some(Change::StrategicPatch { body });
    }
    let mut steps = Vec::new();
    for (path, delta) in paths.iter().zip(deltas) {
        let pointer = path.pointer(state)?;
        let value = path.find(state);
        if let Some(written) = &delta.after {
            steps.push(json!({"op": "test", "path": pointer, "value": written}));
        }
        steps.push(match (value, &delta.after) {
            (Some(value), Some(_)) => json!({"op": "replace", "path": pointer, "value": value}),
            (Some(value), None) => json!({"op": "add", "path": pointer, "value": value}),
            (None, _) => json!({"op": "remove", "path": pointer}),
        });
    }
    Some(Change::JsonPatch { body: steps.into() })
}

/// Whether every list on the path is one that a strategic patch merges.
fn is_merged(path: &Path) -> bool {
    path.0.windows(2).all(|pair| match pair {
        [Segment::Key(list), Segment::Item(key, _)] => MERGED.contains(&(list.as_str(), key.as_str())),
        [_, Segment::Item(..) | Segment::Index(_)] => false,
        _ => true,
    })
}

fn put(body: &mut Value, path: &[Segment], value: Value, strategic: bool) {
    match path {
        [] => *body = value,
        [Segment::Key(key), rest @ ..] => {
            if !body.is_object() {
                *body = Value::Object(Map::new());
            }
            if let Some(map) = body.as_object_mut() {
                put(map.entry(key.clone()).or_insert(Value::Null), rest, value, strategic);
            }
        }
        [Segment::Item(key, name), rest @ ..] => {
            if !body.is_array() {
                *body = json!([]);
            }
            let Some(list) = body.as_array_mut() else { return };
            let at = list.iter().position(|item| item.get(key).and_then(Value::as_str) == Some(name));
            let at = at.unwrap_or_else(|| {
                list.push(json!({key: name}));
                list.len() - 1
            });
            match (rest, value) {
                ([], Value::Null) if strategic => list[at] = json!({key: name, "$patch": "delete"}),
                ([], value) => list[at] = value,
                (rest, value) => put(&mut list[at], rest, value, strategic),
            }
        }
        [Segment::Index(_), ..] => {}
    }
}
