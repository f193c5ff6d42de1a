//! Making more kinds of objects: pods, services, jobs, secrets, rights, quotas.

use super::create::{bare_value, known_image, only_name, single_pairs};
use super::{Draft, Made, Scene, Stop, Wanted};
use crate::frame::Target;
use crate::link::singular;
use crate::remote;

fn named(scene: &Scene<'_>, words: &str, target: &Target) -> Made {
    let kind = target.kind.as_deref().unwrap_or_default();
    let name = only_name(target, &singular(scene.context, kind))?;
    let mut draft = scene.draft(words);
    draft.push([name]);
    draft.targets.push((kind.to_owned(), name.to_owned()));
    Ok(draft)
}

fn command(scene: &Scene<'_>, draft: &mut Draft) {
    let words: Vec<String> = scene.frame.take_all("cmd").into_iter().flat_map(remote::words).collect();
    if !words.is_empty() {
        draft.push(["--"]);
        draft.push(words);
    }
}

/// The image: said, or the word in front of the kind, or a name that is an image everybody knows.
fn image(scene: &Scene<'_>, target: Option<&Target>, draft: &mut Draft) -> Result<String, Stop> {
    let mut images = scene.frame.take_all("image");
    images.dedup();
    let before = target.and_then(|target| target.before.as_deref());
    match (images.as_slice(), before) {
        ([image], None) => Ok((*image).to_owned()),
        ([image], Some(word)) if image.contains(word) => Ok((*image).to_owned()),
        ([], Some(word)) if known_image(word) => Ok(word.to_owned()),
        ([], None) => {
            let name = target.and_then(|target| target.names.first()).filter(|name| known_image(name));
            let name = name.ok_or_else(|| Stop::need("image", "Which image shall it run?", Vec::new()))?;
            draft.confidence *= 0.87;
            draft.notes.push(format!("The image is taken to be {name}."));
            Ok(name.clone())
        }
        _ => Err(Stop::Lost),
    }
}

/// `kubectl run`.
pub(super) fn run(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let targets: Vec<&Target> = frame
        .targets
        .iter()
        .filter(|target| !(target.kind.as_deref() == Some("pods") && target.names.is_empty()))
        .collect();
    let target = match targets.as_slice() {
        [one] if one.kind.as_deref().is_none_or(|kind| kind == "pods") && one.names.len() == 1 => *one,
        [] => {
            let kinds = Some("pods".to_owned());
            return Err(Stop::Ask {
                question: "What shall the pod be called?".to_owned(),
                choices: Vec::new(),
                slot: Some(("name", kinds)),
            });
        }
        [one] if one.kind.as_deref().is_some_and(|kind| kind != "pods") => {
            let kind = singular(scene.context, one.kind.as_deref().unwrap_or_default());
            return Err(Stop::ask(format!("What shall be done with the {kind}?")));
        }
        _ => return Err(Stop::Lost),
    };
    pod(scene, target)
}

