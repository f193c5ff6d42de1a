//! How a cluster, or a part of it, is: what is counted, and what needs attention and why.
//!
//! Pure: computed from objects that were read as the user. What was not among them is not judged.

mod known;
mod pods;
mod things;

use kubechat_kubectl::ObjectRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use known::reference;
pub(crate) use pods::pod_state;
pub(crate) use things::{backends, wanted_and_ready};

/// How what was looked at is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Nodes that are ready, of all.
    pub nodes: Tally,
    /// Pods that run and are ready, or have completed, of all.
    pub pods: Tally,
    /// Deployments, StatefulSets and DaemonSets with all their pods ready, of all.
    pub workloads: Tally,
    /// What needs attention, the most serious first.
    pub findings: Vec<Finding>,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// As they should be.
    pub good: usize,
    /// All of them.
    pub all: usize,
}

impl Tally {
    fn add(&mut self, good: bool) {
        self.all += 1;
        self.good += usize::from(good);
    }
}

/// Something that needs attention, with its cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable identifier, for example `out-of-memory`.
    pub id: String,
    /// Whether something does not work, or only may soon not.
    pub serious: bool,
    /// The object it is about.
    pub object: ObjectRef,
    /// What is the matter, as a sentence without its full stop.
    pub title: String,
    /// The number, the name and the cause.
    pub text: String,
    /// What to look at next.
    pub next: Vec<Next>,
}

/// A request that goes on from a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The words of the button.
    pub label: String,
    /// What is then asked.
    pub line: String,
}

impl Next {
    fn new(label: &str, line: String) -> Self {
        Self { label: label.to_owned(), line }
    }

    fn describe(object: &ObjectRef) -> Self {
        Self::new(
            "Describe it",
            format!("kubectl describe {} {}{}", object.resource, object.name, at(object)),
        )
    }
}

/// ` -n shop`, for an object in a namespace.
fn at(object: &ObjectRef) -> String {
    object.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default()
}

/// Judges the objects.
pub fn survey(objects: &[Value]) -> Survey {
    let mut survey = Survey::default();
    for object in objects {
        match object["kind"].as_str().unwrap_or_default() {
            "Node" => things::node(object, &mut survey),
            "PersistentVolumeClaim" => things::claim(object, &mut survey),
            "Job" => things::job(object, &mut survey),
            "Ingress" => things::ingress(object, objects, &mut survey),
            "Service" => things::service(object, objects, &mut survey),
            _ => {}
        }
    }
    pods::pods(objects, &mut survey);
    things::workloads(objects, &mut survey);
    survey.findings.sort_by(|left, right| {
        right.serious.cmp(&left.serious).then_with(|| left.object.name.cmp(&right.object.name))
    });
    survey
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(name: &str, status: Value) -> Value {
        json!({"kind": "Pod", "metadata": {"name": name, "namespace": "shop", "labels": {"app": name},
            "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{name}-7d876db474"), "controller": true}]},
            "spec": {"containers": [{"name": "main", "image": "registry.example/x:1",
                "resources": {"limits": {"memory": "128Mi"}}}]},
            "status": status})
    }

    fn ids(objects: &[Value]) -> Vec<String> {
        survey(objects).findings.into_iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn a_healthy_pod_is_counted_and_nothing_is_said_of_it() {
        let ready = json!({"phase": "Running", "containerStatuses": [{"ready": true, "restartCount": 0}]});
        let survey = survey(&[pod("web", ready)]);
        assert_eq!((survey.pods, survey.findings.len()), (Tally { good: 1, all: 1 }, 0));
    }

    #[test]
    fn pods_of_one_workload_are_one_finding_with_its_cause() {
        let killed = json!({"phase": "Running", "containerStatuses": [{"name": "main", "ready": false,
            "restartCount": 7, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]});
        let found = survey(&[pod("recommend", killed.clone()), pod("recommend", killed)]).findings;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].object.name.as_str()), ("out-of-memory", "recommend"));
        assert!(found[0].text.contains("128Mi") && found[0].text.contains("14 times"), "{}", found[0].text);
    }

    #[test]
    fn an_image_that_cannot_be_pulled_and_a_node_that_is_too_small_are_told_apart() {
        let image = json!({"phase": "Pending", "containerStatuses": [{"name": "main", "ready": false,
            "restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff"}}}]});
        let waits = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
            "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: none"}]});
        let found = survey(&[pod("search", image), pod("checkout", waits)]).findings;
        assert_eq!((found[0].id.as_str(), found[1].id.as_str()), ("unschedulable", "image-pull"));
        assert!(found[0].text.ends_with("3 Insufficient cpu."), "{}", found[0].text);
        assert!(found[1].text.contains("registry.example/x:1"), "{}", found[1].text);
    }

    #[test]
    fn a_service_that_reaches_no_pod_names_the_label_that_differs() {
        let service = json!({"kind": "Service", "metadata": {"name": "cart", "namespace": "shop"},
            "spec": {"selector": {"app": "cart"}}});
        let deployment = json!({"kind": "Deployment", "metadata": {"name": "cart", "namespace": "shop"},
            "spec": {"replicas": 1, "template": {"metadata": {"labels": {"app": "shopping-cart"}}}},
            "status": {"readyReplicas": 1}});
        let found = survey(&[service.clone(), deployment]).findings;
        assert_eq!(found[0].id, "service-without-pods");
        assert!(found[0].text.contains("app=cart") && found[0].text.contains("app=shopping-cart"));
        let ready = json!({"phase": "Running", "containerStatuses": [{"ready": true}]});
        assert!(ids(&[service, pod("cart", ready)]).is_empty());
    }

    #[test]
    fn nodes_claims_and_jobs_say_what_is_wrong() {
        let node = json!({"kind": "Node", "metadata": {"name": "n1"}, "spec": {"unschedulable": true},
            "status": {"conditions": [{"type": "Ready", "status": "False", "message": "kubelet stopped"},
                {"type": "MemoryPressure", "status": "True", "message": "low"}]}});
        let claim = json!({"kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "shop"},
            "status": {"phase": "Pending"}});
        let job = json!({"kind": "Job", "metadata": {"name": "load", "namespace": "shop"},
            "status": {"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}]}});
        assert_eq!(
            ids(&[node, claim, job]),
            ["job-failed", "node-not-ready", "node-pressure", "claim-pending", "node-cordoned"]
        );
    }

    #[test]
    fn a_workload_without_enough_pods_is_named_unless_its_pods_already_are() {
        let deployment = json!({"kind": "Deployment", "metadata": {"name": "search", "namespace": "shop"},
            "spec": {"replicas": 2}, "status": {"readyReplicas": 0}});
        assert_eq!(ids(std::slice::from_ref(&deployment)), ["workload-not-ready"]);
        let image = json!({"phase": "Pending", "containerStatuses": [{"name": "main",
            "state": {"waiting": {"reason": "ErrImagePull"}}}]});
        assert_eq!(ids(&[deployment, pod("search", image)]), ["image-pull"]);
    }
}
