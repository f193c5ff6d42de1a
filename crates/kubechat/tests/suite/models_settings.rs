//! The language models are changed on the settings page while the server runs.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};

use kubechat_audit::{Actor, EventKind, LockedSink, Record, Sink as _};
use serde_json::{Value, json};

use crate::case::Case;
use crate::http::{Answer, Server};
use crate::model::{Model, proposes};
use crate::models::ODD;
use crate::world::{until, world};

const PATH: &str = "/api/v1/models/settings";
const KEY: &str = "kC4nary-k3y-0f-a-pr0vider";

fn pods() -> Model {
    Model::saying(|_, _| proposes("command", &["kubectl get pods"]))
}

/// What a change is made of: what is there now.
fn now(server: &Server) -> Value {
    let kept = server.get(PATH);
    assert_eq!(kept.status, 200, "{}", kept.text);
    json!({ "version": kept.body["version"], "settings": kept.body["settings"], "keys": {} })
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) -> String {
    assert_eq!((answer.status, &answer.body["error"]["code"]), (status, &json!(code)), "{}", answer.text);
    answer.body["error"]["message"].as_str().unwrap().to_owned()
}

/// The fields that are not right, and why.
#[track_caller]
fn wrong(answer: &Answer) -> Vec<(String, String)> {
    refused(answer, 422, "configuration_wrong");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = answer.body["error"]["details"]["fields"].as_array().unwrap().iter();
    fields.map(|field| (text(&field["field"]), text(&field["message"]))).collect()
}

fn file(case: &Case<'_>) -> PathBuf {
    case.data().join("config.toml")
}

fn text(case: &Case<'_>) -> String {
    fs::read_to_string(file(case)).unwrap()
}

/// The records of changed settings, oldest first.
fn changes(case: &Case<'_>) -> Vec<Value> {
    case.records().into_iter().filter(|record| record["kind"] == "setting.changed").collect()
}

/// Everything below a folder that is a file.
fn files(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(path) } else { vec![path] }).collect()
}

#[test]
fn the_next_request_goes_to_the_new_provider_and_the_one_under_way_ends_with_the_old() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "swap");
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let old = Model::saying(move |_, _| {
        let _ = held.lock().unwrap().recv();
        proposes("command", &["kubectl get deployments"])
    });
    let new = pods();
    let config =
        format!("# ours\n{}timeout_seconds = 600 # it is slow\n", old.config().replace("= 60\n", "= 600\n"));
    case.configure(&config);
    let mut server = Server::start(&case);
    server.log_in();
    let (one, other) = (server.conversation("swap"), server.conversation("swap"));
    std::thread::scope(|scope| {
        let under_way = scope.spawn(|| server.post(&one, &json!({ "text": ODD })));
        until("the old one is asked", || (old.asked().len() == 1).then_some(()));
        let mut change = now(&server);
        change["settings"]["provider"]["fresh"] =
            json!({ "kind": "ollama", "endpoint": new.url, "model": "m2", "price_input": 2.0 });
        change["settings"]["order"] = json!(["fresh", "local"]);
        let changed = server.put(PATH, &change);
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(changed.body["in_use"], true);
        assert_eq!(changed.body["settings"]["provider"]["fresh"]["max_tokens"], 1024, "defaults are shown");
        let asked = server.post(&other, &json!({ "text": ODD })).body;
        assert_eq!((&asked["provider"], &asked["command"]), (&json!("fresh"), &json!("kubectl get pods")));
        drop(release);
        let ended = under_way.join().unwrap().body;
        assert_eq!(ended["provider"], "local", "{ended:#}");
        assert_eq!(ended["command"], "kubectl get deployments");
    });
    // It counts on: the provider is the one that it was.
    let page = server.get("/api/v1/models").body;
    let counts: Vec<&Value> = page["models"].as_array().unwrap().iter().map(|one| &one["answers"]).collect();
    assert_eq!(counts, [1, 1], "{page:#}");
    let metrics = server.send("GET", "/metrics", &[], None).text;
    for provider in ["local", "fresh"] {
        let line = format!("kubechat_model_requests_total{{provider=\"{provider}\",outcome=\"answered\"}} 1");
        assert!(metrics.lines().any(|one| one == line), "{line}:\n{metrics}");
    }
    // The file: what was there is there, and only what is new is new.
    let text = text(&case);
    assert!(text.starts_with("# ours\n[models]\norder = [\"fresh\", \"local\"]\n"), "{text}");
    assert!(text.contains("timeout_seconds = 600 # it is slow\n"), "{text}");
    let fresh = text.split_once("[models.provider.fresh]\n").unwrap().1;
    let expected =
        format!("endpoint = \"{}/\"\nkind = \"ollama\"\nmodel = \"m2\"\nprice_input = 2.0\n", new.url);
    assert_eq!(fresh.trim(), expected.trim(), "{text}");
    assert!(!text.contains("silence_seconds"), "{text}");
    // Evidence; and the next start finds what is recorded already.
    let before = changes(&case);
    assert_eq!((before.len(), &before[1]["actor"]["user"]), (2, &json!("admin")), "{before:#?}");
    assert_eq!(before[1]["data"]["before"], before[0]["data"]["after"]);
    assert_eq!(before[1]["data"]["settings"]["models"]["order"], json!(["fresh", "local"]));
    let kept = now(&server)["settings"].clone();
    drop(server);
    let mut server = Server::start(&case);
    server.log_in();
    assert_eq!(now(&server)["settings"], kept);
    assert_eq!(changes(&case).len(), 2, "no second record of the same");
    case.verified();
}

