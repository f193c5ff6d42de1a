//! `$(NAME)` in commands, environments and the like, replaced by values of other objects.

use std::collections::BTreeMap;

use serde_json::Value;

use super::all;
use crate::error::{Error, Result};
use crate::fields::{Fault, FieldSpec, Make};
use crate::kustomization::Var;
use crate::path::{get, parts};
use crate::resource::{Gvk, Id, group_version, text};
use crate::set::Set;

/// Bytes of a text before its last var.
const LONGEST: usize = 1024 * 1024;

/// Notes at each object which vars take their values from it.
pub(crate) fn note(place: &str, set: &mut Set, vars: &[Var]) -> Result<()> {
    for var in vars {
        let object = &var.objref;
        let (group, version) = match object.api_version.as_str() {
            "" => (object.group.clone(), object.version.clone()),
            both => group_version(both),
        };
        let gvk = Gvk { group, version, kind: object.kind.clone() };
        let wanted =
            Id { gvk, name: object.name.clone(), namespace: object.namespace.clone(), scoped: false };
        let found = set.with_any_id(|id| {
            if wanted.namespace.is_empty() { wanted.is_named_as(id) } else { wanted.equals(id) }
        });
        match found.as_slice() {
            [] => {}
            [at] => set.list_mut()[*at].vars.push(var.name.clone()),
            _ => {
                let message =
                    format!("the var {} means more than one object. Give it a namespace.", var.name);
                return Err(Error::wrong(place, message));
            }
        }
    }
    Ok(())
}

/// Adds vars, each name once.
pub(crate) fn collect(place: &str, known: &mut Vec<Var>, more: Vec<Var>) -> Result<()> {
    for var in more {
        if known.iter().any(|known| known.name == var.name) {
            return Err(Error::wrong(
                place,
                format!("there are two vars {}. Give them names of their own.", var.name),
            ));
        }
        known.push(var);
    }
    Ok(())
}

/// Replaces them all.
pub(crate) fn resolve(place: &str, set: &mut Set, vars: &[Var], specs: &[FieldSpec]) -> Result<()> {
    let mut values = BTreeMap::new();
    for var in vars {
        let path =
            if var.fieldref.field_path.is_empty() { "metadata.name" } else { &var.fieldref.field_path };
        let from = set.list().iter().find(|resource| resource.vars.contains(&var.name));
        let value = from.and_then(|resource| get(&resource.object, &parts(&bracketed(path))).ok().flatten());
        let Some(value) = value else {
            let message = format!(
                "the var {} has no value: there is no such object, or nothing at `{path}`. Correct it.",
                var.name
            );
            return Err(Error::wrong(place, message));
        };
        values.insert(var.name.as_str(), value.clone());
    }
    if values.is_empty() {
        return Ok(());
    }
    for resource in set.list_mut() {
        all(place, resource, specs, Make::Nothing, &mut |node| replace(node, &values))?;
    }
    Ok(())
}

/// `spec.ports[0].port` with each index a part of its own.
fn bracketed(path: &str) -> String {
    let mut found = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        match after.split_once(']') {
            Some((index, after)) if index.parse::<usize>().is_ok() => {
                found.push_str(before);
                if !before.ends_with('.') {
                    found.push('.');
                }
                found.push_str(index);
                rest = after;
            }
            _ => break,
        }
    }
    found + rest
}

fn replace(node: &mut Value, values: &BTreeMap<&str, Value>) -> std::result::Result<(), Fault> {
    match node {
        Value::String(old) => *node = expanded(old, values)?,
        Value::Object(fields) => {
            for value in fields.values_mut() {
                if let Value::String(old) = value {
                    *value = expanded(old, values)?;
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let Value::String(old) = item else {
                    return Err("holds items that are no texts, so no var can be in them".to_owned());
                };
                *item = expanded(old, values)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The text with its vars replaced; one that is nothing but a var takes over the type as well. `$$` is a dollar.
fn expanded(old: &str, values: &BTreeMap<&str, Value>) -> std::result::Result<Value, Fault> {
    let mut new = String::new();
    let mut rest = old;
    while let Some((before, after)) = rest.split_once('$') {
        if new.len() > LONGEST {
            return Err(format!("becomes longer than {LONGEST} bytes by its vars"));
        }
        new.push_str(before);
        let name = after.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        rest = match (name, after.strip_prefix('$')) {
            (Some((name, behind)), _) => {
                match values.get(name).filter(|value| !value.is_object() && !value.is_array()) {
                    Some(value) if before.is_empty() && behind.is_empty() && new.is_empty() => {
                        return Ok(value.clone());
                    }
                    Some(value) => new.push_str(&text(value)),
                    None => new.push_str(&format!("$({name})")),
                }
                behind
            }
            (None, Some(behind)) => {
                new.push('$');
                behind
            }
            (None, None) => {
                new.push('$');
                after
            }
        };
    }
    Ok((new + rest).into())
}
