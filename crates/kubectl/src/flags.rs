//! Flags by pflag's rules: `--x=v`, `--x v`, bare switches, attached and clustered short flags, `_` for `-`, `--`.

use crate::line::look_alike;
use crate::refusal::Refusal;

/// What a flag takes, and what it does when it is given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing, or `=true` and `=false`.
    Switch,
    /// One ASCII value; the last one counts.
    Text,
    /// One value in any script; the last one counts.
    Free,
    /// A whole number.
    Int,
    /// A span such as `1h30m`.
    Duration,
    /// A number of seconds, or a span; nothing, and less, is no limit.
    Timeout,
    /// Values separated by commas; repeated flags add up.
    List,
    /// Values as they are; repeated flags add up.
    Array,
    /// A value after `=`, or bare for this one.
    Optional(&'static str),
}

/// One row of a flag table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag {
    pub long: &'static str,
    pub short: Option<char>,
    pub takes: Takes,
    /// Why the flag is refused: identifier and sentence.
    pub refused: Option<(&'static str, &'static str)>,
    /// The value that it has when it is not given, where that is not nothing and not `false`.
    pub default: &'static str,
    /// The only values that it takes; any where this is empty.
    pub only: &'static [&'static str],
}

impl Flag {
    pub(crate) const fn new(long: &'static str, takes: Takes) -> Self {
        Self { long, short: None, takes, refused: None, default: "", only: &[] }
    }
    pub(crate) const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }
    pub(crate) const fn refuse(mut self, id: &'static str, sentence: &'static str) -> Self {
        self.refused = Some((id, sentence));
        self
    }
    pub(crate) const fn default(mut self, value: &'static str) -> Self {
        self.default = value;
        self
    }
    pub(crate) const fn only(mut self, values: &'static [&'static str]) -> Self {
        self.only = values;
        self
    }
    /// Whether this value says no more than leaving the flag out.
    fn is_default(&self, value: &str) -> bool {
        value == self.default
            || value.is_empty()
            || (self.takes == Takes::Timeout && go_timeout(value).is_none_or(|seconds| seconds <= 0.0))
            || (self.takes == Takes::Switch && self.default.is_empty() && value == "false")
    }
    /// What the flag means without a value.
    fn bare(&self) -> Option<&'static str> {
        match self.takes {
            Takes::Switch => Some("true"),
            Takes::Optional(value) => Some(value),
            _ => None,
        }
    }
}

pub(crate) const fn switch(long: &'static str) -> Flag {
    Flag::new(long, Takes::Switch)
}
pub(crate) const fn text(long: &'static str) -> Flag {
    Flag::new(long, Takes::Text)
}
pub(crate) const fn free(long: &'static str) -> Flag {
    Flag::new(long, Takes::Free)
}
pub(crate) const fn int(long: &'static str) -> Flag {
    Flag::new(long, Takes::Int)
}
pub(crate) const fn duration(long: &'static str) -> Flag {
    Flag::new(long, Takes::Duration)
}
pub(crate) const fn list(long: &'static str) -> Flag {
    Flag::new(long, Takes::List)
}
pub(crate) const fn array(long: &'static str) -> Flag {
    Flag::new(long, Takes::Array)
}

