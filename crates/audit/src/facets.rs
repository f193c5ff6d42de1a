//! What a record can be found by, besides its text and time: one list of names and values for filter and index.

use crate::record::Record;
use serde_json::Value;

/// What a value says about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Facet {
    /// The user who acted.
    User = 1,
    /// The kind of the event.
    Kind = 2,
    /// The query.
    Query = 3,
    /// The conversation.
    Session = 4,
    /// The cluster.
    Cluster = 5,
    /// The namespace.
    Namespace = 6,
    /// The safety level.
    Level = 7,
    /// The state that the record put its query into.
    Outcome = 8,
    /// A verb: kubectl's own, and those of the API calls.
    Verb = 9,
    /// An object as `deployment/web`, and its bare name.
    Object = 10,
}

/// Everything that a record can be found by.
pub(crate) fn of(record: &Record) -> Vec<(Facet, String)> {
    let mut facets =
        vec![(Facet::User, record.actor.user.clone()), (Facet::Kind, record.kind.name().to_string())];
    let optional = [
        (Facet::Query, record.query.map(|id| id.to_string())),
        (Facet::Session, record.session.map(|id| id.to_string())),
        (Facet::Cluster, record.cluster.clone()),
        (Facet::Namespace, record.namespace.clone()),
        (Facet::Level, record.level.clone()),
        (Facet::Outcome, record.data["state"].as_str().map(str::to_string)),
    ];
    facets.extend(optional.into_iter().filter_map(|(facet, value)| Some((facet, value?))));
    facets.extend(verbs(record).map(|verb| (Facet::Verb, verb.to_lowercase())));
    for object in objects(&record.data) {
        if let Some((_, name)) = object.rsplit_once('/') {
            facets.push((Facet::Object, name.to_string()));
        }
        facets.push((Facet::Object, one_name(&object)));
    }
    facets.sort();
    facets.dedup();
    facets
}

/// The one form of what is written `deployments.apps/web`, `deployment.apps/web` or `deployment/web`. A bare name stays.
pub(crate) fn one_name(object: &str) -> String {
    let Some((resource, name)) = object.split_once('/') else { return object.to_string() };
    let resource = resource.split('.').next().unwrap_or_default().to_lowercase();
    let singular = if let Some(stem) = resource.strip_suffix("ies") {
        format!("{stem}y")
    } else if ["sses", "xes", "ches", "shes"].iter().any(|end| resource.ends_with(end)) {
        resource[..resource.len() - 2].to_string()
    } else if resource.ends_with("ss") {
        resource
    } else {
        resource.strip_suffix('s').map(str::to_string).unwrap_or(resource)
    };
    format!("{singular}/{name}")
}

fn verbs(record: &Record) -> impl Iterator<Item = &str> {
    let lines = record.command.iter().flat_map(|command| command.lines());
    let typed = lines.filter_map(|line| line.trim().strip_prefix("kubectl ")?.split_whitespace().next());
    // `patch deployments.apps/scale`
    let planned = items(&record.data["operations"]).filter_map(|call| call.as_str()?.split(' ').next());
    let called = items(&record.data["calls"]).filter_map(|call| call["verb"].as_str());
    typed.chain(planned).chain(called)
}

/// The objects of a preview (`targets`, `diff`) and of an outcome (`calls`, `done`, `skipped`, `failed`).
fn objects(data: &Value) -> Vec<String> {
    let targets = items(&data["targets"]).filter_map(|target| {
        let (resource, name) = (target["resource"].as_str()?, target["name"].as_str()?);
        Some(format!("{resource}/{name}"))
    });
    let of_field = ["diff", "calls", "failed"].into_iter().flat_map(|list| items(&data[list]));
    let fields = of_field.filter_map(|item| item["object"].as_str().map(str::to_string));
    let lists = ["done", "skipped"].into_iter().flat_map(|list| items(&data[list]));
    let plain = lists.filter_map(|item| item.as_str().map(str::to_string));
    targets.chain(fields).chain(plain).collect()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_one_name_however_it_is_written() {
        for (written, one) in [
            ("deployments.apps/web", "deployment/web"),
            ("deployment.apps/web", "deployment/web"),
            ("Deployment/web", "deployment/web"),
            ("networkpolicies.networking.k8s.io/a.b", "networkpolicy/a.b"),
            ("networkpolicy.networking.k8s.io/a.b", "networkpolicy/a.b"),
            ("ingresses.networking.k8s.io/x", "ingress/x"),
            ("ingress/x", "ingress/x"),
            ("storageclasses.storage.k8s.io/x", "storageclass/x"),
            ("web", "web"),
        ] {
            assert_eq!(one_name(written), one);
        }
    }
}
