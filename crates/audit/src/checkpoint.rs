//! C2SP checkpoints: the signed statement "this log has this many entries and this root".

use crate::Error;
use crate::merkle::Hash;
use crate::note::{NoteSigner, VerifierKey};
use base64::prelude::{BASE64_STANDARD, Engine as _};

/// A checkpoint whose signature has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it speaks of.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// Root of the Merkle tree over them.
    pub root: Hash,
    /// The signed note as it was published.
    pub note: String,
}

impl Checkpoint {
    /// Signs a checkpoint.
    pub fn sign(signer: &NoteSigner, size: u64, root: Hash) -> Checkpoint {
        let origin = signer.verifier().name().to_string();
        let note = signer.sign(&format!("{origin}\n{size}\n{}\n", BASE64_STANDARD.encode(root)));
        Checkpoint { origin, size, root, note }
    }

    /// Reads a signed checkpoint, which must be by this key and of the log that has the key's name.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Checkpoint, Error> {
        let (origin, size, root) = parse_text(key.open(note)?)?;
        if origin != key.name() {
            return Err(Error::BadNote(format!("it is of {origin}, not of {}", key.name())));
        }
        Ok(Checkpoint { origin: origin.to_string(), size, root, note: note.to_string() })
    }
}

/// Origin, size and root of a checkpoint's text. Extension lines are accepted and ignored.
pub(crate) fn parse_text(text: &str) -> Result<(&str, u64, Hash), Error> {
    let bad = |what: &str| Error::BadNote(what.to_string());
    let mut lines = text.split('\n');
    let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
        return Err(bad("a checkpoint has at least three lines"));
    };
    if origin.is_empty() {
        return Err(bad("the origin is empty"));
    }
    Ok((origin, parse_decimal(size).ok_or_else(|| bad("the size is not a number"))?, parse_hash(root)?))
}

/// A decimal as the formats want it: digits only, no leading zero.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

pub(crate) fn parse_hash(text: &str) -> Result<Hash, Error> {
    BASE64_STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::BadNote(format!("{text:?} is not a base64 SHA-256 hash")))
}
