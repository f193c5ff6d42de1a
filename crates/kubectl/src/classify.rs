//! A line judged without a cluster: what `kubechat classify` prints.

use serde::Serialize;

use crate::assess::{assess, unplanned};
use crate::catalog::{Catalog, Resource};
use crate::command::Command;
use crate::level::{Assessment, Level, Reason};
use crate::plan::{Context, Facts, Operation, Planned};
use crate::refusal::Refusal;

/// What can be said about a line without a cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Classified {
    /// The level; `refused` for a line outside the language.
    pub level: Level,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The calls it would make; empty where they depend on the cluster's objects.
    pub operations: Vec<Operation>,
    /// Whether the answer may hold secret values.
    pub discloses_secrets: bool,
}

/// Judges a line by Kubernetes' own resources. A type that Kubernetes doesn't have is taken for a custom one.
pub fn classify(line: &str) -> Classified {
    match Command::parse(line).and_then(|command| planned(&command)) {
        Ok((assessment, operations)) => Classified {
            level: assessment.level,
            reasons: assessment.reasons,
            operations,
            discloses_secrets: assessment.discloses_secrets,
        },
        Err(refusal) => Classified {
            level: Level::Refused,
            reasons: vec![Reason { id: refusal.id.to_owned(), text: refusal.message }],
            operations: Vec::new(),
            discloses_secrets: false,
        },
    }
}

fn planned(command: &Command) -> Result<(Assessment, Vec<Operation>), Refusal> {
    let facts = Facts::new();
    let mut extended: Option<Catalog> = None;
    // A line can't name more unknown types than this without being refused anyway.
    for _ in 0..16 {
        let catalog = extended.as_ref().unwrap_or_else(|| Catalog::own());
        let ctx = Context { namespace: "default", now: jiff::Timestamp::UNIX_EPOCH, catalog, facts: &facts };
        match command.plan(&ctx) {
            Ok(Planned::Ready(plan)) => return Ok((assess(command, &plan), plan.operations)),
            Ok(Planned::Need(_)) => return Ok((unplanned(command), Vec::new())),
            // It can't be carried out, but it can be judged.
            Err(refusal) if refusal.id == "not-yet" => return Ok((unplanned(command), Vec::new())),
            Err(refusal) if refusal.id == "unknown-kind" => {
                let Some(word) = refusal.message.split('`').nth(1).map(str::to_owned) else {
                    return Err(refusal);
                };
                let mut catalog = catalog.clone();
                catalog.resources.push(custom(&word));
                if catalog.find(&word).is_none() {
                    return Err(refusal);
                }
                extended = Some(catalog);
            }
            Err(refusal) => return Err(refusal),
        }
    }
    Err(Refusal::new("unknown-kind", "The command names too many types that Kubernetes does not have."))
}

/// A custom resource of this name.
fn custom(word: &str) -> Resource {
    let lower = word.to_lowercase();
    let (plural, group) = lower.split_once('.').unwrap_or((&lower, ""));
    Resource {
        group: group.to_owned(),
        version: "v1".to_owned(),
        plural: plural.to_owned(),
        singular: plural.to_owned(),
        kind: plural.to_owned(),
        short_names: Vec::new(),
        categories: Vec::new(),
        namespaced: true,
        verbs: Vec::new(),
        subresources: Vec::new(),
    }
}
