//! `set env --from`: a variable for each key of a Secret or ConfigMap, which takes its value from there.

use serde_json::{Value, json};

use crate::facts::{self, Known};
use crate::kinds::lookup;
use crate::options::Options;
use crate::plan::{Context, Targets};
use crate::refusal::Refusal;
use crate::select::Scope;

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

fn is_wanted(key: &str, options: &Options) -> bool {
    let Some(keys) = options.get("keys") else { return true };
    keys.split(',').any(|wanted| wanted == key)
}

/// `db.user-name` as `DB_USER_NAME`.
fn variable(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}
