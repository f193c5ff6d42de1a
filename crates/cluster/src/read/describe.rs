//! A readable description of each object: how it is and what is wrong first, then what belongs to it, then its events.

mod autoscaler;
mod batch;
mod claim;
mod generic;
mod ingress;
mod namespace;
mod node;
mod outline;
mod pod;
mod rights;
mod service;
mod state;
mod workload;

use jiff::Timestamp;
use kubechat_kubectl::{Plan, Resource};
use serde_json::Value;

use super::events::{message, seen};
use super::{nothing, reads};
use crate::answer::Answer;
use crate::error::Error;
use crate::session::{Listed, Session};
use outline::Outline;
use state::State;

/// Of many events the latest are shown.
const MAX_EVENTS: usize = 25;
/// More objects than this are not described at once.
const MAX_DESCRIBED: usize = 100;

/// What one kind says of an object: how it is, and the part that is its own.
#[derive(Debug, Default)]
struct Described {
    state: State,
    body: Outline,
}

impl Session {
    pub(super) async fn describe(&self, plan: &Plan, events: bool, now: Timestamp) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        let mut texts = Vec::new();
        for operation in reads(plan) {
            let fetched = self.objects_of(plan, operation).await?;
            answer.notes.extend(fetched.notes);
            answer.truncated |= fetched.truncated || fetched.items.len() > MAX_DESCRIBED;
            for item in fetched.items.iter().take(MAX_DESCRIBED) {
                texts.push(Box::pin(self.describe_one(&fetched.resource, item, events, now)).await?);
            }
        }
        answer.text = Some(if texts.is_empty() { nothing(plan) } else { texts.join("\n\n") });
        Ok(answer)
    }

    async fn describe_one(
        &self,
        resource: &Resource,
        object: &Value,
        with_events: bool,
        now: Timestamp,
    ) -> Result<String, Error> {
        let kind = if resource.kind.is_empty() {
            object["kind"].as_str().unwrap_or_default()
        } else {
            &resource.kind
        };
        // Warnings help to say what is wrong, also where the table of events is not asked for.
        let events = self.events_about(object, kind).await?;
        let Described { mut state, body } = self.describe_kind(resource, object, now).await?;
        state.warn(events.as_deref().unwrap_or_default(), now);
        let mut out = Outline::default();
        generic::header(&mut out, resource, object, &state, now);
        out.append(body);
        generic::annotations(&mut out, object);
        if with_events {
            show_events(&mut out, events, now);
        }
        Ok(out.finish())
    }

    async fn describe_kind(
        &self,
        resource: &Resource,
        object: &Value,
        now: Timestamp,
    ) -> Result<Described, Error> {
        match (resource.group.as_str(), resource.plural.as_str()) {
            ("", "pods") => self.describe_pod(object, now).await,
            ("", "secrets") => Ok(generic::secret(object)),
            ("", "configmaps") => Ok(generic::config_map(object)),
            ("", "services") => self.describe_service(object, now).await,
            ("", "nodes") => self.describe_node(object, now).await,
            ("", "namespaces") => self.describe_namespace(object, now).await,
            ("", "resourcequotas") => Ok(namespace::quota(object, now)),
            ("", "persistentvolumeclaims") => self.describe_claim(object, now).await,
            ("apps", "deployments" | "statefulsets" | "daemonsets" | "replicasets") => {
                self.describe_workload(resource, object, now).await
            }
            ("batch", "jobs") => self.describe_job(object, now).await,
            ("batch", "cronjobs") => self.describe_cron_job(object, now).await,
            ("networking.k8s.io", "ingresses") => self.describe_ingress(object, now).await,
            ("autoscaling", "horizontalpodautoscalers") => Ok(autoscaler::describe(object, now)),
            ("rbac.authorization.k8s.io", "roles" | "clusterroles") => Ok(rights::role(object)),
            ("rbac.authorization.k8s.io", _) => self.describe_binding(object).await,
            _ => Ok(generic::rest(object, now)),
        }
    }
}

/// What was listed; absent where the user may not list it.
fn allowed(listed: Result<Listed, Error>) -> Result<Option<Vec<Value>>, Error> {
    match listed {
        Ok(listed) => Ok(Some(listed.items)),
        Err(error) if error.is_forbidden() => Ok(None),
        Err(error) => Err(error),
    }
}

/// One object: absent where it does not exist, and nothing at all where the user may not read it.
fn readable(found: Result<Value, Error>) -> Result<Option<Option<Value>>, Error> {
    match found {
        Ok(object) => Ok(Some(Some(object))),
        Err(error) if error.is_not_found() => Ok(Some(None)),
        Err(error) if error.is_forbidden() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether this object is the owner.
fn owned_by(object: &Value, owner: &Value) -> bool {
    let mut owners = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    owners.any(|one| one["uid"] == owner["metadata"]["uid"])
}

fn show_events(out: &mut Outline, events: Option<Vec<Value>>, now: Timestamp) {
    let Some(events) = events else {
        out.field("Events", "<not shown: you may not list events>");
        return;
    };
    let from = events.len().saturating_sub(MAX_EVENTS);
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = events[from..].iter().map(|event| {
        let source = event["source"]["component"].as_str().filter(|name| !name.is_empty());
        let source = source.or(event["reportingComponent"].as_str()).unwrap_or_default().to_owned();
        vec![word(&event["type"]), word(&event["reason"]), seen(event, now), source, message(event)]
    });
    out.table("Events", &["Type", "Reason", "Age", "From", "Message"], rows.collect());
}
