//! Patches: the same value written in three types of patch, in JSON and in YAML.

use serde_json::{Value, json};

use crate::random::Random;
use crate::row::{Level, Row};
use crate::spell::Parts;
use crate::table::{Table, Written};

fn objects(kind: &str) -> &'static [&'static str] {
    match kind {
        "work" => &["deployment/web", "sts/web", "rs web", "deployments.apps web"],
        "pod" => &["pod/web", "po web"],
        "pvc" => &["pvc/data", "persistentvolumeclaims data"],
        "ns" => &["ns/shop", "namespace shop", "namespaces/shop"],
        "pv" => &["pv/v1", "persistentvolume v1"],
        "node" => &["node/n1", "nodes n1"],
        "role" => &["role/r", "clusterroles c", "clusterrole.rbac.authorization.k8s.io/c"],
        _ => &["widget/a", "widgets.example.com a"],
    }
}

/// Every value of the table in every form of patch.
pub(crate) fn rows(table: &Table, random: &mut Random) -> Vec<Row> {
    let mut rows = Vec::new();
    for written in &table.bodies {
        for kind in &written.kinds {
            for object in objects(kind) {
                for (patch, body) in patches(written, kind) {
                    let text = match random.below(3) {
                        0 => body.to_string(),
                        1 => spaced(&body),
                        _ => flow(&body),
                    };
                    let mut parts = Parts::of(&format!("patch {object}"));
                    let mut give = |name: &str, value: &str| {
                        parts.flags.push((name.to_owned(), Some(value.to_owned())));
                    };
                    if let Some(patch) = patch {
                        give("type", patch);
                    }
                    give("patch", &text);
                    let dry = random.one_in(6);
                    if dry {
                        give("dry-run", "server");
                    }
                    let level = if dry { Level::Safe } else { written.level };
                    rows.push(Row {
                        command: parts.spell(random),
                        level,
                        also: Vec::new(),
                        why: written.why.clone(),
                        source: "effects.txt".to_owned(),
                    });
                }
            }
        }
    }
    rows
}

/// Type of the patch and its body.
fn patches(written: &Written, kind: &str) -> Vec<(Option<&'static str>, Value)> {
    let object = written.path.iter().rev().fold(written.value.clone(), |inner, key| json!({key: inner}));
    let pointer: String =
        written.path.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect();
    let step = |op: &str| json!({"op": op, "path": pointer, "value": written.value});
    let mut all = vec![
        (Some("merge"), object.clone()),
        (Some("json"), json!([step("add")])),
        (Some("json"), json!([{"op": "test", "path": "/kind", "value": "x"}, step("replace")])),
    ];
    if kind != "widget" {
        all.push((None, object.clone()));
        all.push((Some("strategic"), object));
    }
    let empty = written.value.is_null() || written.value.as_array().is_some_and(Vec::is_empty);
    if empty {
        all.push((Some("json"), json!([{"op": "remove", "path": pointer}])));
        all.push((Some("json"), json!([{"op": "remove", "path": format!("{pointer}/0")}])));
        all.push((Some("json"), json!([{"op": "move", "from": pointer, "path": "/metadata/annotations/x"}])));
    }
    if let Some(map) = written.value.as_object()
        && kind == "ns"
    {
        for (key, value) in map {
            let path = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            all.push((Some("json"), json!([{"op": "add", "path": path, "value": value}])));
        }
    }
    all
}

/// JSON with spaces where nobody needs them.
fn spaced(body: &Value) -> String {
    body.to_string().replace("\":", "\" : ").replace(",\"", " , \"")
}

/// YAML in one line.
fn flow(body: &Value) -> String {
    match body {
        Value::Object(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        Value::Array(list) => {
            format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// A plain scalar where YAML reads it as text, else in quotes.
fn scalar(text: &str) -> String {
    let plain = text.len() > 3
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric());
    if plain && !matches!(text, "true" | "false" | "null") {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}
