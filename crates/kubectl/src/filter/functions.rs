//! The functions of a filter: CEL's own, and those that Kubernetes adds.

mod lists;
mod numbers;
mod strings;
mod times;

use regex::{Regex, RegexBuilder};

use super::eval::{Fault, Found, Meter, a, wrong};
use super::value::Value;
use crate::quantity::Quantity;

/// One function.
pub(super) struct Function {
    pub name: &'static str,
    /// How it is called: `x.f(…)` or `f(x, …)`.
    style: Style,
    /// Least and most arguments, what it is called on included.
    args: (usize, usize),
    /// The argument whose text can be checked before anything is read.
    pub reads_constant: Option<usize>,
    pub call: for<'a> fn(&mut Meter, Vec<Value<'a>>) -> Found<'a>,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `f(x)`.
    Plain,
    /// `x.f()`.
    Method,
    Either,
}

macro_rules! functions {
    ($($style:ident $name:literal ($least:literal..=$most:literal) $(checks $constant:literal)? => $call:path,)*) => {
        const FUNCTIONS: &[Function] = &[$(Function {
            name: $name,
            style: Style::$style,
            args: ($least, $most),
            reads_constant: [$(Some($constant),)? None][0],
            call: $call,
        },)*];
    };
}

functions! {
    Either "size" (1..=1) => lists::size,
    Plain "int" (1..=1) => numbers::int,
    Plain "uint" (1..=1) => numbers::int,
    Plain "double" (1..=1) => numbers::double,
    Plain "string" (1..=1) => strings::string,
    Plain "bool" (1..=1) => strings::bool,
    Plain "dyn" (1..=1) => strings::same,
    Plain "type" (1..=1) => strings::kind,
    Plain "quantity" (1..=1) checks 0 => numbers::quantity,
    Plain "isQuantity" (1..=1) => numbers::is_quantity,
    Method "isGreaterThan" (2..=2) => numbers::is_greater_than,
    Method "isLessThan" (2..=2) => numbers::is_less_than,
    Method "compareTo" (2..=2) => numbers::compare_to,
    Method "add" (2..=2) => numbers::add,
    Method "sub" (2..=2) => numbers::sub,
    Method "sign" (1..=1) => numbers::sign,
    Method "isInteger" (1..=1) => numbers::is_integer,
    Method "asInteger" (1..=1) => numbers::as_integer,
    Method "asApproximateFloat" (1..=1) => numbers::as_approximate_float,
    Plain "timestamp" (1..=1) checks 0 => times::timestamp,
    Plain "duration" (1..=1) checks 0 => times::duration,
    Method "getFullYear" (1..=2) => times::full_year,
    Method "getMonth" (1..=2) => times::month,
    Method "getDate" (1..=2) => times::date,
    Method "getDayOfMonth" (1..=2) => times::day_of_month,
    Method "getDayOfWeek" (1..=2) => times::day_of_week,
    Method "getDayOfYear" (1..=2) => times::day_of_year,
    Method "getHours" (1..=2) => times::hours,
    Method "getMinutes" (1..=2) => times::minutes,
    Method "getSeconds" (1..=2) => times::seconds,
    Method "getMilliseconds" (1..=2) => times::milliseconds,
    Method "contains" (2..=2) => strings::contains,
    Method "startsWith" (2..=2) => strings::starts_with,
    Method "endsWith" (2..=2) => strings::ends_with,
    Either "matches" (2..=2) checks 1 => strings::matches,
    Method "find" (2..=2) checks 1 => strings::find,
    Method "findAll" (2..=2) checks 1 => strings::find_all,
    Method "charAt" (2..=2) => strings::char_at,
    Method "indexOf" (2..=2) => lists::index_of,
    Method "lastIndexOf" (2..=2) => lists::last_index_of,
    Method "lowerAscii" (1..=1) => strings::lower,
    Method "upperAscii" (1..=1) => strings::upper,
    Method "trim" (1..=1) => strings::trim,
    Method "replace" (3..=3) => strings::replace,
    Method "split" (2..=2) => strings::split,
    Method "substring" (2..=3) => strings::substring,
    Method "join" (1..=2) => lists::join,
    Method "isSorted" (1..=1) => lists::is_sorted,
    Method "sum" (1..=1) => lists::sum,
    Method "min" (1..=1) => lists::min,
    Method "max" (1..=1) => lists::max,
    Method "hasValue" (1..=1) => lists::has_value,
    Method "value" (1..=1) => lists::value,
    Method "orValue" (2..=2) => lists::or_value,
    Method "or" (2..=2) => lists::or,
    Plain "optional.of" (1..=1) => lists::optional,
    Plain "optional.none" (0..=0) => lists::none,
}

