//! `-o` and `--dry-run`.

use crate::flags::Parsed;
use crate::go_template::GoTemplate;
use crate::jsonpath::JsonPath;
use crate::line::Line;
use crate::plan::{JsonPathTemplate, Show};
use crate::refusal::Refusal;

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
    JsonPath(String),
    /// What a JSONPath template finds, as JSON.
    JsonPathAsJson(String),
    /// A Go template.
    GoTemplate(String),
    /// Header and path of each column.
    CustomColumns(Vec<(String, String)>),
    /// A format that is understood but not rendered here, since it reads a file: its name, and what it takes.
    Unrendered(&'static str, Option<String>),
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
        let kept = |name| Ok(Some(Self::Unrendered(name, body.map(str::to_owned))));
        let output = match (name, body) {
            ("wide", _) if plain => Self::Wide,
            ("json", _) if plain => Self::Json,
            ("yaml", _) if plain => Self::Yaml,
            ("name", _) if plain => Self::Name,
            ("kyaml", _) if plain => Self::Kyaml,
            ("jsonpath", Some(template)) => Self::JsonPath(path_of(name, template)?),
            ("jsonpath-as-json", Some(template)) => Self::JsonPathAsJson(path_of(name, template)?),
            ("custom-columns", Some(columns)) => Self::CustomColumns(columns_of(columns)?),
            ("go-template" | "template", Some(template)) => Self::GoTemplate(go_template_of(template)?),
            ("jsonpath-file", Some(_)) => return kept("jsonpath-file"),
            ("custom-columns-file", Some(_)) => return kept("custom-columns-file"),
            ("go-template-file" | "templatefile", Some(_)) => return kept("go-template-file"),
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

    /// Refuses to plan what is understood but not rendered here.
    pub(crate) fn rendered(&self) -> Result<(), Refusal> {
        let Self::Unrendered(name, _) = self else { return Ok(()) };
        Err(Refusal::new(
            "not-yet",
            format!(
                "`-o {name}` reads a file, which is not part of the command; write the template behind `=`."
            ),
        ))
    }

    fn text(&self) -> String {
        match self {
            Self::Wide => "wide".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Yaml => "yaml".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Kyaml => "kyaml".to_owned(),
            Self::JsonPath(template) => format!("jsonpath={template}"),
            Self::JsonPathAsJson(template) => format!("jsonpath-as-json={template}"),
            Self::GoTemplate(template) => format!("go-template={template}"),
            Self::CustomColumns(columns) => {
                let columns: Vec<String> =
                    columns.iter().map(|(header, path)| format!("{header}:{path}")).collect();
                format!("custom-columns={}", columns.join(","))
            }
            Self::Unrendered(name, Some(body)) => format!("{name}={body}"),
            Self::Unrendered(name, None) => (*name).to_owned(),
        }
    }

    pub(crate) fn write(output: Option<&Self>, line: &mut Line) {
        line.value("-o", output.map(Self::text));
    }

    /// How it is shown; `None` where only the API server's table can show it.
    pub(crate) fn show(&self) -> Option<Show> {
        Some(match self {
            Self::Wide => return None,
            Self::Json => Show::Json,
            // What it would pick is judged as if it were everything.
            Self::Yaml | Self::Unrendered(..) => Show::Yaml,
            Self::Name => Show::Name,
            Self::Kyaml => Show::Kyaml,
            Self::JsonPath(template) => Show::JsonPath(JsonPathTemplate { template: template.clone() }),
            Self::JsonPathAsJson(template) => Show::JsonPathAsJson { template: template.clone() },
            Self::GoTemplate(template) => Show::GoTemplate { template: template.clone() },
            Self::CustomColumns(columns) => Show::CustomColumns { columns: columns.clone() },
        })
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
        Ok(Self { dry_run, output, local: words.on("local"), record: words.on("record") })
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
        if self.local {
            return Err(Refusal::new(
                "not-yet",
                "`--local` is not carried out here yet; use `--dry-run=server` to see what would change.",
            ));
        }
        self.output.as_ref().map_or(Ok(()), Output::rendered)
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
        line.value("--dry-run", dry).switch("--local", self.local).switch("--record", self.record);
        Output::write(self.output.as_ref(), line);
    }

    /// What stands behind the sentence of a dry run.
    pub(crate) fn phrase(&self) -> &'static str {
        if self.is_dry() { " Dry run: nothing is changed." } else { "" }
    }
}
