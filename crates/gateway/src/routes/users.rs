//! People and their roles.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kubechat_audit::{EventKind, Record};
use kubechat_identity::Roles;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::LoggedIn;

/// What somebody may do in KubeChat; says nothing about rights in a cluster.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct NewRoles {
    /// May administer KubeChat.
    admin: bool,
    /// May read the audit log.
    auditor: bool,
}

/// Says what somebody may do; for administrators.
#[utoipa::path(put, path = "/api/v1/users/{user}/roles", operation_id = "users_roles", request_body = NewRoles, tag = "users",
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn roles(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(user): Path<String>,
    Json(body): Json<NewRoles>,
) -> Result<StatusCode, ApiError> {
    if !logged_in.user.roles.admin {
        let message = "Only an administrator of KubeChat may say what people may do in it.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message));
    }
    if app.accounts.find(&user).await?.is_none() {
        let message = format!("There is no user {user:?}.");
        return Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message));
    }
    let mut record = Record::new(EventKind::UserChanged, logged_in.person.actor());
    record.data = json!({ "user": user, "changed": "roles", "roles": body });
    let index = app.chain.record(record).await?;
    app.accounts.set_roles(&user, Roles { admin: body.admin, auditor: body.auditor }, index).await?;
    Ok(StatusCode::NO_CONTENT)
}
