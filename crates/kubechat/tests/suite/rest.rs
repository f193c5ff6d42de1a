//! The same chain over REST and WebSocket.

use serde_json::{Value, json};

use crate::case::Case;
use crate::http::{Answer, PASSWORD, Server};
use crate::world::{until, world};

#[track_caller]
fn error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let error = &answer.body["error"];
    assert_eq!(error["code"], code, "{error}");
    for field in ["message", "timestamp", "request_id"] {
        assert!(!error[field].as_str().unwrap_or_default().is_empty(), "{field}: {error}");
    }
}

#[test]
fn nobody_gets_in_without_logging_in_and_other_sites_change_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "door");
    let mut server = Server::start(&case);
    for path in
        ["/api/v1/sessions", "/api/v1/auth/me", "/api/v1/clusters", "/api/v1/audit/events", "/api/v1/ws"]
    {
        error(&server.send("GET", path, &[], None), 401, "unauthenticated");
    }
    let wrong = json!({"username": "admin", "password": "guess"});
    error(&server.send("POST", "/api/v1/auth/login", &[], Some(&wrong)), 401, "denied");
    server.log_in();
    assert_eq!(server.get("/api/v1/auth/me").body["user"], "admin");
    error(&server.post_unguarded("/api/v1/sessions", &json!({"namespace": "door"})), 400, "bad_request");
    let foreign =
        server.send("GET", "/api/v1/sessions/01a1fcf8-3190-72f2-884d-a6fe57d4ab21/queries", &[], None);
    error(&foreign, 401, "unauthenticated");
    error(&server.get("/api/v1/sessions/01a1fcf8-3190-72f2-884d-a6fe57d4ab21/queries"), 404, "not_found");
    // Not the password, not the cookie: neither is ever in the log.
    let log = case.json(&["audit", "list", "--limit", "1000"]).out;
    assert!(log.contains("auth.login_failed") && log.contains("\"auth.login\""), "{log}");
    assert!(!log.contains(PASSWORD) && !log.contains("guess"), "{log}");
    assert_eq!(server.post("/api/v1/auth/logout", &json!({})).status / 100, 2);
    error(&server.get("/api/v1/auth/me"), 401, "unauthenticated");
}

#[test]
fn a_change_is_asked_approved_watched_and_taken_back_over_http() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "rest");
    let mut server = Server::start(&case);
    server.log_in();
    let queries = server.conversation("rest");
    let mut socket = server.socket();

    let asked = server.post(&queries, &json!({"text": "scale web to 5"}));
    assert_eq!((asked.status, &asked.body["state"]), (201, &json!("awaiting_approval")), "{}", asked.body);
    let query = asked.body;
    let path = format!("{queries}/{}", query["query"].as_str().unwrap());
    assert_eq!(socket.next("approval_requested")["query"], query["query"]);
    error(&server.post(&format!("{path}/approve"), &json!({"hash": "sha256:0"})), 409, "wrong_hash");
    assert_eq!(case.replicas(), 2);
    let approved = server.post(&format!("{path}/approve"), &json!({"hash": query["approval_hash"]}));
    assert_eq!((approved.status, &approved.body["state"]), (200, &json!("succeeded")), "{}", approved.body);
    assert_eq!(case.replicas(), 5);
    let last = loop {
        let seen = socket.next("command_executed");
        if seen["state"] == "succeeded" {
            break seen;
        }
    };
    assert_eq!(last["query"], query["query"]);
    error(
        &server.post(&format!("{path}/approve"), &json!({"hash": query["approval_hash"]})),
        409,
        "not_waiting",
    );

    let undo = server.post(&format!("{path}/undo"), &json!({}));
    assert_eq!((undo.status, &undo.body["state"]), (201, &json!("awaiting_approval")), "{}", undo.body);
    let back = format!("{queries}/{}/approve", undo.body["query"].as_str().unwrap());
    assert_eq!(server.post(&back, &json!({"hash": undo.body["approval_hash"]})).body["state"], "succeeded");
    assert_eq!(case.replicas(), 2);

    let denied = server.post(&queries, &json!({"text": "scale web to 9"})).body;
    let deny = format!("{queries}/{}/deny", denied["query"].as_str().unwrap());
    assert_eq!(server.post(&deny, &json!({"reason": "no"})).body["state"], "denied");
    let all = server.get(&queries).body;
    assert_eq!(all.as_array().unwrap().len(), 3);
    evidence(&server, &query);
}

