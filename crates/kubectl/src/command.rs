//! One kubectl command with typed, validated arguments.
//!
//! A verb is one file in `verbs/` that implements [`Verb`], and one line in the list of `command/any.rs`.

use std::fmt;
use std::time::Duration;

use crate::catalog::Catalog;
use crate::documents::{self, Written};
use crate::flags;
use crate::globals::{COMMON, GLOBAL};
use crate::line::{self, Line};
use crate::options::Options;
use crate::output::{Changing, DryRun, Output};
use crate::plan::{self, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::source::Place;

mod any;
mod edit;
mod known;
mod verb;

pub use any::AnyVerb;
pub use edit::Editing;
pub(crate) use known::{global_flags, overview, specs};
pub(crate) use verb::{Spec, Verb, held};

/// One kubectl command.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The verb, with everything that is its own.
    pub what: AnyVerb,
    /// Flags that mean the same for every verb.
    common: Options,
}

impl Command {
    /// Reads a whole line that begins with `kubectl`.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let mut words = line::words(line)?;
        words.remove(0);
        let (grammar, words) = known::find_grammar(words)?;
        let tables: Vec<&'static [flags::Flag]> =
            grammar.spec.flags.iter().copied().chain([GLOBAL]).collect();
        let parsed = flags::parse(&tables, grammar.spec.name, words)?;
        if !grammar.spec.free
            && let Some(word) = parsed.own().iter().find(|word| !word.is_ascii())
        {
            return Err(line::look_alike(word));
        }
        if parsed.on("help") {
            let what = AnyVerb::Help { verb: grammar.spec.name };
            return Ok(Self { what, common: Options::default() });
        }
        let common = Options::read(&parsed, &[COMMON]);
        Ok(Self { what: (grammar.read)(grammar.spec.name, &parsed)?, common })
    }

    /// What the command means to the API, or the reads that are missing to say it.
    pub fn plan(&self, ctx: &plan::Context<'_>) -> Result<Planned, Refusal> {
        self.check_common()?;
        self.changing().map_or(Ok(()), Changing::plannable)?;
        let mut planned = self.operations(ctx)?;
        if let Planned::Ready(plan) = &mut planned {
            plan.request_timeout = self.request_timeout();
            plan.as_sent = self.changing().is_some_and(|changing| changing.dry_run == DryRun::Client);
            plan.managed_fields = self.common.on("show-managed-fields");
            if let Some(show) =
                self.printed().map(|output| output.shown_from(ctx.attachments)).transpose()?.flatten()
            {
                plan.print_as(show);
            }
        }
        Ok(planned)
    }

    /// How long the answer to one request to the cluster may take; absent where the command does not say.
    pub fn request_timeout(&self) -> Option<Duration> {
        let seconds = flags::go_timeout(self.common.get("request-timeout")?)?;
        // A whole number, so that it is stored and compared exactly; nothing is shorter than one.
        Some(Duration::from_millis((seconds * 1e3).ceil() as u64)).filter(|limit| !limit.is_zero())
    }

    /// Refuses what is said of every verb and can't be done as kubectl does it.
    fn check_common(&self) -> Result<(), Refusal> {
        for (flag, text) in [
            (
                "match-server-version",
                "`--match-server-version` compares kubectl's version with the server's, and KubeChat has its own. Leave it out; `kubectl version` shows both.",
            ),
            (
                "warnings-as-errors",
                "`--warnings-as-errors` is not carried out: a preview shows the server's warnings before anything is changed. Leave it out.",
            ),
        ] {
            if self.common.on(flag) {
                return Err(Refusal::new("unsupported-flag", text));
            }
        }
        Ok(())
    }

    /// The files that it reads; what they hold has to come with it.
    pub fn sources(&self) -> Vec<Place> {
        let mut places = self.files();
        places.extend(self.printed().and_then(Output::place));
        places
    }

    /// `-o`, of a command that reads or changes.
    fn printed(&self) -> Option<&Output> {
        self.output().or_else(|| self.changing()?.output.as_ref())
    }

    /// What the command means to the API, for judging it; not all of it can be carried out.
    pub(crate) fn operations(&self, ctx: &plan::Context<'_>) -> Result<Planned, Refusal> {
        let local = self.changing().is_some_and(|changing| changing.local);
        match self.selection() {
            Some(selection) if local => self.locally(selection, ctx),
            Some(selection) if !selection.source.is_empty() && !self.writes_manifest() => {
                self.plan_written(selection, ctx)
            }
            _ => self.plan_verb(ctx),
        }
    }

    /// The same command about each object that its manifest names.
    pub(crate) fn plan_written(
        &self,
        selection: &Selection,
        ctx: &plan::Context<'_>,
    ) -> Result<Planned, Refusal> {
        let scope = self.scope().cloned().unwrap_or_default();
        let written = documents::objects(&selection.source, selection.labels.as_deref(), &scope, ctx)?;
        // Neighbours of one type and namespace are asked for together, unless the verb takes one object only.
        let single = matches!(self.what, AnyVerb::Expose(_) | AnyVerb::Autoscale(_));
        let together = |one: &Written, next: &Written| {
            !single && one.resource == next.resource && one.namespace == next.namespace
        };
        let (mut whole, mut missing): (Option<Plan>, Vec<plan::Read>) = (None, Vec::new());
        for group in written.chunk_by(together) {
            let mut command = self.clone();
            if let Some(scope) = command.scope_mut() {
                *scope = Scope { namespace: group[0].namespace.clone(), all: false };
            }
            if let Some(selection) = command.selection_mut() {
                let named = group.iter().map(|written| (written.resource.qualified(), written.name.clone()));
                *selection = Selection { named: named.collect(), ..Selection::default() };
            }
            match (command.plan_verb(ctx)?, &mut whole) {
                (Planned::Need(reads), _) => missing.extend(reads),
                (Planned::Ready(plan), Some(whole)) => whole.operations.extend(plan.operations),
                (Planned::Ready(plan), whole) => *whole = Some(plan),
            }
        }
        match whole {
            Some(plan) if missing.is_empty() => Ok(Planned::Ready(plan)),
            _ => Ok(Planned::Need(missing)),
        }
    }

    /// Whether both mean the same: kinds by any of their names, `TYPE/NAME` or `TYPE NAME`, names and lists in any
    /// order, and `-n default` or none.
    pub fn same(&self, other: &Self, catalog: &Catalog) -> bool {
        self == other || self.normal(catalog) == other.normal(catalog)
    }

    fn normal(&self, catalog: &Catalog) -> Self {
        let mut command = self.clone();
        command.normalise(catalog);
        if let Some(scope) = command.scope_mut()
            && scope.namespace.as_deref() == Some("default")
        {
            scope.namespace = None;
        }
        command
    }

    /// Whether a reading command prints objects in full, as they are stored.
    pub(crate) fn prints_stored(&self) -> bool {
        match &self.what {
            AnyVerb::Describe(_) => true,
            AnyVerb::Get(get) => get.output.as_ref().is_some_and(Output::is_full),
            _ => false,
        }
    }

    /// The namespace that the command itself names.
    pub fn namespace(&self) -> Option<&str> {
        self.scope()?.namespace.as_deref()
    }

    /// Fills in a namespace where the command names none and doesn't ask for all of them.
    pub fn set_namespace(&mut self, namespace: &str) {
        if let Some(scope) = self.scope_mut()
            && scope.namespace.is_none()
            && !scope.all
        {
            scope.namespace = Some(namespace.to_owned());
        }
    }
}
impl fmt::Display for Command {
    /// The canonical line, which parses back to an equal command.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line::new(self.verb());
        self.write(&mut line);
        self.common.write(&mut line);
        f.write_str(&line.finish())
    }
}
