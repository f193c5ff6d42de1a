//! Witnesses: somebody outside who has seen every state of the log and signs for each that it follows from the one before
//! (C2SP tlog-witness and tlog-cosignature). A log that a witness has cosigned can't be shown to one in one way and to
//! another in another, not even by who has its signing key. Requests and answers only: who sends them is above.

use crate::checkpoint::{Checkpoint, parse_decimal};
use crate::merkle::Hash;
use crate::note::{self, SIGNATURE_MARK};
use crate::reader::LogReader;
use crate::storage::FileSystem;
use crate::{Error, files};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The signature type of timestamped Ed25519 cosignatures.
const COSIGNATURE: u8 = 4;

/// What verifies a witness's cosignatures: its name and public key, written `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl WitnessKey {
    /// The key of a witness of this name.
    pub fn new(name: &str, key: VerifyingKey) -> Result<WitnessKey, Error> {
        note::check_name(name)?;
        Ok(WitnessKey { name: name.to_owned(), id: note::key_id(name, COSIGNATURE, key.as_bytes()), key })
    }

    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When this witness cosigned the note.
    pub fn cosigned(&self, note: &str) -> Result<Timestamp, Error> {
        let (text, signatures) = note::split(note)?;
        let by = signatures.iter().find(|line| line.name == self.name && line.id == self.id);
        let line = by.ok_or_else(|| Error::BadNote(format!("{} did not cosign it", self.name)))?;
        let bad = || Error::BadNote(format!("the cosignature of {} doesn't match its text", self.name));
        let (seconds, signature) = line.signature.split_first_chunk::<8>().ok_or_else(bad)?;
        let seconds = u64::from_be_bytes(*seconds);
        let signature = Signature::from_slice(signature).map_err(|_| bad())?;
        let message = format!("cosignature/v1\ntime {seconds}\n{text}");
        self.key.verify_strict(message.as_bytes(), &signature).map_err(|_| bad())?;
        i64::try_from(seconds).ok().and_then(|at| Timestamp::from_second(at).ok()).ok_or_else(bad)
    }

    /// The checkpoint with the cosignatures of this witness that are in its answer.
    pub fn accept(&self, checkpoint: &Checkpoint, answer: &str) -> Result<String, Error> {
        let (head, _) = checkpoint.note.rsplit_once("\n\n").unwrap_or_default();
        let own = answer.lines().filter(|line| {
            let named = line.strip_prefix(SIGNATURE_MARK).and_then(|rest| rest.split_once(' '));
            named.is_some_and(|(name, _)| name == self.name)
        });
        for line in own {
            // Another cosignature of the same witness may be of a kind that we don't know.
            if self.cosigned(&format!("{head}\n\n{line}\n")).is_ok() {
                return Ok(format!("{}{line}\n", checkpoint.note));
            }
        }
        Err(Error::BadNote(format!("{} answered without a cosignature of its own", self.name)))
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&note::print_key(&self.name, self.id, COSIGNATURE, self.key.as_bytes()))
    }
}

impl FromStr for WitnessKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<WitnessKey, Error> {
        let (name, key) = note::parse_key(text, COSIGNATURE)?;
        WitnessKey::new(&name, key)
    }
}

/// The body of an `add-checkpoint` request: the log as it is, and that it follows from the `old` size.
pub fn request(log: &LogReader, old: u64) -> Result<String, Error> {
    let proof = if old == 0 { Vec::new() } else { log.consistency(old, log.len())? };
    let lines: String =
        proof.iter().map(|hash: &Hash| format!("{}\n", BASE64_STANDARD.encode(hash))).collect();
    Ok(format!("old {old}\n{lines}\n{}", log.checkpoint().note))
}

/// The size that a witness answers with (409) when it has not seen the one that was named.
pub fn other_size(answer: &str) -> Option<u64> {
    parse_decimal(answer.trim_end_matches('\n'))
}

/// Where the newest checkpoint lies that this witness cosigned, in the folder of what can be had again.
pub fn cosigned_path(index: &Path, witness: &WitnessKey) -> PathBuf {
    index.join(format!("cosigned-{}", hex::encode(witness.id)))
}

/// Keeps a cosigned checkpoint.
pub fn keep(index: &Path, witness: &WitnessKey, note: &str) -> Result<(), Error> {
    files::replace(&FileSystem, &cosigned_path(index, witness), note.as_bytes(), 0o640)
}

/// The newest checkpoint that this witness cosigned, if there is one.
pub fn newest(index: &Path, witness: &WitnessKey) -> Result<Option<String>, Error> {
    match files::read_text(&FileSystem, &cosigned_path(index, witness)) {
        Ok(note) => Ok(Some(note)),
        Err(e) if e.is_not_found() => Ok(None),
        Err(e) => Err(e),
    }
}
