//! Patches: strategic merge and RFC 6902.

use json_patch::PatchOperation;
use kubechat_yaml::Dialect;
use serde_json::{Value, json};

use super::select::Chosen;
use crate::error::{Error, Result};
use crate::kustomization::{Patch, PatchOptions};
use crate::merge::merge;
use crate::read::{self, HEAVIEST, weight};
use crate::resource::Resource;
use crate::set::Set;

/// What a patch's text turned out to be.
enum Kind {
    Strategic(Vec<Resource>),
    Json(json_patch::Patch),
}

/// Applies one entry of `patches`, whose text is given.
pub(crate) fn apply(place: &str, set: &mut Set, patch: &Patch, text: &str) -> Result<()> {
    match kind(place, text)? {
        Kind::Json(steps) => {
            let Some(target) = &patch.target else {
                return Err(Error::wrong(
                    place,
                    "a patch by steps says nothing of its object. Give it a `target`.",
                ));
            };
            json(place, set, &Chosen::new(place, target)?, &steps, true)
        }
        Kind::Strategic(patches) => match &patch.target {
            None => {
                for one in &patches {
                    let at = find(place, set, one)?;
                    strategic(place, &mut set.list_mut()[at], &one.object, patch.options)?;
                }
                set.drop_gone();
                Ok(())
            }
            Some(target) => {
                let chosen = Chosen::new(place, target)?;
                set.check_weight(place, text.len(), set.list().len())?;
                let [one] = patches.as_slice() else {
                    return Err(Error::wrong(
                        place,
                        "a patch with a `target` is one document. Make an entry of each.",
                    ));
                };
                for resource in set.list_mut().iter_mut().filter(|resource| chosen.picks(resource)) {
                    let mut body = one.object.clone();
                    body["apiVersion"] = resource.object["apiVersion"].clone();
                    strategic(place, resource, &body, patch.options)?;
                }
                set.drop_gone();
                set.check_unique(place)
            }
        },
    }
}

/// Applies one entry of `patchesStrategicMerge`.
pub(crate) fn merge_all(place: &str, set: &mut Set, text: &str) -> Result<()> {
    for patch in read::resources(place, text)? {
        let at = find(place, set, &patch)?;
        strategic(place, &mut set.list_mut()[at], &patch.object, PatchOptions::default())?;
        set.drop_gone();
    }
    set.check_unique(place)
}

/// Applies one entry of `patchesJson6902`.
pub(crate) fn apply_json(place: &str, set: &mut Set, patch: &Patch, text: &str) -> Result<()> {
    let Some(target) = patch.target.as_ref().filter(|target| !target.name.is_empty()) else {
        return Err(Error::wrong(place, "a patch by steps needs a `target` with a `name`. Give it one."));
    };
    match kind(place, text)? {
        Kind::Json(steps) => json(place, set, &Chosen::new(place, target)?, &steps, false),
        Kind::Strategic(_) => Err(Error::wrong(place, "this is no list of steps. Write `- op: …`.")),
    }
}

fn kind(place: &str, text: &str) -> Result<Kind> {
    let values = read::values(place, text, Dialect::Words)?;
    if let Some(steps @ Value::Array(_)) = values.first() {
        let steps = serde_json::from_value(steps.clone());
        return steps.map(Kind::Json).map_err(|error| {
            let message = format!("this is no list of steps as in RFC 6902: {error}. Write `- op: …`.");
            Error::wrong(place, message)
        });
    }
    let patches = read::resources(place, text)?;
    if patches.is_empty() {
        return Err(Error::wrong(place, "the patch is empty. Write what it changes, or take it out."));
    }
    Ok(Kind::Strategic(patches))
}

/// The one object that a patch is named after.
fn find(place: &str, set: &Set, patch: &Resource) -> Result<usize> {
    let wanted = patch.id();
    match set.with_any_id(|id| id.equals(&wanted)).as_slice() {
        [at] => Ok(*at),
        found => {
            let many = if found.is_empty() { "no" } else { "more than one" };
            let message = format!(
                "there is {many} {} ({}) for the patch. Correct the patch, or give it a `target`.",
                wanted.phrase(),
                wanted.gvk.api_version()
            );
            Err(Error::wrong(place, message))
        }
    }
}

fn strategic(place: &str, resource: &mut Resource, patch: &Value, options: PatchOptions) -> Result<()> {
    let id = resource.id();
    if options.allow_name_change || options.allow_kind_change {
        resource.remember();
    }
    let merged = merge(&resource.object, patch)
        .map_err(|fault| Error::wrong(place, format!("for the {}, {fault}", id.phrase())))?;
    resource.object = merged.unwrap_or_default();
    if resource.is_gone() {
        return Ok(());
    }
    if !resource.object["metadata"].is_object() {
        resource.object["metadata"] = json!({});
    }
    if !options.allow_kind_change {
        resource.object["kind"] = id.gvk.kind.clone().into();
    }
    if !options.allow_name_change {
        resource.set_name(&id.name);
    }
    resource.set_namespace(&id.namespace);
    Ok(())
}

fn json(
    place: &str,
    set: &mut Set,
    chosen: &Chosen<'_>,
    steps: &json_patch::Patch,
    remembers: bool,
) -> Result<()> {
    let steps_weight = serde_json::to_value(steps).map(|steps| weight(&steps)).unwrap_or_default();
    set.check_weight(place, steps_weight, set.list().len())?;
    let mut heavy = 0;
    for resource in set.list_mut().iter_mut().filter(|resource| chosen.picks(resource)) {
        if remembers {
            resource.remember();
        }
        let mut object = resource.object.clone();
        let done = steps.0.iter().try_for_each(|step| {
            json_patch::patch(&mut object, std::slice::from_ref(step)).map_err(|error| error.to_string())?;
            // A copy of copies grows fast.
            heavy += if matches!(step, PatchOperation::Copy(_)) { weight(&object) } else { 0 };
            if heavy > HEAVIEST { Err("it grows out of all proportion".to_owned()) } else { Ok(()) }
        });
        done.map_err(|error| {
            let message =
                format!("the {} can't be changed so: {error}. Correct the steps.", resource.id().phrase());
            Error::wrong(place, message)
        })?;
        if !object.is_object() || !object["metadata"].is_object() {
            let message =
                format!("nothing is left of the {}. Use `$patch: delete` for that.", resource.id().phrase());
            return Err(Error::wrong(place, message));
        }
        resource.object = object;
    }
    Ok(())
}