/// The function of this name, if it is called as it can be.
pub(super) fn find(name: &str, on: bool, args: usize) -> Result<&'static Function, String> {
    let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
        let nearest = FUNCTIONS
            .iter()
            .map(|function| (strsim::jaro_winkler(function.name, name), function.name))
            .filter(|(score, _)| *score > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = nearest.map(|(_, name)| format!("; did you mean `{name}`?")).unwrap_or_default();
        return Err(format!("there is no function `{name}`{hint}"));
    };
    match (function.style, on) {
        (Style::Plain, true) => return Err(format!("`{name}` is called as `{name}(…)`, not on a value")),
        (Style::Method, false) => return Err(format!("`{name}` is called on a value: `x.{name}(…)`")),
        _ => {}
    }
    if args < function.args.0 || args > function.args.1 {
        return Err(format!("`{name}` does not take {} arguments", args - usize::from(on)));
    }
    Ok(function)
}

/// Refuses a constant text that the function can never read.
pub(super) fn check_constant(function: &str, text: &str) -> Result<(), String> {
    match function {
        "quantity" if Quantity::parse(text).is_none() => {
            Err(format!("{text:?} is not a quantity such as \"500Mi\""))
        }
        "duration" if times::parse_duration(text).is_none() => {
            Err(format!("{text:?} is not a duration such as \"90m\""))
        }
        "timestamp" if text.parse::<jiff::Timestamp>().is_err() => {
            Err(format!("{text:?} is not a time such as \"2026-01-31T12:00:00Z\""))
        }
        "matches" | "find" | "findAll" => compile_pattern(text).map(|_| ()),
        _ => Ok(()),
    }
}

/// A regular expression of bounded size; its search takes linear time.
pub(super) fn compile_pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text)
        .size_limit(1 << 18)
        .dfa_size_limit(1 << 20)
        .build()
        .map_err(|_| format!("{text:?} is not a regular expression, or too large a one"))
}

/// The first argument, and the others.
fn one<'a>(args: Vec<Value<'a>>) -> Value<'a> {
    args.into_iter().next().unwrap_or(Value::Null)
}

fn two<'a>(args: Vec<Value<'a>>) -> (Value<'a>, Value<'a>) {
    let mut args = args.into_iter();
    (args.next().unwrap_or(Value::Null), args.next().unwrap_or(Value::Null))
}

/// A text argument; its length counts as steps.
fn text<'v>(meter: &mut Meter, value: &'v Value<'_>) -> Result<&'v str, Fault> {
    match value {
        Value::Text(text) => {
            meter.spend(text.len() as u64 / 8)?;
            Ok(text)
        }
        other => Err(takes("a string", other)),
    }
}

/// A place in a text or list.
fn place(value: &Value<'_>) -> Result<usize, Fault> {
    match value {
        Value::Int(at) => usize::try_from(*at).map_err(|_| wrong("", "an index is negative")),
        other => Err(takes("an int", other)),
    }
}

fn takes(wanted: &str, found: &Value<'_>) -> Fault {
    wrong("", format!("it takes {wanted}, not {}", a(found)))
}
