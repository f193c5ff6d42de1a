//! `get`: objects as a table or in full.

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, int, list, switch, text};
use crate::globals::{ALL_NAMESPACES, FIELDS, FILE, OUTPUT, SELECT, SUBRESOURCE};
use crate::line::Line;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{ApiVerb, Context, Plan, Planned, Show, Watching};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_scope, check_subresource, check_verb, reading};

/// `kubectl get`.
#[derive(Debug, Clone, PartialEq)]
pub struct Get {
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// `-o`.
    pub output: Option<Output>,
    /// `--show-labels`.
    pub show_labels: bool,
    /// `-L`.
    pub label_columns: Vec<String>,
    /// `--sort-by`.
    pub sort_by: Option<String>,
    /// `--no-headers`.
    pub no_headers: bool,
    /// `-w`.
    pub watch: bool,
    /// `--ignore-not-found`.
    pub ignore_not_found: bool,
    /// `--subresource`.
    pub subresource: Option<String>,
    /// Flags that change little.
    pub more: Options,
}

const FLAGS: &[Flag] = &[
    list("label-columns").short('L'),
    switch("show-labels"),
    text("sort-by"),
    switch("no-headers"),
    switch("watch").short('w'),
    switch("ignore-not-found"),
    SUBRESOURCE,
    text("raw").refuse("raw-path", "paths of the API are not asked directly; name the type and the object."),
];

const MORE: &[Flag] = &[
    switch("show-kind"),
    switch("watch-only"),
    switch("output-watch-events"),
    int("chunk-size").default("500"),
    switch("server-print").default("true"),
];

impl Verb for Get {
    const SPECS: &'static [Spec] = &[Spec {
        name: "get",
        flags: &[FLAGS, MORE, FILE, SELECT, FIELDS, ALL_NAMESPACES, OUTPUT],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let get = Self {
            scope: Scope::read(words)?,
            selection: Selection::read(&words.args, words)?.some(verb)?,
            output: Output::read(words)?,
            show_labels: words.on("show-labels"),
            label_columns: words.list("label-columns"),
            sort_by: words.text("sort-by").filter(|path| !path.is_empty()),
            no_headers: words.on("no-headers"),
            watch: words.on("watch") || words.on("watch-only"),
            ignore_not_found: words.on("ignore-not-found"),
            subresource: words.text("subresource").filter(|name| !name.is_empty()),
            more: Options::read(words, &[MORE]),
        };
        if get.watch && get.sort_by.is_some() && get.selection.source.is_empty() {
            return Err(Refusal::new(
                "bad-value",
                "`--sort-by` can't be combined with `--watch`; leave out one of them.",
            ));
        }
        if get.more.on("output-watch-events") && !get.watch {
            let text = "`--output-watch-events` shows what a watch sees; add `--watch`.";
            return Err(Refusal::new("bad-combination", text));
        }
        Ok(get)
    }

    held!(scope, selection);

    fn output(&self) -> Option<&Output> {
        self.output.as_ref()
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let mut operations = Vec::new();
        for (resource, targets) in self.selection.resolve(ctx)? {
            check_scope(&resource, &targets, &self.scope)?;
            self.subresource.iter().try_for_each(|name| check_subresource(&resource, name))?;
            let namespace = self.scope.of(&resource, ctx);
            let mut operation = reading(resource, namespace, targets);
            check_verb(&operation.resource, operation.verb)?;
            operation.subresource.clone_from(&self.subresource);
            if self.watch {
                let watching = crate::plan::Operation { verb: ApiVerb::Watch, ..operation.clone() };
                operations.push(operation);
                operations.push(watching);
            } else {
                operations.push(operation);
            }
        }
        if self.more.get("server-print") == Some("false") {
            return Err(Refusal::new(
                "unsupported-flag",
                "Tables are the server's own here; leave out `--server-print=false`, or choose columns with `-o custom-columns=…`.",
            ));
        }
        let show = self.output.as_ref().and_then(Output::show).unwrap_or_else(|| Show::Table {
            wide: self.output == Some(Output::Wide),
            labels: self.show_labels,
            label_columns: self.label_columns.clone(),
            sort_by: self.sort_by.clone(),
            kinds: self.more.on("show-kind"),
            watch: Watching { only: self.more.on("watch-only"), events: self.more.on("output-watch-events") },
        });
        let plan = Plan::reads(operations, show);
        Ok(Planned::Ready(Plan {
            ignore_missing: self.ignore_not_found,
            no_headers: self.no_headers,
            ..plan
        }))
    }

    fn explain(&self) -> String {
        let how = match (&self.output, self.watch) {
            (_, true) => "Follow",
            (None | Some(Output::Wide | Output::Name), _) => "List",
            _ => "Show",
        };
        let form = match &self.output {
            Some(Output::Json) => " as JSON",
            Some(Output::Yaml) => " as YAML",
            Some(Output::Name) => ", names only",
            Some(Output::JsonPath(_) | Output::JsonPathAsJson(_) | Output::GoTemplate(_)) => {
                ", the values that the template picks"
            }
            Some(Output::Kyaml) => " as KYAML",
            Some(Output::CustomColumns(_)) => " in columns of your own",
            _ => "",
        };
        format!("{how} {}{}{form}.", self.selection.phrase(), self.scope.phrase())
    }

    fn action(&self) -> String {
        format!("{} {}", if self.watch { "Watch" } else { "Show" }, self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        Output::write(self.output.as_ref(), line);
        line.switch("--show-labels", self.show_labels)
            .value("-L", (!self.label_columns.is_empty()).then(|| self.label_columns.join(",")))
            .value("--sort-by", self.sort_by.as_ref())
            .switch("--no-headers", self.no_headers)
            .switch("-w", self.watch)
            .switch("--ignore-not-found", self.ignore_not_found)
            .value("--subresource", self.subresource.as_ref());
        self.more.write(line);
    }

    fn follows(&self) -> bool {
        self.watch
    }
}
