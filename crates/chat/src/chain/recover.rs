//! What a crash left: the rows are rolled forward from the log, and queries whose process is gone are settled.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use kubechat_audit::{Entry, EventKind as Recorded, Place, Record};
use kubechat_cluster::Preview;
use kubechat_kubectl::ObjectRef;
use kubechat_kubectl::path::Path;
use kubechat_kubectl::undo::{Expectation, Undo};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Chain;
use crate::query::{Doc, Step};
use crate::state::State;
use crate::view::ErrorView;
use crate::{Error, Person};

/// How long a start waits for the cluster to say what became of a change.
const PATIENCE: Duration = Duration::from_secs(5);
/// How far back the log is compared with the rows.
const TAIL: u64 = 500;

impl Chain {
    pub(super) async fn recover(&self) -> Result<(), Error> {
        self.compare_with_log().await?;
        for id in self.inner.queries.executing().await? {
            // Its process lives while the lock is held.
            let Some(_lock) = self.inner.data.lock_query(id)? else { continue };
            let doc = self.inner.queries.load(id).await?;
            self.settle(doc).await?;
        }
        Ok(())
    }

    async fn compare_with_log(&self) -> Result<(), Error> {
        let log = self.inner.data.log().clone();
        let seen = self.inner.queries.seen_checkpoint().await?;
        let newest = self.inner.queries.newest_record().await?;
        let needed = seen.as_ref().map_or(0, |(size, _)| *size).max(newest.map_or(0, |index| index + 1));
        if needed == 0 {
            return Ok(());
        }
        let tail = tokio::task::spawn_blocking(move || newest_records(&log))
            .await
            .map_err(|error| Error::Interrupted(error.to_string()))?;
        let (size, tail) = match tail {
            Ok(read) => read,
            Err(error) => return Err(error.into()),
        };
        if size < needed {
            return Err(Error::LogBehind { seen: needed, log: size });
        }
        self.roll_forward(tail).await
    }

    /// A record whose row was never written: the process ended between the two.
    async fn roll_forward(&self, tail: Vec<Entry>) -> Result<(), Error> {
        let mut latest: BTreeMap<Uuid, Entry> = BTreeMap::new();
        for entry in tail {
            if let Some(query) = entry.record.as_ref().and_then(|record| record.query) {
                latest.insert(query, entry);
            }
        }
        for (query, entry) in latest {
            let Some(record) = entry.record else { continue };
            let Some(row) = self.inner.queries.record_of(query).await? else {
                self.close(query, record).await?;
                continue;
            };
            if row >= entry.index {
                continue;
            }
            let Some(_lock) = self.inner.data.lock_query(query)? else { continue };
            let mut doc = self.inner.queries.load(query).await?;
            doc.view.state = state_after(&record.kind, &record.data).unwrap_or(doc.view.state);
            doc.mark(doc.view.state, entry.index);
            doc.refresh();
            self.inner.queries.save(&doc, entry.index).await?;
        }
        Ok(())
    }

    /// An intent whose query has no row yet is that of a safe read: its process ended before it had an answer.
    async fn close(&self, query: Uuid, intent: Record) -> Result<(), Error> {
        if intent.kind != Recorded::QueryIntent {
            return Ok(());
        }
        let Some(_lock) = self.inner.data.lock_query(query)? else { return Ok(()) };
        let mut outcome = Record { time: Timestamp::now(), kind: Recorded::QueryOutcome, ..intent };
        outcome.actor = recovery().actor();
        outcome.data = json!({ "state": State::Failed, "recovered": true });
        self.record(outcome).await?;
        Ok(())
    }

