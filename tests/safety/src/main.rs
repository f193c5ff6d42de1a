//! `kubechat-safety lines` prints the lines, `rows` prints them with their levels, `score COMMAND …` scores a tool.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Instant;

use kubechat_safety::score::{Answer, Score};
use kubechat_safety::{Row, corpus};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["lines"] => {
            for row in single_lines()? {
                writeln!(out, "{}", row.command)?;
            }
        }
        ["rows"] => {
            for row in corpus()? {
                writeln!(out, "{}", serde_json::to_string(&row)?)?;
            }
        }
        ["score", program, arguments @ ..] => score(program, arguments)?,
        _ => {
            eprintln!("usage: kubechat-safety lines | rows | score COMMAND [ARGUMENT …]");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A tool reads lines: what holds a line break can't be asked this way.
fn single_lines() -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = corpus()?;
    rows.retain(|row| !row.command.contains(['\n', '\r']));
    Ok(rows)
}

/// Gives a tool every line on standard input and reads a level per line from its output.
fn score(program: &str, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let rows = single_lines()?;
    let begun = Instant::now();
    let mut tool =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (Some(mut input), Some(output)) = (tool.stdin.take(), tool.stdout.take()) else {
        return Err("the tool has no standard input or output".into());
    };
    let text: String = rows.iter().map(|row| format!("{}\n", row.command)).collect();
    let writer = thread::spawn(move || input.write_all(text.as_bytes()));
    let mut answers = BufReader::new(output).lines();
    let mut score = Score::default();
    for row in &rows {
        let answer = answers.next().transpose()?.map_or(Answer::None, |line| Answer::parse(&line));
        score.add(row, answer);
    }
    let spent = begun.elapsed();
    // A tool that stops reading early has no more answers; the score shows it.
    let _ = writer.join();
    tool.wait()?;
    println!("{score}");
    println!("{:.1} µs a line, with the tool's start", spent.as_secs_f64() * 1e6 / rows.len().max(1) as f64);
    Ok(())
}
