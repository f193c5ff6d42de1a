//! Verification of an exported folder, with the public key and nothing else.

use super::{ROTATIONS, partial};
use crate::checkpoint::Checkpoint;
use crate::merkle::{Hash, empty_root, leaf_hash, node_hash};
use crate::note::VerifierKey;
use crate::proof::verify_proof;
use crate::rotation::Rotation;
use crate::storage::FileSystem;
use crate::tiles::{WIDTH, bundle_path, take_entry, tile_path};
use crate::verify::{Since, Verified};
use crate::{Error, files, keys, rotation};
use serde_json::Value;
use std::path::Path;

/// Verifies a folder that [`super::whole`] or [`super::chosen`] wrote: every record against the signed checkpoint. Returns
/// how many records the folder holds, and what was verified.
pub fn verify(
    dir: &Path,
    key: &VerifierKey,
    since: &[Since],
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(u64, Verified), Error> {
    let note = files::read_text(&FileSystem, &dir.join("checkpoint"))?;
    let rotations: Vec<Rotation> =
        serde_json::from_slice(&files::read(&FileSystem, &dir.join(ROTATIONS))?)
            .map_err(|e| Error::damaged(format!("{ROTATIONS} is not readable: {e}")))?;
    let (key, handovers) = rotation::present(key, &keys::named(&FileSystem, dir)?, &rotations)?;
    let (key, since) = (&key, &[since, &handovers].concat()[..]);
    let checkpoint = Checkpoint::open(&note, key)?;
    if let Some(since) = since.iter().find(|since| since.size > checkpoint.size) {
        let what = format!("it has {} records", checkpoint.size);
        return Err(Error::RolledBack { since: since.size, what });
    }
    let list = dir.join("list.json");
    let count = if files::exists(&FileSystem, &list)? {
        chosen(dir, &files::read_text(&FileSystem, &list)?, key)?
    } else {
        whole(dir, &checkpoint, since, progress)?;
        checkpoint.size
    };
    let verified = Verified { size: checkpoint.size, root: checkpoint.root, checkpoint, unfinished: 0 };
    Ok((count, verified))
}

fn chosen(dir: &Path, list: &str, key: &VerifierKey) -> Result<u64, Error> {
    let list: Value =
        serde_json::from_str(list).map_err(|e| Error::damaged(format!("list.json is not readable: {e}")))?;
    let mut count = 0;
    for index in list["records"].as_array().into_iter().flatten().filter_map(Value::as_u64) {
        let path = dir.join(format!("records/{index:020}.json"));
        let record = files::read(&FileSystem, &path)?;
        let proof = files::read_text(&FileSystem, &path.with_extension("tlog-proof"))?;
        let proven = verify_proof(&record, &proof, key)
            .map_err(|e| Error::corrupt(index, format!("its proof: {e}")))?;
        if proven.index != index {
            return Err(Error::corrupt(index, format!("its proof is that of record {}", proven.index)));
        }
        count += 1;
    }
    Ok(count)
}

fn whole(
    dir: &Path,
    checkpoint: &Checkpoint,
    since: &[Since],
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(), Error> {
    let mut tree = Growing::default();
    remembered(&tree, since)?;
    for number in 0..checkpoint.size.div_ceil(WIDTH) {
        let first = number * WIDTH;
        let width = WIDTH.min(checkpoint.size - first) as usize;
        let missing =
            |e: Error| if e.is_not_found() { Error::corrupt(first, "a file of it is missing") } else { e };
        let read = |path| files::read(&FileSystem, &partial(path, width)).map_err(missing);
        let (bundle, tile) = (read(bundle_path(dir, number))?, read(tile_path(dir, 0, number))?);
        let (hashes, rest) = tile.as_chunks::<32>();
        if hashes.len() != width || !rest.is_empty() {
            return Err(Error::corrupt(first, "its tile of hashes has another length"));
        }
        let mut bytes = bundle.as_slice();
        for (index, hash) in (first..).zip(hashes) {
            let (entry, after) =
                take_entry(bytes).ok_or_else(|| Error::corrupt(index, "its entry bundle ends before it"))?;
            if leaf_hash(entry) != *hash {
                return Err(Error::corrupt(index, "the record and its stored hash differ"));
            }
            tree.push(*hash);
            remembered(&tree, since)?;
            bytes = after;
        }
        if !bytes.is_empty() {
            return Err(Error::corrupt(
                first + width as u64 - 1,
                "its entry bundle goes on after the last entry",
            ));
        }
        progress(tree.size, checkpoint.size);
    }
    if tree.root() != checkpoint.root {
        return Err(Error::corrupt(0, "the records are not those the checkpoint was signed over"));
    }
    Ok(())
}

fn remembered(tree: &Growing, since: &[Since]) -> Result<(), Error> {
    for since in since.iter().filter(|since| since.size == tree.size) {
        if tree.root() != since.root {
            let what = format!("its first {} records are not the same", since.size);
            return Err(Error::RolledBack { since: since.size, what });
        }
    }
    Ok(())
}

/// A tree of which only the complete subtrees on its right are kept, the largest first.
#[derive(Default)]
struct Growing {
    size: u64,
    peaks: Vec<Hash>,
}

impl Growing {
    fn push(&mut self, leaf: Hash) {
        self.peaks.push(leaf);
        self.size += 1;
        for _ in 0..self.size.trailing_zeros() {
            if let (Some(right), Some(left)) = (self.peaks.pop(), self.peaks.pop()) {
                self.peaks.push(node_hash(&left, &right));
            }
        }
    }

    fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}
