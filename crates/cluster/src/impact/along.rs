//! What is deleted along: what objects own, what is inside a namespace, the objects of a kind, the data of claims.

use std::collections::{BTreeMap, BTreeSet};

use futures::{FutureExt, StreamExt};
use kubechat_kubectl::impact::{Along, Data, VolumeChange};
use kubechat_kubectl::{Catalog, Resource};
use serde_json::Value;

use super::touch::{Effect, Touch};
use super::{AT_ONCE, Unknown};
use crate::client::Call;
use crate::error::Error;
use crate::names::{METADATA, simple};
use crate::path;
use crate::session::{PAGE, Session, subject};

/// Names that are told of each kind.
const NAMES: usize = 5;
/// Claims whose volumes are looked at.
const CLAIMS: usize = 20;
/// Kinds of a namespace that are counted.
const KINDS: usize = 120;
/// Kinds whose objects say nothing to anybody when they go.
const NOISE: &[&str] = &["events", "endpoints", "endpointslices", "leases", "controllerrevisions"];
/// Kinds that custom resources own.
const USUAL: &[&str] = &[
    "pods",
    "services",
    "configmaps",
    "secrets",
    "serviceaccounts",
    "persistentvolumeclaims",
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "ingresses.networking.k8s.io",
];

/// The first page of a collection, metadata only, and how many more there are.
struct Page {
    items: Vec<Value>,
    more: u64,
}

impl Session {
    /// What goes with one target.
    pub(super) async fn along(&self, touch: &Touch<'_>, catalog: &Catalog, unknown: &Unknown) -> Vec<Along> {
        if touch.effect != (Effect::Goes { orphans: false }) {
            return Vec::new();
        }
        let namespace = touch.object.namespace.as_deref();
        if touch.is("", "namespaces") {
            return self.inside(&touch.object.name, catalog, unknown).await;
        }
        if touch.is("apiextensions.k8s.io", "customresourcedefinitions") {
            let spec = touch.live.as_ref().map(|live| &live["spec"]);
            let kind = spec.and_then(|spec| {
                let (group, plural) = (spec["group"].as_str()?, spec["names"]["plural"].as_str()?);
                catalog.resources.iter().find(|resource| resource.group == group && resource.plural == plural)
            });
            let Some(kind) = kind else { return Vec::new() };
            return self.count(kind, None, unknown).await.into_iter().collect();
        }
        let uid = touch.object.uid.as_deref().unwrap_or_default();
        self.owned(uid, namespace, &dependents(touch, catalog), unknown).await
    }

    /// Everything in a namespace, counted by kind.
    async fn inside(&self, namespace: &str, catalog: &Catalog, unknown: &Unknown) -> Vec<Along> {
        let countable = |resource: &&Resource| {
            let may = |verb: &str| resource.verbs.iter().any(|known| known == verb);
            resource.namespaced && may("list") && may("delete") && !NOISE.contains(&resource.plural.as_str())
        };
        // The same objects may be served by two groups, as events are.
        let mut seen = BTreeSet::new();
        let kinds =
            catalog.resources.iter().filter(countable).filter(|kind| seen.insert(&kind.plural)).take(KINDS);
        let counts: Vec<_> = kinds.map(|kind| self.count(kind, Some(namespace), unknown).boxed()).collect();
        let mut found: Vec<Along> = futures::stream::iter(counts)
            .buffered(AT_ONCE)
            .filter_map(futures::future::ready)
            .collect()
            .await;
        // What every namespace has by itself.
        found.retain(|along| !along.names.iter().all(|name| name == "default" || name == "kube-root-ca.crt"));
        found
    }

    async fn count(&self, kind: &Resource, namespace: Option<&str>, unknown: &Unknown) -> Option<Along> {
        let page = unknown.told(kind, namespace, self.page(kind, namespace, "5").await)?;
        let count = page.items.len() as u64 + page.more;
        (count > 0).then(|| along(kind, namespace, count, &page.items))
    }

