//! What single values mean: replicas at zero, finalizers gone, privileged pods.

use serde_json::Value;

use super::{at, is};
use crate::catalog::Resource;
use crate::difference::Delta;
use crate::level::{Assessment, Level};

/// A merge or strategic patch.
pub(super) fn of_body(resource: &Resource, body: &Value, assessment: &mut Assessment) {
    if at(body, "/spec/replicas").is_some_and(is_zero) {
        scales_to_zero(assessment);
    }
    let from_list =
        ["/metadata/$deleteFromPrimitiveList~1finalizers", "/spec/$deleteFromPrimitiveList~1finalizers"];
    if from_list.iter().any(|pointer| at(body, pointer).is_some()) {
        removes_finalizer(assessment);
    }
    let finalizers = ["/metadata/finalizers", "/spec/finalizers"];
    if body.get("metadata").is_some_and(drops_the_rest) || body.get("$patch").is_some() {
        removes_finalizer(assessment);
    }
    let emptied = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if finalizers.iter().filter_map(|pointer| at(body, pointer)).any(emptied) {
        removes_finalizer(assessment);
    }
    of_created(resource, body, assessment);
    if at(body, "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt").is_some() {
        restarts(assessment);
    }
}

/// A created object: only what it brings into the cluster.
pub(super) fn of_created(resource: &Resource, body: &Value, assessment: &mut Assessment) {
    let labels = at(body, "/metadata/labels").and_then(Value::as_object);
    if is(resource, "", "namespaces")
        && labels
            .is_some_and(|labels| labels.keys().any(|key| key.starts_with("pod-security.kubernetes.io/")))
    {
        pod_security(assessment);
    }
    if is(resource, "", "persistentvolumes")
        && at(body, "/spec/persistentVolumeReclaimPolicy") == Some(&Value::from("Delete"))
    {
        reclaim_delete(assessment);
    }
    if is(resource, "scheduling.k8s.io", "priorityclasses")
        && at(body, "/globalDefault") == Some(&Value::Bool(true))
    {
        assessment.raise(
            Level::Dangerous,
            "cluster-wide",
            "It sets the priority of every new pod of the cluster.",
        );
    }
    if is(resource, "", "nodes") && at(body, "/spec/taints").is_some_and(has_no_execute) {
        no_execute(assessment);
    }
    if is_privileged(body) {
        privileged(assessment);
    }
}

pub(super) fn of_json_patch(resource: &Resource, body: &Value, assessment: &mut Assessment) {
    for step in body.as_array().into_iter().flatten() {
        let text = |key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default();
        let (op, path) = (text("op"), text("path"));
        if op == "test" {
            continue;
        }
        let value = step.get("value").unwrap_or(&Value::Null);
        let moved = op == "move" || op == "copy";
        let emptied = op == "remove" || value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        let whole = matches!(path, "" | "/metadata") || (op == "move" && text("from") == "/metadata");
        if (path.contains("/finalizers") && emptied && !moved)
            || (op == "move" && text("from").contains("/finalizers"))
            || (whole && (emptied || placed(path, value).pointer("/metadata/finalizers").is_none()))
        {
            removes_finalizer(assessment);
        }
        if moved {
            // What is there is not known: the worst that it can be.
            for worst in [Value::from(0), Value::Bool(true), Value::from("Delete"), Value::from("NoExecute")]
            {
                of_body(resource, &placed(path, &worst), assessment);
            }
        } else if op != "remove" {
            of_body(resource, &placed(path, value), assessment);
        }
    }
}

/// Whether a patch, or a step of one, is of a field that roles and bindings have.
pub(super) fn names_rights(body: &Value) -> bool {
    const FIELDS: &[&str] = &["rules", "subjects", "roleRef", "aggregationRule"];
    let step = |step: &Value| {
        let path = step.get("path").and_then(Value::as_str).unwrap_or_default();
        path.split('/').nth(1).is_none_or(|field| FIELDS.contains(&field))
    };
    FIELDS.iter().any(|field| body.get(field).is_some())
        || body.as_array().is_some_and(|steps| steps.iter().any(step))
}

/// A part of a merge or strategic patch that takes away what it doesn't name.
fn drops_the_rest(part: &Value) -> bool {
    part.is_null() || ["$patch", "$retainKeys"].iter().any(|key| part.get(key).is_some())
}

/// Whether a pod is given access to its node, by an object or by the steps of a JSON patch.
pub(crate) fn gives_privilege(body: &Value) -> bool {
    let step = |step: &Value| {
        let path = step.get("path").and_then(Value::as_str).unwrap_or_default();
        is_privileged(&placed(path, step.get("value").unwrap_or(&Value::Null)))
    };
    is_privileged(body) || body.as_array().is_some_and(|steps| steps.iter().any(step))
}

/// The value at its place in an otherwise empty object, so that it can be judged like a patch.
fn placed(path: &str, value: &Value) -> Value {
    let Some(path) = path.strip_prefix('/') else { return value.clone() };
    path.split('/').rev().fold(value.clone(), |inner, part| {
        let key = part.replace("~1", "/").replace("~0", "~");
        if key == "-" || key.parse::<usize>().is_ok() {
            Value::from(vec![inner])
        } else {
            serde_json::json!({key: inner})
        }
    })
}

