//! Answers about the cluster itself: its kinds, versions and addresses, and who asks.

use std::collections::{BTreeMap, BTreeSet};

use kubechat_kubectl::Resource;
use kubechat_kubectl::go::sprint;
use kubechat_kubectl::plan::Show;
use serde_json::{Value, json};

use super::objects::{print, tidy};
use crate::answer::Answer;
use crate::cluster::own;
use crate::error::Error;
use crate::session::Session;
use crate::trail::Caller;

impl Session {
    pub(super) async fn api_resources(&self, show: &Show) -> Result<Answer, Error> {
        let Show::ApiResources { namespaced, group, output, verbs, categories, sort_by } = show else {
            return Err(Error::Unsupported { message: "this is no question about types".to_owned() });
        };
        let catalog = self.catalog().await?;
        let wanted = |resource: &&Resource| {
            namespaced.is_none_or(|namespaced| resource.namespaced == namespaced)
                && group.as_ref().is_none_or(|group| resource.group == *group)
                && verbs.iter().all(|verb| resource.verbs.contains(verb))
                && categories.iter().all(|category| resource.categories.contains(category))
        };
        let mut found: Vec<&Resource> = catalog.resources.iter().filter(wanted).collect();
        let by = |resource: &Resource| match sort_by.as_deref() {
            Some("name") => resource.plural.clone(),
            Some("kind") => resource.kind.clone(),
            _ => resource.group.clone(),
        };
        found.sort_by_key(|resource| (by(resource), resource.plural.clone()));
        if output.as_deref() == Some("name") {
            return Ok(Answer::text(
                found.iter().map(|resource| resource.qualified()).collect::<Vec<_>>().join("\n"),
            ));
        }
        let whole = match output.as_deref() {
            Some("json") => Some(Show::Json),
            Some("yaml") => Some(Show::Yaml),
            _ => None,
        };
        if let Some(form) = whole {
            return Ok(Answer::text(print(&form, &resource_list(&found))?));
        }
        let wide = output.as_deref() == Some("wide");
        let rows = found.into_iter().map(|resource| {
            let mut cells = vec![
                resource.plural.clone(),
                resource.short_names.join(","),
                resource.api_version(),
                resource.namespaced.to_string(),
                resource.kind.clone(),
            ];
            if wide {
                cells.extend([resource.verbs.join(","), resource.categories.join(",")]);
            }
            cells
        });
        let columns = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "VERBS", "CATEGORIES"];
        Ok(Answer::table(if wide { &columns } else { &columns[..5] }, rows.collect()))
    }

    /// Also the versions that have no kind of their own.
    pub(super) async fn api_versions(&self) -> Result<Answer, Error> {
        let groups = self.http().json(&Caller::OWN, &own("/apis")).await?;
        let versions = groups["groups"].as_array().into_iter().flatten();
        let versions = versions.flat_map(|group| group["versions"].as_array().into_iter().flatten());
        let mut all: BTreeSet<String> =
            versions.filter_map(|version| version["groupVersion"].as_str().map(str::to_owned)).collect();
        all.insert("v1".to_owned());
        Ok(Answer::text(all.into_iter().collect::<Vec<_>>().join("\n")))
    }

    pub(super) async fn versions(&self, client: bool, form: Option<&Show>) -> Result<Answer, Error> {
        let own_version = format!("v{}", env!("CARGO_PKG_VERSION"));
        let server = if client { None } else { Some(self.cluster.server_version().await?) };
        if let Some(form) = form {
            let mut versions = json!({"clientVersion": {"gitVersion": own_version}});
            if let Some(server) = server {
                versions["serverVersion"] = server;
            }
            return Ok(Answer::text(print(form, &versions)?));
        }
        let server = server.and_then(|server| Some(format!("\nServer: {}", server["gitVersion"].as_str()?)));
        Ok(Answer::text(format!("KubeChat: {own_version}{}", server.unwrap_or_default())))
    }

    pub(super) async fn who_am_i(&self, form: Option<&Show>) -> Result<Answer, Error> {
        let review = self.self_review().await?;
        if let Some(form) = form {
            return Ok(Answer::text(print(form, &tidy(review))?));
        }
        let user = &review["status"]["userInfo"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut rows = vec![vec!["Username".to_owned(), text(&user["username"])]];
        if user["uid"].as_str().is_some_and(|uid| !uid.is_empty()) {
            rows.push(vec!["UID".to_owned(), text(&user["uid"])]);
        }
        if user["groups"].is_array() {
            rows.push(vec!["Groups".to_owned(), sprint(&user["groups"])]);
        }
        let extra: BTreeMap<&String, &Value> = user["extra"].as_object().into_iter().flatten().collect();
        rows.extend(extra.into_iter().map(|(key, value)| vec![format!("Extra: {key}"), sprint(value)]));
        Ok(Answer::table(&["ATTRIBUTE", "VALUE"], rows))
    }

    pub(super) async fn cluster_info(&self) -> Result<Answer, Error> {
        let server = self.cluster.server();
        let mut lines = vec![format!("Kubernetes control plane is running at {server}")];
        let services = self.resource("services").await?;
        let label = Some("kubernetes.io/cluster-service=true");
        let mut answer = Answer::default();
        match self.list(&services, Some("kube-system"), label, None).await {
            Ok(listed) => lines.extend(listed.items.iter().filter_map(|service| {
                let name = service["metadata"]["name"].as_str()?;
                Some(format!(
                    "{name} is running at {server}/api/v1/namespaces/kube-system/services/{name}/proxy"
                ))
            })),
            Err(error) if error.is_forbidden() => {
                answer.notes.push("Services of kube-system are not shown: you may not list them.".to_owned());
            }
            Err(error) => return Err(error),
        }
        answer.text = Some(lines.join("\n"));
        Ok(answer)
    }
}

/// Types as the API itself lists them; what is empty is left out, as it does.
fn resource_list(resources: &[&Resource]) -> Value {
    let one = |resource: &&Resource| {
        let mut listed = json!({
            "name": resource.plural, "singularName": resource.singular, "namespaced": resource.namespaced,
            "kind": resource.kind, "verbs": resource.verbs, "version": resource.version,
        });
        if !resource.group.is_empty() {
            listed["group"] = json!(resource.group);
        }
        for (key, names) in [("shortNames", &resource.short_names), ("categories", &resource.categories)] {
            if !names.is_empty() {
                listed[key] = json!(names);
            }
        }
        listed
    };
    let resources: Vec<Value> = resources.iter().map(one).collect();
    json!({"apiVersion": "v1", "kind": "APIResourceList", "groupVersion": "", "resources": resources})
}