/// A pod from an image.
pub(super) fn pod(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("run");
    let kind = Some("pods".to_owned());
    let name = only_name(&Target { kind, ..target.clone() }, "pod")?.to_owned();
    draft.push([name.clone()]);
    draft.targets.push(("pods".to_owned(), name));
    let image = image(scene, Some(target), &mut draft)?;
    draft.push([format!("--image={image}")]);
    let mut env: Vec<String> = frame.take_all("envpair").into_iter().map(bare_value).collect();
    let (names, values) = (frame.take_all("envkey"), frame.take_all("envvalue"));
    if names.len() != values.len() {
        return Err(Stop::ask("Which variable, as NAME=value?"));
    }
    env.extend(names.iter().zip(values).map(|(name, value)| format!("{name}={value}")));
    for pair in frame.take_all("pairs") {
        if pair.split_once('=').is_some_and(|(key, _)| key.bytes().any(|b| b.is_ascii_uppercase())) {
            env.push(bare_value(pair));
        } else {
            return Err(Stop::ask(format!("Is {pair} a label or a variable?")));
        }
    }
    draft.push(env.into_iter().map(|pair| format!("--env={pair}")));
    let labels: Vec<&str> =
        frame.take_all("selector").into_iter().chain(frame.take_all("labelpair")).collect();
    if !labels.is_empty() {
        draft.push([format!("--labels={}", labels.join(","))]);
    }
    if let Some(port) = frame.take("port") {
        draft.push([format!("--port={port}")]);
    }
    if let Some(policy) = frame.take("restart") {
        draft.push([format!("--restart={policy}")]);
    }
    if frame.on("privileged") {
        draft.push(["--privileged"]);
    }
    let shell = frame.take("shell").map(str::to_owned);
    if frame.on("tty") {
        draft.push(["-it"]);
    }
    let brief = frame.on("brief") && frame.has("tty");
    if frame.on("rm") || brief {
        draft.push(["--rm"]);
    }
    scene.add_one_namespace(&mut draft);
    scene.add_dry_run(&mut draft);
    if let Some(output) = frame.take("output") {
        draft.push(["-o", output]);
    }
    let explicit = frame.says("command") && !frame.says("args") && !frame.says("arguments");
    if explicit && frame.says("as the command") {
        draft.push(["--command"]);
    }
    command(scene, &mut draft);
    if let Some(shell) = shell.filter(|_| !draft.args.iter().any(|arg| arg == "--")) {
        draft.push(["--", &shell]);
    }
    Ok(draft)
}

/// `kubectl expose`.
pub(super) fn expose(scene: &Scene<'_>) -> Made {
    let frame = scene.frame;
    let mut draft = scene.draft("expose");
    frame.on("exposedhow");
    frame.on("basis");
    let mut rest = frame.clone();
    let based = rest.targets.iter().filter(|target| target.kind.as_deref() != Some("services")).count() > 0;
    let own = rest
        .targets
        .iter()
        .position(|target| target.kind.as_deref() == Some("services") && (based || target.names.is_empty()));
    let mut name = frame.take("svcname").map(str::to_owned);
    if let Some(at) = own {
        let service = rest.targets.remove(at);
        name = name.or_else(|| service.names.first().cloned());
        if service.before.is_some() {
            return Err(Stop::Lost);
        }
    } else if rest.targets.len() > 1 && rest.targets[0].kind.as_deref() == Some("services") {
        // `a second service named a based on service b`
        name = rest.targets.remove(0).names.first().cloned().or(name);
    }
    if name.is_none()
        && let [_, second] = rest.targets.as_slice()
        && second.kind.is_none()
        && (second.prep == "as" || second.titled)
    {
        name = rest.targets.pop().and_then(|target| target.names.first().cloned());
    }
    let inner = Scene { context: scene.context, frame: &rest, namespace: scene.namespace.clone() };
    inner.add_subject(
        &mut draft,
        &Wanted {
            kinds: &[
                "deployments",
                "pods",
                "services",
                "replicasets",
                "replicationcontrollers",
                "statefulsets",
            ],
            only: true,
        },
    )?;
    frame.take("file");
    let ports = frame.take_all("svc-port");
    frame.take("port");
    let pair = ports.first().and_then(|port| port.split_once(':'));
    let port = pair.map(|pair| pair.0).or(ports.first().copied());
    let target = frame.take("svc-target").or(pair.map(|pair| pair.1));
    match (port, target) {
        (Some(port), _) if ports.len() == 1 => draft.push([format!("--port={port}")]),
        (None, Some(_)) => return Err(Stop::ask("On which port of the service?")),
        (None, None) if scene.frame.has("svctype") || name.is_some() || !based => {}
        (None, None) => {}
        _ => return Err(Stop::ask("One port at a time, please: which one?")),
    }
    if port.is_none() && target.is_none() {
        if frame.targets.iter().all(|target| target.kind.is_none()) {
            return Err(Stop::ask("Expose which kind of object, and on which port?"));
        }
        draft.confidence *= 0.85;
    }
    if let Some(target) = target {
        draft.push([format!("--target-port={target}")]);
    }
    if let Some(name) = name {
        draft.push([format!("--name={name}")]);
    }
    if let Some(kind) = frame.take("svctype").or_else(|| said_type(scene)) {
        draft.push([format!("--type={kind}")]);
    }
    if let Some(protocol) = frame.take("protocol").filter(|protocol| *protocol != "TCP") {
        draft.push([format!("--protocol={protocol}")]);
    }
    if frame.on("affinity") {
        draft.push(["--session-affinity=ClientIP"]);
    }
    scene.add_one_namespace(&mut draft);
    scene.add_dry_run(&mut draft);
    if let Some(output) = frame.take("output") {
        draft.push(["-o", output]);
    }
    Ok(draft)
}

