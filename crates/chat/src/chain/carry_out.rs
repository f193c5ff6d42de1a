//! Execution and evidence: intent before the first call, outcome after the last.

use std::sync::Arc;
use std::time::Instant;

use kubechat_cluster::{
    Answer, Approved, AuditIds, Course, Execution, Moved, Session as Live, Terminal, Trail,
};
use kubechat_kubectl::ObjectRef;
use kubechat_kubectl::plan::{Show, Targets};
use kubechat_kubectl::undo::Undo;
use kubechat_translate::Last;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Chain;
use super::examine::{Stop, what_was_asked};
use super::follow::Kept;
use crate::approval::Approval;
use crate::data::QueryLock;
use crate::query::{Doc, Step};
use crate::state::State;
use crate::view::{DiffView, ErrorView, Query, ResultView, SectionView, printed};
use crate::{Error, Person};

/// Rows of an answer that are kept with the query; the door shows as many.
const ROWS: usize = 5_000;
/// Pieces that may wait to be told.
const WAITING: usize = 64;

/// A run of a query's steps.
pub(super) struct Run {
    /// What may run.
    pub approval: Approval,
    /// Stops it.
    pub stop: CancellationToken,
    /// Whose terminal it is run from.
    pub terminal: Option<Arc<dyn Terminal>>,
    /// Whoever waits for the first intent.
    pub begun: Option<tokio::sync::oneshot::Sender<Box<Query>>>,
    /// Counts the pieces that were told.
    pub seq: u64,
}

impl Run {
    /// The intent is recorded: from now on it is under way.
    fn begun(&mut self, view: &Query) {
        if let Some(begun) = self.begun.take() {
            // Who does not wait for it has the end.
            let _ = begun.send(Box::new(view.clone()));
        }
    }
}

impl Chain {
    /// Carries out what is safe to read.
    pub(super) async fn run(&self, person: &Person, live: &Live, doc: Doc) -> Result<Query, Error> {
        let query = doc.view.query;
        let lock = self.inner.data.lock_query(query)?;
        let lock = lock.ok_or(Error::NotWaiting { query, state: doc.view.state })?;
        self.run_locked(person, live, doc, lock, Approval::none_needed(), None).await
    }

