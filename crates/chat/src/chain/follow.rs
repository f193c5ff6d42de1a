//! Answers that go on until they end or are stopped: `logs -f`, `get -w`, `rollout status`, `wait`.

use futures::StreamExt as _;
use kubechat_cluster::{Chunk, Session as Live};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Chain;
use super::carry_out::{Run, error_view};
use crate::events::EventKind;
use crate::query::Doc;
use crate::state::State;
use crate::view::ResultView;

/// Lines that are kept with the query when the stream has ended.
const KEPT_LINES: usize = 200;

impl Chain {
    /// Streams the answer of the step whose turn it is; what has come is kept in short.
    pub(super) async fn stream(&self, live: &Live, doc: &mut Doc, run: &mut Run) -> (State, Value) {
        let at = doc.at;
        let Some(plan) = doc.steps[at].plan.clone() else {
            return (State::Failed, json!({ "error": "unplanned" }));
        };
        let mut chunks = std::pin::pin!(live.follow(&plan));
        let mut kept: Vec<String> = Vec::new();
        let first = run.seq;
        let state = loop {
            let chunk = tokio::select! {
                () = run.stop.cancelled() => break State::Cancelled,
                chunk = chunks.next() => chunk,
            };
            match chunk {
                None => break State::Succeeded,
                Some(Ok(chunk)) => {
                    keep(&mut kept, &chunk);
                    self.tell(&doc.user, doc.view.query, run, &chunk);
                }
                Some(Err(error)) => {
                    doc.steps[at].outcome.error = Some(error_view(&error));
                    break State::Failed;
                }
            }
        };
        if !kept.is_empty() {
            let truncated = kept.len() >= KEPT_LINES;
            doc.steps[at].outcome.result =
                Some(ResultView { text: Some(kept.join("\n")), truncated, ..ResultView::default() });
        }
        (state, json!({ "chunks": run.seq - first }))
    }

    /// Publishes a piece of an answer.
    pub(super) fn tell(&self, user: &str, query: Uuid, run: &mut Run, chunk: &Chunk) {
        self.inner.events.publish(user, EventKind::Output { query, seq: run.seq, chunk: shown(chunk) });
        run.seq += 1;
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
