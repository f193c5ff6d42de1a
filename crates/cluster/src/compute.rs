//! The exact targets of a plan and what it would change in each, asked of the server by dry run.
//!
//! Preview and execution both come through here, so that what was shown and what is about to run are told apart by
//! nothing but the cluster's state.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use kubechat_kubectl::difference::difference_in;
use kubechat_kubectl::plan::{ApiVerb, Change, Targets};
use kubechat_kubectl::{Delta, ObjectRef, Operation, Plan, reckon};
use serde_json::{Value, json};

use crate::error::Error;
use crate::session::{MAX_OBJECTS, Session};
use crate::write::{self, Mode};

/// How often a target is read again because it changed between the read and the dry run.
pub(crate) const CONFLICTS: u32 = 5;
const AT_ONCE: usize = 8;

/// One target of one operation.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Index of the operation in the plan.
    pub operation: usize,
    pub object: ObjectRef,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub deltas: Vec<Delta>,
    pub unconfirmed: Option<String>,
    pub warnings: Vec<String>,
}

/// All targets of a plan.
#[derive(Debug, Default)]
pub(crate) struct Computed {
    pub steps: Vec<Step>,
    /// Named targets that do not exist.
    pub gone: Vec<ObjectRef>,
    /// What to say of objects that the filter could not be asked about.
    pub notes: Vec<String>,
}

/// What a named target that does not exist means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Fails,
    IsGone,
}

enum Found {
    Target(ObjectRef, Option<Value>),
    Gone(ObjectRef),
}

impl Session {
    pub(crate) async fn compute(&self, plan: &Plan, missing: Missing) -> Result<Computed, Error> {
        let mut computed = Computed::default();
        for (index, operation) in plan.operations.iter().enumerate() {
            if !operation.verb.mutates() {
                continue;
            }
            let mut targets = Vec::new();
            let (found, note) = self.targets(plan, index, missing).await?;
            computed.notes.extend(note);
            for found in found {
                match found {
                    Found::Target(object, before) => targets.push((object, before)),
                    Found::Gone(object) => computed.gone.push(object),
                }
            }
            let steps: Vec<BoxFuture<'_, Result<Stepped, Error>>> = targets
                .into_iter()
                .map(|(object, before)| self.step(operation, index, object, before, missing).boxed())
                .collect();
            let steps: Vec<Stepped> = futures::stream::iter(steps).buffered(AT_ONCE).try_collect().await?;
            for step in steps {
                match step {
                    Ok(step) => computed.steps.push(step),
                    Err(object) => computed.gone.push(object),
                }
            }
        }
        Ok(computed)
    }

    /// The targets, and what to say of those that the filter could not be asked about.
    async fn targets(
        &self,
        plan: &Plan,
        index: usize,
        missing: Missing,
    ) -> Result<(Vec<Found>, Option<String>), Error> {
        let operation = &plan.operations[index];
        match (&operation.targets, &operation.change) {
            (Targets::Names(names), Some(change)) if makes(operation) => {
                let object_of = |name: &String| {
                    let own = change.body().and_then(|body| body["metadata"]["namespace"].as_str());
                    let namespace = operation.namespace.clone().or_else(|| own.map(str::to_owned));
                    Found::Target(named(operation, namespace, name), None)
                };
                Ok((names.iter().map(object_of).collect(), None))
            }
            (Targets::Names(names), _) if is_made_before(plan, index) => {
                let object = |name: &String| named(operation, operation.namespace.clone(), name);
                Ok((names.iter().map(|name| Found::Target(object(name), None)).collect(), None))
            }
            (Targets::Names(names), _) => {
                let reads: Vec<BoxFuture<'_, Result<Found, Error>>> =
                    names.iter().map(|name| self.target(operation, name, missing).boxed()).collect();
                let found: Vec<Found> = futures::stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
                let (mut kept, mut known) = (Vec::new(), Vec::new());
                for found in found {
                    match found {
                        Found::Target(object, Some(state)) => known.push((object, state)),
                        other => kept.push(other),
                    }
                }
                let (known, note) = self.sifted(plan, operation, known).await?;
                kept.extend(known.into_iter().map(|(object, state)| Found::Target(object, Some(state))));
                Ok((kept, note))
            }
            (Targets::Selected { labels, fields }, _) => {
                let namespace = operation.namespace.as_deref();
                let listed =
                    self.list(&operation.resource, namespace, labels.as_deref(), fields.as_deref()).await?;
                if listed.truncated {
                    let message = format!("more than {MAX_OBJECTS} objects match; narrow the selection");
                    return Err(Error::Unsupported { message });
                }
                let targets = listed.items.into_iter().map(|item| (reference(operation, &item), item));
                let (targets, note) = self.sifted(plan, operation, targets.collect()).await?;
                let targets = targets.into_iter().map(|(object, item)| {
                    let state = if is_scale(operation) { scale_state(&item) } else { item };
                    Found::Target(object, Some(state))
                });
                Ok((targets.collect(), note))
            }
        }
    }

