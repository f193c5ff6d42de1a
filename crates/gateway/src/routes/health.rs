//! For whoever supervises the process.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::ErrorBody;

/// How the process is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Status {
    /// `ok`, or what is missing.
    status: String,
    /// Version of KubeChat.
    version: String,
}

fn status(text: &str) -> Status {
    Status { status: text.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// The process lives.
#[utoipa::path(get, path = "/api/v1/health/live", operation_id = "health_live", tag = "health", responses((status = 200, body = Status)))]
pub(crate) async fn live() -> Json<Status> {
    Json(status("ok"))
}

/// The process can serve: the log takes records and a cluster answers.
#[utoipa::path(get, path = "/api/v1/health/ready", operation_id = "health_ready", tag = "health",
    responses((status = 200, body = Status), (status = 503, body = Status), (status = 500, body = ErrorBody)))]
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, Json<Status>) {
    if let Some(why) = app.chain.evidence_stopped() {
        let text = format!("Nothing can be recorded, so nothing runs: {why}");
        return (StatusCode::SERVICE_UNAVAILABLE, Json(status(&text)));
    }
    let log = app.chain.data().log().clone();
    if let Ok(Err(error)) = tokio::task::spawn_blocking(move || log.checkpoint()).await {
        let text = format!("The audit log can't be read, so nothing runs: {error}");
        return (StatusCode::SERVICE_UNAVAILABLE, Json(status(&text)));
    }
    for connected in app.chain.clusters().all() {
        if let Err(error) = connected.cluster.version().await {
            return (StatusCode::SERVICE_UNAVAILABLE, Json(status(&error.to_string())));
        }
    }
    (StatusCode::OK, Json(status("ok")))
}
