//! Filling in of Go templates.

use std::borrow::Cow;

use serde_json::Value;

use super::functions::{call, printed, truth};
use super::{GoTemplate, Node, Operand, Pipeline};

/// Steps and bytes that one template may take.
const STEPS: usize = 2_000_000;
const LONGEST: usize = 32 << 20;
/// How deep templates may call each other.
const DEEPEST: usize = 40;

type Val<'a> = Cow<'a, Value>;

/// How a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Run<'a> {
    template: &'a GoTemplate,
    allow_missing: bool,
    out: String,
    steps: usize,
    depth: usize,
    variables: Vec<(&'a str, Val<'a>)>,
}

pub(super) fn render(template: &GoTemplate, root: &Value, allow_missing: bool) -> Result<String, String> {
    let root = Cow::Borrowed(root);
    let mut run = Run {
        template,
        allow_missing,
        out: String::new(),
        steps: 0,
        depth: 0,
        variables: vec![("$", root.clone())],
    };
    run.block(&template.body, &root)?;
    Ok(run.out)
}

impl<'a> Run<'a> {
    fn step(&mut self) -> Result<(), String> {
        self.steps += 1;
        if self.steps > STEPS || self.out.len() > LONGEST {
            return Err("the template takes more steps, or writes more, than it may".to_owned());
        }
        Ok(())
    }

    /// A block; variables that it declares end with it.
    fn block(&mut self, nodes: &'a [Node], dot: &Val<'a>) -> Result<Flow, String> {
        let known = self.variables.len();
        let mut flow = Flow::On;
        for node in nodes {
            self.step()?;
            flow = self.node(node, dot)?;
            if flow != Flow::On {
                break;
            }
        }
        self.variables.truncate(known);
        Ok(flow)
    }

