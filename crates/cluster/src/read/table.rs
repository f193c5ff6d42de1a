//! Tables as the API server prints them, for custom resources too.

use kubechat_kubectl::jsonpath::JsonPath;
use kubechat_kubectl::plan::{Show, Targets};
use kubechat_kubectl::{Operation, Plan, Resource};
use serde_json::Value;

use super::{nothing, reads};
use crate::answer::{Answer, Column, Row, Section, object_ref};
use crate::client::Call;
use crate::error::Error;
use crate::path;
use crate::read::objects::wrong;
use crate::read::present;
use crate::session::{MAX_OBJECTS, PAGE, Session, subject};
use crate::sift::Sifter;

pub(crate) const ACCEPT: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// How a table is wanted.
pub(crate) struct Layout<'a> {
    pub wide: bool,
    pub labels: bool,
    pub label_columns: &'a [String],
    pub sort_by: Option<&'a str>,
    /// A leading column with the namespace.
    pub namespace: bool,
    /// Names as `deployment.apps/web`.
    pub qualified: bool,
}

impl<'a> Layout<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        let everywhere = plan.operations.iter().any(|op| {
            op.resource.namespaced && op.namespace.is_none() && matches!(op.targets, Targets::Selected { .. })
        });
        let kinds: std::collections::BTreeSet<String> =
            plan.operations.iter().map(|op| op.resource.qualified()).collect();
        let mut layout = Self {
            wide: false,
            labels: false,
            label_columns: &[],
            sort_by: None,
            namespace: everywhere,
            qualified: kinds.len() > 1,
        };
        if let Show::Table { wide, labels, label_columns, sort_by, kinds, .. } = &plan.show {
            layout.qualified |= *kinds;
            layout.wide = *wide;
            layout.labels = *labels;
            layout.label_columns = label_columns;
            layout.sort_by = sort_by.as_deref();
        }
        layout
    }
}

/// What a sequence of Table answers amounts to.
#[derive(Default)]
pub(crate) struct Raw {
    pub columns: Vec<Column>,
    pub rows: Vec<Value>,
    pub resource_version: String,
    pub truncated: bool,
    /// How many are left where it was cut; not known for a selection.
    pub left: Option<u64>,
}

impl Session {
    pub(super) async fn tables(&self, plan: &Plan) -> Result<Answer, Error> {
        let layout = Layout::of(plan);
        let all = reads(plan).map(|operation| {
            Box::pin(async move {
                let whole = plan.filter.is_some() || layout_needs_objects(plan);
                let mut raw = self.table(plan, operation, whole, MAX_OBJECTS).await?;
                let mut sifter = self.sifter(plan, operation).await?;
                raw.sift(sifter.as_mut())?;
                Ok::<_, Error>((operation, raw, sifter.and_then(|sifter| sifter.note())))
            })
        });
        let mut answer = Answer::default();
        for (operation, raw, note) in futures::future::try_join_all(all).await? {
            answer.truncated |= raw.truncated;
            answer.notes.extend(note);
            if raw.rows.is_empty() {
                continue;
            }
            let section = section(&operation.resource, raw, &layout)?;
            match answer.sections.iter_mut().find(|known| known.title == section.title) {
                Some(known) if known.columns == section.columns => known.rows.extend(section.rows),
                _ => answer.sections.push(section),
            }
        }
        if answer.sections.is_empty() {
            answer.text = Some(nothing(plan));
        }
        if !layout.qualified {
            answer.sections.iter_mut().for_each(|section| section.title = None);
        }
        Ok(answer)
    }

