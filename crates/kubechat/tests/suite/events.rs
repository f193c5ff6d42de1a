//! What is recorded: every kind of event, with every field that an auditor asks for; and who may read it.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::process::Command;

use kubechat_audit::EventKind;
use serde_json::{Value, json};

use crate::case::Case;
use crate::crash::killed_in_its_write;
use crate::http::{Answer, Server};
use crate::model::{Model, proposes};
use crate::models::ODD;
use crate::world::{World, world};

/// Stops it in order.
fn stop(server: Server) {
    let sent = Command::new("kill").args(["-INT", &server.process.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(server.process.ended_quietly(), 0);
}

fn kinds(case: &Case<'_>) -> BTreeSet<String> {
    case.records().iter().map(|record| record["kind"].as_str().unwrap().to_owned()).collect()
}

/// Everything that can become of a query, but an unknown outcome.
fn ask_in_every_way(world: &World, case: &Case<'_>, server: &Server) {
    case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    case.ask("scale web to 5", &["--yes"]).is(0, "answered");
    case.run("kubectl get pods --token=x", &[]).is(3, "refused");
    case.ask("restart", &[]).is(5, "needs_clarification");
    let waiting = case.ask("scale web to 4", &[]).is(4, "awaiting_approval");
    case.json(&["deny", waiting["query"].as_str().unwrap(), "--reason", "not today"]).is(0, "denied");
    let waiting = case.ask("scale web to 4", &[]).is(4, "awaiting_approval");
    world.kubectl(&format!("scale deployment web -n {} --replicas=9", case.namespace));
    case.approve(&waiting).is(4, "voided");
    let queries = server.conversation(&case.namespace);
    let asked = server.post(&queries, &json!({"text": "scale web to 6"})).body;
    let path = format!("{queries}/{}/cancel", asked["query"].as_str().unwrap());
    assert_eq!(server.post(&path, &json!({})).body["state"], "cancelled");
    let rolf = Case::at(world, &case.namespace, case.home()).for_user("rolf");
    rolf.run("kubectl get secrets", &[]).is(3, "forbidden");
}

#[test]
fn every_kind_of_event_is_recorded_by_the_product() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "every-kind");
    let mut server = Server::start(&case);
    let wrong = json!({"username": "admin", "password": "guess"});
    assert_eq!(server.send("POST", "/api/v1/auth/login", &[], Some(&wrong)).status, 401);
    server.log_in();
    ask_in_every_way(world, &case, &server);
    assert_eq!(server.post("/api/v1/audit/verify", &json!({})).body["ok"], true);
    let clusters = server.get("/api/v1/clusters").body;
    let cluster = format!("/api/v1/clusters/{}", clusters[0]["id"].as_str().unwrap());
    let scene = json!({"scene": "lines", "lines": ["kubectl get deployments -n every-kind"]});
    assert_eq!(server.post(&format!("{cluster}/views"), &scene).status, 200);
    assert_eq!(server.put(&format!("{cluster}/mappings/dana"), &json!({"username": "dana"})).status, 204);
    let roles = json!({"admin": true, "auditor": true});
    assert_eq!(server.put("/api/v1/users/admin/roles", &roles).status, 204);
    assert_eq!(server.get("/api/v1/audit/events").status, 200);
    assert_eq!(server.post("/api/v1/auth/logout", &json!({})).status, 204);
    stop(server);
    case.json(&["audit", "rotate-key"]).ends(0);

    // A crash in the middle of an append, which the next start repairs; and another policy.
    let journal = fs::read_dir(case.data().join("audit/journal")).unwrap().next().unwrap().unwrap().path();
    OpenOptions::new().append(true).open(journal).unwrap().write_all(b"\x89kcaudit half").unwrap();
    case.configure("[policy]\napproval_seconds = 0\n");
    let mut again = Server::start(&case);
    again.log_in();
    stop(again);
    let waiting = case.ask("scale web to 7", &[]).is(4, "awaiting_approval");
    case.approve(&waiting).ends(4);
    let model = Model::saying(|_, _| proposes("command", &["kubectl get deployments"]));
    case.configure(&model.config());
    case.ask(ODD, &[]).is(0, "succeeded");
    case.configure("");
    let lost = Case::at(world, "every-kind", case.home());
    world.kubectl("scale deployment web -n every-kind --replicas=2");
    let (_, go_on) = killed_in_its_write(&lost);
    case.json(&["queries"]).ends(0);
    drop(go_on);

    let (seen, all) = (kinds(&case), EventKind::ALL.iter().map(|kind| kind.name().to_owned()).collect());
    let never: Vec<&String> = BTreeSet::difference(&all, &seen).collect();
    assert!(never.is_empty(), "documented, and recorded by nothing: {never:?}");
    case.verified();
}

