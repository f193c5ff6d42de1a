//! A new signing key, recorded in the log and vouched for by the one before it: who knows an older key gets to the present
//! one by the log's own records.

use crate::event::EventKind;
use crate::note::VerifierKey;
use crate::proof::{Proven, verify_proof};
use crate::record::Record;
use crate::storage::Storage;
use crate::verify::Since;
use crate::{Error, files};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The record of a new key, and the proof of it under the key before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The record as it was hashed.
    pub record: String,
    /// Its proof, whose checkpoint both keys have signed.
    pub proof: String,
}

impl Rotation {
    /// The key that this rotation leads to from `key`, and what its proof proved; nothing if it is not by this key.
    pub fn follow(&self, key: &VerifierKey) -> Option<Result<(VerifierKey, Proven), Error>> {
        let record = Record::from_bytes(self.record.as_bytes()).ok()?;
        let old = record.data["old"].as_str()?;
        (record.kind == EventKind::LogKeyRotated && old == key.to_string()).then(|| self.lead(&record, key))
    }

    /// The key that it says it is by.
    fn from(&self) -> Result<VerifierKey, Error> {
        Record::from_bytes(self.record.as_bytes())?.data["old"].as_str().unwrap_or_default().parse()
    }

    fn lead(&self, record: &Record, key: &VerifierKey) -> Result<(VerifierKey, Proven), Error> {
        let proven = verify_proof(self.record.as_bytes(), &self.proof, key)?;
        let new: VerifierKey = record.data["new"].as_str().unwrap_or_default().parse()?;
        if new.name() != key.name() {
            return Err(Error::BadKey(format!("{} is no key of {}", new.name(), key.name())));
        }
        // Whoever made it has the new key as well.
        verify_proof(self.record.as_bytes(), &self.proof, &new)?;
        Ok((new, proven))
    }
}

/// The keys that these rotations lead to from `key`, one after the other, and what each of them proved.
pub fn along(key: &VerifierKey, rotations: &[Rotation]) -> Result<Vec<(VerifierKey, Proven)>, Error> {
    let mut steps: Vec<(VerifierKey, Proven)> = Vec::new();
    loop {
        let last = steps.last().map_or(key, |(key, _)| key);
        let Some(step) = rotations.iter().find_map(|rotation| rotation.follow(last)) else {
            return Ok(steps);
        };
        if steps.len() == rotations.len() {
            return Err(Error::BadKey("its rotations lead in a circle".into()));
        }
        steps.push(step?);
    }
}

/// The key that signs a log which names `named`, for somebody who knows `key`; and the states that every handover
/// between its keys has signed.
pub(crate) fn present(
    key: &VerifierKey,
    named: &VerifierKey,
    rotations: &[Rotation],
) -> Result<(VerifierKey, Vec<Since>), Error> {
    let steps = along(key, rotations)?;
    let reached = steps.last().map_or(key, |(key, _)| key).clone();
    if reached != *named {
        return Err(Error::WrongKey { log: named.to_string(), key: key.to_string() });
    }
    // Who knows a later key only checks the earlier handovers as well: nothing that is stored may be changed.
    let steps = match rotations.first() {
        Some(first) => along(&first.from()?, rotations)?,
        None => steps,
    };
    if steps.len() != rotations.len() || steps.last().is_some_and(|(key, _)| *key != reached) {
        return Err(Error::damaged("its keys don't follow one from the other"));
    }
    Ok((reached, steps.iter().map(|(_, proven)| Since::from(&proven.checkpoint)).collect()))
}

fn folder(dir: &Path) -> PathBuf {
    dir.join("rotations")
}

/// All rotations of a log, the oldest first.
pub(crate) fn all(storage: &dyn Storage, dir: &Path) -> Result<Vec<Rotation>, Error> {
    let folder = folder(dir);
    let mut names = match storage.list(&folder) {
        Ok(names) => names,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::io("cannot list", &folder)(e)),
    };
    names.retain(|name| name.len() == 20);
    names.sort();
    let read = |name: &String| {
        let path = folder.join(name);
        serde_json::from_slice(&files::read(storage, &path)?)
            .map_err(|e| Error::damaged(format!("{} is not readable: {e}", path.display())))
    };
    names.iter().map(read).collect()
}

/// Keeps a rotation whose record is at `index`, durably.
pub(crate) fn keep(storage: &dyn Storage, dir: &Path, index: u64, rotation: &Rotation) -> Result<(), Error> {
    let folder = folder(dir);
    files::create_dirs(storage, &folder)?;
    let text = serde_json::to_vec(rotation).map_err(|e| Error::Unencodable(e.to_string()))?;
    files::replace(storage, &folder.join(format!("{index:020}")), &text, 0o640)?;
    files::sync_dir(storage, &folder)?;
    files::sync_dir(storage, dir)
}
