//! Classes of phrasings over names and places of many looks: names like kinds, like words of the grammar, like numbers.

#[path = "support/same.rs"]
mod same;

use kubechat_kubectl::Command;
use kubechat_translate::{Context, Outcome, Translation, translate};

const NAMES: &[&str] = &["zeta-1", "web", "orders-api", "catalog", "x9"];
const PLACES: &[&str] = &["shop", "limits", "one", "jobs", "team-7"];

/// Every choice of the parts in round brackets, with what was chosen.
fn choices(text: &str) -> Vec<(String, Vec<String>)> {
    let Some((before, rest)) = text.split_once('(') else { return vec![(text.to_owned(), Vec::new())] };
    let Some((inner, after)) = rest.split_once(')') else { return Vec::new() };
    let mut all = Vec::new();
    for part in inner.split('|') {
        for (tail, mut chosen) in choices(after) {
            chosen.insert(0, part.to_owned());
            all.push((format!("{before}{part}{tail}"), chosen));
        }
    }
    all
}

fn is_right(said: &Translation, expected: &str) -> bool {
    if expected == "?" {
        return said.outcome != Outcome::Command;
    }
    expected.split(" || ").any(|line| {
        let (line, filter) =
            line.split_once(" ?? ").map_or((line, None), |(line, filter)| (line, Some(filter)));
        let command = Command::parse(&format!("kubectl {line}"));
        said.filter.as_deref() == filter
            && said.commands.len() == 1
            && command.is_ok_and(|command| same::same(&said.commands[0], &command))
    })
}

#[test]
fn classes_hold_for_every_name_and_place() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let lines = include_str!("data/classes.txt").lines().filter(|line| !line.starts_with('#'));
    for (request, expected) in lines.filter_map(|line| line.split_once(" => ")) {
        for (request, chosen) in choices(request) {
            for (name, place) in NAMES.iter().zip(PLACES) {
                let fill = |text: &str| {
                    let text = text.replace("{name}", name).replace("{place}", place);
                    let chosen = chosen.iter().enumerate();
                    chosen.fold(text, |text, (at, part)| text.replace(&format!("{{{at}}}"), part))
                };
                let (request, expected) = (fill(&request), fill(expected));
                let said = translate(&request, &Context::default());
                count += 1;
                if !is_right(&said, &expected) {
                    let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
                    wrong.push(format!(
                        "{request}\n    {expected}\n    {} {:?}",
                        lines.join(" ;; "),
                        said.message
                    ));
                }
            }
        }
    }
    assert!(count > 300, "only {count} requests");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A change with words that nothing read may be offered; it is never sure.
#[test]
fn what_is_left_over_makes_a_change_unsure() {
    let changes = [
        "restart the deployment {name} {word}",
        "{word} scale the deployment {name} to 3",
        "delete the pod {name} {word}",
        "cordon the node {name} {word}",
        "label the pod {name} with tier=web {word}",
    ];
    for change in changes {
        for word in ["gorgeously", "blorf", "zigzagwise", "hurly burly", "frobnicated"] {
            for name in NAMES {
                let request = change.replace("{name}", name).replace("{word}", word);
                let said = translate(&request, &Context::default());
                assert!(
                    said.outcome != Outcome::Command || said.confidence < 0.8,
                    "{request}: {:?} {}",
                    said.commands,
                    said.confidence
                );
            }
        }
    }
}
