//! A yes, as a value: what may run of a query, step by step.

use crate::hash;
use crate::query::{Doc, Step};

/// Somebody's yes to the steps that are still to run, from the hash the person gave ([`Approval::of`]); asked again at
/// every step: what was not approved under its own hash does not run. [`Approval::none_needed`] covers safe reads only.
#[derive(Debug)]
pub(crate) struct Approval {
    first: usize,
    steps: Vec<String>,
}

impl Approval {
    /// The approval of everything that is still to run, if that is what the given hash stands for.
    pub(crate) fn of(doc: &Doc, policy: &str, given: &str) -> Option<Self> {
        (doc.approval_hash(policy)? == given.trim())
            .then(|| Self { first: doc.at, steps: doc.step_hashes(policy) })
    }

    /// What only reads what anybody of that right may see needs nobody's yes.
    pub(crate) fn none_needed() -> Self {
        Self { first: 0, steps: Vec::new() }
    }

    /// The hash under which the step at that place may run.
    pub(crate) fn hash_of(&self, at: usize) -> Option<&str> {
        at.checked_sub(self.first).and_then(|at| self.steps.get(at)).map(String::as_str)
    }

    /// Whether the step whose turn it is may run as it stands.
    pub(crate) fn covers(&self, doc: &Doc, policy: &str) -> bool {
        let step = &doc.steps[doc.at];
        step.runs_at_once() || self.hash_of(doc.at) == Some(doc.step_hash(step, policy).as_str())
    }
}

impl Doc {
    /// The hash over everything that is still to run.
    pub(crate) fn approval_hash(&self, policy: &str) -> Option<String> {
        match self.step_hashes(policy).as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(hash::of(&several)),
        }
    }

    fn step_hashes(&self, policy: &str) -> Vec<String> {
        self.steps.iter().skip(self.at).map(|step| self.step_hash(step, policy)).collect()
    }

    /// What one step's approval is bound to: its preview, or, where it has none yet, what was asked.
    fn step_hash(&self, step: &Step, policy: &str) -> String {
        match (&step.plan, &step.preview) {
            (Some(plan), Some(preview)) => preview.approval_hash(plan, &self.terms(step, policy)),
            _ => hash::of(&((&step.line, &step.filter), &step.plan, &self.view.cluster, &self.user, policy)),
        }
    }

    /// What an approval of this step is bound to besides plan and difference.
    pub(crate) fn terms(&self, step: &Step, policy: &str) -> kubechat_cluster::Terms {
        kubechat_cluster::Terms {
            command: step.line.clone(),
            cluster: self.view.cluster.clone(),
            user: self.user.clone(),
            policy: policy.to_owned(),
        }
    }
}
