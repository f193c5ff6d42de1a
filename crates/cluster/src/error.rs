//! What can go wrong between KubeChat and a Kubernetes API; each message ends with what to do next.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A failure of a call to a cluster, or of the way to it.
#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Error {
    /// A kubeconfig that can't be read or used.
    #[error("The kubeconfig {} can't be used: {message}. {advice}", file.display())]
    Kubeconfig {
        /// The file, or the list of files.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
        /// What to do.
        advice: String,
    },
    /// Nothing says which cluster to use.
    #[error(
        "No cluster is configured. Give a kubeconfig with --kubeconfig or KUBECONFIG, or start a practice cluster with `kubechat practice`."
    )]
    NoCluster,
    /// The API server does not answer at its address.
    #[error(
        "The API server {server} can't be reached: {message}. Check that the cluster runs and that the network or proxy lets you through, then try again."
    )]
    Unreachable {
        /// The server's address.
        server: String,
        /// The network's reason.
        message: String,
    },
    /// The server took too long.
    #[error(
        "The API server {server} did not answer within {}. Try again, ask for less at once, or allow more with `--request-timeout`.",
        spelled(*limit)
    )]
    Timeout {
        /// The server's address.
        server: String,
        /// How long was waited.
        limit: Duration,
    },
    /// The credentials were not accepted.
    #[error(
        "The API server {server} does not accept these credentials: {message}. They may have expired: log in to the cluster again, or renew the token in the kubeconfig."
    )]
    Unauthorized {
        /// The server's address.
        server: String,
        /// The server's reason.
        message: String,
    },
    /// The user lacks a right.
    #[error("You may not {verb} {}{}{}: {message}. Ask a cluster administrator for the right to {verb} {resource}{}.",
        subresource.as_ref().map_or_else(|| resource.clone(), |sub| format!("{resource}/{sub}")),
        name.as_ref().map(|name| format!(" \"{name}\"")).unwrap_or_default(),
        namespace.as_ref().map(|ns| format!(" in namespace {ns}")).unwrap_or_default(),
        namespace.as_ref().map(|ns| format!(" in {ns}")).unwrap_or_default())]
    Forbidden {
        /// The RBAC verb that is missing.
        verb: String,
        /// The qualified resource.
        resource: String,
        /// The subresource.
        subresource: Option<String>,
        /// The namespace, absent for the whole cluster.
        namespace: Option<String>,
        /// The object's name, when the request had one.
        name: Option<String>,
        /// The server's reason.
        message: String,
    },
    /// A name that stands for nothing.
    #[error("There is no {resource} \"{name}\"{}.{}", namespace.as_ref().map(|ns| format!(" in namespace {ns}")).unwrap_or_default(), near_names(near))]
    NotFound {
        /// The qualified resource.
        resource: String,
        /// The name that was asked for.
        name: String,
        /// The namespace.
        namespace: Option<String>,
        /// Names there that look alike.
        near: Vec<String>,
    },
    /// A kind that the cluster does not serve.
    #[error("This cluster serves no {resource}. `kubectl api-resources` lists what it serves.")]
    UnknownResource {
        /// The resource that was asked for.
        resource: String,
    },
    /// Somebody else changed the object meanwhile.
    #[error("The object was changed meanwhile: {message}. Preview the change again.")]
    Conflict {
        /// The server's reason.
        message: String,
    },
    /// The name is taken.
    #[error("{resource} \"{name}\" already exists{}. Choose another name, or change the existing one.", namespace.as_ref().map(|ns| format!(" in namespace {ns}")).unwrap_or_default())]
    AlreadyExists {
        /// The qualified resource.
        resource: String,
        /// The name.
        name: String,
        /// The namespace.
        namespace: Option<String>,
    },
    /// The server finds the request wrong.
    #[error("The API server refused the request: {message}. Correct it and try again.")]
    Invalid {
        /// The server's reason.
        message: String,
    },
    /// What a manifest says does not fit the objects.
    #[error("{message}")]
    Manifest {
        /// A sentence that says what to do.
        message: String,
    },
    /// Too many requests.
    #[error(
        "The API server is busy and refused the request several times: {message}. Try again in a minute."
    )]
    Throttled {
        /// The server's reason.
        message: String,
    },
    /// Any other answer that is not a success.
    #[error(
        "The API server failed with {status}: {message}. Try again; if it stays, look at the API server's log."
    )]
    Server {
        /// HTTP status.
        status: u16,
        /// The server's reason.
        message: String,
    },
    /// The kubeconfig's credential plugin failed.
    #[error(
        "The credential plugin of the kubeconfig failed: {message}. Run it by hand to see why, or log in again with its tool."
    )]
    ExecPlugin {
        /// The plugin's reason.
        message: String,
    },
    /// No trusted connection.
    #[error("No secure connection to {server}: {message}. Check certificate-authority-data and the clock.")]
    Tls {
        /// The server's address.
        server: String,
        /// The reason.
        message: String,
    },
    /// No metrics API.
    #[error(
        "Usage is not available: {message}. Install metrics-server, or wait a minute if it has just been started."
    )]
    Metrics {
        /// Why.
        message: String,
    },
    /// An impersonated identity that is never taken on.
    #[error("\"{name}\" can't be impersonated: {message}. Map the user to another name.")]
    Impersonation {
        /// The user or group.
        name: String,
        /// Why not.
        message: String,
    },
    /// A template or field path that can't be read.
    #[error("The expression {expression} can't be used: {message}.")]
    Expression {
        /// The expression.
        expression: String,
        /// What is wrong.
        message: String,
    },
    /// A plan that this room can't carry out.
    #[error("This can't be done here: {message}.")]
    Unsupported {
        /// What and why.
        message: String,
    },
    /// What was waited for did not come.
    #[error("{}. Look at them with `kubectl describe`, or wait longer with `--timeout`.", left.join("; "))]
    Unmet {
        /// The objects that did not get there, each with the reason.
        left: Vec<String>,
    },
    /// The command in the container ended badly.
    #[error("The command in the container ended with exit code {code}.")]
    Exit {
        /// Its exit code.
        code: i64,
    },
    /// A stream was longer than it may be.
    #[error(
        "The stream was cut after {} MiB, which is as much as one connection into a pod may carry. Ask for less at once, or raise `stream_bytes` in the configuration.",
        limit >> 20
    )]
    Cut {
        /// The limit in bytes.
        limit: u64,
    },
    /// A connection into a pod broke off.
    #[error(
        "The connection into the pod broke off: {message}. Look whether the pod still runs, and try again."
    )]
    Broken {
        /// Why.
        message: String,
    },
    /// It takes a terminal, and there is none.
    #[error(
        "This needs a terminal, files or ports of your own machine, which a server does not have. Run it there with `kubechat run`."
    )]
    NeedsTerminal,
    /// It was stopped by who asked for it.
    #[error("It was stopped before it was done.")]
    Stopped,
    /// An answer that is not what the API promises.
    #[error(
        "The answer of {server} could not be read: {message}. Check that the address is a Kubernetes API server."
    )]
    Answer {
        /// The server's address.
        server: String,
        /// What is wrong.
        message: String,
    },
}

