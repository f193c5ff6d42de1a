//! Verbs that work on manifests: `apply`, `replace`, `create -f`, `edit`, `diff`, `auth reconcile`.

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, Takes, duration, int, list, switch, text};
use crate::globals::{
    ALL, CHANGING, DRY_RUN, FILE, MANAGER, OUTPUT, RECORD, SAVE, SELECT, SUBRESOURCE, VALIDATE,
};
use crate::kinds::{is_rbac, is_secret};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::output::{Changing, Output};
use crate::plan::{Context, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::source::Place;

mod edit;
mod prune;
mod reconcile;
mod rules;
mod written;

/// A verb whose effect is written in a manifest, or in an editor.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Which one.
    pub verb: &'static str,
    /// Where.
    pub scope: Scope,
    /// The manifest, or the objects for `edit` and the last-applied verbs.
    pub selection: Selection,
    /// The verb's own flags.
    pub options: Options,
    /// Dry run and output.
    pub changing: Changing,
}

const RAW: &str = "paths of the API are not asked directly; name the type and the object.";
const APPLY: &[Flag] = &[
    switch("prune"),
    list("prune-allowlist"),
    switch("force"),
    switch("server-side"),
    switch("force-conflicts"),
    Flag::new("cascade", Takes::Optional("background")).default("background"),
    int("grace-period").default("-1"),
    switch("overwrite").default("true"),
    switch("openapi-patch").default("true"),
    SUBRESOURCE,
    duration("timeout"),
    switch("wait"),
];
const REPLACE: &[Flag] = &[
    switch("force"),
    Flag::new("cascade", Takes::Optional("background")).default("background"),
    int("grace-period").default("-1"),
    SUBRESOURCE,
    duration("timeout"),
    switch("wait"),
    text("raw").refuse("raw-path", RAW),
];
const CREATE: &[Flag] =
    &[switch("edit"), switch("windows-line-endings"), text("raw").refuse("raw-path", RAW)];
const EDIT: &[Flag] = &[switch("output-patch"), SUBRESOURCE];
const LINES: &[Flag] = &[switch("windows-line-endings")];
const SET_FILE: &[Flag] = &[list("filename").short('f')];
const FORMAT: &[Flag] = &[text("output").short('o')];
const DIFF: &[Flag] = &[
    switch("prune"),
    list("prune-allowlist"),
    switch("server-side"),
    switch("force-conflicts"),
    switch("show-secrets"),
    int("concurrency").default("1"),
    text("field-manager"),
    switch("show-managed-fields"),
];
const SET_LAST: &[Flag] = &[switch("create-annotation")];
const RECONCILE: &[Flag] = &[switch("remove-extra-permissions"), switch("remove-extra-subjects")];

