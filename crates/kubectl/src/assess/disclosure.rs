//! Whether an answer may hold the values of secrets.

use std::sync::OnceLock;

use regex::Regex;

use super::{answers_with_stored, is, prints_objects};
use crate::command::Command;
use crate::level::{Assessment, Level};
use crate::plan::{Plan, Show, Until};

pub(super) fn of_plan(plan: &Plan, assessment: &mut Assessment) {
    let mut secrets =
        plan.operations.iter().filter(|operation| is(&operation.resource, "", "secrets")).peekable();
    // A condition over values tells them too, question by question, also by what it lets through to a change.
    let asks = plan.filter.is_some() && secrets.peek().is_some();
    if asks || (secrets.any(answers_with_stored) && tells(&plan.show)) {
        assessment.discloses_secrets = true;
        assessment.raise(Level::Warning, "discloses-secret", "The answer may show the values of Secrets.");
    }
}

/// What the command itself says about its answer, such as `set env --list --resolve`. A manifest whose name says
/// that it holds secrets is taken at its word when the stored objects are printed in full.
pub(super) fn of_command(command: &Command, assessment: &mut Assessment) {
    let prints = command.prints_stored()
        && command.selection().is_some_and(|selection| selection.source.says_secret());
    if command.discloses() || prints {
        assessment.discloses_secrets = true;
        assessment.raise(Level::Warning, "discloses-secret", "The answer may show the values of Secrets.");
    }
}

/// Whether the answer says something about values.
fn tells(show: &Show) -> bool {
    match show {
        Show::Wait { until, print, .. } => {
            let asks = |until: &Until| matches!(until, Until::JsonPath { path, .. } if !is_harmless(path.trim_matches(['{', '}'])));
            until.iter().any(asks) || print.as_deref().is_some_and(tells)
        }
        show => orders(show) || (prints_objects(show) && !harmless(show)),
    }
}

/// A table whose order says something about values.
fn orders(show: &Show) -> bool {
    matches!(show, Show::Table { sort_by: Some(path), .. } if !is_harmless(path.trim_matches(['{', '}'])))
}

/// Templates that pick nothing but names, types, labels and times.
fn harmless(show: &Show) -> bool {
    match show {
        Show::CustomColumns { columns } => {
            columns.iter().all(|(_, path)| is_harmless(path.trim_matches(['{', '}'])))
        }
        Show::JsonPath(template) => {
            expressions(&template.template).iter().all(|expression| is_harmless(expression))
        }
        _ => false,
    }
}

fn is_harmless(path: &str) -> bool {
    static PATHS: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATHS.get_or_init(|| {
        Regex::new(r"^\s*(end|range\s+\.items\[\*\]|[$@]?(\.items\[(\*|\d+)\])?\.?(type|kind|apiVersion|metadata\.(name|namespace|creationTimestamp|uid|labels(\.[A-Za-z0-9_/\\.-]+)?)))\s*$").ok()
    });
    let text = path.trim();
    let literal = text.len() >= 2
        && text.starts_with('"')
        && text.ends_with('"')
        && !text[1..text.len() - 1].contains('"');
    literal || pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// What stands between braces.
fn expressions(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        let (inner, tail) = after.split_once('}').unwrap_or((after, ""));
        found.push(inner.to_owned());
        rest = tail;
    }
    found
}
