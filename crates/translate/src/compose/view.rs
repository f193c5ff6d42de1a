//! Looking at objects: get, describe, top, events.

use super::{Made, Objects, Scene, Stop, WORKLOADS, Wanted, fields};

const ANY: &[&str] = &[
    "pods",
    "deployments",
    "services",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "configmaps",
    "ingresses",
    "nodes",
    "namespaces",
    "persistentvolumeclaims",
    "secrets",
    "replicasets",
];

/// `kubectl get`.
pub(super) fn get(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    if frame.has("tail") || frame.has("since") || frame.has("previous") {
        return super::logs::logs(scene);
    }
    if matches!(peek(scene, "sort"), Some("cpu" | "memory")) || frame.has("containers") || frame.has("both") {
        return top(scene);
    }
    let mut draft = scene.draft("get");
    if let Some(claim) = claim_of(scene) {
        draft.push(["persistentvolumeclaims", claim]);
        draft.targets.push(("persistentvolumeclaims".to_owned(), claim.to_owned()));
    } else if let Some(service) = slices_of(scene) {
        draft.push(["endpointslices", "-l", &format!("kubernetes.io/service-name={service}")]);
    } else if let Some(service) = behind_service(scene) {
        draft.push(["endpoints", service]);
        draft.targets.push(("endpoints".to_owned(), service.to_owned()));
    } else if let Some(owned) = owned_pods(scene) {
        draft.push(["pods", "-l", &format!("app={owned}")]);
        draft.confidence = 0.7;
        draft.notes.push(format!("Pods of {owned} are taken to carry the label app={owned}."));
    } else {
        let meant = scene.meant(&Wanted { kinds: ANY, only: false })?;
        draft.weigh(&meant);
        match &meant.objects {
            Objects::Named(objects) => {
                let assumed =
                    frame.targets.iter().any(|target| target.kind.is_none() && !target.names.is_empty());
                if assumed && !frame.residue.is_empty() {
                    return Err(Stop::Lost);
                }
                if assumed && meant.factor < 0.95 {
                    return Err(Stop::ask(format!("What kind of object is {}?", objects[0].1)));
                }
                // `secrets shop`: an object, or a place?
                let open = |target: &crate::frame::Target| {
                    target.plural
                        && target.names.len() == 1
                        && target.names[0].bytes().all(|b| b.is_ascii_lowercase())
                        && target.prep.is_empty()
                };
                if frame.targets.iter().any(open) && frame.corrected > 0 {
                    // `ingres clases`: more likely one kind than a kind and a name.
                    return Err(Stop::Lost);
                }
                if frame.targets.iter().any(open) && meant.factor >= 1.0 && scene.context.names.is_empty() {
                    draft.confidence *= 0.8;
                }
                if frame.has("all-namespaces") {
                    // kubectl finds an object by its name in one namespace only.
                    return Err(Stop::ask(format!("In which namespace is {}?", objects[0].1)));
                }
                draft.name(objects);
            }
            Objects::Kinds(kinds)
                if kinds == &["all"]
                    && [" is ", " are ", " how "].iter().any(|word| frame.said.starts_with(word)) =>
            {
                return Err(Stop::ask("Of what shall I show the state: pods, deployments, nodes or events?"));
            }
            Objects::Kinds(_) if frame.has("file") || frame.has("kustomize") => {}
            Objects::Kinds(kinds)
                if frame.targets.iter().all(|target| target.any_one && !target.plural)
                    && matches!(peek(scene, "output"), Some("yaml" | "json")) =>
            {
                return Err(scene.which(&kinds[0]));
            }
            Objects::Kinds(kinds) => draft.push([kinds.join(",")]),
            Objects::Nothing if frame.has("file") || frame.has("kustomize") => {}
            Objects::Nothing if frame.has("where") && frame.says("containers") => draft.push(["pods"]),
            Objects::Nothing if frame.has("phase") || frame.has("node") => draft.push(["pods"]),
            Objects::Nothing if matches!(peek(scene, "field"), Some("image" | "restarts")) => {
                draft.push(["pods"]);
            }
            Objects::Nothing if frame.has("running") && scene.namespace.is_some() => draft.push(["pods"]),
            // `get all in shop`
            Objects::Nothing if frame.all && (scene.namespace.is_some() || frame.has("all-namespaces")) => {
                draft.push(["all"]);
            }
            Objects::Nothing => return Err(Stop::Lost),
        }
    }
    scene.add_file(&mut draft)?;
    if let Some(subresource) = frame.take("subresource") {
        draft.push([format!("--subresource={subresource}")]);
    }
    let kind = draft.args.get(1).cloned().unwrap_or_default();
    fields::add(scene, &mut draft, &kind)?;
    conditions(scene, &mut draft)?;
    options(scene, &mut draft);
    if frame.on("count") {
        draft.notes.push("The rows are to be counted.".to_owned());
        draft.confidence *= 0.95;
    }
    Ok(draft)
}