    async fn target(&self, operation: &Operation, name: &str, missing: Missing) -> Result<Found, Error> {
        let object = named(operation, operation.namespace.clone(), name);
        match self.state(operation, &object).await {
            Ok((object, state)) => Ok(Found::Target(object, Some(state))),
            Err(error) if error.is_not_found() && missing == Missing::IsGone => Ok(Found::Gone(object)),
            // Who may make tokens need not see the account.
            Err(error) if error.is_forbidden() && leaves_no_trace(operation) => {
                Ok(Found::Target(object, None))
            }
            Err(error) => Err(self.with_near_names(error, &operation.resource).await),
        }
    }

    /// The target as it is now.
    async fn state(&self, operation: &Operation, object: &ObjectRef) -> Result<(ObjectRef, Value), Error> {
        let namespace = object.namespace.as_deref();
        let resource = &operation.resource;
        let read = if is_scale(operation) {
            match self.get_sub(resource, namespace, &object.name, Some("scale")).await {
                // Roles that grant a patch of the scale often grant a read of the workload only.
                Err(error) if error.is_forbidden() => self.get(resource, namespace, &object.name).await?,
                other => other?,
            }
        } else {
            self.get(resource, namespace, &object.name).await?
        };
        let found = reference(operation, &read);
        Ok((found, if is_scale(operation) { scale_state(&read) } else { read }))
    }

    /// What the operation does to one target; read again when it changes under our eyes.
    async fn step(
        &self,
        operation: &Operation,
        index: usize,
        object: ObjectRef,
        before: Option<Value>,
        missing: Missing,
    ) -> Result<Stepped, Error> {
        let (mut object, mut before) = (object, before);
        let mut conflicts = 0;
        loop {
            match self.dry_run(operation, index, &object, before.as_ref()).await {
                Err(Error::Conflict { .. }) if conflicts < CONFLICTS && before.is_some() => {
                    conflicts += 1;
                    match self.state(operation, &object).await {
                        Ok((fresh, state)) => (object, before) = (fresh, Some(state)),
                        Err(error) if error.is_not_found() && missing == Missing::IsGone => {
                            return Ok(Err(object));
                        }
                        Err(error) => return Err(error),
                    }
                }
                Err(error) if error.is_not_found() && before.is_some() && missing == Missing::IsGone => {
                    return Ok(Err(object));
                }
                other => return other.map(Ok),
            }
        }
    }

    async fn dry_run(
        &self,
        operation: &Operation,
        index: usize,
        object: &ObjectRef,
        before: Option<&Value>,
    ) -> Result<Step, Error> {
        if leaves_no_trace(operation) {
            return Ok(Step {
                operation: index,
                object: object.clone(),
                before: before.cloned(),
                after: None,
                deltas: Vec::new(),
                unconfirmed: None,
                warnings: Vec::new(),
            });
        }
        let call = write::request(operation, object, Mode::Dry, None, before)?;
        let evicts = matches!(operation.change, Some(Change::Evict { .. }));
        let removes = evicts || matches!(operation.change, Some(Change::Delete { .. }));
        let answered = if evicts {
            // A budget that says no now is an answer, not a reason to ask again.
            self.http().once(&self.caller, &call).await.map_err(|failure| failure.error)
        } else {
            self.http().read(&self.caller, &call).await
        };
        let (after, warnings, unconfirmed) = match answered {
            Err(Error::Throttled { message }) if evicts => {
                (None, vec![format!("Pod {} can't leave yet: {message}.", object.name)], None)
            }
            Ok(reply) if removes => (None, reply.warnings, None),
            Ok(reply) => {
                let after = self.http().parse(&reply.body)?;
                let after = if is_scale(operation) { scale_state(&after) } else { after };
                (Some(after), reply.warnings, None)
            }
            Err(error) => match unconfirmed(operation, &error) {
                Some(reason) => {
                    let after = operation.change.as_ref().and_then(|change| reckon::outcome(change, before));
                    (after, Vec::new(), Some(reason))
                }
                None => return Err(error),
            },
        };
        let deltas = difference_in(object, operation.subresource.as_deref(), before, after.as_ref());
        Ok(Step {
            operation: index,
            object: object.clone(),
            before: before.cloned(),
            after,
            deltas,
            unconfirmed,
            warnings,
        })
    }

