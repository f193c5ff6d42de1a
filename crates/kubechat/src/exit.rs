//! Exit codes: the same for every command, so that scripts can tell outcomes apart.

use std::process::ExitCode;

use kubechat_chat::{Error, Query, State};

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(u8);

/// Done or answered.
pub const DONE: Exit = Exit(0);
/// Failed, partly done or cancelled; also "no" as an answer.
pub const FAILED: Exit = Exit(1);
/// The command line is wrong.
pub const USAGE: Exit = Exit(2);
/// Refused, forbidden or denied.
pub const REFUSED: Exit = Exit(3);
/// Waits for approval, voided or expired.
pub const WAITS: Exit = Exit(4);
/// A question was asked back.
pub const UNCLEAR: Exit = Exit(5);
/// It was sent and nobody knows what became of it.
pub const UNKNOWN: Exit = Exit(6);

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// The code of a query's state.
pub fn of_query(query: &Query) -> Exit {
    match query.state {
        State::Succeeded | State::Answered => {
            let no = query.result.as_ref().is_some_and(|result| result.verdict == Some(false));
            if no { FAILED } else { DONE }
        }
        State::Failed | State::PartlyDone | State::Cancelled => FAILED,
        State::Refused | State::Forbidden | State::Denied => REFUSED,
        State::NeedsClarification => UNCLEAR,
        State::OutcomeUnknown => UNKNOWN,
        State::Proposed
        | State::Previewed
        | State::AwaitingApproval
        | State::Approved
        | State::Executing
        | State::Voided
        | State::Expired => WAITS,
    }
}

/// The code of a step that could not be taken.
pub fn of_error(error: &Error) -> Exit {
    match error {
        Error::WrongHash(_) | Error::Expired(_) | Error::NotWaiting { .. } | Error::Confirm { .. } => WAITS,
        Error::Unmapped { .. } | Error::NoUndo { .. } => REFUSED,
        _ => FAILED,
    }
}
