//! The order in which the objects come out.

use crate::error::{Error, Result};
use crate::kustomization::SortOptions;
use crate::resource::{Gvk, Resource};

/// Kinds that others depend on.
const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
/// Kinds that get in the way of others.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Sorts as the kustomization says, and by kind where it says nothing.
pub(crate) fn sort(place: &str, list: &mut [Resource], options: Option<&SortOptions>) -> Result<()> {
    let Some(options) = options else {
        sort_by_kind(list, &FIRST, &LAST);
        return Ok(());
    };
    match (options.order.as_str(), &options.legacy_sort_options) {
        ("legacy", Some(kinds)) => sort_by_kind(list, &kinds.order_first, &kinds.order_last),
        ("legacy", None) => sort_by_kind(list, &FIRST, &LAST),
        ("fifo", None) => {}
        ("fifo", Some(_)) => {
            return Err(Error::wrong(place, "`legacySortOptions` are for `order: legacy`. Take them out."));
        }
        _ => return Err(Error::wrong(place, "`order` is `legacy` or `fifo`. Write one of them.")),
    }
    Ok(())
}

fn sort_by_kind<S: AsRef<str>>(list: &mut [Resource], first: &[S], last: &[S]) {
    let place = |kinds: &[S], kind: &str| kinds.iter().rposition(|known| known.as_ref() == kind);
    list.sort_by_cached_key(|resource| {
        let id = resource.id();
        let rank = match (place(last, &id.gvk.kind), place(first, &id.gvk.kind)) {
            (Some(at), _) => 1 + at as i64,
            (None, Some(at)) => at as i64 - first.len() as i64,
            (None, None) => 0,
        };
        let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
        let (namespace, name) = (or(&id.namespace, "~X"), or(&id.name, "~N"));
        (rank, kind_key(&id.gvk), format!("{namespace}|{name}"))
    });
}

fn kind_key(gvk: &Gvk) -> String {
    let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    format!("{}_{}_{}", or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K"))
}
