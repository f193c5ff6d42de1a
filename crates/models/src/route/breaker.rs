//! A model that fails again and again is left out for a while, then tried with one question.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// Whether a model is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    Closed,
    /// It is left out.
    Open,
    /// It is tried with one question.
    HalfOpen,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Closed, Self::Open, Self::HalfOpen];

    /// The name that programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// One model's breaker.
#[derive(Debug)]
pub struct Breaker {
    limit: u32,
    rest: Duration,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Failures in a row.
    failures: u32,
    /// The first of them, and why the last one was.
    failing: Option<(Instant, Error)>,
    /// Until when it is left out.
    open_until: Option<Instant>,
    /// Whether the one question is under way.
    trying: bool,
}

/// The right to ask once. Dropped without a word (who asked has gone), it changes nothing.
pub(super) struct Permit<'a> {
    breaker: &'a Breaker,
    trial: bool,
}

impl Breaker {
    /// Opens after so many failures in a row, for so long.
    pub fn new(limit: u32, rest: Duration) -> Self {
        Self { limit: limit.max(1), rest, inner: Mutex::default() }
    }

    /// Whether it opens and closes as the other does.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.limit, self.rest) == (other.limit, other.rest)
    }

    /// Whether the model is asked.
    pub fn state(&self) -> State {
        let inner = self.inner();
        match inner.open_until {
            None => State::Closed,
            Some(until) if Instant::now() < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    /// Since when it fails, and why it failed last.
    pub(super) fn failing(&self) -> Option<(Instant, Error)> {
        self.inner().failing.clone()
    }

    pub(super) fn permit(&self) -> Option<Permit<'_>> {
        let mut inner = self.inner();
        let trial = match inner.open_until {
            None => false,
            Some(until) if Instant::now() < until || inner.trying => return None,
            Some(_) => true,
        };
        inner.trying |= trial;
        drop(inner);
        Some(Permit { breaker: self, trial })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    pub(super) fn succeeded(self) {
        *self.breaker.inner() = Inner::default();
    }

    pub(super) fn failed(self, error: Error) {
        let mut inner = self.breaker.inner();
        inner.failures = inner.failures.saturating_add(1);
        let since = inner.failing.as_ref().map_or_else(Instant::now, |(since, _)| *since);
        inner.failing = Some((since, error));
        if self.trial || inner.failures >= self.breaker.limit {
            inner.open_until = Some(Instant::now() + self.breaker.rest);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.trial {
            self.breaker.inner().trying = false;
        }
    }
}