/// One line of a previewed difference.
pub(super) fn of_delta(delta: &Delta, assessment: &mut Assessment) {
    let after = delta.after.as_ref();
    let object = &delta.object;
    if object.group == "rbac.authorization.k8s.io" {
        assessment.raise(
            Level::Dangerous,
            "writes-rbac",
            format!("It changes who may do what: {} {}.", object.kind, object.name),
        );
    }
    match delta.path.as_str() {
        "" if after.is_none() => {
            let id = if object.resource == "namespaces" && object.group.is_empty() {
                "deletes-namespace"
            } else {
                "deletes"
            };
            assessment.raise(Level::Dangerous, id, format!("It deletes {} {}.", object.kind, object.name));
        }
        "" => {
            if let Some(body) = after {
                of_created(&resource_of(delta), body, assessment);
            }
        }
        "spec.replicas" if after.is_some_and(is_zero) => scales_to_zero(assessment),
        path if path.ends_with("finalizers") && loses_items(delta) => {
            removes_finalizer(assessment);
        }
        "spec.persistentVolumeReclaimPolicy" if after == Some(&Value::from("Delete")) => {
            reclaim_delete(assessment);
        }
        path if path.starts_with("metadata.labels.pod-security.kubernetes.io/")
            || path.starts_with("metadata.labels[\"pod-security.kubernetes.io/") =>
        {
            pod_security(assessment);
        }
        path if path.starts_with("spec.taints") && after.is_some_and(has_no_execute) => {
            no_execute(assessment);
        }
        path if path.starts_with("spec.template.") => {
            restarts(assessment);
            privileged_leaf(path, after, assessment);
        }
        path => privileged_leaf(path, after, assessment),
    }
}

/// Whether an item of the list before is not in the list after.
fn loses_items(delta: &Delta) -> bool {
    let items = |value: &Option<Value>| value.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
    let after = items(&delta.after);
    items(&delta.before).iter().any(|item| !after.contains(item))
}

fn resource_of(delta: &Delta) -> Resource {
    Resource {
        group: delta.object.group.clone(),
        version: String::new(),
        plural: delta.object.resource.clone(),
        singular: String::new(),
        kind: delta.object.kind.clone(),
        short_names: Vec::new(),
        categories: Vec::new(),
        namespaced: delta.object.namespace.is_some(),
        verbs: Vec::new(),
        subresources: Vec::new(),
    }
}

fn privileged_leaf(path: &str, after: Option<&Value>, assessment: &mut Assessment) {
    let last = path.rsplit('.').next().unwrap_or_default();
    let on = after.is_some_and(|after| is_privileged(&serde_json::json!({last: after})))
        || (path.contains(".capabilities.add") && after.is_some_and(adds_capability));
    if on || last == "hostPath" || path.contains(".hostPath.") {
        privileged(assessment);
    }
}

/// Host access anywhere inside a value.
pub(crate) fn is_privileged(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, inner)| match key.as_str() {
            "hostPath" => inner.is_object(),
            "capabilities" => inner.get("add").is_some_and(adds_capability),
            // Free text of the person, not a specification.
            "annotations" | "labels" | "data" | "stringData" => false,
            key => opens_node(key, inner) || is_privileged(inner),
        }),
        Value::Array(list) => list.iter().any(is_privileged),
        _ => false,
    }
}

/// A single field that breaks the wall between a container and its node.
fn opens_node(field: &str, value: &Value) -> bool {
    match field {
        "privileged" | "hostNetwork" | "hostPID" | "hostIPC" | "hostProcess" | "allowPrivilegeEscalation" => {
            value == &Value::Bool(true)
        }
        "procMount" => value == "Unmasked",
        _ => false,
    }
}

/// What the baseline of the Pod Security Standards lets a container add.
const BASELINE: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Whether a capability, or one of a list, is more than the baseline allows.
fn adds_capability(value: &Value) -> bool {
    match value {
        Value::String(name) => !BASELINE.contains(&name.as_str()),
        Value::Array(list) => list.iter().any(adds_capability),
        _ => false,
    }
}

/// Also `0.0`, which JSON allows.
fn is_zero(value: &Value) -> bool {
    value.as_f64() == Some(0.0)
}

fn has_no_execute(value: &Value) -> bool {
    match value {
        Value::String(text) => text == "NoExecute",
        Value::Object(map) => map.get("effect").is_some_and(has_no_execute),
        Value::Array(list) => list.iter().any(has_no_execute),
        _ => false,
    }
}

fn scales_to_zero(assessment: &mut Assessment) {
    assessment.raise(Level::Dangerous, "scales-to-zero", "It stops every replica: nothing serves any more.");
}

fn removes_finalizer(assessment: &mut Assessment) {
    assessment.raise(
        Level::Dangerous,
        "removes-finalizer",
        "It takes a finalizer away: what the finalizer protects may be left behind or lost.",
    );
}

fn restarts(assessment: &mut Assessment) {
    assessment.raise(Level::Warning, "restarts-pods", "Its pods are replaced by new ones.");
}

fn pod_security(assessment: &mut Assessment) {
    assessment.raise(Level::Dangerous, "changes-pod-security", "It changes which pods the namespace admits.");
}

fn reclaim_delete(assessment: &mut Assessment) {
    assessment.raise(
        Level::Dangerous,
        "deletes-data",
        "The volume's data will be deleted once its claim is gone.",
    );
}

fn no_execute(assessment: &mut Assessment) {
    assessment.raise(Level::Dangerous, "no-execute-taint", "The taint evicts pods that do not tolerate it.");
}

fn privileged(assessment: &mut Assessment) {
    assessment.raise(Level::Dangerous, "privileged-pod", "A container gets access to the node it runs on.");
}
