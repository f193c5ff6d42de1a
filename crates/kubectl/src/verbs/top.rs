//! `top`: usage of pods and nodes, from metrics.k8s.io.

use crate::catalog::Resource;
use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, switch, text};
use crate::globals::{ALL_NAMESPACES, FIELDS, SELECT};
use crate::line::Line;
use crate::options::Options;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_scope, reading};

/// `kubectl top pod` and `kubectl top node`.
#[derive(Debug, Clone, PartialEq)]
pub struct Top {
    /// Where.
    pub scope: Scope,
    /// Nodes, not pods.
    pub nodes: bool,
    /// Which of them.
    pub selection: Selection,
    /// `--containers`.
    pub containers: bool,
    /// `--sort-by`.
    pub sort_by: Option<String>,
    /// Flags that change little.
    pub more: Options,
}

const POD: &[Flag] = &[switch("containers"), text("sort-by"), switch("sum")];
const NODE: &[Flag] = &[switch("show-capacity"), text("sort-by")];
const BOTH: &[Flag] =
    &[switch("no-headers"), switch("use-protocol-buffers").default("true"), switch("show-swap")];
const MORE: &[Flag] = &[
    switch("no-headers"),
    switch("sum"),
    switch("show-capacity"),
    switch("use-protocol-buffers").default("true"),
    switch("show-swap"),
];

impl Verb for Top {
    const SPECS: &'static [Spec] = &[
        Spec { name: "top pod", flags: &[POD, BOTH, SELECT, FIELDS, ALL_NAMESPACES], free: false },
        Spec { name: "top node", flags: &[NODE, BOTH, SELECT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let nodes = verb == "top node";
        let kind = if nodes { "nodes" } else { "pods" };
        if words.args.len() > 1 {
            return Err(Refusal::new(
                "bad-target",
                format!("`kubectl {verb}` takes one name at most; for several use a selector (`-l`)."),
            ));
        }
        let sort_by = words.text("sort-by").filter(|by| !by.is_empty());
        if let Some(by) = &sort_by
            && by != "cpu"
            && by != "memory"
        {
            return Err(Refusal::new(
                "bad-value",
                format!("`--sort-by` takes cpu or memory here, not `{by}`."),
            ));
        }
        let mut scope = Scope::read(words)?;
        if nodes {
            scope = Scope::default();
        }
        Ok(Self {
            scope,
            nodes,
            selection: Selection::of_type(kind, &words.args, words)?,
            containers: words.on("containers"),
            sort_by,
            more: Options::read(words, &[MORE]),
        })
    }

    fn verb(&self) -> &'static str {
        if self.nodes { "top node" } else { "top pod" }
    }

    fn scope(&self) -> Option<&Scope> {
        (!self.nodes).then_some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        (!self.nodes).then_some(&mut self.scope)
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn selection_mut(&mut self) -> Option<&mut Selection> {
        Some(&mut self.selection)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let resource = metrics(self.nodes);
        let targets = match self.selection.named.as_slice() {
            [] => self.selection.selected(),
            named => crate::plan::Targets::Names(named.iter().map(|(_, name)| name.clone()).collect()),
        };
        check_scope(&resource, &targets, &self.scope)?;
        if self.more.on("show-swap") {
            return Err(Refusal::new(
                "unsupported-flag",
                "The use of swap is not measured here; leave out `--show-swap`.",
            ));
        }
        let namespace = self.scope.of(&resource, ctx);
        let show = Show::Top {
            containers: self.containers,
            sort_by: self.sort_by.clone(),
            sum: self.more.on("sum"),
            capacity: self.more.on("show-capacity"),
        };
        let plan = Plan::reads(vec![reading(resource, namespace, targets)], show);
        Ok(Planned::Ready(Plan { no_headers: self.more.on("no-headers"), ..plan }))
    }

    fn explain(&self) -> String {
        let by = self.sort_by.as_ref().map(|by| format!(", the highest {by} first")).unwrap_or_default();
        format!("Show CPU and memory use of {}{}{by}.", self.selection.phrase(), self.scope.phrase())
    }

    fn action(&self) -> String {
        format!("Show use of {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write_names(line);
        self.scope.write(line);
        line.switch("--containers", self.containers).value("--sort-by", self.sort_by.as_ref());
        self.more.write(line);
    }
}

fn metrics(nodes: bool) -> Resource {
    let (plural, singular, kind) =
        if nodes { ("nodes", "node", "NodeMetrics") } else { ("pods", "pod", "PodMetrics") };
    Resource {
        group: "metrics.k8s.io".to_owned(),
        version: "v1beta1".to_owned(),
        plural: plural.to_owned(),
        singular: singular.to_owned(),
        kind: kind.to_owned(),
        short_names: Vec::new(),
        categories: Vec::new(),
        namespaced: !nodes,
        verbs: vec!["get".to_owned(), "list".to_owned()],
        subresources: Vec::new(),
    }
}
