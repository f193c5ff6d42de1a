//! `audit prove` and `audit verify-proof`: one record in somebody else's hands.

use std::path::Path;

use kubechat_audit::proof::Proven;
use kubechat_audit::{
    Checkpoint, Error, LogReader, Rotation, VerifierKey, WitnessKey, rotation, verify_proof, witness,
};
use kubechat_chat::DataDir;
use serde_json::json;

use crate::cli::{Audit, Global, Output};
use crate::exit::{self, Exit};
use crate::print;

/// Writes a record as it was hashed, and its proof.
pub(super) fn write(
    global: &Global,
    data: &DataDir,
    log: &LogReader,
    index: u64,
    (record, proof): (&Path, &Path),
    by: Option<&WitnessKey>,
) -> Exit {
    let (bytes, text) = match make(data, log, index, by) {
        Ok(made) => made,
        Err(error) => return print::failed(global, "audit", &error.to_string()),
    };
    for (path, content) in [(record, bytes.as_slice()), (proof, text.as_bytes())] {
        if let Err(error) = std::fs::write(path, content) {
            let message = format!("{} can't be written: {error}.", path.display());
            return print::failed(global, "output", &message);
        }
    }
    if global.output == Output::Json {
        println!("{}", json!({"index": index, "record": record, "proof": proof}));
    } else {
        println!("Record {index} is in {}, its proof in {}.", record.display(), proof.display());
    }
    exit::DONE
}

fn make(
    data: &DataDir,
    log: &LogReader,
    index: u64,
    by: Option<&WitnessKey>,
) -> Result<(Vec<u8>, String), Error> {
    let proof = match by {
        None => log.prove(index)?,
        Some(by) => {
            let note = witness::newest(&data.index(), by)?;
            let note = note.ok_or_else(|| Error::BadNote(format!("{} has signed nothing yet", by.name())))?;
            by.cosigned(&note)?;
            log.prove_under(index, &Checkpoint::open(&note, log.verifier())?)?
        }
    };
    Ok((log.bytes(index)?, proof))
}

/// Checks a record and its proof with nothing of this machine.
pub(super) fn check(global: &Global, command: &Audit) -> Exit {
    let Audit::VerifyProof { record, proof, public_key, rotations, witness_key } = command else {
        return exit::DONE;
    };
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| format!("{} can't be read: {error}.", path.display()))
    };
    let (bytes, text) = match (read(record), read(proof)) {
        (Ok(bytes), Ok(text)) => (bytes, String::from_utf8_lossy(&text).into_owned()),
        (Err(message), _) | (_, Err(message)) => return print::usage(&message),
    };
    let rotations: Vec<Rotation> = match rotations.as_deref().map(read).transpose() {
        Ok(None) => Vec::new(),
        Ok(Some(list)) => match serde_json::from_slice(&list) {
            Ok(list) => list,
            Err(error) => return print::usage(&format!("The rotations can't be read: {error}.")),
        },
        Err(message) => return print::usage(&message),
    };
    let key: VerifierKey = match public_key.trim().parse() {
        Ok(key) => key,
        Err(error) => return print::usage(&format!("{error}")),
    };
    match prove(&bytes, &text, key, &rotations, witness_key) {
        Ok(proven) => {
            let by: Vec<&str> = witness_key.iter().map(WitnessKey::name).collect();
            say(global, &proven, &by);
            exit::DONE
        }
        Err(error) => print::failed(global, "proof", &error.to_string()),
    }
}

/// By the key, or by one that the log's own records lead to from it; and signed by every one of these witnesses.
fn prove(
    record: &[u8],
    proof: &str,
    key: VerifierKey,
    rotations: &[Rotation],
    witnesses: &[WitnessKey],
) -> Result<Proven, Error> {
    let later = rotation::along(&key, rotations)?.into_iter().map(|(key, _)| key);
    let mut tried: Vec<_> =
        std::iter::once(key).chain(later).map(|key| verify_proof(record, proof, &key)).collect();
    let proven = match tried.iter().position(Result::is_ok) {
        Some(at) => tried.swap_remove(at)?,
        None => return Err(tried.pop().and_then(Result::err).unwrap_or(Error::BadProof("no key".into()))),
    };
    for witness in witnesses {
        witness.cosigned(&proven.checkpoint.note)?;
    }
    Ok(proven)
}

fn say(global: &Global, proven: &Proven, witnesses: &[&str]) {
    let (index, size) = (proven.index, proven.checkpoint.size);
    match global.output {
        Output::Json => {
            println!("{}", json!({"ok": true, "index": index, "size": size, "witnesses": witnesses}));
        }
        Output::Text => {
            let more = witnesses.iter().map(|name| format!(" and {name}")).collect::<String>();
            println!(
                "The proof holds: this is record {index} of a log of {size} records, signed by {}{more}.",
                proven.checkpoint.origin
            );
        }
    }
}
