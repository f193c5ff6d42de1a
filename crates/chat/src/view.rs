//! What every door shows of a query: one shape for REST, WebSocket, CLI and history.

use jiff::Timestamp;
use kubechat_cluster::{Conflict, Permission};
use kubechat_kubectl::{Delta, Level, ObjectRef, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::state::State;

mod impact;
mod model;
mod scene;

pub use impact::{AlongView, BudgetView, ImpactView, PodsView, RevertView, ServiceView, VolumeView};
pub use model::{ClaimView, DraftView, EvidenceView, FixView, InvestigationView, LookView, ModelView};
pub(crate) use scene::Changes;
pub use scene::{
    EdgeView, FindingView, GraphView, LineView, NextView, RowView, Scene, SurveyView, TallyView, Told,
    VertexView, View,
};

/// A request on its way through the chain, as shown to people and programs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Query {
    /// Id (UUIDv7).
    pub query: Uuid,
    /// The conversation it belongs to.
    pub session: Uuid,
    /// The query it undoes, or is a step or a new preview of.
    pub parent: Option<Uuid>,
    /// The words as they were typed.
    pub request: Option<String>,
    /// Where it is.
    pub state: State,
    /// The exact command; absent while there is none, and for several steps.
    pub command: Option<String>,
    /// CEL over the objects that the command is about: only those it is true for are meant.
    #[serde(default, rename = "where")]
    pub filter: Option<String>,
    /// The words for the button, for example `Scale to 5`.
    pub action: Option<String>,
    /// What the command does, made from the typed command.
    pub explanation: Option<String>,
    /// `safe`, `warning`, `dangerous` or `refused`.
    #[schema(value_type = Option<LevelName>)]
    pub level: Option<Level>,
    /// Why that level.
    pub reasons: Vec<ReasonView>,
    /// The steps, when there are several; each in this same shape.
    #[schema(no_recursion)]
    pub steps: Vec<Query>,
    /// Exactly which objects.
    pub targets: Vec<TargetView>,
    /// What changes, from the server's dry run.
    pub diff: Vec<DiffView>,
    /// What it touches besides the targets; absent for what changes nothing.
    pub impact: Option<ImpactView>,
    /// The answers of the access reviews.
    pub permissions: Vec<PermissionView>,
    /// The rights that are missing.
    pub forbidden: Vec<PermissionView>,
    /// Why the server could not confirm the difference by a dry run.
    pub unconfirmed: Option<String>,
    /// What the API server warned of.
    pub warnings: Vec<String>,
    /// What an approval has to name.
    pub approval_hash: Option<String>,
    /// The phrase to type for something dangerous.
    pub confirm: Option<String>,
    /// When the preview can no longer be approved.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(with = "optional_millis")]
    pub expires_at: Option<Timestamp>,
    /// The way back.
    pub undo: Option<UndoView>,
    /// Why it can't be taken back: values that are no longer what the change wrote.
    #[serde(default)]
    pub conflicts: Vec<ConflictView>,
    /// The answer.
    pub result: Option<ResultView>,
    /// Answers to choose from, when a question was asked back.
    pub choices: Vec<String>,
    /// Indexes in the audit log.
    pub audit: AuditView,
    /// The `Audit-ID`s sent to the API server.
    pub audit_ids: Vec<Uuid>,
    /// Which words were read as what.
    pub understood: Vec<SpanView>,
    /// Who translated the words.
    pub provider: Option<String>,
    /// How sure the translation is, 0 to 1.
    pub confidence: Option<f64>,
    /// The cluster user it runs as.
    pub runs_as: Option<String>,
    /// Id of the cluster.
    pub cluster: String,
    /// Context of the cluster, for people.
    pub context: String,
    /// Namespace of the session.
    pub namespace: String,
    /// Whether this is the practice cluster.
    pub practice: bool,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "millis")]
    pub created_at: Timestamp,
    /// When it last moved.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "millis")]
    pub updated_at: Timestamp,
    /// What went wrong.
    pub error: Option<ErrorView>,
    /// A sentence for the person: the question, the refusal, the answer, what to do next.
    pub message: Option<String>,
    /// The texts that came with the request, by their digests.
    #[serde(default)]
    pub attachments: Vec<AttachmentView>,
    /// The answers of language models that it rests on.
    #[serde(default)]
    pub models: Vec<ModelView>,
    /// Why models gave no answer.
    #[serde(default)]
    pub models_failed: Vec<String>,
    /// What was found, where a question was looked into.
    #[serde(default)]
    pub investigation: Option<Box<InvestigationView>>,
}

/// A text that came with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachmentView {
    /// The name by which the command knows it; `-` is standard input.
    pub name: String,
    /// `sha256:…` of its bytes.
    pub digest: String,
    /// How long it is.
    pub bytes: usize,
}

impl AttachmentView {
    pub(crate) fn of(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), digest: crate::hash::of_text(text), bytes: text.len() }
    }
}

/// The names of the levels, for the OpenAPI document.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Level)]
pub enum LevelName {
    /// Reads that disclose no secret value.
    Safe,
    /// A recoverable change, disclosure of secrets, or a way into a container.
    Warning,
    /// Loss of data or service, eviction, privilege change, cluster-wide reach.
    Dangerous,
    /// Outside the language or the rules.
    Refused,
}

/// A reason for a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReasonView {
    /// Stable identifier.
    pub id: String,
    /// A sentence.
    pub text: String,
}

/// One object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TargetView {
    /// API group; empty for the core group.
    pub group: String,
    /// Plural resource name.
    pub resource: String,
    /// Kind.
    pub kind: String,
    /// Namespace; absent for cluster-scoped objects.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// The server's uid.
    pub uid: Option<String>,
    /// The resourceVersion that was seen.
    pub resource_version: Option<String>,
}

