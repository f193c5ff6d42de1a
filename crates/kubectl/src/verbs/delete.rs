//! `delete`: takes objects away.

use crate::command::{Spec, Verb, held};
use crate::facts;
use crate::flags::{Flag, Parsed, Takes, int, switch, text};
use crate::globals::{ALL, ALL_NAMESPACES, DRY_RUN, FIELDS, FILE, SELECT, WAITING};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::{Changing, Output};
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Settled, Waits};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, changing, check_scope, check_verb};

/// `kubectl delete`.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// Seconds to wait for a graceful end.
    pub grace_period: Option<i64>,
    /// `--force`: gone from the API at once.
    pub force: bool,
    /// `--cascade`: `Background`, `Foreground` or `Orphan`.
    pub cascade: &'static str,
    /// `--ignore-not-found`.
    pub ignore_not_found: bool,
    /// `--wait`, or a `--timeout` for it: until what was deleted has gone.
    pub waits: Option<Waits>,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[
    int("grace-period"),
    switch("force"),
    switch("now"),
    Flag::new("cascade", Takes::Optional("background")),
    switch("ignore-not-found"),
    switch("interactive").short('i'),
    text("output").short('o'),
    text("raw").refuse("raw-path", "paths of the API are not asked directly; name the type and the object."),
];

impl Verb for Delete {
    const SPECS: &'static [Spec] = &[Spec {
        name: "delete",
        flags: &[FLAGS, FILE, SELECT, FIELDS, ALL, ALL_NAMESPACES, DRY_RUN, WAITING],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let cascade = match words.text("cascade").as_deref() {
            None | Some("background" | "true" | "") => "Background",
            Some("foreground") => "Foreground",
            Some("orphan" | "false") => "Orphan",
            Some(other) => {
                return Err(Refusal::new(
                    "bad-value",
                    format!("`--cascade` takes background, foreground or orphan, not `{other}`."),
                ));
            }
        };
        let force = words.on("force");
        let changing = Changing::read(words)?;
        if changing.output.as_ref().is_some_and(|output| *output != Output::Name) {
            return Err(Refusal::new("bad-value", "`kubectl delete` prints names only (`-o name`)."));
        }
        Ok(Self {
            scope: Scope::read(words)?,
            selection: Selection::read(&words.args, words)?.chosen(verb)?,
            grace_period: grace_period(words, force)?,
            force,
            cascade,
            ignore_not_found: words.on("ignore-not-found"),
            waits: waits(words, &changing),
            changing,
        })
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let mut operations = Vec::new();
        let mut found = self.selection.resolve(ctx)?;
        if self.ignore_not_found {
            found = match facts::present(ctx, found, &self.scope)? {
                Ok(present) => present,
                Err(missing) => return Ok(Planned::Need(missing)),
            };
        }
        for (resource, targets) in found {
            check_scope(&resource, &targets, &self.scope)?;
            check_verb(&resource, ApiVerb::Delete)?;
            let namespace = self.scope.of(&resource, ctx);
            let change = Change::Delete {
                grace_period_seconds: self.grace_period,
                propagation: Some(self.cascade.to_owned()),
            };
            operations.push(changing(ApiVerb::Delete, resource, namespace, targets, change));
        }
        let done = if self.force { "force deleted" } else { "deleted" };
        let plan = Plan::changes(operations, self.changing.show(done), self.changing.is_dry());
        Ok(Planned::Ready(Plan { waits: self.waits, ..plan }))
    }

    fn explain(&self) -> String {
        let how = match (self.force, self.cascade) {
            (true, _) => " at once, without waiting for a graceful end",
            (_, "Orphan") => ", leaving what they own behind",
            _ => "",
        };
        let waits = self.waits.map(Waits::phrase).unwrap_or_default();
        let (what, place) = (self.selection.phrase(), self.scope.phrase());
        format!("Delete {what}{place}{how}.{waits}{}", self.changing.phrase())
    }

    fn action(&self) -> String {
        format!("Delete {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        line.value("--grace-period", self.grace_period)
            .switch("--force", self.force)
            .value("--cascade", (self.cascade != "Background").then(|| self.cascade.to_lowercase()))
            .switch("--ignore-not-found", self.ignore_not_found);
        if let Some(waits) = self.waits {
            waits.write(line);
        }
        self.changing.write(line);
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        if !self.selection.source.is_empty() {
            let text = format!("It deletes what {} holds.", self.selection.source.phrase());
            assessment.raise(Level::Dangerous, "deletes", text);
        }
        if self.force {
            let text = "It is forced: the object is gone from the cluster at once, while its processes may still run.";
            assessment.raise(Level::Dangerous, "force", text);
        }
    }
}

/// The server's yes is enough unless the command says how long it is waited for. A dry run has nothing to wait for.
fn waits(words: &Parsed, changing: &Changing) -> Option<Waits> {
    let timeout_seconds = words.seconds("timeout").unwrap_or_default().max(0);
    let asked = words.on("wait") || timeout_seconds > 0 && words.on_unless("wait");
    (asked && !changing.is_dry()).then_some(Waits { until: Settled::Gone, timeout_seconds })
}

/// kubectl's rules for `--grace-period`, `--now` and `--force` together.
fn grace_period(words: &Parsed, force: bool) -> Result<Option<i64>, Refusal> {
    let given = words.int("grace-period").filter(|seconds| *seconds >= 0);
    let wrong = |text: &str| Err(Refusal::new("bad-value", text));
    match (given, words.on("now"), force) {
        (Some(_), true, _) => wrong("`--now` and `--grace-period` can't be combined; give one of them."),
        (Some(1..), _, true) => wrong("`--force` needs `--grace-period=0`, or leave `--grace-period` out."),
        (_, true, _) => Ok(Some(1)),
        (_, _, true) => Ok(Some(0)),
        // Zero without force would leave processes behind; kubectl waits one second.
        (Some(0), _, false) => Ok(Some(1)),
        (given, _, false) => Ok(given),
    }
}
