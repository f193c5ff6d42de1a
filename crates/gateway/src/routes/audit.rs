//! The evidence: list, prove, verify.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use jiff::Timestamp;
use kubechat_audit::index::search;
use kubechat_audit::{Entry, EventKind, Filter, LogReader, Record, Since, merkle};
use kubechat_chat::view::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::{Auditor, LoggedIn};

/// Which records to list.
#[derive(Serialize, Deserialize, IntoParams)]
pub(crate) struct Wanted {
    /// Only records before this index.
    before: Option<u64>,
    /// At most so many (default 100, at most 1000).
    limit: Option<usize>,
    /// Only of this user.
    user: Option<String>,
    /// Only of this kind, such as `query.intent`.
    kind: Option<String>,
    /// Only of this level.
    level: Option<String>,
    /// Only in this namespace.
    namespace: Option<String>,
    /// Only of this query.
    query: Option<Uuid>,
    /// Only of this conversation.
    session: Option<Uuid>,
    /// Only about this object: `deployment/web`, or its name alone.
    object: Option<String>,
    /// Only with this verb: kubectl's (`scale`) or that of an API call (`patch`).
    verb: Option<String>,
    /// Only with this outcome, such as `succeeded`.
    outcome: Option<String>,
    /// Only on this cluster.
    cluster: Option<String>,
    /// Only with this text, from the beginning of a word on.
    text: Option<String>,
    /// Only from this time on (RFC 3339).
    since: Option<String>,
    /// Only up to this time (RFC 3339).
    until: Option<String>,
}

impl Wanted {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(100).clamp(1, 1000)
    }

    fn filter(&self) -> Result<Filter, ApiError> {
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Filter {
            since: time(self.since.as_ref())?,
            until: time(self.until.as_ref())?,
            user: some(&self.user),
            kinds: some(&self.kind).iter().map(|kind| EventKind::from(kind.as_str())).collect(),
            query: self.query,
            session: self.session,
            object: some(&self.object),
            verb: some(&self.verb),
            outcome: some(&self.outcome),
            cluster: some(&self.cluster),
            namespace: some(&self.namespace),
            level: some(&self.level),
            text: some(&self.text),
            before: self.before,
        })
    }
}

/// Records, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    events: Vec<AuditEvent>,
    /// Records in the whole log.
    size: u64,
}

/// One record.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEvent {
    index: u64,
    time: String,
    kind: String,
    user: String,
    session: Option<Uuid>,
    query: Option<Uuid>,
    cluster: Option<String>,
    namespace: Option<String>,
    command: Option<String>,
    level: Option<String>,
    /// The state that the record put its query into.
    outcome: Option<String>,
    /// Everything particular to the kind.
    data: Value,
}

/// The signed statement of the log's size and root.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checkpoint {
    size: u64,
    /// Root hash, base64.
    root: String,
    /// The signed note.
    note: String,
}

/// What shows that the log holds a record.
#[derive(Serialize, ToSchema)]
pub(crate) struct Proof {
    /// The record exactly as it was hashed.
    record: String,
    /// The proof in the C2SP tlog-proof format.
    proof: String,
    /// Leaf hash, base64.
    leaf_hash: String,
    index: u64,
    size: u64,
    /// Root hash, base64.
    root: String,
    /// The path from leaf to root, base64.
    hashes: Vec<String>,
    /// The signed checkpoint.
    checkpoint: String,
}

/// The key that checkpoints are signed with.
#[derive(Serialize, ToSchema)]
pub(crate) struct PublicKey {
    /// In the signed-note form.
    key: String,
    /// How the log came to it from its first key, the oldest first.
    rotations: Vec<Handover>,
}

/// A new key, by the log's own record of it and the proof of that record under the key before.
#[derive(Serialize, ToSchema)]
pub(crate) struct Handover {
    record: String,
    proof: String,
}

/// What a verification of the whole log found.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyReport {
    ok: bool,
    size: Option<u64>,
    root: Option<String>,
    /// The finding as a sentence.
    message: String,
    /// First record that is not the one that was signed for.
    first_bad: Option<u64>,
}

