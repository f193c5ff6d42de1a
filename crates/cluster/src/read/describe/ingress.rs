//! Ingresses, and whether anything answers behind their rules.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::generic::word;
use super::outline::Outline;
use super::service::addresses_of;
use super::state::{State, lingering};
use super::{Described, readable};
use crate::error::Error;
use crate::names::simple;
use crate::session::Session;

/// Services behind one Ingress that are looked at.
const MAX_SERVICES: usize = 30;

/// One rule: host, path and where it leads.
struct Rule<'a> {
    host: String,
    path: String,
    backend: &'a Value,
}

/// What is known of a service that a rule leads to.
#[derive(Debug, Clone, Default)]
struct Behind {
    /// Absent: the user may not read it.
    service: Option<Option<Value>>,
    ready: Option<usize>,
}

impl Session {
    pub(super) async fn describe_ingress(&self, ingress: &Value, now: Timestamp) -> Result<Described, Error> {
        let namespace = ingress["metadata"]["namespace"].as_str();
        let rules = rules(ingress);
        let mut known: BTreeMap<String, Behind> = BTreeMap::new();
        for rule in &rules {
            let Some(name) = rule.backend["service"]["name"].as_str() else { continue };
            if known.contains_key(name) || known.len() == MAX_SERVICES {
                continue;
            }
            let service = readable(self.get(&simple("", "services", true), namespace, name).await)?;
            let endpoints = self.endpoints(namespace, name).await?;
            let ready = endpoints.map(|all| all.iter().filter(|one| one.ready).count());
            known.insert(name.to_owned(), Behind { service, ready });
        }
        let mut state = of_ingress(ingress, &rules, &known, now);
        let class = ingress["spec"]["ingressClassName"].as_str();
        if let Some(class) = class {
            let classes = simple("networking.k8s.io", "ingressclasses", false);
            if readable(self.get(&classes, None, class).await)? == Some(None) {
                state.wrong(format!("Its class {class} does not exist, so that no controller takes it."));
            }
        }
        let mut out = Outline::default();
        out.field("Class", class.unwrap_or_default());
        out.field("Address", addresses_of(ingress).join(", "));
        let rows = rules.iter().map(|rule| {
            let ready = rule.backend["service"]["name"].as_str().and_then(|name| known.get(name)?.ready);
            vec![
                rule.host.clone(),
                rule.path.clone(),
                backend(rule.backend),
                ready.map_or(String::new(), |n| n.to_string()),
            ]
        });
        out.table("Rules", &["Host", "Path", "Backend", "Ready endpoints"], rows.collect());
        let tls = ingress["spec"]["tls"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !tls.is_empty() {
            let row = |one: &Value| {
                let hosts: Vec<String> = one["hosts"].as_array().into_iter().flatten().map(word).collect();
                vec![hosts.join(", "), word(&one["secretName"])]
            };
            out.table("TLS", &["Hosts", "Secret"], tls.iter().map(row).collect());
        }
        Ok(Described { state, body: out })
    }
}

fn rules(ingress: &Value) -> Vec<Rule<'_>> {
    let spec = &ingress["spec"];
    let mut found = Vec::new();
    for rule in spec["rules"].as_array().into_iter().flatten() {
        let host = rule["host"].as_str().unwrap_or("*").to_owned();
        for path in rule["http"]["paths"].as_array().into_iter().flatten() {
            let text = path["path"].as_str().unwrap_or("/").to_owned();
            found.push(Rule { host: host.clone(), path: text, backend: &path["backend"] });
        }
    }
    if spec["defaultBackend"].is_object() {
        found.push(Rule {
            host: "*".to_owned(),
            path: "(default)".to_owned(),
            backend: &spec["defaultBackend"],
        });
    }
    found
}

/// `web:80`, `StorageBucket/static`.
fn backend(backend: &Value) -> String {
    let service = &backend["service"];
    if service.is_object() {
        return format!("{}:{}", word(&service["name"]), port(&service["port"]));
    }
    format!("{}/{}", word(&backend["resource"]["kind"]), word(&backend["resource"]["name"]))
}

fn port(port: &Value) -> String {
    word(if port["name"].is_string() { &port["name"] } else { &port["number"] })
}

fn of_ingress(
    ingress: &Value,
    rules: &[Rule<'_>],
    known: &BTreeMap<String, Behind>,
    now: Timestamp,
) -> State {
    let mut state = State::default();
    for rule in rules {
        let wanted = &rule.backend["service"];
        let Some((name, behind)) = wanted["name"].as_str().and_then(|name| Some((name, known.get(name)?)))
        else {
            continue;
        };
        match &behind.service {
            Some(None) => state
                .wrong(format!("{}{} leads to Service {name}, which does not exist.", rule.host, rule.path)),
            Some(Some(service)) if !serves(service, &wanted["port"]) => state.wrong(format!(
                "{}{} leads to port {} of Service {name}, which does not have it.",
                rule.host,
                rule.path,
                port(&wanted["port"])
            )),
            _ if behind.ready == Some(0) => {
                state.wrong(format!("Nothing answers behind Service {name}: it has no ready endpoints."));
            }
            _ => {}
        }
    }
    if rules.is_empty() {
        state.wrong("It has neither rules nor a default backend.");
    }
    let address = !addresses_of(ingress).is_empty();
    state.word = if address { "Has an address" } else { "No controller has given it an address" }.to_owned();
    lingering(ingress, now).into_iter().for_each(|text| state.wrong(text));
    state
}

fn serves(service: &Value, wanted: &Value) -> bool {
    let mut ports = service["spec"]["ports"].as_array().into_iter().flatten();
    ports.any(|port| match wanted["name"].as_str() {
        Some(name) => port["name"] == name,
        None => port["port"] == wanted["number"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_that_lead_nowhere_are_told() {
        let to = |name: &str, number: u16| json!({"path": "/", "backend": {"service": {"name": name, "port": {"number": number}}}});
        let ingress = json!({"metadata": {}, "spec": {"rules": [{"host": "shop.test", "http": {"paths": [to("gone", 80), to("web", 81), to("idle", 80), to("well", 80)]}}]}});
        let service = json!({"spec": {"ports": [{"port": 80}]}});
        let behind = |ready| Behind { service: Some(Some(service.clone())), ready: Some(ready) };
        let known = BTreeMap::from([
            ("gone".to_owned(), Behind { service: Some(None), ready: Some(0) }),
            ("web".to_owned(), behind(1)),
            ("idle".to_owned(), behind(0)),
            ("well".to_owned(), behind(2)),
        ]);
        let state = of_ingress(&ingress, &rules(&ingress), &known, Timestamp::UNIX_EPOCH);
        assert_eq!(
            state.problems,
            [
                "shop.test/ leads to Service gone, which does not exist.",
                "shop.test/ leads to port 81 of Service web, which does not have it.",
                "Nothing answers behind Service idle: it has no ready endpoints."
            ]
        );
        assert_eq!(state.word, "No controller has given it an address");
    }
}
