//! `cluster-info dump`: the state of a cluster for finding faults, in one text.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, duration, list, text};
use crate::globals::{ALL_NAMESPACES, OUTPUT};
use crate::kinds::lookup;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{Context, Operation, Plan, Planned, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, check_name, join_and, reading};

/// `kubectl cluster-info dump`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dump {
    /// Where.
    pub scope: Scope,
    /// `--namespaces` and the flags about where it is written.
    pub options: Options,
    /// `-o`, where it is not JSON.
    pub output: Option<Output>,
}

const DUMP: &[Flag] =
    &[list("namespaces"), text("output-directory"), duration("pod-running-timeout").default("20s")];
/// What is read of each namespace, in the order in which it is shown.
const KINDS: [&str; 7] = [
    "events",
    "replicationcontrollers",
    "services",
    "daemonsets.apps",
    "deployments.apps",
    "replicasets.apps",
    "pods",
];

impl Verb for Dump {
    const SPECS: &'static [Spec] =
        &[Spec { name: "cluster-info dump", flags: &[DUMP, ALL_NAMESPACES, OUTPUT], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        if let Some(word) = words.args.first() {
            return Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no `{word}`.")));
        }
        let output = Output::read(words)?.filter(|output| *output != Output::Json);
        if output.as_ref().is_some_and(|output| *output != Output::Yaml) {
            return Err(Refusal::new("bad-value", format!("`-o` of `kubectl {verb}` takes json or yaml.")));
        }
        words.list("namespaces").iter().try_for_each(|name| check_name(name))?;
        Ok(Self { scope: Scope::read(words)?, options: Options::read(words, &[DUMP]), output })
    }

    // The namespaces that it is about are not the one of `-n` alone.
    fn output(&self) -> Option<&Output> {
        self.output.as_ref()
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.options.sort();
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        if self.options.get("output-directory").is_some_and(|folder| folder != "-") {
            return Err(Refusal::new(
                "unsupported-flag",
                "A command writes no files on this machine; leave out `--output-directory`, and keep what is printed.",
            ));
        }
        let all = || Targets::Selected { labels: None, fields: None };
        let mut operations = vec![reading(lookup(ctx.catalog, "nodes")?.clone(), None, all())];
        for namespace in self.namespaces(ctx) {
            for kind in KINDS {
                operations.push(reading(lookup(ctx.catalog, kind)?.clone(), namespace.clone(), all()));
            }
            let pods = reading(lookup(ctx.catalog, "pods")?.clone(), namespace, all());
            operations.push(Operation {
                verb: crate::plan::ApiVerb::Get,
                subresource: Some("log".to_owned()),
                ..pods
            });
        }
        Ok(Planned::Ready(Plan::reads(operations, Show::Dump { yaml: self.output.is_some() })))
    }

    fn explain(&self) -> String {
        let named: Vec<String> = self.named().map(str::to_owned).collect();
        let place = match (self.scope.all, named.as_slice()) {
            (true, _) => "all namespaces".to_owned(),
            (false, []) => "kube-system and the session's namespace".to_owned(),
            (false, names) => join_and(names),
        };
        format!("Dump nodes, and events, workloads, services, pods and the last lines of logs of {place}.")
    }

    fn action(&self) -> String {
        "Dump cluster state".to_owned()
    }

    fn write(&self, line: &mut Line) {
        self.scope.write(line);
        self.options.write(line);
        Output::write(self.output.as_ref(), line);
    }

    fn hazards(&self, assessment: &mut Assessment) {
        if self.options.get("output-directory").is_some_and(|folder| folder != "-") {
            assessment.raise(Level::Warning, "writes-files", "It writes files on the machine it runs on.");
        }
    }
}

impl Dump {
    fn named(&self) -> impl Iterator<Item = &str> {
        self.options.get("namespaces").into_iter().flat_map(|names| names.split(','))
    }

    /// The namespaces by name; nothing stands for all of them.
    fn namespaces(&self, ctx: &Context<'_>) -> Vec<Option<String>> {
        if self.scope.all {
            return vec![None];
        }
        let mut names: Vec<String> = self.named().map(str::to_owned).collect();
        if names.is_empty() {
            names = vec!["kube-system".to_owned(), self.scope.name(ctx)];
        }
        names.dedup();
        names.into_iter().map(Some).collect()
    }
}