    /// Carries out the steps from the one whose turn it is. In a task of its own: who asked may hang up, what was
    /// begun is brought to its end, unless it is cancelled. Where a step goes on until it ends or is stopped, the query
    /// is returned as soon as its first intent is recorded.
    pub(super) async fn run_locked(
        &self,
        person: &Person,
        live: &Live,
        doc: Doc,
        lock: QueryLock,
        approval: Approval,
        terminal: Option<Arc<dyn Terminal>>,
    ) -> Result<Query, Error> {
        let (this, person, live) = (self.clone(), person.clone(), live.clone());
        let (query, goes_on) = (doc.view.query, doc.steps.iter().any(|step| step.follows));
        let running = self.runs(query);
        let (begun, first) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            let run = Run { approval, stop: running.stop.clone(), terminal, begun: Some(begun), seq: 0 };
            let done = this.run_steps(&person, &live, doc, run).await;
            drop(running);
            drop(lock);
            if let Err(error) = &done {
                tracing::error!(%query, %error, "an execution could not be brought to its end");
            }
            done
        });
        if goes_on && let Ok(view) = first.await {
            return Ok(*view);
        }
        task.await.map_err(|error| Error::Interrupted(error.to_string()))?
    }

    async fn run_steps(
        &self,
        person: &Person,
        live: &Live,
        mut doc: Doc,
        mut run: Run,
    ) -> Result<Query, Error> {
        let first = doc.at;
        while doc.at < doc.steps.len() {
            if doc.at > first && run.stop.is_cancelled() {
                let state = doc.stopped_at();
                self.outcome(person, &mut doc, state, json!({ "stopped": true })).await?;
                break;
            }
            if doc.at > first && !self.ready(person, live, &mut doc).await? {
                return Ok(doc.view);
            }
            if self.run_step(person, live, &mut doc, &mut run).await? != State::Executing {
                break;
            }
        }
        // What a model looks at on the way to an answer is not what the person spoke of.
        if !doc.only_reads {
            self.remember(&doc).await?;
        }
        Ok(doc.view)
    }

    /// Whether the step whose turn has come may run under the approval that was given. A step that the server could
    /// not confirm before is previewed now and has to be approved again.
    async fn ready(&self, person: &Person, live: &Live, doc: &mut Doc) -> Result<bool, Error> {
        let step = &doc.steps[doc.at];
        if !step.mutates() || step.unconfirmed().is_none() {
            return Ok(true);
        }
        let (at, namespace) = (doc.at, doc.view.namespace.clone());
        let mut step = doc.steps[at].clone();
        let examined = self.examine_again(live, &mut step, &namespace, &doc.attachments).await;
        doc.steps[at] = step;
        match examined {
            Ok(()) => {
                doc.refresh();
                if doc.view.forbidden.is_empty() && doc.steps[at].runs_at_once() {
                    return Ok(true);
                }
                if doc.view.forbidden.is_empty() {
                    self.wait_for_approval(person, doc).await?;
                    return Ok(false);
                }
                doc.forbid();
                self.outcome(person, doc, State::PartlyDone, json!({ "forbidden": doc.view.forbidden }))
                    .await?;
            }
            Err(stop) => {
                let error = match stop {
                    Stop::Refused(refusal) => {
                        ErrorView { code: refusal.id.to_owned(), message: refusal.message }
                    }
                    Stop::Cluster(error) => error_view(&error),
                };
                doc.steps[at].outcome.error = Some(error.clone());
                self.outcome(person, doc, State::PartlyDone, json!({ "error": error })).await?;
            }
        }
        Ok(false)
    }

    async fn run_step(
        &self,
        person: &Person,
        live: &Live,
        doc: &mut Doc,
        run: &mut Run,
    ) -> Result<State, Error> {
        if !run.approval.covers(doc, &self.inner.policy_hash) {
            return self.not_approved(person, doc).await;
        }
        let ids = AuditIds::draw(doc.steps[doc.at].targets().len());
        let mut data = intent(doc);
        data["audit_ids"] = json!(ids.as_slice());
        if doc.steps[doc.at].mutates() {
            // Who says yes is who asked: others' approvals come with the roles.
            data["approvers"] = json!([person.user]);
        }
        let begun = Instant::now();
        let at = doc.at;
        doc.steps[at].outcome.audit_ids = ids.as_slice().to_vec();
        self.advance(person, doc, State::Executing, State::Executing.event(), data).await?;
        run.begun(&doc.view);
        let trail = Trail::default();
        let (state, mut data) = if doc.steps[at].mutates() {
            self.write(live, doc, &ids, run).await
        } else if doc.steps[at].follows {
            self.stream(&live.noting(&trail), doc, run).await
        } else {
            read(&live.noting(&trail), &mut doc.steps[at]).await
        };
        if !doc.steps[at].mutates() {
            let calls = trail.calls();
            data["audit_ids"] = json!(calls.audit_ids);
            data["call_count"] = json!(calls.count);
            doc.steps[at].outcome.audit_ids = calls.audit_ids;
        }
        data["latency_ms"] = json!(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
        doc.steps[at].state = state;
        let more = at + 1 < doc.steps.len();
        let next = match state {
            State::Succeeded if more => State::Executing,
            // Earlier steps did change something.
            State::Failed | State::Cancelled if doc.steps[..at].iter().any(Step::mutates) => {
                State::PartlyDone
            }
            state => state,
        };
        self.outcome(person, doc, next, data).await?;
        doc.at += 1;
        Ok(next)
    }

    /// The step is not the one that was approved: nothing of it runs.
    async fn not_approved(&self, person: &Person, doc: &mut Doc) -> Result<State, Error> {
        let error = ErrorView {
            code: "not_approved".to_owned(),
            message: "This step is not what was approved, so it was not run. Preview it again.".to_owned(),
        };
        doc.steps[doc.at].outcome.error = Some(error.clone());
        let changed = doc.steps[..doc.at].iter().any(Step::mutates);
        let next = if changed { State::PartlyDone } else { State::Voided };
        self.outcome(person, doc, next, json!({ "error": error })).await?;
        Ok(next)
    }

    pub(super) async fn outcome(
        &self,
        person: &Person,
        doc: &mut Doc,
        next: State,
        mut data: Value,
    ) -> Result<(), Error> {
        data["state"] = json!(next);
        data["step"] = json!(doc.at);
        let kind = if next == State::Executing { State::Succeeded.event() } else { next.event() };
        self.advance(person, doc, next, kind, data).await?;
        Ok(())
    }

    async fn write(&self, live: &Live, doc: &mut Doc, ids: &AuditIds, run: &mut Run) -> (State, Value) {
        let (user, query) = (doc.user.clone(), doc.view.query);
        let mut said = Kept::default();
        let terms = doc.terms(&doc.steps[doc.at], &self.inner.policy_hash);
        let step = &mut doc.steps[doc.at];
        let hash = run.approval.hash_of(doc.at).map(str::to_owned);
        let (Some(plan), Some(preview), Some(hash)) = (step.plan.clone(), step.preview.clone(), hash) else {
            let error = ErrorView {
                code: "unplanned".to_owned(),
                message: "This step was never previewed and approved, so it was not run. Ask for it again."
                    .to_owned(),
            };
            step.outcome.error = Some(error.clone());
            return (State::Failed, json!({ "error": error }));
        };
        let done = match Approved::grant(plan, preview, terms, &hash) {
            Ok(approved) => {
                let (listener, mut told) = tokio::sync::mpsc::channel(WAITING);
                let course = Course {
                    listener: Some(listener),
                    stop: run.stop.clone(),
                    terminal: run.terminal.clone(),
                    limit: self.inner.policy.stream_bytes,
                };
                let work = async move { live.execute_along(&approved, ids, &course).await };
                let tell = async {
                    while let Some(chunk) = told.recv().await {
                        said.take(&chunk);
                        self.tell(&user, query, run, &chunk);
                    }
                };
                tokio::join!(work, tell).0
            }
            Err(wrong) => {
                let error = ErrorView { code: "wrong_hash".to_owned(), message: wrong.to_string() };
                step.outcome.error = Some(error.clone());
                return (State::Voided, json!({ "error": error }));
            }
        };
        match done {
            Ok(execution) => {
                let settled = settle(step, &execution);
                if step.plan.as_ref().is_some_and(|plan| plan.show == Show::Stream) {
                    step.outcome.result = said.result();
                }
                settled
            }
            Err(error) => {
                let error = error_view(&error);
                step.outcome.error = Some(error.clone());
                step.outcome.message = Some(format!("{} Nothing was changed.", error.message));
                (State::Failed, json!({ "error": error }))
            }
        }
    }

    /// What a follow-up may refer to.
    pub(super) async fn remember(&self, doc: &Doc) -> Result<(), Error> {
        let Some(step) = doc.steps.iter().rev().find(|step| step.plan.is_some()) else { return Ok(()) };
        let targets =
            doc.steps.iter().rev().map(mentioned).find(|targets| !targets.is_empty()).unwrap_or_default();
        let before = step.deltas().iter().take(20);
        let last = Last {
            command: step.line.clone(),
            targets,
            before: before
                .map(|delta| (delta.path.clone(), delta.before.clone().unwrap_or(Value::Null)))
                .collect(),
            ..Last::default()
        };
        self.inner.sessions.set_last(doc.view.session, &last).await
    }
}

