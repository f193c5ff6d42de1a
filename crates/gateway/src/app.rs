//! What the handlers share, and the one list of routes.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware;
use axum::{Json, Router, routing};
use kubechat_chat::Chain;
use kubechat_chat::view::DraftView;
use kubechat_identity::{Accounts, Mappings};
use prometheus_client::registry::Registry;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::routes::{
    audit, auth, clusters, health, metrics, models, models_settings, queries, sessions, users,
};
use crate::{assets, request_id, ws};

/// Requests carry words and small manifests.
const BODY_LIMIT: usize = 2 * 1024 * 1024;
const POLICY: &str = "default-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// What the handlers share; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The chain.
    pub chain: Chain,
    /// People.
    pub accounts: Accounts,
    /// Who is whom in which cluster.
    pub mappings: Mappings,
    /// What a monitoring system may ask for.
    pub metrics: Arc<Registry>,
    /// Whether the door is behind TLS, so that cookies may say so.
    pub secure: bool,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "KubeChat",
        description = "Operate Kubernetes by saying what you want: exact operations, previewed, approved, carried out as you, and provable.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(DraftView, models_settings::WrongSettings))
)]
struct Document;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(auth::login))
        .routes(routes!(auth::one_time))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::set_password))
        .routes(routes!(auth::me))
        .routes(routes!(clusters::list))
        .routes(routes!(clusters::health))
        .routes(routes!(clusters::namespaces))
        .routes(routes!(clusters::kinds))
        .routes(routes!(clusters::view))
        .routes(routes!(clusters::map))
        .routes(routes!(sessions::list, sessions::create))
        .routes(routes!(sessions::change))
        .routes(routes!(queries::newest))
        .routes(routes!(queries::list, queries::ask))
        .routes(routes!(queries::show))
        .routes(routes!(queries::preview))
        .routes(routes!(queries::approve))
        .routes(routes!(queries::execute))
        .routes(routes!(queries::deny))
        .routes(routes!(queries::cancel))
        .routes(routes!(queries::undo))
        .routes(routes!(audit::events))
        .routes(routes!(audit::export))
        .routes(routes!(audit::checkpoint))
        .routes(routes!(audit::proof))
        .routes(routes!(audit::public_key))
        .routes(routes!(audit::verify))
        .routes(routes!(users::roles))
        .routes(routes!(models::list))
        .routes(routes!(models::served))
        .routes(routes!(models_settings::show, models_settings::change))
        .routes(routes!(models::exchanges))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}

/// The OpenAPI 3.1 document of everything under `/api/v1`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().split_for_parts().1
}

/// The whole HTTP surface.
pub fn router(app: App) -> Router {
    let (routes, document) = api().split_for_parts();
    let document = Arc::new(document);
    let compressible = SizeAbove::new(1024).and(NotForContentType::const_new("font/"));
    routes
        .route("/api/v1/openapi.json", routing::get(move || async move { Json(document.as_ref().clone()) }))
        .route("/api/v1/ws", routing::get(ws::connect))
        .route("/metrics", routing::get(metrics::metrics))
        .fallback(assets::serve)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(CatchPanicLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(middleware::from_fn(request_id::layer))
        .with_state(app)
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
