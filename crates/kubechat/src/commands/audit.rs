//! `audit`: read, verify and prove the log. Nothing here needs a cluster or a server.

mod handover;
mod verify;

use std::path::Path;

use kubechat_audit::index::search;
use kubechat_audit::{Error, EventKind, Filter, LogReader, Masker, VerifierKey, verify_proof};
use kubechat_chat::DataDir;
use serde_json::{Value, json};

use crate::cli::{Audit, Chosen, Global, List, Output};
use crate::exit::{self, Exit};
use crate::open::Home;
use crate::print;

/// Runs an `audit` command.
pub async fn run(global: &Global, command: Audit) -> Exit {
    if let Audit::VerifyProof { record, proof, public_key } = &command {
        return check_proof(global, record, proof, public_key);
    }
    if let Audit::Verify { since, public_key: Some(key) } = &command {
        return verify::with_key(global, key, since.as_deref()).await;
    }
    let home = match Home::open(global) {
        Ok(home) => home,
        Err(error) => return print::open_failed(global, &error),
    };
    let data = &home.data;
    let done = match command {
        Audit::List(wanted) => match filter(global, &home, &wanted.chosen) {
            Ok(filter) => list(global, data, &filter, &wanted),
            Err(error) => return print::usage(&error),
        },
        Audit::Export { folder, chosen } => match filter(global, &home, &chosen) {
            Ok(filter) => handover::export(global, data, &folder, &filter),
            Err(error) => return print::usage(&error),
        },
        Audit::Reconcile { apiserver_log, account } => {
            return handover::reconcile(global, data, &apiserver_log, account.as_deref());
        }
        Audit::Verify { since, .. } => return verify::own(global, data, since.as_deref()).await,
        Audit::PublicKey => LogReader::open(&data.audit()).map(|log| {
            let key = log.verifier().to_string();
            match global.output {
                Output::Json => println!("{}", json!({ "key": key })),
                Output::Text => println!("{key}"),
            }
        }),
        Audit::Prove { index, record, proof } => return prove(global, data, index, &record, &proof),
        Audit::VerifyProof { .. } => Ok(()),
    };
    match done {
        Ok(()) => exit::DONE,
        Err(error) => print::failed(global, "audit", &error.to_string()),
    }
}

/// What the options say. A namespace is only asked for when the command line names one.
fn filter(global: &Global, home: &Home, wanted: &Chosen) -> Result<Filter, String> {
    let secret = wanted.secret.as_deref().map(|file| masked(file, home)).transpose()?;
    Ok(Filter {
        user: wanted.user.clone(),
        kinds: wanted.kind.iter().map(|kind| EventKind::from(kind.as_str())).collect(),
        query: wanted.query,
        session: wanted.session,
        cluster: wanted.cluster.clone(),
        namespace: global.namespace.clone(),
        level: wanted.level.clone(),
        outcome: wanted.outcome.clone(),
        verb: wanted.verb.clone(),
        object: wanted.object.clone(),
        since: wanted.since,
        until: wanted.until,
        text: wanted.text.clone().or(secret),
        before: wanted.before,
    })
}

/// What stands in the log for the secret in this file.
fn masked(file: &Path, home: &Home) -> Result<String, String> {
    let read = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let secret = read.map_err(|error| format!("{} can't be read: {error}.", file.display()))?;
    let masker = Masker::existing(&home.data.keys()).map_err(|error| error.to_string())?;
    Ok(masker.mask(secret.trim_end_matches(['\n', '\r'])))
}

fn list(global: &Global, data: &DataDir, filter: &Filter, wanted: &List) -> Result<(), Error> {
    let log = LogReader::open(&data.audit())?;
    let mut found = search(&log, &data.index(), filter, wanted.limit)?;
    if wanted.timeline {
        found.reverse();
    }
    for entry in found {
        match global.output {
            Output::Json => {
                let mut object: Value = serde_json::from_slice(&entry.bytes).unwrap_or(Value::Null);
                object["index"] = json!(entry.index);
                println!("{object}");
            }
            Output::Text => print::record(&entry),
        }
    }
    Ok(())
}

fn prove(global: &Global, data: &DataDir, index: u64, record: &Path, proof: &Path) -> Exit {
    let made = LogReader::open(&data.audit()).and_then(|log| Ok((log.bytes(index)?, log.prove(index)?)));
    let (bytes, text) = match made {
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

fn check_proof(global: &Global, record: &Path, proof: &Path, key: &str) -> Exit {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| format!("{} can't be read: {error}.", path.display()))
    };
    let (bytes, text) = match (read(record), read(proof)) {
        (Ok(bytes), Ok(text)) => (bytes, String::from_utf8_lossy(&text).into_owned()),
        (Err(message), _) | (_, Err(message)) => return print::usage(&message),
    };
    let key: VerifierKey = match key.trim().parse() {
        Ok(key) => key,
        Err(error) => return print::usage(&format!("{error}")),
    };
    match verify_proof(&bytes, &text, &key) {
        Ok(proven) => {
            match global.output {
                Output::Json => {
                    println!("{}", json!({"ok": true, "index": proven.index, "size": proven.checkpoint.size}))
                }
                Output::Text => println!(
                    "The proof holds: this is record {} of a log of {} records, signed by {}.",
                    proven.index, proven.checkpoint.size, proven.checkpoint.origin
                ),
            }
            exit::DONE
        }
        Err(error) => print::failed(global, "proof", &error.to_string()),
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    BASE64_STANDARD.encode(bytes)
}
