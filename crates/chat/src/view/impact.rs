//! What a change touches besides its targets, as every door shows it.

use kubechat_kubectl::Impact;
use kubechat_kubectl::impact::{Along, BudgetChange, PodChange, Revert, ServiceChange, VolumeChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TargetView;

/// What a change touches besides its targets. Each entry has a sentence; what could not be read is in `unknown`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImpactView {
    /// Objects that are changed.
    pub objects: usize,
    /// Pods that stop, start, leave their node, or are replaced.
    pub pods: Vec<PodsView>,
    /// Services that lose ready endpoints.
    pub services: Vec<ServiceView>,
    /// Disruption budgets that are broken.
    pub budgets: Vec<BudgetView>,
    /// Claims and volumes that go.
    pub volumes: Vec<VolumeView>,
    /// What is deleted along, by kind and namespace.
    pub along: Vec<AlongView>,
    /// What will take the change back, or fight it.
    pub reverts: Vec<RevertView>,
    /// What is not known, each as a sentence.
    pub unknown: Vec<String>,
}

/// Pods and what becomes of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PodsView {
    /// The object whose pods they are, or the pod itself.
    pub object: TargetView,
    /// `stop`, `restart`, `leave` or `start`.
    pub fate: String,
    /// How many.
    pub count: u64,
    /// The same as a sentence.
    pub text: String,
}

/// A service that loses ready endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ServiceView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Ready endpoints now.
    pub ready: u64,
    /// How many of them are left.
    pub left: u64,
    /// Whether others come in their place by themselves.
    pub comes_back: bool,
    /// The same as a sentence.
    pub text: String,
}

/// A disruption budget that is broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BudgetView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Healthy pods now.
    pub healthy: u64,
    /// How many of them are left.
    pub left: u64,
    /// How many it wants.
    pub wanted: u64,
    /// The same as a sentence.
    pub text: String,
}

/// A claim or volume that goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VolumeView {
    /// Namespace of the claim; absent for a volume.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// What becomes of the data: `deleted`, `kept`, `none` or `unknown`.
    pub data: String,
    /// The same as a sentence.
    pub text: String,
}

/// Objects of one kind that are deleted along.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlongView {
    /// Qualified plural resource name.
    pub resource: String,
    /// Kind.
    pub kind: String,
    /// Namespace; absent for cluster-scoped kinds and for several namespaces.
    pub namespace: Option<String>,
    /// How many.
    pub count: u64,
    /// The first names.
    pub names: Vec<String>,
    /// The same in words.
    pub text: String,
}

/// What will take a change back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RevertView {
    /// Stable identifier.
    pub id: String,
    /// The object that is changed.
    pub object: TargetView,
    /// A sentence: who takes it back, when, and what to change instead.
    pub text: String,
}

impl ImpactView {
    /// The impact of a change of so many objects.
    pub fn of(objects: usize, impact: &Impact) -> Self {
        Self {
            objects,
            pods: impact.pods.iter().map(Into::into).collect(),
            services: impact.services.iter().map(Into::into).collect(),
            budgets: impact.budgets.iter().map(Into::into).collect(),
            volumes: impact.volumes.iter().map(Into::into).collect(),
            along: impact.along.iter().map(Into::into).collect(),
            reverts: impact.reverts.iter().map(Into::into).collect(),
            unknown: impact.unknown.clone(),
        }
    }

    /// Takes in what another step touches.
    pub fn add(&mut self, other: Self) {
        self.objects += other.objects;
        self.pods.extend(other.pods);
        self.services.extend(other.services);
        self.budgets.extend(other.budgets);
        self.volumes.extend(other.volumes);
        self.along.extend(other.along);
        self.reverts.extend(other.reverts);
        for sentence in other.unknown {
            if !self.unknown.contains(&sentence) {
                self.unknown.push(sentence);
            }
        }
    }

    /// Every sentence, the most serious first; what is not known comes last.
    pub fn sentences(&self) -> Vec<String> {
        let along: Vec<String> = self.along.iter().map(|one| one.text.clone()).collect();
        let along = (!along.is_empty()).then(|| format!("Deleted along: {}.", along.join(", ")));
        let parts = self.budgets.iter().map(|one| &one.text);
        let parts = parts.chain(self.services.iter().map(|one| &one.text));
        let parts = parts.chain(self.volumes.iter().map(|one| &one.text));
        let parts = parts.chain(self.pods.iter().map(|one| &one.text));
        let unknown = self.unknown.iter().map(|text| format!("Not known: {text}"));
        parts.cloned().chain(along).chain(unknown).collect()
    }
}

/// The name that a value is written with.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl From<&PodChange> for PodsView {
    fn from(change: &PodChange) -> Self {
        let text = change.to_string();
        Self { object: (&change.object).into(), fate: word(&change.fate), count: change.count, text }
    }
}

impl From<&ServiceChange> for ServiceView {
    fn from(change: &ServiceChange) -> Self {
        Self {
            namespace: change.namespace.clone(),
            name: change.name.clone(),
            ready: change.ready,
            left: change.left,
            comes_back: change.comes_back,
            text: change.to_string(),
        }
    }
}

impl From<&BudgetChange> for BudgetView {
    fn from(change: &BudgetChange) -> Self {
        Self {
            namespace: change.namespace.clone(),
            name: change.name.clone(),
            healthy: change.healthy,
            left: change.left,
            wanted: change.wanted,
            text: change.to_string(),
        }
    }
}

impl From<&VolumeChange> for VolumeView {
    fn from(change: &VolumeChange) -> Self {
        let (namespace, name) = (change.namespace.clone(), change.name.clone());
        Self { namespace, name, data: word(&change.data), text: change.to_string() }
    }
}

impl From<&Along> for AlongView {
    fn from(along: &Along) -> Self {
        Self {
            resource: along.resource.clone(),
            kind: along.kind.clone(),
            namespace: along.namespace.clone(),
            count: along.count,
            names: along.names.clone(),
            text: along.to_string(),
        }
    }
}

impl From<&Revert> for RevertView {
    fn from(revert: &Revert) -> Self {
        Self { id: revert.id.clone(), object: (&revert.object).into(), text: revert.text.clone() }
    }
}
