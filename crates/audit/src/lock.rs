//! Who may write: two lock files in the data folder.
//!
//! `audit.lock` is held while something is written; `serve.lock` is held by a server for life. A server takes
//! `serve.lock` first and then `audit.lock`, and keeps both: an append of the command line that is under way ends
//! before the server writes, and a later one finds both locks taken and knows that a server is the reason.

use crate::storage::FileSystem;
use crate::{Error, files};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(2);

/// An exclusive lock on a file, released when dropped.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// Takes the lock if it is free.
    pub fn try_acquire(path: &Path) -> Result<Option<DataLock>, Error> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(DataLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(Error::io("cannot lock", path)(e)),
        }
    }

    /// Takes the lock, waiting as long as it takes.
    pub fn acquire(path: &Path) -> Result<DataLock, Error> {
        let file = open(path)?;
        file.lock().map_err(Error::io("cannot lock", path))?;
        Ok(DataLock { _file: file })
    }

    /// Whether somebody else holds the lock exclusively.
    pub fn is_held(path: &Path) -> Result<bool, Error> {
        let file = open(path)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(e)) => Err(Error::io("cannot lock", path)(e)),
        }
    }

    /// Takes the write lock for one append. [`Error::Held`] if a server has it, [`Error::Busy`] if another append
    /// takes longer than `wait`.
    pub fn for_append(data_dir: &Path, wait: Duration) -> Result<DataLock, Error> {
        let (path, serve) = (audit_lock(data_dir), serve_lock(data_dir));
        let begun = Instant::now();
        loop {
            if let Some(lock) = DataLock::try_acquire(&path)? {
                return Ok(lock);
            }
            if DataLock::is_held(&serve)? {
                return Err(Error::Held { path: serve });
            }
            if begun.elapsed() >= wait {
                return Err(Error::Busy { path, waited_ms: wait.as_millis().try_into().unwrap_or(u64::MAX) });
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Both locks, as a server holds them for life.
#[derive(Debug)]
pub struct ServerLock {
    _serve: DataLock,
    _audit: DataLock,
}

impl ServerLock {
    /// Takes both locks, waiting for appends under way. [`Error::Held`] if another server runs.
    pub fn acquire(data_dir: &Path, wait: Duration) -> Result<ServerLock, Error> {
        let path = serve_lock(data_dir);
        let begun = Instant::now();
        // The command line touches this lock for a moment when it asks whether a server runs.
        let serve = loop {
            match DataLock::try_acquire(&path)? {
                Some(lock) => break lock,
                None if begun.elapsed() >= wait => return Err(Error::Held { path }),
                None => std::thread::sleep(POLL),
            }
        };
        Ok(ServerLock { _serve: serve, _audit: DataLock::acquire(&audit_lock(data_dir))? })
    }
}

/// The lock a server holds for life.
pub fn serve_lock(data_dir: &Path) -> PathBuf {
    data_dir.join("serve.lock")
}

/// The lock held while something is written.
pub fn audit_lock(data_dir: &Path) -> PathBuf {
    data_dir.join("audit.lock")
}

fn open(path: &Path) -> Result<File, Error> {
    files::create_dirs(&FileSystem, &files::parent(path))?;
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(Error::io("cannot open", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_excludes_appends_and_servers_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let server = ServerLock::acquire(dir.path(), Duration::ZERO).unwrap();
        assert!(matches!(DataLock::for_append(dir.path(), Duration::ZERO), Err(Error::Held { .. })));
        assert!(matches!(ServerLock::acquire(dir.path(), Duration::ZERO), Err(Error::Held { .. })));
        drop(server);
        assert!(DataLock::for_append(dir.path(), Duration::ZERO).is_ok());
    }

    #[test]
    fn an_append_makes_another_wait_and_a_server_come_after_it() {
        let dir = tempfile::tempdir().unwrap();
        let append = DataLock::for_append(dir.path(), Duration::ZERO).unwrap();
        assert!(matches!(DataLock::for_append(dir.path(), Duration::ZERO), Err(Error::Busy { .. })));
        std::thread::scope(|scope| {
            let server = scope.spawn(|| ServerLock::acquire(dir.path(), Duration::ZERO));
            drop(append);
            assert!(server.join().unwrap().is_ok());
        });
    }
}
