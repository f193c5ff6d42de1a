//! `kustomize`: what a kustomization makes of its resources.

use kubechat_kustomize::Loads;

use crate::command::{Spec, Verb};
use crate::documents::kustomized;
use crate::flags::{Flag, Parsed, array, list, switch, text};
use crate::line::Line;
use crate::options::Options;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::source::{Place, check_local};

/// `kubectl kustomize`.
#[derive(Debug, Clone, PartialEq)]
pub struct Kustomize {
    /// The folder; this one when absent.
    pub folder: Option<String>,
    /// Which files it may name.
    pub loads: Loads,
    /// Its flags.
    pub options: Options,
}

impl Kustomize {
    fn folder(&self) -> &str {
        self.folder.as_deref().unwrap_or(".")
    }
}

const RUNS: &str = "a command runs no programs on this machine.";
const KUSTOMIZE: &[Flag] = &[
    text("load-restrictor").default("LoadRestrictionsRootOnly"),
    switch("enable-helm").refuse("runs-programs", RUNS),
    switch("enable-alpha-plugins").refuse("runs-programs", RUNS),
    text("helm-command").refuse("runs-programs", RUNS),
    list("helm-api-versions"),
    text("helm-kube-version"),
    switch("helm-debug"),
    switch("as-current-user"),
    array("env").short('e'),
    array("mount"),
    switch("network"),
    text("network-name").default("bridge"),
    text("output").short('o').refuse("writes-files", "a command writes no files on this machine."),
];

impl Verb for Kustomize {
    const SPECS: &'static [Spec] = &[Spec { name: "kustomize", flags: &[KUSTOMIZE], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        if let Some(word) = words.args.get(1) {
            return Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no `{word}`.")));
        }
        words.args.iter().try_for_each(|place| check_local(place))?;
        let folder = words.args.first().filter(|place| !matches!(place.as_str(), "" | "." | "./")).cloned();
        let options = Options::read(words, &[KUSTOMIZE]);
        let loads = match options.get("load-restrictor").unwrap_or_default() {
            "" | "LoadRestrictionsRootOnly" | "rootOnly" => Loads::RootOnly,
            "LoadRestrictionsNone" | "none" => Loads::Anywhere,
            other => {
                let text = format!(
                    "`--load-restrictor` is LoadRestrictionsRootOnly or LoadRestrictionsNone, not `{other}`."
                );
                return Err(Refusal::new("bad-value", text));
            }
        };
        Ok(Self { folder, loads, options })
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.options.sort();
    }

    fn files(&self) -> Vec<Place> {
        vec![Place::kustomization(self.folder(), self.loads)]
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let objects = kustomized::objects(self.folder(), ctx.attachments, self.loads)?;
        let show = Show::Written { objects, print: Box::new(Show::Yaml) };
        Ok(Planned::Ready(Plan::reads(Vec::new(), show)))
    }

    fn explain(&self) -> String {
        format!("Render the kustomization in {}.", self.folder.as_deref().unwrap_or("this folder"))
    }

    fn action(&self) -> String {
        "Render".to_owned()
    }

    fn write(&self, line: &mut Line) {
        if let Some(folder) = &self.folder {
            line.word(folder);
        }
        self.options.write(line);
    }
}
