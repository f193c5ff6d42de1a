//! How something that takes its time is watched and stopped.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use crate::answer::Chunk;
use crate::terminal::Terminal;

/// Bytes that a connection into a pod may carry, both directions together.
pub const STREAM_LIMIT: u64 = 64 << 20;

/// The side of whoever watches an execution: hears what happens on the way, and may stop it.
#[derive(Debug, Clone)]
pub struct Course {
    /// Who is told; a slow listener slows the execution down.
    pub listener: Option<Sender<Chunk>>,
    /// Stops it at the next point where it can be stopped.
    pub stop: CancellationToken,
    /// Whose machine a connection into a pod leads to; a server has none.
    pub terminal: Option<Arc<dyn Terminal>>,
    /// Bytes that a connection into a pod may carry.
    pub limit: u64,
}

impl Default for Course {
    fn default() -> Self {
        Self { listener: None, stop: CancellationToken::new(), terminal: None, limit: STREAM_LIMIT }
    }
}

impl Course {
    /// Tells what happens, as a sentence.
    pub(crate) async fn say(&self, event: String) {
        self.tell(Chunk::Event(event)).await;
    }

    /// Passes a piece on.
    pub(crate) async fn tell(&self, chunk: Chunk) {
        if let Some(listener) = &self.listener {
            // Who does not listen any more need not be told.
            let _ = listener.send(chunk).await;
        }
    }

    /// Waits; false when it was stopped meanwhile.
    pub(crate) async fn pause(&self, pause: Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}
