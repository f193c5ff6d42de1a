//! Claims of volumes, and what keeps them from being bound.

use jiff::Timestamp;
use serde_json::Value;

use super::generic::{conditions, word};
use super::outline::Outline;
use super::state::{State, condition, lingering, why};
use super::{Described, allowed, pod, readable};
use crate::error::Error;
use crate::names::simple;
use crate::session::Session;

impl Session {
    pub(super) async fn describe_claim(&self, claim: &Value, now: Timestamp) -> Result<Described, Error> {
        let (metadata, spec, status) = (&claim["metadata"], &claim["spec"], &claim["status"]);
        let pods =
            allowed(self.list(&simple("", "pods", true), metadata["namespace"].as_str(), None, None).await)?;
        let users: Option<Vec<String>> = pods.map(|pods| {
            let name = word(&metadata["name"]);
            pods.iter()
                .filter(|one| pod::claims(one).contains(&name))
                .map(|one| word(&one["metadata"]["name"]))
                .collect()
        });
        let class_name = spec["storageClassName"].as_str().filter(|name| !name.is_empty());
        let class = match class_name {
            Some(name) => {
                readable(self.get(&simple("storage.k8s.io", "storageclasses", false), None, name).await)?
            }
            None => None,
        };
        let state = of_claim(claim, class.as_ref().map(Option::as_ref), users.as_deref(), now);
        let mut out = Outline::default();
        out.field("Volume", word(&spec["volumeName"]));
        out.field("Class", class_name.unwrap_or_default());
        out.field("Requested", word(&spec["resources"]["requests"]["storage"]));
        out.maybe("Capacity", status["capacity"]["storage"].as_str());
        let modes: Vec<String> = spec["accessModes"].as_array().into_iter().flatten().map(word).collect();
        out.field("Access Modes", modes.join(", "));
        out.maybe("Volume Mode", spec["volumeMode"].as_str());
        let source = &spec["dataSource"];
        if source.is_object() {
            out.field("Made From", format!("{}/{}", word(&source["kind"]), word(&source["name"])));
        }
        match users {
            Some(users) => out.list("Used By", &users),
            None => out.field("Used By", "<not shown: you may not list pods>"),
        }
        conditions(&mut out, claim);
        Ok(Described { state, body: out })
    }
}

/// `class`: absent where none is named or it can't be read; `None` inside where it does not exist.
fn of_claim(claim: &Value, class: Option<Option<&Value>>, users: Option<&[String]>, now: Timestamp) -> State {
    let (spec, phase) = (&claim["spec"], word(&claim["status"]["phase"]));
    let name = spec["storageClassName"].as_str().unwrap_or_default();
    let mut state = State::new(phase.clone());
    match phase.as_str() {
        "Lost" => {
            state.wrong(format!("Its volume {} is gone, and the data with it.", word(&spec["volumeName"])))
        }
        "Pending" => {
            match class {
                Some(None) => state.wrong(format!("Its storage class {name} does not exist.")),
                Some(Some(class))
                    if class["volumeBindingMode"] == "WaitForFirstConsumer" && users == Some(&[]) =>
                {
                    state.wrong(format!(
                        "Storage class {name} binds it when a pod first uses it, and none does yet."
                    ));
                }
                None if spec["storageClassName"].is_null() => {
                    state.wrong("It names no storage class, and the cluster has no default one or no volume that fits.");
                }
                None if name.is_empty() => state.wrong("It takes no storage class, and no volume fits it."),
                _ => state.wrong("It has no volume yet."),
            }
        }
        _ => {}
    }
    for kind in ["FileSystemResizePending", "ControllerResizeError", "NodeResizeError"] {
        if let Some(one) = condition(claim, kind).filter(|one| one["status"] == "True") {
            state.wrong(format!("It can't grow: {}", why(one)));
        }
    }
    if let Some(text) = lingering(claim, now) {
        state.wrong(match users {
            Some([first, ..]) => format!("It is to be deleted, and pod {first} still uses it."),
            _ => text,
        });
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_keeps_a_claim_from_its_volume() {
        let claim = |class: Value| json!({"metadata": {}, "spec": {"storageClassName": class}, "status": {"phase": "Pending"}});
        let late = json!({"volumeBindingMode": "WaitForFirstConsumer"});
        let now = Timestamp::UNIX_EPOCH;
        for (claim, class, users, wanted) in [
            (claim(json!("fast")), Some(None), None, "Its storage class fast does not exist."),
            (
                claim(json!("fast")),
                Some(Some(&late)),
                Some(&[][..]),
                "Storage class fast binds it when a pod first uses it, and none does yet.",
            ),
            (claim(json!("fast")), Some(Some(&late)), Some(&["a".to_owned()][..]), "It has no volume yet."),
            (
                claim(Value::Null),
                None,
                None,
                "It names no storage class, and the cluster has no default one or no volume that fits.",
            ),
            (claim(json!("")), None, None, "It takes no storage class, and no volume fits it."),
        ] {
            assert_eq!(of_claim(&claim, class, users, now).problems, [wanted]);
        }
    }

    #[test]
    fn a_claim_that_is_deleted_but_used_names_the_pod() {
        let claim = json!({"metadata": {"deletionTimestamp": "1970-01-01T00:00:00Z", "finalizers": ["kubernetes.io/pvc-protection"]}, "spec": {}, "status": {"phase": "Bound"}});
        let users = ["db-0".to_owned()];
        let state = of_claim(&claim, None, Some(&users), Timestamp::from_second(60).unwrap());
        assert_eq!(state.problems, ["It is to be deleted, and pod db-0 still uses it."]);
    }
}