/// The tables a verb's flags come from; the first that has a name wins.
pub(crate) type Tables<'a> = &'a [&'static [Flag]];

/// The words of one command after its verb, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// Positional words.
    pub args: Vec<String>,
    /// How many of them stand before `--`; absent without `--`.
    pub dash: Option<usize>,
    given: Vec<(&'static Flag, String)>,
}

impl Parsed {
    pub(crate) fn text(&self, long: &str) -> Option<String> {
        self.given.iter().rev().find(|(flag, _)| flag.long == long).map(|(_, value)| value.clone())
    }

    pub(crate) fn has(&self, long: &str) -> bool {
        self.given.iter().any(|(flag, _)| flag.long == long)
    }

    pub(crate) fn on(&self, long: &str) -> bool {
        self.text(long).as_deref().and_then(go_bool) == Some(true)
    }

    /// A switch that is on unless it is switched off.
    pub(crate) fn on_unless(&self, long: &str) -> bool {
        !self.has(long) || self.on(long)
    }

    pub(crate) fn int(&self, long: &str) -> Option<i64> {
        self.text(long)?.parse().ok()
    }

    /// A span in whole seconds, rounded up.
    pub(crate) fn seconds(&self, long: &str) -> Option<i64> {
        go_duration(&self.text(long)?)
    }

    /// All values of a list flag in order.
    pub(crate) fn list(&self, long: &str) -> Vec<String> {
        let values = self.given.iter().filter(|(flag, _)| flag.long == long);
        values
            .flat_map(
                |(flag, value)| if flag.takes == Takes::List { commas(value) } else { vec![value.clone()] },
            )
            .collect()
    }

    /// The flags of one table that say something, each in one spelling, in the table's order.
    pub(crate) fn kept(&self, table: &'static [Flag]) -> Vec<(&'static Flag, String)> {
        let mut kept = Vec::new();
        if self.given.is_empty() {
            return kept;
        }
        for flag in table {
            let mut values = self.given.iter().filter(|(given, _)| *given == flag);
            match flag.takes {
                Takes::Array => kept.extend(values.map(|(_, value)| (flag, value.clone()))),
                Takes::List => {
                    let joined = self.list(flag.long).join(",");
                    if values.next().is_some() && !joined.is_empty() {
                        kept.push((flag, joined));
                    }
                }
                _ => {
                    if let Some((_, value)) = values.next_back().filter(|(_, value)| !flag.is_default(value))
                    {
                        kept.push((flag, plain_span(flag, value)));
                    }
                }
            }
        }
        kept
    }

    /// Words before `--`.
    pub(crate) fn own(&self) -> &[String] {
        &self.args[..self.dash.unwrap_or(self.args.len())]
    }
}

/// `2m` and `120s` are the same span; fractions stay as they are.
fn plain_span(flag: &Flag, value: &str) -> String {
    if flag.takes == Takes::Timeout
        && let Some(seconds) = go_timeout(value)
    {
        return if seconds.fract() == 0.0 { format!("{seconds}s") } else { format!("{}ms", seconds * 1e3) };
    }
    let whole =
        flag.takes == Takes::Duration && value.bytes().all(|b| b.is_ascii_digit() || b"hms-".contains(&b));
    match go_duration(value).filter(|_| whole && !value.contains("ms")) {
        Some(seconds) => format!("{seconds}s"),
        None => value.to_owned(),
    }
}

fn commas(value: &str) -> Vec<String> {
    value.split(',').filter(|part| !part.is_empty()).map(|part| part.trim_matches('"').to_owned()).collect()
}

/// Go's `strconv.ParseBool`.
fn go_bool(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `time.ParseDuration` in seconds, rounded up; negative spans stay negative.
pub(crate) fn go_duration(value: &str) -> Option<i64> {
    go_seconds(value).map(|seconds| seconds.ceil() as i64)
}

/// The same with its fraction.
pub(crate) fn go_seconds(value: &str) -> Option<f64> {
    let (sign, mut rest) = match value.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, value.strip_prefix('+').unwrap_or(value)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        seconds += number
            * match &rest[..unit] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    (!value.is_empty() && seconds < 1e12).then_some(sign * seconds)
}

/// kubectl's `ParseTimeout`: a bare number is one of seconds.
pub(crate) fn go_timeout(value: &str) -> Option<f64> {
    let digits = value.strip_prefix('+').unwrap_or(value);
    match digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>()) {
        Some(Ok(seconds)) => Some(f64::from(seconds)),
        _ => go_seconds(value),
    }
}

fn find(tables: Tables<'_>, long: &str) -> Option<&'static Flag> {
    tables.iter().flat_map(|table| table.iter()).find(|flag| flag.long == long)
}

fn find_short(tables: Tables<'_>, short: char) -> Option<&'static Flag> {
    let flag = tables.iter().flat_map(|table| table.iter()).find(|flag| flag.short == Some(short))?;
    // A local flag hides the global one of the same name, and with it its short form.
    (find(tables, flag.long) == Some(flag)).then_some(flag)
}

/// Takes the words after the verb apart.
pub(crate) fn parse(tables: Tables<'_>, verb: &str, words: Vec<String>) -> Result<Parsed, Refusal> {
    let mut parsed = Parsed::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--" {
            parsed.dash = Some(parsed.args.len());
            parsed.args.extend(words);
            break;
        }
        if let Some(body) = word.strip_prefix("--") {
            long(tables, verb, body, &mut words, &mut parsed)?;
        } else if word.len() > 1 && word.starts_with('-') {
            cluster(tables, verb, &word[1..], &mut words, &mut parsed)?;
        } else {
            parsed.args.push(word);
        }
    }
    Ok(parsed)
}

type Rest = std::vec::IntoIter<String>;

fn long(
    tables: Tables<'_>,
    verb: &str,
    body: &str,
    rest: &mut Rest,
    parsed: &mut Parsed,
) -> Result<(), Refusal> {
    let (name, value) = match body.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (body, None),
    };
    if name.is_empty() || name.starts_with('-') {
        return Err(Refusal::new(
            "unknown-flag",
            format!("`--{body}` is not a flag; a flag is written `--name` or `--name=value`."),
        ));
    }
    let name = name.replace('_', "-");
    let Some(flag) = find(tables, &name) else { return Err(unknown(tables, verb, &format!("--{name}"))) };
    let value = match (value, flag.bare()) {
        (Some(value), _) => value,
        (None, Some(bare)) => bare.to_owned(),
        (None, None) => next(flag, rest)?,
    };
    give(flag, value, parsed)
}

