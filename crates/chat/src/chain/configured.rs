//! What is configured, from one start of a server to the next: a change of it is a record before it takes effect.

use kubechat_audit::{Actor, EventKind, Record};
use serde_json::{Value, json};

use super::Chain;
use crate::{Error, hash};

impl Chain {
    /// Records which of policy, clusters and settings are not as they were at the last start. The settings must not hold
    /// secrets.
    pub async fn record_configuration(&self, settings: Value) -> Result<(), Error> {
        let cluster = |one: &crate::Connected| json!({ "id": one.cluster.id(), "context": one.cluster.context(), "server": one.cluster.server() });
        let clusters: Vec<Value> = self.inner.clusters.all().iter().map(cluster).collect();
        let parts = [
            (EventKind::PolicyChanged, "policy", json!(self.inner.policy)),
            (EventKind::ClusterChanged, "clusters", json!(clusters)),
            (EventKind::SettingChanged, "settings", settings),
        ];
        for (kind, name, value) in parts {
            let after = hash::of(&value);
            let before = self.inner.queries.configured(name).await?;
            if before.as_ref() == Some(&after) {
                continue;
            }
            let mut record = Record::new(kind, Actor::new("system", "serve"));
            record.data = json!({ "before": before, "after": after, name: value });
            let index = self.record(record).await?;
            self.inner.queries.set_configured(name, &after, index).await?;
        }
        Ok(())
    }
}
