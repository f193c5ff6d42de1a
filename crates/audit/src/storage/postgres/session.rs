//! One connection and the statements that the log needs.

use super::{SCHEMA, Stamp};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const POLL: Duration = Duration::from_millis(20);
/// Who tries to write gives another writer so long to end.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It connects again whenever it has to.
    Reader,
    /// It writes only on the connection that took the lock.
    Writer,
}

/// A connection and its runtime. Lives on one thread.
pub(super) struct Session {
    runtime: Runtime,
    options: PgConnectOptions,
    role: Role,
    patience: Duration,
    connection: Option<PgConnection>,
    /// Set while this connection holds the lock.
    epoch: Option<i64>,
    in_transaction: bool,
}

impl Session {
    pub(super) fn new(url: &str, role: Role, patience: Duration) -> io::Result<Session> {
        let options: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| {
            let why = format!("the address of the audit database can't be read: {error}");
            io::Error::new(ErrorKind::InvalidInput, why)
        })?;
        let limit = format!("{}ms", patience.as_millis());
        // The database gives up when we do, so that it doesn't hold the lock for a statement that nobody waits for.
        let settings = [("statement_timeout", limit.as_str()), ("synchronous_commit", "on")];
        let options =
            options.application_name("kubechat-audit").options(settings).disable_statement_logging();
        Ok(Session {
            runtime: Builder::new_current_thread().enable_all().build()?,
            options,
            role,
            patience,
            connection: None,
            epoch: None,
            in_transaction: false,
        })
    }

    /// Takes the lock and a new epoch. Nothing to do where this connection has them.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        if self.in_transaction {
            self.in_transaction = false;
            self.execute("ROLLBACK")?;
        }
        if self.epoch.is_some() && self.connection.is_some() && self.execute("SELECT 1").is_ok() {
            return Ok(());
        }
        (self.connection, self.epoch) = (None, None);
        self.connect()?;
        let lock =
            "SELECT pg_try_advisory_lock(hashtextextended('kubechat_audit writer ' || current_schema(), 0))";
        let begun = Instant::now();
        while !self.one(sqlx::query(lock), |row| row.try_get::<bool, _>(0))? {
            if begun.elapsed() >= LOCK_WAIT {
                self.connection = None;
                return Err(ErrorKind::ResourceBusy.into());
            }
            std::thread::sleep(POLL);
        }
        let there = "SELECT to_regclass('kubechat_audit') IS NOT NULL";
        if !self.one(sqlx::query(there), |row| row.try_get::<bool, _>(0))? {
            self.execute(SCHEMA)?;
        }
        self.execute("BEGIN")?;
        self.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('kubechat_audit epoch ' || current_schema(), 0))",
        )?;
        let who = format!("{} of process {}", env!("CARGO_PKG_NAME"), std::process::id());
        let next = "INSERT INTO kubechat_audit_epoch (epoch, who)
            SELECT coalesce(max(epoch), 0) + 1, $1 FROM kubechat_audit_epoch RETURNING epoch";
        let epoch = self.one(sqlx::query(next).bind(who), |row| row.try_get(0))?;
        self.execute("COMMIT")?;
        self.epoch = Some(epoch);
        Ok(())
    }

    pub(super) fn read(&mut self, name: &str) -> io::Result<Vec<u8>> {
        let query = "SELECT bytes FROM kubechat_audit WHERE path = $1
            AND version = (SELECT max(version) FROM kubechat_audit WHERE path = $1) ORDER BY at";
        let rows = self.all(sqlx::query(query).bind(name.to_owned()), |row| row.try_get::<Vec<u8>, _>(0))?;
        if rows.is_empty() { Err(not_found()) } else { Ok(rows.concat()) }
    }

    /// The names below a folder, each found by the one before it and not by reading all rows.
    pub(super) fn list(&mut self, dir: &str) -> io::Result<Vec<String>> {
        let query = "WITH RECURSIVE names AS (
                (SELECT path FROM kubechat_audit WHERE path > $1 AND path < $2 ORDER BY path LIMIT 1)
                UNION ALL SELECT (SELECT path FROM kubechat_audit WHERE path > names.path AND path < $2
                    ORDER BY path LIMIT 1) FROM names WHERE names.path IS NOT NULL)
            SELECT path FROM names WHERE path IS NOT NULL";
        let (from, to) = range(dir);
        let cut = from.len();
        let paths = self.all(sqlx::query(query).bind(from).bind(to), |row| row.try_get::<String, _>(0))?;
        let first = |path: &String| path[cut..].split('/').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = paths.iter().map(first).collect();
        names.dedup();
        if names.is_empty() { Err(not_found()) } else { Ok(names) }
    }

    pub(super) fn newest(&mut self, dir: &str) -> io::Result<Option<String>> {
        let (from, to) = range(dir);
        let cut = from.len();
        let query = sqlx::query("SELECT max(path) FROM kubechat_audit WHERE path > $1 AND path < $2");
        let found = self.one(query.bind(from).bind(to), |row| row.try_get::<Option<String>, _>(0))?;
        Ok(found.map(|path| path[cut..].to_owned()))
    }

    pub(super) fn exists(&mut self, name: &str) -> io::Result<bool> {
        let (from, to) = range(name);
        let query = "SELECT EXISTS (SELECT 1 FROM kubechat_audit WHERE path = $1)
            OR EXISTS (SELECT 1 FROM kubechat_audit WHERE path > $2 AND path < $3)";
        self.one(sqlx::query(query).bind(name.to_owned()).bind(from).bind(to), |row| row.try_get(0))
    }

    pub(super) fn stamp(&mut self, name: &str) -> io::Result<Stamp> {
        let query = "SELECT version, at + octet_length(bytes) FROM kubechat_audit WHERE path = $1
            ORDER BY version DESC, at DESC LIMIT 1";
        let query = sqlx::query(query).bind(name.to_owned());
        let found = self.all(query, |row| Ok((row.try_get::<i64, _>(0)?, row.try_get::<i64, _>(1)?)))?;
        let (version, length) = *found.first().ok_or_else(not_found)?;
        Ok(Stamp { file: version.cast_unsigned(), length: length.cast_unsigned() })
    }

    /// A new version of a file; durable when it is committed.
    pub(super) fn replace(&mut self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let epoch = self.epoch()?;
        self.transact()?;
        let query = "INSERT INTO kubechat_audit (path, version, at, bytes, epoch)
            SELECT $1, coalesce(max(version), 0) + 1, 0, $2, $3 FROM kubechat_audit WHERE path = $1";
        self.run(sqlx::query(query).bind(name.to_owned()).bind(bytes).bind(epoch))
    }

    /// The newest versions of a file or folder under another name.
    pub(super) fn copy(&mut self, from: &str, to: &str) -> io::Result<()> {
        let epoch = self.epoch()?;
        self.transact()?;
        let (first, last) = range(from);
        let query = "INSERT INTO kubechat_audit (path, version, at, bytes, epoch)
            SELECT $2 || substr(path, length($1) + 1), 1 + coalesce((SELECT max(version) FROM kubechat_audit AS there
                WHERE there.path = $2 || substr(here.path, length($1) + 1)), 0), at, bytes, $3
            FROM kubechat_audit AS here WHERE (path = $1 OR (path > $4 AND path < $5))
                AND version = (SELECT max(version) FROM kubechat_audit AS same WHERE same.path = here.path)";
        let query = sqlx::query(query).bind(from.to_owned()).bind(to.to_owned()).bind(epoch);
        self.run(query.bind(first).bind(last))?;
        self.commit()
    }

    /// More of a file, durable with everything before it.
    pub(super) fn append(&mut self, name: &str, version: u64, at: u64, bytes: Vec<u8>) -> io::Result<()> {
        if !bytes.is_empty() {
            let epoch = self.epoch()?;
            let query = sqlx::query(
                "INSERT INTO kubechat_audit (path, version, at, bytes, epoch) VALUES ($1, $2, $3, $4, $5)",
            );
            let query = query.bind(name.to_owned()).bind(version.cast_signed()).bind(at.cast_signed());
            self.run(query.bind(bytes).bind(epoch))?;
        }
        self.commit()
    }

    /// A new version that everybody sees and that a crash of the database may take back: the journal is what counts.
    pub(super) fn publish(&mut self, name: &str, version: u64, bytes: Vec<u8>) -> io::Result<()> {
        let epoch = self.epoch()?;
        let query = sqlx::query(
            "INSERT INTO kubechat_audit (path, version, at, bytes, epoch)
            SELECT $1, $2, 0, $3, $4 FROM set_config('synchronous_commit', 'off', true)",
        );
        self.run(query.bind(name.to_owned()).bind(version.cast_signed()).bind(bytes).bind(epoch))
    }

    pub(super) fn commit(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.in_transaction) {
            return Ok(());
        }
        self.execute("COMMIT")
    }

    fn transact(&mut self) -> io::Result<()> {
        if !self.in_transaction {
            self.execute("BEGIN")?;
            self.in_transaction = true;
        }
        Ok(())
    }

    fn epoch(&self) -> io::Result<i64> {
        let lost =
            || io::Error::new(ErrorKind::NotConnected, "the connection to the audit database was lost");
        self.epoch.filter(|_| self.connection.is_some()).ok_or_else(lost)
    }

    fn connect(&mut self) -> io::Result<()> {
        let connecting = tokio_timeout(self.patience, PgConnection::connect_with(&self.options));
        self.connection = Some(self.runtime.block_on(connecting)?);
        Ok(())
    }

    fn execute(&mut self, statement: &'static str) -> io::Result<()> {
        self.with(async |connection| sqlx::raw_sql(statement).execute(connection).await.map(drop))
    }

    fn run(&mut self, query: Query) -> io::Result<()> {
        self.with(async |connection| query.execute(connection).await.map(drop))
    }

    fn one<T>(&mut self, query: Query, read: impl Fn(&PgRow) -> sqlx::Result<T>) -> io::Result<T> {
        self.with(async |connection| read(&query.fetch_one(connection).await?))
    }

    fn all<T>(&mut self, query: Query, read: impl Fn(&PgRow) -> sqlx::Result<T>) -> io::Result<Vec<T>> {
        self.with(async |connection| query.fetch_all(connection).await?.iter().map(read).collect())
    }

    /// One statement. A connection that failed or was waited for too long is not used again.
    fn with<T>(&mut self, work: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T>) -> io::Result<T> {
        if self.connection.is_none() && self.role == Role::Reader {
            self.connect()?;
        }
        let Some(connection) = &mut self.connection else {
            self.epoch()?;
            return Err(ErrorKind::NotConnected.into());
        };
        let done = self.runtime.block_on(tokio_timeout(self.patience, work(connection)));
        if let Err(error) = &done
            && is_broken(error)
        {
            self.connection = None;
            self.in_transaction = false;
        }
        done
    }
}

