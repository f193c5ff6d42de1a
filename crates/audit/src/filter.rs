//! Which records a reader wants to see.

use crate::event::EventKind;
use crate::facets::{self, Facet};
use crate::reader::Entry;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// A filter over records; what is left open lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
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
    /// That put its query into this state, such as `succeeded`.
    pub outcome: Option<String>,
    /// With this verb, kubectl's own (`scale`) or of an API call (`patch`).
    pub verb: Option<String>,
    /// About this object: `deployments.apps/web`, `deployment/web`, or its bare name.
    pub object: Option<String>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Holding this text, in any case, from the beginning of a word on.
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
        let facets = facets::of(record);
        let has = |facet, value: &String| facets.iter().any(|(of, have)| *of == facet && have == value);
        self.facets().iter().all(|(facet, any)| any.iter().any(|value| has(*facet, value)))
            && self.since.is_none_or(|since| record.time >= since)
            && self.until.is_none_or(|until| record.time < until)
            && self.matches_text(entry)
    }

    /// What must hold: of each facet, one of the values.
    pub(crate) fn facets(&self) -> Vec<(Facet, Vec<String>)> {
        let one = |facet, value: Option<String>| (facet, value.into_iter().collect::<Vec<_>>());
        let kinds = self.kinds.iter().map(|kind| kind.name().to_string()).collect();
        let mut all = vec![
            one(Facet::Query, self.query.map(|id| id.to_string())),
            one(Facet::Session, self.session.map(|id| id.to_string())),
            one(Facet::Object, self.object.as_deref().map(facets::one_name)),
            one(Facet::User, self.user.clone()),
            one(Facet::Cluster, self.cluster.clone()),
            one(Facet::Namespace, self.namespace.clone()),
            one(Facet::Level, self.level.clone()),
            one(Facet::Outcome, self.outcome.clone()),
            one(Facet::Verb, self.verb.as_ref().map(|verb| verb.to_lowercase())),
            (Facet::Kind, kinds),
        ];
        all.retain(|(_, values)| !values.is_empty());
        all
    }

    fn matches_text(&self, entry: &Entry) -> bool {
        let Some(wanted) = &self.text else { return true };
        let (text, wanted) = (String::from_utf8_lossy(&entry.bytes).to_lowercase(), wanted.to_lowercase());
        let in_word = wanted.starts_with(char::is_alphanumeric);
        text.match_indices(&wanted).any(|(at, _)| !in_word || !text[..at].ends_with(char::is_alphanumeric))
    }
}
