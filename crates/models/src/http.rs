//! One HTTP client per provider, with every limit that a server which can't be trusted needs.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::airgap::{self, InsideOnly};
use crate::config::ProviderSettings;
use crate::error::{Error, said};

/// Bytes of an answer; the longest that is wanted is a hundredth of it.
const ANSWER_LIMIT: usize = 4 << 20;
/// Bytes of an error that are read, to say why.
const ERROR_LIMIT: usize = 16 << 10;

/// The way to one provider.
#[derive(Debug)]
pub(crate) struct Http {
    client: Client,
    base: Url,
    headers: HeaderMap,
    pub provider: String,
    model: String,
    whole: Duration,
    silence: Duration,
}

/// How the key is sent.
pub(crate) enum Key {
    /// `authorization: Bearer …`
    Bearer,
    /// In a header of this name, as it is.
    Header(&'static str),
}

impl Http {
    /// Builds the client: no redirects, no proxy but the configured one, nothing from the environment.
    pub(crate) fn new(
        name: &str,
        settings: &ProviderSettings,
        airgap: bool,
        sends: &Key,
    ) -> Result<Self, Error> {
        let wrong = |field, reason| Error::Settings { provider: name.to_owned(), field, reason };
        let mut builder = Client::builder()
            .user_agent(concat!("kubechat/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(settings.timeout_seconds.clamp(1, 10)));
        if airgap {
            if settings.proxy.is_some() {
                return Err(wrong("proxy", "a proxy can lead outside, and airgap is on".to_owned()));
            }
            builder = builder.dns_resolver(Arc::new(InsideOnly));
        }
        if let Some(proxy) = &settings.proxy {
            let proxy = reqwest::Proxy::all(proxy.clone())
                .map_err(|error| wrong("proxy", format!("proxy: {error}")))?;
            builder = builder.proxy(proxy);
        }
        let of_ca = |reason: &dyn std::fmt::Display| match &settings.ca_file {
            Some(path) => wrong("ca_file", format!("ca_file {}: {reason}", path.display())),
            None => wrong("endpoint", reason.to_string()),
        };
        if let Some(path) = &settings.ca_file {
            let pem = std::fs::read(path).map_err(|error| of_ca(&error))?;
            let certificates = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| of_ca(&error))?;
            if certificates.is_empty() {
                return Err(of_ca(&"it holds no certificate"));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        // Nothing but a certificate is read this late.
        let client = builder.build().map_err(|error| of_ca(&error))?;
        let mut headers = HeaderMap::new();
        if let Some(key) = key(name, settings)? {
            let (header, text) = match sends {
                Key::Bearer => (reqwest::header::AUTHORIZATION, format!("Bearer {}", key.expose_secret())),
                Key::Header(header) => (HeaderName::from_static(header), key.expose_secret().to_owned()),
            };
            let mut value = HeaderValue::from_str(&text)
                .map_err(|_| wrong("key", "the key holds line breaks".to_owned()))?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        Ok(Self {
            client,
            base: settings.endpoint.clone(),
            headers,
            provider: name.to_owned(),
            model: settings.model.clone(),
            whole: Duration::from_secs(settings.timeout_seconds.max(1)),
            silence: Duration::from_secs(settings.silence_seconds.max(1)),
        })
    }

    /// Adds a header that every call carries.
    pub(crate) fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    /// Adds a parameter that every call carries.
    pub(crate) fn with_parameter(mut self, name: &str, value: &str) -> Self {
        self.base.query_pairs_mut().append_pair(name, value);
        self
    }

    /// One whole JSON answer.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Error> {
        self.call(Method::GET, path, None).await?.json().await
    }

    /// One whole JSON answer to a body.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Error> {
        self.call(Method::POST, path, Some(body)).await?.json().await
    }

    /// An answer that comes piece by piece.
    pub(crate) async fn stream(&self, path: &str, body: &Value) -> Result<Body<'_>, Error> {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Body<'_>, Error> {
        let end = Instant::now() + self.whole;
        let mut request = self.client.request(method, self.url(path)).headers(self.headers.clone());
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = timeout_at(end, request.send())
            .await
            .map_err(|_| self.too_slow(self.whole))?
            .map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let wanted = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let after = wanted.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let mut body = Body { http: self, response, end, rest: Vec::new(), looked: 0, read: 0 };
        if status.is_success() {
            return Ok(body);
        }
        let message = body.error_text().await;
        Err(self.refused(status, after, &message))
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    fn refused(&self, status: StatusCode, after: Option<Duration>, message: &str) -> Error {
        let provider = self.provider.clone();
        let code = status.as_u16();
        // OpenAI and Anthropic say of an unknown model 404, some proxies 400.
        match code {
            401 | 403 => Error::Denied { provider, status: code },
            404 => Error::NoModel { provider, model: self.model.clone() },
            429 | 503 | 529 => Error::Busy { provider, status: code, after },
            500.. => Error::Server { provider, status: code, message: message.to_owned() },
            _ => Error::Request { provider, status: code, message: message.to_owned() },
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        let provider = self.provider.clone();
        if error.is_timeout() {
            return self.too_slow(self.whole);
        }
        // The innermost cause says it; the outer ones repeat the address.
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Error::Unreachable { provider, reason: said(&cause.to_string()) }
    }

    fn too_slow(&self, after: Duration) -> Error {
        Error::Timeout { provider: self.provider.clone(), after }
    }

    /// An answer that is not in the wire format.
    pub(crate) fn malformed(&self, reason: &str) -> Error {
        Error::Malformed { provider: self.provider.clone(), reason: said(reason) }
    }

    /// A failure that was said inside an answer.
    pub(crate) fn failed(&self, message: &str) -> Error {
        Error::Server { provider: self.provider.clone(), status: 200, message: said(message) }
    }

    /// An answer without its end.
    pub(crate) fn cut(&self) -> Error {
        Error::Cut { provider: self.provider.clone() }
    }

    /// Looks the endpoint up and refuses it when it is outside.
    pub(crate) async fn check_inside(&self) -> Result<(), Error> {
        let outside = || Error::Outside {
            provider: self.provider.clone(),
            endpoint: self.base.origin().ascii_serialization(),
        };
        let host = self.base.host_str().ok_or_else(outside)?;
        let found = airgap::addresses(host).await.map_err(|error| Error::Unreachable {
            provider: self.provider.clone(),
            reason: said(&error.to_string()),
        })?;
        // One address outside is enough: which of them is taken is not ours to say.
        if found.is_empty() || !found.into_iter().all(airgap::is_private) {
            return Err(outside());
        }
        Ok(())
    }
}

/// The key, from the configuration or its file.
fn key(name: &str, settings: &ProviderSettings) -> Result<Option<SecretString>, Error> {
    let wrong = |reason| Error::Settings { provider: name.to_owned(), field: "key", reason };
    match (&settings.key, &settings.key_file) {
        (Some(_), Some(_)) => Err(wrong("key and key_file are both set; keep one".to_owned())),
        (Some(key), None) => Ok(Some(key.clone())),
        (None, None) => Ok(None),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| wrong(format!("key_file {} can't be read: {error}", path.display())))?;
            Ok(Some(text.trim().to_owned().into()))
        }
    }
}

/// An answer on its way. Dropping it closes the connection, which is how a model is told to stop.
pub(crate) struct Body<'a> {
    http: &'a Http,
    response: Response,
    end: Instant,
    rest: Vec<u8>,
    /// Bytes of the rest that hold no end of a line.
    looked: usize,
    read: usize,
}

impl Body<'_> {
    async fn chunk(&mut self, limit: usize) -> Result<bool, Error> {
        let quiet = Instant::now() + self.http.silence;
        let first = self.read == 0;
        // Before the first byte a model may be loading; afterwards silence is a fault.
        let until = if first { self.end } else { quiet.min(self.end) };
        let waited = if until == self.end { self.http.whole } else { self.http.silence };
        let chunk = timeout_at(until, self.response.chunk())
            .await
            .map_err(|_| self.http.too_slow(waited))?
            .map_err(|_| self.http.cut())?;
        let Some(chunk) = chunk else { return Ok(false) };
        self.read += chunk.len();
        if self.read > limit {
            return Err(Error::TooLong { provider: self.http.provider.clone(), bytes: limit });
        }
        self.rest.extend_from_slice(&chunk);
        Ok(true)
    }

