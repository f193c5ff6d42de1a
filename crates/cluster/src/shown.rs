//! What a change prints: a line for each target, or the object itself where `-o` asks for it.

use kubechat_kubectl::plan::{Change, Show};
use kubechat_kubectl::{Operation, Plan, difference};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::compute::{Missing, Step, is_scale};
use crate::error::Error;
use crate::read::objects::{plan_tidy, print};
use crate::read::table::qualified;
use crate::session::Session;

impl Session {
    /// A plan that is only tried: what the server's dry run makes of each target.
    pub(crate) async fn tried(&self, plan: &Plan) -> Result<Answer, Error> {
        let computed = self.compute(plan, Missing::Fails).await?;
        if let Show::Diff { secrets } = plan.show {
            return Ok(differences(&computed.steps, secrets));
        }
        let mut parts = Vec::new();
        for step in computed.steps {
            let operation = &plan.operations[step.operation];
            let object = match (&plan.show, &operation.change) {
                // What kubectl itself would make, without asking the server.
                (Show::Json | Show::Yaml, Some(Change::Create { body })) if plan.as_sent => {
                    Some(body.clone())
                }
                _ => step.after.clone().or_else(|| step.before.clone()),
            };
            parts.push(self.shown(plan, operation, &step, object).await);
        }
        Ok(Answer { notes: computed.notes, ..Answer::text(joined(plan, &parts)) })
    }

    /// What is printed of one target that was written, or that is as it should be already.
    pub(crate) async fn shown(
        &self,
        plan: &Plan,
        operation: &Operation,
        step: &Step,
        object: Option<Value>,
    ) -> String {
        match &plan.show {
            Show::Changed { done, dry_run } => {
                let done = match (&operation.change, done.as_str()) {
                    // `apply` says what it came to for each object.
                    (Some(Change::Create { .. }), "configured") => "created",
                    (Some(Change::Delete { .. }), "configured" | "serverside-applied") => "pruned",
                    (_, done) => done,
                };
                line(operation, step, done, dry_run.as_deref())
            }
            Show::Drain(_) => {
                let done = match &operation.change {
                    Some(Change::Evict { .. }) => "evicted",
                    Some(Change::Delete { .. }) => "deleted",
                    _ => "cordoned",
                };
                line(operation, step, done, plan.dry_run.then_some("server dry run"))
            }
            // What is connected to was made first.
            Show::Stream => line(operation, step, "created", None),
            // The token is shown beside it, once.
            _ if plan.leaves_no_trace() => line(operation, step, "created", None),
            Show::Name => qualified(&operation.resource, &step.object.name),
            show => {
                // The answer to a scale is a Scale; people ask for the workload.
                let whole = match object.filter(|object| !is_scale(operation) && object.is_object()) {
                    Some(object) => Ok(object),
                    None => {
                        let namespace = step.object.namespace.as_deref();
                        self.get(&operation.resource, namespace, &step.object.name).await
                    }
                };
                let show = if lists(plan) { &Show::Json } else { show };
                whole
                    .and_then(|object| print(show, &plan_tidy(plan, object)))
                    .unwrap_or_else(|error| error.to_string())
            }
        }
    }
}

/// What would change, as text, and whether anything would.
fn differences(steps: &[Step], secrets: bool) -> Answer {
    let text =
        |step: &Step| difference::text(&step.object, step.before.as_ref(), step.after.as_ref(), secrets);
    let text: String = steps.iter().map(text).collect();
    Answer { verdict: (!text.is_empty()).then_some(false), ..Answer::text(text) }
}

/// Several objects stand one after the other, as documents in YAML, or make a list.
pub(crate) fn joined(plan: &Plan, parts: &[String]) -> String {
    if let Some(printed) = lists(plan).then(|| listed(&plan.show, parts)).flatten() {
        return printed;
    }
    match plan.show {
        Show::Yaml => parts.join("---\n"),
        Show::JsonPath(_) => parts.concat(),
        _ => parts.join("\n"),
    }
}

fn lists(plan: &Plan) -> bool {
    plan.as_list && matches!(plan.show, Show::Json | Show::Yaml | Show::Kyaml)
}

/// Objects that are printed as JSON, as one list in the form that is asked for; nothing where one could not be read.
fn listed(show: &Show, parts: &[String]) -> Option<String> {
    let items: Vec<Value> =
        parts.iter().map(|part| serde_json::from_str(part).ok()).collect::<Option<_>>()?;
    match items.as_slice() {
        [object] => print(show, object).ok(),
        _ => print(show, &json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {}})).ok(),
    }
}

/// `deployment.apps/web scaled`, and `pod "one" deleted from shop namespace`.
fn line(operation: &Operation, step: &Step, done: &str, dry_run: Option<&str>) -> String {
    let traceless = operation.change.as_ref().is_some_and(Change::leaves_no_trace);
    let done = if step.deltas.is_empty() && !traceless { "unchanged" } else { done };
    let tried = dry_run.map(|how| format!(" ({how})")).unwrap_or_default();
    let object = qualified(&operation.resource, &step.object.name);
    if !done.ends_with("deleted") {
        return format!("{object} {done}{tried}");
    }
    let (kind, name) = object.split_once('/').unwrap_or((&object, ""));
    let place =
        step.object.namespace.as_ref().map(|name| format!(" from {name} namespace")).unwrap_or_default();
    format!("{kind} \"{name}\" {done}{place}{tried}")
}
