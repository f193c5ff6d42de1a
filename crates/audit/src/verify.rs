//! Verification of a whole log, offline, by somebody who has its public key and trusts nothing else.

mod frames;
mod stored_tiles;

use crate::checkpoint::{Checkpoint, parse_hash};
use crate::edge::Edge;
use crate::log::check_end;
use crate::merkle::{Hash, Tree};
use crate::note::VerifierKey;
use crate::reader::read_checkpoint;
use crate::storage::{FileSystem, Storage};
use crate::stored::{StoredTiles, WholeTree};
use crate::tail::{Segment, Tail};
use crate::tiles::WIDTH;
use crate::{Error, journal, keys, rotation};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How long a writer may take from writing a frame to publishing it, in steps of [`PUBLISH_POLL`].
const PUBLISH_POLLS: u32 = 100;
const PUBLISH_POLL: Duration = Duration::from_millis(5);

/// What a whole verification found: every record up to `size` is the one that was signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Records in the log.
    pub size: u64,
    /// Root over them, recomputed from the records.
    pub root: Hash,
    /// The signed checkpoint with that root. To be remembered, and given as `since` next time.
    pub checkpoint: Checkpoint,
    /// Bytes at the journal's end of an append that is under way or died, of which nobody has been told.
    pub unfinished: usize,
}

/// A remembered state that the log must still contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Records at that time.
    pub size: u64,
    /// Root at that time.
    pub root: Hash,
}

impl From<&Checkpoint> for Since {
    fn from(checkpoint: &Checkpoint) -> Since {
        Since { size: checkpoint.size, root: checkpoint.root }
    }
}

impl Since {
    /// Reads a signed checkpoint of this log, or `SIZE ROOT` with the root in base64 or hexadecimal.
    pub fn parse(text: &str, key: &VerifierKey) -> Result<Since, Error> {
        if text.trim_end().contains('\n') {
            return Ok(Since::from(&Checkpoint::open(text, key)?));
        }
        let bad = || Error::BadNote("expected a signed checkpoint, or SIZE ROOT".into());
        let (size, root) = text.trim().split_once([' ', ':']).ok_or_else(bad)?;
        let size = size.parse().map_err(|_| bad())?;
        let root = match hex::decode(root).ok().and_then(|bytes| bytes.try_into().ok()) {
            Some(root) => root,
            None => parse_hash(root)?,
        };
        Ok(Since { size, root })
    }
}

/// Verifies the whole log in `dir` with `key`: every record, every stored hash, every signature, and that the log
/// still contains the remembered state `since`. Works while a writer appends. The first bad index is named where one
/// record can be blamed.
pub fn verify(dir: &Path, key: &VerifierKey, since: Option<&Since>) -> Result<Verified, Error> {
    verify_with_progress(dir, key, since.map(std::slice::from_ref).unwrap_or_default(), &|_, _| {})
}

/// The same for several remembered states, calling `progress` with records done and records in all, from several threads.
pub fn verify_with_progress(
    dir: &Path,
    key: &VerifierKey,
    since: &[Since],
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Verified, Error> {
    verify_in(&(Arc::new(FileSystem) as Arc<dyn Storage>), dir, key, since, progress)
}

/// The same on another storage.
pub fn verify_in(
    storage: &Arc<dyn Storage>,
    dir: &Path,
    key: &VerifierKey,
    since: &[Since],
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Verified, Error> {
    let files = storage.as_ref();
    let named = keys::named(files, dir)?;
    let (key, handovers) = rotation::present(key, &named, &rotation::all(files, dir)?)?;
    let since = &[since, &handovers].concat()[..];
    let key = &key;
    let snapshot = Snapshot::take(files, dir, key)?;
    if let Some(since) = since.iter().find(|since| since.size > snapshot.head.size) {
        let what = format!("it has {} records", snapshot.head.size);
        return Err(Error::RolledBack { since: since.size, what });
    }
    let tail = &snapshot.segment.tail;
    let report = |done: u64| progress(done, tail.size());
    let roots = stored_tiles::check(files, dir, tail.start() / WIDTH, &report)?;
    let peaks = stored_tiles::check_upper(files, dir, roots, &tail.edge)?;
    frames::check(&snapshot.bytes[..snapshot.segment.valid], key, Edge::new(tail.start(), &peaks)?)?;
    report(tail.size());

    for since in since {
        let nodes = WholeTree { edge: &tail.edge, stored: &StoredTiles::new(storage, dir) };
        if Tree::new(&nodes, since.size)?.root() != since.root {
            let what = format!("its first {} records are not the same", since.size);
            return Err(Error::RolledBack { since: since.size, what });
        }
    }
    Ok(Verified {
        size: snapshot.head.size,
        root: snapshot.head.root,
        unfinished: snapshot.bytes.len() - snapshot.segment.valid,
        checkpoint: snapshot.head,
    })
}

/// The journal at one moment, which the published checkpoint neither exceeded before nor falls short of after.
struct Snapshot {
    bytes: Vec<u8>,
    segment: Segment,
    head: Checkpoint,
}

impl Snapshot {
    fn take(files: &dyn Storage, dir: &Path, key: &VerifierKey) -> Result<Snapshot, Error> {
        let before = read_checkpoint(files, dir, key)?;
        let (start, bytes) = journal::read_newest(files, dir)?;
        let segment = Tail::read_segment(&bytes, start, u64::MAX)?;
        check_end(&segment, &bytes[segment.valid..], Some(&before))?;
        let head = segment.head(key)?;
        for _ in 0..PUBLISH_POLLS {
            let after = read_checkpoint(files, dir, key)?;
            if after.size > head.size || after == head {
                return Ok(Snapshot { bytes, segment, head });
            }
            if after.size == head.size {
                return Err(Error::damaged("two signed checkpoints disagree about the same size"));
            }
            thread::sleep(PUBLISH_POLL);
        }
        let published = read_checkpoint(files, dir, key)?.size;
        Err(Error::StaleCheckpoint { published, journal: head.size })
    }
}
