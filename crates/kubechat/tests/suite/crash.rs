//! No evidence, no action; and what a process leaves that dies in between.

use std::fs;
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kubechat_audit::{Actor, EventKind, LockedSink, Record, Sink as _};

use crate::case::{Case, Reply, Running};
use crate::webhook::{self, Verdict};
use crate::world::world;

const ADMIN: &str = "practice-admin";
const PATIENCE: Duration = Duration::from_secs(180);

#[test]
fn if_the_audit_log_cannot_be_written_nothing_runs() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "unwritable");
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let before = world.writes("unwritable", ADMIN).len();
    // Root ignores permissions; a folder where the write lock should be stops it too.
    let lock = case.data().join("audit.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let refused = case.approve(&waiting).is(1, "failed");
    assert_eq!(refused["error"]["code"], "audit_unavailable");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("audit log") && message.contains("nothing was run"), "{message}");
    case.ask("scale web to 4", &["--yes"]).is(1, "failed");
    case.run("kubectl get pods", &[]).is(1, "failed");
    assert_eq!(case.replicas(), 2);
    assert_eq!(world.writes("unwritable", ADMIN).len(), before);

    fs::remove_dir(&lock).unwrap();
    case.approve(&waiting).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
    case.verified();
}

#[test]
fn if_the_disk_is_full_nothing_runs_and_the_log_stays_whole() {
    without_room("full", 0, true);
    without_room("nearly-full", 100, true);
}

#[test]
fn a_process_killed_in_the_middle_of_an_append_has_run_nothing() {
    without_room("torn", 100, false);
}

/// Approves while the log can grow by `room` bytes only; a process that is not told so is killed by the write.
fn without_room(namespace: &str, room: u64, told: bool) {
    let Some(world) = world() else { return };
    let case = Case::new(world, namespace);
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let before = world.writes(namespace, ADMIN).len();
    // A log that is longer than the database, so that it is the first to meet the limit on the size of files.
    let filler = || {
        let mut record = Record::new(EventKind::SettingChanged, Actor::new("suite", "filler"));
        record.data = serde_json::json!({ "filler": "x".repeat(50_000) });
        record
    };
    LockedSink::new(&case.data()).append((0..60).map(|_| filler()).collect()).unwrap();
    let size = case.verified();
    let written = fs::metadata(case.data().join("audit/journal/00000000000000000000")).unwrap().len();

    let (query, hash) = (waiting["query"].as_str().unwrap(), waiting["approval_hash"].as_str().unwrap());
    let limit = format!("--fsize={0}:{0}", written + room);
    let mut command = Command::new("env");
    command.args(if told { vec!["--ignore-signal=XFSZ"] } else { vec![] });
    command.args(["prlimit", &limit, env!("CARGO_BIN_EXE_kubechat"), "approve", query, "--hash", hash]);
    command.args(["-o", "json", "--kubeconfig"]).arg(&case.kubeconfig);
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.env("HOME", case.home()).env("KUBECHAT_DATA_DIR", case.data());
    let reply = Reply::of(command.output().unwrap());
    if told {
        assert_eq!(reply.is(1, "failed")["error"]["code"], "audit_unavailable");
    } else {
        assert_eq!(reply.code, -1, "not killed: {reply}");
    }
    assert_eq!((case.replicas(), world.writes(namespace, ADMIN).len()), (2, before));
    assert_eq!(case.verified(), size + 1, "that it was verified, and nothing else");

    // With room again it goes on; half a record is set aside, and that is recorded.
    case.approve(&waiting).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
    let recovered = case.records().iter().any(|record| record["kind"] == "log.recovered");
    assert_eq!(recovered, room > 0);
    case.verified();
}

/// A process that is killed while the API server has its write and has not answered; what waited, and what holds the
/// write back.
pub(crate) fn killed_in_its_write(case: &Case<'_>) -> (serde_json::Value, Sender<()>) {
    let (arrived, arrivals) = channel();
    let (go_on, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    webhook::watch(case.world, &case.namespace, move |request| {
        if request["dryRun"] != true {
            let _ = arrived.send(());
            let _ = gate.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(PATIENCE);
        }
        Verdict::Allow
    });
    let waiting = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let query = &waiting["query"];
    let (id, hash) = (query.as_str().unwrap(), waiting["approval_hash"].as_str().unwrap());
    let mut approving = Running::start(&mut case.command(&["approve", id, "--hash", hash, "-o", "json"]));
    arrivals.recv_timeout(PATIENCE).expect("the write never reached the API server");
    // While its process lives, nobody takes it for dead.
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    assert_eq!(case.show(query)["state"], "executing");
    approving.kill();
    (waiting, go_on)
}

#[test]
fn an_unknown_outcome_is_decided_by_objects_that_are_as_the_change_leaves_them() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "arrived");
    let (waiting, go_on) = killed_in_its_write(&case);
    // Past the webhook, which watches only the scale.
    let patch = ["patch", "deployment", "web", "-n", "arrived", "--patch", "{\"spec\":{\"replicas\":5}}"];
    assert!(world.try_kubectl(&patch, "").status.success());
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    let settled = case.show(&waiting["query"]);
    assert_eq!(settled["state"], "succeeded", "{settled:#}");
    assert!(settled["message"].as_str().unwrap().contains("as this change leaves them"), "{settled:#}");
    let records = case.records();
    let outcome = records
        .iter()
        .find(|one| one["query"] == waiting["query"] && one["kind"] == "query.outcome")
        .unwrap();
    assert_eq!(outcome["data"]["decided_by"], "live_objects", "{outcome:#}");
    case.approve(&waiting).ends(4);
    drop(go_on);
    case.verified();
}

#[test]
fn an_unknown_outcome_is_decided_by_objects_that_are_as_before_when_nothing_can_be_on_its_way() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "never-arrived");
    case.configure("[cluster]\nsettle_seconds = 0\n");
    let (waiting, go_on) = killed_in_its_write(&case);
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    let settled = case.show(&waiting["query"]);
    assert_eq!(settled["state"], "failed", "{settled:#}");
    assert!(settled["message"].as_str().unwrap().contains("as they were before"), "{settled:#}");
    let of_query = |one: &serde_json::Value| one["query"] == waiting["query"];
    let outcome = case.records().into_iter().rfind(of_query).unwrap();
    assert_eq!(outcome["kind"], "query.outcome");
    assert_eq!(outcome["data"]["decided_by"], "live_objects", "{outcome:#}");
    drop(go_on);
    case.verified();
}

#[test]
fn a_process_killed_between_intent_and_outcome_leaves_an_unknown_outcome() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "killed");
    let (waiting, go_on) = killed_in_its_write(&case);
    let query = &waiting["query"];
    let all = case.json(&["queries"]).ends(0);
    let left = all.as_array().unwrap().iter().find(|one| one["query"] == *query).unwrap();
    assert_eq!(left["state"], "outcome_unknown", "{left:#}");
    assert!(left["message"].as_str().unwrap().contains("may or may not"), "{left}");
    assert_eq!(left["audit_ids"].as_array().unwrap().len(), 1);
    assert_eq!(
        case.kinds(query),
        ["query.previewed", "query.approved", "query.intent", "query.outcome_unknown"]
    );
    let intent = case
        .records()
        .into_iter()
        .find(|record| record["kind"] == "query.intent" && record["query"] == *query)
        .unwrap();
    assert_eq!(intent["data"]["audit_ids"], left["audit_ids"], "the log names the write before it leaves");
    case.approve(&waiting).ends(4);
    drop(go_on);
    case.verified();
}
