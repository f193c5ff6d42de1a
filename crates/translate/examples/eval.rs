//! Scores the built-in engine on `tests/eval/*.jsonl`: accuracy, coverage, wrong but confident; by verb and by style.
//! With an argument, also prints every row that is not right.

#[path = "../tests/support/score.rs"]
mod score;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/eval");
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let mut card = score::Card::default();
    for file in files {
        card.add(&std::fs::read_to_string(file)?);
    }
    if std::env::args().len() > 1 {
        for row in &card.misses {
            println!("{row}");
        }
    }
    println!("{card}");
    Ok(())
}