type Query = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// What is below a folder, in the order of bytes: `0` comes after `/`.
fn range(dir: &str) -> (String, String) {
    (format!("{dir}/"), format!("{dir}0"))
}

async fn tokio_timeout<T>(patience: Duration, work: impl Future<Output = sqlx::Result<T>>) -> io::Result<T> {
    match tokio::time::timeout(patience, work).await {
        Ok(done) => done.map_err(fault),
        Err(_) => Err(slow(patience)),
    }
}

fn slow(patience: Duration) -> io::Error {
    let why = format!("the audit database did not answer within {} ms", patience.as_millis());
    io::Error::new(ErrorKind::TimedOut, why)
}

fn not_found() -> io::Error {
    ErrorKind::NotFound.into()
}

fn is_broken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::TimedOut
            | ErrorKind::NotConnected
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionAborted
    )
}

/// What the database said, as a disk would have.
fn fault(error: sqlx::Error) -> io::Error {
    let sqlx::Error::Database(said) = &error else {
        return match error {
            sqlx::Error::Io(inner)
                if inner.kind() == ErrorKind::ConnectionRefused || inner.kind() == ErrorKind::NotFound =>
            {
                let why = format!("the audit database can't be reached: {inner}");
                io::Error::new(ErrorKind::ConnectionRefused, why)
            }
            other => {
                let why = format!("the connection to the audit database failed: {other}");
                io::Error::new(ErrorKind::ConnectionAborted, why)
            }
        };
    };
    let code = said.code().unwrap_or_default();
    let kind = match code.as_ref() {
        "53100" => ErrorKind::StorageFull,
        "25006" => ErrorKind::ReadOnlyFilesystem,
        "42501" => ErrorKind::PermissionDenied,
        "23505" => ErrorKind::AlreadyExists,
        // Not there yet: nobody has written.
        "42P01" => ErrorKind::NotFound,
        "57014" => ErrorKind::TimedOut,
        // Shut down, crashed, or not yet up.
        "57P01" | "57P02" | "57P03" | "53300" => ErrorKind::ConnectionAborted,
        _ => ErrorKind::Other,
    };
    io::Error::new(kind, format!("the audit database says: {}", said.message()))
}
