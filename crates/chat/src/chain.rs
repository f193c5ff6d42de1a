//! The chain itself. Its parts, in the order in which a request passes them:
//!
//! [`propose`] (words → command; [`model`] where the built-in engine is not sure, [`mod@investigate`] for questions), [`examine`] (plan, assessment, permission, preview), [`decide`] (approval and its
//! alternatives), [`carry_out`] (execution and evidence), [`undo`] (the way back, through the same chain), and
//! [`recover`] (what a crash left). [`look`] and [`watch`] are what screens show: reads only, by the same parts.

mod carry_out;
mod configured;
mod decide;
mod examine;
mod follow;
mod investigate;
mod look;
mod model;
mod propose;
mod recover;
mod undo;
mod watch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kubechat_audit::{EventKind as Recorded, Record};
use kubechat_cluster::Session as ClusterSession;
use kubechat_identity::{Accounts, Mappings};
use kubechat_models::words::Exchange;
use kubechat_models::{Current, Models};
use kubechat_store::Store;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clusters::{Clusters, Connected};
use crate::data::DataDir;
use crate::events::{EventKind, Events};
use crate::evidence::Evidence;
use crate::meter::Meter;
use crate::query::{Doc, Queries};
use crate::session::{Session, Sessions};
use crate::state::State;
use crate::usage::{ModelUse, Usage};
use crate::view::Query;
use crate::{Error, Person, Policy};

pub use model::Untranslated;
pub use propose::Request;

/// What a chain is made of.
pub struct Parts {
    /// The data folder.
    pub data: DataDir,
    /// The database.
    pub store: Store,
    /// The way to the audit log.
    pub evidence: Evidence,
    /// The connected clusters.
    pub clusters: Clusters,
    /// The rules.
    pub policy: Policy,
    /// The language models.
    pub models: Arc<Models>,
}

/// The one implementation of the chain; cheap to clone.
#[derive(Clone)]
pub struct Chain {
    inner: Arc<Inner>,
}

struct Inner {
    data: DataDir,
    evidence: Evidence,
    clusters: Clusters,
    policy: Policy,
    policy_hash: String,
    sessions: Sessions,
    queries: Queries,
    mappings: Mappings,
    accounts: Accounts,
    events: Events,
    models: Current,
    configured: OnceLock<configured::Configured>,
    usage: Usage,
    running: Mutex<HashMap<Uuid, CancellationToken>>,
    meter: Meter,
}

impl Chain {
    /// Opens the chain: refuses a database that is ahead of its log, rolls the rows forward from the log, and settles
    /// what a crash left.
    pub async fn open(parts: Parts) -> Result<Self, Error> {
        let chain = Self {
            inner: Arc::new(Inner {
                policy_hash: parts.policy.hash(),
                sessions: Sessions::new(parts.store.clone()),
                queries: Queries::new(parts.store.clone()),
                mappings: Mappings::new(parts.store.pool.clone()),
                accounts: Accounts::new(parts.store.pool.clone()),
                usage: Usage::new(parts.store.pool),
                models: Current::new(parts.models),
                configured: OnceLock::new(),
                data: parts.data,
                evidence: parts.evidence,
                clusters: parts.clusters,
                policy: parts.policy,
                events: Events::default(),
                running: Mutex::default(),
                meter: Meter::default(),
            }),
        };
        chain.recover().await?;
        Ok(chain)
    }

    /// Where events are published.
    pub fn events(&self) -> &Events {
        &self.inner.events
    }

    /// The connected clusters.
    pub fn clusters(&self) -> &Clusters {
        &self.inner.clusters
    }

    /// The data folder.
    pub fn data(&self) -> &DataDir {
        &self.inner.data
    }

    /// What a monitoring system is told of the chain.
    pub fn meter(&self) -> &Meter {
        &self.inner.meter
    }

    /// The language models that are asked now.
    pub fn models(&self) -> Arc<Models> {
        self.inner.models.get()
    }

    /// The same, whichever they will be.
    pub fn current_models(&self) -> &Current {
        &self.inner.models
    }

    /// What they cost on the last days: this person, or everybody.
    pub async fn model_use(&self, user: Option<&str>) -> Result<Vec<ModelUse>, Error> {
        self.inner.usage.list(user).await
    }

    /// What was sent to language models for a query of this person, and what came back, to the letter.
    pub async fn exchanges(&self, person: &Person, id: Uuid) -> Result<Vec<Exchange>, Error> {
        Ok(self.inner.queries.of(person, id).await?.exchanges)
    }

    /// Why nothing can be recorded, and so nothing run; nothing while all is well.
    pub fn evidence_stopped(&self) -> Option<String> {
        self.inner.evidence.stopped()
    }

    /// Appends records of other rooms (logins, mappings); returns the index of the first.
    pub async fn record(&self, record: Record) -> Result<u64, Error> {
        let durable = self.inner.evidence.append(vec![record]).await?;
        durable
            .first()
            .map(|durable| durable.index)
            .ok_or_else(|| Error::Interrupted("no receipt".to_owned()))
    }

    /// A session of this person with a cluster.
    pub async fn cluster_session(
        &self,
        person: &Person,
        cluster: Option<&str>,
    ) -> Result<ClusterSession, Error> {
        let connected = self.inner.clusters.find(cluster)?;
        let actor = connected.actor(person, &self.inner.mappings).await?;
        Ok(connected.cluster.session(actor))
    }

