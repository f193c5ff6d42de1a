//! kubectl's dialect of JSONPath: templates with text around `{…}`, ranges, filters, slices, unions.
//!
//! What kubectl takes is taken, and gives the same; so are its peculiarities: `$` is the current object as `@` is, a
//! backslash in a field is dropped, a filter compares one value with one.

mod eval;
mod parse;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::go::{json, sprint};

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath {
    parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(Value),
    /// What stands between braces.
    Path(Vec<Step>),
    /// `{range …}` up to its `{end}`.
    Range(Vec<Step>, Vec<Part>),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Field(String),
    Wildcard,
    Recursive,
    /// Start, end and step; whether the end was left to the start, as in `[3]`.
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: Option<i64>,
        single: bool,
    },
    Union(Vec<Vec<Step>>),
    Filter(Box<Filter>),
    /// A text, number or truth value that stands for itself.
    Literal(Value),
}

/// `?(@.a == "b")`.
#[derive(Debug, Clone, PartialEq)]
struct Filter {
    left: Vec<Step>,
    compare: Option<(Compare, Vec<Step>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl JsonPath {
    /// A whole template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`, or why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { parts: parse::template(text)? })
    }

    /// A single path, with or without braces and leading dot, as `--sort-by` and custom columns take it.
    pub fn relaxed(text: &str) -> Result<Self, String> {
        let inner = text.trim();
        let inner = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner).trim();
        let dotted =
            if inner.starts_with(['.', '[', '$', '@']) { inner.to_owned() } else { format!(".{inner}") };
        Self::parse(&format!("{{{dotted}}}"))
    }

    /// The template filled in.
    pub fn render(&self, root: &Value, allow_missing: bool) -> Result<String, String> {
        let mut out = String::new();
        for values in self.results(root, allow_missing)? {
            let texts: Vec<String> = values.into_iter().map(shown).collect();
            out.push_str(&texts.join(" "));
        }
        Ok(out)
    }

    /// Each part's values as a JSON list of its own.
    pub fn render_json(&self, root: &Value, allow_missing: bool) -> Result<String, String> {
        let lists = self.results(root, allow_missing)?.into_iter();
        let text = |values: Vec<&Value>| json(&Value::from_iter(values.into_iter().cloned()), true) + "\n";
        Ok(lists.map(text).collect())
    }

    /// What each part finds; a range gives the parts of each turn.
    fn results<'a>(&'a self, root: &'a Value, allow_missing: bool) -> Result<Vec<Vec<&'a Value>>, String> {
        let mut results = Vec::new();
        eval::parts(&self.parts, root, &mut eval::Run::new(allow_missing), &mut results)?;
        Ok(results)
    }

    /// Every value that the paths find.
    pub fn all(&self, root: &Value) -> Result<Vec<Value>, String> {
        Ok(self.results(root, true)?.into_iter().flatten().cloned().collect())
    }

    /// The first of them.
    pub fn first(&self, root: &Value) -> Result<Option<Value>, String> {
        Ok(self.results(root, true)?.into_iter().flatten().next().cloned())
    }
}

/// A value as a template prints it: lists and maps as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) | Value::Array(_) => json(value, false),
        other => sprint(other),
    }
}
