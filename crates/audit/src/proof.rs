//! The `c2sp.org/tlog-proof@v1` format: one record's proof as a small text that is checked with nothing but a key.

use crate::Error;
use crate::checkpoint::{Checkpoint, parse_decimal, parse_hash};
use crate::merkle::{Hash, leaf_hash, verify_inclusion};
use crate::note::VerifierKey;
use base64::prelude::{BASE64_STANDARD, Engine as _};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof as it was written; nothing in it has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof<'t> {
    /// The record's place in the log.
    pub index: u64,
    /// The path to the root, the sibling of the leaf first.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub note: &'t str,
}

/// Writes a proof.
pub fn write(index: u64, path: &[Hash], checkpoint: &Checkpoint) -> String {
    let mut text = format!("{HEADER}\nindex {index}\n");
    for hash in path {
        text.push_str(&BASE64_STANDARD.encode(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&checkpoint.note);
    text
}

/// Reads a proof. Extra data is allowed and ignored: it is not part of what is proven.
pub fn parse(text: &str) -> Result<Proof<'_>, Error> {
    let bad = |what: &str| Error::BadProof(what.to_string());
    let (head, note) = text.split_once("\n\n").ok_or_else(|| bad("it has no checkpoint"))?;
    let mut lines = head.split('\n').peekable();
    if lines.next() != Some(HEADER) {
        return Err(bad("it doesn't begin as a tlog-proof does"));
    }
    if let Some(extra) = lines.next_if(|line| line.starts_with("extra ")) {
        BASE64_STANDARD.decode(&extra["extra ".len()..]).map_err(|_| bad("its extra data is not base64"))?;
    }
    let index = lines
        .next()
        .and_then(|line| line.strip_prefix("index "))
        .and_then(parse_decimal)
        .ok_or_else(|| bad("it has no index"))?;
    let path =
        lines.map(parse_hash).collect::<Result<Vec<_>, _>>().map_err(|_| bad("a hash is malformed"))?;
    Ok(Proof { index, path, note })
}

/// What a proof proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The record's place in the log.
    pub index: u64,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
}

/// Checks offline that the log with this key holds this record.
pub fn verify_proof(record: &[u8], proof: &str, key: &VerifierKey) -> Result<Proven, Error> {
    let Proof { index, path, note } = parse(proof)?;
    let checkpoint = Checkpoint::open(note, key)?;
    verify_inclusion(index, checkpoint.size, &leaf_hash(record), &path, &checkpoint.root)?;
    Ok(Proven { index, checkpoint })
}
