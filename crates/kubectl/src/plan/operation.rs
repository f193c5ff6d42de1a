//! One kind of call to the API server: its verb, its targets, and what it does to each.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Connect;
use crate::catalog::Resource;

/// API verbs as RBAC names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiVerb {
    /// Read one object by name.
    Get,
    /// Read a collection.
    List,
    /// Follow a collection.
    Watch,
    /// Make an object.
    Create,
    /// Replace an object.
    Update,
    /// Change parts of an object.
    Patch,
    /// Remove an object.
    Delete,
}

impl ApiVerb {
    /// The verb as RBAC spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// Whether the verb changes the cluster.
    pub fn mutates(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Patch | Self::Delete)
    }
}

/// Which objects an operation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Targets {
    /// Objects named one by one.
    Names(Vec<String>),
    /// Everything that the selectors match; with neither, every object there.
    Selected {
        /// Label selector in the API's syntax.
        labels: Option<String>,
        /// Field selector in the API's syntax.
        fields: Option<String>,
    },
}

/// What a mutating operation does to each target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// POST of this body; the name is in the targets and in the body.
    Create {
        /// The whole object.
        body: Value,
    },
    /// JSON merge patch (RFC 7386).
    MergePatch {
        /// The patch.
        body: Value,
    },
    /// Kubernetes' strategic merge patch; built-in kinds only.
    StrategicPatch {
        /// The patch.
        body: Value,
    },
    /// JSON patch (RFC 6902).
    JsonPatch {
        /// The list of operations.
        body: Value,
    },
    /// DELETE.
    Delete {
        /// Seconds to wait for a graceful end; the object's own default when absent.
        grace_period_seconds: Option<i64>,
        /// `Background`, `Foreground` or `Orphan`.
        propagation: Option<String>,
    },
    /// A pod is asked to leave, which disruption budgets may put off (POST of an Eviction).
    Evict {
        /// Seconds to wait for a graceful end; the pod's own default when absent.
        grace_period_seconds: Option<i64>,
    },
    /// A connection into a pod.
    Connect {
        /// What for.
        way: Connect,
    },
    /// POST of a TokenRequest: the answer is a token, shown once and kept nowhere.
    Token {
        /// The request.
        body: Value,
    },
    /// What client-side `apply` and `edit` do: the live object with what differs between two written ones.
    Apply {
        /// The object as it is wanted.
        body: Value,
        /// What it was before it was edited; without it, what was last applied, as the live object tells.
        original: Option<Value>,
    },
    /// PATCH in which the server itself merges (`application/apply-patch+yaml`).
    ServerApply {
        /// The fields that are wanted.
        body: Value,
        /// Whether fields that others own are taken over.
        force: bool,
    },
    /// PUT of this body.
    Replace {
        /// The whole object.
        body: Value,
    },
    /// DELETE, then POST of this body once the object has gone.
    Recreate {
        /// The whole object.
        body: Value,
        /// Seconds to wait for a graceful end.
        grace_period_seconds: Option<i64>,
        /// Seconds that it may take to go; a minute when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout_seconds: Option<i64>,
    },
}

impl Change {
    /// Whether it leaves no difference in any object, so that there is none to show or to ask a dry run for.
    pub fn leaves_no_trace(&self) -> bool {
        matches!(self, Self::Token { .. } | Self::Connect { .. })
    }

    /// The whole object that is written, for changes that write one.
    pub fn body(&self) -> Option<&Value> {
        match self {
            Self::Create { body }
            | Self::Apply { body, .. }
            | Self::ServerApply { body, .. }
            | Self::Replace { body }
            | Self::Recreate { body, .. } => Some(body),
            _ => None,
        }
    }
}

/// One kind of call to the API server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// What is done.
    pub verb: ApiVerb,
    /// To what.
    pub resource: Resource,
    /// Subresource such as `scale` or `log`.
    pub subresource: Option<String>,
    /// Namespace; absent for cluster-scoped resources and for all namespaces.
    pub namespace: Option<String>,
    /// Which objects.
    pub targets: Targets,
    /// The change; absent for reads.
    pub change: Option<Change>,
}

impl Operation {
    /// Every right that it takes, as RBAC counts them.
    pub fn rights(&self) -> Vec<ApiVerb> {
        match (&self.change, self.verb) {
            (Some(Change::Recreate { .. }), _) => vec![ApiVerb::Delete, ApiVerb::Create],
            (Some(Change::ServerApply { .. }), ApiVerb::Create) => vec![ApiVerb::Patch, ApiVerb::Create],
            (_, verb) => vec![verb],
        }
    }
}
