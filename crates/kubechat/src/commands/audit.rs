//! `audit`: read, verify and prove the log. Nothing here needs a cluster or a server.

mod handover;
mod keys;
mod proof;
mod verify;
pub mod witness;

use std::path::Path;

use kubechat_audit::index::search;
use kubechat_audit::{Error, EventKind, Filter, LogReader, Masker, Record};
use kubechat_chat::{DataDir, Evidence};
use serde_json::{Value, json};

use crate::cli::{Audit, Chosen, Global, List, Output};
use crate::exit::{self, Exit};
use crate::open::Home;
use crate::print;

/// Runs an `audit` command.
pub async fn run(global: &Global, command: Audit) -> Exit {
    if let Audit::VerifyProof { .. } = &command {
        return proof::check(global, &command);
    }
    if let Audit::Schema = command {
        print!("{}", kubechat_audit::storage::SCHEMA);
        return exit::DONE;
    }
    if let Audit::Verify { folder, since, public_key: Some(key) } = &command {
        return match folder {
            Some(folder) => verify::exported(global, folder, key, since.as_deref()).await,
            None => verify::with_key(global, key, since.as_deref()).await,
        };
    }
    let home = match Home::open(global) {
        Ok(home) => home,
        Err(error) => return print::open_failed(global, &error),
    };
    let data = &home.data;
    let done = match command {
        Audit::List(wanted) => match filter(global, &home, &wanted.chosen) {
            Ok(filter) => match read(&home, json!({ "filter": said(&filter) })).await {
                Ok(log) => list(global, data, &log, &filter, &wanted),
                Err(error) => return print::failed(global, error.code(), &error.to_string()),
            },
            Err(error) => return print::usage(&error),
        },
        Audit::Export { folder, chosen } => match filter(global, &home, &chosen) {
            Ok(filter) => match read(&home, json!({ "export": folder, "filter": said(&filter) })).await {
                Ok(log) => handover::export(global, data, &log, &folder, &filter),
                Err(error) => return print::failed(global, error.code(), &error.to_string()),
            },
            Err(error) => return print::usage(&error),
        },
        Audit::Reconcile { apiserver_log, account } => {
            return match read(&home, json!({ "reconcile": apiserver_log })).await {
                Ok(log) => handover::reconcile(global, &log, &apiserver_log, account.as_deref()),
                Err(error) => print::failed(global, error.code(), &error.to_string()),
            };
        }
        Audit::Verify { since, .. } => return verify::own(global, &home, since.as_deref()).await,
        Audit::PublicKey => data.log().reader().map(|log| {
            let key = log.verifier().to_string();
            match global.output {
                Output::Json => println!("{}", json!({ "key": key })),
                Output::Text => println!("{key}"),
            }
        }),
        Audit::RotateKey => return keys::rotate(global, &home),
        Audit::Witness => return witness::ask_all(global, &home).await,
        Audit::Prove { index, record, proof, witnessed } => {
            return match read(&home, json!({ "index": index })).await {
                Ok(log) => proof::write(global, data, &log, index, (&record, &proof), witnessed.as_ref()),
                Err(error) => print::failed(global, error.code(), &error.to_string()),
            };
        }
        Audit::VerifyProof { .. } | Audit::Schema => Ok(()),
    };
    match done {
        Ok(()) => exit::DONE,
        Err(error) => print::failed(global, "audit", &error.to_string()),
    }
}

/// The log as it is now, for somebody whose reading of it is recorded before anything is told.
async fn read(home: &Home, what: Value) -> Result<LogReader, kubechat_chat::Error> {
    let log = home.data.log().reader()?;
    let mut record = Record::new(EventKind::LogRead, home.person().actor());
    record.data = what;
    Evidence::shared(&home.data).append(vec![record]).await?;
    Ok(log)
}

/// The filter without what it leaves open.
fn said(filter: &Filter) -> Value {
    let mut said = json!(filter);
    if let Some(fields) = said.as_object_mut() {
        fields.retain(|_, value| !value.is_null() && *value != json!([]));
    }
    said
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

fn list(
    global: &Global,
    data: &DataDir,
    log: &LogReader,
    filter: &Filter,
    wanted: &List,
) -> Result<(), Error> {
    let mut found = search(log, &data.index(), filter, wanted.limit)?;
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

fn base64(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    BASE64_STANDARD.encode(bytes)
}
