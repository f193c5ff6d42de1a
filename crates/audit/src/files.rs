//! Files that survive a power cut: written beside, synced, renamed, and the folder synced.

use crate::Error;
use crate::storage::{NewFile, Storage};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(crate) fn read(storage: &dyn Storage, path: &Path) -> Result<Vec<u8>, Error> {
    storage.read(path).map_err(Error::io("cannot read", path))
}

pub(crate) fn read_text(storage: &dyn Storage, path: &Path) -> Result<String, Error> {
    String::from_utf8(read(storage, path)?)
        .map_err(|_| Error::damaged(format!("{} is not text", path.display())))
}

pub(crate) fn exists(storage: &dyn Storage, path: &Path) -> Result<bool, Error> {
    storage.exists(path).map_err(Error::io("cannot look at", path))
}

/// Replaces `path` durably, except for the folder's own entry, which [`sync_dir`] makes durable.
pub(crate) fn replace(storage: &dyn Storage, path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    storage.replace(&[NewFile { path, bytes }], mode).map_err(Error::io("cannot write", path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(storage: &dyn Storage, path: &Path) -> Result<(), Error> {
    storage.sync_dir(path).map_err(Error::io("cannot sync", path))
}

/// Creates a folder and those above it, and makes their names durable.
pub(crate) fn create_dirs(storage: &dyn Storage, path: &Path) -> Result<(), Error> {
    if exists(storage, path)? {
        return Ok(());
    }
    let parent = parent(path);
    create_dirs(storage, &parent)?;
    match storage.create_dir(path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(Error::io("cannot create", path)(e)),
        _ => {}
    }
    sync_dir(storage, &parent)
}

/// The folder a path lies in.
pub(crate) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