/// `which storage class is the claim data using?`: the claim's own row says it.
fn claim_of<'s>(scene: &'s Scene<'_>) -> Option<&'s str> {
    let [of, claim] = scene.frame.targets.as_slice() else { return None };
    let fits = matches!(of.kind.as_deref(), Some("storageclasses" | "persistentvolumes"))
        && of.names.is_empty()
        && claim.kind.as_deref() == Some("persistentvolumeclaims")
        && claim.names.len() == 1
        && ["which", "what"].iter().any(|word| scene.frame.says(word));
    fits.then(|| claim.names[0].as_str())
}

/// `endpoint slices of the service web`: the service's name.
fn slices_of<'s>(scene: &'s Scene<'_>) -> Option<&'s str> {
    let [slices, service] = scene.frame.targets.as_slice() else { return None };
    let fits = slices.kind.as_deref() == Some("endpointslices")
        && slices.names.is_empty()
        && service.kind.as_deref() == Some("services")
        && service.names.len() == 1;
    fits.then(|| service.names[0].as_str())
}

/// `endpoints of service web`: the service's name.
fn behind_service<'s>(scene: &'s Scene<'_>) -> Option<&'s str> {
    let [endpoints, service] = scene.frame.targets.as_slice() else { return None };
    let fits = endpoints.kind.as_deref() == Some("endpoints")
        && endpoints.names.is_empty()
        && service.kind.as_deref() == Some("services")
        && service.names.len() == 1;
    fits.then(|| service.names[0].as_str())
}

/// Conditions that only a filter over the objects can say.
fn conditions(scene: &Scene<'_>, draft: &mut super::Draft) -> Result<(), Stop> {
    let mut conditions = scene.frame.take_all("where");
    conditions.dedup();
    if conditions.is_empty() {
        return Ok(());
    }
    if scene.frame.targets.iter().any(|target| !target.names.is_empty()) {
        return Err(Stop::Lost);
    }
    // The one condition of these that the server itself can choose by.
    if let [one] = conditions.as_slice()
        && let Some(kind) = one.strip_prefix("self.spec.type == '").and_then(|rest| rest.strip_suffix('\''))
    {
        draft.push([format!("--field-selector=spec.type={kind}")]);
        return Ok(());
    }
    draft.filter = Some(match conditions.as_slice() {
        [one] => (*one).to_owned(),
        several => several.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" && "),
    });
    draft.confidence *= 0.95;
    Ok(())
}

fn peek<'s>(scene: &'s Scene<'_>, slot: &str) -> Option<&'s str> {
    scene.frame.slots.iter().find(|found| found.hit.name == slot).map(|found| found.hit.value.as_str())
}

