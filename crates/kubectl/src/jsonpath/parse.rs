//! Parsing of templates.

use serde_json::Value;

use super::{Compare, Filter, Part, Step};

/// How deep actions may stand inside each other.
const DEEPEST: usize = 32;

pub(super) fn template(text: &str) -> Result<Vec<Part>, String> {
    if text.is_empty() {
        return Err("the template is empty".to_owned());
    }
    let mut parts = vec![Vec::new()];
    let mut paths = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        push(&mut parts, &rest[..open]);
        let mut parser = Parser { text: &rest[open + 1..], at: 0, depth: 0 };
        let action = parser.action(true)?;
        rest = &rest[open + 1 + parser.at..];
        match action {
            Action::Path(steps) => last(&mut parts).push(Part::Path(steps)),
            Action::Range(steps) => {
                paths.push(steps);
                parts.push(Vec::new());
            }
            Action::End => close(&mut parts, &mut paths)?,
        }
    }
    push(&mut parts, rest);
    // A range that is not ended goes to the end of the template.
    while !paths.is_empty() {
        close(&mut parts, &mut paths)?;
    }
    Ok(parts.pop().unwrap_or_default())
}

fn last(parts: &mut Vec<Vec<Part>>) -> &mut Vec<Part> {
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    let at = parts.len() - 1;
    &mut parts[at]
}

fn push(parts: &mut Vec<Vec<Part>>, text: &str) {
    if !text.is_empty() {
        last(parts).push(Part::Text(Value::from(text)));
    }
}

fn close(parts: &mut Vec<Vec<Part>>, paths: &mut Vec<Vec<Step>>) -> Result<(), String> {
    match (paths.pop(), parts.pop()) {
        (Some(path), Some(body)) => {
            last(parts).push(Part::Range(path, body));
            Ok(())
        }
        _ => Err("{end} stands without {range}".to_owned()),
    }
}

