//! Which object a value is.

use kubechat_kubectl::{Catalog, ObjectRef};
use serde_json::Value;

/// The object that a whole object stands for; its resource is guessed for kinds that Kubernetes does not have.
pub(crate) fn reference(object: &Value) -> ObjectRef {
    let metadata = &object["metadata"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = text(&object["kind"]);
    let api_version = object["apiVersion"].as_str();
    of_kind(&kind, api_version, metadata)
}

/// The same for a kind that is known from elsewhere, such as an owner reference.
pub(crate) fn of_kind(kind: &str, api_version: Option<&str>, metadata: &Value) -> ObjectRef {
    thread_local!(static CATALOG: Catalog = Catalog::builtin());
    let given = api_version.map(|version| version.split_once('/').map_or("", |(group, _)| group).to_owned());
    let known = CATALOG.with(|catalog| {
        let fits = |resource: &&kubechat_kubectl::Resource| {
            resource.kind == kind && given.as_ref().is_none_or(|group| *group == resource.group)
        };
        catalog.resources.iter().find(fits).map(|resource| (resource.group.clone(), resource.plural.clone()))
    });
    let (group, resource) =
        known.unwrap_or_else(|| (given.unwrap_or_default(), format!("{}s", kind.to_lowercase())));
    let text = |key: &str| metadata[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    ObjectRef {
        group,
        resource,
        kind: kind.to_owned(),
        namespace: text("namespace"),
        name: text("name").unwrap_or_default(),
        uid: text("uid"),
        resource_version: text("resourceVersion"),
    }
}
