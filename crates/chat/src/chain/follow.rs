//! Answers that go on until they end or are stopped: `logs -f`, `get -w`, `rollout status`.

use futures::StreamExt as _;
use kubechat_cluster::{Chunk, Session as Live};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::Chain;
use super::carry_out::{error_view, intent};
use crate::data::QueryLock;
use crate::events::EventKind;
use crate::query::Doc;
use crate::state::State;
use crate::view::{Query, ResultView};
use crate::{Error, Person};

/// Lines that are kept with the query when the stream has ended.
const KEPT_LINES: usize = 200;

impl Chain {
    /// Records the intent, then streams in a task of its own; returns at once, in state `executing`.
    pub(super) async fn follow(
        &self,
        person: Person,
        live: Live,
        mut doc: Doc,
        lock: QueryLock,
    ) -> Result<Query, Error> {
        let data = intent(&doc);
        self.advance(&person, &mut doc, State::Executing, State::Executing.event(), data).await?;
        let view = doc.view.clone();
        let stop = CancellationToken::new();
        self.running().insert(view.query, stop.clone());
        let this = self.clone();
        tokio::spawn(async move {
            let query = doc.view.query;
            let ended = this.stream(&person, &live, doc, &stop).await;
            this.running().remove(&query);
            drop(lock);
            if let Err(error) = ended {
                tracing::error!(%query, %error, "the end of a stream could not be recorded");
            }
        });
        Ok(view)
    }

    async fn stream(
        &self,
        person: &Person,
        live: &Live,
        mut doc: Doc,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        let at = doc.at;
        let Some(plan) = doc.steps[at].plan.clone() else { return Ok(()) };
        let mut chunks = std::pin::pin!(live.follow(&plan));
        let mut kept: Vec<String> = Vec::new();
        let mut seq = 0_u64;
        let state = loop {
            let chunk = tokio::select! {
                () = stop.cancelled() => break State::Cancelled,
                chunk = chunks.next() => chunk,
            };
            match chunk {
                None => break State::Succeeded,
                Some(Ok(chunk)) => {
                    keep(&mut kept, &chunk);
                    let event = EventKind::Output { query: doc.view.query, seq, chunk: shown(&chunk) };
                    self.inner.events.publish(&doc.user, event);
                    seq += 1;
                }
                Some(Err(error)) => {
                    doc.steps[at].outcome.error = Some(error_view(&error));
                    break State::Failed;
                }
            }
        };
        doc.steps[at].state = state;
        if !kept.is_empty() {
            let truncated = kept.len() >= KEPT_LINES;
            doc.steps[at].outcome.result =
                Some(ResultView { text: Some(kept.join("\n")), truncated, ..ResultView::default() });
        }
        self.outcome(person, &mut doc, state, json!({ "chunks": seq })).await?;
        self.remember(&doc).await
    }
}

fn keep(kept: &mut Vec<String>, chunk: &Chunk) {
    match chunk {
        Chunk::Lines(lines) => kept.extend(lines.iter().cloned()),
        Chunk::Event(line) => kept.push(line.clone()),
        Chunk::Rows(section) => {
            let cell =
                |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            kept.extend(
                section.rows.iter().map(|row| row.cells.iter().map(cell).collect::<Vec<_>>().join("  ")),
            );
        }
    }
    let surplus = kept.len().saturating_sub(KEPT_LINES);
    kept.drain(..surplus);
}

/// A piece as the doors show it.
fn shown(chunk: &Chunk) -> serde_json::Value {
    match chunk {
        Chunk::Lines(lines) => json!({ "lines": lines }),
        Chunk::Event(line) => json!({ "lines": [line] }),
        Chunk::Rows(section) => json!({
            "columns": section.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
            "rows": section.rows.iter().map(|row| &row.cells).collect::<Vec<_>>(),
        }),
    }
}
