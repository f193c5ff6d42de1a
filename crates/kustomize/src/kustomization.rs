//! The file itself: `kustomization.yaml`, field by field.

use std::collections::BTreeMap;

use kubechat_yaml::Dialect;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::fields::FieldSpec;
use crate::read;

mod parts;

pub(crate) use parts::*;

type Texts = BTreeMap<String, String>;

/// What a kustomization asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kustomization {
    /// A part of others: `kind: Component`.
    pub component: bool,
    pub resources: Vec<String>,
    pub components: Vec<String>,
    pub configurations: Vec<String>,
    pub namespace: String,
    pub name_prefix: String,
    pub name_suffix: String,
    pub common_labels: Texts,
    pub labels: Vec<Label>,
    pub common_annotations: Texts,
    pub patches_strategic_merge: Vec<String>,
    pub patches_json6902: Vec<Patch>,
    pub patches: Vec<Patch>,
    pub images: Vec<Image>,
    pub replacements: Vec<Replacement>,
    pub replicas: Vec<Replica>,
    pub vars: Vec<Var>,
    pub sort_options: Option<SortOptions>,
    pub config_maps: Vec<Generator>,
    pub secrets: Vec<Generator>,
    pub generator_options: Option<GeneratorOptions>,
    pub build_metadata: Vec<BuildMetadata>,
}

/// `kustomize.config.k8s.io` in the versions of both kinds.
const VERSIONS: [(&str, &str); 2] =
    [("Kustomization", "kustomize.config.k8s.io/v1beta1"), ("Component", "kustomize.config.k8s.io/v1alpha1")];

/// Letters of a name.
const LONGEST: usize = 1024;

impl Kustomization {
    /// Reads the file of this name.
    pub fn read(name: &str, text: &str) -> Result<Self> {
        let mut documents = read::values(name, text, Dialect::Words)?.into_iter();
        let fields = match documents.next().map(without_nulls) {
            Some(Value::Object(fields)) => fields,
            None => return Err(Error::wrong(name, "it is empty. Name at least one of `resources`.")),
            Some(_) => {
                return Err(Error::wrong(name, "it is no map of fields, such as `resources: [web.yaml]`."));
            }
        };
        if documents.next().is_some() {
            return Err(Error::wrong(name, "it holds more than one document. Keep one."));
        }
        let text = |field: &str| fields.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (kind, version) = (text("kind"), text("apiVersion"));
        let kind = if kind.is_empty() { "Kustomization" } else { kind.as_str() };
        let Some((_, wanted)) = VERSIONS.iter().find(|(known, _)| *known == kind) else {
            return Err(Error::wrong(
                place(name, "kind"),
                "it is `Kustomization` or `Component`. Write one of these.",
            ));
        };
        if !version.is_empty() && version != *wanted {
            return Err(Error::wrong(
                place(name, "apiVersion"),
                format!("for a {kind} it is `{wanted}`. Write that."),
            ));
        }
        let mut read = Self { component: kind == "Component", ..Self::default() };
        if fields.keys().all(|field| matches!(field.as_str(), "kind" | "apiVersion")) {
            return Err(Error::wrong(name, "it is empty. Name at least one of `resources`."));
        }
        let mut old = Old::default();
        for (field, value) in fields {
            read.field(name, &field, value, &mut old)?;
        }
        read.resources.append(&mut old.bases);
        read.images.append(&mut old.image_tags);
        read.check_names(name)?;
        Ok(read)
    }

    /// What becomes part of every name is no longer than one.
    fn check_names(&self, file: &str) -> Result<()> {
        let names = [
            ("namespace", &self.namespace),
            ("namePrefix", &self.name_prefix),
            ("nameSuffix", &self.name_suffix),
        ];
        let parts = |image: &Image| {
            [&image.new_name, &image.new_tag, &image.digest, &image.tag_suffix].map(String::len)
        };
        let images = self.images.iter().map(|image| ("images", parts(image).into_iter().sum()));
        let long = names
            .map(|(field, text)| (field, text.len()))
            .into_iter()
            .chain(images)
            .find(|(_, len)| *len > LONGEST);
        match long {
            None => Ok(()),
            Some((field, _)) => Err(Error::wrong(
                place(file, field),
                format!("it is longer than {LONGEST} letters. Shorten it."),
            )),
        }
    }

