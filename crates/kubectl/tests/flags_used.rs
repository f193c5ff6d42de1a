//! No flag is read and then forgotten: each one changes what its command does, is refused, or stands here with the reason
//! why it makes no difference.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use kubechat_kubectl::apply::LAST_APPLIED;
use kubechat_kubectl::grammar::{Flag, global_flags, verbs};
use kubechat_kubectl::plan::{Context, Read};
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, Planned};
use serde_json::{Value, json};

/// Lines of each verb. What a flag makes of one of them is enough.
const LINES: &[&str] = &[
    "get pods",
    "get pods -o jsonpath={.x}",
    "get pods --watch",
    "get -f w.yaml",
    "describe deployment",
    "describe -f w.yaml",
    "logs web",
    "logs deployment/web",
    "logs -l app=web",
    "top pod",
    "top node",
    "events",
    "events -o jsonpath={.x}",
    "explain pods",
    "explain events",
    "api-resources",
    "version",
    "auth whoami",
    "auth whoami -o jsonpath={.x}",
    "auth can-i get pods",
    "auth can-i",
    "scale deployment/web --replicas=3",
    "scale deployment --replicas=3",
    "scale --replicas=3 -f w.yaml",
    "rollout status deployment/web",
    "rollout status deployment",
    "rollout status -f w.yaml",
    "rollout history deployment/web",
    "rollout history deployment",
    "rollout history -f w.yaml",
    "rollout restart deployment/web",
    "rollout restart deployment",
    "rollout restart -f w.yaml",
    "rollout pause deployment/web",
    "rollout pause deployment",
    "rollout pause -f w.yaml",
    "rollout resume deployment/web",
    "rollout resume deployment",
    "rollout resume -f w.yaml",
    "rollout undo deployment/web",
    "rollout undo deployment",
    "rollout undo -f w.yaml",
    "set image deployment/web app=b",
    "set image deployment app=b",
    "set image -f w.yaml app=b",
    "set selector service/web a=b",
    "set selector service a=b",
    "set selector -f service.yaml a=b",
    "set serviceaccount deployment/web robot",
    "set serviceaccount deployment robot",
    "set serviceaccount -f w.yaml robot",
    "set subject rolebinding/web",
    "set subject rolebinding/web --user=u",
    "set subject rolebinding --user=u",
    "set subject -f binding.yaml --user=u",
    "set resources deployment/web --limits=cpu=1",
    "set resources deployment --limits=cpu=1",
    "set resources -f w.yaml --limits=cpu=1",
    "set env deployment/web COLOUR=blue",
    "set env deployment COLOUR=blue",
    "set env deployment/web",
    "set env deployment/web --list",
    "set env deployment/web --from=secret/web",
    "set env -f w.yaml COLOUR=blue",
    "label pod/web app=other",
    "label pods app=other --overwrite",
    "label pods app=other --overwrite --all",
    "label -f w.yaml app=other --overwrite",
    "annotate pod/web note=other",
    "annotate pods note=other --overwrite",
    "annotate pods note=other --overwrite --all",
    "annotate -f w.yaml note=other --overwrite",
    "create -f w.yaml",
    "create -f folder",
    "create clusterrole a --verb=get --resource=pods",
    "create clusterrole a",
    "create clusterrolebinding a --clusterrole=b",
    "create configmap a",
    "create cronjob a --image=b --schedule='* * * * *'",
    "create deployment a --image=b",
    "create ingress a --rule=a/b=c:80",
    "create job a --image=b",
    "create job a",
    "create namespace a",
    "create poddisruptionbudget a --selector=a=b --min-available=1",
    "create poddisruptionbudget a --selector=a=b",
    "create priorityclass a --value=1",
    "create quota a",
    "create role a --verb=get --resource=pods",
    "create rolebinding a --role=b",
    "create rolebinding a",
    "create secret docker-registry a --docker-username=a --docker-password=b",
    "create secret docker-registry a",
    "create secret generic a",
    "create secret tls a --cert=tls.crt --key=tls.key",
    "create service clusterip a --tcp=80",
    "create service externalname a --external-name=b",
    "create service loadbalancer a --tcp=80",
    "create service nodeport a --tcp=80",
    "create serviceaccount a",
    "create token a",
    "create token a --bound-object-name=web",
    "create token a --bound-object-kind=Pod --bound-object-name=web",
    "delete pod/web",
    "delete pods",
    "delete pods --all",
    "delete pod/none",
    "delete -f folder",
    "cordon n1",
    "cordon",
    "uncordon n1",
    "uncordon",
    "drain n1",
    "drain",
    "patch deployment/web -p '{\"a\":1}'",
    "patch deployment/web",
    "patch -f w.yaml -p '{\"a\":1}'",
    "taint nodes n1 a=b:NoSchedule",
    "taint nodes a=b:NoSchedule",
    "exec web -- ls",
    "exec -- ls",
    "exec -f pod.yaml -- ls",
    "exec -it web -- ls",
    "attach web",
    "attach -it web",
    "cp web:/a b",
    "cp b web:/a",
    "port-forward web 8080",
    "debug web --image=b",
    "debug --image=b",
    "debug web --image=b -- ls",
    "debug web",
    "debug web --image=b --copy-to=c",
    "debug node/n1 --image=b",
    "debug -f pod.yaml --image=b",
    "run a --image=b",
    "run a --image=b -- ls",
    "run a --image=b -it",
    "run a --image=b --overrides='{\"spec\":{\"containers\":[{\"name\":\"a\",\"tty\":true}]}}'",
    "run a --image=b -it --rm",
    "run a --image=b --port=80",
    "expose deployment/web --port=80",
    "expose deployment/web --port=80 --type=LoadBalancer",
    "expose -f w.yaml --port=80",
    "expose deployment/web --port=80 --overrides='{\"spec\":{\"ports\":[{\"port\":80,\"name\":\"a\"}]}}'",
    "autoscale deployment/web --max=3",
    "autoscale -f w.yaml --max=3",
    "certificate approve web",
    "certificate approve -f csr.yaml",
    "certificate deny denied",
    "certificate deny -f denied.yaml",
    "wait pod/web --for=delete",
    "wait pods --for=delete",
    "wait pods --all --for=delete",
    "wait pod/web",
    "wait -f w.yaml --for=delete",
    "cluster-info dump",
    "config view",
    "config view -o jsonpath={.x}",
    "config get-contexts",
    "apply -f w.yaml",
    "apply -f folder",
    "apply -f w.yaml --server-side",
    "apply -f w.yaml --prune",
    "apply -f w.yaml --prune -l app=web",
    "apply edit-last-applied deployment/web",
    "apply edit-last-applied -f w.yaml",
    "apply set-last-applied -f noteless.yaml",
    "apply set-last-applied -f w.yaml",
    "apply set-last-applied",
    "apply view-last-applied deployment/web",
    "apply view-last-applied deployment",
    "apply view-last-applied -f w.yaml",
    "replace -f w.yaml",
    "replace -f folder",
    "replace -f w.yaml --force",
    "edit deployment/web",
    "edit -f w.yaml",
    "diff -f w.yaml",
    "diff -f folder",
    "diff -f w.yaml --server-side",
    "diff -f w.yaml --prune",
    "auth reconcile -f rights.yaml",
    "auth reconcile -f folder",
];