/// The type of a service where its word is part of a longer phrase.
pub(super) fn said_type(scene: &Scene<'_>) -> Option<&'static str> {
    [
        ("nodeport", "NodePort"),
        ("loadbalancer", "LoadBalancer"),
        ("clusterip", "ClusterIP"),
        ("load balancer", "LoadBalancer"),
        ("node port service", "NodePort"),
    ]
    .into_iter()
    .find(|(said, _)| scene.frame.says(said))
    .map(|(_, kind)| kind)
}

/// `kubectl create service`.
pub(super) fn service(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    let kind = frame.take("svctype").unwrap_or("ClusterIP").to_ascii_lowercase();
    let guessed = !frame.has("svctype") && !frame.has("headless");
    let mut draft = named(scene, &format!("create service {kind}"), target)?;
    if guessed {
        if !frame.says("create") {
            return Err(Stop::Lost);
        }
        draft.confidence *= 0.85;
    }
    if frame.on("headless") {
        draft.push(["--clusterip=None"]);
    }
    if kind == "externalname" {
        let Some(host) = frame.take("external") else {
            return Err(Stop::ask("Which host name shall it stand for?"));
        };
        draft.push(["--external-name", host]);
    }
    let ports = frame.take_all("svc-port");
    frame.take("port");
    let goals = frame.take_all("svc-target");
    match (ports.as_slice(), goals.as_slice()) {
        ([], []) if kind == "externalname" || frame.says("headless") => {}
        ([port], [goal]) => draft.push([format!("--tcp={port}:{goal}")]),
        ([_, ..], []) => draft.push(ports.iter().map(|port| format!("--tcp={port}"))),
        ([], [goal]) => draft.push([format!("--tcp={goal}")]),
        _ => return Err(Stop::ask("Which port, and which one of the pods, as 80:8080?")),
    }
    if let Some(node) = frame.take("svc-node") {
        draft.push([format!("--node-port={node}")]);
    }
    Ok(draft)
}

/// `kubectl create job`.
pub(super) fn job(scene: &Scene<'_>, target: &Target, from: Option<&Target>) -> Made {
    for slot in ["fromcron", "byhand", "running"] {
        scene.frame.on(slot);
    }
    let mut draft = named(scene, "create job", target)?;
    if let Some(cron) = from {
        let [name] = cron.names.as_slice() else { return Err(scene.which("cronjobs")) };
        draft.push([format!("--from=cronjob/{name}")]);
    } else {
        let image = image(scene, Some(target), &mut draft)?;
        draft.push([format!("--image={image}")]);
    }
    Ok(draft)
}

/// `kubectl create cronjob`.
pub(super) fn cronjob(scene: &Scene<'_>, target: &Target) -> Made {
    let mut draft = named(scene, "create cronjob", target)?;
    let image = image(scene, Some(target), &mut draft)?;
    draft.push([format!("--image={image}")]);
    let Some(schedule) = schedule(scene) else {
        return Err(Stop::ask("When shall it run, for example “*/5 * * * *”?"));
    };
    draft.push([format!("--schedule={schedule}")]);
    if let Some(policy) = scene.frame.take("restart") {
        draft.push([format!("--restart={policy}")]);
    }
    Ok(draft)
}

fn schedule(scene: &Scene<'_>) -> Option<String> {
    let frame = scene.frame;
    if let Some(cron) = frame.take("schedule") {
        return Some(cron.to_owned());
    }
    let span = frame.take("each")?;
    let (number, unit) = span.split_at(span.len() - 1);
    let number: u32 = number.parse().ok()?;
    match (unit, number) {
        ("m", 1) => Some("* * * * *".to_owned()),
        ("m", 2..=59) => Some(format!("*/{number} * * * *")),
        ("h", 1) => Some("0 * * * *".to_owned()),
        ("h", 2..=23) => Some(format!("0 */{number} * * *")),
        ("h", 24) => Some("0 0 * * *".to_owned()),
        ("h", 168) => Some("0 0 * * 0".to_owned()),
        _ => None,
    }
}

/// The command of a job, behind everything else.
pub(super) fn trailing(scene: &Scene<'_>, draft: &mut Draft) {
    command(scene, draft);
}

/// `kubectl create secret`.
pub(super) fn secret(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    if frame.on("pullsecret") || frame.has("docker") {
        return pull_secret(scene, target);
    }
    if frame.on("tls") || (frame.has("certfile") && frame.has("keyfile")) {
        let mut draft = named(scene, "create secret tls", target)?;
        let (Some(cert), Some(key)) = (frame.take("certfile"), frame.take("keyfile")) else {
            return Err(Stop::ask("From which certificate file and which key file?"));
        };
        draft.push([format!("--cert={cert}"), format!("--key={key}")]);
        return Ok(draft);
    }
    frame.on("generic");
    let mut draft = named(scene, "create secret generic", target)?;
    sources(scene, &mut draft);
    if draft.args.len() < 5 {
        return Err(Stop::ask("With which keys and values, as key=value?"));
    }
    Ok(draft)
}

fn pull_secret(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    frame.on("docker");
    let mut draft = named(scene, "create secret docker-registry", target)?;
    let mut any = false;
    for (slot, flag) in [
        ("dockerserver", "--docker-server"),
        ("dockeruser", "--docker-username"),
        ("dockerpassword", "--docker-password"),
        ("dockeremail", "--docker-email"),
    ] {
        if let Some(value) = frame.take(slot) {
            draft.push([format!("{flag}={value}")]);
            any = true;
        }
    }
    for file in frame.take_all("fromfile").into_iter().chain(frame.take_all("file")) {
        draft.push([format!("--from-file={file}")]);
        any = true;
    }
    if any { Ok(draft) } else { Err(Stop::ask("For which registry, user and password, or from which file?")) }
}

/// Literals and files of a configmap or secret.
pub(super) fn sources(scene: &Scene<'_>, draft: &mut Draft) {
    let frame = scene.frame;
    let mut literals: Vec<&str> = frame.take_all("pairs");
    literals.extend(frame.take_all("selector"));
    for pair in single_pairs(literals) {
        let file =
            pair.split_once('=').is_some_and(|(_, value)| value.starts_with("./") || value.starts_with('/'));
        let flag = if file && frame.says("file") { "--from-file" } else { "--from-literal" };
        draft.push([format!("{flag}={pair}")]);
    }
    let (keys, values) = (frame.take_all("key"), frame.take_all("value"));
    if keys.len() == values.len() {
        draft.push(keys.iter().zip(values).map(|(key, value)| format!("--from-literal={key}={value}")));
    } else {
        draft.confidence = 0.0;
    }
    let (keys, files) = (frame.take_all("filekey"), frame.take_all("keyedfile"));
    draft.push(keys.iter().zip(files).map(|(key, file)| format!("--from-file={key}={file}")));
    draft.push(frame.take_all("envfilepath").into_iter().map(|file| format!("--from-env-file={file}")));
    let env = frame.on("envfile");
    for file in frame.take_all("fromfile").into_iter().chain(frame.take_all("file")) {
        draft.push([format!("--from-{}={file}", if env { "env-file" } else { "file" })]);
    }
}

/// `kubectl create role` and `clusterrole`.
pub(super) fn role(scene: &Scene<'_>, target: &Target, words: &str) -> Made {
    let frame = scene.frame;
    let mut draft = named(scene, words, target)?;
    let (Some(verbs), Some(resources)) = (frame.take("right-verbs"), frame.take("right-resources")) else {
        return Err(Stop::ask("Which verbs on which resources, for example get and list on pods?"));
    };
    draft.push([format!("--verb={verbs}"), format!("--resource={resources}")]);
    for name in frame.take_all("rightname") {
        draft.push([format!("--resource-name={name}")]);
    }
    Ok(draft)
}

/// `kubectl create rolebinding` and `clusterrolebinding`.
pub(super) fn binding(scene: &Scene<'_>, target: &Target, words: &str) -> Made {
    let frame = scene.frame;
    let mut draft = named(scene, words, target)?;
    match (frame.take("bind-role"), frame.take("bind-clusterrole")) {
        (None, Some(role)) => draft.push([format!("--clusterrole={role}")]),
        (Some(role), None) if words == "create rolebinding" => draft.push([format!("--role={role}")]),
        _ => return Err(Stop::ask("Which role shall it bind, and to whom?")),
    }
    let before = draft.args.len();
    draft.push(frame.take_all("bind-user").into_iter().map(|user| format!("--user={user}")));
    draft.push(frame.take_all("bind-group").into_iter().map(|group| format!("--group={group}")));
    for account in frame.take_all("bind-sa") {
        let place = scene.namespace.as_deref().unwrap_or("default");
        let full = if account.contains(':') { account.to_owned() } else { format!("{place}:{account}") };
        if !account.contains(':') && scene.namespace.is_none() {
            draft.confidence *= 0.8;
        }
        draft.push([format!("--serviceaccount={full}")]);
    }
    if draft.args.len() == before {
        return Err(Stop::ask("Bind it to whom: which user, group or service account?"));
    }
    Ok(draft)
}

/// `kubectl create quota`.
pub(super) fn quota(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    let mut draft = named(scene, "create quota", target)?;
    let hard = frame.take_all("hard");
    if hard.is_empty() {
        return Err(Stop::ask("With which hard limits, for example pods=20,cpu=4?"));
    }
    draft.push([format!("--hard={}", hard.join(","))]);
    if let Some(scopes) = frame.take("scopes") {
        draft.push([format!("--scopes={scopes}")]);
    }
    Ok(draft)
}

/// `kubectl create pdb`.
pub(super) fn budget(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    let mut draft = named(scene, "create pdb", target)?;
    let selector = scene.selector().or_else(|| frame.take("pairs").map(str::to_owned));
    let Some(selector) = selector else { return Err(Stop::ask("For which pods, by which label?")) };
    draft.push([format!("--selector={selector}")]);
    match (frame.take("minavailable"), frame.take("maxunavailable")) {
        (Some(min), None) => draft.push([format!("--min-available={min}")]),
        (None, Some(max)) => draft.push([format!("--max-unavailable={max}")]),
        _ => return Err(Stop::ask("How many must stay available?")),
    }
    Ok(draft)
}

/// `kubectl create priorityclass`.
pub(super) fn priority(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    let mut draft = named(scene, "create priorityclass", target)?;
    let Some(value) = frame.take("priority") else { return Err(Stop::ask("With which value?")) };
    draft.push([format!("--value={value}")]);
    if let Some(text) = frame.take("description") {
        draft.push([format!("--description={text}")]);
    }
    if frame.on("globaldefault") {
        draft.push(["--global-default=true"]);
    }
    if let Some(policy) = frame.take("preemption") {
        draft.push([format!("--preemption-policy={policy}")]);
    }
    Ok(draft)
}

/// `kubectl create ingress`.
pub(super) fn ingress(scene: &Scene<'_>, target: &Target) -> Made {
    let frame = scene.frame;
    let mut draft = named(scene, "create ingress", target)?;
    if let Some(class) = frame.take("ingressclass") {
        draft.push([format!("--class={class}")]);
    }
    let mut rules = frame.take_all("rule");
    rules.extend(frame.take_all("pairs"));
    if rules.is_empty() {
        return Err(Stop::ask("Which host and path go to which service and port?"));
    }
    draft.push(rules.into_iter().map(|rule| format!("--rule={rule}")));
    Ok(draft)
}

/// Kinds that need a name and nothing else.
pub(super) fn bare(scene: &Scene<'_>, target: &Target, words: &str) -> Made {
    named(scene, words, target)
}
