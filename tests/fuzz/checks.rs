//! What must hold for every text that a person can hand to one of our small languages. Fuzzing and `make test` share it.

use std::sync::LazyLock;

use jiff::Timestamp;
use kubechat_kubectl::go_template::GoTemplate;
use kubechat_kubectl::jsonpath::JsonPath;
use kubechat_kubectl::{Attachments, Level, Where, classify::classify_with};
use serde_json::{Value, json};

/// Something of everything: lists, numbers, nulls, quantities, times.
static POD: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web", "a.b/c": ""},
            "creationTimestamp": "2026-01-02T03:04:05Z"},
        "spec": {"nodeName": null, "priority": -3, "ratio": 1.5e300, "most": i64::MAX, "containers": [
            {"name": "app", "image": "nginx:1", "resources": {"limits": {"cpu": "250m", "memory": "1Gi"}}},
            {"name": "side", "image": "b\u{fffd}\u{1f600}", "ports": [{"containerPort": 80}, {"containerPort": 443}]},
        ]},
        "status": {"phase": "Running", "containerStatuses": [{"restartCount": 7, "ready": true}, {}]},
    })
});

/// A JSONPath template is read and filled in, or refused with a reason; never a panic.
pub fn jsonpath(text: &str) {
    let said = |reason: String| assert!(!reason.is_empty(), "{text:?}");
    match JsonPath::parse(text) {
        Ok(path) => {
            for allow_missing in [true, false] {
                let _ = path.render(&POD, allow_missing).map_err(said);
                let _ = path.render_json(&POD, allow_missing).map_err(said);
            }
        }
        Err(reason) => said(reason),
    }
    if let Ok(path) = JsonPath::relaxed(text) {
        let (all, first) = (path.all(&POD), path.first(&POD));
        if let (Ok(all), Ok(first)) = (all, first) {
            assert_eq!(all.first(), first.as_ref(), "{text:?}");
        }
    }
}

/// A filter is read and answered, or refused in a sentence; what was read is kept to the letter.
pub fn filter(text: &str) {
    match Where::parse(text) {
        Ok(filter) => {
            let stored = serde_json::to_value(&filter).and_then(serde_json::from_value::<Where>);
            assert_eq!(stored.ok().as_ref(), Some(&filter), "{text:?}");
            let mut sieve = filter.sieve(Timestamp::UNIX_EPOCH);
            let once = sieve.keeps(&POD, Some(&POD)).map_err(|error| error.to_string());
            let again = sieve.keeps(&POD, Some(&POD)).map_err(|error| error.to_string());
            assert_eq!(once, again, "{text:?}");
        }
        Err(refusal) => assert!(refusal.message.len() > 10, "{text:?}"),
    }
}

/// A manifest is judged by what it holds and never safe, or refused.
pub fn manifest(text: &str) {
    let attached = Attachments::from([("-".to_owned(), text.to_owned())]);
    for line in
        ["kubectl apply -f -", "kubectl create -f -", "kubectl replace --force -f -", "kubectl delete -f -"]
    {
        let judged = classify_with(line, &attached);
        assert_ne!(judged.level, Level::Safe, "{line} {text:?}");
    }
    let tried = classify_with("kubectl apply --dry-run=server -f -", &attached);
    assert!(tried.level != Level::Dangerous, "{text:?}");
}

/// A Go template is read and filled in, or refused with a reason; never a panic, never without an end.
pub fn go_template(text: &str) {
    let said = |reason: String| assert!(!reason.is_empty(), "{text:?}");
    match GoTemplate::parse(text) {
        Ok(template) => {
            for allow_missing in [true, false] {
                let _ = template.render(&POD, allow_missing).map_err(said);
            }
        }
        Err(reason) => said(reason),
    }
}
