//! Values copied from one object to fields of others.

use std::cell::Cell;

use kubechat_yaml::{Dialect, documents};
use serde_json::Value;

use super::select::Chosen;
use crate::error::{Error, Result};
use crate::fields::Fault;
use crate::kustomization::{FieldOptions, Replacement, Source, Target};
use crate::path::{Make, each, get, parts};
use crate::read::{HEAVIEST, weight};
use crate::resource::{Gvk, Id, Resource, text};
use crate::set::Set;

const NAME: &str = "metadata.name";

/// Makes one replacement.
pub(crate) fn replace(place: &str, set: &mut Set, replacement: &Replacement) -> Result<()> {
    let value = match (&replacement.source, &replacement.source_value) {
        (Some(_), Some(_)) => {
            return Err(Error::wrong(
                place,
                "`source` and `sourceValue` can't be combined. Give one of them.",
            ));
        }
        (None, Some(value)) => Value::from(value.as_str()),
        (Some(source), None) => read(place, set, source)?,
        (None, None) => return Err(Error::wrong(place, "a replacement needs a `source`. Give it one.")),
    };
    if replacement.targets.is_empty() {
        return Err(Error::wrong(place, "a replacement needs `targets`. Give it at least one."));
    }
    let left = Cell::new(HEAVIEST);
    replacement
        .targets
        .iter()
        .try_for_each(|target| write(place, set, &Given { value: &value, left: &left }, target))?;
    set.check_weight(place, 0, 0)
}

/// The value, and how many bytes of it may still be written.
struct Given<'a> {
    value: &'a Value,
    left: &'a Cell<usize>,
}

/// Every id, as far as it is written down.
fn ids(resource: &Resource) -> Vec<Id> {
    let mut ids = resource.ids();
    ids.iter_mut().for_each(|id| id.scoped = false);
    ids
}

fn read(place: &str, set: &Set, source: &Source) -> Result<Value> {
    let wanted = Id {
        gvk: source.gvk(),
        name: source.name.clone(),
        namespace: source.namespace.clone(),
        scoped: false,
    };
    let fits = |id: &Id| {
        (wanted.name.is_empty() || wanted.name == id.name)
            && (wanted.namespace.is_empty() || wanted.effective_namespace() == id.effective_namespace())
            && id.gvk.is_selected_by(&wanted.gvk)
    };
    let found: Vec<&Resource> = set.list().iter().filter(|resource| ids(resource).iter().any(fits)).collect();
    let [resource] = found.as_slice() else {
        let many = if found.is_empty() { "no object" } else { "more than one object" };
        return Err(Error::wrong(
            place,
            format!("the source is {many}. Say by kind and name which one it is."),
        ));
    };
    let path = if source.field_path.is_empty() { NAME } else { &source.field_path };
    let value = get(&resource.object, &parts(path)).map_err(|fault| wrong(place, path, &fault))?;
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    let Some(value) = value.filter(|value| !is_empty(value)) else {
        let message = format!("the {} has nothing at `{path}`. Correct the path.", resource.id().phrase());
        return Err(Error::wrong(place, message));
    };
    refined(place, value, &source.options)
}

fn wrong(place: &str, path: &str, fault: &str) -> Error {
    Error::wrong(place, format!("the path `{path}` {fault}. Correct it."))
}

/// One part of a value between delimiters.
fn refined(place: &str, value: &Value, options: &FieldOptions) -> Result<Value> {
    if options.delimiter.is_empty() {
        return Ok(value.clone());
    }
    if value.is_object() || value.is_array() {
        return Err(Error::wrong(place, "a `delimiter` is for plain values alone. Take it out."));
    }
    let whole = text(value);
    let part =
        usize::try_from(options.index).ok().and_then(|index| whole.split(&options.delimiter).nth(index));
    let part = part.ok_or_else(|| {
        Error::wrong(place, format!("`{whole}` has no part with the index {}. Correct it.", options.index))
    })?;
    Ok(like(value, part).unwrap_or_else(|_| part.into()))
}

