//! Where kustomize changes objects: field specifications, and the walk along them.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::resource::Gvk;

const TABLE: &str = include_str!("data/fields.txt");

/// A field of some kinds of objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FieldSpec {
    pub group: String,
    pub version: String,
    pub kind: String,
    /// `spec/template/metadata/labels`; lists on the way are walked item by item.
    pub path: String,
    /// Whether it is made where it is missing.
    pub create: bool,
}

impl FieldSpec {
    pub fn at(path: &str, create: bool) -> Self {
        Self { path: path.to_owned(), create, ..Self::default() }
    }

    pub fn gvk(&self) -> Gvk {
        Gvk { group: self.group.clone(), version: self.version.clone(), kind: self.kind.clone() }
    }
}

/// Fields that hold the name of an object of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Referrers {
    pub group: String,
    pub version: String,
    pub kind: String,
    #[serde(rename = "fieldSpecs")]
    pub fields: Vec<FieldSpec>,
}

impl Referrers {
    pub fn gvk(&self) -> Gvk {
        Gvk { group: self.group.clone(), version: self.version.clone(), kind: self.kind.clone() }
    }
}

/// All field specifications of a kustomization; its form is the one of files under `configurations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct Config {
    pub name_prefix: Vec<FieldSpec>,
    pub name_suffix: Vec<FieldSpec>,
    pub namespace: Vec<FieldSpec>,
    pub common_labels: Vec<FieldSpec>,
    pub labels: Vec<FieldSpec>,
    pub template_labels: Vec<FieldSpec>,
    pub common_annotations: Vec<FieldSpec>,
    pub name_reference: Vec<Referrers>,
    pub var_reference: Vec<FieldSpec>,
    pub images: Vec<FieldSpec>,
    pub replicas: Vec<FieldSpec>,
}

/// Two specifications of one field that differ in whether it is made.
#[derive(Debug)]
pub(crate) struct Conflict(pub String);

impl Config {
    /// Those that kustomize begins with.
    pub fn built_in() -> &'static Self {
        static KNOWN: OnceLock<Config> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let mut config = Config::default();
            for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
                config.read(
                    &line.split(' ').map(|word| if word == "-" { "" } else { word }).collect::<Vec<_>>(),
                );
            }
            config
        })
    }

    fn read(&mut self, words: &[&str]) {
        let field = |group: &str, version: &str, kind: &str, path: &str, create: bool| FieldSpec {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            path: path.to_owned(),
            create,
        };
        match *words {
            ["name", group, version, kind, by_group, by_version, by_kind, path] => {
                let spec = field(by_group, by_version, by_kind, path, false);
                let target =
                    Gvk { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() };
                match self.name_reference.iter_mut().find(|known| known.gvk() == target) {
                    Some(known) => known.fields.push(spec),
                    None => self.name_reference.push(Referrers {
                        group: target.group,
                        version: target.version,
                        kind: target.kind,
                        fields: vec![spec],
                    }),
                }
            }
            [table, group, version, kind, path, create] => {
                if let Some(list) = self.list(table) {
                    list.push(field(group, version, kind, path, create == "true"));
                }
            }
            _ => {}
        }
    }

    fn list(&mut self, table: &str) -> Option<&mut Vec<FieldSpec>> {
        Some(match table {
            "namePrefix" => &mut self.name_prefix,
            "nameSuffix" => &mut self.name_suffix,
            "namespace" => &mut self.namespace,
            "commonLabels" => &mut self.common_labels,
            "labels" => &mut self.labels,
            "templateLabels" => &mut self.template_labels,
            "commonAnnotations" => &mut self.common_annotations,
            "varReference" => &mut self.var_reference,
            "images" => &mut self.images,
            "replicas" => &mut self.replicas,
            _ => return None,
        })
    }

    /// Adds what the other has more.
    pub fn merge(&mut self, mut other: Self) -> Result<(), Conflict> {
        for table in [
            "namePrefix",
            "nameSuffix",
            "namespace",
            "commonLabels",
            "labels",
            "templateLabels",
            "commonAnnotations",
            "varReference",
            "images",
            "replicas",
        ] {
            if let (Some(own), Some(others)) = (self.list(table), other.list(table)) {
                merge(own, std::mem::take(others))?;
            }
        }
        for referrers in other.name_reference {
            match self.name_reference.iter_mut().find(|known| known.gvk() == referrers.gvk()) {
                Some(known) => merge(&mut known.fields, referrers.fields)?,
                None => self.name_reference.push(referrers),
            }
        }
        Ok(())
    }
}

/// Adds specifications that are not there yet.
pub(crate) fn merge(known: &mut Vec<FieldSpec>, more: Vec<FieldSpec>) -> Result<(), Conflict> {
    for spec in more {
        match known.iter().find(|known| known.path == spec.path && known.gvk().is_selected_by(&spec.gvk())) {
            Some(same) if same.create != spec.create => return Err(Conflict(spec.path)),
            Some(_) => {}
            None => known.push(spec),
        }
    }
    Ok(())
}

/// What is made where a field is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Make {
    Nothing,
    Scalar,
    Map,
}

/// Why a field can't be changed, as the end of a sentence.
pub(crate) type Fault = String;

/// Calls `set` with every field of the object that the specification leads to.
pub(crate) fn each(
    object: &mut Value,
    spec: &FieldSpec,
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if !Gvk::of(object).is_selected_by(&spec.gvk()) {
        return Ok(());
    }
    let path = split(&spec.path, '/');
    let make = if spec.create { make } else { Make::Nothing };
    walk(object, &path, make, set).map_err(|fault| format!("the field {} {fault}", spec.path))
}

fn walk(
    node: &mut Value,
    path: &[String],
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let Some((first, rest)) = path.split_first() else { return set(node) };
    match node {
        Value::Null => Ok(()),
        Value::Array(items) => items.iter_mut().try_for_each(|item| walk(item, path, make, set)),
        Value::Object(fields) => {
            let (name, is_list) = match first.strip_suffix("[]") {
                Some(name) => (name, true),
                None => (first.as_str(), false),
            };
            let made = match make {
                Make::Nothing => None,
                _ if is_list => None,
                Make::Scalar if rest.is_empty() => Some(Value::Null),
                _ => Some(Value::Object(Map::new())),
            };
            if !fields.contains_key(name) {
                let Some(made) = &made else { return Ok(()) };
                fields.insert(name.to_owned(), made.clone());
            }
            let Some(field) = fields.get_mut(name) else { return Ok(()) };
            if field.is_null() {
                *field = match made {
                    Some(made) => made,
                    None if is_list => Value::Array(Vec::new()),
                    None => Value::Null,
                };
            }
            walk(field, rest, make, set)
        }
        _ => Err("leads through a plain value; it is neither an object nor a list".to_owned()),
    }
}

/// A path in its parts; the delimiter counts as a letter behind a backslash.
pub(crate) fn split(path: &str, delimiter: char) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let path = path.strip_prefix(delimiter).unwrap_or(path);
    for part in path.split(delimiter) {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// Writes a text where a plain value is or was made.
pub(crate) fn set_text(node: &mut Value, text: &str) -> Result<(), Fault> {
    if node.is_object() || node.is_array() {
        return Err("holds no plain value, so none can be written there".to_owned());
    }
    *node = Value::String(text.to_owned());
    Ok(())
}
