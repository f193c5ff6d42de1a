//! Fields that are asked for by name: one value of one object as jsonpath, several as columns.

use super::{Draft, Scene, Stop};
use crate::payload::columns;

/// How a field is shown.
enum Show {
    /// The ordinary table has it.
    Table,
    /// The wide table has it.
    Wide,
    /// A column of its own: header and path from the object.
    Path(&'static str, &'static str),
    /// A path below the pod's spec, which workloads carry in a template.
    Pod(&'static str, &'static str),
}

const WORKLOADS: &[&str] =
    &["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "replicationcontrollers"];

/// `one`: of one object; `bare`: as the bare value.
fn show(field: &str, kind: &str, one: bool, bare: bool) -> Option<Show> {
    use Show::{Path, Pod, Table, Wide};
    let carrier = kind == "pods" || kind == "cronjobs" || WORKLOADS.contains(&kind);
    Some(match (field, kind) {
        ("image", "deployments" | "statefulsets" | "daemonsets" | "replicasets") if !one && !bare => Wide,
        ("image", _) if carrier => Pod("IMAGE", "containers[*].image"),
        ("ip", "pods" | "nodes" | "services") | ("node", "pods") | ("externalip", "nodes") => Wide,
        ("externalip" | "clusterip" | "ports", "services") => Table,
        ("ip", "endpoints") => Table,
        ("restarts", "pods") => Table,
        ("replicas", "deployments" | "statefulsets" | "replicasets") => Table,
        ("schedule", "cronjobs") | ("capacity", "persistentvolumes" | "persistentvolumeclaims") => Table,
        ("kubelet", "nodes") => Wide,
        ("osimage", "nodes") => Path("OS", ".status.nodeInfo.osImage"),
        ("kernel", "nodes") => Path("KERNEL", ".status.nodeInfo.kernelVersion"),
        ("runtime", "nodes") => Path("RUNTIME", ".status.nodeInfo.containerRuntimeVersion"),
        ("architecture", "nodes") => Path("ARCHITECTURE", ".status.nodeInfo.architecture"),
        ("podcidr", "nodes") => Path("CIDR", ".spec.podCIDR"),
        ("capacity", "nodes") => Path("CAPACITY", ".status.capacity"),
        ("podselector", "services" | "deployments" | "replicasets" | "daemonsets") => Wide,
        ("serviceaccount", _) if carrier => Pod("SERVICEACCOUNT", "serviceAccountName"),
        ("container", _) if carrier => Pod("CONTAINER", "containers[*].name"),
        ("memlimit", _) if carrier => Pod("MEMORY", "containers[*].resources.limits.memory"),
        ("cpulimit", _) if carrier => Pod("CPU", "containers[*].resources.limits.cpu"),
        ("memrequest", _) if carrier => Pod("MEMORY", "containers[*].resources.requests.memory"),
        ("cpurequest", _) if carrier => Pod("CPU", "containers[*].resources.requests.cpu"),
        ("limits", _) if carrier => Pod("LIMITS", "containers[*].resources.limits"),
        ("requests", _) if carrier => Pod("REQUESTS", "containers[*].resources.requests"),
        _ => return None,
    })
}

/// The path of a field that the table has, for who asks for the bare value.
fn exact(field: &str, kind: &str) -> Option<&'static str> {
    Some(match (field, kind) {
        ("ip", "pods") => ".status.podIP",
        ("node", "pods") => ".spec.nodeName",
        ("ip" | "clusterip", "services") => ".spec.clusterIP",
        ("externalip", "services") => ".status.loadBalancer.ingress[0].ip",
        ("replicas", "deployments" | "statefulsets" | "replicasets") => ".spec.replicas",
        ("schedule", "cronjobs") => ".spec.schedule",
        _ => return None,
    })
}

fn path(kind: &str, below: &str) -> String {
    match kind {
        "pods" => format!(".spec.{below}"),
        "cronjobs" => format!(".spec.jobTemplate.spec.template.spec.{below}"),
        _ => format!(".spec.template.spec.{below}"),
    }
}

