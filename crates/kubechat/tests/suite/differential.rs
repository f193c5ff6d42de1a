//! The same command through kubectl and through KubeChat leaves the same objects and prints the same rows. What is
//! run, and where the two may differ, is data: `tests/differential`.

mod normal;
mod rows;
mod sides;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use kubechat_kubectl::plan::{Context, Show};
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, Planned};
use serde_json::Value;
use similar::TextDiff;

use crate::world::{World, world};
use rows::{Except, Row, Section};
use sides::{Pair, Side, Terminal, Work};

/// Rows of one section that one worker does in a row.
const CHUNK: usize = 12;
const WORKERS: usize = 3;
/// Between two looks at what is stored.
const LOOK: std::time::Duration = std::time::Duration::from_millis(250);
/// After so many it is said what differs still.
const LOOKS: usize = 2_000;
/// Lines of a difference that a message shows.
const SHOWN: usize = 60;

#[test]
fn kubechat_does_what_kubectl_does() {
    let Some(world) = world() else { return };
    let files = sides::prepare(world);
    let only = std::env::var("ROWS").unwrap_or_default();
    let works = works(&rows::read(), &only);
    let (queue, pairs, wrong) = (Mutex::new(works), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let home = tempfile::tempdir().unwrap();
                let terminal = Terminal { world, home: home.path(), files: files.path() };
                loop {
                    let Some(work) = queue.lock().unwrap().pop() else { break };
                    for done in sides::run(&terminal, &work) {
                        match done {
                            Ok(pair) => {
                                wrong.lock().unwrap().extend(difference_in_words(&pair));
                                pairs.lock().unwrap().push(pair);
                            }
                            Err(error) => wrong.lock().unwrap().push(error),
                        }
                    }
                }
            });
        }
    });
    let (pairs, mut wrong) = (pairs.into_inner().unwrap(), wrong.into_inner().unwrap());
    wrong.extend(differences_in_objects(world, &pairs));
    sides::clean_up(world);
    wrong.sort();
    let count = pairs.len();
    assert!(wrong.is_empty(), "{} of {count} rows differ:\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_verb_has_a_row_or_an_exception_with_its_reason() {
    let lines = lines();
    let covered: BTreeSet<&str> =
        lines.iter().filter_map(|line| Command::parse(line).ok()).map(|command| command.verb()).collect();
    let all = verbs();
    let missing: Vec<&str> = all.iter().map(String::as_str).filter(|verb| !covered.contains(verb)).collect();
    assert!(missing.is_empty(), "tests/differential has no row for: {}", missing.join(", "));
}

/// Every row's line.
pub fn lines() -> Vec<String> {
    let sections = rows::read();
    sections.iter().flat_map(|section| &section.rows).map(|row| row.line.replace("$NS", "x")).collect()
}

/// Every verb of the grammar, as `kubectl help` lists them.
pub fn verbs() -> Vec<String> {
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let attachments = Attachments::new();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let ctx = Context { namespace: "x", now, catalog: &catalog, facts: &facts, attachments: &attachments };
    let Ok(Planned::Ready(plan)) = Command::parse("kubectl help").unwrap().plan(&ctx) else {
        panic!("no help")
    };
    let Show::Text { text } = plan.show else { panic!("no text") };
    text.lines().map(|line| line.trim_start_matches("kubectl ").to_owned()).collect()
}

/// Pieces that workers take, the longest last: they are taken from the end.
fn works(sections: &[Section], only: &str) -> Vec<Work> {
    let mut works = Vec::new();
    let mut number = 0;
    for section in sections {
        let wanted = |row: &&Row| {
            !row.excepts(Except::Here) && (row.line.contains(only) || row.place.starts_with(only))
        };
        let rows: Vec<Row> = section.rows.iter().filter(wanted).cloned().collect();
        let size = if section.changes { CHUNK } else { rows.len().max(1) };
        for rows in rows.chunks(size) {
            works.push(Work { number, section: Section { rows: rows.to_vec(), ..section.clone() } });
            number += rows.len();
        }
    }
    works.sort_by_key(|work| work.section.rows.len());
    works
}

