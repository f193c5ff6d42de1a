//! What a manifest means to the API, object by object: create, apply, replace.

use serde_json::Value;

use super::Manifest;
use crate::apply::{self, LAST_APPLIED, annotated};
use crate::documents::{self, Written};
use crate::output::DryRun;
use crate::plan::{ApiVerb, Change, Context, Operation, Plan, Planned, Read, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{changing, check_subresource, check_verb};

impl Manifest {
    /// Refuses flags that are understood but can't be carried out as kubectl would.
    pub(super) fn check_options(&self) -> Result<(), Refusal> {
        let refused = |id, text: &str| Err(Refusal::new(id, text));
        for (flag, text) in [
            (
                "cascade",
                "What is deleted goes in the background here; leave out `--cascade`, or delete it first.",
            ),
            ("output-patch", "The preview shows what an edit changes; leave out `--output-patch`."),
            (
                "show-managed-fields",
                "Who owns which field is no difference here; leave out `--show-managed-fields`.",
            ),
        ] {
            if self.options.get(flag).is_some() {
                return refused("unsupported-flag", text);
            }
        }
        if self.options.get("field-manager").is_some_and(|name| name != "kubechat") {
            let text = "`kubectl diff` shows what KubeChat would write, as the field manager `kubechat`. Leave out `--field-manager`.";
            return refused("unsupported-flag", text);
        }
        let server = self.options.on("server-side");
        if self.verb == "apply" && self.options.on("force") && !server {
            let text = "`apply --force` would delete what can't be changed only once the server has said so. Leave it out, or use `kubectl replace --force`, whose preview shows what is deleted.";
            return refused("unsupported-flag", text);
        }
        if self.options.on("force-conflicts") && !server {
            return refused("bad-value", "`--force-conflicts` goes with `--server-side` only.");
        }
        if self.subresource().is_some() && self.verb == "apply" && !server {
            return refused("bad-combination", "`--subresource` goes with `--server-side` only.");
        }
        if self.subresource().is_some() && (self.options.on("force") || self.options.on("prune")) {
            let text = "A part of an object is not deleted by itself; leave out `--force` and `--prune`, or `--subresource`.";
            return refused("bad-combination", text);
        }
        if server && self.changing.dry_run == DryRun::Client {
            let text = "With `--server-side` only the server can try it; write `--dry-run=server`.";
            return refused("bad-combination", text);
        }
        if server && self.options.on("force") {
            return refused(
                "bad-value",
                "`--force` can't be combined with `--server-side`; write `--force-conflicts`.",
            );
        }
        Ok(())
    }

    pub(super) fn written(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let selection = &self.selection;
        let written = match self.options.on("edit") {
            true => self.edited(ctx)?,
            false => documents::objects(&selection.source, selection.labels.as_deref(), &self.scope, ctx)?,
        };
        let about_rights = |object: &Written| object.resource.group == "rbac.authorization.k8s.io";
        if self.verb == "auth reconcile" && !written.iter().any(about_rights) {
            let text = format!("{} holds no role and no binding to reconcile.", selection.source.phrase());
            return Err(Refusal::new("bad-manifest", text));
        }
        let mut missing: Vec<Read> = Vec::new();
        let mut operations = Vec::new();
        for object in &written {
            match self.operation(object, ctx)? {
                Ok(operation) => operations.extend(operation),
                Err(read) => missing.push(read),
            }
        }
        match self.pruned(&written, ctx)? {
            Ok(deletes) => operations.extend(deletes),
            Err(reads) => missing.extend(reads),
        }
        if !missing.is_empty() {
            return Ok(Planned::Need(missing));
        }
        let show = match self.verb {
            "diff" => Show::Diff { secrets: self.options.on("show-secrets") },
            _ => self.changing.show(self.done()),
        };
        let dry_run = self.verb == "diff" || self.changing.is_dry();
        let plan = Plan::changes(operations, show, dry_run);
        Ok(Planned::Ready(Plan { as_list: self.verb == "apply", ..plan }))
    }

    fn done(&self) -> &'static str {
        match self.verb {
            "create" => "created",
            "replace" => "replaced",
            "auth reconcile" => "reconciled",
            _ if self.options.on("server-side") => "serverside-applied",
            _ => "configured",
        }
    }

    /// What is done for one object, or what has to be read to know.
    fn operation(
        &self,
        object: &Written,
        ctx: &Context<'_>,
    ) -> Result<Result<Option<Operation>, Read>, Refusal> {
        let body = object.body.clone();
        match self.verb {
            "create" => {
                let change = Change::Create { body: self.saved(body) };
                return Ok(Ok(Some(object.changed(ApiVerb::Create, change)?)));
            }
            "replace" if !self.options.on("force") => {
                let change = Change::Replace { body: self.saved(body) };
                return self.part_of(object.changed(ApiVerb::Update, change)?).map(Some).map(Ok);
            }
            _ => {}
        }
        let live = match object.live(ctx) {
            Ok(live) => live,
            Err(read) => return Ok(Err(read)),
        };
        if self.verb == "replace" {
            return self.forced(object, live.is_some()).map(Ok);
        }
        object.check_appliable()?;
        if self.verb == "apply set-last-applied" {
            return object.noted(live, self.options.on("create-annotation")).map(Ok);
        }
        if self.verb == "auth reconcile" {
            return self.reconciled(object, live).map(Ok);
        }
        if let Some(live) = live
            && self.options.get("overwrite") == Some("false")
            && let Some(path) =
                apply::conflict(live, &body).map_err(|error| object.wrong(&error.to_string()))?
        {
            let text = format!(
                "{} {}: {path} has changed in the cluster since it was last applied, and would be overwritten. Take it over into the manifest, or leave out `--overwrite=false`.",
                object.resource.kind, object.name
            );
            return Err(Refusal::new("apply-conflict", text));
        }
        if live.is_none() && self.subresource().is_some() {
            return Err(crate::facts::not_found(&object.resource, &object.name, object.namespace.as_deref()));
        }
        let verb = if live.is_some() { ApiVerb::Patch } else { ApiVerb::Create };
        let change = match live {
            _ if self.options.on("server-side") => {
                Change::ServerApply { body, force: self.options.on("force-conflicts") }
            }
            Some(_) => Change::Apply { body, original: None },
            None => Change::Create { body: annotated(&body) },
        };
        self.part_of(object.changed(verb, change)?).map(Some).map(Ok)
    }

    /// `--subresource`.
    pub(super) fn subresource(&self) -> Option<&str> {
        self.options.get("subresource")
    }

    /// The same for the part of the object that the command names.
    pub(super) fn part_of(&self, operation: Operation) -> Result<Operation, Refusal> {
        let Some(name) = self.subresource() else { return Ok(operation) };
        check_subresource(&operation.resource, name)?;
        Ok(Operation { subresource: Some(name.to_owned()), ..operation })
    }

    /// What `replace --force` does: away with the old one, if there is one, and the new one made.
    fn forced(&self, object: &Written, there: bool) -> Result<Option<Operation>, Refusal> {
        let body = self.saved(object.body.clone());
        let (verb, change) = match there {
            true => {
                let timeout_seconds = self.options.seconds("timeout").filter(|seconds| *seconds > 0);
                let grace_period_seconds = self.grace_period();
                (ApiVerb::Delete, Change::Recreate { body, grace_period_seconds, timeout_seconds })
            }
            false => (ApiVerb::Create, Change::Create { body }),
        };
        object.changed(verb, change).map(Some)
    }

    /// With the note for later `apply`s, where it is asked for or was there.
    fn saved(&self, body: Value) -> Value {
        let noted =
            body.pointer("/metadata/annotations").is_some_and(|notes| notes.get(LAST_APPLIED).is_some());
        if self.changing.save_config || noted { annotated(&body) } else { body }
    }

    /// kubectl forces with a grace period of zero unless one is given.
    fn grace_period(&self) -> Option<i64> {
        self.grace_given().or(Some(0))
    }

    /// `--grace-period`; less than nothing is none.
    pub(super) fn grace_given(&self) -> Option<i64> {
        self.options.int("grace-period").filter(|seconds| *seconds >= 0)
    }
}