async fn with_log<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&LogReader) -> Result<T, kubechat_audit::Error> + Send + 'static,
) -> Result<T, ApiError> {
    let log = app.chain.data().log().clone();
    let done = tokio::task::spawn_blocking(move || work(&log.reader()?));
    let done = done.await.map_err(|error| kubechat_chat::Error::Interrupted(error.to_string()))?;
    Ok(done?)
}

/// Reading and verifying the log is recorded itself, before anything is told.
async fn recorded(app: &App, who: &LoggedIn, kind: EventKind, data: Value) -> Result<(), ApiError> {
    let mut record = Record::new(kind, who.person.actor());
    record.data = data;
    app.chain.record(record).await?;
    Ok(())
}

fn without_nulls(wanted: &Wanted) -> Value {
    let mut value = json!(wanted);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}

fn time(text: Option<&String>) -> Result<Option<Timestamp>, ApiError> {
    let parse = |text: &String| {
        text.parse().map_err(|_| ApiError::bad_request(format!("{text:?} is no RFC 3339 time.")))
    };
    text.filter(|text| !text.is_empty()).map(parse).transpose()
}

/// Lists records, newest first.
#[utoipa::path(get, path = "/api/v1/audit/events", operation_id = "audit_events", params(Wanted), tag = "audit",
    responses((status = 200, body = AuditPage), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn events(
    State(app): State<App>,
    Auditor(who): Auditor,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AuditPage>, ApiError> {
    let limit = wanted.limit();
    let filter = wanted.filter()?;
    recorded(&app, &who, EventKind::LogRead, json!({ "filter": without_nulls(&wanted) })).await?;
    let index = app.chain.data().index();
    let found = with_log(&app, move |log| Ok((search(log, &index, &filter, limit)?, log.len())));
    let (entries, size) = found.await?;
    Ok(Json(AuditPage { events: entries.into_iter().map(event).collect(), size }))
}

/// The chosen records as they were hashed, newest first, each with its proof: one JSON object a line, with `index`,
/// `record` and `proof`. The next page is what is `before` the last index.
#[utoipa::path(get, path = "/api/v1/audit/export", operation_id = "audit_export", params(Wanted), tag = "audit",
    responses((status = 200, body = String, content_type = "application/x-ndjson"), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn export(
    State(app): State<App>,
    Auditor(who): Auditor,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, ApiError> {
    let (limit, filter) = (wanted.limit(), wanted.filter()?);
    recorded(&app, &who, EventKind::LogRead, json!({ "export": true, "filter": without_nulls(&wanted) }))
        .await?;
    let index = app.chain.data().index();
    let lines = with_log(&app, move |log| {
        let mut lines = String::new();
        for entry in search(log, &index, &filter, limit)? {
            let record = String::from_utf8_lossy(&entry.bytes);
            let line = json!({ "index": entry.index, "record": record, "proof": log.prove(entry.index)? });
            lines.push_str(&format!("{line}\n"));
        }
        Ok(lines)
    })
    .await?;
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], lines))
}

fn event(entry: Entry) -> AuditEvent {
    let index = entry.index;
    let Some(record) = entry.record else {
        let data = Value::from(String::from_utf8_lossy(&entry.bytes).into_owned());
        return AuditEvent {
            index,
            time: String::new(),
            kind: "unknown".to_owned(),
            user: String::new(),
            session: None,
            query: None,
            cluster: None,
            namespace: None,
            command: None,
            level: None,
            outcome: None,
            data,
        };
    };
    AuditEvent {
        index,
        time: rfc3339(record.time),
        kind: record.kind.to_string(),
        user: record.actor.user,
        session: record.session,
        query: record.query,
        cluster: record.cluster,
        namespace: record.namespace,
        command: record.command,
        level: record.level,
        outcome: record.data["state"].as_str().map(str::to_owned),
        data: record.data,
    }
}

/// The newest signed checkpoint.
#[utoipa::path(get, path = "/api/v1/audit/checkpoint", operation_id = "audit_checkpoint", tag = "audit", responses((status = 200, body = Checkpoint), (status = 503, body = ErrorBody)))]
pub(crate) async fn checkpoint(State(app): State<App>, _: LoggedIn) -> Result<Json<Checkpoint>, ApiError> {
    let checkpoint = with_log(&app, |log| Ok(log.checkpoint().clone())).await?;
    let root = BASE64_STANDARD.encode(checkpoint.root);
    Ok(Json(Checkpoint { size: checkpoint.size, root, note: checkpoint.note }))
}

/// One record as hashed, and what shows that the log holds it.
#[utoipa::path(get, path = "/api/v1/audit/proof/{index}", operation_id = "audit_proof", tag = "audit", responses((status = 200, body = Proof), (status = 403, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn proof(
    State(app): State<App>,
    Auditor(who): Auditor,
    Path(index): Path<u64>,
) -> Result<Json<Proof>, ApiError> {
    recorded(&app, &who, EventKind::LogRead, json!({ "index": index })).await?;
    let proof = with_log(&app, move |log| {
        let bytes = log.bytes(index)?;
        let checkpoint = log.checkpoint();
        Ok(Proof {
            leaf_hash: BASE64_STANDARD.encode(merkle::leaf_hash(&bytes)),
            record: String::from_utf8_lossy(&bytes).into_owned(),
            proof: log.prove(index)?,
            index,
            size: checkpoint.size,
            root: BASE64_STANDARD.encode(checkpoint.root),
            hashes: log
                .inclusion(index, checkpoint.size)?
                .iter()
                .map(|hash| BASE64_STANDARD.encode(hash))
                .collect(),
            checkpoint: checkpoint.note.clone(),
        })
    })
    .await?;
    Ok(Json(proof))
}

