//! The connected clusters.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kubechat_audit::{EventKind, Record};
use kubechat_chat::view::{Scene, View};
use kubechat_cluster::Identity;
use kubechat_identity::Mapped;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::LoggedIn;

/// A connected cluster.
#[derive(Serialize, ToSchema)]
pub(crate) struct Cluster {
    /// Stable id.
    id: String,
    /// Name of its context.
    context: String,
    /// Address of its API server.
    server: String,
    /// Version, when it answers.
    version: Option<String>,
    /// Whether it is the practice cluster.
    practice: bool,
    /// Namespace of the context.
    default_namespace: String,
    /// `own` or `impersonate`.
    identity: String,
    /// Whom the cluster takes this person for.
    runs_as: Option<String>,
}

/// Whether a cluster answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    ready: bool,
    version: Option<String>,
    latency_ms: u64,
    message: String,
}

/// The namespaces that this person may see.
#[derive(Serialize, ToSchema)]
pub(crate) struct Namespaces {
    names: Vec<String>,
}

/// A kind that a cluster serves.
#[derive(Serialize, ToSchema)]
pub(crate) struct Kind {
    /// API group; empty for the core group.
    group: String,
    /// Version.
    version: String,
    /// Plural name.
    resource: String,
    /// Kind.
    kind: String,
    /// Short names.
    short_names: Vec<String>,
    /// Whether its objects live in a namespace.
    namespaced: bool,
}

/// What a screen wants to see.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewView {
    /// Namespace for lines that name none; the context's own when absent.
    default_namespace: Option<String>,
    /// What to show.
    #[serde(flatten)]
    scene: Scene,
}

/// Who a KubeChat user is in a cluster.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewMapping {
    /// User name as the cluster knows it.
    username: String,
    /// Groups as the cluster knows them.
    #[serde(default)]
    groups: Vec<String>,
}

/// Lists the connected clusters.
#[utoipa::path(get, path = "/api/v1/clusters", operation_id = "clusters_list", tag = "clusters",
    responses((status = 200, body = Vec<Cluster>), (status = 401, body = ErrorBody)))]
pub(crate) async fn list(State(app): State<App>, logged_in: LoggedIn) -> Json<Vec<Cluster>> {
    let mut clusters = Vec::new();
    for connected in app.chain.clusters().all() {
        let cluster = &connected.cluster;
        let who = match app.chain.cluster_session(&logged_in.person, Some(cluster.id())).await {
            Ok(session) => session.whoami().await.ok(),
            Err(_) => None,
        };
        clusters.push(Cluster {
            id: cluster.id().to_owned(),
            context: cluster.context().to_owned(),
            server: cluster.server().to_owned(),
            version: cluster.version().await.ok(),
            practice: connected.practice,
            default_namespace: cluster.default_namespace().to_owned(),
            identity: if connected.identity == Identity::Own { "own" } else { "impersonate" }.to_owned(),
            runs_as: who.map(|who| who.username),
        });
    }
    Json(clusters)
}

/// Says whether a cluster answers.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/health", operation_id = "clusters_health", tag = "clusters",
    responses((status = 200, body = Health), (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(crate) async fn health(
    State(app): State<App>,
    _: LoggedIn,
    Path(cluster): Path<String>,
) -> Result<Json<Health>, ApiError> {
    let connected = app.chain.clusters().find(Some(&cluster))?;
    let health = connected.cluster.health().await?;
    Ok(Json(Health {
        ready: health.ready,
        version: health.version,
        latency_ms: health.latency_ms,
        message: health.message,
    }))
}

/// Lists the namespaces that this person may see.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/namespaces", operation_id = "clusters_namespaces", tag = "clusters",
    responses((status = 200, body = Namespaces), (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(crate) async fn namespaces(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(cluster): Path<String>,
) -> Result<Json<Namespaces>, ApiError> {
    let session = app.chain.cluster_session(&logged_in.person, Some(&cluster)).await?;
    let default = session.cluster().default_namespace().to_owned();
    let names = session.names(&default).await?.remove("namespaces").unwrap_or_default();
    Ok(Json(Namespaces { names: if names.is_empty() { vec![default] } else { names } }))
}

/// Lists the kinds that the cluster serves and that can be listed, custom ones too.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/kinds", operation_id = "clusters_kinds", tag = "clusters",
    responses((status = 200, body = Vec<Kind>), (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(crate) async fn kinds(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(cluster): Path<String>,
) -> Result<Json<Vec<Kind>>, ApiError> {
    let session = app.chain.cluster_session(&logged_in.person, Some(&cluster)).await?;
    let catalog = session.catalog().await?;
    let listed = catalog.resources.iter().filter(|one| one.verbs.iter().any(|verb| verb == "list"));
    let kinds = listed.map(|one| Kind {
        group: one.group.clone(),
        version: one.version.clone(),
        resource: one.plural.clone(),
        kind: one.kind.clone(),
        short_names: one.short_names.clone(),
        namespaced: one.namespaced,
    });
    Ok(Json(kinds.collect()))
}

/// Shows something of a cluster once: reads that need nobody's yes, as this person. The WebSocket's `watch` keeps it open.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/views", operation_id = "clusters_view", request_body = NewView, tag = "clusters",
    responses((status = 200, body = View), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(crate) async fn view(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(cluster): Path<String>,
    Json(body): Json<NewView>,
) -> Result<Json<View>, ApiError> {
    let namespace = body.default_namespace.as_deref();
    Ok(Json(app.chain.look(&logged_in.person, Some(&cluster), namespace, body.scene).await?))
}

/// Says who a KubeChat user is in a cluster; for administrators.
#[utoipa::path(put, path = "/api/v1/clusters/{cluster}/mappings/{user}", operation_id = "clusters_map", request_body = NewMapping, tag = "clusters",
    responses((status = 204), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(crate) async fn map(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path((cluster, user)): Path<(String, String)>,
    Json(body): Json<NewMapping>,
) -> Result<StatusCode, ApiError> {
    if !logged_in.user.roles.admin {
        let message = "Only an administrator of KubeChat may say who is whom in a cluster.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message));
    }
    let id = app.chain.clusters().find(Some(&cluster))?.cluster.id().to_owned();
    let mapped = Mapped { username: body.username, groups: body.groups }.check()?;
    let mut record = Record::new(EventKind::MappingChanged, logged_in.person.actor());
    record.cluster = Some(id.clone());
    record.data = json!({ "user": user, "mapped": mapped });
    let index = app.chain.record(record).await?;
    app.mappings.set(&id, &user, mapped, index).await?;
    Ok(StatusCode::NO_CONTENT)
}