/// One path that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DiffView {
    /// The object as kubectl prints it, for example `deployment.apps/web`.
    pub object: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Path, for example `spec.replicas`; empty for the object as a whole.
    pub path: String,
    /// Value before; null where there was none.
    pub before: Value,
    /// Value after; null where it is removed.
    pub after: Value,
}

/// The answer of one access review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PermissionView {
    /// RBAC verb.
    pub verb: String,
    /// API group.
    pub group: String,
    /// Plural resource name.
    pub resource: String,
    /// Subresource.
    pub subresource: Option<String>,
    /// Namespace; absent for the whole cluster.
    pub namespace: Option<String>,
    /// Name, where it was asked for one object.
    pub name: Option<String>,
    /// The answer.
    pub allowed: bool,
    /// The server's reason.
    pub reason: Option<String>,
    /// How the right can be had, where it is missing.
    #[serde(default)]
    pub grant: Option<GrantView>,
}

/// How a missing right can be had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GrantView {
    /// The rule that gives it and where it has to stand, as a sentence.
    pub rule: String,
    /// Roles that have such a rule, the narrowest first; none where they may not be read.
    pub roles: Vec<String>,
    /// Who has the right; absent where the bindings may not be read.
    pub holders: Option<Vec<String>>,
}

/// The way back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UndoView {
    /// Whether there is one.
    pub available: bool,
    /// What it does, or why there is none.
    pub text: String,
}

/// A value that is no longer what a change wrote. Values of secrets are hidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConflictView {
    /// The object as kubectl prints it.
    pub object: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Path; empty for the object as a whole.
    pub path: String,
    /// What the change wrote; null where it removed the value or the object.
    pub wrote: Value,
    /// What is there now; null where there is nothing.
    pub found: Value,
}

/// The answer of a command.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResultView {
    /// Column names.
    pub columns: Vec<String>,
    /// Cells, row by row.
    pub rows: Vec<Vec<Value>>,
    /// Text, where the answer is no table.
    pub text: Option<String>,
    /// Whether there was more than is shown.
    pub truncated: bool,
    /// The tables, when there are several.
    pub sections: Vec<SectionView>,
    /// Yes or no, where that was the question.
    pub verdict: Option<bool>,
}

/// One of several tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SectionView {
    /// What it lists.
    pub title: String,
    /// Column names.
    pub columns: Vec<String>,
    /// Cells, row by row.
    pub rows: Vec<Vec<Value>>,
}

/// Where the evidence is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Index of the intent.
    pub intent: Option<u64>,
    /// Index of the outcome.
    pub outcome: Option<u64>,
}

/// Words that were read as something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpanView {
    /// First byte in the request.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What it was read as: `verb`, `kind`, `name`, `namespace`, `number` …
    pub role: String,
}

/// What went wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorView {
    /// Stable identifier.
    pub code: String,
    /// A sentence with what to do next.
    pub message: String,
}

impl From<&Reason> for ReasonView {
    fn from(reason: &Reason) -> Self {
        Self { id: reason.id.clone(), text: reason.text.clone() }
    }
}

impl From<&ObjectRef> for TargetView {
    fn from(object: &ObjectRef) -> Self {
        Self {
            group: object.group.clone(),
            resource: object.resource.clone(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            uid: object.uid.clone(),
            resource_version: object.resource_version.clone(),
        }
    }
}

/// `deployment.apps/web`, as kubectl prints objects.
pub fn printed(object: &ObjectRef) -> String {
    let kind = object.kind.to_lowercase();
    if object.group.is_empty() {
        format!("{kind}/{}", object.name)
    } else {
        format!("{kind}.{}/{}", object.group, object.name)
    }
}

impl From<&Delta> for DiffView {
    fn from(delta: &Delta) -> Self {
        Self {
            object: printed(&delta.object),
            namespace: delta.object.namespace.clone(),
            path: delta.path.clone(),
            before: delta.before.clone().unwrap_or(Value::Null),
            after: delta.after.clone().unwrap_or(Value::Null),
        }
    }
}

impl From<&Conflict> for ConflictView {
    fn from(conflict: &Conflict) -> Self {
        Self {
            object: printed(&conflict.object),
            namespace: conflict.object.namespace.clone(),
            path: conflict.path.clone(),
            wrote: conflict.wrote.clone().unwrap_or(Value::Null),
            found: conflict.found.clone().unwrap_or(Value::Null),
        }
    }
}

impl From<&Permission> for PermissionView {
    fn from(permission: &Permission) -> Self {
        Self {
            verb: permission.verb.clone(),
            group: permission.group.clone(),
            resource: permission.resource.clone(),
            subresource: permission.subresource.clone(),
            namespace: permission.namespace.clone(),
            name: permission.name.clone(),
            allowed: permission.allowed,
            reason: (!permission.reason.is_empty()).then(|| permission.reason.clone()),
            grant: permission.grant.as_ref().map(|grant| GrantView {
                rule: grant.rule.clone(),
                roles: grant.roles.clone(),
                holders: grant.holders.clone(),
            }),
        }
    }
}

/// RFC 3339, UTC, milliseconds.
pub fn rfc3339(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Serialises times as this product writes them everywhere.
pub mod millis {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// Writes RFC 3339 with milliseconds.
    pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::rfc3339(*time))
    }

    /// Reads RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The same for a time that may be absent.
pub mod optional_millis {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// Writes RFC 3339 with milliseconds, or null.
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.serialize_str(&super::rfc3339(*time)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads RFC 3339 or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}
