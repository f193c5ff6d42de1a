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
        // Names that the server or a client draws, and tokens.
        (r"\b(drawn|debugger|node-debugger-[\w$-]+?)-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "$1-<drawn>"),
        (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<token>"),
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
    // A hash of the time is as good as the time, and one of the namespace's name as that.
    let hashed = ["kubectl.kubernetes.io/restartedAt", r#""pool":"$NS""#];
    if let Some(hash) = hash.filter(|_| hashed.iter().any(|of| words.contains(of))) {
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
    if line.starts_with("kubectl diff ") {
        return changed_lines(&output);
    }
    let structured = ["json", "yaml"].iter().any(|form| {
        let mut words = line.split([' ', '=']);
        words.any(|word| word.strip_prefix("-o").unwrap_or(word) == *form)
    });
    if structured && let Some(mut value) = documents(&output) {
        if changes {
            strip(&mut value);
            // Controllers write it while the answer is under way.
            if !line.contains("--subresource") {
                without_status(&mut value);
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

/// Of a text difference the lines that go and come: kubectl's own stand in the order of its temporary files, with what
/// the server draws among them.
fn changed_lines(output: &str) -> Value {
    let drawn = ["creationTimestamp:", "generation:", "resourceVersion:", "uid:"];
    let changed = |line: &&str| {
        line.starts_with(['+', '-'])
            && !line.starts_with("+++ ")
            && !line.starts_with("--- ")
            && !drawn.iter().any(|field| line[1..].trim_start().starts_with(field))
    };
    let mut lines: Vec<&str> = output.lines().filter(changed).collect();
    lines.sort_unstable();
    // YAML has two kinds of quotes.
    lines.into_iter().map(|line| line.replace('\'', "\"")).map(Value::from).collect()
}

/// One object, or a list of several that stand one after the other.
fn documents(output: &str) -> Option<Value> {
    let json = serde_json::Deserializer::from_str(output).into_iter::<Value>().collect::<Result<Vec<_>, _>>();
    let mut found = json.ok().or_else(|| serde_saphyr::from_multiple::<Value>(output).ok())?;
    let whole = found.iter().all(|value| value.is_object() || value.is_array());
    match found.len() {
        _ if !whole => None,
        0 => None,
        1 => found.pop(),
        _ => Some(found.into()),
    }
}

fn without_status(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("status");
            map.get_mut("items").into_iter().for_each(without_status);
        }
        Value::Array(items) => items.iter_mut().for_each(without_status),
        _ => {}
    }
}
