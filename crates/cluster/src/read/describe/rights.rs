//! Roles and bindings: who may do what.

use serde_json::Value;

use super::generic::word;
use super::outline::Outline;
use super::state::State;
use super::{Described, readable};
use crate::error::Error;
use crate::names::simple;
use crate::session::Session;

pub(super) fn role(role: &Value) -> Described {
    let mut described = Described::default();
    let out = &mut described.body;
    let chosen = role["aggregationRule"]["clusterRoleSelectors"].as_array().into_iter().flatten();
    let chosen: Vec<String> = chosen.filter_map(crate::read::logs::selector).collect();
    if !chosen.is_empty() {
        out.list("Gathered From", &chosen);
    }
    rules(out, role);
    described
}

fn rules(out: &mut Outline, role: &Value) {
    let rows = role["rules"].as_array().into_iter().flatten().flat_map(|rule| {
        let list =
            |key: &str| -> Vec<String> { rule[key].as_array().into_iter().flatten().map(word).collect() };
        let (names, verbs) = (list("resourceNames").join(", "), list("verbs").join(", "));
        let groups = list("apiGroups");
        let mut what: Vec<String> = list("nonResourceURLs");
        for resource in list("resources") {
            for group in &groups {
                what.push(if group.is_empty() { resource.clone() } else { format!("{resource} ({group})") });
            }
        }
        what.into_iter().map(move |one| vec![one, names.clone(), verbs.clone()]).collect::<Vec<_>>()
    });
    out.table("Rules", &["What", "Only these names", "Verbs"], rows.collect());
}

impl Session {
    pub(super) async fn describe_binding(&self, binding: &Value) -> Result<Described, Error> {
        let role = &binding["roleRef"];
        let (kind, name) = (word(&role["kind"]), word(&role["name"]));
        let own = kind == "Role";
        let resource = simple("rbac.authorization.k8s.io", if own { "roles" } else { "clusterroles" }, own);
        let namespace = binding["metadata"]["namespace"].as_str().filter(|_| own);
        let found = readable(self.get(&resource, namespace, &name).await)?;
        let mut described = Described::default();
        if found == Some(None) {
            described
                .state
                .wrong(format!("{kind} {name} does not exist: the binding gives nobody any right."));
        }
        let out = &mut described.body;
        out.field("Role", format!("{kind}/{name}"));
        let subjects = binding["subjects"].as_array().map(Vec::as_slice).unwrap_or_default();
        let row = |one: &Value| vec![word(&one["kind"]), word(&one["name"]), word(&one["namespace"])];
        out.table("Subjects", &["Kind", "Name", "Namespace"], subjects.iter().map(row).collect());
        if let Some(Some(role)) = found {
            rules(out, &role);
        }
        if subjects.is_empty() && described.state == State::default() {
            described.state.word = "It gives nobody any right".to_owned();
        }
        Ok(described)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_are_rows() {
        let object = json!({"rules": [{"apiGroups": ["", "apps"], "resources": ["pods"], "verbs": ["get", "list"]}, {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]});
        let text = role(&object).body.finish();
        for part in ["pods                           get, list", "pods (apps)", "/metrics"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
