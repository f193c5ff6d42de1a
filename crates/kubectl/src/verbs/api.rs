//! What there is: `api-resources`, `api-versions`, `version`, `cluster-info`, `auth whoami`.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, list, switch, text};
use crate::globals::{OUTPUT, SHOW_MANAGED_FIELDS};
use crate::line::Line;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;

/// `kubectl api-resources`.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiResources {
    /// `--namespaced`.
    pub namespaced: Option<bool>,
    /// `--api-group`.
    pub group: Option<String>,
    /// `-o`: wide, name, json or yaml.
    pub output: Option<String>,
    /// Flags that narrow or sort the list.
    pub more: Options,
}

const FLAGS: &[Flag] =
    &[switch("namespaced"), text("api-group"), text("output").short('o'), SHOW_MANAGED_FIELDS];
const MORE: &[Flag] =
    &[switch("no-headers"), switch("cached"), text("sort-by"), list("categories"), list("verbs")];

impl Verb for ApiResources {
    const SPECS: &'static [Spec] = &[Spec { name: "api-resources", flags: &[FLAGS, MORE], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        no_args(verb, words)?;
        let output = words.text("output").filter(|output| !output.is_empty());
        if let Some(other) =
            output.as_ref().filter(|output| !["wide", "name", "json", "yaml"].contains(&output.as_str()))
        {
            return Err(Refusal::new(
                "bad-value",
                format!("`-o` takes wide, name, json or yaml here, not `{other}`."),
            ));
        }
        if let Some(other) = words.text("sort-by").filter(|by| !matches!(by.as_str(), "" | "name" | "kind")) {
            return Err(Refusal::new("bad-value", format!("`--sort-by` takes name or kind, not `{other}`.")));
        }
        let namespaced = words.has("namespaced").then(|| words.on("namespaced"));
        let group = words.text("api-group").filter(|group| !group.is_empty());
        Ok(Self { namespaced, group, output, more: Options::read(words, &[MORE]) })
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.more.sort();
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        let list = |flag: &str| -> Vec<String> {
            self.more.get(flag).into_iter().flat_map(|list| list.split(',')).map(str::to_owned).collect()
        };
        let show = Show::ApiResources {
            namespaced: self.namespaced,
            group: self.group.clone(),
            output: self.output.clone(),
            verbs: list("verbs"),
            categories: list("categories"),
            sort_by: self.more.get("sort-by").map(str::to_owned),
        };
        let plan = Plan::reads(Vec::new(), show);
        Ok(Planned::Ready(Plan { no_headers: self.more.on("no-headers"), ..plan }))
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
        self.more.write(line);
    }
}

/// The verbs about the server and the user that take nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Which of them.
    pub verb: &'static str,
    /// `--client` of `version`.
    pub client: bool,
    /// `-o`.
    pub output: Option<Output>,
}

const VERSION: &[Flag] = &[switch("client"), text("output").short('o')];

impl Verb for About {
    const SPECS: &'static [Spec] = &[
        Spec { name: "version", flags: &[VERSION], free: false },
        Spec { name: "api-versions", flags: &[], free: false },
        Spec { name: "cluster-info", flags: &[], free: false },
        Spec { name: "help", flags: &[], free: false },
        Spec { name: "options", flags: &[], free: false },
        Spec { name: "auth whoami", flags: &[OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        if verb != "help" {
            no_args(verb, words)?;
        }
        Ok(Self { verb, client: words.on("client"), output: Output::read(words)? })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        let show = match self.verb {
            "version" => Show::Version { client: self.client, print: self.print() },
            "help" => Show::Text { text: crate::command::overview() },
            "options" => Show::Text { text: crate::command::global_flags() },
            "api-versions" => Show::ApiVersions,
            "cluster-info" => Show::ClusterInfo,
            _ => Show::WhoAmI { print: self.print() },
        };
        Ok(Planned::Ready(Plan::reads(Vec::new(), show)))
    }

    fn explain(&self) -> String {
        match self.verb {
            "version" => "Show the version of the cluster.",
            "help" => "List the verbs. Nothing runs.",
            "options" => "List the flags that every command takes. Nothing runs.",
            "api-versions" => "List the API versions that the cluster serves.",
            "cluster-info" => "Show the addresses of the cluster.",
            _ => "Show who you are to the cluster.",
        }
        .to_owned()
    }

    fn action(&self) -> String {
        match self.verb {
            "version" => "Show version",
            "help" | "options" => "Show help",
            "api-versions" => "Show API versions",
            "cluster-info" => "Show addresses",
            _ => "Show who I am",
        }
        .to_owned()
    }

    fn write(&self, line: &mut Line) {
        line.switch("--client", self.client);
        Output::write(self.output.as_ref(), line);
    }

    fn output(&self) -> Option<&Output> {
        self.output.as_ref()
    }
}

impl About {
    /// The form that `-o` asks for.
    fn print(&self) -> Option<Box<Show>> {
        self.output.as_ref().and_then(Output::show).map(Box::new)
    }
}

fn no_args(verb: &str, words: &Parsed) -> Result<(), Refusal> {
    match words.args.first() {
        Some(word) => Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no `{word}`."))),
        None => Ok(()),
    }
}