    async fn json(mut self) -> Result<Value, Error> {
        while self.chunk(ANSWER_LIMIT).await? {}
        serde_json::from_slice(&self.rest).map_err(|error| self.http.malformed(&error.to_string()))
    }

    /// What an error answer says, as well as can be made out.
    async fn error_text(&mut self) -> String {
        while let Ok(true) = self.chunk(ERROR_LIMIT).await {}
        let text = String::from_utf8_lossy(&self.rest);
        let json: Option<Value> = serde_json::from_str(&text).ok();
        said(json.as_ref().and_then(error_in).unwrap_or(&text))
    }

    /// The next line that is not empty.
    pub(crate) async fn line(&mut self) -> Result<Option<String>, Error> {
        loop {
            if let Some(at) = self.rest[self.looked..].iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=self.looked + at).collect();
                self.looked = 0;
                let text = String::from_utf8_lossy(&line).trim().to_owned();
                if text.is_empty() {
                    continue;
                }
                return Ok(Some(text));
            }
            self.looked = self.rest.len();
            if !self.chunk(ANSWER_LIMIT).await? {
                self.looked = 0;
                let text = String::from_utf8_lossy(&std::mem::take(&mut self.rest)).trim().to_owned();
                return Ok((!text.is_empty()).then_some(text));
            }
        }
    }

    /// The next line as JSON.
    pub(crate) async fn json_line(&mut self) -> Result<Option<Value>, Error> {
        let Some(line) = self.line().await? else { return Ok(None) };
        let value = serde_json::from_str(&line).map_err(|error| self.http.malformed(&error.to_string()))?;
        Ok(Some(value))
    }

    /// The data of the next server-sent event, as JSON; nothing at `[DONE]` and at the end. Event names are left out:
    /// whoever uses them says the type in the data too.
    pub(crate) async fn event(&mut self) -> Result<Option<Value>, Error> {
        while let Some(line) = self.line().await? {
            let Some(data) = line.strip_prefix("data:") else { continue };
            let data = data.trim();
            if data == "[DONE]" {
                return Ok(None);
            }
            return serde_json::from_str(data)
                .map(Some)
                .map_err(|error| self.http.malformed(&error.to_string()));
        }
        Ok(None)
    }
}

/// The sentence in `{"error": "…"}`, `{"error": {"message": "…"}}` or `{"message": "…"}`.
pub(crate) fn error_in(value: &Value) -> Option<&str> {
    let error = value.get("error");
    error
        .and_then(|error| error.as_str().or_else(|| error.get("message")?.as_str()))
        .or_else(|| value.get("message").filter(|message| message.is_string())?.as_str())
}
