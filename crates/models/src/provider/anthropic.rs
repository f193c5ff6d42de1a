//! Anthropic's messages.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::tools::{Call, Said, offered, turns};
use super::{Answer, Model, Piece, Pieces, Provider, Usage, count, messages, named_models};
use crate::config::{Form, ProviderSettings};
use crate::error::Error;
use crate::http::{Http, Key, error_in};
use crate::redact::Clean;

/// Anthropic's server, or one that speaks like it.
#[derive(Debug)]
pub(super) struct Anthropic {
    http: Http,
    settings: ProviderSettings,
}

impl Anthropic {
    pub(super) fn new(name: &str, settings: &ProviderSettings, airgap: bool) -> Result<Self, Error> {
        let http = Http::new(name, settings, airgap, &Key::Header("x-api-key"))?
            .with_header("anthropic-version", "2023-06-01");
        Ok(Self { http, settings: settings.clone() })
    }

    fn body(&self, prompt: &Clean) -> Value {
        let messages: Vec<Value> = match self.settings.answer {
            Form::Tool => turns(prompt).into_iter().map(message).collect(),
            Form::Schema | Form::Text => messages(prompt).collect(),
        };
        let mut body = json!({
            "model": self.settings.model, "max_tokens": self.settings.max_tokens, "system": prompt.system(),
            "messages": messages, "stream": true,
        });
        if let Some(temperature) = self.settings.temperature {
            body["temperature"] = json!(temperature);
        }
        match (self.settings.answer, prompt.schema()) {
            (Form::Schema, Some(schema)) => {
                body["output_config"] = json!({ "format": { "type": "json_schema", "schema": schema } });
            }
            (Form::Tool, Some(_)) => {
                let tool = |(name, description, schema)| json!({ "name": name, "description": description, "input_schema": schema });
                body["tools"] = offered(prompt).into_iter().map(tool).collect();
                body["tool_choice"] = match prompt.tools() {
                    None => json!({ "type": "tool", "name": "answer" }),
                    Some(_) => json!({ "type": "any", "disable_parallel_tool_use": true }),
                };
            }
            (Form::Text, _) | (_, None) => {}
        }
        body
    }

    async fn talk(&self, prompt: &Clean, pieces: Pieces<'_>) -> Result<Answer, Error> {
        let mut body = self.http.stream("v1/messages", &self.body(prompt)).await?;
        let (mut text, mut usage, mut cut_short) = (String::new(), Usage::default(), false);
        let mut call = Call::default();
        while let Some(event) = body.event().await? {
            match event["type"].as_str().unwrap_or_default() {
                "message_start" => usage.input = count(&event["message"]["usage"]["input_tokens"]),
                "content_block_start" if event["content_block"]["type"] == "tool_use" => {
                    call.add(count(&event["index"]), event["content_block"]["name"].as_str(), "");
                }
                "content_block_delta" => {
                    let delta = &event["delta"];
                    if let Some(piece) = delta["text"].as_str().filter(|piece| !piece.is_empty()) {
                        text.push_str(piece);
                        pieces(Piece::Text(piece));
                    }
                    if let Some(piece) = delta["partial_json"].as_str()
                        && call.add(count(&event["index"]), None, piece)
                        && !piece.is_empty()
                    {
                        pieces(call.piece(piece));
                    }
                }
                "message_delta" => {
                    usage.output = count(&event["usage"]["output_tokens"]);
                    cut_short = event["delta"]["stop_reason"] == "max_tokens";
                }
                "message_stop" => {
                    let text = call.or(text, prompt);
                    return Ok(Answer { text, usage, cut_short });
                }
                "error" => return Err(self.failed(&event)),
                // `ping`, and kinds that may come one day.
                _ => {}
            }
        }
        Err(self.http.cut())
    }

    /// A failure in the middle of a stream. `overloaded_error` is what 529 is before it.
    fn failed(&self, event: &Value) -> Error {
        if event["error"]["type"] == "overloaded_error" {
            return Error::Busy { provider: self.http.provider.clone(), status: 529, after: None };
        }
        self.http.failed(error_in(event).unwrap_or("no reason given"))
    }
}

/// As the interface wants it told.
fn message(said: Said<'_>) -> Value {
    match said {
        Said::Text(role, text) => json!({ "role": role.as_str(), "content": text }),
        Said::Called { id, name, arguments } => {
            let call = json!({ "type": "tool_use", "id": id, "name": name, "input": arguments });
            json!({ "role": "assistant", "content": [call] })
        }
        Said::Came { id, text, .. } => {
            let came = json!({ "type": "tool_result", "tool_use_id": id, "content": text });
            json!({ "role": "user", "content": [came] })
        }
    }
}

impl Provider for Anthropic {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn chat<'a>(&'a self, prompt: &'a Clean, pieces: Pieces<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(self.talk(prompt, pieces))
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Model>, Error>> {
        Box::pin(named_models(&self.http, "v1/models"))
    }

    fn check_inside(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.http.check_inside())
    }
}
