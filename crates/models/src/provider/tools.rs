//! Tool calls as they are told on the wire: what was said before as calls and their results, and the call that comes back.
//!
//! Everybody else knows one form of answer, a JSON object. A model that calls tools says the same in another way: the tool
//! it calls is the value of the form's [`Tools::field`], and what it calls it with are the other fields.

use serde_json::{Map, Value, json};

use super::Piece;
use crate::redact::{Clean, Role, Tools};
use crate::words::json_in;

/// The tool where the form has only one.
const ANSWER: &str = "answer";

/// One thing that was said.
pub(super) enum Said<'a> {
    /// Words.
    Text(Role, &'a str),
    /// The model called a tool.
    Called { id: String, name: String, arguments: Value },
    /// What came of it.
    Came { id: String, name: String, text: &'a str },
}

/// Name, description and parameters of the tools that an answer is bound to.
pub(super) fn offered(prompt: &Clean) -> Vec<(&str, &str, &Value)> {
    match (prompt.tools(), prompt.schema()) {
        (Some(tools), _) => {
            tools.each.iter().map(|tool| (tool.name, tool.description, &tool.parameters)).collect()
        }
        (None, Some(schema)) => vec![(ANSWER, "Gives the answer.", schema)],
        (None, None) => Vec::new(),
    }
}

/// The tools as OpenAI and Ollama want them described.
pub(super) fn functions(prompt: &Clean) -> Value {
    let tools = offered(prompt).into_iter();
    tools
        .map(|(name, description, parameters)| {
            json!({ "type": "function", "function": {
                "name": name, "description": description, "parameters": parameters,
            } })
        })
        .collect()
}

/// What was said so far, earlier answers as the calls that they were.
pub(super) fn turns(prompt: &Clean) -> Vec<Said<'_>> {
    let mut open = None;
    let mut said = Vec::new();
    for (at, (role, text)) in prompt.turns().enumerate() {
        said.push(match (role, open.take()) {
            (Role::Assistant, _) => match call_in(prompt.tools(), text) {
                Some((name, arguments)) => {
                    let id = format!("call_{at}");
                    open = Some((id.clone(), name.clone()));
                    Said::Called { id, name, arguments }
                }
                None => Said::Text(role, text),
            },
            (Role::User, Some((id, name))) => Said::Came { id, name, text },
            (Role::User, None) => Said::Text(role, text),
        });
    }
    said
}

/// An earlier answer as the call that it was.
fn call_in(tools: Option<&Tools>, text: &str) -> Option<(String, Value)> {
    let mut fields: Map<String, Value> = serde_json::from_str(json_in(text)).ok()?;
    let name = match tools {
        None => ANSWER.to_owned(),
        Some(tools) => match fields.remove(tools.field) {
            Some(Value::String(name)) if tools.each.iter().any(|tool| tool.name == name) => name,
            _ => return None,
        },
    };
    Some((name, Value::Object(fields)))
}

/// A call as it comes, piece by piece. Only the first of several counts: who looks at one thing may look at the next one
/// afterwards.
#[derive(Debug, Default)]
pub(super) struct Call {
    index: Option<u64>,
    name: String,
    arguments: String,
}

impl Call {
    /// Takes a piece of the call with this index; whether it is part of the one that counts.
    pub(super) fn add(&mut self, index: u64, name: Option<&str>, arguments: &str) -> bool {
        let ours = *self.index.get_or_insert(index) == index;
        if ours {
            self.name.push_str(name.unwrap_or_default());
            self.arguments.push_str(arguments);
        }
        ours
    }

    /// A piece that was taken, for whoever reads along.
    pub(super) fn piece<'a>(&'a self, arguments: &'a str) -> Piece<'a> {
        Piece::Call { tool: &self.name, arguments }
    }

    /// The answer in the one form: what was called, else what was said.
    pub(super) fn or(self, said: String, prompt: &Clean) -> String {
        if self.index.is_none() {
            return said;
        }
        let Some(tools) = prompt.tools() else { return self.arguments };
        match serde_json::from_str::<Map<String, Value>>(&self.arguments) {
            Ok(mut fields) => {
                fields.insert(tools.field.to_owned(), self.name.into());
                Value::Object(fields).to_string()
            }
            // Whoever reads it says what is wrong with it.
            Err(_) => self.arguments,
        }
    }
}
