//! What every object has, and objects without a form of their own.

use base64::Engine;
use jiff::Timestamp;
use kubechat_kubectl::Resource;
use serde_json::Value;

use super::Described;
use super::outline::Outline;
use super::state::{State, of_any};
use crate::quantity::age;

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The text at a value, nothing for anything else.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// `key=value` lines.
pub(super) fn pairs(value: &Value, separator: &str) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(key, value)| format!("{key}{separator}{}", word(value))).collect()
}

/// What every description begins with.
pub(super) fn header(out: &mut Outline, resource: &Resource, object: &Value, state: &State, now: Timestamp) {
    let metadata = &object["metadata"];
    out.field("Name", word(&metadata["name"]));
    out.maybe("Namespace", metadata["namespace"].as_str());
    if !matches!(resource.group.as_str(), "" | "apps" | "batch") {
        out.field("Kind", format!("{} ({})", resource.kind, resource.api_version()));
    }
    state.write(out);
    let owners = metadata["ownerReferences"].as_array().into_iter().flatten();
    let owners: Vec<String> =
        owners.map(|owner| format!("{}/{}", word(&owner["kind"]), word(&owner["name"]))).collect();
    if !owners.is_empty() {
        out.field("Controlled By", owners.join(", "));
    }
    if let Some(time) = metadata["creationTimestamp"].as_str() {
        out.field("Created", format!("{} ago ({time})", age(Some(time), now)));
    }
    if let Some(time) = metadata["deletionTimestamp"].as_str() {
        out.field("Deleted", format!("{} ago ({time})", age(Some(time), now)));
        let finalizers: Vec<String> =
            metadata["finalizers"].as_array().into_iter().flatten().map(word).collect();
        if !finalizers.is_empty() {
            out.list("Finalizers", &finalizers);
        }
    }
    out.list("Labels", &pairs(&metadata["labels"], "="));
}

/// What others noted on it; at the end, since it may be long.
pub(super) fn annotations(out: &mut Outline, object: &Value) {
    let notes = pairs(&object["metadata"]["annotations"], ": ");
    let notes: Vec<String> = notes.into_iter().filter(|note| !note.starts_with(LAST_APPLIED)).collect();
    if !notes.is_empty() {
        out.list("Annotations", &notes);
    }
}

pub(super) fn conditions(out: &mut Outline, object: &Value) {
    let all = object["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    if all.is_empty() {
        return;
    }
    let row = |condition: &Value| {
        ["type", "status", "reason", "message"].iter().map(|key| word(&condition[*key])).collect::<Vec<_>>()
    };
    out.table("Conditions", &["Type", "Status", "Reason", "Message"], all.iter().map(row).collect());
}

/// Names and sizes only.
pub(super) fn secret(secret: &Value) -> Described {
    let mut described = Described::default();
    let out = &mut described.body;
    out.field("Type", word(&secret["type"]));
    if secret["immutable"] == true {
        out.field("Immutable", "true");
    }
    let size = |value: &Value| {
        let encoded = value.as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(encoded).map_or(encoded.len(), |bytes| bytes.len())
    };
    let data = secret["data"].as_object().into_iter().flatten();
    out.list("Data", &data.map(|(key, value)| format!("{key}: {} bytes", size(value))).collect::<Vec<_>>());
    described
}

pub(super) fn config_map(map: &Value) -> Described {
    let mut described = Described::default();
    let out = &mut described.body;
    if map["immutable"] == true {
        out.field("Immutable", "true");
    }
    let data = map["data"].as_object();
    out.section("Data", |out| {
        for (key, value) in data.into_iter().flatten() {
            out.section(key, |out| out.lines(&word(value)));
        }
    });
    let binary = map["binaryData"].as_object().into_iter().flatten();
    let binary: Vec<String> =
        binary.map(|(key, value)| format!("{key}: {} characters of base64", word(value).len())).collect();
    if !binary.is_empty() {
        out.list("Binary data", &binary);
    }
    described
}

/// Everything else: the object's own fields as an outline, its conditions as a table.
pub(super) fn rest(object: &Value, now: Timestamp) -> Described {
    let mut described = Described { state: of_any(object, now), body: Outline::default() };
    for (key, value) in object.as_object().into_iter().flatten() {
        if matches!(key.as_str(), "metadata" | "kind" | "apiVersion") {
            continue;
        }
        let mut value = value.clone();
        if key == "status"
            && let Some(status) = value.as_object_mut()
        {
            status.remove("conditions");
        }
        fields(&mut described.body, &title(key), &value);
    }
    conditions(&mut described.body, object);
    described
}

fn fields(out: &mut Outline, name: &str, value: &Value) {
    match value {
        Value::Object(map) if map.is_empty() => {}
        Value::Object(map) => out.section(name, |out| {
            for (key, value) in map {
                fields(out, &title(key), value);
            }
        }),
        Value::Array(list) if list.iter().any(|item| item.is_object() || item.is_array()) => {
            out.section(name, |out| {
                for (index, item) in list.iter().enumerate() {
                    let label = item["name"].as_str().map_or_else(|| (index + 1).to_string(), str::to_owned);
                    fields(out, &label, item);
                }
            });
        }
        Value::Array(list) => out.list(name, &list.iter().map(word).collect::<Vec<_>>()),
        other => out.field(name, word(other)),
    }
}

/// `minReplicas` as `Min Replicas`.
fn title(key: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for (index, c) in key.chars().enumerate() {
        if index == 0 {
            out.extend(c.to_uppercase());
        } else {
            if c.is_uppercase() && before.is_lowercase() {
                out.push(' ');
            }
            out.push(c);
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_shows_sizes_and_never_values() {
        let text = secret(&json!({"type": "Opaque", "data": {"password": "aHVudGVyMg=="}})).body.finish();
        assert!(text.contains("password: 7 bytes"), "{text}");
        assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"), "{text}");
    }

    #[test]
    fn unknown_kinds_are_outlined() {
        let object = json!({"spec": {"maxReplicas": 3, "rules": [{"name": "a", "x": [1, 2]}]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]}});
        let text = rest(&object, Timestamp::UNIX_EPOCH).body.finish();
        for part in ["Spec:", "  Max Replicas:", "    a:", "Conditions:", "Ready"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
