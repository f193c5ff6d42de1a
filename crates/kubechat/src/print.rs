//! What the terminal shows. The card has the same order everywhere: what it does, the exact command, what it affects,
//! as whom, the way back, the difference, what to do next.

use kubechat_audit::Entry;
use kubechat_chat::view::{DiffView, PermissionView, ResultView, TargetView, UndoView, rfc3339};
use kubechat_chat::{Error, Query, State};
use kubechat_kubectl::{Level, Refusal};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::open::OpenError;

/// Lines of a difference that a terminal shows.
const DIFF_LINES: usize = 40;

/// Lines about what else a change touches that a terminal shows.
const TOUCHES: usize = 12;

/// One JSON object.
pub fn json<T: Serialize>(object: &T) -> Exit {
    match serde_json::to_string(object) {
        Ok(text) => {
            println!("{text}");
            exit::DONE
        }
        Err(error) => {
            eprintln!("kubechat: {error}");
            exit::FAILED
        }
    }
}

/// The version.
pub fn version(global: &Global) {
    let version = env!("CARGO_PKG_VERSION");
    match global.output {
        Output::Json => println!("{}", json!({ "version": version })),
        Output::Text => println!("kubechat {version}"),
    }
}

/// The command line is wrong.
pub fn usage(message: &str) -> Exit {
    eprintln!("kubechat: {message}");
    exit::USAGE
}

/// Something did not work, before or beside a query.
pub fn failed(global: &Global, code: &str, message: &str) -> Exit {
    without_query(global, "failed", code, message);
    exit::FAILED
}

/// A command could not begin.
pub fn open_failed(global: &Global, error: &OpenError) -> Exit {
    match error {
        OpenError::Config(config) => {
            without_query(global, "failed", "configuration", &config.to_string());
            exit::USAGE
        }
        OpenError::Chain(error) => chain_failed(global, error),
        OpenError::Model(error) => {
            without_query(global, "failed", error.code(), &error.to_string());
            exit::USAGE
        }
    }
}

/// A step of the chain could not be taken.
pub fn chain_failed(global: &Global, error: &Error) -> Exit {
    let state = match error {
        Error::Expired(_) => "expired",
        Error::WrongHash(_) | Error::NotWaiting { .. } | Error::Confirm { .. } => "awaiting_approval",
        Error::Unmapped { .. } => "forbidden",
        _ => "failed",
    };
    without_query(global, state, error.code(), &error.to_string());
    exit::of_error(error)
}

/// A line that is no kubectl line.
pub fn refused(global: &Global, line: &str, refusal: &Refusal) -> Exit {
    match global.output {
        Output::Json => println!(
            "{}",
            json!({"query": null, "state": "refused", "command": line, "level": "refused",
                "reasons": [{"id": refusal.id, "text": refusal.message}],
                "error": {"code": refusal.id, "message": refusal.message}, "message": refusal.message})
        ),
        Output::Text => eprintln!("kubechat: {refusal}"),
    }
    exit::REFUSED
}

/// It ended well before there was a query.
pub fn nothing_done(global: &Global, message: &str) -> Exit {
    match global.output {
        Output::Json => println!("{}", json!({"query": null, "state": "succeeded", "message": message})),
        Output::Text => println!("{message}"),
    }
    exit::DONE
}

fn without_query(global: &Global, state: &str, code: &str, message: &str) {
    match global.output {
        Output::Json => println!(
            "{}",
            json!({"query": null, "state": state, "error": {"code": code, "message": message}, "message": message})
        ),
        Output::Text => eprintln!("kubechat: {message}"),
    }
}

/// A query and what came of it.
pub fn query(global: &Global, query: &Query) -> Exit {
    match global.output {
        Output::Json => {
            json(query);
        }
        Output::Text => text(query),
    }
    exit::of_query(query)
}

/// The end of a streamed answer: its pieces are printed already.
pub fn end_of_stream(global: &Global, query: &Query) -> Exit {
    match (global.output, &query.error) {
        (Output::Json, _) => {
            json(query);
        }
        (Output::Text, Some(error)) => eprintln!("kubechat: {}", error.message),
        (Output::Text, None) if query.investigation.is_some() => investigation(query),
        (Output::Text, None) => {}
    }
    exit::of_query(query)
}

/// What was found, each finding with the lines it rests on, and what may be done about it.
fn investigation(query: &Query) {
    println!("\n{}", query.message.as_deref().unwrap_or_default());
    let Some(found) = &query.investigation else { return };
    for claim in &found.claims {
        let guess = if claim.supported { "" } else { "  (a guess: nothing that was seen shows it)" };
        println!("- {}{guess}", claim.text);
        for evidence in &claim.evidence {
            println!("    {}, lines {}-{}:", evidence.command, evidence.first, evidence.last);
            for line in evidence.lines.iter().take(5) {
                println!("      {line}");
            }
        }
    }
    for fix in &found.fixes {
        println!("Proposed: {}\n    {}", fix.command, fix.why);
        match (fix.state, fix.query) {
            (State::AwaitingApproval, Some(id)) => println!("    Its preview: kubechat show {id}"),
            _ => println!("    {}", fix.message.as_deref().unwrap_or_default()),
        }
    }
}

