//! The writer: one append is one frame and one `fdatasync`, and it answers when that is done.

mod create;
mod recover;
mod roll;
mod rotate;

pub(crate) use recover::check_end;

use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::event::EventKind;
use crate::files;
use crate::journal;
use crate::keys;
use crate::merkle::{Hash, leaf_hash};
use crate::note::{NoteSigner, VerifierKey};
use crate::record::{Actor, Record};
use crate::secrets::Masker;
use crate::storage::{FileSystem, Storage, Writable};
use crate::tail::Tail;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// When the journal is turned into full tiles.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// From this many entries in the journal on.
    pub roll_entries: usize,
    /// From this many bytes of entries in the journal on.
    pub roll_bytes: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { roll_entries: 4096, roll_bytes: 4 << 20 }
    }
}

/// The answer to an append, given when the record is durable.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The record's place in the log.
    pub index: u64,
    /// RFC 6962 hash of its bytes.
    pub leaf_hash: Hash,
    /// A signed checkpoint that covers it.
    pub checkpoint: Arc<Checkpoint>,
    /// The path from the record to the checkpoint's root.
    pub proof: Vec<Hash>,
}

/// What opening had to mend after a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Where an unfinished append that nobody was told of was set aside, and its length.
    pub torn: Option<(PathBuf, usize)>,
    /// Records that were written but not published yet, and are now part of the log.
    pub unpublished: u64,
}

impl Recovery {
    /// The record that says so.
    pub fn record(&self, actor: Actor) -> Record {
        let mut record = Record::new(EventKind::LogRecovered, actor);
        let torn = self.torn.as_ref().map(|(path, bytes)| {
            serde_json::json!({"kept_as": path.file_name().map(|name| name.to_string_lossy()), "bytes": bytes})
        });
        record.data = serde_json::json!({"torn": torn, "unpublished": self.unpublished});
        record
    }
}

/// The log, open for appending. The caller holds the lock.
#[derive(Debug)]
pub struct Log {
    storage: Arc<dyn Storage>,
    dir: PathBuf,
    keys: PathBuf,
    options: Options,
    signer: NoteSigner,
    masker: Arc<Masker>,
    tail: Tail,
    head: Arc<Checkpoint>,
    segment: Box<dyn Writable>,
    segment_len: u64,
    published: Box<dyn Writable>,
    published_len: usize,
    poison: Option<String>,
    recovery: Option<Recovery>,
}

impl Log {
    /// Opens the log in `dir`, whose signing key is in `keys`. Begins a new log when there is neither.
    ///
    /// Costs the newest journal segment, whatever the log's size.
    pub fn open(dir: &Path, keys: &Path) -> Result<Log, Error> {
        Log::open_with(dir, keys, Options::default())
    }

    /// The same with other limits.
    pub fn open_with(dir: &Path, keys: &Path, options: Options) -> Result<Log, Error> {
        Log::open_in(Arc::new(FileSystem), dir, keys, options)
    }

    /// The same on another storage.
    pub fn open_in(
        storage: Arc<dyn Storage>,
        dir: &Path,
        keys: &Path,
        options: Options,
    ) -> Result<Log, Error> {
        begin(storage.as_ref(), dir)?;
        create::ensure(storage.as_ref(), dir, keys)?;
        rotate::finish(storage.as_ref(), dir, keys)?;
        let signer = keys::signer(storage.as_ref(), dir, keys)?;
        // An earlier writer may have failed between giving a file its name and making that durable.
        files::sync_dir(storage.as_ref(), &dir.join("journal"))?;
        files::sync_dir(storage.as_ref(), dir)?;
        let found = recover::load(storage.as_ref(), dir, signer.verifier())?;
        if found.head.size == 0 {
            create::sync_names(storage.as_ref(), dir, keys)?;
        }
        let masker = Arc::new(Masker::open(storage.as_ref(), keys)?);
        let path = journal::segment_path(dir, found.tail.start());
        let segment = storage.open(&path).map_err(Error::io("cannot open", &path))?;
        let segment_len = segment.stamp().map_err(Error::io("cannot look at", &path))?.length;
        let path = checkpoint_path(dir);
        let published = storage.open(&path).map_err(Error::io("cannot open", &path))?;
        Ok(Log {
            storage,
            dir: dir.to_path_buf(),
            keys: keys.to_path_buf(),
            options,
            signer,
            masker,
            tail: found.tail,
            published_len: found.head.note.len(),
            head: Arc::new(found.head),
            segment,
            segment_len,
            published,
            poison: None,
            recovery: found.recovery,
        })
    }

    /// Whether [`Log::refresh`] can open this log again after a failed write.
    pub fn reopens(&self) -> bool {
        self.storage.reopens()
    }

    /// Takes in what other processes wrote since. Free when nobody did, else it costs one opening.
    pub fn refresh(&mut self) -> Result<(), Error> {
        if self.poison.is_none() && self.is_current().is_ok_and(|current| current) {
            return Ok(());
        }
        *self = Log::open_in(Arc::clone(&self.storage), &self.dir, &self.keys, self.options)?;
        Ok(())
    }

    fn is_current(&self) -> Result<bool, Error> {
        let start = journal::newest(self.storage.as_ref(), &self.dir)?;
        let path = journal::segment_path(&self.dir, start);
        let there = self.storage.stamp(&path).map_err(Error::io("cannot look at", &path))?;
        let ours = self.segment.stamp().map_err(Error::io("cannot look at", &path))?;
        Ok(start == self.tail.start() && there.file == ours.file && there.length == self.segment_len)
    }

