//! `describe`: objects with their events, for people.

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, int, switch};
use crate::globals::{ALL_NAMESPACES, FILE, SELECT};
use crate::line::Line;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_scope, check_verb, reading};

/// `kubectl describe`.
#[derive(Debug, Clone, PartialEq)]
pub struct Describe {
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// `--show-events`, on unless it is switched off.
    pub events: bool,
}

const FLAGS: &[Flag] = &[switch("show-events"), int("chunk-size")];

impl Verb for Describe {
    const SPECS: &'static [Spec] =
        &[Spec { name: "describe", flags: &[FLAGS, FILE, SELECT, ALL_NAMESPACES], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        Ok(Self {
            scope: Scope::read(words)?,
            selection: Selection::read(&words.args, words)?.some(verb)?,
            events: words.on_unless("show-events"),
        })
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let mut operations = Vec::new();
        for (resource, targets) in self.selection.resolve(ctx)? {
            check_scope(&resource, &targets, &self.scope)?;
            let namespace = self.scope.of(&resource, ctx);
            let operation = reading(resource, namespace, targets);
            check_verb(&operation.resource, operation.verb)?;
            operations.push(operation);
        }
        Ok(Planned::Ready(Plan::reads(operations, Show::Describe { events: self.events })))
    }

    fn explain(&self) -> String {
        let events = if self.events { " with recent events" } else { "" };
        format!("Describe {}{}{events}.", self.selection.phrase(), self.scope.phrase())
    }

    fn action(&self) -> String {
        format!("Describe {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        line.switch("--show-events=false", !self.events);
    }
}
