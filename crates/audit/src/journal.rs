//! The journal: the newest entries and their signed checkpoints, as frames that show whether they are whole.
//!
//! A segment `journal/<start>` begins with one frame that carries the hashes of everything before it, so that the
//! tree can go on without reading older files. Then one frame for each append: entries and the checkpoint that
//! covers them. A frame is magic, type, length, body, CRC-32: the checksum finds accidents, the signed root finds
//! everything else.

use crate::merkle::Hash;
use crate::storage::Storage;
use crate::{Error, files, tiles};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"\x89kcaudit";
const START: u8 = b'S';
const APPEND: u8 = b'A';
const HEADER: usize = MAGIC.len() + 1 + 4;

/// One frame of a segment.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'b> {
    /// How a segment begins.
    Start {
        /// The first entry of the segment.
        start: u64,
        /// The complete subtrees before it, the largest first.
        peaks: Vec<Hash>,
    },
    /// One append.
    Append {
        /// Index of its first entry.
        first: u64,
        /// Its entries.
        entries: Vec<&'b [u8]>,
        /// The signed checkpoint after it.
        note: &'b str,
    },
}

/// Where a segment lies.
pub fn segment_path(dir: &Path, start: u64) -> PathBuf {
    dir.join(format!("journal/{start:020}"))
}

/// The starts of all segments, in order.
pub(crate) fn segments(storage: &dyn Storage, dir: &Path) -> Result<Vec<u64>, Error> {
    let folder = dir.join("journal");
    let mut starts = Vec::new();
    for name in storage.list(&folder).map_err(Error::io("cannot list", &folder))? {
        if name.len() == 20 {
            starts.extend(name.parse::<u64>().ok());
        }
    }
    starts.sort_unstable();
    Ok(starts)
}

/// Start and bytes of the newest segment. A writer may replace it meanwhile.
pub(crate) fn read_newest(storage: &dyn Storage, dir: &Path) -> Result<(u64, Vec<u8>), Error> {
    loop {
        let start = newest(storage, dir)?;
        match files::read(storage, &segment_path(dir, start)) {
            Err(e) if e.is_not_found() && newest(storage, dir)? != start => {}
            Err(e) => return Err(e),
            Ok(bytes) => return Ok((start, bytes)),
        }
    }
}

pub(crate) fn newest(storage: &dyn Storage, dir: &Path) -> Result<u64, Error> {
    let folder = dir.join("journal");
    let name = storage.newest(&folder).map_err(Error::io("cannot list", &folder))?;
    name.and_then(|name| name.parse().ok()).ok_or_else(|| Error::damaged("its journal is missing"))
}

/// The first frame of a segment.
pub(crate) fn start_frame(start: u64, peaks: &[Hash]) -> Result<Vec<u8>, Error> {
    let mut body = start.to_be_bytes().to_vec();
    body.extend_from_slice(peaks.as_flattened());
    frame(START, body.len(), |out| {
        out.extend_from_slice(&body);
        Ok(())
    })
}

/// The frame of one append. `bundle` holds `count` length-prefixed entries.
pub(crate) fn append_frame(first: u64, count: usize, bundle: &[u8], note: &str) -> Result<Vec<u8>, Error> {
    let count = u32::try_from(count).map_err(|_| too_large())?;
    frame(APPEND, 8 + 4 + bundle.len() + 2 + note.len(), |out| {
        out.extend_from_slice(&first.to_be_bytes());
        out.extend_from_slice(&count.to_be_bytes());
        out.extend_from_slice(bundle);
        tiles::push_entry(out, note.as_bytes())
    })
}

fn frame(
    kind: u8,
    length: usize,
    body: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(HEADER + length + 4);
    out.extend_from_slice(MAGIC);
    out.push(kind);
    out.extend_from_slice(&[0; 4]);
    body(&mut out)?;
    let length = u32::try_from(out.len() - HEADER).map_err(|_| too_large())?;
    out[HEADER - 4..HEADER].copy_from_slice(&length.to_be_bytes());
    let checksum = crc32fast::hash(&out[MAGIC.len()..]);
    out.extend_from_slice(&checksum.to_be_bytes());
    Ok(out)
}

fn too_large() -> Error {
    Error::Unencodable("one append is larger than 4 GiB".into())
}

/// The first frame of `bytes` and its length, or nothing if it isn't whole.
pub fn read_frame(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let length = u32::from_be_bytes(*rest.get(1..)?.first_chunk()?) as usize;
    let (checked, after) = rest.split_at_checked(5 + length)?;
    let checksum = u32::from_be_bytes(*after.first_chunk()?);
    if crc32fast::hash(checked) != checksum {
        return None;
    }
    let (kind, body) = (checked[0], &checked[5..]);
    let frame = match kind {
        START => read_start(body)?,
        APPEND => read_append(body)?,
        _ => return None,
    };
    Some((frame, HEADER + length + 4))
}

fn read_start(body: &[u8]) -> Option<Frame<'_>> {
    let (start, peaks) = body.split_first_chunk()?;
    let (peaks, rest) = peaks.as_chunks::<32>();
    rest.is_empty().then(|| Frame::Start { start: u64::from_be_bytes(*start), peaks: peaks.to_vec() })
}

fn read_append(body: &[u8]) -> Option<Frame<'_>> {
    let (first, rest) = body.split_first_chunk()?;
    let (count, mut rest) = rest.split_first_chunk()?;
    let mut entries = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (entry, after) = tiles::take_entry(rest)?;
        entries.push(entry);
        rest = after;
    }
    let (note, rest) = tiles::take_entry(rest)?;
    let note = str::from_utf8(note).ok()?;
    rest.is_empty().then_some(Frame::Append { first: u64::from_be_bytes(*first), entries, note })
}

/// Whether a whole frame lies anywhere in `bytes`: then what precedes it is damage and no torn end.
pub(crate) fn holds_frame(bytes: &[u8]) -> bool {
    bytes
        .windows(MAGIC.len())
        .enumerate()
        .any(|(at, window)| window == MAGIC && read_frame(&bytes[at..]).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_framed_comes_back_and_no_cut_or_change_does(
            entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6),
            first in any::<u64>(), at in any::<prop::sample::Index>(), flip in 1u8..,
        ) {
            let mut bundle = Vec::new();
            for entry in &entries {
                tiles::push_entry(&mut bundle, entry).unwrap();
            }
            let bytes = append_frame(first, entries.len(), &bundle, "a note").unwrap();
            let (read, used) = read_frame(&bytes).unwrap();
            prop_assert_eq!(used, bytes.len());
            let entries = entries.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(read, Frame::Append { first, entries, note: "a note" });

            let at = at.index(bytes.len());
            prop_assert!(read_frame(&bytes[..at]).is_none());
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            prop_assert!(read_frame(&changed).is_none());
        }
    }
}
