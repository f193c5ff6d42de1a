//! Every line of the safety corpus has the level that its rubric gives it.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::{Level, classify};
use serde_json::Value;

fn rows() -> Vec<Value> {
    include_str!("data/levels.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON row"))
        .collect()
}

/// Refused on purpose, whatever level the corpus gives the line.
fn refused_by_design(command: &str) -> bool {
    let verbs = [
        "kubectl proxy",
        "kubectl completion",
        "kubectl config delete-",
        "kubectl get --raw",
        "kubectl replace --raw",
    ];
    verbs.iter().any(|verb| command.starts_with(verb))
}

#[test]
fn levels_of_the_corpus() {
    let (mut right, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in rows() {
        let command = row["command"].as_str().expect("a command");
        let wanted = row["level"].as_str().expect("a level");
        let judged = classify(command);
        let id = judged.reasons.first().map_or("", |reason| reason.id.as_str());
        let told = format!("{command}: {wanted}, judged {} ({id})", judged.level.as_str());
        if judged.level.as_str() == wanted {
            right += 1;
        } else if judged.level == Level::Refused && refused_by_design(command) {
            refused += 1;
        } else {
            wrong.push(told);
        }
    }
    println!("right {right}, refused by design {refused}");
    assert!(wrong.is_empty(), "another level than the rubric's:\n{}", wrong.join("\n"));
}
