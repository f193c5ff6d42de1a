//! The answer to a question is shown while it is written, as what it is: nothing that has been checked.

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

use crate::case::Case;
use crate::http::{Server, Socket};
use crate::model::{Model, looks, proposes};
use crate::world::{until, world};

const QUESTION: &str = "why is the checkout of the quux so slow";
const MESSAGE: &str = "Deployment web has\u{1b}[2J two replicas\u{202e}, which is fine.";
const SHOWN: &str = "Deployment web has [2J two replicas, which is fine.";

/// Looks once, one line of it no command, then answers.
fn says(count: usize, body: &Value) -> String {
    let system = body["messages"][0]["content"].as_str().unwrap();
    match (system.contains("You look into"), count) {
        (false, _) => proposes("investigate", &[]),
        (true, 1) => looks(&["kubectl get deployments", "curl evil"]),
        (true, _) => json!({
            "action": "answer", "answer": MESSAGE, "commands": [], "fixes": [],
            "claims": [
                { "text": "It is there.", "evidence": [{ "step": 1, "first": 2, "last": 2 }] },
                { "text": "The moon is full.", "evidence": [] },
            ],
        })
        .to_string(),
    }
}

/// A model that says each word of its answer when it may, and all the rest once nobody holds it any more.
fn held() -> (Model, Sender<()>) {
    let (go, may) = channel::<()>();
    let may: Mutex<Receiver<()>> = Mutex::new(may);
    let between = move |count, _| {
        if count >= 2 {
            let _ = may.lock().unwrap().recv();
        }
        true
    };
    (Model::telling(says, between), go)
}

/// A question on its way, whose answer has come to `Deployment web`.
fn half_way(case: &Case<'_>, server: &Server, go: &Sender<()>) -> (Socket, String, Vec<Value>) {
    let mut socket = server.socket();
    let queries = server.conversation(&case.namespace);
    let asked = server.post(&queries, &json!({ "text": QUESTION })).body;
    assert_eq!(asked["state"], "executing", "{asked:#}");
    let path = format!("{queries}/{}", asked["query"].as_str().unwrap());
    let steps = [socket.next("output"), socket.next("output")];
    assert!(steps.iter().all(|told| told["chunk"]["step"].is_object()), "{steps:#?}");
    let mut told = Vec::from(steps);
    // The words of the form before it are one.
    (0..2).for_each(|_| go.send(()).unwrap());
    for message in ["Deployment", "Deployment web"] {
        told.push(socket.next("output"));
        assert_eq!(told.last().unwrap()["chunk"]["draft"], json!({ "message": message, "claims": [] }));
    }
    (socket, path, told)
}

#[test]
fn an_answer_is_told_word_by_word_and_nothing_of_it_is_one_before_it_is_checked() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "draft-grows");
    let (model, go) = held();
    case.configure(&model.config());
    let mut server = Server::start(&case);
    server.log_in();
    let (mut socket, path, mut told) = half_way(&case, &server, &go);
    let now = server.get(&path).body;
    assert_eq!((now["state"].as_str(), now["message"].is_null()), (Some("executing"), true), "{now:#}");
    // Whoever comes in the middle sees every step, also the one that was none.
    let steps = now["investigation"]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 2, "{now:#}");
    assert!(steps[0]["problem"].is_null() && steps[1]["problem"].is_string(), "{now:#}");
    drop(go);
    let claims = |told: &Value| told["chunk"]["draft"]["claims"].as_array().unwrap().len();
    while claims(told.last().unwrap()) < 2
        || told.last().unwrap()["chunk"]["draft"]["claims"][1] != "The moon is full."
    {
        told.push(socket.next("output"));
    }
    assert_eq!(
        told.last().unwrap()["chunk"]["draft"],
        json!({ "message": SHOWN, "claims": ["It is there.", "The moon is full."] })
    );
    let numbers: Vec<u64> = told.iter().map(|one| one["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..told.len() as u64).collect::<Vec<_>>());
    let all = json!(told).to_string();
    assert!(!all.contains("\\u001b") && !all.contains('\u{202e}') && !all.contains("evidence"), "{all}");
    let done = socket.next_where("command_executed", |query| {
        query["state"] == "succeeded" && query["investigation"].is_object()
    });
    assert_eq!(done["message"], SHOWN);
    let supported: Vec<bool> = done["investigation"]["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim["supported"].as_bool().unwrap())
        .collect();
    assert_eq!(supported, [true, false]);
    assert_eq!(done["investigation"]["steps"].as_array().unwrap().len(), 2);
}

#[test]
fn an_answer_that_is_stopped_in_the_middle_is_none() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "draft-stops");
    let (model, go) = held();
    case.configure(&model.config());
    let mut server = Server::start(&case);
    server.log_in();
    let (_socket, path, _) = half_way(&case, &server, &go);
    server.post(&format!("{path}/cancel"), &json!({}));
    let ended =
        until("it is stopped", || Some(server.get(&path).body).filter(|query| query["state"] != "executing"));
    assert_eq!((ended["state"].as_str(), ended["message"].is_null()), (Some("cancelled"), true), "{ended:#}");
    assert_eq!(ended["investigation"]["claims"], json!([]));
    assert!(!ended.to_string().contains("Deployment web"), "{ended:#}");
}

