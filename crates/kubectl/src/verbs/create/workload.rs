//! `create job` and `create cronjob`.

use serde_json::{Value, json};

use crate::facts::{self, name_of};
use crate::flags::Parsed;
use crate::kinds::lookup;
use crate::line::Line;
use crate::plan::{Context, Read, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, check_name};
use crate::verbs::set::is_image;

/// What a new Job or CronJob runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// `--image`; empty for a Job made from a CronJob.
    pub image: String,
    /// `--from=cronjob/NAME`: the CronJob's name.
    pub from: Option<String>,
    /// `--schedule`: it is a CronJob.
    pub schedule: Option<String>,
    /// `--restart`.
    pub restart: Option<String>,
    /// The command after `--`.
    pub command: Vec<String>,
}

impl Job {
    pub(super) fn read(cron: bool, words: &Parsed, command: &[String]) -> Result<Self, Refusal> {
        let verb = if cron { "create cronjob" } else { "create job" };
        let image = words.text("image").unwrap_or_default();
        let from =
            words.text("from").filter(|from| !from.is_empty()).map(|from| cronjob(&from)).transpose()?;
        if from.is_some() && !(image.is_empty() && command.is_empty()) {
            return Err(Refusal::new(
                "bad-value",
                "`--from` takes everything from the CronJob; leave out `--image` and the command.",
            ));
        }
        if from.is_none() && !is_image(&image) {
            return Err(Refusal::new("missing-value", format!("`kubectl {verb}` needs `--image=IMAGE`.")));
        }
        let schedule = words.text("schedule").filter(|schedule| !schedule.is_empty());
        if cron && schedule.is_none() {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl create cronjob` needs `--schedule`, for example `--schedule='*/5 * * * *'`.",
            ));
        }
        let restart = words.text("restart").filter(|restart| !restart.is_empty());
        if let Some(other) =
            restart.as_ref().filter(|restart| !["OnFailure", "Never"].contains(&restart.as_str()))
        {
            return Err(Refusal::new(
                "bad-value",
                format!("`--restart` takes OnFailure or Never, not `{other}`."),
            ));
        }
        Ok(Self { image, from, schedule, restart, command: command.to_vec() })
    }

    pub(super) fn phrase(&self) -> String {
        let when = self.schedule.as_ref().map(|when| format!(" at `{when}`")).unwrap_or_default();
        match &self.from {
            Some(name) => format!(" that runs what CronJob {name} runs"),
            None => format!(" that runs {}{when}", self.image),
        }
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.value("--image", (!self.image.is_empty()).then_some(&self.image))
            .value("--from", self.from.as_ref().map(|name| format!("cronjob/{name}")))
            .value("--schedule", self.schedule.as_ref())
            .value("--restart", self.restart.as_ref());
        if !self.command.is_empty() {
            line.switch("--", true).words(&self.command);
        }
    }

    /// The reads that are missing to say what it runs.
    pub(super) fn missing(&self, ctx: &Context<'_>, scope: &Scope) -> Result<Vec<Read>, Refusal> {
        Ok(self.origin(ctx, scope)?.err().unwrap_or_default())
    }

    fn origin(&self, ctx: &Context<'_>, scope: &Scope) -> Result<facts::Known, Refusal> {
        let Some(name) = &self.from else { return Ok(Ok(Vec::new())) };
        let crons = lookup(ctx.catalog, "cronjobs.batch")?.clone();
        facts::facts(ctx, &[(crons, Targets::Names(vec![name.clone()]))], scope)
    }

    pub(super) fn body(&self, name: &str, ctx: &Context<'_>, scope: &Scope) -> Result<Value, Refusal> {
        if self.from.is_some() {
            let found = self.origin(ctx, scope)?.unwrap_or_default();
            let cron = found.into_iter().flat_map(|(_, values)| values).next().unwrap_or_default();
            return Ok(instance(&cron));
        }
        let mut container = json!({"name": name, "image": self.image});
        if !self.command.is_empty() {
            container["command"] = json!(self.command);
        }
        let plain = if self.schedule.is_some() { "OnFailure" } else { "Never" };
        let restart = self.restart.as_deref().unwrap_or(plain);
        let template = json!({"spec": {"containers": [container], "restartPolicy": restart}});
        Ok(match &self.schedule {
            Some(schedule) => json!({"spec": {
                "schedule": schedule,
                "jobTemplate": {"metadata": {"name": name}, "spec": {"template": template}},
            }}),
            None => json!({"spec": {"template": template}}),
        })
    }
}

/// A Job as the CronJob would make it at its time.
fn instance(cron: &Value) -> Value {
    let template = cron.pointer("/spec/jobTemplate").cloned().unwrap_or_default();
    let mut annotations = template.pointer("/metadata/annotations").cloned().unwrap_or_else(|| json!({}));
    annotations["cronjob.kubernetes.io/instantiate"] = json!("manual");
    let mut metadata = json!({
        "annotations": annotations,
        "ownerReferences": [{
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "name": name_of(cron),
            "uid": cron.pointer("/metadata/uid"),
            "controller": true,
        }],
    });
    if let Some(labels) = template.pointer("/metadata/labels") {
        metadata["labels"] = labels.clone();
    }
    json!({"metadata": metadata, "spec": template.get("spec")})
}

fn cronjob(from: &str) -> Result<String, Refusal> {
    match from.split_once('/') {
        Some((kind, name)) if crate::kinds::kind_of(kind) == "CronJob" => {
            check_name(name)?;
            Ok(name.to_owned())
        }
        _ => Err(Refusal::new("bad-value", format!("`--from` takes cronjob/NAME, not `{from}`."))),
    }
}