/// Values that say something, where `1` would not.
const VALUES: &[(&str, &str)] = &[
    ("default-backend", "svc:80"),
    ("bound-object-kind", "Pod"),
    ("custom", "custom.yaml"),
    ("replicas", "4"),
    ("min", "2"),
    ("containers", "side"),
    ("container", "side"),
    ("address", "0.0.0.0"),
    ("aggregation-rule", "a=b"),
    ("annotation", "a=b"),
    ("annotations", "a=b"),
    ("bound-object-uid", "u"),
    ("cascade", "orphan"),
    ("clusterip", "None"),
    ("cpu", "50%"),
    ("docker-email", "a@example.com"),
    ("dry-run", "server"),
    ("env", "A=b"),
    ("field-selector", "metadata.name=web"),
    ("filename", "other.yaml"),
    ("for", "pod/web"),
    ("from", "cronjob/web"),
    ("from-env-file", "settings.env"),
    ("from-file", "settings.env"),
    ("from-literal", "a=b"),
    ("hard", "pods=1"),
    ("image", "other"),
    ("image-pull-policy", "Never"),
    ("keys", "KEY"),
    ("labels", "a=b"),
    ("limits", "cpu=2"),
    ("memory", "50%"),
    ("non-resource-url", "/metrics"),
    ("output", "json"),
    ("overrides", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}"),
    ("override-type", "strategic"),
    ("patch", "{\"b\":1}"),
    ("patch-file", "patch.yaml"),
    ("preemption-policy", "Never"),
    ("profile", "sysadmin"),
    ("protocol", "UDP"),
    ("prune-allowlist", "core/v1/ConfigMap"),
    ("requests", "cpu=1"),
    ("resource", "services"),
    ("restart", "Never"),
    ("rule", "x/y=z:80"),
    ("schedule", "1 * * * *"),
    ("scopes", "BestEffort"),
    ("selector", "app=web"),
    ("serviceaccount", "x:robot"),
    ("session-affinity", "ClientIP"),
    ("set-image", "app=other"),
    ("since-time", "2026-01-01T00:00:00Z"),
    ("sort-by", "name"),
    ("tcp", "81"),
    ("template", "{{.x}}"),
    ("type", "NodePort"),
    ("types", "Warning"),
    ("validate", "warn"),
    ("verb", "list"),
];

