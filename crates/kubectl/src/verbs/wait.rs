//! `wait`: until objects are as they should be.

use crate::catalog::Catalog;
use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, array, duration};
use crate::globals::{ALL, ALL_NAMESPACES, FIELDS, FILENAME, LOCAL, OUTPUT, SELECT};
use crate::line::Line;
use crate::output::{Changing, Output};
use crate::plan::{ApiVerb, Context, Operation, Plan, Planned, Show, Until};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_scope, reading};

/// `kubectl wait`.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// What is waited for, one after the other.
    pub until: Vec<Until>,
    /// How long at most; zero: look once.
    pub timeout_seconds: i64,
    /// Output.
    pub changing: Changing,
}

const WAIT: &[Flag] = &[array("for"), duration("timeout").default("30s")];
/// Without `--timeout`.
const PATIENCE: i64 = 30;
/// What a negative `--timeout` stands for.
const WEEK: i64 = 7 * 24 * 3600;

impl Verb for Wait {
    const SPECS: &'static [Spec] = &[Spec {
        name: "wait",
        flags: &[WAIT, FILENAME, SELECT, FIELDS, ALL, ALL_NAMESPACES, LOCAL, OUTPUT],
        free: false,
    }];

    fn read(_: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let mut until =
            words.list("for").iter().map(|text| until(text)).collect::<Result<Vec<_>, Refusal>>()?;
        if until.is_empty() {
            return Err(Refusal::new(
                "missing-value",
                "`kubectl wait` needs `--for`, for example `--for=condition=Ready`.",
            ));
        }
        // Nothing can be said of what is not there yet.
        until.sort_by_key(|until| *until != Until::Created);
        Ok(Self {
            scope: Scope::read(words)?,
            selection: Selection::read(&words.args, words)?.chosen("wait")?,
            until,
            timeout_seconds: match words.seconds("timeout") {
                None => PATIENCE,
                Some(seconds) if seconds < 0 => WEEK,
                Some(seconds) => seconds,
            },
            changing: Changing::read(words)?,
        })
    }

    held!(scope, selection);

    fn output(&self) -> Option<&Output> {
        self.changing.output.as_ref()
    }

    fn normalise(&mut self, _: &Catalog) {
        for until in &mut self.until {
            if let Until::Condition { name, value } = until {
                (*name, *value) = (name.to_lowercase(), value.to_lowercase());
            }
        }
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        self.changing.plannable()?;
        if self.changing.local {
            return Err(Refusal::new(
                "unsupported-flag",
                "What is waited for happens in the cluster; leave out `--local`.",
            ));
        }
        let mut operations = Vec::new();
        for (resource, targets) in self.selection.resolve(ctx)? {
            check_scope(&resource, &targets, &self.scope)?;
            let namespace = self.scope.of(&resource, ctx);
            let read = reading(resource, namespace, targets);
            operations.push(read.clone());
            if self.timeout_seconds > 0 {
                operations.push(Operation { verb: ApiVerb::Watch, ..read });
            }
        }
        let show = Show::Wait {
            until: self.until.clone(),
            timeout_seconds: self.timeout_seconds,
            print: self.changing.output.as_ref().and_then(Output::show).map(Box::new),
        };
        Ok(Planned::Ready(Plan::reads(operations, show)))
    }

    fn explain(&self) -> String {
        let until: Vec<String> = self.until.iter().map(phrase).collect();
        let patience = match self.timeout_seconds {
            0 => ", and look only once".to_owned(),
            WEEK => String::new(),
            seconds => format!(", at most {seconds} s"),
        };
        format!(
            "Wait until {}{} {}{patience}.",
            self.selection.phrase(),
            self.scope.phrase(),
            until.join(" and then ")
        )
    }

    fn action(&self) -> String {
        "Wait".to_owned()
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        for until in &self.until {
            line.value("--for", Some(until));
        }
        let timeout = match self.timeout_seconds {
            PATIENCE => None,
            WEEK => Some("-1s".to_owned()),
            seconds => Some(format!("{seconds}s")),
        };
        line.value("--timeout", timeout);
        self.changing.write(line);
    }

    fn follows(&self) -> bool {
        true
    }
}

fn phrase(until: &Until) -> String {
    match until {
        Until::Created => "exists".to_owned(),
        Until::Deleted => "is gone".to_owned(),
        Until::Condition { name, value } if value.eq_ignore_ascii_case("true") => format!("is {name}"),
        Until::Condition { name, value } => format!("says {name}={value}"),
        Until::JsonPath { path, value: None } => format!("has a value at {path}"),
        Until::JsonPath { path, value: Some(value) } => format!("has {value} at {path}"),
    }
}

fn until(text: &str) -> Result<Until, Refusal> {
    if text.eq_ignore_ascii_case("delete") {
        return Ok(Until::Deleted);
    }
    if text.eq_ignore_ascii_case("create") {
        return Ok(Until::Created);
    }
    if let Some(condition) = text.strip_prefix("condition=").filter(|condition| !condition.is_empty()) {
        let (name, value) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Until::Condition { name: name.to_owned(), value: value.to_owned() });
    }
    if let Some(path) = text.strip_prefix("jsonpath=") {
        return json_path(path);
    }
    Err(Refusal::new(
        "bad-value",
        format!(
            "`--for={text}` can't be waited for; write `create`, `delete`, `condition=NAME[=VALUE]` or `jsonpath='{{PATH}}'[=VALUE]`."
        ),
    ))
}

/// `{.status.phase}=Running`; the value follows a single equals sign outside of a filter's `==`.
fn json_path(text: &str) -> Result<Until, Refusal> {
    let bytes = text.as_bytes();
    let mut single = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'=', Some(b'=')) => at += 1,
            (b'=', _) => single.push(at),
            _ => {}
        }
        at += 1;
    }
    let bad = || {
        Refusal::new(
            "bad-value",
            "`--for=jsonpath` takes `'{.status.phase}'` or `'{.status.phase}'=Running`.",
        )
    };
    let (path, value) = match single.as_slice() {
        [] => (text, None),
        [at] => (&text[..*at], Some(text[at + 1..].trim_matches(['\'', '"']))),
        _ => return Err(bad()),
    };
    let path = path.trim().trim_matches(['\'', '"']);
    if path.is_empty() || value.is_some_and(str::is_empty) {
        return Err(bad());
    }
    let inner = path.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(path).trim();
    if inner.is_empty() || inner.contains(['{', '}']) {
        return Err(bad());
    }
    let dotted = if inner.starts_with(['.', '[', '$']) { inner.to_owned() } else { format!(".{inner}") };
    Ok(Until::JsonPath { path: format!("{{{dotted}}}"), value: value.map(|value| value.trim().to_owned()) })
}