fn text(query: &Query) {
    match query.state {
        State::AwaitingApproval => {
            card(query);
            how_to_approve(query);
        }
        State::Succeeded | State::PartlyDone => done(query),
        State::Answered | State::NeedsClarification => {
            if !query.diff.is_empty() {
                card(query);
            }
            println!("{}", query.message.as_deref().unwrap_or_default());
            for choice in &query.choices {
                println!("  {choice}");
            }
        }
        _ => {
            if let Some(result) = &query.result {
                print_result(result);
            }
            let message =
                query.message.as_deref().or(query.error.as_ref().map(|error| error.message.as_str()));
            eprintln!("{}: {}", word(query.state), message.unwrap_or("Nothing more is known."));
            grants(query);
            recorded(query);
        }
    }
}

fn done(query: &Query) {
    let steps = if query.steps.is_empty() { std::slice::from_ref(query) } else { &query.steps };
    if let Some(message) = &query.message {
        println!("{message}");
    }
    let mut changed = false;
    for step in steps {
        if steps.len() > 1 {
            println!("{}{}", practice(query), step.explanation.as_deref().unwrap_or_default());
        }
        if let Some(result) = &step.result {
            print_result(result);
        }
        if let Some(error) = &step.error {
            eprintln!("{}", error.message);
        }
        changed |= !step.diff.is_empty();
    }
    if changed {
        recorded(query);
        if query.undo.as_ref().is_some_and(|undo| undo.available) && query.state == State::Succeeded {
            println!("To take it back: kubechat undo {}", query.query);
        }
    }
}

fn recorded(query: &Query) {
    match (query.audit.intent, query.audit.outcome) {
        (Some(intent), Some(outcome)) => println!("Recorded as #{intent} and #{outcome}."),
        (None, Some(outcome)) => println!("Recorded as #{outcome}."),
        _ => {}
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Refused => "Refused",
        State::Forbidden => "Forbidden",
        State::Denied => "Denied",
        State::Voided => "Void",
        State::Expired => "Expired",
        State::Cancelled => "Cancelled",
        State::OutcomeUnknown => "Outcome unknown",
        _ => "Failed",
    }
}

fn practice(query: &Query) -> &'static str {
    if query.practice { "[practice] " } else { "" }
}

/// The preview.
pub fn card(query: &Query) {
    let level = match query.level {
        Some(Level::Safe) | None => "reads only",
        Some(Level::Warning) => "changes the cluster",
        Some(Level::Dangerous) => "DANGEROUS",
        Some(Level::Refused) => "refused",
    };
    println!("{}{}  ({level})", practice(query), query.explanation.as_deref().unwrap_or_default());
    if let Some(message) = &query.message {
        println!("{message}");
    }
    match &query.command {
        Some(command) => println!("  {command}"),
        None => query.steps.iter().filter_map(|step| step.command.as_ref()).enumerate().for_each(
            |(number, line)| {
                println!("  {}. {line}", number + 1);
            },
        ),
    }
    if let Some(filter) = &query.filter {
        row("Where", filter);
    }
    let place = |target: &TargetView| {
        target.namespace.iter().map(|namespace| format!(" in {namespace}")).collect::<String>()
    };
    let name = |target: &TargetView| format!("{} {}{}", target.kind, target.name, place(target));
    let names: Vec<String> = query.targets.iter().map(name).take(8).collect();
    let more = query.targets.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    row("Affects", &format!("{}{more}", names.join(", ")));
    let allowed: Vec<String> = query.permissions.iter().filter(|one| one.allowed).map(right).collect();
    let who = query.runs_as.as_deref().unwrap_or("you");
    row("Runs as", &format!("{who}, may {}", dedup(allowed).join(", ")));
    for reason in &query.reasons {
        row("Why", &reason.text);
    }
    touches(query);
    if let Some(UndoView { text, .. }) = &query.undo {
        row("Undo", text);
    }
    if let Some(unconfirmed) = &query.unconfirmed {
        row("Note", &format!("Not confirmed by the server: {unconfirmed}"));
    }
    for warning in &query.warnings {
        row("Warning", warning);
    }
    diff(&query.diff);
}

/// What it touches besides, without what is said already.
fn touches(query: &Query) {
    let Some(impact) = &query.impact else { return };
    let reverts = impact.reverts.iter().map(|revert| ("Note", revert.text.clone()));
    let mut lines: Vec<(&str, String)> = Vec::new();
    for (label, text) in impact.sentences().into_iter().map(|text| ("Touches", text)).chain(reverts) {
        let reason = query.reasons.iter().any(|reason| reason.text == text);
        if !reason && !lines.iter().any(|(_, said)| *said == text) {
            lines.push((label, text));
        }
    }
    lines.iter().take(TOUCHES).for_each(|(label, text)| row(label, text));
    if lines.len() > TOUCHES {
        println!("           … {} more; -o json has them all", lines.len() - TOUCHES);
    }
}

