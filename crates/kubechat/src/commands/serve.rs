//! `serve`: everything in one process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kubechat_audit::{Actor, EventKind, GroupSink, Place, Record, ServerLock, Sink};
use kubechat_chat::{Chain, Clusters, Connected, Error, Evidence, Parts, listen};
use kubechat_cluster::{Identity, Source};
use kubechat_gateway::{App, Peer, TlsListener, router};
use kubechat_identity::{Accounts, Mappings, Roles};
use kubechat_models::Models;
use kubechat_practice::Practice;
use kubechat_store::Store;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use serde_json::json;
use tokio::net::TcpListener;

use super::audit::witness;
use super::practice::{boot, until_stopped};
use crate::cli::{Global, Serve};
use crate::config::ConfigFile;
use crate::exit::{self, Exit};
use crate::open::{Home, OpenError};
use crate::print;

/// The first user.
const ADMIN: &str = "admin";

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(
        "The address {0} can't be listened on: {1}. Another program may use it: choose another with --listen, for example --listen 127.0.0.1:0 for any free port."
    )]
    Listen(SocketAddr, std::io::Error),
    #[error(
        "{0} can be reached by others, so it needs TLS: give --tls-cert and --tls-key, or say --insecure-http if something else encrypts."
    )]
    Plain(SocketAddr),
    #[error(
        "{0} can be reached by others, so people must act under their own names: set identity = \"impersonate\" in [cluster] of the configuration. `kubechat rbac` prints what that needs."
    )]
    OwnIdentity(SocketAddr),
    #[error(
        "Another KubeChat serves this data folder already. Stop it, or choose another folder with --data-dir."
    )]
    Running,
    #[error(transparent)]
    Tls(#[from] kubechat_gateway::TlsError),
    #[error(transparent)]
    Practice(#[from] kubechat_practice::Error),
    #[error("The server ended: {0}.")]
    Io(#[from] std::io::Error),
}

impl From<Error> for ServeError {
    fn from(error: Error) -> Self {
        Self::Open(OpenError::Chain(error))
    }
}

/// Serves until it is stopped.
pub async fn serve(global: &Global, options: &Serve) -> Exit {
    match run(global, options).await {
        Ok(()) => exit::DONE,
        Err(error) => print::failed(global, "serve", &error.to_string()),
    }
}

async fn run(global: &Global, options: &Serve) -> Result<(), ServeError> {
    let home = Home::open(global)?;
    let loopback = options.listen.ip().is_loopback();
    if !loopback && options.tls_cert.is_none() && !options.insecure_http {
        return Err(ServeError::Plain(options.listen));
    }
    if !loopback && home.config.cluster.identity == Identity::Own {
        return Err(ServeError::OwnIdentity(options.listen));
    }
    // First what fails fast: the port, then the lock, then the programs.
    let listener =
        TcpListener::bind(options.listen).await.map_err(|error| ServeError::Listen(options.listen, error))?;
    let _lock = match ServerLock::acquire(home.data.root(), Duration::from_secs(2)) {
        Ok(lock) => lock,
        Err(kubechat_audit::Error::Held { .. }) => return Err(ServeError::Running),
        Err(error) => return Err(Error::from(error).into()),
    };
    let log = home.data.log().clone();
    let opened = tokio::task::spawn_blocking(move || open_log(&log)).await;
    let sink = opened.map_err(|error| Error::Interrupted(error.to_string()))??;
    listen(&home.data.socket(), Arc::clone(&sink))?;
    let (connected, practice) = connect(global, &home).await?;
    let served = serve_on(listener, home, options, sink, connected).await;
    if let Some(practice) = practice {
        practice.stop().await;
    }
    served
}

fn open_log(place: &Place) -> Result<Arc<dyn Sink>, Error> {
    let log = place.log()?;
    let actor = Actor::new("system", "serve");
    let mut records = log.opening(&actor);
    if !log.is_empty() {
        records.push(Record::new(EventKind::LogOpened, actor));
    }
    let sink = GroupSink::new(log)?;
    sink.append(records)?;
    Ok(Arc::new(sink))
}

/// The cluster that is named, else the pod's own, else the practice cluster.
async fn connect(global: &Global, home: &Home) -> Result<(Connected, Option<Practice>), ServeError> {
    let source = Source {
        kubeconfig: global.kubeconfig.clone(),
        context: global.context.clone(),
        allow_default: false,
        in_cluster: true,
    };
    match home.connect(&source).await {
        Ok(connected) => return Ok((connected, None)),
        Err(OpenError::Chain(Error::Cluster(kubechat_cluster::Error::NoCluster))) => {}
        Err(error) => return Err(error.into()),
    }
    println!("No kubeconfig was given: starting the practice cluster.");
    let practice = boot(Some(home.practice_dir()), true).await?;
    let context = match home.config.cluster.identity {
        Identity::Own => "practice-admin",
        Identity::Impersonate => "practice-kubechat",
    };
    let source = Source {
        kubeconfig: Some(practice.kubeconfig_path().to_owned()),
        context: Some(context.to_owned()),
        ..Source::default()
    };
    let connected = home.connect(&source).await?;
    println!("The practice cluster runs: a real Kubernetes control plane with simulated nodes.");
    println!("For other tools: KUBECONFIG={}", practice.kubeconfig_path().display());
    Ok((connected, Some(practice)))
}

async fn serve_on(
    listener: TcpListener,
    home: Home,
    options: &Serve,
    sink: Arc<dyn Sink>,
    connected: Connected,
) -> Result<(), ServeError> {
    let of_models = json!(home.config.models);
    let models = Models::open(home.config.models).await.map_err(OpenError::from)?;
    let mut metrics = Registry::default();
    let store = Store::open(home.data.root()).await.map_err(Error::from)?;
    let accounts = Accounts::new(store.pool.clone());
    let mappings = Mappings::new(store.pool.clone());
    let context = connected.cluster.context().to_owned();
    let settings = json!({
        "cluster": home.config.cluster, "listen": options.listen, "tls": options.tls_cert.is_some(),
        "witnesses": home.config.audit.witness.iter().map(|one| one.key.to_string()).collect::<Vec<_>>(),
        "log_in_database": home.config.audit.database.is_some(), "models": of_models,
    });
    let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    metrics.register("kubechat_build", "Which KubeChat this is", build);
    if let Some(meter) = sink.meter() {
        meter.register(&mut metrics);
    }
    let witnesses = home.config.audit.witness.clone();
    if !witnesses.is_empty() {
        let every = Duration::from_secs(u64::from(home.config.audit.witness_seconds.max(1)));
        tokio::spawn(witness::keep_asking(home.data.clone(), witnesses, every));
    }
    let parts = Parts {
        data: home.data,
        store,
        evidence: Evidence::held(sink),
        clusters: Clusters::new(vec![connected]),
        policy: home.config.policy,
        models,
    };
    let chain = Chain::open(parts).await?;
    let file = ConfigFile::at(&home.config_path, &chain.data().keys());
    chain.record_configuration(settings, Arc::new(file)).await?;
    chain.current_models().register(&mut metrics);
    let code = first_login(&chain, &accounts).await?;
    let secure = options.tls_cert.is_some();
    chain.meter().register(&mut metrics);
    let app = App { chain: chain.clone(), accounts, mappings, metrics: Arc::new(metrics), secure };
    let service = router(app).into_make_service_with_connect_info::<Peer>();
    let address = listener.local_addr()?;
    announce(address, secure, &context, code.as_deref());
    chain.record(Record::new(EventKind::ServerStarted, Actor::new("system", "serve"))).await?;
    // Not a graceful wait: open WebSockets must not keep a stopped server alive, and what the chain has begun runs in
    // tasks of its own.
    match (&options.tls_cert, &options.tls_key) {
        (Some(cert), Some(key)) => {
            let listener = TlsListener::new(listener, cert, key)?;
            tokio::select! {
                served = axum::serve(listener, service) => served?,
                () = until_stopped() => {}
            }
        }
        _ => tokio::select! {
            served = axum::serve(listener, service) => served?,
            () = until_stopped() => {}
        },
    }
    chain.record(Record::new(EventKind::ServerStopped, Actor::new("system", "serve"))).await?;
    Ok(())
}

/// Makes the first administrator; returns a one-time code while no password is set.
async fn first_login(chain: &Chain, accounts: &Accounts) -> Result<Option<String>, Error> {
    let password = std::env::var("KUBECHAT_ADMIN_PASSWORD").ok().filter(|password| !password.is_empty());
    let record = |kind, changed: &str| {
        let mut record = Record::new(kind, Actor::new("system", "serve"));
        record.data = json!({ "user": ADMIN, "admin": true, "auditor": true, "changed": changed });
        record
    };
    if accounts.count().await? == 0 {
        let index = chain.record(record(EventKind::UserCreated, "created")).await?;
        // Somebody has to read the log of a new installation; an administrator can give that role away.
        accounts.create(ADMIN, Roles { admin: true, auditor: true }, index).await?;
    }
    let admin = accounts.find(ADMIN).await?;
    if let (Some(password), Some(false)) = (password, admin.as_ref().map(|admin| admin.password_set)) {
        Accounts::check_new_password(&password)?;
        let index = chain.record(record(EventKind::UserChanged, "password")).await?;
        accounts.set_password(ADMIN, &password, index).await?;
        return Ok(None);
    }
    match admin {
        Some(admin) if !admin.password_set => Ok(Some(accounts.issue_one_time_code(ADMIN).await?)),
        _ => Ok(None),
    }
}

fn announce(address: SocketAddr, secure: bool, context: &str, code: Option<&str>) {
    let scheme = if secure { "https" } else { "http" };
    println!("KubeChat serves {context} at {scheme}://{address}/");
    match code {
        Some(code) => println!("Log in once, as {ADMIN}: {scheme}://{address}/login?code={code}"),
        None => println!("Log in as {ADMIN} with your password."),
    }
    println!("Ctrl-C stops it.");
}
