//! Pods, and the workloads whose pods do not run.

use std::collections::BTreeMap;

use kubechat_kubectl::ObjectRef;
use serde_json::Value;

use super::known::{of_kind, reference};
use super::{Finding, Next, Survey, at};

/// Why a pod does not do its work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    OutOfMemory { limit: String },
    ImagePull { image: String, reason: String },
    Unschedulable { message: String },
    Config { message: String },
    Crashing { container: String, code: i64 },
    Evicted { message: String },
    Failed { message: String },
}

/// Pods of one workload that suffer from the same.
struct Group {
    owner: ObjectRef,
    count: usize,
    restarts: i64,
    first: ObjectRef,
}

/// `Running`, `CrashLoopBackOff`, `Pending` …: the one word for a pod, and whether that is as it should be.
pub(crate) fn pod_state(pod: &Value) -> (String, bool) {
    let status = &pod["status"];
    let phase = status["phase"].as_str().unwrap_or("Unknown");
    if pod["metadata"]["deletionTimestamp"].is_string() {
        return ("Terminating".to_owned(), false);
    }
    let containers = status["containerStatuses"].as_array().map(Vec::as_slice).unwrap_or_default();
    let inits = status["initContainerStatuses"].as_array().map(Vec::as_slice).unwrap_or_default();
    for container in inits.iter().chain(containers) {
        let reason = container["state"]["waiting"]["reason"].as_str();
        if let Some(reason) = reason.filter(|reason| !matches!(*reason, "PodInitializing")) {
            return (reason.to_owned(), false);
        }
    }
    if let Some(reason) = status["reason"].as_str() {
        return (reason.to_owned(), false);
    }
    match phase {
        "Succeeded" => ("Completed".to_owned(), true),
        "Running" if containers.iter().all(|container| container["ready"] == true) => {
            ("Running".to_owned(), true)
        }
        "Running" => ("Not ready".to_owned(), false),
        other => (other.to_owned(), false),
    }
}

/// Counts the pods and says of each workload what its pods suffer from.
pub(super) fn pods(objects: &[Value], survey: &mut Survey) {
    let mut groups: BTreeMap<(String, String, Trouble), Group> = BTreeMap::new();
    let mut sizes: BTreeMap<(String, String), usize> = BTreeMap::new();
    for pod in objects.iter().filter(|object| object["kind"] == "Pod") {
        survey.pods.add(pod_state(pod).1);
        let owner = owner(pod);
        let place = (owner.namespace.clone().unwrap_or_default(), owner.name.clone());
        *sizes.entry(place.clone()).or_default() += 1;
        let Some((trouble, restarts)) = trouble(pod) else { continue };
        let group = groups.entry((place.0, place.1, trouble)).or_insert_with(|| Group {
            owner,
            count: 0,
            restarts: 0,
            first: reference(pod),
        });
        group.count += 1;
        group.restarts += restarts;
    }
    for ((namespace, name, trouble), group) in groups {
        let all = sizes.get(&(namespace, name)).copied().unwrap_or(group.count);
        survey.findings.push(finding(&trouble, group, all));
    }
}

