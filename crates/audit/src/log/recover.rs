//! How a log is opened after whatever happened: every acknowledged record is there, or it is an error.
//!
//! A crash can leave four things: a torn frame at the end of the journal that nobody was told of; a whole frame that
//! was not published; a checkpoint file that is older than the journal; and files of a turn into tiles that was not
//! finished. The first is set aside, the second and third are completed, the last are made again. All else is damage.

use crate::checkpoint::Checkpoint;
use crate::journal::{self, segment_path};
use crate::log::{Recovery, checkpoint_path};
use crate::merkle::Tree;
use crate::note::VerifierKey;
use crate::reader::read_checkpoint;
use crate::storage::{NewFile, Storage};
use crate::tail::{Segment, Tail};
use crate::{Error, files};
use jiff::Timestamp;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(super) struct Found {
    pub(super) tail: Tail,
    pub(super) head: Checkpoint,
    pub(super) recovery: Option<Recovery>,
}

pub(super) fn load(storage: &dyn Storage, dir: &Path, key: &VerifierKey) -> Result<Found, Error> {
    let (start, bytes) = journal::read_newest(storage, dir)?;
    let segment = Tail::read_segment(&bytes, start, u64::MAX)?;
    let torn = &bytes[segment.valid..];
    let published = published(storage, dir, key, torn.is_empty())?;
    check_end(&segment, torn, published.as_ref())?;
    let head = segment.head(key)?;
    let unpublished = check_published(&segment, &head, published.as_ref())?;

    let mut recovery = None;
    if !torn.is_empty() || published.as_ref() != Some(&head) {
        let torn =
            if torn.is_empty() { None } else { Some((set_aside(storage, dir, start, torn)?, torn.len())) };
        // Written anew and not only synced again: after a failed sync, memory may show what the disk doesn't hold.
        files::replace(storage, &segment_path(dir, start), &segment.tail.to_segment(&head.note)?, 0o640)?;
        files::sync_dir(storage, &dir.join("journal"))?;
        files::replace(storage, &checkpoint_path(dir), head.note.as_bytes(), 0o640)?;
        files::sync_dir(storage, dir)?;
        tracing::warn!(records = head.size, unpublished, ?torn, "the audit log was repaired after a crash");
        recovery = Some(Recovery { torn, unpublished });
    }
    remove_older(storage, dir, start)?;
    Ok(Found { tail: segment.tail, head, recovery })
}

/// The published checkpoint. A power cut may have taken it, which the journal makes good if it is whole itself.
fn published(
    storage: &dyn Storage,
    dir: &Path,
    key: &VerifierKey,
    journal_is_whole: bool,
) -> Result<Option<Checkpoint>, Error> {
    match read_checkpoint(storage, dir, key) {
        Ok(checkpoint) => Ok(Some(checkpoint)),
        Err(e) if (e.is_not_found() || matches!(e, Error::BadNote(_))) && journal_is_whole => Ok(None),
        Err(e) => Err(e),
    }
}

/// What lies behind the last whole frame must be an append that nobody was told of.
pub(crate) fn check_end(segment: &Segment, torn: &[u8], published: Option<&Checkpoint>) -> Result<(), Error> {
    let have = segment.tail.size();
    let acknowledged = published.map_or(0, |checkpoint| checkpoint.size);
    if have < acknowledged && torn.is_empty() {
        return Err(Error::Truncated { have, expected: acknowledged });
    }
    if have < acknowledged || journal::holds_frame(torn) {
        return Err(Error::corrupt(have, "its frame in the journal is damaged"));
    }
    Ok(())
}

/// The published checkpoint must be of this very log. Returns how many records it doesn't cover yet.
fn check_published(
    segment: &Segment,
    head: &Checkpoint,
    published: Option<&Checkpoint>,
) -> Result<u64, Error> {
    let Some(published) = published else { return Ok(0) };
    // An older one can't be recomputed here: the whole verification does that.
    if published.size >= segment.tail.start() {
        let root = Tree::new(&segment.tail.edge, published.size)?.root();
        if root != published.root {
            return Err(Error::corrupt(
                segment.tail.start(),
                "journal and checkpoint have different records from there on",
            ));
        }
    }
    Ok(head.size - published.size)
}

fn set_aside(storage: &dyn Storage, dir: &Path, start: u64, torn: &[u8]) -> Result<PathBuf, Error> {
    let index = files::parent(dir).join("index");
    files::create_dirs(storage, &index)?;
    let name = format!("torn-{}-{start}", Timestamp::now().strftime("%Y%m%dT%H%M%S%.9fZ"));
    for attempt in 0_u32.. {
        let path = index.join(if attempt == 0 { name.clone() } else { format!("{name}-{attempt}") });
        match storage.write_new(&[NewFile { path: &path, bytes: torn }], 0o640) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(Error::io("cannot write", &path)(e)),
            Ok(()) => {
                files::sync_dir(storage, &index)?;
                return Ok(path);
            }
        }
    }
    Err(Error::damaged("no free name for the torn end of the journal"))
}

/// Segments before the newest are in full tiles: a crash came before they were removed.
pub(super) fn remove_older(storage: &dyn Storage, dir: &Path, newest: u64) -> Result<(), Error> {
    for start in journal::segments(storage, dir)?.into_iter().filter(|start| *start < newest) {
        let path = segment_path(dir, start);
        storage.remove(&path).map_err(Error::io("cannot remove", &path))?;
    }
    Ok(())
}
