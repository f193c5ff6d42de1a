//! Documentation of fields, from the OpenAPI documents that the cluster serves.

use kubechat_kubectl::Resource;
use serde_json::Value;

use crate::answer::Answer;
use crate::cluster::own;
use crate::error::Error;
use crate::session::Session;
use crate::trail::Caller;

impl Session {
    pub(super) async fn explain(
        &self,
        resource: &Resource,
        path: &[String],
        recursive: bool,
    ) -> Result<Answer, Error> {
        let document = self.openapi(resource).await?;
        let schemas = &document["components"]["schemas"];
        let mut schema = kind_schema(schemas, resource)
            .ok_or_else(|| Error::UnknownResource { resource: resource.qualified() })?;
        let mut field: Option<(&str, &Value)> = None;
        for name in path {
            let Some(found) = properties(schemas, schema).and_then(|fields| fields.get(name)) else {
                return Err(unknown_field(schemas, schema, resource, path, name));
            };
            field = Some((name, found));
            schema = inner(schemas, found);
        }
        let mut text = String::new();
        if !resource.group.is_empty() {
            text.push_str(&format!("GROUP:      {}\n", resource.group));
        }
        text.push_str(&format!("KIND:       {}\nVERSION:    {}\n\n", resource.kind, resource.version));
        if let Some((name, value)) = field {
            text.push_str(&format!("FIELD: {name} <{}>\n\n", type_name(schemas, value)));
        }
        let said = field.map(|(_, value)| description(schemas, value)).filter(|said| !said.is_empty());
        let said = said.unwrap_or_else(|| schema["description"].as_str().unwrap_or("<empty>").to_owned());
        text.push_str(&format!("DESCRIPTION:\n{}\n", wrap(&said, 4)));
        if properties(schemas, schema).is_some_and(|fields| !fields.is_empty()) {
            text.push_str("\nFIELDS:\n");
            fields(schemas, schema, recursive, 1, &mut text);
        }
        Ok(Answer::text(text.trim_end().to_owned()))
    }

    /// Read with KubeChat's own account, as discovery is.
    async fn openapi(&self, resource: &Resource) -> Result<Value, Error> {
        let index = self.http().json(&Caller::OWN, &own("/openapi/v3")).await?;
        let root = if resource.group.is_empty() { "api" } else { "apis" };
        let key = format!("{root}/{}", resource.api_version());
        match index["paths"][&key]["serverRelativeURL"].as_str() {
            Some(url) => self.http().json(&Caller::OWN, &own(url)).await,
            None => Err(Error::UnknownResource { resource: resource.qualified() }),
        }
    }
}

fn kind_schema<'a>(schemas: &'a Value, resource: &Resource) -> Option<&'a Value> {
    schemas.as_object()?.values().find(|schema| {
        schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten().any(|gvk| {
            gvk["kind"] == *resource.kind
                && gvk["group"] == *resource.group
                && gvk["version"] == *resource.version
        })
    })
}

/// The schema that a reference, an allOf, a list or a map leads to.
fn inner<'a>(schemas: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    // Longer chains than this are no documentation any more.
    for _ in 0..16 {
        if let Some(name) = value["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            value = &schemas[name];
        } else if let Some(only) = value["allOf"].as_array().and_then(|list| list.first()) {
            value = only;
        } else if value["items"].is_object() {
            value = &value["items"];
        } else if value["additionalProperties"].is_object() {
            value = &value["additionalProperties"];
        } else {
            break;
        }
    }
    value
}

fn properties<'a>(schemas: &'a Value, schema: &'a Value) -> Option<&'a serde_json::Map<String, Value>> {
    inner(schemas, schema)["properties"].as_object()
}

fn type_name(schemas: &Value, value: &Value) -> String {
    if let Some(name) = value["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        let kind = schemas[name]["type"].as_str().unwrap_or("Object");
        return if kind == "object" {
            name.rsplit('.').next().unwrap_or(name).to_owned()
        } else {
            kind.to_owned()
        };
    }
    if let Some(only) = value["allOf"].as_array().and_then(|list| list.first()) {
        return type_name(schemas, only);
    }
    if value["items"].is_object() {
        return format!("[]{}", type_name(schemas, &value["items"]));
    }
    if value["additionalProperties"].is_object() {
        return format!("map[string]{}", type_name(schemas, &value["additionalProperties"]));
    }
    match value["type"].as_str() {
        Some("object") => "Object".to_owned(),
        Some(kind) => kind.to_owned(),
        None => "Object".to_owned(),
    }
}

fn description(schemas: &Value, value: &Value) -> String {
    value["description"]
        .as_str()
        .or_else(|| inner(schemas, value)["description"].as_str())
        .unwrap_or_default()
        .to_owned()
}

fn fields(schemas: &Value, schema: &Value, recursive: bool, depth: usize, text: &mut String) {
    let schema = inner(schemas, schema);
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, value) in schema["properties"].as_object().into_iter().flatten() {
        let must = if required.contains(&name.as_str()) { " -required-" } else { "" };
        let indent = "  ".repeat(depth);
        text.push_str(&format!("{indent}{name}\t<{}>{must}\n", type_name(schemas, value)));
        if recursive && depth < 12 {
            fields(schemas, value, recursive, depth + 1, text);
        } else if !recursive {
            text.push_str(&format!("{}\n\n", wrap(&description(schemas, value), 4)));
        }
    }
}

/// Lines of at most 80 characters, indented.
fn wrap(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.len() + word.len() + indent >= 80 {
                lines.push(format!("{pad}{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(if line.is_empty() { String::new() } else { format!("{pad}{line}") });
    }
    lines.join("\n")
}

fn unknown_field(schemas: &Value, schema: &Value, resource: &Resource, path: &[String], name: &str) -> Error {
    let known: Vec<&String> =
        properties(schemas, schema).into_iter().flatten().map(|(name, _)| name).collect();
    let mut near: Vec<&String> =
        known.iter().copied().filter(|other| strsim::jaro_winkler(name, other) > 0.8).collect();
    near.truncate(3);
    let near = near.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let hint = if near.is_empty() { String::new() } else { format!("; did you mean {near}") };
    Error::Expression {
        expression: format!("{}.{}", resource.singular, path.join(".")),
        message: format!("there is no field \"{name}\"{hint}"),
    }
}
