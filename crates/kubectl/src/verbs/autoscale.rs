//! `autoscale`: replicas that follow the load.

use serde_json::{Value, json};

use crate::command::{Spec, Verb, held};
use crate::facts;
use crate::flags::{Flag, Parsed, int, text};
use crate::globals::{DRY_RUN, FILE, MANAGER, OUTPUT, RECORD, SAVE};
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
    /// `--cpu`: a share such as `70%` of what is requested, or an amount such as `500m`.
    pub cpu: Option<String>,
    /// `--memory`, in the same way.
    pub memory: Option<String>,
    /// `--name`; the workload's when absent.
    pub name: Option<String>,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] =
    &[int("min"), int("max"), int("cpu-percent"), text("name"), text("cpu"), text("memory")];

impl Verb for Autoscale {
    const SPECS: &'static [Spec] = &[Spec {
        name: "autoscale",
        flags: &[FLAGS, FILE, DRY_RUN, MANAGER, SAVE, RECORD, OUTPUT],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let selection = Selection::read(&words.args, words)?.chosen(verb)?;
        if selection.named.len() != 1 && selection.source.is_empty() {
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
        let percent = words.int("cpu-percent").filter(|percent| *percent > 0);
        let cpu = words.text("cpu").filter(|cpu| !cpu.is_empty());
        if percent.is_some() && cpu.is_some() {
            return Err(Refusal::new(
                "bad-value",
                "`--cpu` and `--cpu-percent` can't be combined; give `--cpu`.",
            ));
        }
        let cpu = percent.map(|percent| format!("{percent}%")).or(cpu);
        let memory = words.text("memory").filter(|memory| !memory.is_empty());
        cpu.iter().try_for_each(|text| target(text, "m").map(|_| ()))?;
        memory.iter().try_for_each(|text| target(text, "Mi").map(|_| ()))?;
        Ok(Self {
            scope: Scope::read(words)?,
            selection,
            min,
            max,
            cpu,
            memory,
            name,
            changing: Changing::read(words)?,
        })
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let scalers = lookup(ctx.catalog, "horizontalpodautoscalers.autoscaling")?.clone();
        let namespace = self.scope.of(&scalers, ctx);
        let mut operations = Vec::new();
        let found = self.selection.resolve(ctx)?;
        if let Err(missing) = facts::facts(ctx, &found, &self.scope)? {
            return Ok(Planned::Need(missing));
        }
        for (kind, workload) in &self.selection.named {
            let target = lookup(ctx.catalog, kind)?;
            if !target.subresources.iter().any(|name| name == "scale") && !target.verbs.is_empty() {
                return Err(Refusal::new(
                    "unsupported",
                    format!("{} have no number of replicas.", target.plural),
                ));
            }
            let name = self.name.clone().unwrap_or_else(|| workload.clone());
            let body = json!({
                "apiVersion": scalers.api_version(),
                "kind": scalers.kind,
                "metadata": {"name": name, "namespace": namespace},
                "spec": {
                    "scaleTargetRef": {"apiVersion": target.api_version(), "kind": target.kind, "name": workload},
                    "minReplicas": self.min.unwrap_or(1),
                    "maxReplicas": self.max,
                    "metrics": self.metrics()?,
                },
            });
            let targets = Targets::Names(vec![name]);
            operations.push(changing(
                ApiVerb::Create,
                scalers.clone(),
                namespace.clone(),
                targets,
                Change::Create { body: self.changing.saved(body) },
            ));
        }
        Ok(Planned::Ready(Plan::changes(
            operations,
            self.changing.show("autoscaled"),
            self.changing.is_dry(),
        )))
    }

    fn explain(&self) -> String {
        let min = self.min.unwrap_or(1);
        let use_ = match (&self.cpu, &self.memory) {
            (Some(_), Some(_)) => "CPU and memory",
            (None, Some(_)) => "memory",
            _ => "CPU",
        };
        format!(
            "Let {}{} have between {min} and {} replicas, as its {use_} use asks for.{}",
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
            .value("--cpu", self.cpu.as_ref())
            .value("--memory", self.memory.as_ref())
            .value("--name", self.name.as_ref());
        self.changing.write(line);
    }

    held!(changing);
}

impl Autoscale {
    fn metrics(&self) -> Result<Vec<Value>, Refusal> {
        let plain = "80%".to_owned();
        let cpu = self.cpu.as_ref().or_else(|| self.memory.is_none().then_some(&plain));
        let mut metrics = Vec::new();
        for (name, text, unit) in [("cpu", cpu, "m"), ("memory", self.memory.as_ref(), "Mi")] {
            if let Some(text) = text {
                metrics.push(
                    json!({"type": "Resource", "resource": {"name": name, "target": target(text, unit)?}}),
                );
            }
        }
        Ok(metrics)
    }
}

/// `70%`, or a quantity; a bare number has the unit.
fn target(text: &str, unit: &str) -> Result<Value, Refusal> {
    let wrong = || {
        Refusal::new(
            "bad-value",
            format!("`{text}` is neither a share such as `70%` nor an amount such as `500{unit}`."),
        )
    };
    if let Some(percent) = text.strip_suffix('%') {
        let percent: i64 = percent.parse().ok().filter(|percent| *percent > 0).ok_or_else(wrong)?;
        return Ok(json!({"type": "Utilization", "averageUtilization": percent}));
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits.parse::<f64>().ok().filter(|amount| *amount > 0.0).ok_or_else(wrong)?;
    let quantity = if digits == text { format!("{text}{unit}") } else { text.to_owned() };
    Ok(json!({"type": "AverageValue", "averageValue": quantity}))
}