/// The value of one key of a configmap or secret, decoded where that was asked for.
fn data(scene: &Scene<'_>, draft: &mut Draft, kind: &str, key: &str) -> Result<bool, Stop> {
    let decode = scene.frame.on("decode");
    let fits =
        matches!(kind, "configmaps" | "secrets") && draft.targets.len() == 1 && !scene.frame.has("output");
    if !fits || decode && kind != "secrets" {
        return Err(Stop::Lost);
    }
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let output = match (decode, plain) {
        (true, true) => format!("go-template={{{{.data.{key} | base64decode}}}}"),
        (true, false) => format!("go-template={{{{index .data \"{key}\" | base64decode}}}}"),
        (false, _) => format!("jsonpath={{.data.{}}}", key.replace('.', "\\.")),
    };
    draft.push(["-o".to_owned(), output]);
    Ok(true)
}

/// A column that was named: its header and its path.
fn custom(column: &str, kind: &str) -> Result<String, Stop> {
    let Some((header, said)) = column.split_once(':') else { return Err(Stop::Lost) };
    if said.starts_with(['.', '{']) {
        return Ok(column.to_owned());
    }
    let shown = columns::path(said, kind).ok_or(Stop::Lost)?;
    let carrier = kind == "pods" || kind == "cronjobs" || WORKLOADS.contains(&kind);
    match shown.strip_prefix("pod ") {
        Some(below) if carrier => Ok(format!("{header}:{}", path(kind, below))),
        Some(_) => Err(Stop::Lost),
        None => Ok(format!("{header}:{shown}")),
    }
}

/// Adds what shows the fields that were asked for; says whether any was.
pub(super) fn add(scene: &Scene<'_>, draft: &mut Draft, kind: &str) -> Result<bool, Stop> {
    if let Some(key) = scene.frame.take("datakey") {
        return data(scene, draft, kind, key);
    }
    let named = scene.frame.take_all("column");
    if !named.is_empty() {
        let shown: Result<Vec<String>, Stop> = named.into_iter().map(|column| custom(column, kind)).collect();
        scene.frame.take_all("field");
        scene.frame.take_all("output");
        draft.push(["-o".to_owned(), format!("custom-columns={}", shown?.join(","))]);
        return Ok(true);
    }
    let mut fields = scene.frame.take_all("field");
    fields.dedup();
    let bare = scene.frame.says("jsonpath");
    if fields.is_empty() {
        // What asks for a path or a column is not answered by the whole table.
        let asks = bare || scene.frame.says("column") || scene.frame.says("columns");
        return if asks && !scene.frame.has("labelcolumn") { Err(Stop::Lost) } else { Ok(false) };
    }
    let one = draft.targets.len() == 1;
    let mut columns: Vec<(&str, String)> = Vec::new();
    let mut wide = false;
    for &field in &fields {
        match show(field, kind, one, bare).ok_or(Stop::Lost)? {
            Show::Table => {}
            Show::Wide => wide = true,
            Show::Path(header, path) => columns.push((header, path.to_owned())),
            Show::Pod(header, below) => columns.push((header, path(kind, below))),
        }
    }
    if columns.is_empty() {
        if let [field] = fields.as_slice()
            && let Some(path) = exact(field, kind)
            && draft.targets.len() == 1
            && bare
        {
            draft.push(["-o".to_owned(), format!("jsonpath={{{path}}}")]);
            return Ok(true);
        }
        if bare {
            return Err(Stop::Lost);
        }
        if wide && !scene.frame.has("output") {
            draft.push(["-o", "wide"]);
        }
        return Ok(true);
    }
    if scene.frame.has("output") {
        return Err(Stop::Lost);
    }
    if one && let [(_, path)] = columns.as_slice() {
        draft.push(["-o".to_owned(), format!("jsonpath={{{path}}}")]);
        return Ok(true);
    }
    if bare && let [(_, path)] = columns.as_slice() {
        draft.push(["-o".to_owned(), format!("jsonpath={{.items[*]{path}}}")]);
        return Ok(true);
    }
    let rest: Vec<String> = columns.iter().map(|(header, path)| format!("{header}:{path}")).collect();
    draft.push(["-o".to_owned(), format!("custom-columns=NAME:.metadata.name,{}", rest.join(","))]);
    Ok(true)
}
