//! Pods and their containers.

mod state;

use jiff::Timestamp;
use serde_json::Value;

use super::Described;
use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use super::state::State;
use crate::error::Error;
use crate::names::simple;
use crate::quantity::age;
use crate::session::Session;
pub(super) use state::{of_pod, status_word};

/// A pod with more claims than this waits for other things first.
const MAX_CLAIMS: usize = 10;

impl Session {
    pub(super) async fn describe_pod(&self, pod: &Value, now: Timestamp) -> Result<Described, Error> {
        let mut described = Described { state: of_pod(pod, now), body: Outline::default() };
        if pod["status"]["phase"] == "Pending" {
            self.unbound_claims(pod, &mut described.state).await?;
        }
        describe(&mut described.body, pod, now);
        Ok(described)
    }

    /// The claims that a pod waits for.
    async fn unbound_claims(&self, pod: &Value, state: &mut State) -> Result<(), Error> {
        let namespace = pod["metadata"]["namespace"].as_str();
        for name in claims(pod).into_iter().take(MAX_CLAIMS) {
            match self.get(&simple("", "persistentvolumeclaims", true), namespace, &name).await {
                Ok(claim) if claim["status"]["phase"] == "Bound" => {}
                Ok(claim) => {
                    let phase = word(&claim["status"]["phase"]);
                    state.wrong(format!("It needs PersistentVolumeClaim {name}, which is {phase}."));
                }
                Err(error) if error.is_not_found() => {
                    state.wrong(format!("It needs PersistentVolumeClaim {name}, which does not exist."));
                }
                Err(error) if error.is_forbidden() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The names of the claims that a pod mounts.
pub(super) fn claims(pod: &Value) -> Vec<String> {
    let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    volumes
        .filter_map(|volume| Some(volume["persistentVolumeClaim"]["claimName"].as_str()?.to_owned()))
        .collect()
}

/// A row of the table of pods that belong to something.
pub(super) const COLUMNS: [&str; 6] = ["Name", "Status", "Ready", "Restarts", "Age", "Node"];

pub(super) fn row(pod: &Value, now: Timestamp) -> Vec<String> {
    let states = pod["status"]["containerStatuses"].as_array().map(Vec::as_slice).unwrap_or_default();
    let all = pod["spec"]["containers"].as_array().map_or(0, Vec::len);
    let ready = states.iter().filter(|state| state["ready"] == true).count();
    let restarts: i64 = states.iter().filter_map(|state| state["restartCount"].as_i64()).sum();
    vec![
        word(&pod["metadata"]["name"]),
        status_word(pod),
        format!("{ready}/{all}"),
        restarts.to_string(),
        age(pod["metadata"]["creationTimestamp"].as_str(), now),
        word(&pod["spec"]["nodeName"]),
    ]
}

fn describe(out: &mut Outline, pod: &Value, now: Timestamp) {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    out.field("Node", word(&spec["nodeName"]));
    out.field("IP", word(&status["podIP"]));
    out.maybe("Service Account", spec["serviceAccountName"].as_str());
    out.maybe("Priority Class", spec["priorityClassName"].as_str());
    if let Some(time) = status["startTime"].as_str() {
        out.field("Started", format!("{} ago ({time})", age(Some(time), now)));
    }
    for (title, list, states) in [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ] {
        let found = spec[list].as_array().map(Vec::as_slice).unwrap_or_default();
        if found.is_empty() {
            continue;
        }
        out.section(title, |out| {
            for container in found {
                let states = status[states].as_array().into_iter().flatten();
                let state = states.clone().find(|state| state["name"] == container["name"]);
                self::container(out, container, state, now);
            }
        });
    }
    conditions(out, pod);
    let volumes = spec["volumes"].as_array().into_iter().flatten();
    out.list("Volumes", &volumes.filter_map(volume).collect::<Vec<_>>());
    out.maybe("QoS Class", status["qosClass"].as_str());
    out.field("Node-Selectors", pairs(&spec["nodeSelector"], "=").join(", "));
    let tolerations = spec["tolerations"].as_array().into_iter().flatten();
    out.list("Tolerations", &tolerations.map(toleration).collect::<Vec<_>>());
}

/// `data (persistentVolumeClaim pg-data)`.
fn volume(volume: &Value) -> Option<String> {
    let (source, detail) = volume.as_object()?.iter().find(|(key, _)| *key != "name")?;
    let named = ["claimName", "secretName", "name", "path", "driver", "server"];
    let name = named.iter().find_map(|key| detail[*key].as_str());
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    Some(format!("{} ({source}{name})", word(&volume["name"])))
}

/// One container; used for pod templates too, which have no state.
pub(super) fn container(out: &mut Outline, container: &Value, status: Option<&Value>, now: Timestamp) {
    out.section(&word(&container["name"]), |out| {
        out.field("Image", word(&container["image"]));
        let ports = container["ports"].as_array().into_iter().flatten();
        let ports: Vec<String> = ports
            .map(|port| {
                format!("{}/{}", word(&port["containerPort"]), port["protocol"].as_str().unwrap_or("TCP"))
            })
            .collect();
        if !ports.is_empty() {
            out.field("Ports", ports.join(", "));
        }
        for key in ["command", "args"] {
            let words: Vec<String> = container[key].as_array().into_iter().flatten().map(word).collect();
            if !words.is_empty() {
                out.field(if key == "args" { "Args" } else { "Command" }, words.join(" "));
            }
        }
        if let Some(status) = status {
            state(out, "State", &status["state"], now);
            if status["lastState"].as_object().is_some_and(|last| !last.is_empty()) {
                state(out, "Last State", &status["lastState"], now);
            }
            out.field("Ready", word(&status["ready"]));
            out.field("Restart Count", word(&status["restartCount"]));
        }
        let resources = &container["resources"];
        out.field("Requests", pairs(&resources["requests"], ": ").join(", "));
        out.field("Limits", pairs(&resources["limits"], ": ").join(", "));
        for (title, key) in
            [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")]
        {
            if container[key].is_object() {
                out.field(title, probe(&container[key]));
            }
        }
        environment(out, container);
        let mounts = container["volumeMounts"].as_array().into_iter().flatten();
        let mounts: Vec<String> = mounts
            .map(|mount| format!("{} from {}", word(&mount["mountPath"]), word(&mount["name"])))
            .collect();
        if !mounts.is_empty() {
            out.list("Mounts", &mounts);
        }
    });
}

fn state(out: &mut Outline, title: &str, state: &Value, now: Timestamp) {
    let Some((name, detail)) = state.as_object().and_then(|state| state.iter().next()) else {
        out.field(title, "Waiting");
        return;
    };
    let mut parts = vec![name[..1].to_uppercase() + &name[1..]];
    let mut said = |label: &str, value: &Value| {
        if !value.is_null() && value != "" {
            parts.push(format!("{label}{}", word(value)));
        }
    };
    said("reason: ", &detail["reason"]);
    said("message: ", &detail["message"]);
    said("exit code: ", &detail["exitCode"]);
    said("signal: ", &detail["signal"]);
    for (label, key) in [("started", "startedAt"), ("finished", "finishedAt")] {
        if let Some(time) = detail[key].as_str() {
            parts.push(format!("{label} {} ago", age(Some(time), now)));
        }
    }
    out.field(title, parts.join(", "));
}

fn environment(out: &mut Outline, container: &Value) {
    let variable = |entry: &Value| {
        let from = &entry["valueFrom"];
        let value = if let Some(key) = from["secretKeyRef"].as_object() {
            format!("<set to the key '{}' in secret '{}'>", word(&key["key"]), word(&key["name"]))
        } else if let Some(key) = from["configMapKeyRef"].as_object() {
            format!("<set to the key '{}' of config map '{}'>", word(&key["key"]), word(&key["name"]))
        } else if let Some(field) = from["fieldRef"]["fieldPath"].as_str() {
            format!("<{field}>")
        } else {
            word(&entry["value"])
        };
        format!("{}: {value}", word(&entry["name"]))
    };
    let whole = container["envFrom"].as_array().into_iter().flatten().filter_map(|entry| {
        let (kind, from) = [("config map", "configMapRef"), ("secret", "secretRef")]
            .into_iter()
            .find_map(|(kind, key)| Some((kind, entry[key]["name"].as_str()?)))?;
        let prefix = word(&entry["prefix"]);
        Some(format!("{prefix}*: <every key of {kind} '{from}'>"))
    });
    let mut variables: Vec<String> = whole.collect();
    let own: Vec<String> = container["env"].as_array().into_iter().flatten().map(variable).collect();
    variables.extend(own);
    if !variables.is_empty() {
        out.list("Environment", &variables);
    }
}

fn probe(probe: &Value) -> String {
    let how = if probe["httpGet"].is_object() {
        format!("http-get :{}{}", word(&probe["httpGet"]["port"]), word(&probe["httpGet"]["path"]))
    } else if probe["tcpSocket"].is_object() {
        format!("tcp-socket :{}", word(&probe["tcpSocket"]["port"]))
    } else if probe["grpc"].is_object() {
        format!("grpc :{}", word(&probe["grpc"]["port"]))
    } else {
        let words: Vec<String> =
            probe["exec"]["command"].as_array().into_iter().flatten().map(word).collect();
        format!("exec [{}]", words.join(" "))
    };
    let number = |key: &str, default: i64| probe[key].as_i64().unwrap_or(default);
    format!(
        "{how} delay={}s timeout={}s period={}s #failure={}",
        number("initialDelaySeconds", 0),
        number("timeoutSeconds", 1),
        number("periodSeconds", 10),
        number("failureThreshold", 3)
    )
}

fn toleration(toleration: &Value) -> String {
    let mut text = word(&toleration["key"]);
    if let Some(value) = toleration["value"].as_str() {
        text.push_str(&format!("={value}"));
    }
    if let Some(effect) = toleration["effect"].as_str() {
        text.push_str(&format!(":{effect}"));
    }
    if let Some(operator) = toleration["operator"].as_str() {
        text.push_str(&format!(" op={operator}"));
    }
    if let Some(seconds) = toleration["tolerationSeconds"].as_i64() {
        text.push_str(&format!(" for {seconds}s"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_crash_loop_is_told_with_its_last_state() {
        let pod = json!({"metadata": {}, "spec": {"nodeName": "n1", "containers": [{"name": "web", "image": "x:1",
            "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "web", "ready": false, "restartCount": 7,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]}});
        let mut out = Outline::default();
        describe(&mut out, &pod, Timestamp::UNIX_EPOCH);
        let text = out.finish();
        for part in [
            "Waiting, reason: CrashLoopBackOff",
            "reason: OOMKilled, exit code: 137",
            "7",
            "key 'k' in secret 's'",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
