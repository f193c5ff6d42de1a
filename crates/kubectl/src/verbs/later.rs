//! Verbs that are read and judged but not carried out yet: `drain`, `certificate`, `wait`, `create token`.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, array, duration, int, switch, text};
use crate::globals::{ALL, ALL_NAMESPACES, CHANGING, FIELDS, FILE, OUTPUT, SELECT};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{Context, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_name};

/// A verb that is only judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Later {
    /// Which one.
    pub verb: &'static str,
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// What `wait` waits for, and other values that matter.
    pub options: Vec<(&'static str, String)>,
    /// Dry run and output.
    pub changing: Changing,
}

const DRAIN: &[Flag] = &[
    switch("ignore-daemonsets"),
    switch("delete-emptydir-data"),
    switch("force"),
    switch("disable-eviction"),
    int("grace-period"),
    int("skip-wait-for-delete-timeout"),
    int("chunk-size"),
    text("pod-selector"),
    duration("timeout"),
];
const CERTIFICATE: &[Flag] = &[switch("force")];
const WAIT: &[Flag] = &[array("for"), duration("timeout"), switch("local")];
const TOKEN: &[Flag] = &[
    duration("duration"),
    array("audience"),
    text("bound-object-kind"),
    text("bound-object-name"),
    text("bound-object-uid"),
];
/// What of these is kept and written again.
const KEPT: &[&str] = &[
    "for",
    "timeout",
    "ignore-daemonsets",
    "delete-emptydir-data",
    "force",
    "disable-eviction",
    "grace-period",
    "pod-selector",
    "duration",
    "audience",
];

impl Verb for Later {
    const SPECS: &'static [Spec] = &[
        Spec { name: "drain", flags: &[DRAIN, SELECT, CHANGING], free: false },
        Spec { name: "certificate approve", flags: &[CERTIFICATE, FILE, OUTPUT], free: false },
        Spec { name: "certificate deny", flags: &[CERTIFICATE, FILE, OUTPUT], free: false },
        Spec { name: "wait", flags: &[WAIT, FILE, SELECT, FIELDS, ALL, ALL_NAMESPACES, OUTPUT], free: false },
        Spec { name: "create token", flags: &[TOKEN, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let selection = match verb {
            "drain" => Selection::of_type("nodes", &words.args, words)?,
            "create token" => Selection::of_type("serviceaccount", &words.args, words)?,
            "wait" => Selection::read(&words.args, words)?,
            _ => Selection::of_type("csr", &words.args, words)?,
        };
        let mut options = Vec::new();
        for long in KEPT {
            for value in words.list(long) {
                options.push((*long, value));
            }
        }
        if verb == "wait" && !words.has("for") {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl wait` needs `--for`, for example `--for=condition=Ready`.",
            ));
        }
        if verb == "create token" {
            selection.named.iter().try_for_each(|(_, name)| check_name(name))?;
        }
        Ok(Self {
            verb,
            scope: Scope::read(words)?,
            selection: selection.chosen(verb)?,
            options,
            changing: Changing::read(words)?,
        })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        Some(&mut self.scope)
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
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
            "certificate approve" => format!("Approve {target}: a client certificate is issued."),
            "certificate deny" => format!("Deny {target}."),
            "wait" => format!("Wait for {target}{}.", self.scope.phrase()),
            _ => format!("Make and show a token of {target}{}.", self.scope.phrase()),
        };
        text + self.changing.phrase()
    }

    fn action(&self) -> String {
        let name = self.selection.short_phrase();
        match self.verb {
            "drain" => format!("Drain {name}"),
            "certificate approve" => format!("Approve {name}"),
            "certificate deny" => format!("Deny {name}"),
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
        for (long, value) in &self.options {
            line.value(&format!("--{long}"), Some(value));
        }
        self.changing.write(line);
    }

    fn changing(&self) -> Option<&Changing> {
        (self.verb != "wait").then_some(&self.changing)
    }

    fn hazards(&self, assessment: &mut Assessment) {
        match self.verb {
            "drain" => {
                assessment.raise(Level::Dangerous, "evicts-pods", "It evicts every pod from the node.");
            }
            "certificate approve" => {
                assessment.raise(
                    Level::Dangerous,
                    "issues-credentials",
                    "It issues a client certificate: a way to act in the cluster.",
                );
            }
            "create token" => {
                assessment.discloses_secrets = true;
                assessment.raise(Level::Warning, "discloses-secret", "The answer is a credential.");
            }
            _ => {}
        }
    }
}
