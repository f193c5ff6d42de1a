//! Which act a clause is about, when its words name several.
//!
//! Acts that are named outright compete by [`WINS`]; some words mean another act beside certain slots or kinds; weak
//! acts (`change`, `get`) and slots alone come last.

use kubechat_kubectl::Command;

use crate::compose::{INTENTS, Intent, Stop, WORKLOADS};
use crate::frame::Frame;

/// Which act wins over which, when one clause names both; `*` is every other.
const WINS: &[(&str, &[&str])] = &[
    ("whoami", &["*"]),
    ("can-i", &["*"]),
    ("plugin", &["*"]),
    ("options", &["*"]),
    ("dump", &["*"]),
    ("kustomize", &["get", "apply", "create", "set-resources", "change"]),
    ("config", &["*"]),
    ("diff", &["get", "change", "apply", "create", "version", "rollout-status", "delete", "replace"]),
    (
        "apply",
        &[
            "set-selector",
            "annotate",
            "label",
            "edit",
            "create",
            "change",
            "describe",
            "delete",
            "get",
            "replace",
            "set-resources",
            "rollout-status",
        ],
    ),
    ("replace", &["delete", "create", "change", "edit"]),
    ("debug", &["create", "run", "exec", "attach", "why", "start", "deploy", "get", "cp", "logs"]),
    ("port-forward", &["create", "expose", "exec", "change", "start", "run", "attach", "describe"]),
    ("cp", &["exec", "logs", "edit", "create", "describe", "change", "config", "events"]),
    ("attach", &["exec", "logs", "describe", "run", "start"]),
    (
        "certificate",
        &[
            "create",
            "get",
            "delete",
            "change",
            "label",
            "describe",
            "rollout-status",
            "config",
            "set-resources",
        ],
    ),
    ("token", &["set-serviceaccount", "create", "get", "describe", "set-resources", "rbac"]),
    ("taint", &["label", "change", "delete", "create", "describe", "cordon"]),
    ("set-serviceaccount", &["change", "run", "exec", "create", "get"]),
    ("set-selector", &["change", "label", "get"]),
    ("autoscale", &["create", "scale", "set-resources", "change", "top", "start", "run", "deploy"]),
    ("wait", &["rollout-status", "run", "exec", "create", "delete", "describe", "start"]),
    (
        "patch",
        &[
            "apply",
            "delete",
            "change",
            "set-image",
            "describe",
            "rollout-pause",
            "rollout-resume",
            "stop",
            "start",
            "create",
            "exec",
            "run",
            "set-resources",
            "version",
            "label",
            "edit",
        ],
    ),
    (
        "create",
        &[
            "deploy",
            "start",
            "run",
            "exec",
            "label",
            "rbac",
            "bind",
            "set-env",
            "set-resources",
            "edit",
            "set-image",
            "wait",
            "version",
        ],
    ),
    (
        "run",
        &[
            "start",
            "set-env",
            "label",
            "deploy",
            "exec",
            "create",
            "expose",
            "set-resources",
            "set-image",
            "attach",
        ],
    ),
    (
        "exec",
        &[
            "set-env", "logs", "describe", "events", "version", "change", "attach", "start", "top", "run",
            "get", "deploy",
        ],
    ),
    ("expose", &["create", "start", "run", "deploy", "describe", "rbac"]),
    ("set-env", &["change", "delete", "create", "edit", "get", "describe", "label"]),
    ("describe", &["why", "events", "rollout-status"]),
    ("scale", &["start", "create", "deploy", "stop", "run", "exec", "set-resources"]),
    ("set-image", &["deploy", "run", "exec", "change", "version"]),
    ("uncordon", &["rollout-restart", "start", "create", "label"]),
    ("cordon", &["stop", "create", "label", "rollout-pause"]),
    ("drain", &["delete", "evict", "cordon", "start"]),
    ("rollout-undo", &["rollout-history", "rollout-status", "version", "deploy"]),
    ("rollout-restart", &["rollout-status", "deploy", "start", "run"]),
    ("rollout-pause", &["rollout-status", "deploy"]),
    ("rollout-resume", &["rollout-status", "deploy"]),
    ("rollout-history", &["rollout-status", "describe", "version", "deploy"]),
    ("top", &["set-resources"]),
    ("api-resources", &["version", "api-versions", "explain"]),
    ("api-versions", &["version"]),
    ("version", &["run", "get"]),
    ("explain", &["set-resources", "events", "set-env", "version"]),
    ("rollout-restart", &["label"]),
    ("cluster-info", &["run", "get", "start"]),
    (
        "why",
        &["start", "run", "rollout-restart", "stop", "scale", "events", "rollout-status", "top", "deploy"],
    ),
    ("label", &["create", "describe", "set-selector"]),
    ("annotate", &["create", "describe", "edit"]),
];