/// The same for one verb.
const VALUES_OF: &[(&str, &str, &str)] = &[
    ("apply set-last-applied", "filename", "w.yaml"),
    ("cluster-info dump", "output", "yaml"),
    ("config get-contexts", "output", "name"),
    ("create priorityclass", "value", "2"),
    ("create secret docker-registry", "from-file", ".dockerconfigjson=docker.json"),
    ("debug", "filename", "pod.yaml"),
    ("delete", "output", "name"),
    ("exec", "filename", "pod.yaml"),
    ("api-resources", "verbs", "list"),
    ("certificate approve", "output", "json"),
    ("cluster-info dump", "namespaces", "a"),
    ("create cronjob", "restart", "Never"),
    ("create ingress", "class", "a"),
    ("create secret tls", "cert", "other.crt"),
    ("create secret tls", "key", "other.key"),
    ("create service externalname", "external-name", "c"),
    ("explain", "api-version", "events.k8s.io/v1"),
    ("get", "subresource", "status"),
    ("patch", "type", "merge"),
    ("set env", "from", "configmap/web"),
    ("set subject", "group", "g"),
    ("top node", "sort-by", "memory"),
    ("top pod", "sort-by", "memory"),
    ("wait", "for", "jsonpath={.a}=b"),
];

const QUIET: &str = "what kubectl says itself beside the words of the other side";

/// Flags that make no difference to what is done, and why: `*` for every verb.
const NO_DIFFERENCE: &[(&str, &str, &str)] = &[
    ("*", "v", "how much kubectl says of itself"),
    ("*", "vmodule", "how much kubectl says of itself"),
    ("*", "log-flush-frequency", "how much kubectl says of itself"),
    ("*", "disable-compression", "how answers travel"),
    ("*", "chunk-size", "how many objects travel at once"),
    ("*", "use-protocol-buffers", "how answers travel"),
    ("api-resources", "cached", "the types are kept for a minute, and read anew where one is missing"),
    ("apply", "openapi-patch", "from where kubectl learns how lists are merged"),
    ("apply", "timeout", "for `--force`, which is refused"),
    ("apply", "wait", "for `--force`, which is refused"),
    ("attach", "quiet", QUIET),
    ("cluster-info dump", "allow-missing-template-keys", "it is printed as JSON or YAML, by no template"),
    ("cluster-info dump", "pod-running-timeout", "it dumps what is there, and waits for nothing"),
    ("debug", "quiet", QUIET),
    ("delete", "interactive", "what is deleted is always shown and asked about first"),
    ("diff", "concurrency", "how many objects are asked for at once"),
    ("exec", "quiet", QUIET),
    ("explain", "output", "from which document the same text is taken"),
    ("replace", "wait", "the next object is made when the one before has gone"),
    ("rollout history", "allow-missing-template-keys", "it is printed by no template"),
    ("run", "filename", "kubectl itself asks it for nothing but what `--rm` deletes"),
    ("run", "quiet", QUIET),
    ("run", "recursive", "kubectl itself asks it for nothing but what `--rm` deletes"),
];

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {app: web}}\nspec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: a, ports: [{containerPort: 80}], env: [{name: COLOUR, value: red}]}]}}}\n";
const OTHER: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
const RIGHTS: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web}\nrules: [{apiGroups: [''], resources: [pods], verbs: [list]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web}\nroleRef: {kind: Role, name: web}\nsubjects: [{kind: User, name: bert}]\n";

fn attachments() -> Attachments {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: a}]}\n";
    let csr = "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: web}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    let pem = |kind: &str, text: &str| format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n");
    let live = WEB.replace("name: web,", "name: web, namespace: here,");
    let texts = [
        ("w.yaml", WEB.to_owned()),
        ("other.yaml", OTHER.to_owned()),
        ("noteless.yaml", OTHER.to_owned()),
        ("rights.yaml", RIGHTS.to_owned()),
        ("binding.yaml", RIGHTS.split_once("---\n").expect("two").1.to_owned()),
        ("pod.yaml", pod.to_owned()),
        ("service.yaml", service.to_owned()),
        ("csr.yaml", csr.to_owned()),
        ("denied.yaml", csr.replace("name: web", "name: denied")),
        ("folder/a.yaml", format!("{WEB}---\n{OTHER}")),
        ("folder/in/b.yaml", RIGHTS.to_owned()),
        ("custom.yaml", "{tty: true}".to_owned()),
        ("docker.json", "{\"auths\": {}}".to_owned()),
        ("patch.yaml", "{b: 2}".to_owned()),
        ("settings.env", "A=b\n".to_owned()),
        ("tls.crt", pem("CERTIFICATE", "AA==")),
        ("other.crt", pem("CERTIFICATE", "AQ==")),
        ("tls.key", pem("PRIVATE KEY", "AA==")),
        ("other.key", pem("PRIVATE KEY", "AQ==")),
        ("edited", live.replace("replicas: 2", "replicas: 3")),
        ("original", live),
    ];
    texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

