//! How something that takes its time is watched and stopped.

use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use crate::answer::Chunk;

/// The side of whoever watches an execution: hears what happens on the way, and may stop it.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// Who is told; a slow listener slows the execution down.
    pub listener: Option<Sender<Chunk>>,
    /// Stops it at the next point where it can be stopped.
    pub stop: CancellationToken,
}

impl Course {
    /// Tells what happens, as a sentence.
    pub(crate) async fn say(&self, event: String) {
        if let Some(listener) = &self.listener {
            // Who does not listen any more need not be told.
            let _ = listener.send(Chunk::Event(event)).await;
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