    /// Appends records and answers when they are durable, in order, under a signed checkpoint.
    ///
    /// After any failed write nothing more is accepted until the log is opened again, because what is on the disk
    /// is then known only by reading it.
    pub fn append(&mut self, records: &[Record]) -> Result<Vec<Receipt>, Error> {
        let entries =
            records.iter().map(|record| self.masker.encode(record)).collect::<Result<Vec<_>, _>>()?;
        self.append_entries(&entries)
    }

    /// Appends entries that are bytes already.
    pub fn append_entries<B: AsRef<[u8]>>(&mut self, entries: &[B]) -> Result<Vec<Receipt>, Error> {
        if let Some(why) = &self.poison {
            return Err(Error::Poisoned(why.clone()));
        }
        if let Some(entry) = entries.iter().map(AsRef::as_ref).find(|e| e.len() > crate::tiles::MAX_ENTRY) {
            return Err(Error::RecordTooLarge { size: entry.len(), limit: crate::tiles::MAX_ENTRY });
        }
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        self.commit(entries).inspect_err(|e| self.poison = Some(e.to_string()))
    }

    fn commit<B: AsRef<[u8]>>(&mut self, entries: &[B]) -> Result<Vec<Receipt>, Error> {
        if self.tail.len() >= self.options.roll_entries || self.tail.byte_len() >= self.options.roll_bytes {
            self.roll()?;
        }
        let first = self.tail.size();
        let leaves = entries.iter().map(|e| self.tail.push(e.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let tree = self.tail.edge.tree()?;
        let head = Arc::new(Checkpoint::sign(&self.signer, self.tail.size(), tree.root()));
        let receipts = (first..).zip(leaves).map(|(index, leaf_hash)| {
            Ok(Receipt { index, leaf_hash, checkpoint: Arc::clone(&head), proof: tree.inclusion(index)? })
        });
        let receipts = receipts.collect::<Result<Vec<_>, Error>>()?;
        let frame = journal::append_frame(first, entries.len(), self.tail.bundle_from(first), &head.note)?;

        let path = journal::segment_path(&self.dir, self.tail.start());
        self.segment.append(&frame).map_err(Error::io("cannot write", &path))?;
        self.segment.sync().map_err(Error::io("cannot sync", &path))?;
        self.segment_len += frame.len() as u64;
        self.publish(&head)?;
        self.head = head;
        Ok(receipts)
    }

    /// The receipts of these entries, if they are what the journal holds from `first` on.
    pub(crate) fn receipts(&self, first: u64, entries: &[&[u8]]) -> Result<Option<Vec<Receipt>>, Error> {
        if !(first..).zip(entries).all(|(index, entry)| self.tail.entry(index) == Some(*entry)) {
            return Ok(None);
        }
        let tree = self.tail.edge.tree()?;
        let receipt = |(index, entry): (u64, &&[u8])| {
            let (leaf_hash, checkpoint) = (leaf_hash(entry), Arc::clone(&self.head));
            Ok(Receipt { index, leaf_hash, checkpoint, proof: tree.inclusion(index)? })
        };
        (first..).zip(entries).map(receipt).collect::<Result<_, _>>().map(Some)
    }

    /// Overwrites the published checkpoint in place, which a disk does whole or not at all, unless its length changes:
    /// then, once for each digit of the size, the file is replaced.
    fn publish(&mut self, head: &Checkpoint) -> Result<(), Error> {
        let path = checkpoint_path(&self.dir);
        if head.note.len() == self.published_len {
            return self.published.overwrite(head.note.as_bytes()).map_err(Error::io("cannot write", &path));
        }
        files::replace(self.storage.as_ref(), &path, head.note.as_bytes(), 0o640)?;
        files::sync_dir(self.storage.as_ref(), &self.dir)?;
        self.published = self.storage.open(&path).map_err(Error::io("cannot open", &path))?;
        self.published_len = head.note.len();
        Ok(())
    }

    /// Records in the log.
    pub fn len(&self) -> u64 {
        self.head.size
    }

    /// Whether nothing has been recorded yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The latest checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.head
    }

    /// What verifies this log.
    pub fn verifier(&self) -> &VerifierKey {
        self.signer.verifier()
    }

    /// What keeps secrets out of this log.
    pub fn masker(&self) -> &Arc<Masker> {
        &self.masker
    }

    /// What opening had to mend, if anything. To be told to people and recorded.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// What whoever opens it records before anything else: that the log begins here, and what had to be mended.
    pub fn opening(&self, actor: &Actor) -> Vec<Record> {
        let created = self.is_empty().then(|| Record::new(EventKind::LogCreated, actor.clone()));
        let mended = self.recovery.as_ref().map(|recovery| recovery.record(actor.clone()));
        created.into_iter().chain(mended).collect()
    }
}

/// Keeps other writers out.
pub(crate) fn begin(storage: &dyn Storage, dir: &Path) -> Result<(), Error> {
    storage.begin().map_err(|source| match source.kind() {
        ErrorKind::ResourceBusy => Error::Held { path: dir.to_path_buf() },
        _ => Error::io("cannot write to", dir)(source),
    })
}

/// Where the latest checkpoint is published.
pub fn checkpoint_path(dir: &Path) -> PathBuf {
    dir.join("checkpoint")
}
