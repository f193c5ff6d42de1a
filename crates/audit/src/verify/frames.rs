//! The journal, frame by frame: every checkpoint in it must be signed over exactly what precedes it.

use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::journal::{self, Frame};
use crate::note::VerifierKey;

pub(super) fn check(bytes: &[u8], key: &VerifierKey, mut edge: Edge) -> Result<(), Error> {
    let mut rest = bytes;
    while let Some((frame, used)) = journal::read_frame(rest) {
        rest = &rest[used..];
        let Frame::Append { first, entries, note } = frame else { continue };
        for entry in entries {
            edge.push_entry(entry);
        }
        let checkpoint = Checkpoint::open(note, key)
            .map_err(|e| Error::corrupt(first, format!("the checkpoint of its append: {e}")))?;
        if checkpoint.size != edge.size() || checkpoint.root != edge.tree()?.root() {
            return Err(Error::corrupt(first, "its append is not what its checkpoint was signed over"));
        }
    }
    Ok(())
}
