//! How well somebody judges the lines.

use std::collections::BTreeMap;
use std::fmt;

use crate::row::{Level, Row};

/// What a tool says about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// One of our levels.
    Level(Level),
    /// It would ask a person, whatever the reason; for tools without levels.
    Ask,
    /// Nothing that can be understood.
    None,
}

impl Answer {
    const ALL: [Self; 6] = [
        Self::Level(Level::Safe),
        Self::Level(Level::Warning),
        Self::Level(Level::Dangerous),
        Self::Level(Level::Refused),
        Self::Ask,
        Self::None,
    ];

    /// The first word of a line that a tool has printed.
    pub fn parse(line: &str) -> Self {
        let word = line.split_whitespace().next().unwrap_or_default();
        match (Level::parse(word), word) {
            (Some(level), _) => Self::Level(level),
            (None, "ask") => Self::Ask,
            _ => Self::None,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Level(level) => level.to_string(),
            Self::Ask => "ask".to_owned(),
            Self::None => "none".to_owned(),
        }
    }
}

/// Everything that was answered.
#[derive(Debug, Default)]
pub struct Score {
    cells: BTreeMap<(Level, Answer), usize>,
    /// Lines that were judged.
    pub lines: usize,
    /// Lines whose answer is right.
    pub right: usize,
    /// Lines that are safe.
    pub safe: usize,
    /// Not safe, and taken for safe: what the benchmark is about.
    pub taken_for_safe: Vec<Row>,
    /// To be refused, and given another level.
    pub let_through: Vec<Row>,
    /// Safe, and not taken for safe: a person is asked for nothing.
    pub asked: Vec<Row>,
    /// Any other answer that is not right.
    pub other: Vec<(Row, Answer)>,
}

impl Score {
    /// Counts one answer.
    pub fn add(&mut self, row: &Row, answer: Answer) {
        *self.cells.entry((row.level, answer)).or_default() += 1;
        self.lines += 1;
        self.safe += usize::from(row.level == Level::Safe);
        let safe = answer == Answer::Level(Level::Safe);
        if matches!(answer, Answer::Level(level) if row.takes(level)) {
            self.right += 1;
            return;
        }
        if safe {
            self.taken_for_safe.push(row.clone());
        }
        if row.level == Level::Refused && row.also.is_empty() && answer != Answer::Ask {
            self.let_through.push(row.clone());
        } else if row.level == Level::Safe {
            self.asked.push(row.clone());
        } else if !safe {
            self.other.push((row.clone(), answer));
        }
    }

    /// The share of the lines that are answered right, in percent.
    pub fn right_share(&self) -> f64 {
        share(self.right, self.lines)
    }

    /// The share of the safe lines for which a person would be asked, in percent.
    pub fn asked_share(&self) -> f64 {
        share(self.asked.len(), self.safe)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used: Vec<Answer> = Answer::ALL
            .into_iter()
            .filter(|answer| {
                matches!(answer, Answer::Level(_)) || self.cells.keys().any(|(_, given)| given == answer)
            })
            .collect();
        write!(f, "{:<20}", "deserves \\ answered")?;
        for answer in &used {
            write!(f, "{:>10}", answer.name())?;
        }
        writeln!(f)?;
        for level in Level::ALL {
            write!(f, "{:<20}", level.to_string())?;
            for answer in &used {
                write!(f, "{:>10}", self.cells.get(&(level, *answer)).copied().unwrap_or(0))?;
            }
            writeln!(f)?;
        }
        writeln!(f, "{} lines, {:.2} % right", self.lines, self.right_share())?;
        writeln!(f, "not safe, taken for safe: {}", self.taken_for_safe.len())?;
        writeln!(f, "to be refused, let through: {}", self.let_through.len())?;
        write!(f, "safe, asked: {} of {} ({:.2} %)", self.asked.len(), self.safe, self.asked_share())
    }
}
