//! The open corpus: how many requests are answered, how many rightly, and that nothing wrong is said with confidence.

#[path = "support/same.rs"]
mod same;

use std::collections::BTreeMap;

use kubechat_kubectl::Command;
use kubechat_translate::{Context, Outcome, translate};
use serde_json::Value;

#[derive(Default)]
struct Score {
    rows: usize,
    answered: usize,
    right: usize,
}

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap_or_default()
}

/// The reference commands that the command language knows.
fn references(row: &Value) -> Vec<Command> {
    let accepted = row["accept"].as_array().into_iter().flatten().filter_map(Value::as_str);
    std::iter::once(text(row, "command"))
        .chain(accepted)
        .filter_map(|line| Command::parse(line).ok())
        .collect()
}

#[test]
fn open_corpus() {
    let rows = include_str!("../../../tests/eval/open.jsonl");
    let mut verbs: BTreeMap<String, Score> = BTreeMap::new();
    let (mut wrong_changes, mut other_wrong, mut others) = (Vec::new(), Vec::new(), 0);
    for row in rows.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let request = text(&row, "request");
        let said = translate(request, &Context::default());
        let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
        let references = references(&row);
        let right = said.commands.len() == 1
            && references.iter().any(|reference| same::same(reference, &said.commands[0]));
        if said.outcome == Outcome::Command && !right {
            println!(
                "wrong  {:.2} {request}\n       {}\n       {}",
                said.confidence,
                lines.join("; "),
                text(&row, "command")
            );
            if said.confidence >= 0.8
                && !matches!(said.commands[0].verb(), "get" | "describe" | "logs" | "top" | "events")
            {
                wrong_changes.push(request.to_owned());
            }
        }
        if text(&row, "outcome") != "command" {
            others += 1;
            let outcome = format!("{:?}", said.outcome).to_lowercase();
            if outcome != text(&row, "outcome") {
                println!(
                    "other  {request}: {outcome} instead of {}: {:?}",
                    text(&row, "outcome"),
                    said.message
                );
                other_wrong.push(request.to_owned());
            }
            continue;
        }
        let verb =
            if references.is_empty() { "(no grammar)".to_owned() } else { text(&row, "verb").to_owned() };
        if said.outcome != Outcome::Command && !references.is_empty() {
            println!(
                "asked  {request}\n       {:?} {}\n       {}",
                said.outcome,
                said.message.unwrap_or_default(),
                text(&row, "command")
            );
        }
        let score = verbs.entry(verb).or_default();
        score.rows += 1;
        score.answered += usize::from(said.outcome == Outcome::Command);
        score.right += usize::from(right);
    }
    println!("{:<16} {:>5} {:>9} {:>6}", "verb", "rows", "answered", "right");
    let mut total = Score::default();
    for (verb, score) in &verbs {
        println!("{verb:<16} {:>5} {:>9} {:>6}", score.rows, score.answered, score.right);
        if verb != "(no grammar)" {
            total.rows += score.rows;
        }
        total.answered += score.answered;
        total.right += score.right;
    }
    println!(
        "in scope {} answered {} right {}; other inputs {} wrong {}",
        total.rows,
        total.answered,
        total.right,
        others,
        other_wrong.len()
    );
    assert!(total.answered >= 85, "only {} answered", total.answered);
    assert!(total.right * 100 >= total.answered * 98, "{} right of {}", total.right, total.answered);
    assert!(other_wrong.len() <= 1, "{other_wrong:?}");
    assert_eq!(wrong_changes, Vec::<String>::new(), "wrong and confident on a change");
}
