//! Which records a reader wants to see.

use crate::event::EventKind;
use crate::reader::Entry;
use jiff::Timestamp;
use uuid::Uuid;

/// A filter over records; what is left open lets everything through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// By this user.
    pub user: Option<String>,
    /// Of one of these kinds; empty for all.
    pub kinds: Vec<EventKind>,
    /// Of this query.
    pub query: Option<Uuid>,
    /// Of this conversation.
    pub session: Option<Uuid>,
    /// On this cluster.
    pub cluster: Option<String>,
    /// In this namespace.
    pub namespace: Option<String>,
    /// At this safety level.
    pub level: Option<String>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Holding this text anywhere, in any case.
    pub text: Option<String>,
    /// Before this index: the next page begins at the last index of this one.
    pub before: Option<u64>,
}

impl Filter {
    /// Whether the filter lets the entry through. Bytes that can't be understood pass only on their text.
    pub fn matches(&self, entry: &Entry) -> bool {
        if self.before.is_some_and(|before| entry.index >= before) {
            return false;
        }
        let Some(record) = &entry.record else {
            let unset = Filter { text: self.text.clone(), before: self.before, ..Filter::default() };
            return *self == unset && self.matches_text(entry);
        };
        let same = |wanted: &Option<String>, found: Option<&str>| match wanted {
            Some(wanted) => found == Some(wanted),
            None => true,
        };
        same(&self.user, Some(&record.actor.user))
            && (self.kinds.is_empty() || self.kinds.contains(&record.kind))
            && (self.query.is_none() || self.query == record.query)
            && (self.session.is_none() || self.session == record.session)
            && same(&self.cluster, record.cluster.as_deref())
            && same(&self.namespace, record.namespace.as_deref())
            && same(&self.level, record.level.as_deref())
            && self.since.is_none_or(|since| record.time >= since)
            && self.until.is_none_or(|until| record.time < until)
            && self.matches_text(entry)
    }

    fn matches_text(&self, entry: &Entry) -> bool {
        let Some(wanted) = &self.text else { return true };
        String::from_utf8_lossy(&entry.bytes).to_lowercase().contains(&wanted.to_lowercase())
    }
}
