//! One trait for every kind of model server. A further kind is one more file below, and one more line in [`connect`].

mod anthropic;
mod ollama;
mod openai;
mod tools;

use std::sync::Arc;

use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Value, json};

use crate::config::{Kind, ProviderSettings};
use crate::error::Error;
use crate::http::Http;
use crate::redact::Clean;

/// A piece of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Of its text.
    Text(&'a str),
    /// Of the JSON that a tool is called with; what was said before the call is no part of the answer then.
    Call {
        /// The tool's name.
        tool: &'a str,
        /// The piece.
        arguments: &'a str,
    },
}

/// Takes the pieces of an answer as they come.
pub type Pieces<'a> = &'a mut (dyn FnMut(Piece<'_>) + Send);

/// Takes the progress of a pull.
pub type Progress<'a> = &'a mut (dyn FnMut(&Pulled) + Send);

/// A model server. What it is sent has been through the redaction: only that makes a [`Clean`].
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// Its name in the configuration.
    fn name(&self) -> &str;

    /// Asks for an answer, telling its pieces as they come. Dropping the future stops the model.
    fn chat<'a>(&'a self, prompt: &'a Clean, pieces: Pieces<'a>) -> BoxFuture<'a, Result<Answer, Error>>;

    /// The models that it has.
    fn models(&self) -> BoxFuture<'_, Result<Vec<Model>, Error>>;

    /// What it knows of a model.
    fn show<'a>(&'a self, _model: &'a str) -> BoxFuture<'a, Result<Shown, Error>> {
        Box::pin(async { Err(unsupported(self.name(), "describe models")) })
    }

    /// Fetches a model.
    fn pull<'a>(&'a self, _model: &'a str, _progress: Progress<'a>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Err(unsupported(self.name(), "pull models")) })
    }

    /// Refuses an endpoint outside the private address ranges.
    fn check_inside(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its text; where it was bound to a form, the JSON of it.
    pub text: String,
    /// Tokens.
    pub usage: Usage,
    /// Whether it ended at the limit of tokens and not by itself.
    pub cut_short: bool,
}

/// Tokens of an answer, as the server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Read.
    pub input: u64,
    /// Written.
    pub output: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
    }
}

/// A model that a server has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Bytes, where the server says so.
    pub size: Option<u64>,
    /// `7.6B`, where the server says so.
    pub parameters: Option<String>,
    /// `Q4_K_M`, where the server says so.
    pub quantization: Option<String>,
}

/// What a server knows of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// `completion`, `tools` …
    pub capabilities: Vec<String>,
    /// What it can read at once, in tokens.
    pub context: Option<u64>,
}

/// How far a pull is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// What is being done.
    pub status: String,
    /// Bytes of this part that are there.
    pub completed: u64,
    /// Bytes of this part.
    pub total: u64,
}

/// The provider of these settings. Nothing is sent yet.
pub fn connect(name: &str, settings: &ProviderSettings, airgap: bool) -> Result<Arc<dyn Provider>, Error> {
    if !matches!(settings.endpoint.scheme(), "http" | "https") {
        let reason = "its endpoint begins with neither http:// nor https://".to_owned();
        return Err(Error::Settings { provider: name.to_owned(), field: "endpoint", reason });
    }
    Ok(match settings.kind {
        Kind::Ollama => Arc::new(ollama::Ollama::new(name, settings, airgap)?),
        Kind::OpenAi | Kind::Azure => Arc::new(openai::OpenAi::new(name, settings, airgap)?),
        Kind::Anthropic => Arc::new(anthropic::Anthropic::new(name, settings, airgap)?),
    })
}

fn unsupported(provider: &str, what: &'static str) -> Error {
    Error::Unsupported { provider: provider.to_owned(), what }
}

/// Models of which only the name is told: `{"data": [{"id": …}]}`.
async fn named_models(http: &Http, path: &str) -> Result<Vec<Model>, Error> {
    let answer = http.get(path).await?;
    let models = answer["data"].as_array().ok_or_else(|| http.malformed("no list of models"))?;
    let names = models.iter().filter_map(|model| model["id"].as_str());
    Ok(names
        .map(|name| Model { name: name.to_owned(), size: None, parameters: None, quantization: None })
        .collect())
}

/// What is said so far, in the shape that all of them share.
fn messages(prompt: &Clean) -> impl Iterator<Item = Value> {
    prompt.turns().map(|(role, text)| json!({ "role": role.as_str(), "content": text }))
}

/// A number of the wire, 0 where there is none.
fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}