    /// What is owned by the object of that uid, over any number of steps, among these kinds.
    async fn owned(
        &self,
        uid: &str,
        namespace: Option<&str>,
        kinds: &[Resource],
        unknown: &Unknown,
    ) -> Vec<Along> {
        let reads: Vec<_> = kinds.iter().map(|kind| self.page(kind, namespace, PAGE).boxed()).collect();
        let pages: Vec<_> = futures::stream::iter(reads).buffered(AT_ONCE).collect().await;
        let pages: Vec<(&Resource, Page)> = kinds
            .iter()
            .zip(pages)
            .filter_map(|(kind, page)| unknown.told(kind, namespace, page).map(|page| (kind, page)))
            .collect();
        let mut owners = BTreeSet::from([uid.to_owned()]);
        let mut found: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
        loop {
            let known = owners.len();
            for (at, (_, page)) in pages.iter().enumerate() {
                for item in &page.items {
                    let of = item["metadata"]["ownerReferences"].as_array().into_iter().flatten();
                    let mut of = of.filter_map(|owner| owner["uid"].as_str());
                    if of.any(|owner| owners.contains(owner))
                        && let Some(own) = item["metadata"]["uid"].as_str()
                        && owners.insert(own.to_owned())
                    {
                        found.entry(at).or_default().push(item.clone());
                    }
                }
            }
            if owners.len() == known {
                break;
            }
        }
        let whole = found.into_iter().filter_map(|(at, items)| Some((pages.get(at)?.0, items)));
        whole.map(|(kind, items)| along(kind, namespace, items.len() as u64, &items)).collect()
    }

    async fn page(&self, kind: &Resource, namespace: Option<&str>, limit: &str) -> Result<Page, Error> {
        let url = path::with_query(&path::collection(kind, namespace)?, &[("limit", Some(limit))]);
        let call = Call::get(url, subject("list", kind, None, namespace, None)).accept(METADATA);
        let mut list = self.http().json(&self.caller, &call).await?;
        let more = list["metadata"]["remainingItemCount"].as_u64().unwrap_or_default();
        let items = match list["items"].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        Ok(Page { items, more })
    }