/// What a row's exit codes and printed words have to say against it.
fn difference_in_words(pair: &Pair) -> Option<String> {
    let row = &pair.row;
    let (theirs, ours) = (pair.theirs.works, pair.ours.works);
    let expected = (!row.fails && !row.excepts(Except::More), !row.fails && !row.excepts(Except::Refused));
    if (theirs, ours) != expected {
        let done = |works| if works { "works" } else { "fails" };
        return Some(message(
            row,
            &format!(
                "kubectl {}: {}\nKubeChat {}: {}",
                done(theirs),
                pair.theirs.said.trim(),
                done(ours),
                pair.ours.said.trim()
            ),
        ));
    }
    if !ours {
        // A failure says what to do in a sentence.
        let sentence = pair.ours.said.trim().ends_with(['.', '?', '`']) && pair.ours.said.len() > 15;
        return (!sentence).then(|| message(row, &format!("not a sentence: {}", pair.ours.said)));
    }
    if pair.ours.unchanged || !theirs {
        return None;
    }
    let [theirs, ours] = [&pair.theirs, &pair.ours]
        .map(|side| normal::printed(&row.line, pair.changes, &side.said, &side.namespace));
    match (theirs == ours, row.excepts(Except::Output)) {
        (false, false) if !row.excepts(Except::Chance) => Some(message(row, &diff(&theirs, &ours))),
        (true, true) => Some(message(row, "Both print the same: the exception has no reason any more.")),
        _ => None,
    }
}

/// Compares what is stored; controllers are given their time.
fn differences_in_objects(world: &World, pairs: &[Pair]) -> Vec<String> {
    let changes: Vec<&Pair> = pairs.iter().filter(|pair| pair.changes).collect();
    let mut last = (String::new(), 0);
    for _ in 0..LOOKS {
        let stored = sides::stored(world);
        let wrong: Vec<String> = changes.iter().filter_map(|pair| difference(pair, &stored)).collect();
        let all = wrong.join("\n");
        last = if last.0 == all { (all, last.1 + 1) } else { (all, 0) };
        // Looks are counted, not seconds: with every row there is much to look at.
        if wrong.is_empty() || last.1 == sides::STILL {
            return wrong;
        }
        std::thread::park_timeout(LOOK);
    }
    vec![format!("What is stored goes on moving; last it differed so:\n{}", last.0)]
}

fn difference(pair: &Pair, stored: &BTreeMap<String, Vec<Value>>) -> Option<String> {
    // Where only one of them works, that is said already.
    if pair.row.excepts(Except::Objects) || pair.theirs.works != pair.ours.works {
        return None;
    }
    let objects = |side: &Side| {
        let found = stored.get(&side.namespace).into_iter().flatten();
        let mut objects: Vec<String> = found
            .map(|object| normal::object(object, &side.namespace, pair.row.with_status).to_string())
            .collect();
        objects.sort();
        objects.iter().map(|object| serde_json::from_str::<Value>(object).unwrap()).collect::<Value>()
    };
    let (theirs, ours) = (objects(&pair.theirs), objects(&pair.ours));
    (theirs != ours).then(|| message(&pair.row, &diff(&theirs, &ours)))
}

fn message(row: &Row, text: &str) -> String {
    format!("{}  {}\n{text}\n", row.place, row.line)
}

/// Lines that only kubectl has (`-`) and that only KubeChat has (`+`).
fn diff(theirs: &Value, ours: &Value) -> String {
    let lines = |value: &Value| match value {
        Value::Array(lines) if lines.iter().all(Value::is_string) => {
            lines.iter().map(|line| format!("{}\n", line.as_str().unwrap())).collect()
        }
        value => format!("{value:#}\n"),
    };
    let (theirs, ours) = (lines(theirs), lines(ours));
    let diff = TextDiff::from_lines(&theirs, &ours);
    let text = diff.unified_diff().context_radius(4).header("kubectl", "KubeChat").to_string();
    let lines: Vec<&str> = text.lines().take(SHOWN + 1).collect();
    if lines.len() > SHOWN { lines[..SHOWN].join("\n") + "\n…" } else { text }
}