fn evidence(server: &Server, query: &Value) {
    let id = query["query"].as_str().unwrap();
    let events = server.get(&format!("/api/v1/audit/events?query={id}")).body;
    let kinds: Vec<&Value> =
        events["events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["query.outcome", "query.intent", "query.approved", "query.previewed"]);
    assert_eq!(events["events"][0]["user"], "admin");
    let scaled = server.get("/api/v1/audit/events?object=deployment/web&verb=scale&outcome=succeeded").body;
    assert_eq!(scaled["events"][0]["query"], query["query"], "{scaled:#}");
    let reads = server.get("/api/v1/audit/events?kind=log.read&limit=2").body;
    assert_eq!(reads["events"][1]["data"]["filter"]["verb"], "scale", "{reads:#}");
    let index = events["events"][0]["index"].as_u64().unwrap();
    let proof = server.get(&format!("/api/v1/audit/proof/{index}")).body;
    assert_eq!(proof["index"], index);
    assert!(proof["record"].as_str().unwrap().contains(id), "{proof}");
    let checkpoint = server.get("/api/v1/audit/checkpoint").body;
    assert_eq!(checkpoint["root"], proof["root"]);
    let verified = server.post("/api/v1/audit/verify", &json!({})).body;
    assert_eq!((&verified["ok"], &verified["size"]), (&json!(true), &checkpoint["size"]), "{verified}");
    let exported = server.get(&format!("/api/v1/audit/export?query={id}&limit=1")).body;
    assert_eq!(exported["index"], index);
    let key = server.get("/api/v1/audit/public-key").body["key"].as_str().unwrap().parse().unwrap();
    let (record, of_it) = (exported["record"].as_str().unwrap(), exported["proof"].as_str().unwrap());
    assert_eq!(kubechat_audit::verify_proof(record.as_bytes(), of_it, &key).unwrap().index, index);
}

#[test]
fn a_followed_answer_arrives_piece_by_piece_and_stops_when_cancelled() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "streamed");
    let mut server = Server::start(&case);
    server.log_in();
    let queries = server.conversation("streamed");
    let mut socket = server.socket();
    let begun = server.post(&queries, &json!({"text": "kubectl get deployments -w"})).body;
    assert_eq!(begun["state"], "executing", "{begun:#}");
    let mut seq = 0;
    let mut piece = || {
        let output = socket.next("output");
        assert_eq!((&output["query"], &output["seq"]), (&begun["query"], &json!(seq)));
        seq += 1;
        output["chunk"].clone()
    };
    assert!(piece()["rows"].to_string().contains("web"));
    world.kubectl("scale deployment web -n streamed --replicas=6");
    while !piece()["rows"].to_string().contains("/6") {}
    let cancel = format!("{queries}/{}/cancel", begun["query"].as_str().unwrap());
    assert_eq!(server.post(&cancel, &json!({})).status, 200);
    loop {
        let seen = socket.next("command_executed");
        if seen["query"] == begun["query"] && seen["state"] != "executing" {
            assert_eq!(seen["state"], "cancelled");
            break;
        }
    }
    case.verified();
}

#[test]
fn the_server_describes_itself() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let mut server = Server::start(&case);
    let served = server.send("GET", "/api/v1/openapi.json", &[], None).body;
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    let printed: Value =
        serde_json::from_str(&Case::without_namespace(world, "shop").text(&["openapi"]).out).unwrap();
    assert_eq!(served, printed);
    for path in ["/api/v1/health/live", "/api/v1/health/ready"] {
        assert_eq!(server.send("GET", path, &[], None).status, 200);
    }
    let page = server.send("GET", "/", &[], None);
    assert_eq!(page.status, 200);
    assert!(page.head.to_lowercase().contains("content-security-policy"), "{}", page.head);
    server.log_in();
    let clusters = server.get("/api/v1/clusters").body;
    assert_eq!(clusters[0]["context"], "practice-admin", "{clusters}");
}

#[test]
fn a_screen_is_shown_followed_and_recorded_but_never_shows_what_needs_a_yes() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "screens");
    let mut server = Server::start(&case);
    server.log_in();
    let cluster = server.get("/api/v1/clusters").body[0]["id"].as_str().unwrap().to_owned();
    let kinds = server.get(&format!("/api/v1/clusters/{cluster}/kinds")).body;
    assert!(kinds.as_array().unwrap().iter().any(|kind| kind["resource"] == "deployments"), "{kinds}");

    let views = format!("/api/v1/clusters/{cluster}/views");
    let object = json!({"scene": "object", "resource": "deployments.apps", "kind": "Deployment",
        "namespace": "screens", "name": "web"});
    let view = server.post(&views, &object).body;
    assert!(view["answers"][1]["text"].as_str().unwrap().contains("kind: Deployment"), "{view}");
    assert_eq!(view["graph"]["objects"][0]["object"]["name"], "web", "{view}");
    let lines = [
        "kubectl get deployments -n screens",
        "kubectl delete deployment web -n screens",
        "kubectl get secrets -n screens -o yaml",
    ];
    let view = server.post(&views, &json!({"scene": "lines", "lines": lines})).body;
    assert_eq!(view["answers"][0]["rows"][0]["object"]["name"], "web", "{view}");
    for left_out in [1, 2] {
        assert_eq!(view["answers"][left_out]["error"]["code"], "needs-approval", "{view}");
    }
    assert_eq!(case.replicas(), 2);

    let mut socket = server.socket();
    let scene = json!({"id": "v1", "scene": "lines", "lines": ["kubectl get deployments -n screens -w"]});
    socket.say(&json!({"type": "watch", "payload": scene}));
    let told = |payload: &Value| payload["view"] == "v1";
    let first = socket.next_where("output", told);
    assert_eq!(first["change"]["rows"][0]["object"]["name"], "web", "{first}");
    let queries = server.conversation("screens");
    let asked =
        server.post(&queries, &json!({"text": "kubectl scale deployment web --replicas=3 -n screens"})).body;
    let path = format!("{queries}/{}/approve", asked["query"].as_str().unwrap());
    assert_eq!(server.post(&path, &json!({"hash": asked["approval_hash"]})).status, 200);
    let changed = socket.next_where("output", |payload| {
        told(payload)
            && payload["change"]["rows"][0]["cells"][1].as_str().is_some_and(|ready| ready.ends_with("/3"))
    });
    assert_eq!(changed["change"]["line"], 0, "{changed}");
    socket.say(&json!({"type": "unwatch", "payload": {"id": "v1"}}));
    socket.say(&json!({"type": "nonsense"}));
    assert_eq!(socket.next("error")["code"], "bad_request");
    assert_eq!(server.get("/api/v1/queries?limit=1").body[0]["query"], asked["query"]);

    until("the closed screens are recorded", || {
        let log = case.json(&["audit", "list", "--limit", "1000"]).out;
        let recorded = (log.matches("view.opened").count(), log.matches("view.closed").count());
        (recorded == (3, 3)).then_some(())
    });
}
