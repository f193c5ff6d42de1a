//! Scores the built-in engine on `tests/eval/*.jsonl`: accuracy, coverage, wrong but confident; by verb and by style.
//! Arguments name the files to take, without ending; with `--misses` every row that is not right is printed too.

#[path = "../tests/support/score.rs"]
mod score;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/eval");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        path.extension().is_some_and(|ending| ending == "jsonl")
            && (chosen.is_empty() || chosen.iter().any(|chosen| *chosen == name))
    });
    files.sort();
    let mut all = score::Card::default();
    for file in files {
        let rows = std::fs::read_to_string(&file)?;
        let mut card = score::Card::default();
        card.add(&rows);
        all.add(&rows);
        println!("== {}\n{}\n", file.file_name().unwrap_or_default().to_string_lossy(), card.summary());
    }
    if arguments.iter().any(|argument| argument == "--misses") {
        for row in &all.misses {
            println!("{row}");
        }
    }
    println!("{all}");
    Ok(())
}