fn has(value: &Value, pointers: &[&str]) {
    for pointer in pointers {
        let found = value.pointer(pointer).unwrap_or(&Value::Null);
        let empty = found.is_null() || *found == json!("") || *found == json!([]);
        assert!(!empty, "{pointer} is missing: {value:#}");
    }
}

#[test]
fn a_record_says_who_from_where_what_to_which_objects_by_whose_leave_and_what_came_of_it() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "fields");
    let mut server = Server::start(&case);
    server.log_in();
    let queries = server.conversation("fields");
    let agent = ["user-agent: suite/1"];
    let asked = server.post_as(&queries, &agent, &json!({"text": "scale web to 5"})).body;
    let path = format!("{queries}/{}/approve", asked["query"].as_str().unwrap());
    let done = server.post_as(&path, &agent, &json!({"hash": asked["approval_hash"]})).body;
    assert_eq!(done["state"], "succeeded", "{done:#}");
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    let records = case.records();
    let of = |kind: &str| {
        records.iter().find(|one| one["kind"] == kind && one["query"] == asked["query"]).unwrap()
    };
    let everywhere = [
        "/schema",
        "/time",
        "/index",
        "/query",
        "/session",
        "/cluster",
        "/namespace",
        "/command",
        "/level",
        "/actor/user",
        "/actor/method",
        "/actor/source",
        "/actor/user_agent",
        "/actor/request",
        "/actor/impersonated",
        "/actor/groups",
    ];
    for kind in ["query.previewed", "query.approved", "query.intent", "query.outcome"] {
        has(of(kind), &everywhere);
        assert_eq!(of(kind)["actor"]["user_agent"], "suite/1");
        assert!(of(kind)["actor"]["source"].as_str().unwrap().starts_with("127.0.0.1:"));
    }
    has(
        of("query.previewed"),
        &[
            "/data/request",
            "/data/request_hash",
            "/data/provider",
            "/data/operations/0",
            "/data/plan_hash",
            "/data/policy",
            "/data/approval_hash",
            "/data/expires_at",
            "/data/reasons/0",
            "/data/permissions/0/verb",
            "/data/permissions/0/allowed",
            "/data/targets/0/uid",
            "/data/targets/0/resource_version",
            "/data/diff/0/before",
            "/data/diff/0/after",
            "/data/diff_hash",
        ],
    );
    has(of("query.approved"), &["/data/approver", "/data/approval_hash", "/data/policy"]);
    has(
        of("query.intent"),
        &["/data/audit_ids/0", "/data/approvers/0", "/data/command_hash", "/data/approval_hash"],
    );
    let outcome = of("query.outcome");
    has(
        outcome,
        &[
            "/data/state",
            "/data/latency_ms",
            "/data/calls/0/audit_id",
            "/data/calls/0/verb",
            "/data/calls/0/resource",
            "/data/calls/0/group",
            "/data/calls/0/name",
            "/data/calls/0/uid",
            "/data/calls/0/resource_version_before",
            "/data/calls/0/resource_version_after",
            "/data/calls/0/status",
            "/data/calls/0/bytes",
            "/data/calls/0/latency_ms",
        ],
    );
    let call = &outcome["data"]["calls"][0];
    assert_eq!(call["uid"], world.object("fields", "deployment/web")["metadata"]["uid"]);
    assert_ne!(call["resource_version_before"], call["resource_version_after"]);
    // At a terminal too, as far as there is something to say.
    let read = records.iter().rfind(|one| one["kind"] == "query.intent").unwrap();
    has(read, &everywhere);
}

