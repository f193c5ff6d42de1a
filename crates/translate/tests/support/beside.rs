//! A program that speaks the form of `kubechat translate --stdin -o json`, scored on the same rows as the built-in engine.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Command as Program, Stdio};
use std::time::{Duration, Instant};

use kubechat_kubectl::Command;
use kubechat_translate::{Context, Doubts, Outcome, Translation, translate};
use serde_json::Value;

use super::score::{Card, Count, parsed};

/// What the program made of the rows, and what the built-in engine did.
#[derive(Debug, Default)]
pub struct Beside {
    /// The built-in engine.
    pub builtin: Card,
    /// The program.
    pub other: Card,
    /// Rows to which the program has nothing but an error, with the first of them.
    pub failed: (usize, Option<String>),
    times: Vec<Duration>,
    builtin_times: Vec<Duration>,
}

impl Beside {
    /// Has the program answer these rows; `told` hears of each.
    pub fn add(&mut self, rows: &str, program: &mut Program, mut told: impl FnMut(usize)) -> io::Result<()> {
        let rows: Vec<Value> = parsed(rows).collect();
        let requests: Vec<&str> = rows.iter().filter_map(|row| row["request"].as_str()).collect();
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (stdin, stdout) = child.stdin.take().zip(child.stdout.take()).ok_or(io::ErrorKind::BrokenPipe)?;
        // Written beside the reading: a program that answers at once would fill both pipes.
        let sent =
            requests.iter().map(|request| request.replace(['\n', '\r'], " ") + "\n").collect::<String>();
        let writer = std::thread::spawn(move || {
            let mut stdin = stdin;
            stdin.write_all(sent.as_bytes())
        });
        let context = Context::default();
        let mut answered = 0;
        for (row, line) in rows.iter().zip(BufReader::new(stdout).lines()) {
            let said: Value = serde_json::from_str(&line?).map_err(io::Error::other)?;
            answered += 1;
            told(answered);
            let begun = Instant::now();
            let builtin = translate(row["request"].as_str().unwrap_or_default(), &context);
            self.builtin_times.push(begun.elapsed());
            self.builtin.row(row, &builtin);
            self.times.extend(said["elapsed_us"].as_u64().map(Duration::from_micros));
            if let Some(error) = said["error"].as_object() {
                self.failed.0 += 1;
                self.failed.1.get_or_insert_with(|| error["message"].as_str().unwrap_or_default().to_owned());
            }
            self.other.row(row, &read(&said));
        }
        let ended = child.wait()?;
        // A program that ended early tells so by its status and by the answers that are missing.
        let _ = writer.join();
        if answered < rows.len() || !ended.success() {
            let what = format!("the program ended ({ended}) after {answered} of {} answers", rows.len());
            return Err(io::Error::other(what));
        }
        Ok(())
    }
}

/// What a program said, as far as it is scored. A line that does not parse counts as no command.
fn read(said: &Value) -> Translation {
    let steps = said["steps"].as_array().into_iter().flatten().filter_map(|step| step["command"].as_str());
    let lines = said["command"].as_str().into_iter().chain(steps);
    let commands: Option<Vec<Command>> = lines.map(|line| Command::parse(line).ok()).collect();
    let outcome = match said["outcome"].as_str() {
        Some("command") if commands.is_some() => Outcome::Command,
        Some("refuse") => Outcome::Refuse,
        Some("answer") => Outcome::Answer,
        _ => Outcome::Clarify,
    };
    let owned = |key: &str| said[key].as_str().map(str::to_owned);
    Translation {
        outcome,
        commands: commands.unwrap_or_default(),
        filter: owned("where"),
        explanation: String::new(),
        message: owned("message"),
        choices: Vec::new(),
        confidence: said["confidence"].as_f64().unwrap_or_default(),
        provider: "other",
        pending: None,
        understood: Vec::new(),
        doubts: Doubts::default(),
    }
}

fn quantiles(times: &[Duration]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort();
    match sorted.len().checked_sub(1) {
        Some(last) => format!("{:?} (p50), {:?} (p99)", sorted[last / 2], sorted[last * 99 / 100]),
        None => "not told".to_owned(),
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:22} {:>19} {:>19}", "", "built-in", "provider")?;
        let groups = [
            ("verb", &self.builtin.verbs, &self.other.verbs),
            ("style", &self.builtin.styles, &self.other.styles),
        ];
        for (title, builtin, other) in groups {
            writeln!(
                out,
                "{title:<16} {:>5} {:>12} {:>6} {:>12} {:>6}",
                "rows", "answered", "right", "answered", "right"
            )?;
            for (name, one) in builtin {
                let two = other.get(name).copied().unwrap_or_default();
                let Count { rows, answered, right } = *one;
                writeln!(
                    out,
                    "{name:<16} {rows:>5} {answered:>12} {right:>6} {:>12} {:>6}",
                    two.answered, two.right
                )?;
            }
        }
        for (name, card, times) in
            [("built-in", &self.builtin, &self.builtin_times), ("provider", &self.other, &self.times)]
        {
            writeln!(out, "\n{name}: {}\na request takes {}", card.summary(), quantiles(times))?;
        }
        if let (count, Some(first)) = &self.failed {
            writeln!(out, "\n{count} requests got no answer from the provider; the first: {first}")?;
        }
        Ok(())
    }
}