    /// One target computed again after a conflict; `None` when it has gone, or the filter is no longer true for it.
    pub(crate) async fn recompute(
        &self,
        plan: &Plan,
        operation: &Operation,
        step: &Step,
    ) -> Result<Option<Step>, Error> {
        if step.before.is_none() {
            return self.dry_run(operation, step.operation, &step.object, None).await.map(Some);
        }
        let (object, state) = match self.state(operation, &step.object).await {
            Ok(found) => found,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let (kept, _) = self.sifted(plan, operation, vec![(object, state)]).await?;
        let Some((object, state)) = kept.into_iter().next() else { return Ok(None) };
        let again = self.step(operation, step.operation, object, Some(state), Missing::IsGone).await?;
        Ok(again.ok())
    }
}

/// A step, or the target that has gone.
type Stepped = Result<Step, ObjectRef>;

/// Why the server could not confirm, where that is not a refusal of the change itself.
fn unconfirmed(operation: &Operation, error: &Error) -> Option<String> {
    match error {
        Error::NotFound { resource, name, .. } if resource == "namespaces" && makes(operation) => {
            Some(format!("namespace {name} does not exist yet"))
        }
        Error::Invalid { message } if message.contains("does not support dry run") => Some(message.clone()),
        // It could not be replaced, but that is not what is asked for.
        Error::Invalid { message } if matches!(operation.change, Some(Change::Recreate { .. })) => {
            Some(format!("it has to be deleted before it can be made anew ({message})"))
        }
        _ => None,
    }
}

/// Whether an earlier operation of the plan makes what this one connects to.
fn is_made_before(plan: &Plan, index: usize) -> bool {
    let operation = &plan.operations[index];
    let makes = |earlier: &Operation| {
        matches!(earlier.change, Some(Change::Create { .. }))
            && earlier.resource == operation.resource
            && earlier.namespace == operation.namespace
            && earlier.targets == operation.targets
    };
    leaves_no_trace(operation) && plan.operations[..index].iter().any(makes)
}

fn leaves_no_trace(operation: &Operation) -> bool {
    operation.change.as_ref().is_some_and(Change::leaves_no_trace)
}

/// Whether it makes an object that is not there yet.
fn makes(operation: &Operation) -> bool {
    operation.verb == ApiVerb::Create && operation.subresource.is_none()
}

pub(crate) fn is_scale(operation: &Operation) -> bool {
    operation.subresource.as_deref() == Some("scale")
}

/// Of a Scale or of the workload itself only what scaling is about, so that both read the same.
fn scale_state(object: &Value) -> Value {
    json!({"spec": {"replicas": object["spec"]["replicas"].as_i64().unwrap_or_else(|| implied(object))}})
}

/// A Scale leaves zero out; a workload that says nothing has one.
fn implied(object: &Value) -> i64 {
    i64::from(object["kind"] != "Scale")
}

fn named(operation: &Operation, namespace: Option<String>, name: &str) -> ObjectRef {
    ObjectRef {
        group: operation.resource.group.clone(),
        resource: operation.resource.plural.clone(),
        kind: operation.resource.kind.clone(),
        namespace: namespace.filter(|_| operation.resource.namespaced),
        name: name.to_owned(),
        uid: None,
        resource_version: None,
    }
}

fn reference(operation: &Operation, object: &Value) -> ObjectRef {
    let metadata = &object["metadata"];
    let text = |key: &str| metadata[key].as_str().map(str::to_owned);
    let mut found = named(operation, text("namespace"), metadata["name"].as_str().unwrap_or_default());
    found.uid = text("uid");
    found.resource_version = text("resourceVersion");
    found
}
