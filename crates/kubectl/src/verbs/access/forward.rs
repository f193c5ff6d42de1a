//! `port-forward`: which ports of this machine lead to which ports of the pod.

use serde_json::Value;

use crate::plan::{Connect, Forwarded};
use crate::refusal::Refusal;

/// Refuses addresses that others could reach.
pub(super) fn check_address(addresses: &str) -> Result<(), Refusal> {
    let own = ["localhost", "127.0.0.1", "::1"];
    match addresses.split(',').map(str::trim).find(|address| !own.contains(address)) {
        None => Ok(()),
        Some(other) => Err(Refusal::new(
            "not-loopback",
            format!(
                "`--address={other}` would let everybody who reaches this machine use your way into the pod; only the loopback address is bound. Leave `--address` out."
            ),
        )),
    }
}

/// The ports by number, those of a service by what they lead to.
pub(super) fn connect(words: &[String], pod: &Value, service: Option<&Value>) -> Result<Connect, Refusal> {
    let ports = words.iter().map(|word| forwarded(word, pod, service)).collect::<Result<Vec<_>, _>>()?;
    Ok(Connect::Forward { ports })
}

fn forwarded(word: &str, pod: &Value, service: Option<&Value>) -> Result<Forwarded, Refusal> {
    let bad = |why: &str| Refusal::new("bad-value", format!("`{word}` can't be forwarded: {why}."));
    let (local, remote) = word.split_once(':').unwrap_or((word, word));
    let named = service.map_or_else(|| remote_of(pod, remote), |service| behind(service, pod, remote));
    let target = named.ok_or_else(|| bad("there is no such TCP port"))?;
    let local = match local {
        "" => 0,
        // A port by name, or of a service, has the number that was written here.
        same if same == remote => remote.parse().unwrap_or(target),
        other => other.parse().map_err(|_| bad("the local port is not a number up to 65535"))?,
    };
    Ok(Forwarded { local, remote: target })
}

fn number(value: u64) -> Option<u16> {
    u16::try_from(value).ok().filter(|port| *port > 0)
}

/// A port of the pod by number or by name.
fn remote_of(pod: &Value, text: &str) -> Option<u16> {
    if let Ok(port) = text.parse() {
        return number(port);
    }
    let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
    let mut ports =
        containers.into_iter().flatten().filter_map(|container| container.get("ports")?.as_array()).flatten();
    let port = ports.find(|port| port.get("name").and_then(Value::as_str) == Some(text) && is_tcp(port))?;
    number(port.get("containerPort")?.as_u64()?)
}

/// What a service's port leads to.
fn behind(service: &Value, pod: &Value, text: &str) -> Option<u16> {
    let ports = service.pointer("/spec/ports")?.as_array()?;
    let wanted: Option<u64> = text.parse().ok();
    let port = ports.iter().find(|port| {
        let by_number = wanted.is_some() && port.get("port").and_then(Value::as_u64) == wanted;
        (by_number || port.get("name").and_then(Value::as_str) == Some(text)) && is_tcp(port)
    })?;
    // A service without an address of its own stands for the pods' own ports.
    if service.pointer("/spec/clusterIP").and_then(Value::as_str) == Some("None") {
        return number(port.get("port")?.as_u64()?);
    }
    match port.get("targetPort") {
        Some(Value::String(name)) => remote_of(pod, name),
        Some(target) => number(target.as_u64()?),
        None => number(port.get("port")?.as_u64()?),
    }
}

fn is_tcp(port: &Value) -> bool {
    port.get("protocol").and_then(Value::as_str).is_none_or(|protocol| protocol == "TCP")
}
