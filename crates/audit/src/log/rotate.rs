//! Going over to a new signing key.
//!
//! The new key lies beside the old one; then the record of it is appended under the old key; then its proof under both is
//! kept; then journal and checkpoint are signed anew; and last the new key takes the old one's place. What a crash leaves
//! is finished by the next opening once the record is there, and forgotten before.

use crate::checkpoint::Checkpoint;
use crate::event::EventKind;
use crate::journal::{self, segment_path};
use crate::log::{Log, Options, checkpoint_path};
use crate::note::{NoteSigner, with_signatures_of};
use crate::record::{Actor, Record};
use crate::rotation::{self, Rotation};
use crate::storage::Storage;
use crate::tail::Tail;
use crate::{Error, files, keys, proof};
use serde_json::json;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

impl Log {
    /// Signs with a new key from now on. Whoever knows the old one can still verify the whole log.
    pub fn rotate_key(&mut self, actor: Actor) -> Result<(), Error> {
        let storage = Arc::clone(&self.storage);
        let key = keys::generate();
        keys::save_next(storage.as_ref(), &self.keys, &key)?;
        let new = NoteSigner::new(self.signer.verifier().name(), key)?;
        let mut record = Record::new(EventKind::LogKeyRotated, actor);
        record.data = json!({ "old": self.signer.verifier().to_string(), "new": new.verifier().to_string() });
        // Not masked: public keys look as random as secret ones.
        self.append_entries(&[record.to_bytes()?])?;
        let (dir, keys, options): (_, _, Options) = (self.dir.clone(), self.keys.clone(), self.options);
        *self = Log::open_in(storage, &dir, &keys, options)?;
        Ok(())
    }
}

/// Finishes a change of keys that was begun, if its record is there.
pub(super) fn finish(storage: &dyn Storage, dir: &Path, keys: &Path) -> Result<(), Error> {
    let Some(next) = keys::load_next(storage, keys)? else { return Ok(()) };
    let named = keys::named(storage, dir)?;
    let new = NoteSigner::new(named.name(), next)?;
    if named != *new.verifier() {
        let old = keys::signer(storage, dir, keys)?;
        let (start, bytes) = journal::read_newest(storage, dir)?;
        let segment = Tail::read_segment(&bytes, start, u64::MAX)?;
        // Only what is signed for is signed for anew.
        segment.head(old.verifier()).or_else(|_| segment.head(new.verifier()))?;
        let Some(record) = announced(&segment.tail, &old, &new) else {
            return remove_next(storage, keys);
        };
        let (index, root) = (segment.tail.size() - 1, segment.tail.edge.tree()?.root());
        let mut head = Checkpoint::sign(&old, segment.tail.size(), root);
        let renewed = Checkpoint::sign(&new, segment.tail.size(), root);
        head.note = with_signatures_of(&head.note, &renewed.note);
        let path = segment.tail.edge.tree()?.inclusion(index)?;
        let rotation = Rotation {
            record: String::from_utf8_lossy(&record).into_owned(),
            proof: proof::write(index, &path, &head),
        };
        rotation::keep(storage, dir, index, &rotation)?;
        let segment = segment.tail.to_segment(&renewed.note)?;
        files::replace(storage, &segment_path(dir, start), &segment, 0o640)?;
        files::sync_dir(storage, &dir.join("journal"))?;
        files::replace(storage, &checkpoint_path(dir), renewed.note.as_bytes(), 0o640)?;
        files::sync_dir(storage, dir)?;
        let line = format!("{}\n", new.verifier());
        files::replace(storage, &keys::verifier_path(dir), line.as_bytes(), 0o640)?;
        files::sync_dir(storage, dir)?;
    }
    let (from, to) = (keys::next_path(keys), keys::key_path(keys));
    storage.rename(&from, &to).map_err(Error::io("cannot replace", &to))?;
    files::sync_dir(storage, keys)
}

/// The last record, if it says that this key follows that one.
fn announced(tail: &Tail, old: &NoteSigner, new: &NoteSigner) -> Option<Vec<u8>> {
    let bytes = tail.entry(tail.size().checked_sub(1)?)?;
    let record = Record::from_bytes(bytes).ok()?;
    let says =
        |field: &str, key: &NoteSigner| record.data[field].as_str() == Some(&key.verifier().to_string());
    (record.kind == EventKind::LogKeyRotated && says("old", old) && says("new", new)).then(|| bytes.to_vec())
}

fn remove_next(storage: &dyn Storage, keys: &Path) -> Result<(), Error> {
    let path = keys::next_path(keys);
    match storage.remove(&path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(Error::io("cannot remove", &path)(e)),
        _ => files::sync_dir(storage, keys),
    }
}
