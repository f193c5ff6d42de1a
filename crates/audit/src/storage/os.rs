//! The operating system's file system.

use super::{NewFile, Stamp, Storage, Writable};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;

/// Files that are open at once while they are written together.
const OPEN: usize = 64;
/// Threads that sync them.
const SYNCING: usize = 8;

/// The files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileSystem;

impl Storage for FileSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        fs::read_dir(dir)?.map(|item| Ok(item?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn write_new(&self, files: &[NewFile<'_>], mode: u32) -> io::Result<()> {
        for some in files.chunks(OPEN) {
            let written = some.iter().map(|file| write(file, mode)).collect::<io::Result<Vec<File>>>()?;
            sync_together(&written)?;
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir_all(&self, dir: &Path) -> io::Result<()> {
        fs::remove_dir_all(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Writable>> {
        // Not in append mode: there the kernel ignores the offset of an overwrite.
        let file = OpenOptions::new().write(true).open(path)?;
        let end = file.metadata()?.len();
        Ok(Box::new(OpenFile { file, end }))
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        fs::metadata(path).map(|metadata| stamp(&metadata))
    }
}

/// A new file whose content is not synced yet.
fn write(new: &NewFile<'_>, mode: u32) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(new.path)?;
    file.write_all(new.bytes)?;
    Ok(file)
}

/// Makes the contents of files durable, and answers when all are or with the error of one that may not be. One after the
/// other, each would wait for a commit of the file system's journal; side by side they share it.
fn sync_together(files: &[File]) -> io::Result<()> {
    let share = files.len().div_ceil(SYNCING);
    if files.len() <= 1 {
        return files.iter().try_for_each(File::sync_all);
    }
    thread::scope(|scope| {
        let sync = |some| {
            let work = move || <[File]>::iter(some).try_for_each(File::sync_all);
            thread::Builder::new().spawn_scoped(scope, work)
        };
        let syncing = files.chunks(share).map(sync).collect::<io::Result<Vec<_>>>()?;
        let died = |_| Err(io::Error::other("a thread that synced files ended"));
        syncing.into_iter().try_for_each(|one| one.join().unwrap_or_else(died))
    })
}

#[derive(Debug)]
struct OpenFile {
    file: File,
    end: u64,
}

impl Writable for OpenFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, self.end)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    fn overwrite(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, 0)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn stamp(&self) -> io::Result<Stamp> {
        self.file.metadata().map(|metadata| stamp(&metadata))
    }
}

fn stamp(metadata: &Metadata) -> Stamp {
    Stamp { file: metadata.ino(), length: metadata.len() }
}
