//! `-o` and `--dry-run`.

use serde_json::Value;

use crate::apply::annotated;
use crate::documents::{Attachments, text_of};
use crate::flags::Parsed;
use crate::go_template::GoTemplate;
use crate::jsonpath::JsonPath;
use crate::line::Line;
use crate::plan::{self, Show};
use crate::refusal::Refusal;
use crate::source::{Place, check_local, missing};

/// Whose the fields are that KubeChat writes.
const MANAGER: &str = "kubechat";

/// How an answer is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// More columns.
    Wide,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// `kind/name`.
    Name,
    /// KYAML.
    Kyaml,
    /// A JSONPath template.
    JsonPath(Template),
    /// What a JSONPath template finds, as JSON.
    JsonPathAsJson(Template),
    /// A Go template.
    GoTemplate(Template),
    /// Header and path of each column.
    CustomColumns(Vec<(String, String)>),
    /// A template in a file: what kind of template, and which file.
    InFile(&'static str, Template),
}

/// A template, and what becomes of keys that an object lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The template, or the name of the file that holds it.
    pub text: String,
    /// `--allow-missing-template-keys=false`: a key that is not there is an error.
    pub strict: bool,
}

impl Output {
    pub(crate) fn read(words: &Parsed) -> Result<Option<Self>, Refusal> {
        let template = words.text("template").filter(|template| !template.is_empty());
        let text = match (words.text("output").filter(|text| !text.is_empty()), &template) {
            (Some(text), _) => text,
            (None, Some(_)) => "go-template".to_owned(),
            (None, None) => return Ok(None),
        };
        let plain = !text.contains('=');
        let (name, body) = match text.split_once('=') {
            Some((name, body)) => (name, Some(body)),
            None => (text.as_str(), template.as_deref()),
        };
        let strict = !words.on_unless("allow-missing-template-keys");
        let template = |text: String| Template { text, strict };
        let output = match (name, body) {
            ("wide", _) if plain => Self::Wide,
            ("json", _) if plain => Self::Json,
            ("yaml", _) if plain => Self::Yaml,
            ("name", _) if plain => Self::Name,
            ("kyaml", _) if plain => Self::Kyaml,
            ("jsonpath", Some(text)) => Self::JsonPath(template(path_of(name, text)?)),
            ("jsonpath-as-json", Some(text)) => Self::JsonPathAsJson(template(path_of(name, text)?)),
            ("custom-columns", Some(columns)) => Self::CustomColumns(columns_of(columns)?),
            ("go-template" | "template", Some(text)) => Self::GoTemplate(template(go_template_of(text)?)),
            ("jsonpath-file", Some(file)) => Self::in_file("jsonpath-file", file, strict)?,
            ("custom-columns-file", Some(file)) => Self::in_file("custom-columns-file", file, strict)?,
            ("go-template-file" | "templatefile", Some(file)) => {
                Self::in_file("go-template-file", file, strict)?
            }
            _ => {
                let message = format!(
                    "`-o {text}` is not an output format; use wide, json, yaml, kyaml, name, jsonpath=…, go-template=… or custom-columns=…."
                );
                return Err(Refusal::new("bad-value", message));
            }
        };
        Ok(Some(output))
    }

    /// Whether it may print everything an object holds.
    pub(crate) fn is_full(&self) -> bool {
        !matches!(self, Self::Wide | Self::Name)
    }

    fn in_file(name: &'static str, file: &str, strict: bool) -> Result<Self, Refusal> {
        check_local(file)?;
        match file {
            "" | "-" => {
                Err(Refusal::new("bad-value", format!("`-o {name}` needs the name of a file behind `=`.")))
            }
            _ => Ok(Self::InFile(name, Template { text: file.to_owned(), strict })),
        }
    }

    /// The file that holds the template, where one does.
    pub(crate) fn place(&self) -> Option<Place> {
        match self {
            Self::InFile(_, file) => Some(Place::text(&file.text)),
            _ => None,
        }
    }

    /// How it is shown, with the template that came in a file; absent where none is in a file.
    pub(crate) fn shown_from(&self, attachments: &Attachments) -> Result<Option<Show>, Refusal> {
        let Self::InFile(name, file) = self else { return Ok(None) };
        let (strict, file) = (file.strict, file.text.as_str());
        let text = text_of(file, attachments).ok_or_else(|| missing(file))?;
        let template = |text: String| Template { text, strict };
        let output = match *name {
            "jsonpath-file" => Self::JsonPath(template(path_of(name, text)?)),
            "go-template-file" => Self::GoTemplate(template(go_template_of(text)?)),
            _ => Self::CustomColumns(columns_in(file, text)?),
        };
        Ok(output.show())
    }

