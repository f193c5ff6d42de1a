//! Where evidence goes: the log itself when this process may write it, else the server that holds it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kubechat_audit::{LockedSink, Receipt, Record, Sink};
use serde::{Deserialize, Serialize};

use crate::{DataDir, Error};

/// How long a server may take to make a batch durable before the command line gives up.
const PATIENCE: Duration = Duration::from_secs(15);

/// A durable record: where it is, and the log it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Durable {
    /// Its index in the log.
    pub index: u64,
    /// Records in the log with it.
    pub size: u64,
    /// Root of the log with it, in hex.
    pub root: String,
}

impl From<&Receipt> for Durable {
    fn from(receipt: &Receipt) -> Self {
        let checkpoint = &receipt.checkpoint;
        Self { index: receipt.index, size: checkpoint.size, root: hex::encode(checkpoint.root) }
    }
}

/// The way to the log; cheap to clone.
#[derive(Clone)]
pub struct Evidence {
    sink: Arc<dyn Sink>,
    /// Set where a server may hold the log.
    socket: Option<PathBuf>,
}

impl Evidence {
    /// For the process that holds the log for life.
    pub fn held(sink: Arc<dyn Sink>) -> Self {
        Self { sink, socket: None }
    }

    /// For a process that shares the data folder with others.
    pub fn shared(data: &DataDir) -> Self {
        let sink = LockedSink::at(data.root(), data.log().clone());
        Self { sink: Arc::new(sink), socket: Some(data.socket()) }
    }

    /// Why nothing can be recorded now, if it is so.
    pub fn stopped(&self) -> Option<String> {
        self.sink.stopped()
    }

    /// Appends records; returns when they are durable.
    pub async fn append(&self, records: Vec<Record>) -> Result<Vec<Durable>, Error> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.append_now(records))
            .await
            .map_err(|error| Error::Interrupted(error.to_string()))?
    }

    fn append_now(&self, records: Vec<Record>) -> Result<Vec<Durable>, Error> {
        match (self.sink.append(records.clone()), &self.socket) {
            (Ok(receipts), _) => Ok(receipts.iter().map(Durable::from).collect()),
            (Err(kubechat_audit::Error::Held { .. }), Some(socket)) => through_server(socket, &records),
            (Err(error), _) => Err(error.into()),
        }
    }
}

/// What goes over the socket: one JSON line each way.
#[derive(Serialize, Deserialize)]
enum Answer {
    Durable(Vec<Durable>),
    Failed(String),
}

fn through_server(socket: &Path, records: &[Record]) -> Result<Vec<Durable>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Server {
        socket: socket.to_owned(),
        reason: error.to_string(),
    };
    let mut stream = UnixStream::connect(socket).map_err(|error| failed(&error))?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(|error| failed(&error))?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(|error| failed(&error))?;
    let mut line = serde_json::to_vec(records).map_err(|error| failed(&error))?;
    line.push(b'\n');
    stream.write_all(&line).map_err(|error| failed(&error))?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).map_err(|error| failed(&error))?;
    match serde_json::from_str(&answer).map_err(|error| failed(&error))? {
        Answer::Durable(durable) => Ok(durable),
        Answer::Failed(reason) => Err(failed(&reason)),
    }
}

/// Takes records of the command line while this process holds the log. Ends with the process.
pub fn listen(socket: &Path, sink: Arc<dyn Sink>) -> Result<(), Error> {
    let failed = |source| Error::DataDir { path: socket.to_owned(), source };
    // The data folder's lock says that no other server lives, so a socket found here is a dead one's.
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let listener = UnixListener::bind(socket).map_err(failed)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    std::thread::Builder::new()
        .name("audit-socket".to_owned())
        .spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = Arc::clone(&sink);
                let spawned = std::thread::Builder::new().spawn(move || {
                    if let Err(error) = answer(&stream, sink.as_ref()) {
                        tracing::warn!(%error, "a terminal's audit records were not taken");
                    }
                });
                if let Err(error) = spawned {
                    tracing::warn!(%error, "no thread for a terminal's audit records");
                }
            }
        })
        .map_err(failed)?;
    Ok(())
}

fn answer(mut stream: &UnixStream, sink: &dyn Sink) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let answer = match serde_json::from_str::<Vec<Record>>(&line) {
        Err(error) => Answer::Failed(error.to_string()),
        Ok(records) => match sink.append(records) {
            Ok(receipts) => Answer::Durable(receipts.iter().map(Durable::from).collect()),
            Err(error) => Answer::Failed(error.to_string()),
        },
    };
    let mut bytes = serde_json::to_vec(&answer)?;
    bytes.push(b'\n');
    stream.write_all(&bytes)
}
