//! The WebSocket: what happens to this person's queries, as it happens, whether the cluster answers, and the screens
//! that the page keeps open (`watch`, `unwatch`).

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use kubechat_chat::{Event, EventKind, Person};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::error::ApiError;
use crate::login::LoggedIn;

mod views;

use views::Views;

/// How often the cluster's health is told.
const HEALTH: Duration = Duration::from_secs(10);

/// Upgrades a logged-in request of our own page.
pub(crate) async fn connect(
    State(app): State<App>,
    logged_in: LoggedIn,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    if !same_origin(&headers) {
        let message = "A WebSocket is only opened for KubeChat's own page.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "foreign_origin", message));
    }
    Ok(upgrade.max_message_size(64 * 1024).on_upgrade(move |socket| serve(app, logged_in.person, socket)))
}

/// Programs send no Origin; a browser's must be ours.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, ours)), Some(host)) if ours == host)
}

async fn serve(app: App, person: Person, mut socket: WebSocket) {
    let mut events = app.chain.events().subscribe();
    let mut views = Views::new(app.chain.clone(), person.clone());
    let mut beat = interval(HEALTH);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            _ = beat.tick() => health(&app).await,
            event = events.recv() => match event {
                Ok(event) if event.user == person.user => payload(event),
                Ok(_) => continue,
                Err(RecvError::Lagged(lost)) => {
                    json!({"type": "error", "payload": {"code": "lagged", "message": format!("{lost} events were lost; reload to see the present state.")}})
                }
                Err(RecvError::Closed) => return,
            },
            message = views.next() => message,
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(Message::Text(text))) => match views.ask(&text) {
                    Some(answer) => answer,
                    None => continue,
                },
                Some(Ok(_)) => continue,
            },
        };
        if socket.send(Message::text(message.to_string())).await.is_err() {
            return;
        }
    }
}

fn payload(event: Event) -> Value {
    match event.kind {
        EventKind::MessageSent(query) => json!({"type": "message_sent", "payload": query}),
        EventKind::CommandGenerated(query) => json!({"type": "command_generated", "payload": query}),
        EventKind::ApprovalRequested(query) => json!({"type": "approval_requested", "payload": query}),
        EventKind::CommandExecuted(query) => json!({"type": "command_executed", "payload": query}),
        EventKind::SessionUpdated(session) => {
            json!({"type": "session_updated", "payload": {"session": session}})
        }
        EventKind::Output { query, seq, chunk } => {
            json!({"type": "output", "payload": {"query": query, "seq": seq, "chunk": chunk}})
        }
    }
}

async fn health(app: &App) -> Value {
    let mut all = Vec::new();
    for connected in app.chain.clusters().all() {
        let cluster = &connected.cluster;
        let (ready, message) = match cluster.health().await {
            Ok(health) => (health.ready, health.message),
            Err(error) => (false, error.to_string()),
        };
        all.push(json!({"cluster": cluster.id(), "ready": ready, "message": message}));
    }
    let first = all
        .into_iter()
        .next()
        .unwrap_or_else(|| json!({"cluster": null, "ready": false, "message": "no cluster"}));
    json!({"type": "cluster_health", "payload": first})
}
