//! Objects written down: the YAML and JSON that came with a command.

use std::collections::{BTreeMap, HashSet};
use std::hash::Hasher;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub(crate) use kubechat_kustomize::labels::selects;
use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::plan::Context;
use crate::refusal::Refusal;
use crate::select::{Scope, check_name};
use crate::source::Source;

pub(crate) mod kustomized;

/// The texts that came with a command, by the names that it gives them; `-` is standard input.
pub type Attachments = BTreeMap<String, String>;

/// What stands before the base64 of an attached file that is not text.
pub const BYTES: &str = "data:application/octet-stream;base64,";

/// Objects that one command may bring.
const MOST: usize = 1_000;

/// One object as it is written down, and where.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    /// `web.yaml, line 12`.
    pub place: String,
    /// The object.
    pub value: Value,
}

/// One object with the type that it is of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    /// Where it is written down.
    pub place: String,
    /// Its type, in the version that it names.
    pub resource: Resource,
    /// Its namespace; absent for cluster-scoped types.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The object, with the namespace filled in.
    pub body: Value,
}

/// The line and the manifest of a text whose first line is one kubectl command that reads standard input (`-f -`).
pub fn inline(text: &str) -> Option<(&str, String)> {
    let (line, rest) = text.trim_start().split_once('\n')?;
    let line = line.trim();
    let command = crate::Command::parse(line).ok()?;
    if !command.sources().iter().any(|place| place.path == "-") || rest.trim().is_empty() {
        return None;
    }
    let trimmed = rest.trim();
    let fenced = trimmed.strip_prefix("```").and_then(|inner| {
        let (_, inner) = inner.split_once('\n')?;
        inner.strip_suffix("```")
    });
    Some((line, fenced.unwrap_or(rest).to_owned()))
}

/// What a source holds, document by document.
pub(crate) fn read(source: &Source, attachments: &Attachments) -> Result<Vec<Document>, Refusal> {
    let mut documents = Vec::new();
    for file in &source.files {
        let texts = texts_of(file, source.recursive, attachments);
        if texts.is_empty() {
            return Err(source.refusal());
        }
        for (name, text) in texts {
            documents.extend(parse(name, text)?);
        }
    }
    if let Some(folder) = &source.kustomize {
        documents = kustomized::documents(folder, attachments)?;
    }
    if documents.is_empty() {
        return Err(Refusal::new("bad-manifest", format!("{} holds no objects.", source.phrase())));
    }
    if documents.len() > MOST {
        let text = format!("{} holds more than {MOST} objects; apply them in parts.", source.phrase());
        return Err(Refusal::new("bad-manifest", text));
    }
    Ok(documents)
}

/// The texts behind a file or folder, in the order of their names.
pub(crate) fn texts_of<'a>(
    file: &str,
    recursive: bool,
    attachments: &'a Attachments,
) -> Vec<(&'a str, &'a str)> {
    let plain = |name: &str| name.trim_start_matches("./").trim_end_matches('/').to_owned();
    let wanted = plain(file);
    let inside = |name: &str| {
        let rest = plain(name);
        let rest = if wanted.is_empty() || wanted == "." {
            Some(rest.as_str())
        } else {
            rest.strip_prefix(&wanted).and_then(|rest| rest.strip_prefix('/'))
        }
        .map(str::to_owned);
        rest.is_some_and(|rest| recursive || !rest.contains('/'))
    };
    let exact = attachments.iter().find(|(name, _)| plain(name) == wanted);
    match exact {
        Some((name, text)) => vec![(name.as_str(), text.as_str())],
        None if file == "-" => Vec::new(),
        None => attachments
            .iter()
            .filter(|(name, _)| name.as_str() != "-" && inside(name))
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect(),
    }
}

/// The text of an attachment that a flag names, such as `--patch-file`.
pub(crate) fn text_of<'a>(file: &str, attachments: &'a Attachments) -> Option<&'a str> {
    texts_of(file, false, attachments).first().map(|(_, text)| *text)
}

/// The bytes that an attachment stands for.
pub(crate) fn bytes_of(name: &str, text: &str) -> Result<Vec<u8>, Refusal> {
    match text.strip_prefix(BYTES) {
        None => Ok(text.as_bytes().to_vec()),
        Some(encoded) => STANDARD.decode(encoded.trim()).map_err(|_| {
            let text = format!(
                "What is attached as {name} begins with `{BYTES}`, but no base64 follows. Correct it."
            );
            Refusal::new("bad-value", text)
        }),
    }
}

/// The attachment that stands for a file with these bytes.
pub fn attachment_of(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) if !text.starts_with(BYTES) => text,
        Ok(text) => format!("{BYTES}{}", STANDARD.encode(text)),
        Err(error) => format!("{BYTES}{}", STANDARD.encode(error.as_bytes())),
    }
}

/// Every object in a text; lists are taken apart.
pub(crate) fn parse(name: &str, text: &str) -> Result<Vec<Document>, Refusal> {
    let shown = if name == "-" { "standard input" } else { name };
    let parts = kubechat_yaml::documents(text, kubechat_yaml::Dialect::Words)
        .map_err(|wrong| bad(&format!("{shown}, line {}", wrong.line), &wrong.message))?;
    let mut documents = Vec::new();
    for (line, value) in parts {
        flatten(Document { place: format!("{shown}, line {line}"), value }, &mut documents)?;
    }
    Ok(documents)
}

fn bad(place: &str, text: &str) -> Refusal {
    Refusal::new("bad-manifest", format!("{place}: {text}"))
}

