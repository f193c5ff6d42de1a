//! `taint`: which pods a node keeps away.

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::facts::name_of;
use crate::flags::{Flag, Parsed, switch};
use crate::globals::{ALL, DRY_RUN, MANAGER, OUTPUT, SELECT, VALIDATE};
use crate::kinds;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{Change, Context, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, join_and};
use crate::verbs::label::is_label_value;
use crate::verbs::patching;

/// One taint that comes or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its key.
    pub key: String,
    /// Its value; only for one that comes.
    pub value: Option<String>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`; absent: every one of the key goes.
    pub effect: Option<String>,
    /// It goes.
    pub remove: bool,
}

/// `kubectl taint nodes`.
#[derive(Debug, Clone, PartialEq)]
pub struct Taint {
    /// Which nodes.
    pub selection: Selection,
    /// What comes and goes.
    pub steps: Vec<Step>,
    /// `--overwrite`.
    pub overwrite: bool,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[switch("overwrite")];

impl Verb for Taint {
    const SPECS: &'static [Spec] = &[Spec {
        name: "taint",
        flags: &[FLAGS, SELECT, ALL, DRY_RUN, MANAGER, VALIDATE, OUTPUT],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let is_step = |word: &String| word.contains('=') || word.contains(':') || word.ends_with('-');
        let split = words.args.iter().position(is_step).unwrap_or(words.args.len());
        let (objects, steps) = words.args.split_at(split);
        let selection = Selection::read(objects, words)?.chosen(verb)?;
        let kinds = selection.types.iter().chain(selection.named.iter().map(|(kind, _)| kind));
        if let Some(other) = kinds.into_iter().find(|kind| kinds::kind_of(kind) != "Node") {
            return Err(Refusal::new("unsupported", format!("Only nodes have taints, not `{other}`.")));
        }
        let steps = steps.iter().map(|word| step(word)).collect::<Result<Vec<_>, _>>()?;
        if steps.is_empty() {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl taint` needs KEY=VALUE:EFFECT to set or KEY- to take away.",
            ));
        }
        Ok(Self { selection, steps, overwrite: words.on("overwrite"), changing: Changing::read(words)? })
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn selection_mut(&mut self) -> Option<&mut Selection> {
        Some(&mut self.selection)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        // The list is replaced as a whole; the cluster adds the resourceVersion it was read at.
        let change = |_: &Resource, node: &Value| {
            Ok(Change::MergePatch { body: json!({"spec": {"taints": self.taints(node)?}}) })
        };
        let operations = match patching::each(ctx, &found, &Scope::default(), change)? {
            Ok(operations) => operations,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        Ok(Planned::Ready(Plan::changes(operations, self.changing.show(self.done()), self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        let parts: Vec<String> = self
            .steps
            .iter()
            .map(|step| {
                if step.remove {
                    format!("remove taint {}", step.text())
                } else {
                    format!("set taint {}", step.text())
                }
            })
            .collect();
        let text = join_and(&parts);
        let first = text.chars().next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
        format!(
            "{first}{} on {}.{}",
            text.get(1..).unwrap_or_default(),
            self.selection.phrase(),
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        format!("Taint {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        for step in &self.steps {
            line.word(&format!("{}{}", step.text(), if step.remove { "-" } else { "" }));
        }
        line.switch("--overwrite", self.overwrite);
        self.changing.write(line);
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        let set = || self.steps.iter().filter(|step| !step.remove);
        if set().any(|step| step.effect.as_deref() == Some("NoExecute")) {
            assessment.raise(
                Level::Dangerous,
                "no-execute-taint",
                "The taint evicts pods that do not tolerate it.",
            );
        }
        if self.selection.named.is_empty() && self.selection.labels.is_none() && set().next().is_some() {
            assessment.raise(Level::Dangerous, "cluster-wide", "It taints every node of the cluster.");
        }
    }
}

impl Taint {
    fn done(&self) -> &'static str {
        let sets = self.steps.iter().any(|step| !step.remove);
        let takes = self.steps.iter().any(|step| step.remove);
        match (sets, takes) {
            (false, _) => "untainted",
            (true, false) if !self.overwrite => "tainted",
            _ => "modified",
        }
    }

    /// The node's taints after the steps: what is set comes first.
    fn taints(&self, node: &Value) -> Result<Vec<Value>, Refusal> {
        let mut taints = node.pointer("/spec/taints").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut set = Vec::new();
        let text =
            |taint: &Value, key: &str| taint.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        for step in &self.steps {
            let fits = |taint: &Value| {
                text(taint, "key") == step.key
                    && step.effect.as_ref().is_none_or(|effect| *effect == text(taint, "effect"))
            };
            let there = taints.iter().any(fits);
            if step.remove && !there {
                return Err(Refusal::new(
                    "not-found",
                    format!("Node {} has no taint {}.", name_of(node), step.text()),
                ));
            }
            if !step.remove && there && !self.overwrite {
                return Err(Refusal::new(
                    "already-set",
                    format!(
                        "Node {} already has taint {} with this effect; add `--overwrite` to change it.",
                        name_of(node),
                        step.key
                    ),
                ));
            }
            taints.retain(|taint| !fits(taint));
            if !step.remove {
                let mut taint = json!({"key": step.key, "effect": step.effect});
                if let Some(value) = step.value.as_ref().filter(|value| !value.is_empty()) {
                    taint["value"] = json!(value);
                }
                set.push(taint);
            }
        }
        set.extend(taints);
        Ok(set)
    }
}

impl Step {
    fn text(&self) -> String {
        let value = self.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
        let effect = self.effect.as_ref().map(|effect| format!(":{effect}")).unwrap_or_default();
        format!("{}{value}{effect}", self.key)
    }
}

fn step(word: &str) -> Result<Step, Refusal> {
    let wrong = || {
        Refusal::new(
            "bad-value",
            format!(
                "`{word}` is neither KEY=VALUE:EFFECT nor KEY:EFFECT- nor KEY-; effects are NoSchedule, PreferNoSchedule and NoExecute."
            ),
        )
    };
    let (body, remove) = word.strip_suffix('-').map_or((word, false), |body| (body, true));
    let (mark, effect) = body.split_once(':').map_or((body, None), |(mark, effect)| (mark, Some(effect)));
    let (key, value) = mark.split_once('=').map_or((mark, None), |(key, value)| (key, Some(value)));
    let known = effect.is_none_or(|effect| ["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect));
    let name = key.rsplit('/').next().unwrap_or_default();
    let named = !name.is_empty()
        && is_label_value(name)
        && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if !known || !named || (!remove && effect.is_none()) || !value.is_none_or(is_label_value) {
        return Err(wrong());
    }
    // A value on a taint that goes says nothing.
    let value = value.filter(|_| !remove).map(str::to_owned);
    Ok(Step { key: key.to_owned(), value, effect: effect.map(str::to_owned), remove })
}
