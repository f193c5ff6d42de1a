//! A connection to one cluster with KubeChat's own account.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kube::Config;
use kube::client::ClientBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::actor::Actor;
use crate::client::{Call, Http};
use crate::discovery::Snapshot;
use crate::error::{Error, Subject, from_kube};
use crate::layer::EvidenceLayer;
use crate::names::Names;
use crate::session::Session;
use crate::source::{Found, Source};
use crate::trail::Caller;

const CONNECT: Duration = Duration::from_secs(10);
const REQUEST: Duration = Duration::from_secs(30);

/// A connection to one cluster; cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) http: Http,
    pub(crate) cache_dir: Option<PathBuf>,
    pub(crate) shared: Arc<Shared>,
}

/// Names by user and namespace, and when they were read.
type KnownNames = HashMap<(Actor, String), (Instant, Arc<Names>)>;

/// What all clones have in common.
pub(crate) struct Shared {
    context: String,
    namespace: String,
    id: String,
    /// The kubeconfig without its credentials.
    pub kubeconfig: serde_json::Value,
    pub catalog: Mutex<Option<Snapshot>>,
    pub names: Mutex<KnownNames>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Cluster")
            .field("context", &self.shared.context)
            .field("id", &self.shared.id)
            .finish()
    }
}

/// How a cluster is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Whether its API server says that it is ready.
    pub ready: bool,
    /// Kubernetes version, when it answered.
    pub version: Option<String>,
    /// How long the answer took.
    pub latency_ms: u64,
    /// What is wrong; `ok` when nothing is.
    pub message: String,
}

impl Cluster {
    /// Connects and learns the cluster's id; fails when the server can't be reached or knows us not.
    pub async fn connect(source: &Source) -> Result<Self, Error> {
        Self::connect_within(source, REQUEST).await
    }

    /// The same with another limit for a request's time, the first ones included.
    pub async fn connect_within(source: &Source, timeout: Duration) -> Result<Self, Error> {
        let Found { mut config, context, shown } = source.find().await?;
        config.connect_timeout = Some(CONNECT).filter(|limit| *limit < timeout);
        // Repeating is ours to decide: a write is repeated only under a precondition.
        config.default_retry = false;
        let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
        let namespace = config.default_namespace.clone();
        let fallback = fingerprint(&server, &config);
        let http = Http { client: client(config, &server).await?, server: server.into(), timeout };
        let id = kube_system_uid(&http).await?.unwrap_or(fallback);
        let shared = Shared {
            context,
            namespace,
            id,
            kubeconfig: shown,
            catalog: Mutex::new(None),
            names: Mutex::new(HashMap::new()),
        };
        Ok(Self { http, cache_dir: None, shared: Arc::new(shared) })
    }

    /// The same connection with another limit for a request's time.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.http.timeout = timeout;
        self
    }

    /// The same connection with a folder where discovery is kept between runs.
    #[must_use]
    pub fn with_cache_dir(mut self, dir: PathBuf) -> Self {
        self.cache_dir = Some(dir);
        self
    }

    /// The kubeconfig's context, or `in-cluster`.
    pub fn context(&self) -> &str {
        &self.shared.context
    }

    /// The API server's address.
    pub fn server(&self) -> &str {
        &self.http.server
    }

    /// The context's namespace.
    pub fn default_namespace(&self) -> &str {
        &self.shared.namespace
    }

    /// The uid of kube-system where it may be read, else the hash of the server's address and CA.
    pub fn id(&self) -> &str {
        &self.shared.id
    }

    /// The server's Kubernetes version, for example `v1.36.4`.
    pub async fn version(&self) -> Result<String, Error> {
        Ok(self.server_version().await?["gitVersion"].as_str().unwrap_or("unknown").to_owned())
    }

    /// All that the server says about its version.
    pub(crate) async fn server_version(&self) -> Result<serde_json::Value, Error> {
        self.http.json(&Caller::OWN, &own("/version")).await
    }

    /// Asks the server whether it is ready. A server that answers no is an answer, not an error.
    pub async fn health(&self) -> Result<Health, Error> {
        let started = Instant::now();
        let ready = self.http.once(&Caller::OWN, &own("/readyz")).await;
        let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match ready {
            Ok(_) => {
                let version = self.version().await.ok();
                Ok(Health { ready: true, version, latency_ms, message: "ok".to_owned() })
            }
            // Some clusters let nobody but administrators ask; the version is public then.
            Err(failure) if failure.status == 403 => {
                let version = self.version().await?;
                Ok(Health { ready: true, version: Some(version), latency_ms, message: "ok".to_owned() })
            }
            Err(failure) if failure.status >= 500 => {
                Ok(Health { ready: false, version: None, latency_ms, message: failure.error.to_string() })
            }
            Err(failure) => Err(failure.error),
        }
    }

    /// Calls as this user.
    pub fn session(&self, actor: Actor) -> Session {
        Session { cluster: self.clone(), caller: Caller { actor, trail: None } }
    }
}

/// A read of a path by KubeChat's own account.
pub(crate) fn own(path: &str) -> Call {
    Call::get(path.to_owned(), Subject { verb: "get", resource: path.to_owned(), ..Subject::default() })
}

/// Building the stack may run a credential plugin, which blocks.
async fn client(config: Config, server: &str) -> Result<kube::Client, Error> {
    let insecure = !server.starts_with("https");
    let built = tokio::task::spawn_blocking(move || {
        ClientBuilder::try_from(config).map(|builder| builder.with_layer(&EvidenceLayer).build())
    });
    match built.await {
        Ok(Ok(client)) => {
            if insecure {
                tracing::warn!(server, "the connection to the API server is not encrypted");
            }
            Ok(client)
        }
        Ok(Err(error)) => Err(match from_kube(server, &error).0 {
            Error::Unreachable { message, .. } => Error::Tls { server: server.to_owned(), message },
            other => other,
        }),
        Err(error) => Err(Error::ExecPlugin { message: error.to_string() }),
    }
}

async fn kube_system_uid(http: &Http) -> Result<Option<String>, Error> {
    match http.json(&Caller::OWN, &own("/api/v1/namespaces/kube-system")).await {
        Ok(namespace) => Ok(namespace["metadata"]["uid"].as_str().map(str::to_owned)),
        Err(error) if error.is_forbidden() || error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn fingerprint(server: &str, config: &Config) -> String {
    let mut hash = Sha256::new();
    hash.update(server.as_bytes());
    for certificate in config.root_cert.iter().flatten() {
        hash.update(certificate);
    }
    let mut text = hex::encode(hash.finalize());
    text.truncate(32);
    text
}
