//! Witnesses of the configuration: asked by `audit witness`, and by a server again and again.

use std::time::Duration;

use kubechat_audit::witness::{self, other_size, request};
use kubechat_audit::{Checkpoint, Error, Place, WitnessKey};
use kubechat_chat::DataDir;
use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::cli::{Global, Output};
use crate::config::WitnessSection;
use crate::exit::{self, Exit};
use crate::open::Home;
use crate::print;

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a witness did not sign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// It can't be reached.
    #[error("The witness {0} can't be reached: {1}. Check its address and the network.")]
    Away(String, reqwest::Error),
    /// It said no.
    #[error("The witness {0} did not sign ({1}): {2}")]
    Refused(String, StatusCode, String),
    /// The log or the answer is not right.
    #[error(transparent)]
    Log(#[from] Error),
    /// A task of ours ended early.
    #[error("The witness {0} was not asked: {1}.")]
    Interrupted(String, String),
}

/// Asks one witness to sign for the log as it is now; returns its size, and keeps what was signed.
pub async fn ask(data: &DataDir, client: &Client, witness: &WitnessSection) -> Result<u64, WitnessError> {
    let (name, key) = (witness.key.name().to_owned(), witness.key.clone());
    let url = format!("{}/add-checkpoint", witness.url.trim_end_matches('/'));
    let mut old = last_size(data, &key)?;
    // The second time with what the witness itself has seen.
    for turn in 0..2 {
        let (place, from) = (data.log().clone(), old);
        let made = tokio::task::spawn_blocking(move || body(&place, from)).await;
        let (checkpoint, body) =
            made.map_err(|error| WitnessError::Interrupted(name.clone(), error.to_string()))??;
        let answer = client.post(&url).timeout(PATIENCE).body(body).send().await;
        let answer = answer.map_err(|error| WitnessError::Away(name.clone(), error))?;
        let status = answer.status();
        let said = answer.text().await.map_err(|error| WitnessError::Away(name.clone(), error))?;
        match (status, other_size(&said)) {
            (StatusCode::OK, _) => {
                let note = key.accept(&checkpoint, &said)?;
                witness::keep(&data.index(), &key, &note)?;
                return Ok(checkpoint.size);
            }
            (StatusCode::CONFLICT, Some(seen)) if turn == 0 && seen <= checkpoint.size && seen != old => {
                old = seen
            }
            (StatusCode::CONFLICT, Some(seen)) if seen > checkpoint.size => {
                let what =
                    format!("the witness {name} has seen {seen} records, and it has {}", checkpoint.size);
                return Err(Error::RolledBack { since: seen, what }.into());
            }
            _ => return Err(WitnessError::Refused(name, status, said.trim().chars().take(200).collect())),
        }
    }
    Err(WitnessError::Interrupted(name, "it changes its mind about what it has seen".to_owned()))
}

fn body(place: &Place, old: u64) -> Result<(Checkpoint, String), Error> {
    let log = place.reader()?;
    // A state that the witness never told us it signed may be one that we no longer have.
    let old = if old > log.len() { 0 } else { old };
    Ok((log.checkpoint().clone(), request(&log, old)?))
}

/// Records in the log when this witness signed last, as far as we know.
fn last_size(data: &DataDir, key: &WitnessKey) -> Result<u64, Error> {
    let note = witness::newest(&data.index(), key)?;
    Ok(note.and_then(|note| note.lines().nth(1)?.parse().ok()).unwrap_or(0))
}

/// Asks all of them once.
pub(super) async fn ask_all(global: &Global, home: &Home) -> Exit {
    if home.config.audit.witness.is_empty() {
        return print::usage(
            "No witness is configured: name one under [[audit.witness]] with its url and key.",
        );
    }
    let (client, mut all) = (Client::new(), true);
    for witness in &home.config.audit.witness {
        let done = ask(&home.data, &client, witness).await;
        all &= done.is_ok();
        let name = witness.key.name();
        match (global.output, done) {
            (Output::Json, Ok(size)) => println!("{}", json!({"witness": name, "ok": true, "size": size})),
            (Output::Json, Err(error)) => {
                println!("{}", json!({"witness": name, "ok": false, "message": error.to_string()}));
            }
            (Output::Text, Ok(size)) => println!("{name} has signed for {size} records."),
            (Output::Text, Err(error)) => eprintln!("kubechat: {error}"),
        }
    }
    if all { exit::DONE } else { exit::FAILED }
}

/// Asks all of them from time to time, as long as the server runs.
pub async fn keep_asking(data: DataDir, witnesses: Vec<WitnessSection>, every: Duration) {
    let client = Client::new();
    let mut turn = tokio::time::interval(every);
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        for witness in &witnesses {
            match ask(&data, &client, witness).await {
                Ok(size) => tracing::debug!(witness = witness.key.name(), size, "cosigned"),
                Err(error) => tracing::warn!(%error, "the audit log has a witness less"),
            }
        }
    }
}
