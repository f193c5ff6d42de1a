//! Why the chain could not take a step at all.
//!
//! What a step found (a missing right, a refusal, a failed call) is not an error of the chain: it is a state of the
//! query, recorded like any other.

use uuid::Uuid;

use crate::state::State;

/// A step that could not be taken; nothing was changed by it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No evidence, no action.
    #[error("The audit log could not be written, so nothing was run: {0}")]
    Audit(#[from] kubechat_audit::Error),
    /// A server holds the log and did not take our records.
    #[error(
        "A running server holds the audit log and did not take the records over {socket}: {reason}. Nothing was run. Try again; if it stays, restart the server."
    )]
    Server {
        /// Its socket.
        socket: std::path::PathBuf,
        /// Why.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] kubechat_store::Error),
    /// Accounts or mappings failed.
    #[error(transparent)]
    Identity(#[from] kubechat_identity::Error),
    /// The cluster could not be asked.
    #[error(transparent)]
    Cluster(#[from] kubechat_cluster::Error),
    /// No such query, session or cluster, or not this person's.
    #[error("There is no {what} {id} of yours. `kubechat queries` lists what there is.")]
    NotFound {
        /// `query`, `session` or `cluster`.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// The approval names something else than what was previewed.
    #[error(
        "That hash is not the one of this preview, so nothing was run. `kubechat show {0}` prints what would run now and its hash."
    )]
    WrongHash(Uuid),
    /// The preview is too old.
    #[error(
        "The preview of {0} has expired, so nothing was run. Ask again, or preview it again, to see what would happen now."
    )]
    Expired(Uuid),
    /// Only what waits for approval can be approved or denied.
    #[error("The query {query} is {}, not waiting for approval; nothing was run.", state.as_str())]
    NotWaiting {
        /// The query.
        query: Uuid,
        /// Where it is.
        state: State,
    },
    /// Something dangerous needs the phrase typed.
    #[error(
        "This is dangerous and needs to be confirmed: type {phrase:?} (on the command line: --confirm {phrase:?}). Nothing was run."
    )]
    Confirm {
        /// The phrase.
        phrase: String,
    },
    /// The query was previewed on another cluster.
    #[error(
        "The query {query} is about cluster {theirs}, but this is {ours}. Use the context it was made with."
    )]
    OtherCluster {
        /// The query.
        query: Uuid,
        /// Its cluster.
        theirs: String,
        /// The present one.
        ours: String,
    },
    /// This person is nobody in that cluster.
    #[error(
        "{user} is not mapped to a user of cluster {cluster}. An administrator has to say who {user} is there."
    )]
    Unmapped {
        /// The KubeChat user.
        user: String,
        /// The cluster.
        cluster: String,
    },
    /// There is nothing to take back.
    #[error("The query {query} can't be undone: {reason}")]
    NoUndo {
        /// The query.
        query: Uuid,
        /// Why.
        reason: String,
    },
    /// The database knows of records that the log does not have.
    #[error(
        "The database has seen {seen} audit records, but the log holds {log}: the log was cut back or exchanged. Nothing runs until it is restored; `kubechat audit verify` says more."
    )]
    LogBehind {
        /// Records the database has seen.
        seen: u64,
        /// Records in the log.
        log: u64,
    },
    /// The data folder can't be used.
    #[error(
        "The data folder {path} can't be used: {source}. Choose another with --data-dir, or correct its permissions."
    )]
    DataDir {
        /// The folder.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration was not changed.
    #[error(transparent)]
    Configuration(#[from] crate::ConfigurationError),
    /// A task of ours ended early.
    #[error("The operation was interrupted: {0}. `kubechat show` says how far it came.")]
    Interrupted(String),
}

impl Error {
    /// Stable identifier for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Audit(_) | Self::Server { .. } => "audit_unavailable",
            Self::Store(_) => "database",
            Self::Identity(_) => "identity",
            Self::Cluster(error) => error.code(),
            Self::NotFound { .. } => "not_found",
            Self::WrongHash(_) => "wrong_hash",
            Self::Expired(_) => "expired",
            Self::NotWaiting { .. } => "not_waiting",
            Self::Confirm { .. } => "confirm",
            Self::OtherCluster { .. } => "other_cluster",
            Self::Unmapped { .. } => "unmapped",
            Self::NoUndo { .. } => "no_undo",
            Self::LogBehind { .. } => "log_behind",
            Self::DataDir { .. } => "data_dir",
            Self::Configuration(error) => error.code(),
            Self::Interrupted(_) => "interrupted",
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
