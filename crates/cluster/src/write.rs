//! The request that a change stands for, dry or real, always under a precondition where one is possible.

use http::Method;
use kubechat_kubectl::apply;
use kubechat_kubectl::plan::Change;
use kubechat_kubectl::{ObjectRef, Operation};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::client::{Call, JSON};
use crate::error::Error;
use crate::path;
use crate::session::subject;

const MANAGER: &str = "kubechat";

/// Whether the server stores the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Dry,
    Real,
}

/// The request for one target. `object` carries the uid and resourceVersion that must still hold, and `before` is what
/// the object is as of that version.
pub(crate) fn request(
    operation: &Operation,
    object: &ObjectRef,
    mode: Mode,
    audit_id: Option<Uuid>,
    before: Option<&Value>,
) -> Result<Call, Error> {
    let Some(change) = &operation.change else {
        return Err(Error::Unsupported {
            message: "an operation without a change can't be written".to_owned(),
        });
    };
    let resource = &operation.resource;
    let namespace = object.namespace.as_deref();
    let sub = operation.subresource.as_deref();
    let dry = (mode == Mode::Dry).then_some("All");
    let strict = change.body().is_some().then_some("Strict");
    let force = match change {
        Change::ServerApply { force, .. } => Some(if *force { "true" } else { "false" }),
        _ => None,
    };
    let path = match change {
        Change::Create { .. } if sub.is_none() => path::collection(resource, namespace)?,
        _ => path::object(resource, namespace, &object.name, sub)?,
    };
    let writes_fields =
        !matches!(change, Change::Delete { .. } | Change::Evict { .. } | Change::Token { .. });
    let manager = writes_fields.then_some(MANAGER);
    let query = [("fieldManager", manager), ("fieldValidation", strict), ("force", force), ("dryRun", dry)];
    let path = path::with_query(&path, &query);
    let (method, content_type, body) = match change {
        Change::Create { body } => (Method::POST, JSON, body.clone()),
        Change::MergePatch { body } => (Method::PATCH, "application/merge-patch+json", guarded(body, object)),
        Change::StrategicPatch { body } => {
            (Method::PATCH, "application/strategic-merge-patch+json", guarded(body, object))
        }
        Change::JsonPatch { body } => {
            (Method::PATCH, "application/json-patch+json", guarded_list(body, object))
        }
        Change::Apply { body, original } => {
            let live = before.unwrap_or(&Value::Null);
            let patch = apply::patch(live, body, original.as_ref())
                .map_err(|error| Error::Manifest { message: error.to_string() })?;
            (Method::PATCH, "application/merge-patch+json", guarded(&patch, object))
        }
        Change::ServerApply { body, .. } => {
            (Method::PATCH, "application/apply-patch+yaml", guarded(body, object))
        }
        // Made anew, it would be what a replacement of it is; what the server does not replace is told apart by the
        // caller.
        Change::Replace { body } | Change::Recreate { body, .. } => {
            (Method::PUT, JSON, versioned(body, object))
        }
        Change::Delete { grace_period_seconds, propagation } => (
            Method::DELETE,
            JSON,
            delete_options(object, *grace_period_seconds, propagation.as_deref(), mode),
        ),
        Change::Evict { grace_period_seconds } => {
            (Method::POST, JSON, eviction(object, *grace_period_seconds, mode))
        }
        Change::Token { body } => (Method::POST, JSON, body.clone()),
        Change::Connect { .. } => {
            return Err(Error::Unsupported { message: "a connection is opened, not written".to_owned() });
        }
    };
    Ok(Call {
        method,
        path,
        accept: JSON,
        content_type,
        body: Some(body),
        audit_id,
        subject: subject(operation.verb.as_str(), resource, sub, namespace, Some(&object.name)),
    })
}

