//! `where`: a CEL expression over the objects that a command is about.
//!
//! Evaluated here, in process, over one object at a time: `self` is the object, `metrics` what it uses, `now` the time.
//! A field that is missing makes the expression false for that object, and the objects left out for it are counted.
//! A type that doesn't fit is an error that names the part. Steps are counted, so that every expression ends.

mod compile;
mod eval;
mod functions;
mod node;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::quantity::Quantity;
use crate::refusal::Refusal;
use eval::{Evaluation, Fault, Meter};
use node::Node;
use value::Value;

/// Steps that one object may take.
const STEPS: u64 = 1_000_000;
/// Steps that all objects of a read may take together.
const ALL_STEPS: u64 = 20_000_000;

/// A filter that has been read and checked.
#[derive(Clone)]
pub struct Where {
    text: String,
    node: Arc<Node>,
    metrics: bool,
}

/// Why a filter could not be applied to an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhereError {
    /// A part does not fit the values it meets.
    #[error("the part `{part}` of the filter fails for {object}: {message}")]
    Type {
        /// The part.
        part: String,
        /// What is wrong with it.
        message: String,
        /// The object it was about.
        object: String,
    },
    /// It takes more steps than it may.
    #[error("the filter takes too many steps; make it simpler, or narrow the selection first")]
    Cost,
}

impl Where {
    /// Reads and checks an expression.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::new(
                "bad-where",
                "The filter is empty; write for example `self.spec.replicas > 1`.",
            ));
        }
        let (node, metrics) = compile::compile(text).map_err(|reason| {
            Refusal::new("bad-where", format!("The filter `{text}` can't be used: {reason}."))
        })?;
        Ok(Self { text: text.to_owned(), node: Arc::new(node), metrics })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it asks what the objects use.
    pub fn reads_metrics(&self) -> bool {
        self.metrics
    }

    /// Begins to sift objects; `now` is the same for all of them.
    pub fn sieve(&self, now: Timestamp) -> Sieve {
        Sieve {
            filter: self.clone(),
            now,
            left: ALL_STEPS,
            meter: Meter::default(),
            missing: BTreeMap::new(),
        }
    }
}

/// Sifts objects one by one, and counts those that were left out because they lack what the filter asks about.
#[derive(Debug)]
pub struct Sieve {
    filter: Where,
    now: Timestamp,
    left: u64,
    meter: Meter,
    missing: BTreeMap<String, usize>,
}

impl Sieve {
    /// Whether the object stays. `metrics` is its PodMetrics or NodeMetrics, where there is one.
    pub fn keeps(&mut self, object: &Json, metrics: Option<&Json>) -> Result<bool, WhereError> {
        let filter = self.filter.clone();
        self.meter.left = STEPS.min(self.left);
        let begun = self.meter.left;
        let mut scope = vec![("self", Value::of(object))];
        scope.extend(metrics.map(|metrics| ("metrics", usage(metrics))));
        let found = Evaluation { scope, now: self.now, meter: &mut self.meter }.bool(&filter.node);
        self.left -= begun - self.meter.left;
        match found {
            Ok(keeps) => Ok(keeps),
            Err(Fault::Missing(path)) => {
                *self.missing.entry(path).or_default() += 1;
                Ok(false)
            }
            Err(Fault::Wrong { part, message }) => {
                Err(WhereError::Type { part, message, object: named(object) })
            }
            Err(Fault::Spent) => Err(WhereError::Cost),
        }
    }

    /// How many objects were left out for want of a field, where any were.
    pub fn note(&self) -> Option<String> {
        let total: usize = self.missing.values().sum();
        let mut paths: Vec<(&String, &usize)> = self.missing.iter().collect();
        paths.sort_by_key(|(path, count)| (std::cmp::Reverse(**count), path.as_str()));
        let named: Vec<String> = paths.iter().take(3).map(|(path, _)| format!("`{path}`")).collect();
        let objects = if total == 1 { "1 object was" } else { &format!("{total} objects were") };
        (total > 0).then(|| format!("{objects} left out for want of {}.", named.join(", ")))
    }
}

/// `Pod web-1 in shop`.
fn named(object: &Json) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let kind = Some(text("/kind")).filter(|kind| !kind.is_empty()).unwrap_or("object");
    match text("/metadata/namespace") {
        "" => format!("{kind} {}", text("/metadata/name")),
        namespace => format!("{kind} {} in {namespace}", text("/metadata/name")),
    }
}

/// `{cpu, memory, containers: [{name, cpu, memory}]}` of a PodMetrics or NodeMetrics.
fn usage(metrics: &Json) -> Value<'_> {
    let amount = |usage: &Json, resource: &str| {
        usage.get(resource).and_then(Json::as_str).and_then(Quantity::parse).unwrap_or_default()
    };
    let map = |entries: Vec<(&'static str, Value<'static>)>| {
        let entries = entries.into_iter().map(|(key, value)| (Value::text(key), value));
        Value::Map(Arc::new(entries.collect()))
    };
    let resources = |usage: &Json| {
        vec![
            ("cpu", Value::Quantity(amount(usage, "cpu"))),
            ("memory", Value::Quantity(amount(usage, "memory"))),
        ]
    };
    let Some(containers) = metrics.get("containers").and_then(Json::as_array) else {
        return map(resources(metrics.get("usage").unwrap_or(&Json::Null)));
    };
    let usage_of = |container: &Json| container.get("usage").cloned().unwrap_or_default();
    let sum =
        |resource: &str| containers.iter().map(|container| amount(&usage_of(container), resource)).sum();
    let each = containers.iter().map(|container| {
        let mut entries = resources(&usage_of(container));
        let name = container.get("name").and_then(Json::as_str).unwrap_or_default();
        entries.push(("name", Value::text(name)));
        map(entries)
    });
    map(vec![
        ("cpu", Value::Quantity(sum("cpu"))),
        ("memory", Value::Quantity(sum("memory"))),
        ("containers", Value::list(each.collect())),
    ])
}

impl PartialEq for Where {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Where({:?})", self.text)
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Where {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Where {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
