//! Services and the pods that they reach.

use serde_json::Value;

use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use crate::error::Error;
use crate::names::simple;
use crate::session::Session;

impl Session {
    pub(super) async fn describe_service(&self, out: &mut Outline, service: &Value) -> Result<(), Error> {
        let spec = &service["spec"];
        out.field("Selector", pairs(&spec["selector"], "=").join(","));
        out.field("Type", word(&spec["type"]));
        out.maybe("External Name", spec["externalName"].as_str());
        let addresses: Vec<String> = spec["clusterIPs"].as_array().into_iter().flatten().map(word).collect();
        out.field("Cluster IP", addresses.join(", "));
        let ingress = service["status"]["loadBalancer"]["ingress"].as_array().into_iter().flatten();
        let ingress: Vec<String> = ingress
            .map(|entry| word(if entry["ip"].is_null() { &entry["hostname"] } else { &entry["ip"] }))
            .collect();
        if !ingress.is_empty() {
            out.field("LoadBalancer", ingress.join(", "));
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
        self.endpoints(out, service).await?;
        conditions(out, service);
        Ok(())
    }

    async fn endpoints(&self, out: &mut Outline, service: &Value) -> Result<(), Error> {
        let metadata = &service["metadata"];
        let label = format!("kubernetes.io/service-name={}", word(&metadata["name"]));
        let slices = simple("discovery.k8s.io", "endpointslices", true);
        let listed = match self.list(&slices, metadata["namespace"].as_str(), Some(&label), None).await {
            Ok(listed) => listed.items,
            Err(error) if error.is_forbidden() => {
                out.field("Endpoints", "<not shown: you may not list endpointslices>");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let mut rows = Vec::new();
        for slice in &listed {
            let ports: Vec<String> =
                slice["ports"].as_array().into_iter().flatten().map(|port| word(&port["port"])).collect();
            for endpoint in slice["endpoints"].as_array().into_iter().flatten() {
                let address = endpoint["addresses"]
                    .as_array()
                    .and_then(|list| list.first())
                    .map(word)
                    .unwrap_or_default();
                let ready = if endpoint["conditions"]["ready"].as_bool().unwrap_or(true) {
                    "ready"
                } else {
                    "not ready"
                };
                rows.push(vec![
                    format!("{address}:{}", ports.join(",")),
                    ready.to_owned(),
                    word(&endpoint["targetRef"]["name"]),
                    word(&endpoint["nodeName"]),
                ]);
            }
        }
        out.table("Endpoints", &["Address", "State", "Pod", "Node"], rows);
        Ok(())
    }
}
