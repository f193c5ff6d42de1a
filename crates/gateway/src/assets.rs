//! The embedded web app: hashed files are cached for good, everything else is the one page.

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::ApiError;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Web;

/// A file of the web app, or its page for the addresses it handles itself.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || (method != Method::GET && method != Method::HEAD) {
        let message =
            format!("There is nothing at {method} /{path}. /api/v1/openapi.json lists what there is.");
        return ApiError::new(StatusCode::NOT_FOUND, "not_found", message).into_response();
    }
    match Web::get(path).filter(|_| !path.is_empty()) {
        Some(file) => answer(path, &file, &headers),
        None => match Web::get("index.html") {
            Some(page) => answer("index.html", &page, &headers),
            None => {
                let message = "This binary was built without the web app. `make run` builds both.";
                ApiError::new(StatusCode::NOT_FOUND, "no_web_app", message).into_response()
            }
        },
    }
}

fn answer(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", short(&file.metadata.sha256_hash()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let head = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::ETAG, tag),
    ];
    (head, Body::from(file.data.clone().into_owned())).into_response()
}

fn short(hash: &[u8]) -> String {
    hex::encode(hash.get(..16).unwrap_or(hash))
}
