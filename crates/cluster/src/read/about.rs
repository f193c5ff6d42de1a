//! Answers about the cluster itself: its kinds, versions and addresses, and who asks.

use kubechat_kubectl::Resource;

use crate::answer::Answer;
use crate::error::Error;
use crate::session::Session;

impl Session {
    pub(super) async fn api_resources(
        &self,
        namespaced: Option<bool>,
        group: Option<&str>,
        output: Option<&str>,
    ) -> Result<Answer, Error> {
        let catalog = self.catalog().await?;
        let wanted = |resource: &&Resource| {
            namespaced.is_none_or(|namespaced| resource.namespaced == namespaced)
                && group.is_none_or(|group| resource.group == group)
        };
        let mut found: Vec<&Resource> = catalog.resources.iter().filter(wanted).collect();
        found.sort_by(|left, right| (&left.group, &left.plural).cmp(&(&right.group, &right.plural)));
        if output == Some("name") {
            return Ok(Answer::text(
                found.iter().map(|resource| resource.qualified()).collect::<Vec<_>>().join("\n"),
            ));
        }
        let wide = output == Some("wide");
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

    pub(super) async fn api_versions(&self) -> Result<Answer, Error> {
        let catalog = self.catalog().await?;
        let versions: std::collections::BTreeSet<String> =
            catalog.resources.iter().map(Resource::api_version).collect();
        Ok(Answer::text(versions.into_iter().collect::<Vec<_>>().join("\n")))
    }

    pub(super) async fn versions(&self) -> Result<Answer, Error> {
        let server = self.cluster.version().await?;
        Ok(Answer::text(format!("KubeChat: v{}\nServer: {server}", env!("CARGO_PKG_VERSION"))))
    }

    pub(super) async fn who_am_i(&self) -> Result<Answer, Error> {
        let user = self.whoami().await?;
        let groups = user.groups.join(", ");
        Ok(Answer::table(
            &["ATTRIBUTE", "VALUE"],
            vec![vec!["Username".to_owned(), user.username], vec!["Groups".to_owned(), groups]],
        ))
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
