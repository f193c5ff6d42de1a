//! Calls to a cluster as one user.

use std::sync::Arc;
use std::time::Duration;

use kubechat_kubectl::plan::Read;
use kubechat_kubectl::{Catalog, Resource, Where};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::client::{Call, Http};
use crate::cluster::Cluster;
use crate::error::{Error, Subject};
use crate::path;
use crate::trail::{Caller, Trail};

/// Calls to a cluster as one user; cheap to clone.
#[derive(Debug, Clone)]
pub struct Session {
    pub(crate) cluster: Cluster,
    pub(crate) caller: Caller,
}

/// Whom the API server takes us for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoAmI {
    /// Kubernetes user name.
    pub username: String,
    /// Kubernetes groups.
    pub groups: Vec<String>,
}

/// Objects asked for at once.
pub(crate) const PAGE: &str = "500";

impl Session {
    pub(crate) fn http(&self) -> &Http {
        &self.cluster.http
    }

    /// The cluster that is spoken to.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The user that is spoken for.
    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    /// The same, with its calls noted.
    #[must_use]
    pub fn noting(&self, trail: &Trail) -> Self {
        let caller = Caller { trail: Some(trail.clone()), ..self.caller.clone() };
        Self { cluster: self.cluster.clone(), caller }
    }

    /// The same calls with this limit for the time of each; with none the connection's own holds.
    #[must_use]
    pub fn within(&self, limit: Option<Duration>) -> Self {
        let mut session = self.clone();
        if let Some(limit) = limit {
            session.cluster.http.timeout = limit;
        }
        session
    }

    /// Asks the server whom it takes us for (SelfSubjectReview).
    pub async fn whoami(&self) -> Result<WhoAmI, Error> {
        let review = self.self_review().await?;
        let user = &review["status"]["userInfo"];
        Ok(WhoAmI {
            username: user["username"].as_str().unwrap_or_default().to_owned(),
            groups: serde_json::from_value(user["groups"].clone()).unwrap_or_default(),
        })
    }

    /// The server's whole answer to whom it takes us for.
    pub(crate) async fn self_review(&self) -> Result<Value, Error> {
        let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
        self.review("authentication.k8s.io", "selfsubjectreviews", body).await
    }

    /// Posts a review, which stores nothing and may be repeated.
    pub(crate) async fn review(&self, group: &str, resource: &str, body: Value) -> Result<Value, Error> {
        let subject = Subject {
            verb: "create",
            group: group.to_owned(),
            resource: resource.to_owned(),
            ..Subject::default()
        };
        self.http()
            .json(&self.caller, &Call::post(&format!("/apis/{group}/v1/{resource}"), body, subject))
            .await
    }

    /// The kinds the cluster serves; read with KubeChat's own account and kept for a minute.
    pub async fn catalog(&self) -> Result<Arc<Catalog>, Error> {
        self.cluster.catalog(false).await
    }

    /// Reads discovery again, for when a kind is not found in what was kept.
    pub async fn refresh_catalog(&self) -> Result<Arc<Catalog>, Error> {
        self.cluster.catalog(true).await
    }

    /// The resource by its qualified plural; discovery is read again before it is said to be unknown.
    pub(crate) async fn resource(&self, qualified: &str) -> Result<Resource, Error> {
        for refresh in [false, true] {
            let catalog = self.cluster.catalog(refresh).await?;
            let exact = catalog.resources.iter().find(|resource| resource.qualified() == qualified);
            if let Some(resource) = exact.or_else(|| catalog.resources.iter().find(|r| r.plural == qualified))
            {
                return Ok(resource.clone());
            }
        }
        Err(Error::UnknownResource { resource: qualified.to_owned() })
    }

    /// Reads what a plan can't be made without. An object that does not exist gives no value, and one that the filter
    /// passes over gives null.
    pub async fn facts(
        &self,
        reads: &[Read],
        filter: Option<&Where>,
    ) -> Result<Vec<(Read, Vec<Value>)>, Error> {
        let all = reads.iter().map(|read| async move {
            let resource = self.resource(&read.resource).await?;
            let namespace = read.namespace.as_deref();
            let found = match &read.name {
                Some(name) => match self.get(&resource, namespace, name).await {
                    Ok(object) => vec![object],
                    Err(error) if error.is_not_found() => Vec::new(),
                    Err(error) => return Err(error),
                },
                None => {
                    let (labels, fields) = (read.labels.as_deref(), read.fields.as_deref());
                    self.list(&resource, namespace, labels, fields).await?.items
                }
            };
            let found = match filter.filter(|_| read.chosen) {
                Some(filter) => self.sifted_facts(filter, read, resource, found).await?,
                None => found,
            };
            Ok((read.clone(), found))
        });
        futures::future::try_join_all(all).await
    }

