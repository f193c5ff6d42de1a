//! The data folder: one owner at a time, and no leftovers of an owner that was killed.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::Error;
use crate::programs::NAMES;

const PREFIX: &str = "kubechat-practice-";

/// Who holds a folder: process ids are used again, so the start time belongs to it.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    pid: u32,
    started: u64,
}

/// A data folder that this process holds.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    // Dropped before the lock: a folder that is being removed is still ours.
    _temporary: Option<TempDir>,
    _lock: File,
}

impl Folder {
    /// Takes `dir`, or a temporary folder, after ending what a killed owner may have left in it.
    pub fn open(dir: Option<&Path>) -> Result<Self, Error> {
        let (path, temporary) = match dir {
            Some(dir) => {
                create_private(dir)?;
                (dir.canonicalize().map_err(Error::io("opening", dir))?, None)
            }
            None => {
                let parent = std::env::temp_dir();
                sweep(&parent);
                let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
                let dir = dir.map_err(Error::io("creating a folder in", &parent))?;
                (dir.path().to_owned(), Some(dir))
            }
        };
        let lock = lock(&path)?;
        end_leftovers(&path);
        let owner =
            Owner { pid: std::process::id(), started: started(std::process::id()).unwrap_or_default() };
        let file = path.join("owner.json");
        let text = serde_json::to_vec(&owner).unwrap_or_default();
        fs::write(&file, text).map_err(Error::io("writing", &file))?;
        create_private(&path.join("logs"))?;
        Ok(Self { path, _temporary: temporary, _lock: lock })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn create_private(dir: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(Error::io("creating", dir))
}

fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join("lock");
    let file = File::options().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(Error::io("opening", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let pid = owner(dir).map_or(0, |owner| owner.pid);
            Err(Error::InUse { dir: dir.to_owned(), pid })
        }
        Err(TryLockError::Error(error)) => Err(Error::io("locking", &path)(error)),
    }
}

fn owner(dir: &Path) -> Option<Owner> {
    serde_json::from_slice(&fs::read(dir.join("owner.json")).ok()?).ok()
}

/// Removes temporary folders whose owner was killed. One without `owner.json` is just being made, and left alone.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let path = entry.path();
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let Some(owner) = ours.then(|| owner(&path)).flatten() else { continue };
        if started(owner.pid) == Some(owner.started) {
            continue;
        }
        if let Ok(_lock) = lock(&path) {
            end_leftovers(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Ends the programs that still work in a folder whose lock we hold, each by its id.
fn end_leftovers(dir: &Path) {
    let left = leftovers(dir);
    for pid in &left {
        tracing::warn!(pid, dir = %dir.display(), "ending a program that an earlier practice cluster left behind");
        if let Some(pid) = i32::try_from(*pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while !left.is_empty() && !leftovers(dir).is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Processes that run one of our programs and name this folder in their arguments.
fn leftovers(dir: &Path) -> Vec<u32> {
    let inside = format!("{}/", dir.display());
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            let program = line.split('\0').next().unwrap_or_default();
            let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or_default();
            NAMES.contains(&name) && line.contains(&inside)
        })
        .collect()
}

/// When a process started, in clock ticks since boot; `None` when there is no such process.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in brackets and may hold anything; the start time is the 22nd field.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner() {
        let dir = tempfile::tempdir().unwrap();
        let held = Folder::open(Some(dir.path())).unwrap();
        let second = Folder::open(Some(dir.path())).unwrap_err();
        assert!(matches!(second, Error::InUse { pid, .. } if pid == std::process::id()), "{second}");
        drop(held);
        Folder::open(Some(dir.path())).unwrap();
    }

    #[test]
    fn a_temporary_folder_goes_with_its_owner() {
        let folder = Folder::open(None).unwrap();
        let path = folder.path().to_owned();
        assert!(path.join("owner.json").is_file());
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn folders_of_ended_owners_are_swept_and_others_stay() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: &str, owner: Option<Owner>| {
            let dir = parent.path().join(name);
            fs::create_dir(&dir).unwrap();
            if let Some(owner) = owner {
                fs::write(dir.join("owner.json"), serde_json::to_vec(&owner).unwrap()).unwrap();
            }
            dir
        };
        let me = std::process::id();
        let now = started(me).unwrap();
        let stale = make("kubechat-practice-stale", Some(Owner { pid: me, started: now - 1 }));
        let live = make("kubechat-practice-live", Some(Owner { pid: me, started: now }));
        let starting = make("kubechat-practice-starting", None);
        let foreign = make("foreign", Some(Owner { pid: me, started: now - 1 }));
        sweep(parent.path());
        assert!(!stale.exists());
        assert!(live.exists() && starting.exists() && foreign.exists());
    }
}
