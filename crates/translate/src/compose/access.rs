//! Ways into a container: exec, attach, port-forward, cp, debug.

use super::{Draft, Made, Scene, Stop, Wanted};
use crate::link::singular;
use crate::remote;

const HOLDERS: &[&str] = &[
    "pods",
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "replicasets",
    "services",
    "replicationcontrollers",
];
const SHELLS: &[&str] = &["sh", "bash", "/bin/sh", "/bin/bash", "zsh", "ash", "/bin/ash"];

fn holder(scene: &Scene<'_>, draft: &mut Draft, slash_pod: bool) -> Result<(), Stop> {
    scene.frame.on("any-pod");
    let (kind, name) = scene.one(draft, &Wanted { kinds: HOLDERS, only: true })?;
    if kind == "pods" && !slash_pod {
        draft.push([name]);
    } else {
        draft.push([format!("{}/{name}", singular(scene.context, &kind))]);
    }
    Ok(())
}

/// A name without a kind that sounds like a node's.
fn like_node<'s>(scene: &'s Scene<'_>) -> Option<&'s str> {
    const NODES: &[&str] = &["node", "worker", "master", "control-plane", "controlplane", "ip"];
    let bare = scene.frame.targets.iter().filter(|target| target.kind.is_none());
    bare.flat_map(|target| &target.names).map(String::as_str).find(|name| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
        stem.len() < name.len() && NODES.contains(&stem) && !scene.context.knows_name(name)
    })
}

/// `kubectl exec`.
pub(super) fn exec(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    if let Some(node) = like_node(scene) {
        return Err(Stop::ask(format!(
            "Is {node} a pod? On a node itself nothing is run; a debug pod on it can be made."
        )));
    }
    let mut draft = scene.draft("exec");
    holder(scene, &mut draft, false)?;
    let shell = frame.take("shell").map(str::to_owned);
    let mut words: Vec<String> = frame.take_all("cmd").into_iter().flat_map(remote::words).collect();
    let wants_shell = words.is_empty();
    if wants_shell {
        let said = ["bash", "/bin/bash", "/bin/sh", "zsh", "ash"].into_iter().find(|shell| frame.says(shell));
        words.push(shell.or_else(|| said.map(str::to_owned)).unwrap_or_else(|| "sh".to_owned()));
    }
    let interactive = wants_shell || matches!(words.as_slice(), [one] if SHELLS.contains(&one.as_str()));
    if frame.on("tty") || interactive {
        draft.push(["-it"]);
        frame.on("stdin");
    } else if frame.on("stdin") {
        draft.push(["-i"]);
    }
    if let Some(container) = frame.take("container") {
        draft.push(["-c", container]);
    }
    frame.on("running");
    scene.add_one_namespace(&mut draft);
    draft.push(["--"]);
    draft.push(words);
    Ok(draft)
}

/// `kubectl attach`.
pub(super) fn attach(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("attach");
    holder(scene, &mut draft, false)?;
    if let Some(container) = frame.take("container") {
        draft.push(["-c", container]);
    }
    frame.on("see");
    if frame.on("tty") || frame.says("interactive") || frame.says("terminal") {
        frame.on("stdin");
        draft.push(["-it"]);
    } else if frame.on("stdin") {
        draft.push(["-i"]);
    }
    frame.on("running");
    scene.add_one_namespace(&mut draft);
    Ok(draft)
}

/// `kubectl port-forward`.
pub(super) fn port_forward(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("port-forward");
    holder(scene, &mut draft, true)?;
    frame.on("same");
    let ports = frame.take_all("forward");
    if ports.is_empty() {
        return Err(Stop::ask("Which ports: the local one and the one of the pod, as 8080:80?"));
    }
    draft.push(ports);
    if let Some(address) = frame.take("address") {
        draft.push(["--address", address]);
    }
    scene.add_one_namespace(&mut draft);
    Ok(draft)
}

/// `kubectl cp`.
pub(super) fn copy(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("cp");
    let raw = frame.take_all("cp-raw");
    if raw.len() == 2 {
        if !frame.targets.is_empty() {
            return Err(Stop::Lost);
        }
        draft.push(raw);
    } else {
        let (kind, name) = scene.one(&mut draft, &Wanted { kinds: &["pods"], only: true })?;
        debug_assert_eq!(kind, "pods");
        let (Some(from), Some(to)) = (frame.take("cp-from"), frame.take("cp-to")) else {
            return Err(Stop::ask("From where to where? Name both paths, and which one is in the pod."));
        };
        let path = |path: &str| if path.starts_with(':') { format!("{name}{path}") } else { path.to_owned() };
        draft.push([path(from), path(to)]);
    }
    if let Some(container) = frame.take("container") {
        draft.push(["-c", container]);
    }
    frame.on("file");
    scene.add_one_namespace(&mut draft);
    Ok(draft)
}

/// `kubectl debug`.
pub(super) fn debug(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("debug");
    // `debug pod web-0 with busybox`
    let mut rest = frame.clone();
    const TOOLS: &[&str] = &["busybox", "alpine", "ubuntu", "debian", "netshoot", "fedora", "nginx"];
    let tool = rest.targets.iter().position(|target| {
        let tool = || TOOLS.contains(&target.names[0].split([':', '/']).next().unwrap_or_default());
        target.kind.is_none()
            && target.names.len() == 1
            && (matches!(&*target.prep, "with" | "using") || target.prep.is_empty() && tool())
    });
    let tool = tool.filter(|_| !frame.has("image")).map(|at| rest.targets.remove(at).names[0].clone());
    let inner = Scene { context: scene.context, frame: &rest, namespace: scene.namespace.clone() };
    let (kind, name) = inner.one(&mut draft, &Wanted { kinds: &["pods", "nodes"], only: true })?;
    if kind == "pods" {
        draft.push([name.clone()]);
    } else {
        draft.push([format!("node/{name}")]);
    }
    frame.on("remark");
    let words: Vec<String> = frame.take_all("cmd").into_iter().flat_map(remote::words).collect();
    let shell = frame.take("shell").map(str::to_owned);
    if frame.on("tty") || frame.says("interactive") || shell.is_some() || frame.says("interactively") {
        draft.push(["-it"]);
        frame.on("stdin");
    }
    // `a busybox debug container`
    let tool = tool.or_else(|| TOOLS.iter().find(|tool| frame.says(tool)).map(|tool| (*tool).to_owned()));
    let Some(image) = frame.take("image").or(tool.as_deref()) else {
        return Err(Stop::need(
            "image",
            "With which image, for example busybox?",
            vec!["busybox".to_owned()],
        ));
    };
    draft.push([format!("--image={image}")]);
    let target = frame.take("target").or_else(|| frame.take("container"));
    if let Some(target) = target {
        draft.push([format!("--target={target}")]);
    }
    if let Some(copy) = frame.take("copyto") {
        frame.on("copy");
        draft.push([format!("--copy-to={copy}")]);
    } else if frame.has("copy") {
        return Err(Stop::ask("What shall the copy be called?"));
    }
    if let Some(profile) = frame.take("profile") {
        draft.push([format!("--profile={profile}")]);
    }
    scene.add_one_namespace(&mut draft);
    if let Some(shell) = shell.filter(|_| words.is_empty()) {
        draft.push(["--", &shell]);
    } else if !words.is_empty() {
        draft.push(["--"]);
        draft.push(words);
    }
    Ok(draft)
}
