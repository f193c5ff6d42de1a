//! Services and the pods that they reach.

use jiff::Timestamp;
use serde_json::Value;

use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use super::state::{State, lingering};
use super::{Described, allowed, pod};
use crate::error::Error;
use crate::names::simple;
use crate::read::logs::selector;
use crate::session::Session;

/// An address behind a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    address: String,
    pub ready: bool,
    pod: String,
    node: String,
}

impl Session {
    pub(super) async fn describe_service(&self, service: &Value, now: Timestamp) -> Result<Described, Error> {
        let (metadata, spec) = (&service["metadata"], &service["spec"]);
        let namespace = metadata["namespace"].as_str();
        let endpoints = self.endpoints(namespace, &word(&metadata["name"])).await?;
        let pods = match selector(&spec["selector"]) {
            Some(labels) => {
                allowed(self.list(&simple("", "pods", true), namespace, Some(&labels), None).await)?
            }
            None => None,
        };
        let state = of_service(service, endpoints.as_deref(), pods.as_deref(), now);
        let mut out = Outline::default();
        out.field("Selector", pairs(&spec["selector"], "=").join(","));
        out.field("Type", word(&spec["type"]));
        out.maybe("External Name", spec["externalName"].as_str());
        let addresses: Vec<String> = spec["clusterIPs"].as_array().into_iter().flatten().map(word).collect();
        out.field("Cluster IP", addresses.join(", "));
        let ingress = addresses_of(service);
        if !ingress.is_empty() {
            out.field("LoadBalancer", ingress.join(", "));
        }
        if spec["sessionAffinity"].as_str().is_some_and(|affinity| affinity != "None") {
            out.field("Session Affinity", word(&spec["sessionAffinity"]));
        }
        let ports = spec["ports"].as_array().into_iter().flatten().map(|port| {
            let number = |key: &str| word(&port[key]);
            vec![
                number("name"),
                format!("{}/{}", number("port"), number("protocol")),
                number("targetPort"),
                number("nodePort"),
            ]
        });
        out.table("Ports", &["Name", "Port", "Target", "NodePort"], ports.collect());
        match endpoints {
            None => out.field("Endpoints", "<not shown: you may not list endpointslices>"),
            Some(endpoints) => {
                let row = |one: Endpoint| {
                    let ready = if one.ready { "ready" } else { "not ready" };
                    vec![one.address, ready.to_owned(), one.pod, one.node]
                };
                out.table(
                    "Endpoints",
                    &["Address", "State", "Pod", "Node"],
                    endpoints.into_iter().map(row).collect(),
                );
            }
        }
        conditions(&mut out, service);
        Ok(Described { state, body: out })
    }

