//! The pod and the container that a way in leads to.

use serde_json::Value;

use crate::facts::{self, name_of, not_found, selector_of};
use crate::kinds::lookup;
use crate::plan::{Context, Read, Targets};
use crate::refusal::Refusal;
use crate::select::Scope;

/// The pod, and the object that stood for it; or the reads that are missing.
pub(super) type Chosen<'a> = Result<(&'a Value, Option<Value>), Vec<Read>>;

const DEFAULT: &str = "/metadata/annotations/kubectl.kubernetes.io~1default-container";

/// `web`, `pod/web`, or one of the pods of `deployment/web`, `service/web` and so on.
pub(super) fn pod<'a>(ctx: &Context<'a>, scope: &Scope, target: &str) -> Result<Chosen<'a>, Refusal> {
    let (kind, name) = target.split_once('/').unwrap_or(("pods", target));
    let resource = lookup(ctx.catalog, kind)?.clone();
    let pods = lookup(ctx.catalog, "pods")?;
    let namespace = scope.name(ctx);
    let of = |resource: &crate::Resource, name: Option<&str>, labels: Option<String>| Read {
        resource: resource.qualified(),
        namespace: Some(namespace.clone()),
        name: name.map(str::to_owned),
        labels,
        fields: None,
        chosen: false,
    };
    if resource == *pods {
        let read = of(pods, Some(name), None);
        let Some(found) = ctx.facts.get(&read) else { return Ok(Err(vec![read])) };
        let pod = found.first().ok_or_else(|| not_found(pods, name, Some(&namespace)))?;
        return Ok(Ok((pod, None)));
    }
    let wanted = [(resource.clone(), Targets::Names(vec![name.to_owned()]))];
    let owner = match facts::facts(ctx, &wanted, scope)? {
        Ok(found) => found.into_iter().flat_map(|(_, objects)| objects).next(),
        Err(missing) => return Ok(Err(missing)),
    };
    let labels = owner.as_ref().and_then(selector_of).ok_or_else(|| {
        Refusal::new("unsupported", format!("{} {name} selects no pods; name a pod.", resource.kind))
    })?;
    let read = of(pods, None, Some(labels));
    let Some(found) = ctx.facts.get(&read) else { return Ok(Err(vec![read])) };
    let best = found.iter().max_by_key(|pod| (fitness(pod), std::cmp::Reverse(name_of(pod))));
    let pod = best.ok_or_else(|| {
        Refusal::new("not-found", format!("{} {name} has no pods in namespace {namespace}.", resource.kind))
    })?;
    Ok(Ok((pod, owner)))
}

/// Ready before running, running before everything else.
fn fitness(pod: &Value) -> u8 {
    let phase = pod.pointer("/status/phase").and_then(Value::as_str);
    if pod.pointer("/metadata/deletionTimestamp").is_some() || phase != Some("Running") {
        return 0;
    }
    1 + u8::from(crate::plan::has_condition(pod, "Ready", "True"))
}

/// The container that is meant: the named one, the pod's default, or its first.
pub(super) fn container(pod: &Value, named: Option<&str>) -> Result<String, Refusal> {
    let names = |list: &str| -> Vec<&str> {
        let containers = pod.pointer(list).and_then(Value::as_array);
        containers.into_iter().flatten().filter_map(|container| container.get("name")?.as_str()).collect()
    };
    let own = names("/spec/containers");
    let all: Vec<&str> =
        [own.clone(), names("/spec/initContainers"), names("/spec/ephemeralContainers")].concat();
    let default = pod.pointer(DEFAULT).and_then(Value::as_str).filter(|name| all.contains(name));
    match named {
        Some(name) if !all.contains(&name) => Err(Refusal::new(
            "unknown-container",
            format!("Pod {} has no container {name}; it has {}.", name_of(pod), all.join(", ")),
        )),
        Some(name) => Ok(name.to_owned()),
        None => default.or(own.first().copied()).map(str::to_owned).ok_or_else(|| {
            Refusal::new("unknown-container", format!("Pod {} has no containers.", name_of(pod)))
        }),
    }
}

/// Refuses a pod whose containers have ended.
pub(super) fn check_alive(pod: &Value) -> Result<(), Refusal> {
    match pod.pointer("/status/phase").and_then(Value::as_str) {
        Some(phase @ ("Succeeded" | "Failed")) => Err(Refusal::new(
            "completed-pod",
            format!(
                "Pod {} has ended ({phase}), so nothing runs in it; `kubectl logs` shows what it said.",
                name_of(pod)
            ),
        )),
        _ => Ok(()),
    }
}
