//! Which lists of Kubernetes' own kinds are merged, and by what.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

const TABLE: &str = include_str!("../data/merge.txt");

/// One field, as far as merging goes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Field {
    /// The list is merged item by item.
    pub merge: bool,
    keys: &'static str,
    kind: &'static str,
}

/// A type of which some field is merged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type(&'static HashMap<&'static str, Field>);

impl Field {
    /// What tells the items of a list apart; empty for plain values.
    pub fn keys(&self) -> Vec<&'static str> {
        self.keys.split(',').filter(|key| !key.is_empty()).collect()
    }

    /// The type of its value or items.
    pub fn kind(&self) -> Option<Type> {
        table().types.get(self.kind).map(Type)
    }

    /// Its items as a field.
    pub fn item(&self) -> Self {
        Self { merge: false, keys: "", kind: self.kind }
    }
}

impl Type {
    pub fn field(&self, name: &str) -> Option<Field> {
        self.0.get(name).copied()
    }
}

struct Table {
    kinds: HashMap<(&'static str, &'static str, &'static str), &'static str>,
    types: HashMap<&'static str, HashMap<&'static str, Field>>,
}

fn table() -> &'static Table {
    static KNOWN: OnceLock<Table> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut table = Table { kinds: HashMap::new(), types: HashMap::new() };
        for line in TABLE.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["kind", group, version, kind, name] => {
                    table.kinds.insert((group, version, kind), name);
                }
                ["type", name, fields @ ..] => {
                    table.types.insert(name, fields.iter().filter_map(|field| read(field)).collect());
                }
                _ => {}
            }
        }
        table
    })
}

/// `containers:merge:name:core.v1.Container`.
fn read(field: &'static str) -> Option<(&'static str, Field)> {
    let mut parts = field.splitn(4, ':');
    let (name, merge, keys, kind) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some((name, Field { merge: merge == "merge", keys, kind }))
}

/// The type of an object by its apiVersion and kind.
pub(super) fn of(object: &Value) -> Option<Type> {
    let version = object.get("apiVersion")?.as_str()?;
    let kind = object.get("kind")?.as_str()?;
    let (group, version) = version.split_once('/').unwrap_or(("-", version));
    let name = table().kinds.get(&(group, version, kind))?;
    table().types.get(name).map(Type)
}
