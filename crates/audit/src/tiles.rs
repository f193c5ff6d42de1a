//! Full tiles in the C2SP tlog-tiles layout: where they are, what is in them, and how they are written.

use crate::Error;
use crate::files;
use crate::merkle::Hash;
use crate::storage::{NewFile, Storage};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Hashes in a tile, entries in a bundle.
pub const WIDTH: u64 = 256;
/// Levels of the tree that one tile spans.
pub const HEIGHT: u32 = 8;
/// The most bytes an entry may have: its length is stored in two bytes.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// A tile's number as a path: `x001/x234/067`.
pub fn number_path(number: u64) -> String {
    let mut path = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// Where a tile of hashes lies.
pub fn tile_path(dir: &Path, level: u32, number: u64) -> PathBuf {
    dir.join(format!("tile/{level}/{}", number_path(number)))
}

/// Where a bundle of entries lies.
pub fn bundle_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("tile/entries/{}", number_path(number)))
}

/// Appends an entry to a bundle.
pub(crate) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(entry.len())
        .map_err(|_| Error::RecordTooLarge { size: entry.len(), limit: MAX_ENTRY })?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// Takes the first entry off length-prefixed bytes.
pub(crate) fn take_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// The entries of a full bundle. The first index that can't be read is named in the error.
pub(crate) fn read_bundle(bytes: &[u8], number: u64) -> Result<Vec<&[u8]>, Error> {
    let mut entries = Vec::with_capacity(WIDTH as usize);
    let mut rest = bytes;
    for index in number * WIDTH..(number + 1) * WIDTH {
        let (entry, after) =
            take_entry(rest).ok_or_else(|| Error::corrupt(index, "its entry bundle ends before it"))?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() {
        return Ok(entries);
    }
    Err(Error::corrupt((number + 1) * WIDTH - 1, "its entry bundle goes on after the last entry"))
}

/// The hashes of a full tile.
pub(crate) fn read_tile(bytes: &[u8], level: u32, number: u64) -> Result<Vec<Hash>, Error> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if hashes.len() as u64 == WIDTH && rest.is_empty() {
        return Ok(hashes.to_vec());
    }
    let first = first_index(level, number);
    Err(Error::corrupt(
        first,
        format!("tile {number} at level {level} has {} bytes instead of 8192", bytes.len()),
    ))
}

/// The first entry under a tile.
pub(crate) fn first_index(level: u32, number: u64) -> u64 {
    number << (HEIGHT * (level + 1))
}

/// Collects full tiles and makes them durable together.
pub(crate) struct TileWriter<'t> {
    dir: &'t Path,
    files: Vec<(PathBuf, Cow<'t, [u8]>)>,
}

impl<'t> TileWriter<'t> {
    pub(crate) fn new(dir: &'t Path) -> TileWriter<'t> {
        TileWriter { dir, files: Vec::new() }
    }

    pub(crate) fn tile(&mut self, level: u32, number: u64, hashes: &[Hash]) {
        self.files.push((tile_path(self.dir, level, number), hashes.as_flattened().to_vec().into()));
    }

    pub(crate) fn bundle(&mut self, number: u64, bytes: &'t [u8]) {
        self.files.push((bundle_path(self.dir, number), bytes.into()));
    }

    /// After this, every tile is durable under its name.
    pub(crate) fn finish(self, storage: &dyn Storage) -> Result<(), Error> {
        let folders: BTreeSet<PathBuf> = self.files.iter().map(|(path, _)| files::parent(path)).collect();
        folders.iter().try_for_each(|folder| files::create_dirs(storage, folder))?;
        let new: Vec<_> = self.files.iter().map(|(path, bytes)| NewFile { path, bytes }).collect();
        let tiles = self.dir.join("tile");
        storage.replace(&new, 0o640).map_err(Error::io("cannot write", &tiles))?;
        // With those above: an earlier turn may have made them and failed before it synced their names.
        let above = folders.iter().flat_map(|folder| folder.ancestors());
        let touched: BTreeSet<&Path> = above.filter(|above| above.starts_with(self.dir)).collect();
        touched.into_iter().try_for_each(|folder| files::sync_dir(storage, folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_specifications() {
        assert_eq!(number_path(0), "000");
        assert_eq!(number_path(67), "067");
        assert_eq!(number_path(1_234_067), "x001/x234/067");
        assert_eq!(number_path(1_000), "x001/000");
    }
}