/// The intent that a clause's acts and slots speak for.
pub(crate) fn choose(frame: &Frame) -> Result<(&'static Intent, f64), Stop> {
    let mut strong: Vec<&str> = frame.acts.iter().filter(|act| !act.weak).map(|act| act.name).collect();
    strong.dedup();
    strong.sort_unstable();
    strong.dedup();
    special(frame, &mut strong);
    for (winner, losers) in WINS {
        if strong.contains(winner) {
            strong.retain(|act| act == winner || !(losers.contains(act) || losers == &["*"]));
        }
    }
    let (act, sure) = match strong.as_slice() {
        [one] => (*one, 1.0),
        [] => weak(frame)?,
        _ => return Err(Stop::ask("I read more than one action in that. Which one first?")),
    };
    match INTENTS.iter().find(|intent| intent.act == act) {
        Some(intent) => Ok((intent, sure)),
        None => Err(beyond(act)),
    }
}

/// Acts whose words mean something else beside certain slots.
fn special<'f>(frame: &'f Frame, strong: &mut Vec<&'f str>) {
    let acts = strong.clone();
    let has = |act: &str| acts.contains(&act);
    let mut swap = |from: &[&str], to: &'static str| {
        strong.retain(|act| !from.contains(act));
        if !strong.contains(&to) {
            strong.push(to);
        }
    };
    let cronjob = frame.targets.iter().any(|target| target.kind.as_deref() == Some("cronjobs"));
    let services = frame.targets.iter().any(|target| target.kind.as_deref() == Some("services"));
    if has("port-forward") && has("create") && services && !frame.has("forward") {
        swap(&["port-forward"], "create");
    }
    if acts.is_empty() && frame.has("cmd") && !frame.has("image") {
        swap(&[], "exec");
    }
    if has("run")
        && !frame.has("image")
        && frame.has("output")
        && (frame.says("which node") || frame.says("what node"))
    {
        swap(&["run"], "get");
    }
    let workload = frame.targets.iter().any(|target| {
        target.kind.as_deref().is_some_and(|kind| {
            WORKLOADS.contains(&kind) || matches!(kind, "pods" | "replicasets" | "replicationcontrollers")
        })
    });
    let claim = frame.targets.iter().any(|target| target.kind.as_deref() == Some("persistentvolumeclaims"));
    let class = frame.targets.iter().any(|target| target.kind.as_deref() == Some("storageclasses"));
    if class && frame.has("patch") {
        swap(&["create", "change"], "patch");
    }
    if claim && frame.has("pvcsize") {
        swap(&["scale", "set-resources", "change"], "patch");
    }
    if has("stop") && frame.has("replicas") && workload {
        swap(&["stop", "delete"], "scale");
    }
    if has("wait") && has("rollout-status") && frame.says("rollout") {
        swap(&["wait"], "rollout-status");
    }
    if has("create") && services && workload && frame.targets.len() == 2 {
        swap(&["create"], "expose");
    }
    let scaler = frame
        .targets
        .iter()
        .any(|target| target.kind.as_deref() == Some("horizontalpodautoscalers") && target.names.is_empty());
    let bounded = ["min", "max", "cpu"].iter().any(|slot| frame.has(slot));
    if scaler && workload && bounded && (has("create") || acts.is_empty()) {
        swap(&["create"], "autoscale");
    }
    let first = frame.targets.first();
    let whole = first.is_some_and(|first| first.plural && first.kind.is_some() && first.names.is_empty());
    if let [act] = acts.as_slice()
        && *act == "label"
        && whole
        && !frame.all
        && frame.has("pairs")
        && frame
            .acts
            .iter()
            .all(|act| first.is_some_and(|first| act.start > first.at) && act.word.starts_with("label"))
        && frame.says("label")
    {
        // `pods label app=web`
        swap(&["label"], "get");
    }
    let kept = frame.targets.iter().any(|target| target.kind.as_deref() == Some("poddisruptionbudgets"));
    if has("create") && has("expose") && kept {
        swap(&["expose"], "create");
    }
    let listed = !frame.targets.is_empty()
        && frame
            .targets
            .iter()
            .filter(|target| target.kind.is_some())
            .all(|target| target.plural && target.names.is_empty());
    if acts.as_slice() == ["run"] && frame.acts_on("get") && listed && !frame.has("image") {
        // `what daemonsets run in kube-system`
        swap(&["run"], "get");
    }
    if has("create") && has("scale") && frame.has("image") {
        swap(&["scale"], "create");
    }
    if acts.is_empty()
        && frame.has("dry-run")
        && (frame.has("file") || frame.has("kustomize"))
        && !frame.acts_on("get")
    {
        swap(&[], "apply");
    }
    if has("expose") && has("port-forward") && frame.says("forwarding") {
        swap(&["port-forward"], "expose");
    }
    let halts = ["suspend", "unsuspend", "pause", "resume", "unpause"].iter().any(|word| frame.says(word));
    if cronjob && halts && frame.targets.len() == 1 {
        swap(&["stop", "rollout-pause", "rollout-resume", "start"], "patch");
    }
    if acts.is_empty() && frame.has("editor") {
        swap(&[], "edit");
    }
    let accounts = frame.targets.iter().any(|target| target.kind.as_deref() == Some("serviceaccounts"));
    let runs = acts.as_slice() == ["run"] && !frame.has("image");
    if accounts && workload && (acts.is_empty() && frame.acts_on("change") || runs) {
        swap(&["run"], "set-serviceaccount");
    }
    if has("set-image") && !frame.has("image") && frame.has("replicas") {
        // `the replicas of web should be set to 3`
        swap(&["set-image"], "scale");
    }
    if has("apply") && frame.has("file") && !frame.says("view") {
        // `apply the config from these files`
        swap(&["config"], "apply");
    }
    if frame.has("patch-json") && (has("apply") || has("replace")) {
        swap(&["apply", "replace"], "patch");
    }
    if has("describe") && frame.has("revision") {
        swap(&["describe"], "rollout-history");
    }
    if has("why") && frame.has("image") && frame.says("debug") {
        swap(&["why"], "debug");
    }
    if (has("top") || has("set-resources")) && (frame.has("limit") || frame.has("request")) {
        swap(&["top", "set-resources", "change", "scale", "describe"], "set-resources");
    }
    if cronjob && frame.targets.len() > 1 && (has("start") || has("run") || has("exec") || has("deploy")) {
        swap(&["start", "run", "exec", "deploy"], "create");
    }
    if frame.has("patch-json") && frame.acts_on("change") && acts.is_empty() {
        swap(&[], "patch");
    }
}

