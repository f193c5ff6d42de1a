//! The end of somebody's patience, told to an answer that goes on.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// What is followed under a time-out.
#[derive(Debug, Default)]
pub struct Leash {
    follows: AtomicBool,
    over: Notify,
}

impl Leash {
    /// An answer goes on, and will stop when it is told to.
    pub fn take(&self) {
        self.follows.store(true, Ordering::Release);
    }

    /// Waits until the time is over.
    pub async fn over(&self) {
        self.over.notified().await;
    }

    /// Says that the time is over; whether somebody heard it.
    pub fn pull(&self) -> bool {
        self.over.notify_one();
        self.follows.load(Ordering::Acquire)
    }
}
