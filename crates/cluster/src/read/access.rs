//! `auth can-i`: what the API server lets the user do.

use kubechat_kubectl::plan::Show;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::authorize::Question;
use crate::error::Error;
use crate::session::Session;

impl Session {
    pub(super) async fn can_i(&self, show: &Show) -> Result<Answer, Error> {
        let Show::CanI { verb, resource, raw, subresource, name, namespace, list, quiet } = show else {
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
        if *quiet {
            return Ok(Answer { verdict: Some(allowed), ..Answer::default() });
        }
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
        let columns = ["RESOURCES", "NON-RESOURCE URLS", "RESOURCE NAMES", "VERBS"];
        let mut answer = Answer::table(&columns, Rule::all(status).iter().map(Rule::row).collect());
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

/// What may be done with one resource, with one object of it by name, or with one path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rule {
    group: String,
    resource: String,
    name: Option<String>,
    path: Option<String>,
    verbs: Vec<String>,
}

impl Rule {
    /// The rules of a review taken apart, what is about the same resource put together again, in kubectl's order.
    fn all(status: &Value) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let rules = |key: &str| status[key].as_array().cloned().unwrap_or_default();
        for rule in rules("resourceRules") {
            let names: Vec<Option<String>> = match words(&rule["resourceNames"]) {
                names if names.is_empty() => vec![None],
                names => names.into_iter().map(Some).collect(),
            };
            for group in words(&rule["apiGroups"]) {
                for resource in words(&rule["resources"]) {
                    for name in &names {
                        let (group, resource, name) = (group.clone(), resource.clone(), name.clone());
                        let one = Self { group, resource, name, path: None, verbs: Vec::new() };
                        one.join(words(&rule["verbs"]), &mut all);
                    }
                }
            }
        }
        for rule in rules("nonResourceRules") {
            for path in words(&rule["nonResourceURLs"]) {
                let verbs = words(&rule["verbs"]).into_iter();
                let one = |verb| Self { path: Some(path.clone()), verbs: vec![verb], ..Self::default() };
                all.extend(verbs.map(one));
            }
        }
        all.sort_by_cached_key(Self::key);
        all
    }

    fn join(self, verbs: Vec<String>, all: &mut Vec<Self>) {
        let same = |known: &&mut Self| {
            (&known.group, &known.resource, &known.name, &known.path)
                == (&self.group, &self.resource, &self.name, &self.path)
        };
        match all.iter_mut().find(same) {
            Some(known) => {
                let new: Vec<String> = verbs.into_iter().filter(|verb| !known.verbs.contains(verb)).collect();
                known.verbs.extend(new);
            }
            None => all.push(Self { verbs, ..self }),
        }
    }

    /// The rule as Go writes it, by which kubectl sorts.
    fn key(&self) -> String {
        let path = self.path.clone().unwrap_or_default();
        let (groups, names) = (&self.group, self.name.clone().unwrap_or_default());
        format!(
            "Verbs:[{}],APIGroups:[{groups}],Resources:[{}],ResourceNames:[{names}],NonResourceURLs:[{path}]",
            self.verbs.join(" "),
            self.resource
        )
    }

    fn row(&self) -> Vec<String> {
        let what =
            if self.group.is_empty() { self.resource.clone() } else { dotted(&self.resource, &self.group) };
        let list = |one: &Option<String>| format!("[{}]", one.clone().unwrap_or_default());
        vec![what, list(&self.path), list(&self.name), format!("[{}]", self.verbs.join(" "))]
    }
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_taken_apart_and_put_together_by_resource() {
        let status = json!({"resourceRules": [
            {"verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments/scale"]},
            {"verbs": ["create", "get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a", "b"]},
            {"verbs": ["list"], "apiGroups": ["apps"], "resources": ["deployments/scale"]}],
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/version"]}]});
        let rows: Vec<String> = Rule::all(&status).iter().map(|rule| rule.row().join(" ")).collect();
        assert_eq!(
            rows,
            [
                "pods [] [a] [create get]",
                "pods [] [b] [create get]",
                "deployments.apps/scale [] [] [get list]",
                " [/healthz] [] [get]",
                " [/version] [] [get]",
            ]
        );
    }
}
