//! Our own phrases, each with the command it means; compared as typed commands.

#[path = "support/same.rs"]
mod same;

use kubechat_kubectl::Command;
use kubechat_translate::{Context, translate};
use serde_json::Value;

#[test]
fn own_phrases() {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in
        include_str!("data/own.jsonl").lines().filter_map(|line| serde_json::from_str::<Value>(line).ok())
    {
        let (request, line) = (row["request"].as_str().unwrap(), row["command"].as_str().unwrap());
        let expected = Command::parse(line).unwrap();
        let said = translate(request, &Context::default());
        rows += 1;
        if said.commands.len() != 1 || !same::same(&said.commands[0], &expected) {
            let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
            wrong.push(format!("{request}\n    {line}\n    {} {:?}", lines.join("; "), said.message));
        }
    }
    assert!(rows > 700, "only {rows} rows were read");
    assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
}
