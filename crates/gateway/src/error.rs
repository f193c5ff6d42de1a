//! One shape for every error that leaves over HTTP.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use kubechat_chat::ConfigurationError;
use kubechat_chat::view::rfc3339;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// Stable identifier.
    code: String,
    /// A sentence with what to do next.
    message: String,
    /// Particulars for programs.
    details: Value,
    /// When, RFC 3339.
    timestamp: String,
    /// Id of the request, also in the server's log.
    request_id: String,
}

/// An answer that is an error.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: String,
    message: String,
    details: Value,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), details: json!({}) }
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Log in first: with name and password, or with the one-time code that the server prints.",
        )
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let request_id = crate::request_id::current();
        if self.status.is_server_error() {
            tracing::error!(code = self.code, message = self.message, request_id, "request failed");
        }
        let error = ErrorDetail {
            code: self.code,
            message: self.message,
            details: self.details,
            timestamp: rfc3339(Timestamp::now()),
            request_id,
        };
        (self.status, Json(ErrorBody { error })).into_response()
    }
}

impl From<kubechat_chat::Error> for ApiError {
    fn from(error: kubechat_chat::Error) -> Self {
        use kubechat_chat::Error as E;
        let status = match &error {
            E::Audit(_) | E::Server { .. } | E::Store(_) | E::DataDir { .. } | E::LogBehind { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            E::Identity(kubechat_identity::Error::Store(_)) => StatusCode::SERVICE_UNAVAILABLE,
            E::Identity(_) => StatusCode::BAD_REQUEST,
            E::Cluster(_) => StatusCode::BAD_GATEWAY,
            E::NotFound { .. } => StatusCode::NOT_FOUND,
            E::Unmapped { .. } => StatusCode::FORBIDDEN,
            E::WrongHash(_)
            | E::Expired(_)
            | E::NotWaiting { .. }
            | E::Confirm { .. }
            | E::OtherCluster { .. }
            | E::NoUndo { .. } => StatusCode::CONFLICT,
            E::Configuration(error) => of_configuration(error),
            E::Interrupted(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let details = match &error {
            E::Confirm { phrase } => json!({ "confirm": phrase }),
            E::NotWaiting { query, state } => json!({ "query": query, "state": state }),
            E::Configuration(ConfigurationError::Wrong { fields }) => json!({ "fields": fields }),
            _ => json!({}),
        };
        Self { status, code: error.code().to_owned(), message: error.to_string(), details }
    }
}

fn of_configuration(error: &ConfigurationError) -> StatusCode {
    use ConfigurationError as E;
    match error {
        E::Wrong { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        E::Unusable(_) | E::Changed { .. } | E::ReadOnly { .. } => StatusCode::CONFLICT,
        E::NotWritten { .. } => StatusCode::SERVICE_UNAVAILABLE,
        E::NotKept => StatusCode::NOT_FOUND,
    }
}

impl From<kubechat_identity::Error> for ApiError {
    fn from(error: kubechat_identity::Error) -> Self {
        match error {
            kubechat_identity::Error::Denied => {
                Self::new(StatusCode::UNAUTHORIZED, "denied", error.to_string())
            }
            kubechat_identity::Error::Store(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database", error.to_string())
            }
            _ => Self::bad_request(error.to_string()),
        }
    }
}

impl From<kubechat_cluster::Error> for ApiError {
    fn from(error: kubechat_cluster::Error) -> Self {
        kubechat_chat::Error::from(error).into()
    }
}

impl From<kubechat_audit::Error> for ApiError {
    fn from(error: kubechat_audit::Error) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "audit_unavailable", error.to_string())
    }
}
