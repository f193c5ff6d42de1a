//! Which objects a command is about, and in which namespace.

use std::sync::OnceLock;

use crate::catalog::{Catalog, Resource};
use crate::flags::Parsed;
use crate::kinds::{kind_of, lookup, plural_of};
use crate::line::{Line, look_alike};
use crate::plan::{ApiVerb, Change, Context, Operation, Targets};
use crate::refusal::Refusal;
use crate::source::Source;
pub(crate) use kubechat_kustomize::labels::terms;
use regex::Regex;

/// The namespace part of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Named by `-n`.
    pub namespace: Option<String>,
    /// `-A`.
    pub all: bool,
}

impl Scope {
    pub(crate) fn read(words: &Parsed) -> Result<Self, Refusal> {
        let namespace = words.text("namespace").filter(|name| !name.is_empty());
        if let Some(name) = &namespace {
            check_name(name)?;
        }
        let all = words.on("all-namespaces");
        Ok(Self { namespace: namespace.filter(|_| !all), all })
    }

    /// The namespace of operations on this resource.
    pub(crate) fn of(&self, resource: &Resource, ctx: &Context<'_>) -> Option<String> {
        (resource.namespaced && !self.all).then(|| self.name(ctx))
    }

    /// The namespace by name: the one that is given, or the session's.
    pub(crate) fn name(&self, ctx: &Context<'_>) -> String {
        self.namespace.clone().unwrap_or_else(|| ctx.namespace.to_owned())
    }

    pub(crate) fn write(&self, line: &mut Line) {
        line.value("-n", self.namespace.as_ref()).switch("-A", self.all);
    }

    /// ` in namespace shop`, or nothing.
    pub(crate) fn phrase(&self) -> String {
        match (&self.namespace, self.all) {
            (_, true) => " in all namespaces".to_owned(),
            (Some(name), _) => format!(" in namespace {name}"),
            _ => String::new(),
        }
    }
}

/// Objects of one or more types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Objects by type and name; empty when whole types are meant.
    pub named: Vec<(String, String)>,
    /// Types as written, when no names are given.
    pub types: Vec<String>,
    /// Label selector.
    pub labels: Option<String>,
    /// Field selector.
    pub fields: Option<String>,
    /// `--all`.
    pub all: bool,
    /// Manifests that name the objects instead.
    pub source: Source,
}

impl Selection {
    /// `TYPE/NAME …`, `TYPE[,TYPE] [NAME …]` with `-l`, `--field-selector` and `--all`.
    pub(crate) fn read(args: &[String], words: &Parsed) -> Result<Self, Refusal> {
        let mut selection = Self {
            labels: words.text("selector").filter(|text| !text.is_empty()),
            fields: words.text("field-selector").filter(|text| !text.is_empty()),
            all: words.on("all"),
            source: Source::read(words)?,
            ..Self::default()
        };
        if let Some(labels) = &selection.labels {
            check_labels(labels)?;
        }
        if let Some(fields) = &selection.fields {
            check_fields(fields)?;
        }
        if args.iter().any(|arg| arg.contains('/')) {
            for arg in args {
                selection.named.push(type_and_name(arg)?);
            }
        } else if let Some((types, names)) = args.split_first() {
            let types = types_of(types)?;
            for name in names {
                check_name(name)?;
            }
            for kind in &types {
                selection.named.extend(names.iter().map(|name| (kind.clone(), name.clone())));
            }
            if names.is_empty() {
                selection.types = types;
            }
        }
        selection.check()?;
        Ok(selection)
    }

    /// Names or a manifest, for verbs whose `--selector` means something else.
    pub(crate) fn read_named(args: &[String], words: &Parsed) -> Result<Self, Refusal> {
        let mut selection = Self::read(args, &Parsed::default())?;
        selection.source = Source::read(words)?;
        selection.check()?;
        Ok(selection)
    }

    /// Names of a type that the verb itself says, such as nodes for `cordon`.
    pub(crate) fn of_type(kind: &str, names: &[String], words: &Parsed) -> Result<Self, Refusal> {
        if names.is_empty() && (words.has("filename") || words.has("kustomize")) {
            return Self::read(names, words);
        }
        let mut args = vec![kind.to_owned()];
        for name in names {
            let bare = match name.split_once('/') {
                Some((prefix, name)) if kind_of(prefix) == kind_of(kind) => name,
                _ => name,
            };
            args.push(bare.to_owned());
        }
        Self::read(&args, words)
    }