    /// The addresses behind a service; absent where the user may not list them.
    pub(super) async fn endpoints(
        &self,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<Vec<Endpoint>>, Error> {
        let label = format!("kubernetes.io/service-name={name}");
        let slices = simple("discovery.k8s.io", "endpointslices", true);
        let listed = allowed(self.list(&slices, namespace, Some(&label), None).await)?;
        Ok(listed.map(|slices| slices.iter().flat_map(endpoints_of).collect()))
    }
}

fn endpoints_of(slice: &Value) -> Vec<Endpoint> {
    let ports: Vec<String> =
        slice["ports"].as_array().into_iter().flatten().map(|port| word(&port["port"])).collect();
    let endpoints = slice["endpoints"].as_array().into_iter().flatten();
    endpoints
        .map(|endpoint| Endpoint {
            address: format!("{}:{}", word(&endpoint["addresses"][0]), ports.join(",")),
            ready: endpoint["conditions"]["ready"].as_bool().unwrap_or(true),
            pod: word(&endpoint["targetRef"]["name"]),
            node: word(&endpoint["nodeName"]),
        })
        .collect()
}

/// Where the world reaches it, or an Ingress.
pub(super) fn addresses_of(object: &Value) -> Vec<String> {
    let ingress = object["status"]["loadBalancer"]["ingress"].as_array().into_iter().flatten();
    ingress.map(|entry| word(if entry["ip"].is_null() { &entry["hostname"] } else { &entry["ip"] })).collect()
}

fn of_service(
    service: &Value,
    endpoints: Option<&[Endpoint]>,
    pods: Option<&[Value]>,
    now: Timestamp,
) -> State {
    let spec = &service["spec"];
    let mut state = State::default();
    if spec["type"] == "ExternalName" {
        state.word = format!("Stands for {}", word(&spec["externalName"]));
        return state;
    }
    if let Some(endpoints) = endpoints {
        let ready = endpoints.iter().filter(|one| one.ready).count();
        state.word = match (ready, endpoints.len()) {
            (_, 0) => "No endpoints".to_owned(),
            (ready, all) => format!("{ready} of {all} endpoints are ready"),
        };
        if ready == 0 {
            state.wrong(unanswered(service, pods, now));
        }
    }
    for port in spec["ports"].as_array().into_iter().flatten() {
        let Some(name) = port["targetPort"].as_str().filter(|name| name.parse::<u16>().is_err()) else {
            continue;
        };
        let pods = pods.unwrap_or_default();
        if !pods.is_empty() && !pods.iter().any(|pod| has_port(pod, name)) {
            state.wrong(format!(
                "Port {} goes to the container port named {name}, which no pod has.",
                word(&port["port"])
            ));
        }
    }
    if spec["type"] == "LoadBalancer" && addresses_of(service).is_empty() {
        state.wrong("It has no address of a load balancer yet.");
    }
    lingering(service, now).into_iter().for_each(|text| state.wrong(text));
    state
}

/// Why nothing answers.
fn unanswered(service: &Value, pods: Option<&[Value]>, now: Timestamp) -> String {
    let Some(labels) = selector(&service["spec"]["selector"]) else {
        return "It has no selector, and nobody has given it endpoints: nothing answers.".to_owned();
    };
    match pods {
        Some([]) => format!("No pod has the labels {labels}: nothing answers."),
        Some(pods) => {
            let first = pods.iter().find_map(|one| {
                let problem = pod::of_pod(one, now).problems.into_iter().next()?;
                Some(format!(" Pod {}: {problem}", word(&one["metadata"]["name"])))
            });
            let count = if pods.len() == 1 {
                "the one pod".to_owned()
            } else {
                format!("none of the {} pods", pods.len())
            };
            let not = if pods.len() == 1 { " not" } else { "" };
            format!(
                "Of those with the labels {labels}, {count} is{not} ready: nothing answers.{}",
                first.unwrap_or_default()
            )
        }
        None => "Nothing answers.".to_owned(),
    }
}

fn has_port(pod: &Value, name: &str) -> bool {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    containers.flat_map(|one| one["ports"].as_array().into_iter().flatten()).any(|port| port["name"] == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn endpoint(ready: bool) -> Endpoint {
        Endpoint { address: "10.0.0.1:80".to_owned(), ready, pod: "web-1".to_owned(), node: String::new() }
    }

    #[test]
    fn a_selector_that_matches_nothing_is_told() {
        let service = json!({"metadata": {}, "spec": {"type": "ClusterIP", "selector": {"app": "cart"}}});
        let state = of_service(&service, Some(&[]), Some(&[]), NOW);
        assert_eq!(state.word, "No endpoints");
        assert_eq!(state.problems, ["No pod has the labels app=cart: nothing answers."]);
        let unknown = of_service(&service, Some(&[]), None, NOW);
        assert_eq!(unknown.problems, ["Nothing answers."]);
        let denied = of_service(&service, None, None, NOW);
        assert_eq!(denied, State::default());
    }

    #[test]
    fn pods_that_are_not_ready_say_why() {
        let service = json!({"metadata": {}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}});
        let pod = json!({"metadata": {"name": "web-1"}, "spec": {"containers": [{"name": "c", "ports": [{"name": "web"}]}]}, "status": {"containerStatuses": [
            {"name": "c", "state": {"waiting": {"reason": "CreateContainerError"}}}]}});
        let state = of_service(&service, Some(&[endpoint(false)]), Some(std::slice::from_ref(&pod)), NOW);
        assert_eq!(state.word, "0 of 1 endpoints are ready");
        assert_eq!(
            state.problems,
            [
                "Of those with the labels app=web, the one pod is not ready: nothing answers. Pod web-1: Container c can't start, CreateContainerError.",
                "Port 80 goes to the container port named http, which no pod has."
            ]
        );
        let well = of_service(
            &json!({"metadata": {}, "spec": {"selector": {"app": "web"}}}),
            Some(&[endpoint(true)]),
            Some(&[pod]),
            NOW,
        );
        assert!(well.problems.is_empty(), "{well:?}");
    }
}