    /// Starts a conversation.
    pub async fn start_session(
        &self,
        person: &Person,
        cluster: Option<&str>,
        namespace: Option<&str>,
        title: &str,
    ) -> Result<Session, Error> {
        let connected = self.inner.clusters.find(cluster)?;
        let namespace = namespace.unwrap_or_else(|| connected.cluster.default_namespace());
        let session = self.inner.sessions.create(person, connected.cluster.id(), namespace, title).await?;
        self.inner.events.publish(&person.user, EventKind::SessionUpdated(session.clone()));
        Ok(session)
    }

    /// The conversation that a request at a terminal belongs to: the latest one that is young enough, or a new one.
    pub async fn continue_session(
        &self,
        person: &Person,
        cluster: Option<&str>,
        namespace: Option<&str>,
        title: &str,
    ) -> Result<Session, Error> {
        let connected = self.inner.clusters.find(cluster)?;
        let namespace = namespace.unwrap_or_else(|| connected.cluster.default_namespace());
        let id = connected.cluster.id();
        match self.inner.sessions.latest(person, id, namespace, &self.inner.policy).await? {
            Some(session) => Ok(session),
            None => self.inner.sessions.create(person, id, namespace, title).await,
        }
    }

    /// The conversation of that id.
    pub async fn session(&self, person: &Person, id: Uuid) -> Result<Session, Error> {
        self.inner.sessions.get(person, id).await
    }

    /// This person's conversations, newest first.
    pub async fn sessions(&self, person: &Person) -> Result<Vec<Session>, Error> {
        self.inner.sessions.list(person).await
    }

    /// Renames a conversation or moves it to another namespace.
    pub async fn change_session(
        &self,
        person: &Person,
        id: Uuid,
        title: Option<&str>,
        namespace: Option<&str>,
    ) -> Result<Session, Error> {
        self.inner.sessions.get(person, id).await?;
        self.inner.sessions.change(id, title, namespace).await?;
        let session = self.inner.sessions.get(person, id).await?;
        self.inner.events.publish(&person.user, EventKind::SessionUpdated(session.clone()));
        Ok(session)
    }

    /// The queries of a conversation, oldest first.
    pub async fn session_queries(&self, person: &Person, id: Uuid) -> Result<Vec<Query>, Error> {
        self.inner.sessions.get(person, id).await?;
        self.inner.queries.of_session(id).await
    }

    /// One query.
    pub async fn show(&self, person: &Person, id: Uuid) -> Result<Query, Error> {
        Ok(self.inner.queries.of(person, id).await?.view)
    }

    /// This person's queries, newest first.
    pub async fn queries(&self, person: &Person, limit: u32) -> Result<Vec<Query>, Error> {
        self.inner.queries.recent(person, limit).await
    }

    /// The longest log this database has seen: size and root in hex.
    pub async fn seen_checkpoint(&self) -> Result<Option<(u64, String)>, Error> {
        self.inner.queries.seen_checkpoint().await
    }

    /// One transition: durable in the log, then in the row, then told to whoever watches.
    async fn advance(
        &self,
        person: &Person,
        doc: &mut Doc,
        next: State,
        kind: Recorded,
        data: Value,
    ) -> Result<u64, Error> {
        debug_assert!(doc.view.state.may_become(next), "{:?} to {next:?}", doc.view.state);
        let mut record = Record::new(kind, person.actor());
        record.query = Some(doc.view.query);
        record.session = Some(doc.view.session);
        record.cluster = Some(doc.view.cluster.clone());
        record.namespace = Some(doc.view.namespace.clone());
        record.command = doc.line().or_else(|| doc.view.command.clone());
        let level = doc.steps.iter().map(|step| step.assessment.level).max().or(doc.view.level);
        record.level = level.map(|level| level.as_str().to_owned());
        record.actor.impersonated = doc.view.runs_as.clone();
        record.actor.groups.clone_from(&doc.groups);
        record.data = data;
        let durable = self.inner.evidence.append(vec![record]).await?;
        let durable = durable.first().ok_or_else(|| Error::Interrupted("no receipt".to_owned()))?;
        self.inner.meter.came_to(next);
        doc.view.state = next;
        doc.mark(next, durable.index);
        doc.refresh();
        self.inner.queries.save(doc, durable.index).await?;
        self.inner.queries.remember_checkpoint(durable.size, &durable.root).await?;
        self.publish(doc);
        Ok(durable.index)
    }

    fn publish(&self, doc: &Doc) {
        let view = Box::new(doc.view.clone());
        let kind = match doc.view.state {
            State::AwaitingApproval => EventKind::ApprovalRequested(view),
            State::Proposed | State::Previewed => EventKind::CommandGenerated(view),
            _ => EventKind::CommandExecuted(view),
        };
        self.inner.events.publish(&doc.user, kind);
    }

    fn connected_to(&self, doc: &Doc) -> Result<&Connected, Error> {
        let theirs = &doc.view.cluster;
        self.inner.clusters.find(Some(theirs)).map_err(|_| Error::OtherCluster {
            query: doc.view.query,
            theirs: doc.view.context.clone(),
            ours: self
                .inner
                .clusters
                .all()
                .iter()
                .map(|one| one.cluster.context())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// Notes that a query runs, so that it can be stopped.
    fn runs(&self, query: Uuid) -> Running {
        let stop = CancellationToken::new();
        self.running().insert(query, stop.clone());
        Running { chain: self.clone(), query, stop }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, CancellationToken>> {
        // The map is only ever inserted into and removed from: a panic elsewhere leaves it whole.
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A query that runs, until this is dropped, however that comes.
struct Running {
    chain: Chain,
    query: Uuid,
    stop: CancellationToken,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.chain.running().remove(&self.query);
    }
}
