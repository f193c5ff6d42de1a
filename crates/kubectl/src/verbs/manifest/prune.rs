//! `apply --prune`: what was applied once and is no longer in the manifest goes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Manifest;
use crate::apply::LAST_APPLIED;
use crate::catalog::Resource;
use crate::documents::Written;
use crate::facts::name_of;
use crate::plan::{ApiVerb, Change, Context, Operation, Read, Targets};
use crate::refusal::Refusal;
use crate::select::changing;

/// The types that kubectl prunes when none are named.
const USUAL: &[&str] = &[
    "configmaps",
    "endpoints",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "secrets",
    "services",
    "jobs.batch",
    "cronjobs.batch",
    "ingresses.networking.k8s.io",
    "daemonsets.apps",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "namespaces",
    "persistentvolumes",
];

impl Manifest {
    /// The deletions that `--prune` asks for, or the lists that have to be read first.
    pub(super) fn pruned(
        &self,
        written: &[Written],
        ctx: &Context<'_>,
    ) -> Result<Result<Vec<Operation>, Vec<Read>>, Refusal> {
        if !self.options.on("prune") {
            return Ok(Ok(Vec::new()));
        }
        let labels = self.selection.labels.clone();
        if self.verb == "apply" && labels.is_none() && !self.selection.all {
            let text = "`--prune` needs a selector (`-l`) that says what belongs together, or `--all`.";
            return Err(Refusal::new("missing-value", text));
        }
        let namespaces: BTreeSet<&String> =
            written.iter().filter_map(|object| object.namespace.as_ref()).collect();
        let (mut operations, mut missing) = (Vec::new(), Vec::new());
        for resource in self.prunable(ctx)? {
            let places: Vec<Option<String>> = match resource.namespaced {
                true => namespaces.iter().map(|name| Some((*name).clone())).collect(),
                false => vec![None],
            };
            for namespace in places {
                let read = Read {
                    resource: resource.qualified(),
                    namespace: namespace.clone(),
                    name: None,
                    labels: labels.clone(),
                    fields: None,
                    chosen: false,
                };
                match ctx.facts.get(&read) {
                    None => missing.push(read),
                    Some(live) => operations.extend(self.gone(&resource, namespace, live, written)),
                }
            }
        }
        Ok(if missing.is_empty() { Ok(operations) } else { Err(missing) })
    }

    fn prunable(&self, ctx: &Context<'_>) -> Result<Vec<Resource>, Refusal> {
        let named: Vec<&str> = self.options.all("prune-allowlist").flat_map(|list| list.split(',')).collect();
        if named.is_empty() {
            return Ok(USUAL.iter().filter_map(|word| ctx.catalog.find(word)).cloned().collect());
        }
        named.into_iter().map(|word| allowed(word, ctx)).collect()
    }

    /// One deletion of everything that was applied and is not in the manifest.
    fn gone(
        &self,
        resource: &Resource,
        namespace: Option<String>,
        live: &[Value],
        written: &[Written],
    ) -> Option<Operation> {
        let applied = |object: &&Value| {
            object.pointer("/metadata/annotations").is_some_and(|notes| notes.get(LAST_APPLIED).is_some())
        };
        let kept = |name: &str| {
            written.iter().any(|object| {
                object.name == name
                    && object.namespace == namespace
                    && object.resource.qualified() == resource.qualified()
            })
        };
        let names: Vec<String> =
            live.iter().filter(applied).map(name_of).filter(|name| !kept(name)).map(str::to_owned).collect();
        let change = Change::Delete {
            grace_period_seconds: self.grace_given(),
            propagation: Some("Background".to_owned()),
        };
        let targets = Targets::Names(names.clone());
        (!names.is_empty()).then(|| changing(ApiVerb::Delete, resource.clone(), namespace, targets, change))
    }
}

/// `GROUP/VERSION/KIND`, with `core` for the group that has no name.
fn allowed(word: &str, ctx: &Context<'_>) -> Result<Resource, Refusal> {
    let parts: Vec<&str> = word.split('/').collect();
    let [group, _, kind] = parts.as_slice() else {
        let text = format!(
            "`{word}` is not GROUP/VERSION/KIND, for example `apps/v1/Deployment` or `core/v1/ConfigMap`."
        );
        return Err(Refusal::new("bad-value", text));
    };
    let group = if *group == "core" { "" } else { *group };
    let found = ctx.catalog.resources.iter().find(|known| known.group == group && known.kind == *kind);
    found.cloned().ok_or_else(|| {
        let dot = if group.is_empty() { "" } else { "." };
        let text = format!(
            "There is no type `{}{dot}{group}`, which `--prune-allowlist` names.",
            kind.to_lowercase()
        );
        Refusal::new("unknown-kind", text)
    })
}
