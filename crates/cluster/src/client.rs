//! One request at a time: deadline, retries of reads, the server's answer or a typed error.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER, WARNING};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{Error, Subject, from_kube, from_status};
use crate::layer::AUDIT_ID;
use crate::trail::Caller;

pub(crate) const JSON: &str = "application/json";
/// An answer above this is refused rather than held in memory.
const MAX_BODY: usize = 64 << 20;
const ATTEMPTS: u32 = 4;

/// One request to be made.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub method: Method,
    pub path: String,
    pub accept: &'static str,
    pub content_type: &'static str,
    pub body: Option<Value>,
    pub audit_id: Option<Uuid>,
    pub subject: Subject,
}

impl Call {
    pub fn get(path: String, subject: Subject) -> Self {
        Self {
            method: Method::GET,
            path,
            accept: JSON,
            content_type: JSON,
            body: None,
            audit_id: None,
            subject,
        }
    }

    pub fn post(path: &str, body: Value, subject: Subject) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path.to_owned(), subject) }
    }

    pub fn accept(self, accept: &'static str) -> Self {
        Self { accept, ..self }
    }
}

/// A successful answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub status: u16,
    pub warnings: Vec<String>,
    pub body: Bytes,
    pub audit_id: Uuid,
    pub latency_ms: u64,
}

/// A request that did not succeed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub error: Error,
    /// 0 when there was no answer.
    pub status: u16,
    pub audit_id: Uuid,
    pub latency_ms: u64,
    /// It certainly never reached the server.
    pub unsent: bool,
    pub retry_after: Option<Duration>,
}

/// The connection of one cluster.
#[derive(Clone)]
pub(crate) struct Http {
    pub client: kube::Client,
    pub server: Arc<str>,
    pub timeout: Duration,
}

impl Http {
    /// Makes the request exactly once.
    pub async fn once(&self, caller: &Caller, call: &Call) -> Result<Reply, Failure> {
        let started = Instant::now();
        let audit_id = call.audit_id.unwrap_or_else(Uuid::now_v7);
        let failed = |error: Error, status: u16, unsent: bool, retry_after: Option<Duration>| Failure {
            error,
            status,
            audit_id,
            latency_ms: millis(started),
            unsent,
            retry_after,
        };
        let request = build(caller, call, audit_id).map_err(|error| failed(error, 0, true, None))?;
        let exchange = async {
            let response = self.client.send(request).await.map_err(|error| {
                let (error, unsent) = from_kube(&self.server, &error);
                failed(error, 0, unsent, None)
            })?;
            let (parts, body) = response.into_parts();
            let status = parts.status.as_u16();
            let body = self.collect(body).await.map_err(|error| failed(error, 0, false, None))?;
            if parts.status.is_success() {
                let warnings = warnings(&parts.headers);
                return Ok(Reply { status, warnings, body, audit_id, latency_ms: millis(started) });
            }
            let error = from_status(&self.server, status, &body, &call.subject);
            Err(failed(error, status, false, retry_after(&parts.headers)))
        };
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(failed(self.timed_out(), 0, false, None)),
        }
    }

    /// Makes a request that changes nothing; repeated within the deadline when the server is busy or hangs up.
    pub async fn read(&self, caller: &Caller, call: &Call) -> Result<Reply, Error> {
        let deadline = Instant::now() + self.timeout;
        let mut attempt = 1;
        loop {
            let failure = match self.once(caller, call).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let hung_up =
                failure.status == 0 && !failure.unsent && matches!(failure.error, Error::Unreachable { .. });
            let again = hung_up || matches!(failure.status, 429 | 503);
            let pause = failure.retry_after.unwrap_or_else(|| backoff(attempt));
            if !again || attempt >= ATTEMPTS || Instant::now() + pause >= deadline {
                return Err(failure.error);
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// [`Http::read`] as JSON.
    pub async fn json(&self, caller: &Caller, call: &Call) -> Result<Value, Error> {
        let reply = self.read(caller, call).await?;
        self.parse(&reply.body)
    }

    /// The body as JSON.
    pub fn parse(&self, body: &[u8]) -> Result<Value, Error> {
        serde_json::from_slice(body)
            .map_err(|error| Error::Answer { server: self.server.to_string(), message: error.to_string() })
    }

    /// Opens an answer without end, such as a watch; only its head is under the deadline.
    pub async fn open(&self, caller: &Caller, call: &Call) -> Result<Response<Body>, Error> {
        let mut request = build(caller, call, Uuid::now_v7())?;
        // A compressed stream is delivered in blocks, not as it happens.
        request.headers_mut().insert(ACCEPT_ENCODING, http::HeaderValue::from_static("identity"));
        let response = tokio::time::timeout(self.timeout, self.client.send(request))
            .await
            .map_err(|_| self.timed_out())?
            .map_err(|error| from_kube(&self.server, &error).0)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body = tokio::time::timeout(self.timeout, self.collect(response.into_body()))
            .await
            .map_err(|_| self.timed_out())??;
        Err(from_status(&self.server, status, &body, &call.subject))
    }

    /// Opens a WebSocket; how long that took comes with it. Only the opening is under the deadline.
    pub async fn connect(
        &self,
        caller: &Caller,
        call: &Call,
    ) -> Result<(kube::client::Connection, u64), Failure> {
        let started = Instant::now();
        let audit_id = call.audit_id.unwrap_or_else(Uuid::now_v7);
        let failed = |error: Error, status: u16, unsent: bool| Failure {
            error,
            status,
            audit_id,
            latency_ms: millis(started),
            unsent,
            retry_after: None,
        };
        let request = build(caller, call, audit_id).map_err(|error| failed(error, 0, true))?;
        let request = request.map(|_| Vec::new());
        match tokio::time::timeout(self.timeout, self.client.connect(request)).await {
            Ok(Ok(connection)) => Ok((connection, millis(started))),
            Ok(Err(kube::Error::Api(status))) => {
                let body = serde_json::to_vec(&status).unwrap_or_default();
                let error = from_status(&self.server, status.code, &body, &call.subject);
                Err(failed(error, status.code, false))
            }
            Ok(Err(error)) => {
                let (error, unsent) = from_kube(&self.server, &error);
                Err(failed(error, 0, unsent))
            }
            Err(_) => Err(failed(self.timed_out(), 0, false)),
        }
    }

    async fn collect(&self, body: Body) -> Result<Bytes, Error> {
        match Limited::new(body, MAX_BODY).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Error::Invalid {
                message: format!("the answer is larger than {} MiB; ask for less", MAX_BODY >> 20),
            }),
            Err(error) => Err(Error::Unreachable {
                server: self.server.to_string(),
                message: format!("the connection broke off: {error}"),
            }),
        }
    }

    pub fn timed_out(&self) -> Error {
        Error::Timeout { server: self.server.to_string(), limit: self.timeout }
    }
}

