//! What a crash left: the rows are rolled forward from the log, and queries whose process is gone are settled.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use kubechat_audit::{Entry, EventKind as Recorded, LogReader, Record};
use kubechat_kubectl::undo::Undo;
use serde_json::json;
use uuid::Uuid;

use super::Chain;
use crate::query::Doc;
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
        let dir = self.inner.data.audit();
        let seen = self.inner.queries.seen_checkpoint().await?;
        let newest = self.inner.queries.newest_record().await?;
        let needed = seen.as_ref().map_or(0, |(size, _)| *size).max(newest.map_or(0, |index| index + 1));
        if needed == 0 {
            return Ok(());
        }
        let tail = tokio::task::spawn_blocking(move || newest_records(&dir))
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
        let arrived = sent && self.arrived(&doc).await;
        let more = doc.at + 1 < doc.steps.len();
        let (state, code, message) = match (sent, arrived) {
            (false, _) => (
                State::Failed,
                Some("interrupted"),
                "The process ended before this was carried out. Nothing was changed; ask again.",
            ),
            (true, false) => (
                State::OutcomeUnknown,
                Some("outcome_unknown"),
                "The process ended after this was sent and before its outcome was recorded. Look at the object: it may or may not have been changed.",
            ),
            (true, true) if more => (
                State::PartlyDone,
                Some("interrupted"),
                "The process ended before the outcome was recorded. The objects are as this change leaves them; the steps after it were not run.",
            ),
            (true, true) => (
                State::Succeeded,
                None,
                "The process ended before the outcome was recorded. The objects are as this change leaves them.",
            ),
        };
        doc.view.error = code.map(|code| ErrorView { code: code.to_owned(), message: message.to_owned() });
        doc.view.message = Some(message.to_owned());
        if let Some(step) = doc.steps.get_mut(doc.at) {
            step.state = if arrived { State::Succeeded } else { state };
            step.outcome.message = Some(message.to_owned());
        }
        let decided_by = if arrived { "live_objects" } else { "nothing" };
        let data = json!({ "state": state, "recovered": true, "decided_by": decided_by });
        self.advance(&system, &mut doc, state, state.event(), data).await?;
        Ok(())
    }

    /// Whether the live objects hold every value that the step whose turn it was would have written. That they still
    /// hold the values before it shows nothing: what was sent may be on its way.
    async fn arrived(&self, doc: &Doc) -> bool {
        let undo = doc.steps.get(doc.at).and_then(|step| step.preview.as_ref()).map(|preview| &preview.undo);
        let Some(Undo::Operations { expect, .. }) = undo else { return false };
        if expect.is_empty() {
            return false;
        }
        let look = async {
            let connected = self.connected_to(doc)?;
            let live = self.live(&Person::at_terminal(&doc.user), connected).await?;
            Ok::<_, Error>(live.check_expectations(expect).await?.is_empty())
        };
        tokio::time::timeout(PATIENCE, look).await.is_ok_and(|looked| looked.unwrap_or(false))
    }
}

/// Recovery acts for nobody.
fn recovery() -> Person {
    Person { method: "recovery".to_owned(), ..Person::at_terminal("system") }
}

fn newest_records(dir: &std::path::Path) -> Result<(u64, Vec<Entry>), kubechat_audit::Error> {
    let reader = LogReader::open(dir)?;
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
