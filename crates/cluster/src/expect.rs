//! Whether what a change wrote is still there, before it is taken back.

use kubechat_kubectl::ObjectRef;
use kubechat_kubectl::difference::{hidden, undrawn};
use kubechat_kubectl::path::Path;
use kubechat_kubectl::undo::Expectation;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Error;
use crate::session::Session;

/// A value that is no longer what a change wrote. Values of secrets are hidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Which object.
    pub object: ObjectRef,
    /// Path as in a difference; empty for the object as a whole.
    pub path: String,
    /// What the change wrote; absent where it removed the value or the object.
    pub wrote: Option<Value>,
    /// What is there now.
    pub found: Option<Value>,
}

impl Session {
    /// The expectations that no longer hold, with what is there instead. Each object is read once.
    pub async fn check_expectations(&self, expect: &[Expectation]) -> Result<Vec<Conflict>, Error> {
        let mut objects: Vec<&ObjectRef> = Vec::new();
        for expectation in expect {
            if !objects.iter().any(|object| same(object, &expectation.object)) {
                objects.push(&expectation.object);
            }
        }
        let reads = objects
            .iter()
            .map(|object| Box::pin(async move { self.live(object).await.map(|live| (*object, live)) }));
        let live = futures::future::try_join_all(reads).await?;
        let violated = expect.iter().filter_map(|expectation| {
            let state = live.iter().find(|(object, _)| same(object, &expectation.object));
            let live = state.and_then(|(_, live)| live.as_ref());
            (!holds(expectation, live)).then(|| conflict(expectation, live))
        });
        Ok(violated.collect())
    }

    async fn live(&self, object: &ObjectRef) -> Result<Option<Value>, Error> {
        let qualified = if object.group.is_empty() {
            object.resource.clone()
        } else {
            format!("{}.{}", object.resource, object.group)
        };
        let resource = self.resource(&qualified).await?;
        let namespace = object.namespace.as_deref();
        let read = match self.get(&resource, namespace, &object.name).await {
            // Who may only scale sees the replicas there.
            Err(error) if error.is_forbidden() && resource.subresources.iter().any(|sub| sub == "scale") => {
                match self.get_sub(&resource, namespace, &object.name, Some("scale")).await {
                    Ok(scale) => Ok(scale),
                    Err(_) => Err(error),
                }
            }
            other => other,
        };
        match read {
            Ok(live) => Ok(Some(live)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn same(left: &ObjectRef, right: &ObjectRef) -> bool {
    (&left.group, &left.resource, &left.namespace, &left.name)
        == (&right.group, &right.resource, &right.namespace, &right.name)
}

fn conflict(expectation: &Expectation, live: Option<&Value>) -> Conflict {
    let object = expectation.object.clone();
    let other = |live: &Value| {
        let uid = live["metadata"]["uid"].as_str();
        uid.is_some() && object.uid.is_some() && uid != object.uid.as_deref()
    };
    let (path, wrote, found) = match live {
        // Of a whole object it is enough that it is there.
        live if expectation.path.is_empty() || live.is_none_or(other) => {
            let named = |uid: Option<&str>| json!({"kind": object.kind, "name": object.name, "uid": uid});
            let wrote = expectation.value.is_some().then(|| named(object.uid.as_deref()));
            (String::new(), wrote, live.map(|live| named(live["metadata"]["uid"].as_str())))
        }
        live => {
            let found = Path::parse(&expectation.path).and_then(|path| path.find(live?).cloned());
            let (wrote, found) = hidden(&object, &expectation.path, expectation.value.clone(), found);
            (expectation.path.clone(), wrote, found)
        }
    };
    Conflict { object, path, wrote, found }
}

fn holds(expectation: &Expectation, live: Option<&Value>) -> bool {
    if expectation.path.is_empty() {
        return expectation.value.is_some() == live.is_some();
    }
    let Some(live) = live else { return false };
    if let (Some(wanted), Some(found)) = (expectation.object.uid.as_deref(), live["metadata"]["uid"].as_str())
        && wanted != found
    {
        return false;
    }
    let Some(path) = Path::parse(&expectation.path) else { return false };
    let found = path.find(live).filter(|value| !value.is_null());
    // What a dry run has made says nothing of what the server draws for the object itself.
    found == expectation.value.as_ref() || found.map(undrawn) == expectation.value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_is_about_value_identity_and_existence() {
        let mut expectation = Expectation {
            object: ObjectRef {
                group: "apps".into(),
                resource: "deployments".into(),
                kind: "Deployment".into(),
                namespace: Some("shop".into()),
                name: "web".into(),
                uid: Some("u1".into()),
                resource_version: None,
            },
            path: "spec.replicas".into(),
            value: Some(json!(3)),
        };
        let live =
            |uid: &str, replicas: i64| json!({"metadata": {"uid": uid}, "spec": {"replicas": replicas}});
        assert!(holds(&expectation, Some(&live("u1", 3))));
        assert!(!holds(&expectation, Some(&live("u1", 4))));
        assert!(!holds(&expectation, Some(&live("u2", 3))));
        assert!(!holds(&expectation, None));
        expectation.path = String::new();
        expectation.value = None;
        assert!(holds(&expectation, None));
        assert!(!holds(&expectation, Some(&live("u1", 3))));
    }
}
