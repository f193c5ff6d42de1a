//! Reads: what a plan asks for, in the form it asks for.

mod about;
mod access;
mod describe;
mod dump;
mod environment;
mod events;
mod explain;
pub(crate) mod logs;
pub(crate) mod objects;
pub(crate) mod rollout;
pub(crate) mod table;
pub(crate) mod top;

use jiff::Timestamp;
use kubechat_kubectl::plan::{ApiVerb, Show, Targets};
use kubechat_kubectl::{Operation, Plan, Resource};
use serde_json::Value;

use crate::answer::{Answer, Section};
use crate::error::Error;
use crate::session::Session;

impl Session {
    /// Answers a plan that changes nothing; what it would follow is read once.
    pub async fn read(&self, plan: &Plan) -> Result<Answer, Error> {
        self.read_at(plan, Timestamp::now()).await
    }

    /// [`Session::read`] with ages counted from this time.
    pub async fn read_at(&self, plan: &Plan, now: Timestamp) -> Result<Answer, Error> {
        let session = self.within(plan.request_timeout);
        if plan.dry_run {
            return Box::pin(session.tried(plan)).await;
        }
        if plan.operations.iter().any(|operation| operation.verb.mutates()) {
            return Err(Error::Unsupported {
                message: "a plan that changes the cluster is previewed, not read".to_owned(),
            });
        }
        let mut answer = session.answer(plan, now).await?;
        if plan.no_headers {
            answer.sections.iter_mut().for_each(Section::behead);
        }
        Ok(answer)
    }

    async fn answer(&self, plan: &Plan, now: Timestamp) -> Result<Answer, Error> {
        // Boxed: each form is large and only one is alive.
        match &plan.show {
            Show::Table { .. } => Box::pin(self.tables(plan)).await,
            Show::Json
            | Show::Yaml
            | Show::Kyaml
            | Show::Name
            | Show::JsonPath(_)
            | Show::JsonPathAsJson(_)
            | Show::GoTemplate(_)
            | Show::CustomColumns { .. } => Box::pin(self.as_objects(plan)).await,
            Show::Describe { events } => Box::pin(self.describe(plan, *events, now)).await,
            Show::Logs(options) => Box::pin(self.logs(plan, options)).await,
            Show::Top { .. } => Box::pin(self.top(plan)).await,
            Show::Events { of, types } => Box::pin(self.events(plan, of.as_deref(), types, now)).await,
            Show::Explain { resource, path, recursive } => {
                Box::pin(self.explain(resource, path, *recursive)).await
            }
            Show::ApiResources { .. } => self.api_resources(&plan.show).await,
            Show::CanI { .. } => Box::pin(self.can_i(&plan.show)).await,
            Show::RolloutStatus { .. } => Box::pin(self.rollout_status(plan)).await,
            Show::RolloutHistory { revision } => Box::pin(self.rollout_history(plan, *revision)).await,
            Show::WhoAmI { print } => self.who_am_i(print.as_deref()).await,
            Show::Version { client, print } => self.versions(*client, print.as_deref()).await,
            Show::Config(part) => self.config(part),
            Show::Dump { yaml } => Box::pin(self.dump(plan, *yaml)).await,
            Show::Environment { container, resolve } => {
                Box::pin(self.environment(plan, container.as_deref(), *resolve)).await
            }
            Show::ApiVersions => self.api_versions().await,
            Show::ClusterInfo => Box::pin(self.cluster_info()).await,
            Show::Text { text } => Ok(Answer::text(text.clone())),
            Show::Written { objects: written, print } => objects::written(written, print),
            Show::Wait { .. } => {
                Err(Error::Unsupported { message: "waiting is followed, not read".to_owned() })
            }
            Show::LastApplied { json } => Box::pin(self.last_applied(plan, *json)).await,
            Show::Changed { .. } if plan.operations.is_empty() => {
                Ok(Answer::text("Nothing matches, so there is nothing to change."))
            }
            Show::Changed { .. } | Show::Drain(_) | Show::Diff { .. } | Show::Stream => {
                Err(Error::Unsupported { message: "this plan has nothing to read".to_owned() })
            }
        }
    }

    /// The objects that a plan reads, whole, for whoever computes with them; and whether there are more.
    pub async fn objects(&self, plan: &Plan) -> Result<(Vec<Value>, bool), Error> {
        let all = reads(plan).map(|operation| Box::pin(self.objects_of(plan, operation)));
        let fetched = futures::future::try_join_all(all).await?;
        let truncated = fetched.iter().any(|part| part.truncated);
        Ok((fetched.into_iter().flat_map(|part| part.items).collect(), truncated))
    }

    /// The objects of one operation, whole; with a filter, those it is true for.
    pub(crate) async fn objects_of(&self, plan: &Plan, operation: &Operation) -> Result<Fetched, Error> {
        let mut fetched = self.fetch(operation, plan.ignore_missing).await?;
        if let Some(mut sifter) = self.sifter(plan, operation).await? {
            sifter.keep(&mut fetched.items, |item| item)?;
            fetched.notes.extend(sifter.note());
        }
        Ok(fetched)
    }

    /// The objects of one operation, whole, whatever the plan's filter says of them.
    pub(crate) async fn objects_of_all(&self, operation: &Operation) -> Result<Fetched, Error> {
        self.fetch(operation, false).await
    }

    async fn fetch(&self, operation: &Operation, ignore_missing: bool) -> Result<Fetched, Error> {
        let (resource, namespace) = (&operation.resource, operation.namespace.as_deref());
        match &operation.targets {
            Targets::Names(names) => {
                let sub = operation.subresource.as_deref();
                let reads = names.iter().map(|name| async move {
                    present(self.get_sub(resource, namespace, name, sub).await, ignore_missing)
                });
                let items = match futures::future::try_join_all(reads).await {
                    Ok(items) => items.into_iter().flatten().collect(),
                    Err(error) => return Err(self.with_near_names(error, resource).await),
                };
                Ok(Fetched { resource: resource.clone(), items, truncated: false, notes: Vec::new() })
            }
            Targets::Selected { labels, fields } => {
                let listed = self.list(resource, namespace, labels.as_deref(), fields.as_deref()).await?;
                Ok(Fetched {
                    resource: resource.clone(),
                    items: listed.items,
                    truncated: listed.truncated,
                    notes: Vec::new(),
                })
            }
        }
    }
}

/// Nothing for an object that does not exist, where that is to be ignored.
pub(crate) fn present<T>(found: Result<T, Error>, ignore_missing: bool) -> Result<Option<T>, Error> {
    match found {
        Err(error) if ignore_missing && error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}

/// Objects with their resource.
pub(crate) struct Fetched {
    pub resource: Resource,
    pub items: Vec<Value>,
    pub truncated: bool,
    pub notes: Vec<String>,
}

/// The operations that are answered at once.
pub(crate) fn reads(plan: &Plan) -> impl Iterator<Item = &Operation> {
    let only_watch = plan.operations.iter().all(|operation| operation.verb == ApiVerb::Watch);
    plan.operations.iter().filter(move |operation| only_watch || operation.verb != ApiVerb::Watch)
}

/// `No resources found in shop namespace.`
pub(crate) fn nothing(plan: &Plan) -> String {
    let namespaced = plan.operations.iter().find(|operation| operation.resource.namespaced);
    match namespaced.and_then(|operation| operation.namespace.as_deref()) {
        Some(namespace) => format!("No resources found in {namespace} namespace."),
        None => "No resources found.".to_owned(),
    }
}
