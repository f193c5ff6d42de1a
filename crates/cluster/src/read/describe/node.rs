//! Nodes: what they have, and how much of it is promised.

use jiff::Timestamp;
use serde_json::Value;

use super::Described;
use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use super::state::{State, condition, lingering, why};
use crate::error::Error;
use crate::names::simple;
use crate::quantity::{mebibytes, millicores, of};
use crate::session::Session;

impl Session {
    pub(super) async fn describe_node(&self, node: &Value, now: Timestamp) -> Result<Described, Error> {
        let mut described = Described { state: of_node(node, now), body: Outline::default() };
        let (out, spec, status) = (&mut described.body, &node["spec"], &node["status"]);
        let taints = spec["taints"].as_array().into_iter().flatten();
        let taints: Vec<String> = taints
            .map(|taint| {
                format!("{}={}:{}", word(&taint["key"]), word(&taint["value"]), word(&taint["effect"]))
            })
            .collect();
        out.list("Taints", &taints);
        conditions(out, node);
        let addresses = status["addresses"].as_array().into_iter().flatten();
        let addresses: Vec<String> =
            addresses.map(|entry| format!("{}: {}", word(&entry["type"]), word(&entry["address"]))).collect();
        out.list("Addresses", &addresses);
        out.list("Capacity", &pairs(&status["capacity"], ": "));
        out.list("Allocatable", &pairs(&status["allocatable"], ": "));
        out.list("System Info", &pairs(&status["nodeInfo"], ": "));
        self.promised(out, node).await?;
        Ok(described)
    }

    async fn promised(&self, out: &mut Outline, node: &Value) -> Result<(), Error> {
        let fields = format!("spec.nodeName={}", word(&node["metadata"]["name"]));
        let pods = match self.list(&simple("", "pods", true), None, None, Some(&fields)).await {
            Ok(listed) => listed.items,
            Err(error) if error.is_forbidden() => {
                out.field("Pods", "<not shown: you may not list pods in all namespaces>");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let running: Vec<&Value> = pods
            .iter()
            .filter(|pod| !matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed")))
            .collect();
        let rows = running.iter().map(|pod| {
            let cell = |kind: &str, resource: &str, form: fn(f64) -> String| form(sum(pod, kind, resource));
            vec![
                word(&pod["metadata"]["namespace"]),
                word(&pod["metadata"]["name"]),
                cell("requests", "cpu", millicores),
                cell("limits", "cpu", millicores),
                cell("requests", "memory", mebibytes),
                cell("limits", "memory", mebibytes),
            ]
        });
        let columns = ["Namespace", "Name", "CPU requests", "CPU limits", "Memory requests", "Memory limits"];
        out.table(&format!("Pods ({} in total)", running.len()), &columns, rows.collect());
        let row = |resource: &str, form: fn(f64) -> String| {
            let capacity = of(&node["status"]["allocatable"][resource]);
            let part = |kind: &str| {
                let all: f64 = running.iter().map(|pod| sum(pod, kind, resource)).sum();
                let percent = if capacity > 0.0 { (all / capacity * 100.0).floor() } else { 0.0 };
                format!("{} ({percent:.0}%)", form(all))
            };
            vec![resource.to_owned(), part("requests"), part("limits")]
        };
        let rows = vec![row("cpu", millicores), row("memory", mebibytes)];
        out.table("Allocated", &["Resource", "Requests", "Limits"], rows);
        Ok(())
    }
}

fn of_node(node: &Value, now: Timestamp) -> State {
    let ready = condition(node, "Ready");
    let is_ready = ready.is_some_and(|one| one["status"] == "True");
    let mut state = State::new(if is_ready { "Ready" } else { "NotReady" });
    match ready {
        Some(one) if !is_ready => state.wrong(format!("It is not ready: {}", why(one))),
        None => state.wrong("It has never reported how it is."),
        _ => {}
    }
    for one in node["status"]["conditions"].as_array().into_iter().flatten() {
        if one["type"] != "Ready" && one["status"] == "True" {
            state.wrong(format!("{}: {}", word(&one["type"]), why(one)));
        }
    }
    if node["spec"]["unschedulable"] == true {
        state.word.push_str(", takes no new pods (cordoned)");
    }
    lingering(node, now).into_iter().for_each(|text| state.wrong(text));
    state
}

/// What the containers of a pod ask for together.
fn sum(pod: &Value, kind: &str, resource: &str) -> f64 {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    containers.map(|container| of(&container["resources"][kind][resource])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_says_what_ails_it() {
        let node = json!({"metadata": {}, "spec": {"unschedulable": true}, "status": {"conditions": [
            {"type": "DiskPressure", "status": "True", "message": "kubelet has disk pressure"},
            {"type": "Ready", "status": "Unknown", "message": "Kubelet stopped posting node status."}]}});
        let state = of_node(&node, Timestamp::UNIX_EPOCH);
        assert_eq!(state.word, "NotReady, takes no new pods (cordoned)");
        assert_eq!(
            state.problems,
            [
                "It is not ready: Kubelet stopped posting node status.",
                "DiskPressure: kubelet has disk pressure"
            ]
        );
    }
}
