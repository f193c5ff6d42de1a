//! One object on its way, with what is remembered of the names that it had.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::origin::Origin;

/// The namespace of what is in none.
const NOWHERE: &str = "_non_namespaceable_";
const CLUSTER_SCOPED: &str = include_str!("data/cluster_scoped.txt");

/// Group, version and kind; an empty one matches all where it selects.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Gvk {
    pub group: String,
    pub version: String,
    pub kind: String,
}

impl Gvk {
    pub fn of(object: &Value) -> Self {
        let (group, version) = group_version(&text_at(object, "apiVersion"));
        Self { group, version, kind: text_at(object, "kind") }
    }

    pub fn is_selected_by(&self, selector: &Gvk) -> bool {
        let fits = |own: &String, wanted: &String| wanted.is_empty() || own == wanted;
        fits(&self.group, &selector.group)
            && fits(&self.version, &selector.version)
            && fits(&self.kind, &selector.kind)
    }

    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether kustomize knows that objects of this kind are in no namespace.
    pub fn is_cluster_scoped(&self) -> bool {
        static KNOWN: OnceLock<HashSet<&'static str>> = OnceLock::new();
        let known = KNOWN.get_or_init(|| CLUSTER_SCOPED.lines().collect());
        known.contains(format!("{} {}", self.api_version(), self.kind).as_str())
    }
}

/// `apps/v1` in its parts.
pub(crate) fn group_version(api_version: &str) -> (String, String) {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    (group.to_owned(), version.to_owned())
}

/// What tells one object from all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id {
    pub gvk: Gvk,
    pub name: String,
    pub namespace: String,
    /// Whether its scope is taken into account; it is not for ids of the past.
    pub scoped: bool,
}

impl Id {
    pub fn is_cluster_scoped(&self) -> bool {
        self.scoped && self.gvk.is_cluster_scoped()
    }

    /// `default` and none are one.
    pub fn effective_namespace(&self) -> &str {
        match self.namespace.as_str() {
            _ if self.is_cluster_scoped() => NOWHERE,
            "" => "default",
            namespace => namespace,
        }
    }

    pub fn equals(&self, other: &Self) -> bool {
        self.effective_namespace() == other.effective_namespace() && self.is_named_as(other)
    }

    pub fn is_named_as(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk
    }

    /// `Deployment web in namespace shop`.
    pub fn phrase(&self) -> String {
        let kind = if self.gvk.kind.is_empty() { "object" } else { &self.gvk.kind };
        let place = match self.namespace.as_str() {
            "" | NOWHERE => String::new(),
            namespace => format!(" in namespace {namespace}"),
        };
        format!("{kind} {}{place}", self.name)
    }
}

/// What a generated object does where one of its name is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    #[default]
    Create,
    Replace,
    Merge,
}

/// How an object was called before its name, namespace or kind was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Past {
    name: String,
    namespace: String,
    kind: String,
}

/// One object and its history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resource {
    /// Null when a patch has removed it.
    pub object: Value,
    past: Vec<Past>,
    pub prefixes: Vec<String>,
    pub suffixes: Vec<String>,
    /// Whether a hash of its content becomes part of its name.
    pub hashed: bool,
    pub behavior: Behavior,
    /// Names of the vars that take their values from it.
    pub vars: Vec<String>,
    pub origin: Option<Origin>,
    pub transformations: Vec<Origin>,
}

impl Resource {
    pub fn new(object: Value) -> Self {
        Self { object, ..Self::default() }
    }

    pub fn is_gone(&self) -> bool {
        self.object.as_object().is_none_or(Map::is_empty)
    }

    pub fn gvk(&self) -> Gvk {
        Gvk::of(&self.object)
    }

    pub fn name(&self) -> String {
        text_at(&self.object["metadata"], "name")
    }

    pub fn is_named(&self, name: &str) -> bool {
        match &self.object["metadata"]["name"] {
            Value::String(own) => own == name,
            other => text(other) == name,
        }
    }

