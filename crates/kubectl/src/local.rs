//! `--local`: what a command makes of the objects in its manifest, reckoned here without asking any cluster.

use crate::command::Command;
use crate::documents::{self, Written};
use crate::plan::{Context, Operation, Plan, Planned, Read, Show, Targets};
use crate::reckon;
use crate::refusal::Refusal;
use crate::select::Selection;

impl Command {
    /// A plan that asks nothing: the changed objects are its answer.
    pub(crate) fn locally(&self, selection: &Selection, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let refused = |text: &str| Err(Refusal::new("bad-combination", text));
        if selection.source.is_empty() {
            return refused("`--local` changes what is in a manifest; give one with `-f`.");
        }
        let scope = self.scope().cloned().unwrap_or_default();
        let written = documents::objects(&selection.source, selection.labels.as_deref(), &scope, ctx)?;
        if written.iter().any(|one| one.resource.plural == "secrets" && one.resource.group.is_empty()) {
            return refused(
                "What a Secret holds is not printed; leave Secrets out of what is changed with `--local`.",
            );
        }
        let mut facts = ctx.facts.clone();
        for one in &written {
            for chosen in [false, true] {
                facts.insert(Read { chosen, ..one.read() }, vec![one.body.clone()]);
            }
        }
        let Planned::Ready(plan) = self.plan_written(selection, &Context { facts: &facts, ..*ctx })? else {
            return refused(
                "`--local` knows only the manifest, and this needs objects of the cluster; leave it out.",
            );
        };
        let mut after = Vec::new();
        for operation in &plan.operations {
            after.extend(objects(operation, &written));
        }
        let name = |(one, _): &(&Written, _)| {
            let resource = &one.resource;
            let dot = if resource.group.is_empty() { "" } else { "." };
            format!("{}{dot}{}/{}", resource.singular, resource.group, one.name)
        };
        let show = match plan.show {
            Show::Changed { done, .. } => {
                let lines: Vec<String> = after.iter().map(|one| format!("{} {done}", name(one))).collect();
                Show::Text { text: lines.join("\n") }
            }
            Show::Name => Show::Text { text: after.iter().map(name).collect::<Vec<_>>().join("\n") },
            print => Show::Written {
                objects: after.into_iter().map(|(_, object)| object).collect(),
                print: Box::new(print),
            },
        };
        Ok(Planned::Ready(Plan::reads(Vec::new(), show)))
    }
}

/// What an operation makes of the written objects that it is about.
fn objects<'a>(operation: &Operation, written: &'a [Written]) -> Vec<(&'a Written, serde_json::Value)> {
    let Targets::Names(names) = &operation.targets else { return Vec::new() };
    let same = |one: &&Written, name: &String| {
        one.resource == operation.resource && one.namespace == operation.namespace && one.name == *name
    };
    let found = names.iter().filter_map(|name| written.iter().find(|one| same(one, name)));
    let change = operation.change.as_ref();
    found
        .map(|one| {
            let after = change.and_then(|change| reckon::outcome(change, Some(&one.body)));
            (one, after.unwrap_or_else(|| one.body.clone()))
        })
        .collect()
}
