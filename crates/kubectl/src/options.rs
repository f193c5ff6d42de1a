//! Flags that are kept as they were given, in one spelling.

use crate::flags::{Flag, Parsed, Takes};
use crate::line::Line;

/// The flags of a verb that need no type of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options(Vec<(&'static Flag, String)>);

impl Options {
    pub(crate) fn read(words: &Parsed, tables: &[&'static [Flag]]) -> Self {
        Self(tables.iter().flat_map(|table| words.kept(table)).collect())
    }

    /// The value of a flag, by its long name; the last one where it may be given several times.
    pub fn get(&self, long: &str) -> Option<&str> {
        self.0.iter().rev().find(|(flag, _)| flag.long == long).map(|(_, value)| value.as_str())
    }

    /// Every value of a flag that may be given several times.
    pub fn all(&self, long: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(flag, _)| flag.long == long).map(|(_, value)| value.as_str())
    }

    /// Whether a switch is on.
    pub fn on(&self, long: &str) -> bool {
        self.get(long) == Some("true")
    }

    /// A whole number.
    pub(crate) fn int(&self, long: &str) -> Option<i64> {
        self.get(long)?.parse().ok()
    }

    /// A span in whole seconds, rounded up.
    pub(crate) fn seconds(&self, long: &str) -> Option<i64> {
        crate::flags::go_duration(self.get(long)?)
    }

    pub(crate) fn write(&self, line: &mut Line) {
        for (flag, value) in &self.0 {
            match (flag.takes, value.as_str()) {
                (Takes::Switch, "true") => line.switch(&format!("--{}", flag.long), true),
                _ => line.value(&format!("--{}", flag.long), Some(value)),
            };
        }
    }

    /// The same whatever the order of what is given several times.
    pub(crate) fn sort(&mut self) {
        for (flag, value) in &mut self.0 {
            if flag.takes == Takes::List {
                let mut parts: Vec<&str> = value.split(',').collect();
                parts.sort_unstable();
                *value = parts.join(",");
            }
        }
        self.0.sort_by(|(one, a), (other, b)| (one.long, a).cmp(&(other.long, b)));
    }
}
