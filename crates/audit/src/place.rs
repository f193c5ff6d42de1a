//! Where a log is kept, and with which keys: in files, or in a database.

use crate::checkpoint::Checkpoint;
use crate::log::{Log, Options};
use crate::note::VerifierKey;
use crate::reader::{LogReader, read_checkpoint};
use crate::storage::{FileSystem, Postgres, Storage};
use crate::verify::{Since, Verified, verify_in};
use crate::{Error, files, keys};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a log is kept; cheap to clone.
#[derive(Debug, Clone)]
pub struct Place {
    reading: Arc<dyn Storage>,
    writing: Arc<dyn Storage>,
    dir: PathBuf,
    keys: PathBuf,
}

impl Place {
    /// In files: the log in `dir`, its keys in `keys`.
    pub fn files(dir: &Path, keys: &Path) -> Place {
        Place::on(Arc::new(FileSystem), dir, keys)
    }

    /// The same on another storage.
    pub fn on(storage: Arc<dyn Storage>, dir: &Path, keys: &Path) -> Place {
        Place {
            reading: Arc::clone(&storage),
            writing: storage,
            dir: dir.to_path_buf(),
            keys: keys.to_path_buf(),
        }
    }

    /// In the PostgreSQL database with this address, with the keys in files in `keys`.
    pub fn database(url: &str, keys: &Path) -> Place {
        Place {
            reading: Arc::new(Postgres::reader(url)),
            writing: Arc::new(Postgres::writer(url)),
            dir: Postgres::log_dir(),
            keys: keys.to_path_buf(),
        }
    }

    /// The folder of the log; a name only where it is in a database.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens the log for writing, and begins it where there is none.
    pub fn log(&self) -> Result<Log, Error> {
        Log::open_in(Arc::clone(&self.writing), &self.dir, &self.keys, Options::default())
    }

    /// Opens the log as it is published now.
    pub fn reader(&self) -> Result<LogReader, Error> {
        LogReader::open_in(Arc::clone(&self.reading), &self.dir)
    }

    /// The checkpoint that is published now: whether the log can be read at all.
    pub fn checkpoint(&self) -> Result<Checkpoint, Error> {
        let key = keys::named(self.reading.as_ref(), &self.dir)?;
        read_checkpoint(self.reading.as_ref(), &self.dir, &key)
    }

    /// Whether no log was ever begun here: there is neither a key nor anything of a log.
    pub fn never_begun(&self) -> Result<bool, Error> {
        let empty = match self.reading.list(&self.dir) {
            Ok(names) => names.is_empty(),
            Err(e) if e.kind() == ErrorKind::NotFound => true,
            Err(e) => return Err(Error::io("cannot list", &self.dir)(e)),
        };
        Ok(empty && !files::exists(self.reading.as_ref(), &keys::key_path(&self.keys))?)
    }

    /// The verifier key, computed from the signing key and not from what the log says.
    pub fn verifier(&self) -> Result<VerifierKey, Error> {
        Ok(keys::signer(self.reading.as_ref(), &self.dir, &self.keys)?.verifier().clone())
    }

    /// [`crate::verify`] of the log here.
    pub fn verify(
        &self,
        key: &VerifierKey,
        since: &[Since],
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Verified, Error> {
        verify_in(&self.reading, &self.dir, key, since, progress)
    }

    /// Keeps other writers out, and takes in what they wrote.
    pub(crate) fn begin(&self, log: &mut Log) -> Result<(), Error> {
        crate::log::begin(self.writing.as_ref(), &self.dir)?;
        log.refresh()
    }

    /// Lets others write.
    pub(crate) fn end(&self) {
        self.writing.end();
    }
}
