//! Strategic merge patches as kustomize applies them. It is not the merge of `kubectl apply`: new items come first, some
//! lists go by two keys, and where a patch says nothing lists are put in order all the same.

use serde_json::{Map, Value};

mod lists;
mod schema;

use schema::{Field, Type};

const DIRECTIVE: &str = "$patch";

/// Why a patch does not fit, as a sentence.
pub(crate) type Fault = String;

/// The object after the patch; nothing when it is deleted.
pub(crate) fn merge(object: &Value, patch: &Value) -> Result<Option<Value>, Fault> {
    Ok(walk(None, Some(object.clone()), Some(patch.clone()), "")?.value)
}

/// What came of one place.
struct Merged {
    value: Option<Value>,
    /// Whether it is what was there, changed, and not something put in its place.
    in_place: bool,
}

impl Merged {
    fn new(value: Option<Value>) -> Self {
        Self { value, in_place: false }
    }
}

/// What a patch wants done with a map or list besides merging.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

fn directive(value: &Value) -> Result<Directive, Fault> {
    match value.as_str() {
        Some("merge") => Ok(Directive::Merge),
        Some("replace") => Ok(Directive::Replace),
        Some("delete") => Ok(Directive::Delete),
        _ => Err(format!("`$patch: {value}` is unknown; it is `merge`, `replace` or `delete`.")),
    }
}

fn is_nothing(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_null)
}

/// Merges one field: `old` is there, `new` is what the patch says.
fn walk(field: Option<Field>, old: Option<Value>, new: Option<Value>, name: &str) -> Result<Merged, Fault> {
    let first = [&old, &new].into_iter().flatten().find(|value| !value.is_null());
    let same = |other: &Option<Value>| match (first, other) {
        (Some(first), Some(other)) if !other.is_null() => kind(first) == kind(other),
        _ => true,
    };
    if !same(&old) || !same(&new) {
        let found = old.as_ref().map_or("nothing", kind);
        let wanted = new.as_ref().map_or("nothing", kind);
        return Err(format!("`{name}` is {found}, and the patch makes it {wanted}. Correct the patch."));
    }
    match first {
        Some(Value::Array(_)) => lists::walk(field, old, new, name),
        Some(Value::Object(_)) | None => maps(field, old, new),
        Some(_) => Ok(Merged::new(new.or(old))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
        _ => "a plain value",
    }
}

fn maps(field: Option<Field>, old: Option<Value>, new: Option<Value>) -> Result<Merged, Fault> {
    // An embedded object says itself what it is.
    let kind = match field {
        Some(field) => field.kind(),
        None => [&old, &new].into_iter().flatten().find_map(schema::of),
    };
    let mut new = new;
    let wanted = match new.as_mut() {
        Some(Value::Object(fields)) => match fields.remove(DIRECTIVE) {
            Some(value) => directive(&value)?,
            None => Directive::Merge,
        },
        _ => Directive::Merge,
    };
    let (result, in_place) = match (old, &new) {
        (_, Some(_)) if wanted == Directive::Delete => return Ok(Merged::new(None)),
        // What is null on purpose stays where the patch says nothing.
        (Some(Value::Null), None) => return Ok(Merged::new(Some(Value::Null))),
        (None | Some(Value::Null), Some(new)) => (new.clone(), false),
        (None, None) | (Some(_), Some(Value::Null)) => return Ok(Merged::new(None)),
        (Some(_), Some(new)) if wanted == Directive::Replace => (new.clone(), false),
        (Some(old), _) => (old, true),
    };
    let Value::Object(mut result) = result else { return Ok(Merged::new(None)) };
    let none = Map::new();
    let patch = new.as_ref().and_then(Value::as_object).unwrap_or(&none);
    let mut names: Vec<String> = result.keys().chain(patch.keys()).cloned().collect();
    names.sort();
    names.dedup();
    for name in names {
        let inner = kind.and_then(|kind: Type| kind.field(&name));
        let old = result.remove(&name);
        let was_null = old.as_ref().is_some_and(Value::is_null);
        let merged = walk(inner, old, patch.get(&name).cloned(), &name)?.value;
        match merged {
            Some(Value::Null) if !was_null || patch.contains_key(&name) => {}
            Some(value) => {
                result.insert(name, value);
            }
            None => {}
        }
    }
    Ok(Merged { value: Some(result.into()), in_place })
}
