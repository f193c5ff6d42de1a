//! The functions of Go templates, and `printf`.

use std::borrow::Cow;
use std::cmp::Ordering;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use crate::go::{float, sprint};

type Val<'a> = Cow<'a, Value>;
type Found<'a> = Result<Val<'a>, String>;

const FUNCTIONS: [&str; 20] = [
    "and",
    "or",
    "not",
    "len",
    "index",
    "slice",
    "print",
    "printf",
    "println",
    "html",
    "js",
    "urlquery",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "exists",
    "base64decode",
];

pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// Whether a value counts as true: neither zero, nor empty, nor nothing.
pub(super) fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// A value in the text of a template.
pub(super) fn printed(value: &Value) -> String {
    sprint(value)
}

pub(super) fn call<'a>(name: &str, args: Vec<Val<'a>>) -> Found<'a> {
    let text = |text: String| Ok(Cow::Owned(Value::from(text)));
    let bool = |value: bool| Ok(Cow::Owned(Value::Bool(value)));
    match name {
        "not" => bool(!truth(one(&args)?)),
        "len" => match one(&args)? {
            Value::String(text) => Ok(Cow::Owned(Value::from(text.len()))),
            Value::Array(items) => Ok(Cow::Owned(Value::from(items.len()))),
            Value::Object(fields) => Ok(Cow::Owned(Value::from(fields.len()))),
            _ => Err("only texts, lists and maps have a length".to_owned()),
        },
        "index" => index(args),
        "slice" => slice(&args),
        "print" => text(spaced(&args)),
        "println" => {
            let words: Vec<String> = args.iter().map(|value| sprint(value)).collect();
            text(words.join(" ") + "\n")
        }
        "printf" => match args.split_first().map(|(first, rest)| (first.as_ref(), rest)) {
            Some((Value::String(format), rest)) => text(printf(format, rest)?),
            _ => Err("the first argument is a text".to_owned()),
        },
        "html" => text(escape_html(&spaced(&args))),
        "js" => text(escape_js(&spaced(&args))),
        "urlquery" => text(escape_query(&spaced(&args))),
        "eq" => {
            let (first, rest) =
                args.split_first().filter(|(_, rest)| !rest.is_empty()).ok_or("it takes two values")?;
            let mut any = false;
            for other in rest {
                any |= equal(first, other)?;
            }
            bool(any)
        }
        "ne" => pair(&args).and_then(|(left, right)| bool(!equal(left, right)?)),
        "lt" => pair(&args).and_then(|(left, right)| bool(order(left, right)? == Ordering::Less)),
        "le" => pair(&args).and_then(|(left, right)| bool(order(left, right)? != Ordering::Greater)),
        "gt" => pair(&args).and_then(|(left, right)| bool(order(left, right)? == Ordering::Greater)),
        "ge" => pair(&args).and_then(|(left, right)| bool(order(left, right)? != Ordering::Less)),
        "exists" => bool(exists(&args)),
        "base64decode" => match one(&args)? {
            Value::String(encoded) => {
                let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| "it is not base64".to_owned())?;
                text(String::from_utf8_lossy(&bytes).into_owned())
            }
            _ => Err("it takes a text".to_owned()),
        },
        other => Err(format!("there is no function {other}")),
    }
}

fn one<'v>(args: &'v [Val<'_>]) -> Result<&'v Value, String> {
    match args {
        [value] => Ok(value),
        _ => Err(format!("it takes one value, not {}", args.len())),
    }
}

fn pair<'v, 'a>(args: &'v [Val<'a>]) -> Result<(&'v Value, &'v Value), String> {
    match args {
        [left, right] => Ok((left, right)),
        _ => Err(format!("it takes two values, not {}", args.len())),
    }
}

/// Go's `fmt.Sprint`: a space between two that are both no texts.
fn spaced(args: &[Val<'_>]) -> String {
    let mut out = String::new();
    for (at, value) in args.iter().enumerate() {
        if at > 0 && !value.is_string() && !args[at - 1].is_string() {
            out.push(' ');
        }
        out.push_str(&sprint(value));
    }
    out
}

fn place(value: &Value, length: usize) -> Result<usize, String> {
    let at = value.as_i64().or_else(|| value.as_f64().filter(|at| at.fract() == 0.0).map(|at| at as i64));
    let at = at.ok_or("an index is a whole number")?;
    usize::try_from(at).ok().filter(|at| *at <= length).ok_or_else(|| format!("index out of range: {at}"))
}

fn index<'a>(args: Vec<Val<'a>>) -> Found<'a> {
    let mut args = args.into_iter();
    let mut value = args.next().ok_or("it takes a list or map")?;
    for key in args {
        value = match (value, key.as_ref()) {
            (Cow::Borrowed(Value::Object(map)), Value::String(key)) => {
                map.get(key).map_or(Cow::Owned(Value::Null), Cow::Borrowed)
            }
            (Cow::Owned(Value::Object(mut map)), Value::String(key)) => {
                Cow::Owned(map.remove(key).unwrap_or_default())
            }
            (Cow::Borrowed(Value::Array(items)), key) => {
                let at = place(key, items.len())?;
                Cow::Borrowed(items.get(at).ok_or_else(|| format!("index out of range: {at}"))?)
            }
            (Cow::Owned(Value::Array(mut items)), key) => {
                let at = place(key, items.len())?;
                if at == items.len() {
                    return Err(format!("index out of range: {at}"));
                }
                Cow::Owned(items.swap_remove(at))
            }
            (value, _) if value.is_null() => return Err("index of untyped nil".to_owned()),
            _ => return Err("only lists and maps have an index".to_owned()),
        };
    }
    Ok(value)
}

