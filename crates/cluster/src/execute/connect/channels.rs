//! Kubernetes' channels over one WebSocket: the first byte of each message says which.

use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use kube::client::Connection;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use super::tape::Tape;
use crate::error::Error;
use crate::terminal::Shown;

pub(super) const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;
const RESIZE: u8 = 4;
/// Says that a channel of ours has come to its end.
const CLOSE: u8 = 255;
/// A quiet connection is kept open by this.
const PING: Duration = Duration::from_secs(10);

/// Our side of a conversation.
pub(super) struct Near {
    pub input: Option<mpsc::Receiver<Bytes>>,
    pub size: Option<watch::Receiver<(u16, u16)>>,
}

/// Carries both directions until the far side has ended; its exit code, where it has one.
pub(super) async fn converse(
    connection: Connection,
    mut near: Near,
    far: &mpsc::Sender<Shown>,
    tape: &Tape,
    stop: &CancellationToken,
) -> Result<Option<i64>, Error> {
    let closes = connection.supports_stream_close();
    let (mut sink, mut stream) = connection.into_stream().split();
    let speak = async {
        let mut ping = tokio::time::interval(PING);
        loop {
            let message = tokio::select! {
                typed = next(&mut near.input) => match typed {
                    Some(bytes) => {
                        tape.sent(&bytes)?;
                        frame(STDIN, &bytes)
                    }
                    None => {
                        near.input = None;
                        if !closes { continue }
                        frame(CLOSE, &[STDIN])
                    }
                },
                (columns, rows) = resized(&mut near.size) => {
                    frame(RESIZE, json!({"Width": columns, "Height": rows}).to_string().as_bytes())
                }
                _ = ping.tick() => Message::Ping(Bytes::new()),
            };
            if sink.send(message).await.is_err() {
                // Why it ended is told by the side that listens.
                std::future::pending::<()>().await;
            }
        }
    };
    let listen = async {
        while let Some(message) = stream.next().await {
            let bytes = match message.map_err(|error| broke(&error))? {
                Message::Binary(bytes) if !bytes.is_empty() => bytes,
                Message::Close(_) => break,
                _ => continue,
            };
            let piece = bytes.slice(1..);
            match bytes[0] {
                STDOUT | STDERR => {
                    tape.received(&piece)?;
                    let shown = if bytes[0] == STDOUT { Shown::Out(piece) } else { Shown::Err(piece) };
                    // Who has stopped looking need not see the rest, but it is counted.
                    let _ = far.send(shown).await;
                }
                STATUS => return status(&piece).map(Some),
                _ => {}
            }
        }
        Ok(None)
    };
    tokio::select! {
        ended = listen => ended,
        failed = speak => failed,
        () = stop.cancelled() => Err(Error::Stopped),
    }
}

pub(super) fn frame(channel: u8, bytes: &[u8]) -> Message {
    let mut framed = Vec::with_capacity(bytes.len() + 1);
    framed.push(channel);
    framed.extend_from_slice(bytes);
    Message::Binary(framed.into())
}

pub(super) fn broke(error: &dyn std::fmt::Display) -> Error {
    Error::Broken { message: error.to_string() }
}

async fn next(input: &mut Option<mpsc::Receiver<Bytes>>) -> Option<Bytes> {
    match input {
        Some(input) => input.recv().await,
        None => std::future::pending().await,
    }
}

async fn resized(size: &mut Option<watch::Receiver<(u16, u16)>>) -> (u16, u16) {
    if let Some(size) = size
        && size.changed().await.is_ok()
    {
        return *size.borrow_and_update();
    }
    std::future::pending().await
}

/// The exit code that the far side reports, or why it never ran.
fn status(bytes: &[u8]) -> Result<i64, Error> {
    let status: Value = serde_json::from_slice(bytes).unwrap_or_default();
    if status["status"] == "Success" {
        return Ok(0);
    }
    let causes = status["details"]["causes"].as_array();
    let code = causes.into_iter().flatten().find(|cause| cause["reason"] == "ExitCode");
    match code.and_then(|cause| cause["message"].as_str()?.parse().ok()) {
        Some(code) => Ok(code),
        None => {
            let message = status["message"].as_str().unwrap_or("no reason was given");
            Err(Error::Invalid { message: message.trim_end_matches('.').to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_tells_the_exit_code_or_why_there_is_none() {
        assert_eq!(status(br#"{"status":"Success"}"#), Ok(0));
        let failed = br#"{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"#;
        assert_eq!(status(failed), Ok(3));
        assert!(
            status(br#"{"status":"Failure","message":"no such container"}"#)
                .unwrap_err()
                .to_string()
                .contains("no such container")
        );
    }
}
