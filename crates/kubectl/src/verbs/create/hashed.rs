//! The suffix that `--append-hash` gives a name: a new name for every new content.

use serde_json::{Value, json};

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
    kubechat_kustomize::suffix(&content)
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
