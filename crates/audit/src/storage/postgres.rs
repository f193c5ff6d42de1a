//! A PostgreSQL database, for installations whose disks come and go. What the log does is the same as on files: an append
//! is one row, and it is acknowledged when the database has committed it.
//!
//! Rows are only added (triggers and grants see to it). One process writes at a time: it holds an advisory lock, on the
//! connection that it writes with, and each of its rows carries its epoch, which the database compares with the newest
//! one. Signing keys stay in files: who can write to the database can't sign.

mod session;

use super::{FileSystem, NewFile, Stamp, Storage, Writable};
use session::{Role, Session};
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What makes the tables, for somebody who gives this program no more than the rights to read and add.
pub const SCHEMA: &str = include_str!("postgres/schema.sql");

/// Under which name the database is a folder. Everything else is a file of this machine.
const ROOT: &str = "database";
/// How long the database may take for one statement.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to the database, opened when it is needed.
#[derive(Clone)]
pub struct Postgres {
    jobs: Arc<Mutex<Option<Sender<Job>>>>,
    url: String,
    role: Role,
    patience: Duration,
}

type Job = Box<dyn FnOnce(&mut Session) + Send>;

impl Postgres {
    /// For reading. The address is a `postgresql://` URL; a password can be in the file that PGPASSFILE names.
    pub fn reader(url: &str) -> Postgres {
        Postgres::new(url, Role::Reader)
    }

    /// For the one process that writes.
    pub fn writer(url: &str) -> Postgres {
        Postgres::new(url, Role::Writer)
    }

    fn new(url: &str, role: Role) -> Postgres {
        Postgres { jobs: Arc::default(), url: url.to_owned(), role, patience: PATIENCE }
    }

    /// The same with another time for one statement.
    pub fn waiting(self, patience: Duration) -> Postgres {
        Postgres { patience, ..self }
    }

    /// Where a log lies in the database.
    pub fn log_dir() -> PathBuf {
        Path::new(ROOT).join("audit")
    }

    /// Does something on the connection's own thread: callers may or may not be in an asynchronous runtime.
    fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (answer, answered) = sync_channel(1);
        let job: Job = Box::new(move |session| {
            // Who gave up waiting is not told.
            let _ = answer.try_send(work(session));
        });
        self.thread()?.send(job).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    }

    /// New versions in one transaction: all are there when it is committed, which whoever syncs a folder waits for, or none.
    fn insert(&self, rows: Vec<(String, Vec<u8>)>) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.call(move |session| rows.into_iter().try_for_each(|(name, bytes)| session.replace(&name, bytes)))
    }

    fn thread(&self) -> io::Result<Sender<Job>> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*jobs {
            return Ok(sender.clone());
        }
        let mut session = Session::new(&self.url, self.role, self.patience)?;
        let (sender, receiver) = channel::<Job>();
        std::thread::Builder::new().name("audit-database".into()).spawn(move || {
            while let Ok(job) = receiver.recv() {
                job(&mut session);
            }
        })?;
        *jobs = Some(sender.clone());
        Ok(sender)
    }
}

impl fmt::Debug for Postgres {
    // The address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("role", &self.role).finish_non_exhaustive()
    }
}

fn gone() -> io::Error {
    io::Error::new(ErrorKind::NotConnected, "the thread that speaks with the audit database has ended")
}

/// The path as the database names it, if it is one of the database.
fn stored(path: &Path) -> Option<String> {
    path.starts_with(ROOT).then(|| path.to_string_lossy().into_owned())
}

/// Those of the database, under its names, and those of this machine.
fn apart<'f>(files: &[NewFile<'f>]) -> (Vec<(String, Vec<u8>)>, Vec<NewFile<'f>>) {
    let (mut rows, mut here) = (Vec::new(), Vec::new());
    for file in files {
        match stored(file.path) {
            Some(name) => rows.push((name, file.bytes.to_vec())),
            None => here.push(*file),
        }
    }
    (rows, here)
}

impl Storage for Postgres {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let Some(name) = stored(path) else { return FileSystem.read(path) };
        self.call(move |session| session.read(&name))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let Some(name) = stored(dir) else { return FileSystem.list(dir) };
        self.call(move |session| session.list(&name))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let Some(name) = stored(path) else { return FileSystem.exists(path) };
        if name == ROOT {
            return Ok(true);
        }
        self.call(move |session| session.exists(&name))
    }

    fn write_new(&self, files: &[NewFile<'_>], mode: u32) -> io::Result<()> {
        let (rows, files) = apart(files);
        FileSystem.write_new(&files, mode)?;
        for (name, _) in &rows {
            let name = name.clone();
            if self.call(move |session| session.exists(&name))? {
                return Err(ErrorKind::AlreadyExists.into());
            }
        }
        self.insert(rows)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (Some(from), Some(to)) = (stored(from), stored(to)) else { return FileSystem.rename(from, to) };
        self.call(move |session| session.copy(&from, &to))
    }

    /// What the log no longer needs is kept: rows are never removed.
    fn remove(&self, path: &Path) -> io::Result<()> {
        if stored(path).is_some() { Ok(()) } else { FileSystem.remove(path) }
    }

    fn remove_dir_all(&self, dir: &Path) -> io::Result<()> {
        if stored(dir).is_some() { Ok(()) } else { FileSystem.remove_dir_all(dir) }
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if stored(dir).is_some() { Ok(()) } else { FileSystem.create_dir(dir) }
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        match stored(dir) {
            None => FileSystem.sync_dir(dir),
            Some(_) => self.call(Session::commit),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Writable>> {
        let Some(name) = stored(path) else { return FileSystem.open(path) };
        let Stamp { file, length } = self.stamp(path)?;
        Ok(Box::new(OpenRows { database: self.clone(), name, version: file, length, waiting: Vec::new() }))
    }

    fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        let Some(name) = stored(path) else { return FileSystem.stamp(path) };
        self.call(move |session| session.stamp(&name))
    }

    fn replace(&self, files: &[NewFile<'_>], mode: u32) -> io::Result<()> {
        let (rows, files) = apart(files);
        FileSystem.replace(&files, mode)?;
        self.insert(rows)
    }

    fn newest(&self, dir: &Path) -> io::Result<Option<String>> {
        let Some(name) = stored(dir) else { return FileSystem.newest(dir) };
        self.call(move |session| session.newest(&name))
    }

    fn begin(&self) -> io::Result<()> {
        self.call(Session::begin)
    }

    fn end(&self) {
        // Without the thread the connection and its lock end; the next call begins anew.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn reopens(&self) -> bool {
        true
    }
}

/// A file of the database, open for writing.
#[derive(Debug)]
struct OpenRows {
    database: Postgres,
    name: String,
    version: u64,
    length: u64,
    waiting: Vec<u8>,
}

impl Writable for OpenRows {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        Ok(())
    }

    fn overwrite(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (name, version, bytes) = (self.name.clone(), self.version + 1, bytes.to_vec());
        self.database.call(move |session| session.publish(&name, version, bytes))?;
        self.version += 1;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.waiting);
        let (name, version, at) = (self.name.clone(), self.version, self.length);
        self.length += bytes.len() as u64;
        self.database.call(move |session| session.append(&name, version, at, bytes))
    }

    fn stamp(&self) -> io::Result<Stamp> {
        Ok(Stamp { file: self.version, length: self.length + self.waiting.len() as u64 })
    }
}
