//! What every object has, and objects without a form of their own.

use base64::Engine;
use kubechat_kubectl::Resource;
use serde_json::Value;

use super::outline::Outline;

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

pub(super) fn header(out: &mut Outline, resource: &Resource, object: &Value) {
    let metadata = &object["metadata"];
    out.field("Name", word(&metadata["name"]));
    out.maybe("Namespace", metadata["namespace"].as_str());
    if !matches!(resource.group.as_str(), "" | "apps" | "batch") {
        out.field("Kind", format!("{} ({})", resource.kind, resource.api_version()));
    }
    out.list("Labels", &pairs(&metadata["labels"], "="));
    let notes: Vec<String> = pairs(&metadata["annotations"], ": ")
        .into_iter()
        .filter(|note| !note.starts_with(LAST_APPLIED))
        .collect();
    out.list("Annotations", &notes);
    out.field("Created", word(&metadata["creationTimestamp"]));
    if let Some(time) = metadata["deletionTimestamp"].as_str() {
        out.field("Status", format!("Terminating (since {time})"));
        out.list(
            "Finalizers",
            &metadata["finalizers"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>(),
        );
    }
    let owners = metadata["ownerReferences"].as_array().into_iter().flatten();
    let owners: Vec<String> =
        owners.map(|owner| format!("{}/{}", word(&owner["kind"]), word(&owner["name"]))).collect();
    if !owners.is_empty() {
        out.field("Controlled By", owners.join(", "));
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
pub(super) fn secret(out: &mut Outline, object: &Value) {
    out.field("Type", word(&object["type"]));
    let size = |value: &Value| {
        let encoded = value.as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(encoded).map_or(encoded.len(), |bytes| bytes.len())
    };
    let data = object["data"].as_object().into_iter().flatten();
    out.list("Data", &data.map(|(key, value)| format!("{key}: {} bytes", size(value))).collect::<Vec<_>>());
}

pub(super) fn config_map(out: &mut Outline, object: &Value) {
    let data = object["data"].as_object();
    out.section("Data", |out| {
        for (key, value) in data.into_iter().flatten() {
            out.section(key, |out| out.lines(&word(value)));
        }
    });
    let binary = object["binaryData"].as_object().into_iter().flatten();
    let binary: Vec<String> =
        binary.map(|(key, value)| format!("{key}: {} characters of base64", word(value).len())).collect();
    if !binary.is_empty() {
        out.list("Binary data", &binary);
    }
}

/// Everything else: the object's own fields as an outline, its conditions as a table.
pub(super) fn rest(out: &mut Outline, object: &Value) {
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
        fields(out, &title(key), &value);
    }
    conditions(out, object);
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
        let mut out = Outline::default();
        secret(&mut out, &json!({"type": "Opaque", "data": {"password": "aHVudGVyMg=="}}));
        let text = out.finish();
        assert!(text.contains("password: 7 bytes"), "{text}");
        assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"), "{text}");
    }

    #[test]
    fn unknown_kinds_are_outlined() {
        let mut out = Outline::default();
        rest(
            &mut out,
            &json!({"spec": {"maxReplicas": 3, "rules": [{"name": "a", "x": [1, 2]}]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]}}),
        );
        let text = out.finish();
        for part in ["Spec:", "  Max Replicas:", "    a:", "Conditions:", "Ready"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
