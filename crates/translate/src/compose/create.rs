//! Making objects: namespaces, deployments, configmaps.

use super::{Draft, Made, Scene, Stop};
use crate::frame::Target;

/// `kubectl create`.
pub(super) fn create(scene: &Scene<'_>) -> Made {
    let [target] = scene.frame.targets.as_slice() else {
        return Err(match scene.frame.targets.is_empty() {
            true => Stop::ask("What shall I create: a namespace, a deployment or a configmap?"),
            false => Stop::Lost,
        });
    };
    if target.all || scene.frame.all {
        return Err(Stop::Lost);
    }
    let mut draft = match target.kind.as_deref() {
        Some("namespaces") => namespace(scene, target)?,
        Some("deployments") => deployment(scene, target, false)?,
        Some("configmaps") => configmap(scene, target)?,
        Some(kind) => {
            return Err(Stop::Ask {
                question: format!(
                    "Creating a {} is not possible here yet; a namespace, a deployment or a configmap is.",
                    crate::link::singular(scene.context, kind)
                ),
                choices: Vec::new(),
                slot: None,
            });
        }
        None => {
            return Err(Stop::ask(format!(
                "Create “{}” as what: namespace, deployment or configmap?",
                first(target)
            )));
        }
    };
    scene.add_dry_run(&mut draft);
    if let Some(output) = scene.frame.take("output") {
        draft.push(["-o", output]);
    }
    Ok(draft)
}

fn first(target: &Target) -> &str {
    target.names.first().map_or("", String::as_str)
}

fn only_name<'t>(target: &'t Target, kind: &str) -> Result<&'t str, Stop> {
    match target.names.as_slice() {
        [name] => Ok(name),
        [] => Err(Stop::Ask {
            question: format!("What shall the {kind} be called?"),
            choices: Vec::new(),
            slot: Some(("name", target.kind.clone())),
        }),
        _ => Err(Stop::ask("One at a time, please: which first?")),
    }
}

fn namespace(scene: &Scene<'_>, target: &Target) -> Made {
    let name = only_name(target, "namespace")?;
    let mut draft = scene.draft("create namespace");
    draft.push([name]);
    draft.targets.push(("namespaces".to_owned(), name.to_owned()));
    draft.namespace = Some(name.to_owned());
    if target.before.is_some() || target.prep == "in" {
        return Err(Stop::Lost);
    }
    Ok(draft)
}

/// Images that are called as people call the program, so that `an nginx deployment` says which image.
const KNOWN_IMAGES: &[&str] = &[
    "nginx",
    "redis",
    "postgres",
    "mysql",
    "mariadb",
    "mongo",
    "httpd",
    "busybox",
    "alpine",
    "ubuntu",
    "debian",
    "rabbitmq",
    "memcached",
    "traefik",
    "caddy",
    "haproxy",
    "node",
    "python",
    "golang",
    "tomcat",
    "wordpress",
    "nats",
    "registry",
    "consul",
    "vault",
    "influxdb",
    "elasticsearch",
    "kibana",
    "ghost",
    "nextcloud",
    "etcd",
];

fn deployment(scene: &Scene<'_>, target: &Target, loose: bool) -> Made {
    let frame = scene.frame;
    let mut images: Vec<&str> = frame.take_all("image");
    images.dedup();
    let mut draft = scene.draft("create deployment");
    let known = |word: &str| KNOWN_IMAGES.contains(&word);
    if images.is_empty() {
        images.extend(target.before.as_deref().filter(|word| known(word)));
    } else if target.before.as_deref().is_some_and(|word| !images[0].contains(word)) {
        return Err(Stop::Lost);
    }
    if target.names.is_empty() && loose && !images.is_empty() {
        let base = images[0].rsplit('/').next().unwrap_or_default();
        draft.push([base.split([':', '@']).next().unwrap_or_default()]);
        draft.confidence *= 0.85;
    } else {
        draft.push([only_name(target, "deployment")?]);
    }
    draft.targets.push(("deployments".to_owned(), draft.args[2].clone()));
    if images.is_empty() && known(first(target)) {
        images.push(first(target));
        draft.confidence *= if loose { 0.9 } else { 0.85 };
        draft.notes.push(format!("The image is taken to be {}.", first(target)));
    }
    if images.is_empty() {
        return Err(Stop::need("image", "Which image shall it run?", Vec::new()));
    }
    draft.push(images.iter().map(|image| format!("--image={image}")));
    if let Some(replicas) = frame.take("replicas") {
        draft.push([format!("--replicas={replicas}")]);
    }
    if let Some(port) = frame.take("port") {
        draft.push([format!("--port={port}")]);
    }
    finish(scene, &mut draft);
    Ok(draft)
}

fn finish(scene: &Scene<'_>, draft: &mut Draft) {
    scene.add_one_namespace(draft);
}

fn configmap(scene: &Scene<'_>, target: &Target) -> Made {
    let mut draft = scene.draft("create configmap");
    draft.push([only_name(target, "configmap")?]);
    draft.targets.push(("configmaps".to_owned(), draft.args[2].clone()));
    if target.before.is_some() {
        return Err(Stop::Lost);
    }
    draft.push(
        scene.frame.take_all("pairs").into_iter().map(|pair| format!("--from-literal={}", bare_value(pair))),
    );
    if scene.frame.has("fromfile") || scene.frame.has("file") {
        return Err(Stop::Refuse(
            "A configmap from a file needs the file; use `kubechat run` with the file attached.".to_owned(),
        ));
    }
    finish(scene, &mut draft);
    Ok(draft)
}

/// `key='some words'` without the quotes.
pub(super) fn bare_value(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, value)) => format!("{key}={}", value.trim_matches(['\'', '"'])),
        None => pair.to_owned(),
    }
}

/// `deploy nginx`: a deployment of that name and image.
pub(super) fn deploy(scene: &Scene<'_>) -> Made {
    let mut draft = match scene.frame.targets.as_slice() {
        [target]
            if target.kind.as_deref().is_none_or(|kind| kind == "deployments") && target.names.len() < 2 =>
        {
            deployment(scene, target, true)?
        }
        [] if scene.frame.has("image") => deployment(scene, &Target::default(), true)?,
        [] => return Err(Stop::need("image", "Which image shall I deploy?", Vec::new())),
        _ => return Err(Stop::Lost),
    };
    scene.add_dry_run(&mut draft);
    Ok(draft)
}