#[test]
fn reading_the_log_at_a_terminal_is_recorded_before_anything_is_told() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "readers");
    assert_eq!(case.json(&["audit", "list"]).code, 1);
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    let folder = case.home().join("exported");
    let at = |name: &str| case.home().join(name).to_str().unwrap().to_owned();
    case.json(&["audit", "list", "--user", "eve", "--limit", "3"]);
    case.json(&["audit", "export", folder.to_str().unwrap()]).ends(0);
    case.json(&["audit", "prove", "0", "--record", &at("record"), "--proof", &at("proof")]).ends(0);
    let records = case.records();
    let read: Vec<&Value> =
        records.iter().filter(|one| one["kind"] == "log.read").map(|one| &one["data"]).collect();
    assert_eq!(read[0], &json!({"filter": {"user": "eve"}}));
    assert!(read[1]["export"].as_str().unwrap().ends_with("exported"), "{read:?}");
    assert_eq!(read[2], &json!({"index": 0}));
    // An exported folder is verified with the key alone; a changed one is not.
    let key = case.text(&["audit", "public-key"]).out;
    let check = |folder: &str| case.json(&["audit", "verify", folder, "--public-key", key.trim()]);
    let whole = folder.to_str().unwrap();
    assert_eq!(check(whole).ends(0)["records"], 4);
    let bundle = folder.join("tile/entries/000.p/4");
    let mut bytes = fs::read(&bundle).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert_eq!(check(whole).ends(1)["first_bad"], 3);
}

fn forbidden(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["error"]["code"]), (403, &json!("forbidden")), "{}", answer.body);
}

#[test]
fn who_administers_or_acts_does_not_read_the_log_without_that_role() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "roles");
    let mut server = Server::start(&case);
    server.log_in();
    assert_eq!(server.get("/api/v1/audit/events").status, 200);
    let only = |admin: bool, auditor: bool| json!({"admin": admin, "auditor": auditor});
    assert_eq!(server.put("/api/v1/users/admin/roles", &only(true, false)).status, 204);
    for path in ["events", "export", "proof/0"] {
        forbidden(&server.get(&format!("/api/v1/audit/{path}")));
    }
    forbidden(&server.post("/api/v1/audit/verify", &json!({})));
    assert_eq!(server.get("/api/v1/auth/me").body["auditor"], false);
    // What shows that the log goes on is for everybody; so is acting.
    assert_eq!(server.get("/api/v1/audit/checkpoint").status, 200);
    let queries = server.conversation("roles");
    assert_eq!(server.post(&queries, &json!({"text": "kubectl get pods"})).body["state"], "succeeded");
    assert_eq!(server.put("/api/v1/users/nobody/roles", &only(true, true)).status, 404);
    assert_eq!(server.put("/api/v1/users/admin/roles", &only(false, true)).status, 204);
    assert_eq!(server.get("/api/v1/audit/events").status, 200);
    forbidden(&server.put("/api/v1/users/admin/roles", &only(true, true)));
}

#[test]
fn measures_are_offered_to_this_machine_in_the_format_of_openmetrics() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "measures");
    let mut server = Server::start(&case);
    server.log_in();
    let queries = server.conversation("measures");
    server.post(&queries, &json!({"text": "kubectl get pods"}));
    let proxied = server.send("GET", "/metrics", &["x-forwarded-for: 203.0.113.7"], None);
    assert_eq!(proxied.status, 401, "who asks is behind the proxy, not on this machine");
    let answer = server.send("GET", "/metrics", &[], None);
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("application/openmetrics-text"), "{}", answer.head);
    let text = answer.text;
    let value = |name: &str| -> f64 {
        let line = text.lines().find(|line| line.split(' ').next() == Some(name));
        let line = line.unwrap_or_else(|| panic!("{name} is missing:\n{text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(value("kubechat_audit_stopped"), 0.0);
    assert_eq!(value("kubechat_audit_waiting_records"), 0.0);
    assert_eq!(value("kubechat_audit_failures_total"), 0.0);
    assert!(value("kubechat_audit_records_total") >= 5.0);
    assert!(value("kubechat_audit_append_seconds_count") >= 3.0);
    assert!(value("kubechat_audit_batch_records_count") >= 3.0);
    assert_eq!(value("kubechat_query_states_total{state=\"succeeded\"}"), 1.0);
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains("admin") && !text.contains("web"), "{text}");
}
