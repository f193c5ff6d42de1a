//! How a log begins: built beside its place, then moved there, so that half a log never exists.

use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::journal::segment_path;
use crate::log::checkpoint_path;
use crate::note::NoteSigner;
use crate::storage::{Storage, beside};
use crate::tail::Tail;
use crate::{Error, files, keys, merkle};
use ed25519_dalek::SigningKey;
use std::io::ErrorKind;
use std::path::Path;
use uuid::Uuid;

/// Makes sure that there is a log.
///
/// A key without its log or a log without its key is refused: each is what somebody who removed the other leaves.
pub(super) fn ensure(storage: &dyn Storage, dir: &Path, keys: &Path) -> Result<(), Error> {
    if !is_empty(storage, dir)? {
        return Ok(());
    }
    let prepared = beside(dir);
    match keys::load(storage, keys)? {
        // The key is the last thing before the move, so a crash between the two leaves a complete log beside.
        Some(_) if files::exists(storage, &prepared)? => {
            keys::signer(storage, &prepared, keys)?;
        }
        Some(_) => return Err(Error::LogMissing { path: dir.to_path_buf() }),
        None => {
            let key = keys::generate();
            prepare(storage, &prepared, &key)?;
            keys::save(storage, keys, &key)?;
        }
    }
    storage.rename(&prepared, dir).map_err(Error::io("cannot create", dir))
}

/// Makes durable under which names an empty log and its key lie, up to the root: whatever made those folders may not
/// have. A log that has records was opened before, and that was done then.
pub(super) fn sync_names(storage: &dyn Storage, dir: &Path, keys: &Path) -> Result<(), Error> {
    let home = files::parent(dir);
    files::sync_dir(storage, keys)?;
    files::sync_dir(storage, &home)?;
    for above in home.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
        match storage.sync_dir(above) {
            // A folder that isn't ours to open was there before us.
            Err(e) if matches!(e.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                break;
            }
            Err(e) => return Err(Error::io("cannot sync", above)(e)),
            Ok(()) => {}
        }
    }
    Ok(())
}

fn is_empty(storage: &dyn Storage, dir: &Path) -> Result<bool, Error> {
    match storage.list(dir) {
        Ok(items) => Ok(items.is_empty()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(true),
        Err(e) => Err(Error::io("cannot list", dir)(e)),
    }
}

fn prepare(storage: &dyn Storage, dir: &Path, key: &SigningKey) -> Result<(), Error> {
    match storage.remove_dir_all(dir) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io("cannot remove", dir)(e)),
        _ => {}
    }
    files::create_dirs(storage, &dir.join("journal"))?;
    let signer = NoteSigner::new(&format!("kubechat.local/{}", Uuid::new_v4()), key.clone())?;
    let empty = Checkpoint::sign(&signer, 0, merkle::empty_root());
    files::replace(storage, &keys::verifier_path(dir), format!("{}\n", signer.verifier()).as_bytes(), 0o640)?;
    files::replace(storage, &checkpoint_path(dir), empty.note.as_bytes(), 0o640)?;
    let segment = Tail::new(Edge::new(0, &[])?).to_segment(&empty.note)?;
    files::replace(storage, &segment_path(dir, 0), &segment, 0o640)?;
    files::sync_dir(storage, &dir.join("journal"))?;
    files::sync_dir(storage, dir)
}
