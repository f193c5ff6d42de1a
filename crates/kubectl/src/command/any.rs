//! The list of all verbs, and one command as whichever of them it is.

use super::Command;
use super::known::{Grammar, help};
use super::verb::Verb;
use crate::catalog::Catalog;
use crate::level::Assessment;
use crate::line::Line;
use crate::output::{Changing, Output};
use crate::plan::{self, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::source::Place;
use crate::verbs::*;

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident($type:ty),)*) => {
        /// One kubectl command as whichever verb it is.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyVerb {
            /// `--help` on any verb.
            Help {
                /// The verb it was asked of.
                verb: &'static str,
            },
            $($(#[$doc])* $variant($type),)*
        }

        pub(super) fn grammars() -> Vec<Grammar> {
            let mut all = Vec::new();
            $(all.extend(<$type as Verb>::SPECS.iter().map(|spec| Grammar {
                spec: *spec,
                read: |verb, words| <$type as Verb>::read(verb, words).map(AnyVerb::$variant),
            }));)*
            all
        }

        impl Command {
            pub(super) fn plan_verb(&self, ctx: &plan::Context<'_>) -> Result<Planned, Refusal> {
                match &self.what {
                    AnyVerb::Help { verb } => Ok(help(verb)),
                    $(AnyVerb::$variant(verb) => Verb::plan(verb, ctx),)*
                }
            }

            /// One or two plain sentences that say what it does.
            pub fn explain(&self) -> String {
                match &self.what {
                    AnyVerb::Help { verb } => format!("Show what `kubectl {verb}` takes. Nothing runs."),
                    $(AnyVerb::$variant(verb) => Verb::explain(verb),)*
                }
            }

            /// The words on the button that runs it.
            pub fn action(&self) -> String {
                match &self.what {
                    AnyVerb::Help { .. } => "Show help".to_owned(),
                    $(AnyVerb::$variant(verb) => Verb::action(verb),)*
                }
            }

            /// The verb, with its second word where it has one: `get`, `rollout restart`.
            pub fn verb(&self) -> &'static str {
                match &self.what {
                    AnyVerb::Help { verb } => verb,
                    $(AnyVerb::$variant(verb) => Verb::verb(verb),)*
                }
            }

            /// Whether it streams until it is stopped or done: `logs -f`, `get -w`, `rollout status`.
            pub fn follows(&self) -> bool {
                match &self.what {
                    AnyVerb::Help { .. } => false,
                    $(AnyVerb::$variant(verb) => Verb::follows(verb),)*
                }
            }

            /// The objects it names, where it names any.
            pub fn selection(&self) -> Option<&Selection> {
                match &self.what {
                    AnyVerb::Help { .. } => None,
                    $(AnyVerb::$variant(verb) => Verb::selection(verb),)*
                }
            }

            pub(super) fn files(&self) -> Vec<Place> {
                match &self.what {
                    AnyVerb::Help { .. } => Vec::new(),
                    $(AnyVerb::$variant(verb) => Verb::files(verb),)*
                }
            }

            pub(super) fn writes_manifest(&self) -> bool {
                match &self.what {
                    AnyVerb::Help { .. } => false,
                    $(AnyVerb::$variant(verb) => Verb::writes_manifest(verb),)*
                }
            }

            pub(super) fn selection_mut(&mut self) -> Option<&mut Selection> {
                match &mut self.what {
                    AnyVerb::Help { .. } => None,
                    $(AnyVerb::$variant(verb) => Verb::selection_mut(verb),)*
                }
            }

            pub(super) fn output(&self) -> Option<&Output> {
                match &self.what {
                    AnyVerb::Help { .. } => None,
                    $(AnyVerb::$variant(verb) => Verb::output(verb),)*
                }
            }

            pub(super) fn normalise(&mut self, catalog: &Catalog) {
                match &mut self.what {
                    AnyVerb::Help { .. } => {}
                    $(AnyVerb::$variant(verb) => {
                        if let Some(selection) = Verb::selection_mut(verb) {
                            selection.normalise(catalog);
                        }
                        Verb::normalise(verb, catalog);
                    })*
                }
            }

            pub(crate) fn scope(&self) -> Option<&Scope> {
                match &self.what {
                    AnyVerb::Help { .. } => None,
                    $(AnyVerb::$variant(verb) => Verb::scope(verb),)*
                }
            }

            pub(super) fn scope_mut(&mut self) -> Option<&mut Scope> {
                match &mut self.what {
                    AnyVerb::Help { .. } => None,
                    $(AnyVerb::$variant(verb) => Verb::scope_mut(verb),)*
                }
            }

            pub(super) fn write(&self, line: &mut Line) {
                match &self.what {
                    AnyVerb::Help { .. } => {
                        line.switch("--help", true);
                    }
                    $(AnyVerb::$variant(verb) => Verb::write(verb, line),)*
                }
            }

            /// The options of a changing verb.
            pub(crate) fn changing(&self) -> Option<&Changing> {
                match &self.what {
                    AnyVerb::Help { .. } => None,
                    $(AnyVerb::$variant(verb) => Verb::changing(verb),)*
                }
            }

            pub(crate) fn discloses(&self) -> bool {
                match &self.what {
                    AnyVerb::Help { .. } => false,
                    $(AnyVerb::$variant(verb) => Verb::discloses(verb),)*
                }
            }

            pub(crate) fn hazards(&self, assessment: &mut Assessment) {
                match &self.what {
                    AnyVerb::Help { .. } => {}
                    $(AnyVerb::$variant(verb) => Verb::hazards(verb, assessment),)*
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