#[test]
fn a_key_goes_into_a_file_of_its_own_and_is_seen_nowhere_again() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "model-keys");
    let model = pods();
    case.configure(&model.config());
    let mut server = Server::start(&case);
    server.log_in();
    let mut change = now(&server);
    change["keys"] = json!({ "local": KEY });
    let changed = server.put(PATH, &change);
    assert_eq!(changed.status, 200, "{}", changed.text);
    let key = &changed.body["keys"]["local"];
    assert_eq!(key["source"], "file", "{key}");
    let path = PathBuf::from(key["name"].as_str().unwrap());
    assert!(path.starts_with(fs::canonicalize(case.data().join("keys/models")).unwrap()), "{path:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), KEY);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let queries = server.conversation("model-keys");
    assert_eq!(server.post(&queries, &json!({ "text": ODD })).body["provider"], "local");
    // It stays with its address: whoever may change that does not get the key sent elsewhere.
    let elsewhere = pods();
    let mut moved = now(&server);
    moved["settings"]["provider"]["local"]["endpoint"] = json!(elsewhere.url);
    let fields = wrong(&server.put(PATH, &moved));
    assert_eq!(fields[0].0, "provider.local.key", "{fields:?}");
    // Nor can another file of the server be sent as one, or this one to another.
    for (file, why) in [("/etc/hostname", "Only a file in"), (path.to_str().unwrap(), "another provider")] {
        let mut theft = now(&server);
        theft["settings"]["provider"]["thief"] =
            json!({ "kind": "ollama", "endpoint": elsewhere.url, "model": "m", "key_file": file });
        let fields = wrong(&server.put(PATH, &theft));
        assert!(fields[0].0 == "provider.thief.key" && fields[0].1.contains(why), "{fields:?}");
    }
    let mut two_lines = now(&server);
    two_lines["keys"] = json!({ "local": "two\nlines" });
    assert_eq!(wrong(&server.put(PATH, &two_lines))[0].0, "provider.local.key");
    // Given anew it may go there; the old file is gone.
    moved["keys"] = json!({ "local": format!("{KEY}2") });
    assert_eq!(server.put(PATH, &moved).status, 200);
    assert!(!path.exists());
    assert_eq!(server.post(&queries, &json!({ "text": format!("{ODD} again") })).body["provider"], "local");
    assert_eq!((model.asked().len(), elsewhere.asked().len()), (1, 1));
    let mut gone = now(&server);
    gone["keys"] = json!({ "local": null });
    assert_eq!(server.put(PATH, &gone).body["keys"]["local"]["source"], "none");
    assert_eq!(files(case.data().join("keys/models")), Vec::<PathBuf>::new());
    for seen in [
        server.get(PATH).text,
        server.get("/api/v1/models").text,
        json!(case.records()).to_string(),
        text(&case),
    ] {
        assert!(!seen.contains(KEY), "{seen}");
    }
    let metrics = server.send("GET", "/metrics", &[], None).text;
    assert!(!metrics.contains(KEY), "{metrics}");
    let audit: Vec<PathBuf> = files(case.data().join("audit"));
    assert!(!audit.is_empty());
    for path in audit {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "{path:?}");
    }
    case.verified();
}

