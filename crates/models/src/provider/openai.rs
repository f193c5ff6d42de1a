//! OpenAI's chat completions: OpenAI, vLLM, llama-server, Ollama's second interface, and Azure.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::tools::{Call, Said, functions, turns};
use super::{Answer, Model, Piece, Pieces, Provider, Usage, count, messages, named_models, unsupported};
use crate::config::{Form, Kind, LimitField, ProviderSettings};
use crate::error::Error;
use crate::http::{Http, Key, error_in};
use crate::redact::Clean;

/// An OpenAI-compatible server.
#[derive(Debug)]
pub(super) struct OpenAi {
    http: Http,
    settings: ProviderSettings,
}

impl OpenAi {
    pub(super) fn new(name: &str, settings: &ProviderSettings, airgap: bool) -> Result<Self, Error> {
        let http = match settings.kind {
            Kind::Azure => {
                let version = settings.api_version.as_deref().ok_or_else(|| Error::Settings {
                    provider: name.to_owned(),
                    field: "api_version",
                    reason: "api_version is missing, which Azure wants".to_owned(),
                })?;
                Http::new(name, settings, airgap, &Key::Header("api-key"))?
                    .with_parameter("api-version", version)
            }
            _ => Http::new(name, settings, airgap, &Key::Bearer)?,
        };
        Ok(Self { http, settings: settings.clone() })
    }

    fn body(&self, prompt: &Clean) -> Value {
        let system = json!({ "role": "system", "content": prompt.system() });
        let said: Vec<Value> = match self.settings.answer {
            Form::Tool => turns(prompt).into_iter().map(message).collect(),
            Form::Schema | Form::Text => messages(prompt).collect(),
        };
        let messages: Vec<Value> = std::iter::once(system).chain(said).collect();
        let limit = match self.settings.limit_field {
            LimitField::MaxTokens => "max_tokens",
            LimitField::MaxCompletionTokens => "max_completion_tokens",
        };
        let mut body = json!({
            "model": self.settings.model, "messages": messages, "stream": true,
            "stream_options": { "include_usage": true }, limit: self.settings.max_tokens,
        });
        if let Some(temperature) = self.settings.temperature {
            body["temperature"] = json!(temperature);
        }
        match (self.settings.answer, prompt.schema()) {
            (Form::Schema, Some(schema)) => {
                body["response_format"] = json!({ "type": "json_schema", "json_schema": {
                    "name": "answer", "strict": true, "schema": schema,
                } });
            }
            (Form::Tool, Some(_)) => {
                body["tools"] = functions(prompt);
                body["tool_choice"] = match prompt.tools() {
                    None => json!({ "type": "function", "function": { "name": "answer" } }),
                    Some(_) => json!("required"),
                };
                if prompt.tools().is_some() {
                    body["parallel_tool_calls"] = json!(false);
                }
            }
            (Form::Text, _) | (_, None) => {}
        }
        body
    }

    async fn talk(&self, prompt: &Clean, pieces: Pieces<'_>) -> Result<Answer, Error> {
        let mut body = self.http.stream("chat/completions", &self.body(prompt)).await?;
        let (mut text, mut usage, mut ended) = (String::new(), Usage::default(), None);
        let mut call = Call::default();
        while let Some(event) = body.event().await? {
            if let Some(error) = error_in(&event) {
                return Err(self.http.failed(error));
            }
            if let Some(used) = event.get("usage").filter(|used| used.is_object()) {
                usage =
                    Usage { input: count(&used["prompt_tokens"]), output: count(&used["completion_tokens"]) };
            }
            let choice = &event["choices"][0];
            let delta = &choice["delta"];
            let said = delta["content"].as_str().or_else(|| delta["refusal"].as_str());
            if let Some(piece) = said.filter(|piece| !piece.is_empty()) {
                text.push_str(piece);
                pieces(Piece::Text(piece));
            }
            for called in delta["tool_calls"].as_array().into_iter().flatten() {
                let function = &called["function"];
                let piece = function["arguments"].as_str().unwrap_or_default();
                if call.add(count(&called["index"]), function["name"].as_str(), piece) && !piece.is_empty() {
                    pieces(call.piece(piece));
                }
            }
            if let Some(reason) = choice["finish_reason"].as_str() {
                ended = Some(reason == "length");
            }
        }
        // Usage comes after the reason, the mark of the end after both; some servers leave the mark out.
        let cut_short = ended.ok_or_else(|| self.http.cut())?;
        let text = call.or(text, prompt);
        Ok(Answer { text, usage, cut_short })
    }
}

/// As the interface wants it told.
fn message(said: Said<'_>) -> Value {
    match said {
        Said::Text(role, text) => json!({ "role": role.as_str(), "content": text }),
        Said::Called { id, name, arguments } => {
            json!({ "role": "assistant", "content": null, "tool_calls": [{
            "id": id, "type": "function", "function": { "name": name, "arguments": arguments.to_string() },
        }] })
        }
        Said::Came { id, text, .. } => json!({ "role": "tool", "tool_call_id": id, "content": text }),
    }
}

impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn chat<'a>(&'a self, prompt: &'a Clean, pieces: Pieces<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(self.talk(prompt, pieces))
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Model>, Error>> {
        Box::pin(async {
            match self.settings.kind {
                Kind::Azure => Err(unsupported(self.name(), "list models")),
                _ => named_models(&self.http, "models").await,
            }
        })
    }

    fn check_inside(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.http.check_inside())
    }
}