    pub fn namespace(&self) -> String {
        text_at(&self.object["metadata"], "namespace")
    }

    pub fn id(&self) -> Id {
        Id { gvk: self.gvk(), name: self.name(), namespace: self.namespace(), scoped: true }
    }

    /// Whether its name, namespace or kind was changed.
    pub fn has_past(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether it had this name before.
    pub fn was_named(&self, name: &str) -> bool {
        self.past.iter().any(|past| past.name == name)
    }

    /// The ids of the past, oldest first.
    pub fn past_ids(&self) -> Vec<Id> {
        let gvk = self.gvk();
        let id = |past: &Past| Id {
            gvk: Gvk { kind: past.kind.clone(), ..gvk.clone() },
            name: past.name.clone(),
            namespace: past.namespace.clone(),
            scoped: false,
        };
        self.past.iter().map(id).collect()
    }

    /// Every id that it has or had.
    pub fn ids(&self) -> Vec<Id> {
        let mut ids = self.past_ids();
        ids.push(self.id());
        ids
    }

    /// What it was called where it was written down.
    pub fn original_id(&self) -> Id {
        self.past_ids().into_iter().next().unwrap_or_else(|| self.id())
    }

    /// Keeps the present id for those who still use it.
    pub fn remember(&mut self) {
        let id = self.id();
        let namespace = id.effective_namespace().to_owned();
        self.past.push(Past { name: id.name, namespace, kind: id.gvk.kind });
    }

    pub fn set_name(&mut self, name: &str) {
        self.object["metadata"]["name"] = json!(name);
    }

    pub fn set_namespace(&mut self, namespace: &str) {
        if !namespace.is_empty() {
            self.object["metadata"]["namespace"] = json!(namespace);
        } else if let Some(metadata) = self.object["metadata"].as_object_mut() {
            metadata.remove("namespace");
        }
    }

    /// Labels or annotations as text.
    pub fn texts(&self, field: &str) -> BTreeMap<String, String> {
        texts(&self.object["metadata"][field])
    }

    pub fn set_texts(&mut self, field: &str, texts: BTreeMap<String, String>) {
        if let Some(metadata) = self.object["metadata"].as_object_mut() {
            if texts.is_empty() {
                metadata.remove(field);
            } else {
                metadata.insert(field.to_owned(), json!(texts));
            }
        }
    }

    /// Takes the place of another: its name, namespace and history, and what it has of labels and annotations.
    pub fn take_place_of(&mut self, old: &Resource) {
        for field in ["labels", "annotations"] {
            let mut merged = old.texts(field);
            merged.extend(self.texts(field));
            self.set_texts(field, merged);
        }
        self.set_name(&old.name());
        self.set_namespace(&old.namespace());
        self.past.clone_from(&old.past);
        self.prefixes.clone_from(&old.prefixes);
        self.suffixes.clone_from(&old.suffixes);
        self.vars.clone_from(&old.vars);
        self.hashed = self.hashed && old.hashed;
        self.behavior = old.behavior;
    }

    /// Whether both were given the same prefixes and suffixes last; with `or_none` also where either has none.
    pub fn is_affixed_as(&self, other: &Resource, or_none: bool) -> bool {
        let same = |one: &[String], other: &[String]| {
            let shared = one.len().min(other.len());
            match shared {
                0 => or_none || one.len() == other.len(),
                shared => one[one.len() - shared..] == other[other.len() - shared..],
            }
        };
        same(&self.prefixes, &other.prefixes) && same(&self.suffixes, &other.suffixes)
    }
}

/// A map as text by text; empty when it is none.
pub(crate) fn texts(map: &Value) -> BTreeMap<String, String> {
    map.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), text(value))).collect()
}

/// A scalar as it is written.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => String::new(),
        other => other.to_string(),
    }
}

fn text_at(map: &Value, field: &str) -> String {
    map.get(field).filter(|value| !value.is_null()).map(text).unwrap_or_default()
}
