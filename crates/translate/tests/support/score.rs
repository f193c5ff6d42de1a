//! The score card: rows of requests against what the engine makes of them.

#[path = "same.rs"]
mod same;

use std::collections::BTreeMap;
use std::fmt;

use kubechat_kubectl::{Command, Level, classify};
use kubechat_translate::{Context, Outcome, Translation, translate};
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
    /// Commands at 0.8 and above.
    pub confident: Count,
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
    /// For each command: whether it is right, how sure its parts are, and what speaks against it.
    pub sights: Vec<String>,
}

/// The rows of a file.
pub fn parsed(rows: &str) -> impl Iterator<Item = Value> {
    rows.lines().filter_map(|line| serde_json::from_str(line).ok())
}

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap_or_default()
}

/// What a row accepts: the steps of each reference that the command language knows.
fn references(row: &Value) -> Vec<Vec<Command>> {
    let accepted = row["accept"].as_array().into_iter().flatten().filter_map(Value::as_str);
    std::iter::once(text(row, "command"))
        .chain(accepted)
        .filter_map(|lines| lines.split(" ;; ").map(|line| Command::parse(line).ok()).collect())
        .collect()
}

/// Whether the answer is one of the references. A row with `where` wants that filter, unless the reference filters by
/// itself (a field selector).
fn is_right(row: &Value, references: &[Vec<Command>], said: &Translation) -> bool {
    let template = text(row, "match") != "strict";
    let selects = said.commands.iter().any(|command| command.to_string().contains("--field-selector"));
    let filtered = match text(row, "where") {
        "" => said.filter.is_none(),
        "ANY" => said.filter.is_some() || selects,
        wanted => said.filter.as_deref() == Some(wanted) || (said.filter.is_none() && selects),
    };
    filtered
        && references.iter().any(|steps| {
            steps.len() == said.commands.len()
                && steps.iter().zip(&said.commands).all(|(reference, command)| {
                    same::same(reference, command) || (template && same::shell(reference, command))
                })
        })
}

impl Card {
    /// Adds the rows of a file, as the built-in engine answers them.
    pub fn add(&mut self, rows: &str) {
        let context = Context::default();
        for row in parsed(rows) {
            let said = translate(text(&row, "request"), &context);
            self.row(&row, &said);
        }
    }

    /// Scores what somebody made of a row.
    pub fn row(&mut self, row: &Value, said: &Translation) {
        let request = text(row, "request");
        let wanted = match text(row, "outcome") {
            "" => "command",
            outcome => outcome,
        };
        let got = format!("{:?}", said.outcome).to_lowercase();
        let miss = miss(row, said, &got, wanted);
        let right = wanted == "command" && is_right(row, &references(row), said);
        if said.outcome == Outcome::Command && said.doubts.parts > 0.0 {
            let doubts = &said.doubts;
            self.sights.push(format!("{}\t{:.3}\t{}", u8::from(right), doubts.parts, doubts.signs.join(" ")));
        }
        if wanted != "command" {
            self.others.0 += 1;
            if !wanted.split('|').any(|wanted| got == wanted) {
                self.others.1.push(request.to_owned());
                self.misses.push(miss);
                if said.outcome == Outcome::Command {
                    self.wrong(request, said);
                }
            }
            return;
        }
        let references = references(row);
        let right = said.outcome == Outcome::Command && is_right(row, &references, said);
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
            if said.outcome == Outcome::Command && said.confidence >= 0.8 {
                count(&mut self.confident);
            }
        }
        if right || (references.is_empty() && said.outcome == Outcome::Refuse) {
            return;
        }
        self.misses.push(miss);
        if said.outcome == Outcome::Command {
            self.wrong(request, said);
        }
    }

    fn wrong(&mut self, request: &str, said: &Translation) {
        if said.confidence < 0.8 {
            return;
        }
        self.wrong_confident += 1;
        if said.commands.iter().any(|command| classify(&command.to_string()).level != Level::Safe) {
            self.wrong_changes.push(request.to_owned());
        }
    }
}

fn miss(row: &Value, said: &Translation, got: &str, wanted: &str) -> String {
    let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
    let mut told =
        if lines.is_empty() { said.message.clone().unwrap_or_default() } else { lines.join(" ;; ") };
    if let Some(filter) = &said.filter {
        told.push_str(" ?? ");
        told.push_str(filter);
    }
    let reference = match text(row, "command") {
        "" => format!("({wanted})"),
        line => format!("{line} {}", text(row, "where")),
    };
    format!("{got:<8} {:.2} {}\n      {told}\n      {reference}", said.confidence, text(row, "request"))
}

impl fmt::Display for Card {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, groups) in [("verb", &self.verbs), ("style", &self.styles)] {
            writeln!(out, "{title:<16} {:>5} {:>9} {:>6}", "rows", "answered", "right")?;
            for (name, count) in groups {
                writeln!(out, "{name:<16} {:>5} {:>9} {:>6}", count.rows, count.answered, count.right)?;
            }
        }
        write!(out, "{}", self.summary())
    }
}

impl Card {
    /// Rows, answered, right; at 0.8 and above answered, right; wrong changes; other outcomes: for the history.
    #[allow(dead_code)]
    pub fn figures(&self) -> String {
        let (total, sure) = (self.total, self.confident);
        [
            total.rows,
            total.answered,
            total.right,
            sure.answered,
            sure.right,
            self.wrong_changes.len(),
            self.others.1.len(),
        ]
        .map(|figure| figure.to_string())
        .join("\t")
    }

    /// The figures of all rows in a few lines.
    pub fn summary(&self) -> String {
        let share =
            |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
        let Count { rows, answered, right } = self.total;
        format!(
            "coverage {answered}/{rows} ({:.1} %), accuracy {right}/{answered} ({:.1} %)\n\
             at 0.8 and above {}/{} right ({:.1} %); wrong {}, of them changes {}\n\
             refused on purpose {}/{}; no command wanted {}, other outcome {}",
            share(answered, rows),
            share(right, answered),
            self.confident.right,
            self.confident.answered,
            share(self.confident.right, self.confident.answered),
            self.wrong_confident,
            self.wrong_changes.len(),
            self.refused.1,
            self.refused.0,
            self.others.0,
            self.others.1.len(),
        )
    }
}
