//! What is done by file: apply, diff, replace, edit, kustomize.

use super::{Draft, Made, Scene, Stop, Wanted};

const ANY: &[&str] = &["deployments", "pods", "services", "configmaps"];

fn file(scene: &Scene<'_>, draft: &mut Draft, question: &str) -> Result<(), Stop> {
    if scene.add_file(draft)? {
        return Ok(());
    }
    let file = scene.frame.take("fromfile").ok_or_else(|| Stop::ask(question))?;
    draft.push(["-f", file]);
    Ok(())
}

fn finish(scene: &Scene<'_>, draft: &mut Draft) {
    scene.add_one_namespace(draft);
    scene.add_dry_run(draft);
    if let Some(output) = scene.frame.take("output") {
        draft.push(["-o", output]);
    }
}

/// `kubectl apply` and its subcommands.
pub(super) fn apply(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    if frame.on("last-applied")
        || frame.says("last-applied-configuration")
        || frame.says("last-applied")
        || frame.says("last applied")
    {
        return last_applied(scene);
    }
    let mut draft = scene.draft("apply");
    file(scene, &mut draft, "Apply which file or directory?")?;
    scene.add_selector(&mut draft);
    for (slot, flag) in [
        ("prune", "--prune"),
        ("server-side", "--server-side"),
        ("force-conflicts", "--force-conflicts"),
        ("force", "--force"),
    ] {
        if frame.on(slot) {
            draft.push([flag]);
        }
    }
    if let Some(manager) = frame.take("field-manager") {
        draft.push([format!("--field-manager={manager}")]);
    }
    frame.on("all");
    finish(scene, &mut draft);
    Ok(draft)
}

fn last_applied(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let sets = frame.says("set") || frame.says("update") || frame.on("matches");
    let edits = frame.says("edit") || frame.says("editor") || frame.says("open");
    frame.on("editor");
    frame.on("matches");
    frame.on("contents");
    frame.on("last-applied");
    let verb = if edits {
        "apply edit-last-applied"
    } else if sets {
        "apply set-last-applied"
    } else {
        "apply view-last-applied"
    };
    let mut draft = scene.draft(verb);
    scene.add_subject(&mut draft, &Wanted { kinds: ANY, only: false })?;
    finish(scene, &mut draft);
    Ok(draft)
}

/// `kubectl diff`.
pub(super) fn diff(scene: &Scene<'_>) -> Made {
    let mut draft = scene.draft("diff");
    file(scene, &mut draft, "Compare which file with the cluster?")?;
    scene.frame.on("server-side");
    scene.frame.on("versus");
    scene.add_one_namespace(&mut draft);
    Ok(draft)
}

/// `kubectl replace`.
pub(super) fn replace(scene: &Scene<'_>) -> Made {
    let mut draft = scene.draft("replace");
    file(scene, &mut draft, "Replace with which file?")?;
    let forced = [scene.frame.on("force"), scene.frame.on("force-replace")];
    if forced.contains(&true) {
        draft.push(["--force"]);
    }
    scene.frame.on("subresource");
    finish(scene, &mut draft);
    Ok(draft)
}

/// `kubectl edit`.
pub(super) fn edit(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("edit");
    if !scene.add_file(&mut draft)? {
        let meant = scene.meant(&Wanted { kinds: ANY, only: false })?;
        draft.weigh(&meant);
        let super::Objects::Named(objects) = &meant.objects else {
            return Err(Stop::need("name", "Edit which object?", Vec::new()));
        };
        if let (Some(version), [(kind, name)]) = (frame.take("apiversion"), objects.as_slice()) {
            frame.on("apiformat");
            let group = match kind.as_str() {
                "jobs" | "cronjobs" => ".batch",
                "deployments" | "statefulsets" | "daemonsets" | "replicasets" => ".apps",
                _ => return Err(Stop::Lost),
            };
            let kind = crate::link::singular(scene.context, kind);
            draft.push([format!("{kind}.{version}{group}/{name}")]);
        } else {
            scene.slash(&mut draft, objects);
        }
    }
    frame.on("editor");
    if let Some(output) = frame.take("output") {
        draft.push(["-o", output]);
    }
    if let Some(subresource) = frame.take("subresource") {
        draft.push([format!("--subresource={subresource}")]);
    }
    scene.add_one_namespace(&mut draft);
    Ok(draft)
}

/// `kubectl kustomize`.
pub(super) fn kustomize(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("kustomize");
    let Some(place) = frame.take("kustomize").or_else(|| frame.take("file")) else {
        return Err(Stop::ask("Build which directory?"));
    };
    draft.push([place]);
    // It only prints.
    frame.on("dry-run");
    if let Some(how) = frame.take("restrictor") {
        draft.push([format!("--load-restrictor={how}")]);
    }
    if frame.on("helm") {
        draft.push(["--enable-helm"]);
    }
    Ok(draft)
}
