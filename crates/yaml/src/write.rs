//! YAML as Go's tools write it, kubectl and kustomize among them: keys in natural order, lists at the level of their key,
//! lines folded behind eighty columns, quotes only where a text would be read as something else.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// Lines are folded at the first space behind this column.
const WIDTH: usize = 80;
const STEP: usize = 2;
/// Plain words that are no texts.
const WORDS: [&str; 40] = [
    "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", ".nan", ".NaN", ".NAN",
    ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", "<<",
];

/// The value as one document.
pub fn write(value: &Value) -> String {
    let mut writer = Writer::default();
    match value {
        Value::Object(fields) if !fields.is_empty() => writer.map(fields, 0, true),
        Value::Array(items) if !items.is_empty() => writer.list(items, 0, true),
        other => writer.scalar(other, STEP),
    }
    writer.out.push('\n');
    writer.out
}

/// A number with a point as Go's `%v` has it: the shortest digits, with an exponent from a million on.
pub fn float(number: f64) -> String {
    let text = format!("{number:e}");
    match text.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?))) {
        Some((digits, exponent)) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => number.to_string(),
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    fn map(&mut self, fields: &Map<String, Value>, indent: usize, goes_on: bool) {
        let mut goes_on = goes_on;
        let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
        sorted.sort_by(|(one, _), (other, _)| natural(one, other));
        for (key, value) in sorted {
            if !std::mem::take(&mut goes_on) {
                self.line(indent);
            }
            self.text(key, indent, true);
            self.put(":");
            match value {
                Value::Object(fields) if !fields.is_empty() => self.map(fields, indent + STEP, false),
                Value::Array(items) if !items.is_empty() => self.list(items, indent, false),
                other => {
                    self.put(" ");
                    self.scalar(other, indent + STEP);
                }
            }
        }
    }

    fn list(&mut self, items: &[Value], indent: usize, goes_on: bool) {
        let mut goes_on = goes_on;
        for item in items {
            if !std::mem::take(&mut goes_on) {
                self.line(indent);
            }
            self.put("- ");
            match item {
                Value::Object(fields) if !fields.is_empty() => self.map(fields, indent + STEP, true),
                Value::Array(items) if !items.is_empty() => self.list(items, indent + STEP, true),
                other => self.scalar(other, indent + STEP),
            }
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::String(text) => self.text(text, indent, false),
            Value::Object(_) => self.put("{}"),
            Value::Array(_) => self.put("[]"),
            Value::Number(number) if number.is_f64() => self.put(&float(number.as_f64().unwrap_or_default())),
            other => self.put(&other.to_string()),
        }
    }

    fn text(&mut self, text: &str, indent: usize, is_key: bool) {
        let shape = Shape::of(text);
        if text.contains('\n') && !is_key && shape.block {
            return self.literal(text, indent);
        }
        if text.contains('\n') || !is_text(text) || !shape.single {
            return self.double(text, indent, is_key);
        }
        let quote = if shape.plain { "" } else { "'" };
        self.put(quote);
        let text = if shape.plain { text.to_owned() } else { text.replace('\'', "''") };
        self.folded(&text, indent, !is_key, !shape.plain);
        self.put(quote);
    }

    /// Words in lines; in quotes neither the first nor the last character is folded.
    fn folded(&mut self, text: &str, indent: usize, folds: bool, quoted: bool) {
        let letters: Vec<char> = text.chars().collect();
        let mut spaces = false;
        for (at, letter) in letters.iter().enumerate() {
            let is_space = *letter == ' ';
            let inner = !quoted || (at > 0 && at + 1 < letters.len());
            if is_space
                && folds
                && !spaces
                && self.column > WIDTH
                && inner
                && letters.get(at + 1) != Some(&' ')
            {
                self.line(indent);
            } else {
                self.put(letter.encode_utf8(&mut [0; 4]));
            }
            spaces = is_space;
        }
    }

    fn double(&mut self, text: &str, indent: usize, is_key: bool) {
        self.put("\"");
        let letters: Vec<char> = text.chars().collect();
        let mut spaces = false;
        for (at, letter) in letters.iter().enumerate() {
            let is_space = *letter == ' ';
            if !is_printable(*letter) || is_break(*letter) || matches!(letter, '"' | '\\') {
                self.put(&escaped(*letter));
            } else if is_space
                && !is_key
                && !spaces
                && self.column > WIDTH
                && at > 0
                && at + 1 < letters.len()
            {
                self.line(indent);
                if letters.get(at + 1) == Some(&' ') {
                    self.put("\\");
                }
            } else {
                self.put(letter.encode_utf8(&mut [0; 4]));
            }
            spaces = is_space;
        }
        self.put("\"");
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        match text.strip_suffix('\n') {
            None => self.put("-"),
            Some(rest) if rest.is_empty() || rest.ends_with('\n') => self.put("+"),
            Some(_) => {}
        }
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if line.is_empty() {
                self.out.push('\n');
            } else {
                self.line(indent);
                self.put(line);
            }
        }
    }
}

