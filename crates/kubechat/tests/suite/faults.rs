//! The API server away, frozen, or failing half-way: each a clear sentence, and nothing lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::case::Case;
use crate::webhook::{self, Verdict};
use crate::world::{World, world};

#[track_caller]
fn says(query: &Value, code: &str, words: &[&str]) {
    assert_eq!(query["error"]["code"], code, "{query:#}");
    let message = query["error"]["message"].as_str().unwrap();
    assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
}

#[test]
fn an_api_server_that_is_away_or_frozen_says_so_and_nothing_is_lost() {
    // A control plane of its own, since others need theirs.
    let Some(mut world) = World::boot(false) else { return };
    let home = tempfile::tempdir().unwrap();
    let case = Case::new_at(&world, "away", home.path());
    case.configure("[cluster]\ntimeout_seconds = 2\n");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let second = case.ask("scale web to 6", &[]).is(4, "awaiting_approval");

    world.practice.pause_apiserver().unwrap();
    says(&case.run("kubectl get pods", &[]).is(1, "failed"), "timeout", &["2 s", "Try again"]);
    says(&case.approve(&waiting).is(1, "failed"), "timeout", &["did not answer"]);
    says(&case.run("kubectl get pods", &["--timeout", "1s"]).ends(1), "timeout", &["1 s"]);
    // What needs no cluster goes on.
    assert!(case.json(&["queries"]).ends(0).as_array().unwrap().len() >= 2);
    case.verified();
    world.practice.resume_apiserver().unwrap();
    assert_eq!(case.replicas(), 2);

    world.practice.stop_apiserver();
    let words = ["can't be reached", "try again"];
    says(&case.run("kubectl get pods", &[]).ends(1), "unreachable", &words);
    says(&case.ask("scale web to 4", &["--yes"]).ends(1), "unreachable", &words);
    says(&case.approve(&second).ends(1), "unreachable", &words);
    case.verified();
    world.runtime.block_on(world.practice.start_apiserver()).unwrap();
    let case = Case::at(&world, "away", home.path());
    assert_eq!(case.replicas(), 2);
    case.ask("scale web to 4", &["--yes"]).is(0, "succeeded");
    assert_eq!(case.replicas(), 4);
    case.verified();
}

#[test]
fn a_write_that_is_refused_as_too_many_is_sent_again() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "busy");
    let busy = Arc::new(AtomicBool::new(true));
    webhook::watch(world, "busy", move |request| {
        if request["dryRun"] != true && busy.swap(false, Ordering::SeqCst) {
            Verdict::Deny(429)
        } else {
            Verdict::Allow
        }
    });
    let done = case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
    let codes: Vec<Value> = world
        .writes("busy", "practice-admin")
        .into_iter()
        .filter(|event| done["audit_ids"].as_array().unwrap().contains(&event["auditID"]))
        .map(|event| event["responseStatus"]["code"].clone())
        .collect();
    assert_eq!(codes, [429, 200]);
    case.verified();
}

#[test]
fn a_write_that_ends_in_500_is_not_called_done() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "broken");
    let seen = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&seen);
    webhook::watch(world, "broken", move |request| {
        if request["dryRun"] == true {
            return Verdict::Allow;
        }
        *counted.lock().unwrap() += 1;
        Verdict::HangUp
    });
    let ended = case.ask("scale web to 5", &["--yes"]).is(6, "outcome_unknown");
    says(&ended, "outcome_unknown", &["not known", "Look at the object"]);
    assert_eq!(case.replicas(), 2);
    // The API server may have called its webhook again; KubeChat has written once.
    assert!(*seen.lock().unwrap() >= 1);
    let ids = ended["audit_ids"].as_array().unwrap();
    assert_eq!(ids.len(), 1, "{ended:#}");
    assert_eq!(
        case.kinds(&ended["query"]),
        ["query.previewed", "query.approved", "query.intent", "query.outcome_unknown"]
    );
    case.verified();
}

#[test]
fn a_write_that_the_server_refuses_has_failed_and_changed_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "vetoed");
    webhook::watch(world, "vetoed", |request| {
        if request["dryRun"] == true { Verdict::Allow } else { Verdict::Deny(422) }
    });
    let ended = case.ask("scale web to 5", &["--yes"]).is(1, "failed");
    says(&ended, "invalid", &["not now"]);
    assert_eq!(case.replicas(), 2);
    case.verified();
}
