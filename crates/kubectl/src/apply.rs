//! What client-side `apply` makes of a live object: a three-way merge of what was applied last, what is there, and what
//! is wanted, by the list keys of Kubernetes' own kinds.

use serde_json::{Map, Value};

mod conflict;
mod lists;
mod schema;
mod strategic;

pub use conflict::conflict;
use schema::{Field, Type};
pub use strategic::strategic;

/// The key by which strategic patches merge the list at the end of these fields; none where they take it whole.
pub(crate) fn merge_key<'a>(object: &Value, fields: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut kind = schema::of(object);
    let mut last = Field::default();
    for name in fields {
        last = kind?.field(name)?;
        kind = last.kind();
    }
    (last.merge && !last.key.is_empty()).then_some(last.key)
}

/// Where an object keeps what it was last applied as.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Metadata that only the server writes; what a manifest says of it means nothing.
const SERVERS: &[&str] = &[
    "creationTimestamp",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Why a merge can't be made, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// The manifest is about an earlier state of the object.
    #[error(
        "The manifest names {field} {wanted}, but the object has {found}: it has changed since. Take {field} out of the manifest, or start from the object as it is."
    )]
    Stale {
        /// `resourceVersion` or `uid`.
        field: &'static str,
        /// What the manifest says.
        wanted: String,
        /// What the object has.
        found: String,
    },
    /// An item of a list lacks what tells it apart.
    #[error("An item of the list `{list}` has no `{key}`, so it can't be told from the others. Give it one.")]
    NoKey {
        /// The field.
        list: String,
        /// The field that tells its items apart.
        key: String,
    },
    /// What was last applied can't be read.
    #[error(
        "The annotation {LAST_APPLIED} of the object is not JSON. Correct it with `kubectl apply set-last-applied`."
    )]
    Unreadable,
}

/// The object as it is written, with a note of it for the next `apply`.
pub fn annotated(body: &Value) -> Value {
    let mut bare = body.clone();
    bare["metadata"]["annotations"] = match bare["metadata"]["annotations"].take() {
        Value::Object(mut annotations) => {
            annotations.remove(LAST_APPLIED);
            annotations.into()
        }
        _ => Map::new().into(),
    };
    let note = format!("{bare}\n");
    bare["metadata"]["annotations"][LAST_APPLIED] = note.into();
    bare
}

/// What the object was last applied as, where it says so.
pub fn last_applied(live: &Value) -> Result<Option<Value>, Unmergeable> {
    let note =
        live.get("metadata").and_then(|metadata| metadata.get("annotations")?.get(LAST_APPLIED)?.as_str());
    match note {
        None | Some("") => Ok(None),
        Some(note) => serde_json::from_str(note).map(Some).map_err(|_| Unmergeable::Unreadable),
    }
}

/// The JSON merge patch that makes of the live object what `apply` makes of it, or with an original what an edit does.
pub fn patch(live: &Value, body: &Value, original: Option<&Value>) -> Result<Value, Unmergeable> {
    Ok(between(live, &result(live, body, original)?))
}

/// The live object after `apply`, or after an edit that started from `original`.
pub fn result(live: &Value, body: &Value, original: Option<&Value>) -> Result<Value, Unmergeable> {
    let edits = original.is_some();
    let (wanted, original) = match original {
        Some(original) => (body.clone(), Some(original.clone())),
        None => {
            check_version(live, body)?;
            (annotated(body), last_applied(live)?)
        }
    };
    let (wanted, original) = (bare(wanted, edits), original.map(|original| bare(original, edits)));
    let (Value::Object(live), Value::Object(wanted)) = (live, &wanted) else { return Ok(live.clone()) };
    let none = Map::new();
    let original = original.as_ref().and_then(Value::as_object).unwrap_or(&none);
    Merge { edits }.maps(schema::of(body), original, live, wanted).map(Value::Object)
}

/// Refuses a manifest that is about another state of the object.
fn check_version(live: &Value, body: &Value) -> Result<(), Unmergeable> {
    for field in ["resourceVersion", "uid"] {
        let text = |object: &Value| object["metadata"][field].as_str().unwrap_or_default().to_owned();
        let (wanted, found) = (text(body), text(live));
        if !wanted.is_empty() && wanted != found {
            return Err(Unmergeable::Stale { field, wanted, found });
        }
    }
    Ok(())
}

/// The object without what only the server writes; an edit is not about the status either.
fn bare(mut object: Value, edits: bool) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in SERVERS {
            metadata.remove(*field);
        }
    }
    if edits && let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    object
}

/// The JSON merge patch (RFC 7386) from one value to the other.
pub fn between(from: &Value, to: &Value) -> Value {
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return to.clone() };
    let mut patch = Map::new();
    for (key, value) in to {
        match from.get(key) {
            Some(old) if old == value => {}
            Some(old @ Value::Object(_)) if value.is_object() => {
                patch.insert(key.clone(), between(old, value));
            }
            _ => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// How values are merged.
struct Merge {
    /// Whether what the wanted object shares with the original is left as it is: an edit says nothing about it.
    edits: bool,
}

type Fields = Map<String, Value>;

impl Merge {
    fn maps(
        &self,
        kind: Option<Type>,
        original: &Fields,
        live: &Fields,
        wanted: &Fields,
    ) -> Result<Fields, Unmergeable> {
        let mut result = live.clone();
        for key in original.keys().filter(|key| !wanted.contains_key(*key)) {
            result.remove(key);
        }
        for (key, value) in wanted {
            if self.edits && original.get(key) == Some(value) {
                continue;
            }
            if value.is_null() {
                result.remove(key);
                continue;
            }
            let field = kind.and_then(|kind| kind.field(key)).unwrap_or_default();
            let merged = self.value(key, field, original.get(key), live.get(key), value)?;
            result.insert(key.clone(), merged);
        }
        Ok(result)
    }

    fn value(
        &self,
        name: &str,
        field: Field,
        original: Option<&Value>,
        live: Option<&Value>,
        wanted: &Value,
    ) -> Result<Value, Unmergeable> {
        match (live, wanted) {
            (Some(Value::Object(live)), Value::Object(wanted)) if !field.replace => {
                let none = Map::new();
                let original = original.and_then(Value::as_object).unwrap_or(&none);
                let mut merged = self.maps(field.kind(), original, live, wanted)?;
                if field.retain {
                    merged.retain(|key, _| wanted.contains_key(key));
                }
                Ok(merged.into())
            }
            (Some(Value::Array(live)), Value::Array(wanted)) if field.merge => {
                let original = original.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                self.lists(name, field, original, live, wanted).map(Value::Array)
            }
            (_, wanted) => Ok(without_nulls(wanted)),
        }
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Whether Kubernetes itself has this type, so that its lists have known keys.
pub fn is_known(object: &Value) -> bool {
    schema::of(object).is_some()
}
