//! How long parsing and judging a line takes, over the open safety corpus:
//! `cargo run --profile fast -p kubechat-kubectl --example classify_speed`.

use std::hint::black_box;
use std::time::Instant;

use kubechat_kubectl::{Command, classify};

fn main() {
    let lines: Vec<String> = include_str!("../../../tests/safety/data/levels.jsonl")
        .lines()
        .filter_map(|row| serde_json::from_str::<serde_json::Value>(row).ok())
        .filter_map(|row| Some(row.get("command")?.as_str()?.to_owned()))
        .collect();
    let parse = nanoseconds(&lines, |line| drop(black_box(Command::parse(line))));
    let judged = nanoseconds(&lines, |line| drop(black_box(classify(line))));
    println!("{} lines: parse {parse:.0} ns, parse and classify {judged:.0} ns a line", lines.len());
    if std::env::args().nth(1).is_some() {
        let mut each: Vec<(f64, &String)> = lines
            .iter()
            .map(|line| {
                (nanoseconds(std::slice::from_ref(line), |line| drop(black_box(classify(line)))), line)
            })
            .collect();
        each.sort_by(|a, b| b.0.total_cmp(&a.0));
        each.iter().take(15).for_each(|(time, line)| println!("{time:>8.0} {line}"));
    }
}

/// The mean of a line's time in the best of several rounds, so that other work on the machine counts little.
fn nanoseconds(lines: &[String], run: impl Fn(&str)) -> f64 {
    let rounds = (20_000 / lines.len()).clamp(50, 2_000);
    let round = || {
        let start = Instant::now();
        for line in lines {
            run(line);
        }
        start.elapsed().as_nanos() as f64 / lines.len() as f64
    };
    (0..rounds).map(|_| round()).fold(f64::INFINITY, f64::min)
}
