//! What kinds of events are recorded. The list is the documentation: each kind has its name and its meaning here.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

macro_rules! event_kinds {
    ($($(#[doc = $meaning:literal])+ $variant:ident = $name:literal,)+) => {
        /// The kind of an event. The names are part of the format and never change.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[doc = $meaning])+ $variant,)+
            /// A kind that a later version wrote; read, listed and verified, never written by this one.
            Other(String),
        }

        impl EventKind {
            /// Every kind this version writes.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$variant),+];

            /// The stable name.
            pub fn name(&self) -> &str {
                match self {
                    $(EventKind::$variant => $name,)+
                    EventKind::Other(name) => name,
                }
            }

            /// What the event means, for people; empty for a kind of a later version.
            pub fn meaning(&self) -> &'static str {
                match self {
                    $(EventKind::$variant => concat!($($meaning),+).trim_ascii(),)+
                    EventKind::Other(_) => "",
                }
            }
        }

        impl From<&str> for EventKind {
            fn from(name: &str) -> EventKind {
                match name {
                    $($name => EventKind::$variant,)+
                    other => EventKind::Other(other.to_string()),
                }
            }
        }
    };
}

event_kinds! {
    /// The log was begun; its first record.
    LogCreated = "log.created",
    /// A writer opened the log and goes on from what it found.
    LogOpened = "log.opened",
    /// Opening the log had to repair what a crash left; says what was set aside.
    LogRecovered = "log.recovered",
    /// The log is signed with a new key from here on; says both keys, and the proof of it is signed by both.
    LogKeyRotated = "log.key_rotated",
    /// The log was verified; says up to which size and with what result.
    LogVerified = "log.verified",
    /// Records were read, listed or exported; says by which filter.
    LogRead = "log.read",
    /// A command was resolved to targets and a difference.
    QueryPreviewed = "query.previewed",
    /// One approver said yes to exactly one approval hash.
    QueryApproved = "query.approved",
    /// The operation is about to be sent; durable before the first call leaves.
    QueryIntent = "query.intent",
    /// What became of an intent.
    QueryOutcome = "query.outcome",
    /// Answered without touching a cluster.
    QueryAnswered = "query.answered",
    /// Outside the language or the rules.
    QueryRefused = "query.refused",
    /// The user has no right to it.
    QueryForbidden = "query.forbidden",
    /// An approver said no.
    QueryDenied = "query.denied",
    /// Targets or difference moved between approval and execution.
    QueryVoided = "query.voided",
    /// Nobody approved in time.
    QueryExpired = "query.expired",
    /// The requester took it back.
    QueryCancelled = "query.cancelled",
    /// The words were not clear enough and were asked back.
    QueryNeedsClarification = "query.needs_clarification",
    /// An intent without outcome, found at start, that the live objects don't decide.
    QueryOutcomeUnknown = "query.outcome_unknown",
    /// A screen began to show what a cluster holds; durable before the first read leaves.
    ViewOpened = "view.opened",
    /// Nobody looks at that screen any more; says how often it was read.
    ViewClosed = "view.closed",
    /// A language model is about to be asked, or its server which models it has; durable before anything leaves for it.
    ModelAsked = "model.asked",
    /// Somebody logged in.
    AuthLogin = "auth.login",
    /// A login failed.
    AuthLoginFailed = "auth.login_failed",
    /// A session ended.
    AuthLogout = "auth.logout",
    /// A user was created.
    UserCreated = "user.created",
    /// A user's roles, state or credentials changed.
    UserChanged = "user.changed",
    /// Who is whom on a cluster changed.
    MappingChanged = "mapping.changed",
    /// The policy changed.
    PolicyChanged = "policy.changed",
    /// A setting changed.
    SettingChanged = "setting.changed",
    /// A cluster was added, changed or removed.
    ClusterChanged = "cluster.changed",
    /// The server started.
    ServerStarted = "server.started",
    /// The server stopped in order.
    ServerStopped = "server.stopped",
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EventKind, D::Error> {
        Ok(EventKind::from(String::deserialize(deserializer)?.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_come_back_as_the_same_kind() {
        let names: HashSet<&str> = EventKind::ALL.iter().map(EventKind::name).collect();
        assert_eq!(names.len(), EventKind::ALL.len());
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from(kind.name()), *kind);
            assert!(!kind.meaning().is_empty());
        }
        assert_eq!(EventKind::from("moon.landed"), EventKind::Other("moon.landed".into()));
    }
}