/// Kind and name of what a step was about or has shown.
fn mentioned(step: &Step) -> Vec<(String, String)> {
    if !step.targets().is_empty() {
        return step.targets().iter().map(|target| (target.resource.clone(), target.name.clone())).collect();
    }
    if !step.shown.is_empty() {
        return step.shown.clone();
    }
    let named =
        step.plan.iter().flat_map(|plan| &plan.operations).filter_map(|operation| match &operation.targets {
            Targets::Names(names) => {
                Some(names.iter().map(|name| (operation.resource.plural.clone(), name.clone())))
            }
            Targets::Selected { .. } => None,
        });
    named.flatten().collect()
}

pub(super) fn intent(doc: &Doc) -> Value {
    let first = doc.steps.iter().all(|step| step.audit.intent.is_none());
    let mut data = if first { what_was_asked(doc) } else { json!({}) };
    data["step"] = json!(doc.at);
    data["line"] = json!(doc.steps[doc.at].line);
    data["command_hash"] = json!(crate::hash::of(&doc.steps[doc.at].line));
    data["approval_hash"] = json!(doc.view.approval_hash);
    data
}

async fn read(live: &Live, step: &mut Step) -> (State, Value) {
    let Some(plan) = &step.plan else { return (State::Failed, json!({ "error": "unplanned" })) };
    match live.read(plan).await {
        Ok(answer) => {
            step.shown = shown(&answer);
            let result = result_view(answer);
            let data = json!({ "rows": result.rows.len(), "truncated": result.truncated });
            step.outcome.result = Some(result);
            (State::Succeeded, data)
        }
        Err(error) => {
            let error = error_view(&error);
            step.outcome.error = Some(error.clone());
            (State::Failed, json!({ "error": error }))
        }
    }
}