/// How missing rights can be had.
fn grants(query: &Query) {
    for (missing, grant) in query.forbidden.iter().filter_map(|one| Some((one, one.grant.as_ref()?))) {
        println!("{}:", right(missing));
        row("Needs", &grant.rule);
        row("Given by", &grant.roles.join(", "));
        let holders = grant.holders.as_ref().map(|holders| holders.join(", "));
        row("Held by", holders.as_deref().unwrap_or("not known: you may not read the bindings"));
    }
}

fn dedup(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list.dedup();
    list
}

fn right(permission: &PermissionView) -> String {
    let sub = permission.subresource.iter().map(|sub| format!("/{sub}")).collect::<String>();
    let place = permission.namespace.iter().map(|namespace| format!(" in {namespace}")).collect::<String>();
    format!("{} {}{sub}{place}", permission.verb, permission.resource)
}

fn row(label: &str, text: &str) {
    if !text.trim().is_empty() {
        println!("  {label:<8} {text}");
    }
}

fn diff(deltas: &[DiffView]) {
    let mut lines = Vec::new();
    let mut object = None;
    for delta in deltas {
        let name = match &delta.namespace {
            Some(namespace) => format!("{} in {namespace}", delta.object),
            None => delta.object.clone(),
        };
        if object.as_ref() != Some(&name) {
            lines.push(format!("  {name}"));
            object = Some(name);
        }
        let path = if delta.path.is_empty() { "(the whole object)" } else { &delta.path };
        lines.push(format!("    {path}"));
        for (sign, value) in [('-', &delta.before), ('+', &delta.after)] {
            if !value.is_null() {
                lines.extend(pretty(value).lines().map(|line| format!("      {sign} {line}")));
            }
        }
    }
    let hidden = lines.len().saturating_sub(DIFF_LINES);
    lines.iter().take(DIFF_LINES).for_each(|line| println!("{line}"));
    if hidden > 0 {
        println!("    … {hidden} more lines; -o json has them all");
    }
}

fn pretty(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) => serde_json::to_string_pretty(value).unwrap_or_default(),
        other => other.to_string(),
    }
}

fn how_to_approve(query: &Query) {
    let hash = query.approval_hash.as_deref().unwrap_or_default();
    let confirm = query.confirm.as_ref().map(|phrase| format!(" --confirm {phrase:?}")).unwrap_or_default();
    println!("Not run yet. To run exactly this:");
    println!("  kubechat approve {} --hash {hash}{confirm}", query.query);
    if let Some(until) = query.expires_at {
        println!("It is void if what would happen changes first, and expires at {}.", rfc3339(until));
    }
}

fn print_result(result: &ResultView) {
    if result.sections.is_empty() {
        table(&result.columns, &result.rows);
    }
    for section in &result.sections {
        table(&section.columns, &section.rows);
        println!();
    }
    if let Some(text) = &result.text {
        println!("{}", text.trim_end());
    }
    if result.truncated {
        println!("There is more than is shown: ask for less, or filter.");
    }
}

/// A cell as text.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => "<none>".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// As kubectl lays tables out: three spaces between columns.
fn table(columns: &[String], rows: &[Vec<Value>]) {
    if columns.is_empty() {
        return;
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let width = |at: usize| {
        let longest =
            cells.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max().unwrap_or(0);
        longest.max(columns.get(at).map_or(0, |name| name.chars().count()))
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |row: &[String]| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
        println!("{}", padded.join("   ").trim_end());
    };
    if columns.iter().any(|name| !name.is_empty()) {
        line(columns);
    }
    cells.iter().for_each(|row| line(row));
    if rows.is_empty() {
        println!("(none)");
    }
}

/// The list of queries.
pub fn queries(queries: &[Query]) {
    let rows: Vec<Vec<Value>> = queries
        .iter()
        .map(|query| {
            let said = query.request.clone().or_else(|| query.command.clone()).unwrap_or_default();
            let said: String = said.chars().take(70).collect();
            [query.query.to_string(), rfc3339(query.created_at), query.state.as_str().to_owned(), said]
                .into_iter()
                .map(Value::from)
                .collect()
        })
        .collect();
    table(&["QUERY", "WHEN", "STATE", "REQUEST"].map(str::to_owned), &rows);
}

/// One record of the audit log on one line.
pub fn record(entry: &Entry) {
    let Some(record) = &entry.record else {
        println!("#{:<6} (written by a later version)", entry.index);
        return;
    };
    let command = record.command.as_deref().unwrap_or("-").replace('\n', " ; ");
    println!(
        "#{:<6} {}  {:<28} {:<16} {:<10} {command}",
        entry.index,
        rfc3339(record.time),
        record.kind.name(),
        record.actor.user,
        record.level.as_deref().unwrap_or("-"),
    );
}
