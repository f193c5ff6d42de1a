//! Takes away what the server draws anew for each object, so that the rest can be compared.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

/// Drawn or counted by the server.
const DRAWN: [&str; 9] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "managedFields",
    "generation",
    "observedGeneration",
    "nodeName",
    "podCIDR",
    // The zone of the node that a pod is on.
    "topology.kubernetes.io/zone",
];

static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uid>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<time>"),
        (r"kube-api-access-[a-z0-9]{5}", "kube-api-access-<drawn>"),
    ]
    .into_iter()
    .map(|(pattern, with)| (Regex::new(pattern).unwrap(), with))
    .collect()
});
/// Labels that hold a hash of the pod template.
const HASHES: [&str; 3] = ["pod-template-hash", "controller.kubernetes.io/hash", "controller-revision-hash"];
/// A pod of a ReplicaSet, by the alphabets of both parts of its name.
static POD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(-[bcdf0-9]{6,10})-[bcdfghjklmnpqrstvwxz2456789]{5}\b").unwrap());
static AGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d+[ydhms]){1,2}$").unwrap());

/// One stored object without what is drawn; the namespace's name is `$NS`.
pub fn object(object: &Value, namespace: &str, with_status: bool) -> Value {
    let mut object = object.clone();
    if !with_status {
        object.as_object_mut().unwrap().remove("status");
    }
    if let Some(prefix) = object["metadata"]["generateName"].as_str() {
        object["metadata"]["name"] = json!(format!("{prefix}<drawn>"));
    }
    let labels = &object["metadata"]["labels"];
    let hash = HASHES.iter().find_map(|key| labels[key].as_str()).map(str::to_owned);
    strip(&mut object);
    if with_status {
        reword(&mut object["status"]);
    }
    let mut words = text(&object.to_string(), namespace);
    // A hash of the time is as good as the time.
    if let Some(hash) = hash.filter(|_| words.contains("kubectl.kubernetes.io/restartedAt")) {
        words = words.replace(&hash, "<hash>");
    }
    serde_json::from_str(&words).unwrap()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !DRAWN.contains(&key.as_str()) && key != "podCIDRs");
            addresses(map);
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// A certificate is drawn, and the reasons of conditions are words.
fn reword(status: &mut Value) {
    if let Some(status) = status.as_object_mut() {
        status.remove("certificate");
    }
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        condition.as_object_mut().unwrap().retain(|key, _| key != "reason" && key != "message");
    }
}

/// Leaves out what says nothing.
fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(prune);
            map.retain(|_, value| !value.is_null() && *value != json!({}));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

/// Addresses and ports of services, where nobody asked for a certain one.
fn addresses(map: &mut Map<String, Value>) {
    let drawn = |value: &mut Value| {
        if value.as_str().is_some_and(|text| text != "None" && !text.is_empty()) {
            *value = json!("<drawn>");
        }
    };
    map.get_mut("clusterIP").map(drawn);
    map.get_mut("clusterIPs").and_then(Value::as_array_mut).into_iter().flatten().for_each(drawn);
    for port in ["nodePort", "healthCheckNodePort"] {
        if map.get(port).is_some_and(|value| value.as_i64() != Some(0)) {
            map[port] = json!("<drawn>");
        }
    }
}

/// Text without uids and times; the namespace's name is `$NS`.
pub fn text(text: &str, namespace: &str) -> String {
    let mut text = text.replace(namespace, "$NS");
    for (pattern, with) in PATTERNS.iter() {
        text = pattern.replace_all(&text, *with).into_owned();
    }
    text
}

/// What was printed: values where it is JSON or YAML, else the words of each line.
pub fn printed(line: &str, changes: bool, output: &str, namespace: &str) -> Value {
    let output = text(output, namespace);
    let structured = ["json", "yaml"].iter().any(|form| {
        let mut words = line.split([' ', '=']);
        words.any(|word| word.strip_prefix("-o").unwrap_or(word) == *form)
    });
    if structured
        && let Ok(mut value @ (Value::Object(_) | Value::Array(_))) = serde_saphyr::from_str::<Value>(&output)
    {
        if changes {
            strip(&mut value);
            // Controllers write it while the answer is under way.
            if let Some(object) = value.as_object_mut().filter(|_| !line.contains("--subresource")) {
                object.remove("status");
            }
        }
        // Go's types print what is empty, too.
        if line.contains("--dry-run=client") {
            prune(&mut value);
        }
        return value;
    }
    let output = if changes { POD.replace_all(&output, "${1}-<drawn>").into_owned() } else { output };
    let words = |line: &str| {
        let word = |word| if AGE.is_match(word) { "<age>" } else { word };
        line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
    };
    output.lines().map(words).filter(|line| !line.is_empty()).map(Value::from).collect()
}
