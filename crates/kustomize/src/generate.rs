//! ConfigMaps and Secrets made from texts and files.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::kustomization::{Generator, GeneratorOptions};
use crate::resource::{Behavior, Resource};

/// Base64 in lines of this length.
const LINE: usize = 70;

/// Reads a file that a generator names.
pub(crate) type Load<'a> = dyn Fn(&str) -> Result<Vec<u8>> + 'a;

/// The object of one generator.
pub(crate) fn generate(
    place: &str,
    secret: bool,
    generator: &Generator,
    shared: Option<&GeneratorOptions>,
    load: &Load<'_>,
) -> Result<Resource> {
    if generator.name.is_empty() {
        return Err(Error::wrong(place, "one has no `name`. Give it one."));
    }
    let options = generator.options.clone().unwrap_or_default().with(shared);
    let mut object = json!({
        "apiVersion": "v1", "kind": if secret { "Secret" } else { "ConfigMap" }, "metadata": {"name": generator.name},
    });
    if !generator.namespace.is_empty() {
        object["metadata"]["namespace"] = json!(generator.namespace);
    }
    let data = gather(place, generator, load)?;
    if secret {
        let kind = generator.kind.as_deref().filter(|kind| !kind.is_empty()).unwrap_or("Opaque");
        object["type"] = json!(kind);
        object["data"] = data.into_iter().map(|(key, bytes)| (key, Value::from(base64(&bytes)))).collect();
    } else {
        for (key, bytes) in data {
            match String::from_utf8(bytes) {
                Ok(text) => object["data"][key] = text.into(),
                Err(error) => object["binaryData"][key] = base64(error.as_bytes()).into(),
            }
        }
    }
    for (field, texts) in [("labels", &options.labels), ("annotations", &options.annotations)] {
        if !texts.is_empty() {
            object["metadata"][field] = json!(texts);
        }
    }
    if options.immutable {
        object["immutable"] = true.into();
    }
    let mut made = Resource::new(object);
    made.hashed = !options.disable_name_suffix_hash;
    made.behavior = match generator.behavior.as_str() {
        "replace" => Behavior::Replace,
        "merge" => Behavior::Merge,
        _ => Behavior::Create,
    };
    Ok(made)
}

/// Base64, in lines where it is long.
fn base64(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    if text.len() < LINE {
        return text;
    }
    let line = |line: &[u8]| format!("{}\n", String::from_utf8_lossy(line));
    text.as_bytes().chunks(LINE).map(line).collect()
}

/// Writes the data of a ConfigMap or Secret anew.
pub(crate) fn put_data(object: &mut Value, field: &str, texts: BTreeMap<String, String>) {
    let Some(fields) = object.as_object_mut() else { return };
    if texts.is_empty() {
        fields.remove(field);
    } else {
        fields.insert(
            field.to_owned(),
            texts.into_iter().map(|(key, text)| (key, text.into())).collect::<Map<_, _>>().into(),
        );
    }
}

fn gather(place: &str, generator: &Generator, load: &Load<'_>) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut data = BTreeMap::new();
    let mut add = |key: &str, value: Vec<u8>| match data.insert(key.to_owned(), value) {
        None => Ok(()),
        Some(_) => {
            Err(Error::wrong(place, format!("{} has the key `{key}` twice. Give it once.", generator.name)))
        }
    };
    for path in &generator.envs {
        let bytes = load(path)?;
        for line in crate::read::utf8(path, &bytes)?.trim_start_matches('\u{feff}').lines() {
            let line = line.trim_start();
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            if !line.starts_with('#') && !key.is_empty() {
                add(key, value.as_bytes().to_vec())?;
            }
        }
    }
    for literal in &generator.literals {
        match literal.split_once('=') {
            Some((key, value)) if !key.is_empty() => add(key, unquoted(value).as_bytes().to_vec())?,
            _ => {
                return Err(Error::wrong(
                    place,
                    format!("the literal `{literal}` is not KEY=VALUE. Write it so."),
                ));
            }
        }
    }
    for source in &generator.files {
        let (key, path) = file_source(source).ok_or_else(|| {
            Error::wrong(place, format!("the file `{source}` is not FILE or KEY=FILE. Write it so."))
        })?;
        add(key, load(path)?)?;
    }
    Ok(data)
}

/// The key and path of `FILE` or `KEY=FILE`.
pub(crate) fn file_source(source: &str) -> Option<(&str, &str)> {
    match source.split_once('=') {
        None => Some((source.rsplit('/').next().unwrap_or(source), source)),
        Some((key, path)) => {
            (!key.is_empty() && !path.is_empty() && !path.contains('=')).then_some((key, path))
        }
    }
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}
