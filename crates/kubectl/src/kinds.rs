//! Words for types: the resource they mean, and what people call it.

use crate::catalog::{Catalog, Resource};
use crate::refusal::Refusal;

/// The resource that a word means.
pub(crate) fn lookup<'a>(catalog: &'a Catalog, word: &str) -> Result<&'a Resource, Refusal> {
    if let Some(resource) = catalog.find(word) {
        return Ok(resource);
    }
    let lower = word.to_lowercase();
    let mut near: Vec<(f64, &str)> = catalog
        .resources
        .iter()
        .map(|resource| (strsim::jaro_winkler(&resource.plural, &lower), resource.plural.as_str()))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.dedup_by(|a, b| a.1 == b.1);
    let names: Vec<String> = near.iter().take(3).map(|(_, name)| format!("`{name}`")).collect();
    let hint = if names.is_empty() {
        "`kubectl api-resources` lists the types there are.".to_owned()
    } else {
        format!("Did you mean {}?", names.join(" or "))
    };
    let place = if catalog.discovered { "The cluster has" } else { "Kubernetes itself has" };
    Err(Refusal::new("unknown-kind", format!("{place} no type `{word}`. {hint}")))
}

/// Whether objects of this kind say who may do what.
pub(crate) fn is_rbac(word: &str) -> bool {
    match Catalog::own().find(word) {
        Some(resource) => resource.group == "rbac.authorization.k8s.io",
        None => word.to_ascii_lowercase().ends_with("rbac.authorization.k8s.io"),
    }
}

/// Whether the word means Secrets.
pub(crate) fn is_secret(word: &str) -> bool {
    Catalog::own()
        .find(word)
        .is_some_and(|resource| resource.group.is_empty() && resource.plural == "secrets")
}

/// The kind's name for people; the word itself where Kubernetes doesn't know it.
pub(crate) fn kind_of(word: &str) -> String {
    Catalog::own().find(word).map_or_else(|| word.to_owned(), |resource| resource.kind.clone())
}

/// The kind in the plural for people.
pub(crate) fn plural_of(word: &str) -> String {
    match Catalog::own().find(word) {
        Some(resource) if resource.plural.len() > resource.singular.len() => {
            // `NetworkPolicy` and `networkpolicies` make `NetworkPolicies`.
            let stem: String = resource
                .kind
                .chars()
                .zip(resource.plural.chars())
                .take_while(|(a, b)| a.to_ascii_lowercase() == *b)
                .map(|(a, _)| a)
                .collect();
            format!("{stem}{}", &resource.plural[stem.len()..])
        }
        Some(resource) => resource.kind.clone(),
        None => word.to_owned(),
    }
}
