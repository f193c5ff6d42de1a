//! `rollout …`: the revisions of workloads.

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::facts::{self, name_of, selector_of};
use crate::flags::{Flag, Parsed, duration, int, switch};
use crate::globals::{DRY_RUN, FILE, MANAGER, OUTPUT, SELECT};
use crate::kinds::lookup;
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Operation, Plan, Planned, Read, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{self, Scope, Selection, changing, check_scope, reading};
use crate::verbs::patching;

mod revisions;

/// What is done with a rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// How far it is.
    Status {
        /// Follow until it has ended.
        watch: bool,
        /// Seconds after which following gives up.
        timeout: Option<i64>,
    },
    /// Its revisions.
    History {
        /// Details of one revision.
        revision: Option<i64>,
    },
    /// New pods, one after the other.
    Restart,
    /// Back to an earlier revision.
    Undo {
        /// Which; the one before when absent.
        to: Option<i64>,
    },
    /// Changes wait.
    Pause,
    /// Changes go on.
    Resume,
}

/// `kubectl rollout`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// What is done.
    pub action: Action,
    /// Where.
    pub scope: Scope,
    /// Which workloads.
    pub selection: Selection,
    /// Dry run and output.
    pub changing: Changing,
}

const STATUS: &[Flag] = &[switch("watch").short('w'), duration("timeout"), int("revision")];
const HISTORY: &[Flag] = &[int("revision")];
const UNDO: &[Flag] = &[int("to-revision")];

impl Verb for Rollout {
    const SPECS: &'static [Spec] = &[
        Spec { name: "rollout status", flags: &[STATUS, FILE, SELECT], free: false },
        Spec { name: "rollout history", flags: &[HISTORY, FILE, SELECT, OUTPUT], free: false },
        Spec { name: "rollout restart", flags: &[FILE, SELECT, DRY_RUN, MANAGER, OUTPUT], free: false },
        Spec { name: "rollout undo", flags: &[UNDO, FILE, SELECT, DRY_RUN, OUTPUT], free: false },
        Spec { name: "rollout pause", flags: &[FILE, SELECT, DRY_RUN, MANAGER, OUTPUT], free: false },
        Spec { name: "rollout resume", flags: &[FILE, SELECT, DRY_RUN, MANAGER, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let above_zero = |flag: &str| words.int(flag).filter(|revision| *revision > 0);
        let action = match verb {
            "rollout status" => Action::Status {
                watch: words.on_unless("watch"),
                timeout: words.seconds("timeout").filter(|seconds| *seconds > 0),
            },
            "rollout history" => Action::History { revision: above_zero("revision") },
            "rollout restart" => Action::Restart,
            "rollout undo" => Action::Undo { to: above_zero("to-revision") },
            "rollout pause" => Action::Pause,
            _ => Action::Resume,
        };
        if verb == "rollout status" && words.has("revision") {
            return Err(Refusal::new(
                "not-yet",
                "The status of one revision is not supported; leave `--revision` out.",
            ));
        }
        // A type alone means every object of it in the namespace, as with kubectl.
        let selection = Selection::read(&words.args, words)?.some(verb)?;
        Ok(Self { action, scope: Scope::read(words)?, selection, changing: Changing::read(words)? })
    }

    fn verb(&self) -> &'static str {
        match self.action {
            Action::Status { .. } => "rollout status",
            Action::History { .. } => "rollout history",
            Action::Restart => "rollout restart",
            Action::Undo { .. } => "rollout undo",
            Action::Pause => "rollout pause",
            Action::Resume => "rollout resume",
        }
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        if matches!(self.action, Action::History { .. }) && self.changing.output.is_some() {
            return Err(Refusal::new(
                "unsupported-flag",
                "Revisions are shown as a table, and one of them as its pods; leave out `-o`, or ask for the objects with `kubectl get replicasets` or `controllerrevisions`.",
            ));
        }
        let found = self.selection.resolve(ctx)?;
        for (resource, targets) in &found {
            check_scope(resource, targets, &self.scope)?;
            self.check_kind(resource)?;
        }
        match &self.action {
            Action::Status { watch, timeout } => Ok(self.status(ctx, found, *watch, *timeout)),
            Action::History { revision } => self.history(ctx, &found, *revision),
            Action::Undo { to } => self.undo(ctx, &found, *to),
            Action::Restart => {
                let objects = match facts::chosen(ctx, &found, &self.scope)? {
                    Ok(objects) => objects,
                    Err(missing) => return Ok(Planned::Need(missing)),
                };
                check_paused(&objects)?;
                let at = json!({"kubectl.kubernetes.io/restartedAt": format!("{:.0}", ctx.now)});
                let body = json!({"spec": {"template": {"metadata": {"annotations": at}}}});
                self.patch(ctx, found, body, "restarted")
            }
            Action::Pause => self.patch(ctx, found, json!({"spec": {"paused": true}}), "paused"),
            Action::Resume => self.patch(ctx, found, json!({"spec": {"paused": null}}), "resumed"),
        }
    }

