//! `scale`: how many replicas.

use serde_json::json;

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, duration, int, text};
use crate::globals::{ALL, DRY_RUN, FILE, OUTPUT, RECORD, SELECT};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Operation, Plan, Planned, Settled, Waits};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};

/// `kubectl scale`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Where.
    pub scope: Scope,
    /// Which workloads.
    pub selection: Selection,
    /// `--replicas`.
    pub replicas: i64,
    /// `--current-replicas`: only when there are so many now.
    pub current_replicas: Option<i64>,
    /// `--resource-version`: only when nothing has changed since.
    pub resource_version: Option<String>,
    /// `--timeout`: until there are as many.
    pub waits: Option<Waits>,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] =
    &[int("replicas"), int("current-replicas"), text("resource-version"), duration("timeout")];

impl Verb for Scale {
    const SPECS: &'static [Spec] =
        &[Spec { name: "scale", flags: &[FLAGS, FILE, SELECT, ALL, DRY_RUN, RECORD, OUTPUT], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let Some(replicas) = words.int("replicas").filter(|count| (0..=i64::from(i32::MAX)).contains(count))
        else {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl scale` needs `--replicas=N`, a number from 0 up.",
            ));
        };
        let changing = Changing::read(words)?;
        let timeout = words.seconds("timeout").filter(|seconds| *seconds > 0 && !changing.is_dry());
        let scale = Self {
            scope: Scope::read(words)?,
            selection: Selection::read(&words.args, words)?.chosen(verb)?,
            replicas,
            current_replicas: words.int("current-replicas").filter(|count| *count >= 0),
            resource_version: words.text("resource-version").filter(|version| !version.is_empty()),
            waits: timeout.map(|timeout_seconds| Waits { until: Settled::Scaled, timeout_seconds }),
            changing,
        };
        if scale.resource_version.is_some()
            && scale.selection.named.len() != 1
            && scale.selection.source.is_empty()
        {
            return Err(Refusal::new(
                "bad-value",
                "`--resource-version` belongs to one object; name exactly one.",
            ));
        }
        Ok(scale)
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let mut operations = Vec::new();
        for (resource, targets) in self.selection.resolve(ctx)? {
            if !resource.subresources.iter().any(|name| name == "scale") && !resource.verbs.is_empty() {
                return Err(Refusal::new(
                    "unsupported",
                    format!(
                        "{} have no number of replicas; scale a deployment, a statefulset or a replicaset.",
                        resource.plural
                    ),
                ));
            }
            let namespace = self.scope.of(&resource, ctx);
            operations.push(Operation {
                verb: ApiVerb::Patch,
                resource,
                subresource: Some("scale".to_owned()),
                namespace,
                targets,
                change: Some(self.change()),
            });
        }
        let plan = Plan::changes(operations, self.changing.show("scaled"), self.changing.is_dry());
        Ok(Planned::Ready(Plan { waits: self.waits, ..plan }))
    }

    fn explain(&self) -> String {
        let when =
            self.current_replicas.map(|count| format!(", if there are {count} now")).unwrap_or_default();
        format!(
            "Scale {} to {}{}{when}.{}{}",
            self.selection.phrase(),
            replicas(self.replicas),
            self.scope.phrase(),
            self.waits.map(Waits::phrase).unwrap_or_default(),
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        format!("Scale to {}", self.replicas)
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        line.value("--replicas", Some(self.replicas))
            .value("--current-replicas", self.current_replicas)
            .value("--resource-version", self.resource_version.as_ref());
        if let Some(waits) = self.waits {
            waits.write(line);
        }
        self.changing.write(line);
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        if self.replicas == 0 && !self.selection.source.is_empty() {
            let text = "It stops every replica: nothing serves any more.";
            assessment.raise(Level::Dangerous, "scales-to-zero", text);
        }
    }
}

impl Scale {
    /// A precondition travels inside the patch, so that nothing can come between check and change.
    fn change(&self) -> Change {
        if let Some(current) = self.current_replicas {
            let mut body = vec![json!({"op": "test", "path": "/spec/replicas", "value": current})];
            if let Some(version) = &self.resource_version {
                body.push(json!({"op": "test", "path": "/metadata/resourceVersion", "value": version}));
            }
            body.push(json!({"op": "replace", "path": "/spec/replicas", "value": self.replicas}));
            return Change::JsonPatch { body: body.into() };
        }
        let mut body = json!({"spec": {"replicas": self.replicas}});
        if let Some(version) = &self.resource_version {
            body["metadata"] = json!({"resourceVersion": version});
        }
        Change::MergePatch { body }
    }
}

fn replicas(count: i64) -> String {
    if count == 1 { "1 replica".to_owned() } else { format!("{count} replicas") }
}