fn slice<'a>(args: &[Val<'a>]) -> Found<'a> {
    let (value, places) = args.split_first().ok_or("it takes a text or list")?;
    let length = match value.as_ref() {
        Value::String(text) => text.len(),
        Value::Array(items) => items.len(),
        _ => return Err("only texts and lists can be sliced".to_owned()),
    };
    let at =
        |index: usize, default: usize| places.get(index).map_or(Ok(default), |value| place(value, length));
    let (from, to) = (at(0, 0)?, at(1, length)?);
    match value.as_ref() {
        Value::String(text) => {
            let part = text.get(from..to).ok_or_else(|| format!("invalid slice index: {from} > {to}"))?;
            Ok(Cow::Owned(Value::from(part)))
        }
        Value::Array(items) => {
            let part = items.get(from..to).ok_or_else(|| format!("invalid slice index: {from} > {to}"))?;
            Ok(Cow::Owned(Value::from(part.to_vec())))
        }
        _ => Err("only texts and lists can be sliced".to_owned()),
    }
}

/// Whether there is something at the keys of a map.
fn exists(args: &[Val<'_>]) -> bool {
    let Some((first, keys)) = args.split_first() else { return false };
    let mut value = first.as_ref();
    for key in keys {
        let next = match (value, key.as_ref()) {
            (Value::Object(map), Value::String(key)) => map.get(key),
            (Value::Array(items), key) => place(key, items.len()).ok().and_then(|at| items.get(at)),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return false,
        }
    }
    true
}

fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Ok(left.as_f64() == right.as_f64()),
        (Value::Object(_) | Value::Array(_), other) | (other, Value::Object(_) | Value::Array(_)) => {
            if other.is_null() { Ok(false) } else { Err("lists and maps can't be compared".to_owned()) }
        }
        (Value::Null, _) | (_, Value::Null) => Ok(left == right),
        _ if std::mem::discriminant(left) == std::mem::discriminant(right) => Ok(left == right),
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

fn order(left: &Value, right: &Value) -> Result<Ordering, String> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left.as_f64().partial_cmp(&right.as_f64()).ok_or_else(|| "it is not a number".to_owned())
        }
        (Value::String(left), Value::String(right)) => Ok(left.cmp(right)),
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

fn escape_html(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            c => out.push(c),
        }
    }
    out
}

fn escape_js(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => out.extend(['\\', c]),
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn escape_query(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// Longest field that a width may ask for.
const WIDEST: usize = 1_000;

/// Flags, width and precision of one verb.
#[derive(Default)]
struct Spec {
    left: bool,
    zero: bool,
    plus: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> usize {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    digits.parse::<usize>().unwrap_or(0).min(WIDEST)
}

fn printf(format: &str, args: &[Val<'_>]) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    let mut args = args.iter();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut spec = Spec::default();
        while let Some(flag) = chars.next_if(|c| "-0+# ".contains(*c)) {
            spec.left |= flag == '-';
            spec.zero |= flag == '0';
            spec.plus |= flag == '+';
            spec.sharp |= flag == '#';
        }
        spec.width = digits(&mut chars);
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(digits(&mut chars));
        }
        let Some(verb) = chars.next() else {
            out.push_str("%!(NOVERB)");
            break;
        };
        if verb == '%' {
            out.push('%');
            continue;
        }
        match args.next() {
            Some(value) => out.push_str(&spec.padded(&one_value(&spec, verb, value))),
            None => out.push_str(&format!("%!{verb}(MISSING)")),
        }
    }
    let extra: Vec<String> = args.map(|value| format!("{}={}", kind(value), sprint(value))).collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    Ok(out)
}

impl Spec {
    fn padded(&self, text: &str) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            return format!("{text}{}", " ".repeat(missing));
        }
        if !self.zero {
            return format!("{}{text}", " ".repeat(missing));
        }
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(digits) => (&text[..1], digits),
            None => ("", text),
        };
        format!("{sign}{}{digits}", "0".repeat(missing))
    }
}

/// Go's name of a value's type.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

fn one_value(spec: &Spec, verb: char, value: &Value) -> String {
    let whole = value.as_i64().or_else(|| value.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64));
    let signed =
        |text: String, negative: bool| if spec.plus && !negative { format!("+{text}") } else { text };
    match (verb, value) {
        ('v' | 's', Value::String(text)) => match spec.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text.clone(),
        },
        ('v', value) => sprint(value),
        ('s', Value::Array(_) | Value::Object(_)) => sprint(value),
        ('q', Value::String(text)) => format!("{text:?}"),
        ('t', Value::Bool(value)) => value.to_string(),
        ('d', Value::Number(_)) if whole.is_some() => {
            signed(whole.unwrap_or(0).to_string(), whole.is_some_and(|n| n < 0))
        }
        ('x', Value::Number(_)) if whole.is_some() => format!("{:x}", whole.unwrap_or(0)),
        ('X', Value::Number(_)) if whole.is_some() => format!("{:X}", whole.unwrap_or(0)),
        ('o', Value::Number(_)) if whole.is_some() => format!("{:o}", whole.unwrap_or(0)),
        ('b', Value::Number(_)) if whole.is_some() => format!("{:b}", whole.unwrap_or(0)),
        ('c', Value::Number(_)) if whole.is_some() => {
            let code = whole.and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32);
            code.map(String::from).unwrap_or_default()
        }
        ('x', Value::String(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('f' | 'F', Value::Number(number)) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            signed(format!("{number:.*}", spec.precision.unwrap_or(6)), number < 0.0)
        }
        ('g', Value::Number(number)) => float(number.as_f64().unwrap_or(f64::NAN)),
        (verb, Value::Null) => format!("%!{verb}(<nil>)"),
        (verb, value) => format!("%!{verb}({}={})", kind(value), sprint(value)),
    }
}