/// What is meant without an act of its own.
fn weak(frame: &Frame) -> Result<(&'static str, f64), Stop> {
    let named = |name: &str| frame.acts_on(name);
    if named("roll") && (frame.has("back") || frame.has("previous-revision") || frame.has("revision")) {
        frame.on("back");
        return Ok(("rollout-undo", 1.0));
    }
    if named("change") || named("roll") {
        return match () {
            () if frame.has("image") => Ok(("set-image", 0.97)),
            () if frame.has("replicas") => Ok(("scale", 0.93)),
            () if writes_marks(frame) && (frame.says("label") || frame.says("labels")) => Ok(("label", 0.95)),
            () if writes_marks(frame) && (frame.says("mark") || frame.says("marking")) => Ok(("label", 0.92)),
            () if writes_marks(frame) && (frame.says("annotation") || frame.says("annotations")) => {
                Ok(("annotate", 0.95))
            }
            () if frame.has("limit") || frame.has("request") => Ok(("set-resources", 0.95)),
            () if frame.has("svctype")
                && frame.targets.iter().all(|target| target.kind.as_deref() == Some("services")) =>
            {
                Ok(("patch", 0.95))
            }
            () if frame.has("patch") => Ok(("patch", 0.95)),
            () if frame.has("envkey") || variables(frame) => Ok(("set-env", 0.95)),
            () => Err(Stop::Lost),
        };
    }
    let moves = ["return", "set", "put", "bring", "take", "go", "move", "switch", "change", "reset"];
    if (frame.has("revision") || frame.has("previous-revision")) && moves.iter().any(|word| frame.says(word))
    {
        return Ok(("rollout-undo", 0.95));
    }
    if named("get") && frame.has("revision") {
        return Ok(("rollout-history", 0.95));
    }
    if describes_new(frame) {
        return Ok(("create", 0.85));
    }
    if wants_new(frame) {
        return Ok(("create", 0.95));
    }
    if named("get") {
        return Ok(("get", 1.0));
    }
    let kinds = frame.targets.iter().any(|target| target.kind.is_some());
    if kinds && frame.slots.iter().any(|slot| slot.hit.name == "replicas") {
        return Ok(("scale", 0.85));
    }
    if kinds { Ok(("get", 0.95)) } else { Err(Stop::Lost) }
}

