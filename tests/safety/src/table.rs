//! The table of effects: what a line does, in the words of the rubric.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::row::{Error, Level};

/// One kind of line.
#[derive(Debug, Clone)]
pub struct Form {
    /// The level it deserves.
    pub level: Level,
    /// A level that is as right.
    pub also: Option<Level>,
    /// Whether kubectl has `--dry-run` for it.
    pub dry: bool,
    /// The line after `kubectl`, with slots.
    pub line: String,
    /// Why.
    pub why: String,
}

/// A value that a patch writes.
#[derive(Debug, Clone)]
pub struct Written {
    /// The level it deserves.
    pub level: Level,
    /// On which kinds of objects.
    pub kinds: Vec<String>,
    /// Keys from the outside in.
    pub path: Vec<String>,
    /// The value.
    pub value: Value,
    /// Why.
    pub why: String,
}

/// The whole table.
#[derive(Debug, Default)]
pub struct Table {
    /// What may stand for a slot.
    pub slots: BTreeMap<String, Vec<String>>,
    /// The lines.
    pub forms: Vec<Form>,
    /// The values.
    pub bodies: Vec<Written>,
}

impl Table {
    /// Reads the table.
    ///
    /// # Errors
    /// When a line of it is none of the three kinds.
    pub fn read(text: &str) -> Result<Self, Error> {
        let mut table = Self::default();
        for (at, line) in text.lines().enumerate() {
            let read = match line {
                "" => Some(()),
                line if line.starts_with('#') => Some(()),
                line if line.starts_with('@') => table.slot(line),
                line if line.starts_with("body ") => table.body(line),
                line => table.form(line),
            };
            read.ok_or_else(|| Error(format!("effects.txt, line {}: `{line}` is not a row.", at + 1)))?;
        }
        Ok(table)
    }

    fn slot(&mut self, line: &str) -> Option<()> {
        let (name, values) = line.split_once(" = ")?;
        let values = values.split(" | ").map(|value| value.trim().to_owned()).collect();
        self.slots.insert(name.to_owned(), values);
        Some(())
    }

    fn form(&mut self, row: &str) -> Option<()> {
        let (head, rest) = row.split_once(" | ")?;
        let (line, why) = rest.rsplit_once(" | ")?;
        let (levels, dry) = head.strip_suffix("+dry").map_or((head, false), |levels| (levels, true));
        let (level, also) = levels.split_once('/').map_or((levels, None), |(one, other)| (one, Some(other)));
        let also = match also {
            Some(also) => Some(Level::parse(also)?),
            None => None,
        };
        self.forms.push(Form {
            level: Level::parse(level)?,
            also,
            dry,
            line: line.to_owned(),
            why: why.to_owned(),
        });
        Some(())
    }

    fn body(&mut self, row: &str) -> Option<()> {
        let parts: Vec<&str> = row.strip_prefix("body ")?.split(" | ").collect();
        let [level, kinds, path, value, why] = parts.as_slice() else { return None };
        self.bodies.push(Written {
            level: Level::parse(level)?,
            kinds: kinds.split(',').map(str::to_owned).collect(),
            path: path.split('.').map(str::to_owned).collect(),
            value: serde_json::from_str(value).ok()?,
            why: (*why).to_owned(),
        });
        Some(())
    }

    /// How many lines a form stands for, each slot on its own.
    pub fn breadth(&self, form: &Form) -> usize {
        self.found(&form.line).map(|(_, values)| values.len()).max().unwrap_or(1)
    }

    /// The form's line with the slots filled by `choose(how many)`.
    pub fn fill(&self, line: &str, mut choose: impl FnMut(usize) -> usize) -> String {
        let mut filled = line.to_owned();
        for (name, values) in self.found(line) {
            let value = &values[choose(values.len()) % values.len()];
            filled = filled.replacen(name.as_str(), value, 1);
        }
        filled
    }

    /// Slots of the line; the longest name first, so that `@pods` is not `@pod`.
    fn found<'a>(&'a self, line: &'a str) -> impl Iterator<Item = (&'a String, &'a Vec<String>)> {
        let whole = |name: &str| {
            line.match_indices(name).any(|(at, _)| {
                !line[at + name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
                    && !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
            })
        };
        self.slots.iter().rev().filter(move |(name, _)| whole(name))
    }
}
