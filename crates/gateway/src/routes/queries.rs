//! Requests on their way through the chain.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kubechat_chat::{Attachments, Query, Request};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::LoggedIn;

/// What a person says.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewQuery {
    /// Words, or a line that begins with `kubectl`.
    text: String,
    /// CEL over the objects that it is about, as `self`; only those it is true for are meant.
    #[serde(default, rename = "where")]
    filter: Option<String>,
    /// The texts of the files that a kubectl line names.
    #[serde(default)]
    attachments: Vec<Attachment>,
    /// Who translates: `builtin`, or a language model by its name in the configuration; absent: whoever is sure.
    #[serde(default)]
    provider: Option<String>,
}

/// A text that comes with a request: a manifest, or an edited object. No file of the server is ever read.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Attachment {
    /// The name by which the line knows it; `-` for `-f -`, `edited` for `kubectl edit`.
    name: String,
    /// What it holds.
    text: String,
}

/// A yes to exactly one preview.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Approval {
    /// The `approval_hash` of the preview.
    hash: String,
    /// The phrase, for something dangerous.
    confirm: Option<String>,
}

/// A no.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Denial {
    /// Why.
    reason: String,
}

/// Which query.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Ids {
    /// Id of the conversation.
    #[allow(dead_code, reason = "a query's id is enough; the address says where it belongs")]
    session: Uuid,
    /// Id of the query.
    pub(crate) query: Uuid,
}

/// Longest request that is taken.
const LONGEST: usize = 64 * 1024;
/// Most attachments of one request, and their bytes together.
const ATTACHMENTS: usize = 200;
const ATTACHED: usize = 1024 * 1024;

/// The attachments by their names.
fn attached(list: Vec<Attachment>) -> Result<Attachments, ApiError> {
    if list.len() > ATTACHMENTS || list.iter().map(|one| one.text.len()).sum::<usize>() > ATTACHED {
        return Err(ApiError::bad_request(
            "The attachments are more than 200 or longer than 1 MiB together. Attach less at once.",
        ));
    }
    let mut named = Attachments::new();
    for Attachment { name, text } in list {
        if name.is_empty() || name.len() > 1024 || text.contains('\0') {
            return Err(ApiError::bad_request("An attachment needs a name of at most 1024 bytes, and text."));
        }
        if named.insert(name, text).is_some() {
            return Err(ApiError::bad_request("Two attachments have the same name. Give each its own."));
        }
    }
    Ok(named)
}

/// How many.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Newest {
    /// At most so many; 20 when absent, 100 at most.
    limit: Option<u32>,
}

/// Lists this person's queries of all conversations, newest first.
#[utoipa::path(get, path = "/api/v1/queries", operation_id = "queries_newest", params(Newest), tag = "queries",
    responses((status = 200, body = Vec<Query>), (status = 401, body = ErrorBody)))]
pub(crate) async fn newest(
    State(app): State<App>,
    logged_in: LoggedIn,
    axum::extract::Query(newest): axum::extract::Query<Newest>,
) -> Result<Json<Vec<Query>>, ApiError> {
    let limit = newest.limit.unwrap_or(20).min(100);
    Ok(Json(app.chain.queries(&logged_in.person, limit).await?))
}

/// Lists the queries of a conversation, oldest first.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/queries", operation_id = "queries_list", tag = "queries",
    responses((status = 200, body = Vec<Query>), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(session): Path<Uuid>,
) -> Result<Json<Vec<Query>>, ApiError> {
    Ok(Json(app.chain.session_queries(&logged_in.person, session).await?))
}

/// Says something: the answer is the query at the point where somebody has to decide, or with its result.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries", operation_id = "queries_ask", request_body = NewQuery, tag = "queries",
    responses((status = 201, body = Query), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn ask(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(session): Path<Uuid>,
    Json(body): Json<NewQuery>,
) -> Result<(StatusCode, Json<Query>), ApiError> {
    if body.text.trim().is_empty() {
        return Err(ApiError::bad_request("Say what you want, or paste a kubectl command."));
    }
    if body.text.len() + body.filter.as_ref().map_or(0, String::len) > LONGEST {
        return Err(ApiError::bad_request(
            "The request is longer than 64 KiB. Say it in fewer words, or attach what belongs to it.",
        ));
    }
    let attachments = attached(body.attachments)?;
    let session = app.chain.session(&logged_in.person, session).await?;
    let (filter, provider) = (body.filter.as_deref(), body.provider.as_deref());
    let request = Request { text: &body.text, filter, provider };
    let query = app.chain.ask(&logged_in.person, &session, request, attachments).await?;
    Ok((StatusCode::CREATED, Json(query)))
}

/// One query.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/queries/{query}", operation_id = "queries_show", params(Ids), tag = "queries",
    responses((status = 200, body = Query), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
) -> Result<Json<Query>, ApiError> {
    Ok(Json(app.chain.show(&logged_in.person, ids.query).await?))
}

/// Previews the same command anew, as a new query.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries/{query}/preview", operation_id = "queries_preview", params(Ids), tag = "queries",
    responses((status = 201, body = Query), (status = 404, body = ErrorBody)))]
pub(crate) async fn preview(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
) -> Result<(StatusCode, Json<Query>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.chain.preview_again(&logged_in.person, ids.query).await?)))
}

/// Approves exactly what was previewed, and runs it.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries/{query}/approve", operation_id = "queries_approve", params(Ids), request_body = Approval, tag = "queries",
    responses((status = 200, body = Query), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn approve(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
    Json(body): Json<Approval>,
) -> Result<Json<Query>, ApiError> {
    let approved =
        app.chain.approve(&logged_in.person, ids.query, &body.hash, body.confirm.as_deref()).await?;
    Ok(Json(approved))
}

/// The same as `approve`: an approval that has all it needs runs at once.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries/{query}/execute", operation_id = "queries_execute", params(Ids), request_body = Approval, tag = "queries",
    responses((status = 200, body = Query), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn execute(
    app: State<App>,
    logged_in: LoggedIn,
    ids: Path<Ids>,
    body: Json<Approval>,
) -> Result<Json<Query>, ApiError> {
    approve(app, logged_in, ids, body).await
}

/// Denies it, with the reason.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries/{query}/deny", operation_id = "queries_deny", params(Ids), request_body = Denial, tag = "queries",
    responses((status = 200, body = Query), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn deny(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
    Json(body): Json<Denial>,
) -> Result<Json<Query>, ApiError> {
    Ok(Json(app.chain.deny(&logged_in.person, ids.query, &body.reason).await?))
}

/// Ends a query that waits, or stops an answer that goes on.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries/{query}/cancel", operation_id = "queries_cancel", params(Ids), tag = "queries",
    responses((status = 200, body = Query), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
) -> Result<Json<Query>, ApiError> {
    Ok(Json(app.chain.cancel(&logged_in.person, ids.query).await?))
}

/// Previews the way back, as a new query.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/queries/{query}/undo", operation_id = "queries_undo", params(Ids), tag = "queries",
    responses((status = 201, body = Query), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn undo(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
) -> Result<(StatusCode, Json<Query>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.chain.undo(&logged_in.person, ids.query).await?)))
}
