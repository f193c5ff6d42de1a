//! What went through a connection, as hash and length; never its content.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// One direction of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// How many bytes.
    pub bytes: u64,
    /// `sha256:…` over them in their order.
    pub hash: String,
}

/// A connection as the evidence names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// What it was: `exec`, `attach`, `portforward 80`.
    pub way: String,
    /// What went into the pod.
    pub sent: Side,
    /// What came out of it.
    pub received: Side,
    /// Exit code of the command.
    pub exit_code: Option<i64>,
    /// It was longer than the limit, and ends there.
    pub cut: bool,
}

#[derive(Default)]
struct Half {
    bytes: u64,
    hash: Sha256,
}

/// Records one connection.
pub(super) struct Tape {
    sent: Mutex<Half>,
    received: Mutex<Half>,
    total: AtomicU64,
    limit: u64,
}

impl Tape {
    pub fn new(limit: u64) -> Self {
        Self { sent: Mutex::default(), received: Mutex::default(), total: AtomicU64::new(0), limit }
    }

    /// Notes what goes in; an error when the limit is reached.
    pub fn sent(&self, bytes: &[u8]) -> Result<(), Error> {
        self.note(&self.sent, bytes)
    }

    /// Notes what comes out; an error when the limit is reached.
    pub fn received(&self, bytes: &[u8]) -> Result<(), Error> {
        self.note(&self.received, bytes)
    }

    fn note(&self, half: &Mutex<Half>, bytes: &[u8]) -> Result<(), Error> {
        let more = bytes.len() as u64;
        if self.total.fetch_add(more, Ordering::Relaxed) + more > self.limit {
            return Err(Error::Cut { limit: self.limit });
        }
        let mut half = lock(half);
        half.bytes += more;
        half.hash.update(bytes);
        Ok(())
    }

    pub fn recording(&self, way: &str, exit_code: Option<i64>, cut: bool) -> Recording {
        let side = |half: &Mutex<Half>| {
            let half = lock(half);
            let hash = format!("sha256:{}", hex::encode(half.hash.clone().finalize()));
            Side { bytes: half.bytes, hash }
        };
        Recording {
            way: way.to_owned(),
            sent: side(&self.sent),
            received: side(&self.received),
            exit_code,
            cut,
        }
    }
}

fn lock(half: &Mutex<Half>) -> std::sync::MutexGuard<'_, Half> {
    // Counting can't fail halfway.
    half.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_hashes_both_directions_and_ends_at_its_limit() {
        let tape = Tape::new(6);
        tape.sent(b"ab").unwrap();
        tape.received(b"c").unwrap();
        tape.received(b"de").unwrap();
        assert_eq!(tape.received(b"xy").unwrap_err().code(), "stream-cut");
        let recording = tape.recording("exec", Some(0), true);
        let hash = |text: &str| format!("sha256:{}", hex::encode(Sha256::digest(text)));
        assert_eq!(recording.sent, Side { bytes: 2, hash: hash("ab") });
        assert_eq!(recording.received, Side { bytes: 3, hash: hash("cde") });
    }
}
