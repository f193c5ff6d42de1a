//! `cordon` and `uncordon`: whether a node takes new pods.

use serde_json::json;

use crate::command::{Spec, Verb, held};
use crate::flags::Parsed;
use crate::globals::{DRY_RUN, SELECT};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{Change, Context, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::verbs::patching;

/// `kubectl cordon` and `kubectl uncordon`.
#[derive(Debug, Clone, PartialEq)]
pub struct Cordon {
    /// `uncordon`.
    pub undo: bool,
    /// Which nodes.
    pub selection: Selection,
    /// Dry run.
    pub changing: Changing,
}

impl Verb for Cordon {
    const SPECS: &'static [Spec] = &[
        Spec { name: "cordon", flags: &[SELECT, DRY_RUN], free: false },
        Spec { name: "uncordon", flags: &[SELECT, DRY_RUN], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        Ok(Self {
            undo: verb == "uncordon",
            selection: Selection::of_type("nodes", &words.args, words)?.chosen(verb)?,
            changing: Changing::read(words)?,
        })
    }

    fn verb(&self) -> &'static str {
        if self.undo { "uncordon" } else { "cordon" }
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn selection_mut(&mut self) -> Option<&mut Selection> {
        Some(&mut self.selection)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        // `null` takes the field away, as kubectl does.
        let value = if self.undo { json!(null) } else { json!(true) };
        let body = json!({"spec": {"unschedulable": value}});
        let change = Change::StrategicPatch { body };
        let found = self.selection.resolve(ctx)?;
        let operations = patching::alike(ctx, found, &Scope::default(), |_| Ok(change.clone()))?;
        let show = self.changing.show(if self.undo { "uncordoned" } else { "cordoned" });
        Ok(Planned::Ready(Plan::changes(operations, show, self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        let nodes = self.selection.phrase();
        let text = if self.undo {
            format!("Let {nodes} take new pods again.")
        } else {
            format!("Keep new pods off {nodes}. Pods that run there stay.")
        };
        text + self.changing.phrase()
    }

    fn action(&self) -> String {
        format!("{} {}", if self.undo { "Uncordon" } else { "Cordon" }, self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write_names(line);
        self.changing.write(line);
    }

    held!(changing);
}