fn build(caller: &Caller, call: &Call, audit_id: Uuid) -> Result<Request<Body>, Error> {
    caller.actor.check()?;
    caller.note(audit_id);
    let invalid = |message: String| Error::Invalid { message };
    let bytes = match &call.body {
        Some(body) => serde_json::to_vec(body).map_err(|error| invalid(error.to_string()))?,
        None => Vec::new(),
    };
    let mut builder =
        Request::builder().method(call.method.clone()).uri(&call.path).header(ACCEPT, call.accept);
    if call.body.is_some() {
        builder = builder.header(CONTENT_TYPE, call.content_type);
    }
    let builder = builder.header(AUDIT_ID, audit_id.to_string()).extension(caller.actor.clone());
    builder.body(Body::from(bytes)).map_err(|error| invalid(error.to_string()))
}

fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The texts of `Warning: 299 - "text"` headers.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let texts = headers.get_all(WARNING).iter().filter_map(|value| value.to_str().ok());
    texts
        .map(|value| match (value.find('"'), value.rfind('"')) {
            (Some(start), Some(end)) if end > start => value[start + 1..end].replace("\\\"", "\""),
            _ => value.to_owned(),
        })
        .collect()
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// 100 ms doubled each time, and up to as much again so that clients do not return in step.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let base = 100u64 << attempt.saturating_sub(1).min(5);
    let noise = u64::from(Uuid::new_v4().as_bytes()[0]) * base / 256;
    Duration::from_millis(base + noise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_unquoted() {
        let mut headers = HeaderMap::new();
        headers.append(WARNING, "299 - \"v1 Foo is \\\"old\\\"\"".parse().unwrap());
        assert_eq!(warnings(&headers), ["v1 Foo is \"old\""]);
    }

    #[test]
    fn pauses_grow_and_stay_bounded() {
        assert!(backoff(1) < Duration::from_millis(200));
        assert!(backoff(3) >= Duration::from_millis(400));
        assert!(backoff(90) < Duration::from_secs(7));
    }
}
