//! Conversations.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kubechat_chat::Session;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::LoggedIn;

/// A new conversation.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewSession {
    /// Id or context of the cluster; the first one when absent.
    cluster: Option<String>,
    /// Namespace; the context's own when absent.
    namespace: Option<String>,
    /// What it is about; the first request when absent.
    title: Option<String>,
}

/// What changes in a conversation.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SessionChange {
    title: Option<String>,
    namespace: Option<String>,
}

/// Lists this person's conversations, newest first.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "sessions_list", tag = "sessions",
    responses((status = 200, body = Vec<Session>), (status = 401, body = ErrorBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    logged_in: LoggedIn,
) -> Result<Json<Vec<Session>>, ApiError> {
    Ok(Json(app.chain.sessions(&logged_in.person).await?))
}

/// Starts a conversation.
#[utoipa::path(post, path = "/api/v1/sessions", operation_id = "sessions_create", request_body = NewSession, tag = "sessions",
    responses((status = 201, body = Session), (status = 404, body = ErrorBody)))]
pub(crate) async fn create(
    State(app): State<App>,
    logged_in: LoggedIn,
    Json(body): Json<NewSession>,
) -> Result<(StatusCode, Json<Session>), ApiError> {
    let namespace = body.namespace.as_deref().filter(|namespace| !namespace.is_empty());
    let title = body.title.unwrap_or_default();
    let session =
        app.chain.start_session(&logged_in.person, body.cluster.as_deref(), namespace, &title).await?;
    Ok((StatusCode::CREATED, Json(session)))
}

/// Renames a conversation or moves it to another namespace.
#[utoipa::path(patch, path = "/api/v1/sessions/{session}", operation_id = "sessions_change", request_body = SessionChange, tag = "sessions",
    responses((status = 200, body = Session), (status = 404, body = ErrorBody)))]
pub(crate) async fn change(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(session): Path<Uuid>,
    Json(body): Json<SessionChange>,
) -> Result<Json<Session>, ApiError> {
    let changed = app
        .chain
        .change_session(&logged_in.person, session, body.title.as_deref(), body.namespace.as_deref())
        .await?;
    Ok(Json(changed))
}
