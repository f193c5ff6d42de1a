//! What is in the index, and how it comes from the log.

use super::BLOCK;
use crate::facets::{self, Facet};
use crate::reader::{Entry, LogReader};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

/// The shape of the tables; another one is begun anew.
const VERSION: i64 = 1;
/// Records taken in by one transaction.
const BATCH: u64 = 4096;

const TABLES: &str = "
CREATE TABLE state (origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL);
CREATE TABLE value (id INTEGER PRIMARY KEY, facet INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (facet, text));
CREATE TABLE facet (value INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (value, at)) WITHOUT ROWID;
CREATE TABLE block (number INTEGER PRIMARY KEY, earliest INTEGER NOT NULL, latest INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', columnsize = 0, tokenize = 'unicode61');
";
const EMPTY: &str = "
DELETE FROM state; DELETE FROM value; DELETE FROM facet; DELETE FROM block;
INSERT INTO words (words) VALUES ('delete-all');
";

pub(super) enum Fault {
    Database(rusqlite::Error),
    Log(crate::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Database(error)
    }
}

impl From<crate::Error> for Fault {
    fn from(error: crate::Error) -> Fault {
        Fault::Log(error)
    }
}

/// Up to where the index goes, and of which log.
#[derive(Debug, Default, PartialEq)]
pub(super) struct State {
    origin: String,
    pub(super) size: u64,
    root: Vec<u8>,
}

pub(super) fn state(database: &Connection) -> rusqlite::Result<State> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(State { origin: row.get(0)?, size: row.get::<_, i64>(1)?.cast_unsigned(), root: row.get(2)? })
    };
    Ok(database.query_row("SELECT origin, size, root FROM state", [], read).optional()?.unwrap_or_default())
}

/// Makes the tables where there are none. An error if there are others.
pub(super) fn prepare(database: &Connection) -> rusqlite::Result<()> {
    let version = |database: &Connection| database.pragma_query_value(None, "user_version", |row| row.get(0));
    if version(database)? == 0 {
        database.execute_batch("BEGIN IMMEDIATE")?;
        // Another process may have been first.
        if version(database)? == 0 {
            database.execute_batch(&format!("{TABLES} PRAGMA user_version = {VERSION};"))?;
        }
        database.execute_batch("COMMIT")?;
    }
    match version(database)? {
        VERSION => Ok(()),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(0, other)),
    }
}

pub(super) fn follow(database: &mut Connection, log: &LogReader) -> Result<(), Fault> {
    loop {
        let at = state(database)?;
        if at.size == log.len() && is_of(&at, log)? {
            return Ok(());
        }
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have gone on, even beyond what this reader sees.
        let mut at = state(&transaction)?;
        if at.size > log.len() && at.origin == log.checkpoint().origin && !was_cut(log)? {
            return Ok(());
        }
        if !is_of(&at, log)? {
            transaction.execute_batch(EMPTY)?;
            at = State::default();
        }
        let to = (at.size + BATCH).min(log.len());
        for entry in log.iter(at.size..to) {
            take_in(&transaction, &entry?)?;
        }
        transaction.execute("DELETE FROM state", [])?;
        transaction.execute(
            "INSERT INTO state VALUES (?, ?, ?)",
            params![log.checkpoint().origin, to.cast_signed(), log.root(to)?],
        )?;
        transaction.commit()?;
    }
}

/// Whether the log was cut back since this reader looked at it: else the index is only newer than the reader.
fn was_cut(log: &LogReader) -> Result<bool, Fault> {
    Ok(log.published_size()? <= log.len())
}

fn is_of(state: &State, log: &LogReader) -> Result<bool, Fault> {
    Ok(state.origin == log.checkpoint().origin
        && state.size <= log.len()
        && state.root == log.root(state.size)?)
}

fn take_in(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<()> {
    let at = entry.index.cast_signed();
    let text = String::from_utf8_lossy(&entry.bytes);
    transaction
        .prepare_cached("INSERT INTO words (rowid, text) VALUES (?, ?)")?
        .execute(params![at, text])?;
    let Some(record) = &entry.record else { return Ok(()) };
    for (facet, text) in facets::of(record) {
        let value = value(transaction, facet, &text)?;
        transaction.prepare_cached("INSERT INTO facet VALUES (?, ?)")?.execute([value, at])?;
    }
    let time = record.time.as_millisecond();
    let block = "INSERT INTO block VALUES (?1, ?2, ?2) ON CONFLICT (number) DO UPDATE
        SET earliest = min(earliest, ?2), latest = max(latest, ?2)";
    transaction.prepare_cached(block)?.execute([(entry.index / BLOCK).cast_signed(), time])?;
    Ok(())
}

fn value(transaction: &Transaction<'_>, facet: Facet, text: &str) -> rusqlite::Result<i64> {
    let find = "SELECT id FROM value WHERE facet = ? AND text = ?";
    let found = transaction
        .prepare_cached(find)?
        .query_row(params![facet as u8, text], |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => {
            let add = "INSERT INTO value (facet, text) VALUES (?, ?)";
            transaction.prepare_cached(add)?.insert(params![facet as u8, text])
        }
    }
}
