//! Deployments and the other kinds that keep pods.

use jiff::Timestamp;
use kubechat_kubectl::Resource;
use serde_json::Value;

use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use super::state::{State, condition, lingering, why};
use super::{Described, allowed, owned_by, pod};
use crate::error::Error;
use crate::names::simple;
use crate::read::logs::selector;
use crate::read::rollout::status;
use crate::session::Session;

/// Kinds of trouble among the pods that are told one by one.
const MAX_TROUBLES: usize = 5;
/// Pods of one kind of trouble that are named.
const MAX_NAMED: usize = 3;
/// Rows of the table of pods.
const MAX_PODS: usize = 50;

impl Session {
    pub(super) async fn describe_workload(
        &self,
        resource: &Resource,
        object: &Value,
        now: Timestamp,
    ) -> Result<Described, Error> {
        let (spec, namespace) = (&object["spec"], object["metadata"]["namespace"].as_str());
        let chosen = selector(&spec["selector"]);
        let pods = allowed(self.list(&simple("", "pods", true), namespace, chosen.as_deref(), None).await)?;
        let mut state = of_workload(object, now);
        troubles(pods.as_deref().unwrap_or_default(), &mut state, now);
        let mut out = Outline::default();
        out.field("Selector", chosen.as_deref().unwrap_or_default());
        counts(&mut out, resource, object);
        if let Some(scaler) = self.scaler_of(resource, object).await? {
            out.field("Autoscaled By", scaler);
        }
        let strategy =
            [&spec["strategy"], &spec["updateStrategy"]].into_iter().find(|strategy| strategy.is_object());
        if let Some(strategy) = strategy {
            let rolling = pairs(&strategy["rollingUpdate"], " ");
            let rolling =
                if rolling.is_empty() { String::new() } else { format!(" ({})", rolling.join(", ")) };
            out.field("Strategy", format!("{}{rolling}", word(&strategy["type"])));
        }
        show_pods(&mut out, pods, now);
        if resource.plural == "deployments" {
            self.replica_sets(&mut out, object, chosen.as_deref()).await?;
        }
        conditions(&mut out, object);
        volumes(&mut out, spec);
        template(&mut out, &spec["template"]);
        Ok(Described { state, body: out })
    }

    /// `web-scaler, 2 to 10 replicas`, where an autoscaler sets the number.
    async fn scaler_of(&self, resource: &Resource, object: &Value) -> Result<Option<String>, Error> {
        let mut scalers = simple("autoscaling", "horizontalpodautoscalers", true);
        scalers.version = "v2".to_owned();
        let metadata = &object["metadata"];
        let listed = self.list(&scalers, metadata["namespace"].as_str(), None, None).await;
        let found = allowed(listed)?.unwrap_or_default().into_iter().find(|scaler| {
            let target = &scaler["spec"]["scaleTargetRef"];
            target["kind"] == resource.kind && target["name"] == metadata["name"]
        });
        Ok(found.map(|scaler| {
            let spec = &scaler["spec"];
            let least = spec["minReplicas"].as_i64().unwrap_or(1);
            format!(
                "{}, {least} to {} replicas",
                word(&scaler["metadata"]["name"]),
                word(&spec["maxReplicas"])
            )
        }))
    }

