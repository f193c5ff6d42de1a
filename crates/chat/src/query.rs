//! A query as it is kept: what everybody sees, and the typed values that only the chain sees.

use jiff::Timestamp;
use kubechat_cluster::{Permission, Preview};
use kubechat_kubectl::undo::{Expectation, Undo};
use kubechat_kubectl::{Assessment, Attachments, Command, Delta, Level, ObjectRef, Operation, Plan, Where};
use kubechat_models::words::Exchange;
use kubechat_store::Store;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clusters::Connected;
use crate::session::Session;
use crate::state::State;
use crate::view::{AttachmentView, AuditView, ErrorView, ImpactView, Query, ResultView, UndoView, rfc3339};
use crate::{Error, Person};

/// Rows of an answer that stay with a query.
const KEPT_ROWS: usize = 500;

/// One step: a command, or the inverse of an earlier change, with what the chain found out about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    /// The line, for people, for the approval hash and for the evidence.
    pub line: String,
    pub action: String,
    pub explanation: String,
    /// Whether the answer goes on until it is stopped (`logs -f`).
    pub follows: bool,
    /// Of the objects it is about, only those that this is true for.
    #[serde(default)]
    pub filter: Option<Where>,
    pub plan: Option<Plan>,
    pub assessment: Assessment,
    pub permissions: Vec<Permission>,
    pub preview: Option<Preview>,
    /// What must hold before an undo may run.
    pub expect: Vec<Expectation>,
    pub state: State,
    pub audit: AuditView,
    /// What became of it.
    pub outcome: Outcome,
    /// Kind and name of what its answer has shown, for follow-ups.
    pub shown: Vec<(String, String)>,
    id: Uuid,
}

/// What became of a step.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub result: Option<ResultView>,
    /// An answer that is shown once and never kept, such as a token.
    #[serde(skip)]
    pub once: Option<ResultView>,
    pub error: Option<ErrorView>,
    pub message: Option<String>,
    /// Drawn before the intent, so that the log names every write before it leaves; retries are added.
    pub audit_ids: Vec<Uuid>,
}

impl Step {
    pub(crate) fn of(command: &Command, filter: Option<&Where>) -> Self {
        let line = command.to_string();
        Self {
            filter: filter.cloned(),
            ..Self::new(line, command.action(), command.explain(), command.follows())
        }
    }

    pub(crate) fn new(line: String, action: String, explanation: String, follows: bool) -> Self {
        Self {
            line,
            action,
            explanation,
            follows,
            filter: None,
            plan: None,
            assessment: Assessment::safe(),
            permissions: Vec::new(),
            preview: None,
            expect: Vec::new(),
            state: State::Proposed,
            audit: AuditView::default(),
            outcome: Outcome::default(),
            shown: Vec::new(),
            id: Uuid::now_v7(),
        }
    }

    /// What is shown as its answer.
    fn answer(&self) -> Option<&ResultView> {
        self.outcome.once.as_ref().or(self.outcome.result.as_ref())
    }

    /// Whether carrying it out changes the cluster; a step without a plan yet is taken for one that does.
    pub(crate) fn mutates(&self) -> bool {
        self.plan.as_ref().is_none_or(Plan::mutates)
    }

    /// Whether it takes the terminal of whoever runs it.
    pub(crate) fn needs_terminal(&self) -> bool {
        self.plan.as_ref().is_some_and(Plan::needs_terminal)
    }

    /// Whether it may run without anybody's yes.
    pub(crate) fn runs_at_once(&self) -> bool {
        !self.mutates() && self.assessment.level == Level::Safe
    }

    pub(crate) fn targets(&self) -> &[ObjectRef] {
        self.preview.as_ref().map_or(&[], |preview| &preview.targets)
    }

    pub(crate) fn deltas(&self) -> &[Delta] {
        self.preview.as_ref().map_or(&[], |preview| &preview.deltas)
    }

    pub(crate) fn unconfirmed(&self) -> Option<&str> {
        match (&self.plan, &self.preview) {
            (None, _) => Some("It can only be planned when the steps before it are done."),
            (_, Some(preview)) => preview.unconfirmed.as_deref(),
            _ => None,
        }
    }

    /// The operations in short, for the evidence: `patch deployments.apps/scale`.
    pub(crate) fn calls(&self) -> Vec<String> {
        let short = |operation: &Operation| {
            let sub = operation.subresource.iter().map(|sub| format!("/{sub}")).collect::<String>();
            format!("{} {}{sub}", operation.verb.as_str(), operation.resource.qualified())
        };
        let of_plan = |plan: &Plan| -> Vec<String> {
            plan.operations.iter().chain(&plan.reads_for_filter()).map(short).collect()
        };
        self.plan.as_ref().map(of_plan).unwrap_or_default()
    }
}

