//! Reads that KubeChat answers in a place of its own: `config view` and its kin, `cluster-info dump`, `kustomize`.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, array, duration, list, switch, text};
use crate::globals::{ALL_NAMESPACES, OUTPUT};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{Context, Planned};
use crate::refusal::Refusal;
use crate::select::Scope;
use crate::source::check_local;

/// A verb that is only judged; its answer is shown elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// Which one.
    pub verb: &'static str,
    /// Where; for `cluster-info dump`.
    pub scope: Scope,
    /// Names of contexts, or the folder of `kustomize`.
    pub args: Vec<String>,
    /// The verb's own flags.
    pub options: Options,
    /// `-o`.
    pub output: Option<Output>,
}

const RUNS: &str = "a command runs no programs on this machine.";
const VIEW: &[Flag] = &[switch("flatten"), switch("merge").default("true"), switch("minify"), switch("raw")];
const CONTEXTS: &[Flag] = &[switch("no-headers")];
const DUMP: &[Flag] =
    &[list("namespaces"), text("output-directory"), duration("pod-running-timeout").default("20s")];
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

impl Verb for Elsewhere {
    const SPECS: &'static [Spec] = &[
        Spec { name: "config view", flags: &[VIEW, OUTPUT], free: false },
        Spec { name: "config get-contexts", flags: &[CONTEXTS, OUTPUT_NAME], free: false },
        Spec { name: "config current-context", flags: &[], free: false },
        Spec { name: "config get-clusters", flags: &[], free: false },
        Spec { name: "config get-users", flags: &[], free: false },
        Spec { name: "cluster-info dump", flags: &[DUMP, ALL_NAMESPACES, OUTPUT], free: false },
        Spec { name: "kustomize", flags: &[KUSTOMIZE], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let most = match verb {
            "config get-contexts" => usize::MAX,
            "kustomize" => 1,
            _ => 0,
        };
        if let Some(word) = words.args.get(most) {
            return Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no `{word}`.")));
        }
        if verb == "kustomize" {
            words.args.iter().try_for_each(|place| check_local(place))?;
        }
        let own = match verb {
            "config view" => VIEW,
            "config get-contexts" => CONTEXTS,
            "cluster-info dump" => DUMP,
            _ => KUSTOMIZE,
        };
        let mut args = words.args.clone();
        args.retain(|arg| verb != "kustomize" || !matches!(arg.as_str(), "." | "./"));
        let plain = if verb == "cluster-info dump" { Output::Json } else { Output::Yaml };
        let scope = if verb == "cluster-info dump" { Scope::read(words)? } else { Scope::default() };
        let output = Output::read(words)?.filter(|output| *output != plain);
        Ok(Self { verb, scope, args, options: Options::read(words, &[own]), output })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    fn scope(&self) -> Option<&Scope> {
        None
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        None
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.args.sort();
        self.options.sort();
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        let text = match self.verb {
            "cluster-info dump" if self.options.get("output-directory").is_some() => {
                "A command writes no files on this machine; KubeChat shows the cluster's state on its health page."
            }
            "cluster-info dump" => {
                "A dump of the whole cluster is not made; KubeChat shows its state on the health page, and `kubectl get`, `describe` and `logs` the rest."
            }
            "kustomize" => {
                "KubeChat shows what a kustomization holds in the preview of `kubectl apply -k`; folders can't be attached here yet."
            }
            "config view" if self.discloses() => {
                "KubeChat shows no credentials; clusters, users and contexts are in its settings."
            }
            "config view" => "KubeChat shows clusters, users and contexts in its settings.",
            "config get-users" => "KubeChat shows who acts as whom in its settings, under identities.",
            _ => "KubeChat shows this in the list of clusters, where you choose the one to work on.",
        };
        Err(Refusal::new("shown-elsewhere", text))
    }

    fn explain(&self) -> String {
        match self.verb {
            "config view" if self.discloses() => "Show the kubeconfig with the credentials in it.".to_owned(),
            "config view" => "Show the kubeconfig, without the credentials in it.".to_owned(),
            "config get-contexts" => "List the contexts of the kubeconfig.".to_owned(),
            "config current-context" => "Show which context is chosen.".to_owned(),
            "config get-clusters" => "List the clusters of the kubeconfig.".to_owned(),
            "config get-users" => "List the users of the kubeconfig.".to_owned(),
            "cluster-info dump" => "Dump the state of the cluster for finding faults.".to_owned(),
            _ => {
                format!(
                    "Render the kustomization in {}.",
                    self.args.first().map_or("this folder", String::as_str)
                )
            }
        }
    }

    fn action(&self) -> String {
        match self.verb {
            "config view" => "Show kubeconfig",
            "config get-contexts" => "Show contexts",
            "config current-context" => "Show context",
            "config get-clusters" => "Show clusters",
            "config get-users" => "Show users",
            "cluster-info dump" => "Dump cluster state",
            _ => "Render",
        }
        .to_owned()
    }

    fn write(&self, line: &mut Line) {
        line.words(&self.args);
        self.scope.write(line);
        self.options.write(line);
        Output::write(self.output.as_ref(), line);
    }

    fn discloses(&self) -> bool {
        self.options.on("raw") || self.options.on("flatten")
    }

    fn hazards(&self, assessment: &mut Assessment) {
        if self.options.get("output-directory").is_some_and(|folder| folder != "-") {
            assessment.raise(Level::Warning, "writes-files", "It writes files on the machine it runs on.");
        }
    }
}

const OUTPUT_NAME: &[Flag] = &[text("output").short('o')];