    async fn replica_sets(
        &self,
        out: &mut Outline,
        object: &Value,
        selector: Option<&str>,
    ) -> Result<(), Error> {
        let namespace = object["metadata"]["namespace"].as_str();
        let listed = self.list(&simple("apps", "replicasets", true), namespace, selector, None).await;
        let Some(sets) = allowed(listed)? else {
            out.field("ReplicaSets", "<not shown: you may not list replicasets>");
            return Ok(());
        };
        let revision = |set: &Value| {
            word(&set["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
                .parse::<i64>()
                .unwrap_or(0)
        };
        let mut sets: Vec<&Value> = sets.iter().filter(|set| owned_by(set, object)).collect();
        sets.sort_by_key(|set| std::cmp::Reverse(revision(set)));
        let rows = sets.into_iter().map(|set| {
            let ready = set["status"]["readyReplicas"].as_i64().unwrap_or(0);
            let ready = format!("{ready}/{}", word(&set["spec"]["replicas"]));
            let containers = set["spec"]["template"]["spec"]["containers"].as_array().into_iter().flatten();
            let images: Vec<String> = containers.map(|container| word(&container["image"])).collect();
            vec![word(&set["metadata"]["name"]), revision(set).to_string(), ready, images.join(",")]
        });
        out.table("ReplicaSets", &["Name", "Revision", "Ready", "Images"], rows.collect());
        Ok(())
    }
}

/// How far it is, and what its conditions say against it.
fn of_workload(object: &Value, now: Timestamp) -> State {
    let (spec, counted) = (&object["spec"], &object["status"]);
    let number = |key: &str| counted[key].as_i64().unwrap_or(0);
    let daemon = object["kind"] == "DaemonSet";
    let wanted =
        if daemon { number("desiredNumberScheduled") } else { spec["replicas"].as_i64().unwrap_or(1) };
    let available = number(if daemon { "numberAvailable" } else { "availableReplicas" });
    let kind = object["kind"].as_str().unwrap_or_default();
    let rollout = (kind != "ReplicaSet").then(|| status(object));
    let going = rollout.as_ref().is_some_and(|rollout| !rollout.done && !rollout.failed);
    let mut state = State::new(match (wanted, available) {
        (0, _) if daemon => "No node is chosen for it".to_owned(),
        (0, _) => "Scaled to zero".to_owned(),
        _ => format!("{available} of {wanted} pods are available"),
    });
    if going && wanted > 0 {
        state.word.push_str(", the rollout goes on");
    }
    if spec["paused"] == true {
        state.word.push_str(", paused");
    }
    if let Some(rollout) = rollout.filter(|rollout| rollout.failed) {
        state.wrong(rollout.text);
    }
    for kind in ["Progressing", "Available"] {
        if let Some(one) = condition(object, kind).filter(|one| one["status"] == "False") {
            state.wrong(why(one));
        }
    }
    if let Some(one) = condition(object, "ReplicaFailure").filter(|one| one["status"] == "True") {
        state.wrong(format!("Pods can't be created: {}", why(one)));
    }
    if available < wanted && number("replicas") == 0 && !daemon && state.problems.is_empty() {
        state.wrong("It has no pods yet.");
    }
    lingering(object, now).into_iter().for_each(|text| state.wrong(text));
    state
}

/// What is wrong with its pods, once for all that have the same.
pub(super) fn troubles(pods: &[Value], state: &mut State, now: Timestamp) {
    let mut found: Vec<(String, String, Vec<String>)> = Vec::new();
    for one in pods {
        let pod = pod::of_pod(one, now);
        let Some(problem) = pod.problems.into_iter().next() else { continue };
        let name = word(&one["metadata"]["name"]);
        match found.iter_mut().find(|(word, ..)| *word == pod.word) {
            Some((_, _, names)) => names.push(name),
            None => found.push((pod.word, problem, vec![name])),
        }
    }
    for (word, problem, names) in found.into_iter().take(MAX_TROUBLES) {
        let more = names.len().saturating_sub(MAX_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let which = names.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join(", ");
        let pods = if names.len() == 1 { "Pod" } else { "Pods" };
        state.wrong(format!("{pods} {which}{more} ({word}): {problem}"));
    }
}

/// The table of pods, those that are not well first.
pub(super) fn show_pods(out: &mut Outline, pods: Option<Vec<Value>>, now: Timestamp) {
    let Some(mut pods) = pods else {
        out.field("Pods", "<not shown: you may not list pods>");
        return;
    };
    pods.sort_by_cached_key(|one| pod::of_pod(one, now).problems.is_empty());
    let title = if pods.len() > MAX_PODS {
        format!("Pods ({MAX_PODS} of {})", pods.len())
    } else {
        "Pods".to_owned()
    };
    let rows = pods.iter().take(MAX_PODS).map(|one| pod::row(one, now)).collect();
    out.table(&title, &pod::COLUMNS, rows);
}

fn counts(out: &mut Outline, resource: &Resource, object: &Value) {
    let (spec, status) = (&object["spec"], &object["status"]);
    let number = |key: &str| status[key].as_i64().unwrap_or(0);
    if resource.plural == "daemonsets" {
        let (wanted, current) = (number("desiredNumberScheduled"), number("currentNumberScheduled"));
        let (updated, available) = (number("updatedNumberScheduled"), number("numberAvailable"));
        let wrong = number("numberMisscheduled");
        out.field(
            "Replicas",
            format!("{wanted} desired | {current} current | {updated} updated | {available} available | {wrong} on a wrong node"),
        );
        return;
    }
    let wanted = spec["replicas"].as_i64().unwrap_or(1);
    let (all, ready, available) = (number("replicas"), number("readyReplicas"), number("availableReplicas"));
    let updated = match resource.plural.as_str() {
        "replicasets" => String::new(),
        _ => format!(" | {} updated", number("updatedReplicas")),
    };
    out.field(
        "Replicas",
        format!("{wanted} desired{updated} | {all} total | {ready} ready | {available} available"),
    );
}

/// The claims that a StatefulSet makes for each pod.
fn volumes(out: &mut Outline, spec: &Value) {
    let claims = spec["volumeClaimTemplates"].as_array().map(Vec::as_slice).unwrap_or_default();
    if claims.is_empty() {
        return;
    }
    let rows = claims.iter().map(|claim| {
        let asked = &claim["spec"];
        vec![
            word(&claim["metadata"]["name"]),
            word(&asked["resources"]["requests"]["storage"]),
            word(&asked["storageClassName"]),
        ]
    });
    out.table("Volume Claims", &["Name", "Size", "Class"], rows.collect());
}

fn template(out: &mut Outline, template: &Value) {
    out.section("Pod Template", |out| {
        out.list("Labels", &pairs(&template["metadata"]["labels"], "="));
        out.maybe("Service Account", template["spec"]["serviceAccountName"].as_str());
        for (title, list) in [("Init Containers", "initContainers"), ("Containers", "containers")] {
            let found = template["spec"][list].as_array().map(Vec::as_slice).unwrap_or_default();
            if !found.is_empty() {
                out.section(title, |out| {
                    found.iter().for_each(|container| {
                        pod::container(out, container, None, Timestamp::UNIX_EPOCH);
                    });
                });
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_quota_that_stops_a_deployment_is_told() {
        let object = json!({"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 3}, "status": {"replicas": 1, "availableReplicas": 1,
            "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "ReplicaSet \"web-1\" has timed out progressing."},
                {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: pods=1"}]}});
        let state = of_workload(&object, NOW);
        assert!(state.word.starts_with("1 of 3 pods are available"), "{}", state.word);
        let told = state.problems.join("\n");
        assert!(
            told.contains("timed out progressing") && told.contains("Pods can't be created: exceeded quota"),
            "{told}"
        );
    }

    #[test]
    fn the_same_trouble_of_many_pods_is_told_once() {
        let pod = |name: &str| {
            json!({"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "x:9"}]},
            "status": {"phase": "Pending", "containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}]}})
        };
        let mut state = State::new("0 of 4 pods are available");
        troubles(&["a", "b", "c", "d"].map(pod), &mut state, NOW);
        assert_eq!(
            state.problems,
            [
                "Pods a, b, c and 1 more (ErrImagePull): The image x:9 of container c can't be pulled: not found"
            ]
        );
    }

    #[test]
    fn zero_is_no_problem() {
        let object = json!({"kind": "StatefulSet", "metadata": {"name": "db"}, "spec": {"replicas": 0}, "status": {"replicas": 0}});
        let state = of_workload(&object, NOW);
        assert_eq!((state.word.as_str(), state.problems.len()), ("Scaled to zero", 0));
    }
}