    /// Reads a table page by page, until it has at least as many rows as are wanted at most.
    pub(crate) async fn table(
        &self,
        plan: &Plan,
        operation: &Operation,
        whole: bool,
        most: usize,
    ) -> Result<Raw, Error> {
        let (resource, namespace) = (&operation.resource, operation.namespace.as_deref());
        let include = Some(if whole { "Object" } else { "Metadata" });
        let mut raw = Raw::default();
        match &operation.targets {
            Targets::Names(names) => {
                let sub = operation.subresource.as_deref();
                let reads = names.iter().map(|name| async move {
                    let url = path::object(resource, namespace, name, sub)?;
                    let url = path::with_query(&url, &[("includeObject", include)]);
                    let call =
                        Call::get(url, subject("get", resource, sub, namespace, Some(name))).accept(ACCEPT);
                    present(self.http().json(&self.caller, &call).await, plan.ignore_missing)
                });
                match futures::future::try_join_all(reads).await {
                    Ok(answers) => answers.into_iter().flatten().for_each(|answer| raw.take(answer)),
                    Err(error) => return Err(self.with_near_names(error, resource).await),
                }
            }
            Targets::Selected { labels, fields } => {
                let collection = path::collection(resource, namespace)?;
                let mut next: Option<String> = None;
                loop {
                    let query = [
                        ("includeObject", include),
                        ("limit", Some(PAGE)),
                        ("labelSelector", labels.as_deref()),
                        ("fieldSelector", fields.as_deref()),
                        ("continue", next.as_deref()),
                    ];
                    let call = Call::get(
                        path::with_query(&collection, &query),
                        subject("list", resource, None, namespace, None),
                    );
                    let answer = self.http().json(&self.caller, &call.accept(ACCEPT)).await?;
                    next = answer["metadata"]["continue"]
                        .as_str()
                        .filter(|token| !token.is_empty())
                        .map(str::to_owned);
                    raw.take(answer);
                    raw.truncated = next.is_some();
                    if next.is_none() || raw.rows.len() >= most {
                        break;
                    }
                }
            }
        }
        Ok(raw)
    }
}

fn layout_needs_objects(plan: &Plan) -> bool {
    matches!(&plan.show, Show::Table { sort_by: Some(_), .. })
}

impl Raw {
    /// Keeps the rows of objects that the filter is true for.
    pub fn sift(&mut self, sifter: Option<&mut Sifter>) -> Result<(), Error> {
        sifter.map_or(Ok(()), |sifter| sifter.keep(&mut self.rows, |row| &row["object"]))
    }

    /// Adds one answer; a server that prints no tables gives objects, which get a name and an age.
    pub fn take(&mut self, mut answer: Value) {
        answer["metadata"]["resourceVersion"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut self.resource_version);
        self.left = answer["metadata"]["remainingItemCount"].as_u64();
        if answer["kind"] == "Table" {
            if let Some(columns) =
                answer["columnDefinitions"].as_array().filter(|columns| !columns.is_empty())
            {
                self.columns = columns.iter().map(column).collect();
            }
            if let Some(Value::Array(rows)) = answer.get_mut("rows").map(Value::take) {
                self.rows.extend(rows);
            }
            return;
        }
        self.columns = vec![Column::text("NAME"), Column::text("CREATED AT")];
        let objects = match answer.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            _ => vec![answer],
        };
        self.rows.extend(objects.into_iter().map(|object| {
            let metadata = &object["metadata"];
            serde_json::json!({"cells": [metadata["name"], metadata["creationTimestamp"]], "object": object})
        }));
    }
}

fn column(definition: &Value) -> Column {
    Column {
        name: definition["name"].as_str().unwrap_or_default().to_uppercase(),
        kind: definition["type"].as_str().unwrap_or("string").to_owned(),
        priority: definition["priority"]
            .as_i64()
            .and_then(|priority| i32::try_from(priority).ok())
            .unwrap_or(0),
    }
}

/// The table in the layout that was asked for.
pub(crate) fn section(resource: &Resource, mut raw: Raw, layout: &Layout<'_>) -> Result<Section, Error> {
    if let Some(expression) = layout.sort_by {
        sort(&mut raw.rows, expression)?;
    }
    let shown: Vec<usize> =
        (0..raw.columns.len()).filter(|index| layout.wide || raw.columns[*index].priority == 0).collect();
    let namespace = layout.namespace && resource.namespaced;
    let mut columns: Vec<Column> = Vec::new();
    if namespace {
        columns.push(Column::text("NAMESPACE"));
    }
    columns.extend(shown.iter().map(|index| raw.columns[*index].clone()));
    columns.extend(
        layout
            .label_columns
            .iter()
            .map(|label| Column::text(&label.rsplit('/').next().unwrap_or(label).to_uppercase())),
    );
    if layout.labels {
        columns.push(Column::text("LABELS"));
    }
    let rows = raw.rows.iter().map(|row| cells(resource, row, &shown, namespace, layout)).collect();
    Ok(Section { title: Some(resource.qualified()), columns, rows })
}

fn cells(resource: &Resource, row: &Value, shown: &[usize], namespace: bool, layout: &Layout<'_>) -> Row {
    let metadata = &row["object"]["metadata"];
    let mut cells = Vec::with_capacity(shown.len() + 2);
    if namespace {
        cells.push(metadata["namespace"].clone());
    }
    for (place, index) in shown.iter().enumerate() {
        let cell = row["cells"][*index].clone();
        cells.push(match cell.as_str() {
            Some(name) if place == 0 && layout.qualified => Value::from(qualified(resource, name)),
            _ => cell,
        });
    }
    let labels = &metadata["labels"];
    cells.extend(
        layout.label_columns.iter().map(|label| Value::from(labels[label].as_str().unwrap_or_default())),
    );
    if layout.labels {
        cells.push(Value::from(labels_text(labels)));
    }
    Row { cells, object: object_ref(resource, metadata) }
}