    fn field(&mut self, file: &str, field: &str, value: Value, old: &mut Old) -> Result<()> {
        let at = place(file, field);
        match field {
            "kind" | "apiVersion" | "metadata" => {}
            "resources" => self.resources = typed(&at, value)?,
            "bases" => old.bases = typed(&at, value)?,
            "components" => self.components = typed(&at, value)?,
            "configurations" => self.configurations = typed(&at, value)?,
            "namespace" => self.namespace = typed(&at, value)?,
            "namePrefix" => self.name_prefix = typed(&at, value)?,
            "nameSuffix" => self.name_suffix = typed(&at, value)?,
            "commonLabels" => self.common_labels = typed(&at, value)?,
            "labels" => self.labels = typed(&at, value)?,
            "commonAnnotations" => self.common_annotations = typed(&at, value)?,
            "patchesStrategicMerge" => self.patches_strategic_merge = typed(&at, value)?,
            "patchesJson6902" => self.patches_json6902 = typed(&at, value)?,
            "patches" => self.patches = typed(&at, value)?,
            "images" => self.images = typed(&at, value)?,
            "imageTags" => old.image_tags = typed(&at, value)?,
            "replacements" => self.replacements = typed(&at, value)?,
            "replicas" => self.replicas = typed(&at, value)?,
            "vars" => self.vars = typed(&at, value)?,
            "sortOptions" => self.sort_options = Some(typed(&at, value)?),
            "configMapGenerator" => self.config_maps = generators(&at, value, false)?,
            "secretGenerator" => self.secrets = generators(&at, value, true)?,
            "generatorOptions" => self.generator_options = Some(typed(&at, value)?),
            "buildMetadata" => self.build_metadata = typed(&at, value)?,
            "openapi" => open_api(&at, &value)?,
            "crds" if is_empty(&value) => {}
            "crds" => {
                let message = "definitions of your own kinds are not read here. Say under `configurations` which of their fields hold names.";
                return Err(Error::wrong(at, message));
            }
            "helmCharts" | "helmGlobals" | "helmChartInflationGenerator" => {
                return program(at, value, "charts are rendered by Helm");
            }
            "generators" | "transformers" | "validators" => {
                return program(at, value, "plugins are programs of their own");
            }
            other => {
                return Err(Error::wrong(
                    file,
                    format!("`{other}` is no field of a kustomization. Correct it, or take it out."),
                ));
            }
        }
        Ok(())
    }
}

/// Fields of earlier versions, which are added to those of today.
#[derive(Default)]
struct Old {
    bases: Vec<String>,
    image_tags: Vec<Image>,
}

fn place(file: &str, field: &str) -> String {
    format!("{file}, `{field}`")
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        other => other.is_null(),
    }
}

fn program(place: String, value: Value, what: &str) -> Result<()> {
    if is_empty(&value) { Ok(()) } else { Err(Error::Program { place, what: what.to_owned() }) }
}

/// The version of the types that lists are merged by; there is one.
fn open_api(place: &str, value: &Value) -> Result<()> {
    let fields = value.as_object().into_iter().flatten().collect::<Vec<_>>();
    match fields.as_slice() {
        [] => Ok(()),
        [(key, version)]
            if *key == "version" && version.as_str().is_some_and(|version| version == "v1_21_2") =>
        {
            Ok(())
        }
        _ => Err(Error::wrong(
            place,
            "only the built-in types of version `v1_21_2` are known here. Take the field out; lists of your own kinds are replaced as a whole.",
        )),
    }
}

fn typed<T: DeserializeOwned>(place: &str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| {
        let text = error.to_string();
        Error::wrong(place, format!("{}. Correct it.", text.trim_end_matches('.')))
    })
}

pub(crate) fn typed_file<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    typed(name, without_nulls(value))
}

/// `type` is for secrets alone.
fn generators(place: &str, value: Value, secret: bool) -> Result<Vec<Generator>> {
    let mut generators: Vec<Generator> = typed(place, value)?;
    for generator in &mut generators {
        if !secret && generator.kind.is_some() {
            return Err(Error::wrong(place, "a ConfigMap has no `type`. Take it out."));
        }
        generator.envs.extend(generator.env.take().filter(|env| !env.is_empty()));
    }
    Ok(generators)
}

/// What is null is absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}
