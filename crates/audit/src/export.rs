//! The log, or part of it, as a folder for somebody else: in published formats, and checked while it is written.

mod check;

pub use check::verify;

use crate::merkle::{Hash, leaf_hash};
use crate::reader::{Entry, LogReader};
use crate::tiles::{HEIGHT, WIDTH, bundle_path, push_entry, tile_path};
use crate::{Error, keys};
use serde_json::{Value, json};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How the log came from its first key to the present one: a list of records and their proofs.
pub const ROTATIONS: &str = "rotations.json";

/// Writes the whole log in the C2SP tlog-tiles layout, partial tiles included, with its checkpoint and verifier key.
/// The folder must be empty or not there. Returns how many records it holds.
pub fn whole(log: &LogReader, to: &Path) -> Result<u64, Error> {
    begin(log, to)?;
    let mut bundle = Vec::new();
    let mut leaves: Vec<Hash> = Vec::new();
    for index in 0..log.len() {
        let bytes = log.bytes(index)?;
        push_entry(&mut bundle, &bytes)?;
        leaves.push(leaf_hash(&bytes));
        if leaves.len() as u64 == WIDTH || index + 1 == log.len() {
            let number = index / WIDTH;
            for (at, leaf) in (number * WIDTH..).zip(&leaves) {
                if log.node(0, at)? != *leaf {
                    return Err(Error::corrupt(at, "the record and its stored hash differ"));
                }
            }
            write(&partial(bundle_path(to, number), leaves.len()), &bundle)?;
            write(&partial(tile_path(to, 0, number), leaves.len()), leaves.as_flattened())?;
            (bundle, leaves) = (Vec::new(), Vec::new());
        }
    }
    for level in 1.. {
        let width = log.len() >> (HEIGHT * level);
        if width == 0 {
            break;
        }
        for number in 0..width.div_ceil(WIDTH) {
            let nodes = (number * WIDTH)..((number + 1) * WIDTH).min(width);
            let hashes = nodes.map(|index| log.node(HEIGHT * level, index)).collect::<Result<Vec<_>, _>>()?;
            write(&partial(tile_path(to, level, number), hashes.len()), hashes.as_flattened())?;
        }
    }
    Ok(log.len())
}

/// Writes these records, each as it was hashed and with a proof beside it, and a list that says how they were chosen.
pub fn chosen(log: &LogReader, to: &Path, entries: &[Entry], filter: Value) -> Result<u64, Error> {
    begin(log, to)?;
    for entry in entries {
        let path = to.join(format!("records/{:020}", entry.index));
        write(&path.with_extension("json"), &entry.bytes)?;
        write(&path.with_extension("tlog-proof"), log.prove(entry.index)?.as_bytes())?;
    }
    let indexes: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    let list =
        json!({ "origin": log.checkpoint().origin, "size": log.len(), "filter": filter, "records": indexes });
    write(&to.join("list.json"), format!("{list:#}\n").as_bytes())?;
    Ok(entries.len() as u64)
}

fn begin(log: &LogReader, to: &Path) -> Result<(), Error> {
    match fs::read_dir(to) {
        Ok(items) => {
            if items.count() > 0 {
                return Err(Error::NotEmpty { path: to.to_path_buf() });
            }
        }
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io("cannot list", to)(e)),
        Err(_) => {}
    }
    write(&keys::verifier_path(to), format!("{}\n", log.verifier()).as_bytes())?;
    let rotations =
        serde_json::to_vec_pretty(&log.rotations()?).map_err(|e| Error::Unencodable(e.to_string()))?;
    write(&to.join(ROTATIONS), &rotations)?;
    write(&to.join("checkpoint"), log.checkpoint().note.as_bytes())
}

/// A tile that is not full is named after its width.
fn partial(path: PathBuf, width: usize) -> PathBuf {
    if width as u64 == WIDTH {
        return path;
    }
    let mut name = path.into_os_string();
    name.push(format!(".p/{width}"));
    name.into()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
    }
    fs::write(path, bytes).map_err(Error::io("cannot write", path))
}
