//! `drain`: a node takes no new pods, and those that run there leave.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::facts::{self, name_of};
use crate::flags::{Flag, Parsed, duration, int, switch, text};
use crate::globals::{DRY_RUN, SELECT};
use crate::kinds::lookup;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::output::Changing;
use crate::plan::{self, ApiVerb, Change, Context, Operation, Plan, Planned, Read, Show, Targets, Verdict};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, changing, check_labels};

/// `kubectl drain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Drain {
    /// Which nodes.
    pub selection: Selection,
    /// How it goes about it.
    pub options: Options,
    /// Dry run.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[
    switch("ignore-daemonsets"),
    switch("delete-emptydir-data"),
    switch("force"),
    switch("disable-eviction"),
    int("grace-period").default("-1"),
    int("skip-wait-for-delete-timeout").default("0"),
    int("chunk-size").default("500"),
    text("pod-selector"),
    duration("timeout").default("0s"),
];

impl Verb for Drain {
    const SPECS: &'static [Spec] = &[Spec { name: "drain", flags: &[FLAGS, SELECT, DRY_RUN], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let options = Options::read(words, &[FLAGS]);
        if let Some(labels) = options.get("pod-selector") {
            check_labels(labels)?;
        }
        Ok(Self {
            selection: Selection::of_type("nodes", &words.args, words)?.chosen(verb)?,
            options,
            changing: Changing::read(words)?,
        })
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn selection_mut(&mut self) -> Option<&mut Selection> {
        Some(&mut self.selection)
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.options.sort();
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let nodes = match facts::facts(ctx, &self.selection.resolve(ctx)?, &Scope::default())? {
            Ok(nodes) => nodes,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        let names: Vec<String> =
            nodes.iter().flat_map(|(_, nodes)| nodes).map(|node| name_of(node).to_owned()).collect();
        let found = match self.find_pods(ctx, &names) {
            Ok(found) => found,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        let mut rules = self.rules(names);
        let leaving = sort(&mut rules, ctx, &found)?;
        let mut operations = Vec::new();
        if let Some((resource, _)) = nodes.first().filter(|_| !rules.nodes.is_empty()) {
            let body = json!({"spec": {"unschedulable": true}});
            let targets = Targets::Names(rules.nodes.clone());
            let change = Change::StrategicPatch { body };
            operations.push(changing(ApiVerb::Patch, resource.clone(), None, targets, change));
        }
        let pods = lookup(ctx.catalog, "pods")?;
        operations.extend(leaving.into_iter().map(|(namespace, names)| self.take(pods, namespace, names)));
        Ok(Planned::Ready(Plan::changes(operations, Show::Drain(rules), self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        let pods = match self.options.get("pod-selector") {
            Some(labels) => format!("the pods with {labels} that run there"),
            None => "the pods that run there".to_owned(),
        };
        let how = if self.options.on("disable-eviction") { "delete" } else { "evict" };
        format!("Keep new pods off {} and {how} {pods}.{}", self.selection.phrase(), self.changing.phrase())
    }

    fn action(&self) -> String {
        format!("Drain {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write_names(line);
        self.options.write(line);
        self.changing.write(line);
    }

    fn follows(&self) -> bool {
        !self.changing.is_dry()
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        let text = if self.options.on("disable-eviction") {
            "It deletes the pods of the node, whatever disruption budgets say."
        } else {
            "It evicts the pods of the node."
        };
        assessment.raise(Level::Dangerous, "evicts-pods", text);
    }
}

/// A pod of a node that is drained, and whether the DaemonSet it belongs to exists.
struct Found<'a> {
    pod: &'a Value,
    owner_exists: bool,
}

impl Drain {
    fn rules(&self, nodes: Vec<String>) -> plan::Drain {
        plan::Drain {
            nodes,
            pod_selector: self.options.get("pod-selector").map(str::to_owned),
            ignore_daemonsets: self.options.on("ignore-daemonsets"),
            delete_emptydir_data: self.options.on("delete-emptydir-data"),
            force: self.options.on("force"),
            timeout_seconds: self.options.seconds("timeout").unwrap_or(0),
            skip_wait_seconds: self.options.int("skip-wait-for-delete-timeout").unwrap_or(0),
            notes: Vec::new(),
        }
    }

    fn find_pods<'a>(&self, ctx: &Context<'a>, nodes: &[String]) -> Result<Vec<Found<'a>>, Vec<Read>> {
        let mut missing = Vec::new();
        let mut found = Vec::new();
        for node in nodes {
            let read = Read {
                resource: "pods".to_owned(),
                namespace: None,
                name: None,
                labels: self.options.get("pod-selector").map(str::to_owned),
                fields: Some(format!("spec.nodeName={node}")),
                chosen: false,
            };
            let Some(pods) = ctx.facts.get(&read) else {
                missing.push(read);
                continue;
            };
            for pod in pods {
                let Some(owner) = plan::daemon_set(pod) else {
                    found.push(Found { pod, owner_exists: true });
                    continue;
                };
                let read = Read {
                    resource: "daemonsets.apps".to_owned(),
                    namespace: Some(namespace_of(pod).to_owned()),
                    name: Some(owner.to_owned()),
                    labels: None,
                    fields: None,
                    chosen: false,
                };
                match ctx.facts.get(&read) {
                    Some(owners) => found.push(Found { pod, owner_exists: !owners.is_empty() }),
                    None if missing.contains(&read) => {}
                    None => missing.push(read),
                }
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(missing) }
    }

    fn take(&self, pods: &Resource, namespace: String, names: Vec<String>) -> Operation {
        let grace = self.options.int("grace-period").filter(|seconds| *seconds >= 0);
        let (namespace, targets) = (Some(namespace), Targets::Names(names));
        if self.options.on("disable-eviction") {
            let change = Change::Delete { grace_period_seconds: grace, propagation: None };
            return changing(ApiVerb::Delete, pods.clone(), namespace, targets, change);
        }
        let change = Change::Evict { grace_period_seconds: grace };
        let operation = changing(ApiVerb::Create, pods.clone(), namespace, targets, change);
        Operation { subresource: Some("eviction".to_owned()), ..operation }
    }
}

/// The names of the pods that leave, by namespace; or why the nodes can't be drained.
fn sort(
    rules: &mut plan::Drain,
    ctx: &Context<'_>,
    found: &[Found<'_>],
) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
    let mut leaving: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut blocking: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for Found { pod, owner_exists } in found {
        let (namespace, name) = (namespace_of(pod), name_of(pod));
        let verdict = rules.verdict(pod, *owner_exists, ctx.now);
        match verdict {
            Verdict::Goes | Verdict::GoesWith(_) => {
                leaving.entry(namespace.to_owned()).or_default().push(name.to_owned());
            }
            Verdict::Stays(_) => {}
            Verdict::Blocks(why, flag) => {
                blocking.entry((flag, why)).or_default().push(format!("{namespace}/{name}"));
            }
        }
        if let Verdict::GoesWith(why) = verdict {
            rules.notes.push(format!("Pod {namespace}/{name} goes: {why}."));
        } else if let Verdict::Stays(why) = verdict {
            rules.notes.push(format!("Pod {namespace}/{name} stays: it {why}."));
        }
    }
    if blocking.is_empty() {
        return Ok(leaving);
    }
    let reasons: Vec<String> = blocking
        .iter()
        .map(|((flag, why), pods)| format!("{} {why} (allow it with `{flag}`)", pods.join(", ")))
        .collect();
    Err(Refusal::new(
        "drain-blocked",
        format!("Not drained, and nothing was changed: {}.", reasons.join("; ")),
    ))
}

fn namespace_of(pod: &Value) -> &str {
    pod.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default()
}
