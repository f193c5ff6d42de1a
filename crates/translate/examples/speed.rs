//! How long a request takes: the median and the 99th percentile over the crate's own phrases.

use std::time::Instant;

use kubechat_translate::{Context, translate};

fn main() {
    let rows = include_str!("../tests/data/own.jsonl");
    let requests: Vec<String> = rows
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|row| row["request"].as_str().map(str::to_owned))
        .collect();
    let context = Context::default();
    let start = Instant::now();
    translate("show pods", &context);
    println!("first request with the reading of the data files: {:?}", start.elapsed());
    let mut times: Vec<_> = (0..20)
        .flat_map(|_| requests.iter())
        .map(|request| {
            let start = Instant::now();
            std::hint::black_box(translate(request, &context));
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("p50 {:?}, p99 {:?}, of {}", times[times.len() / 2], times[times.len() * 99 / 100], times.len());
}
