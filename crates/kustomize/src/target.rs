//! One kustomization after the other: what it names is gathered first, then changed.

use std::cell::Cell;

use kubechat_yaml::Dialect;

use crate::change::{images, meta, patches, replacements, vars};
use crate::error::{Error, Result};
use crate::fields::{Config, FieldSpec, merge};
use crate::files::{Files, NAMES, contains, is_remote, join};
use crate::kustomization::{Kustomization, Replacement, Var, typed_file};
use crate::origin::Origin;
use crate::read::{HEAVIEST, too_heavy};
use crate::set::Set;
use crate::{Loads, generate, read};

/// Kustomizations inside of each other.
const DEEPEST: usize = 50;
/// Kustomizations of one build, each time that one is used.
const MOST: usize = 500;

/// What has been gathered so far.
#[derive(Default)]
pub(crate) struct Gathered {
    pub set: Set,
    pub config: Config,
    pub vars: Vec<Var>,
}

pub(crate) struct Builder<'a> {
    pub files: &'a Files,
    pub loads: Loads,
    /// Whether it is noted where objects come from.
    pub notes: bool,
    pub built: usize,
    /// Bytes of all files that were read, each as often as it was.
    pub read: Cell<usize>,
}

/// One kustomization in its folder.
pub(crate) struct Target {
    folder: String,
    pub file: String,
    pub kustomization: Kustomization,
    /// The folder as seen from where the build began.
    seen: String,
}

impl Target {
    /// The field of its file.
    pub fn at(&self, field: &str) -> String {
        format!("{}, `{field}`", self.file)
    }
}

