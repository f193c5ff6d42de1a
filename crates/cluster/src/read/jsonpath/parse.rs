//! Parsing of templates.

use serde_json::Value;

use super::{Compare, Filter, Node, Operand, Step};
use crate::error::Error;

pub(super) fn template(text: &str) -> Result<Vec<Node>, Error> {
    let mut parser = Parser { text, chars: text.chars().collect(), at: 0 };
    let (nodes, ended) = parser.nodes(false)?;
    if ended { Err(parser.wrong("{end} without {range}")) } else { Ok(nodes) }
}

struct Parser<'a> {
    text: &'a str,
    chars: Vec<char>,
    at: usize,
}

impl Parser<'_> {
    fn wrong(&self, message: &str) -> Error {
        Error::Expression { expression: self.text.to_owned(), message: message.to_owned() }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let found =
            wanted.chars().enumerate().all(|(offset, c)| self.chars.get(self.at + offset) == Some(&c));
        if found {
            self.at += wanted.chars().count();
        }
        found
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Nodes until the end of the text or, inside a range, until `{end}`.
    fn nodes(&mut self, inside: bool) -> Result<(Vec<Node>, bool), Error> {
        let mut nodes = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c != '{' {
                text.push(c);
                continue;
            }
            if !text.is_empty() {
                nodes.push(Node::Text(std::mem::take(&mut text)));
            }
            self.spaces();
            if self.eat("end}") || self.eat("end }") {
                return Ok((nodes, true));
            }
            self.action(&mut nodes)?;
        }
        if inside {
            return Err(self.wrong("{range} without {end}"));
        }
        if !text.is_empty() {
            nodes.push(Node::Text(text));
        }
        Ok((nodes, false))
    }

    /// What stands between braces; several expressions may.
    fn action(&mut self, nodes: &mut Vec<Node>) -> Result<(), Error> {
        if self.eat("range ") {
            self.spaces();
            let steps = self.path(&['}'])?;
            self.close()?;
            let (body, _) = self.nodes(true)?;
            nodes.push(Node::Range(steps, body));
            return Ok(());
        }
        loop {
            self.spaces();
            match self.peek() {
                None => return Err(self.wrong("a brace is not closed")),
                Some('}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(quote @ ('"' | '\'')) => {
                    self.at += 1;
                    nodes.push(Node::Text(self.quoted(quote)?));
                }
                Some(_) => {
                    let steps = self.path(&['}'])?;
                    nodes.push(Node::Path(steps));
                }
            }
        }
    }

    fn close(&mut self) -> Result<(), Error> {
        self.spaces();
        if self.eat("}") { Ok(()) } else { Err(self.wrong("a brace is not closed")) }
    }

    fn quoted(&mut self, quote: char) -> Result<String, Error> {
        let mut out = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '\\' => {
                    let escaped = self.peek().ok_or_else(|| self.wrong("a quote is not closed"))?;
                    self.at += 1;
                    match escaped {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        'r' => out.push('\r'),
                        other => out.push(other),
                    }
                }
                c if c == quote => return Ok(out),
                c => out.push(c),
            }
        }
        Err(self.wrong("a quote is not closed"))
    }

    fn path(&mut self, ends: &[char]) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::new();
        if self.peek().is_some_and(|c| c == '$' || c == '@') {
            self.at += 1;
        } else if !self.peek().is_some_and(|c| c == '.' || c == '[') {
            return Err(self.wrong("a path begins with a dot"));
        }
        while let Some(c) = self.peek() {
            if c.is_whitespace() || ends.contains(&c) {
                break;
            }
            self.at += 1;
            match c {
                '.' if self.eat(".") => {
                    steps.push(Step::Recursive);
                    self.field(ends, &mut steps);
                }
                '.' => self.field(ends, &mut steps),
                '[' => steps.push(self.bracket()?),
                _ => return Err(self.wrong(&format!("`{c}` is not expected there"))),
            }
        }
        Ok(steps)
    }

    fn field(&mut self, ends: &[char], steps: &mut Vec<Step>) {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            if c == '\\' {
                self.at += 1;
                name.extend(self.peek());
            } else if c == '.' || c == '[' || c.is_whitespace() || ends.contains(&c) || "=!<>)".contains(c) {
                break;
            } else {
                name.push(c);
            }
            self.at += 1;
        }
        match name.as_str() {
            "" => {}
            "*" => steps.push(Step::Wildcard),
            _ => steps.push(Step::Field(name)),
        }
    }

    fn bracket(&mut self) -> Result<Step, Error> {
        self.spaces();
        if self.eat("?(") {
            let filter = self.filter()?;
            self.spaces();
            return if self.eat(")]") {
                Ok(Step::Filter(Box::new(filter)))
            } else {
                Err(self.wrong("a filter is not closed"))
            };
        }
        let mut parts = Vec::new();
        loop {
            self.spaces();
            parts.push(self.part()?);
            self.spaces();
            if self.eat(",") {
                continue;
            }
            if !self.eat("]") {
                return Err(self.wrong("a bracket is not closed"));
            }
            return Ok(if parts.len() == 1 { parts.remove(0) } else { Step::Union(parts) });
        }
    }

    fn part(&mut self) -> Result<Step, Error> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                let start = self.at + 1;
                self.at = start;
                self.quoted(quote)?;
                // Inside quotes a dot still separates fields unless it is escaped.
                let raw: String = self.chars[start..self.at - 1].iter().collect();
                let mut inner = Parser { text: self.text, chars: format!(".{raw}").chars().collect(), at: 0 };
                let mut steps = Vec::new();
                while inner.eat(".") {
                    inner.field(&[], &mut steps);
                }
                Ok(if steps.len() == 1 { steps.remove(0) } else { Step::Chain(steps) })
            }
            Some('*') => {
                self.at += 1;
                Ok(Step::Wildcard)
            }
            _ => self.numbers(),
        }
    }

    fn numbers(&mut self) -> Result<Step, Error> {
        let mut numbers = vec![self.number()];
        while numbers.len() < 3 && self.eat(":") {
            numbers.push(self.number());
        }
        match numbers.as_slice() {
            [Some(index)] => Ok(Step::Index(*index)),
            [start, end] => Ok(Step::Slice(*start, *end, 1)),
            [start, end, step] => Ok(Step::Slice(*start, *end, step.unwrap_or(1))),
            _ => Err(self.wrong("a bracket needs an index, a name or a filter")),
        }
    }

    fn number(&mut self) -> Option<i64> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit() || (c == '-' && self.at == start)) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect::<String>().parse().ok()
    }

    fn filter(&mut self) -> Result<Filter, Error> {
        let left = self.operand()?;
        self.spaces();
        let compares = [
            ("==", Compare::Equal),
            ("!=", Compare::NotEqual),
            ("<=", Compare::LessEqual),
            (">=", Compare::GreaterEqual),
            ("<", Compare::Less),
            (">", Compare::Greater),
        ];
        for (sign, compare) in compares {
            if self.eat(sign) {
                self.spaces();
                return Ok(Filter { left, compare: Some((compare, self.operand()?)) });
            }
        }
        Ok(Filter { left, compare: None })
    }

    fn operand(&mut self) -> Result<Operand, Error> {
        self.spaces();
        match self.peek() {
            Some('@' | '$' | '.') => Ok(Operand::Path(self.path(&[')', '=', '!', '<', '>'])?)),
            Some(quote @ ('"' | '\'')) => {
                self.at += 1;
                Ok(Operand::Literal(Value::from(self.quoted(quote)?)))
            }
            _ => {
                let start = self.at;
                while self.peek().is_some_and(|c| !c.is_whitespace() && !")=!<>".contains(c)) {
                    self.at += 1;
                }
                let word: String = self.chars[start..self.at].iter().collect();
                serde_json::from_str(&word).map(Operand::Literal).map_err(|_| {
                    self.wrong("a filter compares with a text in quotes, a number, true or false")
                })
            }
        }
    }
}
