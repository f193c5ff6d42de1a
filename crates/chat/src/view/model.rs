//! What a query shows of the language models that it asked.

use kubechat_models::words::Exchange;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::investigate::shown::Look;
use crate::state::State;

/// One answer of a language model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelView {
    /// The provider's name in the configuration.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// Tokens read.
    pub input: u64,
    /// Tokens written.
    pub output: u64,
    /// What it cost, by the configured prices.
    pub money: f64,
    /// Whether the answer was remembered and nothing was sent.
    pub remembered: bool,
    /// Passages that were taken out of the prompt as secret.
    pub removed: usize,
    /// `sha256:…` of the prompt; its text is `exchanges` of the query.
    pub prompt_hash: String,
    /// `sha256:…` of the answer.
    pub answer_hash: String,
}

impl ModelView {
    pub(crate) fn of(exchange: &Exchange) -> Self {
        Self {
            provider: exchange.provider.clone(),
            model: exchange.model.clone(),
            input: exchange.input,
            output: exchange.output,
            money: exchange.money,
            remembered: exchange.remembered,
            removed: exchange.removed,
            prompt_hash: crate::hash::of_text(&exchange.prompt),
            answer_hash: crate::hash::of_text(&exchange.answer),
        }
    }
}

/// What was found when a question was looked into. The answer itself is the query's `message`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InvestigationView {
    /// What was looked at, in order.
    pub steps: Vec<LookView>,
    /// What was found.
    pub claims: Vec<ClaimView>,
    /// Changes that are proposed; each is a query of its own that waits for somebody's yes.
    pub fixes: Vec<FixView>,
}

/// One command of an investigation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LookView {
    /// Counts from 1.
    pub number: usize,
    /// The query that ran it; absent for what is no command.
    pub query: Option<Uuid>,
    /// The exact command.
    pub command: String,
    /// Why it brought nothing.
    pub problem: Option<String>,
}

impl From<&Look> for LookView {
    fn from(look: &Look) -> Self {
        Self {
            number: look.number,
            query: look.query,
            command: look.command.clone(),
            problem: look.problem.clone(),
        }
    }
}

/// An answer that is still being written, in whole words of the model: nothing of it has been read as a whole or checked
/// against what was seen. What is told later takes its place, and the end of the query all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftView {
    /// The answer so far.
    pub message: String,
    /// The findings so far.
    pub claims: Vec<String>,
}

/// One finding, in the model's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClaimView {
    /// The finding.
    pub text: String,
    /// Whether it rests on lines that were really there. What does not is a guess, and is to be shown as one.
    pub supported: bool,
    /// The lines it rests on.
    pub evidence: Vec<EvidenceView>,
}

/// Lines of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceView {
    /// The query that brought them.
    pub query: Uuid,
    /// Its command.
    pub command: String,
    /// Number of the first line in the answer, from 1.
    pub first: usize,
    /// Number of the last.
    pub last: usize,
    /// The lines, without secrets.
    pub lines: Vec<String>,
}

/// A change that is proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FixView {
    /// Why, in the model's words.
    pub why: String,
    /// The exact command.
    pub command: String,
    /// The query that previews it.
    pub query: Option<Uuid>,
    /// Where that is; `refused` for what is no command.
    pub state: State,
    /// What there is to say of it.
    pub message: Option<String>,
}
