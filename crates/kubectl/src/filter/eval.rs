//! Evaluation of a filter over one object, in bounded steps.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use super::functions::compile_pattern;
use super::node::{Loop, LoopKind, Node, Operator};
use super::value::Value;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A field, key or element that the object doesn't have.
    Missing(String),
    /// The part is wrong for the values it meets.
    Wrong { part: String, message: String },
    /// No steps are left.
    Spent,
}

pub(super) type Found<'a> = Result<Value<'a>, Fault>;

/// What the evaluation of several objects shares.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Steps that are left for this object.
    pub left: u64,
    patterns: HashMap<String, Regex>,
}

impl Meter {
    pub fn spend(&mut self, steps: u64) -> Result<(), Fault> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Fault::Spent)
            }
        }
    }

    /// The pattern, compiled once; compiling counts as many steps.
    pub fn pattern(&mut self, text: &str) -> Result<&Regex, Fault> {
        if !self.patterns.contains_key(text) {
            self.spend(20_000)?;
            let pattern = compile_pattern(text).map_err(|message| wrong("", message))?;
            self.patterns.insert(text.to_owned(), pattern);
        }
        self.patterns.get(text).ok_or(Fault::Spent)
    }
}

/// A fault whose part is filled in by whoever evaluates it.
pub(super) fn wrong(part: &str, message: impl Into<String>) -> Fault {
    Fault::Wrong { part: part.to_owned(), message: message.into() }
}

/// The variables, and the steps that are left.
pub(super) struct Evaluation<'a, 'm> {
    pub scope: Vec<(&'a str, Value<'a>)>,
    pub now: Timestamp,
    pub meter: &'m mut Meter,
}

