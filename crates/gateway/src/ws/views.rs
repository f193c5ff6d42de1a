//! The screens that a page keeps open over its WebSocket.

use std::collections::HashMap;

use kubechat_chat::view::{Scene, Told};
use kubechat_chat::{Chain, Person};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

/// Screens that one page may keep open.
const MOST: usize = 12;
/// Messages that may wait for a slow page.
const WAITING: usize = 16;

/// What a page asks of us.
#[derive(Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
enum Asked {
    Watch(Watch),
    Unwatch { id: String },
}

#[derive(Deserialize)]
struct Watch {
    /// Chosen by the page; its messages carry it.
    id: String,
    cluster: Option<String>,
    /// For lines that name none.
    default_namespace: Option<String>,
    #[serde(flatten)]
    scene: Scene,
}

/// The open screens of one page. Dropping them closes them.
pub(super) struct Views {
    chain: Chain,
    person: Person,
    open: HashMap<String, JoinHandle<()>>,
    out: Sender<Value>,
    told: Receiver<Value>,
}

impl Views {
    pub fn new(chain: Chain, person: Person) -> Self {
        let (out, told) = channel(WAITING);
        Self { chain, person, open: HashMap::new(), out, told }
    }

    /// The next message for the page.
    pub async fn next(&mut self) -> Value {
        match self.told.recv().await {
            Some(message) => message,
            // Never: we hold a sender ourselves.
            None => std::future::pending().await,
        }
    }

    /// Does what the page asks; what can't be read is answered.
    pub fn ask(&mut self, text: &str) -> Option<Value> {
        match serde_json::from_str(text) {
            Ok(Asked::Watch(watch)) => self.watch(watch),
            Ok(Asked::Unwatch { id }) => {
                self.close(&id);
                None
            }
            Err(error) => {
                Some(failed(None, "bad_request", &format!("This message is not understood: {error}.")))
            }
        }
    }

    fn watch(&mut self, watch: Watch) -> Option<Value> {
        self.close(&watch.id);
        self.open.retain(|_, task| !task.is_finished());
        if self.open.len() >= MOST {
            let message = format!("A page keeps at most {MOST} views open. Close one of them.");
            return Some(failed(Some(&watch.id), "too_many_views", &message));
        }
        let (chain, person, out) = (self.chain.clone(), self.person.clone(), self.out.clone());
        let id = watch.id.clone();
        let task = tokio::spawn(async move {
            let Watch { id, cluster, default_namespace, scene } = watch;
            let mut told =
                match chain.watch(&person, cluster.as_deref(), default_namespace.as_deref(), scene).await {
                    Ok(told) => told,
                    Err(error) => {
                        let _ = out.send(failed(Some(&id), error.code(), &error.to_string())).await;
                        return;
                    }
                };
            while let Some(told) = told.recv().await {
                let message = match &told {
                    Told::Failed(error) => failed(Some(&id), &error.code, &error.message),
                    told => json!({"type": "output", "payload": {"view": id, "change": told}}),
                };
                if out.send(message).await.is_err() {
                    return;
                }
            }
        });
        self.open.insert(id, task);
        None
    }

    /// The task's end drops its receiver, by which the chain notices that nobody looks any more.
    fn close(&mut self, id: &str) {
        if let Some(task) = self.open.remove(id) {
            task.abort();
        }
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        self.open.values().for_each(JoinHandle::abort);
    }
}

fn failed(view: Option<&str>, code: &str, message: &str) -> Value {
    json!({"type": "error", "payload": {"view": view, "code": code, "message": message}})
}
