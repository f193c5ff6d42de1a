//! Ollama's own interface: newline-separated JSON, a schema in `format`.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::tools::{Call, Said, functions, turns};
use super::{Answer, Model, Piece, Pieces, Progress, Provider, Pulled, Shown, Usage, count, messages};
use crate::config::{Form, ProviderSettings};
use crate::error::Error;
use crate::http::{Http, Key, error_in};
use crate::redact::Clean;

/// An Ollama server.
#[derive(Debug)]
pub(super) struct Ollama {
    http: Http,
    settings: ProviderSettings,
}

impl Ollama {
    pub(super) fn new(name: &str, settings: &ProviderSettings, airgap: bool) -> Result<Self, Error> {
        Ok(Self { http: Http::new(name, settings, airgap, &Key::Bearer)?, settings: settings.clone() })
    }

    fn body(&self, prompt: &Clean) -> Value {
        let system = json!({ "role": "system", "content": prompt.system() });
        let said: Vec<Value> = match self.settings.answer {
            Form::Tool => turns(prompt).into_iter().map(message).collect(),
            Form::Schema | Form::Text => messages(prompt).collect(),
        };
        let messages: Vec<Value> = std::iter::once(system).chain(said).collect();
        let mut options = json!({
            "num_predict": self.settings.max_tokens,
            "num_ctx": self.settings.context_tokens,
        });
        if let Some(temperature) = self.settings.temperature {
            options["temperature"] = json!(temperature);
        }
        let mut body =
            json!({ "model": self.settings.model, "messages": messages, "stream": true, "options": options });
        match (self.settings.answer, prompt.schema()) {
            (Form::Schema, Some(schema)) => body["format"] = schema.clone(),
            (Form::Tool, Some(_)) => body["tools"] = functions(prompt),
            (Form::Text, _) | (_, None) => {}
        }
        body
    }

    async fn talk(&self, prompt: &Clean, pieces: Pieces<'_>) -> Result<Answer, Error> {
        let mut body = self.http.stream("api/chat", &self.body(prompt)).await?;
        let (mut text, mut call) = (String::new(), Call::default());
        let mut calls = 0;
        while let Some(line) = body.json_line().await? {
            if let Some(error) = error_in(&line) {
                return Err(self.http.failed(error));
            }
            let message = &line["message"];
            if let Some(piece) = message["content"].as_str().filter(|piece| !piece.is_empty()) {
                text.push_str(piece);
                pieces(Piece::Text(piece));
            }
            // Ollama tells each call as a whole, each in a line of its own or all in one.
            for called in message["tool_calls"].as_array().into_iter().flatten() {
                let (function, next) = (&called["function"], calls);
                calls += 1;
                let arguments = function["arguments"].to_string();
                if call.add(next, function["name"].as_str(), &arguments) {
                    pieces(call.piece(&arguments));
                }
            }
            if line["done"] == true {
                let usage =
                    Usage { input: count(&line["prompt_eval_count"]), output: count(&line["eval_count"]) };
                let text = call.or(text, prompt);
                return Ok(Answer { text, usage, cut_short: line["done_reason"] == "length" });
            }
        }
        Err(self.http.cut())
    }

    async fn list(&self) -> Result<Vec<Model>, Error> {
        let answer = self.http.get("api/tags").await?;
        let models = answer["models"].as_array().ok_or_else(|| self.http.malformed("no list of models"))?;
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(models
            .iter()
            .filter_map(|model| {
                Some(Model {
                    name: text(&model["name"])?,
                    size: model["size"].as_u64(),
                    parameters: text(&model["details"]["parameter_size"]),
                    quantization: text(&model["details"]["quantization_level"]),
                })
            })
            .collect())
    }

    async fn describe(&self, model: &str) -> Result<Shown, Error> {
        let answer = self.http.post("api/show", &json!({ "model": model })).await?;
        let capabilities = answer["capabilities"].as_array().into_iter().flatten();
        let info = answer["model_info"].as_object();
        // The field is named after the architecture: `llama.context_length`.
        let context = info.into_iter().flatten().find(|(name, _)| name.ends_with(".context_length"));
        Ok(Shown {
            capabilities: capabilities.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            context: context.and_then(|(_, value)| value.as_u64()),
        })
    }

    async fn fetch(&self, model: &str, progress: Progress<'_>) -> Result<(), Error> {
        let mut body = self.http.stream("api/pull", &json!({ "model": model, "stream": true })).await?;
        while let Some(line) = body.json_line().await? {
            if let Some(error) = error_in(&line) {
                return Err(self.http.failed(error));
            }
            let status = line["status"].as_str().unwrap_or_default();
            progress(&Pulled {
                status: crate::error::said(status),
                completed: count(&line["completed"]),
                total: count(&line["total"]),
            });
            if status == "success" {
                return Ok(());
            }
        }
        Err(self.http.cut())
    }
}

/// As Ollama wants it told.
fn message(said: Said<'_>) -> Value {
    match said {
        Said::Text(role, text) => json!({ "role": role.as_str(), "content": text }),
        Said::Called { name, arguments, .. } => json!({ "role": "assistant", "content": "",
            "tool_calls": [{ "function": { "name": name, "arguments": arguments } }] }),
        Said::Came { name, text, .. } => json!({ "role": "tool", "tool_name": name, "content": text }),
    }
}

impl Provider for Ollama {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn chat<'a>(&'a self, prompt: &'a Clean, pieces: Pieces<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(self.talk(prompt, pieces))
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Model>, Error>> {
        Box::pin(self.list())
    }

    fn show<'a>(&'a self, model: &'a str) -> BoxFuture<'a, Result<Shown, Error>> {
        Box::pin(self.describe(model))
    }

    fn pull<'a>(&'a self, model: &'a str, progress: Progress<'a>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.fetch(model, progress))
    }

    fn check_inside(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.http.check_inside())
    }
}
