//! `speed TIMED TESTED`: how long a request of one file takes (the best of five, so that what else the machine does is not
//! measured), what the engine holds in memory, how long the first request takes, which reads the data files, and of how
//! many requests of another file it finds the verb. `benches/words.sh` prints these beside a peer's; `--slow` lists the
//! slowest requests.

use std::time::{Duration, Instant};

use kubechat_translate::{Context, translate};
use serde_json::Value;

fn main() -> std::io::Result<()> {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/own.jsonl").to_owned();
    let timed = rows(files.first().unwrap_or(&own))?;
    let tested = rows(files.get(1).unwrap_or(&own))?;
    let context = Context::default();
    let (before, start) = (resident(), Instant::now());
    translate("show pods", &context);
    let first = start.elapsed();
    let held = resident().saturating_sub(before);
    let mut times: Vec<(Duration, &str)> =
        timed.iter().map(|(request, _)| (best(request, &context), &**request)).collect();
    times.sort();
    let right = tested.iter().filter(|(request, verb)| {
        let said = translate(request, &context);
        said.commands.first().is_some_and(|command| command.to_string().split(' ').nth(1) == Some(verb))
    });
    let at =
        |part: usize| times.get(times.len() * part / 100).map_or(0.0, |(time, _)| time.as_secs_f64() * 1e6);
    println!(
        "{:.1} {:.1} {:.1} {:.0} {} {}",
        at(50),
        at(99),
        held as f64 / 1e6,
        first.as_secs_f64() * 1e3,
        right.count(),
        tested.len()
    );
    if std::env::args().any(|argument| argument == "--slow") {
        for (time, request) in times.iter().rev().take(20) {
            println!("{time:?} {request}");
        }
    }
    Ok(())
}

/// Requests of a file with the verb of their first command.
fn rows(file: &str) -> std::io::Result<Vec<(String, String)>> {
    let rows = std::fs::read_to_string(file)?;
    let rows = rows.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(rows
        .filter_map(|row| {
            let verb = row["command"].as_str()?.split(' ').nth(1)?.to_owned();
            Some((row["request"].as_str()?.to_owned(), verb))
        })
        .collect())
}

fn best(request: &str, context: &Context) -> Duration {
    let once = || {
        let start = Instant::now();
        std::hint::black_box(translate(request, context));
        start.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap_or_default()
}

/// Bytes of this process in memory; 0 where the system doesn't tell.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok()).unwrap_or(0) * 4096
}