    /// One object.
    pub(crate) async fn get(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Value, Error> {
        self.get_sub(resource, namespace, name, None).await
    }

    /// One object or a subresource of it.
    pub(crate) async fn get_sub(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        subresource: Option<&str>,
    ) -> Result<Value, Error> {
        let path = path::object(resource, namespace, name, subresource)?;
        let subject = subject("get", resource, subresource, namespace, Some(name));
        self.http().json(&self.caller, &Call::get(path, subject)).await
    }

    /// Every object that the selectors match, page by page.
    pub(crate) async fn list(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        labels: Option<&str>,
        fields: Option<&str>,
    ) -> Result<Listed, Error> {
        let collection = path::collection(resource, namespace)?;
        let mut listed = Listed::default();
        let mut next: Option<String> = None;
        loop {
            let query = [
                ("limit", Some(PAGE)),
                ("labelSelector", labels),
                ("fieldSelector", fields),
                ("continue", next.as_deref()),
            ];
            let subject = subject("list", resource, None, namespace, None);
            let call = Call::get(path::with_query(&collection, &query), subject);
            let mut page = self.http().json(&self.caller, &call).await?;
            let (kind, version) = item_type(&page, resource);
            if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
                // Items of a list do not say what they are.
                listed.items.extend(items.into_iter().map(|mut item| {
                    if item.get("kind").is_none() {
                        item["kind"] = Value::from(kind.clone());
                        item["apiVersion"] = Value::from(version.clone());
                    }
                    item
                }));
            }
            let metadata = &page["metadata"];
            metadata["resourceVersion"].as_str().unwrap_or_default().clone_into(&mut listed.resource_version);
            next = metadata["continue"].as_str().filter(|token| !token.is_empty()).map(str::to_owned);
            if next.is_none() || listed.items.len() >= MAX_OBJECTS {
                listed.truncated = next.is_some();
                return Ok(listed);
            }
        }
    }
}

/// More objects than this are never read for one request.
pub const MAX_OBJECTS: usize = 5_000;

/// The objects of a collection.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub items: Vec<Value>,
    pub resource_version: String,
    pub truncated: bool,
}

fn item_type(page: &Value, resource: &Resource) -> (String, String) {
    let kind = page["kind"].as_str().and_then(|kind| kind.strip_suffix("List")).unwrap_or(&resource.kind);
    let version = page["apiVersion"].as_str().map_or_else(|| resource.api_version(), str::to_owned);
    (kind.to_owned(), version)
}

/// What a request is about.
pub(crate) fn subject(
    verb: &'static str,
    resource: &Resource,
    subresource: Option<&str>,
    namespace: Option<&str>,
    name: Option<&str>,
) -> Subject {
    Subject {
        verb,
        group: resource.group.clone(),
        resource: resource.plural.clone(),
        subresource: subresource.map(str::to_owned),
        namespace: namespace.filter(|_| resource.namespaced).map(str::to_owned),
        name: name.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Approved, AuditIds};
    use kubechat_kubectl::Plan;

    fn sendable<T: Send>(_: &T) {}

    /// A server awaits these in tasks, which move between threads. Compiling is the test.
    #[allow(dead_code)]
    fn everything_may_be_awaited_in_a_task(
        session: &Session,
        plan: &Plan,
        approved: &Approved,
        ids: &AuditIds,
    ) {
        sendable(&session.whoami());
        sendable(&session.catalog());
        sendable(&session.facts(&[], None));
        sendable(&session.authorize(plan));
        sendable(&session.preview(plan));
        sendable(&session.execute_along(approved, ids, &crate::Course::default()));
        sendable(&session.read(plan));
        sendable(&session.follow(plan));
        sendable(&session.names(""));
        sendable(&session.check_expectations(&[]));
    }
}
