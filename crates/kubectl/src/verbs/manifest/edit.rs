//! `edit` and its kin: objects changed by hand, in a text that came with the command.

use serde_json::Value;

use super::Manifest;
use crate::documents::{self, Document, Written};
use crate::facts::facts;
use crate::output::Output;
use crate::plan::{ApiVerb, Change, Context, Operation, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{check_scope, reading};

/// The attachment with the edited text.
const EDITED: &str = "edited";
/// The attachment with the text before it was edited.
const ORIGINAL: &str = "original";

impl Manifest {
    /// The difference between the text before and after, as changes of the objects as they are now.
    pub(super) fn edit(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let edited = self.texts(EDITED, ctx)?.ok_or_else(|| {
            let text = "`kubectl edit` needs the edited text: attach the objects' YAML under the name `edited`, or run it from a terminal with `kubechat run`, which opens your editor.";
            Refusal::new("missing-edit", text)
        })?;
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
                Change::Apply { body: object.body.clone(), original: Some(original) },
            )?);
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

    /// The objects in an attachment.
    fn texts(&self, name: &str, ctx: &Context<'_>) -> Result<Option<Vec<Written>>, Refusal> {
        let Some(text) = ctx.attachments.get(name) else { return Ok(None) };
        let documents: Vec<Document> = documents::parse(name, text)?;
        documents::typed(documents, &self.scope, ctx).map(Some)
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