/// The sealed document of a query.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Doc {
    pub view: Query,
    pub steps: Vec<Step>,
    /// The step whose turn it is.
    pub at: usize,
    /// The person who asked; approvals and execution are theirs.
    pub user: String,
    /// The groups that the cluster takes them for a member of.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The texts that came with the request.
    #[serde(default)]
    pub attachments: Attachments,
    /// What was sent to language models, and what came back.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// Part of an investigation: nothing but what is safe to read may run.
    #[serde(default)]
    pub only_reads: bool,
}

impl Doc {
    pub(crate) fn new(
        person: &Person,
        session: &Session,
        connected: &Connected,
        request: Option<&str>,
    ) -> Self {
        let now = Timestamp::now();
        let view = Query {
            query: Uuid::now_v7(),
            session: session.id,
            parent: None,
            request: request.map(str::to_owned),
            state: State::Proposed,
            command: None,
            filter: None,
            action: None,
            explanation: None,
            level: None,
            reasons: Vec::new(),
            steps: Vec::new(),
            targets: Vec::new(),
            diff: Vec::new(),
            impact: None,
            permissions: Vec::new(),
            forbidden: Vec::new(),
            unconfirmed: None,
            warnings: Vec::new(),
            approval_hash: None,
            confirm: None,
            expires_at: None,
            undo: None,
            conflicts: Vec::new(),
            result: None,
            choices: Vec::new(),
            audit: AuditView::default(),
            audit_ids: Vec::new(),
            understood: Vec::new(),
            provider: None,
            confidence: None,
            runs_as: None,
            cluster: connected.cluster.id().to_owned(),
            context: connected.cluster.context().to_owned(),
            namespace: session.namespace.clone(),
            practice: connected.practice,
            created_at: now,
            updated_at: now,
            error: None,
            message: None,
            attachments: Vec::new(),
            models: Vec::new(),
            models_failed: Vec::new(),
            investigation: None,
        };
        Self {
            view,
            steps: Vec::new(),
            at: 0,
            user: person.user.clone(),
            groups: Vec::new(),
            attachments: Attachments::new(),
            exchanges: Vec::new(),
            only_reads: false,
        }
    }

    /// Keeps the texts that came with the request; everybody else sees their digests.
    pub(crate) fn attach(&mut self, attachments: Attachments) {
        self.view.attachments =
            attachments.iter().map(|(name, text)| AttachmentView::of(name, text)).collect();
        self.attachments = attachments;
    }

    /// Notes the record of a transition at the step whose turn it is.
    pub(crate) fn mark(&mut self, state: State, index: u64) {
        let Some(step) = self.steps.get_mut(self.at) else { return };
        match state {
            State::Executing if step.audit.intent.is_none() => {
                step.audit.intent = Some(index);
                step.state = State::Executing;
            }
            State::Proposed | State::Previewed | State::AwaitingApproval | State::Approved => {}
            _ => step.audit.outcome = Some(index),
        }
    }

