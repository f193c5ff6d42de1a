//! Names that objects use for each other, brought up to date where names have changed.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::fields::{Fault, FieldSpec, Make, Referrers, each, set_text};
use crate::resource::{Gvk, Id, Resource, text};
use crate::set::Set;

/// Writes the present name wherever a former one is used.
pub(crate) fn update(place: &str, set: &mut Set, table: &[Referrers]) -> Result<()> {
    let mut updated = Vec::new();
    for referrer in set.list() {
        let original = referrer.original_id().gvk;
        let candidates = candidates(set, referrer);
        let own = referrer.gvk();
        let mut object = referrer.object.clone();
        for (target, field) in table.iter().flat_map(|one| one.fields.iter().map(move |field| (one, field))) {
            if !original.is_selected_by(&field.gvk()) {
                continue;
            }
            let search = Search { referrer, field, target: target.gvk(), candidates: &candidates };
            let (group, version, kind) = (own.group.clone(), own.version.clone(), own.kind.clone());
            let exact = FieldSpec { group, version, kind, ..field.clone() };
            each(&mut object, &exact, Make::Nothing, &mut |node| search.set(node)).map_err(|fault| {
                let whose = referrer.id().phrase();
                Error::wrong(place, format!("in the {whose}, {fault}. Give the objects names of their own."))
            })?;
        }
        updated.push(object);
    }
    for (resource, object) in set.list_mut().iter_mut().zip(updated) {
        resource.object = object;
    }
    Ok(())
}

/// What an object can refer to at all: what has had another name, and is not out of its reach.
fn candidates<'a>(set: &'a Set, referrer: &Resource) -> Vec<&'a Resource> {
    let own = referrer.id();
    let subjects = referrer.object["subjects"].as_array().filter(|_| own.gvk.kind == "RoleBinding");
    let accounts = subjects.into_iter().flatten().filter(|subject| subject["kind"] == "ServiceAccount");
    let namespaces: Vec<&str> = accounts.filter_map(|subject| subject["namespace"].as_str()).collect();
    let fits = |other: &&Resource| {
        let id = other.id();
        own.is_cluster_scoped()
            || id.is_cluster_scoped()
            || id.effective_namespace() == own.effective_namespace()
            || namespaces.contains(&other.namespace().as_str())
    };
    set.list().iter().filter(|other| other.has_past()).filter(fits).collect()
}

struct Search<'a> {
    referrer: &'a Resource,
    field: &'a FieldSpec,
    /// The kind of what is referred to.
    target: Gvk,
    candidates: &'a [&'a Resource],
}

impl Search<'_> {
    fn set(&self, node: &mut Value) -> std::result::Result<(), Fault> {
        match node {
            Value::Null => Ok(()),
            Value::Array(items) => items.iter_mut().try_for_each(|item| match item {
                Value::Array(_) => {
                    Err("holds a list in a list; it should be one of names or of objects".to_owned())
                }
                item => self.set(item),
            }),
            Value::Object(_) => self.set_map(node),
            _ => self.set_scalar(node),
        }
    }

    fn set_scalar(&self, node: &mut Value) -> std::result::Result<(), Fault> {
        let old = text(node);
        match self.select(&old, self.candidates.to_vec(), false)? {
            Some(found) if found.name() != old => set_text(node, &found.name()),
            _ => Ok(()),
        }
    }

    /// A name beside its namespace.
    fn set_map(&self, node: &mut Value) -> std::result::Result<(), Fault> {
        let Some(name) = node.get("name").map(text) else {
            return Err("leads to an object without a `name`".to_owned());
        };
        let all = match node.get("namespace").map(text) {
            None => self.candidates.to_vec(),
            Some(namespace) => self.in_namespace(&namespace),
        };
        let Some(found) = self.select(&name, all, true)? else { return Ok(()) };
        let (new, namespace) = (found.name(), found.namespace());
        if new == name && namespace.is_empty() {
            return Ok(());
        }
        node["name"] = new.into();
        if !namespace.is_empty() {
            node["namespace"] = namespace.into();
        }
        Ok(())
    }

    fn in_namespace(&self, namespace: &str) -> Vec<&Resource> {
        let by = |id: fn(&Resource) -> Id| {
            let fits = |other: &&Resource| id(other).effective_namespace() == namespace;
            self.candidates.iter().copied().filter(fits).collect::<Vec<_>>()
        };
        let found = by(Resource::original_id);
        if found.is_empty() { by(Resource::id) } else { found }
    }

    /// The one object that is meant by a former name.
    fn select<'a>(
        &self,
        old: &str,
        candidates: Vec<&'a Resource>,
        with_namespace: bool,
    ) -> std::result::Result<Option<&'a Resource>, Fault> {
        let role = self.role();
        let own = self.referrer.id();
        let mut found = candidates;
        found.retain(|other| {
            if !other.was_named(old) {
                return false;
            }
            let past = other.past_ids();
            past.iter().any(|id| id.gvk.is_selected_by(&self.target))
                && role.as_ref().is_none_or(|role| past.iter().any(|id| id.gvk.is_selected_by(role)))
                && self.is_near(&own, other)
        });
        if found.len() > 1 || found.is_empty() {
            found.retain(|other| other.is_affixed_as(self.referrer, true));
            if found.len() > 1 {
                found.retain(|other| other.is_affixed_as(self.referrer, false));
            }
        }
        let Some(first) = found.first().copied() else { return Ok(None) };
        let same = |other: &&Resource| {
            other.name() == first.name() && (!with_namespace || other.namespace() == first.namespace())
        };
        if found.iter().all(same) {
            return Ok(Some(first));
        }
        let names: Vec<String> = found.iter().map(|other| other.id().phrase()).collect();
        Err(format!("may mean each of {}", names.join(", ")))
    }

    fn is_near(&self, own: &Id, other: &Resource) -> bool {
        let id = other.id();
        own.is_cluster_scoped()
            || id.is_cluster_scoped()
            || id.gvk.kind == "ServiceAccount"
            || id.effective_namespace() == own.effective_namespace()
    }

    /// The kind of role that a binding names.
    fn role(&self) -> Option<Gvk> {
        if !self.field.path.ends_with("roleRef/name") {
            return None;
        }
        let reference = self.referrer.object.get("roleRef")?;
        let (group, kind) = (text(reference.get("apiGroup")?), text(reference.get("kind")?));
        Some(Gvk { group, kind, version: String::new() })
    }
}
