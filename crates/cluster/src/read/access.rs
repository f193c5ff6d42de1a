//! `auth can-i`: what the API server lets the user do.

use kubechat_kubectl::plan::Show;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::authorize::Question;
use crate::error::Error;
use crate::session::Session;

impl Session {
    pub(super) async fn can_i(&self, show: &Show) -> Result<Answer, Error> {
        let Show::CanI { verb, resource, raw, subresource, name, namespace, list } = show else {
            return Err(Error::Unsupported { message: "this is no question about rights".to_owned() });
        };
        if *list {
            return self.rules(namespace.as_deref().unwrap_or(self.cluster.default_namespace())).await;
        }
        let (allowed, reason) = match (resource, raw.as_deref()) {
            (None, Some(path)) if path.starts_with('/') => {
                let attributes = json!({"path": path, "verb": verb});
                self.access_review(json!({"nonResourceAttributes": attributes})).await?
            }
            (resource, raw) => {
                let (group, plural) = match resource {
                    Some(resource) => (resource.group.clone(), resource.plural.clone()),
                    None => split(raw.unwrap_or("*")),
                };
                let namespaced = resource.as_ref().is_none_or(|resource| resource.namespaced);
                let question = Question {
                    verb: verb.clone(),
                    group,
                    resource: plural,
                    subresource: subresource.clone(),
                    namespace: namespace.clone().filter(|_| namespaced),
                    name: name.clone(),
                };
                let permission = self.may(&question).await?;
                (permission.allowed, permission.reason)
            }
        };
        let word = if allowed { "yes" } else { "no" };
        let text = if allowed || reason.is_empty() { word.to_owned() } else { format!("{word} - {reason}") };
        Ok(Answer { verdict: Some(allowed), ..Answer::text(text) })
    }

    async fn rules(&self, namespace: &str) -> Result<Answer, Error> {
        let body = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": namespace},
        });
        let review = self.review("authorization.k8s.io", "selfsubjectrulesreviews", body).await?;
        let status = &review["status"];
        let rules = |key: &str| status[key].as_array().cloned().unwrap_or_default();
        let mut rows: Vec<Vec<String>> = Vec::new();
        for rule in rules("resourceRules") {
            let groups = rule["apiGroups"].as_array().cloned().unwrap_or_default();
            for group in &groups {
                for resource in rule["resources"].as_array().into_iter().flatten() {
                    let (resource, group) =
                        (resource.as_str().unwrap_or_default(), group.as_str().unwrap_or_default());
                    let what = if group.is_empty() { resource.to_owned() } else { dotted(resource, group) };
                    rows.push(vec![
                        what,
                        "[]".to_owned(),
                        bracketed(&rule["resourceNames"]),
                        bracketed(&rule["verbs"]),
                    ]);
                }
            }
        }
        for rule in rules("nonResourceRules") {
            rows.push(vec![
                String::new(),
                bracketed(&rule["nonResourceURLs"]),
                "[]".to_owned(),
                bracketed(&rule["verbs"]),
            ]);
        }
        rows.sort();
        rows.dedup();
        let mut answer = Answer::table(&["RESOURCES", "NON-RESOURCE URLS", "RESOURCE NAMES", "VERBS"], rows);
        if status["incomplete"].as_bool() == Some(true) {
            let why = status["evaluationError"].as_str().unwrap_or("the authorizer can't list all rules");
            answer.notes.push(format!("The list may be incomplete: {why}."));
        }
        Ok(answer)
    }
}

/// `deployments.apps/scale` is written with the group before the subresource.
fn dotted(resource: &str, group: &str) -> String {
    match resource.split_once('/') {
        Some((resource, sub)) => format!("{resource}.{group}/{sub}"),
        None => format!("{resource}.{group}"),
    }
}

fn split(text: &str) -> (String, String) {
    match text.split_once('.') {
        Some((plural, group)) => (group.to_owned(), plural.to_owned()),
        None if text == "*" => ("*".to_owned(), "*".to_owned()),
        None => (String::new(), text.to_owned()),
    }
}

fn bracketed(list: &Value) -> String {
    let words: Vec<&str> = list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("[{}]", words.join(" "))
}
