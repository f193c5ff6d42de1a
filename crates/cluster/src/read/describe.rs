//! A readable description of each object, with what belongs to it and its recent events.

mod generic;
mod node;
mod outline;
mod pod;
mod service;
mod workload;

use jiff::Timestamp;
use kubechat_kubectl::{Plan, Resource};
use serde_json::Value;

use super::events::{message, seen};
use super::{nothing, reads};
use crate::answer::Answer;
use crate::error::Error;
use crate::session::Session;
use outline::Outline;

/// Of many events the latest are shown.
const MAX_EVENTS: usize = 25;
/// More objects than this are not described at once.
const MAX_DESCRIBED: usize = 100;

impl Session {
    pub(super) async fn describe(&self, plan: &Plan, now: Timestamp) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        let mut texts = Vec::new();
        for operation in reads(plan) {
            let fetched = self.objects_of(plan, operation).await?;
            answer.notes.extend(fetched.notes);
            answer.truncated |= fetched.truncated || fetched.items.len() > MAX_DESCRIBED;
            for item in fetched.items.iter().take(MAX_DESCRIBED) {
                texts.push(Box::pin(self.describe_one(&fetched.resource, item, now)).await?);
            }
        }
        answer.text = Some(if texts.is_empty() { nothing(plan) } else { texts.join("\n\n") });
        Ok(answer)
    }

    async fn describe_one(
        &self,
        resource: &Resource,
        object: &Value,
        now: Timestamp,
    ) -> Result<String, Error> {
        let mut out = Outline::default();
        generic::header(&mut out, resource, object);
        match (resource.group.as_str(), resource.plural.as_str()) {
            ("", "pods") => pod::describe(&mut out, object, now),
            ("", "secrets") => generic::secret(&mut out, object),
            ("", "configmaps") => generic::config_map(&mut out, object),
            ("", "services") => self.describe_service(&mut out, object).await?,
            ("", "nodes") => self.describe_node(&mut out, object).await?,
            ("apps", "deployments" | "statefulsets" | "daemonsets" | "replicasets") => {
                self.describe_workload(&mut out, resource, object).await?;
            }
            _ => generic::rest(&mut out, object),
        }
        let kind = if resource.kind.is_empty() {
            object["kind"].as_str().unwrap_or_default()
        } else {
            &resource.kind
        };
        let events = self.events_about(object, kind).await?;
        show_events(&mut out, events, now);
        Ok(out.finish())
    }
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