#[test]
fn an_answer_that_is_cut_off_is_taken_back() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "draft-cut");
    // The answer breaks off behind its third word, each time it is asked for.
    let model = Model::telling(says, |count, at| count < 2 || at < 3);
    case.configure(&model.config());
    let mut server = Server::start(&case);
    server.log_in();
    let mut socket = server.socket();
    let queries = server.conversation("draft-cut");
    server.post(&queries, &json!({ "text": QUESTION }));
    for _ in 0..2 {
        socket.next_where("output", |told| told["chunk"]["draft"]["message"] == "Deployment web");
        socket.next_where("output", |told| told["chunk"].get("draft").is_some_and(Value::is_null));
    }
    let ended = socket.next_where("command_executed", |query| query["state"] == "failed");
    assert!(ended["message"].as_str().unwrap().contains("cut off"), "{ended:#}");
    assert!(!ended.to_string().contains("Deployment web"), "{ended:#}");
    // What it was asked before it broke off, and once more after each of the two.
    assert_eq!(model.asked().len(), 4);
}

#[test]
fn a_terminal_shows_it_grow_and_neither_a_pipe_nor_a_program_gets_it() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "on-a-tty");
    let model = Model::telling(says, |_, _| true);
    case.configure(&model.config());
    let program = case.ask(QUESTION, &[]);
    assert_eq!(program.is(0, "succeeded")["message"], SHOWN);
    let kinds: Vec<Value> = program.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kinds.len(), 3, "two steps and the one object: {program}");
    assert!(!program.out.contains("\"draft\""), "{program}");
    let asks = ["ask", QUESTION, "-n", "on-a-tty"];
    let pipe = case.text(&asks);
    assert_eq!(pipe.out.matches("Deployment web has").count(), 1, "{pipe}");
    // `script` lends it a terminal, where there is one.
    let ours = case.command(&asks);
    let words: Vec<String> =
        [ours.get_program()].into_iter().chain(ours.get_args()).map(|word| format!("{word:?}")).collect();
    let line = format!("stty rows 40 cols 100; exec {}", words.join(" "));
    let mut on_terminal = Command::new("script");
    on_terminal.args(["-qec", &line, "/dev/null"]).env_clear();
    on_terminal.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm");
    let Ok(shown) = on_terminal.stdin(Stdio::null()).output() else {
        assert!(std::env::var_os("CI").is_none(), "`script` is missing");
        return;
    };
    let shown = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.contains("Being written; not checked yet:"), "{shown}");
    let mut screen = vt100::Parser::new(40, 100, 0);
    screen.process(shown.as_bytes());
    let left = screen.screen().contents();
    assert!(!left.contains("Being written") && left.contains(SHOWN), "{left}\n{shown}");
    assert!(left.contains("The moon is full.  (a guess: nothing that was seen shows it)"), "{left}");
}
