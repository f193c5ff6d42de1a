//! Lists, as a whole or item by item.

use serde_json::{Value, json};

use super::schema::Field;
use super::{DIRECTIVE, Directive, Fault, Merged, directive, is_nothing};
use crate::resource::text;

pub(super) fn walk(
    field: Option<Field>,
    old: Option<Value>,
    new: Option<Value>,
    name: &str,
) -> Result<Merged, Fault> {
    let Some(field) = field.filter(|field| field.merge) else {
        return Ok(Merged::new(new.or(old)));
    };
    let mut new = new;
    let (result, in_place) = if is_nothing(old.as_ref()) {
        (new.clone(), false)
    } else if new.as_ref().is_some_and(Value::is_null) {
        return Ok(Merged::new(None));
    } else {
        match new.as_mut().and_then(Value::as_array_mut).map_or(Ok(Directive::Merge), take_directive)? {
            Directive::Delete => return Ok(Merged::new(None)),
            Directive::Replace => (new.clone(), false),
            Directive::Merge => (old, true),
        }
    };
    let Some(Value::Array(list)) = result else { return Ok(Merged::new(None)) };
    let new = new.and_then(|new| match new {
        Value::Array(items) => Some(items),
        _ => None,
    });
    let merged = items(field, list, new, name)?;
    Ok(Merged { value: Some(merged.into()), in_place })
}

/// An item that is nothing but a directive is about the list.
fn take_directive(list: &mut Vec<Value>) -> Result<Directive, Fault> {
    let Some(at) = list.iter().position(|item| item.get(DIRECTIVE).is_some()) else {
        return Ok(Directive::Merge);
    };
    if list[at].as_object().is_none_or(|fields| fields.len() > 1) {
        return Ok(Directive::Merge);
    }
    let wanted = directive(&list[at][DIRECTIVE])?;
    let own = list[at].clone();
    list.retain(|item| *item != own);
    Ok(wanted)
}

/// The values by which an item is told from others.
type Values = Vec<String>;

/// Merges the items of the patch with those that are there, the patch's first.
fn items(field: Field, list: Vec<Value>, new: Option<Vec<Value>>, name: &str) -> Result<Vec<Value>, Fault> {
    let keys = field.keys();
    let sources = [new.as_deref().unwrap_or_default(), list.as_slice()];
    let (keys, mut all) = if keys.is_empty() {
        (vec![""], values_of(&sources, |item| vec![text(item)]))
    } else {
        let of = |item: &Value| keys.iter().map(|key| item.get(key).map(text).unwrap_or_default()).collect();
        let found = values_of(&sources, of);
        (keys, found)
    };
    if keys.len() > 1 {
        unite(&mut all);
    }
    let (mut list, mut made, mut last) = (list, Vec::new(), keys.clone());
    for values in all.clone() {
        let (keys, values) = given(&all, &values, &keys);
        last.clone_from(&keys);
        // One item's own values may be fewer.
        let (own_keys, own_values) = given(std::slice::from_ref(&values), &values, &keys);
        let place = position(&list, &own_keys, &own_values);
        let old = place.map(|place| list[place].clone());
        let patch =
            new.as_ref().and_then(|new| position(new, &own_keys, &own_values).map(|at| new[at].clone()));
        let merged = super::walk(Some(field.item()), old, patch, name)?;
        let Some(mut item) = merged.value.filter(|item| !item.is_null() && *item != json!({})) else {
            put(&mut list, None, &keys, &values);
            continue;
        };
        if let Value::Object(fields) = &mut item {
            for (key, value) in keys.iter().zip(&values) {
                if !value.is_empty() && !fields.contains_key(*key) {
                    fields.insert((*key).to_owned(), json!(value));
                }
            }
        }
        if let (true, Some(place)) = (merged.in_place, place) {
            list[place] = item.clone();
        }
        put(&mut made, Some(item), &keys, &values);
    }
    Ok(if all.is_empty() { list } else { append(made, list, &last) })
}