/// `job countdown, image perl`: a kind, a name, and what only one that is made can have.
fn describes_new(frame: &Frame) -> bool {
    const KINDS: &[&str] = &[
        "jobs",
        "cronjobs",
        "pods",
        "priorityclasses",
        "configmaps",
        "secrets",
        "resourcequotas",
        "poddisruptionbudgets",
    ];
    const PARTS: &[&str] = &[
        "image",
        "schedule",
        "each",
        "priority",
        "fromfile",
        "hard",
        "cmd",
        "minavailable",
        "maxunavailable",
    ];
    let [target] = frame.targets.as_slice() else { return false };
    frame.acts.is_empty()
        && !target.plural
        && target.names.len() == 1
        && target.kind.as_deref().is_some_and(|kind| KINDS.contains(&kind))
        && PARTS.iter().any(|part| frame.has(part))
}

/// `we need a service account builder`, `I have need of a secret named x`: one that is not there yet, by name.
fn wants_new(frame: &Frame) -> bool {
    const NEEDS: &[&str] = &[
        "need a",
        "need an",
        "need another",
        "needs a",
        "need of a",
        "require a",
        "want a",
        "need one more",
        "want another",
    ];
    let called = ["named", "called", "name"].iter().any(|word| frame.says(word));
    let made = |target: &crate::frame::Target| {
        (target.any_one || called) && !target.plural && target.kind.is_some() && target.names.len() == 1
    };
    NEEDS.iter().any(|words| frame.says(words)) && frame.targets.first().is_some_and(made)
}

/// Whether a clause has pairs to write.
fn writes_marks(frame: &Frame) -> bool {
    ["pairs", "with", "selector", "key"].iter().any(|slot| frame.has(slot))
}

/// Whether the pairs of a clause look like variables: `ENV=prod`.
fn variables(frame: &Frame) -> bool {
    let mut pairs = frame.slots.iter().filter(|slot| matches!(slot.hit.name, "pairs" | "envpair" | "with"));
    pairs.clone().count() > 0
        && pairs.all(|slot| {
            let key = slot.hit.value.split('=').next().unwrap_or_default();
            key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        })
}

/// The refusal for a verb that the grammar knows and the command language does not.
fn beyond(act: &str) -> Stop {
    if act == "maintain" {
        return Stop::ask("Shall the node take no new pods (cordon), or be emptied as well (drain)?");
    }
    let verb = match act {
        "set-env" => "set env",
        "set-resources" => "set resources",
        "rbac" => "create rolebinding",
        "token" => "create token",
        other => other,
    };
    let line = format!("kubectl {verb}");
    match Command::parse(&line) {
        Err(refusal) if matches!(refusal.id, "not-yet" | "refused-verb") => Stop::Refuse(refusal.message),
        _ if matches!(
            act,
            "exec" | "port-forward" | "cp" | "taint" | "autoscale" | "patch" | "wait" | "debug"
        ) || verb.starts_with("set ") =>
        {
            Stop::ask(format!(
                "I don't make `{line}` from words yet; write the command itself, beginning with `{line}`."
            ))
        }
        _ => Stop::Lost,
    }
}
