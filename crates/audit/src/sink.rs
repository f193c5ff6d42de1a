//! What the rest of the product holds: somewhere to put records, durable when it answers.

use crate::Error;
use crate::lock::DataLock;
use crate::log::{Log, Receipt};
use crate::record::{Actor, Record};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Takes records. When it answers they are durable; when it fails, nothing may run that relies on them.
pub trait Sink: Send + Sync {
    /// Appends records as one batch, in order.
    fn append(&self, records: Vec<Record>) -> Result<Vec<Receipt>, Error>;

    /// Why nothing more can be recorded until a restart, if it is so.
    fn stopped(&self) -> Option<String> {
        None
    }
}

/// The sink of a process that shares the log with others: it takes the lock for each append.
#[derive(Debug)]
pub struct LockedSink {
    data_dir: PathBuf,
    keys: PathBuf,
    wait: Duration,
    log: Mutex<Option<Log>>,
}

impl LockedSink {
    /// A sink over `data_dir/audit`, with its key in `data_dir/keys`.
    pub fn new(data_dir: &Path) -> LockedSink {
        LockedSink::with_keys(data_dir, &data_dir.join("keys"))
    }

    /// The same with the key elsewhere.
    pub fn with_keys(data_dir: &Path, keys: &Path) -> LockedSink {
        LockedSink {
            data_dir: data_dir.to_path_buf(),
            keys: keys.to_path_buf(),
            wait: Duration::from_secs(5),
            log: Mutex::new(None),
        }
    }

    /// The same, waiting this long for another process's append.
    pub fn waiting(self, wait: Duration) -> LockedSink {
        LockedSink { wait, ..self }
    }
}

impl Sink for LockedSink {
    /// [`Error::Held`] says that a server owns the log, and the records should go to it.
    fn append(&self, records: Vec<Record>) -> Result<Vec<Receipt>, Error> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = DataLock::for_append(&self.data_dir, self.wait)?;
        match &mut *log {
            Some(log) => {
                log.refresh()?;
                log.append(&records)
            }
            None => {
                let log = log.insert(Log::open(&self.data_dir.join("audit"), &self.keys)?);
                if let Some(recovery) = log.recovery().cloned() {
                    log.append(&[recovery.record(Actor::new("system", "recovery"))])?;
                }
                log.append(&records)
            }
        }
    }
}