    fn explain(&self) -> String {
        let target = format!("{}{}", self.selection.phrase(), self.scope.phrase());
        let text = match &self.action {
            Action::Status { watch: true, .. } => {
                format!("Follow the rollout of {target} until it has ended.")
            }
            Action::Status { watch: false, .. } => format!("Show how far the rollout of {target} is."),
            Action::History { revision: None } => format!("List the revisions of {target}."),
            Action::History { revision: Some(revision) } => format!("Show revision {revision} of {target}."),
            Action::Restart => format!("Restart {target}: its pods are replaced step by step."),
            Action::Undo { to: None } => format!("Roll {target} back to the revision before."),
            Action::Undo { to: Some(revision) } => format!("Roll {target} back to revision {revision}."),
            Action::Pause => format!("Pause the rollout of {target}: changes wait until it is resumed."),
            Action::Resume => format!("Resume the rollout of {target}."),
        };
        text + self.changing.phrase()
    }

    fn action(&self) -> String {
        let name = self.selection.short_phrase();
        match &self.action {
            Action::Status { .. } => "Show rollout".to_owned(),
            Action::History { .. } => "Show revisions".to_owned(),
            Action::Restart => format!("Restart {name}"),
            Action::Undo { .. } => format!("Roll back {name}"),
            Action::Pause => format!("Pause {name}"),
            Action::Resume => format!("Resume {name}"),
        }
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        match &self.action {
            Action::Status { watch, timeout } => {
                line.switch("--watch=false", !watch)
                    .value("--timeout", timeout.map(|seconds| format!("{seconds}s")));
            }
            Action::History { revision } => {
                line.value("--revision", *revision);
            }
            Action::Undo { to } => {
                line.value("--to-revision", *to);
            }
            Action::Restart | Action::Pause | Action::Resume => {}
        }
        self.changing.write(line);
    }

    fn follows(&self) -> bool {
        matches!(self.action, Action::Status { watch: true, .. })
    }

    fn changing(&self) -> Option<&Changing> {
        (!matches!(self.action, Action::Status { .. } | Action::History { .. })).then_some(&self.changing)
    }
}

