//! `auth reconcile`: roles have at least these rules, bindings at least these subjects.

use serde_json::{Value, json};

use super::Manifest;
use crate::documents::Written;
use crate::plan::{ApiVerb, Change, Operation};
use crate::refusal::Refusal;

impl Manifest {
    /// What is done for one role or binding; nothing for what is neither.
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
        let binding = resource.kind.ends_with("Binding");
        if binding && live.get("roleRef").map(bare_ref) != object.body.get("roleRef").map(bare_ref) {
            let change = Change::Recreate { body: object.body.clone(), grace_period_seconds: None };
            return object.changed(ApiVerb::Delete, change).map(Some);
        }
        let field = if binding { "subjects" } else { "rules" };
        let list = |value: &Value| value.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
        let (found, wanted) = (list(live), list(&object.body));
        let extra =
            self.options.on(if binding { "remove-extra-subjects" } else { "remove-extra-permissions" });
        let covered = |item: &Value, by: &[Value]| {
            if binding { by.iter().any(|other| subject(other) == subject(item)) } else { covers(by, item) }
        };
        let mut result: Vec<Value> =
            found.iter().filter(|item| !extra || covered(item, &wanted)).cloned().collect();
        result.extend(wanted.iter().filter(|item| !covered(item, &found)).cloned());
        let mut body = json!({});
        if result != found {
            body[field] = result.into();
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

/// Kind and name; the group can only be one.
fn bare_ref(reference: &Value) -> (Value, Value) {
    (reference["kind"].clone(), reference["name"].clone())
}

fn subject(subject: &Value) -> (Value, Value, Value) {
    (subject["kind"].clone(), subject["name"].clone(), subject["namespace"].clone())
}

/// Whether every right of the rule is one that some rule of the list gives.
fn covers(by: &[Value], rule: &Value) -> bool {
    let words = |rule: &Value, field: &str| -> Vec<String> {
        let list = rule.get(field).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let has = |given: &Value, field: &str, word: &str| {
        let given = words(given, field);
        given.iter().any(|known| {
            known == "*"
                || known == word
                || known.strip_suffix('*').is_some_and(|start| word.starts_with(start))
        })
    };
    let names = |rule: &Value| {
        let names = words(rule, "resourceNames");
        if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() }
    };
    let named = |given: &Value, name: &Option<String>| {
        let given = words(given, "resourceNames");
        given.is_empty() || name.as_ref().is_some_and(|name| given.contains(name))
    };
    let urls = words(rule, "nonResourceURLs");
    words(rule, "verbs").iter().all(|verb| {
        let url = |url: &String| {
            by.iter().any(|given| has(given, "verbs", verb) && has(given, "nonResourceURLs", url))
        };
        let resource = |group: &String, resource: &String, name: &Option<String>| {
            by.iter().any(|given| {
                has(given, "verbs", verb)
                    && has(given, "apiGroups", group)
                    && has(given, "resources", resource)
                    && named(given, name)
            })
        };
        urls.iter().all(url)
            && words(rule, "apiGroups").iter().all(|group| {
                words(rule, "resources")
                    .iter()
                    .all(|plural| names(rule).iter().all(|name| resource(group, plural, name)))
            })
    })
}