fn shown(answer: &Answer) -> Vec<(String, String)> {
    let objects =
        answer.sections.iter().flat_map(|section| &section.rows).filter_map(|row| row.object.as_ref());
    objects.take(100).map(|object| (object.resource.clone(), object.name.clone())).collect()
}

pub(super) fn result_view(answer: Answer) -> ResultView {
    let mut truncated = answer.truncated;
    let mut sections: Vec<SectionView> = answer
        .sections
        .into_iter()
        .map(|section| {
            truncated |= section.rows.len() > ROWS;
            SectionView {
                title: section.title.unwrap_or_default(),
                columns: section.columns.into_iter().map(|column| column.name).collect(),
                rows: section.rows.into_iter().take(ROWS).map(|row| row.cells).collect(),
            }
        })
        .collect();
    let notes = (!answer.notes.is_empty()).then(|| answer.notes.join("\n"));
    let text = match (answer.text, notes) {
        (Some(text), Some(notes)) => Some(format!("{text}\n{notes}")),
        (text, notes) => text.or(notes),
    };
    if sections.len() == 1 {
        let only = sections.remove(0);
        return ResultView {
            columns: only.columns,
            rows: only.rows,
            text,
            truncated,
            sections,
            verdict: answer.verdict,
        };
    }
    let first = sections.first().cloned();
    let (columns, rows) = first.map(|first| (first.columns, first.rows)).unwrap_or_default();
    ResultView { columns, rows, text, truncated, sections, verdict: answer.verdict }
}

pub(super) fn error_view(error: &kubechat_cluster::Error) -> ErrorView {
    ErrorView { code: error.code().to_owned(), message: error.to_string() }
}

/// What became of the writes of one step.
fn settle(step: &mut Step, execution: &Execution) -> (State, Value) {
    let calls: Vec<Value> = execution
        .calls
        .iter()
        .map(|call| {
            json!({
                "audit_id": call.audit_id, "verb": call.verb, "object": printed(&call.object),
                "group": call.object.group, "resource": call.object.resource, "name": call.object.name,
                "namespace": call.object.namespace, "uid": call.uid.as_ref().or(call.object.uid.as_ref()),
                "resource_version_before": call.object.resource_version,
                "resource_version_after": call.resource_version,
                "status": call.status, "bytes": call.bytes, "latency_ms": call.latency_ms,
            })
        })
        .collect();
    for call in &execution.calls {
        if !step.outcome.audit_ids.contains(&call.audit_id) {
            step.outcome.audit_ids.push(call.audit_id);
        }
    }
    let failed: Vec<Value> = execution
        .failed
        .iter()
        .map(|(object, problem)| json!({ "object": printed(object), "code": problem.code, "message": problem.message }))
        .collect();
    let data = json!({
        "calls": calls, "failed": failed, "streams": execution.recordings,
        "done": execution.done.iter().map(printed).collect::<Vec<_>>(),
        "skipped": execution.skipped.iter().map(printed).collect::<Vec<_>>(),
    });
    step.bind_undo_to(&execution.done);
    if !execution.skipped.is_empty() || !execution.failed.is_empty() {
        step.keep_undo_of(&execution.done);
    }
    let mut lines = execution.text.clone();
    let left = match step.filter {
        Some(_) => "had gone, or the filter was no longer true for it,",
        None => "was gone already",
    };
    lines
        .extend(execution.skipped.iter().map(|object| format!("{} {left} and was skipped", printed(object))));
    lines.extend(
        execution
            .failed
            .iter()
            .map(|(object, problem)| format!("{} is left: {}", printed(object), problem.message)),
    );
    let shown = |text: String| Some(ResultView { text: Some(text), ..ResultView::default() });
    if !lines.is_empty() {
        step.outcome.result = shown(lines.join("\n"));
    }
    step.outcome.once = execution.once.clone().and_then(shown);
    if let Some(moved) = &execution.moved {
        let message = moved_message(moved);
        step.outcome.message = Some(message.clone());
        step.outcome.error = Some(ErrorView { code: "voided".to_owned(), message });
        return (State::Voided, data);
    }
    if execution.uncertain {
        let message = "A change was sent and no answer came, so what became of it is not known. Look at the object before you try again.";
        step.outcome.error =
            Some(ErrorView { code: "outcome_unknown".to_owned(), message: message.to_owned() });
        return (State::OutcomeUnknown, data);
    }
    if let Some((object, problem)) = execution.failed.first() {
        let more = match execution.failed.len() {
            1 => String::new(),
            several => format!(" {} objects are left in all; the result names each.", several),
        };
        let message = format!("{}: {}{more}", printed(object), problem.message);
        step.outcome.error = Some(ErrorView { code: problem.code.clone(), message });
        let state = match (execution.done.is_empty(), execution.stopped) {
            (false, _) => State::PartlyDone,
            (true, true) => State::Cancelled,
            (true, false) => State::Failed,
        };
        return (state, data);
    }
    if execution.stopped {
        let state = if execution.done.is_empty() { State::Cancelled } else { State::PartlyDone };
        return (state, data);
    }
    (State::Succeeded, data)
}