/// `deployment.apps/web`.
pub(crate) fn qualified(resource: &Resource, name: &str) -> String {
    let dot = if resource.group.is_empty() { "" } else { "." };
    format!("{}{dot}{}/{name}", resource.singular, resource.group)
}

/// `a=b,c=d`.
pub(crate) fn labels_text(labels: &Value) -> String {
    let pairs: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
}

fn sort(rows: &mut Vec<Value>, expression: &str) -> Result<(), Error> {
    let path = JsonPath::relaxed(expression).map_err(|reason| wrong(expression, reason))?;
    let mut keyed: Vec<(Key, Value)> = Vec::new();
    for row in rows.drain(..) {
        let found = path.first(&row["object"]).map_err(|reason| wrong(expression, reason))?;
        keyed.push((Key::of(found), row));
    }
    keyed.sort_by(|(left, _), (right, _)| left.order(right));
    rows.extend(keyed.into_iter().map(|(_, row)| row));
    Ok(())
}

/// Numbers and quantities by size, the rest by text; what has no value comes first.
enum Key {
    None,
    Number(f64),
    Text(String),
}

impl Key {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let rank = |key: &Self| match key {
            Self::None => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
        };
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            _ => rank(self).cmp(&rank(other)),
        }
    }

    fn of(value: Option<Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::None,
            Some(Value::Number(number)) => Self::Number(number.as_f64().unwrap_or(0.0)),
            Some(Value::String(text)) => match crate::quantity::parse(&text) {
                Some(number) => Self::Number(number),
                None => Self::Text(text),
            },
            Some(other) => Self::Text(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pods() -> Resource {
        Resource { kind: "Pod".into(), ..crate::names::simple("", "pods", true) }
    }

    fn raw() -> Raw {
        let mut raw = Raw::default();
        raw.take(json!({"kind": "Table", "metadata": {"resourceVersion": "9"},
            "columnDefinitions": [{"name": "Name", "type": "string", "priority": 0}, {"name": "Node", "type": "string", "priority": 1}],
            "rows": [{"cells": ["b", "n1"], "object": {"metadata": {"name": "b", "namespace": "shop", "uid": "u", "labels": {"app": "web"}}, "spec": {"n": 10}}},
                     {"cells": ["a", "n2"], "object": {"metadata": {"name": "a", "namespace": "shop"}, "spec": {"n": 9}}}]}));
        raw
    }

    fn layout() -> Layout<'static> {
        Layout {
            wide: false,
            labels: false,
            label_columns: &[],
            sort_by: None,
            namespace: false,
            qualified: false,
        }
    }

    #[test]
    fn columns_of_low_priority_need_wide() {
        let narrow = section(&pods(), raw(), &layout()).unwrap();
        assert_eq!(narrow.columns.len(), 1);
        let wide = section(&pods(), raw(), &Layout { wide: true, ..layout() }).unwrap();
        assert_eq!(wide.rows[0].cells, [json!("b"), json!("n1")]);
        let mut bare = narrow;
        bare.behead();
        assert_eq!((bare.columns[0].name.as_str(), bare.rows.len()), ("", 2));
        assert_eq!(wide.rows[0].object.as_ref().unwrap().uid.as_deref(), Some("u"));
    }

    #[test]
    fn labels_namespaces_and_order_are_added() {
        let columns = ["app".to_owned()];
        let wanted = Layout {
            namespace: true,
            labels: true,
            qualified: true,
            label_columns: &columns,
            sort_by: Some(".spec.n"),
            ..layout()
        };
        let section = section(&pods(), raw(), &wanted).unwrap();
        let names: Vec<&str> = section.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["NAMESPACE", "NAME", "APP", "LABELS"]);
        assert_eq!(section.rows[0].cells, [json!("shop"), json!("pod/a"), json!(""), json!("<none>")]);
        assert_eq!(section.rows[1].cells[3], "app=web");
    }

    #[test]
    fn a_server_without_tables_still_gives_names() {
        let mut raw = Raw::default();
        raw.take(json!({"kind": "FooList", "items": [{"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}}]}));
        assert_eq!(section(&pods(), raw, &layout()).unwrap().rows[0].cells[0], "x");
    }
}
