//! One line with the level it deserves.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a line can break; the rubric is in README.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Reads that disclose no secret value.
    Safe,
    /// A recoverable change, secret values, or a way into a container.
    Warning,
    /// Loss of data or service, eviction, privileges, cluster-wide reach.
    Dangerous,
    /// Not one plain kubectl command, or against the rules.
    Refused,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 4] = [Self::Safe, Self::Warning, Self::Dangerous, Self::Refused];

    /// The level of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.to_string() == name)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Warning => "warning",
            Self::Dangerous => "dangerous",
            Self::Refused => "refused",
        })
    }
}

/// A line and what is right for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The line.
    pub command: String,
    /// The level it deserves.
    pub level: Level,
    /// Levels that are as right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Level>,
    /// Why.
    #[serde(alias = "reason")]
    pub why: String,
    /// Where the line is from.
    pub source: String,
}

impl Row {
    /// Whether this answer is right.
    pub fn takes(&self, answer: Level) -> bool {
        self.level == answer || self.also.contains(&answer)
    }
}

/// A data file that can't be read.
#[derive(Debug)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Rows of JSON, one a line.
pub(crate) fn read(text: &str, file: &str) -> Result<Vec<Row>, Error> {
    let row = |(at, line): (usize, &str)| {
        let row: Row = serde_json::from_str(line)
            .map_err(|error| Error(format!("{file}, line {}: {error}; mend the row.", at + 1)))?;
        Ok(as_designed(row))
    };
    text.lines().enumerate().map(row).collect()
}

/// The corpora of others know levels for verbs that the rubric refuses by design.
fn as_designed(mut row: Row) -> Row {
    const REFUSED: &[&str] = &[
        "kubectl proxy",
        "kubectl plugin",
        "kubectl completion",
        "kubectl config set",
        "kubectl config use",
        "kubectl config unset",
        "kubectl config rename-",
        "kubectl config delete-",
        "kubectl get --raw",
        "kubectl replace --raw",
    ];
    if REFUSED.iter().any(|verb| row.command.starts_with(verb)) {
        row.level = Level::Refused;
    }
    row
}
