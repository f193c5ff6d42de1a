//! What a debugging container may do, as kubectl's profiles say it.

use serde_json::{Value, json};

use super::LISTS;
use crate::apply;
use crate::refusal::Refusal;

/// How somebody gets to debug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Journey {
    /// A container beside those of the pod.
    Beside,
    /// A copy of the pod; whether its containers see each other's processes.
    Copy { shares: bool },
    /// A pod on a node.
    Node,
}

/// Brings the pod into the form that the profile wants.
pub(super) fn apply(
    profile: &str,
    journey: Journey,
    pod: &mut Value,
    container: &str,
) -> Result<(), Refusal> {
    let node = journey == Journey::Node;
    match profile {
        "general" => {
            if node {
                mount_root(pod, container);
                use_host(pod);
            } else {
                add_capability(pod, container, "SYS_PTRACE");
            }
        }
        "baseline" => clear_security(pod, container),
        "restricted" => {
            clear_security(pod, container);
            secure(
                pod,
                container,
                &json!({
                    "runAsNonRoot": true,
                    "capabilities": {"drop": ["ALL"]},
                    "allowPrivilegeEscalation": false,
                    "seccompProfile": {"type": "RuntimeDefault"},
                }),
            );
        }
        "netadmin" => {
            add_capability(pod, container, "NET_ADMIN");
            add_capability(pod, container, "NET_RAW");
            if node {
                use_host(pod);
            }
        }
        "sysadmin" => {
            secure(pod, container, &json!({"privileged": true}));
            if node {
                use_host(pod);
                mount_root(pod, container);
            }
        }
        "legacy" => {
            return Err(Refusal::new(
                "deprecated-flag",
                "`--profile=legacy` is on its way out of kubectl; leave it out for `general`.",
            ));
        }
        other => {
            return Err(Refusal::new(
                "bad-combination",
                format!(
                    "`--profile={other}` is not a profile; there are general, baseline, restricted, netadmin and sysadmin."
                ),
            ));
        }
    }
    if journey == (Journey::Copy { shares: true }) && pod["spec"]["shareProcessNamespace"].is_null() {
        pod["spec"]["shareProcessNamespace"] = json!(true);
    }
    Ok(())
}

/// Lays the fields of a container over the one that debugs.
pub(super) fn customise(pod: &mut Value, container: &str, custom: &Value) -> Result<(), Refusal> {
    const FIXED: [&str; 5] = ["name", "command", "image", "lifecycle", "volumeDevices"];
    if let Some(field) = FIXED.iter().find(|field| !custom[**field].is_null()) {
        let text =
            format!("`--custom` can't set `{field}` of the container; the command says it, or nobody.");
        return Err(Refusal::new("bad-manifest", text));
    }
    let Some(found) = find(pod, container) else { return Ok(()) };
    let mut custom = custom.clone();
    custom["name"] = json!(container);
    let bare = json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [found]}});
    let mut merged = apply::strategic(&bare, &json!({"spec": {"containers": [custom]}}));
    *found = merged["spec"]["containers"][0].take();
    Ok(())
}

fn find<'a>(pod: &'a mut Value, container: &str) -> Option<&'a mut Value> {
    let lists = pod.get_mut("spec")?.as_object_mut()?;
    lists
        .iter_mut()
        .filter(|(list, _)| LISTS.contains(&list.as_str()))
        .filter_map(|(_, list)| list.as_array_mut())
        .flatten()
        .find(|one| one["name"] == container)
}

fn secure(pod: &mut Value, container: &str, fields: &Value) {
    let Some(container) = find(pod, container) else { return };
    for (key, value) in fields.as_object().into_iter().flatten() {
        container["securityContext"][key.as_str()] = value.clone();
    }
}

fn clear_security(pod: &mut Value, container: &str) {
    if let Some(fields) = find(pod, container).and_then(Value::as_object_mut) {
        fields.remove("securityContext");
    }
}

fn add_capability(pod: &mut Value, container: &str, capability: &str) {
    let Some(container) = find(pod, container) else { return };
    let added = &mut container["securityContext"]["capabilities"]["add"];
    match added.as_array_mut() {
        Some(list) if list.iter().any(|one| one == capability) => {}
        Some(list) => list.push(json!(capability)),
        None => *added = json!([capability]),
    }
}

fn mount_root(pod: &mut Value, container: &str) {
    let volume = json!({"name": "host-root", "hostPath": {"path": "/"}});
    match pod["spec"]["volumes"].as_array_mut() {
        Some(volumes) => volumes.push(volume),
        None => pod["spec"]["volumes"] = json!([volume]),
    }
    let Some(container) = find(pod, container) else { return };
    let mount = json!({"name": "host-root", "mountPath": "/host"});
    match container["volumeMounts"].as_array_mut() {
        Some(mounts) => mounts.push(mount),
        None => container["volumeMounts"] = json!([mount]),
    }
}

fn use_host(pod: &mut Value) {
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        pod["spec"][field] = json!(true);
    }
}
