//! kubectl's dialect of JSONPath: templates with text around `{…}`, ranges, filters, slices, unions.

mod eval;
mod parse;

use serde_json::Value;

use crate::error::Error;

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    nodes: Vec<Node>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Text(String),
    Path(Vec<Step>),
    Range(Vec<Step>, Vec<Node>),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Field(String),
    Wildcard,
    Recursive,
    Slice(Option<i64>, Option<i64>, i64),
    Index(i64),
    Union(Vec<Step>),
    Chain(Vec<Step>),
    Filter(Box<Filter>),
}

/// `?(@.a == "b")`.
#[derive(Debug, Clone, PartialEq)]
struct Filter {
    left: Operand,
    compare: Option<(Compare, Operand)>,
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

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Path(Vec<Step>),
    Literal(Value),
}

impl Template {
    /// A whole template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self { nodes: parse::template(text)? })
    }

    /// A single path, with or without braces and leading dot, as `--sort-by` and custom columns take it.
    pub fn relaxed(text: &str) -> Result<Self, Error> {
        let inner = text.trim();
        let inner = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner).trim();
        let dotted = if inner.starts_with(['.', '[', '$']) { inner.to_owned() } else { format!(".{inner}") };
        Self::parse(&format!("{{{dotted}}}"))
    }

    /// The template filled in.
    pub fn render(&self, root: &Value) -> String {
        let mut out = String::new();
        eval::render(&self.nodes, root, &mut out);
        out
    }

    /// Every value that the paths find.
    pub fn all(&self, root: &Value) -> Vec<Value> {
        let paths = self.nodes.iter().filter_map(|node| match node {
            Node::Path(steps) => Some(steps),
            _ => None,
        });
        paths.flat_map(|steps| eval::find(steps, root)).cloned().collect()
    }

    /// The first of them.
    pub fn first(&self, root: &Value) -> Option<Value> {
        self.all(root).into_iter().next()
    }
}

/// A value as text: strings bare, the rest as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pods() -> Value {
        json!({"kind": "List", "items": [
            {"metadata": {"name": "a", "labels": {"app.kubernetes.io/name": "web"}}, "status": {"phase": "Running", "n": 3}, "spec": {"containers": [{"image": "x:1"}, {"image": "y:2"}]}},
            {"metadata": {"name": "b"}, "status": {"phase": "Pending", "n": 12}, "spec": {"containers": [{"image": "z:3"}]}}]})
    }

    fn render(template: &str) -> String {
        Template::parse(template).unwrap().render(&pods())
    }

    #[test]
    fn templates_render_as_kubectl_does() {
        for (template, text) in [
            ("{.items[*].metadata.name}", "a b"),
            ("{$.items[0].metadata.name}", "a"),
            ("{.items[-1:].metadata.name}", "b"),
            ("{.items[0:1].metadata.name}", "a"),
            ("{..image}", "x:1 y:2 z:3"),
            ("{.items[?(@.status.phase==\"Running\")].metadata.name}", "a"),
            ("{.items[?(@.status.n > 5)].metadata.name}", "b"),
            ("{.items[?(@.metadata.labels)].metadata.name}", "a"),
            ("{.items[*]['metadata.name','status.phase']}", "a b Running Pending"),
            ("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "web"),
            ("{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}", "web"),
            ("names: {.items[0].metadata.name}{\"\\t\"}!", "names: a\t!"),
            ("{range .items[*]}{.metadata.name}={.status.phase}{\"\\n\"}{end}", "a=Running\nb=Pending\n"),
            ("{.nothing}", ""),
            ("{.items[0].spec.containers[1]}", "{\"image\":\"y:2\"}"),
        ] {
            assert_eq!(render(template), text, "{template}");
        }
    }

    #[test]
    fn what_is_not_a_template_is_refused() {
        for template in ["{.items[", "{range .items[*]}x", "{.a", "{end}", "{.items[?(@.a ~ 1)]}"] {
            assert!(Template::parse(template).is_err(), "{template}");
        }
    }

    #[test]
    fn a_bare_path_will_do() {
        for path in [".kind", "kind", "{.kind}", "{ .kind }"] {
            assert_eq!(Template::relaxed(path).unwrap().first(&pods()), Some(json!("List")), "{path}");
        }
    }
}
