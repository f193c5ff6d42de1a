//! What a kustomization is made of: its own file, and everything that it names, from folder to folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kubechat_kubectl::documents::attachment_of;
use kubechat_kustomize::{Loads, NAMES, Named, clean, join, named};

use super::Reading;

/// Files and folders of one kustomization.
const MOST: usize = 1_000;

/// One walk from a kustomization to all that it is made of.
pub(super) struct Walk<'a> {
    reading: &'a mut Reading,
    loads: Loads,
    seen: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(reading: &'a mut Reading, loads: Loads) -> Self {
        Self { reading, loads, seen: BTreeSet::new() }
    }

    /// The kustomization in a folder. What is not there is left out: building it says who names it.
    pub(super) fn folder(&mut self, folder: &str) -> Result<(), String> {
        let folder = clean(folder);
        if !self.is_new(&folder)? {
            return Ok(());
        }
        for name in NAMES.iter().map(|name| join(&folder, name)) {
            if !path(&name).is_file() {
                continue;
            }
            self.file(&folder, &name)?;
            let Some(text) = self.reading.texts.get(&name) else { continue };
            // One that can't be read is refused when it is built, with the reason.
            for named in named(&name, text).unwrap_or_default() {
                let wanted = join(&folder, named.path());
                match (&named, path(&wanted).is_dir()) {
                    (Named::File(_), _) | (Named::FileOrFolder(_), false) => self.file(&folder, &wanted)?,
                    (Named::FileOrFolder(_) | Named::Folder(_), _) => self.folder(&wanted)?,
                }
            }
        }
        Ok(())
    }

    fn is_new(&mut self, name: &str) -> Result<bool, String> {
        if self.seen.len() >= MOST {
            return Err(format!(
                "The kustomization names more than {MOST} files and folders. Build it in parts."
            ));
        }
        Ok(self.seen.insert(format!("{name}/")))
    }

    /// One file, where it may be read.
    fn file(&mut self, folder: &str, name: &str) -> Result<(), String> {
        let place = path(name);
        if !place.is_file() || !self.is_new(name)? {
            return Ok(());
        }
        if self.loads == Loads::RootOnly {
            // A link may lead out of a folder that the name is in.
            let real = |path: &Path| {
                fs::canonicalize(path).map_err(|error| format!("{name} can't be read: {error}."))
            };
            let root = real(&path(folder))?;
            if !real(&place)?.starts_with(&root) {
                return Err(format!(
                    "{name} is outside of the folder {}, where its kustomization is. Move it there, or name its folder, with a kustomization of its own.",
                    path(folder).display()
                ));
            }
        }
        let file = fs::File::open(&place).map_err(|error| format!("{name} can't be read: {error}."))?;
        let bytes = self.reading.bytes(file, name)?;
        self.reading.keep(name.to_owned(), attachment_of(bytes));
        Ok(())
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(if name.is_empty() { "." } else { name })
}
