//! The suffix that tells a generated ConfigMap or Secret from one with other content.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::resource::{Resource, text};

/// Ten letters of a value's hash, without vowels, as kubectl and kustomize have them.
pub fn suffix(content: &Value) -> String {
    // As Go writes JSON.
    let written = content.to_string();
    let escaped = [
        ('<', "\\u003c"),
        ('>', "\\u003e"),
        ('&', "\\u0026"),
        ('\u{2028}', "\\u2028"),
        ('\u{2029}', "\\u2029"),
    ];
    let written = escaped.iter().fold(written, |text, (from, to)| text.replace(*from, to));
    let letters: String =
        Sha256::digest(written.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
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

/// The suffix of a generated object's name.
pub(crate) fn of(resource: &Resource) -> String {
    let object = &resource.object;
    let field = |name: &str| match object.get(name) {
        None => json!(""),
        Some(value @ (Value::Object(_) | Value::Array(_))) => value.clone(),
        Some(value) => json!(text(value)),
    };
    let kind = resource.gvk().kind;
    // The name is no part of it: kustomize looks for it where it never is.
    let mut content = json!({"kind": kind, "name": "", "data": field("data")});
    let other = if kind == "Secret" {
        content["type"] = field("type");
        "stringData"
    } else {
        "binaryData"
    };
    if object.get(other).is_some_and(Value::is_object) {
        content[other] = field(other);
    }
    suffix(&content)
}