fn options(scene: &Scene<'_>, draft: &mut super::Draft) {
    let frame = scene.frame;
    let named = frame.targets.iter().any(|target| !target.names.is_empty()) && draft.notes.is_empty();
    let pods = draft.args.iter().any(|arg| arg == "pods") && !named;
    scene.add_selector(draft);
    let mut fields = Vec::new();
    if pods {
        fields.extend(frame.take("phase").map(super::phase));
        fields.extend(frame.take("node").map(|node| format!("spec.nodeName={node}")));
        let first = frame.targets.first().map_or(0, |target| target.at);
        if let Some(slot) = frame.slots.iter().find(|slot| slot.hit.name == "running")
            && !fields.iter().any(|field| field.contains("phase"))
        {
            if slot.hit.phrase.1 <= first
                && first - slot.hit.phrase.1 <= 2
                && frame.targets.iter().all(|target| target.names.is_empty())
            {
                fields.push("status.phase=Running".to_owned());
            } else if fields.is_empty() {
                draft.confidence *= 0.85;
            }
        }
    }
    fields.extend(frame.take("secrettype").map(|kind| format!("type={kind}")));
    fields.extend(frame.take_all("fieldpair").into_iter().map(|pair| match pair.strip_prefix("phase=") {
        Some(_) => format!("status.{pair}"),
        None => pair.to_owned(),
    }));
    frame.on("running");
    if !fields.is_empty() {
        draft.push(["--field-selector".to_owned(), fields.join(",")]);
    }
    if !frame.has("column")
        && let Some(output) = frame.take("output")
    {
        draft.push(["-o", output]);
    }
    let columns = frame.take_all("labelcolumn");
    if !columns.is_empty() {
        draft.push(["-L".to_owned(), columns.join(",")]);
    }
    match frame.take("sort") {
        Some("name") => draft.push(["--sort-by=.metadata.name"]),
        Some("created") => draft.push(["--sort-by=.metadata.creationTimestamp"]),
        Some("lasttimestamp") => draft.push(["--sort-by=.lastTimestamp"]),
        Some("restarts") => draft.push(["--sort-by=.status.containerStatuses[0].restartCount"]),
        Some("capacity") => draft.push(["--sort-by=.spec.capacity.storage"]),
        _ => {}
    }
    for (slot, flag) in
        [("show-labels", "--show-labels"), ("watch", "-w"), ("follow", "-w"), ("no-headers", "--no-headers")]
    {
        if frame.on(slot) && !draft.args.iter().any(|arg| arg == flag) {
            draft.push([flag]);
        }
    }
    let spread =
        frame.on("in-cluster") && !named && scene.namespace.is_none() && !frame.has("all-namespaces");
    if spread
        && frame.targets.iter().all(|target| (target.plural || target.all) && is_namespaced(scene, target))
    {
        // `the services in my cluster`
        draft.push(["-A"]);
        return;
    }
    scene.add_namespace(draft);
}

fn is_namespaced(scene: &Scene<'_>, target: &crate::frame::Target) -> bool {
    let resources = &scene.context.catalog.resources;
    target
        .kind
        .as_deref()
        .is_some_and(|kind| resources.iter().any(|resource| resource.plural == kind && resource.namespaced))
}

/// `pods of deployment web`: the owner's name.
fn owned_pods(scene: &Scene<'_>) -> Option<String> {
    let [pods, owner] = scene.frame.targets.as_slice() else { return None };
    let placed = matches!(owner.prep.as_str(), "of" | "for" | "from" | "behind" | "in" | "by" | "under");
    let workload = owner.kind.as_deref().is_none_or(|kind| WORKLOADS.contains(&kind) || kind == "services");
    let fits = pods.kind.as_deref() == Some("pods")
        && pods.names.is_empty()
        && pods.plural
        && placed
        && !owner.joined
        && workload
        && owner.names.len() == 1;
    fits.then(|| owner.names[0].clone())
}

/// `kubectl describe`.
pub(super) fn describe(scene: &Scene<'_>) -> Made {
    let mut draft = scene.draft("describe");
    let meant = scene.meant(&Wanted { kinds: ANY, only: false })?;
    draft.weigh(&meant);
    match &meant.objects {
        Objects::Named(objects) => {
            let assumed = scene.frame.targets.iter().any(|target| target.kind.is_none());
            if assumed && meant.factor < 0.95 {
                draft.confidence *= 0.85;
            }
            draft.name(objects);
        }
        Objects::Kinds(kinds) if kinds == &["all"] && scene.frame.has("file") => {}
        Objects::Kinds(kinds) => {
            draft.push([kinds.join(",")]);
            if !meant.every && !scene.frame.has("selector") {
                return Err(scene.which(&kinds[0]));
            }
        }
        Objects::Nothing if scene.frame.has("file") || scene.frame.has("kustomize") => {}
        Objects::Nothing => return Err(Stop::need("name", "What shall I describe?", Vec::new())),
    }
    scene.add_file(&mut draft)?;
    scene.frame.take("output");
    scene.add_selector(&mut draft);
    scene.add_namespace(&mut draft);
    Ok(draft)
}

