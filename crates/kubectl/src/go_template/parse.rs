//! Parsing of Go templates.

use std::collections::BTreeMap;

use serde_json::Value;

use super::functions::is_function;
use super::{GoTemplate, Node, Operand, Pipeline};

/// How deep blocks and parentheses may be nested.
const DEEPEST: usize = 32;

pub(super) fn template(text: &str) -> Result<GoTemplate, String> {
    let pieces = pieces(text)?;
    let mut parser = Parser { pieces: pieces.into_iter(), named: BTreeMap::new(), depth: 0 };
    match parser.block()? {
        (body, Stop::Text) => Ok(GoTemplate { body, named: parser.named }),
        _ => Err("{{end}} or {{else}} stands without a beginning".to_owned()),
    }
}

/// A text, or the words between braces.
enum Piece {
    Text(String),
    Action(Vec<Word>),
}

/// One word of an action.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    /// A name, keyword or function.
    Name(String),
    Variable(String),
    /// `.a`; empty for the dot alone.
    Field(String),
    Literal(Value),
    /// `|`, `(`, `)`, `:=`, `=`, `,`.
    Sign(&'static str),
    Space,
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut trim = false;
    loop {
        let open = rest.find("{{");
        let mut before = &rest[..open.unwrap_or(rest.len())];
        if trim {
            before = before.trim_start();
        }
        let Some(open) = open else {
            pieces.push(Piece::Text(before.to_owned()));
            return Ok(pieces);
        };
        let mut inside = &rest[open + 2..];
        if let Some(trimmed) = inside.strip_prefix('-').filter(|rest| rest.starts_with(char::is_whitespace)) {
            inside = trimmed;
            before = before.trim_end();
        }
        pieces.push(Piece::Text(before.to_owned()));
        let (words, length) = words(inside)?;
        let end = &inside[length..];
        trim = end.starts_with("-}}");
        rest = &end[if trim { 3 } else { 2 }..];
        if words.iter().any(|word| *word != Word::Space) {
            pieces.push(Piece::Action(words));
        }
    }
}

/// The words up to the closing braces, and how many bytes they take.
fn words(text: &str) -> Result<(Vec<Word>, usize), String> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let space = rest.len() - rest.trim_start().len();
        let tail = &rest[space..];
        if tail.starts_with("}}") || (space > 0 && tail.starts_with("-}}")) {
            return Ok((words, at + space));
        }
        if space > 0 {
            words.push(Word::Space);
            at += space;
            continue;
        }
        if let Some(comment) = tail.strip_prefix("/*") {
            let end = comment.find("*/").ok_or("a comment is not closed")?;
            at += end + 4;
            continue;
        }
        let (word, length) = word(tail)?;
        words.push(word);
        at += length;
    }
}

fn word(text: &str) -> Result<(Word, usize), String> {
    for sign in [":=", "|", "(", ")", "=", ","] {
        if text.starts_with(sign) {
            return Ok((Word::Sign(sign), sign.len()));
        }
    }
    let first = text.chars().next().ok_or("braces are not closed")?;
    let name = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    match first {
        '"' | '\'' | '`' => quoted(text, first),
        '$' => {
            let length = 1 + name(&text[1..]);
            Ok((Word::Variable(text[..length].to_owned()), length))
        }
        '.' if !text[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            let length = 1 + name(&text[1..]);
            Ok((Word::Field(text[1..length].to_owned()), length))
        }
        c if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => number(text),
        c if c.is_alphabetic() || c == '_' => {
            let length = name(text);
            Ok((
                match &text[..length] {
                    "true" => Word::Literal(Value::Bool(true)),
                    "false" => Word::Literal(Value::Bool(false)),
                    "nil" => Word::Literal(Value::Null),
                    word => Word::Name(word.to_owned()),
                },
                length,
            ))
        }
        c => Err(format!("`{c}` is not expected in an action")),
    }
}