/// What moved between the approval and now.
fn moved_message(moved: &Moved) -> String {
    let change =
        |delta: &DiffView| format!("{} {} {} → {}", delta.object, delta.path, delta.before, delta.after);
    let list = |deltas: &[kubechat_kubectl::Delta]| {
        deltas.iter().take(8).map(|delta| change(&delta.into())).collect::<Vec<_>>().join("; ")
    };
    let mut parts = Vec::new();
    if !moved.was.is_empty() {
        parts.push(format!("approved was {}", list(&moved.was)));
    }
    if !moved.now.is_empty() {
        parts.push(format!("now it would be {}", list(&moved.now)));
    }
    if !moved.new_targets.is_empty() {
        parts.push(format!("new: {}", moved.new_targets.iter().map(printed).collect::<Vec<_>>().join(", ")));
    }
    if !moved.gone.is_empty() {
        parts.push(format!("gone: {}", moved.gone.iter().map(printed).collect::<Vec<_>>().join(", ")));
    }
    format!(
        "What was approved is no longer what would happen, so nothing was run: {}. Preview it again.",
        parts.join("; ")
    )
}

impl Doc {
    /// The state of a query that is stopped between two steps.
    fn stopped_at(&self) -> State {
        if self.steps[..self.at].iter().any(Step::mutates) { State::PartlyDone } else { State::Cancelled }
    }
}

impl Step {
    /// What was made has a uid now: taking it back must not take away another object of that name.
    fn bind_undo_to(&mut self, done: &[ObjectRef]) {
        let Some(Undo::Operations { expect, .. }) = self.preview.as_mut().map(|preview| &mut preview.undo)
        else {
            return;
        };
        for object in expect.iter_mut().map(|expectation| &mut expectation.object) {
            if object.uid.is_none()
                && let Some(made) = done.iter().find(|made| same(made, object))
            {
                object.uid.clone_from(&made.uid);
            }
        }
    }

    /// Only what was done is taken back: not what failed, nor what somebody else had deleted before.
    fn keep_undo_of(&mut self, done: &[ObjectRef]) {
        let Some(preview) = self.preview.as_mut() else { return };
        let Undo::Operations { operations, expect, .. } = &mut preview.undo else { return };
        expect.retain(|expectation| done.iter().any(|made| same(made, &expectation.object)));
        operations.retain(|operation| {
            let (resource, namespace) = (&operation.resource, &operation.namespace);
            let Targets::Names(names) = &operation.targets else { return true };
            done.iter().any(|made| {
                (&made.group, &made.resource, &made.namespace)
                    == (&resource.group, &resource.plural, namespace)
                    && names.contains(&made.name)
            })
        });
        if operations.is_empty() {
            let text = "Nothing was changed, so there is nothing to take back.".to_owned();
            preview.undo = Undo::None { text };
        }
    }
}

/// Whether both are about the object of that name.
fn same(a: &ObjectRef, b: &ObjectRef) -> bool {
    (&a.group, &a.resource, &a.namespace, &a.name) == (&b.group, &b.resource, &b.namespace, &b.name)
}
