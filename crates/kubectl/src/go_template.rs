//! Go templates as kubectl fills them in: numbers of the object are floating-point numbers, a missing field is
//! `<no value>`, and `base64decode` and `exists` are there.

mod eval;
mod functions;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct GoTemplate {
    body: Vec<Node>,
    /// What `define` and `block` name.
    named: BTreeMap<String, Vec<Node>>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Text(String),
    Action(Pipeline),
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Template(String, Option<Pipeline>),
    Break,
    Continue,
}

/// Commands of which each gets the value of the one before as its last argument.
#[derive(Debug, Clone, PartialEq)]
struct Pipeline {
    /// `$x := …`, `$k, $v := …`, `$x = …`.
    variables: Vec<String>,
    assigns: bool,
    commands: Vec<Vec<Operand>>,
}

/// One word of a command.
#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Dot,
    Literal(Value),
    /// A function by name.
    Function(String),
    /// `$x`, with the fields behind it.
    Variable(String, Vec<String>),
    /// `.a.b`.
    Field(Vec<String>),
    /// `(…).a.b`.
    Inner(Box<Pipeline>, Vec<String>),
}

impl GoTemplate {
    /// Reads a template, or says why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::template(text)
    }

    /// The template filled in with an object.
    pub fn render(&self, root: &Value, allow_missing: bool) -> Result<String, String> {
        eval::render(self, &floating(root), allow_missing)
    }
}

/// Every number as a floating-point number, as Go reads JSON.
fn floating(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(floating).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), floating(value))).collect())
        }
        other => other.clone(),
    }
}
