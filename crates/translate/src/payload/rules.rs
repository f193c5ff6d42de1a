//! The rule of an ingress: host, path, service and port.

use super::word;
use crate::read::Reading;
use crate::shape;

const SMALL: &[&str] = &[
    "that",
    "which",
    "sends",
    "send",
    "sending",
    "routes",
    "routing",
    "route",
    "traffic",
    "for",
    "host",
    "path",
    "from",
    "on",
    "to",
    "with",
    "the",
    "a",
    "and",
    "requests",
    "forwarding",
    "forwards",
    "forward",
    "pointing",
    "points",
    "maps",
    "mapping",
    "port",
    "of",
    "at",
    "under",
    "rule",
    "rules",
    "domain",
    "hostname",
    "all",
    "directing",
    "directs",
    "backend",
    "tls",
    "using",
    "by",
    "secured",
    "over",
    "http",
    "https",
    "exposing",
    "exposes",
    "=",
    ":",
    "its",
    "goes",
    "in",
    "going",
    "secret",
    ",",
];

/// Reads `host/path → service:port`.
pub(super) fn ingress(reading: &mut Reading<'_>) {
    let tokens = &reading.tokens;
    let Some(kind) = tokens.iter().position(|token| token.kind == Some("ingresses")) else { return };
    let host = (kind + 1..tokens.len()).find(|&at| {
        let text = tokens[at].text;
        let host = text.split('/').next().unwrap_or_default();
        host.contains('.')
            && host.bytes().any(|b| b.is_ascii_alphabetic())
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.*".contains(&b))
            && !matches!(word(tokens, at - 1), "namespace" | "service")
    });
    let path = (kind + 1..tokens.len()).find(|&at| tokens[at].text.starts_with('/') && Some(at) != host);
    let service = tokens.iter().position(|token| token.kind == Some("services"));
    let Some(service) = service else { return };
    let name = |at: usize| {
        tokens.get(at).filter(|token| {
            token.is(shape::ANY_NAME | shape::NAME | shape::IMAGE) && !SMALL.contains(&&*token.low)
        })
    };
    let (mut name_at, mut text) = (service + 1, String::new());
    if let Some(token) = name(service + 1) {
        token.text.clone_into(&mut text);
    } else if let Some(token) = name(service - service.min(1)) {
        name_at = service - 1;
        token.text.clone_into(&mut text);
    }
    if let Some((kind, said)) = tokens[service].text.split_once('/')
        && !kind.is_empty()
    {
        name_at = service;
        said.clone_into(&mut text);
    }
    let port = (kind + 1..tokens.len()).find(|&at| {
        tokens[at].is(shape::PORT) && (Some(at) != host) && at != name_at && !tokens[at].text.contains(':')
    });
    let target = match (text.contains(':'), port) {
        (true, _) => text,
        (false, Some(port)) if !text.is_empty() => format!("{text}:{}", tokens[port].text),
        _ => return,
    };
    let secret = tokens.iter().position(|token| token.kind == Some("secrets"));
    let tls = secret.and_then(|at| {
        let behind = name(at + 1).map(|token| (token.text, at + 2));
        behind.or_else(|| name(at.checked_sub(1)?).map(|token| (token.text, at + 1)))
    });
    let place = match (host, path) {
        (Some(host), Some(path)) => format!("{}{}", tokens[host].text, tokens[path].text),
        (Some(host), None) if tokens[host].text.contains('/') => tokens[host].text.to_owned(),
        (Some(host), None) => format!("{}/*", tokens[host].text),
        (None, Some(path)) => tokens[path].text.to_owned(),
        (None, None) => return,
    };
    let tls_text = tls.map(|(name, _)| format!(",tls={name}")).unwrap_or_default();
    let rule = format!("{place}={target}{tls_text}");
    let mut places = vec![service, name_at];
    places.extend([host, path, port, secret].into_iter().flatten());
    if let (Some(at), Some((_, end))) = (secret, tls) {
        places.push(if end == at + 2 { at + 1 } else { at - 1 });
    }
    let first = places.iter().copied().min().unwrap_or(service);
    let last = places.iter().copied().max().unwrap_or(service);
    for at in kind + 1..tokens.len() {
        let inside = at >= first && at <= last;
        if places.contains(&at)
            || (SMALL.contains(&word(&reading.tokens, at)) && (inside || at + 4 > first && at < first))
        {
            reading.claim("rule-words", String::new(), at, at + 1);
        }
    }
    reading.claim("rule", rule, service, service + 1);
}
