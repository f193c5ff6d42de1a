//! Reading without the lock, while a writer appends: a reader trusts what a published checkpoint covers.

use crate::checkpoint::Checkpoint;
use crate::filter::Filter;
use crate::keys;
use crate::log::checkpoint_path;
use crate::merkle::{Hash, Nodes, Tree, leaf_hash, verify_inclusion};
use crate::note::VerifierKey;
use crate::record::Record;
use crate::rotation::{self, Rotation};
use crate::storage::{FileSystem, Storage};
use crate::stored::{StoredTiles, WholeTree};
use crate::tail::Tail;
use crate::tiles::{WIDTH, bundle_path, read_bundle};
use crate::{Error, files, journal, proof};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How often a file that a writer replaces meanwhile is read again.
const ATTEMPTS: u32 = 16;

/// One stored record.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the log.
    pub index: u64,
    /// What was hashed.
    pub bytes: Vec<u8>,
    /// The bytes understood; nothing if a later version wrote something this one can't read.
    pub record: Option<Record>,
}

impl Entry {
    fn new(index: u64, bytes: &[u8]) -> Entry {
        Entry { index, bytes: bytes.to_vec(), record: Record::from_bytes(bytes).ok() }
    }
}

/// The entries of the bundle that was read last.
type CachedBundle = Option<(u64, Arc<Vec<Vec<u8>>>)>;

/// The log at one published checkpoint.
#[derive(Debug)]
pub struct LogReader {
    storage: Arc<dyn Storage>,
    dir: PathBuf,
    key: VerifierKey,
    checkpoint: Checkpoint,
    tail: Tail,
    stored: StoredTiles,
    bundle: Mutex<CachedBundle>,
}

impl LogReader {
    /// Opens the log as it is published now.
    ///
    /// The signature is checked with the key the log names itself, which finds accidents. To trust the log, verify
    /// it with a key that was kept elsewhere.
    pub fn open(dir: &Path) -> Result<LogReader, Error> {
        LogReader::open_in(Arc::new(FileSystem), dir)
    }

    /// The same on another storage.
    pub fn open_in(storage: Arc<dyn Storage>, dir: &Path) -> Result<LogReader, Error> {
        let files = storage.as_ref();
        let key = keys::named(files, dir)?;
        let mut attempt = 1;
        let (checkpoint, tail) = loop {
            let checkpoint = read_checkpoint(files, dir, &key)?;
            let (start, bytes) = journal::read_newest(files, dir)?;
            if start <= checkpoint.size {
                break (checkpoint.clone(), published_tail(&bytes, start, &checkpoint)?);
            }
            // A writer turned the journal into tiles between the two reads.
            if attempt == ATTEMPTS {
                return Err(Error::StaleCheckpoint { published: checkpoint.size, journal: start });
            }
            attempt += 1;
        };
        Ok(LogReader {
            dir: dir.to_path_buf(),
            key,
            checkpoint,
            tail,
            stored: StoredTiles::new(&storage, dir),
            bundle: Mutex::new(None),
            storage,
        })
    }

    /// Goes on to the checkpoint that is published now.
    pub fn refresh(&mut self) -> Result<(), Error> {
        if read_checkpoint(self.storage.as_ref(), &self.dir, &self.key)? != self.checkpoint {
            *self = LogReader::open_in(Arc::clone(&self.storage), &self.dir)?;
        }
        Ok(())
    }

    /// Records in the log.
    pub fn len(&self) -> u64 {
        self.checkpoint.size
    }

    /// Whether nothing has been recorded yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Records in the log as it is published now.
    pub(crate) fn published_size(&self) -> Result<u64, Error> {
        Ok(read_checkpoint(self.storage.as_ref(), &self.dir, &self.key)?.size)
    }

    /// The checkpoint this reader stands at.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The key the log names itself.
    pub fn verifier(&self) -> &VerifierKey {
        &self.key
    }

    /// How the log came from its first key to the present one.
    pub fn rotations(&self) -> Result<Vec<Rotation>, Error> {
        rotation::all(self.storage.as_ref(), &self.dir)
    }

    /// The record at `index`.
    pub fn get(&self, index: u64) -> Result<Entry, Error> {
        self.with_entry(index, |bytes| Entry::new(index, bytes))
    }

    /// The bytes of the record at `index`, as they were hashed.
    pub fn bytes(&self, index: u64) -> Result<Vec<u8>, Error> {
        self.with_entry(index, <[u8]>::to_vec)
    }

    /// The records of a range, in order. What lies beyond the end is left out.
    pub fn iter(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = Result<Entry, Error>> + '_ {
        (range.start..range.end.min(self.len())).map(|index| self.get(index))
    }

