//! Objects that a plan needs, from what was read before.

use serde_json::Value;

use crate::catalog::Resource;
use crate::plan::{Context, Read, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, check_scope};

/// The objects of each resource, or the reads that are missing.
pub(crate) type Known = Result<Vec<(Resource, Vec<Value>)>, Vec<Read>>;

/// The objects that a command starts from, or the reads that are missing.
pub(crate) fn facts(
    ctx: &Context<'_>,
    found: &[(Resource, Targets)],
    scope: &Scope,
) -> Result<Known, Refusal> {
    known(ctx, found, scope, false)
}

/// The objects that a command changes, or the reads that are missing; those that its filter is not true for are left
/// out.
pub(crate) fn chosen(
    ctx: &Context<'_>,
    found: &[(Resource, Targets)],
    scope: &Scope,
) -> Result<Known, Refusal> {
    known(ctx, found, scope, true)
}

fn known(
    ctx: &Context<'_>,
    found: &[(Resource, Targets)],
    scope: &Scope,
    chosen: bool,
) -> Result<Known, Refusal> {
    let mut missing = Vec::new();
    let mut objects = Vec::new();
    for (resource, targets) in found {
        check_scope(resource, targets, scope)?;
        let mut values = Vec::new();
        for read in reads(resource, scope.of(resource, ctx), targets) {
            let read = Read { chosen, ..read };
            match ctx.facts.get(&read) {
                None => missing.push(read),
                Some(known) => match (&read.name, known.is_empty()) {
                    (Some(name), true) => return Err(not_found(resource, name, read.namespace.as_deref())),
                    _ => values.extend(known.iter().filter(|object| !object.is_null()).cloned()),
                },
            }
        }
        objects.push((resource.clone(), values));
    }
    Ok(if missing.is_empty() { Ok(objects) } else { Err(missing) })
}

/// Targets that are there, or the reads that are missing.
pub(crate) type Present = Result<Vec<(Resource, Targets)>, Vec<Read>>;

/// Of the named targets those that are there, or the reads that are missing.
pub(crate) fn present(
    ctx: &Context<'_>,
    found: Vec<(Resource, Targets)>,
    scope: &Scope,
) -> Result<Present, Refusal> {
    let mut missing = Vec::new();
    let mut present = Vec::new();
    for (resource, targets) in found {
        check_scope(&resource, &targets, scope)?;
        let Targets::Names(names) = &targets else {
            present.push((resource, targets));
            continue;
        };
        let mut there = Vec::new();
        for (name, read) in names.iter().zip(reads(&resource, scope.of(&resource, ctx), &targets)) {
            match ctx.facts.get(&read) {
                None => missing.push(read),
                Some(known) if known.is_empty() => {}
                Some(_) => there.push(name.clone()),
            }
        }
        present.push((resource, Targets::Names(there)));
    }
    Ok(if missing.is_empty() { Ok(present) } else { Err(missing) })
}

fn reads(resource: &Resource, namespace: Option<String>, targets: &Targets) -> Vec<Read> {
    let read = |name: Option<String>, labels: Option<String>, fields: Option<String>| Read {
        resource: resource.qualified(),
        namespace: namespace.clone(),
        name,
        labels,
        fields,
        chosen: false,
    };
    match targets {
        Targets::Names(names) => names.iter().map(|name| read(Some(name.clone()), None, None)).collect(),
        Targets::Selected { labels, fields } => vec![read(None, labels.clone(), fields.clone())],
    }
}

pub(crate) fn not_found(resource: &Resource, name: &str, namespace: Option<&str>) -> Refusal {
    let place = namespace.map(|name| format!(" in namespace {name}")).unwrap_or_default();
    Refusal::new("not-found", format!("There is no {} {name}{place}.", resource.kind))
}

/// `metadata.name` of an object, or nothing.
pub(crate) fn name_of(object: &Value) -> &str {
    object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
}

/// The selector of a workload (`spec.selector`) in the API's syntax.
pub(crate) fn selector_of(object: &Value) -> Option<String> {
    let selector = object.pointer("/spec/selector")?;
    let pairs = |map: &Value| -> Vec<String> {
        map.as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
            .collect()
    };
    let structured = selector.get("matchLabels").is_some() || selector.get("matchExpressions").is_some();
    let mut parts =
        if structured { selector.get("matchLabels").map(pairs).unwrap_or_default() } else { pairs(selector) };
    for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
        let key = expression.get("key").and_then(Value::as_str)?;
        let values: Vec<&str> = expression
            .get("values")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        parts.push(match expression.get("operator").and_then(Value::as_str)? {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return None,
        });
    }
    (!parts.is_empty()).then(|| parts.join(","))
}
