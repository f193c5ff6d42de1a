//! The answer of a command as numbered lines, without secrets, cut by relevance and never in the middle of a line.

use std::fmt::Write as _;

use kubechat_models::pseudonyms::names_in;
use kubechat_models::{plain, redacted};
use serde_json::Value;
use uuid::Uuid;

use crate::view::ResultView;

/// Lines of one answer that are shown.
const LINES: usize = 60;
/// Characters of a line; a longer one is left out as a whole.
const LINE: usize = 2_000;
/// Words that a line matters for, whatever was asked.
const TELLING: [&str; 18] = [
    "error",
    "fail",
    "warn",
    "fatal",
    "panic",
    "exception",
    "timeout",
    "timed out",
    "refused",
    "denied",
    "forbidden",
    "oom",
    "killed",
    "backoff",
    "unhealthy",
    "not found",
    "pending",
    "evicted",
];

/// What came of one command.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// Counts from 1.
    pub number: usize,
    /// The query that ran it.
    pub query: Option<Uuid>,
    /// The exact line, or what was asked for where it is none.
    pub command: String,
    /// The lines that are shown, with their numbers in the whole answer.
    lines: Vec<(usize, String)>,
    /// How many the whole answer has.
    total: usize,
    /// Why there is no answer.
    pub problem: Option<String>,
    /// The names of objects, namespaces, nodes and people in the whole answer.
    pub names: Vec<String>,
}

impl Look {
    /// What a query brought: its answer, or why there is none.
    pub(crate) fn of(
        number: usize,
        query: Uuid,
        command: &str,
        brought: Result<&ResultView, &str>,
        question: &str,
    ) -> Self {
        // Looked through as a whole: a certificate or a Secret spans lines.
        let text = redacted(&brought.map(text).unwrap_or_default()).0;
        let all: Vec<&str> = text.lines().collect();
        let problem = brought.err().map(|said| redacted(&plain(said, LINE)).0);
        let lines = relevant(&all, question);
        let mut names = brought.map(named).unwrap_or_default();
        names.extend(
            [&text, problem.as_ref().unwrap_or(&String::new())]
                .into_iter()
                .flat_map(|said| names_in(said))
                .map(str::to_owned),
        );
        Self {
            number,
            query: Some(query),
            command: command.to_owned(),
            lines,
            total: all.len(),
            problem,
            names,
        }
    }

    /// A line that is no command.
    pub(crate) fn refused(number: usize, line: &str, why: String) -> Self {
        Self {
            number,
            query: None,
            command: plain(line, 200),
            lines: Vec::new(),
            total: 0,
            problem: Some(why),
            names: Vec::new(),
        }
    }

    /// How many lines came back.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// The shown lines between two numbers.
    pub(crate) fn lines_between(&self, first: usize, last: usize) -> impl Iterator<Item = (usize, &str)> {
        let within = move |(number, _): &&(usize, String)| (first..=last).contains(number);
        self.lines.iter().filter(within).map(|(number, line)| (*number, line.as_str()))
    }

    /// As the model reads it.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("Step {}: {}\n", self.number, self.command);
        match &self.problem {
            Some(problem) => {
                let _ = writeln!(text, "Nothing was run: {problem}");
            }
            None if self.total == 0 => text.push_str("It printed nothing.\n"),
            None => {
                for (number, line) in &self.lines {
                    let _ = writeln!(text, "{number}| {line}");
                }
                if self.lines.len() < self.total {
                    let _ = writeln!(
                        text,
                        "[{} of {} lines left out]",
                        self.total - self.lines.len(),
                        self.total
                    );
                }
            }
        }
        text
    }
}

/// Columns whose cells are names, some of them several or with their kind.
const NAMED: [&str; 12] = [
    "NAME",
    "NAMESPACE",
    "NODE",
    "NOMINATED NODE",
    "OBJECT",
    "REFERENCE",
    "ROLE",
    "USERS",
    "SERVICEACCOUNTS",
    "VOLUME",
    "CLAIM",
    "SERVICE ACCOUNT",
];

/// The names in the tables of an answer.
fn named(result: &ResultView) -> Vec<String> {
    let mut names = Vec::new();
    let mut table = |columns: &[String], rows: &[Vec<Value>]| {
        let named = |name: &String| NAMED.contains(&name.to_uppercase().as_str());
        let wanted: Vec<usize> = (0..columns.len()).filter(|at| named(&columns[*at])).collect();
        let cells = rows.iter().flat_map(|row| wanted.iter().filter_map(|at| row.get(*at)?.as_str()));
        let parts = cells.flat_map(|cell| cell.split([',', ' ', '/']));
        names.extend(parts.filter(|part| !part.starts_with('<')).map(str::to_owned));
    };
    table(&result.columns, &result.rows);
    result.sections.iter().for_each(|one| table(&one.columns, &one.rows));
    names
}

/// An answer as text, a table with its columns.
fn text(result: &ResultView) -> String {
    let cell = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let mut text = String::new();
    let mut table = |title: &str, columns: &[String], rows: &[Vec<Value>]| {
        if !title.is_empty() {
            let _ = writeln!(text, "{title}:");
        }
        if !columns.is_empty() {
            let _ = writeln!(text, "{}", columns.join("  "));
        }
        for row in rows {
            let _ = writeln!(text, "{}", row.iter().map(cell).collect::<Vec<_>>().join("  "));
        }
    };
    match result.sections.as_slice() {
        [] => table("", &result.columns, &result.rows),
        some => some.iter().for_each(|one| table(&one.title, &one.columns, &one.rows)),
    }
    if let Some(more) = &result.text {
        text.push_str(more);
    }
    text
}

/// The first lines (a table's head), the last (a log's end), and between them those that tell most.
fn relevant(all: &[&str], question: &str) -> Vec<(usize, String)> {
    let words: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| word.len() > 3)
        .map(str::to_lowercase)
        .collect();
    let score = |at: usize, line: &str| {
        let low = line.to_lowercase();
        let telling = TELLING.iter().filter(|word| low.contains(**word)).count();
        let asked = words.iter().filter(|word| low.contains(word.as_str())).count();
        let edge = usize::from(at < 5) * 100 + usize::from(at + 15 >= all.len()) * 50;
        edge + telling * 10 + asked * 5
    };
    let mut scored: Vec<(usize, usize)> = all
        .iter()
        .enumerate()
        .filter(|(_, line)| line.chars().count() <= LINE)
        .map(|(at, line)| (score(at, line), at))
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut kept: Vec<usize> = scored.into_iter().take(LINES).map(|(_, at)| at).collect();
    kept.sort_unstable();
    kept.into_iter().map(|at| (at + 1, plain(all[at], LINE))).collect()
}
