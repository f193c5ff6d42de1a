//! Secrets and ConfigMaps that variables take their values from: `set env --from` makes a variable for each key of one,
//! `set env --list --resolve` reads those that are there already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::facts::{self, Known};
use crate::kinds::lookup;
use crate::options::Options;
use crate::plan::{Context, Operation, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, reading};
use crate::verbs::set::pod_spec;

/// The entries for a container's `env`, in the order of their keys; or the read that is missing. Only keys are looked at,
/// never what they hold.
pub(crate) fn entries(
    ctx: &Context<'_>,
    scope: &Scope,
    (kind, name): &(String, String),
    options: &Options,
) -> Result<Result<Vec<Value>, Vec<crate::plan::Read>>, Refusal> {
    let resource = lookup(ctx.catalog, kind)?.clone();
    let wanted = [(resource, Targets::Names(vec![name.clone()]))];
    let found: Known = facts::facts(ctx, &wanted, scope)?;
    let objects = match found {
        Ok(objects) => objects,
        Err(missing) => return Ok(Err(missing)),
    };
    let source = objects.iter().flat_map(|(_, objects)| objects).next();
    let keys = source.and_then(|object| object.get("data")?.as_object()).into_iter().flatten();
    let mut keys: Vec<&String> = keys.map(|(key, _)| key).filter(|key| is_wanted(key, options)).collect();
    keys.sort();
    if keys.is_empty() {
        let text = format!("{} {name} has none of the keys that are asked for.", crate::kinds::kind_of(kind));
        return Err(Refusal::new("missing-value", text));
    }
    let reference = if kind == "secret" { "secretKeyRef" } else { "configMapKeyRef" };
    let prefix = options.get("prefix").unwrap_or_default();
    let entry = |key: &String| {
        let from = json!({reference: {"name": name, "key": key}});
        json!({"name": format!("{prefix}{}", variable(key)), "value": null, "valueFrom": from})
    };
    Ok(Ok(keys.into_iter().map(entry).collect()))
}

/// The reads of the Secrets and ConfigMaps that containers' variables name, or the reads of the objects they are in.
pub(crate) fn sources(
    ctx: &Context<'_>,
    found: &[(Resource, Targets)],
    scope: &Scope,
    is_meant: impl Fn(&str) -> bool,
) -> Result<Result<Vec<Operation>, Vec<crate::plan::Read>>, Refusal> {
    let objects = match facts::facts(ctx, found, scope)? {
        Ok(objects) => objects,
        Err(missing) => return Ok(Err(missing)),
    };
    // By namespace and type, so that each is read once.
    let mut named: BTreeMap<(Option<String>, &str), BTreeSet<String>> = BTreeMap::new();
    for (resource, values) in &objects {
        let path = pod_spec(&resource.kind, &resource.qualified())?;
        for object in values {
            let namespace = object.pointer("/metadata/namespace").and_then(Value::as_str).map(str::to_owned);
            let namespace = namespace.or_else(|| scope.of(resource, ctx));
            let spec = path.iter().try_fold(object, |value, part| value.get(part)).unwrap_or(&Value::Null);
            for (kind, name) in references(spec, &is_meant) {
                named.entry((namespace.clone(), kind)).or_default().insert(name);
            }
        }
    }
    let read = |((namespace, kind), names): ((Option<String>, &str), BTreeSet<String>)| {
        let resource = lookup(ctx.catalog, kind)?.clone();
        Ok(reading(resource, namespace, Targets::Names(names.into_iter().collect())))
    };
    named.into_iter().map(read).collect::<Result<_, _>>().map(Ok)
}

/// Type and name of what the variables of a pod's containers name.
fn references(spec: &Value, is_meant: &impl Fn(&str) -> bool) -> Vec<(&'static str, String)> {
    let list =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let containers = ["containers", "initContainers"].into_iter().flat_map(|key| list(spec, key));
    let meant = containers.filter(|container| container["name"].as_str().is_some_and(is_meant));
    let variables = meant.flat_map(|container| list(&container, "env"));
    let kinds = [("secrets", "secretKeyRef"), ("configmaps", "configMapKeyRef")];
    let named = |variable: Value| {
        kinds.map(|(kind, key)| Some((kind, variable["valueFrom"][key]["name"].as_str()?.to_owned())))
    };
    variables.flat_map(named).flatten().collect()
}

fn is_wanted(key: &str, options: &Options) -> bool {
    let Some(keys) = options.get("keys") else { return true };
    keys.split(',').any(|wanted| wanted == key)
}

/// `db.user-name` as `DB_USER_NAME`.
fn variable(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}
