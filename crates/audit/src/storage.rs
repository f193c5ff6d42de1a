//! What the log asks of whatever keeps it, behind one trait: a file system, a PostgreSQL database, and in tests a disk
//! that loses power.

mod os;
mod postgres;

pub use os::FileSystem;
pub use postgres::{Postgres, SCHEMA};

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A place for files that survive a power cut once they and their folder are synced.
pub trait Storage: fmt::Debug + Send + Sync {
    /// The whole content of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The names in a folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Whether there is a file or folder of that name.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Creates files that aren't there yet and syncs their contents, but not their names. Until it returns, and after an
    /// error, any of them may be whole, torn, empty or absent.
    fn write_new(&self, files: &[NewFile<'_>], mode: u32) -> io::Result<()>;
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

    /// Puts whole files in the place of what has their names. Their contents are durable then, and were before any of
    /// them had its name; their names are when the folders are synced.
    fn replace(&self, files: &[NewFile<'_>], mode: u32) -> io::Result<()> {
        let paths: Vec<PathBuf> = files.iter().map(|file| beside(file.path)).collect();
        for path in &paths {
            match self.remove(path) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        let unfinished = paths.iter().zip(files).map(|(path, file)| NewFile { path, bytes: file.bytes });
        self.write_new(&unfinished.collect::<Vec<_>>(), mode)?;
        paths.iter().zip(files).try_for_each(|(path, file)| self.rename(path, file.path))
    }

    /// The greatest name in a folder, those of unfinished files apart.
    fn newest(&self, dir: &Path) -> io::Result<Option<String>> {
        Ok(self.list(dir)?.into_iter().filter(|name| !name.ends_with(BESIDE)).max())
    }

    /// Called before a log is opened for writing: keeps other writers out, where locks on files don't.
    fn begin(&self) -> io::Result<()> {
        Ok(())
    }

    /// Called when nothing more will be written for now: lets others write.
    fn end(&self) {}

    /// Whether a log that stopped after a failed write may be opened again by the same process. A database knows what
    /// it has committed; after a failed sync, the memory of a system shows what its disk doesn't hold.
    fn reopens(&self) -> bool {
        false
    }
}

/// A file that is to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'f> {
    /// Where it will lie.
    pub path: &'f Path,
    /// All that it holds.
    pub bytes: &'f [u8],
}

/// What the name of an unfinished file ends with.
const BESIDE: &str = ".new";

/// The name a file has while it is written.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(BESIDE);
    path.with_file_name(name)
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
