//! `port-forward`: loopback ports of this machine lead into the pod, one connection of its own for each.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::FuturesUnordered;
use futures::{SinkExt as _, StreamExt as _};
use kubechat_kubectl::plan::Forwarded;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use super::channels::{STDIN, broke, frame};
use super::tape::{Recording, Tape};
use super::{Execution, Inside, WAITING};
use crate::error::Error;
use crate::session::Session;

/// Data goes over the first channel, the far side's complaints over the second.
const COMPLAINTS: u8 = 1;
/// More connections than this are carried, but no longer recorded one by one.
const RECORDED: usize = 1_000;
/// How long an answer may take to begin once our side has nothing more to say: the channel can't be closed by half.
const LINGER: Duration = Duration::from_secs(10);

/// What became of one connection.
struct Carried {
    recording: Recording,
    calls: Execution,
    /// The port of the pod, and what was wrong with it.
    trouble: Option<(u16, Error)>,
}

impl Session {
    pub(super) async fn forward(
        &self,
        inside: &Inside<'_>,
        ports: &[Forwarded],
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<(), Error> {
        if inside.course.terminal.is_none() {
            return Err(Error::NeedsTerminal);
        }
        let (accepted, mut incoming) = mpsc::channel(WAITING);
        // Listening ends with this set.
        let mut listening = JoinSet::new();
        for port in ports {
            for listener in bind(port.local).await? {
                let address = listener.local_addr().map_err(|error| broke(&error))?;
                inside.course.say(format!("Forwarding from {address} -> {}", port.remote)).await;
                let (accepted, remote) = (accepted.clone(), port.remote);
                listening.spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        if accepted.send((stream, remote)).await.is_err() {
                            break;
                        }
                    }
                });
            }
        }
        let mut first = Some(id);
        let mut open = FuturesUnordered::new();
        loop {
            tokio::select! {
                // Until somebody stops it: that is how it ends well.
                () = inside.course.stop.cancelled() => return Ok(()),
                Some((stream, remote)) = incoming.recv() => {
                    let id = first.take().unwrap_or_else(Uuid::now_v7);
                    open.push(Box::pin(self.carry(inside, stream, remote, id)));
                }
                Some(carried) = open.next(), if !open.is_empty() => {
                    let Carried { recording, calls, trouble } = carried;
                    if execution.recordings.len() < RECORDED {
                        execution.recordings.push(recording);
                        execution.calls.extend(calls.calls);
                    }
                    if let Some((port, error)) = trouble {
                        if error.is_not_found() {
                            return Err(error);
                        }
                        inside.course.say(format!("Port {port}: {error}")).await;
                    }
                }
            }
        }
    }

    /// One connection, in a connection of its own to the pod.
    async fn carry(&self, inside: &Inside<'_>, stream: TcpStream, remote: u16, id: Uuid) -> Carried {
        let tape = Tape::new(inside.course.limit);
        let mut calls = Execution::default();
        let ended = self.bridge(inside, stream, remote, id, &tape, &mut calls).await;
        let cut = matches!(ended, Err(Error::Cut { .. }));
        Carried {
            recording: tape.recording(&format!("portforward {remote}"), None, cut),
            calls,
            trouble: ended.err().map(|error| (remote, error)),
        }
    }

    async fn bridge(
        &self,
        inside: &Inside<'_>,
        stream: TcpStream,
        remote: u16,
        id: Uuid,
        tape: &Tape,
        calls: &mut Execution,
    ) -> Result<(), Error> {
        self.check_same_pod(inside).await?;
        let port = remote.to_string();
        let connection = self.dial(inside, "portforward", &[("ports", Some(&port))], id, calls).await?;
        let (mut sink, mut far) = connection.into_stream().split();
        let (mut reader, mut writer) = stream.into_split();
        let speak = async {
            let mut buffer = vec![0; 16 << 10];
            loop {
                let read = reader.read(&mut buffer).await.unwrap_or_default();
                if read == 0 {
                    tokio::time::sleep(LINGER).await;
                    return Ok(());
                }
                tape.sent(&buffer[..read])?;
                sink.send(frame(STDIN, &buffer[..read])).await.map_err(|error| broke(&error))?;
            }
        };
        let listen = async {
            // The first message of each channel repeats the port.
            let mut begun = [false, false];
            while let Some(message) = far.next().await {
                let bytes: Bytes = match message.map_err(|error| broke(&error))? {
                    Message::Binary(bytes) if !bytes.is_empty() => bytes,
                    Message::Close(_) => break,
                    _ => continue,
                };
                let Some(begun) = begun.get_mut(usize::from(bytes[0])) else { continue };
                if !std::mem::replace(begun, true) {
                    continue;
                }
                let piece = &bytes[1..];
                if bytes[0] == COMPLAINTS {
                    return Err(broke(&String::from_utf8_lossy(piece)));
                }
                tape.received(piece)?;
                if writer.write_all(piece).await.is_err() {
                    break;
                }
            }
            let _ = writer.shutdown().await;
            Ok(())
        };
        tokio::select! {
            ended = listen => ended,
            ended = speak => ended,
        }
    }

    /// A pod of the same name that came later was not approved.
    async fn check_same_pod(&self, inside: &Inside<'_>) -> Result<(), Error> {
        let object = &inside.step.object;
        let namespace = object.namespace.as_deref();
        let pod = self.get(&inside.operation.resource, namespace, &object.name).await?;
        if pod["metadata"]["uid"].as_str() == object.uid.as_deref() {
            return Ok(());
        }
        Err(Error::NotFound {
            resource: "pods".to_owned(),
            name: object.name.clone(),
            namespace: object.namespace.clone(),
            near: Vec::new(),
        })
    }
}

/// Listens on the loopback addresses; the second one as far as this machine has it.
async fn bind(port: u16) -> Result<Vec<TcpListener>, Error> {
    let failed = |error: std::io::Error| Error::Unsupported {
        message: format!("port {port} of this machine can't be listened on: {error}"),
    };
    let four = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(failed)?;
    let same = four.local_addr().map_err(failed)?.port();
    let six = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, same))).await.ok();
    Ok(std::iter::once(four).chain(six).collect())
}
