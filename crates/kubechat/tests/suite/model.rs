//! A model server for tests: speaks as Ollama does, says what a test has it say, and remembers every prompt.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What it says to a request; the count of requests before it is the first argument.
type Says = dyn Fn(usize, &Value) -> String + Send + Sync;

/// Asked before each piece of an answer, with the counts of requests and pieces before it; the connection is cut at a no.
type Between = dyn Fn(usize, usize) -> bool + Send + Sync;

/// A running model server; its thread ends with the process.
pub struct Model {
    pub url: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    pub fn saying(says: impl Fn(usize, &Value) -> String + Send + Sync + 'static) -> Self {
        Self::serving(Arc::new(says), None)
    }

    /// Says it word by word.
    pub fn telling(
        says: impl Fn(usize, &Value) -> String + Send + Sync + 'static,
        between: impl Fn(usize, usize) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::serving(Arc::new(says), Some(Arc::new(between)))
    }

    fn serving(says: Arc<Says>, between: Option<Arc<Between>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, says, between) = (Arc::clone(&log), Arc::clone(&says), between.clone());
                std::thread::spawn(move || serve(stream, &log, says.as_ref(), between.as_deref()));
            }
        });
        Self { url, asked }
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    /// The configuration that asks this model.
    pub fn config(&self) -> String {
        format!(
            "[models]\norder = [\"local\"]\nairgap = true\ndeadline_seconds = 60\n[models.provider.local]\nkind = \"ollama\"\nendpoint = \"{}\"\nmodel = \"m\"\nprice_input = 1.0\nprice_output = 1.0\n",
            self.url
        )
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Value>>, says: &Says, between: Option<&Between>) {
    let Some(body) = body(&mut stream) else { return };
    if body.is_null() {
        let tags = json!({ "models": [{ "name": "m", "size": 5 }] });
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{tags}"
        );
        return;
    }
    let count = {
        let mut log = log.lock().unwrap();
        log.push(body.clone());
        log.len() - 1
    };
    let said = says(count, &body);
    let _ =
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n");
    let pieces: Vec<&str> = if between.is_some() { said.split_inclusive(' ').collect() } else { vec![&said] };
    for (at, piece) in pieces.into_iter().enumerate() {
        if !between.is_none_or(|between| between(count, at)) {
            return;
        }
        let piece =
            json!({ "model": "m", "message": { "role": "assistant", "content": piece }, "done": false });
        let _ = writeln!(stream, "{piece}");
    }
    let end = json!({ "model": "m", "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": "stop", "prompt_eval_count": 1000, "eval_count": 100 });
    let _ = writeln!(stream, "{end}");
}

/// What was sent; nothing in a question after its models.
fn body(stream: &mut TcpStream) -> Option<Value> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 65536]);
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..at]).to_lowercase();
        if head.starts_with("get /api/tags ") {
            return Some(Value::Null);
        }
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())?;
        if bytes.len() >= at + 4 + length {
            return serde_json::from_slice(&bytes[at + 4..]).ok();
        }
    }
}

/// A proposal in the form that a model answers in.
pub fn proposes(outcome: &str, commands: &[&str]) -> String {
    json!({ "outcome": outcome, "commands": commands, "where": null, "meaning": "", "message": "" })
        .to_string()
}

/// A round of an investigation.
pub fn looks(commands: &[&str]) -> String {
    json!({ "action": "look", "answer": "", "commands": commands, "claims": [], "fixes": [] }).to_string()
}
