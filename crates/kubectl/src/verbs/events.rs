//! `events`: what happened, oldest first.

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, int, list, switch, text};
use crate::globals::{ALL_NAMESPACES, OUTPUT};
use crate::kinds::{kind_of, lookup};
use crate::line::Line;
use crate::output::Output;
use crate::plan::{ApiVerb, Context, Operation, Plan, Planned, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, reading};

/// `kubectl events`.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    /// Where.
    pub scope: Scope,
    /// `--for TYPE/NAME`.
    pub of: Option<(String, String)>,
    /// `--types`.
    pub types: Vec<String>,
    /// `-w`.
    pub watch: bool,
    /// `-o`.
    pub output: Option<Output>,
    /// `--no-headers`.
    pub no_headers: bool,
}

const FLAGS: &[Flag] =
    &[text("for"), list("types"), switch("watch").short('w'), switch("no-headers"), int("chunk-size")];

impl Verb for Events {
    const SPECS: &'static [Spec] =
        &[Spec { name: "events", flags: &[FLAGS, ALL_NAMESPACES, OUTPUT], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        if !words.args.is_empty() {
            return Err(Refusal::new(
                "bad-target",
                format!("`kubectl {verb}` takes no names; use `--for TYPE/NAME`."),
            ));
        }
        let of = match words.text("for") {
            Some(text) => {
                let named = Selection::read(std::slice::from_ref(&text), &Parsed::default())?.named;
                let one = named.into_iter().next();
                Some(one.ok_or_else(|| {
                    Refusal::new("bad-target", format!("`--for` takes TYPE/NAME, not `{text}`."))
                })?)
            }
            None => None,
        };
        let types = words.list("types");
        if let Some(other) = types
            .iter()
            .find(|kind| !kind.eq_ignore_ascii_case("normal") && !kind.eq_ignore_ascii_case("warning"))
        {
            return Err(Refusal::new(
                "bad-value",
                format!("`--types` takes Normal and Warning, not `{other}`."),
            ));
        }
        Ok(Self {
            scope: Scope::read(words)?,
            of,
            types,
            watch: words.on("watch"),
            output: Output::read(words)?,
            no_headers: words.on("no-headers"),
        })
    }

    held!(scope);

    fn normalise(&mut self, catalog: &crate::Catalog) {
        if let Some((kind, _)) = &mut self.of
            && let Some(resource) = catalog.find(kind)
        {
            *kind = resource.qualified();
        }
        self.types.sort();
    }

    fn output(&self) -> Option<&Output> {
        self.output.as_ref()
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let resource = lookup(ctx.catalog, "events")?.clone();
        let mut of = None;
        let mut fields = None;
        if let Some((word, name)) = &self.of {
            let kind = &lookup(ctx.catalog, word)?.kind;
            fields = Some(format!("involvedObject.kind={kind},involvedObject.name={name}"));
            of = Some(format!("{kind}/{name}"));
        }
        // Of two types both are all; one is for the server to choose.
        if let [kind] = self.types.as_slice() {
            let kind = if kind.eq_ignore_ascii_case("normal") { "Normal" } else { "Warning" };
            let others = fields.map(|fields| format!("{fields},")).unwrap_or_default();
            fields = Some(format!("{others}type={kind}"));
        }
        let namespace = self.scope.of(&resource, ctx);
        let mut operations = vec![reading(resource, namespace, Targets::Selected { labels: None, fields })];
        if self.watch {
            let watching = Operation { verb: ApiVerb::Watch, ..operations[0].clone() };
            operations.push(watching);
        }
        let show = self.output.as_ref().and_then(Output::show);
        let show = show.unwrap_or(Show::Events { of, types: self.types.clone() });
        Ok(Planned::Ready(Plan { no_headers: self.no_headers, ..Plan::reads(operations, show) }))
    }

    fn explain(&self) -> String {
        let what = if self.watch { "Follow" } else { "List" };
        let types =
            if self.types.is_empty() { String::new() } else { format!("{} ", self.types.join(" and ")) };
        let of = self
            .of
            .as_ref()
            .map(|(kind, name)| format!(" about {} {name}", kind_of(kind)))
            .unwrap_or_default();
        format!("{what} {types}events{of}{}.", self.scope.phrase())
    }

    fn action(&self) -> String {
        format!("{} events", if self.watch { "Watch" } else { "Show" })
    }

    fn write(&self, line: &mut Line) {
        line.value("--for", self.of.as_ref().map(|(kind, name)| format!("{kind}/{name}")));
        self.scope.write(line);
        line.values("--types", &self.types).switch("-w", self.watch).switch("--no-headers", self.no_headers);
        Output::write(self.output.as_ref(), line);
    }

    fn follows(&self) -> bool {
        self.watch
    }
}