    fn check(&self) -> Result<(), Refusal> {
        if !self.source.is_empty() && self.kinds().next().is_some() {
            return Err(Refusal::new(
                "names-and-file",
                "A manifest (`-f`, `-k`) already says which objects; leave out the types and names, or the manifest.",
            ));
        }
        let selects = self.labels.is_some() || self.fields.is_some() || self.all;
        if !self.named.is_empty() && selects {
            return Err(Refusal::new(
                "names-and-selector",
                "Names can't be combined with a selector or `--all`; give one or the other.",
            ));
        }
        if self.all && self.labels.is_some() {
            return Err(Refusal::new(
                "names-and-selector",
                "`--all` can't be combined with a selector; give one or the other.",
            ));
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.types.is_empty() && self.source.is_empty()
    }

    /// Refuses a command that says no type at all.
    pub(crate) fn some(self, verb: &str) -> Result<Self, Refusal> {
        if self.is_empty() {
            return Err(Refusal::new(
                "missing-type",
                format!("`kubectl {verb}` needs a type, for example `kubectl {verb} deployment web`."),
            ));
        }
        Ok(self)
    }

    /// Refuses a changing command that doesn't say which objects of the type.
    pub(crate) fn chosen(self, verb: &str) -> Result<Self, Refusal> {
        let selection = self.some(verb)?;
        let chosen = !selection.source.is_empty()
            || selection.labels.is_some()
            || selection.fields.is_some()
            || selection.all;
        if selection.named.is_empty() && !chosen {
            return Err(Refusal::new(
                "missing-name",
                format!("`kubectl {verb}` needs the name of an object, a selector (`-l`) or `--all`."),
            ));
        }
        Ok(selection)
    }

    /// The resources with their targets, in order; a type that occurs again is joined.
    pub(crate) fn resolve(&self, ctx: &Context<'_>) -> Result<Vec<(Resource, Targets)>, Refusal> {
        if !self.source.is_empty() {
            return Err(self.source.refusal());
        }
        let mut found: Vec<(Resource, Targets)> = Vec::new();
        for (kind, name) in &self.named {
            let resource = lookup(ctx.catalog, kind)?;
            match found.iter_mut().find(|(known, _)| known == resource) {
                Some((_, Targets::Names(names))) if names.contains(name) => {}
                Some((_, Targets::Names(names))) => names.push(name.clone()),
                _ => found.push((resource.clone(), Targets::Names(vec![name.clone()]))),
            }
        }
        for kind in &self.types {
            let category = ctx.catalog.category(kind);
            let resources = if category.is_empty() { vec![lookup(ctx.catalog, kind)?] } else { category };
            for resource in resources {
                if !found.iter().any(|(known, _)| known == resource) {
                    found.push((resource.clone(), self.selected()));
                }
            }
        }
        Ok(found)
    }

    pub(crate) fn selected(&self) -> Targets {
        Targets::Selected { labels: self.labels.clone(), fields: self.fields.clone() }
    }

    pub(crate) fn write(&self, line: &mut Line) {
        self.write_as(line, |name| name.to_owned());
        self.write_selectors(line);
    }

    /// The names alone, for verbs that say the type themselves.
    pub(crate) fn write_names(&self, line: &mut Line) {
        for (_, name) in &self.named {
            line.word(name);
        }
        self.write_selectors(line);
    }

    fn write_selectors(&self, line: &mut Line) {
        self.source.write(line);
        line.value("-l", self.labels.as_ref())
            .value("--field-selector", self.fields.as_ref())
            .switch("--all", self.all);
    }

    fn write_as(&self, line: &mut Line, name_of: impl Fn(&str) -> String) {
        match self.named.first() {
            Some((kind, _)) if self.named.iter().all(|(other, _)| other == kind) => {
                line.word(kind);
                for (_, name) in &self.named {
                    line.word(&name_of(name));
                }
            }
            Some(_) => {
                for (kind, name) in &self.named {
                    line.word(&format!("{kind}/{name}"));
                }
            }
            None if !self.types.is_empty() => {
                line.word(&self.types.join(","));
            }
            None => {}
        }
    }

    /// `Deployment web`, `all Pods with app=web`.
    pub(crate) fn phrase(&self) -> String {
        if !self.named.is_empty() {
            let names: Vec<String> =
                self.named.iter().map(|(kind, name)| format!("{} {name}", kind_of(kind))).collect();
            return join_and(&names);
        }
        let kinds: Vec<String> = self.types.iter().map(|kind| plural_of(kind)).collect();
        let mut text = if self.source.is_empty() {
            format!("all {}", join_and(&kinds))
        } else {
            format!("what {} holds", self.source.phrase())
        };
        if let Some(labels) = &self.labels {
            text.push_str(&format!(" with {labels}"));
        }
        if let Some(fields) = &self.fields {
            text.push_str(&format!(" where {fields}"));
        }
        text
    }

    /// The types it is about, as written.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str).chain(self.named.iter().map(|(kind, _)| kind.as_str()))
    }

