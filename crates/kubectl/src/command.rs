//! One kubectl command with typed, validated arguments.
//!
//! A verb is one file in `verbs/` that implements [`Verb`], and one line in `commands!` below.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::OnceLock;

use crate::catalog::Catalog;
use crate::documents::{self, Written};
use crate::flags::{self, Parsed, Tables};
use crate::globals::GLOBAL;
use crate::level::Assessment;
use crate::line::{self, Line};
use crate::output::{Changing, DryRun, Output};
use crate::plan::{self, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::source::Place;
use crate::verbs::{self, *};

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

/// One way to read a verb: how it is spelled, and the function that makes the command of it.
struct Grammar {
    spec: Spec,
    read: fn(&'static str, &Parsed) -> Result<Command, Refusal>,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident($type:ty),)*) => {
        /// One kubectl command.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command {
            /// `--help` on any verb.
            Help {
                /// The verb it was asked of.
                verb: &'static str,
            },
            $($(#[$doc])* $variant($type),)*
        }

        fn grammars() -> Vec<Grammar> {
            let mut all = Vec::new();
            $(all.extend(<$type as Verb>::SPECS.iter().map(|spec| Grammar {
                spec: *spec,
                read: |verb, words| <$type as Verb>::read(verb, words).map(Command::$variant),
            }));)*
            all
        }

        impl Command {
            fn plan_verb(&self, ctx: &plan::Context<'_>) -> Result<Planned, Refusal> {
                match self {
                    Self::Help { verb } => Ok(help(verb)),
                    $(Self::$variant(verb) => Verb::plan(verb, ctx),)*
                }
            }

            /// One or two plain sentences that say what it does.
            pub fn explain(&self) -> String {
                match self {
                    Self::Help { verb } => format!("Show what `kubectl {verb}` takes. Nothing runs."),
                    $(Self::$variant(verb) => Verb::explain(verb),)*
                }
            }

            /// The words on the button that runs it.
            pub fn action(&self) -> String {
                match self {
                    Self::Help { .. } => "Show help".to_owned(),
                    $(Self::$variant(verb) => Verb::action(verb),)*
                }
            }

            /// The verb, with its second word where it has one: `get`, `rollout restart`.
            pub fn verb(&self) -> &'static str {
                match self {
                    Self::Help { verb } => verb,
                    $(Self::$variant(verb) => Verb::verb(verb),)*
                }
            }

            /// Whether it streams until it is stopped or done: `logs -f`, `get -w`, `rollout status`.
            pub fn follows(&self) -> bool {
                match self {
                    Self::Help { .. } => false,
                    $(Self::$variant(verb) => Verb::follows(verb),)*
                }
            }

            /// The objects it names, where it names any.
            pub fn selection(&self) -> Option<&Selection> {
                match self {
                    Self::Help { .. } => None,
                    $(Self::$variant(verb) => Verb::selection(verb),)*
                }
            }

            fn files(&self) -> Vec<Place> {
                match self {
                    Self::Help { .. } => Vec::new(),
                    $(Self::$variant(verb) => Verb::files(verb),)*
                }
            }

            fn writes_manifest(&self) -> bool {
                match self {
                    Self::Help { .. } => false,
                    $(Self::$variant(verb) => Verb::writes_manifest(verb),)*
                }
            }

            fn selection_mut(&mut self) -> Option<&mut Selection> {
                match self {
                    Self::Help { .. } => None,
                    $(Self::$variant(verb) => Verb::selection_mut(verb),)*
                }
            }

            fn output(&self) -> Option<&Output> {
                match self {
                    Self::Help { .. } => None,
                    $(Self::$variant(verb) => Verb::output(verb),)*
                }
            }

            fn normalise(&mut self, catalog: &Catalog) {
                match self {
                    Self::Help { .. } => {}
                    $(Self::$variant(verb) => {
                        if let Some(selection) = Verb::selection_mut(verb) {
                            selection.normalise(catalog);
                        }
                        Verb::normalise(verb, catalog);
                    })*
                }
            }

            pub(crate) fn scope(&self) -> Option<&Scope> {
                match self {
                    Self::Help { .. } => None,
                    $(Self::$variant(verb) => Verb::scope(verb),)*
                }
            }

            fn scope_mut(&mut self) -> Option<&mut Scope> {
                match self {
                    Self::Help { .. } => None,
                    $(Self::$variant(verb) => Verb::scope_mut(verb),)*
                }
            }

            fn write(&self, line: &mut Line) {
                match self {
                    Self::Help { .. } => {
                        line.switch("--help", true);
                    }
                    $(Self::$variant(verb) => Verb::write(verb, line),)*
                }
            }

            /// The options of a changing verb.
            pub(crate) fn changing(&self) -> Option<&Changing> {
                match self {
                    Self::Help { .. } => None,
                    $(Self::$variant(verb) => Verb::changing(verb),)*
                }
            }

            pub(crate) fn discloses(&self) -> bool {
                match self {
                    Self::Help { .. } => false,
                    $(Self::$variant(verb) => Verb::discloses(verb),)*
                }
            }

            pub(crate) fn hazards(&self, assessment: &mut Assessment) {
                match self {
                    Self::Help { .. } => {}
                    $(Self::$variant(verb) => Verb::hazards(verb, assessment),)*
                }
            }
        }
    };
}

commands! {
    /// `get`.
    Get(get::Get),
    /// `describe`.
    Describe(describe::Describe),
    /// `logs`.
    Logs(logs::Logs),
    /// `top pod`, `top node`.
    Top(top::Top),
    /// `events`.
    Events(events::Events),
    /// `explain`.
    Explain(explain::Explain),
    /// `api-resources`.
    ApiResources(api::ApiResources),
    /// `api-versions`, `version`, `cluster-info`, `auth whoami`.
    About(api::About),
    /// `auth can-i`.
    CanI(auth::CanI),
    /// `scale`.
    Scale(scale::Scale),
    /// `rollout …`.
    Rollout(rollout::Rollout),
    /// `set image`.
    SetImage(set::SetImage),
    /// `label`, `annotate`.
    Mark(label::Mark),
    /// `create …`.
    Create(create::Create),
    /// `delete`.
    Delete(delete::Delete),
    /// `cordon`, `uncordon`.
    Cordon(cordon::Cordon),
    /// `patch`.
    Patch(patch::Patch),
    /// `taint`.
    Taint(taint::Taint),
    /// `exec`, `attach`, `cp`, `port-forward`, `debug`.
    Access(access::Access),
    /// `run`.
    Run(run::Run),
    /// `autoscale`.
    Autoscale(autoscale::Autoscale),
    /// `expose`.
    Expose(expose::Expose),
    /// `set selector`, `set serviceaccount`, `set subject`.
    SetField(set_fields::SetField),
    /// `set resources`, `set env`.
    SetContainers(set_containers::SetContainers),
    /// `apply …`, `replace`, `create -f`, `edit`, `diff`, `auth reconcile`.
    Manifest(manifest::Manifest),
    /// `config view` and its kin.
    Config(config::Config),
    /// `cluster-info dump`.
    Dump(dump::Dump),
    /// `kustomize`.
    Kustomize(kustomize::Kustomize),
    /// `certificate approve`, `certificate deny`.
    Certificate(certificate::Certificate),
    /// `wait`.
    Wait(wait::Wait),
    /// `create token`.
    Token(token::Token),
    /// `drain`.
    Drain(drain::Drain),
}

/// The name and the flags of every verb.
pub(crate) fn specs() -> impl Iterator<Item = (&'static str, Tables<'static>)> {
    known().grammars.iter().map(|grammar| (grammar.spec.name, grammar.spec.flags))
}

/// Every verb, one a line.
pub(crate) fn overview() -> String {
    known().grammars.iter().map(|grammar| format!("kubectl {}\n", grammar.spec.name)).collect()
}

/// The flags that every verb takes, one a line.
pub(crate) fn global_flags() -> String {
    lines_of(GLOBAL.iter())
}

fn lines_of<'a>(flags: impl Iterator<Item = &'a flags::Flag>) -> String {
    let line = |flag: &flags::Flag| {
        let short = flag.short.map(|short| format!("-{short}, ")).unwrap_or_default();
        format!("  {short}--{}\n", flag.long)
    };
    flags.filter(|flag| flag.refused.is_none()).map(line).collect()
}

