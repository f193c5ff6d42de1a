//! Which revision `rollout undo` goes back to, and the patch that does it.

use serde_json::{Map, Value, json};

use crate::facts::name_of;
use crate::plan::Change;
use crate::refusal::Refusal;

const REVISION: &str = "deployment.kubernetes.io/revision";
/// Annotations that belong to the Deployment itself and stay as they are.
const KEPT: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// The change that brings a workload back to an earlier revision.
pub(super) fn back(
    kind: &str,
    object: &Value,
    revisions: &[Value],
    to: Option<i64>,
) -> Result<Change, Refusal> {
    let owned: Vec<(i64, &Value)> = revisions
        .iter()
        .filter(|revision| owns(object, revision))
        .filter_map(|revision| Some((number(revision)?, revision)))
        .collect();
    let chosen = choose(kind, object, owned, to)?;
    if kind == "Deployment" { deployment(object, chosen) } else { controller(kind, object, chosen) }
}

/// Without a uid on the object (a saved one) the selector alone decides.
fn owns(object: &Value, revision: &Value) -> bool {
    let Some(uid) = object.pointer("/metadata/uid") else { return true };
    let owners = revision.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    owners.is_some_and(|owners| owners.iter().any(|owner| owner.get("uid") == Some(uid)))
}

fn number(revision: &Value) -> Option<i64> {
    let annotation =
        revision.get("metadata").and_then(|metadata| metadata.get("annotations")?.get(REVISION)?.as_str());
    annotation.and_then(|text| text.parse().ok()).or_else(|| revision.get("revision")?.as_i64())
}

fn choose<'a>(
    kind: &str,
    object: &Value,
    mut owned: Vec<(i64, &'a Value)>,
    to: Option<i64>,
) -> Result<&'a Value, Refusal> {
    owned.sort_by_key(|(number, _)| *number);
    let name = name_of(object);
    let numbers: Vec<String> = owned.iter().map(|(number, _)| number.to_string()).collect();
    match to {
        Some(wanted) => {
            owned.iter().find(|(number, _)| *number == wanted).map(|(_, revision)| *revision).ok_or_else(
                || {
                    Refusal::new(
                        "no-revision",
                        format!("{kind} {name} has no revision {wanted}; it has {}.", numbers.join(", ")),
                    )
                },
            )
        }
        None if owned.len() >= 2 => Ok(owned[owned.len() - 2].1),
        None => {
            Err(Refusal::new("no-revision", format!("{kind} {name} has no earlier revision to go back to.")))
        }
    }
}

fn deployment(object: &Value, chosen: &Value) -> Result<Change, Refusal> {
    let name = name_of(object);
    if object.pointer("/spec/paused") == Some(&Value::Bool(true)) {
        return Err(Refusal::new(
            "paused",
            format!(
                "The rollout of Deployment {name} is paused; run `kubectl rollout resume deployment/{name}` first."
            ),
        ));
    }
    let mut template = chosen.pointer("/spec/template").cloned().unwrap_or(Value::Null);
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    if object.pointer("/spec/template") == Some(&template) {
        return Err(Refusal::new(
            "no-change",
            format!("Deployment {name} already has the template of that revision."),
        ));
    }
    let annotations = |value: &Value| -> Map<String, Value> {
        value.pointer("/metadata/annotations").and_then(Value::as_object).cloned().unwrap_or_default()
    };
    let mut kept: Map<String, Value> =
        annotations(object).into_iter().filter(|(key, _)| KEPT.contains(&key.as_str())).collect();
    kept.extend(annotations(chosen).into_iter().filter(|(key, _)| !KEPT.contains(&key.as_str())));
    let mut body = vec![json!({"op": "replace", "path": "/spec/template", "value": template})];
    if kept != annotations(object) {
        body.push(json!({"op": "add", "path": "/metadata/annotations", "value": kept}));
    }
    Ok(Change::JsonPatch { body: body.into() })
}

/// A controller revision holds the patch itself.
fn controller(kind: &str, object: &Value, chosen: &Value) -> Result<Change, Refusal> {
    match chosen.get("data") {
        Some(data) if data.is_object() => Ok(Change::StrategicPatch { body: data.clone() }),
        _ => Err(Refusal::new(
            "no-revision",
            format!("The revision of {kind} {} holds no template.", name_of(object)),
        )),
    }
}
