//! The rules of this installation, as one document whose hash is in every approval.

use jiff::SignedDuration;
use kubechat_kubectl::Protection;
use serde::{Deserialize, Serialize};

/// The rules. Strict: an unknown field is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How long a preview can be approved, in seconds.
    pub approval_seconds: u32,
    /// How long a conversation goes on by itself, in seconds.
    pub follow_up_seconds: u32,
    /// Namespaces and kinds that are guarded more closely.
    pub protected: Protection,
    /// How many bytes one connection into a pod may carry, both directions together.
    pub stream_bytes: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            approval_seconds: 15 * 60,
            follow_up_seconds: 30 * 60,
            protected: Protection::default(),
            stream_bytes: kubechat_cluster::STREAM_LIMIT,
        }
    }
}

impl Policy {
    /// How long a preview can be approved.
    pub fn approval(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.approval_seconds))
    }

    /// How long a conversation goes on by itself.
    pub fn follow_up(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.follow_up_seconds))
    }

    /// `sha256:` and the hash of the canonical document.
    pub fn hash(&self) -> String {
        crate::hash::of(self)
    }
}
