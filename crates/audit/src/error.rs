//! Everything that can go wrong with the log, said so that a person can act on it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// An error of the audit log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system said no.
    #[error("{action} {}: {source}. {}", path.display(), advice(source))]
    Io {
        /// What was being done, such as "cannot write".
        action: &'static str,
        /// The file or folder it was done to.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A record is larger than an entry may be.
    #[error(
        "the record is {size} bytes, and an entry holds at most {limit}: shorten its data and append it again"
    )]
    RecordTooLarge {
        /// Size of the record as canonical JSON.
        size: usize,
        /// The most an entry may hold.
        limit: usize,
    },
    /// A record can't be written as canonical JSON.
    #[error("the record has no canonical JSON form: {0}")]
    Unencodable(String),
    /// Stored bytes are not what was logged.
    #[error(
        "the audit log is damaged at record {index}: {what}. Keep this folder as evidence and restore a copy"
    )]
    Corrupt {
        /// The first bad index.
        index: u64,
        /// What is wrong there.
        what: String,
    },
    /// The log's own files contradict each other where no single record is to blame.
    #[error("the audit log is damaged: {what}. Keep this folder as evidence and restore a copy")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// Records that were acknowledged are gone from the end.
    #[error(
        "the audit log ends at record {have} although a signed checkpoint covers {expected}: \
         the records from {have} on are missing. Keep this folder as evidence and restore a copy"
    )]
    Truncated {
        /// Records that can still be read; the first missing index.
        have: u64,
        /// Records that the checkpoint covers.
        expected: u64,
    },
    /// The log is an older or another one than the remembered checkpoint.
    #[error(
        "the audit log was rolled back or replaced: {what}. It no longer contains what was seen at size {since}"
    )]
    RolledBack {
        /// Size of the remembered checkpoint.
        since: u64,
        /// How the two disagree.
        what: String,
    },
    /// The published checkpoint is older than what the journal holds.
    #[error(
        "the published checkpoint covers {published} records but the journal holds {journal}: either a writer died \
         before it published, which its next start repairs, or the checkpoint was replaced by an older one"
    )]
    StaleCheckpoint {
        /// Size in the checkpoint file.
        published: u64,
        /// Size of the last signed frame of the journal.
        journal: u64,
    },
    /// A signed note doesn't verify.
    #[error("the signed note is not valid: {0}")]
    BadNote(String),
    /// A verifier key can't be read.
    #[error("not a verifier key (name+id+key): {0}")]
    BadKey(String),
    /// A proof doesn't prove.
    #[error("the proof does not hold: {0}")]
    BadProof(String),
    /// The log belongs to another key.
    #[error("the log is signed by {log}, but the key at hand is {key}: use the key that belongs to this log")]
    WrongKey {
        /// The verifier key the log names.
        log: String,
        /// The verifier key at hand.
        key: String,
    },
    /// There is a log, but not the key that signs it.
    #[error("{} is missing although the log exists: restore it from a backup; a new key can't continue this log", path.display())]
    KeyMissing {
        /// Where the key was looked for.
        path: PathBuf,
    },
    /// There is a key, but not the log it signed.
    #[error(
        "a signing key exists but its log {} is gone: restore the log, or move the key away to start a new one",
        path.display()
    )]
    LogMissing {
        /// Where the log was looked for.
        path: PathBuf,
    },
    /// An earlier write failed.
    #[error(
        "the audit log stopped after a failed write ({0}): nothing can be recorded until it is opened again"
    )]
    Poisoned(String),
    /// The batch that the records were in could not be made durable.
    #[error(transparent)]
    Batch(std::sync::Arc<Error>),
    /// More is waiting to be written than may wait.
    #[error(
        "the audit log can't keep up: {waiting} records wait to be written, at most {limit} may. Nothing was run; try again"
    )]
    QueueFull {
        /// Records that wait.
        waiting: usize,
        /// The most that may wait.
        limit: usize,
    },
    /// The disk takes too long.
    #[error(
        "the audit log did not confirm a record within {waited_ms} ms, so nothing was run. Check the disk and try again"
    )]
    Slow {
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// A running server owns the log.
    #[error("a running server holds {}: send the request to it", path.display())]
    Held {
        /// The lock the server holds.
        path: PathBuf,
    },
    /// Another process is writing, and went on for longer than we wait.
    #[error("another process has been writing to the log for more than {waited_ms} ms ({}): try again", path.display())]
    Busy {
        /// The lock that was waited for.
        path: PathBuf,
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// An export would mix with what is there.
    #[error("{} is not empty: give a folder that is empty or not there yet", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// No such record.
    #[error("there is no record {index}: the log holds {len}")]
    OutOfRange {
        /// The index asked for.
        index: u64,
        /// Records in the log.
        len: u64,
    },
}

impl Error {
    /// The first bad record, where it can be named.
    pub fn index(&self) -> Option<u64> {
        match self {
            Error::Corrupt { index, .. } => Some(*index),
            Error::Truncated { have, .. } => Some(*have),
            _ => None,
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Io { action, path, source }
    }

    pub(crate) fn corrupt(index: u64, what: impl Into<String>) -> Error {
        Error::Corrupt { index, what: what.into() }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Error {
        Error::Damaged { what: what.into() }
    }

    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Error::Io { source, .. } if source.kind() == ErrorKind::NotFound)
    }
}

fn advice(source: &io::Error) -> &'static str {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "Free some space there; nothing runs until records can be kept"
        }
        ErrorKind::ReadOnlyFilesystem => "Mount it writable; nothing runs until records can be kept",
        ErrorKind::PermissionDenied => "Give this user the right to read and write there",
        ErrorKind::NotFound => "Check that the data folder is complete",
        ErrorKind::TimedOut
        | ErrorKind::ConnectionRefused
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected => "Bring the database back; nothing runs until records can be kept",
        _ => "Check the disk and the system's log",
    }
}
