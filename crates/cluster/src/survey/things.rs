//! Everything that is not a pod: nodes, workloads, services, ingresses, claims, jobs.

use kubechat_kubectl::ObjectRef;
use serde_json::Value;

use super::known::reference;
use super::pods::ended;
use super::{Finding, Next, Survey, at};
use crate::impact::map_matches;

fn finding(
    id: &str,
    serious: bool,
    object: ObjectRef,
    title: String,
    text: String,
    next: Vec<Next>,
) -> Finding {
    Finding { id: id.to_owned(), serious, object, title, text, next }
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

pub(super) fn node(node: &Value, survey: &mut Survey) {
    let object = reference(node);
    let name = object.name.clone();
    let ready = condition(node, "Ready");
    let is_ready = ready.is_some_and(|ready| ready["status"] == "True");
    survey.nodes.add(is_ready);
    let next = || vec![Next::describe(&reference(node))];
    if !is_ready {
        let message = ready.and_then(|ready| ready["message"].as_str()).unwrap_or_default();
        let text = format!("Node {name}: {}", ended(message));
        survey.findings.push(finding(
            "node-not-ready",
            true,
            object.clone(),
            format!("Node {name} is not ready"),
            text,
            next(),
        ));
    }
    for pressure in ["MemoryPressure", "DiskPressure", "PIDPressure"] {
        if let Some(found) = condition(node, pressure).filter(|found| found["status"] == "True") {
            let what = pressure.trim_end_matches("Pressure");
            let text = ended(found["message"].as_str().unwrap_or_default());
            let title = format!(
                "Node {name} is short of {}",
                if what == "PID" { "process ids".to_owned() } else { what.to_lowercase() }
            );
            survey.findings.push(finding("node-pressure", true, object.clone(), title, text, next()));
        }
    }
    if node["spec"]["unschedulable"] == true {
        let next = vec![Next::new("Let pods on it again", format!("kubectl uncordon {name}"))];
        let text = "It takes no new pods until it is uncordoned.".to_owned();
        survey.findings.push(finding(
            "node-cordoned",
            false,
            object,
            format!("Node {name} is cordoned"),
            text,
            next,
        ));
    }
}

pub(super) fn claim(claim: &Value, survey: &mut Survey) {
    let phase = claim["status"]["phase"].as_str().unwrap_or_default();
    if !matches!(phase, "Pending" | "Lost") {
        return;
    }
    let object = reference(claim);
    let text = match phase {
        "Lost" => "The volume it was bound to is gone.".to_owned(),
        _ => format!(
            "No volume of class {} was found or made for it.",
            claim["spec"]["storageClassName"].as_str().unwrap_or("(default)")
        ),
    };
    let title = format!("Claim {} is {}", object.name, phase.to_lowercase());
    let next = vec![Next::describe(&object)];
    survey.findings.push(finding("claim-pending", phase == "Lost", object, title, text, next));
}

pub(super) fn job(job: &Value, survey: &mut Survey) {
    let Some(failed) = condition(job, "Failed").filter(|failed| failed["status"] == "True") else { return };
    let object = reference(job);
    let text = ended(failed["message"].as_str().unwrap_or_default());
    let next = vec![
        Next::new("Its logs", format!("kubectl logs job/{}{} --tail=100", object.name, at(&object))),
        Next::describe(&object),
    ];
    survey.findings.push(finding(
        "job-failed",
        true,
        object.clone(),
        format!("Job {} failed", object.name),
        text,
        next,
    ));
}

/// A Service whose selector finds no pod; where a workload of its name carries other labels, both are named.
pub(super) fn service(service: &Value, objects: &[Value], survey: &mut Survey) {
    let selector = &service["spec"]["selector"];
    let Some(wanted) = selector.as_object().filter(|wanted| !wanted.is_empty()) else { return };
    let object = reference(service);
    let here = |other: &&Value| other["metadata"]["namespace"] == service["metadata"]["namespace"];
    let reaches = |labels: &Value| map_matches(selector, labels);
    let mut pods = objects.iter().filter(|other| other["kind"] == "Pod").filter(here);
    if pods.any(|pod| reaches(&pod["metadata"]["labels"])) {
        return;
    }
    let workload = objects.iter().filter(here).find(|other| {
        other["metadata"]["name"] == object.name.as_str() && other["spec"]["template"].is_object()
    });
    let carried = workload.map(|workload| &workload["spec"]["template"]["metadata"]["labels"]);
    // Its workload is scaled to zero: that is no mistake of the Service's.
    if carried.is_some_and(reaches) || scaled_down(selector, objects, service) {
        return;
    }
    let pairs = |labels: &Value| {
        let keys = wanted.keys();
        let list: Vec<String> =
            keys.map(|key| format!("{key}={}", labels[key].as_str().unwrap_or("(none)"))).collect();
        list.join(",")
    };
    let text = match carried {
        Some(labels) => format!("It selects {}; the pods carry {}.", pairs(selector), pairs(labels)),
        None => format!("It selects {}; no pod carries that.", pairs(selector)),
    };
    let next = vec![Next::describe(&object)];
    survey.findings.push(finding(
        "service-without-pods",
        true,
        object.clone(),
        format!("Service {} reaches no pod", object.name),
        text,
        next,
    ));
}

fn scaled_down(selector: &Value, objects: &[Value], service: &Value) -> bool {
    objects.iter().any(|other| {
        other["metadata"]["namespace"] == service["metadata"]["namespace"]
            && map_matches(selector, &other["spec"]["template"]["metadata"]["labels"])
    })
}

pub(super) fn ingress(ingress: &Value, objects: &[Value], survey: &mut Survey) {
    let object = reference(ingress);
    let services: Vec<&Value> = objects.iter().filter(|other| other["kind"] == "Service").collect();
    for name in backends(ingress) {
        let there = services.iter().any(|service| {
            service["metadata"]["name"] == name
                && service["metadata"]["namespace"] == ingress["metadata"]["namespace"]
        });
        // Services that were not read at all are not judged.
        if services.is_empty() || there {
            continue;
        }
        let title = format!("Ingress {} leads nowhere", object.name);
        let text = format!("It sends requests to Service {name}, which does not exist.");
        let next = vec![Next::describe(&object)];
        survey.findings.push(finding("ingress-without-service", true, object.clone(), title, text, next));
    }
}

/// The Services that an Ingress names.
pub(crate) fn backends(ingress: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let rules = ingress["spec"]["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
    let paths = rules.iter().flat_map(|rule| rule["http"]["paths"].as_array().into_iter().flatten());
    let services = paths.map(|path| &path["backend"]).chain([&ingress["spec"]["defaultBackend"]]);
    for name in services.filter_map(|backend| backend["service"]["name"].as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// How many pods a workload wants and how many of them are ready.
pub(crate) fn wanted_and_ready(workload: &Value) -> Option<(i64, i64)> {
    let (spec, status) = (&workload["spec"], &workload["status"]);
    match workload["kind"].as_str()? {
        "Deployment" | "StatefulSet" | "ReplicaSet" => {
            Some((spec["replicas"].as_i64().unwrap_or(1), status["readyReplicas"].as_i64().unwrap_or(0)))
        }
        "DaemonSet" => Some((
            status["desiredNumberScheduled"].as_i64().unwrap_or(0),
            status["numberReady"].as_i64().unwrap_or(0),
        )),
        _ => None,
    }
}

/// Counts the workloads; one that lacks pods is named unless its pods have said why.
pub(super) fn workloads(objects: &[Value], survey: &mut Survey) {
    for workload in objects.iter().filter(|object| object["kind"] != "ReplicaSet") {
        let Some((wanted, ready)) = wanted_and_ready(workload) else { continue };
        survey.workloads.add(ready >= wanted);
        let object = reference(workload);
        let told = survey.findings.iter().any(|finding| {
            (&finding.object.kind, &finding.object.name, &finding.object.namespace)
                == (&object.kind, &object.name, &object.namespace)
        });
        if ready >= wanted || told {
            continue;
        }
        let why = condition(workload, "Progressing")
            .filter(|progressing| progressing["status"] == "False")
            .and_then(|progressing| progressing["message"].as_str());
        let text = match why {
            Some(message) => format!("{ready} of {wanted} pods are ready. {}", ended(message)),
            None => format!("{ready} of {wanted} pods are ready."),
        };
        let next = vec![Next::describe(&object)];
        let title = format!("{} is not complete", object.name);
        survey.findings.push(finding("workload-not-ready", ready == 0, object, title, text, next));
    }
}