    fn template(&self) -> Option<&Template> {
        match self {
            Self::JsonPath(template) | Self::JsonPathAsJson(template) | Self::GoTemplate(template) => {
                Some(template)
            }
            Self::InFile(_, template) => Some(template),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Wide => "wide".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Yaml => "yaml".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Kyaml => "kyaml".to_owned(),
            Self::JsonPath(template) => format!("jsonpath={}", template.text),
            Self::JsonPathAsJson(template) => format!("jsonpath-as-json={}", template.text),
            Self::GoTemplate(template) => format!("go-template={}", template.text),
            Self::CustomColumns(columns) => {
                let columns: Vec<String> =
                    columns.iter().map(|(header, path)| format!("{header}:{path}")).collect();
                format!("custom-columns={}", columns.join(","))
            }
            Self::InFile(name, file) => format!("{name}={}", file.text),
        }
    }

    pub(crate) fn write(output: Option<&Self>, line: &mut Line) {
        line.value("-o", output.map(Self::text));
        let strict = output.and_then(Self::template).is_some_and(|template| template.strict);
        line.switch("--allow-missing-template-keys=false", strict);
    }

    /// How it is shown; `None` where only the API server's table can show it.
    pub(crate) fn show(&self) -> Option<Show> {
        Some(match self {
            Self::Wide => return None,
            Self::Json => Show::Json,
            // What a template would pick is judged as if it were everything until it is known.
            Self::Yaml | Self::InFile(..) => Show::Yaml,
            Self::Name => Show::Name,
            Self::Kyaml => Show::Kyaml,
            Self::JsonPath(template) => Show::JsonPath(template.shown()),
            Self::JsonPathAsJson(template) => Show::JsonPathAsJson(template.shown()),
            Self::GoTemplate(template) => Show::GoTemplate(template.shown()),
            Self::CustomColumns(columns) => Show::CustomColumns { columns: columns.clone() },
        })
    }
}

impl Template {
    fn shown(&self) -> plan::Template {
        plan::Template { template: self.text.clone(), strict: self.strict }
    }
}

fn bad_template(format: &str, template: &str, reason: &str) -> Refusal {
    Refusal::new("bad-value", format!("`-o {format}` can't read the template `{template}`: {reason}."))
}

/// A JSONPath template; bare paths get their braces, as kubectl does it.
fn path_of(format: &str, template: &str) -> Result<String, Refusal> {
    match JsonPath::parse(template) {
        Ok(_) => Ok(template.to_owned()),
        Err(reason) => Err(bad_template(format, template, &reason)),
    }
}

fn go_template_of(template: &str) -> Result<String, Refusal> {
    match GoTemplate::parse(template) {
        Ok(_) => Ok(template.to_owned()),
        Err(reason) => Err(bad_template("go-template", template, &reason)),
    }
}

fn columns_of(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut columns = Vec::new();
    for column in split_columns(text) {
        match column.split_once(':') {
            Some((header, path)) if !header.is_empty() && !path.is_empty() => {
                columns.push((header.to_owned(), path.to_owned()));
            }
            _ => {
                return Err(Refusal::new(
                    "bad-value",
                    format!(
                        "`{column}` is not a column; write HEADER:path, for example `NAME:.metadata.name`."
                    ),
                ));
            }
        }
    }
    Ok(columns)
}

/// Two lines: the headers, and below them the paths.
fn columns_in(file: &str, text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut words =
        || lines.next().unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (headers, paths) = (words(), words());
    if headers.is_empty() || headers.len() != paths.len() {
        let text = format!(
            "{file} has {} headers in its first line and {} paths in its second; write one path below each header.",
            headers.len(),
            paths.len()
        );
        return Err(Refusal::new("bad-value", text));
    }
    Ok(headers.into_iter().zip(paths).collect())
}

/// Splits at commas outside of brackets.
fn split_columns(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut columns) = (0i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            ',' if depth == 0 => {
                columns.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    columns.push(&text[start..]);
    columns
}

/// `--dry-run`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DryRun {
    /// It is done.
    #[default]
    None,
    /// Only shown.
    Client,
    /// Asked of the API server, which checks but does not store it.
    Server,
}