    /// The newest records that the filter lets through, newest first, at most `limit`.
    pub fn list(&self, filter: &Filter, limit: usize) -> Result<Vec<Entry>, Error> {
        let end = filter.before.unwrap_or(u64::MAX).min(self.len());
        let found = self.iter(0..end).rev().filter(|entry| match entry {
            Ok(entry) => filter.matches(entry),
            Err(_) => true,
        });
        found.take(limit).collect()
    }

    /// The path from the record at `index` to the root of the tree of `size` records.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
        self.tree(size, |tree| tree.inclusion(index))
    }

    /// What shows that the tree of `old` records is a prefix of the tree of `new` ones.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        self.tree(new, |tree| tree.consistency(old))
    }

    /// The root of the tree of the first `size` records.
    pub fn root(&self, size: u64) -> Result<Hash, Error> {
        self.tree(size, |tree| Ok(tree.root()))
    }

    /// A `tlog-proof` that the log holds the record at `index`; for offline use with [`crate::verify_proof`].
    ///
    /// The proof is checked before it is given away: a record that was changed on disk is an error.
    pub fn prove(&self, index: u64) -> Result<String, Error> {
        self.prove_under(index, &self.checkpoint)
    }

    /// The same under an older checkpoint of this log, such as one that a witness has cosigned.
    pub fn prove_under(&self, index: u64, checkpoint: &Checkpoint) -> Result<String, Error> {
        let path = self.inclusion(index, checkpoint.size)?;
        let leaf = self.with_entry(index, leaf_hash)?;
        verify_inclusion(index, checkpoint.size, &leaf, &path, &checkpoint.root)
            .map_err(|_| Error::corrupt(index, "the stored record or its hashes are not what was logged"))?;
        Ok(proof::write(index, &path, checkpoint))
    }

    /// The hash of a complete subtree.
    pub(crate) fn node(&self, level: u32, index: u64) -> Result<Hash, Error> {
        WholeTree { edge: &self.tail.edge, stored: &self.stored }.node(level, index)
    }

    fn tree<T>(
        &self,
        size: u64,
        read: impl FnOnce(&Tree<'_, WholeTree<'_>>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if size > self.len() {
            return Err(Error::OutOfRange { index: size, len: self.len() });
        }
        let nodes = WholeTree { edge: &self.tail.edge, stored: &self.stored };
        read(&Tree::new(&nodes, size)?)
    }

    fn with_entry<T>(&self, index: u64, read: impl FnOnce(&[u8]) -> T) -> Result<T, Error> {
        if index >= self.len() {
            return Err(Error::OutOfRange { index, len: self.len() });
        }
        if let Some(bytes) = self.tail.entry(index) {
            return Ok(read(bytes));
        }
        let bundle = self.bundle(index / WIDTH)?;
        Ok(read(&bundle[(index % WIDTH) as usize]))
    }

    fn bundle(&self, number: u64) -> Result<Arc<Vec<Vec<u8>>>, Error> {
        let mut cached = self.bundle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((which, bundle)) = &*cached
            && *which == number
        {
            return Ok(Arc::clone(bundle));
        }
        let bytes = files::read(self.storage.as_ref(), &bundle_path(&self.dir, number))?;
        let bundle = Arc::new(read_bundle(&bytes, number)?.into_iter().map(<[u8]>::to_vec).collect());
        *cached = Some((number, Arc::clone(&bundle)));
        Ok(bundle)
    }
}

/// The part of the newest segment that a checkpoint covers, checked against its root.
fn published_tail(bytes: &[u8], start: u64, checkpoint: &Checkpoint) -> Result<Tail, Error> {
    let segment = Tail::read_segment(bytes, start, checkpoint.size)?;
    crate::log::check_end(&segment, &[], Some(checkpoint))?;
    if segment.tail.edge.tree()?.root() != checkpoint.root {
        return Err(Error::corrupt(
            start,
            "the records from there on are not those the checkpoint was signed over",
        ));
    }
    Ok(segment.tail)
}

/// The published checkpoint. The writer overwrites it in place, so what doesn't verify is read again if it changed.
pub(crate) fn read_checkpoint(
    storage: &dyn Storage,
    dir: &Path,
    key: &VerifierKey,
) -> Result<Checkpoint, Error> {
    let path = checkpoint_path(dir);
    let mut before = files::read(storage, &path)?;
    let mut attempt = 1;
    loop {
        let opened = str::from_utf8(&before)
            .map_err(|_| Error::BadNote("it is not text".into()))
            .and_then(|note| Checkpoint::open(note, key));
        let error = match opened {
            Ok(checkpoint) => return Ok(checkpoint),
            Err(error) => error,
        };
        let now = files::read(storage, &path)?;
        if now == before || attempt == ATTEMPTS {
            return Err(error);
        }
        before = now;
        attempt += 1;
    }
}
