//! The HTTP door: REST, WebSocket, the OpenAPI document and the embedded web app.
//!
//! It turns requests into calls of the chain and nothing else: no handler plans, previews, approves or executes by
//! itself.

#![forbid(unsafe_code)]

mod app;
mod assets;
mod error;
mod login;
mod request_id;
mod routes;
mod tls;
mod ws;

pub use app::{App, openapi, router};
pub use tls::{Peer, TlsError, TlsListener};
