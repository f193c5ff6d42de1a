//! What a change will do, before it does it; and the hash that an approval is bound to.

use kubechat_kubectl::plan::Show;
use kubechat_kubectl::undo::{Changed, Undo, invert};
use kubechat_kubectl::{Delta, Impact, ObjectRef, Plan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::compute::{Computed, Missing, Step};
use crate::error::Error;
use crate::session::Session;

/// What a plan will change, as the server sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// Every target, with uid and resourceVersion where it exists.
    pub targets: Vec<ObjectRef>,
    /// What changes in them.
    pub deltas: Vec<Delta>,
    /// The targets as they are.
    pub before: Vec<(ObjectRef, Option<Value>)>,
    /// Why the server could not confirm the difference by dry run.
    pub unconfirmed: Option<String>,
    /// The server's warnings, and how many objects the filter could not be asked about.
    pub warnings: Vec<String>,
    /// The way back.
    pub undo: Undo,
    /// Targets in which nothing changes.
    pub unchanged: Vec<ObjectRef>,
    /// What it touches besides the targets. No part of what is approved: pods come and go.
    #[serde(default)]
    pub impact: Impact,
}

/// What an approval is given for, besides the plan and its preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The command as shown.
    pub command: String,
    /// The cluster's id.
    pub cluster: String,
    /// The KubeChat user who asked.
    pub user: String,
    /// Hash of the policy in force.
    pub policy: String,
}

impl Session {
    /// Finds the exact targets and asks the server by dry run what would change. Writes nothing.
    pub async fn preview(&self, plan: &Plan) -> Result<Preview, Error> {
        let session = self.within(plan.request_timeout);
        let Computed { steps, notes, .. } = session.compute(plan, Missing::Fails).await?;
        let impact = session.impact(plan, &steps).await;
        let mut preview = Preview {
            targets: Vec::new(),
            deltas: Vec::new(),
            before: Vec::new(),
            unconfirmed: None,
            warnings: notes,
            undo: Undo::None { text: "Nothing changes, so there is nothing to undo.".to_owned() },
            unchanged: Vec::new(),
            impact,
        };
        let deltas: Vec<Delta> = steps.iter().flat_map(|step| step.deltas.clone()).collect();
        if !deltas.is_empty() || plan.leaves_no_trace() {
            let changed: Vec<Changed<'_>> = steps.iter().map(changed).collect();
            preview.undo = invert(plan, &changed, &deltas);
        }
        for step in steps {
            if step.deltas.is_empty() {
                preview.unchanged.push(step.object.clone());
            }
            preview.targets.push(step.object.clone());
            preview.deltas.extend(step.deltas);
            preview.before.push((step.object, step.before));
            preview.unconfirmed = preview.unconfirmed.or(step.unconfirmed);
            for warning in step.warnings {
                if !preview.warnings.contains(&warning) {
                    preview.warnings.push(warning);
                }
            }
        }
        if let Show::Drain(drain) = &plan.show {
            preview.warnings.extend(drain.notes.iter().cloned());
        }
        Ok(preview)
    }
}

fn changed(step: &Step) -> Changed<'_> {
    Changed { object: &step.object, before: step.before.as_ref(), after: step.after.as_ref() }
}

impl Preview {
    /// `sha256:…` over the RFC 8785 JSON of command, plan, targets, difference, cluster, user and policy.
    pub fn approval_hash(&self, plan: &Plan, terms: &Terms) -> String {
        let mut targets: Vec<String> = self.targets.iter().map(identity).collect();
        targets.sort();
        let mut difference: Vec<Value> = self.deltas.iter().map(bound).collect();
        difference.sort_by_cached_key(|delta| delta.to_string());
        let value = json!({
            "command": terms.command,
            "plan": plan,
            "targets": targets,
            "difference": difference,
            "cluster": terms.cluster,
            "user": terms.user,
            "policy": terms.policy,
        });
        // Canonical form of a value that has string keys and finite numbers only can't fail.
        let canonical =
            serde_json_canonicalizer::to_vec(&value).unwrap_or_else(|_| value.to_string().into_bytes());
        format!("sha256:{}", hex::encode(Sha256::digest(&canonical)))
    }
}

/// The uid, or for an object that is yet to be made its place and name.
fn identity(object: &ObjectRef) -> String {
    object.uid.clone().unwrap_or_else(|| {
        let namespace = object.namespace.as_deref().unwrap_or_default();
        format!("new:{}/{}/{namespace}/{}", object.group, object.resource, object.name)
    })
}

/// A difference as it is approved: which object, where, from what, to what.
fn bound(delta: &Delta) -> Value {
    json!({
        "object": {
            "group": delta.object.group,
            "resource": delta.object.resource,
            "namespace": delta.object.namespace,
            "name": delta.object.name,
            "uid": delta.object.uid,
        },
        "path": delta.path,
        "before": delta.before,
        "after": delta.after,
    })
}
