//! Verbs that are read and judged but not carried out yet: `drain`, `wait`, `create token`.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, array, duration, int, list, switch, text};
use crate::globals::{ALL, ALL_NAMESPACES, DRY_RUN, FIELDS, FILENAME, LOCAL, OUTPUT, SELECT};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::output::{Changing, Output};
use crate::plan::{Context, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};

/// A verb that is only judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Later {
    /// Which one.
    pub verb: &'static str,
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// What `wait` waits for, how `drain` goes about it.
    pub options: Options,
    /// Dry run and output.
    pub changing: Changing,
}

const DRAIN: &[Flag] = &[
    switch("ignore-daemonsets"),
    switch("delete-emptydir-data"),
    switch("force"),
    switch("disable-eviction"),
    int("grace-period").default("-1"),
    int("skip-wait-for-delete-timeout").default("0"),
    int("chunk-size").default("500"),
    text("pod-selector"),
    duration("timeout").default("0s"),
];
const WAIT: &[Flag] = &[array("for"), duration("timeout").default("30s")];
const TOKEN: &[Flag] = &[
    duration("duration").default("0s"),
    list("audience"),
    text("bound-object-kind"),
    text("bound-object-name"),
    text("bound-object-uid"),
];

impl Verb for Later {
    const SPECS: &'static [Spec] = &[
        Spec { name: "drain", flags: &[DRAIN, SELECT, DRY_RUN], free: false },
        Spec {
            name: "wait",
            flags: &[WAIT, FILENAME, SELECT, FIELDS, ALL, ALL_NAMESPACES, LOCAL, OUTPUT],
            free: false,
        },
        Spec { name: "create token", flags: &[TOKEN, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let (selection, own) = match verb {
            "drain" => (Selection::of_type("nodes", &words.args, words)?, DRAIN),
            "create token" => (Selection::of_type("serviceaccount", &words.args, words)?, TOKEN),
            _ => (Selection::read(&words.args, words)?, WAIT),
        };
        if verb == "wait" && words.text("for").is_none_or(|condition| condition.is_empty()) {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl wait` needs `--for`, for example `--for=condition=Ready`.",
            ));
        }
        if verb == "create token" && selection.named.len() > 1 {
            return Err(Refusal::new(
                "missing-name",
                "`kubectl create token` needs exactly one service account.",
            ));
        }
        Ok(Self {
            verb,
            scope: Scope::read(words)?,
            selection: selection.chosen(verb)?,
            options: Options::read(words, &[own]),
            changing: Changing::read(words)?,
        })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    fn scope(&self) -> Option<&Scope> {
        (self.verb != "drain").then_some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        (self.verb != "drain").then_some(&mut self.scope)
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn selection_mut(&mut self) -> Option<&mut Selection> {
        Some(&mut self.selection)
    }

    fn output(&self) -> Option<&Output> {
        self.changing.output.as_ref()
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.options.sort();
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        if !self.selection.source.is_empty() {
            return Err(self.selection.source.refusal());
        }
        let instead = match self.verb {
            "drain" => "Use `kubectl cordon` to keep new pods away.",
            "wait" => "Use `kubectl rollout status` or `kubectl get -w`.",
            _ => "Use kubectl itself for it.",
        };
        Err(Refusal::new(
            "not-yet",
            format!("`kubectl {}` can't be carried out here yet. {instead}", self.verb),
        ))
    }

    fn explain(&self) -> String {
        let target = self.selection.phrase();
        let text = match self.verb {
            "drain" => format!("Keep new pods off {target} and evict the pods that run there."),
            "wait" => {
                let what = self.options.get("for").unwrap_or_default();
                format!("Wait for {what} of {target}{}.", self.scope.phrase())
            }
            _ => format!("Make and show a token of {target}{}.", self.scope.phrase()),
        };
        text + self.changing.phrase()
    }

    fn action(&self) -> String {
        match self.verb {
            "drain" => format!("Drain {}", self.selection.short_phrase()),
            "wait" => "Wait".to_owned(),
            _ => "Make token".to_owned(),
        }
    }

    fn write(&self, line: &mut Line) {
        if self.verb == "wait" {
            self.selection.write(line);
        } else {
            self.selection.write_names(line);
        }
        self.scope.write(line);
        self.options.write(line);
        self.changing.write(line);
    }

    fn changing(&self) -> Option<&Changing> {
        (self.verb != "wait").then_some(&self.changing)
    }

    fn discloses(&self) -> bool {
        self.verb == "create token"
    }

    fn hazards(&self, assessment: &mut Assessment) {
        if self.verb == "drain" {
            assessment.raise(Level::Dangerous, "evicts-pods", "It evicts every pod from the node.");
        }
    }
}
