//! `set image`: which image a container runs.

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::facts::name_of;
use crate::flags::Parsed;
use crate::globals::{ALL, DRY_RUN, FILE, LOCAL, MANAGER, OUTPUT, RECORD, SELECT};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{Change, Context, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, join_and};
use crate::verbs::patching;

/// `kubectl set image`.
#[derive(Debug, Clone, PartialEq)]
pub struct SetImage {
    /// Where.
    pub scope: Scope,
    /// Which workloads.
    pub selection: Selection,
    /// Container (`*`: every one) and image.
    pub images: Vec<(String, String)>,
    /// Dry run and output.
    pub changing: Changing,
}

impl Verb for SetImage {
    const SPECS: &'static [Spec] = &[Spec {
        name: "set image",
        flags: &[FILE, SELECT, ALL, DRY_RUN, MANAGER, RECORD, LOCAL, OUTPUT],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let split = words.args.iter().position(|word| word.contains('=')).unwrap_or(words.args.len());
        let (objects, pairs) = words.args.split_at(split);
        let mut images = Vec::new();
        for pair in pairs {
            match pair.split_once('=') {
                Some((container, image)) if !container.is_empty() && is_image(image) => {
                    images.push((container.to_owned(), image.to_owned()));
                }
                _ => {
                    return Err(Refusal::new(
                        "bad-value",
                        format!("`{pair}` is not CONTAINER=IMAGE, for example `web=nginx:1.27`."),
                    ));
                }
            }
        }
        if images.is_empty() {
            return Err(Refusal::new(
                "missing-value",
                format!("`kubectl {verb}` needs CONTAINER=IMAGE, for example `web=nginx:1.27`."),
            ));
        }
        Ok(Self {
            scope: Scope::read(words)?,
            selection: Selection::read(objects, words)?.chosen(verb)?,
            images,
            changing: Changing::read(words)?,
        })
    }

    held!(scope, selection);

    fn normalise(&mut self, _: &crate::Catalog) {
        self.images.sort();
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        patch_each(
            ctx,
            &self.selection,
            &self.scope,
            &self.changing,
            "image updated",
            |kind, path, object| self.patch(kind, path, object),
        )
    }

    fn explain(&self) -> String {
        let images: Vec<String> = self
            .images
            .iter()
            .map(|(container, image)| {
                if container == "*" {
                    format!("every container to {image}")
                } else {
                    format!("container {container} to {image}")
                }
            })
            .collect();
        format!(
            "Set the image of {} in {}{}.{}",
            join_and(&images),
            self.selection.phrase(),
            self.scope.phrase(),
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        match self.images.as_slice() {
            [(_, image)] => format!("Set image {image}"),
            images => format!("Set {} images", images.len()),
        }
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        for (container, image) in &self.images {
            line.word(&format!("{container}={image}"));
        }
        self.scope.write(line);
        self.changing.write(line);
    }

    held!(changing);
}

impl SetImage {
    /// A patch that names each container, so that lists are merged by name.
    fn patch(&self, kind: &str, path: &[&str], object: &Value) -> Result<Value, Refusal> {
        let spec = path.iter().try_fold(object, |value, part| value.get(part)).unwrap_or(&Value::Null);
        let mut known = Vec::new();
        let mut lists = serde_json::Map::new();
        for list in ["containers", "initContainers"] {
            let mut changed = Vec::new();
            for container in spec.get(list).and_then(Value::as_array).into_iter().flatten() {
                let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
                known.push(name.to_owned());
                // The last one counts, as with kubectl.
                if let Some((_, image)) =
                    self.images.iter().rev().find(|(wanted, _)| wanted == "*" || wanted == name)
                {
                    changed.push(json!({"name": name, "image": image}));
                }
            }
            if !changed.is_empty() {
                lists.insert(list.to_owned(), changed.into());
            }
        }
        if let Some((missing, _)) =
            self.images.iter().find(|(wanted, _)| wanted != "*" && !known.contains(wanted))
        {
            let there = if known.is_empty() {
                "no containers".to_owned()
            } else {
                format!("the containers {}", join_and(&known))
            };
            return Err(Refusal::new(
                "unknown-container",
                format!("{kind} {} has {there}, but no `{missing}`.", name_of(object)),
            ));
        }
        Ok(path.iter().rev().fold(Value::Object(lists), |inner, part| json!({*part: inner})))
    }
}

/// A strategic patch of every selected object that has a pod spec; `patch` makes it from the kind, the way to the pod
/// spec and the object.
pub(crate) fn patch_each(
    ctx: &Context<'_>,
    selection: &Selection,
    scope: &Scope,
    how: &Changing,
    done: &str,
    patch: impl Fn(&str, &[&str], &Value) -> Result<Value, Refusal>,
) -> Result<Planned, Refusal> {
    let found = selection.resolve(ctx)?;
    for (resource, _) in &found {
        pod_spec(&resource.kind, &resource.qualified())?;
    }
    let change = |resource: &Resource, object: &Value| {
        let path = pod_spec(&resource.kind, &resource.qualified())?;
        Ok(Change::StrategicPatch { body: patch(&resource.kind, path, object)? })
    };
    let operations = match patching::each(ctx, &found, scope, change)? {
        Ok(operations) => operations,
        Err(missing) => return Ok(Planned::Need(missing)),
    };
    Ok(Planned::Ready(Plan::changes(operations, how.show(done), how.is_dry())))
}

/// Where the pod's specification is in an object of this kind.
pub(crate) fn pod_spec(kind: &str, qualified: &str) -> Result<&'static [&'static str], Refusal> {
    match kind {
        "Pod" => Ok(&["spec"]),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "ReplicationController" | "Job" => {
            Ok(&["spec", "template", "spec"])
        }
        "CronJob" => Ok(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => Err(Refusal::new("unsupported", format!("{qualified} have no containers."))),
    }
}

/// A plausible image reference; the registry decides the rest.
pub(crate) fn is_image(image: &str) -> bool {
    !image.is_empty()
        && image.is_ascii()
        && image.chars().all(|c| c.is_ascii_alphanumeric() || "./:@_-".contains(c))
}
