//! How much a plan can break, and why.

use serde::{Deserialize, Serialize};

/// The level of a plan, ordered from harmless to forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Reads that disclose no secret value.
    Safe,
    /// A recoverable change, disclosure of secrets, or a way into a container.
    Warning,
    /// Loss of data or service, eviction, privilege change, cluster-wide reach.
    Dangerous,
    /// Outside the language or the rules.
    Refused,
}

impl Level {
    /// The level's name as printed and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Warning => "warning",
            Self::Dangerous => "dangerous",
            Self::Refused => "refused",
        }
    }
}

/// One reason for a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable identifier, for example `scales-to-zero`.
    pub id: String,
    /// A sentence for the person who decides.
    pub text: String,
}

/// The level of a plan with everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The highest level of all reasons; `safe` without any.
    pub level: Level,
    /// Why, most serious first.
    pub reasons: Vec<Reason>,
    /// Whether the answer may contain secret values.
    pub discloses_secrets: bool,
}

impl Assessment {
    /// The assessment of something that changes and discloses nothing.
    pub fn safe() -> Self {
        Self { level: Level::Safe, reasons: Vec::new(), discloses_secrets: false }
    }

    /// Adds a reason; the level only ever rises.
    pub fn raise(&mut self, level: Level, id: &str, text: impl Into<String>) {
        if self.reasons.iter().any(|reason| reason.id == id) {
            self.level = self.level.max(level);
            return;
        }
        let reason = Reason { id: id.to_owned(), text: text.into() };
        if level > self.level {
            self.level = level;
            self.reasons.insert(0, reason);
        } else {
            self.reasons.push(reason);
        }
    }

    /// Takes over the other assessment's reasons and the higher level.
    pub fn merge(&mut self, other: Self) {
        self.discloses_secrets |= other.discloses_secrets;
        let level = other.level;
        for reason in other.reasons {
            self.raise(level, &reason.id, reason.text);
        }
        self.level = self.level.max(level);
    }
}
