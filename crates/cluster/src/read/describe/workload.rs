//! Deployments and the other kinds that keep pods.

use jiff::Timestamp;
use kubechat_kubectl::Resource;
use serde_json::Value;

use super::generic::{conditions, pairs, word};
use super::outline::Outline;
use super::pod;
use crate::error::Error;
use crate::names::simple;
use crate::read::logs::selector;
use crate::session::Session;

impl Session {
    pub(super) async fn describe_workload(
        &self,
        out: &mut Outline,
        resource: &Resource,
        object: &Value,
    ) -> Result<(), Error> {
        let (spec, status) = (&object["spec"], &object["status"]);
        let chosen = selector(&spec["selector"]);
        out.field("Selector", chosen.as_deref().unwrap_or_default());
        let number = |key: &str| status[key].as_i64().unwrap_or(0);
        if resource.plural == "daemonsets" {
            let (wanted, current) = (number("desiredNumberScheduled"), number("currentNumberScheduled"));
            let (updated, available) = (number("updatedNumberScheduled"), number("numberAvailable"));
            out.field(
                "Pods",
                format!("{wanted} desired | {current} current | {updated} updated | {available} available"),
            );
        } else {
            let wanted = spec["replicas"].as_i64().unwrap_or(1);
            let (all, updated) = (number("replicas"), number("updatedReplicas"));
            let (available, missing) = (number("availableReplicas"), number("unavailableReplicas"));
            out.field("Replicas", format!("{wanted} desired | {updated} updated | {all} total | {available} available | {missing} unavailable"));
        }
        let strategy =
            [&spec["strategy"], &spec["updateStrategy"]].into_iter().find(|strategy| strategy.is_object());
        if let Some(strategy) = strategy {
            out.field("Strategy", word(&strategy["type"]));
            let rolling = pairs(&strategy["rollingUpdate"], ": ");
            if !rolling.is_empty() {
                out.field("Rolling Update", rolling.join(", "));
            }
        }
        let template = &spec["template"];
        out.section("Pod Template", |out| {
            out.list("Labels", &pairs(&template["metadata"]["labels"], "="));
            out.maybe("Service Account", template["spec"]["serviceAccountName"].as_str());
            for (title, list) in [("Init Containers", "initContainers"), ("Containers", "containers")] {
                let found = template["spec"][list].as_array().map(Vec::as_slice).unwrap_or_default();
                if !found.is_empty() {
                    out.section(title, |out| {
                        found.iter().for_each(|container| {
                            pod::container(out, container, None, Timestamp::UNIX_EPOCH);
                        });
                    });
                }
            }
        });
        conditions(out, object);
        if resource.plural == "deployments" {
            self.replica_sets(out, object, chosen.as_deref()).await?;
        }
        Ok(())
    }

    async fn replica_sets(
        &self,
        out: &mut Outline,
        object: &Value,
        selector: Option<&str>,
    ) -> Result<(), Error> {
        let metadata = &object["metadata"];
        let listed = match self
            .list(&simple("apps", "replicasets", true), metadata["namespace"].as_str(), selector, None)
            .await
        {
            Ok(listed) => listed.items,
            Err(error) if error.is_forbidden() => {
                out.field("ReplicaSets", "<not shown: you may not list replicasets>");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let owned = |set: &&Value| {
            set["metadata"]["ownerReferences"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|owner| owner["uid"] == metadata["uid"])
        };
        let revision = |set: &Value| {
            word(&set["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
                .parse::<i64>()
                .unwrap_or(0)
        };
        let mut sets: Vec<&Value> = listed.iter().filter(owned).collect();
        sets.sort_by_key(|set| std::cmp::Reverse(revision(set)));
        let rows = sets.into_iter().map(|set| {
            let ready = format!(
                "{}/{}",
                set["status"]["readyReplicas"].as_i64().unwrap_or(0),
                word(&set["spec"]["replicas"])
            );
            vec![word(&set["metadata"]["name"]), revision(set).to_string(), ready]
        });
        out.table("ReplicaSets", &["Name", "Revision", "Ready"], rows.collect());
        Ok(())
    }
}
