//! Opening what a command works on: the data folder, the cluster, the chain.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use kubechat_audit::Place;
use kubechat_chat::{Chain, Clusters, Connected, DataDir, Evidence, Parts, Person};
use kubechat_cluster::{Cluster, Source};
use kubechat_models::Models;
use kubechat_store::Store;

use crate::cli::Global;
use crate::config::{Config, ConfigError, data_dir};

/// Why a command could not begin.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The chain, the database, the log or the cluster.
    #[error(transparent)]
    Chain(#[from] kubechat_chat::Error),
    /// A language model.
    #[error(transparent)]
    Model(#[from] kubechat_models::Error),
}

impl From<kubechat_cluster::Error> for OpenError {
    fn from(error: kubechat_cluster::Error) -> Self {
        Self::Chain(error.into())
    }
}

impl From<kubechat_store::Error> for OpenError {
    fn from(error: kubechat_store::Error) -> Self {
        Self::Chain(error.into())
    }
}

/// The data folder and what it configures.
pub struct Home {
    /// The folder.
    pub data: DataDir,
    /// The configuration.
    pub config: Config,
    /// Its file, which need not be there.
    pub config_path: PathBuf,
}

impl Home {
    /// Opens the data folder that these options name.
    pub fn open(global: &Global) -> Result<Self, OpenError> {
        let dir = data_dir(global)?;
        let data = DataDir::open(&dir)?;
        let config = Config::load(global, &dir)?;
        let config_path = Config::path(global, &dir);
        let data = match config.audit.address() {
            Some(url) => {
                let place = Place::database(url, &data.keys());
                data.with_log(place)
            }
            None => data,
        };
        Ok(Self { data, config, config_path })
    }

    /// The person at this terminal.
    pub fn person(&self) -> Person {
        // The account of the process, not a variable that anybody can set.
        let of_system = || whoami::username().unwrap_or_else(|_| "local".to_owned());
        Person::at_terminal(self.config.cli.user.clone().unwrap_or_else(of_system))
    }

    /// Connects to a cluster on the terms of the configuration.
    pub async fn connect(&self, source: &Source) -> Result<Connected, OpenError> {
        let timeout = Duration::from_secs(self.config.cluster.timeout_seconds);
        let cluster = Cluster::connect_within(source, timeout).await?.with_cache_dir(self.data.index());
        Ok(Connected {
            practice: is_practice(&cluster),
            cluster,
            identity: self.config.cluster.identity,
            configured: self.config.mappings(),
            settles_after: SignedDuration::from_secs(i64::from(self.config.cluster.settle_seconds)),
        })
    }

    /// Where a practice cluster of this data folder keeps its files.
    pub fn practice_dir(&self) -> PathBuf {
        self.data.root().join("practice")
    }
}

/// Where the audit log is kept that these options name, without making or opening anything.
pub fn log_place(global: &Global) -> Result<Place, ConfigError> {
    let dir = data_dir(global)?;
    let (audit, keys) = (dir.join("audit"), dir.join("keys"));
    Ok(match Config::load(global, &dir)?.audit.address() {
        Some(url) => Place::database(url, &keys),
        None => Place::files(&audit, &keys),
    })
}

/// Where the command line finds its cluster.
pub fn terminal_source(global: &Global) -> Source {
    Source {
        kubeconfig: global.kubeconfig.clone(),
        context: global.context.clone(),
        allow_default: true,
        in_cluster: true,
    }
}

/// A terminal's chain: the log is shared with other processes.
pub async fn terminal_chain(global: &Global) -> Result<(Chain, Person), OpenError> {
    let home = Home::open(global)?;
    let store = Store::open(home.data.root()).await?;
    let evidence = Evidence::shared(&home.data);
    let source = terminal_source(global);
    let connected = home.connect(&source).await.map_err(|error| hint(error, &home))?;
    let person = home.person();
    let clusters = Clusters::new(vec![connected]);
    let models = Models::open(home.config.models).await?;
    let parts = Parts { data: home.data, store, evidence, clusters, policy: home.config.policy, models };
    Ok((Chain::open(parts).await?, person))
}

/// The practice cluster is on this machine and its contexts say so.
fn is_practice(cluster: &Cluster) -> bool {
    cluster.server().contains("//127.0.0.1:") && cluster.context().starts_with("practice-")
}

/// Without a cluster, the practice cluster of a running server is the likely one.
fn hint(error: OpenError, home: &Home) -> OpenError {
    let kubeconfig = home.practice_dir().join("kubeconfig");
    if matches!(&error, OpenError::Chain(kubechat_chat::Error::Cluster(kubechat_cluster::Error::NoCluster)))
        && kubeconfig.exists()
    {
        eprintln!("The practice cluster of `kubechat serve` is at: KUBECONFIG={}", kubeconfig.display());
    }
    error
}

/// Opens the chain for queries that need no cluster to answer (`show`, `queries`, `deny`).
pub async fn local_chain(global: &Global) -> Result<(Chain, Person), OpenError> {
    without_cluster(Home::open(global)?, Models::none()).await
}

/// The same for words alone, with the configured models.
pub async fn model_chain(global: &Global) -> Result<(Chain, Person), OpenError> {
    let home = Home::open(global)?;
    let models = Models::open(home.config.models.clone()).await?;
    without_cluster(home, models).await
}

async fn without_cluster(home: Home, models: Arc<Models>) -> Result<(Chain, Person), OpenError> {
    let store = Store::open(home.data.root()).await?;
    let evidence = Evidence::shared(&home.data);
    let person = home.person();
    let parts = Parts {
        data: home.data,
        store,
        evidence,
        clusters: Clusters::new(Vec::new()),
        policy: home.config.policy,
        models,
    };
    Ok((Chain::open(parts).await?, person))
}