impl Builder<'_> {
    /// The kustomization in a folder; `place` names it.
    pub fn open(&self, place: &str, folder: &str, seen: String) -> Result<Target> {
        let there = |name: &&str| self.files.get(&join(folder, name)).is_some();
        let found: Vec<&str> = NAMES.iter().copied().filter(there).collect();
        let shown = if folder.is_empty() { "this folder" } else { folder };
        let name = match found.as_slice() {
            [name] => name,
            [] => {
                return Err(Error::Missing { place: place.to_owned(), wanted: join(folder, NAMES[0]) });
            }
            [one, other, ..] => {
                return Err(Error::wrong(
                    shown,
                    format!("it has both {one} and {other}. Take one of them away."),
                ));
            }
        };
        let file = join(folder, name);
        let bytes = self.files.get(&file).unwrap_or_default();
        let kustomization = Kustomization::read(&file, read::utf8(&file, bytes)?)?;
        Ok(Target { folder: folder.to_owned(), file, kustomization, seen })
    }

    /// A file that the kustomization names.
    fn load(&self, target: &Target, place: &str, path: &str) -> Result<&[u8]> {
        if is_remote(path) {
            return Err(Error::Remote { place: place.to_owned(), wanted: path.to_owned() });
        }
        let name = join(&target.folder, path);
        if self.loads == Loads::RootOnly && !contains(&target.folder, &name) {
            let root = if target.folder.is_empty() { "." } else { &target.folder };
            return Err(Error::Outside { place: place.to_owned(), wanted: name, root: root.to_owned() });
        }
        match self.files.get(&name) {
            Some(bytes) => {
                let read = self.read.get().saturating_add(bytes.len());
                self.read.set(read);
                if read > HEAVIEST { Err(too_heavy(place)) } else { Ok(bytes) }
            }
            None => Err(Error::Missing { place: place.to_owned(), wanted: name }),
        }
    }

    fn text(&self, target: &Target, place: &str, path: &str) -> Result<&str> {
        read::utf8(&join(&target.folder, path), self.load(target, place, path)?)
    }

    /// Gathers and changes; `above` are the folders that lead here.
    pub fn gather(&mut self, target: &Target, mut all: Gathered, above: &[String]) -> Result<Gathered> {
        self.built += 1;
        if above.len() > DEEPEST || self.built > MOST {
            return Err(Error::wrong(
                &target.file,
                format!("more than {MOST} kustomizations are built for this. Build it in parts."),
            ));
        }
        let kustomization = &target.kustomization;
        for path in &kustomization.resources {
            self.resource(target, path, &mut all, above)?;
        }
        self.configure(target, &mut all.config)?;
        self.generate(target, &mut all.set)?;
        for path in &kustomization.components {
            let place = target.at("components");
            let inner = self.enter(target, &place, path, above)?;
            if !inner.kustomization.component {
                let message = format!(
                    "{path} is no component. Name it under `resources`, or say `kind: Component` in it."
                );
                return Err(Error::wrong(place, message));
            }
            all = self.gather(&inner, all, &[above, std::slice::from_ref(&target.folder)].concat())?;
        }
        self.change(target, &mut all)?;
        all.set.check_weight(&target.file, 0, 0)?;
        vars::note(&target.at("vars"), &mut all.set, &kustomization.vars)?;
        vars::collect(&target.at("vars"), &mut all.vars, kustomization.vars.clone())?;
        Ok(all)
    }

    /// A file with objects, or a folder with a kustomization of its own.
    fn resource(&mut self, target: &Target, path: &str, all: &mut Gathered, above: &[String]) -> Result<()> {
        let place = target.at("resources");
        let name = join(&target.folder, path);
        let is_file = !is_remote(path) && self.files.get(&name).is_some();
        if is_file || (!is_remote(path) && !self.files.has_folder(&name)) {
            let mut resources = read::resources(&name, self.text(target, &place, path)?)?;
            if self.notes {
                let origin = Origin { path: join(&target.seen, path), ..Origin::default() };
                resources.iter_mut().for_each(|resource| resource.origin = Some(origin.clone()));
            }
            return all.set.append_all(&name, resources);
        }
        let inner = self.enter(target, &place, path, above)?;
        if inner.kustomization.component {
            return Err(Error::wrong(place, format!("{path} is a component. Name it under `components`.")));
        }
        let found = self.gather(
            &inner,
            Gathered::default(),
            &[above, std::slice::from_ref(&target.folder)].concat(),
        )?;
        all.set.append_all(&place, found.set.into_list())?;
        self.merged(&place, &mut all.config, found.config)?;
        vars::collect(&place, &mut all.vars, found.vars)
    }

    fn enter(&self, target: &Target, place: &str, path: &str, above: &[String]) -> Result<Target> {
        if is_remote(path) {
            return Err(Error::Remote { place: place.to_owned(), wanted: path.to_owned() });
        }
        if path.is_empty() || path.starts_with('/') {
            return Err(Error::wrong(
                place,
                format!("`{path}` is no folder beside this one. Write a relative path."),
            ));
        }
        let folder = join(&target.folder, path);
        if above.iter().chain([&target.folder]).any(|visited| contains(&folder, visited)) {
            let message = format!("{path} leads back to where it is used. Take it out.");
            return Err(Error::wrong(place, message));
        }
        self.open(place, &folder, join(&target.seen, path))
    }

    fn merged(&self, place: &str, config: &mut Config, more: Config) -> Result<()> {
        config.merge(more).map_err(|conflict| {
            let message =
                format!("the field {} is said to be made and not to be made. Make up your mind.", conflict.0);
            Error::wrong(place, message)
        })
    }

    /// The specifications of fields: the built-in ones, and the kustomization's own.
    fn configure(&self, target: &Target, config: &mut Config) -> Result<()> {
        let place = target.at("configurations");
        let mut own = Config::built_in().clone();
        for path in &target.kustomization.configurations {
            let text = self.text(target, &place, path)?;
            for value in read::values(path, text, Dialect::Words)? {
                self.merged(&place, &mut own, typed_file(path, value)?)?;
            }
        }
        self.merged(&place, config, own)
    }

    fn generate(&self, target: &Target, set: &mut Set) -> Result<()> {
        let kustomization = &target.kustomization;
        let all = [
            ("configMapGenerator", "ConfigMapGenerator", &kustomization.config_maps),
            ("secretGenerator", "SecretGenerator", &kustomization.secrets),
        ];
        for (field, by, generators) in all {
            let place = target.at(field);
            for generator in generators {
                let load = |path: &str| self.load(target, &place, path).map(<[u8]>::to_vec);
                let shared = kustomization.generator_options.as_ref();
                let secret = by == "SecretGenerator";
                let mut made = generate::generate(&place, secret, generator, shared, &load)?;
                made.origin = self.notes.then(|| configured(target, by));
                set.absorb(&place, made)?;
            }
        }
        Ok(())
    }

    /// Every change, in kustomize's order.
    fn change(&self, target: &Target, all: &mut Gathered) -> Result<()> {
        let Gathered { set, config, .. } = all;
        let own = &target.kustomization;
        if !own.patches_strategic_merge.is_empty() {
            let place = target.at("patchesStrategicMerge");
            for entry in &own.patches_strategic_merge {
                match is_patch(entry) {
                    true => patches::merge_all(&place, set, entry)?,
                    false => patches::merge_all(
                        &join(&target.folder, entry),
                        set,
                        self.text(target, &place, entry)?,
                    )?,
                }
            }
            self.done(target, set, "PatchStrategicMergeTransformer");
        }
        for (at, patch) in own.patches.iter().enumerate() {
            let place = target.at(&format!("patches[{at}]"));
            patches::apply(&place, set, patch, &self.patch_text(target, &place, patch)?)?;
            self.done(target, set, "PatchTransformer");
        }
        if !own.namespace.is_empty() {
            meta::namespace(&target.at("namespace"), set, &own.namespace, &config.namespace)?;
            self.done(target, set, "NamespaceTransformer");
        }
        if !own.name_prefix.is_empty() {
            meta::affix(&target.at("namePrefix"), set, &own.name_prefix, true, &config.name_prefix)?;
            self.done(target, set, "PrefixTransformer");
        }
        if !own.name_suffix.is_empty() {
            meta::affix(&target.at("nameSuffix"), set, &own.name_suffix, false, &config.name_suffix)?;
            self.done(target, set, "SuffixTransformer");
        }
        self.label(target, set, config)?;
        if !own.common_annotations.is_empty() {
            let place = target.at("commonAnnotations");
            meta::texts(&place, set, &own.common_annotations, &config.common_annotations)?;
            self.done(target, set, "AnnotationsTransformer");
        }
        for (at, patch) in own.patches_json6902.iter().enumerate() {
            let place = target.at(&format!("patchesJson6902[{at}]"));
            patches::apply_json(&place, set, patch, &self.patch_text(target, &place, patch)?)?;
            self.done(target, set, "PatchJson6902Transformer");
        }
        for replica in &own.replicas {
            meta::replicas(&target.at("replicas"), set, replica, &config.replicas)?;
            self.done(target, set, "ReplicaCountTransformer");
        }
        for image in &own.images {
            images::change(&target.at("images"), set, image, &config.images)?;
            self.done(target, set, "ImageTagTransformer");
        }
        self.replace(target, set)
    }

    fn label(&self, target: &Target, set: &mut Set, config: &Config) -> Result<()> {
        let own = &target.kustomization;
        let place = target.at("labels");
        for label in &own.labels {
            let mut specs = label.fields.clone();
            let more = match (label.include_selectors, label.include_templates) {
                (true, _) => vec![config.labels.clone(), config.common_labels.clone()],
                (false, true) => vec![config.labels.clone(), config.template_labels.clone(), own_labels()],
                (false, false) => vec![config.labels.clone(), own_labels()],
            };
            for more in more {
                merge(&mut specs, more).map_err(|conflict| {
                    Error::wrong(
                        &place,
                        format!("the field {} has another `create` than usual. Correct it.", conflict.0),
                    )
                })?;
            }
            meta::texts(&place, set, &label.pairs, &specs)?;
            self.done(target, set, "LabelTransformer");
        }
        if !own.labels.is_empty() || !own.common_labels.is_empty() {
            meta::texts(&target.at("commonLabels"), set, &own.common_labels, &config.common_labels)?;
            self.done(target, set, "LabelTransformer");
        }
        Ok(())
    }

    fn replace(&self, target: &Target, set: &mut Set) -> Result<()> {
        let own = &target.kustomization.replacements;
        if own.is_empty() {
            return Ok(());
        }
        let place = target.at("replacements");
        for replacement in own {
            if replacement.path.is_empty() {
                replacements::replace(&place, set, replacement)?;
                continue;
            }
            if replacement.source.is_some() || !replacement.targets.is_empty() {
                return Err(Error::wrong(
                    place,
                    "`path` can't be combined with `source` and `targets`. Give one of them.",
                ));
            }
            let path = &replacement.path;
            for value in read::values(path, self.text(target, &place, path)?, Dialect::Words)? {
                let list = if value.is_array() { value } else { serde_json::Value::Array(vec![value]) };
                let list: Vec<Replacement> = typed_file(path, list)?;
                list.iter().try_for_each(|one| replacements::replace(path, set, one))?;
            }
        }
        self.done(target, set, "ReplacementTransformer");
        Ok(())
    }

    fn patch_text(
        &self,
        target: &Target,
        place: &str,
        patch: &crate::kustomization::Patch,
    ) -> Result<String> {
        match (patch.patch.trim(), patch.path.as_str()) {
            ("", "") => Err(Error::wrong(place, "a patch needs `path` or `patch`. Give it one of them.")),
            ("", path) => self.text(target, place, path).map(str::to_owned),
            (text, "") => Ok(text.to_owned()),
            _ => Err(Error::wrong(place, "`path` and `patch` can't be combined. Give one of them.")),
        }
    }

    /// Notes a change at every object.
    fn done(&self, target: &Target, set: &mut Set, by: &'static str) {
        if !self.notes {
            return;
        }
        for resource in set.list_mut() {
            match &resource.origin {
                None => resource.origin = Some(configured(target, by)),
                Some(_) => resource.transformations.push(configured(target, by)),
            }
        }
    }
}

fn own_labels() -> Vec<FieldSpec> {
    vec![FieldSpec::at("metadata/labels", true)]
}

fn configured(target: &Target, by: &'static str) -> Origin {
    let name = target.file.rsplit('/').next().unwrap_or_default();
    Origin { path: String::new(), configured_in: join(&target.seen, name), configured_by: by }
}

/// Whether an entry of `patchesStrategicMerge` is the patch itself and no path.
pub(crate) fn is_patch(entry: &str) -> bool {
    entry.contains('\n') || entry.trim_start().starts_with('{')
}
