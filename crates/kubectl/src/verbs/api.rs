//! What there is: `api-resources`, `api-versions`, `version`, `cluster-info`, `auth whoami`.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, list, switch, text};
use crate::line::Line;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::Scope;

/// `kubectl api-resources`.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiResources {
    /// `--namespaced`.
    pub namespaced: Option<bool>,
    /// `--api-group`.
    pub group: Option<String>,
    /// `-o`: wide or name.
    pub output: Option<String>,
}

const FLAGS: &[Flag] = &[
    switch("namespaced"),
    text("api-group"),
    text("output").short('o'),
    switch("no-headers"),
    switch("cached"),
    text("sort-by"),
    list("categories"),
    list("verbs"),
];

impl Verb for ApiResources {
    const SPECS: &'static [Spec] = &[Spec { name: "api-resources", flags: &[FLAGS], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        no_args(verb, words)?;
        for narrower in ["categories", "verbs", "sort-by"] {
            if words.has(narrower) {
                return Err(Refusal::new(
                    "not-yet",
                    format!("`--{narrower}` is not supported here; use `--namespaced` or `--api-group`."),
                ));
            }
        }
        let output = words.text("output").filter(|output| !output.is_empty());
        if let Some(other) = output.as_ref().filter(|output| !["wide", "name"].contains(&output.as_str())) {
            return Err(Refusal::new("bad-value", format!("`-o` takes wide or name here, not `{other}`.")));
        }
        let namespaced = words.has("namespaced").then(|| words.on("namespaced"));
        Ok(Self { namespaced, group: words.text("api-group"), output })
    }

    fn scope(&self) -> Option<&Scope> {
        None
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        None
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        let show = Show::ApiResources {
            namespaced: self.namespaced,
            group: self.group.clone(),
            output: self.output.clone(),
        };
        Ok(Planned::Ready(Plan { operations: Vec::new(), show, dry_run: false }))
    }

    fn explain(&self) -> String {
        let which = match self.namespaced {
            Some(true) => " that live in a namespace",
            Some(false) => " that belong to the whole cluster",
            None => "",
        };
        format!("List the types that the cluster serves{which}.")
    }

    fn action(&self) -> String {
        "Show types".to_owned()
    }

    fn write(&self, line: &mut Line) {
        line.value("--namespaced", self.namespaced)
            .value("--api-group", self.group.as_ref())
            .value("-o", self.output.as_ref());
    }
}

/// The verbs about the server and the user that take nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Which of them.
    pub verb: &'static str,
}

const OUTPUT: &[Flag] = &[text("output").short('o'), switch("client"), switch("short")];

impl Verb for About {
    const SPECS: &'static [Spec] = &[
        Spec { name: "version", flags: &[OUTPUT], free: false },
        Spec { name: "api-versions", flags: &[], free: false },
        Spec { name: "cluster-info", flags: &[], free: false },
        Spec { name: "help", flags: &[], free: false },
        Spec { name: "auth whoami", flags: &[OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        if verb == "cluster-info" && words.args.first().is_some_and(|word| word == "dump") {
            return Err(Refusal::new(
                "not-yet",
                "A dump of the whole cluster is not supported; ask for what you need with `kubectl get`, `describe` or `logs`.",
            ));
        }
        if verb != "help" {
            no_args(verb, words)?;
        }
        Ok(Self { verb })
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

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        let show = match self.verb {
            "version" => Show::Version,
            "help" => Show::Text { text: crate::command::overview() },
            "api-versions" => Show::ApiVersions,
            "cluster-info" => Show::ClusterInfo,
            _ => Show::WhoAmI,
        };
        Ok(Planned::Ready(Plan { operations: Vec::new(), show, dry_run: false }))
    }

    fn explain(&self) -> String {
        match self.verb {
            "version" => "Show the version of the cluster.",
            "help" => "List the verbs. Nothing runs.",
            "api-versions" => "List the API versions that the cluster serves.",
            "cluster-info" => "Show the addresses of the cluster.",
            _ => "Show who you are to the cluster.",
        }
        .to_owned()
    }

    fn action(&self) -> String {
        match self.verb {
            "version" => "Show version",
            "help" => "Show help",
            "api-versions" => "Show API versions",
            "cluster-info" => "Show addresses",
            _ => "Show who I am",
        }
        .to_owned()
    }

    fn write(&self, _: &mut Line) {}
}

fn no_args(verb: &str, words: &Parsed) -> Result<(), Refusal> {
    match words.args.first() {
        Some(word) => Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no `{word}`."))),
        None => Ok(()),
    }
}
