//! The index for search, in a file that can be deleted at any time: everything in it comes from the log, and what it
//! finds is read from the log and looked at again. It follows the log when somebody asks, never while somebody waits
//! for a record to be durable.

mod fill;

use crate::facets::Facet;
use crate::filter::Filter;
use crate::reader::{Entry, LogReader};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Indexes asked for at a time.
const PAGE: usize = 512;
/// The index remembers the times of so many records together.
pub(crate) const BLOCK: u64 = 256;

/// Why the index can't be used. The log itself is not affected.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database.
    #[error("the search index {}: {source}. Delete it; it is made again from the log", path.display())]
    Database {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong.
        source: rusqlite::Error,
    },
    /// The log.
    #[error(transparent)]
    Log(#[from] crate::Error),
}

/// The newest records that the filter lets through, newest first, at most `limit`; found by the index in `dir`, or by
/// reading the log where there can be no index.
pub fn search(
    log: &LogReader,
    dir: &Path,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Entry>, crate::Error> {
    let found = Index::open(dir).and_then(|mut index| {
        index.follow(log)?;
        index.search(log, filter, limit)
    });
    match found {
        Ok(found) => Ok(found),
        Err(IndexError::Log(error)) => Err(error),
        Err(error) => {
            tracing::warn!(%error, "searching without an index");
            log.list(filter, limit)
        }
    }
}

/// An open index.
#[derive(Debug)]
pub struct Index {
    path: PathBuf,
    database: Connection,
}

/// Where the index lies in the folder of what can be rebuilt.
pub fn index_path(dir: &Path) -> PathBuf {
    dir.join("search.db")
}

impl Index {
    /// Opens the index in `dir`, or begins an empty one. One that is broken or of another version is begun anew.
    pub fn open(dir: &Path) -> Result<Index, IndexError> {
        let path = index_path(dir);
        match connect(&path) {
            Ok(database) => Ok(Index { path, database }),
            Err(first) => {
                let opened = remove(&path).and_then(|()| connect(&path));
                opened
                    .map(|database| Index { path: path.clone(), database })
                    .map_err(|_| IndexError::Database { path, source: first })
            }
        }
    }

    /// Takes in what the log has more. An index of another log, or of a longer one, is begun anew.
    pub fn follow(&mut self, log: &LogReader) -> Result<(), IndexError> {
        fill::follow(&mut self.database, log).map_err(|error| self.wrap(error))
    }

    /// Records that the index covers.
    pub fn size(&self) -> Result<u64, IndexError> {
        fill::state(&self.database).map(|state| state.size).map_err(|error| self.wrap(error.into()))
    }

    /// The newest records that the filter lets through, newest first, at most `limit`.
    pub fn search(&self, log: &LogReader, filter: &Filter, limit: usize) -> Result<Vec<Entry>, IndexError> {
        let mut found = Vec::new();
        let mut before = filter.before.unwrap_or(u64::MAX).min(log.len());
        while found.len() < limit {
            let page = self.candidates(filter, before).map_err(|error| self.wrap(error.into()))?;
            for index in &page {
                let entry = log.get(*index)?;
                if filter.matches(&entry) {
                    found.push(entry);
                    if found.len() == limit {
                        break;
                    }
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => before = *last,
                _ => break,
            }
        }
        Ok(found)
    }

    /// The next indexes, newest first, that may be meant: one facet or the text leads, the other facets are looked up
    /// for each index that it gives, so that the cost is that of the rarest and not of the whole log.
    fn candidates(&self, filter: &Filter, before: u64) -> rusqlite::Result<Vec<u64>> {
        let Some((from, to)) = self.within(filter, before)? else { return Ok(Vec::new()) };
        let mut facets = Vec::new();
        for (facet, values) in filter.facets() {
            let ids = self.ids(facet, &values)?;
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            facets.push((facet, ids));
        }
        // What few records have leads before the text, which is then looked for in what they say.
        let few = facets
            .first()
            .is_some_and(|(facet, _)| matches!(facet, Facet::Query | Facet::Session | Facet::Object));
        let phrase = filter.text.as_deref().and_then(phrase).filter(|_| !few);
        let mut query = match (&phrase, facets.is_empty()) {
            (None, true) => return Ok((from..to).rev().take(PAGE).collect()),
            (Some(_), _) => {
                "SELECT rowid AS here FROM words WHERE words MATCH ?1 AND rowid >= ?2 AND rowid < ?3"
                    .to_string()
            }
            (None, false) => {
                let (_, ids) = facets.remove(0);
                format!(
                    "SELECT at AS here FROM facet WHERE ?1 IS NULL AND value {} AND at >= ?2 AND at < ?3",
                    among(&ids)
                )
            }
        };
        for (_, ids) in &facets {
            query.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM facet AS other WHERE other.value {} AND other.at = here)",
                among(ids)
            ));
        }
        query.push_str(&format!(" ORDER BY here DESC LIMIT {PAGE}"));
        let mut statement = self.database.prepare(&query)?;
        let rows = statement
            .query_map(params![phrase, from.cast_signed(), to.cast_signed()], |row| row.get::<_, i64>(0))?;
        rows.map(|at| at.map(i64::cast_unsigned)).collect()
    }

    /// The ids of those of these values that any record has.
    fn ids(&self, facet: Facet, values: &[String]) -> rusqlite::Result<Vec<i64>> {
        let mut find = self.database.prepare_cached("SELECT id FROM value WHERE facet = ? AND text = ?")?;
        let ids =
            values.iter().map(|text| find.query_row(params![facet as u8, text], |row| row.get(0)).optional());
        ids.filter_map(Result::transpose).collect()
    }

    /// The range of indexes that the filter's times leave, by blocks; a clock that went back only makes it wider.
    fn within(&self, filter: &Filter, before: u64) -> rusqlite::Result<Option<(u64, u64)>> {
        if filter.since.is_none() && filter.until.is_none() {
            return Ok((before > 0).then_some((0, before)));
        }
        let since = filter.since.map_or(i64::MIN, |time| time.as_millisecond());
        let until = filter.until.map_or(i64::MAX, |time| time.as_millisecond());
        let query = "SELECT min(number), max(number) FROM block WHERE latest >= ? AND earliest <= ?";
        let blocks: (Option<i64>, Option<i64>) =
            self.database.query_row(query, [since, until], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (Some(first), Some(last)) = blocks else { return Ok(None) };
        let (from, to) = (first.cast_unsigned() * BLOCK, (last.cast_unsigned() + 1) * BLOCK);
        Ok((from < to.min(before)).then_some((from, to.min(before))))
    }

    fn wrap(&self, error: fill::Fault) -> IndexError {
        match error {
            fill::Fault::Database(source) => IndexError::Database { path: self.path.clone(), source },
            fill::Fault::Log(error) => IndexError::Log(error),
        }
    }
}

/// A condition on the id of a value. For one id the order of the indexes comes for nothing.
fn among(ids: &[i64]) -> String {
    match ids {
        [id] => format!("= {id}"),
        more => format!("IN ({})", more.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// The words of a text as a phrase, whose last one may go on; nothing if there are none.
fn phrase(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| format!("\"{}\" *", words.join(" ")))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.busy_timeout(Duration::from_secs(10))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "NORMAL")?;
    fill::prepare(&database)?;
    Ok(database)
}

fn remove(path: &Path) -> rusqlite::Result<()> {
    for more in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_os_string();
        name.push(more);
        // What is still there is found when it is opened.
        let _ = std::fs::remove_file(name);
    }
    Ok(())
}