    /// The line that the audit log names: every step's, one below the other.
    pub(crate) fn line(&self) -> Option<String> {
        let lines: Vec<&str> = self.steps.iter().map(|step| step.line.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Brings the view in step with what the chain knows.
    pub(crate) fn refresh(&mut self) {
        let steps: Vec<Query> = self.steps.iter().map(|step| self.view_of(step)).collect();
        let undo = self.undo_view();
        let view = &mut self.view;
        view.updated_at = Timestamp::now();
        view.level = self.steps.iter().map(|step| step.assessment.level).max();
        view.reasons.clear();
        for reason in self.steps.iter().flat_map(|step| &step.assessment.reasons) {
            if !view.reasons.iter().any(|seen| seen.id == reason.id && seen.text == reason.text) {
                view.reasons.push(reason.into());
            }
        }
        view.targets = steps.iter().flat_map(|step| step.targets.clone()).collect();
        view.diff = steps.iter().flat_map(|step| step.diff.clone()).collect();
        view.impact = steps.iter().filter_map(|step| step.impact.clone()).reduce(|mut all, one| {
            all.add(one);
            all
        });
        view.permissions = steps.iter().flat_map(|step| step.permissions.clone()).collect();
        view.forbidden = view.permissions.iter().filter(|permission| !permission.allowed).cloned().collect();
        view.warnings = steps.iter().flat_map(|step| step.warnings.clone()).collect();
        view.unconfirmed = steps.iter().find_map(|step| step.unconfirmed.clone());
        view.undo = undo;
        view.audit = AuditView {
            intent: self.steps.iter().find_map(|step| step.audit.intent),
            outcome: self.steps.iter().rev().find_map(|step| step.audit.outcome),
        };
        view.audit_ids = self.steps.iter().flat_map(|step| step.outcome.audit_ids.clone()).collect();
        view.result = self.steps.iter().rev().find_map(Step::answer).cloned();
        if let Some(error) = self.steps.iter().find_map(|step| step.outcome.error.clone()) {
            view.error = Some(error);
        }
        if let Some(message) = self.steps.iter().rev().find_map(|step| step.outcome.message.clone()) {
            view.message = Some(message);
        }
        view.action = self.steps.get(self.at).or(self.steps.last()).map(|step| step.action.clone());
        match self.steps.as_slice() {
            [] => {}
            [only] => {
                view.command = Some(only.line.clone());
                view.explanation = Some(only.explanation.clone());
            }
            several => {
                let all: Vec<&str> = several.iter().map(|step| step.explanation.as_str()).collect();
                view.explanation = Some(all.join(" Then: "));
                view.steps = steps;
            }
        }
    }

    /// What is kept: long answers are cut, and what the steps hold already is not kept twice.
    fn for_keeping(&self) -> Self {
        let mut kept = self.clone();
        kept.view.result = None;
        kept.view.steps.clear();
        for result in kept.steps.iter_mut().filter_map(|step| step.outcome.result.as_mut()) {
            let sections = result.sections.iter_mut().map(|section| &mut section.rows);
            for rows in sections.chain([&mut result.rows]) {
                result.truncated |= rows.len() > KEPT_ROWS;
                rows.truncate(KEPT_ROWS);
            }
        }
        kept
    }

    /// The whole view again, as it was when it was kept.
    fn restored(mut self) -> Self {
        let moved = self.view.updated_at;
        self.refresh();
        self.view.updated_at = moved;
        self
    }

    fn undo_view(&self) -> Option<UndoView> {
        let undos: Vec<&Undo> =
            self.steps.iter().filter_map(|step| step.preview.as_ref()).map(|preview| &preview.undo).collect();
        let missing = undos.iter().find_map(|undo| match undo {
            Undo::None { text } => Some(text),
            Undo::Operations { .. } => None,
        });
        let texts: Vec<&str> = undos
            .iter()
            .map(|undo| match undo {
                Undo::Operations { text, .. } | Undo::None { text } => text.as_str(),
            })
            .collect();
        match missing {
            _ if undos.is_empty() => None,
            Some(text) => Some(UndoView { available: false, text: text.clone() }),
            None => Some(UndoView { available: true, text: texts.join(" ") }),
        }
    }

    fn view_of(&self, step: &Step) -> Query {
        let mut view = Query {
            query: step.id,
            parent: Some(self.view.query),
            request: None,
            state: step.state,
            command: Some(step.line.clone()),
            action: Some(step.action.clone()),
            explanation: Some(step.explanation.clone()),
            level: Some(step.assessment.level),
            reasons: step.assessment.reasons.iter().map(Into::into).collect(),
            steps: Vec::new(),
            targets: step.targets().iter().map(Into::into).collect(),
            diff: step.deltas().iter().map(Into::into).collect(),
            impact: step.preview.as_ref().map(|preview| {
                let changed = preview.targets.len() - preview.unchanged.len();
                ImpactView::of(changed, &preview.impact)
            }),
            permissions: step.permissions.iter().map(Into::into).collect(),
            unconfirmed: step.unconfirmed().map(str::to_owned),
            warnings: step.preview.iter().flat_map(|preview| preview.warnings.clone()).collect(),
            approval_hash: None,
            result: step.answer().cloned(),
            audit: step.audit,
            audit_ids: step.outcome.audit_ids.clone(),
            error: step.outcome.error.clone(),
            message: step.outcome.message.clone(),
            ..self.view.clone()
        };
        view.forbidden = view.permissions.iter().filter(|permission| !permission.allowed).cloned().collect();
        view.undo = step.preview.as_ref().map(|preview| match &preview.undo {
            Undo::Operations { text, .. } => UndoView { available: true, text: text.clone() },
            Undo::None { text } => UndoView { available: false, text: text.clone() },
        });
        view
    }
}

/// The table of queries.
#[derive(Debug, Clone)]
pub(crate) struct Queries {
    store: Store,
}

impl Queries {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Writes the row as the record of that index leaves it.
    pub(crate) async fn save(&self, doc: &Doc, record: u64) -> Result<(), Error> {
        let id = doc.view.query.to_string();
        let sealed = self.store.sealer.seal(&id, &doc.for_keeping())?;
        sqlx::query(
            "INSERT INTO queries (id, session, user_name, cluster, state, doc, record, expires_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (id) DO UPDATE SET state = $5, doc = $6, record = $7, expires_at = $8, updated_at = $10",
        )
        .bind(&id)
        .bind(doc.view.session.to_string())
        .bind(&doc.user)
        .bind(&doc.view.cluster)
        .bind(doc.view.state.as_str())
        .bind(sealed)
        .bind(record.cast_signed())
        .bind(doc.view.expires_at.map(rfc3339))
        .bind(rfc3339(doc.view.created_at))
        .bind(rfc3339(doc.view.updated_at))
        .execute(&self.store.pool)
        .await?;
        Ok(())
    }

    /// The query of that id, whoever asked it.
    pub(crate) async fn load(&self, id: Uuid) -> Result<Doc, Error> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT doc FROM queries WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.store.pool)
            .await?;
        let (sealed,) = row.ok_or_else(|| Error::NotFound { what: "query", id: id.to_string() })?;
        Ok(self.store.sealer.open::<Doc>(&id.to_string(), &sealed)?.restored())
    }

