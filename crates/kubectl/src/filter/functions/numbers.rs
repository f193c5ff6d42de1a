//! Numbers and quantities.

use std::cmp::Ordering;

use super::{one, takes, two};
use crate::filter::eval::{Fault, Found, Meter, wrong};
use crate::filter::value::Value;
use crate::quantity::Quantity;

pub(super) fn int<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let value = one(args);
    let int = match &value {
        Value::Int(value) => Some(*value),
        Value::Double(value) if value.abs() < 9.2e18 => Some(*value as i64),
        Value::Text(text) => text.parse().ok(),
        Value::Time(at) => Some(at.as_second()),
        Value::Quantity(quantity) => quantity.as_i64(),
        _ => return Err(takes("a number or a string", &value)),
    };
    int.map(Value::Int).ok_or_else(|| wrong("", "it is not a whole number"))
}

pub(super) fn double<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let value = one(args);
    let double = match &value {
        Value::Int(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        Value::Text(text) => text.parse().ok(),
        Value::Quantity(quantity) => Some(quantity.as_f64()),
        _ => return Err(takes("a number or a string", &value)),
    };
    double.map(Value::Double).ok_or_else(|| wrong("", "it is not a number"))
}

/// What can stand for a quantity: fields such as `limits.cpu` hold numbers as well as texts.
fn read(value: &Value<'_>) -> Result<Option<Quantity>, Fault> {
    Ok(match value {
        Value::Quantity(quantity) => Some(*quantity),
        Value::Int(number) => Some(Quantity::whole(*number)),
        Value::Double(number) => Quantity::parse(&number.to_string()),
        Value::Text(text) => Quantity::parse(text),
        other => return Err(takes("a quantity", other)),
    })
}

fn amount(value: &Value<'_>) -> Result<Quantity, Fault> {
    read(value)?.ok_or_else(|| wrong("", "it is not a quantity such as \"500Mi\""))
}

pub(super) fn quantity<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    amount(&one(args)).map(Value::Quantity)
}

pub(super) fn is_quantity<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    Ok(Value::Bool(read(&one(args)).is_ok_and(|read| read.is_some())))
}

/// Both sides of a method that only quantities have.
fn both(args: Vec<Value<'_>>) -> Result<(Quantity, Quantity), Fault> {
    match two(args) {
        (Value::Quantity(left), Value::Quantity(right)) => Ok((left, right)),
        (Value::Quantity(left), Value::Int(right)) => Ok((left, Quantity::whole(right))),
        (Value::Quantity(_), other) | (other, _) => Err(takes("a quantity", &other)),
    }
}

pub(super) fn is_greater_than<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    both(args).map(|(left, right)| Value::Bool(left > right))
}

pub(super) fn is_less_than<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    both(args).map(|(left, right)| Value::Bool(left < right))
}

pub(super) fn compare_to<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let order = |order: Ordering| order as i64;
    both(args).map(|(left, right)| Value::Int(order(left.cmp(&right))))
}

pub(super) fn add<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    both(args).map(|(left, right)| Value::Quantity(left + right))
}

pub(super) fn sub<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    both(args).map(|(left, right)| Value::Quantity(left - right))
}

pub(super) fn sign<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    amount(&one(args)).map(|quantity| Value::Int(quantity.sign()))
}

pub(super) fn is_integer<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    amount(&one(args)).map(|quantity| Value::Bool(quantity.as_i64().is_some()))
}

pub(super) fn as_integer<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    amount(&one(args))?.as_i64().map(Value::Int).ok_or_else(|| wrong("", "it is not a whole number"))
}

pub(super) fn as_approximate_float<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    amount(&one(args)).map(|quantity| Value::Double(quantity.as_f64()))
}