impl Verb for Manifest {
    const SPECS: &'static [Spec] = &[
        Spec {
            name: "apply",
            flags: &[APPLY, FILE, SELECT, ALL, DRY_RUN, MANAGER, VALIDATE, RECORD, OUTPUT],
            free: false,
        },
        Spec {
            name: "apply edit-last-applied",
            flags: &[LINES, FILE, MANAGER, VALIDATE, RECORD, OUTPUT],
            free: false,
        },
        Spec { name: "apply set-last-applied", flags: &[SET_LAST, SET_FILE, DRY_RUN, OUTPUT], free: false },
        Spec { name: "apply view-last-applied", flags: &[FILE, SELECT, ALL, FORMAT], free: false },
        Spec { name: "replace", flags: &[REPLACE, FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create", flags: &[CREATE, FILE, SELECT, CHANGING, OUTPUT], free: false },
        Spec {
            name: "edit",
            flags: &[EDIT, LINES, FILE, MANAGER, VALIDATE, SAVE, RECORD, OUTPUT],
            free: false,
        },
        Spec { name: "diff", flags: &[DIFF, FILE, SELECT], free: false },
        Spec { name: "auth reconcile", flags: &[RECONCILE, FILE, DRY_RUN, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let selection = Selection::read(&words.args, words)?;
        let names = matches!(verb, "edit" | "apply edit-last-applied" | "apply view-last-applied");
        if names {
            selection.clone().some(verb)?;
        } else {
            if let Some(word) = words.args.first() {
                return Err(Refusal::new(
                    "bad-target",
                    format!("`kubectl {verb}` takes no `{word}`; the objects stand in the manifest (`-f`)."),
                ));
            }
            selection.source.clone().some(verb)?;
        }
        if verb == "edit" && selection.source.is_empty() && selection.named.is_empty() {
            return Err(Refusal::new("missing-name", "`kubectl edit` needs the name of an object."));
        }
        let options = Options::read(words, own_flags(verb));
        let mut changing = Changing::read(words)?;
        if verb == "apply view-last-applied" {
            changing.output.take_if(|output| *output == Output::Yaml);
            if changing.output.as_ref().is_some_and(|output| *output != Output::Json) {
                let text = "`kubectl apply view-last-applied` prints `-o yaml` or `-o json`.";
                return Err(Refusal::new("bad-value", text));
            }
        }
        Ok(Self { verb, scope: Scope::read(words)?, selection, options, changing })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    held!(scope, selection);

    fn normalise(&mut self, _: &crate::Catalog) {
        self.options.sort();
    }

    fn files(&self) -> Vec<Place> {
        self.selection.source.places()
    }

    fn writes_manifest(&self) -> bool {
        !matches!(self.verb, "edit" | "apply edit-last-applied" | "apply view-last-applied")
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        self.check_options()?;
        match self.verb {
            "edit" => self.edit(ctx),
            "apply edit-last-applied" => self.edit_last_applied(ctx),
            "apply view-last-applied" => self.view_last_applied(ctx),
            _ => self.written(ctx),
        }
    }

    fn explain(&self) -> String {
        let (what, place) = (self.what(), self.scope.phrase());
        let text = match self.verb {
            "apply" if self.options.on("prune") => {
                format!("Apply {what}{place}, and delete what is no longer in it.")
            }
            "apply" => format!("Apply {what}{place}: create what is missing and change what differs."),
            "apply edit-last-applied" => {
                format!("Edit what {what}{place} was last applied as.")
            }
            "apply set-last-applied" => format!("Record {what}{place} as what was last applied."),
            "apply view-last-applied" => format!("Show what {what}{place} was last applied as."),
            "replace" if self.options.on("force") => {
                format!("Delete and create anew the objects in {what}{place}.")
            }
            "replace" => format!("Replace the objects in {what}{place}."),
            "create" => format!("Create the objects in {what}{place}."),
            "edit" => format!("Edit {what}{place}."),
            "diff" => format!("Show what applying {what}{place} would change."),
            _ => format!("Bring roles and bindings in line with {what}{place}."),
        };
        text + self.changing.phrase()
    }

    fn action(&self) -> String {
        let name = self.selection.short_phrase();
        match self.verb {
            "apply" => format!("Apply {name}"),
            "replace" => format!("Replace {name}"),
            "create" => format!("Create {name}"),
            "diff" => "Show differences".to_owned(),
            "apply view-last-applied" => "Show last applied".to_owned(),
            "apply set-last-applied" => "Record last applied".to_owned(),
            "auth reconcile" => "Reconcile permissions".to_owned(),
            _ => format!("Edit {name}"),
        }
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        self.options.write(line);
        self.changing.write(line);
    }

    fn changing(&self) -> Option<&Changing> {
        (!self.reads()).then_some(&self.changing)
    }

    fn output(&self) -> Option<&Output> {
        self.changing.output.as_ref()
    }

    fn discloses(&self) -> bool {
        let secret = self.selection.source.says_secret() || self.selection.kinds().any(is_secret);
        match self.verb {
            "diff" => self.options.on("show-secrets"),
            "edit" | "apply edit-last-applied" | "apply view-last-applied" => secret,
            _ => false,
        }
    }

    fn hazards(&self, assessment: &mut Assessment) {
        if self.reads() {
            return;
        }
        if self.options.on("prune") {
            let text = "It deletes every live object that the selector matches and the manifest lacks.";
            assessment.raise(Level::Dangerous, "prunes", text);
        }
        if self.options.on("force") {
            let text = "It is forced: objects are deleted and made anew.";
            assessment.raise(Level::Dangerous, "force", text);
        }
        if self.verb == "auth reconcile" || self.selection.kinds().any(is_rbac) {
            assessment.raise(Level::Dangerous, "writes-rbac", "It changes who may do what.");
        }
    }
}

impl Manifest {
    fn reads(&self) -> bool {
        matches!(self.verb, "diff" | "apply view-last-applied")
    }

    fn what(&self) -> String {
        if self.selection.source.is_empty() {
            self.selection.phrase()
        } else {
            self.selection.source.phrase()
        }
    }
}

fn own_flags(verb: &str) -> &'static [&'static [Flag]] {
    match verb {
        "apply" => &[APPLY],
        "replace" => &[REPLACE],
        "create" => &[CREATE],
        "diff" => &[DIFF],
        "apply set-last-applied" => &[SET_LAST],
        "auth reconcile" => &[RECONCILE],
        "apply view-last-applied" => &[],
        "edit" => &[EDIT, LINES],
        _ => &[LINES],
    }
}
