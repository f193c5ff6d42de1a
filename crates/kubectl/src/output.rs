//! `-o` and `--dry-run`.

use crate::flags::Parsed;
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
    /// A JSONPath template.
    JsonPath(String),
    /// Header and path of each column.
    CustomColumns(Vec<(String, String)>),
}

impl Output {
    pub(crate) fn read(words: &Parsed) -> Result<Option<Self>, Refusal> {
        let Some(text) = words.text("output").filter(|text| !text.is_empty()) else { return Ok(None) };
        let (name, body) = match text.split_once('=') {
            Some((name, body)) => (name, Some(body)),
            None => (text.as_str(), None),
        };
        let output = match (name, body) {
            ("wide", None) => Self::Wide,
            ("json", None) => Self::Json,
            ("yaml", None) => Self::Yaml,
            ("name", None) => Self::Name,
            ("jsonpath", Some(template)) => Self::JsonPath(check_template(template)?),
            ("custom-columns", Some(columns)) => Self::CustomColumns(columns_of(columns)?),
            ("go-template" | "template", Some(_)) => {
                return Err(Refusal::new(
                    "not-yet",
                    "Go templates are not supported; use `-o jsonpath=…` or `-o custom-columns=…`.",
                ));
            }
            ("jsonpath-file" | "custom-columns-file" | "go-template-file" | "templatefile", _) => {
                return Err(Refusal::new(
                    "manifest-file",
                    "Templates are not read from files; write the template into the command.",
                ));
            }
            _ => {
                let message = format!(
                    "`-o {text}` is not an output format; use wide, json, yaml, name, jsonpath=… or custom-columns=…."
                );
                return Err(Refusal::new("bad-value", message));
            }
        };
        Ok(Some(output))
    }

    fn text(&self) -> String {
        match self {
            Self::Wide => "wide".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Yaml => "yaml".to_owned(),
            Self::Name => "name".to_owned(),
            Self::JsonPath(template) => format!("jsonpath={template}"),
            Self::CustomColumns(columns) => {
                let columns: Vec<String> =
                    columns.iter().map(|(header, path)| format!("{header}:{path}")).collect();
                format!("custom-columns={}", columns.join(","))
            }
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
            Self::Yaml => Show::Yaml,
            Self::Name => Show::Name,
            Self::JsonPath(template) => Show::JsonPath(JsonPathTemplate { template: template.clone() }),
            Self::CustomColumns(columns) => Show::CustomColumns { columns: columns.clone() },
        })
    }
}

fn check_template(template: &str) -> Result<String, Refusal> {
    let mut depth = 0i32;
    let mut quote = None;
    for c in template.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) if depth > 0 => quote = Some(c),
            ('{', None) => depth += 1,
            ('}', None) => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    if template.is_empty() || depth != 0 {
        return Err(Refusal::new(
            "bad-value",
            format!(
                "`{template}` is not a JSONPath template; write for example `{{.items[*].metadata.name}}`."
            ),
        ));
    }
    Ok(template.to_owned())
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
        Ok(Self { dry_run, output })
    }

    pub(crate) fn is_dry(&self) -> bool {
        self.dry_run != DryRun::None
    }

    pub(crate) fn show(&self, done: &str) -> Show {
        self.output.as_ref().and_then(Output::show).unwrap_or_else(|| Show::Changed { done: done.to_owned() })
    }

    pub(crate) fn write(&self, line: &mut Line) {
        let dry = match self.dry_run {
            DryRun::None => None,
            DryRun::Client => Some("client"),
            DryRun::Server => Some("server"),
        };
        line.value("--dry-run", dry);
        Output::write(self.output.as_ref(), line);
    }

    /// What stands behind the sentence of a dry run.
    pub(crate) fn phrase(&self) -> &'static str {
        match self.dry_run {
            DryRun::None => "",
            DryRun::Client | DryRun::Server => " Dry run: nothing is changed.",
        }
    }
}
