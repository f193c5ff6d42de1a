//! `audit verify`: the whole log, offline, with a progress line on a terminal.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use kubechat_audit::{Error, EventKind, Place, Record, Since, Verified, VerifierKey, export};
use kubechat_chat::{DataDir, Evidence};
use kubechat_store::Store;
use serde_json::json;

use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::open::{Home, log_place};
use crate::print;

/// With the key of this data folder, against everything that its database remembers.
pub(super) async fn own(global: &Global, home: &Home, since: Option<&str>) -> Exit {
    let data = &home.data;
    let seen = match remembered(data).await {
        Ok(seen) => seen,
        Err(error) => return print::failed(global, "database", &error.to_string()),
    };
    let never_begun = match data.log().never_begun() {
        Ok(never_begun) => never_begun,
        Err(error) => return print::failed(global, "audit", &error.to_string()),
    };
    if seen.is_none() && since.is_none() && never_begun {
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
    let (place, log) = (data.log().clone(), data.log().clone());
    let verified = match check(global, remembered, move || place.verifier(), whole(log)).await {
        Ok(verified) => verified,
        Err(exit) => return exit,
    };
    // A log that failed is left as it was found.
    let mut record = Record::new(EventKind::LogVerified, home.person().actor());
    record.data = json!({"ok": true, "size": verified.size, "root": super::base64(&verified.root)});
    if let Err(error) = Evidence::shared(data).append(vec![record]).await {
        eprintln!("kubechat: that the log was verified could not be recorded: {error}");
    }
    exit::DONE
}

/// With a key that was kept elsewhere, and with nothing else of this machine.
pub(super) async fn with_key(global: &Global, key: &str, since: Option<&str>) -> Exit {
    let place = match log_place(global) {
        Ok(place) => place,
        Err(error) => return print::usage(&error.to_string()),
    };
    let key: VerifierKey = match key.trim().parse() {
        Ok(key) => key,
        Err(error) => return print::usage(&error.to_string()),
    };
    ended(check(global, since.map(given).into_iter().collect(), move || Ok(key), whole(place)).await)
}

/// What `audit export` wrote, with a key that was kept elsewhere.
pub(super) async fn exported(global: &Global, folder: &Path, key: &str, since: Option<&str>) -> Exit {
    let key: VerifierKey = match key.trim().parse() {
        Ok(key) => key,
        Err(error) => return print::usage(&error.to_string()),
    };
    let folder = folder.to_owned();
    let work = move |key: &VerifierKey, since: &[Since], progress: &Progress| {
        export::verify(&folder, key, since, &|done, all| progress.show(done, all))
    };
    ended(check(global, since.map(given).into_iter().collect(), move || Ok(key), work).await)
}

fn ended<T>(checked: Result<T, Exit>) -> Exit {
    checked.map_or_else(|exit| exit, |_| exit::DONE)
}

/// A remembered state: the content of a file of that name, else the text itself.
fn given(since: &str) -> String {
    std::fs::read_to_string(since).unwrap_or_else(|_| since.to_owned())
}

async fn check(
    global: &Global,
    remembered: Vec<String>,
    key: impl FnOnce() -> Result<VerifierKey, Error> + Send + 'static,
    work: impl FnOnce(&VerifierKey, &[Since], &Progress) -> Result<(u64, Verified), Error> + Send + 'static,
) -> Result<Verified, Exit> {
    let progress = Progress::new(global);
    let checked = tokio::task::spawn_blocking(move || {
        let key = key()?;
        let since = remembered.iter().map(|text| Since::parse(text, &key)).collect::<Result<Vec<_>, _>>()?;
        let checked = work(&key, &since, &progress);
        progress.end();
        checked
    })
    .await;
    match checked {
        Ok(Ok((records, verified))) => {
            say(global, records, &verified);
            Ok(verified)
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
            Err(exit::FAILED)
        }
        Err(error) => Err(print::failed(global, "interrupted", &error.to_string())),
    }
}

/// All of the log that is kept there.
fn whole(
    place: Place,
) -> impl FnOnce(&VerifierKey, &[Since], &Progress) -> Result<(u64, Verified), Error> + Send + 'static {
    move |key, since, progress| {
        let verified = place.verify(key, since, &|done, all| progress.show(done, all))?;
        Ok((verified.size, verified))
    }
}

fn say(global: &Global, records: u64, verified: &Verified) {
    let root = super::base64(&verified.root);
    match global.output {
        Output::Json => println!(
            "{}",
            json!({"ok": true, "size": verified.size, "records": records, "root": root, "checkpoint": verified.checkpoint.note, "first_bad": null})
        ),
        Output::Text => {
            match verified.size {
                all if all == records => println!("All {all} records are the ones that were signed for."),
                all => println!("All {records} records here are among the {all} that were signed for."),
            }
            println!("Root {root} in a checkpoint signed by {}.", verified.checkpoint.origin);
        }
    }
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
