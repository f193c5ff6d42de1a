//! `edit` and its kin: objects changed by hand, in a text that came with the command.

use serde_json::Value;

use super::Manifest;
use crate::apply::between;
use crate::catalog::Resource;
use crate::documents::{self, Document, Written};
use crate::facts::{facts, name_of};
use crate::output::Output;
use crate::plan::{ApiVerb, Change, Context, Operation, Plan, Planned, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{changing, check_scope, check_subresource, reading};

/// The attachment with the edited text.
const EDITED: &str = "edited";
/// The attachment with the text before it was edited.
const ORIGINAL: &str = "original";

impl Manifest {
    /// The difference between the text before and after, as changes of the objects as they are now.
    pub(super) fn edit(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        if let Some(subresource) = self.subresource() {
            return self.edit_part(subresource, ctx);
        }
        let edited = self.edited(ctx)?;
        let found = self.selection.resolve(ctx)?;
        let live = match facts(ctx, &found, &self.scope)? {
            Ok(live) => live,
            Err(reads) => return Ok(Planned::Need(reads)),
        };
        let live: Vec<&Value> = live.iter().flat_map(|(_, objects)| objects).collect();
        let originals = self.texts(ORIGINAL, ctx)?.unwrap_or_default();
        let mut operations = Vec::new();
        for object in edited {
            let now = live.iter().find(|live| same(live, &object)).ok_or_else(|| {
                let kind = &object.resource.kind;
                let text = format!(
                    "{}: {kind} {} is not one of the objects that are edited; name, namespace, kind and apiVersion can't be changed.",
                    object.place, object.name
                );
                Refusal::new("bad-manifest", text)
            })?;
            let seen = originals.iter().find(|seen| same(&seen.body, &object)).map(|seen| &seen.body);
            let original = match seen {
                Some(seen) => seen.clone(),
                None => unmoved(&object, now)?,
            };
            operations.push(object.changed(
                ApiVerb::Patch,
                Change::Apply { body: self.changing.saved(object.body.clone()), original: Some(original) },
            )?);
        }
        Ok(self.ready(operations, "edited"))
    }

    /// The same for a part of the objects that has an address of its own. Some parts are objects of another kind, so
    /// that they are told apart by name and namespace alone.
    fn edit_part(&self, subresource: &str, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let (edited, originals) = (self.parsed(EDITED, ctx)?, self.parsed(ORIGINAL, ctx)?);
        let edited = edited.ok_or_else(|| self.unedited())?;
        let found = self.selection.resolve(ctx)?;
        let live = match facts(ctx, &found, &self.scope)? {
            Ok(live) => live,
            Err(reads) => return Ok(Planned::Need(reads)),
        };
        let mut operations = Vec::new();
        for document in edited {
            let called = |object: &Value| {
                ["/metadata/name", "/metadata/namespace"]
                    .iter()
                    .all(|pointer| object.pointer(pointer) == document.value.pointer(pointer))
            };
            let fitting = |(resource, objects): &(Resource, Vec<Value>)| {
                objects.iter().find(|object| called(object)).map(|object| (resource.clone(), object.clone()))
            };
            let (resource, now) = live.iter().find_map(fitting).ok_or_else(|| {
                let text = format!(
                    "{} is not one of the objects that are edited; name and namespace can't be changed.",
                    document.place
                );
                Refusal::new("bad-manifest", text)
            })?;
            let seen = originals.iter().flatten().map(|seen| &seen.value).find(|seen| called(seen));
            let original = match (seen, now["kind"] == document.value["kind"]) {
                (Some(seen), _) => seen,
                (None, true) => &now,
                (None, false) => return Err(self.unedited()),
            };
            let body = between(original, &document.value);
            let targets = Targets::Names(vec![name_of(&now).to_owned()]);
            let namespace = self.scope.of(&resource, ctx);
            check_subresource(&resource, subresource)?;
            let operation =
                changing(ApiVerb::Patch, resource, namespace, targets, Change::MergePatch { body });
            operations.push(Operation { subresource: Some(subresource.to_owned()), ..operation });
        }
        Ok(self.ready(operations, "edited"))
    }

    /// The note of what was last applied, as it was edited.
    pub(super) fn edit_last_applied(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let edited = self.texts(EDITED, ctx)?.ok_or_else(|| {
            let text = "`kubectl apply edit-last-applied` needs the edited text: attach it under the name `edited`, or use `kubectl apply set-last-applied -f FILE`.";
            Refusal::new("missing-edit", text)
        })?;
        let found = self.selection.resolve(ctx)?;
        if let Err(reads) = facts(ctx, &found, &self.scope)? {
            return Ok(Planned::Need(reads));
        }
        let operations = edited.iter().map(Written::note).collect::<Result<_, _>>()?;
        Ok(self.ready(operations, "edited"))
    }

    /// What the objects were last applied as.
    pub(super) fn view_last_applied(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let mut operations = Vec::new();
        for (resource, targets) in self.selection.resolve(ctx)? {
            check_scope(&resource, &targets, &self.scope)?;
            let namespace = self.scope.of(&resource, ctx);
            operations.push(reading(resource, namespace, targets));
        }
        let json = self.changing.output == Some(Output::Json);
        Ok(Planned::Ready(Plan::reads(operations, Show::LastApplied { json })))
    }

    fn ready(&self, operations: Vec<Operation>, done: &str) -> Planned {
        Planned::Ready(Plan::changes(operations, self.changing.show(done), self.changing.is_dry()))
    }

    /// The objects as they were edited.
    pub(super) fn edited(&self, ctx: &Context<'_>) -> Result<Vec<Written>, Refusal> {
        self.texts(EDITED, ctx)?.ok_or_else(|| self.unedited())
    }

    fn unedited(&self) -> Refusal {
        let verb = if self.verb == "create" { "create --edit" } else { self.verb };
        let also = if self.subresource().is_some() { ", and as it was before under `original`" } else { "" };
        let text = format!(
            "`kubectl {verb}` needs the edited text: attach the objects' YAML under the name `edited`{also}, or run it from a terminal with `kubechat run`, which opens your editor."
        );
        Refusal::new("missing-edit", text)
    }

    /// The objects in an attachment.
    fn texts(&self, name: &str, ctx: &Context<'_>) -> Result<Option<Vec<Written>>, Refusal> {
        let Some(documents) = self.parsed(name, ctx)? else { return Ok(None) };
        documents::typed(documents, &self.scope, ctx).map(Some)
    }

    fn parsed(&self, name: &str, ctx: &Context<'_>) -> Result<Option<Vec<Document>>, Refusal> {
        ctx.attachments.get(name).map(|text| documents::parse(name, text)).transpose()
    }
}

/// Whether the live object is the one that is written down.
fn same(live: &Value, object: &Written) -> bool {
    let text = |pointer: &str| live.pointer(pointer).and_then(Value::as_str);
    let group = |version: &str| version.split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
    text("/metadata/name") == Some(&object.name)
        && text("/metadata/namespace").filter(|name| !name.is_empty()) == object.namespace.as_deref()
        && text("/kind") == Some(&object.resource.kind)
        && text("/apiVersion").map(group).as_deref() == Some(&object.resource.group)
}

/// The live object as what the edit began with; refused where it has changed since the text was taken.
fn unmoved(object: &Written, live: &Value) -> Result<Value, Refusal> {
    let version = |value: &Value| value["metadata"]["resourceVersion"].as_str().map(str::to_owned);
    match (version(&object.body), version(live)) {
        (Some(seen), Some(now)) if seen != now => {
            let text = format!(
                "{} {} has changed since the text was taken (resourceVersion {seen}, now {now}). Edit it again from its present state.",
                object.resource.kind, object.name
            );
            Err(Refusal::new("edit-conflict", text))
        }
        _ => Ok(live.clone()),
    }
}
