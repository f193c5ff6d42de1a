//! A server that says what a script says, byte for byte, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What happens on one connection.
#[derive(Clone)]
pub enum Part {
    /// These bytes are sent.
    Send(Vec<u8>),
    /// These bytes are sent until nobody takes them.
    Forever(Vec<u8>),
    /// Nothing more comes, and the connection stays.
    Hang,
}

pub use Part::{Forever, Hang, Send};

/// What one request was.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The first line and the headers.
    pub head: String,
    /// The body.
    pub body: Value,
}

/// A running server.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    hung_up: Arc<tokio::sync::Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Serves the scripts one after another, the last one for ever.
    pub async fn of(scripts: Vec<Vec<Part>>) -> Self {
        Self::start(scripts, None).await
    }

    /// Serves one script for ever, behind TLS.
    pub async fn behind_tls(config: rustls::ServerConfig, script: Vec<Part>) -> Self {
        Self::start(vec![script], Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(scripts: Vec<Vec<Part>>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let hung_up = Arc::new(tokio::sync::Notify::new());
        let (log, notify) = (Arc::clone(&asked), Arc::clone(&hung_up));
        let task = tokio::spawn(async move {
            let mut scripts = scripts.into_iter().peekable();
            while let Ok((stream, _)) = listener.accept().await {
                let script = match scripts.next_if(|_| true) {
                    Some(script) if scripts.peek().is_some() => script,
                    Some(last) => {
                        scripts = vec![last.clone()].into_iter().peekable();
                        last
                    }
                    None => return,
                };
                let (log, notify, tls) = (Arc::clone(&log), Arc::clone(&notify), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => play(stream, script, log, notify).await,
                        // Who does not trust us hangs up here.
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => play(stream, script, log, notify).await,
                            Err(_) => notify.notify_one(),
                        },
                    }
                });
            }
        });
        Self { url, asked, hung_up, task }
    }

    /// Serves one script for ever.
    pub async fn saying(script: Vec<Part>) -> Self {
        Self::of(vec![script]).await
    }

    /// What it was asked.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns when a client has hung up in the middle of an answer.
    pub async fn hung_up(&self) {
        self.hung_up.notified().await;
    }
}

async fn play(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    script: Vec<Part>,
    log: Arc<Mutex<Vec<Asked>>>,
    hung_up: Arc<tokio::sync::Notify>,
) {
    let Some(asked) = read(&mut stream).await else { return };
    log.lock().unwrap().push(asked);
    for part in script {
        let sent = match part {
            Send(bytes) => stream.write_all(&bytes).await,
            Forever(bytes) => loop {
                if let Err(error) = stream.write_all(&bytes).await {
                    break Err(error);
                }
            },
            // Only the client's going ends this.
            Hang => match stream.read(&mut [0; 1]).await {
                Ok(0) | Err(_) => Err(std::io::ErrorKind::BrokenPipe.into()),
                Ok(_) => Ok(()),
            },
        };
        if sent.is_err() {
            hung_up.notify_one();
            return;
        }
    }
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let count = stream.read(&mut buffer).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
            .unwrap_or(0_usize);
        if body.len() >= length {
            return Some(Asked {
                head: head.to_owned(),
                body: serde_json::from_str(body).unwrap_or(Value::Null),
            });
        }
    }
}

/// An answer that ends with the connection.
pub fn ok(kind: &str, body: &str) -> Vec<Part> {
    vec![Send(
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n{body}").into_bytes(),
    )]
}

/// A refusal.
pub fn status(status: u16, headers: &str, body: &str) -> Vec<Part> {
    let length = body.len();
    vec![Send(
        format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )]
}