fn help(verb: &str) -> Planned {
    let mut text = if verb == "help" { overview() } else { format!("kubectl {verb}\n") };
    if let Some(grammar) = known().get(verb) {
        text.push_str(&lines_of(grammar.spec.flags.iter().flat_map(|table| table.iter())));
    }
    Planned::Ready(Plan::reads(Vec::new(), Show::Text { text }))
}

impl Command {
    /// Reads a whole line that begins with `kubectl`.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let mut words = line::words(line)?;
        words.remove(0);
        let (grammar, words) = find_grammar(words)?;
        let tables: Vec<&'static [flags::Flag]> =
            grammar.spec.flags.iter().copied().chain([GLOBAL]).collect();
        let parsed = flags::parse(&tables, grammar.spec.name, words)?;
        if !grammar.spec.free
            && let Some(word) = parsed.own().iter().find(|word| !word.is_ascii())
        {
            return Err(line::look_alike(word));
        }
        if parsed.on("help") {
            return Ok(Self::Help { verb: grammar.spec.name });
        }
        (grammar.read)(grammar.spec.name, &parsed)
    }

    /// What the command means to the API, or the reads that are missing to say it.
    pub fn plan(&self, ctx: &plan::Context<'_>) -> Result<Planned, Refusal> {
        self.changing().map_or(Ok(()), Changing::plannable)?;
        let mut planned = self.operations(ctx)?;
        if let Planned::Ready(plan) = &mut planned {
            plan.as_sent = self.changing().is_some_and(|changing| changing.dry_run == DryRun::Client);
            plan.managed_fields |= self.changing().is_some_and(|changing| changing.managed_fields);
            if let Some(show) =
                self.printed().map(|output| output.shown_from(ctx.attachments)).transpose()?.flatten()
            {
                plan.print_as(show);
            }
        }
        Ok(planned)
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

    /// The line that reads what an edit begins with; absent for a command that edits nothing.
    pub fn reads_to_edit(&self) -> Option<String> {
        let Self::Manifest(manifest) = self else { return None };
        let verb = match manifest.verb {
            "edit" => "get",
            "apply edit-last-applied" => "apply view-last-applied",
            _ => return None,
        };
        let mut line = Line::new(verb);
        manifest.selection.write(&mut line);
        manifest.scope.write(&mut line);
        line.value("-o", Some("yaml"));
        Some(line.finish())
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
        let single = matches!(self, Self::Expose(_) | Self::Autoscale(_));
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
        match self {
            Self::Describe(_) => true,
            Self::Get(get) => get.output.as_ref().is_some_and(Output::is_full),
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

/// Every grammar by its name, and the first words of those that have more than one.
struct Known {
    grammars: Vec<Grammar>,
    by_name: HashMap<&'static str, usize>,
    prefixes: HashSet<&'static str>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let grammars = grammars();
        let by_name = grammars.iter().enumerate().map(|(at, grammar)| (grammar.spec.name, at)).collect();
        let prefix = |name: &'static str| name.match_indices(' ').map(move |(at, _)| &name[..at]);
        let prefixes = grammars.iter().flat_map(|grammar| prefix(grammar.spec.name)).collect();
        Known { grammars, by_name, prefixes }
    })
}

impl Known {
    fn get(&self, name: &str) -> Option<&Grammar> {
        self.by_name.get(name).map(|at| &self.grammars[*at])
    }
}

/// Finds the verb, of up to three words, and takes it out of the words.
fn find_grammar(mut words: Vec<String>) -> Result<(&'static Grammar, Vec<String>), Refusal> {
    let known = known();
    let globals: Tables<'_> = &[GLOBAL];
    let help = words.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h");
    let overview = known.get("help").filter(|_| help);
    let Some(at) = flags::verb_position(globals, &words, 0) else {
        if let Some(overview) = overview {
            return Ok((overview, words));
        }
        // A refused flag is the better answer than a missing verb.
        flags::parse(globals, "", words)?;
        return Err(Refusal::new(
            "missing-verb",
            "The command has no verb; write for example `kubectl get pods`.",
        ));
    };
    let mut name = words.remove(at);
    check_identity(globals, &words)?;
    // `create` is a verb, and so is `create job`: the longest one counts.
    while known.prefixes.contains(name.as_str()) {
        let bare = known.get(&name);
        let tables: Vec<&'static [flags::Flag]> =
            bare.iter().flat_map(|grammar| grammar.spec.flags.iter().copied()).chain([GLOBAL]).collect();
        let Some(at) = flags::verb_position(&tables, &words, 0) else { break };
        let longer = verbs::canonical(&name, &words[at]);
        if known.get(&longer).is_none() && !known.prefixes.contains(longer.as_str()) {
            if bare.is_some() && !verbs::wants_second(&name) {
                break;
            }
            return Err(verbs::unknown(&longer, known.grammars.iter().map(|grammar| grammar.spec.name)));
        }
        words.remove(at);
        name = longer;
    }
    if let Some(grammar) = known.get(&name) {
        return Ok((grammar, words));
    }
    match overview.filter(|_| known.prefixes.contains(name.as_str())) {
        Some(overview) => Ok((overview, words)),
        None => Err(verbs::unknown(&name, known.grammars.iter().map(|grammar| grammar.spec.name))),
    }
}

/// An override in front of an unknown verb is still an override: say so first.
fn check_identity(globals: Tables<'_>, words: &[String]) -> Result<(), Refusal> {
    match words.first() {
        Some(word) if word.starts_with("--") && word.contains('=') => {
            match flags::parse(globals, "", vec![word.clone()]) {
                Err(refusal) if refusal.id.ends_with("-override") => Err(refusal),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

impl fmt::Display for Command {
    /// The canonical line, which parses back to an equal command.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line::new(self.verb());
        self.write(&mut line);
        f.write_str(&line.finish())
    }
}
