//! What happens, as it happens, for whoever watches: the WebSocket and a terminal that follows.

use serde_json::Value;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::session::Session;
use crate::view::Query;

/// How many events a slow watcher may lag behind before it loses some, and is told so.
const BACKLOG: usize = 1024;

/// Something that happened to somebody's query.
#[derive(Debug, Clone)]
pub struct Event {
    /// Whose it is; nobody else is told.
    pub user: String,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum EventKind {
    /// Words were taken in.
    MessageSent(Box<Query>),
    /// There is a command now.
    CommandGenerated(Box<Query>),
    /// Somebody has to say yes or no.
    ApprovalRequested(Box<Query>),
    /// The query moved or ended.
    CommandExecuted(Box<Query>),
    /// A conversation began, was renamed or moved to another namespace.
    SessionUpdated(Session),
    /// A piece of a streamed answer.
    Output {
        /// The query.
        query: Uuid,
        /// Counts up from 0 without gaps.
        seq: u64,
        /// The piece: `lines`, or `columns` and `rows`; of a question that is looked into also `step`, or `draft`: the answer
        /// as far as it is written ([`crate::view::DraftView`]), in place of what was told of it before, `null` to take it back.
        chunk: Value,
    },
}

/// Where events are published; cheap to clone.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Events {
    /// Everything from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    pub(crate) fn publish(&self, user: &str, kind: EventKind) {
        // Without a watcher there is nobody to tell.
        let _ = self.0.send(Event { user: user.to_owned(), kind });
    }
}
