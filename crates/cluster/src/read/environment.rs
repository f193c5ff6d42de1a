//! The environment of containers as `set env --list` prints it.

use std::collections::{BTreeMap, BTreeSet};

use kubechat_kubectl::verbs::set_containers::matches;
use kubechat_kubectl::{Plan, Resource};
use serde_json::Value;

use super::{nothing, reads};
use crate::answer::Answer;
use crate::error::Error;
use crate::session::Session;

mod resolve;

use resolve::{Sources, value};

impl Session {
    pub(super) async fn environment(
        &self,
        plan: &Plan,
        container: Option<&str>,
        resolve: bool,
    ) -> Result<Answer, Error> {
        let mut lines = Vec::new();
        let mut answer = Answer::default();
        let mut sources = Sources::default();
        let mut objects: Vec<(Resource, Value)> = Vec::new();
        for operation in reads(plan) {
            let fetched = self.objects_of(plan, operation).await?;
            answer.truncated |= fetched.truncated;
            answer.notes.extend(fetched.notes);
            // A plan that resolves nothing reads nothing but what it is about.
            if resolve && sources.take(&fetched.resource, &fetched.items) {
                continue;
            }
            objects.extend(fetched.items.into_iter().map(|item| (fetched.resource.clone(), item)));
        }
        let sources = resolve.then_some(&sources);
        let mut unknown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (resource, object) in &objects {
            environment(object, &resource.kind, (container, sources), &mut lines, &mut unknown);
        }
        let note = |(why, names): (String, BTreeSet<String>)| {
            let names: Vec<String> = names.into_iter().collect();
            format!("The value of {} is not known: {why}.", names.join(", "))
        };
        answer.notes.extend(unknown.into_iter().map(note));
        answer.text = Some(if lines.is_empty() { nothing(plan) } else { lines.join("\n") });
        Ok(answer)
    }
}

/// The lines of one object; why values could not be found, with the variables that want them.
fn environment(
    object: &Value,
    kind: &str,
    (wanted, sources): (Option<&str>, Option<&Sources>),
    lines: &mut Vec<String>,
    unknown: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let spec = match kind {
        "Pod" => &object["spec"],
        "CronJob" => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        _ => &object["spec"]["template"]["spec"],
    };
    let lists = ["containers", "initContainers"].iter().filter_map(|list| spec[*list].as_array());
    for container in lists.flatten() {
        let name = text(&container["name"]);
        if !wanted.is_none_or(|pattern| matches(pattern, &name)) {
            continue;
        }
        lines.push(format!("# {kind} {}, container {name}", text(&object["metadata"]["name"])));
        for variable in container["env"].as_array().into_iter().flatten() {
            let name = text(&variable["name"]);
            let from = &variable["valueFrom"];
            let found = match (from, sources) {
                (Value::Null, _) => Some(text(&variable["value"])),
                (_, None) => None,
                (from, Some(sources)) => match value(from, object, container, sources) {
                    Ok(value) => Some(value),
                    Err(why) => {
                        unknown.entry(why).or_default().insert(name.clone());
                        None
                    }
                },
            };
            lines.push(match found {
                Some(value) => format!("{name}={value}"),
                None => format!("# {name} from {}", origin(from)),
            });
        }
    }
}

/// Where a value comes from, never the value.
fn origin(from: &Value) -> String {
    let word = |key: &str, field: &str| from[key][field].as_str().unwrap_or_default().to_owned();
    if from["configMapKeyRef"].is_object() {
        format!("configmap {}, key {}", word("configMapKeyRef", "name"), word("configMapKeyRef", "key"))
    } else if from["secretKeyRef"].is_object() {
        format!("secret {}, key {}", word("secretKeyRef", "name"), word("secretKeyRef", "key"))
    } else if from["fieldRef"].is_object() {
        format!("field path {}", word("fieldRef", "fieldPath"))
    } else if from["resourceFieldRef"].is_object() {
        let container = word("resourceFieldRef", "containerName");
        let container = if container.is_empty() { container } else { format!("{container}/") };
        format!("resource field {container}{}", word("resourceFieldRef", "resource"))
    } else {
        "invalid valueFrom".to_owned()
    }
}