    async fn settle(&self, mut doc: Doc) -> Result<(), Error> {
        if !matches!(doc.view.state, State::Approved | State::Executing) {
            return Ok(());
        }
        let system = recovery();
        let sent =
            doc.view.state == State::Executing && doc.steps.get(doc.at).is_some_and(|step| step.mutates());
        let found = if sent { self.found(&doc).await } else { Found::Before };
        let more = doc.at + 1 < doc.steps.len();
        let changed = doc.steps.iter().take(doc.at).any(Step::mutates);
        let (state, code, message) = match (sent, found) {
            (false, _) => (
                State::Failed,
                Some("interrupted"),
                "The process ended before this was carried out. Nothing was changed; ask again.",
            ),
            (true, Found::Before) => (
                if changed { State::PartlyDone } else { State::Failed },
                Some("interrupted"),
                "The process ended before the outcome was recorded. The objects are as they were before, so this was not done; ask again.",
            ),
            (true, Found::Neither) => (
                State::OutcomeUnknown,
                Some("outcome_unknown"),
                "The process ended after this was sent and before its outcome was recorded. Look at the object: it may or may not have been changed.",
            ),
            (true, Found::After) if more => (
                State::PartlyDone,
                Some("interrupted"),
                "The process ended before the outcome was recorded. The objects are as this change leaves them; the steps after it were not run.",
            ),
            (true, Found::After) => (
                State::Succeeded,
                None,
                "The process ended before the outcome was recorded. The objects are as this change leaves them.",
            ),
        };
        doc.view.error = code.map(|code| ErrorView { code: code.to_owned(), message: message.to_owned() });
        doc.view.message = Some(message.to_owned());
        if let Some(step) = doc.steps.get_mut(doc.at) {
            step.state = if found == Found::After { State::Succeeded } else { state };
            step.outcome.message = Some(message.to_owned());
        }
        let decided_by = if sent && found != Found::Neither { "live_objects" } else { "nothing" };
        let data = json!({ "state": state, "recovered": true, "decided_by": decided_by });
        self.advance(&system, &mut doc, state, state.event(), data).await?;
        Ok(())
    }

    /// As what the live objects are that the step whose turn it was would have written. That they are still as before
    /// says something only when nothing that was sent can be on its way any more.
    async fn found(&self, doc: &Doc) -> Found {
        let Some(preview) = doc.steps.get(doc.at).and_then(|step| step.preview.as_ref()) else {
            return Found::Neither;
        };
        let look = async {
            let connected = self.connected_to(doc)?;
            let live = self.live(&Person::at_terminal(&doc.user), connected).await?;
            if let Undo::Operations { expect, .. } = &preview.undo
                && !expect.is_empty()
                && live.check_expectations(expect).await?.is_empty()
            {
                return Ok(Found::After);
            }
            let before = as_before(preview);
            let settled = doc.view.updated_at + connected.settles_after <= Timestamp::now();
            if settled && !before.is_empty() && live.check_expectations(&before).await?.is_empty() {
                return Ok(Found::Before);
            }
            Ok::<_, Error>(Found::Neither)
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(Ok(found)) => found,
            _ => Found::Neither,
        }
    }
}

/// What the live objects are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// As the change leaves them.
    After,
    /// As they were when it was previewed.
    Before,
    /// Neither, or nobody could look.
    Neither,
}

/// What holds while nothing of what was previewed is done: of each path that changes, the value before.
fn as_before(preview: &Preview) -> Vec<Expectation> {
    let mut expect = Vec::new();
    for delta in &preview.deltas {
        let same = |object: &ObjectRef| {
            (&object.resource, &object.namespace, &object.name)
                == (&delta.object.resource, &delta.object.namespace, &delta.object.name)
        };
        let before =
            preview.before.iter().find(|(object, _)| same(object)).and_then(|(_, state)| state.as_ref());
        let expectation =
            |path: &str, value| Expectation { object: delta.object.clone(), path: path.to_owned(), value };
        match before {
            None => expect.push(expectation("", None)),
            Some(state) if delta.path.is_empty() => {
                // Another object of that name would be there as well.
                expect.push(expectation("metadata.uid", state["metadata"]["uid"].as_str().map(Value::from)));
            }
            Some(state) => {
                let value = Path::parse(&delta.path).and_then(|path| path.find(state).cloned());
                expect.push(expectation(&delta.path, value));
            }
        }
    }
    expect
}

/// Recovery acts for nobody.
fn recovery() -> Person {
    Person { method: "recovery".to_owned(), ..Person::at_terminal("system") }
}

fn newest_records(log: &Place) -> Result<(u64, Vec<Entry>), kubechat_audit::Error> {
    let reader = log.reader()?;
    let size = reader.len();
    let tail: Result<Vec<Entry>, _> = reader.iter(size.saturating_sub(TAIL)..size).collect();
    Ok((size, tail?))
}

/// The state that a record puts its query into.
fn state_after(kind: &Recorded, data: &serde_json::Value) -> Option<State> {
    if *kind == Recorded::QueryOutcome {
        return serde_json::from_value(data["state"].clone()).ok();
    }
    let all = [
        State::AwaitingApproval,
        State::Approved,
        State::Executing,
        State::Cancelled,
        State::Answered,
        State::Refused,
        State::Forbidden,
        State::Denied,
        State::Voided,
        State::Expired,
        State::NeedsClarification,
        State::OutcomeUnknown,
    ];
    all.into_iter().find(|state| state.event() == *kind)
}
