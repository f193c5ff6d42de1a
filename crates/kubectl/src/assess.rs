//! How much a plan can break, from its operations; and again from the previewed difference.

use serde_json::Value;

use crate::apply::between;
use crate::catalog::{Catalog, Resource};
use crate::command::Command;
use crate::difference::{Delta, ObjectRef};
use crate::impact::Impact;
use crate::level::{Assessment, Level};
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Operation, Plan, Show, Targets};
use crate::protection::Protection;

mod disclosure;
mod impact;
pub(crate) mod inside;
pub(crate) mod paths;

/// The level of a command and its plan, before anything is asked of the cluster.
pub fn assess(command: &Command, plan: &Plan, protection: &Protection) -> Assessment {
    let mut assessment = Assessment::safe();
    disclosure::of_plan(plan, &mut assessment);
    disclosure::of_command(command, &mut assessment);
    if !plan.mutates() {
        return assessment;
    }
    command.hazards(&mut assessment);
    for operation in plan.operations.iter().filter(|operation| operation.verb.mutates()) {
        of_operation(operation, &mut assessment);
    }
    protection.of_plan(plan, &mut assessment);
    assessment
}

/// The level of a command whose plan waits for facts: what can be said of it already.
pub(crate) fn unplanned(command: &Command) -> Assessment {
    let mut assessment = Assessment::safe();
    disclosure::of_command(command, &mut assessment);
    let dry = command.changing().is_some_and(Changing::is_dry);
    if command.changing().is_some() && !dry {
        let text = "It changes the cluster; exactly what depends on the objects it finds.";
        assessment.raise(Level::Warning, "changes-state", text);
    }
    if !dry {
        command.hazards(&mut assessment);
    }
    assessment
}

/// What a preview has shown.
#[derive(Debug, Clone, Copy)]
pub struct Effects<'a> {
    /// Exactly which objects.
    pub targets: &'a [ObjectRef],
    /// What changes in them.
    pub deltas: &'a [Delta],
    /// What changes beyond them.
    pub impact: &'a Impact,
    /// Whether the server could not confirm it.
    pub unconfirmed: bool,
}

/// The level of what a preview has shown. Raises, never lowers.
pub fn assess_effects(plan: &Plan, effects: &Effects<'_>, protection: &Protection) -> Assessment {
    let mut assessment = Assessment::safe();
    if !plan.mutates() {
        return assessment;
    }
    for operation in plan.operations.iter().filter(|operation| operation.verb.mutates()) {
        of_operation(operation, &mut assessment);
    }
    for delta in effects.deltas {
        paths::of_delta(delta, &mut assessment);
    }
    impact::of_impact(effects.impact, &mut assessment);
    protection.of_plan(plan, &mut assessment);
    protection.of_targets(effects.targets, &mut assessment);
    if effects.unconfirmed {
        let text =
            "The server could not confirm this step beforehand; it is shown again when its turn comes.";
        assessment.raise(Level::Warning, "unconfirmed", text);
    }
    assessment
}

/// What must be typed to confirm: the name of the one target, or how many there are.
pub fn confirm_phrase(targets: &[ObjectRef]) -> String {
    match targets {
        [] => "0 objects".to_owned(),
        [one] => one.name.clone(),
        many if many
            .iter()
            .all(|object| object.resource == many[0].resource && object.group == many[0].group) =>
        {
            format!("{} {}", many.len(), many[0].resource)
        }
        many => format!("{} objects", many.len()),
    }
}

fn of_operation(operation: &Operation, assessment: &mut Assessment) {
    let resource = &operation.resource;
    let what = phrase(operation);
    if resource.group == "rbac.authorization.k8s.io" {
        assessment.raise(Level::Dangerous, "writes-rbac", format!("It changes who may do what: {what}."));
    }
    match &operation.change {
        Some(Change::Delete { .. }) => of_delete(operation, &what, assessment),
        Some(Change::Create { body }) => {
            assessment.raise(Level::Warning, "creates", format!("It creates {what}."));
            paths::of_created(resource, body, assessment);
        }
        Some(Change::MergePatch { body } | Change::StrategicPatch { body }) => {
            changes(&what, assessment);
            paths::of_body(resource, body, assessment);
        }
        Some(Change::JsonPatch { body }) => {
            changes(&what, assessment);
            paths::of_json_patch(resource, body, assessment);
        }
        Some(Change::Evict { .. }) => {
            assessment.raise(Level::Dangerous, "evicts-pods", format!("It evicts {what}."));
        }
        // The command says what it is; what it does inside is not the API's.
        Some(Change::Connect { .. }) => {}
        Some(Change::Token { .. }) => {
            let text = format!("Whoever holds the token acts as {what}.");
            assessment.raise(Level::Warning, "issues-token", text);
        }
        Some(Change::Apply { body, original: Some(original) }) => {
            changes(&what, assessment);
            paths::of_body(resource, &between(original, body), assessment);
        }
        Some(
            Change::Apply { body, original: None }
            | Change::ServerApply { body, .. }
            | Change::Replace { body },
        ) => {
            changes(&what, assessment);
            paths::of_body(resource, body, assessment);
        }
        Some(Change::Recreate { body, .. }) => {
            let text = format!("It deletes {what} and makes it anew.");
            assessment.raise(Level::Dangerous, "recreates", text);
            paths::of_created(resource, body, assessment);
        }
        None => changes(&what, assessment),
    }
    if resource.namespaced && operation.namespace.is_none() {
        assessment.raise(
            Level::Dangerous,
            "cluster-wide",
            format!("It reaches {} in every namespace.", resource.plural),
        );
    }
}

