//! `explain`: the documentation of a field.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, switch, text};
use crate::kinds::{kind_of, lookup};
use crate::line::Line;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::types_of;

/// `kubectl explain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    /// The type as written.
    pub kind: String,
    /// Fields below it.
    pub path: Vec<String>,
    /// `--recursive`.
    pub recursive: bool,
    /// `--api-version`.
    pub api_version: Option<String>,
    /// `-o`, where it is not `plaintext`.
    pub output: Option<String>,
}

const FLAGS: &[Flag] = &[switch("recursive").short('R'), text("api-version"), text("output").short('o')];

impl Verb for Explain {
    const SPECS: &'static [Spec] = &[Spec { name: "explain", flags: &[FLAGS], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let [what] = words.args.as_slice() else {
            return Err(Refusal::new(
                "missing-type",
                format!(
                    "`kubectl {verb}` needs one type or field, for example `kubectl {verb} deployment.spec.strategy`."
                ),
            ));
        };
        let mut parts = what.trim_end_matches('.').split('.').map(str::to_owned);
        let kind = parts.next().unwrap_or_default();
        types_of(&kind)?;
        Ok(Self {
            kind,
            path: parts.collect(),
            recursive: words.on("recursive"),
            api_version: words.text("api-version").filter(|version| !version.is_empty()),
            output: output_of(words)?,
        })
    }

    fn normalise(&mut self, catalog: &crate::Catalog) {
        if let Some(resource) = catalog.find(&self.kind) {
            self.kind = resource.qualified();
        }
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let word = match &self.api_version {
            Some(version) => {
                let (group, version) = version.split_once('/').unwrap_or(("", version));
                format!("{}.{version}.{group}", self.kind)
            }
            None => self.kind.clone(),
        };
        let (resource, path) = match lookup(ctx.catalog, &word) {
            // `certificates.cert-manager.io` names a type, not fields of one.
            Err(refusal) => match longest(ctx, &self.kind, &self.path) {
                Some(found) => found,
                None => return Err(refusal),
            },
            Ok(resource) => (resource, self.path.clone()),
        };
        let show = Show::Explain { resource: Box::new(resource.clone()), path, recursive: self.recursive };
        Ok(Planned::Ready(Plan::reads(Vec::new(), show)))
    }

    fn explain(&self) -> String {
        let field = if self.path.is_empty() { String::new() } else { format!(" {} of", self.path.join(".")) };
        format!("Show the documentation of{field} {}.", kind_of(&self.kind))
    }

    fn action(&self) -> String {
        "Show documentation".to_owned()
    }

    fn write(&self, line: &mut Line) {
        let mut what = self.kind.clone();
        for field in &self.path {
            what.push('.');
            what.push_str(field);
        }
        line.word(&what)
            .switch("--recursive", self.recursive)
            .value("--api-version", self.api_version.as_ref())
            .value("-o", self.output.as_ref());
    }
}

fn output_of(words: &Parsed) -> Result<Option<String>, Refusal> {
    match words.text("output").as_deref() {
        None | Some("" | "plaintext") => Ok(None),
        Some("plaintext-openapiv2") => Ok(Some("plaintext-openapiv2".to_owned())),
        Some(other) => Err(Refusal::new(
            "bad-value",
            format!("`-o` takes plaintext or plaintext-openapiv2 here, not `{other}`."),
        )),
    }
}

fn longest<'a>(
    ctx: &Context<'a>,
    kind: &str,
    path: &[String],
) -> Option<(&'a crate::catalog::Resource, Vec<String>)> {
    (1..=path.len()).rev().find_map(|count| {
        let word = format!("{kind}.{}", path[..count].join("."));
        ctx.catalog.find(&word).map(|resource| (resource, path[count..].to_vec()))
    })
}
