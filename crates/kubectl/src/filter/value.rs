//! The values of a filter: those of the object as they stand there, and those that are worked out.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json};

use crate::quantity::Quantity;

/// A value; what belongs to the object is borrowed from it.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Cow<'a, str>),
    /// A list of the object.
    Items(&'a [Json]),
    /// A map of the object.
    Object(&'a Map<String, Json>),
    /// A list that was worked out.
    List(Arc<Vec<Value<'a>>>),
    /// A map that was worked out.
    Map(Arc<Vec<(Value<'a>, Value<'a>)>>),
    Quantity(Quantity),
    Time(Timestamp),
    Span(SignedDuration),
    Optional(Option<Arc<Value<'a>>>),
}

impl<'a> Value<'a> {
    pub fn of(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(bool) => Self::Bool(*bool),
            Json::Number(number) => {
                number.as_i64().map_or_else(|| Self::Double(number.as_f64().unwrap_or(f64::NAN)), Self::Int)
            }
            Json::String(text) => Self::Text(Cow::Borrowed(text)),
            Json::Array(items) => Self::Items(items),
            Json::Object(fields) => Self::Object(fields),
        }
    }

    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    /// The name of its type, as CEL has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Items(_) | Self::List(_) => "list",
            Self::Object(_) | Self::Map(_) => "map",
            Self::Quantity(_) => "quantity",
            Self::Time(_) => "timestamp",
            Self::Span(_) => "duration",
            Self::Optional(_) => "optional",
        }
    }

    /// The value at a key of a map; nothing where there is none, and a null is none.
    pub fn field(&self, name: &str) -> Option<Value<'a>> {
        match self {
            Self::Object(fields) => fields.get(name).filter(|value| !value.is_null()).map(Value::of),
            Self::Map(entries) => entries
                .iter()
                .find(|(key, _)| matches!(key, Self::Text(text) if text == name))
                .map(|(_, value)| value.clone()),
            _ => None,
        }
    }

    pub fn is_map(&self) -> bool {
        matches!(self, Self::Object(_) | Self::Map(_))
    }

    /// The element of a list.
    pub fn element(&self, at: i64) -> Option<Value<'a>> {
        let at = usize::try_from(at).ok()?;
        match self {
            Self::Items(items) => items.get(at).map(Value::of),
            Self::List(items) => items.get(at).cloned(),
            _ => None,
        }
    }

    /// Elements of a list or keys of a map: what a macro runs over.
    pub fn elements(&self) -> Option<Vec<Value<'a>>> {
        Some(match self {
            Self::Items(items) => items.iter().map(Value::of).collect(),
            Self::List(items) => items.to_vec(),
            Self::Object(fields) => fields.keys().map(|key| Self::Text(Cow::Borrowed(key))).collect(),
            Self::Map(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            _ => return None,
        })
    }

    /// Characters, elements or entries.
    pub fn size(&self) -> Option<usize> {
        Some(match self {
            Self::Text(text) => text.chars().count(),
            Self::Items(items) => items.len(),
            Self::List(items) => items.len(),
            Self::Object(fields) => fields.len(),
            Self::Map(entries) => entries.len(),
            _ => return None,
        })
    }

    /// How much of it a comparison may have to look at.
    pub fn weight(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64 / 16 + 1,
            Self::Items(items) => items.iter().map(|item| Value::of(item).weight()).sum::<u64>() + 1,
            Self::Object(fields) => fields.values().map(|value| Value::of(value).weight()).sum::<u64>() + 1,
            Self::List(items) => items.iter().map(Value::weight).sum::<u64>() + 1,
            Self::Map(entries) => entries.iter().map(|(_, value)| value.weight() + 1).sum::<u64>() + 1,
            Self::Optional(Some(value)) => value.weight(),
            _ => 1,
        }
    }

    /// Whether both are the same; values of different types are not.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Optional(left), Self::Optional(right)) => match (left, right) {
                (Some(left), Some(right)) => left.equals(right),
                (left, right) => left.is_none() && right.is_none(),
            },
            _ => match (self.elements(), other.elements()) {
                (Some(left), Some(right)) if self.is_map() == other.is_map() => {
                    left.len() == right.len()
                        && if self.is_map() {
                            left.iter().all(|key| self.same_at(other, key))
                        } else {
                            left.iter().zip(&right).all(|(left, right)| left.equals(right))
                        }
                }
                (None, None) => self.compare(other) == Some(Ordering::Equal),
                _ => false,
            },
        }
    }

    fn same_at(&self, other: &Self, key: &Self) -> bool {
        match (self.at(key), other.at(key)) {
            (Some(left), Some(right)) => left.equals(&right),
            (left, right) => left.is_none() && right.is_none(),
        }
    }

    /// The value at a key of any type.
    pub fn at(&self, key: &Self) -> Option<Value<'a>> {
        match (self, key) {
            (Self::Map(entries), key) => {
                entries.iter().find(|(known, _)| known.equals(key)).map(|(_, value)| value.clone())
            }
            (Self::Object(_), Self::Text(name)) => self.field(name),
            (Self::Items(_) | Self::List(_), Self::Int(at)) => self.element(*at),
            _ => None,
        }
    }

    /// The order of two values; nothing where there is none between their types.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(right)),
            (Self::Int(left), Self::Double(right)) => (*left as f64).partial_cmp(right),
            (Self::Double(left), Self::Int(right)) => left.partial_cmp(&(*right as f64)),
            (Self::Double(left), Self::Double(right)) => left.partial_cmp(right),
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::Quantity(left), Self::Quantity(right)) => Some(left.cmp(right)),
            (Self::Quantity(left), Self::Int(right)) => Some(left.cmp(&Quantity::whole(*right))),
            (Self::Int(left), Self::Quantity(right)) => Some(Quantity::whole(*left).cmp(right)),
            (Self::Time(left), Self::Time(right)) => Some(left.cmp(right)),
            (Self::Span(left), Self::Span(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }
}