fn finding(trouble: &Trouble, group: Group, all: usize) -> Finding {
    let Group { owner, count, restarts, first: pod } = group;
    let name = &owner.name;
    let pods = match (count, all) {
        (1, 1) => "Its pod".to_owned(),
        (count, all) if count == all => format!("All {all} pods"),
        (count, all) => format!("{count} of {all} pods"),
    };
    let (are, were) = if count == 1 { ("is", "was") } else { ("are", "were") };
    let times = match restarts {
        0 => String::new(),
        1 => ", once so far".to_owned(),
        n => format!(", {n} times so far"),
    };
    let previous = || {
        Next::new(
            "Logs before the crash",
            format!("kubectl logs {}{} --previous --tail=100", pod.name, at(&pod)),
        )
    };
    let (id, title, text, first) = match trouble {
        Trouble::OutOfMemory { limit } => (
            "out-of-memory",
            format!("{name} is out of memory"),
            match limit.as_str() {
                "" => format!("{pods} {were} killed for using more memory than the node has{times}."),
                limit => format!("{pods} {were} killed at the limit of {limit}{times}."),
            },
            Some(previous()),
        ),
        Trouble::ImagePull { image, reason } => (
            "image-pull",
            format!("{name} can't pull its image"),
            format!("{pods} {are} waiting for {image} ({reason})."),
            Some(Next::new(
                "Earlier versions",
                format!("kubectl rollout history {}/{name}{}", owner.kind.to_lowercase(), at(&owner)),
            ))
            .filter(|_| matches!(owner.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet")),
        ),
        Trouble::Unschedulable { message } => (
            "unschedulable",
            format!("{name} waits for a node"),
            format!("{pods} can't be placed: {}", ended(message)),
            Some(Next::new("Look at the nodes", "kubectl get nodes -o wide".to_owned())),
        ),
        Trouble::Config { message } => (
            "container-config",
            format!("{name} can't start its container"),
            format!("{pods} {are} waiting: {}", ended(message)),
            None,
        ),
        Trouble::Crashing { container, code } => (
            "crash-loop",
            format!("{name} keeps crashing"),
            format!("Container {container} ends with exit code {code}; {}{times}.", lower(&pods, are)),
            Some(previous()),
        ),
        Trouble::Evicted { message } => {
            ("evicted", format!("{name} was evicted"), format!("{pods}: {}", ended(message)), None)
        }
        Trouble::Failed { message } => {
            ("pod-failed", format!("{name} failed"), format!("{pods}: {}", ended(message)), Some(previous()))
        }
    };
    let next = first.into_iter().chain([Next::describe(&owner)]).collect();
    Finding { id: id.to_owned(), serious: id != "evicted", object: owner, title, text, next }
}

fn lower(pods: &str, are: &str) -> String {
    format!("{}{} {are} affected", pods[..1].to_lowercase(), &pods[1..])
}

/// A message of the server's as a sentence.
pub(super) fn ended(message: &str) -> String {
    let message = message.trim();
    if message.is_empty() {
        return "the server gives no reason.".to_owned();
    }
    if message.ends_with(['.', '!', '?']) { message.to_owned() } else { format!("{message}.") }
}

/// The workload that a pod belongs to; of a ReplicaSet its Deployment, by the name it has from it.
fn owner(pod: &Value) -> ObjectRef {
    let metadata = &pod["metadata"];
    let owners = metadata["ownerReferences"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(owner) = owners.iter().find(|owner| owner["controller"] == true) else { return reference(pod) };
    let (mut kind, mut name) = (
        owner["kind"].as_str().unwrap_or_default().to_owned(),
        owner["name"].as_str().unwrap_or_default().to_owned(),
    );
    let mut version = owner["apiVersion"].as_str().map(str::to_owned);
    if kind == "ReplicaSet"
        && let Some((deployment, hash)) = name.rsplit_once('-')
        && hash.len() >= 5
        && hash.chars().all(|c| c.is_ascii_alphanumeric())
    {
        (kind, name, version) = ("Deployment".to_owned(), deployment.to_owned(), Some("apps/v1".to_owned()));
    }
    let place = serde_json::json!({"name": name, "namespace": metadata["namespace"]});
    of_kind(&kind, version.as_deref(), &place)
}

fn trouble(pod: &Value) -> Option<(Trouble, i64)> {
    let (status, spec) = (&pod["status"], &pod["spec"]);
    let list = |key: &str| status[key].as_array().cloned().unwrap_or_default();
    let containers: Vec<Value> =
        list("initContainerStatuses").into_iter().chain(list("containerStatuses")).collect();
    for container in &containers {
        let name = container["name"].as_str().unwrap_or_default();
        let restarts = container["restartCount"].as_i64().unwrap_or(0);
        let waiting = &container["state"]["waiting"];
        let reason = waiting["reason"].as_str().unwrap_or_default();
        let ended_as = [&container["state"]["terminated"], &container["lastState"]["terminated"]]
            .into_iter()
            .find(|state| state.is_object());
        let described = spec_of(spec, name);
        let limit = described["resources"]["limits"]["memory"].as_str().unwrap_or_default().to_owned();
        let image = described["image"].as_str().unwrap_or_default().to_owned();
        let message = || waiting["message"].as_str().unwrap_or(reason).to_owned();
        match reason {
            "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" | "ErrImageNeverPull" => {
                return Some((Trouble::ImagePull { image, reason: reason.to_owned() }, 0));
            }
            "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
                return Some((Trouble::Config { message: message() }, 0));
            }
            _ => {}
        }
        let Some(last) = ended_as else { continue };
        let troubled = container["ready"] != true && status["phase"] != "Succeeded";
        if last["reason"] == "OOMKilled" && troubled {
            return Some((Trouble::OutOfMemory { limit }, restarts));
        }
        if reason == "CrashLoopBackOff" {
            let code = last["exitCode"].as_i64().unwrap_or(1);
            return Some((Trouble::Crashing { container: name.to_owned(), code }, restarts));
        }
    }
    let message = status["message"].as_str().unwrap_or_default().to_owned();
    match (status["phase"].as_str(), status["reason"].as_str()) {
        (_, Some("Evicted")) => return Some((Trouble::Evicted { message }, 0)),
        // A failed pod of a Job is the Job's to tell.
        (Some("Failed"), _) if owner(pod).kind != "Job" => return Some((Trouble::Failed { message }, 0)),
        _ => {}
    }
    let conditions = list("conditions");
    let placed = conditions.iter().find(|condition| condition["type"] == "PodScheduled")?;
    let waits = placed["status"] == "False" && placed["reason"] == "Unschedulable";
    waits.then(|| {
        let message = placed["message"].as_str().unwrap_or_default();
        // What the scheduler says of claims and preemption after the reason is of no use to the reader.
        let end = [" no new claims", " preemption:"].iter().filter_map(|tail| message.find(tail)).min();
        let message = message[..end.unwrap_or(message.len())].trim().to_owned();
        (Trouble::Unschedulable { message }, 0)
    })
}

fn spec_of<'a>(spec: &'a Value, name: &str) -> &'a Value {
    let of = |key: &str| spec[key].as_array().map(Vec::as_slice).unwrap_or_default();
    of("containers")
        .iter()
        .chain(of("initContainers"))
        .find(|one| one["name"] == name)
        .unwrap_or(&Value::Null)
}
