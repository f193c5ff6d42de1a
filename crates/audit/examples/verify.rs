//! What verifying a whole log costs beside hashing the same bytes on the same cores, in pairs.
//!
//! `verify [ENTRIES [FOLDER]]` makes a log of so many records (default 2,000,000) in a temporary folder inside FOLDER
//! (default: the system's). A line for each pair: records per second, ours and that of SHA-256 alone over the same
//! files, and how many times as long ours takes. Then the same for the inclusion proofs of single records.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use kubechat_audit::merkle::{leaf_hash, node_hash, verify_inclusion};
use kubechat_audit::{Actor, EventKind, Log, LogReader, Record, verify};
use serde_json::json;
use sha2::{Digest, Sha256};

const PAIRS: usize = 7;
const BATCH: usize = 4096;
const PROOFS: u64 = 20_000;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args_os().skip(1);
    let entries = arguments.next().map(|n| n.to_string_lossy().parse()).transpose()?.unwrap_or(2_000_000);
    let parent = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(parent)?;
    let (audit, keys) = (folder.path().join("audit"), folder.path().join("keys"));
    let key = fill(&audit, &keys, entries)?;

    let files = below(&audit)?;
    for pair in 0..=PAIRS {
        let begun = Instant::now();
        verify(&audit, &key, None)?;
        let ours = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        hash_all(&files)?;
        let bare = begun.elapsed().as_secs_f64();
        if pair > 0 {
            println!("verify {:.0} {:.0} {:.2}", entries as f64 / ours, entries as f64 / bare, ours / bare);
        }
    }
    proofs(&LogReader::open(&audit)?)
}

fn fill(audit: &Path, keys: &Path, entries: usize) -> Outcome<kubechat_audit::VerifierKey> {
    let mut log = Log::open(audit, keys)?;
    let one = |number: usize| {
        let mut record = Record::new(EventKind::QueryOutcome, Actor::new("ada", "cli"));
        record.cluster = Some("5fcc5254-ff7c-4f19-9a04-75ba0bd839d6".into());
        record.command = Some("kubectl get pods -n shop".into());
        record.data = json!({"number": number, "state": "succeeded", "rows": 23, "digest": "5a".repeat(110)});
        record.to_bytes()
    };
    for first in (0..entries).step_by(BATCH) {
        let batch = (first..(first + BATCH).min(entries)).map(one).collect::<Result<Vec<_>, _>>()?;
        log.append_entries(&batch)?;
    }
    Ok(log.verifier().clone())
}

fn below(dir: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for item in fs::read_dir(dir)? {
        let path = item?.path();
        if path.is_dir() { found.extend(below(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

/// SHA-256 over every file, on all cores.
fn hash_all(files: &[PathBuf]) -> Outcome<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Outcome<()> {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            std::hint::black_box(Sha256::digest(fs::read(path)?));
        }
        Ok(())
    };
    let cores = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker died")?)
    })
}

/// Checks of inclusion beside the bare hashes along a path of the same length.
fn proofs(log: &LogReader) -> Outcome<()> {
    let (size, root) = (log.len(), log.checkpoint().root);
    let leaf = leaf_hash(&log.bytes(size / 3)?);
    let path = log.inclusion(size / 3, size)?;
    for pair in 0..=PAIRS {
        let begun = Instant::now();
        for _ in 0..PROOFS {
            verify_inclusion(size / 3, size, &leaf, std::hint::black_box(&path), &root)?;
        }
        let ours = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        for _ in 0..PROOFS {
            std::hint::black_box(path.iter().fold(leaf, |hash, sibling| node_hash(sibling, &hash)));
        }
        let bare = begun.elapsed().as_secs_f64();
        if pair > 0 {
            let rate = |took: f64| PROOFS as f64 / took;
            println!("proof {:.0} {:.0} {:.2}", rate(ours), rate(bare), ours / bare);
        }
    }
    Ok(())
}
