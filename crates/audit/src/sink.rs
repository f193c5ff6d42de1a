//! What the rest of the product holds: somewhere to put records, durable when it answers.

use crate::Error;
use crate::lock::DataLock;
use crate::log::{Log, Receipt};
use crate::meter::Meter;
use crate::place::Place;
use crate::record::{Actor, Record};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Takes records. When it answers they are durable; when it fails, nothing may run that relies on them.
pub trait Sink: Send + Sync {
    /// Appends records as one batch, in order.
    fn append(&self, records: Vec<Record>) -> Result<Vec<Receipt>, Error>;

    /// Why nothing can be recorded now, if it is so.
    fn stopped(&self) -> Option<String> {
        None
    }

    /// What a monitoring system is told of it.
    fn meter(&self) -> Option<&Meter> {
        None
    }
}

/// The sink of a process that shares the log with others: it takes the lock for each append.
#[derive(Debug)]
pub struct LockedSink {
    data_dir: PathBuf,
    place: Place,
    wait: Duration,
    log: Mutex<Option<Log>>,
}

impl LockedSink {
    /// A sink over `data_dir/audit`, with its key in `data_dir/keys`.
    pub fn new(data_dir: &Path) -> LockedSink {
        LockedSink::at(data_dir, Place::files(&data_dir.join("audit"), &data_dir.join("keys")))
    }

    /// The same over a log that is kept elsewhere. Processes with the same data folder still take turns by its locks.
    pub fn at(data_dir: &Path, place: Place) -> LockedSink {
        LockedSink {
            data_dir: data_dir.to_path_buf(),
            place,
            wait: Duration::from_secs(5),
            log: Mutex::new(None),
        }
    }

    /// The same, waiting this long for another process's append.
    pub fn waiting(self, wait: Duration) -> LockedSink {
        LockedSink { wait, ..self }
    }

    fn append_locked(&self, log: &mut Option<Log>, records: &[Record]) -> Result<Vec<Receipt>, Error> {
        match log {
            Some(log) => {
                self.place.begin(log)?;
                log.append(records)
            }
            None => {
                let mut opened = self.place.log()?;
                let mut batch = opened.opening(&Actor::new("system", "terminal"));
                let first = batch.len();
                batch.extend_from_slice(records);
                let mut receipts = opened.append(&batch)?;
                *log = Some(opened);
                Ok(receipts.split_off(first))
            }
        }
    }
}

impl Sink for LockedSink {
    /// [`Error::Held`] says that a server owns the log, and the records should go to it.
    fn append(&self, records: Vec<Record>) -> Result<Vec<Receipt>, Error> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = DataLock::for_append(&self.data_dir, self.wait)?;
        let done = self.append_locked(&mut log, &records);
        self.place.end();
        done
    }
}
