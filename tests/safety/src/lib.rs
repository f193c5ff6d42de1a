//! Lines of kubectl with the levels they deserve, and the score of whoever judges them.
//!
//! The labels come from a table of effects that people wrote ([`table`]) and from corpora of others, never from a
//! classifier: this crate depends on none. The same seed makes the same lines.

#![forbid(unsafe_code)]

pub mod attack;
pub mod body;
pub mod row;
pub mod score;
pub mod spell;
pub mod table;

mod random;

use std::collections::HashSet;

pub use row::{Error, Level, Row};

/// Every line: the corpora, the table respelled, bodies of patches, and attacks.
///
/// # Errors
/// When a data file of this folder is malformed.
pub fn corpus() -> Result<Vec<Row>, Error> {
    let mut rows = row::read(include_str!("../data/levels.jsonl"), "levels.jsonl")?;
    rows.extend(row::read(include_str!("../data/peers.jsonl"), "peers.jsonl")?);
    let table = table::Table::read(include_str!("../data/effects.txt"))?;
    let mut random = random::Random::new(0x5EED);
    rows.extend(spell::rows(&table, &mut random));
    rows.extend(body::rows(&table, &mut random));
    rows.extend(attack::rows(&table, &mut random));
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.command.clone()));
    Ok(rows)
}