/// Which styles can hold a text.
struct Shape {
    plain: bool,
    single: bool,
    block: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let (mut indicators, mut special, mut break_space, mut space_break, mut breaks) =
            (text.starts_with("---") || text.starts_with("..."), false, false, false, false);
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| letters[at]);
            let after = letters.get(at + 1);
            let blank_after = after.is_none_or(|after| matches!(after, ' ' | '\t'));
            indicators |= match letter {
                '#' if at > 0 => {
                    before.is_some_and(|before| matches!(before, ' ' | '\t') || is_break(before))
                }
                ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
                | '`' => at == 0,
                '?' | '-' => at == 0 && blank_after,
                ':' => blank_after,
                _ => false,
            };
            special |= !is_printable(*letter);
            breaks |= is_break(*letter);
            break_space |= *letter == ' ' && before.is_some_and(is_break);
            space_break |= is_break(*letter) && before == Some(' ');
        }
        let edge = |letter: Option<&char>| letter.is_some_and(|letter| *letter == ' ' || is_break(*letter));
        let edges = edge(letters.first()) || edge(letters.last());
        let unfit = space_break || special;
        Self {
            plain: !(edges || break_space || unfit || breaks || indicators),
            single: !(break_space || unfit),
            block: !(unfit || letters.last() == Some(&' ')),
        }
    }
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escaped(letter: char) -> String {
    let short = match letter {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        other => {
            return match u32::from(other) {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    short.to_owned()
}

/// Whether a plain text is read as itself, also by readers of YAML 1.1.
fn is_text(text: &str) -> bool {
    if WORDS.contains(&text) {
        return false;
    }
    match text.chars().next() {
        Some('.') => !is_decimal(text),
        Some('+' | '-' | '0'..='9') => {
            let digits = text.replace('_', "");
            !(is_date(text) || is_whole(&digits) || is_decimal(&digits) || is_sexagesimal(text))
        }
        _ => true,
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// A whole number with any of Go's prefixes.
fn is_whole(text: &str) -> bool {
    let digits = unsigned(text);
    let of = |rest: &str, base: u32| !rest.is_empty() && rest.chars().all(|letter| letter.is_digit(base));
    let lower = digits.to_ascii_lowercase();
    let prefixed = |prefix: &str, base| lower.strip_prefix(prefix).is_some_and(|rest| of(rest, base));
    prefixed("0x", 16) || prefixed("0o", 8) || prefixed("0b", 2) || of(&lower, 10)
}

/// `1`, `.5`, `1.`, `1e3`.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match unsigned(text).split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (unsigned(text), None),
    };
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some = !whole.is_empty() || !rest.is_empty();
    some && digits(whole)
        && digits(rest)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// `1:20`, a number of old.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = unsigned(text).split(':');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let sixty = |part: &str| match part.len() {
        1 => part.starts_with(|letter: char| letter.is_ascii_digit()),
        2 => {
            part.starts_with(|letter| ('0'..='5').contains(&letter))
                && part.ends_with(|letter: char| letter.is_ascii_digit())
        }
        _ => false,
    };
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || letter == '_');
    let Some((last, middle)) = rest.split_last() else { return false };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    first.starts_with(|letter: char| letter.is_ascii_digit())
        && digits(first)
        && middle.iter().all(|part| sixty(part))
        && sixty(last)
        && digits(fraction)
}

/// `2001-01-01`, alone or with a time.
fn is_date(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, most: u8| {
        text.len() <= 2
            && text.chars().all(|c| c.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|n| (1..=most).contains(&n))
    };
    let good =
        year.len() == 4 && year.chars().all(|c| c.is_ascii_digit()) && number(month, 12) && number(day, 31);
    good && time.is_none_or(is_time)
}

/// `T12:00:00Z`, or with a space and no zone.
fn is_time(text: &str) -> bool {
    let (clock, zoned) = match text.strip_prefix(' ') {
        Some(clock) => (clock, false),
        None => (&text[1..], true),
    };
    let clock = match (zoned, clock.strip_suffix('Z')) {
        (false, _) => clock,
        (true, Some(clock)) => clock,
        (true, None) => {
            let Some((clock, zone)) = clock.rsplit_once(['+', '-']) else { return false };
            let good = |part: &str| part.len() == 2 && part.chars().all(|c| c.is_ascii_digit());
            if !zone.split_once(':').is_some_and(|(hours, minutes)| good(hours) && good(minutes)) {
                return false;
            }
            clock
        }
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let below = |text: &str, most: u8| {
        (1..=2).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|n| n < most)
    };
    !fraction.is_empty()
        && fraction.chars().all(|c| c.is_ascii_digit())
        && matches!(parts.as_slice(), [hour, minute, second] if below(hour, 24) && below(minute, 60) && below(second, 60))
}

/// Letters behind everything else, and digits as the numbers that they make.
fn natural(one: &str, other: &str) -> Ordering {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    for at in 0..one.len().min(other.len()) {
        let (a, b) = (one[at], other[at]);
        if a == b {
            continue;
        }
        match (a.is_alphabetic(), b.is_alphabetic()) {
            (true, true) => return a.cmp(&b),
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => {}
        }
        // Behind other digits a zero counts.
        let behind = (a == '0' || b == '0')
            && one[..at].iter().rev().take_while(|letter| letter.is_ascii_digit()).any(|digit| *digit != '0');
        let (a_number, a_end) = number(&one, at, behind);
        let (b_number, b_end) = number(&other, at, behind);
        return a_number.cmp(&b_number).then(a_end.cmp(&b_end)).then(a.cmp(&b));
    }
    one.len().cmp(&other.len())
}

fn number(letters: &[char], at: usize, behind: bool) -> (i64, usize) {
    let digits: Vec<i64> =
        letters[at..].iter().map_while(|letter| letter.to_digit(10)).map(i64::from).collect();
    let begin = i64::from(behind);
    (
        digits.iter().fold(begin, |number, digit| number.wrapping_mul(10).wrapping_add(*digit)),
        at + digits.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_go_writes_them() {
        let value = json!({
            "b": [{"x": 1, "y": ["a", ["b", "c"]]}, [], {}, null], "a10": 1.5, "a2": 1e21, "A-": true,
            "": "", "1": "x", "text": "one\ntwo\n", "open": "one\n\n two", "kept": "x\n\n", "led": " x\ny",
        });
        let wanted = "\"\": \"\"\n\"1\": x\nA-: true\na2: 1e+21\na10: 1.5\nb:\n- x: 1\n  \"y\":\n  - a\n  - - b\n    - c\n- []\n- {}\n- null\nkept: |+\n  x\n\nled: |2-\n   x\n  y\nopen: |-\n  one\n\n   two\ntext: |\n  one\n  two\n";
        assert_eq!(write(&value), wanted);
    }

    #[test]
    fn quotes_stand_where_a_text_could_be_something_else() {
        for (text, wanted) in [
            ("web", "web"),
            ("a b", "a b"),
            ("a: b", "'a: b'"),
            ("a:b", "a:b"),
            ("- x", "'- x'"),
            ("-x", "-x"),
            ("it's", "it's"),
            ("'x'", "'''x'''"),
            ("a #b", "'a #b'"),
            ("a#b", "a#b"),
            (" x", "' x'"),
            ("yes", "\"yes\""),
            ("1", "\"1\""),
            ("012", "\"012\""),
            ("0x1F", "\"0x1F\""),
            ("1e3", "\"1e3\""),
            ("1.2.3", "1.2.3"),
            ("1:20", "\"1:20\""),
            ("2001-01-01", "\"2001-01-01\""),
            ("2001-13-01", "2001-13-01"),
            ("2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\""),
            ("~", "\"~\""),
            ("*x", "'*x'"),
            ("a\tb", "\"a\\tb\""),
            ("😀", "\"\\U0001F600\""),
            ("äö", "äö"),
            ("64Mi", "64Mi"),
            ("1_000", "\"1_000\""),
            ("", "\"\""),
            ("---", "'---'"),
            ("x\u{a0}y", "x\u{a0}y"),
            (".5", "\".5\""),
            ("..", ".."),
        ] {
            assert_eq!(write(&json!(text)), format!("{wanted}\n"), "{text}");
        }
    }

    #[test]
    fn long_lines_are_folded() {
        let words = ["word"; 20].join(" ");
        let value = json!({"key": words, "quoted": format!("a: {words}")});
        let (first, second) = (["word"; 16].join(" "), ["word"; 14].join(" "));
        let rest = |count| vec!["word"; count].join(" ");
        let wanted = format!("key: {first}\n  {}\nquoted: 'a: {second}\n  {}'\n", rest(4), rest(6));
        assert_eq!(write(&value), wanted);
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let value = json!({"a": ["x\n y", "yes", "# no", "a\u{85}b", "\\", "tab\there", "0o17", "null"], "b": {"c": -1.25, "d": 1e-7}});
        let read = crate::documents(&write(&value), crate::Dialect::Words).unwrap();
        assert_eq!(read, [(1, value)]);
    }
}
