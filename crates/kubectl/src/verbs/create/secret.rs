//! `create secret tls` and `create secret docker-registry`; `create secret generic` holds what a ConfigMap holds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::configmap::secret;
use super::data::{self, Data};
use crate::documents::{Attachments, text_of};
use crate::flags::{Flag, Parsed, list, switch, text};
use crate::line::Line;
use crate::options::Options;
use crate::plan::Context;
use crate::refusal::Refusal;
use crate::source::{Place, missing};

pub(super) const TLS: &[Flag] = &[text("cert"), text("key"), switch("append-hash")];
pub(super) const REGISTRY: &[Flag] = &[
    text("docker-server").default("https://index.docker.io/v1/"),
    text("docker-username"),
    text("docker-password"),
    text("docker-email"),
    list("from-file"),
    switch("append-hash"),
];

/// A new Secret of a type of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// `tls`, not `docker-registry`.
    pub tls: bool,
    /// The credentials, or the files that hold them.
    pub options: Options,
}

impl Typed {
    pub(super) fn read(tls: bool, words: &Parsed) -> Result<Self, Refusal> {
        let options = Options::read(words, &[if tls { TLS } else { REGISTRY }]);
        if tls && (options.get("cert").is_none() || options.get("key").is_none()) {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl create secret tls` needs `--cert=FILE` and `--key=FILE`.",
            ));
        }
        let login = options.get("docker-username").is_some() && options.get("docker-password").is_some();
        if !tls && !login && options.get("from-file").is_none() {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl create secret docker-registry` needs `--docker-username` and `--docker-password`, or `--from-file`.",
            ));
        }
        data::check(&options, false)?;
        Ok(Self { tls, options })
    }

    pub(super) fn phrase(&self) -> String {
        if self.tls {
            return " with a certificate and its key".to_owned();
        }
        format!(
            " for registry {}",
            self.options.get("docker-server").unwrap_or("https://index.docker.io/v1/")
        )
    }

    pub(super) fn write(&self, line: &mut Line) {
        self.options.write(line);
    }

    pub(super) fn files(&self) -> Vec<Place> {
        let named = ["cert", "key"].into_iter().filter_map(|long| self.options.get(long));
        let named = named.filter(|_| self.tls).map(|path| Place::data(path, false));
        named.chain(data::places(&self.options)).collect()
    }

    pub(super) fn body(&self, ctx: &Context<'_>) -> Result<Value, Refusal> {
        if self.tls {
            return self.certificate(ctx.attachments);
        }
        let kind = Some("kubernetes.io/dockerconfigjson");
        if self.options.get("from-file").is_some() {
            let data = data::gather(&[], &self.options, ctx.attachments)?;
            if !data.contains_key(LOGINS) {
                let text = format!(
                    "A pull secret holds its logins under `{LOGINS}`: give `--from-file={LOGINS}=FILE`."
                );
                return Err(Refusal::new("bad-value", text));
            }
            return Ok(secret(kind, data));
        }
        let given = |long: &str| self.options.get(long).unwrap_or_default();
        let (user, password) = (given("docker-username"), given("docker-password"));
        let server = self.options.get("docker-server").unwrap_or("https://index.docker.io/v1/");
        let auth = STANDARD.encode(format!("{user}:{password}"));
        // Text, since the order of keys is part of the secret's bytes: the same command makes the same secret.
        let entry =
            [("username", user), ("password", password), ("email", given("docker-email")), ("auth", &auth)]
                .into_iter()
                .filter(|(key, value)| *key != "email" || !value.is_empty())
                .map(|(key, value)| format!("\"{key}\":{}", json!(value)))
                .collect::<Vec<_>>()
                .join(",");
        let config = format!("{{\"auths\":{{{}:{{{entry}}}}}}}", json!(server));
        Ok(secret(kind, Data::from([(LOGINS.to_owned(), config.into_bytes())])))
    }

    fn certificate(&self, attachments: &Attachments) -> Result<Value, Refusal> {
        let mut data = Data::new();
        for (flag, key, wanted) in
            [("cert", "tls.crt", "-----BEGIN CERTIFICATE-----"), ("key", "tls.key", "PRIVATE KEY-----")]
        {
            let path = self.options.get(flag).unwrap_or_default();
            let text = text_of(path, attachments).ok_or_else(|| missing(path))?;
            if !text.contains(wanted) {
                let text = format!("{path} holds no PEM with `{wanted}`; `--{flag}` takes such a file.");
                return Err(Refusal::new("bad-value", text));
            }
            data.insert(key.to_owned(), text.as_bytes().to_vec());
        }
        Ok(secret(Some("kubernetes.io/tls"), data))
    }
}

/// The key of a pull secret.
const LOGINS: &str = ".dockerconfigjson";
