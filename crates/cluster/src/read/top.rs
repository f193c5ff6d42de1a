//! Usage of pods and nodes from the metrics API.

use kubechat_kubectl::plan::Show;
use kubechat_kubectl::{Operation, Plan};
use serde_json::Value;

use super::{nothing, reads};
use crate::answer::Answer;
use crate::error::Error;
use crate::names::simple;
use crate::quantity::{mebibytes, millicores, of};
use crate::session::Session;

/// Name parts with their use.
struct Usage {
    names: Vec<String>,
    cpu: f64,
    memory: f64,
}

impl Session {
    pub(super) async fn top(&self, plan: &Plan) -> Result<Answer, Error> {
        let Show::Top { containers, sort_by, sum, capacity } = &plan.show else {
            return Err(Error::Unsupported { message: "this is no question about usage".to_owned() });
        };
        let containers = *containers;
        let Some(operation) = reads(plan).next() else {
            return Err(Error::Unsupported { message: "nothing to measure".to_owned() });
        };
        let mut metrics = operation.clone();
        if metrics.resource.group != "metrics.k8s.io" {
            "metrics.k8s.io".clone_into(&mut metrics.resource.group);
            "v1beta1".clone_into(&mut metrics.resource.version);
        }
        let found = self.objects_of(plan, &metrics).await.map_err(unavailable)?;
        let nodes = metrics.resource.plural == "nodes";
        let everywhere = !nodes && metrics.namespace.is_none();
        let mut usage: Vec<Usage> = found
            .items
            .iter()
            .flat_map(|item| if nodes { vec![node(item)] } else { pod(item, containers, everywhere) })
            .collect();
        match sort_by.as_deref() {
            Some("cpu") => usage.sort_by(|left, right| right.cpu.total_cmp(&left.cpu)),
            Some("memory") => usage.sort_by(|left, right| right.memory.total_cmp(&left.memory)),
            _ => usage.sort_by(|left, right| left.names.cmp(&right.names)),
        }
        if usage.is_empty() {
            return Ok(Answer { notes: found.notes, ..Answer::text(nothing(plan)) });
        }
        let mut answer = if nodes {
            self.node_table(&metrics, usage, *capacity).await?
        } else {
            pod_table(usage, containers, everywhere, *sum)
        };
        answer.truncated = found.truncated;
        answer.notes.extend(found.notes);
        Ok(answer)
    }

    async fn node_table(
        &self,
        metrics: &Operation,
        usage: Vec<Usage>,
        capacity: bool,
    ) -> Result<Answer, Error> {
        let whole = if capacity { "capacity" } else { "allocatable" };
        let nodes = match &metrics.targets {
            kubechat_kubectl::plan::Targets::Selected { labels, .. } => {
                self.list(&simple("", "nodes", false), None, labels.as_deref(), None).await
            }
            kubechat_kubectl::plan::Targets::Names(_) => {
                self.list(&simple("", "nodes", false), None, None, None).await
            }
        };
        let (nodes, note) = match nodes {
            Ok(listed) => (listed.items, None),
            Err(error) if error.is_forbidden() => {
                (Vec::new(), Some("Percentages are not shown: you may not list nodes.".to_owned()))
            }
            Err(error) => return Err(error),
        };
        let percent = |name: &str, resource: &str, used: f64| {
            let node = nodes.iter().find(|node| node["metadata"]["name"] == *name);
            match node.map(|node| of(&node["status"][whole][resource])) {
                Some(capacity) if capacity > 0.0 => format!("{:.0}%", (used / capacity * 100.0).floor()),
                _ => "<unknown>".to_owned(),
            }
        };
        let rows = usage.into_iter().map(|usage| {
            let name = usage.names.into_iter().next().unwrap_or_default();
            let (cpu, memory) = (percent(&name, "cpu", usage.cpu), percent(&name, "memory", usage.memory));
            vec![name, millicores(usage.cpu), cpu, mebibytes(usage.memory), memory]
        });
        let mut answer =
            Answer::table(&["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], rows.collect());
        answer.notes.extend(note);
        Ok(answer)
    }
}

fn pod_table(usage: Vec<Usage>, containers: bool, everywhere: bool, sum: bool) -> Answer {
    let mut columns = Vec::new();
    if everywhere {
        columns.push("NAMESPACE");
    }
    columns.extend(if containers { &["POD", "NAME"][..] } else { &["NAME"][..] });
    columns.extend(["CPU(cores)", "MEMORY(bytes)"]);
    let together = |of: fn(&Usage) -> f64| usage.iter().map(of).sum::<f64>();
    let (cpu, memory) = (together(|usage| usage.cpu), together(|usage| usage.memory));
    let row = |mut cells: Vec<String>, cpu: String, memory: String| {
        cells.extend([cpu, memory]);
        cells
    };
    let mut rows: Vec<Vec<String>> = usage
        .into_iter()
        .map(|usage| row(usage.names, millicores(usage.cpu), mebibytes(usage.memory)))
        .collect();
    if sum {
        let blank = vec![String::new(); columns.len() - 2];
        rows.push(row(blank.clone(), "________".to_owned(), "________".to_owned()));
        rows.push(row(blank, millicores(cpu), mebibytes(memory)));
    }
    Answer::table(&columns, rows)
}

fn node(item: &Value) -> Usage {
    Usage { names: vec![name(item)], cpu: of(&item["usage"]["cpu"]), memory: of(&item["usage"]["memory"]) }
}

fn pod(item: &Value, containers: bool, everywhere: bool) -> Vec<Usage> {
    let mut names = Vec::new();
    if everywhere {
        names.push(item["metadata"]["namespace"].as_str().unwrap_or_default().to_owned());
    }
    names.push(name(item));
    let parts = item["containers"].as_array().map(Vec::as_slice).unwrap_or_default();
    if containers {
        let of_part = |part: &Value| Usage {
            names: names.iter().cloned().chain(part["name"].as_str().map(str::to_owned)).collect(),
            cpu: of(&part["usage"]["cpu"]),
            memory: of(&part["usage"]["memory"]),
        };
        return parts.iter().map(of_part).collect();
    }
    let sum = |resource: &str| parts.iter().map(|part| of(&part["usage"][resource])).sum();
    vec![Usage { names, cpu: sum("cpu"), memory: sum("memory") }]
}

fn name(item: &Value) -> String {
    item["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

/// A missing metrics API is told from missing metrics of one pod.
pub(crate) fn unavailable(error: Error) -> Error {
    match error {
        Error::UnknownResource { .. } => {
            Error::Metrics { message: "the cluster has no metrics API (metrics.k8s.io)".to_owned() }
        }
        Error::Server { status: 503, message } | Error::Server { status: 404, message } => {
            Error::Metrics { message }
        }
        Error::NotFound { resource, name, .. } => Error::Metrics {
            message: format!("there are no metrics of {resource} \"{name}\" yet, or it does not exist"),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_uses_what_its_containers_use() {
        let item = json!({"metadata": {"name": "web", "namespace": "shop"}, "containers": [
            {"name": "a", "usage": {"cpu": "100m", "memory": "50Mi"}}, {"name": "b", "usage": {"cpu": "20000000n", "memory": "35Mi"}}]});
        let answer = pod_table(pod(&item, false, true), false, true, true);
        let rows = &answer.sections[0].rows;
        assert_eq!(rows[0].cells, ["shop", "web", "120m", "85Mi"].map(Value::from));
        assert_eq!(rows[2].cells, ["", "", "120m", "85Mi"].map(Value::from));
        assert_eq!(pod(&item, true, false)[1].names, ["web", "b"]);
    }
}
