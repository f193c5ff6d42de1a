//! Texts.

use std::borrow::Cow;

use super::{one, place, takes, text, two};
use crate::filter::eval::{Fault, Found, Meter, wrong};
use crate::filter::value::Value;

pub(super) fn string<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let value = one(args);
    meter.spend(value.weight())?;
    Ok(match &value {
        Value::Text(_) => value,
        Value::Bool(value) => Value::text(value.to_string()),
        Value::Int(value) => Value::text(value.to_string()),
        Value::Double(value) => Value::text(value.to_string()),
        Value::Quantity(value) => Value::text(value.to_string()),
        Value::Time(value) => Value::text(value.to_string()),
        Value::Span(value) => Value::text(format!("{}s", value.as_secs_f64())),
        other => return Err(takes("a single value", other)),
    })
}

pub(super) fn bool<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    match one(args) {
        Value::Bool(value) => Ok(Value::Bool(value)),
        Value::Text(text) if matches!(text.as_ref(), "true" | "false") => Ok(Value::Bool(text == "true")),
        other => Err(takes("true or false", &other)),
    }
}

pub(super) fn same<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    Ok(one(args))
}

/// The type's name, so that `type(x) == string` is written `type(x) == "string"`.
pub(super) fn kind<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    Ok(Value::text(one(args).kind()))
}

fn tested<'a>(meter: &mut Meter, args: Vec<Value<'a>>, test: fn(&str, &str) -> bool) -> Found<'a> {
    let (left, right) = two(args);
    let (left, right) = (text(meter, &left)?, text(meter, &right)?);
    Ok(Value::Bool(test(left, right)))
}

pub(super) fn contains<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    tested(meter, args, |left, right| left.contains(right))
}

pub(super) fn starts_with<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    tested(meter, args, |left, right| left.starts_with(right))
}

pub(super) fn ends_with<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    tested(meter, args, |left, right| left.ends_with(right))
}

/// The text and the pattern; a search counts every byte.
fn searched<'v>(
    meter: &mut Meter,
    left: &'v Value<'_>,
    right: &Value<'_>,
) -> Result<(&'v str, regex::Regex), Fault> {
    let left = text(meter, left)?;
    meter.spend(left.len() as u64)?;
    let right = text(meter, right)?;
    Ok((left, meter.pattern(right)?.clone()))
}

pub(super) fn matches<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (left, right) = two(args);
    let (left, pattern) = searched(meter, &left, &right)?;
    Ok(Value::Bool(pattern.is_match(left)))
}

pub(super) fn find<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (left, right) = two(args);
    let (left, pattern) = searched(meter, &left, &right)?;
    Ok(Value::text(pattern.find(left).map_or("", |found| found.as_str())))
}

pub(super) fn find_all<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (left, right) = two(args);
    let (left, pattern) = searched(meter, &left, &right)?;
    Ok(Value::list(pattern.find_iter(left).map(|found| Value::text(found.as_str())).collect()))
}

pub(super) fn char_at<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (left, right) = two(args);
    let found = text(meter, &left)?.chars().nth(place(&right)?);
    Ok(Value::text(found.map(String::from).unwrap_or_default()))
}

/// What is made of a text, whose length counts.
fn made<'a>(meter: &mut Meter, args: Vec<Value<'a>>, make: fn(&str) -> String) -> Found<'a> {
    let value = one(args);
    text(meter, &value).map(|text| Value::text(make(text)))
}

pub(super) fn lower<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    made(meter, args, str::to_ascii_lowercase)
}

pub(super) fn upper<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    made(meter, args, str::to_ascii_uppercase)
}

pub(super) fn trim<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    made(meter, args, |text| text.trim().to_owned())
}

pub(super) fn replace<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let [of, from, to] = <[Value<'a>; 3]>::try_from(args).map_err(|_| wrong("", "it takes two texts"))?;
    let (of, from, to) = (text(meter, &of)?, text(meter, &from)?, text(meter, &to)?);
    // Every place of an empty text counts, and each may grow by the replacement.
    let places = of.matches(from).count();
    meter.spend((places.saturating_mul(to.len())) as u64)?;
    Ok(Value::text(of.replace(from, to)))
}

pub(super) fn split<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let (left, right) = two(args);
    let (left, right) = (text(meter, &left)?, text(meter, &right)?);
    meter.spend(left.len() as u64)?;
    Ok(Value::list(match right {
        "" => left.chars().map(|c| Value::text(c.to_string())).collect(),
        _ => left.split(right).map(Value::text).collect(),
    }))
}

pub(super) fn substring<'a>(meter: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let [of, from, ..] = args.as_slice() else { return Err(wrong("", "it takes a place")) };
    let from = place(from)?;
    let of = text(meter, of)?;
    let to = args.get(2).map(place).transpose()?.unwrap_or_else(|| of.chars().count());
    if from > to || to > of.chars().count() {
        return Err(wrong("", format!("the text has no places {from} to {to}")));
    }
    Ok(Value::Text(Cow::Owned(of.chars().skip(from).take(to - from).collect())))
}
