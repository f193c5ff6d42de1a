//! Kustomizations: a folder of files in memory becomes the objects that they describe, as kustomize builds them in
//! kubectl 1.36. Nothing is read from a disk or fetched, and no program is run: what a kustomization names has to be among
//! the files ([`named`] says what that is), and what would need more is refused by a sentence.
#![forbid(unsafe_code)]

mod change;
mod error;
mod fields;
mod files;
mod generate;
mod hash;
mod kustomization;
pub mod labels;
mod merge;
mod named;
mod origin;
mod path;
mod read;
mod references;
mod resource;
mod set;
mod sort;
mod target;

use serde_json::Value;

pub use error::Error;
pub use files::{Files, NAMES, clean, contains, is_remote, join};
pub use hash::suffix;
pub use named::{Named, named};

use error::Result;
use kustomization::BuildMetadata;
use resource::Resource;
use target::{Builder, Gathered};

/// Which files a kustomization may name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Loads {
    /// Those in its own folder, and folders anywhere that have a kustomization.
    #[default]
    RootOnly,
    /// Any.
    Anywhere,
}

/// Written by kustomize for itself, and of no use to others.
const LOCAL: &str = "config.kubernetes.io/local-config";
const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The version of kustomize in kubectl 1.36.
const VERSION: &str = "kustomize-v5.8.1";

/// The objects that the kustomization in a folder describes, sorted by kind where it says nothing of their order.
pub fn build(files: &Files, folder: &str, loads: Loads) -> Result<Vec<Value>> {
    let folder = clean(folder);
    let mut builder = Builder { files, loads, notes: false, built: 0, read: Default::default() };
    let place = if folder.is_empty() { "the command" } else { &folder };
    let target = builder.open(place, &folder, String::new())?;
    let notes = target.kustomization.build_metadata.clone();
    builder.notes = !notes.is_empty();
    let Gathered { mut set, config, vars } = builder.gather(&target, Gathered::default(), &[])?;
    for resource in set.list_mut().iter_mut().filter(|resource| resource.hashed) {
        let name = format!("{}-{}", resource.name(), hash::of(resource));
        resource.remember();
        resource.set_name(&name);
    }
    references::update(&target.file, &mut set, &config.name_reference)?;
    change::vars::resolve(&target.at("vars"), &mut set, &vars, &config.var_reference)?;
    set.retain(|resource| resource.texts("annotations").get(LOCAL).is_none_or(|local| local == "false"));
    let mut list = set.into_list();
    sort::sort(&target.at("sortOptions"), &mut list, target.kustomization.sort_options.as_ref())?;
    Ok(list.into_iter().map(|resource| finished(resource, &notes)).collect())
}

/// The object with the notes that are asked for.
fn finished(mut resource: Resource, notes: &[BuildMetadata]) -> Value {
    if notes.contains(&BuildMetadata::ManagedByLabel) {
        let mut labels = resource.texts("labels");
        labels.insert(MANAGED_BY.to_owned(), VERSION.to_owned());
        resource.set_texts("labels", labels);
    }
    let mut annotations = resource.texts("annotations");
    annotations.remove(ORIGIN);
    annotations.remove(TRANSFORMATIONS);
    if let Some(origin) =
        resource.origin.as_ref().filter(|_| notes.contains(&BuildMetadata::OriginAnnotations))
    {
        annotations.insert(ORIGIN.to_owned(), origin.note());
    }
    if notes.contains(&BuildMetadata::TransformerAnnotations) && !resource.transformations.is_empty() {
        annotations.insert(TRANSFORMATIONS.to_owned(), origin::notes(&resource.transformations));
    }
    resource.set_texts("annotations", annotations);
    resource.object
}