#[test]
fn what_is_not_right_is_told_by_field_and_nothing_is_changed() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "model-fields");
    let model = pods();
    case.configure(&model.config());
    let mut server = Server::start(&case);
    server.log_in();
    let before = (text(&case), changes(&case).len());
    let fields = |change: &dyn Fn(&mut Value)| {
        let mut body = now(&server);
        change(&mut body["settings"]);
        wrong(&server.put(PATH, &body)).into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    let provider = |change: Value| {
        move |settings: &mut Value| {
            let local = settings["provider"]["local"].as_object_mut().unwrap();
            local.extend(change.as_object().unwrap().clone());
        }
    };
    let public = provider(json!({ "endpoint": "http://8.8.8.8" }));
    assert_eq!(fields(&public), ["provider.local.endpoint"], "airgap");
    assert_eq!(fields(&provider(json!({ "endpoint": "nowhere" }))), ["provider.local.endpoint"]);
    assert_eq!(fields(&provider(json!({ "endpoint": "ftp://127.0.0.1" }))), ["provider.local.endpoint"]);
    let password = provider(json!({ "endpoint": "http://me:hunter2@127.0.0.1" }));
    assert_eq!(fields(&password), ["provider.local.endpoint"]);
    assert_eq!(fields(&provider(json!({ "ca_file": "/nonexistent/ca" }))), ["provider.local.ca_file"]);
    assert_eq!(fields(&provider(json!({ "kind": "azure" }))), ["provider.local.api_version"]);
    assert_eq!(fields(&provider(json!({ "max_tokens": -1 }))), ["provider.local.max_tokens"]);
    assert_eq!(fields(&provider(json!({ "key": KEY }))), ["provider.local.key"]);
    let several = |settings: &mut Value| {
        settings["sure"] = json!(7);
        settings["order"] = json!(["local", "nobody"]);
        settings["provider"]["a b"] =
            json!({ "kind": "ollama", "endpoint": "http://127.0.0.1:1", "model": "m" });
    };
    assert_eq!(fields(&several), ["sure", "provider.a b.name", "order"]);
    assert_eq!((text(&case), changes(&case).len()), before);
    // Two at once: the second has to look at what the first made.
    let mut first = now(&server);
    let mut second = first.clone();
    first["settings"]["sure"] = json!(0.5);
    second["settings"]["sure"] = json!(0.6);
    assert_eq!(server.put(PATH, &first).status, 200);
    refused(&server.put(PATH, &second), 409, "configuration_changed");
    assert_eq!(now(&server)["settings"]["sure"], 0.5);
    // By hand as well; what was done so is said, and taken into use with the next change.
    fs::write(file(&case), text(&case).replace("sure = 0.5", "sure = 0.4")).unwrap();
    second = now(&server);
    assert_eq!((&second["settings"]["sure"], &server.get(PATH).body["in_use"]), (&json!(0.4), &json!(false)));
    assert_eq!(server.put(PATH, &second).body["in_use"], true);
    assert_eq!(changes(&case).last().unwrap()["data"]["settings"]["models"]["sure"], 0.4);
    fs::write(file(&case), "[models\n").unwrap();
    assert!(refused(&server.get(PATH), 409, "configuration").contains("config.toml"));
    refused(&server.put(PATH, &second), 409, "configuration");
}

#[test]
fn only_administrators_see_and_change_it_and_what_the_environment_says_stays() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "model-env");
    let model = pods();
    case.configure(&model.config());
    let mut command = Server::command(&case);
    command.env("KUBECHAT__MODELS__PROVIDER__LOCAL__KEY", KEY).env("KUBECHAT__MODELS__SURE", "0.9");
    let mut server = Server::of(&mut command);
    for method in ["GET", "PUT"] {
        refused(&server.send(method, PATH, &[], Some(&json!({}))), 401, "unauthenticated");
    }
    server.log_in();
    let shown = server.get(PATH);
    assert_eq!(shown.body["settings"]["sure"], 0.9);
    let from = json!([{ "field": "provider.local.key", "variable": "KUBECHAT__MODELS__PROVIDER__LOCAL__KEY" },
        { "field": "sure", "variable": "KUBECHAT__MODELS__SURE" }]);
    assert_eq!(shown.body["environment"], from);
    assert_eq!(shown.body["keys"]["local"]["source"], "environment");
    assert!(!shown.text.contains(KEY));
    let mut change = now(&server);
    change["settings"]["sure"] = json!(0.1);
    change["keys"] = json!({ "local": "another" });
    let fields = wrong(&server.put(PATH, &change));
    assert_eq!(
        fields.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(),
        ["provider.local.key", "sure"]
    );
    assert!(fields.iter().all(|(_, why)| why.contains("KUBECHAT__MODELS__")), "{fields:?}");
    let mut change = now(&server);
    change["settings"]["airgap"] = json!(false);
    assert_eq!(server.put(PATH, &change).status, 200);
    let text = text(&case);
    assert!(text.contains("airgap = false") && !text.contains("sure") && !text.contains(KEY), "{text}");
    let roles = json!({ "admin": false, "auditor": true });
    assert_eq!(server.put("/api/v1/users/admin/roles", &roles).status, 204);
    refused(&server.get(PATH), 403, "forbidden");
    refused(&server.put(PATH, &change), 403, "forbidden");
}