/// What every line is asked of.
static GIVEN: LazyLock<(Catalog, Attachments)> = LazyLock::new(|| (Catalog::builtin(), attachments()));

/// What a read finds: objects that have something of everything, but none that is called so.
fn found(read: &Read) -> Vec<Value> {
    match (read.resource.as_str(), read.name.as_deref()) {
        (_, Some("none")) => Vec::new(),
        ("replicasets.apps", None) => [1, 2, 3]
            .map(|revision| {
                let mut set = object(read);
                set["metadata"]["name"] = json!(format!("web-{revision}"));
                set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] =
                    json!(revision.to_string());
                set["spec"]["template"]["spec"]["containers"][0]["image"] = json!(format!("a:{revision}"));
                set
            })
            .to_vec(),
        _ => vec![object(read)],
    }
}

fn object(read: &Read) -> Value {
    let resource = GIVEN.0.find(&read.resource).expect("a type").clone();
    let selector = match resource.plural.as_str() {
        "services" => json!({"app": "web"}),
        _ => json!({"matchLabels": {"app": "web"}}),
    };
    let pod = json!({"containers": [
        {"name": "app", "image": "a", "ports": [{"containerPort": 80}], "env": [
            {"name": "COLOUR", "value": "red"},
            {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "db", "key": "KEY"}}},
        ], "livenessProbe": {}, "readinessProbe": {}, "startupProbe": {}},
        {"name": "side", "image": "a"},
    ], "initContainers": [{"name": "init", "image": "a"}], "nodeName": "n1"});
    let mut spec = json!({"replicas": 5, "selector": selector, "ports": [{"port": 80}], "paused": false,
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
        "jobTemplate": {"spec": {"template": {"spec": pod}}}, "schedule": "* * * * *"});
    spec.as_object_mut().expect("an object").extend(pod.as_object().expect("an object").clone());
    let name = read.name.clone().unwrap_or_else(|| "web".to_owned());
    let mut object = json!({"apiVersion": resource.api_version(), "kind": resource.kind, "spec": spec,
        "metadata": {"name": name, "uid": "u", "resourceVersion": "1", "labels": {"app": "web"},
            "annotations": {"note": "red", "deployment.kubernetes.io/revision": "3"},
            "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "u", "controller": true}]},
        "status": {"phase": "Running", "conditions": [
            {"type": if read.name.as_deref() == Some("denied") { "Denied" } else { "Approved" }, "status": "True"},
        ]}, "data": {"KEY": "dg==", "OTHER": "dg=="}, "subjects": [{"kind": "User", "name": "anna"}],
        "roleRef": {"kind": "Role", "name": "web"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]});
    if read.resource == "deployments.apps" || read.name.is_none() {
        let note = json!({"spec": {"replicas": 9}}).to_string();
        object["metadata"]["annotations"][LAST_APPLIED] = json!(note);
    }
    if resource.namespaced {
        object["metadata"]["namespace"] = json!(read.namespace);
    }
    object
}

