//! The full tiles: every entry against its stored hash, and every stored hash against those below it.

use crate::edge::Edge;
use crate::merkle::{Hash, leaf_hash, subtree_root};
use crate::storage::Storage;
use crate::tiles::{self, HEIGHT, WIDTH, bundle_path, first_index, read_tile, take_entry, tile_path};
use crate::{Error, files};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Checks the first `count` bundles against their tiles, on all cores, and returns the root of each.
pub(super) fn check(
    storage: &dyn Storage,
    dir: &Path,
    count: u64,
    report: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Hash>, Error> {
    let threads = thread::available_parallelism().map_or(1, |n| n.get() as u64).min(count);
    let (next, done, first_bad) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let work = || -> Result<Vec<(u64, Hash)>, (u64, Error)> {
        let mut roots = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count || number > first_bad.load(Ordering::Relaxed) {
                return Ok(roots);
            }
            match check_tile(storage, dir, number) {
                Ok(root) => roots.push((number, root)),
                Err(error) => {
                    first_bad.fetch_min(number, Ordering::Relaxed);
                    return Err((number, error));
                }
            }
            report((done.fetch_add(1, Ordering::Relaxed) + 1) * WIDTH);
        }
    };
    let results: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join()).collect()
    });

    let mut roots = vec![Hash::default(); usize::try_from(count).unwrap_or(usize::MAX)];
    let mut first: Option<(u64, Error)> = None;
    for result in results {
        match result.unwrap_or_else(|_| Err((0, Error::damaged("a worker of the verification died")))) {
            Ok(found) => found.into_iter().for_each(|(number, root)| roots[number as usize] = root),
            Err(bad) if first.as_ref().is_none_or(|(number, _)| bad.0 < *number) => first = Some(bad),
            Err(_) => {}
        }
    }
    first.map_or(Ok(roots), |(_, error)| Err(error))
}

fn check_tile(storage: &dyn Storage, dir: &Path, number: u64) -> Result<Hash, Error> {
    let first = number * WIDTH;
    let bundle =
        present(files::read(storage, &bundle_path(dir, number)), first, "its entry bundle is missing")?;
    let stored =
        present(files::read(storage, &tile_path(dir, 0, number)), first, "its tile of hashes is missing")?;
    let hashes = read_tile(&stored, 0, number)?;
    let mut rest = bundle.as_slice();
    for (index, hash) in (first..).zip(&hashes) {
        let (entry, after) =
            take_entry(rest).ok_or_else(|| Error::corrupt(index, "its entry bundle ends before it"))?;
        if leaf_hash(entry) != *hash {
            return Err(Error::corrupt(index, "the record and its stored hash differ"));
        }
        rest = after;
    }
    if !rest.is_empty() {
        return Err(Error::corrupt(first + WIDTH - 1, "its entry bundle goes on after the last entry"));
    }
    Ok(subtree_root(&hashes))
}

/// Checks the tiles above, given the roots of all full tiles at level 0, and then that the whole is what the signed
/// edge goes on from. Returns the subtrees that make up the start.
pub(super) fn check_upper(
    storage: &dyn Storage,
    dir: &Path,
    roots: Vec<Hash>,
    signed: &Edge,
) -> Result<Vec<Hash>, Error> {
    let start = signed.start();
    let mut peaks = Vec::new();
    let mut below = roots;
    for level in 1.. {
        let full = below.len() / WIDTH as usize;
        let mut above = Vec::with_capacity(full);
        let (tiles, rest) = below.as_chunks::<{ WIDTH as usize }>();
        for (number, hashes) in (0..).zip(tiles) {
            check_upper_tile(storage, dir, level, number, hashes)?;
            above.push(subtree_root(hashes));
        }
        peaks.extend(peaks_of(rest));
        if above.is_empty() {
            break;
        }
        below = above;
    }
    peaks.reverse();
    let mut first = 0;
    for ((bit, ours), theirs) in set_bits(start).zip(&peaks).zip(signed.peaks(start)?) {
        if *ours != theirs {
            let end = first + (1 << bit);
            return Err(Error::corrupt(
                first,
                format!("a record from {first} to {} was changed, hash included", end - 1),
            ));
        }
        first += 1 << bit;
    }
    Ok(peaks)
}

fn check_upper_tile(
    storage: &dyn Storage,
    dir: &Path,
    level: u32,
    number: u64,
    hashes: &[Hash],
) -> Result<(), Error> {
    let first = first_index(level, number);
    let stored = files::read(storage, &tile_path(dir, level, number));
    let stored = present(stored, first, &format!("tile {number} at level {level} is missing"))?;
    let stored = tiles::read_tile(&stored, level, number)?;
    match hashes.iter().zip(&stored).position(|(ours, theirs)| ours != theirs) {
        None => Ok(()),
        Some(at) => {
            let index = first + ((at as u64) << (HEIGHT * level));
            let last = index + (1 << (HEIGHT * level)) - 1;
            let what =
                format!("a record from {index} to {last} and the tile at level {level} over them differ");
            Err(Error::corrupt(index, what))
        }
    }
}

/// The complete subtrees over fewer than 256 hashes, the smallest first.
fn peaks_of(mut hashes: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    while !hashes.is_empty() {
        let (left, peak) = hashes.split_at(hashes.len() - (1 << hashes.len().trailing_zeros()));
        peaks.push(subtree_root(peak));
        hashes = left;
    }
    peaks
}

/// The set bits of a size, the largest first.
fn set_bits(size: u64) -> impl Iterator<Item = u32> {
    (0..64).rev().filter(move |bit| size >> bit & 1 == 1)
}

/// A file that must be there: its absence is damage at `index`.
fn present(read: Result<Vec<u8>, Error>, index: u64, missing: &str) -> Result<Vec<u8>, Error> {
    read.map_err(|e| if e.is_not_found() { Error::corrupt(index, missing) } else { e })
}
