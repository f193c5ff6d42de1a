//! `create configmap`.

use serde_json::{Map, Value, json};

use crate::flags::Parsed;
use crate::line::Line;
use crate::refusal::Refusal;

/// What a new ConfigMap holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigMap {
    /// Keys and values.
    pub data: Vec<(String, String)>,
}

impl ConfigMap {
    pub(super) fn read(words: &Parsed) -> Result<Self, Refusal> {
        Ok(Self { data: literals(words)? })
    }

    pub(super) fn phrase(&self) -> String {
        match self.data.len() {
            0 => String::new(),
            1 => " with 1 key".to_owned(),
            many => format!(" with {many} keys"),
        }
    }

    pub(super) fn write(&self, line: &mut Line) {
        for (key, value) in &self.data {
            line.value("--from-literal", Some(format!("{key}={value}")));
        }
    }

    pub(super) fn body(&self, field: &str) -> Value {
        let data: Map<String, Value> =
            self.data.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        if data.is_empty() { json!({}) } else { json!({ field: data }) }
    }
}

/// `--from-literal=KEY=VALUE`, as often as it is given.
pub(super) fn literals(words: &Parsed) -> Result<Vec<(String, String)>, Refusal> {
    let mut data: Vec<(String, String)> = Vec::new();
    for literal in words.list("from-literal") {
        let pair = literal.split_once('=').filter(|(key, _)| {
            !key.is_empty()
                && key.len() <= 253
                && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        });
        let Some((key, value)) = pair else {
            return Err(Refusal::new("bad-value", format!("`{literal}` is not KEY=VALUE.")));
        };
        if data.iter().any(|(known, _)| known == key) {
            return Err(Refusal::new("bad-value", format!("The key `{key}` is given twice; give it once.")));
        }
        data.push((key.to_owned(), unquoted(value).to_owned()));
    }
    Ok(data)
}

/// kubectl takes one pair of quotes off a literal.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    value
}