fn number(text: &str) -> Result<(Word, usize), String> {
    let mut length =
        text.find(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c)).unwrap_or(text.len());
    // The end of an action that trims what follows.
    if text[..length].ends_with('-') {
        length -= 1;
    }
    let digits = text[..length].replace('_', "");
    let (sign, bare) = match digits.strip_prefix('-') {
        Some(bare) => (-1, bare),
        None => (1, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let radix = |prefix: &str, radix| i64::from_str_radix(bare.strip_prefix(prefix)?, radix).ok();
    let whole =
        radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)).or_else(|| bare.parse().ok());
    let value = match whole {
        Some(whole) => Value::from(whole * sign),
        None => {
            let number: f64 = digits.parse().map_err(|_| format!("`{}` is not a number", &text[..length]))?;
            // A constant such as 1e3 is whole.
            if number.fract() == 0.0 && number.abs() < 1e15 && !digits.contains('.') {
                Value::from(number as i64)
            } else {
                Value::from(number)
            }
        }
    };
    Ok((Word::Literal(value), length))
}

fn quoted(text: &str, quote: char) -> Result<(Word, usize), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let value = match quote {
                // A character is its number.
                '\'' => Value::from(out.chars().next().map_or(0, u32::from)),
                _ => Value::from(out),
            };
            return Ok((Word::Literal(value), at + 1));
        }
        if c != '\\' || quote == '`' {
            out.push(c);
            continue;
        }
        let (at, escaped) = chars.next().ok_or("a quote is not closed")?;
        let digits = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if digits > 0 {
            let code = text.get(at + 1..at + 1 + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
            out.extend(code.and_then(char::from_u32));
            chars.by_ref().take(digits).for_each(drop);
            continue;
        }
        out.push(match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '\\' | '"' | '\'' => escaped,
            other => return Err(format!("`\\{other}` is not an escape")),
        });
    }
    Err("a quote is not closed".to_owned())
}

struct Parser {
    pieces: std::vec::IntoIter<Piece>,
    named: BTreeMap<String, Vec<Node>>,
    depth: usize,
}

/// What ended a block.
enum Stop {
    /// The text.
    Text,
    End,
    Else,
    /// `else if`, which is an `else` with an `if` in it that shares its end.
    Chain(Node),
}

impl Parser {
    /// Nodes up to an `end` or `else`.
    fn block(&mut self) -> Result<(Vec<Node>, Stop), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("its blocks are nested too deep".to_owned());
        }
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let words = match piece {
                Piece::Text(text) => {
                    if !text.is_empty() {
                        nodes.push(Node::Text(text));
                    }
                    continue;
                }
                Piece::Action(words) => words,
            };
            let words: Vec<Word> = words.into_iter().skip_while(|word| *word == Word::Space).collect();
            let keyword = match words.first() {
                Some(Word::Name(name)) => name.clone(),
                _ => String::new(),
            };
            let rest = words.get(1..).unwrap_or_default();
            match keyword.as_str() {
                "end" | "else" => {
                    self.depth -= 1;
                    let chained = rest.iter().any(|word| *word != Word::Space);
                    let end = match keyword.as_str() {
                        "else" if chained => Stop::Chain(self.conditional(rest)?),
                        "else" => Stop::Else,
                        _ => Stop::End,
                    };
                    return Ok((nodes, end));
                }
                "if" | "with" | "range" => nodes.push(self.conditional(&words)?),
                "define" | "block" => nodes.extend(self.define(&keyword, rest)?),
                "template" => {
                    let (name, rest) = name_of(rest)?;
                    nodes.push(Node::Template(name, optional(rest)?));
                }
                "break" => nodes.push(Node::Break),
                "continue" => nodes.push(Node::Continue),
                _ => nodes.push(Node::Action(pipeline(&words, self.depth)?)),
            }
        }
        self.depth -= 1;
        Ok((nodes, Stop::Text))
    }

    /// `if`, `with` or `range` up to its end.
    fn conditional(&mut self, words: &[Word]) -> Result<Node, String> {
        let words: Vec<Word> = words.iter().skip_while(|word| **word == Word::Space).cloned().collect();
        let Some(Word::Name(keyword)) = words.first() else {
            return Err("{{else}} is followed by `if` or `with`, or by nothing".to_owned());
        };
        let keyword = keyword.clone();
        let pipeline = pipeline(&words[1..], self.depth)?;
        let not_ended = || format!("{{{{{keyword}}}}} is not ended");
        let (body, end) = self.block()?;
        let other = match end {
            Stop::End => Vec::new(),
            Stop::Chain(node) => vec![node],
            Stop::Else => match self.block()? {
                (other, Stop::End) => other,
                _ => return Err(not_ended()),
            },
            Stop::Text => return Err(not_ended()),
        };
        match keyword.as_str() {
            "if" => Ok(Node::If(pipeline, body, other)),
            "with" => Ok(Node::With(pipeline, body, other)),
            "range" => Ok(Node::Range(pipeline, body, other)),
            other => Err(format!("`{other}` can't stand behind {{{{else}}}}")),
        }
    }

    /// `define` names a template; `block` also fills it in where it stands.
    fn define(&mut self, keyword: &str, words: &[Word]) -> Result<Option<Node>, String> {
        let (name, rest) = name_of(words)?;
        let argument = optional(rest)?;
        let (body, Stop::End) = self.block()? else {
            return Err(format!("{{{{{keyword}}}}} is not ended"));
        };
        self.named.insert(name.clone(), body);
        Ok((keyword == "block").then_some(Node::Template(name, argument)))
    }
}