impl Error {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kubeconfig { .. } => "kubeconfig",
            Self::NoCluster => "no-cluster",
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout { .. } => "timeout",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Forbidden { .. } => "forbidden",
            Self::NotFound { .. } => "not-found",
            Self::UnknownResource { .. } => "unknown-resource",
            Self::Conflict { .. } => "conflict",
            Self::AlreadyExists { .. } => "already-exists",
            Self::Invalid { .. } => "invalid",
            Self::Manifest { .. } => "manifest",
            Self::Throttled { .. } => "throttled",
            Self::Server { .. } => "server",
            Self::ExecPlugin { .. } => "exec-plugin",
            Self::Tls { .. } => "tls",
            Self::Metrics { .. } => "metrics-unavailable",
            Self::Impersonation { .. } => "impersonation-refused",
            Self::Expression { .. } => "expression",
            Self::Unsupported { .. } => "unsupported",
            Self::Unmet { .. } => "unmet",
            Self::Exit { .. } => "exit-code",
            Self::Cut { .. } => "stream-cut",
            Self::Broken { .. } => "broken",
            Self::NeedsTerminal => "needs-terminal",
            Self::Stopped => "stopped",
            Self::Answer { .. } => "bad-answer",
        }
    }

    /// Whether a write that ended so may have taken effect.
    pub(crate) fn leaves_doubt(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Unreachable { .. } | Self::Answer { .. })
            || matches!(self, Self::Server { status, .. } if *status >= 500)
    }

    /// Whether the object, or its namespace, does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    pub(crate) fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden { .. })
    }
}

fn near_names(near: &[String]) -> String {
    if near.is_empty() {
        " Check the name and the namespace.".to_owned()
    } else {
        format!(" Did you mean {}?", near.join(" or "))
    }
}

/// What a request was about, so that a refusal can name it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    pub verb: &'static str,
    pub group: String,
    pub resource: String,
    pub subresource: Option<String>,
    pub namespace: Option<String>,
    pub name: Option<String>,
}

impl Subject {
    fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.resource.clone()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }
}