/// A question why something is as it is: the description shows conditions and events.
pub(super) fn why(scene: &Scene<'_>) -> Made {
    let told = |target: &crate::frame::Target| {
        target.kind.is_some()
            || target.names.iter().any(|name| {
                scene.context.knows_name(name)
                    || name.contains(['-', '.'])
                    || name.bytes().any(|b| b.is_ascii_digit())
            })
    };
    if !scene.frame.targets.iter().any(told) {
        return Err(match scene.frame.targets.is_empty() {
            true => Stop::need("name", "Which object is it about, and what is wrong with it?", Vec::new()),
            false => Stop::Lost,
        });
    }
    let mut draft = match scene.meant(&Wanted { kinds: ANY, only: false })?.objects {
        Objects::Named(_) => describe(scene)?,
        Objects::Kinds(_) | Objects::Nothing => {
            return Err(Stop::need(
                "name",
                "Which object is it about, and what is wrong with it?",
                Vec::new(),
            ));
        }
    };
    draft.confidence *= 0.8;
    draft.notes.push("The description shows the object's conditions and latest events.".to_owned());
    Ok(draft)
}

/// `kubectl top`.
pub(super) fn top(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("top");
    let meant = scene.meant(&Wanted { kinds: &["pods", "nodes"], only: true })?;
    draft.weigh(&meant);
    match &meant.objects {
        Objects::Named(objects) if objects.len() == 1 => draft.name(objects),
        Objects::Kinds(kinds) if kinds.len() == 1 => draft.push(kinds.iter().cloned()),
        Objects::Nothing => {
            draft.push(["pods"]);
            if !frame.has("selector") && !frame.has("all-namespaces") && scene.namespace.is_none() {
                draft.confidence *= 0.8;
            }
        }
        Objects::Named(_) | Objects::Kinds(_) => {
            return Err(Stop::ask("Of which one: pods, nodes, or one of them?"));
        }
    }
    scene.add_selector(&mut draft);
    if frame.on("containers") || frame.on("all-containers") {
        draft.push(["--containers"]);
    }
    if let Some(sort @ ("cpu" | "memory")) = peek(scene, "sort") {
        frame.take("sort");
        draft.push([format!("--sort-by={sort}")]);
    }
    if frame.on("both") {
        frame.take("sort");
    }
    if frame.on("sum") {
        draft.push(["--sum"]);
    }
    if let Some(count) = frame.take("take") {
        draft.notes.push(format!("The first {count} rows are the ones."));
    }
    frame.on("running");
    if draft.args.get(1).is_some_and(|kind| kind == "pods") {
        scene.add_namespace(&mut draft);
    } else {
        frame.on("all-namespaces");
    }
    Ok(draft)
}

/// `kubectl events`, or `get events` where only that can do it.
pub(super) fn events(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let meant = scene.meant(&Wanted { kinds: ANY, only: false })?;
    let sorted = frame.has("sort") || frame.has("output");
    let mut draft = scene.draft(if sorted { "get events" } else { "events" });
    draft.weigh(&meant);
    match &meant.objects {
        Objects::Named(objects) => {
            if objects.len() > 1 || sorted {
                return Err(Stop::ask("Of which one object?"));
            }
            draft.targets.clone_from(objects);
            let (kind, name) = &objects[0];
            let kind = crate::link::singular(scene.context, kind);
            draft.push(["--for".to_owned(), format!("{kind}/{name}")]);
        }
        Objects::Kinds(kinds) if kinds.iter().all(|kind| kind == "events") => {}
        Objects::Kinds(kinds) => return Err(scene.which(&kinds[0])),
        Objects::Nothing => {}
    }
    if sorted {
        if frame.has("types") {
            let kind = frame.take("types").unwrap_or_default();
            draft.push(["--field-selector".to_owned(), format!("type={kind}")]);
        }
        options(scene, &mut draft);
        return Ok(draft);
    }
    if let Some(kind) = frame.take("types") {
        draft.push([format!("--types={kind}")]);
    }
    if frame.on("watch") || frame.on("follow") {
        draft.push(["-w"]);
    }
    let spread = frame.on("in-cluster") && scene.namespace.is_none() && draft.targets.is_empty();
    if spread && !frame.has("all-namespaces") {
        draft.push(["-A"]);
    }
    scene.add_namespace(&mut draft);
    Ok(draft)
}
