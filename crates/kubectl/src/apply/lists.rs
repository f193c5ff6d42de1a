//! Lists whose items are merged one by one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schema::Field;
use super::{Merge, Unmergeable, without_nulls};

impl Merge {
    /// Items by their key, or plain values by themselves: what was dropped from the original goes, what is wanted is
    /// merged or added, and what others have added stays.
    pub(super) fn lists(
        &self,
        name: &str,
        field: Field,
        original: &[Value],
        live: &[Value],
        wanted: &[Value],
    ) -> Result<Vec<Value>, Unmergeable> {
        if field.key.is_empty() {
            let dropped = |item: &Value| original.contains(item) && !wanted.contains(item);
            let others: Vec<Value> =
                live.iter().filter(|item| !wanted.contains(item) && !dropped(item)).cloned().collect();
            let mut own: Vec<Value> = Vec::new();
            for item in wanted {
                if !own.contains(item) {
                    own.push(item.clone());
                }
            }
            return Ok(interleaved(others, own, live, |item| Some(item.clone())));
        }
        let key_of = |item: &Value| item.get(field.key).filter(|key| !key.is_null()).cloned();
        if wanted.iter().any(|item| key_of(item).is_none()) {
            return Err(Unmergeable::NoKey { list: name.to_owned(), key: field.key.to_owned() });
        }
        // Where a key does not tell items apart (one port for TCP and UDP), the list is what is wanted.
        if ambiguous(wanted, &key_of) || ambiguous(live, &key_of) {
            return Ok(wanted.iter().map(without_nulls).collect());
        }
        let find =
            |list: &'_ [Value], key: &Value| list.iter().position(|item| key_of(item).as_ref() == Some(key));
        let mut own = Vec::new();
        for item in wanted {
            let Some(key) = key_of(item) else { continue };
            let was = find(original, &key).map(|at| &original[at]);
            let found = find(live, &key).map(|at| &live[at]);
            own.push(match (found, item) {
                (Some(found), item) if self.edits && was == Some(item) => found.clone(),
                (None, item) if self.edits && was == Some(item) => continue,
                (Some(Value::Object(found)), Value::Object(item)) => {
                    let none = Map::new();
                    let was = was.and_then(Value::as_object).unwrap_or(&none);
                    let mut merged = self.maps(field.kind(), was, found, item)?;
                    if field.retain {
                        merged.retain(|key, _| item.contains_key(key));
                    }
                    merged.into()
                }
                (_, item) => without_nulls(item),
            });
        }
        let gone = |key: &Value| find(original, key).is_some();
        let others: Vec<Value> = live
            .iter()
            .filter(|item| key_of(item).is_none_or(|key| find(wanted, &key).is_none() && !gone(&key)))
            .cloned()
            .collect();
        Ok(interleaved(others, own, live, key_of))
    }
}

fn ambiguous(list: &[Value], key_of: &impl Fn(&Value) -> Option<Value>) -> bool {
    let keys: Vec<String> = list.iter().filter_map(key_of).map(|key| key.to_string()).collect();
    keys.iter().collect::<BTreeSet<_>>().len() != keys.len()
}

/// Both lists in one, each in its own order; an item of others stands before an own one that followed it so far.
///
/// So far: as the API server has it, which takes away what goes first and lets what comes fill the freed places.
fn interleaved(
    others: Vec<Value>,
    own: Vec<Value>,
    live: &[Value],
    key_of: impl Fn(&Value) -> Option<Value>,
) -> Vec<Value> {
    let keys = |list: &[Value]| list.iter().filter_map(&key_of).collect::<Vec<Value>>();
    let (stays, known) = ([keys(&others), keys(&own)].concat(), keys(live));
    let mut places: Vec<Value> = known.iter().filter(|key| stays.contains(key)).cloned().collect();
    let comes = keys(&own).into_iter().filter(|key| !known.contains(key));
    places.extend(comes.take(known.len() - places.len()));
    let place = |item: &Value| {
        let key = key_of(item)?;
        places.iter().position(|known| *known == key)
    };
    let mut all = Vec::with_capacity(others.len() + own.len());
    let (mut others, mut own) = (others.into_iter().peekable(), own.into_iter().peekable());
    loop {
        let first = match (others.peek(), own.peek()) {
            (None, None) => return all,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(other), Some(mine)) => {
                place(other).zip(place(mine)).is_some_and(|(other, mine)| other < mine)
            }
        };
        all.extend(if first { others.next() } else { own.next() });
    }
}