/// The error that an unsuccessful answer stands for.
pub(crate) fn from_status(server: &str, status: u16, body: &[u8], subject: &Subject) -> Error {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = match parsed["message"].as_str() {
        Some(message) => message.trim_end_matches('.').to_owned(),
        None => plain(body, status),
    };
    let reason = parsed["reason"].as_str().unwrap_or_default();
    match status {
        401 => Error::Unauthorized { server: server.to_owned(), message },
        403 => Error::Forbidden {
            verb: subject.verb.to_owned(),
            resource: subject.qualified(),
            subresource: subject.subresource.clone(),
            namespace: subject.namespace.clone(),
            name: subject.name.clone(),
            message,
        },
        404 => missing(&parsed, message, subject),
        409 if reason == "AlreadyExists" => Error::AlreadyExists {
            resource: subject.qualified(),
            name: subject.name.clone().unwrap_or_default(),
            namespace: subject.namespace.clone(),
        },
        409 => Error::Conflict { message },
        429 => Error::Throttled { message },
        400 | 405 | 406 | 410 | 413 | 415 | 422 => Error::Invalid { message },
        _ => Error::Server { status, message },
    }
}

fn missing(parsed: &Value, message: String, subject: &Subject) -> Error {
    let details = &parsed["details"];
    match (details["name"].as_str().filter(|name| !name.is_empty()), details["kind"].as_str()) {
        (Some(name), Some("namespaces")) if subject.resource != "namespaces" => Error::NotFound {
            resource: "namespaces".to_owned(),
            name: name.to_owned(),
            namespace: None,
            near: Vec::new(),
        },
        (Some(name), _) => Error::NotFound {
            resource: subject.qualified(),
            name: name.to_owned(),
            namespace: subject.namespace.clone(),
            near: Vec::new(),
        },
        _ if subject.resource.is_empty() => Error::Server { status: 404, message },
        _ => Error::UnknownResource { resource: subject.qualified() },
    }
}

fn plain(body: &[u8], status: u16) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() { format!("HTTP status {status}") } else { text.chars().take(300).collect() }
}

/// The error that a request without an answer stands for, and whether it certainly never left.
pub(crate) fn from_kube(server: &str, error: &kube::Error) -> (Error, bool) {
    let mut links: Vec<&(dyn StdError + 'static)> = Vec::new();
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(link) = next {
        links.push(link);
        next = link.source();
    }
    let last = links.last().map(|link| link.to_string()).unwrap_or_default();
    let last = if last == "deadline has elapsed" {
        "it did not take the connection in time".to_owned()
    } else {
        last
    };
    let server = server.to_owned();
    if let Some(auth) = links.iter().find_map(|link| link.downcast_ref::<kube::client::AuthError>()) {
        return (Error::ExecPlugin { message: auth.to_string() }, true);
    }
    if let kube::Error::Auth(auth) = error {
        return (Error::ExecPlugin { message: auth.to_string() }, true);
    }
    let text = links.iter().map(|link| link.to_string()).collect::<Vec<_>>().join(": ").to_lowercase();
    if text.contains("certificate") || text.contains("tls handshake") || text.contains("received fatal alert")
    {
        return (Error::Tls { server, message: last }, true);
    }
    let unsent = links
        .iter()
        .filter_map(|link| link.downcast_ref::<hyper_util::client::legacy::Error>())
        .any(hyper_util::client::legacy::Error::is_connect);
    (Error::Unreachable { server, message: last }, unsent)
}

/// A span of time as people write it.
fn spelled(span: Duration) -> String {
    match span.subsec_nanos() {
        0 => format!("{} s", span.as_secs()),
        _ => format!("{} ms", span.as_millis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            verb: "patch",
            group: "apps".into(),
            resource: "deployments".into(),
            subresource: Some("scale".into()),
            namespace: Some("shop".into()),
            name: Some("web".into()),
        }
    }

    #[test]
    fn forbidden_names_verb_resource_and_namespace() {
        let error = from_status("https://s", 403, br#"{"message":"no"}"#, &subject());
        let text = error.to_string();
        for word in ["patch", "deployments.apps/scale", "\"web\"", "namespace shop"] {
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(error.code(), "forbidden");
    }

    #[test]
    fn a_missing_namespace_is_told_from_a_missing_object() {
        let body = br#"{"reason":"NotFound","details":{"name":"x","kind":"namespaces"}}"#;
        assert!(matches!(from_status("s", 404, body, &subject()),
            Error::NotFound { resource, .. } if resource == "namespaces"));
        let body = br#"{"reason":"NotFound","details":{"name":"web","group":"apps","kind":"deployments"}}"#;
        assert!(matches!(from_status("s", 404, body, &subject()),
            Error::NotFound { resource, .. } if resource == "deployments.apps"));
        assert!(matches!(
            from_status("s", 404, b"404 page not found", &subject()),
            Error::UnknownResource { .. }
        ));
    }

    #[test]
    fn conflict_and_taken_name_differ() {
        let taken = from_status("s", 409, br#"{"reason":"AlreadyExists","message":"m"}"#, &subject());
        assert_eq!(taken.code(), "already-exists");
        assert_eq!(
            from_status("s", 409, br#"{"reason":"Conflict","message":"m"}"#, &subject()).code(),
            "conflict"
        );
    }
}
