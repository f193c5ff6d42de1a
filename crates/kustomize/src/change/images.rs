//! Names, tags and digests of images.

use regex::Regex;
use serde_json::Value;

use super::all;
use crate::error::{Error, Result};
use crate::fields::{FieldSpec, Make};
use crate::kustomization::Image;
use crate::resource::text;
use crate::set::Set;

/// Changes an image wherever it is used.
pub(crate) fn change(place: &str, set: &mut Set, image: &Image, specs: &[FieldSpec]) -> Result<()> {
    let pattern = format!("^{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$", image.name);
    let pattern = Regex::new(&pattern)
        .map_err(|_| Error::wrong(place, format!("`{}` is no name of an image. Correct it.", image.name)))?;
    for resource in set.list_mut() {
        if resource.gvk().kind == "CustomResourceDefinition" {
            continue;
        }
        // Containers are found in whatever kind they are; the specifications know more places.
        containers(&mut resource.object, &mut |node| replace(node, &pattern, image));
        all(place, resource, specs, Make::Nothing, &mut |node| {
            if node.is_object() || node.is_array() {
                return Err("holds no plain value, so it is no image".to_owned());
            }
            replace(node, &pattern, image);
            Ok(())
        })?;
    }
    Ok(())
}

fn containers(node: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| containers(item, change)),
        Value::Object(fields) => {
            for (key, value) in fields {
                containers(value, change);
                if let ("containers" | "initContainers", Value::Array(items)) = (key.as_str(), value) {
                    items.iter_mut().filter_map(|item| item.get_mut("image")).for_each(&mut *change);
                }
            }
        }
        _ => {}
    }
}

fn replace(node: &mut Value, pattern: &Regex, image: &Image) {
    let whole = text(node);
    if node.is_null() || !pattern.is_match(&whole) {
        return;
    }
    let (name, mut tag, mut digest) = split(&whole);
    let mut wanted = if image.new_name.is_empty() { name.to_owned() } else { image.new_name.clone() };
    match (image.new_tag.as_str(), image.digest.as_str(), image.tag_suffix.as_str()) {
        ("", "", "") => {}
        ("", "", suffix) => {
            tag.push_str(suffix);
            digest.clear();
        }
        (new, by, _) => {
            tag = new.to_owned();
            digest = by.to_owned();
        }
    }
    for (sign, part) in [(':', tag), ('@', digest)] {
        if !part.is_empty() {
            wanted.push(sign);
            wanted.push_str(&part);
        }
    }
    *node = wanted.into();
}

/// The name, tag and digest of an image; a port of the registry is part of the name.
fn split(image: &str) -> (&str, String, String) {
    let host = image.find('/').unwrap_or(0);
    let place = |sign| image[host..].find(sign).map(|at| at + host);
    match (place(':'), place('@')) {
        (None, None) => (image, String::new(), String::new()),
        (tag, Some(digest)) if tag.is_none_or(|tag| digest < tag) => {
            (&image[..digest], String::new(), image[digest + 1..].to_owned())
        }
        (Some(tag), Some(digest)) => {
            (&image[..tag], image[tag + 1..digest].to_owned(), image[digest + 1..].to_owned())
        }
        (Some(tag), None) => (&image[..tag], image[tag + 1..].to_owned(), String::new()),
        (None, Some(_)) => (image, String::new(), String::new()),
    }
}