    /// The same selection in one spelling: kinds by their full names, everything in order.
    pub(crate) fn normalise(&mut self, catalog: &Catalog) {
        for kind in self.types.iter_mut().chain(self.named.iter_mut().map(|(kind, _)| kind)) {
            if let Some(resource) = catalog.find(kind) {
                *kind = resource.qualified();
            }
        }
        self.types.sort();
        self.types.dedup();
        self.named.sort();
        self.named.dedup();
        self.labels = self.labels.take().map(|labels| sorted_terms(&labels));
        self.fields = self.fields.take().map(|fields| sorted_terms(&fields));
        self.source.sort();
    }

    /// Short enough for a button: `payments-api`, `2 objects`, `pods`.
    pub(crate) fn short_phrase(&self) -> String {
        match self.named.as_slice() {
            [] if !self.source.is_empty() => self.source.phrase(),
            [] => self.types.iter().map(|kind| plural_of(kind).to_lowercase()).collect::<Vec<_>>().join(", "),
            [(_, name)] => name.clone(),
            many => format!("{} objects", many.len()),
        }
    }
}

/// The terms of a selector in order, without spaces that say nothing; `==` is `=`.
pub(crate) fn sorted_terms(selector: &str) -> String {
    let mut terms: Vec<String> = terms(selector)
        .into_iter()
        .map(|term| {
            let words: Vec<&str> = term.split_whitespace().collect();
            let glued = words.join(if term.contains('(') { " " } else { "" });
            glued.replace("==", "=").replace(", ", ",").replace("( ", "(").replace(" )", ")")
        })
        .collect();
    terms.sort();
    terms.join(",")
}

/// `a, b and c`.
pub(crate) fn join_and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn type_and_name(arg: &str) -> Result<(String, String), Refusal> {
    let parts: Vec<&str> = arg.split('/').collect();
    match parts.as_slice() {
        [kind, name] if !kind.is_empty() && !name.is_empty() => {
            check_type(kind)?;
            check_name(name)?;
            Ok(((*kind).to_owned(), (*name).to_owned()))
        }
        [_] => Err(Refusal::new(
            "bad-target",
            format!(
                "`{arg}` stands among TYPE/NAME words; write every object as TYPE/NAME, or the type once and then names."
            ),
        )),
        _ => Err(Refusal::new(
            "bad-target",
            format!("`{arg}` is not TYPE/NAME, for example `deployment/web`."),
        )),
    }
}

/// Comma-separated types.
pub(crate) fn types_of(word: &str) -> Result<Vec<String>, Refusal> {
    let mut types: Vec<String> = Vec::new();
    for kind in word.split(',') {
        check_type(kind)?;
        if !types.iter().any(|known| known == kind) {
            types.push(kind.to_owned());
        }
    }
    Ok(types)
}

fn check_type(word: &str) -> Result<(), Refusal> {
    if !word.is_ascii() {
        return Err(look_alike(word));
    }
    let good = !word.is_empty()
        && !word.starts_with(['-', '.'])
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    if good {
        Ok(())
    } else {
        Err(Refusal::new(
            "bad-type",
            format!("`{word}` is not the name of a type, for example `pods` or `deployments.apps`."),
        ))
    }
}

