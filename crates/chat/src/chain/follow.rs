//! Answers that go on until they end or are stopped: `logs -f`, `get -w`, `rollout status`, `wait`.

use std::collections::VecDeque;

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
/// Bytes of them, a single line apart.
const KEPT_BYTES: usize = 256 << 10;

impl Chain {
    /// Streams the answer of the step whose turn it is; what has come is kept in short.
    pub(super) async fn stream(&self, live: &Live, doc: &mut Doc, run: &mut Run) -> (State, Value) {
        let at = doc.at;
        let Some(plan) = doc.steps[at].plan.clone() else {
            return (State::Failed, json!({ "error": "unplanned" }));
        };
        let mut chunks = std::pin::pin!(live.follow(&plan));
        let mut kept = Kept::default();
        let first = run.seq;
        let state = loop {
            let chunk = tokio::select! {
                () = run.stop.cancelled() => break State::Cancelled,
                chunk = chunks.next() => chunk,
            };
            match chunk {
                None => break State::Succeeded,
                // A list without rows says nothing to a person.
                Some(Ok(Chunk::Rows(section))) if section.rows.is_empty() => {}
                Some(Ok(chunk)) => {
                    kept.take(&chunk);
                    self.tell(&doc.user, doc.view.query, run, &chunk);
                }
                Some(Err(error)) => {
                    doc.steps[at].outcome.error = Some(error_view(&error));
                    break State::Failed;
                }
            }
        };
        doc.steps[at].outcome.result = kept.result();
        (state, json!({ "chunks": run.seq - first }))
    }

    /// Publishes a piece of an answer.
    pub(super) fn tell(&self, user: &str, query: Uuid, run: &mut Run, chunk: &Chunk) {
        self.inner.events.publish(user, EventKind::Output { query, seq: run.seq, chunk: shown(chunk) });
        run.seq += 1;
    }
}

/// The last lines of what was said.
#[derive(Default)]
pub(super) struct Kept {
    lines: VecDeque<String>,
    bytes: usize,
    truncated: bool,
}

impl Kept {
    /// Keeps what fits; what came first goes first.
    pub(super) fn take(&mut self, chunk: &Chunk) {
        let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match chunk {
            Chunk::Lines(lines) | Chunk::Said { lines, .. } => {
                lines.iter().for_each(|line| self.push(line.clone()))
            }
            Chunk::Event(line) | Chunk::Gone { text: line, .. } | Chunk::Cut { text: line, .. } => {
                self.push(line.clone())
            }
            Chunk::Rows(section) => section
                .rows
                .iter()
                .for_each(|row| self.push(row.cells.iter().map(cell).collect::<Vec<_>>().join("  "))),
        }
    }

    fn push(&mut self, line: String) {
        self.bytes += line.len();
        self.lines.push_back(line);
        while self.lines.len() > KEPT_LINES || (self.bytes > KEPT_BYTES && self.lines.len() > 1) {
            self.bytes -= self.lines.pop_front().map_or(0, |line| line.len());
            self.truncated = true;
        }
    }

    /// As an answer, where anything was said.
    pub(super) fn result(mut self) -> Option<ResultView> {
        if self.lines.is_empty() {
            return None;
        }
        let text = self.lines.make_contiguous().join("\n");
        Some(ResultView { text: Some(text), truncated: self.truncated, ..ResultView::default() })
    }
}

/// A piece as the doors show it.
fn shown(chunk: &Chunk) -> serde_json::Value {
    match chunk {
        Chunk::Lines(lines) => json!({ "lines": lines }),
        Chunk::Said { stream, lines } => json!({ "lines": lines, "stream": stream }),
        Chunk::Event(line) | Chunk::Gone { text: line, .. } | Chunk::Cut { text: line, .. } => {
            json!({ "lines": [line] })
        }
        Chunk::Rows(section) => json!({
            "columns": section.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
            "rows": section.rows.iter().map(|row| &row.cells).collect::<Vec<_>>(),
        }),
    }
}
