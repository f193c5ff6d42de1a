//! `config view` and its kin: the kubeconfig that the session came from, without its credentials.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, switch, text};
use crate::globals::OUTPUT;
use crate::line::Line;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{ConfigPart, Context, Plan, Planned, Show};
use crate::refusal::Refusal;

/// `kubectl config` with a verb that reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Which one.
    pub verb: &'static str,
    /// Names of contexts.
    pub names: Vec<String>,
    /// The verb's own flags.
    pub options: Options,
    /// `-o`, where it is not YAML.
    pub output: Option<Output>,
}

const VIEW: &[Flag] = &[switch("flatten"), switch("merge").default("true"), switch("minify"), switch("raw")];
const CONTEXTS: &[Flag] = &[switch("no-headers")];
const OUTPUT_NAME: &[Flag] = &[text("output").short('o')];

impl Verb for Config {
    const SPECS: &'static [Spec] = &[
        Spec { name: "config view", flags: &[VIEW, OUTPUT], free: false },
        Spec { name: "config get-contexts", flags: &[CONTEXTS, OUTPUT_NAME], free: false },
        Spec { name: "config current-context", flags: &[], free: false },
        Spec { name: "config get-clusters", flags: &[], free: false },
        Spec { name: "config get-users", flags: &[], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        if let Some(word) = words.args.first().filter(|_| verb != "config get-contexts") {
            return Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no `{word}`.")));
        }
        let own = if verb == "config view" { VIEW } else { CONTEXTS };
        let output = Output::read(words)?.filter(|output| *output != Output::Yaml);
        let wide = matches!(output, Some(Output::Wide | Output::Name)) && verb == "config view";
        if wide || (verb == "config get-contexts" && !matches!(output, None | Some(Output::Name))) {
            let forms = if wide { "yaml, json, jsonpath=… or go-template=…" } else { "name" };
            return Err(Refusal::new("bad-value", format!("`-o` of `kubectl {verb}` takes {forms}.")));
        }
        Ok(Self { verb, names: words.args.clone(), options: Options::read(words, &[own]), output })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    fn output(&self) -> Option<&Output> {
        self.output.as_ref()
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.names.sort();
        self.options.sort();
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        if self.discloses() {
            return Err(Refusal::new(
                "unsupported-flag",
                "KubeChat shows no credentials; leave out `--raw` and `--flatten`.",
            ));
        }
        if self.options.get("merge") == Some("false") {
            return Err(Refusal::new(
                "unsupported-flag",
                "The kubeconfig of the session is shown as it was read, all files of it together; leave out `--merge=false`.",
            ));
        }
        let part = match self.verb {
            "config view" => ConfigPart::Whole {
                minify: self.options.on("minify"),
                print: Box::new(self.output.as_ref().and_then(Output::show).unwrap_or(Show::Yaml)),
            },
            "config get-contexts" => {
                ConfigPart::Contexts { names: self.names.clone(), bare: self.output.is_some() }
            }
            "config current-context" => ConfigPart::Current,
            "config get-clusters" => ConfigPart::Clusters,
            _ => ConfigPart::Users,
        };
        let plan = Plan::reads(Vec::new(), Show::Config(part));
        Ok(Planned::Ready(Plan { no_headers: self.options.on("no-headers"), ..plan }))
    }

    fn explain(&self) -> String {
        match self.verb {
            "config view" if self.discloses() => "Show the kubeconfig with the credentials in it.",
            "config view" => "Show the kubeconfig, without the credentials in it.",
            "config get-contexts" => "List the contexts of the kubeconfig.",
            "config current-context" => "Show which context is chosen.",
            "config get-clusters" => "List the clusters of the kubeconfig.",
            _ => "List the users of the kubeconfig.",
        }
        .to_owned()
    }

    fn action(&self) -> String {
        match self.verb {
            "config view" => "Show kubeconfig",
            "config get-contexts" => "Show contexts",
            "config current-context" => "Show context",
            "config get-clusters" => "Show clusters",
            _ => "Show users",
        }
        .to_owned()
    }

    fn write(&self, line: &mut Line) {
        line.words(&self.names);
        self.options.write(line);
        Output::write(self.output.as_ref(), line);
    }

    fn discloses(&self) -> bool {
        self.options.on("raw") || self.options.on("flatten")
    }
}
