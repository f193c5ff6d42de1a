//! The kinds a cluster serves, as an immutable snapshot of its discovery.

use serde::{Deserialize, Serialize};

/// One served resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// API group; empty for the core group.
    pub group: String,
    /// Preferred version, for example `v1`.
    pub version: String,
    /// Plural name as in the URL, for example `deployments`.
    pub plural: String,
    /// Singular name, for example `deployment`.
    pub singular: String,
    /// Kind, for example `Deployment`.
    pub kind: String,
    /// Short names, for example `deploy`.
    pub short_names: Vec<String>,
    /// Categories such as `all`.
    pub categories: Vec<String>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// API verbs the server serves for it.
    pub verbs: Vec<String>,
    /// Subresources, for example `scale`, `log`.
    pub subresources: Vec<String>,
}

impl Resource {
    /// `v1` or `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `deployments.apps`, or `pods` for the core group.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }
}

/// An immutable discovery snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Served resources in the order in which names are looked up.
    pub resources: Vec<Resource>,
    /// Whether this is a cluster's own discovery, or the built-in table of Kubernetes' own resources.
    pub discovered: bool,
}
