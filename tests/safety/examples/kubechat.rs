//! Our own confusion matrix, what is wrong (with `-v`), and how long a line takes.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use kubechat_kubectl::classify;
use kubechat_safety::score::{Answer, Score};
use kubechat_safety::{Level, corpus};

fn main() -> Result<(), Box<dyn Error>> {
    let rows = corpus()?;
    let mut score = Score::default();
    let mut times = Vec::with_capacity(rows.len());
    for row in &rows {
        // The first run of a line fills caches; the best of the next ones is the line's own time.
        let mut answer = classify(&row.command);
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let begun = Instant::now();
            answer = black_box(classify(&row.command));
            best = best.min(begun.elapsed().as_secs_f64() * 1e6);
        }
        times.push(best);
        let level = Level::parse(answer.level.as_str()).map_or(Answer::None, Answer::Level);
        score.add(row, level);
    }
    times.sort_by(f64::total_cmp);
    println!("{score}");
    println!(
        "{:.1} µs a line (median), {:.1} µs for one in a hundred",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
    if std::env::args().nth(1).is_some() {
        let told = |what: &str, row: &kubechat_safety::Row| {
            println!("{what}\t{}\t{}\t{}", row.level, row.command, row.why)
        };
        score.taken_for_safe.iter().for_each(|row| told("SAFE", row));
        score.let_through.iter().for_each(|row| told("THROUGH", row));
        score.asked.iter().for_each(|row| told("ASKED", row));
        score.other.iter().for_each(|(row, answer)| told(&format!("{answer:?}"), row));
    }
    Ok(())
}
