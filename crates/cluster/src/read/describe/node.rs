//! Nodes: what they have, and how much of it is promised.

use serde_json::Value;

use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use crate::error::Error;
use crate::names::simple;
use crate::quantity::{mebibytes, millicores, of};
use crate::session::Session;

impl Session {
    pub(super) async fn describe_node(&self, out: &mut Outline, node: &Value) -> Result<(), Error> {
        let (spec, status) = (&node["spec"], &node["status"]);
        let taints = spec["taints"].as_array().into_iter().flatten();
        let taints: Vec<String> = taints
            .map(|taint| {
                format!("{}={}:{}", word(&taint["key"]), word(&taint["value"]), word(&taint["effect"]))
            })
            .collect();
        out.list("Taints", &taints);
        out.field("Unschedulable", spec["unschedulable"].as_bool().unwrap_or(false).to_string());
        conditions(out, node);
        let addresses = status["addresses"].as_array().into_iter().flatten();
        let addresses: Vec<String> =
            addresses.map(|entry| format!("{}: {}", word(&entry["type"]), word(&entry["address"]))).collect();
        out.list("Addresses", &addresses);
        out.list("Capacity", &pairs(&status["capacity"], ": "));
        out.list("Allocatable", &pairs(&status["allocatable"], ": "));
        out.list("System Info", &pairs(&status["nodeInfo"], ": "));
        self.promised(out, node).await
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

/// What the containers of a pod ask for together.
fn sum(pod: &Value, kind: &str, resource: &str) -> f64 {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    containers.map(|container| of(&container["resources"][kind][resource])).sum()
}
