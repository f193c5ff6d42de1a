//! Connections into a pod: what was approved is connected, recorded by its hash, and cut at a limit.

use kubechat_kubectl::Operation;
use kubechat_kubectl::plan::Connect;
use uuid::Uuid;

use super::{Execution, Problem, record};
use crate::answer::Chunk;
use crate::client::{Call, Failure};
use crate::compute::Step;
use crate::course::Course;
use crate::error::Error;
use crate::path;
use crate::session::{Session, subject};
use crate::terminal::{Opened, Shown};

mod channels;
mod copy;
mod forward;
mod start;
mod tape;

pub use tape::{Recording, Side};

use channels::{Near, converse};
use start::Attach;
use tape::Tape;

/// Pieces that may wait for a slow screen.
const WAITING: usize = 64;

/// A place that is connected to.
pub(super) struct Inside<'a> {
    pub operation: &'a Operation,
    pub step: &'a Step,
    pub course: &'a Course,
}

impl Session {
    /// Connects as approved, and enters what became of it.
    pub(super) async fn connect(
        &self,
        way: &Connect,
        inside: Inside<'_>,
        id: Uuid,
        execution: &mut Execution,
    ) {
        let ended = match way {
            Connect::Exec { container, command, stdin, tty } => {
                self.interact(&inside, container, command, (*stdin, *tty), id, execution).await
            }
            Connect::Attach { container, stdin, tty, starts: false, .. } => {
                self.interact(&inside, container, &[], (*stdin, *tty), id, execution).await
            }
            Connect::Attach { container, stdin, tty, starts: true, remove } => {
                let attach = Attach { container, modes: (*stdin, *tty), remove: *remove };
                self.start(&inside, attach, id, execution).await
            }
            Connect::Forward { ports } => self.forward(&inside, ports, id, execution).await,
            Connect::Upload { container, local, remote, no_preserve } => {
                self.upload(&inside, container, (local, remote), *no_preserve, id, execution).await
            }
            Connect::Download { container, remote, local, retries } => {
                self.download(&inside, container, (remote, local), *retries, id, execution).await
            }
        };
        let object = inside.step.object.clone();
        match ended {
            Ok(()) => execution.done.push(object),
            Err(error) => {
                execution.stopped |= error == Error::Stopped;
                execution.failed.push((object, Problem::from(&error)));
            }
        }
    }

    /// Opens the connection for one stream.
    async fn dial(
        &self,
        inside: &Inside<'_>,
        subresource: &str,
        query: &[(&str, Option<&str>)],
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<kube::client::Connection, Error> {
        let object = &inside.step.object;
        let (resource, namespace) = (&inside.operation.resource, object.namespace.as_deref());
        let url = path::object(resource, namespace, &object.name, Some(subresource))?;
        let subject = subject("create", resource, Some(subresource), namespace, Some(&object.name));
        // What comes is no document.
        let call = Call::get(path::with_query(&url, query), subject).accept("*/*");
        let call = Call { audit_id: Some(id), ..call };
        let (opened, status, latency) = match self.http().connect(&self.caller, &call).await {
            Ok((connection, latency)) => (Ok(connection), 101, latency),
            Err(Failure { error, status, latency_ms, .. }) => (Err(error), status, latency_ms),
        };
        execution.calls.push(record(inside.operation, inside.step, id, status, latency));
        opened
    }

    /// `exec` and `attach`: what is typed goes in, what comes out is shown.
    async fn interact(
        &self,
        inside: &Inside<'_>,
        container: &str,
        command: &[String],
        (stdin, tty): (bool, bool),
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<(), Error> {
        let terminal = inside.course.terminal.as_deref();
        if terminal.is_none() && (stdin || tty) {
            return Err(Error::NeedsTerminal);
        }
        let mut opened = terminal.map(|terminal| terminal.open(stdin, tty));
        let tty = opened.as_ref().is_some_and(|opened| opened.tty);
        let yes = |on: bool| on.then_some("true");
        let mut query = vec![
            ("container", Some(container)),
            ("stdin", yes(stdin)),
            ("stdout", Some("true")),
            // A terminal has one stream for both.
            ("stderr", yes(!tty)),
            ("tty", yes(tty)),
        ];
        query.extend(command.iter().map(|word| ("command", Some(word.as_str()))));
        let way = if command.is_empty() { "attach" } else { "exec" };
        let connection = self.dial(inside, way, &query, id, execution).await?;
        let (input, size, output) = match &mut opened {
            Some(opened) => (opened.input.take(), opened.size.take(), opened.output.take()),
            None => (None, None, None),
        };
        let tape = Tape::new(inside.course.limit);
        let (far, shown) = tokio::sync::mpsc::channel(WAITING);
        let talk = async {
            let far = far;
            converse(connection, Near { input, size }, &far, &tape, &inside.course.stop).await
        };
        let (ended, ()) = tokio::join!(talk, show(shown, output, inside.course, tty));
        drop(opened.map(|Opened { guard, .. }| guard));
        let code = ended.as_ref().ok().copied().flatten();
        execution.recordings.push(tape.recording(way, code, matches!(ended, Err(Error::Cut { .. }))));
        match ended? {
            None | Some(0) => Ok(()),
            Some(code) => Err(Error::Exit { code }),
        }
    }
}

/// Shows bytes as they come, and tells whole lines to whoever listens; nothing of a terminal is told.
async fn show(
    mut from: tokio::sync::mpsc::Receiver<Shown>,
    screen: Option<tokio::sync::mpsc::Sender<Shown>>,
    course: &Course,
    tty: bool,
) {
    let mut rest = [Vec::new(), Vec::new()];
    while let Some(piece) = from.recv().await {
        let (at, bytes) = match &piece {
            Shown::Out(bytes) => (0, bytes.clone()),
            Shown::Err(bytes) => (1, bytes.clone()),
        };
        if let Some(screen) = &screen {
            // A screen that is gone shows nothing more.
            let _ = screen.send(piece).await;
        }
        if tty {
            continue;
        }
        let rest: &mut Vec<u8> = &mut rest[at];
        rest.extend_from_slice(&bytes);
        if let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') {
            let whole: Vec<u8> = rest.drain(..=end).collect();
            course.tell(lines(at, &whole)).await;
        }
    }
    for (at, rest) in rest.iter().enumerate().filter(|(_, rest)| !rest.is_empty()) {
        course.tell(lines(at, rest)).await;
    }
}

fn lines(at: usize, bytes: &[u8]) -> Chunk {
    let stream = ["out", "err"][at].to_owned();
    Chunk::Said { stream, lines: String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect() }
}
