//! `audit verify`: the whole log, offline, with a progress line on a terminal.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use kubechat_audit::verify::verify_with_progress;
use kubechat_audit::{Error, Since, Verified, VerifierKey, keys};
use kubechat_chat::DataDir;
use kubechat_store::Store;
use serde_json::json;

use crate::cli::{Global, Output};
use crate::config::data_dir;
use crate::exit::{self, Exit};
use crate::print;

/// With the key of this data folder, against everything that its database remembers.
pub(super) async fn own(global: &Global, data: &DataDir, since: Option<&str>) -> Exit {
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
    let remembered: Vec<String> = since.map(given).into_iter().chain(seen).collect();
    let key_dir = dir.clone();
    check(global, dir, remembered, move || keys::verifier(&key_dir, &keys_dir)).await
}

/// With a key that was kept elsewhere, and with nothing else of this machine.
pub(super) async fn with_key(global: &Global, key: &str, since: Option<&str>) -> Exit {
    let dir = match data_dir(global) {
        Ok(dir) => dir.join("audit"),
        Err(error) => return print::usage(&error.to_string()),
    };
    let key: VerifierKey = match key.trim().parse() {
        Ok(key) => key,
        Err(error) => return print::usage(&error.to_string()),
    };
    check(global, dir, since.map(given).into_iter().collect(), move || Ok(key)).await
}

/// A remembered state: the content of a file of that name, else the text itself.
fn given(since: &str) -> String {
    std::fs::read_to_string(since).unwrap_or_else(|_| since.to_owned())
}

async fn check(
    global: &Global,
    dir: PathBuf,
    remembered: Vec<String>,
    key: impl FnOnce() -> Result<VerifierKey, Error> + Send + 'static,
) -> Exit {
    let progress = Progress::new(global);
    let checked = tokio::task::spawn_blocking(move || {
        let key = key()?;
        let since = remembered.iter().map(|text| Since::parse(text, &key)).collect::<Result<Vec<_>, _>>()?;
        let checked = verify_with_progress(&dir, &key, &since, &|done, all| progress.show(done, all));
        progress.end();
        checked
    })
    .await;
    match checked {
        Ok(Ok(verified)) => {
            say(global, &verified);
            exit::DONE
        }
        Ok(Err(error)) => {
            match global.output {
                Output::Json => {
                    let message = error.to_string();
                    println!(
                        "{}",
                        json!({"ok": false, "first_bad": error.index(), "message": message, "error": {"code": "audit", "message": message}})
                    );
                }
                Output::Text => eprintln!("kubechat: {error}"),
            }
            exit::FAILED
        }
        Err(error) => print::failed(global, "interrupted", &error.to_string()),
    }
}

fn say(global: &Global, verified: &Verified) {
    let root = super::base64(&verified.root);
    match global.output {
        Output::Json => println!(
            "{}",
            json!({"ok": true, "size": verified.size, "root": root, "checkpoint": verified.checkpoint.note, "first_bad": null})
        ),
        Output::Text => {
            println!("All {} records are the ones that were signed for.", verified.size);
            println!("Root {root} in a checkpoint signed by {}.", verified.checkpoint.origin);
        }
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

/// A line on the terminal that says how far it is; nothing anywhere else.
struct Progress {
    shown: Option<AtomicU64>,
}

impl Progress {
    const WIDTH: u64 = 40;

    fn new(global: &Global) -> Self {
        let people = global.output == Output::Text && std::io::stderr().is_terminal();
        Self { shown: people.then(|| AtomicU64::new(u64::MAX)) }
    }

    /// Called from several threads; draws when a percent is full.
    fn show(&self, done: u64, all: u64) {
        let Some(shown) = &self.shown else { return };
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
        if shown.swap(percent, Ordering::Relaxed) != percent {
            let full = usize::try_from(percent * Self::WIDTH / 100).unwrap_or_default();
            let (bar, rest) = ("█".repeat(full), "·".repeat(Self::WIDTH as usize - full));
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r{bar}{rest} {percent:>3} %  {done} of {all} records");
            let _ = err.flush();
        }
    }

    fn end(&self) {
        if self.shown.is_some() {
            eprintln!();
        }
    }
}