fn cluster(
    tables: Tables<'_>,
    verb: &str,
    body: &str,
    rest: &mut Rest,
    parsed: &mut Parsed,
) -> Result<(), Refusal> {
    let mut chars = body.chars();
    while let Some(short) = chars.next() {
        let Some(flag) = find_short(tables, short) else {
            return Err(unknown(tables, verb, &format!("-{short}")));
        };
        let tail = chars.as_str();
        // pflag takes `-x=v` as a value only when something follows the sign.
        if tail.len() > 1 && tail.starts_with('=') {
            return give(flag, tail[1..].to_owned(), parsed);
        }
        match flag.bare() {
            Some(bare) => give(flag, bare.to_owned(), parsed)?,
            None if tail.is_empty() => {
                let value = next(flag, rest)?;
                return give(flag, value, parsed);
            }
            None => return give(flag, tail.to_owned(), parsed),
        }
    }
    Ok(())
}

fn next(flag: &Flag, rest: &mut Rest) -> Result<String, Refusal> {
    refused(flag)?;
    rest.next().ok_or_else(|| Refusal::new("missing-value", format!("`--{}` needs a value.", flag.long)))
}

fn refused(flag: &Flag) -> Result<(), Refusal> {
    match flag.refused {
        Some((id, sentence)) => Err(Refusal::new(id, format!("`--{}` is refused: {sentence}", flag.long))),
        None => Ok(()),
    }
}

fn give(flag: &'static Flag, value: String, parsed: &mut Parsed) -> Result<(), Refusal> {
    refused(flag)?;
    let wrong = |wanted: &str| {
        Err(Refusal::new("bad-value", format!("`--{}` takes {wanted}, not `{value}`.", flag.long)))
    };
    match flag.takes {
        Takes::Switch if go_bool(&value).is_none() => return wrong("`true` or `false`"),
        Takes::Int if !is_int(&value) => return wrong("a whole number"),
        Takes::Duration if go_duration(&value).is_none() => {
            return wrong("a span of time such as `5s`, `2m` or `3h`");
        }
        Takes::Timeout if go_timeout(&value).is_none() => {
            return wrong("seconds, or a span of time such as `30s` or `2m`");
        }
        Takes::Text | Takes::List | Takes::Optional(_) if !value.is_ascii() => {
            return Err(look_alike(&value));
        }
        _ if !flag.only.is_empty() && !value.is_empty() && !flag.only.contains(&value.as_str()) => {
            return wrong(&format!("one of {}", flag.only.join(", ")));
        }
        _ => {}
    }
    // One spelling of each switch, so that equal commands are equal.
    let value = match (flag.takes, go_bool(&value)) {
        (Takes::Switch, Some(on)) => on.to_string(),
        _ => value,
    };
    parsed.given.push((flag, value));
    Ok(())
}

/// A decimal number; Go reads a leading zero as octal, so that none is taken.
fn is_int(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    value.parse::<i64>().is_ok() && (digits == "0" || !digits.starts_with('0'))
}

fn unknown(tables: Tables<'_>, verb: &str, flag: &str) -> Refusal {
    let known = tables.iter().flat_map(|table| table.iter()).filter(|known| known.refused.is_none());
    let nearest = known
        .map(|known| (strsim::jaro_winkler(known.long, flag.trim_start_matches('-')), known.long))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match nearest {
        Some((_, name)) => format!("; did you mean `--{name}`?"),
        None => ".".to_owned(),
    };
    Refusal::new("unknown-flag", format!("`kubectl {verb}` has no flag `{flag}`{hint}"))
}

/// Finds the verb as cobra does: the first word that is neither a flag nor a flag's value. Returns its index.
pub(crate) fn verb_position(globals: Tables<'_>, words: &[String], from: usize) -> Option<usize> {
    let mut at = from;
    while at < words.len() {
        let word = words[at].as_str();
        if word == "--" {
            return None;
        }
        if word == "-" || !word.starts_with('-') {
            return (!word.is_empty()).then_some(at);
        }
        at += if takes_next(globals, word) { 2 } else { 1 };
    }
    None
}

fn takes_next(globals: Tables<'_>, word: &str) -> bool {
    if word.contains('=') {
        return false;
    }
    match word.strip_prefix("--") {
        Some(name) => find(globals, &name.replace('_', "-")).is_none_or(|flag| flag.bare().is_none()),
        None => {
            let mut chars = word[1..].chars();
            match (chars.next(), chars.next()) {
                (Some(short), None) => find_short(globals, short).is_none_or(|flag| flag.bare().is_none()),
                _ => false,
            }
        }
    }
}
