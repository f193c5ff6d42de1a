//! Logs in temporary folders.

use kubechat_audit::{Error, Log, Options, Since, Verified, VerifierKey};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A data folder that is removed at the end.
pub(crate) struct Home {
    temp: TempDir,
    key: OnceLock<VerifierKey>,
}

/// Turns the journal into tiles as soon as there is one to write.
pub(crate) const EAGER: Options = Options { roll_entries: 256, roll_bytes: 1 << 20 };

impl Home {
    pub(crate) fn new() -> Home {
        Home { temp: tempfile::tempdir().unwrap(), key: OnceLock::new() }
    }

    /// A log of `count` small entries, appended in batches.
    pub(crate) fn with_entries(count: u64, batch: usize) -> Home {
        let home = Home::new();
        let mut log = home.open();
        for entries in entries(0..count).chunks(batch) {
            log.append_entries(entries).unwrap();
        }
        home.key();
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.temp.path()
    }

    pub(crate) fn audit(&self) -> PathBuf {
        self.path().join("audit")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.path().join("keys")
    }

    pub(crate) fn try_open(&self) -> Result<Log, Error> {
        Log::open_with(&self.audit(), &self.keys(), EAGER)
    }

    pub(crate) fn open(&self) -> Log {
        self.try_open().unwrap()
    }

    /// The log's key, as somebody outside keeps it: asked for once.
    pub(crate) fn key(&self) -> VerifierKey {
        let read = || kubechat_audit::keys::verifier(&self.audit(), &self.keys()).unwrap();
        self.key.get_or_init(read).clone()
    }

    pub(crate) fn verify(&self) -> Result<Verified, Error> {
        self.verify_since(None)
    }

    pub(crate) fn verify_since(&self, since: Option<&Since>) -> Result<Verified, Error> {
        kubechat_audit::verify(&self.audit(), &self.key(), since)
    }

    /// The only journal segment.
    pub(crate) fn journal(&self) -> PathBuf {
        let mut all = files_below(&self.audit().join("journal"));
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }
}

pub(crate) fn entries(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(entry).collect()
}

pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("e{index}").into_bytes()
}

pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(dir).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

pub(crate) fn copy_dir(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

/// How often something random is tried: all of it in `make soak`, a twentieth in `make test`.
pub(crate) fn trials(full: u64) -> u64 {
    if std::env::var_os("KUBECHAT_SOAK").is_some() { full } else { full / 20 }
}
