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
    // The packed copies are not files of their own.
    match Web::get(path).filter(|_| !path.is_empty() && !path.ends_with(".br")) {
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
    let packed = takes_brotli(headers).then(|| Web::get(&format!("{path}.br"))).flatten();
    let sent = packed.as_ref().unwrap_or(file);
    let tag = format!("\"{}\"", short(&sent.metadata.sha256_hash()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let head = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::ETAG, tag),
        (header::VARY, header::ACCEPT_ENCODING.to_string()),
    ];
    let body = Body::from(sent.data.clone().into_owned());
    match packed {
        Some(_) => (head, [(header::CONTENT_ENCODING, "br")], body).into_response(),
        None => (head, body).into_response(),
    }
}

/// Browsers say so only over TLS and to the own machine.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("br")
            && parts.next().is_none_or(|quality| quality.trim_start_matches("q=") != "0")
    })
}

fn short(hash: &[u8]) -> String {
    hex::encode(hash.get(..16).unwrap_or(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_copy_goes_to_those_who_take_it() {
        for (accepted, takes) in [
            ("gzip, deflate, br", true),
            ("gzip, br;q=0.5", true),
            ("gzip, br;q=0", false),
            ("gzip, brx", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(takes_brotli(&headers), takes, "{accepted}");
        }
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