/// `POD_NAME`, `NAME`: how documentation writes what is to be filled in. No object but a role could be called so.
fn is_shouted(name: &str) -> bool {
    const WORDS: &[&str] =
        &["NAME", "POD", "NODE", "NAMESPACE", "DEPLOYMENT", "SERVICE", "CONTAINER", "RESOURCE", "TYPE"];
    let shouted = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let name = name.trim_matches('_');
    WORDS.contains(&name)
        || (name.contains('_')
            && name.chars().all(shouted)
            && name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// A name that can be one segment of a URL, as the API server wants it; RBAC names may hold colons.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    if !name.is_ascii() {
        return Err(look_alike(name));
    }
    if is_shouted(name) {
        return Err(Refusal::new(
            "placeholder",
            format!("`{name}` is a placeholder; put the real name in its place."),
        ));
    }
    let good = !name.is_empty()
        && name.len() <= 253
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._:@".contains(c))
        && !name.contains("..");
    if good {
        Ok(())
    } else {
        Err(Refusal::new(
            "bad-name",
            format!("`{name}` is not the name of an object; names are letters, digits, `-` and `.`."),
        ))
    }
}

fn matches(pattern: &'static OnceLock<Option<Regex>>, source: impl FnOnce() -> String, text: &str) -> bool {
    pattern.get_or_init(|| Regex::new(&source()).ok()).as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// A pattern of terms between commas.
fn list_of(one: &str) -> String {
    format!("^{one}(,{one})*$")
}

pub(crate) fn check_labels(selector: &str) -> Result<(), Refusal> {
    static LABELS: OnceLock<Option<Regex>> = OnceLock::new();
    const KEY: &str = r"[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?";
    const VALUE: &str = r"([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?";
    let one = || {
        format!(
            r"(\s*!?\s*{KEY}\s*|\s*{KEY}\s*(=|==|!=)\s*{VALUE}\s*|\s*{KEY}\s*(<|>)\s*-?\d+\s*|\s*{KEY}\s+(in|notin)\s*\(\s*{VALUE}(\s*,\s*{VALUE})*\s*\)\s*)"
        )
    };
    if matches(&LABELS, || list_of(&one()), selector) {
        return Ok(());
    }
    Err(Refusal::new(
        "bad-selector",
        format!(
            "`{selector}` is not a label selector; write for example `app=web,tier!=cache` or `'app in (a,b)'`."
        ),
    ))
}

fn check_fields(selector: &str) -> Result<(), Refusal> {
    static FIELDS: OnceLock<Option<Regex>> = OnceLock::new();
    let one = r"[A-Za-z][A-Za-z0-9_.\[\]/-]*(=|==|!=)[^,=]*";
    if selector.is_ascii() && matches(&FIELDS, || list_of(one), selector) {
        return Ok(());
    }
    Err(Refusal::new(
        "bad-selector",
        format!("`{selector}` is not a field selector; write for example `status.phase=Running`."),
    ))
}

/// An operation that reads: by name, or a list.
pub(crate) fn reading(resource: Resource, namespace: Option<String>, targets: Targets) -> Operation {
    let verb = if matches!(targets, Targets::Names(_)) { ApiVerb::Get } else { ApiVerb::List };
    Operation { verb, resource, subresource: None, namespace, targets, change: None }
}

/// An operation that changes.
pub(crate) fn changing(
    verb: ApiVerb,
    resource: Resource,
    namespace: Option<String>,
    targets: Targets,
    change: Change,
) -> Operation {
    Operation { verb, resource, subresource: None, namespace, targets, change: Some(change) }
}

/// Refuses names in all namespaces: a name is only a name inside one.
pub(crate) fn check_scope(resource: &Resource, targets: &Targets, scope: &Scope) -> Result<(), Refusal> {
    if scope.all && resource.namespaced && matches!(targets, Targets::Names(_)) {
        return Err(Refusal::new(
            "names-in-all-namespaces",
            "An object can't be named across all namespaces; give its namespace with `-n`.",
        ));
    }
    Ok(())
}

/// Refuses a resource that the API server doesn't serve this verb for.
pub(crate) fn check_verb(resource: &Resource, verb: ApiVerb) -> Result<(), Refusal> {
    if resource.verbs.is_empty() || resource.verbs.iter().any(|known| known == verb.as_str()) {
        return Ok(());
    }
    Err(Refusal::new(
        "unsupported",
        format!("The API server does not offer `{}` for {}.", verb.as_str(), resource.qualified()),
    ))
}

/// Refuses a part that objects of this resource don't have.
pub(crate) fn check_subresource(resource: &Resource, name: &str) -> Result<(), Refusal> {
    if resource.subresources.is_empty() || resource.subresources.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(Refusal::new("unsupported", format!("{} has no subresource `{name}`.", resource.qualified())))
}