/// The merge patch with the uid and resourceVersion that the object must have, or the server answers 409.
fn guarded(body: &Value, object: &ObjectRef) -> Value {
    let mut body = body.clone();
    let guards = [("uid", &object.uid), ("resourceVersion", &object.resource_version)];
    if let Value::Object(fields) = &mut body {
        let metadata = fields.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        for (key, value) in guards {
            if let (Some(value), Value::Object(metadata)) = (value, &mut *metadata) {
                // A version that the command itself names is the one that must hold.
                metadata.entry(key).or_insert_with(|| Value::from(value.clone()));
            }
        }
    }
    body
}

/// The whole object with the version that is replaced; one that the manifest itself names counts.
fn versioned(body: &Value, object: &ObjectRef) -> Value {
    let mut whole = guarded(body, object);
    for field in ["uid", "resourceVersion"] {
        if let Some(own) = body["metadata"][field].as_str().filter(|own| !own.is_empty()) {
            whole["metadata"][field] = own.into();
        }
    }
    whole
}

/// The same for a JSON patch: the uid is tested; the version is written, which makes a stale one a 409.
fn guarded_list(body: &Value, object: &ObjectRef) -> Value {
    let mut list = Vec::new();
    if let Some(version) = &object.resource_version {
        list.push(json!({"op": "replace", "path": "/metadata/resourceVersion", "value": version}));
    }
    if let Some(uid) = &object.uid {
        list.push(json!({"op": "test", "path": "/metadata/uid", "value": uid}));
    }
    list.extend(body.as_array().cloned().unwrap_or_default());
    Value::Array(list)
}

fn delete_options(object: &ObjectRef, grace: Option<i64>, propagation: Option<&str>, mode: Mode) -> Value {
    let mut options = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
    let mut preconditions = Map::new();
    if let Some(uid) = &object.uid {
        preconditions.insert("uid".to_owned(), Value::from(uid.clone()));
    }
    if let Some(version) = &object.resource_version {
        preconditions.insert("resourceVersion".to_owned(), Value::from(version.clone()));
    }
    if !preconditions.is_empty() {
        options["preconditions"] = Value::Object(preconditions);
    }
    if let Some(seconds) = grace {
        options["gracePeriodSeconds"] = Value::from(seconds);
    }
    if let Some(policy) = propagation {
        options["propagationPolicy"] = Value::from(policy);
    }
    if mode == Mode::Dry {
        options["dryRun"] = json!(["All"]);
    }
    options
}

/// A pod's version moves with its status all the time; its uid says which pod is meant.
fn eviction(object: &ObjectRef, grace: Option<i64>, mode: Mode) -> Value {
    let which = ObjectRef { resource_version: None, ..object.clone() };
    json!({
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": object.name, "namespace": object.namespace},
        "deleteOptions": delete_options(&which, grace, None, mode),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> ObjectRef {
        ObjectRef {
            group: "apps".into(),
            resource: "deployments".into(),
            kind: "Deployment".into(),
            namespace: Some("shop".into()),
            name: "web".into(),
            uid: Some("u1".into()),
            resource_version: Some("7".into()),
        }
    }

    #[test]
    fn each_kind_of_change_carries_its_precondition() {
        let patch = guarded(&json!({"spec": {"replicas": 3}}), &web());
        assert_eq!(patch["metadata"], json!({"uid": "u1", "resourceVersion": "7"}));
        let named = guarded(&json!({"metadata": {"resourceVersion": "3"}}), &web());
        assert_eq!(named["metadata"], json!({"uid": "u1", "resourceVersion": "3"}));
        let list = guarded_list(&json!([{"op": "remove", "path": "/spec/x"}]), &web());
        assert_eq!(list[0]["value"], "7");
        assert_eq!(list[1]["op"], "test");
        assert_eq!(list[2]["op"], "remove");
        let delete = delete_options(&web(), None, Some("Background"), Mode::Real);
        assert_eq!(delete["preconditions"], json!({"uid": "u1", "resourceVersion": "7"}));
        assert!(delete.get("dryRun").is_none());
        assert_eq!(delete_options(&web(), None, None, Mode::Dry)["dryRun"], json!(["All"]));
    }
}
