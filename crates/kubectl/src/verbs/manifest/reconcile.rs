//! `auth reconcile`: roles give at least what is written down, bindings have at least those subjects.

use serde_json::{Value, json};

use super::Manifest;
use super::rules::uncovered;
use crate::documents::Written;
use crate::plan::{ApiVerb, Change, Operation};
use crate::refusal::Refusal;

/// The annotation by which a role or binding says that it is not to be reconciled.
const AUTO_UPDATE: &str = "rbac.authorization.kubernetes.io/autoupdate";

impl Manifest {
    /// What is done for one role or binding; nothing for what is neither, or is not to be touched.
    pub(super) fn reconciled(
        &self,
        object: &Written,
        live: Option<&Value>,
    ) -> Result<Option<Operation>, Refusal> {
        let resource = &object.resource;
        if resource.group != "rbac.authorization.k8s.io" {
            // kubectl passes over what is not about permissions.
            return Ok(None);
        }
        let Some(live) = live else {
            return object.changed(ApiVerb::Create, Change::Create { body: object.body.clone() }).map(Some);
        };
        if live["metadata"]["annotations"][AUTO_UPDATE] == "false" {
            return Ok(None);
        }
        let binding = resource.kind.ends_with("Binding");
        if binding && live.get("roleRef").map(bare_ref) != object.body.get("roleRef").map(bare_ref) {
            let change = Change::Recreate {
                body: object.body.clone(),
                grace_period_seconds: None,
                timeout_seconds: None,
            };
            return object.changed(ApiVerb::Delete, change).map(Some);
        }
        let mut body = json!({});
        if binding {
            let stomp = self.options.on("remove-extra-subjects");
            if let Some(subjects) = subjects(live, &object.body, stomp) {
                body["subjects"] = subjects.into();
            }
        } else {
            let stomp = self.options.on("remove-extra-permissions");
            if let Some(rules) = rules(live, &object.body, stomp) {
                body["rules"] = rules.into();
            }
            if let Some(aggregation) = aggregation(live, &object.body, stomp) {
                body["aggregationRule"] = aggregation;
            }
        }
        for key in ["labels", "annotations"] {
            let there = &live["metadata"][key];
            for (name, value) in object.body["metadata"][key].as_object().into_iter().flatten() {
                if there.get(name) != Some(value) {
                    body["metadata"][key][name] = value.clone();
                }
            }
        }
        object.changed(ApiVerb::Patch, Change::MergePatch { body }).map(Some)
    }
}

/// Both with what is missing; with `stomp` exactly what is wanted, where the two differ at all. Nothing where nothing
/// has to change.
fn brought(
    found: Vec<Value>,
    wanted: Vec<Value>,
    missing: Vec<Value>,
    extra: bool,
    stomp: bool,
) -> Option<Vec<Value>> {
    match (stomp, missing.is_empty()) {
        (false, false) => Some(found.into_iter().chain(missing).collect()),
        (true, none_missing) if extra || !none_missing => Some(wanted),
        _ => None,
    }
}

fn list(object: &Value, pointer: &str) -> Vec<Value> {
    object.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn rules(live: &Value, wanted: &Value, stomp: bool) -> Option<Vec<Value>> {
    let aggregates = |role: &Value| role["aggregationRule"].is_object();
    let (found, wanted_rules) = (list(live, "/rules"), list(wanted, "/rules"));
    let missing = uncovered(&found, &wanted_rules);
    // The rules of two aggregated roles are the controller's to write.
    let both = aggregates(live) && aggregates(wanted);
    let extra = !both && !uncovered(&wanted_rules, &found).is_empty();
    brought(found, wanted_rules, missing, extra, stomp)
}

/// The rule by which a role gathers others; null where it gathers none any more.
fn aggregation(live: &Value, wanted: &Value, stomp: bool) -> Option<Value> {
    const SELECTORS: &str = "/aggregationRule/clusterRoleSelectors";
    if !wanted["aggregationRule"].is_object() {
        return live["aggregationRule"].is_object().then_some(Value::Null);
    }
    let (found, wanted) = (list(live, SELECTORS), list(wanted, SELECTORS));
    let without = |some: &[Value], others: &[Value]| -> Vec<Value> {
        some.iter().filter(|one| !others.contains(one)).cloned().collect()
    };
    let (missing, extra) = (without(&wanted, &found), !without(&found, &wanted).is_empty());
    brought(found, wanted, missing, extra, stomp).map(|selectors| json!({"clusterRoleSelectors": selectors}))
}

fn subjects(live: &Value, wanted: &Value, stomp: bool) -> Option<Vec<Value>> {
    let (found, wanted) = (list(live, "/subjects"), list(wanted, "/subjects"));
    let has = |some: &[Value], one: &Value| some.iter().any(|other| subject(other) == subject(one));
    let mut missing: Vec<Value> = Vec::new();
    for one in wanted.iter().filter(|one| !has(&found, one)) {
        if !has(&missing, one) {
            missing.push(one.clone());
        }
    }
    let extra = found.iter().any(|one| !has(&wanted, one));
    brought(found, wanted, missing, extra, stomp)
}

/// Kind and name; the group can only be one.
fn bare_ref(reference: &Value) -> (Value, Value) {
    (reference["kind"].clone(), reference["name"].clone())
}

fn subject(subject: &Value) -> (Value, Value, Value) {
    (subject["kind"].clone(), subject["name"].clone(), subject["namespace"].clone())
}
