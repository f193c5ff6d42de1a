//! The database: pool, migrations, and the sealing of columns that may hold secrets.
//!
//! SQLite in the data folder, in WAL mode with full synchronisation: several processes (a server, terminals) use one
//! file at once. SQL stays with the room that owns the table; this crate owns the schema.

#![forbid(unsafe_code)]

mod seal;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub use seal::Sealer;
/// The pool that the rooms run their SQL on.
pub use sqlx::SqlitePool as Pool;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be opened or migrated.
    #[error(
        "The database {path} can't be used: {source}. Check that the folder is writable and the disk is not full."
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The schema is from another version.
    #[error(
        "The database {path} can't be brought up to date: {source}. It may come from a newer KubeChat; use that version."
    )]
    Migrate {
        /// The file.
        path: PathBuf,
        /// Which migration and why.
        source: sqlx::migrate::MigrateError,
    },
    /// A statement failed.
    #[error("The database refused a statement: {0}. Nothing was changed.")]
    Sql(#[from] sqlx::Error),
    /// The sealing key can't be read or written.
    #[error("The key {path} can't be used: {source}. Check the permissions of the folder.")]
    Key {
        /// The key file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key file does not hold a key.
    #[error("The key {0} is damaged. Restore it from a backup; without it stored previews can't be read.")]
    KeyFormat(PathBuf),
    /// A sealed value does not open under this key.
    #[error("A stored value can't be opened: it was changed, or sealed under another key.")]
    Sealed,
    /// A stored document has another shape than this version writes.
    #[error("A stored document can't be read: {0}.")]
    Document(#[from] serde_json::Error),
}

/// The database with its sealing key.
#[derive(Debug, Clone)]
pub struct Store {
    /// Connections.
    pub pool: Pool,
    /// Seals and opens columns.
    pub sealer: Sealer,
}

impl Store {
    /// Opens `DATA_DIR/kubechat.db` and `DATA_DIR/keys/seal.key`, making both when absent, and migrates.
    pub async fn open(data_dir: &Path) -> Result<Self, Error> {
        let path = data_dir.join("kubechat.db");
        // Two processes that find a new folder at once must not both make the tables.
        let _one_at_a_time = lock(data_dir.join("kubechat.db.lock"))
            .await
            .map_err(|error| Error::Open { path: path.clone(), source: error.into() })?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .connect_with(options)
            .await
            .map_err(|source| Error::Open { path: path.clone(), source })?;
        sqlx::migrate!().run(&pool).await.map_err(|source| Error::Migrate { path, source })?;
        Ok(Self { pool, sealer: Sealer::load_or_create(&data_dir.join("keys"))? })
    }
}

/// Waits for the lock; it is let go when the file is closed.
async fn lock(path: PathBuf) -> std::io::Result<File> {
    let waiting = tokio::task::spawn_blocking(move || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok(file)
    });
    waiting.await.map_err(std::io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn all_that_open_a_new_folder_at_once_succeed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("keys")).unwrap();
        let opening: Vec<_> = (0..8)
            .map(|_| dir.path().to_owned())
            .map(|path| tokio::spawn(async move { Store::open(&path).await }))
            .collect();
        for opened in opening {
            opened.await.unwrap().unwrap();
        }
    }
}
