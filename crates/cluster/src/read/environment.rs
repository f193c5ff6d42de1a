//! The environment of containers as `set env --list` prints it.

use kubechat_kubectl::Plan;
use kubechat_kubectl::verbs::set_containers::matches;
use serde_json::Value;

use super::{nothing, reads};
use crate::answer::Answer;
use crate::error::Error;
use crate::session::Session;

impl Session {
    pub(super) async fn environment(&self, plan: &Plan, container: Option<&str>) -> Result<Answer, Error> {
        let mut lines = Vec::new();
        let mut answer = Answer::default();
        for operation in reads(plan) {
            let fetched = self.objects_of(plan, operation).await?;
            answer.truncated |= fetched.truncated;
            answer.notes.extend(fetched.notes);
            for item in &fetched.items {
                environment(item, &fetched.resource.kind, container, &mut lines);
            }
        }
        answer.text = Some(if lines.is_empty() { nothing(plan) } else { lines.join("\n") });
        Ok(answer)
    }
}

fn environment(object: &Value, kind: &str, wanted: Option<&str>, lines: &mut Vec<String>) {
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
            lines.push(match &variable["valueFrom"] {
                Value::Null => format!("{name}={}", text(&variable["value"])),
                from => format!("# {name} from {}", origin(from)),
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