/// A patch of objects whose kind is not known: what it would be for any kind.
pub(crate) fn of_patch(steps: bool, body: &Value, assessment: &mut Assessment) {
    if paths::names_rights(body) {
        assessment.raise(
            Level::Dangerous,
            "writes-rbac",
            "It changes who may do what, if it is of a role or a binding.",
        );
    }
    for word in ["pods", "namespaces", "persistentvolumes", "nodes", "priorityclasses"] {
        if let Some(resource) = Catalog::own().find(word) {
            if steps {
                paths::of_json_patch(resource, body, assessment);
            } else {
                paths::of_body(resource, body, assessment);
            }
        }
    }
}

fn changes(what: &str, assessment: &mut Assessment) {
    assessment.raise(Level::Warning, "changes-state", format!("It changes {what}."));
}

fn of_delete(operation: &Operation, what: &str, assessment: &mut Assessment) {
    let resource = &operation.resource;
    if is(resource, "", "namespaces") {
        assessment.raise(
            Level::Dangerous,
            "deletes-namespace",
            format!("It deletes {what} and everything inside."),
        );
    } else if is(resource, "apiextensions.k8s.io", "customresourcedefinitions") {
        assessment.raise(
            Level::Dangerous,
            "deletes-kind",
            format!("It deletes {what} and every object of that type."),
        );
    }
    if matches!(operation.targets, Targets::Selected { labels: None, fields: None }) {
        assessment.raise(Level::Dangerous, "deletes-all", format!("It deletes {what}."));
    } else {
        assessment.raise(Level::Dangerous, "deletes", format!("It deletes {what}."));
    }
    let data = is(resource, "", "persistentvolumeclaims") || is(resource, "", "persistentvolumes");
    if data {
        assessment.raise(Level::Dangerous, "deletes-data", "The data on the volume may be lost with it.");
    }
}

pub(super) fn is(resource: &Resource, group: &str, plural: &str) -> bool {
    resource.group == group && resource.plural == plural
}

/// `Deployment web in namespace shop`, `every Pod with app=web in namespace shop`.
fn phrase(operation: &Operation) -> String {
    let kind = &operation.resource.kind;
    let place = match (&operation.namespace, operation.resource.namespaced) {
        (Some(name), _) => format!(" in namespace {name}"),
        (None, true) => " in all namespaces".to_owned(),
        (None, false) => String::new(),
    };
    match &operation.targets {
        Targets::Names(names) => format!("{kind} {}{place}", crate::select::join_and(names)),
        Targets::Selected { labels, fields } => {
            let with = labels.as_ref().map(|labels| format!(" with {labels}")).unwrap_or_default();
            let at = fields.as_ref().map(|fields| format!(" where {fields}")).unwrap_or_default();
            format!("every {kind}{with}{at}{place}")
        }
    }
}

/// Whether the plan's answer prints stored objects rather than a line about them.
fn prints_objects(show: &Show) -> bool {
    match show {
        Show::Json
        | Show::Yaml
        | Show::Kyaml
        | Show::JsonPath(_)
        | Show::JsonPathAsJson(_)
        | Show::GoTemplate(_)
        | Show::CustomColumns { .. }
        | Show::Describe { .. } => true,
        // Each says itself what it shows of an object.
        Show::Table { .. }
        | Show::Name
        | Show::Logs(_)
        | Show::Top { .. }
        | Show::Events { .. }
        | Show::Explain { .. }
        | Show::ApiResources { .. }
        | Show::CanI { .. }
        | Show::RolloutStatus { .. }
        | Show::RolloutHistory { .. }
        | Show::WhoAmI { .. }
        | Show::Version { .. }
        | Show::Config(_)
        | Show::Dump { .. }
        | Show::Environment { .. }
        | Show::ApiVersions
        | Show::ClusterInfo
        | Show::Text { .. }
        | Show::Written { .. }
        | Show::Diff { .. }
        | Show::LastApplied { .. }
        | Show::Changed { .. }
        | Show::Wait { .. }
        | Show::Stream
        | Show::Drain(_) => false,
    }
}

/// Whether an operation answers with objects that were there before.
fn answers_with_stored(operation: &Operation) -> bool {
    operation.verb != ApiVerb::Create && operation.verb != ApiVerb::Delete
}

/// A value at a path of a patch or body.
fn at<'a>(body: &'a Value, pointer: &str) -> Option<&'a Value> {
    body.pointer(pointer)
}
