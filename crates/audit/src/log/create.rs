//! How a log begins: built beside its place, then moved there, so that half a log never exists.

use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::journal::segment_path;
use crate::log::checkpoint_path;
use crate::note::NoteSigner;
use crate::tail::Tail;
use crate::{Error, files, keys, merkle};
use ed25519_dalek::SigningKey;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use uuid::Uuid;

/// Makes sure that there is a log. True if it was begun now.
///
/// A key without its log or a log without its key is refused: each is what somebody who removed the other leaves.
pub(super) fn ensure(dir: &Path, keys: &Path) -> Result<bool, Error> {
    if !is_empty(dir)? {
        return Ok(false);
    }
    let prepared = files::beside(dir);
    match keys::load(keys)? {
        // The key is the last thing before the move, so a crash between the two leaves a complete log beside.
        Some(_) if files::exists(&prepared)? => {
            keys::signer(&prepared, keys)?;
        }
        Some(_) => return Err(Error::LogMissing { path: dir.to_path_buf() }),
        None => {
            let key = keys::generate();
            prepare(&prepared, &key)?;
            keys::save(keys, &key)?;
        }
    }
    fs::rename(&prepared, dir).map_err(Error::io("cannot create", dir))?;
    files::sync_dir(&files::parent(dir))?;
    Ok(true)
}

fn is_empty(dir: &Path) -> Result<bool, Error> {
    match fs::read_dir(dir) {
        Ok(mut items) => Ok(items.next().is_none()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(true),
        Err(e) => Err(Error::io("cannot list", dir)(e)),
    }
}

fn prepare(dir: &Path, key: &SigningKey) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io("cannot remove", dir)(e)),
        _ => {}
    }
    files::create_dirs(&dir.join("journal"))?;
    let signer = NoteSigner::new(&format!("kubechat.local/{}", Uuid::new_v4()), key.clone())?;
    let empty = Checkpoint::sign(&signer, 0, merkle::empty_root());
    files::replace(&keys::verifier_path(dir), format!("{}\n", signer.verifier()).as_bytes(), 0o640)?;
    files::replace(&checkpoint_path(dir), empty.note.as_bytes(), 0o640)?;
    let segment = Tail::new(Edge::new(0, &[])?).to_segment(&empty.note)?;
    files::replace(&segment_path(dir, 0), &segment, 0o640)?;
    files::sync_dir(&dir.join("journal"))?;
    files::sync_dir(dir)
}