#[test]
fn without_evidence_nothing_is_changed() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "model-no-log");
    case.configure(&pods().config());
    // A log that is longer than any other file, so that it is the first to meet the limit on the size of files.
    let filler = || {
        let mut record = Record::new(EventKind::LogRead, Actor::new("suite", "filler"));
        record.data = json!({ "filler": "x".repeat(50_000) });
        record
    };
    LockedSink::new(&case.data()).append((0..60).map(|_| filler()).collect()).unwrap();
    let mut server = Server::of(&mut within(&case, &["env", "--ignore-signal=XFSZ"]));
    server.log_in();
    let (before, mut change) = (text(&case), now(&server));
    change["settings"]["sure"] = json!(0.5);
    change["keys"] = json!({ "local": KEY });
    let written = fs::metadata(case.data().join("audit/journal/00000000000000000000")).unwrap().len();
    let (process, limit) = (server.process.0.id().to_string(), format!("--fsize={written}:{written}"));
    assert!(Command::new("prlimit").args(["--pid", &process, &limit]).status().unwrap().success());
    refused(&server.put(PATH, &change), 503, "audit_unavailable");
    assert_eq!(text(&case), before);
    let shown = server.get(PATH).body;
    assert_eq!((&shown["settings"]["sure"], &shown["in_use"]), (&json!(0.75), &json!(true)));
    assert_eq!(files(case.data().join("keys/models")), Vec::<PathBuf>::new());
    assert_eq!(fs::read_dir(case.data()).unwrap().filter(|one| is_staged(one.as_ref().unwrap())).count(), 0);
}

fn is_staged(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with(".config-")
}

#[test]
fn where_the_file_can_not_be_written_it_says_so_and_leaves_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "model-mount");
    // As a ConfigMap is mounted: a link into a folder that nobody writes to.
    let mount = case.home().join("mount");
    fs::create_dir_all(&mount).unwrap();
    fs::create_dir_all(case.data()).unwrap();
    fs::write(mount.join("config.toml"), pods().config()).unwrap();
    symlink(mount.join("config.toml"), file(&case)).unwrap();
    fs::set_permissions(&mount, fs::Permissions::from_mode(0o555)).unwrap();
    // Also as root: without what lets it write where it may not.
    let bound = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"];
    let prefix = if rustix::process::geteuid().is_root() { &bound[..] } else { &["env"] };
    let mut server = Server::of(&mut within(&case, prefix));
    server.log_in();
    let before = changes(&case).len();
    let shown = server.get(PATH).body;
    assert!(shown["read_only"].as_str().unwrap().contains("values of the chart"), "{shown:#}");
    let mut change = now(&server);
    change["settings"]["sure"] = json!(0.5);
    change["keys"] = json!({ "local": KEY });
    let said = refused(&server.put(PATH, &change), 409, "configuration_read_only");
    assert!(said.contains("values of the chart"), "{said}");
    assert_eq!((changes(&case).len(), files(case.data().join("keys/models"))), (before, Vec::new()));
    assert_eq!(files(mount.clone()).len(), 1);
    fs::set_permissions(&mount, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(server.put(PATH, &change).status, 200);
    assert!(fs::symlink_metadata(file(&case)).unwrap().is_symlink(), "the link stays");
    assert!(fs::read_to_string(mount.join("config.toml")).unwrap().contains("sure = 0.5"));
}

/// The server, started by another program.
fn within(case: &Case<'_>, prefix: &[&str]) -> Command {
    let serve = Server::command(case);
    let mut command = Command::new(prefix[0]);
    command.args(&prefix[1..]).arg(serve.get_program()).args(serve.get_args()).env_clear();
    command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(case.home()).stdin(Stdio::null());
    command
}
