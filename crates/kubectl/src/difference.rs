//! What changes: the set of (object, path, before, after) that an approval is bound to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One object by name; with uid and resourceVersion once it was seen on the server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// API group; empty for the core group.
    pub group: String,
    /// Plural resource name.
    pub resource: String,
    /// Kind, for people.
    pub kind: String,
    /// Namespace; absent for cluster-scoped objects.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// The server's uid; absent for an object that is yet to be made.
    pub uid: Option<String>,
    /// The resourceVersion that was seen; never part of what an approval is bound to.
    pub resource_version: Option<String>,
}

/// One path of one object that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// Which object.
    pub object: ObjectRef,
    /// Path such as `spec.template.spec.containers[name=web].image`; empty for the object as a whole.
    pub path: String,
    /// Value before; absent where there was none.
    pub before: Option<Value>,
    /// Value after; absent where it is removed.
    pub after: Option<Value>,
}
