//! The suffix that `--append-hash` gives a name: a new name for every new content.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::go;

/// Ten letters of the content's hash, without vowels, as kubectl and kustomize have them.
pub(crate) fn suffix(kind: &str, name: &str, body: &Value) -> String {
    let empty = json!({});
    let data = body.get("data").unwrap_or(&empty);
    let mut content = json!({"kind": kind, "name": name, "data": data});
    if kind == "Secret" {
        content["type"] = body.get("type").cloned().unwrap_or_else(|| "".into());
    }
    if let Some(bytes) = body.get("binaryData") {
        content["binaryData"] = bytes.clone();
    }
    let hash = Sha256::digest(go::json(&sorted(&content), false).as_bytes());
    let letters: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let letter = |c| match c {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    letters.chars().take(10).map(letter).collect()
}

/// The same with the keys of every object in order, as Go writes maps.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<&String, &Value> = fields.iter().collect();
            fields.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kubernetes' own examples of the hash.
    #[test]
    fn suffixes_are_those_of_kubernetes() {
        for (data, wanted) in [
            (json!({}), "42745tchd9"),
            (json!({"one": ""}), "9g67k2htb6"),
            (json!({"two": "2", "one": "", "three": "3"}), "f5h7t85m9b"),
        ] {
            assert_eq!(suffix("ConfigMap", "", &json!({"data": data})), wanted);
        }
        let bytes = json!({"data": {"one": ""}, "binaryData": {"two": ""}});
        assert_eq!(suffix("ConfigMap", "", &bytes), "698h7c7t9m");
        for (data, wanted) in [
            (json!({}), "t75bgf6ctb"),
            (json!({"one": ""}), "74bd68bm66"),
            (json!({"two": "Mg==", "one": "", "three": "Mw=="}), "dgcb6h9tmk"),
        ] {
            assert_eq!(suffix("Secret", "", &json!({"type": "my-type", "data": data})), wanted);
        }
    }
}
