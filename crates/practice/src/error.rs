//! What can go wrong while the practice cluster is built, booted or seeded.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no practice cluster.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The Kubernetes programs have not been built on this machine.
    #[error("The Kubernetes programs are not built yet. Run scripts/ground.sh, or let KubeChat build them.")]
    NoGround,
    /// Building the programs failed; the text is what the build said last.
    #[error("The Kubernetes programs could not be built.\n{0}")]
    Build(String),
    /// Another process holds the data folder.
    #[error("The practice cluster in {} is already running (process {pid}). Stop that one, or use another folder.", dir.display())]
    InUse {
        /// The data folder.
        dir: PathBuf,
        /// The process that holds it.
        pid: u32,
    },
    /// One of the programs ended while the cluster was booting.
    #[error("{program} ended while the practice cluster was booting. The end of {}:\n{tail}", log.display())]
    Died {
        /// The program's name.
        program: &'static str,
        /// Its log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// One of the programs did not become ready in time.
    #[error("{program} did not become ready within {seconds} s. The end of {}:\n{tail}", log.display())]
    NotReady {
        /// The program's name.
        program: &'static str,
        /// How long it was waited for.
        seconds: u64,
        /// Its log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// The API server did not take what the cluster is seeded with.
    #[error("The practice cluster could not be seeded: {0}")]
    Seed(String),
    /// Making a key or certificate failed.
    #[error("A certificate for the practice cluster could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A file, folder or process could not be used.
    #[error("{what}: {source}. Check that the folder is writable and that the disk is not full.")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    /// Wraps a system error together with what was done to which path.
    pub(crate) fn io(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let what = format!("{what} {}", path.display());
        move |source| Error::Io { what, source }
    }

    /// Whether a program lost the race for a port: worth another try with other ports.
    pub(crate) fn is_port_taken(&self) -> bool {
        match self {
            Error::Died { tail, .. } | Error::NotReady { tail, .. } => {
                tail.contains("address already in use")
            }
            _ => false,
        }
    }
}
