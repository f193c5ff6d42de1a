//! Every request has an id; answers, errors and audit records carry it.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Uuid;
}

/// The id of the request that is being answered.
pub(crate) fn current() -> String {
    CURRENT.try_with(Uuid::to_string).unwrap_or_default()
}

/// Draws the id and sends it back as `x-request-id`.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let mut response = CURRENT.scope(id, next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
