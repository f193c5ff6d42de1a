//! What an installation guards more closely than the rest: namespaces and kinds that hold the cluster itself.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::catalog::Resource;
use crate::difference::ObjectRef;
use crate::level::{Assessment, Level};
use crate::plan::Plan;

/// Protected namespaces and kinds. Part of the policy; strict: an unknown field is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Protection {
    /// Names of namespaces; `kube-*` stands for every name that begins so.
    pub namespaces: Vec<String>,
    /// Qualified plurals such as `nodes` or `deployments.apps`; `*.rbac.authorization.k8s.io` stands for a whole group.
    pub kinds: Vec<String>,
}

impl Default for Protection {
    fn default() -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            namespaces: owned(&["kube-system", "kube-public", "kube-node-lease"]),
            kinds: owned(&[
                "*.rbac.authorization.k8s.io",
                "customresourcedefinitions.apiextensions.k8s.io",
                "nodes",
                "persistentvolumes",
            ]),
        }
    }
}

impl Protection {
    /// The default, made once.
    pub(crate) fn standard() -> &'static Self {
        static STANDARD: OnceLock<Protection> = OnceLock::new();
        STANDARD.get_or_init(Self::default)
    }

    /// Says of a plan that changes something whether it touches what is protected.
    pub(crate) fn of_plan(&self, plan: &Plan, assessment: &mut Assessment) {
        for operation in plan.operations.iter().filter(|operation| operation.verb.mutates()) {
            self.raise(operation.namespace.as_deref(), &operation.resource, assessment);
        }
    }

    /// The same of exact objects.
    pub(crate) fn of_targets(&self, targets: &[ObjectRef], assessment: &mut Assessment) {
        for target in targets {
            if let Some(namespace) = target.namespace.as_deref() {
                self.of_namespace(namespace, assessment);
            }
            if target.group.is_empty() && target.resource == "namespaces" {
                self.of_namespace(&target.name, assessment);
            }
        }
    }

    /// The same of one kind in a namespace.
    pub(crate) fn raise(&self, namespace: Option<&str>, resource: &Resource, assessment: &mut Assessment) {
        if let Some(namespace) = namespace {
            self.of_namespace(namespace, assessment);
        }
        if self.kinds.iter().any(|pattern| is_of(pattern, resource)) {
            let text =
                format!("{} is a protected kind: it is about more than one application.", resource.kind);
            assessment.raise(Level::Warning, "protected-kind", text);
        }
    }

    fn of_namespace(&self, namespace: &str, assessment: &mut Assessment) {
        if self.namespaces.iter().any(|pattern| begins_so(pattern, namespace)) {
            let text = format!("Namespace {namespace} is protected: it holds parts of the cluster itself.");
            assessment.raise(Level::Warning, "protected-namespace", text);
        }
    }
}

fn begins_so(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

fn is_of(pattern: &str, resource: &Resource) -> bool {
    pattern
        .strip_prefix("*.")
        .map_or_else(|| pattern == resource.qualified(), |group| group == resource.group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, classify};

    fn ids(line: &str) -> Vec<String> {
        classify(line).reasons.into_iter().map(|reason| reason.id).collect()
    }

    #[test]
    fn the_cluster_itself_is_protected_by_default() {
        for line in [
            "kubectl cordon n1",
            "kubectl patch pv x -p '{\"spec\":{}}'",
            "kubectl create clusterrole x --verb=get --resource=pods",
            "kubectl delete crd a.b",
        ] {
            assert!(ids(line).contains(&"protected-kind".to_owned()), "{line}: {:?}", ids(line));
        }
        assert!(
            ids("kubectl scale deploy/dns --replicas=2 -n kube-system")
                .contains(&"protected-namespace".into())
        );
        for line in [
            "kubectl get nodes -n kube-system",
            "kubectl cordon n1 --dry-run=server",
            "kubectl scale deploy/web --replicas=2",
        ] {
            assert!(!ids(line).iter().any(|id| id.starts_with("protected")), "{line}");
        }
    }

    #[test]
    fn patterns_stand_for_names_and_groups() {
        let guard = Protection {
            namespaces: vec!["team-*".into(), "shop".into()],
            kinds: vec!["deployments.apps".into(), "*.batch".into()],
        };
        let judged = |namespace: &str, word: &str| {
            let catalog = Catalog::builtin();
            let mut assessment = Assessment::safe();
            guard.raise(Some(namespace), catalog.find(word).unwrap(), &mut assessment);
            assessment.reasons.into_iter().map(|reason| reason.id).collect::<Vec<_>>()
        };
        assert_eq!(judged("team-a", "pods"), ["protected-namespace"]);
        assert_eq!(judged("shopping", "cronjobs"), ["protected-kind"]);
        assert_eq!(judged("shop", "deploy"), ["protected-namespace", "protected-kind"]);
        assert!(judged("other", "statefulsets").is_empty());
    }
}
