//! What one step does to pods, told from the object before and after.

use kubechat_kubectl::plan::Change;
use kubechat_kubectl::{ObjectRef, Operation};
use serde_json::Value;

use super::selector;
use crate::compute::Step;

/// One target, its object as it lives, and what happens to its pods.
#[derive(Debug, Clone)]
pub(super) struct Touch<'a> {
    pub step: &'a Step,
    pub object: &'a ObjectRef,
    /// The whole object; for a scale that is more than its state before. Absent when it may not be read.
    pub live: Option<Value>,
    pub effect: Effect,
}

/// What happens to the pods of an object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Another number of replicas.
    Scales { from: u64, to: u64 },
    /// Other pods with these labels take the place of the present ones, which end first, so many at once. Pods of a
    /// StatefulSet below the partition stay.
    Rolls { labels: Value, at_once: usize, partition: u64 },
    /// It is deleted, with all it owns unless that is orphaned.
    Goes { orphans: bool },
    /// The pod is asked to leave its node.
    Leaves,
    /// The pod or the service has other labels or another selector now.
    Changes { after: Value },
    /// A node keeps only the pods that tolerate these taints.
    Repels { taints: Vec<Value> },
    /// None of these.
    Other,
}

impl<'a> Touch<'a> {
    pub(super) fn of(operation: &Operation, step: &'a Step, live: Option<Value>) -> Self {
        let effect = effect(operation, step, live.as_ref());
        Self { step, object: &step.object, live, effect }
    }

    pub(super) fn is(&self, group: &str, resource: &str) -> bool {
        self.object.group == group && self.object.resource == resource
    }

    /// Whether the effect reaches pods, so that they have to be looked at.
    pub(super) fn reaches_pods(&self) -> bool {
        let object = self.is("", "pods") || is_workload(self.object);
        match &self.effect {
            Effect::Scales { from, to } => to < from,
            Effect::Rolls { .. } | Effect::Leaves | Effect::Repels { .. } => true,
            Effect::Goes { orphans } => {
                !orphans && (object || self.is("", "services") || self.is("", "nodes"))
            }
            Effect::Changes { .. } => true,
            Effect::Other => false,
        }
    }

    /// Whether this pod is one of the object's.
    pub(super) fn has(&self, pod: &Value) -> bool {
        let metadata = &pod["metadata"];
        if self.is("", "nodes") {
            return pod["spec"]["nodeName"] == self.object.name.as_str();
        }
        if metadata["namespace"].as_str() != self.object.namespace.as_deref() {
            return false;
        }
        if self.is("", "pods") {
            return metadata["name"] == self.object.name.as_str();
        }
        let Some(live) = self.live.as_ref().filter(|_| is_workload(self.object)) else { return false };
        let owned = controller(metadata).is_some_and(|owner| {
            self.is("apps", "deployments") && owner["kind"] == "ReplicaSet"
                || owner["uid"] == live["metadata"]["uid"]
        });
        let labels = &metadata["labels"];
        let wanted = &live["spec"]["selector"];
        owned
            && if self.is("", "replicationcontrollers") {
                selector::map_matches(wanted, labels)
            } else {
                selector::matches(wanted, labels)
            }
    }
}

/// The owner that answers for an object.
pub(super) fn controller(metadata: &Value) -> Option<&Value> {
    let mut owners = metadata["ownerReferences"].as_array().into_iter().flatten();
    owners.find(|owner| owner["controller"] == true)
}

/// Whether objects of this kind own pods by a selector.
pub(super) fn is_workload(object: &ObjectRef) -> bool {
    matches!(
        (object.group.as_str(), object.resource.as_str()),
        ("apps", "deployments" | "statefulsets" | "daemonsets" | "replicasets")
            | ("batch", "jobs")
            | ("", "replicationcontrollers")
    )
}