/// The different values of all items, in order.
fn values_of(sources: &[&[Value]], of: impl Fn(&Value) -> Values) -> Vec<Values> {
    let mut found: Vec<Values> = Vec::new();
    for item in sources.iter().copied().flatten() {
        let values = of(item);
        if !found.contains(&values) {
            found.push(values);
        }
    }
    found
}

/// Values of which one leaves open what the other says are the same.
fn unite(all: &mut [Values]) {
    for one in 0..all.len() {
        for other in 0..all.len() {
            if let Some(united) = united(&all[one], &all[other]) {
                all[one].clone_from(&united);
                all[other] = united;
            }
        }
    }
}

fn united(one: &Values, other: &Values) -> Option<Values> {
    let mut common = false;
    let mut found = Vec::new();
    for (one, other) in one.iter().zip(other) {
        if one == other {
            common = true;
        } else if !one.is_empty() && !other.is_empty() {
            return None;
        }
        found.push(if one.is_empty() { other.clone() } else { one.clone() });
    }
    common.then_some(found)
}

/// The keys that any item has, with this one's values; all of them where none has any.
fn given<'k>(all: &[Values], values: &Values, keys: &[&'k str]) -> (Vec<&'k str>, Values) {
    let used: Vec<bool> = (0..keys.len())
        .map(|at| all.iter().any(|values| values.get(at).is_some_and(|value| !value.is_empty())))
        .collect();
    if !used.contains(&true) {
        return (keys.to_vec(), values.clone());
    }
    let valid = keys.iter().zip(&used).filter(|(_, used)| **used).map(|(key, _)| *key).collect();
    let kept = values.iter().zip(&used).filter(|(value, used)| **used || !value.is_empty());
    (valid, kept.map(|(value, _)| value.clone()).collect())
}

fn position(list: &[Value], keys: &[&str], values: &[String]) -> Option<usize> {
    list.iter().position(|item| {
        if keys.first().is_none_or(|key| key.is_empty()) {
            return values.first().is_some_and(|value| text(item) == *value);
        }
        let same = |(key, value): (&&str, &String)| item.get(*key).is_some_and(|found| text(found) == *value);
        item.is_object() && keys.len() == values.len() && keys.iter().zip(values).all(same)
    })
}

/// Puts an item in the place of those with the same values, or at the end; none takes them away.
fn put(list: &mut Vec<Value>, item: Option<Value>, keys: &[&str], values: &[String]) {
    let of_maps = keys.first().is_some_and(|key| !key.is_empty())
        && values.first().is_some_and(|value| !value.is_empty());
    let mut found = false;
    let mut result = Vec::new();
    for known in list.drain(..) {
        if known.is_null() || known == json!({}) {
            continue;
        }
        if of_maps && !known.is_object() {
            result.push(known);
            continue;
        }
        // A value that is left open fits every one.
        let same = |(key, value): (&&str, &String)| match (key.is_empty(), known.get(*key)) {
            (true, _) => text(&known) == *value,
            (_, Some(own)) => value.is_empty() || text(own) == *value,
            (_, None) => false,
        };
        if values.is_empty() || !keys.iter().zip(values).all(same) {
            if !values.is_empty() {
                result.push(known);
            }
            continue;
        }
        found = true;
        result.extend(item.clone());
    }
    if !found {
        result.extend(item);
    }
    *list = result;
}

/// The items that were there behind those that the patch is about.
fn append(mut made: Vec<Value>, list: Vec<Value>, keys: &[&str]) -> Vec<Value> {
    for item in list {
        if keys.first().is_none_or(|key| key.is_empty()) {
            let value = text(&item);
            put(&mut made, Some(item), keys, &[value]);
            continue;
        }
        let mut values = Vec::new();
        for key in keys {
            match item.get(*key) {
                Some(value) => values.push(text(value)),
                None => made.push(item.clone()),
            }
        }
        if keys.len() > 1 {
            put(&mut made, None, keys, &values);
        }
        put(&mut made, Some(item), keys, &values);
    }
    made
}
