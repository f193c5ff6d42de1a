//! What a change does beyond the objects that it writes: pods, services, budgets, data, and what will fight it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::difference::ObjectRef;

/// What a change touches besides its targets. What could not be read is named in `unknown`, and stops nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Impact {
    /// Pods that stop, start, or are replaced.
    pub pods: Vec<PodChange>,
    /// Services with fewer ready endpoints afterwards.
    pub services: Vec<ServiceChange>,
    /// Disruption budgets that are broken.
    pub budgets: Vec<BudgetChange>,
    /// Claims and volumes that go.
    pub volumes: Vec<VolumeChange>,
    /// Objects that are deleted along with the targets.
    pub along: Vec<Along>,
    /// What will take the change back, or fight it.
    pub reverts: Vec<Revert>,
    /// What is not known, each as a sentence with the reason.
    pub unknown: Vec<String>,
}

/// What becomes of pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// They end, and none takes their place.
    Stop,
    /// They end, and others take their place.
    Restart,
    /// They are asked to leave their node.
    Leave,
    /// They are new.
    Start,
}

/// Pods of one object and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodChange {
    /// The workload, node or namespace whose pods they are, or the pod itself.
    pub object: ObjectRef,
    /// What becomes of them.
    pub fate: Fate,
    /// How many.
    pub count: u64,
}

/// A service that loses ready endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceChange {
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
}

/// A disruption budget that is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetChange {
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
}

/// What becomes of the data on a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// It is deleted with the claim.
    Deleted,
    /// It stays on the volume, which nothing uses any more.
    Kept,
    /// There is none yet: no volume is bound.
    None,
    /// The volume may not be read.
    Unknown,
}

/// A claim or volume that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeChange {
    /// Namespace of the claim; absent for a volume.
    pub namespace: Option<String>,
    /// Name of the claim or volume.
    pub name: String,
    /// What becomes of the data.
    pub data: Data,
}

/// Objects of one kind that are deleted along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Along {
    /// Qualified plural, for example `replicasets.apps`.
    pub resource: String,
    /// Kind, for people.
    pub kind: String,
    /// Namespace; absent for cluster-scoped kinds and for several namespaces.
    pub namespace: Option<String>,
    /// How many.
    pub count: u64,
    /// The first names.
    pub names: Vec<String>,
}

/// What will take a change back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revert {
    /// Stable identifier, for example `autoscaler-reverts`.
    pub id: String,
    /// The object that is changed.
    pub object: ObjectRef,
    /// Who takes it back, when, and what to change instead.
    pub text: String,
}

impl Impact {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

impl fmt::Display for PodChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = self.count == 1;
        let does = match self.fate {
            Fate::Stop => {
                if one {
                    "stops"
                } else {
                    "stop"
                }
            }
            Fate::Restart => {
                if one {
                    "is replaced by a new one"
                } else {
                    "are replaced by new ones"
                }
            }
            Fate::Leave => {
                if one {
                    "has to leave its node"
                } else {
                    "have to leave their node"
                }
            }
            Fate::Start => {
                if one {
                    "starts"
                } else {
                    "start"
                }
            }
        };
        if self.object.group.is_empty() && self.object.resource == "pods" {
            return write!(f, "Pod {} {does}.", self.object.name);
        }
        write!(f, "{} of {} {} {does}.", counted(self.count, "pod"), self.object.kind, self.object.name)
    }
}

impl fmt::Display for ServiceChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, ready, left, comes_back, .. } = self;
        let until = if *comes_back { " until new pods are ready" } else { "" };
        match (left, ready) {
            (0, 1) => write!(f, "Service {name} loses its only ready endpoint{until}."),
            (0, _) => write!(f, "Service {name} loses all {ready} ready endpoints{until}."),
            _ => write!(f, "Service {name} keeps {left} of {ready} ready endpoints{until}."),
        }
    }
}

impl fmt::Display for BudgetChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, healthy, left, wanted, .. } = self;
        let healthy = counted(*healthy, "healthy pod");
        write!(f, "PodDisruptionBudget {name} wants {wanted}; {left} of {healthy} would be left.")
    }
}

impl fmt::Display for VolumeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.namespace.is_some() { "PersistentVolumeClaim" } else { "PersistentVolume" };
        let data = match self.data {
            Data::Deleted => "its data is deleted",
            Data::Kept => "its data stays on the volume",
            Data::None => "it holds no data yet",
            Data::Unknown => "whether its data goes too is not known",
        };
        write!(f, "{what} {} goes: {data}.", self.name)
    }
}

impl fmt::Display for Along {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.kind)?;
        if !self.names.is_empty() {
            let more = if self.count > self.names.len() as u64 { ", …" } else { "" };
            write!(f, " ({}{more})", self.names.join(", "))?;
        }
        Ok(())
    }
}