impl<'a> Evaluation<'a, '_> {
    pub fn value(&mut self, node: &'a Node) -> Found<'a> {
        self.meter.spend(1)?;
        match node {
            Node::Literal(value) => Ok(value.clone()),
            Node::Variable(name) => self.variable(name),
            Node::Field { of, name, optional } => self.field(node, of, name, *optional),
            Node::Has { of, name } => {
                self.value(of).map(|of| Value::Bool(inside(of).1.field(name).is_some()))
            }
            Node::Index { of, at, optional } => self.index(node, of, at, *optional),
            Node::And(left, right) => self.both(left, right, false),
            Node::Or(left, right) => self.both(left, right, true),
            Node::Not(part) => self.bool(part).map(|value| Value::Bool(!value)),
            Node::Negate(part) => match self.value(part)? {
                Value::Int(value) => Ok(Value::Int(value.saturating_neg())),
                Value::Double(value) => Ok(Value::Double(-value)),
                Value::Span(value) => Ok(Value::Span(value.checked_neg().unwrap_or(SignedDuration::MAX))),
                other => Err(at_part(node, wrong("", format!("`-` takes a number, not {}", a(&other))))),
            },
            Node::Choice(parts) => {
                let [test, yes, no] = parts.as_ref();
                if self.bool(test)? { self.value(yes) } else { self.value(no) }
            }
            Node::Binary(operator, sides) => {
                let (left, right) = (self.value(&sides[0])?, self.value(&sides[1])?);
                self.binary(*operator, left, right).map_err(|fault| at_part(node, fault))
            }
            Node::List(parts) => {
                parts.iter().map(|part| self.value(part)).collect::<Result<_, _>>().map(Value::list)
            }
            Node::Map(entries) => {
                let entry = |(key, value): &'a (Node, Node)| Ok((self.value(key)?, self.value(value)?));
                let entries: Result<Vec<_>, Fault> = entries.iter().map(entry).collect();
                entries.map(|entries| Value::Map(entries.into()))
            }
            Node::Call { function, args, .. } => {
                let args: Vec<Value<'a>> =
                    args.iter().map(|part| self.value(part)).collect::<Result<_, _>>()?;
                (function.call)(self.meter, args).map_err(|fault| at_part(node, fault))
            }
            Node::Loop(each) => self.each(node, each),
        }
    }

    /// A part that must be true or false.
    pub fn bool(&mut self, node: &'a Node) -> Result<bool, Fault> {
        match self.value(node)? {
            Value::Bool(value) => Ok(value),
            other => Err(at_part(node, wrong("", format!("it gives {}, not true or false", a(&other))))),
        }
    }

    fn variable(&self, name: &str) -> Found<'a> {
        if let Some((_, value)) = self.scope.iter().rev().find(|(known, _)| *known == name) {
            return Ok(value.clone());
        }
        match name {
            "now" => Ok(Value::Time(self.now)),
            _ => Err(Fault::Missing(name.to_owned())),
        }
    }

    /// One side may decide alone, whatever is wrong with the other.
    fn both(&mut self, left: &'a Node, right: &'a Node, decides: bool) -> Found<'a> {
        match self.bool(left) {
            Err(Fault::Spent) => Err(Fault::Spent),
            Ok(value) if value == decides => Ok(Value::Bool(decides)),
            Ok(_) => self.bool(right).map(Value::Bool),
            Err(fault) => match self.bool(right) {
                Ok(value) if value == decides => Ok(Value::Bool(decides)),
                Err(Fault::Spent) => Err(Fault::Spent),
                _ => Err(fault),
            },
        }
    }

    fn field(&mut self, node: &'a Node, of: &'a Node, name: &str, optional: bool) -> Found<'a> {
        let (wrapped, value) = inside(self.value(of)?);
        let found = value.field(name);
        if wrapped || optional {
            return Ok(Value::Optional(found.map(Into::into)));
        }
        match found {
            Some(value) => Ok(value),
            None if value.is_map() || matches!(value, Value::Null) => Err(Fault::Missing(node.to_string())),
            None => Err(at_part(node, wrong("", format!("{} has no fields", a(&value))))),
        }
    }

    fn index(&mut self, node: &'a Node, of: &'a Node, at: &'a Node, optional: bool) -> Found<'a> {
        let (wrapped, value) = inside(self.value(of)?);
        let key = self.value(at)?;
        let fits = match &value {
            Value::Items(_) | Value::List(_) => matches!(key, Value::Int(_)),
            Value::Object(_) | Value::Map(_) => true,
            _ => false,
        };
        if !fits {
            return Err(at_part(node, wrong("", format!("{} has no {} in brackets", a(&value), key.kind()))));
        }
        match value.at(&key) {
            found if wrapped || optional => Ok(Value::Optional(found.map(Into::into))),
            Some(value) => Ok(value),
            None => Err(Fault::Missing(node.to_string())),
        }
    }

    fn binary(&mut self, operator: Operator, left: Value<'a>, right: Value<'a>) -> Found<'a> {
        let ordered = |wanted: &[Ordering]| match left.compare(&right) {
            Some(order) => Ok(Value::Bool(wanted.contains(&order))),
            None => Err(mismatch(operator, &left, &right)),
        };
        match operator {
            Operator::Equal | Operator::NotEqual => {
                self.meter.spend(left.weight() + right.weight())?;
                Ok(Value::Bool(left.equals(&right) == (operator == Operator::Equal)))
            }
            Operator::Less => ordered(&[Ordering::Less]),
            Operator::LessEqual => ordered(&[Ordering::Less, Ordering::Equal]),
            Operator::Greater => ordered(&[Ordering::Greater]),
            Operator::GreaterEqual => ordered(&[Ordering::Greater, Ordering::Equal]),
            Operator::In => match right.elements() {
                Some(_) if right.is_map() => Ok(Value::Bool(right.at(&left).is_some())),
                Some(elements) => {
                    self.meter.spend(elements.iter().map(Value::weight).sum())?;
                    Ok(Value::Bool(elements.iter().any(|element| element.equals(&left))))
                }
                None => Err(mismatch(operator, &left, &right)),
            },
            Operator::Add => self.sum(left, right),
            _ => arithmetic(operator, &left, &right),
        }
    }

    fn sum(&mut self, left: Value<'a>, right: Value<'a>) -> Found<'a> {
        match (&left, &right) {
            (Value::Text(one), Value::Text(other)) => {
                self.meter.spend((one.len() + other.len()) as u64 / 8)?;
                Ok(Value::Text(Cow::Owned(format!("{one}{other}"))))
            }
            _ => match (left.is_map() || right.is_map(), left.elements(), right.elements()) {
                (false, Some(mut all), Some(more)) => {
                    self.meter.spend((all.len() + more.len()) as u64)?;
                    all.extend(more);
                    Ok(Value::list(all))
                }
                _ => arithmetic(Operator::Add, &left, &right),
            },
        }
    }

    fn each(&mut self, node: &'a Node, each: &'a Loop) -> Found<'a> {
        let over = self.value(&each.over)?;
        let Some(elements) = over.elements() else {
            return Err(at_part(node, wrong("", format!("{} is not a list or map", a(&over)))));
        };
        self.meter.spend(elements.len() as u64)?;
        let (mut made, mut hits, mut fault) = (Vec::new(), 0_u32, None);
        for element in elements {
            self.scope.push((&each.variable, element));
            let passed = each.test.as_ref().map_or(Ok(true), |test| self.bool(test));
            let result = match (&each.kind, &passed) {
                (LoopKind::Map(result), Ok(true)) => Some(self.value(result)),
                _ => None,
            };
            self.scope.pop();
            match (&each.kind, passed) {
                (_, Err(Fault::Spent)) => return Err(Fault::Spent),
                (LoopKind::All, Ok(false)) => return Ok(Value::Bool(false)),
                (LoopKind::Exists, Ok(true)) => return Ok(Value::Bool(true)),
                (LoopKind::All | LoopKind::Exists, Err(error)) => fault = fault.or(Some(error)),
                (_, Err(error)) => return Err(error),
                (_, Ok(true)) => hits = hits.saturating_add(1),
                (_, Ok(false)) => {}
            }
            made.extend(result.transpose()?);
        }
        match (&each.kind, fault) {
            (_, Some(fault)) => Err(fault),
            (LoopKind::All, None) => Ok(Value::Bool(true)),
            (LoopKind::Exists, None) => Ok(Value::Bool(false)),
            (LoopKind::ExistsOne, None) => Ok(Value::Bool(hits == 1)),
            (LoopKind::Map(_), None) => Ok(Value::list(made)),
        }
    }
}

