//! What an acknowledged append costs beside a bare `write` and `fdatasync` of the same records, in pairs.
//!
//! `append [FOLDER]` works in a temporary folder inside FOLDER (default: the system's), which should be on a real disk.
//! A line for each pair: what, ours and bare in microseconds per record, and their ratio. An append also hashes,
//! signs a checkpoint, publishes it, proves inclusion, and turns the journal into tiles when it is long: `batch` is
//! the mean with that, `batch-p50` the median batch, most of which have none. `group` is the mean where threads append
//! one record each time and share what is synced, beside the bare batch. `paced` is the time from asking to receipt,
//! checkpoint and proof at a thousand records a second, beside one bare sync for each. The last line is the most memory
//! that the process had, in megabytes.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kubechat_audit::{Actor, EventKind, GroupSink, Log, Record};
use serde_json::json;

const PAIRS: usize = 7;
const SINGLES: usize = 250;
const BATCHES: usize = 40;
const BATCH: usize = 256;
/// Threads that append at the same time, and how many appends each has under way.
const WRITERS: usize = 8;
const UNDER_WAY: usize = 64;
/// Appends of a paced run, and how far apart they are due.
const PACED: u32 = 1000;
const PACE: Duration = Duration::from_millis(1);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(parent)?;
    let mut log = Log::open(&folder.path().join("audit"), &folder.path().join("keys"))?;
    let mut bare = OpenOptions::new().create(true).append(true).open(folder.path().join("bare"))?;

    // The first pair warms up.
    for pair in 0..=PAIRS {
        let ours = in_log(&mut log, &sample(1)?, SINGLES)?;
        let floor = in_file(&mut bare, &sample(1)?, SINGLES)?;
        if pair > 0 {
            line("single-p50", quantile(&ours, 50), quantile(&floor, 50));
            line("single-p99", quantile(&ours, 99), quantile(&floor, 99));
        }
    }
    for pair in 0..=PAIRS {
        let ours = in_log(&mut log, &sample(BATCH)?, BATCHES)?;
        let floor = in_file(&mut bare, &sample(BATCH)?, BATCHES)?;
        if pair > 0 {
            line("batch", per_record(&ours), per_record(&floor));
            let each = |took: &[Duration]| quantile(took, 50) / BATCH as f64;
            line("batch-p50", each(&ours), each(&floor));
        }
    }
    let sink = GroupSink::new(log)?;
    for pair in 0..=PAIRS {
        let ours = in_group(&sink, &sample(1)?)?;
        let floor = in_file(&mut bare, &sample(BATCH)?, BATCHES)?;
        if pair > 0 {
            line("group", ours, per_record(&floor));
        }
    }
    for pair in 0..=PAIRS {
        let entry = sample(1)?;
        let ours = paced(|| {
            sink.submit_entries(entry.clone())?.wait()?;
            Ok(())
        })?;
        let floor = paced(|| {
            bare.write_all(&entry.concat())?;
            bare.sync_data()?;
            Ok(())
        })?;
        if pair > 0 {
            line("paced-p50", quantile(&ours, 50), quantile(&floor, 50));
            line("paced-p99", quantile(&ours, 99), quantile(&floor, 99));
        }
    }
    println!("memory {:.1}", peak_memory()?);
    Ok(())
}

/// One after the other, a thousand a second; each measured from when it was due, so that waiting counts.
fn paced(mut work: impl FnMut() -> Outcome<()>) -> Outcome<Vec<Duration>> {
    let begun = Instant::now();
    let mut took = Vec::with_capacity(PACED as usize);
    for turn in 0..PACED {
        let due = begun + PACE * turn;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        work()?;
        took.push(due.elapsed());
    }
    took.sort();
    Ok(took)
}

fn peak_memory() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    Ok(peak.unwrap_or("0").parse::<f64>()? / 1024.0)
}

/// Microseconds per record where many threads append one record each time.
fn in_group(sink: &GroupSink, entry: &[Vec<u8>]) -> Outcome<f64> {
    let turns = BATCHES * BATCH / WRITERS / UNDER_WAY;
    let work = || -> Result<(), kubechat_audit::Error> {
        for _ in 0..turns {
            let pending =
                (0..UNDER_WAY).map(|_| sink.submit_entries(entry.to_vec())).collect::<Result<Vec<_>, _>>()?;
            pending.into_iter().try_for_each(|one| one.wait().map(drop))?;
        }
        Ok(())
    };
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(work)).collect();
        writers.into_iter().try_for_each(|writer| {
            writer.join().map_err(|_| "a writer died")?.map_err(|e| e.to_string().into())
        })
    })
    .map_err(|error: Box<dyn Error + Send + Sync>| -> Box<dyn Error> { error })?;
    Ok(begun.elapsed().as_secs_f64() * 1e6 / (turns * WRITERS * UNDER_WAY) as f64)
}

/// Records like those that a read leaves, as bytes.
fn sample(count: usize) -> Outcome<Vec<Vec<u8>>> {
    let one = |number: usize| {
        let mut record = Record::new(EventKind::QueryOutcome, Actor::new("ada", "cli"));
        record.cluster = Some("5fcc5254-ff7c-4f19-9a04-75ba0bd839d6".into());
        record.namespace = Some("shop".into());
        record.command = Some("kubectl get pods -n shop".into());
        record.level = Some("safe".into());
        record.data = json!({"number": number, "status": "succeeded", "rows": 23, "digest": "5a".repeat(32)});
        Ok(record.to_bytes()?)
    };
    (0..count).map(one).collect()
}

fn in_log(log: &mut Log, entries: &[Vec<u8>], times: usize) -> Outcome<Vec<Duration>> {
    timed(times, || {
        log.append_entries(entries)?;
        Ok(())
    })
}

fn in_file(file: &mut File, entries: &[Vec<u8>], times: usize) -> Outcome<Vec<Duration>> {
    timed(times, || {
        file.write_all(&entries.concat())?;
        file.sync_data()?;
        Ok(())
    })
}

/// How long each of several times took.
fn timed(times: usize, mut work: impl FnMut() -> Outcome<()>) -> Outcome<Vec<Duration>> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let begun = Instant::now();
        work()?;
        took.push(begun.elapsed());
    }
    took.sort();
    Ok(took)
}

fn quantile(sorted: &[Duration], percent: usize) -> f64 {
    sorted.get(sorted.len() * percent / 100).map_or(0.0, |took| took.as_secs_f64() * 1e6)
}

fn per_record(took: &[Duration]) -> f64 {
    took.iter().sum::<Duration>().as_secs_f64() * 1e6 / (BATCHES * BATCH) as f64
}

fn line(what: &str, ours: f64, bare: f64) {
    println!("{what} {ours:.2} {bare:.2} {:.2}", ours / bare);
}
