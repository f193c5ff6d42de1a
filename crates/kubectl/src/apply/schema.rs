//! Which fields of Kubernetes' own kinds are merged, and by what.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

/// Lines of `kind` and `type`; the file says where they are from.
const TABLE: &str = include_str!("../data/merge.txt");

/// One field, as far as merging goes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Field {
    /// Lists are merged item by item.
    pub merge: bool,
    /// What is not wanted is taken away, whoever wrote it.
    pub retain: bool,
    /// Taken over as a whole.
    pub replace: bool,
    /// What tells the items of a list apart; empty for plain values.
    pub key: &'static str,
    kind: &'static str,
}

/// A type of which some field is merged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type(&'static HashMap<&'static str, Field>);

impl Field {
    /// The type of its value or items.
    pub(super) fn kind(&self) -> Option<Type> {
        table().types.get(self.kind).map(Type)
    }
}

impl Type {
    pub(super) fn field(&self, name: &str) -> Option<Field> {
        self.0.get(name).copied()
    }
}

struct Table {
    kinds: HashMap<(&'static str, &'static str, &'static str), &'static str>,
    types: HashMap<&'static str, HashMap<&'static str, Field>>,
}

/// The type of an object by its apiVersion and kind.
pub(super) fn of(object: &Value) -> Option<Type> {
    let version = object.get("apiVersion")?.as_str()?;
    let kind = object.get("kind")?.as_str()?;
    let (group, version) = version.split_once('/').unwrap_or(("-", version));
    // The table lives as long as the process; only the words asked for don't.
    let name = table().kinds.iter().find(|((g, v, k), _)| (*g, *v, *k) == (group, version, kind))?.1;
    table().types.get(name).map(Type)
}

fn table() -> &'static Table {
    static TABLES: OnceLock<Table> = OnceLock::new();
    TABLES.get_or_init(|| {
        let (mut kinds, mut types) = (HashMap::new(), HashMap::new());
        for line in TABLE.lines() {
            let words: Vec<&'static str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["kind", group, version, kind, name] => {
                    kinds.insert((*group, *version, *kind), *name);
                }
                ["type", name, fields @ ..] => {
                    types.insert(*name, fields.iter().filter_map(|text| field(text)).collect());
                }
                _ => {}
            }
        }
        Table { kinds, types }
    })
}

/// `NAME:STRATEGY:KEY:TYPE`.
fn field(text: &'static str) -> Option<(&'static str, Field)> {
    let mut parts = text.split(':');
    let (name, strategy, key, kind) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let field = Field {
        merge: strategy.starts_with("merge"),
        retain: strategy.ends_with("retain"),
        replace: strategy == "replace",
        key,
        kind,
    };
    Some((name, field))
}