    /// The record that the query's row stands at.
    pub(crate) async fn record_of(&self, id: Uuid) -> Result<Option<u64>, Error> {
        let row: Option<i64> = sqlx::query_scalar("SELECT record FROM queries WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.store.pool)
            .await?;
        Ok(row.map(i64::cast_unsigned))
    }

    /// The query of that id, if this person asked it.
    pub(crate) async fn of(&self, person: &Person, id: Uuid) -> Result<Doc, Error> {
        let doc = self.load(id).await?;
        if doc.user == person.user {
            Ok(doc)
        } else {
            Err(Error::NotFound { what: "query", id: id.to_string() })
        }
    }

    /// The queries of a conversation, oldest first.
    pub(crate) async fn of_session(&self, session: Uuid) -> Result<Vec<Query>, Error> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT id, doc FROM queries WHERE session = $1 ORDER BY id DESC LIMIT 200")
                .bind(session.to_string())
                .fetch_all(&self.store.pool)
                .await?;
        self.views(rows).map(|mut views| {
            views.reverse();
            views
        })
    }

    /// This person's queries, newest first.
    pub(crate) async fn recent(&self, person: &Person, limit: u32) -> Result<Vec<Query>, Error> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT id, doc FROM queries WHERE user_name = $1 ORDER BY id DESC LIMIT $2")
                .bind(&person.user)
                .bind(i64::from(limit))
                .fetch_all(&self.store.pool)
                .await?;
        self.views(rows)
    }

    /// Ids of the queries that were on their way when this was asked.
    pub(crate) async fn executing(&self) -> Result<Vec<Uuid>, Error> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM queries WHERE state IN ('executing', 'approved') ORDER BY id")
                .fetch_all(&self.store.pool)
                .await?;
        Ok(rows.into_iter().filter_map(|(id,)| id.parse().ok()).collect())
    }

    /// The index of the newest record that any row knows of.
    pub(crate) async fn newest_record(&self) -> Result<Option<u64>, Error> {
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT MAX(record) FROM queries").fetch_one(&self.store.pool).await?;
        Ok(newest.map(i64::cast_unsigned))
    }

    /// Remembers how long the log is, so that one cut back is noticed.
    pub(crate) async fn remember_checkpoint(&self, size: u64, root: &str) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO seen_checkpoint (id, size, root) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET size = $1, root = $2 WHERE size < $1",
        )
        .bind(size.cast_signed())
        .bind(root)
        .execute(&self.store.pool)
        .await?;
        Ok(())
    }

    /// The longest log this database has seen: size and root.
    pub(crate) async fn seen_checkpoint(&self) -> Result<Option<(u64, String)>, Error> {
        let row: Option<(i64, String)> =
            sqlx::query_as("SELECT size, root FROM seen_checkpoint WHERE id = 1")
                .fetch_optional(&self.store.pool)
                .await?;
        Ok(row.map(|(size, root)| (size.cast_unsigned(), root)))
    }

    /// Hash of what was configured under this name at the last start.
    pub(crate) async fn configured(&self, name: &str) -> Result<Option<String>, Error> {
        let hash = sqlx::query_scalar("SELECT hash FROM configured WHERE name = $1").bind(name);
        Ok(hash.fetch_optional(&self.store.pool).await?)
    }

    /// Keeps that hash; `record` is the audit record of the change.
    pub(crate) async fn set_configured(&self, name: &str, hash: &str, record: u64) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO configured (name, hash, record) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET hash = $2, record = $3",
        )
        .bind(name)
        .bind(hash)
        .bind(record.cast_signed())
        .execute(&self.store.pool)
        .await?;
        Ok(())
    }

    fn views(&self, rows: Vec<(String, Vec<u8>)>) -> Result<Vec<Query>, Error> {
        let open = |(id, sealed): (String, Vec<u8>)| {
            self.store.sealer.open::<Doc>(&id, &sealed).map(|doc| doc.restored().view).map_err(Error::from)
        };
        rows.into_iter().map(open).collect()
    }
}