impl Rollout {
    fn check_kind(&self, resource: &Resource) -> Result<(), Refusal> {
        let kinds: &[&str] = match self.action {
            Action::Pause | Action::Resume => &["Deployment"],
            _ => &["Deployment", "StatefulSet", "DaemonSet"],
        };
        if kinds.contains(&resource.kind.as_str()) {
            return Ok(());
        }
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("{kind}s")).collect();
        Err(Refusal::new(
            "unsupported",
            format!(
                "`kubectl {}` is for {}, not for {}.",
                self.verb(),
                select::join_and(&kinds),
                resource.plural
            ),
        ))
    }

    fn status(
        &self,
        ctx: &Context<'_>,
        found: Vec<(Resource, Targets)>,
        watch: bool,
        timeout: Option<i64>,
    ) -> Planned {
        let mut operations = Vec::new();
        for (resource, targets) in found {
            let namespace = self.scope.of(&resource, ctx);
            let operation = reading(resource, namespace, targets);
            if watch {
                operations.push(Operation { verb: ApiVerb::Watch, ..operation.clone() });
            }
            operations.insert(operations.len().saturating_sub(usize::from(watch)), operation);
        }
        Planned::Ready(Plan::reads(operations, Show::RolloutStatus { watch, timeout }))
    }

    fn history(
        &self,
        ctx: &Context<'_>,
        found: &[(Resource, Targets)],
        revision: Option<i64>,
    ) -> Result<Planned, Refusal> {
        let objects = match facts::chosen(ctx, found, &self.scope)? {
            Ok(objects) => objects,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        let mut operations = Vec::new();
        for (resource, values) in objects {
            let revisions = revisions_of(ctx, &resource)?;
            for object in &values {
                let namespace = self.scope.of(&resource, ctx);
                operations.push(reading(
                    resource.clone(),
                    namespace.clone(),
                    Targets::Names(vec![name_of(object).to_owned()]),
                ));
                let targets = Targets::Selected { labels: selector_of(object), fields: None };
                operations.push(reading(revisions.clone(), namespace, targets));
            }
        }
        Ok(Planned::Ready(Plan::reads(operations, Show::RolloutHistory { revision })))
    }

    fn undo(
        &self,
        ctx: &Context<'_>,
        found: &[(Resource, Targets)],
        to: Option<i64>,
    ) -> Result<Planned, Refusal> {
        let objects = match facts::chosen(ctx, found, &self.scope)? {
            Ok(objects) => objects,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        let mut operations = Vec::new();
        let mut missing = Vec::new();
        for (resource, values) in objects {
            let revisions = revisions_of(ctx, &resource)?;
            for object in &values {
                let namespace = self.scope.of(&resource, ctx);
                let read = Read {
                    resource: revisions.qualified(),
                    namespace: namespace.clone(),
                    name: None,
                    labels: selector_of(object),
                    fields: None,
                    chosen: false,
                };
                let Some(known) = ctx.facts.get(&read) else {
                    missing.push(read);
                    continue;
                };
                let change = revisions::back(&resource.kind, object, known, to)?;
                let targets = Targets::Names(vec![name_of(object).to_owned()]);
                operations.push(changing(ApiVerb::Patch, resource.clone(), namespace, targets, change));
            }
        }
        if !missing.is_empty() {
            return Ok(Planned::Need(missing));
        }
        Ok(Planned::Ready(Plan::changes(
            operations,
            self.changing.show("rolled back"),
            self.changing.is_dry(),
        )))
    }

    fn patch(
        &self,
        ctx: &Context<'_>,
        found: Vec<(Resource, Targets)>,
        body: Value,
        done: &str,
    ) -> Result<Planned, Refusal> {
        let change = Change::StrategicPatch { body };
        let operations = patching::alike(ctx, found, &self.scope, |_| Ok(change.clone()))?;
        Ok(Planned::Ready(Plan::changes(operations, self.changing.show(done), self.changing.is_dry())))
    }
}

/// A paused rollout would never restart.
fn check_paused(objects: &[(Resource, Vec<Value>)]) -> Result<(), Refusal> {
    let paused = |object: &&Value| object.pointer("/spec/paused") == Some(&Value::Bool(true));
    let found = objects.iter().find_map(|(resource, values)| Some((resource, values.iter().find(paused)?)));
    let Some((resource, object)) = found else { return Ok(()) };
    let (kind, name) = (&resource.kind, name_of(object));
    Err(Refusal::new(
        "paused",
        format!(
            "The rollout of {kind} {name} is paused; run `kubectl rollout resume {}/{name}` first.",
            resource.singular
        ),
    ))
}

/// Where a workload keeps its revisions.
fn revisions_of(ctx: &Context<'_>, resource: &Resource) -> Result<Resource, Refusal> {
    let word = if resource.kind == "Deployment" { "replicasets.apps" } else { "controllerrevisions.apps" };
    lookup(ctx.catalog, word).cloned()
}
