//! Measures for a monitoring system, in the OpenMetrics text format.

use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use prometheus_client::encoding::text::encode;

use crate::app::App;
use crate::error::ApiError;
use crate::login::LoggedIn;
use crate::tls::Peer;

const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What a proxy adds: then the peer's address says nothing of who asks.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "via"];

/// For this machine, and for who is logged in or sends a token.
pub(crate) async fn metrics(
    State(app): State<App>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
    who: Result<LoggedIn, ApiError>,
) -> Result<impl IntoResponse, ApiError> {
    let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    if forwarded || !peer.ip().is_loopback() {
        who?;
    }
    let mut text = String::new();
    encode(&mut text, &app.metrics).map_err(|error| {
        kubechat_chat::Error::Interrupted(format!("the measures can't be written: {error}"))
    })?;
    Ok(([(CONTENT_TYPE, FORMAT)], text))
}