/// What stands between braces.
enum Action {
    Path(Vec<Step>),
    Range(Vec<Step>),
    End,
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Everything up to the brace that closes it, or where `closed` is false up to the end.
    fn action(&mut self, closed: bool) -> Result<Action, String> {
        let mut steps = Vec::new();
        let mut word = None;
        loop {
            if self.rest().starts_with("[?(") {
                steps.push(self.filter()?);
                continue;
            }
            if self.rest().starts_with("..") {
                if matches!(steps.last(), Some(Step::Recursive)) {
                    return Err("`..` stands twice".to_owned());
                }
                self.at += 2;
                steps.push(Step::Recursive);
                if self.rest().starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    steps.push(self.field());
                }
                continue;
            }
            match self.next() {
                Some('}') if closed => break,
                None if !closed => break,
                None | Some('\n' | '\r') => return Err("a brace is not closed".to_owned()),
                Some(' ' | '@' | '$') => {}
                Some('[') => self.bracket(&mut steps)?,
                Some(quote @ ('"' | '\'')) => steps.push(Step::Literal(Value::from(self.quoted(quote)?))),
                Some('.') => steps.push(self.field()),
                Some(c) if c.is_ascii_digit() || c == '+' || c == '-' => {
                    self.at -= 1;
                    steps.push(self.number()?);
                }
                Some(c) if c.is_alphanumeric() || c == '_' => {
                    self.at -= c.len_utf8();
                    match self.word().as_str() {
                        "range" if steps.is_empty() && closed => word = Some(true),
                        "end" if steps.is_empty() && closed => word = Some(false),
                        "true" => steps.push(Step::Literal(Value::Bool(true))),
                        "false" => steps.push(Step::Literal(Value::Bool(false))),
                        other => {
                            return Err(format!(
                                "`{other}` is not known; a path begins with a dot, a text with a quote"
                            ));
                        }
                    }
                }
                Some(c) => return Err(format!("`{c}` is not expected there")),
            }
        }
        Ok(match word {
            Some(true) => Action::Range(steps),
            Some(false) => Action::End,
            None => Action::Path(steps),
        })
    }

    /// The steps of a piece inside brackets or a filter.
    fn inner(&self, text: &str) -> Result<Vec<Step>, String> {
        if self.depth >= DEEPEST {
            return Err("its parts are nested too deep".to_owned());
        }
        match (Parser { text, at: 0, depth: self.depth + 1 }).action(false)? {
            Action::Path(steps) => Ok(steps),
            Action::Range(_) | Action::End => Err("a range can't stand there".to_owned()),
        }
    }

    /// Up to what can't be in a word.
    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.rest().chars().next() {
            if ends(c) {
                break;
            }
            self.at += c.len_utf8();
            word.push(c);
        }
        word
    }

    fn field(&mut self) -> Step {
        let mut name = String::new();
        while let Some(c) = self.rest().chars().next() {
            if c == '\\' {
                self.at += 1;
                name.extend(self.next());
                continue;
            }
            if ends(c) {
                break;
            }
            self.at += c.len_utf8();
            name.push(c);
        }
        if name == "*" { Step::Wildcard } else { Step::Field(name) }
    }

    fn number(&mut self) -> Result<Step, String> {
        let sign = usize::from(self.rest().starts_with(['+', '-']));
        let rest = &self.rest()[sign..];
        let length = sign + rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
        let text = self.rest()[..length].to_owned();
        self.at += length;
        let digits = text.strip_prefix('+').unwrap_or(&text);
        let number =
            digits.parse::<i64>().map(Value::from).or_else(|_| digits.parse::<f64>().map(Value::from));
        number.map(Step::Literal).map_err(|_| format!("`{text}` is not a number"))
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut out = String::new();
        loop {
            match self.next() {
                None | Some('\n') => return Err("a quote is not closed".to_owned()),
                Some('\\') => match self.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('r') => out.push('\r'),
                    Some('a') => out.push('\u{7}'),
                    Some('b') => out.push('\u{8}'),
                    Some('f') => out.push('\u{c}'),
                    Some('v') => out.push('\u{b}'),
                    Some(hex @ ('x' | 'u' | 'U')) => out.push(self.code(hex)?),
                    Some(c @ ('\\' | '"' | '\'')) => out.push(c),
                    Some(c) => return Err(format!("`\\{c}` is not an escape")),
                    None => return Err("a quote is not closed".to_owned()),
                },
                Some(c) if c == quote => return Ok(out),
                Some(c) => out.push(c),
            }
        }
    }

    /// `\x41`, `\u00e9`.
    fn code(&mut self, kind: char) -> Result<char, String> {
        let length = match kind {
            'x' => 2,
            'u' => 4,
            _ => 8,
        };
        let digits = self.rest().get(..length).unwrap_or_default();
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        let code = code.ok_or_else(|| format!("`\\{kind}` needs {length} hexadecimal digits"))?;
        self.at += length;
        Ok(code)
    }

    /// An index, slice, key or union; the bracket is open.
    fn bracket(&mut self, steps: &mut Vec<Step>) -> Result<(), String> {
        let close = self.rest().find([']', '\n']).filter(|at| self.rest()[*at..].starts_with(']'));
        let close = close.ok_or("a bracket is not closed")?;
        let text = self.rest()[..close].to_owned();
        self.at += close + 1;
        if text.contains(',') {
            let parts = text.split(',').map(|part| self.inner(&format!("[{}]", part.trim_matches(' '))));
            steps.push(Step::Union(parts.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let quote =
            |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).filter(|key| !key.contains(quote));
        if let Some(key) = quote('\'').or_else(|| quote('"')) {
            steps.extend(self.inner(&format!(".{key}"))?);
            return Ok(());
        }
        steps.push(slice(if text == "*" { ":" } else { &text })?);
        Ok(())
    }

    fn filter(&mut self) -> Result<Step, String> {
        self.at += "[?(".len();
        let begun = self.at;
        let (mut quote, mut before) = (None, ' ');
        loop {
            match (self.next(), quote) {
                (None | Some('\n'), _) => return Err("a filter is not closed".to_owned()),
                (Some(c @ ('"' | '\'')), None) => quote = Some(c),
                (Some(c), Some(open)) if c == open && before != '\\' => quote = None,
                (Some(')'), None) => break,
                (Some(c), _) => before = c,
            }
        }
        let text = self.text[begun..self.at - 1].to_owned();
        if self.next() != Some(']') {
            return Err("a filter ends with `)]`".to_owned());
        }
        let sign = |c: char| "!<>=".contains(c);
        let compare = text.find(sign).filter(|at| *at > 0).map(|at| {
            let end = text[at..].find(|c| !sign(c)).map_or(text.len(), |length| at + length);
            (&text[..at], &text[at..end], &text[end..])
        });
        let Some((left, sign, right)) = compare.filter(|(.., right)| !right.is_empty()) else {
            return Ok(Step::Filter(Box::new(Filter { left: self.inner(&text)?, compare: None })));
        };
        let compare = match sign {
            "==" => Compare::Equal,
            "!=" => Compare::NotEqual,
            "<" => Compare::Less,
            "<=" => Compare::LessEqual,
            ">" => Compare::Greater,
            ">=" => Compare::GreaterEqual,
            other => return Err(format!("`{other}` is not a comparison; use ==, !=, <, <=, > or >=")),
        };
        let (left, right) = (self.inner(left)?, self.inner(right)?);
        Ok(Step::Filter(Box::new(Filter { left, compare: Some((compare, right)) })))
    }
}

/// What may follow a word or field.
fn ends(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

/// `3`, `-1`, `1:5`, `::2`.
fn slice(text: &str) -> Result<Step, String> {
    let wrong = || format!("`[{text}]` is neither an index nor a slice, and a key stands in quotes");
    let numbers: Result<Vec<Option<i64>>, String> = text
        .split(':')
        .map(|part| match part {
            "" => Ok(None),
            _ => part.parse().map(Some).map_err(|_| wrong()),
        })
        .collect();
    let numbers = numbers?;
    let at = |at: usize| numbers.get(at).copied().flatten();
    match numbers.len() {
        1 if at(0).is_some() => {
            Ok(Step::Slice { start: at(0), end: at(0).map(|at| at + 1), step: None, single: true })
        }
        2 | 3 => Ok(Step::Slice { start: at(0), end: at(1), step: at(2), single: false }),
        _ => Err(wrong()),
    }
}