/// What changing verbs share: dry run and output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changing {
    /// `--dry-run`.
    pub dry_run: DryRun,
    /// `-o`.
    pub output: Option<Output>,
    /// `--local`: only what is in the manifest is changed, and shown.
    pub local: bool,
    /// `--record`, which kubectl has deprecated.
    pub record: bool,
    /// `--save-config`: the object carries what later `apply`s compare with.
    pub save_config: bool,
    /// `--field-manager`, where it is another one than ours.
    pub field_manager: Option<String>,
    /// `--validate`, where it asks for less than everything.
    pub validate: Option<String>,
}

impl Changing {
    pub(crate) fn read(words: &Parsed) -> Result<Self, Refusal> {
        let dry_run = match words.text("dry-run").as_deref() {
            None | Some("none" | "false") => DryRun::None,
            Some("client" | "true" | "") => DryRun::Client,
            Some("server") => DryRun::Server,
            Some(other) => {
                return Err(Refusal::new(
                    "bad-value",
                    format!("`--dry-run` takes client, server or none, not `{other}`."),
                ));
            }
        };
        let output = Output::read(words)?;
        if output == Some(Output::Wide) {
            return Err(Refusal::new(
                "bad-value",
                "A change has no wide output; use yaml, json, name or jsonpath=….",
            ));
        }
        let validate = match words.text("validate").as_deref() {
            None | Some("" | "true" | "strict") => None,
            Some(less @ ("warn" | "ignore" | "false")) => Some(less.to_owned()),
            Some(other) => {
                let text = format!("`--validate` takes strict, warn or ignore, not `{other}`.");
                return Err(Refusal::new("bad-value", text));
            }
        };
        Ok(Self {
            dry_run,
            output,
            local: words.on("local"),
            record: words.on("record"),
            save_config: words.on("save-config"),
            field_manager: words.text("field-manager").filter(|name| !name.is_empty() && name != MANAGER),
            validate,
        })
    }

    pub(crate) fn is_dry(&self) -> bool {
        self.dry_run != DryRun::None || self.local
    }

    /// Refuses to plan what is understood but not carried out here.
    pub(crate) fn plannable(&self) -> Result<(), Refusal> {
        if self.record {
            return Err(Refusal::new(
                "deprecated-flag",
                "`--record` is deprecated in kubectl and not carried out; annotate the object with `kubernetes.io/change-cause` instead.",
            ));
        }
        if let Some(name) = &self.field_manager {
            let text = format!(
                "What KubeChat writes belongs to the field manager `{MANAGER}`, so that everybody sees who wrote it. Leave out `--field-manager={name}`."
            );
            return Err(Refusal::new("unsupported-flag", text));
        }
        if let Some(less) = &self.validate {
            let text = format!(
                "The server checks strictly whatever KubeChat sends. Leave out `--validate={less}`, and correct what it finds."
            );
            return Err(Refusal::new("unsupported-flag", text));
        }
        Ok(())
    }

    /// The object, with the note for later `apply`s where it is asked for.
    pub(crate) fn saved(&self, body: Value) -> Value {
        if self.save_config { annotated(&body) } else { body }
    }

    pub(crate) fn show(&self, done: &str) -> Show {
        let dry_run = match self.dry_run {
            DryRun::None => None,
            DryRun::Client => Some("dry run".to_owned()),
            DryRun::Server => Some("server dry run".to_owned()),
        };
        let changed = || Show::Changed { done: done.to_owned(), dry_run };
        self.output.as_ref().and_then(Output::show).unwrap_or_else(changed)
    }

    pub(crate) fn write(&self, line: &mut Line) {
        let dry = match self.dry_run {
            DryRun::None => None,
            DryRun::Client => Some("client"),
            DryRun::Server => Some("server"),
        };
        line.value("--dry-run", dry)
            .switch("--local", self.local)
            .switch("--record", self.record)
            .switch("--save-config", self.save_config)
            .value("--field-manager", self.field_manager.as_ref())
            .value("--validate", self.validate.as_ref());
        Output::write(self.output.as_ref(), line);
    }

    /// What stands behind the sentence of a dry run.
    pub(crate) fn phrase(&self) -> &'static str {
        if self.is_dry() { " Dry run: nothing is changed." } else { "" }
    }
}
