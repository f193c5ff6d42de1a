//! What was approved is what runs, or nothing does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::case::Case;
use crate::http::Server;
use crate::webhook::{self, Verdict};
use crate::world::world;

const ADMIN: &str = "practice-admin";

/// What KubeChat sent: kubectl's own requests as the same user have ids that nobody here gave.
fn ours(case: &Case<'_>, query: &Value) -> Vec<Value> {
    let ids = case.show(query)["audit_ids"].as_array().unwrap().clone();
    let writes = case.world.writes(&case.namespace, ADMIN);
    writes.into_iter().filter(|event| ids.contains(&event["auditID"])).collect()
}

#[test]
fn a_target_that_moved_voids_the_approval_and_the_message_says_what_moved() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "moved");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    world.kubectl("scale deployment web -n moved --replicas=3");
    let voided = case.approve(&waiting).is(4, "voided");
    let message = voided["message"].as_str().unwrap();
    for word in ["web", "spec.replicas", "2", "3", "5"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(case.replicas(), 3);
    assert_eq!(ours(&case, &waiting["query"]), [] as [Value; 0]);
    // It stays void: approving again runs nothing.
    let again = case.approve(&waiting).ends(4);
    assert_eq!(again["error"]["code"], "not_waiting");
    assert_eq!(case.replicas(), 3);
    case.verified();
}

#[test]
fn a_new_target_of_the_same_selector_voids_the_approval() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "new-target");
    let waiting = case.run("kubectl label deployments -l app=web tier=front", &[]).is(4, "awaiting_approval");
    world.kubectl("create deployment other -n new-target --image=example.test/other:1");
    world.kubectl("label deployment other -n new-target app=web --overwrite");
    let voided = case.approve(&waiting).is(4, "voided");
    assert!(voided["message"].as_str().unwrap().contains("other"), "{voided}");
    let web = world.object("new-target", "deployment/web");
    assert!(web["metadata"]["labels"]["tier"].is_null());
}

#[test]
fn a_mere_status_write_voids_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "status-write");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let before = world.object("status-write", "deployment/web")["metadata"]["resourceVersion"].clone();
    let patch =
        r#"{"status":{"conditions":[{"type":"Suite","status":"True","reason":"Test","message":"written"}]}}"#;
    let patched = world.try_kubectl(
        &[
            "patch",
            "deployment",
            "web",
            "-n",
            "status-write",
            "--subresource=status",
            "--type=merge",
            "-p",
            patch,
        ],
        "",
    );
    assert!(patched.status.success(), "{patched:?}");
    let after = world.object("status-write", "deployment/web")["metadata"]["resourceVersion"].clone();
    assert_ne!(before, after);
    case.approve(&waiting).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
}

#[test]
fn a_rollout_in_progress_voids_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "rolling");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    world.kubectl("set image deployment/web -n rolling web=example.test/web:2");
    case.approve(&waiting).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
    let image =
        world.object("rolling", "deployment/web")["spec"]["template"]["spec"]["containers"][0]["image"]
            .clone();
    assert_eq!(image, "example.test/web:2");
}

#[test]
fn a_conflict_is_tried_again_under_a_fresh_precondition() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "conflict");
    let armed = Arc::new(AtomicBool::new(false));
    let trigger = Arc::clone(&armed);
    // Between KubeChat's last look and its write, somebody touches the object elsewhere.
    webhook::watch(world, "conflict", move |request| {
        if request["dryRun"] == true && trigger.swap(false, Ordering::SeqCst) {
            world.kubectl("annotate deployment web -n conflict touched=yes");
        }
        Verdict::Allow
    });
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    armed.store(true, Ordering::SeqCst);
    let done = case.approve(&waiting).is(0, "succeeded");
    assert!(!armed.load(Ordering::SeqCst), "the webhook saw no dry run while approving");
    assert_eq!(case.replicas(), 5);
    let codes: Vec<Value> =
        ours(&case, &done["query"]).iter().map(|event| event["responseStatus"]["code"].clone()).collect();
    // The Deployment's own controller may be faster than a repeat, too.
    let (last, conflicts) = codes.split_last().unwrap();
    assert_eq!(last, 200, "{codes:?}");
    assert!(!conflicts.is_empty() && conflicts.iter().all(|code| code == 409), "{codes:?}");
}

