//! Names that live in a namespace, so that words can be linked to objects.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kubechat_kubectl::Resource;

use crate::client::Call;
use crate::error::Error;
use crate::path;
use crate::session::{PAGE, Session, subject};

/// Names by plural resource name; a kind that the user may not list is absent.
pub type Names = BTreeMap<String, Vec<String>>;

const KEPT: Duration = Duration::from_secs(30);
pub(crate) const METADATA: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// Group, plural, and whether it lives in a namespace; all are served as v1 by every supported server.
const KINDS: [(&str, &str, bool); 11] = [
    ("apps", "deployments", true),
    ("apps", "statefulsets", true),
    ("apps", "daemonsets", true),
    ("", "services", true),
    ("", "pods", true),
    ("batch", "cronjobs", true),
    ("batch", "jobs", true),
    ("", "configmaps", true),
    ("networking.k8s.io", "ingresses", true),
    ("", "namespaces", false),
    ("", "nodes", false),
];

impl Session {
    /// The names in the namespace, and of namespaces and nodes; at most 500 of each, kept for half a minute.
    pub async fn names(&self, namespace: &str) -> Result<Names, Error> {
        let key = (self.caller.actor.clone(), namespace.to_owned());
        if let Some((read, names)) = self.cluster.shared.names.lock().await.get(&key)
            && read.elapsed() < KEPT
        {
            return Ok(names.as_ref().clone());
        }
        let reads = KINDS.iter().map(|(group, plural, namespaced)| async move {
            let resource = simple(group, plural, *namespaced);
            match self.names_of(&resource, namespaced.then_some(namespace)).await {
                Ok(names) => Ok(Some(((*plural).to_owned(), names))),
                Err(Error::Forbidden { .. } | Error::UnknownResource { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        });
        let found = futures::future::try_join_all(reads).await?;
        let names: Names = found.into_iter().flatten().collect();
        let mut kept = self.cluster.shared.names.lock().await;
        kept.retain(|_, (read, _)| read.elapsed() < KEPT);
        kept.insert(key, (Instant::now(), Arc::new(names.clone())));
        Ok(names)
    }

    /// The first names of one kind, without reading the objects.
    pub(crate) async fn names_of(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
    ) -> Result<Vec<String>, Error> {
        let url = path::with_query(&path::collection(resource, namespace)?, &[("limit", Some(PAGE))]);
        let call = Call::get(url, subject("list", resource, None, namespace, None)).accept(METADATA);
        let list = self.http().json(&self.caller, &call).await?;
        let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items.iter().filter_map(|item| item["metadata"]["name"].as_str().map(str::to_owned)).collect())
    }

    /// The error with names that look like the missing one.
    pub(crate) async fn with_near_names(&self, error: Error, resource: &Resource) -> Error {
        let Error::NotFound { resource: qualified, name, namespace, .. } = error else { return error };
        let mut near: Vec<(f64, String)> = match self.names_of(resource, namespace.as_deref()).await {
            Ok(names) => {
                names.into_iter().map(|other| (strsim::jaro_winkler(&name, &other), other)).collect()
            }
            Err(_) => Vec::new(),
        };
        near.retain(|(likeness, _)| *likeness > 0.75);
        near.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
        let near = near.into_iter().take(3).map(|(_, name)| name).collect();
        Error::NotFound { resource: qualified, name, namespace, near }
    }
}

/// A v1 resource of which only the address matters.
pub(crate) fn simple(group: &str, plural: &str, namespaced: bool) -> Resource {
    Resource {
        group: group.to_owned(),
        version: "v1".to_owned(),
        plural: plural.to_owned(),
        singular: plural.trim_end_matches('s').to_owned(),
        kind: String::new(),
        short_names: Vec::new(),
        categories: Vec::new(),
        namespaced,
        verbs: Vec::new(),
        subresources: Vec::new(),
    }
}
