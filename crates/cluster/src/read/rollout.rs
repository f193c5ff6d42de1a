//! How far rollouts are, and their revisions.

use kubechat_kubectl::{Operation, Plan};
use serde_json::Value;

use super::logs::selector;
use super::reads;
use crate::answer::{Answer, Column, Row, Section};
use crate::error::Error;
use crate::names::simple;
use crate::session::Session;

const REVISION: &str = "deployment.kubernetes.io/revision";
const CAUSE: &str = "kubernetes.io/change-cause";

/// A workload's rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub text: String,
    pub done: bool,
    /// It ended without success.
    pub failed: bool,
}

/// The plan's operations on workloads, whatever else it reads.
pub(crate) fn workloads(plan: &Plan) -> impl Iterator<Item = &Operation> {
    reads(plan)
        .filter(|op| matches!(op.resource.plural.as_str(), "deployments" | "daemonsets" | "statefulsets"))
}

impl Session {
    pub(super) async fn rollout_status(&self, plan: &Plan) -> Result<Answer, Error> {
        let mut lines = Vec::new();
        for operation in workloads(plan) {
            for item in self.objects_of(plan, operation).await?.items {
                let status = status(&item);
                lines.push(status.text);
            }
        }
        Ok(Answer::text(lines.join("\n")))
    }

    pub(super) async fn rollout_history(&self, plan: &Plan, revision: Option<i64>) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        for operation in workloads(plan) {
            for item in self.objects_of(plan, operation).await?.items {
                let revisions = self.revisions(operation, &item).await?;
                let title = super::table::qualified(
                    &operation.resource,
                    item["metadata"]["name"].as_str().unwrap_or_default(),
                );
                match revision {
                    Some(wanted) => {
                        let found = revisions.into_iter().find(|(number, ..)| *number == wanted);
                        let Some((_, _, template)) = found else {
                            let message = format!(
                                "{title} has no revision {wanted}; leave out --revision to list them"
                            );
                            return Err(Error::Invalid { message });
                        };
                        let text = kubechat_yaml::write(&template);
                        answer.text = Some(format!(
                            "{}{title} with revision {wanted}\nPod template:\n{text}",
                            answer.text.unwrap_or_default()
                        ));
                    }
                    None => answer.sections.push(Section {
                        title: Some(title),
                        columns: vec![Column::text("REVISION"), Column::text("CHANGE-CAUSE")],
                        rows: revisions
                            .into_iter()
                            .map(|(number, cause, _)| Row::of(vec![number.to_string(), cause]))
                            .collect(),
                    }),
                }
            }
        }
        Ok(answer)
    }

    /// Number, cause and pod template of each revision, oldest first.
    async fn revisions(
        &self,
        operation: &Operation,
        item: &Value,
    ) -> Result<Vec<(i64, String, Value)>, Error> {
        let deployment = operation.resource.plural == "deployments";
        let kept = simple("apps", if deployment { "replicasets" } else { "controllerrevisions" }, true);
        let namespace = item["metadata"]["namespace"].as_str();
        let listed =
            self.list(&kept, namespace, selector(&item["spec"]["selector"]).as_deref(), None).await?;
        let uid = &item["metadata"]["uid"];
        let owned = |object: &&Value| {
            object["metadata"]["ownerReferences"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|owner| owner["uid"] == *uid)
        };
        let mut revisions: Vec<(i64, String, Value)> = listed
            .items
            .iter()
            .filter(owned)
            .filter_map(|object| {
                let notes = &object["metadata"]["annotations"];
                let number = if deployment {
                    notes[REVISION].as_str()?.parse().ok()?
                } else {
                    object["revision"].as_i64()?
                };
                let cause = notes[CAUSE].as_str().unwrap_or("<none>").to_owned();
                let spec = if deployment { &object["spec"] } else { &object["data"]["spec"] };
                Some((number, cause, spec["template"].clone()))
            })
            .collect();
        revisions.sort_by_key(|(number, ..)| *number);
        Ok(revisions)
    }
}

