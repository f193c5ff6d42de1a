//! `create configmap` and `create secret generic`.

use serde_json::{Map, Value, json};

use crate::flags::{Flag, Parsed, list, switch, text};
use crate::line::Line;
use crate::options::Options;
use crate::refusal::Refusal;

/// What a new ConfigMap or Secret holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigMap {
    /// Keys and values.
    pub data: Vec<(String, String)>,
    /// Files that hold more, and `--type` of a Secret.
    pub options: Options,
}

pub(super) const MORE: &[Flag] = &[list("from-file"), list("from-env-file"), switch("append-hash")];
pub(super) const TYPE: &[Flag] = &[text("type")];

impl ConfigMap {
    pub(super) fn read(words: &Parsed) -> Result<Self, Refusal> {
        Ok(Self { data: literals(words)?, options: Options::read(words, &[MORE, TYPE]) })
    }

    pub(super) fn phrase(&self) -> String {
        let from: Vec<&str> =
            ["from-file", "from-env-file"].into_iter().filter_map(|long| self.options.get(long)).collect();
        if !from.is_empty() {
            return format!(" from {}", from.join(" and "));
        }
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
        self.options.write(line);
    }

    pub(super) fn sort(&mut self) {
        self.data.sort();
        self.options.sort();
    }

    pub(super) fn body(&self, field: &str) -> Result<Value, Refusal> {
        if let Some(file) = ["from-file", "from-env-file"].into_iter().find_map(|long| self.options.get(long))
        {
            return Err(Refusal::new(
                "manifest-file",
                format!(
                    "The command needs what is in {file}; files can't be attached here yet. Give the values with `--from-literal=KEY=VALUE`."
                ),
            ));
        }
        if self.options.on("append-hash") {
            return Err(Refusal::new(
                "not-yet",
                "`--append-hash` is not carried out here; give the name you want.",
            ));
        }
        let data: Map<String, Value> =
            self.data.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        Ok(if data.is_empty() { json!({}) } else { json!({ field: data }) })
    }
}

/// `--from-literal=KEY=VALUE`, as often as it is given.
fn literals(words: &Parsed) -> Result<Vec<(String, String)>, Refusal> {
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
        data.push((key.to_owned(), value.to_owned()));
    }
    Ok(data)
}
