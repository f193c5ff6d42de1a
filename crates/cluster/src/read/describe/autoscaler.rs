//! Autoscalers: what they measure, and what keeps them from scaling.

use jiff::Timestamp;
use serde_json::Value;

use super::Described;
use super::generic::{conditions, word};
use super::outline::Outline;
use super::state::{State, condition, lingering, why};
use crate::quantity::age;

pub(super) fn describe(scaler: &Value, now: Timestamp) -> Described {
    let (spec, status) = (&scaler["spec"], &scaler["status"]);
    let target = &spec["scaleTargetRef"];
    let mut out = Outline::default();
    out.field("Scales", format!("{}/{}", word(&target["kind"]), word(&target["name"])));
    let least = spec["minReplicas"].as_i64().unwrap_or(1);
    out.field("Replicas", format!("{least} to {}", word(&spec["maxReplicas"])));
    if let Some(time) = status["lastScaleTime"].as_str() {
        out.field("Last Scaled", format!("{} ago", age(Some(time), now)));
    }
    let wanted = spec["metrics"].as_array().into_iter().flatten();
    let current = status["currentMetrics"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = wanted.map(|metric| {
        let (name, target) = (name_of(metric), &part(metric)["target"]);
        let found = current.iter().find(|one| name_of(one) == name);
        let now = found.map_or("<unknown>".to_owned(), |one| amount(&part(one)["current"]));
        vec![name, now, amount(target)]
    });
    out.table("Metrics", &["Metric", "Current", "Target"], rows.collect());
    conditions(&mut out, scaler);
    Described { state: state(scaler, now), body: out }
}

fn state(scaler: &Value, now: Timestamp) -> State {
    let (spec, status) = (&scaler["spec"], &scaler["status"]);
    let number = |key: &str| status[key].as_i64().unwrap_or(0);
    let mut state =
        State::new(format!("{} replicas, {} wanted", number("currentReplicas"), number("desiredReplicas")));
    for kind in ["AbleToScale", "ScalingActive"] {
        if let Some(one) = condition(scaler, kind).filter(|one| one["status"] == "False") {
            // An object that is scaled to zero is left alone on purpose.
            if one["reason"] == "ScalingDisabled" {
                state.word.push_str(", switched off while there are zero replicas");
            } else {
                state.wrong(why(one));
            }
        }
    }
    let limited = condition(scaler, "ScalingLimited").filter(|one| one["status"] == "True");
    if limited.is_some_and(|one| one["reason"] == "TooManyReplicas") {
        state.wrong(format!(
            "It would take more replicas than its maximum of {}.",
            word(&spec["maxReplicas"])
        ));
    }
    lingering(scaler, now).into_iter().for_each(|text| state.wrong(text));
    state
}

/// The part of a metric that its type names: `Resource` in `resource`, `ContainerResource` in `containerResource`.
fn part(metric: &Value) -> &Value {
    let kind = metric["type"].as_str().unwrap_or_default();
    let mut letters = kind.chars();
    let key = letters.next().map(|first| first.to_ascii_lowercase().to_string() + letters.as_str());
    &metric[key.unwrap_or_default()]
}

/// `cpu`, `cpu of container app`, `requests_per_second of Ingress/main`.
fn name_of(metric: &Value) -> String {
    let part = part(metric);
    let name = part["name"].as_str().or(part["metric"]["name"].as_str()).unwrap_or_default();
    let of = match (part["container"].as_str(), part["describedObject"].as_object()) {
        (Some(container), _) => format!(" of container {container}"),
        (None, Some(object)) => format!(" of {}/{}", word(&object["kind"]), word(&object["name"])),
        (None, None) => String::new(),
    };
    format!("{name}{of}")
}

fn amount(value: &Value) -> String {
    if let Some(percent) = value["averageUtilization"].as_i64() {
        return format!("{percent}%");
    }
    match (&value["averageValue"], &value["value"]) {
        (Value::Null, Value::Null) => "<unknown>".to_owned(),
        (Value::Null, total) => word(total),
        (each, _) => format!("{} on average", word(each)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metrics_stand_beside_their_targets() {
        let scaler = json!({"metadata": {}, "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 2, "maxReplicas": 5, "metrics": [
            {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}},
            {"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"averageValue": "100"}}}]},
            "status": {"currentReplicas": 5, "desiredReplicas": 5, "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 93}}}],
                "conditions": [{"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas"}, {"type": "ScalingActive", "status": "False", "message": "no metrics"}]}});
        let described = describe(&scaler, Timestamp::UNIX_EPOCH);
        assert_eq!(described.state.word, "5 replicas, 5 wanted");
        assert_eq!(
            described.state.problems,
            ["no metrics", "It would take more replicas than its maximum of 5."]
        );
        let text = described.body.finish();
        for part in
            ["cpu     93%        80%", "rps     <unknown>  100 on average", "2 to 5", "Deployment/web"]
        {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
