//! What the log asks of a disk, behind one trait: a file system today, and in tests one that loses power.

mod os;

pub use os::FileSystem;

use std::fmt;
use std::io;
use std::path::Path;

/// A place for files that survive a power cut once they and their folder are synced.
pub trait Storage: fmt::Debug + Send + Sync {
    /// The whole content of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The names in a folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Whether there is a file or folder of that name.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Creates a file that isn't there yet and syncs its content, but not its name.
    fn write_new(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()>;
    /// Gives a file or folder another name, replacing a file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder and all below it.
    fn remove_dir_all(&self, dir: &Path) -> io::Result<()>;
    /// Creates one folder.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Opens an existing file for writing.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Writable>>;
    /// What tells this file from another one or another state of it.
    fn stamp(&self, path: &Path) -> io::Result<Stamp>;
}

/// A file open for writing.
pub trait Writable: fmt::Debug + Send {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Writes over the beginning, within one sector.
    fn overwrite(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;
    /// What tells this file from another one or another state of it.
    fn stamp(&self) -> io::Result<Stamp>;
}

/// Identity and length of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Which file it is, whatever its name.
    pub file: u64,
    /// Its length in bytes.
    pub length: u64,
}
