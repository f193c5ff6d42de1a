//! The data folder: where everything of an installation lies.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use kubechat_audit::Place;
use uuid::Uuid;

use crate::Error;

/// The layout of the data folder.
#[derive(Debug, Clone)]
pub struct DataDir {
    root: PathBuf,
    log: Place,
}

impl DataDir {
    /// Makes the folder and what lies in it, readable by its owner only.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let data = Self { root: root.to_owned(), log: Place::files(&root.join("audit"), &root.join("keys")) };
        for dir in [data.root.clone(), data.audit(), data.keys(), data.index(), data.queries()] {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&dir)
                .map_err(|source| Error::DataDir { path: dir.clone(), source })?;
        }
        Ok(data)
    }

    /// The same with the audit log kept elsewhere.
    pub fn with_log(self, log: Place) -> Self {
        Self { log, ..self }
    }

    /// Where the audit log is kept.
    pub fn log(&self) -> &Place {
        &self.log
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Exactly what `audit verify` covers, where the log is kept in files.
    fn audit(&self) -> PathBuf {
        self.root.join("audit")
    }

    /// Signing and sealing keys.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// What can be rebuilt.
    pub fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// The socket of a running server.
    pub fn socket(&self) -> PathBuf {
        self.root.join("kubechat.sock")
    }

    fn queries(&self) -> PathBuf {
        self.root.join("queries")
    }

    /// Takes the lock of an executing query; `None` while another process holds it.
    pub(crate) fn lock_query(&self, query: Uuid) -> Result<Option<QueryLock>, Error> {
        let path = self.queries().join(format!("{query}.lock"));
        let failed = |source| Error::DataDir { path: path.clone(), source };
        loop {
            let file =
                File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            // The holder before may have unlinked it between our open and our lock.
            let ours = file.metadata().map_err(failed)?.ino();
            if fs::metadata(&path).is_ok_and(|there| there.ino() == ours) {
                return Ok(Some(QueryLock { path, _file: file }));
            }
        }
    }
}

/// Held while a query executes; the kernel lets go of it when the process dies.
#[derive(Debug)]
pub(crate) struct QueryLock {
    path: PathBuf,
    _file: File,
}

impl Drop for QueryLock {
    fn drop(&mut self) {
        // Unlinked while still locked: whoever opens it next makes a new one.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_locked_by_one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path()).unwrap();
        let query = Uuid::now_v7();
        let held = data.lock_query(query).unwrap();
        assert!(held.is_some());
        assert!(data.lock_query(query).unwrap().is_none());
        drop(held);
        assert!(data.lock_query(query).unwrap().is_some());
    }
}
