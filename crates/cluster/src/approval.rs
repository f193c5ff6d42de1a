//! The only value that an execution accepts.

use kubechat_kubectl::{ObjectRef, Plan};
use uuid::Uuid;

use crate::preview::{Preview, Terms};

/// A plan with the preview that was approved for it; made by [`Approved::grant`] alone.
#[derive(Debug, Clone)]
pub struct Approved {
    plan: Plan,
    preview: Preview,
    hash: String,
}

/// The approval was given for something else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "The approval is for {given}, but this preview has {actual}. Look at the preview again and approve its hash."
)]
pub struct WrongHash {
    /// The hash that was given.
    pub given: String,
    /// The hash of the preview.
    pub actual: String,
}

impl Approved {
    /// Binds an approval to what was previewed: the hash must be the one of plan, preview and terms.
    pub fn grant(plan: Plan, preview: Preview, terms: Terms, hash: &str) -> Result<Self, WrongHash> {
        let actual = preview.approval_hash(&plan, &terms);
        if actual != hash.trim() {
            return Err(WrongHash { given: hash.to_owned(), actual });
        }
        Ok(Self { plan, preview, hash: actual })
    }

    /// The targets that were approved.
    pub fn targets(&self) -> &[ObjectRef] {
        &self.preview.targets
    }

    /// The plan that was approved.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The preview that was approved.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }

    /// The hash that was approved.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// `Audit-ID`s drawn before the writes, so that the record of the intent can carry them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditIds(Vec<Uuid>);

impl AuditIds {
    /// One id for each of `n` writes.
    pub fn draw(n: usize) -> Self {
        Self((0..n).map(|_| Uuid::now_v7()).collect())
    }

    /// The ids in the order in which the writes use them.
    pub fn as_slice(&self) -> &[Uuid] {
        &self.0
    }
}