/// The key that checkpoints are signed with.
#[utoipa::path(get, path = "/api/v1/audit/public-key", operation_id = "audit_public_key", tag = "audit", responses((status = 200, body = PublicKey), (status = 503, body = ErrorBody)))]
pub(crate) async fn public_key(State(app): State<App>, _: LoggedIn) -> Result<Json<PublicKey>, ApiError> {
    let (key, rotations) = with_log(&app, |log| Ok((log.verifier().to_string(), log.rotations()?))).await?;
    let handover = |one: kubechat_audit::Rotation| Handover { record: one.record, proof: one.proof };
    Ok(Json(PublicKey { key, rotations: rotations.into_iter().map(handover).collect() }))
}

/// Verifies the whole log against its key and against the longest log this database has seen.
#[utoipa::path(post, path = "/api/v1/audit/verify", operation_id = "audit_verify", tag = "audit", responses((status = 200, body = VerifyReport), (status = 403, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn verify(
    State(app): State<App>,
    Auditor(who): Auditor,
) -> Result<Json<VerifyReport>, ApiError> {
    let seen = app.chain.seen_checkpoint().await?;
    let log = app.chain.data().log().clone();
    let found = tokio::task::spawn_blocking(move || {
        let key = log.verifier()?;
        let since = seen.map(|(size, root)| Since::parse(&format!("{size} {root}"), &key)).transpose()?;
        log.verify(&key, since.as_slice(), &|_, _| {})
    })
    .await
    .map_err(|error| kubechat_chat::Error::Interrupted(error.to_string()))?;
    let report = match found {
        Ok(verified) => VerifyReport {
            ok: true,
            size: Some(verified.size),
            root: Some(BASE64_STANDARD.encode(verified.root)),
            message: format!("All {} records are the ones that were signed for.", verified.size),
            first_bad: None,
        },
        Err(error) => VerifyReport {
            ok: false,
            size: None,
            root: None,
            first_bad: error.index(),
            message: error.to_string(),
        },
    };
    recorded(&app, &who, EventKind::LogVerified, json!(report)).await?;
    Ok(Json(report))
}
