//! `autoscale`: replicas that follow the load.

use serde_json::json;

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, int, text};
use crate::globals::{CHANGING, FILE, OUTPUT};
use crate::kinds::lookup;
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, changing, check_name};

/// `kubectl autoscale`.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoscale {
    /// Where.
    pub scope: Scope,
    /// The one workload.
    pub selection: Selection,
    /// `--min`.
    pub min: Option<i64>,
    /// `--max`.
    pub max: i64,
    /// `--cpu-percent`.
    pub cpu_percent: Option<i64>,
    /// `--name`; the workload's when absent.
    pub name: Option<String>,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[
    int("min"),
    int("max"),
    int("cpu-percent"),
    text("name"),
    text("cpu").refuse("not-yet", "use `--cpu-percent`."),
    text("memory").refuse("not-yet", "use `--cpu-percent`."),
];

impl Verb for Autoscale {
    const SPECS: &'static [Spec] =
        &[Spec { name: "autoscale", flags: &[FLAGS, FILE, CHANGING, OUTPUT], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let selection = Selection::read(&words.args, words)?.chosen(verb)?;
        if selection.named.len() != 1 {
            return Err(Refusal::new("bad-target", "`kubectl autoscale` takes one workload at a time."));
        }
        let Some(max) = words.int("max").filter(|max| *max >= 1) else {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl autoscale` needs `--max=N`, a number from 1 up.",
            ));
        };
        let min = words.int("min").filter(|min| *min >= 1);
        if min.is_some_and(|min| min > max) {
            return Err(Refusal::new("bad-value", "`--min` can't be above `--max`."));
        }
        let name = words.text("name").filter(|name| !name.is_empty());
        name.iter().try_for_each(|name| check_name(name))?;
        let cpu_percent = words.int("cpu-percent").filter(|percent| *percent > 0);
        Ok(Self {
            scope: Scope::read(words)?,
            selection,
            min,
            max,
            cpu_percent,
            name,
            changing: Changing::read(words)?,
        })
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        Some(&mut self.scope)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let scalers = lookup(ctx.catalog, "horizontalpodautoscalers.autoscaling")?.clone();
        let namespace = self.scope.of(&scalers, ctx);
        let mut operations = Vec::new();
        for (kind, workload) in &self.selection.named {
            let target = lookup(ctx.catalog, kind)?;
            if !target.subresources.iter().any(|name| name == "scale") && !target.verbs.is_empty() {
                return Err(Refusal::new(
                    "unsupported",
                    format!("{} have no number of replicas.", target.plural),
                ));
            }
            let name = self.name.clone().unwrap_or_else(|| workload.clone());
            let percent = self.cpu_percent.unwrap_or(80);
            let body = json!({
                "apiVersion": scalers.api_version(),
                "kind": scalers.kind,
                "metadata": {"name": name, "namespace": namespace},
                "spec": {
                    "scaleTargetRef": {"apiVersion": target.api_version(), "kind": target.kind, "name": workload},
                    "minReplicas": self.min.unwrap_or(1),
                    "maxReplicas": self.max,
                    "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}}}],
                },
            });
            let targets = Targets::Names(vec![name]);
            operations.push(changing(
                ApiVerb::Create,
                scalers.clone(),
                namespace.clone(),
                targets,
                Change::Create { body },
            ));
        }
        Ok(Planned::Ready(Plan {
            operations,
            show: self.changing.show("autoscaled"),
            dry_run: self.changing.is_dry(),
        }))
    }

    fn explain(&self) -> String {
        let min = self.min.unwrap_or(1);
        format!(
            "Let {}{} have between {min} and {} replicas, as its CPU use asks for.{}",
            self.selection.phrase(),
            self.scope.phrase(),
            self.max,
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        format!("Autoscale {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        line.value("--min", self.min)
            .value("--max", Some(self.max))
            .value("--cpu-percent", self.cpu_percent)
            .value("--name", self.name.as_ref());
        self.changing.write(line);
    }

    fn changing(&self) -> Option<&Changing> {
        Some(&self.changing)
    }
}