    /// What becomes of the data of claims and volumes that go.
    pub(super) async fn volumes(
        &self,
        touches: &[Touch<'_>],
        along: &[Along],
        unknown: &Unknown,
    ) -> Vec<VolumeChange> {
        let goes = |touch: &&Touch<'_>| matches!(touch.effect, Effect::Goes { .. });
        let mut found: Vec<VolumeChange> = touches
            .iter()
            .filter(goes)
            .filter(|touch| touch.is("", "persistentvolumes"))
            .filter_map(|touch| Some((touch.object, touch.live.as_ref()?)))
            .map(|(object, live)| VolumeChange {
                namespace: None,
                name: object.name.clone(),
                data: data_of(live),
            })
            .collect();
        let mut claims: Vec<(String, String)> = Vec::new();
        for touch in touches {
            let namespace = touch.object.namespace.clone().unwrap_or_default();
            match &touch.effect {
                Effect::Goes { .. } if touch.is("", "persistentvolumeclaims") => {
                    claims.push((namespace, touch.object.name.clone()));
                }
                Effect::Scales { from, to } if to < from => {
                    claims.extend(scaled_away(touch, *to).map(|name| (namespace.clone(), name)));
                }
                _ => {}
            }
        }
        for gone in along.iter().filter(|gone| gone.resource == "persistentvolumeclaims") {
            let namespace = gone.namespace.clone().unwrap_or_default();
            claims.extend(gone.names.iter().map(|name| (namespace.clone(), name.clone())));
        }
        let reads: Vec<_> =
            claims.into_iter().take(CLAIMS).map(|claim| self.claim(claim, unknown).boxed()).collect();
        let claims: Vec<Option<VolumeChange>> =
            futures::stream::iter(reads).buffered(AT_ONCE).collect().await;
        found.extend(claims.into_iter().flatten());
        found
    }

    async fn claim(&self, (namespace, name): (String, String), unknown: &Unknown) -> Option<VolumeChange> {
        let claims = simple("", "persistentvolumeclaims", true);
        let read = self.get(&claims, Some(&namespace), &name).await;
        if read.as_ref().is_err_and(Error::is_not_found) {
            return None;
        }
        let claim = unknown.told(&claims, Some(&namespace), read);
        let data = match claim.as_ref().map(|claim| claim["spec"]["volumeName"].as_str()) {
            None => Data::Unknown,
            Some(None) => Data::None,
            Some(Some(volume)) => {
                let volumes = simple("", "persistentvolumes", false);
                let read = self.get(&volumes, None, volume).await;
                unknown.told(&volumes, None, read).map_or(Data::Unknown, |volume| data_of(&volume))
            }
        };
        Some(VolumeChange { namespace: Some(namespace), name, data })
    }
}

fn along(kind: &Resource, namespace: Option<&str>, count: u64, items: &[Value]) -> Along {
    let names = items.iter().filter_map(|item| item["metadata"]["name"].as_str());
    Along {
        resource: kind.qualified(),
        kind: kind.kind.clone(),
        namespace: namespace.map(str::to_owned),
        count,
        names: names.take(NAMES).map(str::to_owned).collect(),
    }
}

/// Kinds of objects that an object of this kind is known to own.
fn dependents(touch: &Touch<'_>, catalog: &Catalog) -> Vec<Resource> {
    let object = touch.object;
    let plurals: &[&str] = match (object.group.as_str(), object.resource.as_str()) {
        ("apps", "deployments") => &["replicasets.apps", "pods"],
        ("apps", "statefulsets") => &["pods", "persistentvolumeclaims"],
        ("apps", "daemonsets" | "replicasets") | ("batch", "jobs") | ("", "replicationcontrollers") => {
            &["pods"]
        }
        ("batch", "cronjobs") => &["jobs.batch", "pods"],
        // Kubernetes' own groups have no dot, or end so.
        (group, _) if group.contains('.') && !group.ends_with(".k8s.io") => USUAL,
        _ => &[],
    };
    let own = |resource: &&Resource| {
        plurals.contains(&resource.qualified().as_str())
            || (plurals == USUAL
                && resource.group == object.group
                && (resource.namespaced || object.namespace.is_none())
                && resource.verbs.iter().any(|verb| verb == "list"))
    };
    catalog.resources.iter().filter(own).cloned().collect()
}

/// The claims that a StatefulSet deletes when it is scaled down.
fn scaled_away<'a>(touch: &'a Touch<'_>, to: u64) -> impl Iterator<Item = String> + 'a {
    let live = touch
        .live
        .as_ref()
        .filter(|live| live["spec"]["persistentVolumeClaimRetentionPolicy"]["whenScaled"] == "Delete");
    let from =
        touch.step.before.as_ref().and_then(|before| before["spec"]["replicas"].as_u64()).unwrap_or_default();
    let spec = live.map(|live| &live["spec"]);
    let start = spec.and_then(|spec| spec["ordinals"]["start"].as_u64()).unwrap_or_default();
    let templates = spec.and_then(|spec| spec["volumeClaimTemplates"].as_array()).into_iter().flatten();
    templates.filter_map(|template| template["metadata"]["name"].as_str()).flat_map(move |template| {
        (to..from).map(move |at| format!("{template}-{}-{}", touch.object.name, start + at))
    })
}

fn data_of(volume: &Value) -> Data {
    match volume["spec"]["persistentVolumeReclaimPolicy"].as_str() {
        Some("Delete" | "Recycle") => Data::Deleted,
        _ => Data::Kept,
    }
}
