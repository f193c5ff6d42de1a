//! `create configmap` and `create secret generic`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::data::{self, Data, check_key};
use crate::flags::{Flag, Parsed, list, switch, text};
use crate::line::Line;
use crate::options::Options;
use crate::plan::Context;
use crate::refusal::Refusal;
use crate::source::Place;

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
        let (data, options) = (literals(words)?, Options::read(words, &[MORE, TYPE]));
        data::check(&options, !data.is_empty())?;
        Ok(Self { data, options })
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

    pub(super) fn files(&self) -> Vec<Place> {
        data::places(&self.options)
    }

    /// A ConfigMap: what is no text goes into `binaryData`.
    pub(super) fn config_map(&self, ctx: &Context<'_>) -> Result<Value, Refusal> {
        let (mut texts, mut bytes) = (Map::new(), Map::new());
        for (key, value) in data::gather(&self.data, &self.options, ctx.attachments)? {
            match String::from_utf8(value) {
                Ok(text) => texts.insert(key, text.into()),
                Err(error) => bytes.insert(key, STANDARD.encode(error.as_bytes()).into()),
            };
        }
        let mut body = json!({});
        for (field, map) in [("data", texts), ("binaryData", bytes)] {
            if !map.is_empty() {
                body[field] = map.into();
            }
        }
        Ok(body)
    }

    /// A Secret of any type.
    pub(super) fn secret(&self, ctx: &Context<'_>) -> Result<Value, Refusal> {
        let data = data::gather(&self.data, &self.options, ctx.attachments)?;
        Ok(secret(self.options.get("type"), data))
    }
}

/// A Secret with these keys; the type is the server's to choose where none is given.
pub(super) fn secret(kind: Option<&str>, data: Data) -> Value {
    let data: Map<String, Value> =
        data.into_iter().map(|(key, value)| (key, STANDARD.encode(value).into())).collect();
    let mut body = json!({});
    if !data.is_empty() {
        body["data"] = data.into();
    }
    if let Some(kind) = kind {
        body["type"] = kind.into();
    }
    body
}

/// `--from-literal=KEY=VALUE`, as often as it is given.
fn literals(words: &Parsed) -> Result<Vec<(String, String)>, Refusal> {
    let mut data: Vec<(String, String)> = Vec::new();
    for literal in words.list("from-literal") {
        let pair = literal.split_once('=').filter(|(key, _)| !key.is_empty());
        let Some((key, value)) = pair else {
            return Err(Refusal::new("bad-value", format!("`{literal}` is not KEY=VALUE.")));
        };
        check_key(key)?;
        if data.iter().any(|(known, _)| known == key) {
            return Err(Refusal::new("bad-value", format!("The key `{key}` is given twice; give it once.")));
        }
        data.push((key.to_owned(), value.to_owned()));
    }
    Ok(data)
}
