//! Namespaces, and what is set aside in them.

use jiff::Timestamp;
use serde_json::Value;

use super::generic::{conditions, word};
use super::outline::Outline;
use super::state::{State, condition, lingering, why};
use super::workload::troubles;
use super::{Described, allowed};
use crate::error::Error;
use crate::names::simple;
use crate::quantity::of;
use crate::session::Session;

impl Session {
    pub(super) async fn describe_namespace(
        &self,
        namespace: &Value,
        now: Timestamp,
    ) -> Result<Described, Error> {
        let name = word(&namespace["metadata"]["name"]);
        let list =
            async |plural: &str| allowed(self.list(&simple("", plural, true), Some(&name), None, None).await);
        let pods = list("pods").await?;
        let quotas = list("resourcequotas").await?;
        let limits = list("limitranges").await?;
        let mut state = of_namespace(namespace, now);
        for quota in quotas.iter().flatten() {
            let name = word(&quota["metadata"]["name"]);
            used_up(quota).into_iter().for_each(|text| state.wrong(format!("Quota {name}: {text}")));
        }
        troubles(pods.as_deref().unwrap_or_default(), &mut state, now);
        let mut out = Outline::default();
        match &pods {
            Some(pods) => out.field("Pods", pods.len().to_string()),
            None => out.field("Pods", "<not shown: you may not list pods>"),
        }
        match quotas {
            None => out.field("Quotas", "<not shown: you may not list resourcequotas>"),
            Some(quotas) if quotas.is_empty() => {}
            Some(quotas) => {
                let rows = quotas.iter().flat_map(|quota| {
                    let name = word(&quota["metadata"]["name"]);
                    usage(quota).into_iter().map(move |row| [vec![name.clone()], row].concat())
                });
                out.table("Quotas", &["Quota", "Resource", "Used", "Hard"], rows.collect());
            }
        }
        let rows: Vec<Vec<String>> = limits.iter().flatten().flat_map(limit_rows).collect();
        if !rows.is_empty() {
            let columns = ["Range", "Type", "Resource", "Min", "Max", "Default request", "Default limit"];
            out.table("Limit Ranges", &columns, rows);
        }
        conditions(&mut out, namespace);
        Ok(Described { state, body: out })
    }
}

/// A namespace that does not go says what keeps it.
fn of_namespace(namespace: &Value, now: Timestamp) -> State {
    let mut state = State::new(word(&namespace["status"]["phase"]));
    for kind in [
        "NamespaceDeletionDiscoveryFailure",
        "NamespaceDeletionGroupVersionParsingFailure",
        "NamespaceDeletionContentFailure",
        "NamespaceContentRemaining",
        "NamespaceFinalizersRemaining",
    ] {
        if let Some(one) = condition(namespace, kind).filter(|one| one["status"] == "True") {
            state.wrong(why(one));
        }
    }
    if state.problems.is_empty() {
        lingering(namespace, now).into_iter().for_each(|text| state.wrong(text));
    }
    state
}

/// A quota by itself.
pub(super) fn quota(quota: &Value, now: Timestamp) -> Described {
    let mut state = State::default();
    used_up(quota).into_iter().for_each(|text| state.wrong(text));
    lingering(quota, now).into_iter().for_each(|text| state.wrong(text));
    let mut out = Outline::default();
    let scopes: Vec<String> = quota["spec"]["scopes"].as_array().into_iter().flatten().map(word).collect();
    if !scopes.is_empty() {
        out.field("Scopes", scopes.join(", "));
    }
    out.table("Usage", &["Resource", "Used", "Hard"], usage(quota));
    Described { state, body: out }
}

fn usage(quota: &Value) -> Vec<Vec<String>> {
    let status = &quota["status"];
    let hard = status["hard"].as_object().or(quota["spec"]["hard"].as_object()).into_iter().flatten();
    hard.map(|(resource, limit)| vec![resource.clone(), word(&status["used"][resource]), word(limit)])
        .collect()
}

fn used_up(quota: &Value) -> Vec<String> {
    let status = &quota["status"];
    let hard = status["hard"].as_object().into_iter().flatten();
    let full = |(resource, limit): (&String, &Value)| {
        let used = &status["used"][resource];
        (used.is_string() && of(used) >= of(limit))
            .then(|| format!("{resource} is used up, {} of {}.", word(used), word(limit)))
    };
    hard.filter_map(full).collect()
}

fn limit_rows(range: &Value) -> Vec<Vec<String>> {
    let name = word(&range["metadata"]["name"]);
    let mut rows = Vec::new();
    for limit in range["spec"]["limits"].as_array().into_iter().flatten() {
        let parts = ["min", "max", "defaultRequest", "default"];
        let resources: std::collections::BTreeSet<&String> =
            parts.iter().filter_map(|part| limit[*part].as_object()).flat_map(|map| map.keys()).collect();
        for resource in resources {
            let mut row = vec![name.clone(), word(&limit["type"]), resource.clone()];
            row.extend(parts.iter().map(|part| word(&limit[*part][resource])));
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_quota_that_is_used_up_is_told() {
        let object = json!({"metadata": {"name": "q"}, "spec": {}, "status": {"hard": {"pods": "3", "requests.cpu": "2", "secrets": "5"}, "used": {"pods": "3", "requests.cpu": "1900m"}}});
        let described = quota(&object, Timestamp::UNIX_EPOCH);
        assert_eq!(described.state.problems, ["pods is used up, 3 of 3."]);
        let text = described.body.finish();
        assert!(text.contains("requests.cpu  1900m  2"), "{text}");
    }

    #[test]
    fn a_namespace_that_does_not_go_says_what_is_left() {
        let namespace = json!({"metadata": {"deletionTimestamp": "1970-01-01T00:00:00Z"}, "status": {"phase": "Terminating", "conditions": [
            {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: widgets.test has 1 resource instances"},
            {"type": "NamespaceDeletionContentFailure", "status": "False"}]}});
        let state = of_namespace(&namespace, Timestamp::from_second(60).unwrap());
        assert_eq!(state.word, "Terminating");
        assert_eq!(state.problems, ["Some resources are remaining: widgets.test has 1 resource instances"]);
    }
}
