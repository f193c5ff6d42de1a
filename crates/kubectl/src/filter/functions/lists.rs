//! Lists, sizes and optional values.

use std::cmp::Ordering;

use super::{one, takes, two};
use crate::filter::eval::{Fault, Found, Meter, a, wrong};
use crate::filter::value::Value;
use crate::quantity::Quantity;

pub(super) fn size<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let value = one(args);
    if let Value::Text(text) = &value {
        meter.spend(text.len() as u64 / 8)?;
    }
    let size = value.size().ok_or_else(|| wrong("", format!("{} has no size", a(&value))))?;
    Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX)))
}

/// The elements of a list, each of which counts.
fn items<'a>(meter: &mut Meter, value: &Value<'a>) -> Result<Vec<Value<'a>>, Fault> {
    match value.elements() {
        Some(items) if !value.is_map() => {
            meter.spend(items.iter().map(Value::weight).sum())?;
            Ok(items)
        }
        _ => Err(takes("a list", value)),
    }
}

fn place<'a>(at: Option<usize>) -> Value<'a> {
    Value::Int(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))
}

/// Of a text or a list; places in a text count characters.
fn position<'a>(meter: &mut Meter, args: Vec<Value<'a>>, last: bool) -> Found<'a> {
    let (left, right) = two(args);
    if let Value::Text(of) = &left {
        let part = super::text(meter, &right)?;
        meter.spend(of.len() as u64 / 8)?;
        let at = if last { of.rfind(part) } else { of.find(part) };
        return Ok(place(at.map(|at| of[..at].chars().count())));
    }
    let items = items(meter, &left)?;
    let mut places = items.iter().enumerate().filter(|(_, item)| item.equals(&right)).map(|(at, _)| at);
    Ok(place(if last { places.next_back() } else { places.next() }))
}

pub(super) fn index_of<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    position(meter, args, false)
}

pub(super) fn last_index_of<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    position(meter, args, true)
}

pub(super) fn join<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (list, between) = two(args);
    let between = if matches!(between, Value::Null) { Value::text("") } else { between };
    let between = super::text(meter, &between)?.to_owned();
    let items = items(meter, &list)?;
    meter.spend((items.len().saturating_mul(between.len())) as u64 / 8)?;
    let texts: Result<Vec<&str>, Fault> = items.iter().map(|item| super::text(meter, item)).collect();
    Ok(Value::text(texts?.join(&between)))
}

fn order(left: &Value<'_>, right: &Value<'_>) -> Result<Ordering, Fault> {
    left.compare(right).ok_or_else(|| wrong("", format!("{} and {} have no order", a(left), a(right))))
}

pub(super) fn is_sorted<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let items = items(meter, &one(args))?;
    for pair in items.windows(2) {
        if order(&pair[0], &pair[1])? == Ordering::Greater {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn extreme<'a>(meter: &mut Meter, args: Vec<Value<'a>>, wanted: Ordering) -> Found<'a> {
    let mut items = items(meter, &one(args))?.into_iter();
    let mut best = items.next().ok_or_else(|| Fault::Missing("an element of an empty list".to_owned()))?;
    for item in items {
        if order(&item, &best)? == wanted {
            best = item;
        }
    }
    Ok(best)
}

pub(super) fn min<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    extreme(meter, args, Ordering::Less)
}

pub(super) fn max<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    extreme(meter, args, Ordering::Greater)
}

pub(super) fn sum<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let items = items(meter, &one(args))?;
    let mut total = Value::Int(0);
    for item in items {
        total = match (total, item) {
            (Value::Int(0), item @ (Value::Int(_) | Value::Double(_) | Value::Quantity(_))) => item,
            (Value::Int(left), Value::Int(right)) => {
                Value::Int(left.checked_add(right).ok_or_else(|| wrong("", "the result is too large"))?)
            }
            (Value::Double(left), Value::Double(right)) => Value::Double(left + right),
            (Value::Quantity(left), Value::Quantity(right)) => Value::Quantity(left + right),
            (Value::Quantity(left), Value::Int(right)) => Value::Quantity(left + Quantity::whole(right)),
            (left, right) => return Err(wrong("", format!("{} and {} have no sum", a(&left), a(&right)))),
        };
    }
    Ok(total)
}

/// What an optional is, as one.
fn held<'a>(value: Value<'a>) -> Result<Option<Value<'a>>, Fault> {
    match value {
        Value::Optional(held) => Ok(held.map(|value| value.as_ref().clone())),
        other => Err(takes("an optional, such as self.?spec", &other)),
    }
}

pub(super) fn has_value<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    held(one(args)).map(|held| Value::Bool(held.is_some()))
}

pub(super) fn value<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    held(one(args))?.ok_or_else(|| Fault::Missing("the value of an empty optional".to_owned()))
}

pub(super) fn or_value<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (optional, other) = two(args);
    held(optional).map(|held| held.unwrap_or(other))
}

pub(super) fn or<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (optional, other) = two(args);
    let held = held(optional)?;
    Ok(if held.is_some() { Value::Optional(held.map(Into::into)) } else { other })
}

pub(super) fn optional<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    Ok(Value::Optional(Some(one(args).into())))
}

pub(super) fn none<'a>(_: &mut Meter, _: Vec<Value<'a>>) -> Found<'a> {
    Ok(Value::Optional(None))
}
