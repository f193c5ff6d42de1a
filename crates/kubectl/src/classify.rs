//! A line judged without a cluster: what `kubechat classify` prints.

use std::cell::Cell;

use serde::Serialize;
use serde_json::json;

use crate::assess::{assess, unplanned};
use crate::catalog::{Catalog, Resource};
use crate::command::{AnyVerb, Command};
use crate::documents::Attachments;
use crate::level::{Assessment, Level, Reason};
use crate::output::Changing;
use crate::plan::{Context, Facts, Operation, Plan, Planned, Read};
use crate::protection::Protection;
use crate::refusal::Refusal;
use crate::select::Selection;

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
    classify_with(line, &Attachments::new())
}

/// The same with the texts of the files that the line names, which are then judged by what they hold.
pub fn classify_with(line: &str, attachments: &Attachments) -> Classified {
    match Command::parse(line).and_then(|command| planned(&command, attachments)) {
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

thread_local! {
    /// Kubernetes' own resources and room for a few custom ones, so that no line copies them all.
    static SCRATCH: Cell<Option<Catalog>> = const { Cell::new(None) };
}

fn planned(command: &Command, attachments: &Attachments) -> Result<(Assessment, Vec<Operation>), Refusal> {
    let facts = Facts::new();
    let own = Catalog::own();
    let mut unknown: Vec<String> = command
        .selection()
        .into_iter()
        .flat_map(Selection::kinds)
        .filter(|word| !is_known(own, word))
        .map(str::to_owned)
        .collect();
    if unknown.is_empty() {
        match judged(command, &around(own, &facts, attachments)) {
            Err(refusal) if refusal.id == "unknown-kind" => unknown.extend(word_of(&refusal)),
            other => return other,
        }
    }
    let mut catalog = SCRATCH.take().unwrap_or_else(Catalog::builtin);
    // A line can't name more unknown types than this without being refused anyway.
    let mut result =
        Err(Refusal::new("unknown-kind", "The command names too many types that Kubernetes does not have."));
    for _ in 0..16 {
        catalog.resources.extend(unknown.drain(..).map(|word| custom(&word)));
        match judged(command, &around(&catalog, &facts, attachments)) {
            Err(refusal) if refusal.id == "unknown-kind" => match word_of(&refusal) {
                Some(word) if catalog.find(&word).is_none() => unknown.push(word),
                _ => {
                    result = Err(refusal);
                    break;
                }
            },
            other => {
                result = other;
                break;
            }
        }
    }
    catalog.resources.truncate(own.resources.len());
    SCRATCH.set(Some(catalog));
    result
}

fn around<'a>(catalog: &'a Catalog, facts: &'a Facts, attachments: &'a Attachments) -> Context<'a> {
    Context { namespace: "default", now: jiff::Timestamp::UNIX_EPOCH, catalog, facts, attachments }
}

fn is_known(catalog: &Catalog, word: &str) -> bool {
    catalog.find(word).is_some() || !catalog.category(word).is_empty()
}

/// The type that a refusal is about.
fn word_of(refusal: &Refusal) -> Option<String> {
    refusal.message.split('`').nth(1).map(str::to_owned)
}

fn judged(command: &Command, ctx: &Context<'_>) -> Result<(Assessment, Vec<Operation>), Refusal> {
    match command.operations(ctx) {
        Ok(Planned::Ready(plan)) => Ok((assess(command, &plan, Protection::standard()), plan.operations)),
        Ok(Planned::Need(reads)) => {
            let mut assessment = unplanned(command);
            // What these do does not depend on what the objects hold, only on whether they are there, and what a
            // manifest does on what it holds itself; the others say it themselves.
            let presumable = matches!(
                command.what,
                AnyVerb::Mark(_)
                    | AnyVerb::Delete(_)
                    | AnyVerb::Autoscale(_)
                    | AnyVerb::Rollout(_)
                    | AnyVerb::Manifest(_)
            );
            let Some(plan) =
                Some(reads).filter(|_| presumable).and_then(|reads| presumed(command, ctx, reads))
            else {
                guard(command, ctx, &mut assessment);
                return Ok((assessment, Vec::new()));
            };
            assessment.merge(assess(command, &plan, Protection::standard()));
            Ok((assessment, plan.operations))
        }
        // It can't be carried out, but it can be judged.
        Err(refusal) if JUDGED.contains(&refusal.id) => {
            let mut assessment = unplanned(command);
            guard(command, ctx, &mut assessment);
            Ok((assessment, Vec::new()))
        }
        Err(refusal) => Err(refusal),
    }
}

/// What is protected stays so where there is no plan: the kinds that the command names, in the namespace it names.
fn guard(command: &Command, ctx: &Context<'_>, assessment: &mut Assessment) {
    if command.changing().is_none_or(Changing::is_dry) {
        return;
    }
    let namespace = command.scope().and_then(|scope| scope.namespace.as_deref());
    for resource in
        command.selection().into_iter().flat_map(Selection::kinds).filter_map(|word| ctx.catalog.find(word))
    {
        Protection::standard().raise(namespace.filter(|_| resource.namespaced), resource, assessment);
    }
}

/// Why a command may have no plan and a level all the same.
const JUDGED: &[&str] = &["not-yet", "bad-combination", "manifest-file", "missing-edit", "unsupported-flag"];

/// The plan if the objects that are missing were there, and bare: its level can only add to what is known.
fn presumed(command: &Command, ctx: &Context<'_>, reads: Vec<Read>) -> Option<Plan> {
    let object = |read: &Read| read.name.iter().map(|name| json!({"metadata": {"name": name}})).collect();
    let facts: Facts = reads
        .into_iter()
        .map(|read| {
            let objects = object(&read);
            (read, objects)
        })
        .collect();
    match command.operations(&Context { facts: &facts, ..*ctx }) {
        Ok(Planned::Ready(plan)) => Some(plan),
        _ => None,
    }
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
