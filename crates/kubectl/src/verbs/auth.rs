//! `auth can-i`: whether the user may do something. It only asks, whatever it asks about.

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, switch, text};
use crate::globals::ALL_NAMESPACES;
use crate::kinds::lookup;
use crate::line::Line;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{Scope, check_name};

/// `kubectl auth can-i`.
#[derive(Debug, Clone, PartialEq)]
pub struct CanI {
    /// Where.
    pub scope: Scope,
    /// RBAC verb; `*` for every one.
    pub verb: String,
    /// Type, `*`, or a path such as `/metrics`; empty with `--list`.
    pub resource: String,
    /// Name of one object.
    pub name: Option<String>,
    /// `--subresource`.
    pub subresource: Option<String>,
    /// `--list`.
    pub list: bool,
    /// `-q`: only the exit code tells.
    pub quiet: bool,
    /// `--no-headers`.
    pub no_headers: bool,
}

const FLAGS: &[Flag] =
    &[text("subresource"), switch("list"), switch("quiet").short('q'), switch("no-headers")];

impl Verb for CanI {
    const SPECS: &'static [Spec] =
        &[Spec { name: "auth can-i", flags: &[FLAGS, ALL_NAMESPACES], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let scope = Scope::read(words)?;
        let subresource = words.text("subresource").filter(|name| !name.is_empty());
        let (quiet, no_headers) = (words.on("quiet"), words.on("no-headers"));
        if words.on("list") {
            if !words.args.is_empty() {
                return Err(Refusal::new("bad-target", "`--list` takes no verb and no type."));
            }
            return Ok(Self {
                scope,
                verb: String::new(),
                resource: String::new(),
                name: None,
                subresource: None,
                list: true,
                quiet,
                no_headers,
            });
        }
        let (action, resource, name) = match words.args.as_slice() {
            [action, resource] => match resource.split_once('/') {
                Some((kind, name)) if !kind.is_empty() => (action, kind.to_owned(), Some(name.to_owned())),
                _ => (action, resource.clone(), None),
            },
            [action, resource, name] => (action, resource.clone(), Some(name.clone())),
            _ => {
                let message = format!(
                    "`kubectl {verb}` needs a verb and a type, for example `kubectl {verb} delete deployments`."
                );
                return Err(Refusal::new("missing-type", message));
            }
        };
        if let Some(name) = &name {
            check_name(name)?;
        }
        Ok(Self { scope, verb: action.clone(), resource, name, subresource, list: false, quiet, no_headers })
    }

    held!(scope);

    fn normalise(&mut self, catalog: &crate::Catalog) {
        if let Some(resource) = catalog.find(&self.resource) {
            self.resource = resource.qualified();
        }
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let raw = self.resource == "*" || self.resource.starts_with('/');
        let resource = if raw || self.list {
            None
        } else {
            Some(Box::new(lookup(ctx.catalog, &self.resource)?.clone()))
        };
        let namespaced = resource.as_ref().is_none_or(|resource| resource.namespaced);
        let somewhere = namespaced && !self.scope.all && !self.resource.starts_with('/');
        let show = Show::CanI {
            verb: self.verb.clone(),
            resource,
            raw: raw.then(|| self.resource.clone()),
            subresource: self.subresource.clone(),
            name: self.name.clone(),
            namespace: somewhere.then(|| self.scope.name(ctx)),
            list: self.list,
            quiet: self.quiet,
        };
        let plan = Plan::reads(Vec::new(), show);
        Ok(Planned::Ready(Plan { no_headers: self.no_headers, ..plan }))
    }

    fn explain(&self) -> String {
        if self.list {
            return format!("List everything that you may do{}.", self.scope.phrase());
        }
        let name = self.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        format!(
            "Ask whether you may {} {}{name}{}. Nothing else happens.",
            self.verb,
            self.resource,
            self.scope.phrase()
        )
    }

    fn action(&self) -> String {
        "Check permission".to_owned()
    }

    fn write(&self, line: &mut Line) {
        if self.list {
            line.switch("--list", true);
        } else {
            line.word(&self.verb).word(&self.resource);
            if let Some(name) = &self.name {
                line.word(name);
            }
        }
        line.value("--subresource", self.subresource.as_ref())
            .switch("-q", self.quiet)
            .switch("--no-headers", self.no_headers);
        self.scope.write(line);
    }
}
