//! Times and durations; times are read in UTC.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{one, takes};
use crate::filter::eval::{Fault, Found, Meter, a, wrong};
use crate::filter::value::Value;
use crate::flags::go_seconds;

/// A duration as Go writes it: `1h30m`, `250ms`.
pub(super) fn parse_duration(text: &str) -> Option<SignedDuration> {
    go_seconds(text).and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok())
}

pub(super) fn duration<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    match one(args) {
        Value::Span(span) => Ok(Value::Span(span)),
        Value::Text(text) => parse_duration(&text)
            .map(Value::Span)
            .ok_or_else(|| wrong("", format!("{text:?} is not a duration such as \"90m\""))),
        other => Err(takes("a string such as \"90m\"", &other)),
    }
}

pub(super) fn timestamp<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    match one(args) {
        Value::Time(at) => Ok(Value::Time(at)),
        Value::Int(seconds) => {
            Timestamp::from_second(seconds).map(Value::Time).map_err(|_| wrong("", "it is not a time"))
        }
        Value::Text(text) => text
            .parse()
            .map(Value::Time)
            .map_err(|_| wrong("", format!("{text:?} is not a time such as \"2026-01-31T12:00:00Z\""))),
        other => Err(takes("a string", &other)),
    }
}

/// Only UTC is known: other zones would need files of the machine.
fn in_utc(args: &[Value<'_>]) -> Result<(), Fault> {
    match args.get(1) {
        None => Ok(()),
        Some(Value::Text(zone)) if zone == "UTC" => Ok(()),
        Some(_) => Err(wrong("", "only the time zone \"UTC\" is known")),
    }
}

/// A part of a time of day or date, or the whole of a duration in that unit.
fn part<'a>(
    args: &[Value<'a>],
    of_time: impl Fn(DateTime) -> i64,
    of_span: Option<fn(SignedDuration) -> i64>,
) -> Found<'a> {
    in_utc(args)?;
    match (args.first(), of_span) {
        (Some(Value::Time(at)), _) => Ok(Value::Int(of_time(TimeZone::UTC.to_datetime(*at)))),
        (Some(Value::Span(span)), Some(of_span)) => Ok(Value::Int(of_span(*span))),
        (Some(other), _) => Err(wrong("", format!("{} is not a timestamp; write timestamp(…)", a(other)))),
        (None, _) => Err(wrong("", "it is called on nothing")),
    }
}

pub(super) fn full_year<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.year()), None)
}

pub(super) fn month<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.month()) - 1, None)
}

pub(super) fn date<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.day()), None)
}

pub(super) fn day_of_month<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.day()) - 1, None)
}

pub(super) fn day_of_week<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.weekday().since(Weekday::Sunday)), None)
}

pub(super) fn day_of_year<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.day_of_year()) - 1, None)
}

pub(super) fn hours<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.hour()), Some(|span| span.as_hours()))
}

pub(super) fn minutes<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.minute()), Some(|span| span.as_mins()))
}

pub(super) fn seconds<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    part(&args, |at| i64::from(at.second()), Some(|span| span.as_secs()))
}

pub(super) fn milliseconds<'a>(_: &mut Meter, args: Vec<Value<'a>>) -> Found<'a> {
    let of_span = |span: SignedDuration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    part(&args, |at| i64::from(at.millisecond()), Some(of_span))
}