fn write(place: &str, set: &mut Set, given: &Given<'_>, target: &Target) -> Result<()> {
    let Some(select) = &target.select else {
        return Err(Error::wrong(place, "a target needs `select`. Say which objects it is."));
    };
    let chosen = Chosen::new(place, select)?;
    let rejected =
        target.reject.iter().map(|reject| Chosen::new(place, reject)).collect::<Result<Vec<_>>>()?;
    let name = [NAME.to_owned()];
    let paths = if target.field_paths.is_empty() { &name[..] } else { &target.field_paths };
    for resource in set.list_mut() {
        let ids = ids(resource);
        let kept_out = |reject: &Chosen<'_>| {
            reject.is_of_texts() && reject.fits_texts(resource)
                || reject.is_of_ids() && ids.iter().any(|id| reject.fits_id(id))
        };
        if !chosen.fits_texts(resource)
            || rejected.iter().any(kept_out)
            || !ids.iter().any(|id| chosen.fits_id(id))
        {
            continue;
        }
        for path in paths {
            copy(place, resource, given, path, &target.options)?;
        }
    }
    Ok(())
}

fn copy(
    place: &str,
    resource: &mut Resource,
    given: &Given<'_>,
    path: &str,
    options: &FieldOptions,
) -> Result<()> {
    let path_parts = parts(path);
    if inside_text(&resource.object, &path_parts) {
        let message = format!(
            "`{path}` leads into a text, and texts are not taken apart here. Name a field of the object."
        );
        return Err(Error::wrong(place, message));
    }
    let value = given.value;
    let make = match value {
        _ if !options.create => Make::Nothing,
        Value::Object(_) => Make::Map,
        Value::Array(_) => Make::List,
        _ => Make::Scalar,
    };
    let mut object = resource.object.clone();
    let count = each(&mut object, &path_parts, make, &mut |node| {
        let left = given.left.get().checked_sub(weight(value)).ok_or("leads to more than can be held")?;
        given.left.set(left);
        set_value(node, value, options)
    })
    .map_err(|fault| wrong(place, path, &fault))?;
    if count == 0 {
        let message = format!(
            "the {} has nothing at `{path}`. Correct the path, or say `options: {{create: true}}`.",
            resource.id().phrase()
        );
        return Err(Error::wrong(place, message));
    }
    if Gvk::of(&object).kind.is_empty() || !object["metadata"].is_object() {
        let message = format!("`{path}` would take the object its kind or metadata. Correct the path.");
        return Err(Error::wrong(place, message));
    }
    resource.object = object;
    Ok(())
}

/// Whether a text stands where the path goes on.
fn inside_text(object: &Value, path: &[String]) -> bool {
    (1..path.len()).any(|end| matches!(get(object, &path[..end]), Ok(Some(Value::String(_)))))
}

fn set_value(node: &mut Value, value: &Value, options: &FieldOptions) -> std::result::Result<(), Fault> {
    let is_made = node.is_null();
    if node.is_object() || node.is_array() {
        if !options.delimiter.is_empty() {
            return Err("holds no plain value, so it has no delimiters".to_owned());
        }
        *node = value.clone();
        return Ok(());
    }
    let mut new = text(value);
    if !options.delimiter.is_empty() {
        let old = if is_made { String::new() } else { text(node) };
        let mut parts: Vec<&str> = old.split(options.delimiter.as_str()).collect();
        match usize::try_from(options.index) {
            Err(_) => parts.insert(0, &new),
            Ok(index) if index < parts.len() => parts[index] = &new,
            Ok(_) => parts.push(&new),
        }
        new = parts.join(&options.delimiter);
    }
    *node = if is_made { plain(&new) } else { like(node, &new)? };
    Ok(())
}

/// A text as a value of the same type as the one whose place it takes.
fn like(old: &Value, text: &str) -> std::result::Result<Value, Fault> {
    let wrong = |what: &str| format!("holds {what}, and `{text}` is none");
    match old {
        Value::Number(_) => match plain(text) {
            number @ Value::Number(_) => Ok(number),
            _ => Err(wrong("a number")),
        },
        Value::Bool(_) => text.parse().map(Value::Bool).map_err(|_| wrong("true or false")),
        _ => Ok(text.into()),
    }
}

/// A text as what it looks like where nothing says what it is.
fn plain(text: &str) -> Value {
    match documents(text, Dialect::Plain).ok().as_deref() {
        Some([(_, value @ (Value::Number(_) | Value::Bool(_)))]) => value.clone(),
        _ => text.into(),
    }
}
