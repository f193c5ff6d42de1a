//! `create ingress`.

use serde_json::{Value, json};

use crate::flags::Parsed;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::verbs::run::pairs;

/// Which requests a new Ingress sends where.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingress {
    /// `--rule`: HOST/PATH=SERVICE:PORT, with `,tls` or `,tls=SECRET`.
    pub rules: Vec<String>,
    /// `--class`.
    pub class: Option<String>,
    /// `--default-backend`: SERVICE:PORT.
    pub backend: Option<String>,
    /// `--annotation`.
    pub annotations: Vec<(String, String)>,
}

impl Ingress {
    pub(super) fn read(words: &Parsed) -> Result<Self, Refusal> {
        let given = |long: &str| words.text(long).filter(|value| !value.is_empty());
        let ingress = Self {
            rules: words.list("rule"),
            class: given("class"),
            backend: given("default-backend"),
            annotations: pairs(&words.list("annotation"), "--annotation")?,
        };
        if ingress.rules.is_empty() && ingress.backend.is_none() {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl create ingress` needs `--rule`, for example `--rule='shop.example.com/*=web:80'`.",
            ));
        }
        ingress.rules.iter().try_for_each(|rule| parts(rule).map(|_| ()))?;
        ingress.backend.iter().try_for_each(|text| backend(text).map(|_| ()))?;
        Ok(ingress)
    }

    pub(super) fn phrase(&self) -> String {
        let rules: Vec<&str> = self.rules.iter().map(String::as_str).chain(self.backend.as_deref()).collect();
        format!(" for {}", rules.join(", "))
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.values("--rule", &self.rules)
            .value("--class", self.class.as_ref())
            .value("--default-backend", self.backend.as_ref());
        for (key, value) in &self.annotations {
            line.value("--annotation", Some(format!("{key}={value}")));
        }
    }

    pub(super) fn sort(&mut self) {
        self.rules.sort();
        self.annotations.sort();
    }

    pub(super) fn body(&self) -> Result<Value, Refusal> {
        let mut rules: Vec<(&str, Vec<Value>)> = Vec::new();
        let mut tls: Vec<(&str, Vec<&str>)> = Vec::new();
        for rule in &self.rules {
            let parts = parts(rule)?;
            match rules.iter_mut().find(|(host, _)| *host == parts.host) {
                Some((_, paths)) => paths.push(parts.path),
                None => rules.push((parts.host, vec![parts.path])),
            }
            if let Some(secret) = parts.secret
                && !tls.iter().any(|(_, hosts)| hosts.contains(&parts.host))
            {
                match tls.iter_mut().find(|(known, _)| *known == secret) {
                    Some((_, hosts)) => hosts.push(parts.host),
                    None => tls.push((secret, vec![parts.host])),
                }
            }
        }
        let mut spec = json!({});
        if let Some(class) = &self.class {
            spec["ingressClassName"] = json!(class);
        }
        if let Some(text) = &self.backend {
            spec["defaultBackend"] = backend(text)?;
        }
        if !rules.is_empty() {
            let rule = |(host, paths): (&str, Vec<Value>)| {
                let mut rule = json!({"http": {"paths": paths}});
                if !host.is_empty() {
                    rule["host"] = json!(host);
                }
                rule
            };
            spec["rules"] = rules.into_iter().map(rule).collect();
        }
        let entry = |(secret, hosts): (&str, Vec<&str>)| {
            let hosts: Vec<&str> = hosts.into_iter().filter(|host| !host.is_empty()).collect();
            let mut entry = json!({});
            if !hosts.is_empty() {
                entry["hosts"] = json!(hosts);
            }
            if !secret.is_empty() {
                entry["secretName"] = json!(secret);
            }
            entry
        };
        let tls: Vec<Value> = tls.into_iter().map(entry).filter(|entry| *entry != json!({})).collect();
        if !tls.is_empty() {
            spec["tls"] = tls.into();
        }
        let mut body = json!({"spec": spec});
        if !self.annotations.is_empty() {
            let annotations = self.annotations.iter().map(|(key, value)| (key.clone(), json!(value)));
            body["metadata"]["annotations"] = Value::Object(annotations.collect());
        }
        Ok(body)
    }
}

struct Parts<'a> {
    host: &'a str,
    path: Value,
    /// Present with `,tls`; empty without a name.
    secret: Option<&'a str>,
}

fn parts(rule: &str) -> Result<Parts<'_>, Refusal> {
    let read = || {
        let (main, tls) = rule.split_once(',').map_or((rule, None), |(main, tls)| (main, Some(tls)));
        let secret = match tls {
            None => None,
            Some("tls") => Some(""),
            Some(named) => Some(named.strip_prefix("tls=")?),
        };
        let (host, rest) = main.split_once('/')?;
        let (path, service) = rest.split_once('=')?;
        let (path, kind) = match path.strip_suffix('*') {
            Some(path) => (path, "Prefix"),
            None => (path, "Exact"),
        };
        let path = json!({"path": format!("/{path}"), "pathType": kind, "backend": backend(service).ok()?});
        Some(Parts { host, path, secret })
    };
    read().ok_or_else(|| {
        Refusal::new(
            "bad-value",
            format!("`{rule}` is not HOST/PATH=SERVICE:PORT, with `,tls=SECRET` where it is encrypted."),
        )
    })
}

fn backend(text: &str) -> Result<Value, Refusal> {
    match text
        .split_once(':')
        .filter(|(name, port)| !name.is_empty() && !port.is_empty() && !port.contains(':'))
    {
        Some((name, port)) => {
            let port =
                port.parse::<i64>().map_or_else(|_| json!({"name": port}), |port| json!({"number": port}));
            Ok(json!({"service": {"name": name, "port": port}}))
        }
        None => Err(Refusal::new("bad-value", format!("`{text}` is not SERVICE:PORT."))),
    }
}
