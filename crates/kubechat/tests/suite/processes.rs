//! Several processes on one data folder.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use serde_json::{Value, json};

use crate::case::{Case, Running};
use crate::http::Server;
use crate::world::{until, world};

const EACH: usize = 10;

fn interrupt(process: &Running) {
    let sent = Command::new("kill").args(["-INT", &process.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// `get -w` in a terminal, as soon as it has shown something; the rest of its output, and its query.
fn watching(case: &Case<'_>) -> (Running, impl Iterator<Item = Value> + use<>, Value) {
    let line = ["run", "kubectl get deployments -w", "-n", &case.namespace, "-o", "json"];
    let mut terminal = Running::start(&mut case.command(&line));
    let mut lines = BufReader::new(terminal.0.stdout.take().unwrap()).lines().map(|line| {
        let line = line.unwrap();
        serde_json::from_str::<Value>(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let first = lines.next().expect("nothing was watched");
    assert_eq!((&first["type"], &first["seq"]), (&json!("output"), &json!(0)));
    let all = case.json(&["queries"]).ends(0);
    let executing: Vec<&Value> =
        all.as_array().unwrap().iter().filter(|query| query["state"] == "executing").collect();
    assert_eq!(executing.len(), 1, "{all:#}");
    let query = executing[0]["query"].clone();
    (terminal, lines, query)
}

#[test]
fn two_terminals_and_a_server_share_one_data_folder_and_nothing_is_lost() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "shared");
    let mut server = Server::start(&case);
    server.log_in();
    let queries = server.conversation("shared");
    let before = case.verified();
    std::thread::scope(|scope| {
        for terminal in 0..2 {
            let case = &case;
            scope.spawn(move || {
                for number in 0..EACH {
                    if number % 2 == 0 {
                        let words = format!("scale web to {}", 10 + terminal * EACH + number);
                        case.ask(&words, &[]).is(4, "awaiting_approval");
                    } else {
                        case.run("kubectl get deployments", &[]).is(0, "succeeded");
                    }
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..EACH {
                let answer = server.post(&queries, &json!({"text": "kubectl get pods"}));
                assert_eq!(
                    (answer.status, &answer.body["state"]),
                    (201, &json!("succeeded")),
                    "{}",
                    answer.body
                );
            }
        });
    });
    // A preview is one record, and so is that the log was verified before; a read is an intent and an outcome.
    let expected = 1 + 2 * (EACH / 2 + 2 * (EACH / 2)) + 2 * EACH;
    assert_eq!(case.verified() - before, expected as u64);
    let kept = case.json(&["queries", "--limit", "100"]).ends(0);
    let states =
        |state: &str| kept.as_array().unwrap().iter().filter(|query| query["state"] == state).count();
    assert_eq!((states("awaiting_approval"), states("succeeded")), (EACH, EACH), "{kept:#}");
    let theirs = server.get(&queries).body;
    assert_eq!(theirs.as_array().unwrap().len(), EACH);

    // What a terminal previewed while the server held the log runs when it is gone.
    let waiting = case.ask("scale web to 3", &[]).is(4, "awaiting_approval");
    server.process.kill();
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    case.approve(&waiting).is(0, "succeeded");
    assert_eq!(case.replicas(), 3);
    // And a server starts again on what the killed one left.
    let again = Server::start(&case);
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    drop(again);
    case.verified();
}

#[test]
fn a_second_server_on_the_same_data_folder_is_refused() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let server = Server::start(&case);
    let refused = case.json(&["serve", "--listen", "127.0.0.1:0"]).is(1, "failed");
    assert!(refused["message"].as_str().unwrap().contains("--data-dir"), "{refused}");
    let taken =
        Case::without_namespace(world, "shop").json(&["serve", "--listen", &server.address]).is(1, "failed");
    assert!(taken["message"].as_str().unwrap().contains("--listen"), "{taken}");
    assert!(taken["message"].as_str().unwrap().contains(&server.address), "{taken}");
}

#[test]
fn a_live_query_is_not_taken_for_a_dead_one() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "live");
    let (terminal, lines, query) = watching(&case);
    // Each of these looks for what a crash left.
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let server = Server::start(&case);
    drop(server);
    assert_eq!(case.show(&query)["state"], "executing");

    interrupt(&terminal);
    let last = lines.last().unwrap();
    assert_eq!(last["state"], "cancelled", "{last:#}");
    assert_eq!(terminal.ended_quietly(), 1);
    assert_eq!(case.kinds(&query), ["query.intent", "query.cancelled"]);
    case.verified();
}

#[test]
fn a_killed_terminal_leaves_a_query_that_the_next_command_settles() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "settled");
    let (mut terminal, _lines, query) = watching(&case);
    terminal.kill();
    let settled = until("the dead query is settled", || {
        case.run("kubectl get pods", &[]).is(0, "succeeded");
        let found = case.show(&query);
        (found["state"] != "executing").then_some(found)
    });
    assert_eq!(settled["state"], "failed", "{settled:#}");
    assert_eq!(settled["error"]["code"], "interrupted");
    assert_eq!(case.kinds(&query), ["query.intent", "query.outcome"]);
    case.verified();
}