#[test]
fn another_hash_runs_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "wrong-hash");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let query = waiting["query"].as_str().unwrap();
    let other = case.ask("scale web to 1", &[]).is(4, "awaiting_approval");
    let before = world.writes("wrong-hash", ADMIN).len();
    let ones = format!("sha256:{}", "1".repeat(64));
    for hash in [ones.as_str(), other["approval_hash"].as_str().unwrap(), "sha256:", ""] {
        let refused = case.json(&["approve", query, "--hash", hash]).ends(4);
        assert_eq!(refused["error"]["code"], "wrong_hash", "{refused}");
    }
    assert_eq!(case.replicas(), 2);
    assert_eq!(world.writes("wrong-hash", ADMIN).len(), before);
    // The right one still runs it.
    case.approve(&waiting).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
}

#[test]
fn a_denied_query_never_runs() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "denied");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let query = waiting["query"].as_str().unwrap();
    case.json(&["deny", query, "--reason", "not on a Friday"]).is(0, "denied");
    case.approve(&waiting).ends(4);
    assert_eq!(case.replicas(), 2);
    assert_eq!(case.kinds(&waiting["query"]), ["query.previewed", "query.denied"]);
}

/// How often the decisions race.
fn rounds() -> usize {
    if std::env::var_os("KUBECHAT_SOAK").is_some() { 400 } else { 25 }
}

#[test]
fn of_decisions_at_the_same_instant_exactly_one_wins() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "race");
    let mut server = Server::start(&case);
    server.log_in();
    let queries = server.conversation("race");
    let mut ends = Vec::new();
    for round in 0..rounds() {
        let line = format!("kubectl annotate deployment web round={round} --overwrite");
        let asked = server.post(&queries, &json!({"text": line})).body;
        assert_eq!(asked["state"], "awaiting_approval", "{asked:#}");
        let path = format!("{queries}/{}", asked["query"].as_str().unwrap());
        let bodies = [
            ("approve", json!({"hash": asked["approval_hash"]})),
            ("deny", json!({"reason": "no"})),
            ("cancel", json!({})),
        ];
        // Each twice, in another order every time.
        let mut racers: Vec<&(&'static str, Value)> = bodies.iter().chain(&bodies).collect();
        racers.rotate_left(round % bodies.len());
        let line = std::sync::Barrier::new(racers.len());
        let run = |(what, body): &(&'static str, Value)| {
            line.wait();
            (*what, server.post(&format!("{path}/{what}"), body))
        };
        let run = &run;
        let answers: Vec<_> = std::thread::scope(|scope| {
            let racers: Vec<_> = racers.iter().map(|racer| scope.spawn(move || run(racer))).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        let end = server.get(&path).body;
        let state = end["state"].as_str().unwrap().to_owned();
        // A cancellation of what is under way already is heard, and decides nothing by itself.
        let won = |what: &str, state: &str| {
            answers
                .iter()
                .filter(|(of, answer)| *of == what && answer.status < 300 && answer.body["state"] == state)
                .count()
        };
        let winners = (won("approve", "succeeded") + won("approve", "cancelled"), won("deny", "denied"));
        match state.as_str() {
            "succeeded" => assert_eq!(winners, (1, 0), "{end:#}"),
            "denied" => assert_eq!(winners, (0, 1), "{end:#}"),
            "cancelled" => assert!(winners.1 == 0 && winners.0 <= 1, "{end:#}"),
            other => panic!("{other}: {end:#}"),
        }
        for (what, answer) in answers.iter().filter(|(_, answer)| answer.status >= 300) {
            assert_eq!(answer.body["error"]["code"], "not_waiting", "{what}: {}", answer.body);
        }
        let written = world.object("race", "deployment/web")["metadata"]["annotations"]["round"].clone();
        let was_written = written.as_str() == Some(round.to_string().as_str());
        assert_eq!(was_written, state == "succeeded", "{state} {written}");
        ends.push((asked["query"].clone(), state));
    }
    // The log tells the same of each as its row.
    drop(server);
    let records = case.records();
    for (query, state) in ends {
        let of_query = records.iter().filter(|record| record["query"] == query);
        let kinds: Vec<&str> = of_query.map(|record| record["kind"].as_str().unwrap()).collect();
        let wanted: &[&[&str]] = match state.as_str() {
            "succeeded" => &[&["query.previewed", "query.approved", "query.intent", "query.outcome"]],
            "denied" => &[&["query.previewed", "query.denied"]],
            _ => &[
                &["query.previewed", "query.cancelled"],
                &["query.previewed", "query.approved", "query.intent", "query.cancelled"],
            ],
        };
        assert!(wanted.contains(&kinds.as_slice()), "{state}: {kinds:?}");
    }
    case.verified();
}
