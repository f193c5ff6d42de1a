//! `patch`: parts of objects, in one of three patch languages.

use serde_json::Value;

use crate::assess::of_patch;
use crate::command::{Spec, Verb, held};
use crate::documents::text_of;
use crate::flags::{Flag, Parsed, free, text};
use crate::globals::{DRY_RUN, FILE, LOCAL, MANAGER, OUTPUT, RECORD, SUBRESOURCE};
use crate::kinds::is_rbac;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, changing, check_subresource, check_verb};
use crate::source::{Place, missing};

/// The language of a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Lists of Kubernetes' own kinds are merged by key.
    Strategic,
    /// RFC 7386.
    Merge,
    /// RFC 6902.
    Json,
}

/// `kubectl patch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// `--type`.
    pub language: Language,
    /// `-p`; null where a file holds it.
    pub body: Value,
    /// `--patch-file`.
    pub file: Option<String>,
    /// `--subresource`.
    pub subresource: Option<String>,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[free("patch").short('p'), text("type"), SUBRESOURCE, text("patch-file")];

impl Verb for Patch {
    const SPECS: &'static [Spec] = &[Spec {
        name: "patch",
        flags: &[FLAGS, FILE, DRY_RUN, MANAGER, RECORD, LOCAL, OUTPUT],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let language = match words.text("type").as_deref() {
            None | Some("strategic") => Language::Strategic,
            Some("merge") => Language::Merge,
            Some("json") => Language::Json,
            Some(other) => {
                return Err(Refusal::new(
                    "bad-value",
                    format!("`--type` takes strategic, merge or json, not `{other}`."),
                ));
            }
        };
        let file = words.text("patch-file").filter(|file| !file.is_empty());
        let body = match (words.text("patch").filter(|body| !body.is_empty()), &file) {
            (Some(body), None) => body_of(&body, language)?,
            (None, Some(_)) => Value::Null,
            (Some(_), Some(_)) => {
                return Err(Refusal::new(
                    "bad-value",
                    "`-p` and `--patch-file` can't be combined; give one of them.",
                ));
            }
            (None, None) => {
                return Err(Refusal::new(
                    "missing-value",
                    "`kubectl patch` needs the patch itself: `-p '{\"spec\":{…}}'`.",
                ));
            }
        };
        Ok(Self {
            scope: Scope::read(words)?,
            selection: Selection::read(&words.args, words)?.chosen(verb)?,
            language,
            body,
            file,
            subresource: words.text("subresource").filter(|name| !name.is_empty()),
            changing: Changing::read(words)?,
        })
    }

    held!(scope, selection);

    fn files(&self) -> Vec<Place> {
        let file = self.file.iter().map(|path| Place::text(path));
        self.selection.source.places().into_iter().chain(file).collect()
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let body = match &self.file {
            Some(file) => {
                let text = text_of(file, ctx.attachments).ok_or_else(|| missing(file))?;
                &body_of(text, self.language)?
            }
            None => &self.body,
        };
        let mut operations = Vec::new();
        for (resource, targets) in self.selection.resolve(ctx)? {
            check_verb(&resource, ApiVerb::Patch)?;
            self.subresource.iter().try_for_each(|name| check_subresource(&resource, name))?;
            let body = body.clone();
            let change = match self.language {
                Language::Strategic => Change::StrategicPatch { body },
                Language::Merge => Change::MergePatch { body },
                Language::Json => Change::JsonPatch { body },
            };
            let namespace = self.scope.of(&resource, ctx);
            let mut operation = changing(ApiVerb::Patch, resource, namespace, targets, change);
            operation.subresource.clone_from(&self.subresource);
            operations.push(operation);
        }
        Ok(Planned::Ready(Plan::changes(operations, self.changing.show("patched"), self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        if let Some(file) = &self.file {
            let what = self.selection.phrase();
            return format!("Change {what}{} as {file} says.{}", self.scope.phrase(), self.changing.phrase());
        }
        let mut fields = Vec::new();
        touched(&self.body, &mut String::new(), &mut fields);
        fields.dedup();
        let more =
            if fields.len() > 4 { format!(" and {} more fields", fields.len() - 4) } else { String::new() };
        fields.truncate(4);
        format!(
            "Change {}{more} of {}{}.{}",
            fields.join(", "),
            self.selection.phrase(),
            self.scope.phrase(),
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        format!("Patch {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        let language = match self.language {
            Language::Strategic => None,
            Language::Merge => Some("merge"),
            Language::Json => Some("json"),
        };
        line.value("--type", language)
            .value("-p", self.file.is_none().then_some(&self.body))
            .value("--patch-file", self.file.as_ref())
            .value("--subresource", self.subresource.as_ref());
        self.changing.write(line);
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        if !self.selection.source.is_empty() {
            of_patch(self.language == Language::Json, &self.body, assessment);
        }
        if self.selection.kinds().any(is_rbac) {
            assessment.raise(Level::Dangerous, "writes-rbac", "It changes who may do what.");
        }
    }
}

/// A patch in JSON or YAML, of the shape that its language wants.
fn body_of(text: &str, language: Language) -> Result<Value, Refusal> {
    let body: Option<Value> = serde_json::from_str(text).ok().or_else(|| serde_saphyr::from_str(text).ok());
    match (body, language) {
        (Some(body @ Value::Object(_)), Language::Strategic | Language::Merge) => Ok(body),
        (Some(Value::Array(steps)), Language::Json) if steps.iter().all(is_step) => Ok(steps.into()),
        (_, Language::Json) => Err(Refusal::new(
            "bad-value",
            "A JSON patch is a list of steps such as `[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":2}]`.",
        )),
        _ => Err(Refusal::new(
            "bad-value",
            "The patch is not a JSON object such as `{\"spec\":{\"replicas\":2}}`.",
        )),
    }
}

fn is_step(step: &Value) -> bool {
    let text = |key: &str| step.get(key).and_then(Value::as_str);
    let path = text("path").is_some_and(|path| path.is_empty() || path.starts_with('/'));
    path && match text("op") {
        Some("add" | "replace" | "test") => step.get("value").is_some(),
        Some("remove") => true,
        Some("move" | "copy") => text("from").is_some(),
        _ => false,
    }
}

/// The fields that a patch names.
fn touched(body: &Value, path: &mut String, found: &mut Vec<String>) {
    match body {
        Value::Object(map) if !map.is_empty() => {
            for (key, inner) in map {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                touched(inner, path, found);
                path.truncate(length);
            }
        }
        Value::Array(steps) if path.is_empty() => {
            found.extend(
                steps
                    .iter()
                    .filter_map(|step| step.get("path")?.as_str())
                    .map(|path| path.trim_start_matches('/').replace('/', ".")),
            );
        }
        _ => found.push(path.clone()),
    }
}
