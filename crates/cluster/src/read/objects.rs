//! Whole objects: JSON, YAML, names, JSONPath templates and columns of one's own.

use kubechat_kubectl::go::{kyaml, sprint};
use kubechat_kubectl::go_template::GoTemplate;
use kubechat_kubectl::jsonpath::JsonPath;
use kubechat_kubectl::plan::{Show, Targets, Template};
use kubechat_kubectl::{Plan, apply};
use serde::Serialize;
use serde_json::{Value, json};

use super::table::qualified;
use super::{nothing, reads};
use crate::answer::{Answer, Column, Row, Section, object_ref};
use crate::error::Error;
use crate::session::Session;

impl Session {
    pub(super) async fn as_objects(&self, plan: &Plan) -> Result<Answer, Error> {
        let all = reads(plan).map(|operation| Box::pin(self.objects_of(plan, operation)));
        let fetched = futures::future::try_join_all(all).await?;
        let mut answer = Answer { truncated: fetched.iter().any(|part| part.truncated), ..Answer::default() };
        answer.notes.extend(fetched.iter().flat_map(|part| part.notes.clone()));
        match &plan.show {
            Show::Name => {
                let names = fetched.iter().flat_map(|part| {
                    part.items.iter().map(|item| {
                        qualified(&part.resource, item["metadata"]["name"].as_str().unwrap_or_default())
                    })
                });
                answer.text = Some(names.collect::<Vec<_>>().join("\n"));
            }
            Show::CustomColumns { columns } => {
                let relaxed = |path: &String| JsonPath::relaxed(path).map_err(|reason| wrong(path, reason));
                let paths: Vec<JsonPath> =
                    columns.iter().map(|(_, path)| relaxed(path)).collect::<Result<_, _>>()?;
                let items = fetched.iter().flat_map(|part| part.items.iter().map(move |item| (part, item)));
                let mut rows = Vec::new();
                for (part, item) in items {
                    let cells = paths.iter().zip(columns).map(|(path, (_, text))| {
                        path.all(item).map(|found| cell(&found)).map_err(|reason| wrong(text, reason))
                    });
                    let cells = cells.collect::<Result<_, Error>>()?;
                    rows.push(Row { cells, object: object_ref(&part.resource, &item["metadata"]) });
                }
                let columns = columns.iter().map(|(name, _)| Column::text(name)).collect();
                answer.text = rows.is_empty().then(|| nothing(plan));
                answer.sections = vec![Section { title: None, columns, rows }];
            }
            show => {
                let items = fetched.into_iter().flat_map(|part| part.items);
                let items: Vec<Value> = items.map(|item| plan_tidy(plan, item)).collect();
                let whole = shape(plan, &items);
                answer.text = Some(print(show, &whole)?);
                answer.objects = Some(items);
            }
        }
        Ok(answer)
    }
}

impl Session {
    /// What each object was last applied as.
    pub(super) async fn last_applied(&self, plan: &Plan, json: bool) -> Result<Answer, Error> {
        let all = reads(plan).map(|operation| Box::pin(self.objects_of(plan, operation)));
        let fetched = futures::future::try_join_all(all).await?;
        let show = if json { Show::Json } else { Show::Yaml };
        let mut texts = Vec::new();
        for item in fetched.iter().flat_map(|part| &part.items) {
            let noted =
                apply::last_applied(item).map_err(|error| Error::Manifest { message: error.to_string() })?;
            let noted = noted.ok_or_else(|| Error::Manifest {
                message: format!(
                    "{} {} has no note of what was last applied: it was not made with `kubectl apply`.",
                    item["kind"].as_str().unwrap_or_default(),
                    item["metadata"]["name"].as_str().unwrap_or_default()
                ),
            })?;
            texts.push(print(&show, &noted)?);
        }
        Ok(Answer::text(texts.join(if json { "\n" } else { "---\n" })))
    }
}

/// Objects that nobody read, one after the other.
pub(super) fn written(objects: &[Value], form: &Show) -> Result<Answer, Error> {
    let parts = objects.iter().map(|object| print(form, object)).collect::<Result<Vec<_>, _>>()?;
    let between = if *form == Show::Yaml { "---\n" } else { "\n" };
    Ok(Answer::text(parts.join(between)))
}

fn cell(found: &[Value]) -> Value {
    let found: Vec<String> = found.iter().map(sprint).collect();
    Value::from(if found.is_empty() { "<none>".to_owned() } else { found.join(",") })
}

/// A template that can't be used, or doesn't fit what it met.
pub(crate) fn wrong(expression: &str, message: String) -> Error {
    Error::Expression { expression: expression.to_owned(), message }
}

/// One object that was named alone stands for itself, everything else is a List.
fn shape(plan: &Plan, items: &[Value]) -> Value {
    let alone = match reads(plan).map(|operation| &operation.targets).collect::<Vec<_>>().as_slice() {
        [Targets::Names(names)] => names.len() == 1,
        _ => false,
    };
    match items {
        [one] if alone => one.clone(),
        _ => json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}),
    }
}

/// One object as it is asked for.
pub(crate) fn print(show: &Show, whole: &Value) -> Result<String, Error> {
    match show {
        Show::JsonPath(Template { template, strict }) => JsonPath::parse(template)
            .and_then(|path| path.render(whole, !strict))
            .map_err(|error| wrong(template, error)),
        Show::JsonPathAsJson(Template { template, strict }) => JsonPath::parse(template)
            .and_then(|path| path.render_json(whole, !strict))
            .map_err(|error| wrong(template, error)),
        Show::GoTemplate(Template { template, strict }) => GoTemplate::parse(template)
            .and_then(|parsed| parsed.render(whole, !strict))
            .map_err(|error| wrong(template, error)),
        Show::Kyaml => Ok(kyaml(whole)),
        Show::Yaml => Ok(kubechat_yaml::write(whole)),
        _ => {
            let mut out = Vec::new();
            let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
            let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
            whole
                .serialize(&mut serializer)
                .map_err(|error| Error::Invalid { message: error.to_string() })?;
            Ok(String::from_utf8_lossy(&out).into_owned())
        }
    }
}

/// The object, with who owns which field where that is asked for.
pub(crate) fn plan_tidy(plan: &Plan, object: Value) -> Value {
    if plan.managed_fields { object } else { tidy(object) }
}

/// Without what nobody asks for: which tool wrote which field.
pub(crate) fn tidy(mut object: Value) -> Value {
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        metadata.remove("managedFields");
    }
    object
}
