//! What would give a right that is missing, and who has it, as far as the user may read roles and bindings.

use std::collections::BTreeSet;

use kubechat_kubectl::Resource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::authorize::Permission;
use crate::names::simple;
use crate::session::Session;

const GROUP: &str = "rbac.authorization.k8s.io";
/// Roles and holders that are named.
const SHOWN: usize = 5;

/// How a missing right can be had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The rule that gives it and where it has to stand, as a sentence.
    pub rule: String,
    /// Roles that there are and that have such a rule, the narrowest first; none where they may not be read.
    pub roles: Vec<String>,
    /// Who has the right; absent where the bindings may not be read.
    pub holders: Option<Vec<String>>,
}

/// A role with the number of its rules.
struct Role {
    kind: &'static str,
    name: String,
    rules: usize,
    everything: bool,
}

impl Session {
    /// Says of each right that is missing how it can be had.
    pub(crate) async fn explain_missing(&self, permissions: &mut [Permission]) {
        for permission in permissions.iter_mut().filter(|permission| !permission.allowed) {
            permission.grant = Some(self.grant(permission).await);
        }
    }

    async fn grant(&self, permission: &Permission) -> Grant {
        let namespace = permission.namespace.as_deref();
        let (roles, cluster_roles, bindings, cluster_bindings) = futures::join!(
            self.rbac("roles", namespace),
            self.rbac("clusterroles", None),
            self.rbac("rolebindings", namespace),
            self.rbac("clusterrolebindings", None),
        );
        let mut giving: Vec<Role> = Vec::new();
        for (kind, listed) in [("Role", &roles), ("ClusterRole", &cluster_roles)] {
            // What only serves the cluster's own parts is no role to give to people.
            let fit = listed.iter().flatten().filter(|role| gives(role, permission));
            giving.extend(fit.map(|role| Role {
                kind,
                name: name_of(role),
                rules: role["rules"].as_array().map_or(0, Vec::len),
                everything: role["rules"].to_string().contains("\"*\""),
            }));
        }
        giving.sort_by_key(|role| (role.everything, role.rules));
        let bound = [bindings, cluster_bindings];
        let holders =
            bound.iter().all(Option::is_some).then(|| holders(bound.iter().flatten().flatten(), &giving));
        let own = giving.iter().filter(|role| !role.name.starts_with("system:"));
        Grant {
            rule: rule(permission),
            roles: own.take(SHOWN).map(|role| format!("{} {}", role.kind, role.name)).collect(),
            holders,
        }
    }

    /// Roles or bindings; none in a namespace where there is no namespace, nothing where they may not be read.
    async fn rbac(&self, plural: &str, namespace: Option<&str>) -> Option<Vec<Value>> {
        let namespaced = !plural.starts_with("cluster");
        if namespaced && namespace.is_none() {
            return Some(Vec::new());
        }
        let resource: Resource = simple(GROUP, plural, namespaced);
        self.list(&resource, namespace, None, None).await.ok().map(|listed| listed.items)
    }
}

fn name_of(object: &Value) -> String {
    object["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

fn gives(role: &Value, permission: &Permission) -> bool {
    role["rules"].as_array().into_iter().flatten().any(|rule| allows(rule, permission))
}

fn allows(rule: &Value, permission: &Permission) -> bool {
    let has = |field: &str, wanted: &[&str]| {
        rule[field]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|known| wanted.contains(&known))
    };
    let names = rule["resourceNames"].as_array().filter(|names| !names.is_empty());
    let named = names.is_none_or(|names| {
        permission.name.as_ref().is_some_and(|name| names.iter().any(|known| known == name.as_str()))
    });
    let resource = match &permission.subresource {
        Some(sub) => vec![format!("{}/{sub}", permission.resource), format!("*/{sub}"), "*".to_owned()],
        None => vec![permission.resource.clone(), "*".to_owned()],
    };
    let resource: Vec<&str> = resource.iter().map(String::as_str).collect();
    named
        && has("verbs", &[&permission.verb, "*"])
        && has("apiGroups", &[&permission.group, "*"])
        && has("resources", &resource)
}

fn rule(permission: &Permission) -> String {
    let sub = permission.subresource.iter().map(|sub| format!("/{sub}")).collect::<String>();
    let only = permission.name.iter().map(|name| format!(", resourceNames: [{name}]")).collect::<String>();
    let group = if permission.group.is_empty() { "\"\"" } else { &permission.group };
    let rule = format!(
        "{{apiGroups: [{group}], resources: [{}{sub}], verbs: [{}]{only}}}",
        permission.resource, permission.verb
    );
    match &permission.namespace {
        Some(namespace) => format!(
            "A Role in {namespace} with the rule {rule} and a RoleBinding there give the right; so does a ClusterRole."
        ),
        None => format!("A ClusterRole with the rule {rule} and a ClusterRoleBinding give the right."),
    }
}

/// The subjects that bindings give such a role to. The cluster's own parts are left out.
fn holders<'a>(bindings: impl Iterator<Item = &'a Value>, roles: &[Role]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for binding in bindings {
        let to = &binding["roleRef"];
        if !roles.iter().any(|role| to["kind"] == role.kind && to["name"] == role.name.as_str()) {
            continue;
        }
        for subject in binding["subjects"].as_array().into_iter().flatten() {
            let word = |key: &str| subject[key].as_str().unwrap_or_default();
            let (kind, name) = (word("kind"), word("name"));
            let inner = name.starts_with("system:") || word("namespace").starts_with("kube-");
            if !inner {
                let place = subject["namespace"]
                    .as_str()
                    .map(|namespace| format!("{namespace}/"))
                    .unwrap_or_default();
                found.insert(format!("{kind} {place}{name}"));
            }
        }
    }
    found.into_iter().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rule_allows_what_kubernetes_would() {
        let wanted = Permission {
            allowed: false,
            verb: "patch".into(),
            group: "apps".into(),
            resource: "deployments".into(),
            subresource: Some("scale".into()),
            namespace: Some("shop".into()),
            name: Some("web".into()),
            reason: String::new(),
            grant: None,
        };
        for (rule, yes) in [
            (json!({"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["patch"]}), true),
            (json!({"apiGroups": ["*"], "resources": ["*/scale"], "verbs": ["*"]}), true),
            (json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"], "resourceNames": ["web"]}), true),
            (
                json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"], "resourceNames": ["api"]}),
                false,
            ),
            (json!({"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]}), false),
            (json!({"apiGroups": [""], "resources": ["deployments/scale"], "verbs": ["patch"]}), false),
            (json!({"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["get"]}), false),
        ] {
            assert_eq!(allows(&rule, &wanted), yes, "{rule}");
        }
        assert_eq!(
            super::rule(&wanted),
            "A Role in shop with the rule {apiGroups: [apps], resources: [deployments/scale], verbs: [patch], resourceNames: [web]} \
             and a RoleBinding there give the right; so does a ClusterRole."
        );
    }
}
