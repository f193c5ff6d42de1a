//! What every verb is and can say about itself.

use crate::catalog::Catalog;
use crate::flags::{Parsed, Tables};
use crate::level::Assessment;
use crate::line::Line;
use crate::output::{Changing, Output};
use crate::plan::{self, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::source::Place;

/// How a verb is spelled and which flags it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// `scale`, `rollout status`.
    pub name: &'static str,
    /// Its flags; the global ones are added.
    pub flags: Tables<'static>,
    /// Whether its words before `--` may hold any script, as annotation values do.
    pub free: bool,
}

/// What every verb can say about itself.
pub(crate) trait Verb: Sized {
    /// The spellings that this type parses.
    const SPECS: &'static [Spec];
    /// Reads the words after the verb.
    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal>;
    /// The verb, with its second word where it has one.
    fn verb(&self) -> &'static str {
        Self::SPECS[0].name
    }
    /// The namespace part; absent for verbs that have none.
    fn scope(&self) -> Option<&Scope> {
        None
    }
    /// The same, to be filled in.
    fn scope_mut(&mut self) -> Option<&mut Scope> {
        None
    }
    /// Which objects, for verbs that take them as kubectl does everywhere.
    fn selection(&self) -> Option<&Selection> {
        None
    }
    /// The same, to be brought into one spelling.
    fn selection_mut(&mut self) -> Option<&mut Selection> {
        None
    }
    /// How the answer of a reading verb is asked for.
    fn output(&self) -> Option<&Output> {
        None
    }
    /// Brings what the verb holds besides scope and selection into one spelling and order.
    fn normalise(&mut self, _catalog: &Catalog) {}
    /// The files it reads.
    fn files(&self) -> Vec<Place> {
        self.selection().map(|selection| selection.source.places()).unwrap_or_default()
    }
    /// Whether the manifest is what it writes, and not only a list of the objects that it is about.
    fn writes_manifest(&self) -> bool {
        false
    }
    /// What it means to the API.
    fn plan(&self, ctx: &plan::Context<'_>) -> Result<Planned, Refusal>;
    /// A sentence or two.
    fn explain(&self) -> String;
    /// The words on the button.
    fn action(&self) -> String;
    /// Everything after the verb, in canonical spelling.
    fn write(&self, line: &mut Line);
    /// Whether it streams.
    fn follows(&self) -> bool {
        false
    }
    /// The options of a verb that changes the cluster; absent for one that reads.
    fn changing(&self) -> Option<&Changing> {
        None
    }
    /// Whether its answer may hold secret values, where its operations don't show it.
    fn discloses(&self) -> bool {
        false
    }
    /// What the command shows about its effect that its operations don't.
    fn hazards(&self, _assessment: &mut Assessment) {}
}

/// What a verb holds in a field of the same name, as [`Verb`] asks for it.
macro_rules! held {
    ($($field:ident),+) => { $(held!(@ $field);)+ };
    (@ scope) => {
        fn scope(&self) -> Option<&$crate::select::Scope> {
            Some(&self.scope)
        }

        fn scope_mut(&mut self) -> Option<&mut $crate::select::Scope> {
            Some(&mut self.scope)
        }
    };
    (@ selection) => {
        fn selection(&self) -> Option<&$crate::select::Selection> {
            Some(&self.selection)
        }

        fn selection_mut(&mut self) -> Option<&mut $crate::select::Selection> {
            Some(&mut self.selection)
        }
    };
    (@ changing) => {
        fn changing(&self) -> Option<&$crate::output::Changing> {
            Some(&self.changing)
        }
    };
}
pub(crate) use held;