/// The state of a rollout from the object alone.
pub(crate) fn status(object: &Value) -> Status {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let number = |key: &str| object["status"][key].as_i64().unwrap_or(0);
    let going = |text: String| Status { text, done: false, failed: false };
    if object["metadata"]["generation"].as_i64().unwrap_or(0) > number("observedGeneration") {
        return going(format!("Waiting for the specification of \"{name}\" to be observed..."));
    }
    match object["kind"].as_str() {
        Some("DaemonSet") => daemon_set(name, &number),
        Some("StatefulSet") => stateful_set(object, name, &number),
        _ => deployment(object, name, &number),
    }
}

fn ended(kind: &str, name: &str) -> Status {
    Status { text: format!("{kind} \"{name}\" successfully rolled out"), done: true, failed: false }
}

fn waiting(kind: &str, name: &str, what: String) -> Status {
    Status {
        text: format!("Waiting for {kind} \"{name}\" rollout to finish: {what}..."),
        done: false,
        failed: false,
    }
}

fn deployment(object: &Value, name: &str, number: &dyn Fn(&str) -> i64) -> Status {
    let late = object["status"]["conditions"].as_array().into_iter().flatten().any(|condition| {
        condition["type"] == "Progressing" && condition["reason"] == "ProgressDeadlineExceeded"
    });
    if late {
        let text = format!("deployment \"{name}\" exceeded its progress deadline");
        return Status { text, done: true, failed: true };
    }
    let wanted = object["spec"]["replicas"].as_i64().unwrap_or(1);
    let (all, updated, available) =
        (number("replicas"), number("updatedReplicas"), number("availableReplicas"));
    if updated < wanted {
        waiting("deployment", name, format!("{updated} out of {wanted} new replicas have been updated"))
    } else if all > updated {
        waiting("deployment", name, format!("{} old replicas are pending termination", all - updated))
    } else if available < updated {
        waiting("deployment", name, format!("{available} of {updated} updated replicas are available"))
    } else {
        ended("deployment", name)
    }
}

fn daemon_set(name: &str, number: &dyn Fn(&str) -> i64) -> Status {
    let wanted = number("desiredNumberScheduled");
    let (updated, available) = (number("updatedNumberScheduled"), number("numberAvailable"));
    if updated < wanted {
        waiting("daemon set", name, format!("{updated} out of {wanted} new pods have been updated"))
    } else if available < wanted {
        waiting("daemon set", name, format!("{available} of {wanted} updated pods are available"))
    } else {
        ended("daemon set", name)
    }
}

fn stateful_set(object: &Value, name: &str, number: &dyn Fn(&str) -> i64) -> Status {
    let wanted = object["spec"]["replicas"].as_i64().unwrap_or(1);
    let (ready, updated) = (number("readyReplicas"), number("updatedReplicas"));
    let partition = object["spec"]["updateStrategy"]["rollingUpdate"]["partition"].as_i64().unwrap_or(0);
    if ready < wanted {
        waiting("stateful set", name, format!("{ready} of {wanted} pods are ready"))
    } else if updated < wanted - partition {
        waiting("stateful set", name, format!("{updated} of {} pods have been updated", wanted - partition))
    } else {
        ended("stateful set", name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn web(status: Value) -> Value {
        json!({"kind": "Deployment", "metadata": {"name": "web", "generation": 2}, "spec": {"replicas": 3}, "status": status})
    }

    #[test]
    fn a_rollout_is_done_only_when_every_replica_is_new_and_available() {
        for (state, text, done) in [
            (json!({"observedGeneration": 1}), "observed", false),
            (json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 1}), "1 out of 3", false),
            (json!({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 3}), "1 old replicas", false),
            (
                json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 2}),
                "2 of 3",
                false,
            ),
            (
                json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}),
                "successfully",
                true,
            ),
        ] {
            let found = status(&web(state));
            assert!(found.text.contains(text) && found.done == done, "{found:?}");
        }
        let late = json!({"observedGeneration": 2, "conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]});
        assert!(status(&web(late)).failed);
    }
}
