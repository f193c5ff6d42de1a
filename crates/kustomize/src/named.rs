//! What a kustomization names, for whoever brings the files.

use crate::error::Result;
use crate::files::is_remote;
use crate::generate::file_source;
use crate::kustomization::Kustomization;
use crate::target::is_patch;

/// A path in a kustomization, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A file.
    File(String),
    /// A file with objects, or a folder with a kustomization of its own.
    FileOrFolder(String),
    /// A folder with a kustomization of its own.
    Folder(String),
}

impl Named {
    /// The path.
    pub fn path(&self) -> &str {
        match self {
            Self::File(path) | Self::FileOrFolder(path) | Self::Folder(path) => path,
        }
    }
}

/// What the kustomization with this name and text needs beside it. What is remote is left out; building it is refused.
pub fn named(name: &str, text: &str) -> Result<Vec<Named>> {
    let read = Kustomization::read(name, text)?;
    let mut found: Vec<Named> = Vec::new();
    found.extend(read.resources.into_iter().map(Named::FileOrFolder));
    found.extend(read.components.into_iter().map(Named::Folder));
    let generators = || read.config_maps.iter().chain(&read.secrets);
    let sources =
        generators().flat_map(|generator| &generator.files).filter_map(|source| file_source(source));
    let patches = read.patches.iter().chain(&read.patches_json6902).map(|patch| &patch.path);
    let files = read
        .configurations
        .iter()
        .chain(read.patches_strategic_merge.iter().filter(|entry| !is_patch(entry)))
        .chain(patches)
        .chain(read.replacements.iter().map(|replacement| &replacement.path))
        .chain(generators().flat_map(|generator| &generator.envs))
        .map(String::as_str)
        .chain(sources.map(|(_, path)| path));
    found.extend(files.map(|path| Named::File(path.to_owned())));
    found.retain(|named| !named.path().is_empty() && !is_remote(named.path()));
    Ok(found)
}
