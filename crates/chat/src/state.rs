//! The states of a query and the ways between them.

use kubechat_audit::EventKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a query is on its way through the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Made; nothing is known yet.
    Proposed,
    /// Targets and difference are known.
    Previewed,
    /// Waits for somebody's yes.
    AwaitingApproval,
    /// Somebody said yes to exactly this.
    Approved,
    /// On its way to the cluster.
    Executing,
    /// The API server accepted everything.
    Succeeded,
    /// Some objects were changed, some were not.
    PartlyDone,
    /// Nothing was changed, or a read failed.
    Failed,
    /// Taken back by the requester.
    Cancelled,
    /// Answered without touching a cluster, or there is nothing to do.
    Answered,
    /// Outside the language or the rules.
    Refused,
    /// A right is missing.
    Forbidden,
    /// An approver said no.
    Denied,
    /// What was approved is no longer what would happen.
    Voided,
    /// Nobody approved in time.
    Expired,
    /// A question was asked back.
    NeedsClarification,
    /// It was sent, and what became of it is not known.
    OutcomeUnknown,
}

impl State {
    /// The name as printed and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Previewed => "previewed",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::Succeeded => "succeeded",
            Self::PartlyDone => "partly_done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Forbidden => "forbidden",
            Self::Denied => "denied",
            Self::Voided => "voided",
            Self::Expired => "expired",
            Self::NeedsClarification => "needs_clarification",
            Self::OutcomeUnknown => "outcome_unknown",
        }
    }

    /// Whether nothing further happens to the query.
    pub fn is_final(self) -> bool {
        !matches!(
            self,
            Self::Proposed | Self::Previewed | Self::AwaitingApproval | Self::Approved | Self::Executing
        )
    }

    /// The kind of the audit record that puts a query into this state.
    pub fn event(self) -> EventKind {
        match self {
            // Nothing is recorded of what is only proposed; it is part of the next record.
            Self::Proposed | Self::Previewed | Self::AwaitingApproval => EventKind::QueryPreviewed,
            Self::Approved => EventKind::QueryApproved,
            Self::Executing => EventKind::QueryIntent,
            Self::Succeeded | Self::PartlyDone | Self::Failed => EventKind::QueryOutcome,
            Self::Cancelled => EventKind::QueryCancelled,
            Self::Answered => EventKind::QueryAnswered,
            Self::Refused => EventKind::QueryRefused,
            Self::Forbidden => EventKind::QueryForbidden,
            Self::Denied => EventKind::QueryDenied,
            Self::Voided => EventKind::QueryVoided,
            Self::Expired => EventKind::QueryExpired,
            Self::NeedsClarification => EventKind::QueryNeedsClarification,
            Self::OutcomeUnknown => EventKind::QueryOutcomeUnknown,
        }
    }

    /// Whether the chain may go from this state to that one.
    pub fn may_become(self, next: Self) -> bool {
        use State::{
            Answered, Approved, AwaitingApproval, Cancelled, Denied, Executing, Expired, Failed, Forbidden,
            NeedsClarification, OutcomeUnknown, PartlyDone, Previewed, Proposed, Refused, Succeeded, Voided,
        };
        match self {
            Proposed => matches!(
                next,
                Previewed
                    | AwaitingApproval
                    | Executing
                    | Answered
                    | Refused
                    | Forbidden
                    | NeedsClarification
                    | Failed
            ),
            Previewed => matches!(next, AwaitingApproval | Answered | Failed),
            AwaitingApproval => matches!(next, Approved | Denied | Cancelled | Expired | Voided | Failed),
            Approved => matches!(next, Executing | Failed | Voided),
            // Back to waiting: a later step of several is previewed when its turn comes.
            Executing => {
                matches!(
                    next,
                    Executing
                        | Succeeded
                        | PartlyDone
                        | Failed
                        | Cancelled
                        | Voided
                        | OutcomeUnknown
                        | AwaitingApproval
                )
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_approval_or_a_safe_read_leads_to_execution() {
        for from in [State::Previewed, State::AwaitingApproval, State::Voided, State::Denied, State::Expired]
        {
            assert!(!from.may_become(State::Executing), "{from:?}");
        }
        assert!(State::Approved.may_become(State::Executing));
    }

    #[test]
    fn names_are_those_of_the_serialised_form() {
        for state in
            [State::AwaitingApproval, State::PartlyDone, State::OutcomeUnknown, State::NeedsClarification]
        {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }
}