fn effect(operation: &Operation, step: &Step, live: Option<&Value>) -> Effect {
    let object = &step.object;
    if operation.subresource.as_deref() == Some("eviction") {
        return Effect::Leaves;
    }
    match (&operation.change, &step.before, &step.after) {
        (Some(Change::Delete { propagation, .. }), Some(_), _) => {
            Effect::Goes { orphans: propagation.as_deref() == Some("Orphan") }
        }
        (_, Some(before), Some(after)) if !step.deltas.is_empty() => changed(object, before, after, live),
        _ => Effect::Other,
    }
}

fn changed(object: &ObjectRef, before: &Value, after: &Value, live: Option<&Value>) -> Effect {
    let differs = |pointer: &str| before.pointer(pointer) != after.pointer(pointer);
    let replicas = |value: &Value| value["spec"]["replicas"].as_u64();
    if let (Some(from), Some(to)) = (replicas(before), replicas(after))
        && from != to
    {
        return Effect::Scales { from, to };
    }
    match (object.group.as_str(), object.resource.as_str()) {
        ("apps", "deployments" | "statefulsets" | "daemonsets") if differs("/spec/template") => {
            rolls(object, after, live.unwrap_or(before))
        }
        ("", "pods") if differs("/metadata/labels") => Effect::Changes { after: after.clone() },
        ("", "services") if differs("/spec/selector") => Effect::Changes { after: after.clone() },
        ("", "nodes") if differs("/spec/taints") => {
            let known = before["spec"]["taints"].as_array().cloned().unwrap_or_default();
            let mut taints = after["spec"]["taints"].as_array().cloned().unwrap_or_default();
            taints.retain(|taint| taint["effect"] == "NoExecute" && !known.contains(taint));
            if taints.is_empty() { Effect::Other } else { Effect::Repels { taints } }
        }
        _ => Effect::Other,
    }
}

/// A template that is another one: pods are replaced, unless the workload waits for something.
fn rolls(object: &ObjectRef, after: &Value, live: &Value) -> Effect {
    let kind = ["strategy", "updateStrategy"].iter().find_map(|field| after["spec"][*field]["type"].as_str());
    let waits = live["spec"]["paused"] == true || kind == Some("OnDelete");
    if waits {
        return Effect::Other;
    }
    // A Deployment brings new pods before it takes old ones, the others the other way round.
    let at_once = match (kind, object.resource.as_str()) {
        (Some("Recreate"), _) => usize::MAX,
        (_, "deployments") => 0,
        _ => 1,
    };
    let partition =
        after["spec"]["updateStrategy"]["rollingUpdate"]["partition"].as_u64().unwrap_or_default();
    Effect::Rolls { labels: after["spec"]["template"]["metadata"]["labels"].clone(), at_once, partition }
}

/// The number at the end of the name of a StatefulSet's pod.
pub(super) fn ordinal(pod: &Value) -> Option<u64> {
    pod["metadata"]["name"].as_str()?.rsplit_once('-')?.1.parse().ok()
}

/// Whether a pod tolerates all these taints.
pub(super) fn tolerates(pod: &Value, taints: &[Value]) -> bool {
    let tolerations = pod["spec"]["tolerations"].as_array().map(Vec::as_slice).unwrap_or_default();
    taints.iter().all(|taint| {
        tolerations.iter().any(|toleration| {
            let fits = |field: &str| toleration[field].is_null() || toleration[field] == taint[field];
            let exists = toleration["operator"] == "Exists";
            let value = |side: &Value| side["value"].as_str().unwrap_or_default().to_owned();
            fits("effect") && fits("key") && (exists || value(toleration) == value(taint))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_stays_only_where_it_tolerates_every_taint() {
        let taints = [json!({"key": "down", "value": "1", "effect": "NoExecute"})];
        for (tolerations, stays) in [
            (json!([]), false),
            (json!([{"operator": "Exists"}]), true),
            (json!([{"key": "down", "operator": "Exists", "effect": "NoSchedule"}]), false),
            (json!([{"key": "down", "value": "1"}]), true),
            (json!([{"key": "down", "value": "2", "effect": "NoExecute"}]), false),
        ] {
            assert_eq!(
                tolerates(&json!({"spec": {"tolerations": tolerations}}), &taints),
                stays,
                "{tolerations}"
            );
        }
    }
}