impl Written {
    pub(crate) fn read(&self) -> Read {
        Read {
            resource: self.resource.qualified(),
            namespace: self.namespace.clone(),
            name: Some(self.name.clone()),
            labels: None,
            fields: None,
            chosen: false,
        }
    }

    /// The object as it is in the cluster, or the read that would tell.
    pub(crate) fn live<'c>(&self, ctx: &Context<'c>) -> Result<Option<&'c Value>, Read> {
        let read = self.read();
        ctx.facts.get(&read).map(|found| found.first()).ok_or(read)
    }

    pub(crate) fn changed(&self, verb: ApiVerb, change: Change) -> Result<Operation, Refusal> {
        check_verb(&self.resource, verb)?;
        let targets = Targets::Names(vec![self.name.clone()]);
        Ok(changing(verb, self.resource.clone(), self.namespace.clone(), targets, change))
    }

    /// What `apply` can't work with.
    fn check_appliable(&self) -> Result<(), Refusal> {
        let has = |field: &str| self.body["metadata"].get(field).is_some_and(|value| !value.is_null());
        if has("generateName") {
            return Err(
                self.wrong("`apply` needs a name of its own, not `generateName`; use `kubectl create -f`.")
            );
        }
        if has("managedFields") {
            return Err(
                self.wrong("`metadata.managedFields` is the server's own; take it out of the manifest.")
            );
        }
        Ok(())
    }

    fn wrong(&self, text: &str) -> Refusal {
        Refusal::new("bad-manifest", format!("{}: {text}", self.place))
    }

    /// The object's note of what was last applied becomes this.
    pub(super) fn note(&self) -> Result<Operation, Refusal> {
        let note = format!("{}\n", self.body);
        let body = serde_json::json!({"metadata": {"annotations": {LAST_APPLIED: note}}});
        self.changed(ApiVerb::Patch, Change::MergePatch { body })
    }

    /// The annotation that says what was last applied, set to this manifest.
    fn noted(&self, live: Option<&Value>, create: bool) -> Result<Option<Operation>, Refusal> {
        let Some(live) = live else {
            return Err(crate::facts::not_found(&self.resource, &self.name, self.namespace.as_deref()));
        };
        let there =
            live.pointer("/metadata/annotations").is_some_and(|notes| notes.get(LAST_APPLIED).is_some());
        if !there && !create {
            let text = format!(
                "{} {} has no note of what was last applied. Add `--create-annotation` to make one.",
                self.resource.kind, self.name
            );
            return Err(Refusal::new("no-last-applied", text));
        }
        self.note().map(Some)
    }
}