/// What an optional holds, and that it is one.
fn inside(value: Value<'_>) -> (bool, Value<'_>) {
    match value {
        Value::Optional(Some(value)) => (true, value.as_ref().clone()),
        Value::Optional(None) => (true, Value::Null),
        value => (false, value),
    }
}

/// The fault with the part it is about, unless a part of that part is to blame.
fn at_part(node: &Node, fault: Fault) -> Fault {
    match fault {
        Fault::Wrong { part, message } if part.is_empty() => Fault::Wrong { part: node.to_string(), message },
        fault => fault,
    }
}

fn mismatch(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Fault {
    wrong("", format!("`{}` does not go with {} and {}", operator.sign(), a(left), a(right)))
}

/// `an int`, `a string`.
pub(super) fn a(value: &Value<'_>) -> String {
    let kind = value.kind();
    let article = if kind.starts_with(['i', 'o']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn arithmetic<'a>(operator: Operator, left: &Value<'a>, right: &Value<'a>) -> Found<'a> {
    use Operator::{Add, Divide, Modulo, Multiply, Subtract};
    let too_large = || wrong("", "the result is too large");
    let int = |value: Option<i64>| value.map(Value::Int).ok_or_else(too_large);
    let span = |value: Option<SignedDuration>| value.map(Value::Span).ok_or_else(too_large);
    let time = |value: Result<Timestamp, jiff::Error>| value.map(Value::Time).map_err(|_| too_large());
    match (operator, left, right) {
        (Divide | Modulo, Value::Int(_), Value::Int(0)) => Err(wrong("", "it divides by zero")),
        (Add, Value::Int(left), Value::Int(right)) => int(left.checked_add(*right)),
        (Subtract, Value::Int(left), Value::Int(right)) => int(left.checked_sub(*right)),
        (Multiply, Value::Int(left), Value::Int(right)) => int(left.checked_mul(*right)),
        (Divide, Value::Int(left), Value::Int(right)) => int(left.checked_div(*right)),
        (Modulo, Value::Int(left), Value::Int(right)) => int(left.checked_rem(*right)),
        (Add, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left + right)),
        (Subtract, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left - right)),
        (Multiply, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left * right)),
        (Divide, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left / right)),
        (Add, Value::Quantity(left), Value::Quantity(right)) => Ok(Value::Quantity(*left + *right)),
        (Subtract, Value::Quantity(left), Value::Quantity(right)) => Ok(Value::Quantity(*left - *right)),
        (Add, Value::Span(left), Value::Span(right)) => span(left.checked_add(*right)),
        (Subtract, Value::Span(left), Value::Span(right)) => span(left.checked_sub(*right)),
        (Add, Value::Time(at), Value::Span(span)) | (Add, Value::Span(span), Value::Time(at)) => {
            time(at.checked_add(*span))
        }
        (Subtract, Value::Time(at), Value::Span(span)) => time(at.checked_sub(*span)),
        (Subtract, Value::Time(left), Value::Time(right)) => Ok(Value::Span(left.duration_since(*right))),
        _ => Err(mismatch(operator, left, right)),
    }
}
