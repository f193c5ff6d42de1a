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
use crate::tail::{Segment, Tail};
use crate::{Error, files};
use jiff::Timestamp;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(super) struct Found {
    pub(super) tail: Tail,
    pub(super) head: Checkpoint,
    pub(super) recovery: Option<Recovery>,
}

pub(super) fn load(dir: &Path, key: &VerifierKey) -> Result<Found, Error> {
    let (start, bytes) = journal::read_newest(dir)?;
    let segment = Tail::read_segment(&bytes, start, u64::MAX)?;
    let torn = &bytes[segment.valid..];
    let published = published(dir, key, torn.is_empty())?;
    check_end(&segment, torn, published.as_ref())?;
    let head = segment.head(key)?;
    let unpublished = check_published(&segment, &head, published.as_ref())?;

    let mut recovery = None;
    if !torn.is_empty() || published.as_ref() != Some(&head) {
        let torn = if torn.is_empty() { None } else { Some((set_aside(dir, start, torn)?, torn.len())) };
        // Written anew and not only synced again: after a failed sync, memory may show what the disk doesn't hold.
        files::replace(&segment_path(dir, start), &segment.tail.to_segment(&head.note)?, 0o640)?;
        files::sync_dir(&dir.join("journal"))?;
        files::replace(&checkpoint_path(dir), head.note.as_bytes(), 0o640)?;
        files::sync_dir(dir)?;
        tracing::warn!(records = head.size, unpublished, ?torn, "the audit log was repaired after a crash");
        recovery = Some(Recovery { torn, unpublished });
    }
    remove_older(dir, start)?;
    Ok(Found { tail: segment.tail, head, recovery })
}

/// The published checkpoint. A power cut may have taken it, which the journal makes good if it is whole itself.
fn published(dir: &Path, key: &VerifierKey, journal_is_whole: bool) -> Result<Option<Checkpoint>, Error> {
    match read_checkpoint(dir, key) {
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

fn set_aside(dir: &Path, start: u64, torn: &[u8]) -> Result<PathBuf, Error> {
    let index = files::parent(dir).join("index");
    files::create_dirs(&index)?;
    let name = format!("torn-{}-{start}", Timestamp::now().strftime("%Y%m%dT%H%M%S%.9fZ"));
    for attempt in 0_u32.. {
        let path = index.join(if attempt == 0 { name.clone() } else { format!("{name}-{attempt}") });
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(Error::io("cannot create", &path)(e)),
            Ok(mut file) => {
                file.write_all(torn).map_err(Error::io("cannot write", &path))?;
                file.sync_all().map_err(Error::io("cannot sync", &path))?;
                files::sync_dir(&index)?;
                return Ok(path);
            }
        }
    }
    Err(Error::damaged("no free name for the torn end of the journal"))
}

/// Segments before the newest are in full tiles: a crash came before they were removed.
pub(super) fn remove_older(dir: &Path, newest: u64) -> Result<(), Error> {
    for start in journal::segments(dir)?.into_iter().filter(|start| *start < newest) {
        let path = segment_path(dir, start);
        fs::remove_file(&path).map_err(Error::io("cannot remove", &path))?;
    }
    Ok(())
}
