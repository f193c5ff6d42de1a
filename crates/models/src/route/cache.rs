//! Answers that were given already, for the same person, model and prompt. The prompt holds everything that an answer
//! depends on (its own version, the request, the facts of the cluster), so its hash is the key.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::config::ProviderSettings;
use crate::provider::Answer;
use crate::redact::Clean;

/// Answers that are kept at most.
const KEPT: usize = 2_000;

/// What an answer is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn of(user: &str, settings: &ProviderSettings, provider: &str, prompt: &Clean) -> Self {
        let mut hash = Sha256::new();
        let schema = prompt.schema().map(ToString::to_string).unwrap_or_default();
        let form = format!("{:?} {:?} {}", settings.answer, settings.temperature, settings.max_tokens);
        for part in [user, provider, &settings.model, &form, &schema, &prompt.text()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash.finalize().into())
    }
}

/// The answers, the oldest first.
#[derive(Debug)]
pub(super) struct Cache {
    keep: Duration,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    answers: HashMap<Key, (Instant, Answer)>,
    order: VecDeque<Key>,
}

impl Cache {
    pub(super) fn new(keep: Duration) -> Self {
        Self { keep, inner: Mutex::default() }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Answer> {
        let inner = self.inner();
        let (since, answer) = inner.answers.get(key)?;
        (since.elapsed() < self.keep).then(|| answer.clone())
    }

    pub(super) fn put(&self, key: Key, answer: Answer) {
        if self.keep.is_zero() {
            return;
        }
        let mut inner = self.inner();
        if inner.answers.insert(key.clone(), (Instant::now(), answer)).is_none() {
            inner.order.push_back(key);
        }
        while inner.order.len() > KEPT {
            if let Some(oldest) = inner.order.pop_front() {
                inner.answers.remove(&oldest);
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
