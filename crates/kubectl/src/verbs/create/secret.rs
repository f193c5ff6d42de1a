//! `create secret tls` and `create secret docker-registry`; `create secret generic` holds what a ConfigMap holds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::flags::{Flag, Parsed, list, switch, text};
use crate::line::Line;
use crate::options::Options;
use crate::refusal::Refusal;

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

    pub(super) fn body(&self) -> Result<Value, Refusal> {
        if self.options.on("append-hash") {
            return Err(Refusal::new(
                "not-yet",
                "`--append-hash` is not carried out here; give the name you want.",
            ));
        }
        let from = ["cert", "from-file"].into_iter().find_map(|long| self.options.get(long));
        if let Some(file) = from {
            return Err(Refusal::new(
                "manifest-file",
                format!("The command needs what is in {file}; files can't be attached here yet."),
            ));
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
        Ok(json!({
            "type": "kubernetes.io/dockerconfigjson",
            "stringData": {".dockerconfigjson": config},
        }))
    }
}
