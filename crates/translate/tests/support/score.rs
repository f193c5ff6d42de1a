//! The score card: rows of requests against what the engine makes of them.

#[path = "same.rs"]
mod same;

use std::collections::BTreeMap;
use std::fmt;

use kubechat_kubectl::{Command, Level, classify};
use kubechat_translate::{Context, Outcome, translate};
use serde_json::Value;

/// Counts of one group of rows.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count {
    /// Rows whose reference the command language knows.
    pub rows: usize,
    /// Rows that were answered by a command.
    pub answered: usize,
    /// Commands that are right.
    pub right: usize,
}

/// The score of all rows.
#[derive(Debug, Default)]
pub struct Card {
    /// By verb.
    pub verbs: BTreeMap<String, Count>,
    /// By style.
    pub styles: BTreeMap<String, Count>,
    /// All rows in scope.
    pub total: Count,
    /// Rows whose reference is refused on purpose, and how many of them were refused.
    pub refused: (usize, usize),
    /// Rows that want no command: how many, and which got another outcome.
    pub others: (usize, Vec<String>),
    /// Wrong commands at 0.8 and above that change state.
    pub wrong_changes: Vec<String>,
    /// Wrong commands at 0.8 and above.
    pub wrong_confident: usize,
    /// Every row that is not right, with what came instead.
    pub misses: Vec<String>,
}

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap_or_default()
}

fn references(row: &Value) -> Vec<Command> {
    let accepted = row["accept"].as_array().into_iter().flatten().filter_map(Value::as_str);
    std::iter::once(text(row, "command"))
        .chain(accepted)
        .filter_map(|line| Command::parse(line).ok())
        .collect()
}

impl Card {
    /// Adds the rows of a file.
    pub fn add(&mut self, rows: &str) {
        for row in rows.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            self.row(&row);
        }
    }

    fn row(&mut self, row: &Value) {
        let request = text(row, "request");
        let said = translate(request, &Context::default());
        let wanted = match text(row, "outcome") {
            "" => "command",
            outcome => outcome,
        };
        let got = format!("{:?}", said.outcome).to_lowercase();
        let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
        let told =
            if lines.is_empty() { said.message.clone().unwrap_or_default() } else { lines.join(" ;; ") };
        let miss = format!(
            "{got:<8} {:.2} {request}\n      {told}\n      {}",
            said.confidence,
            text(row, "command")
        );
        if wanted != "command" {
            self.others.0 += 1;
            if got != wanted {
                self.others.1.push(request.to_owned());
                self.misses.push(miss);
            }
            return;
        }
        let references = references(row);
        let template = text(row, "match") != "strict";
        let right = said.commands.len() == 1
            && references.iter().any(|reference| {
                same::same(reference, &said.commands[0])
                    || (template && same::shell(reference, &said.commands[0]))
            });
        if references.is_empty() {
            self.refused.0 += 1;
            self.refused.1 += usize::from(said.outcome == Outcome::Refuse);
        } else {
            let count = |count: &mut Count| {
                count.rows += 1;
                count.answered += usize::from(said.outcome == Outcome::Command);
                count.right += usize::from(right);
            };
            count(self.verbs.entry(text(row, "verb").to_owned()).or_default());
            count(self.styles.entry(text(row, "style").to_owned()).or_default());
            count(&mut self.total);
        }
        if right || (references.is_empty() && said.outcome == Outcome::Refuse) {
            return;
        }
        self.misses.push(miss);
        if said.outcome == Outcome::Command && said.confidence >= 0.8 {
            self.wrong_confident += 1;
            if said.commands.iter().any(|command| classify(&command.to_string()).level != Level::Safe) {
                self.wrong_changes.push(request.to_owned());
            }
        }
    }
}

impl fmt::Display for Card {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share =
            |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
        for (title, groups) in [("verb", &self.verbs), ("style", &self.styles)] {
            writeln!(out, "{title:<16} {:>5} {:>9} {:>6}", "rows", "answered", "right")?;
            for (name, count) in groups {
                writeln!(out, "{name:<16} {:>5} {:>9} {:>6}", count.rows, count.answered, count.right)?;
            }
        }
        let Count { rows, answered, right } = self.total;
        writeln!(
            out,
            "coverage {answered}/{rows} ({:.1} %), accuracy {right}/{answered} ({:.1} %)",
            share(answered, rows),
            share(right, answered)
        )?;
        writeln!(out, "refused on purpose {}/{}", self.refused.1, self.refused.0)?;
        writeln!(out, "no command wanted {}, other outcome {}", self.others.0, self.others.1.len())?;
        write!(
            out,
            "wrong at 0.8 and above: {}, of them changes: {}",
            self.wrong_confident,
            self.wrong_changes.len()
        )
    }
}
