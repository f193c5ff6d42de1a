//! `create service …`.

use serde_json::{Value, json};

use crate::flags::Parsed;
use crate::line::Line;
use crate::refusal::Refusal;

/// How a new Service is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    pub kind: &'static str,
    /// `--tcp`: PORT or PORT:TARGET.
    pub tcp: Vec<String>,
    /// `--clusterip`.
    pub cluster_ip: Option<String>,
    /// `--external-name`.
    pub external_name: Option<String>,
    /// `--node-port`.
    pub node_port: Option<i64>,
}

impl Service {
    pub(super) fn read(verb: &str, words: &Parsed) -> Result<Self, Refusal> {
        let kind = match verb {
            "create service clusterip" => "ClusterIP",
            "create service nodeport" => "NodePort",
            "create service loadbalancer" => "LoadBalancer",
            _ => "ExternalName",
        };
        let given = |long: &str| words.text(long).filter(|value| !value.is_empty());
        let service = Self {
            kind,
            tcp: words.list("tcp"),
            cluster_ip: given("clusterip"),
            external_name: given("external-name"),
            node_port: words.int("node-port").filter(|port| *port != 0),
        };
        service.tcp.iter().try_for_each(|pair| port(pair).map(|_| ()))?;
        if kind == "ExternalName" && service.external_name.is_none() {
            return Err(Refusal::new(
                "missing-value",
                "An ExternalName service needs `--external-name=HOST`.",
            ));
        }
        let headless = service.cluster_ip.as_deref() == Some("None");
        if service.tcp.is_empty() && kind != "ExternalName" && !headless {
            return Err(Refusal::new(
                "missing-value",
                "A service needs `--tcp=PORT:TARGET`, for example `--tcp=80:8080`.",
            ));
        }
        Ok(service)
    }

    pub(super) fn verb(&self) -> &'static str {
        match self.kind {
            "ClusterIP" => "create service clusterip",
            "NodePort" => "create service nodeport",
            "LoadBalancer" => "create service loadbalancer",
            _ => "create service externalname",
        }
    }

    pub(super) fn phrase(&self) -> String {
        match &self.external_name {
            Some(host) => format!(" that stands for {host}"),
            None if self.tcp.is_empty() => format!(" of type {}", self.kind),
            None => format!(" of type {} on {}", self.kind, self.tcp.join(", ")),
        }
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.values("--tcp", &self.tcp)
            .value("--clusterip", self.cluster_ip.as_ref())
            .value("--external-name", self.external_name.as_ref())
            .value("--node-port", self.node_port);
    }

    pub(super) fn body(&self, name: &str) -> Result<Value, Refusal> {
        let mut ports = Vec::new();
        for pair in &self.tcp {
            let (own, target) = port(pair)?;
            let mut port =
                json!({"name": pair.replace(':', "-"), "port": own, "targetPort": target, "protocol": "TCP"});
            if let Some(node_port) = self.node_port {
                port["nodePort"] = json!(node_port);
            }
            ports.push(port);
        }
        let mut spec = json!({"type": self.kind, "selector": {"app": name}});
        if !ports.is_empty() {
            spec["ports"] = ports.into();
        }
        if let Some(host) = &self.external_name {
            spec["externalName"] = json!(host);
        }
        if let Some(address) = &self.cluster_ip {
            spec["clusterIP"] = json!(address);
        }
        Ok(json!({"metadata": {"labels": {"app": name}}, "spec": spec}))
    }
}

/// `80`, `80:8080` or `80:http`.
fn port(pair: &str) -> Result<(i64, Value), Refusal> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|port| (0..=65535).contains(port));
    let named = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let (own, target) = pair.split_once(':').unwrap_or((pair, pair));
    match (number(own), number(target)) {
        (Some(own), Some(target)) => Ok((own, json!(target))),
        (Some(own), None) if named(target) => Ok((own, json!(target))),
        _ => Err(Refusal::new("bad-value", format!("`{pair}` is not PORT or PORT:TARGET."))),
    }
}
