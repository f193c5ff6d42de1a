//! Which calls were made on the way to an answer, by the ids that the API server's own log knows them by.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::actor::Actor;

/// So many ids are kept; a view that is looked at for hours makes more calls than a record should name.
const KEPT: usize = 100;

/// The calls of one piece of work; clones note in the same place.
#[derive(Debug, Clone, Default)]
pub struct Trail(Arc<Mutex<Calls>>);

/// What a [`Trail`] holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// `Audit-ID`s of the first hundred, in the order in which they left.
    pub audit_ids: Vec<Uuid>,
    /// How many there were, repeated ones too.
    pub count: u64,
}

impl Trail {
    /// What was noted so far.
    pub fn calls(&self) -> Calls {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, id: Uuid) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.count += 1;
        if calls.audit_ids.len() < KEPT {
            calls.audit_ids.push(id);
        }
    }
}

/// As whom calls are made, and where they are noted.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub actor: Actor,
    pub trail: Option<Trail>,
}

impl Caller {
    /// The kubeconfig's own user, for what KubeChat asks for itself.
    pub const OWN: Self = Self { actor: Actor::Own, trail: None };

    pub fn note(&self, id: Uuid) {
        if let Some(trail) = &self.trail {
            trail.note(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_calls_are_counted_and_the_first_are_named() {
        let trail = Trail::default();
        let caller = Caller { actor: Actor::Own, trail: Some(trail.clone()) };
        let ids: Vec<Uuid> = (0..150).map(Uuid::from_u128).collect();
        ids.iter().for_each(|id| caller.clone().note(*id));
        assert_eq!(trail.calls(), Calls { audit_ids: ids[..KEPT].to_vec(), count: 150 });
    }
}
