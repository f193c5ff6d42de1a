//! Namespace, names, labels, annotations and numbers of replicas.

use std::collections::BTreeMap;

use serde_json::Value;

use super::all;
use crate::error::{Error, Result};
use crate::fields::{FieldSpec, Make, set_text};
use crate::kustomization::Replica;
use crate::resource::{Gvk, Resource};
use crate::set::Set;

/// Puts everything that can be in a namespace into this one.
pub(crate) fn namespace(place: &str, set: &mut Set, namespace: &str, specs: &[FieldSpec]) -> Result<()> {
    for resource in set.list_mut() {
        let gvk = resource.gvk();
        resource.remember();
        if !gvk.is_cluster_scoped() {
            let spec = FieldSpec::at("metadata/namespace", true);
            all(place, resource, &[spec], Make::Scalar, &mut |node| set_text(node, namespace))?;
        }
        let binding = matches!(gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        if binding {
            subjects(resource, namespace);
        }
        // The name of the Namespace itself counts in its own version alone.
        let core = gvk.group.is_empty() && gvk.version == "v1";
        let rest: Vec<FieldSpec> = specs
            .iter()
            .filter(|spec| match spec.path.as_str() {
                "metadata/namespace" => false,
                "metadata/name" => core,
                "subjects/namespace" => !binding,
                _ => true,
            })
            .cloned()
            .collect();
        all(place, resource, &rest, Make::Scalar, &mut |node| set_text(node, namespace))?;
    }
    set.check_unique(place)
}

/// Of the subjects of a binding only the one that every namespace has is the new namespace's.
fn subjects(resource: &mut Resource, namespace: &str) {
    for subject in resource.object["subjects"].as_array_mut().into_iter().flatten() {
        if subject["name"] == "default" {
            subject["namespace"] = namespace.into();
        }
    }
}

/// Kinds whose names are never changed.
fn keeps_name(gvk: &Gvk) -> bool {
    matches!(gvk.kind.as_str(), "CustomResourceDefinition" | "Namespace")
        || gvk.kind == "APIService" && gvk.group == "apiregistration.k8s.io"
}

/// Puts text before or behind names.
pub(crate) fn affix(place: &str, set: &mut Set, text: &str, before: bool, specs: &[FieldSpec]) -> Result<()> {
    for resource in set.list_mut() {
        let original = resource.original_id().gvk;
        if keeps_name(&original) {
            continue;
        }
        for spec in specs.iter().filter(|spec| original.is_selected_by(&spec.gvk())) {
            if spec.path == "metadata/name" {
                let affixes = if before { &mut resource.prefixes } else { &mut resource.suffixes };
                affixes.push(text.to_owned());
                resource.remember();
            }
            all(place, resource, std::slice::from_ref(spec), Make::Scalar, &mut |node| {
                let old = crate::resource::text(node);
                let old = if node.is_null() { String::new() } else { old };
                set_text(node, &if before { format!("{text}{old}") } else { format!("{old}{text}") })
            })?;
        }
    }
    Ok(())
}

/// Writes labels or annotations.
pub(crate) fn texts(
    place: &str,
    set: &mut Set,
    texts: &BTreeMap<String, String>,
    specs: &[FieldSpec],
) -> Result<()> {
    let added = texts.iter().map(|(key, text)| key.len() + text.len()).sum();
    set.check_weight(place, added, set.list().len())?;
    for resource in set.list_mut() {
        for (key, text) in texts {
            all(place, resource, specs, Make::Map, &mut |node| match node {
                Value::Object(fields) => {
                    fields.insert(key.clone(), text.clone().into());
                    Ok(())
                }
                Value::Null => Ok(()),
                _ => Err("is no map, so nothing can be added to it".to_owned()),
            })?;
        }
    }
    Ok(())
}

/// Sets how many there are of a workload.
pub(crate) fn replicas(place: &str, set: &mut Set, replica: &Replica, specs: &[FieldSpec]) -> Result<()> {
    let mut found = false;
    for spec in specs {
        let places = set.with_any_id(|id| id.name == replica.name && id.gvk.is_selected_by(&spec.gvk()));
        found |= !places.is_empty();
        for at in places {
            all(place, &mut set.list_mut()[at], std::slice::from_ref(spec), Make::Scalar, &mut |node| {
                if node.is_object() || node.is_array() {
                    return Err("holds no plain value, so no number can be written there".to_owned());
                }
                *node = replica.count.into();
                Ok(())
            })?;
        }
    }
    if found {
        return Ok(());
    }
    let message = format!("there is no workload called {}. Correct the name, or take it out.", replica.name);
    Err(Error::wrong(place, message))
}
