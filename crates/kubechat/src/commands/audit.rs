//! `audit`: read, verify and prove the log. Nothing here needs a cluster or a server.

use std::path::Path;

use kubechat_audit::{Error, EventKind, Filter, LogReader, Since, VerifierKey, keys, verify, verify_proof};
use kubechat_chat::DataDir;
use kubechat_store::Store;
use serde_json::{Value, json};

use crate::cli::{Audit, Global, Output};
use crate::exit::{self, Exit};
use crate::open::Home;
use crate::print;

/// Runs an `audit` command.
pub async fn run(global: &Global, command: Audit) -> Exit {
    if let Audit::VerifyProof { record, proof, public_key } = &command {
        return check_proof(global, record, proof, public_key);
    }
    let home = match Home::open(global) {
        Ok(home) => home,
        Err(error) => return print::open_failed(global, &error),
    };
    let data = &home.data;
    let done = match command {
        Audit::List { user, kind, query, level, text, limit } => {
            let filter = Filter {
                user,
                kinds: kind.iter().map(|kind| EventKind::from(kind.as_str())).collect(),
                query,
                level,
                text,
                ..Filter::default()
            };
            list(global, data, &filter, limit)
        }
        Audit::Verify { since } => return verify_all(global, data, since.as_deref()).await,
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

fn list(global: &Global, data: &DataDir, filter: &Filter, limit: usize) -> Result<(), Error> {
    let log = LogReader::open(&data.audit())?;
    for entry in log.list(filter, limit)? {
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

async fn verify_all(global: &Global, data: &DataDir, since: Option<&str>) -> Exit {
    let seen = match remembered(data).await {
        Ok(seen) => seen,
        Err(error) => return print::failed(global, "database", &error.to_string()),
    };
    let (dir, keys_dir) = (data.audit(), data.keys());
    if seen.is_none() && since.is_none() && never_begun(&dir, &keys_dir) {
        match global.output {
            Output::Json => println!(
                "{}",
                json!({"ok": true, "size": 0, "root": null, "checkpoint": null, "first_bad": null})
            ),
            Output::Text => println!("Nothing has been recorded yet; the first request begins the log."),
        }
        return exit::DONE;
    }
    let since_text = since.map(str::to_owned);
    let checked = tokio::task::spawn_blocking(move || {
        let key = keys::verifier(&dir, &keys_dir)?;
        let mut newest = verify(&dir, &key, None)?;
        let given = since_text
            .map(|text| Since::parse(&std::fs::read_to_string(&text).unwrap_or(text), &key))
            .transpose()?;
        let seen = seen.map(|text| Since::parse(&text, &key)).transpose()?;
        for since in [given, seen].into_iter().flatten() {
            newest = verify(&dir, &key, Some(&since))?;
        }
        Ok::<_, Error>(newest)
    })
    .await;
    match checked {
        Ok(Ok(verified)) => {
            match global.output {
                Output::Json => println!(
                    "{}",
                    json!({"ok": true, "size": verified.size, "root": base64(&verified.root), "checkpoint": verified.checkpoint.note, "first_bad": null})
                ),
                Output::Text => {
                    println!("All {} records are the ones that were signed for.", verified.size);
                    println!(
                        "Root {} in a checkpoint signed by {}.",
                        base64(&verified.root),
                        verified.checkpoint.origin
                    );
                }
            }
            exit::DONE
        }
        Ok(Err(error)) => {
            match global.output {
                Output::Json => {
                    println!(
                        "{}",
                        json!({"ok": false, "first_bad": error.index(), "message": error.to_string(), "error": {"code": "audit", "message": error.to_string()}})
                    );
                }
                Output::Text => eprintln!("kubechat: {error}"),
            }
            exit::FAILED
        }
        Err(error) => print::failed(global, "interrupted", &error.to_string()),
    }
}

/// A folder in which no key was ever made has no log that could be missing.
fn never_begun(dir: &Path, keys_dir: &Path) -> bool {
    let empty = |dir: &Path| std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
    empty(dir) && !keys_dir.join("audit.pem").exists()
}

/// The longest log that the database has seen, as `SIZE ROOT`.
async fn remembered(data: &DataDir) -> Result<Option<String>, kubechat_chat::Error> {
    if !data.root().join("kubechat.db").exists() {
        return Ok(None);
    }
    let store = Store::open(data.root()).await?;
    let seen = kubechat_chat::seen_checkpoint(&store).await?;
    Ok(seen.map(|(size, root)| format!("{size} {root}")))
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