    fn node(&mut self, node: &'a Node, dot: &Val<'a>) -> Result<Flow, String> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    let text = if value.is_null() { "<no value>".to_owned() } else { printed(&value) };
                    self.out.push_str(&text);
                }
            }
            Node::If(pipeline, then, other) | Node::With(pipeline, then, other) => {
                let known = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                let is_with = matches!(node, Node::With(..));
                let flow = match truth(&value) {
                    true => self.block(then, if is_with { &value } else { dot }),
                    false => self.block(other, dot),
                };
                self.variables.truncate(known);
                return flow;
            }
            Node::Range(pipeline, body, other) => self.range(pipeline, body, other, dot)?,
            Node::Template(name, argument) => {
                let value = match argument {
                    Some(pipeline) => self.pipeline(pipeline, dot)?,
                    None => Cow::Owned(Value::Null),
                };
                self.named(name, &value)?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn named(&mut self, name: &str, value: &Val<'a>) -> Result<(), String> {
        let template = self.template;
        let body = template.named.get(name).ok_or_else(|| format!("there is no template \"{name}\""))?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("templates call each other too deep".to_owned());
        }
        let outer = std::mem::replace(&mut self.variables, vec![("$", value.clone())]);
        self.block(body, value)?;
        self.variables = outer;
        self.depth -= 1;
        Ok(())
    }

    fn range(
        &mut self,
        pipeline: &'a Pipeline,
        body: &'a [Node],
        other: &'a [Node],
        dot: &Val<'a>,
    ) -> Result<(), String> {
        let known = self.variables.len();
        let over = self.values(&pipeline.commands, dot)?;
        let turns = turns(over)?;
        let none = turns.is_empty();
        for (key, value) in turns {
            self.step()?;
            match pipeline.variables.as_slice() {
                [value_name] => self.set(value_name, value.clone(), pipeline.assigns)?,
                [key_name, value_name] => {
                    self.set(key_name, Cow::Owned(key), pipeline.assigns)?;
                    self.set(value_name, value.clone(), pipeline.assigns)?;
                }
                _ => {}
            }
            let flow = self.block(body, &value)?;
            if !pipeline.assigns {
                self.variables.truncate(known);
            }
            if flow == Flow::Break {
                break;
            }
        }
        if none {
            self.block(other, dot)?;
        }
        Ok(())
    }

    fn set(&mut self, name: &'a str, value: Val<'a>, assigns: bool) -> Result<(), String> {
        if !assigns {
            self.variables.push((name, value));
            return Ok(());
        }
        match self.variables.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => return Err(format!("undefined variable \"{name}\"")),
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline, dot: &Val<'a>) -> Result<Val<'a>, String> {
        let value = self.values(&pipeline.commands, dot)?;
        if let [name] = pipeline.variables.as_slice() {
            self.set(name, value.clone(), pipeline.assigns)?;
        }
        Ok(value)
    }

    fn values(&mut self, commands: &'a [Vec<Operand>], dot: &Val<'a>) -> Result<Val<'a>, String> {
        let mut last = None;
        for command in commands {
            last = Some(self.command(command, dot, last)?);
        }
        Ok(last.unwrap_or(Cow::Owned(Value::Null)))
    }

    fn command(
        &mut self,
        command: &'a [Operand],
        dot: &Val<'a>,
        last: Option<Val<'a>>,
    ) -> Result<Val<'a>, String> {
        self.step()?;
        let Some((first, rest)) = command.split_first() else {
            return Err("a command is missing".to_owned());
        };
        let Operand::Function(name) = first else {
            if !rest.is_empty() || last.is_some() {
                return Err("only functions take arguments".to_owned());
            }
            return self.operand(first, dot);
        };
        // These two stop at the argument that decides.
        if matches!(name.as_str(), "and" | "or") {
            let mut value = Cow::Owned(Value::Null);
            for operand in rest {
                value = self.operand(operand, dot)?;
                if truth(&value) == (name == "or") {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut arguments: Vec<Val<'a>> =
            rest.iter().map(|operand| self.operand(operand, dot)).collect::<Result<_, _>>()?;
        arguments.extend(last);
        call(name, arguments).map_err(|message| format!("{name}: {message}"))
    }

    fn operand(&mut self, operand: &'a Operand, dot: &Val<'a>) -> Result<Val<'a>, String> {
        match operand {
            Operand::Dot => Ok(dot.clone()),
            Operand::Literal(value) => Ok(Cow::Borrowed(value)),
            Operand::Function(name) => call(name, Vec::new()).map_err(|message| format!("{name}: {message}")),
            Operand::Field(fields) => self.fields(dot.clone(), fields),
            Operand::Variable(name, fields) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let value = found.map(|(_, value)| value.clone());
                self.fields(value.ok_or_else(|| format!("undefined variable \"{name}\""))?, fields)
            }
            Operand::Inner(pipeline, fields) => {
                let value = self.pipeline(pipeline, dot)?;
                self.fields(value, fields)
            }
        }
    }

    fn fields(&self, value: Val<'a>, fields: &[String]) -> Result<Val<'a>, String> {
        let mut value = value;
        for name in fields {
            let missing = |found: Option<Val<'a>>| match found {
                Some(found) => Ok(found),
                None if self.allow_missing => Ok(Cow::Owned(Value::Null)),
                None => Err(format!("map has no entry for key \"{name}\"")),
            };
            value = match value {
                Cow::Borrowed(Value::Object(map)) => missing(map.get(name).map(Cow::Borrowed))?,
                Cow::Owned(Value::Object(mut map)) => missing(map.remove(name).map(Cow::Owned))?,
                other if other.is_null() => missing(None)?,
                _ => return Err(format!("can't evaluate field {name} in a value that is no map")),
            };
        }
        Ok(value)
    }
}

/// Key and value of each turn of a range.
fn turns(over: Val<'_>) -> Result<Vec<(Value, Val<'_>)>, String> {
    Ok(match over {
        Cow::Borrowed(Value::Array(items)) => {
            items.iter().enumerate().map(|(at, item)| (Value::from(at), Cow::Borrowed(item))).collect()
        }
        Cow::Owned(Value::Array(items)) => {
            items.into_iter().enumerate().map(|(at, item)| (Value::from(at), Cow::Owned(item))).collect()
        }
        Cow::Borrowed(Value::Object(map)) => {
            let mut turns: Vec<_> =
                map.iter().map(|(key, item)| (Value::from(key.as_str()), Cow::Borrowed(item))).collect();
            turns.sort_by(|(left, _), (right, _)| left.as_str().cmp(&right.as_str()));
            turns
        }
        Cow::Owned(Value::Object(map)) => {
            let mut turns: Vec<_> =
                map.into_iter().map(|(key, item)| (Value::from(key), Cow::Owned(item))).collect();
            turns.sort_by(|(left, _), (right, _)| left.as_str().cmp(&right.as_str()));
            turns
        }
        other => match other.as_ref() {
            Value::Null => Vec::new(),
            Value::Number(number) if number.is_i64() => {
                let count = number.as_i64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
                if count > STEPS {
                    return Err("a range is too long".to_owned());
                }
                (0..count).map(|at| (Value::from(at), Cow::Owned(Value::from(at)))).collect()
            }
            _ => return Err("range can't iterate over a single value".to_owned()),
        },
    })
}
