//! Files that survive a power cut: written beside, synced, renamed, and the folder synced.

use crate::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::io("cannot read", path))
}

pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::io("cannot read", path))
}

pub(crate) fn exists(path: &Path) -> Result<bool, Error> {
    path.try_exists().map_err(Error::io("cannot look at", path))
}

/// Replaces `path` durably, except for the folder's own entry, which [`sync_dir`] makes durable.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let beside = beside(path);
    match fs::remove_file(&beside) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io("cannot remove", &beside)(e)),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&beside)
        .map_err(Error::io("cannot create", &beside))?;
    file.write_all(bytes).map_err(Error::io("cannot write", &beside))?;
    file.sync_all().map_err(Error::io("cannot sync", &beside))?;
    fs::rename(&beside, path).map_err(Error::io("cannot replace", path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|dir| dir.sync_all()).map_err(Error::io("cannot sync", path))
}

/// Creates a folder and those above it, and makes their names durable.
pub(crate) fn create_dirs(path: &Path) -> Result<(), Error> {
    if exists(path)? {
        return Ok(());
    }
    let parent = parent(path);
    create_dirs(&parent)?;
    match fs::create_dir(path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(Error::io("cannot create", path)(e)),
        _ => {}
    }
    sync_dir(&parent)
}

/// The folder a path lies in.
pub(crate) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The name a file has while it is written.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    path.with_file_name(name)
}