fn no_pipeline() -> Pipeline {
    Pipeline { variables: Vec::new(), assigns: false, commands: Vec::new() }
}

fn name_of(words: &[Word]) -> Result<(String, &[Word]), String> {
    let at = words.iter().position(|word| *word != Word::Space).unwrap_or(0);
    match words.get(at) {
        Some(Word::Literal(Value::String(name))) => Ok((name.clone(), &words[at + 1..])),
        _ => Err("a template has a name in quotes".to_owned()),
    }
}

fn optional(words: &[Word]) -> Result<Option<Pipeline>, String> {
    let empty = words.iter().all(|word| *word == Word::Space);
    if empty { Ok(None) } else { pipeline(words, 0).map(Some) }
}

fn pipeline(words: &[Word], depth: usize) -> Result<Pipeline, String> {
    if depth > DEEPEST {
        return Err("its parentheses are nested too deep".to_owned());
    }
    let mut pipeline = no_pipeline();
    let mut words = words;
    let declares = words.iter().position(|word| matches!(word, Word::Sign(":=" | "=")));
    if let Some(at) = declares {
        for word in &words[..at] {
            match word {
                Word::Variable(name) => pipeline.variables.push(name.clone()),
                Word::Sign(",") | Word::Space => {}
                _ => return Err("only variables can be set, such as $x".to_owned()),
            }
        }
        pipeline.assigns = words[at] == Word::Sign("=");
        words = &words[at + 1..];
    }
    let mut command = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match &words[at] {
            Word::Space => {}
            Word::Sign("|") => pipeline.commands.push(std::mem::take(&mut command)),
            Word::Sign("(") => {
                let end = closing(&words[at..]).ok_or("a parenthesis is not closed")? + at;
                let inner = self::pipeline(&words[at + 1..end], depth + 1)?;
                at = end;
                let fields = fields(words, &mut at);
                command.push(Operand::Inner(Box::new(inner), fields));
            }
            Word::Sign(sign) => return Err(format!("`{sign}` is not expected there")),
            Word::Literal(value) => command.push(Operand::Literal(value.clone())),
            Word::Name(name) if is_function(name) => command.push(Operand::Function(name.clone())),
            Word::Name(name) => return Err(format!("function \"{name}\" is not defined")),
            Word::Variable(name) => {
                let fields = fields(words, &mut at);
                command.push(Operand::Variable(name.clone(), fields));
            }
            Word::Field(name) if name.is_empty() => command.push(Operand::Dot),
            Word::Field(name) => {
                let mut all = vec![name.clone()];
                all.extend(fields(words, &mut at));
                command.push(Operand::Field(all));
            }
        }
        at += 1;
    }
    pipeline.commands.push(command);
    if pipeline.commands.iter().any(Vec::is_empty) {
        return Err("a command is missing".to_owned());
    }
    Ok(pipeline)
}

/// The fields that stand right behind the word at `at`, which moves on to the last of them.
fn fields(words: &[Word], at: &mut usize) -> Vec<String> {
    let mut fields = Vec::new();
    while let Some(Word::Field(name)) =
        words.get(*at + 1).filter(|word| !matches!(word, Word::Field(name) if name.is_empty()))
    {
        fields.push(name.clone());
        *at += 1;
    }
    fields
}

/// The parenthesis that closes the first one.
fn closing(words: &[Word]) -> Option<usize> {
    let mut open = 0;
    words.iter().position(|word| {
        match word {
            Word::Sign("(") => open += 1,
            Word::Sign(")") => open -= 1,
            _ => {}
        }
        open == 0
    })
}
