//! Why a line is not a command of this language.

use serde::Serialize;

/// A line that is outside the language or its rules; nothing was planned and nothing runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Stable identifier, for example `shell-syntax` or `identity-override`.
    pub id: &'static str,
    /// A sentence that says what is refused, why, and what to do instead.
    pub message: String,
}

impl Refusal {
    /// A refusal with a stable identifier and a sentence for the person.
    pub fn new(id: &'static str, message: impl Into<String>) -> Self {
        Self { id, message: message.into() }
    }
}