/// The reason why a flag is refused, or all that it makes of the line; nothing where its value is not understood, or
/// more is missing.
fn outcome(line: &str) -> Option<String> {
    const REFUSED: &[&str] = &[
        "unsupported-flag",
        "bad-combination",
        "deprecated-flag",
        "not-yet",
        "not-loopback",
        "already-set",
        "apply-conflict",
        "names-and-file",
        "names-and-selector",
        "names-in-all-namespaces",
    ];
    let (catalog, attachments) = &*GIVEN;
    let mut facts = Facts::new();
    let told = |refusal: kubechat_kubectl::Refusal| {
        // A verb that knows two forms only says so of every template.
        let said =
            REFUSED.contains(&refusal.id) || (refusal.id == "bad-value" && line.contains("--template="));
        said.then(|| refusal.to_string())
    };
    let command = match Command::parse(&format!("kubectl {line}")) {
        Ok(command) => command,
        Err(refusal) => return told(refusal),
    };
    let edit = (command.edits_windows_lines(), command.sources());
    for _ in 0..8 {
        let now = "2026-02-03T04:05:06Z".parse().expect("a time");
        let ctx = Context { namespace: "here", now, catalog, facts: &facts, attachments };
        match command.plan(&ctx) {
            Ok(Planned::Ready(plan)) => return Some(format!("{plan:?} {edit:?}")),
            Ok(Planned::Need(reads)) => facts.extend(reads.into_iter().map(|read| {
                let found = found(&read);
                (read, found)
            })),
            Err(refusal) => return told(refusal),
        }
    }
    None
}

/// Ways to give a flag.
fn spellings(verb: &str, flag: &Flag) -> Vec<String> {
    let long = flag.long;
    if flag.takes.is_empty() {
        return vec![format!("--{long}"), format!("--{long}=false")];
    }
    let own =
        VALUES_OF.iter().find(|(known, name, _)| (*known, *name) == (verb, long)).map(|(.., value)| *value);
    let value = own
        .or_else(|| flag.only.first().copied())
        .or_else(|| VALUES.iter().find(|(name, _)| *name == long).map(|(_, value)| *value));
    let value = value.unwrap_or(if flag.takes == "span of time" { "77s" } else { "1" });
    vec![format!("--{long}='{value}'"), format!("--{long}='x{value}'")]
}

/// What a flag needs beside it to say anything.
fn companion(flag: &Flag) -> &'static str {
    if flag.long == "allow-missing-template-keys" { " -o jsonpath={.x}" } else { "" }
}

fn tells(verb: &str, flag: &Flag, before: &BTreeMap<&str, Option<String>>) -> bool {
    let own =
        |line: &str| line.strip_prefix(verb).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let fitting = before.iter().filter(|(line, _)| own(line) && verb_of(line) == Some(verb));
    fitting.into_iter().any(|(line, before)| {
        let (own, behind) = line.split_once(" -- ").map_or((*line, None), |(own, rest)| (own, Some(rest)));
        let behind = behind.map(|rest| format!(" -- {rest}")).unwrap_or_default();
        let with = companion(flag);
        let before = if with.is_empty() { before.clone() } else { outcome(&format!("{own}{with}{behind}")) };
        spellings(verb, flag).iter().any(|given| {
            let after = outcome(&format!("{own}{with} {given}{behind}"));
            after.is_some() && after != before
        })
    })
}

fn verb_of(line: &str) -> Option<&'static str> {
    let names = verbs().into_iter().map(|verb| verb.name);
    names.filter(|name| line == *name || line.starts_with(&format!("{name} "))).max_by_key(|name| name.len())
}

#[test]
fn every_flag_does_something_or_is_refused() {
    let before: BTreeMap<&str, Option<String>> = LINES.iter().map(|line| (*line, outcome(line))).collect();
    let idle = |verb: &str, flag: &str| {
        NO_DIFFERENCE.iter().any(|(known, name, _)| ["*", verb].contains(known) && *name == flag)
    };
    // What builds kustomizations has tests of its own.
    let verbs: Vec<_> = verbs().into_iter().filter(|verb| verb.name != "kustomize").collect();
    let mut wrong = BTreeSet::new();
    for verb in &verbs {
        for flag in verb.flags.iter().filter(|flag| flag.refused.is_none() && flag.long != "kustomize") {
            match (tells(verb.name, flag, &before), idle(verb.name, flag.long)) {
                (false, false) => wrong.insert(format!("{} --{}: makes no difference", verb.name, flag.long)),
                (true, true) => {
                    wrong.insert(format!("{} --{}: does make a difference", verb.name, flag.long))
                }
                _ => false,
            };
        }
    }
    for flag in global_flags().iter().filter(|flag| flag.refused.is_none() && flag.long != "help") {
        if tells("get", flag, &before) == idle("get", flag.long) {
            wrong.insert(format!("--{}: makes no difference", flag.long));
        }
    }
    assert!(wrong.is_empty(), "{} flags:\n{}", wrong.len(), wrong.into_iter().collect::<Vec<_>>().join("\n"));
}
