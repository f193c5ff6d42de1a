//! The practice cluster as its users see it.

use std::path::{Path, PathBuf};

use rustix::process::Signal;

use crate::boot::{self, Running, Site, Timings};
use crate::folder::Folder;
use crate::ports::Ports;
use crate::process::Process;
use crate::programs::{self, Lines};
use crate::ready::Probe;
use crate::{Error, Options, User, logs};

/// How often a start is tried again when another program took a port first.
const ATTEMPTS: usize = 5;

/// A running practice cluster. It stops when this is dropped, and when this process is killed.
pub struct Practice {
    logging: tokio::task::JoinHandle<()>,
    running: Running,
    site: Site,
    ports: Ports,
    options: Options,
    timings: Timings,
    kubeconfig: PathBuf,
    // Last: the folder goes after the programs that work in it.
    folder: Folder,
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice")
            .field("dir", &self.dir())
            .field("server", &self.server_url())
            .finish_non_exhaustive()
    }
}

impl Practice {
    /// Boots a cluster and returns when it is ready and seeded. The broken workloads reach their states a moment later.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let (folder, site, options) = tokio::task::spawn_blocking(move || {
            let folder = Folder::open(options.dir.as_deref())?;
            let site = boot::prepare(folder.path(), &options)?;
            Ok::<_, Error>((folder, site, options))
        })
        .await
        .map_err(|error| Error::Io {
            what: "preparing the practice cluster".into(),
            source: error.into(),
        })??;

        let mut attempt = 1;
        let (running, ports, timings) = loop {
            match Box::pin(boot::boot(folder.path(), &site, &options, attempt > 1)).await {
                Err(error) if error.is_port_taken() && attempt < ATTEMPTS => attempt += 1,
                booted => break booted?,
            }
        };
        tracing::info!(?timings, dir = %folder.path().display(), "the practice cluster is ready");
        let logging = tokio::spawn(logs::go_on(folder.path().to_owned()));
        let kubeconfig = folder.path().join("kubeconfig");
        Ok(Self { logging, running, site, ports, options, timings, kubeconfig, folder })
    }

    /// Stops everything, and removes the folder if it is a temporary one.
    pub async fn stop(self) {
        // Waiting for processes to go blocks, if only for milliseconds.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    /// How long the start took.
    pub fn timings(&self) -> Timings {
        self.timings
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// The kubeconfig for people: a context for each built-in account, the administrator's is the current one.
    pub fn kubeconfig_path(&self) -> &Path {
        &self.kubeconfig
    }

    /// The API server's own audit log: one JSON event a line, written before the answer goes out.
    pub fn audit_log(&self) -> PathBuf {
        self.dir().join("audit.log")
    }

    /// The API server's address.
    pub fn server_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.apiserver)
    }

    /// The CA of the API server's certificate.
    pub fn ca_pem(&self) -> &str {
        &self.site.pki.ca_pem
    }

    /// Everyone who can log in.
    pub fn users(&self) -> &[User] {
        &self.site.people
    }

    /// The bearer token of a user.
    pub fn token(&self, user: &str) -> Option<&str> {
        self.users().iter().find(|known| known.name == user).map(|known| known.token.as_str())
    }

    /// The folder with the Kubernetes programs.
    pub fn binaries(&self) -> PathBuf {
        self.site.ground.bin()
    }

    /// kubectl of the same version as the control plane.
    pub fn kubectl(&self) -> PathBuf {
        self.site.ground.kubectl()
    }

    /// The process ids of the running programs.
    pub fn process_ids(&self) -> Vec<u32> {
        let Running { others, apiserver, etcd } = &self.running;
        others.iter().chain([apiserver, etcd]).map(Process::id).collect()
    }

    /// Freezes the API server: connections are taken, and nothing answers.
    pub fn pause_apiserver(&self) -> Result<(), Error> {
        self.running.apiserver.signal(Signal::STOP)
    }

    /// Lets a frozen API server go on.
    pub fn resume_apiserver(&self) -> Result<(), Error> {
        self.running.apiserver.signal(Signal::CONT)
    }

    /// Kills the API server: connections are refused.
    pub fn stop_apiserver(&self) {
        self.running.apiserver.kill();
    }

    /// Starts the API server again on the same port, and waits until it is ready.
    pub async fn start_apiserver(&mut self) -> Result<(), Error> {
        self.stop_apiserver();
        let lines = Lines { dir: self.folder.path(), pki: &self.site.pki, ports: self.ports };
        let logs = self.dir().join("logs");
        let launcher = &self.options.launcher;
        self.running.apiserver =
            Process::start(launcher, &self.binaries(), &logs, programs::APISERVER, &lines.apiserver())?;
        Probe::tls(self.ca_pem())?.wait(&self.running.apiserver, self.ports.apiserver, "/readyz").await
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.logging.abort();
    }
}