fn flatten(document: Document, found: &mut Vec<Document>) -> Result<(), Refusal> {
    match &document.value {
        Value::Null => Ok(()),
        Value::Object(map) => match map.get("items") {
            Some(Value::Array(items)) if is_list(&document.value) => {
                for (at, item) in items.iter().enumerate() {
                    let place = format!("{}, item {}", document.place, at + 1);
                    flatten(Document { place, value: item.clone() }, found)?;
                }
                Ok(())
            }
            _ => {
                found.push(document);
                Ok(())
            }
        },
        _ => Err(bad(
            &document.place,
            "this is not an object; a manifest begins with `apiVersion:` and `kind:`.",
        )),
    }
}

fn is_list(value: &Value) -> bool {
    value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"))
}

/// The objects that a command is about, each with its type, namespace and name.
pub(crate) fn objects(
    source: &Source,
    labels: Option<&str>,
    scope: &Scope,
    ctx: &Context<'_>,
) -> Result<Vec<Written>, Refusal> {
    let mut documents = read(source, ctx.attachments)?;
    documents.retain(|document| labels.is_none_or(|labels| selects(labels, &document.value)));
    if documents.is_empty() {
        let text = format!("No object in {} has these labels.", source.phrase());
        return Err(Refusal::new("no-objects", text));
    }
    typed(documents, scope, ctx)
}

/// Each document with its type, namespace and name.
pub(crate) fn typed(
    documents: Vec<Document>,
    scope: &Scope,
    ctx: &Context<'_>,
) -> Result<Vec<Written>, Refusal> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for document in documents {
        let written = written(document, scope, ctx, found.len())?;
        let resource = &written.resource;
        if !seen.insert((resource.qualified(), written.namespace.clone(), written.name.clone())) {
            let text = format!(
                "{} {} stands in the manifest twice; leave one of them out.",
                resource.kind, written.name
            );
            return Err(bad(&written.place, &text));
        }
        found.push(written);
    }
    Ok(found)
}

fn written(document: Document, scope: &Scope, ctx: &Context<'_>, at: usize) -> Result<Written, Refusal> {
    let Document { place, value: mut body } = document;
    let resource = resource_of(&place, &body, ctx)?;
    if !body.get("metadata").is_none_or(Value::is_object) {
        return Err(bad(&place, "`metadata` is not an object; write `metadata: {name: …}`."));
    }
    let name = name_of(&place, &mut body, ctx, at)?;
    check_name(&name).map_err(|refusal| bad(&place, &refusal.message))?;
    let namespace = namespace_of(&place, &mut body, &resource, scope, ctx)?;
    Ok(Written { place, resource, namespace, name, body })
}

fn resource_of(place: &str, body: &Value, ctx: &Context<'_>) -> Result<Resource, Refusal> {
    let text = |key: &str| match body.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.as_str()),
        _ => Err(bad(place, &format!("`{key}` is missing; every object says its apiVersion and kind."))),
    };
    let (version, kind) = (text("apiVersion")?, text("kind")?);
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let of_kind = |resource: &&Resource| resource.group == group && resource.kind.eq_ignore_ascii_case(kind);
    match ctx.catalog.resources.iter().find(of_kind) {
        Some(resource) => Ok(Resource { version: version.to_owned(), ..resource.clone() }),
        None => {
            let dot = if group.is_empty() { "" } else { "." };
            let whose = if ctx.catalog.discovered { "The cluster has" } else { "Kubernetes itself has" };
            let word = kind.to_lowercase();
            Err(Refusal::new(
                "unknown-kind",
                format!(
                    "{whose} no type `{word}{dot}{group}` ({place}). Correct apiVersion and kind, or install the type first."
                ),
            ))
        }
    }
}

/// The object's name. Where the server would draw one (`generateName`) it is drawn here, so that what is approved is
/// what is made.
fn name_of(place: &str, body: &mut Value, ctx: &Context<'_>, at: usize) -> Result<String, Refusal> {
    let text = |key: &str| {
        body.pointer(&format!("/metadata/{key}")).and_then(Value::as_str).filter(|text| !text.is_empty())
    };
    if let Some(name) = text("name") {
        return Ok(name.to_owned());
    }
    let Some(prefix) = text("generateName") else {
        return Err(bad(place, "`metadata.name` is missing; give the object a name."));
    };
    let name = format!("{prefix}{}", suffix(&format!("{} {at} {body}", ctx.now)));
    body["metadata"]["name"] = name.clone().into();
    Ok(name)
}

/// Five letters as the API server draws them.
fn suffix(seed: &str) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(seed.as_bytes());
    let mut number = hasher.finish();
    let letters = LETTERS.len() as u64;
    let mut text = String::new();
    for _ in 0..5 {
        text.push(char::from(LETTERS[usize::try_from(number % letters).unwrap_or(0)]));
        number /= letters;
    }
    text
}

fn namespace_of(
    place: &str,
    body: &mut Value,
    resource: &Resource,
    scope: &Scope,
    ctx: &Context<'_>,
) -> Result<Option<String>, Refusal> {
    if !resource.namespaced {
        return Ok(None);
    }
    let own = body.pointer("/metadata/namespace").and_then(Value::as_str).filter(|name| !name.is_empty());
    if let (Some(own), Some(asked)) = (own, &scope.namespace)
        && own != asked
    {
        let text = format!(
            "the object says namespace {own}, but the command says `-n {asked}`; make them the same, or leave one out."
        );
        return Err(Refusal::new("namespace-conflict", format!("{place}: {text}")));
    }
    let namespace = own.map_or_else(|| scope.name(ctx), str::to_owned);
    check_name(&namespace).map_err(|refusal| bad(place, &refusal.message))?;
    if !body["metadata"].is_object() {
        body["metadata"] = json!({});
    }
    body["metadata"]["namespace"] = namespace.clone().into();
    Ok(Some(namespace))
}
