//! One file per verb family; here are the verbs that have none, and why.

pub mod access;
pub mod api;
pub mod auth;
pub mod autoscale;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod describe;
pub mod events;
pub mod explain;
pub mod get;
pub mod label;
pub mod later;
pub mod logs;
pub mod patch;
pub mod rollout;
pub mod run;
pub mod scale;
pub mod set;
pub mod set_containers;
pub mod taint;
pub mod top;

use crate::refusal::Refusal;

/// kubectl's own aliases of first words.
pub(crate) fn canonical(word: &str) -> &str {
    match word {
        "clusterinfo" => "cluster-info",
        "ev" => "events",
        other => other,
    }
}

/// The same for second words.
pub(crate) fn canonical_pair(first: &str, second: &str) -> String {
    let second = match (first, second) {
        ("top", "pods" | "po") => "pod",
        ("top", "nodes" | "no") => "node",
        ("create", "ns") => "namespace",
        ("create", "deploy" | "dep") => "deployment",
        ("create", "cm") => "configmap",
        ("create", "sa") => "serviceaccount",
        ("create", "resourcequota") => "quota",
        ("create", "svc") => "service",
        ("create", "ing") => "ingress",
        ("create", "cj") => "cronjob",
        ("create", "pdb") => "poddisruptionbudget",
        ("create", "pc") => "priorityclass",
        (_, other) => other,
    };
    format!("{first} {second}")
}

/// Verbs that are refused on purpose, with what to use instead.
const BY_DESIGN: &[(&str, &str)] = &[
    (
        "proxy",
        "A proxy would hand out your rights to everybody who can reach it; ask for what you need with `kubectl get` instead.",
    ),
    ("plugin", "Plugins are programs of their own and are not run; use the built-in verbs."),
    ("completion", "Shell completion is printed by `kubechat completions`."),
    (
        "config",
        "The kubeconfig is not read or changed from a command; the cluster and namespace are chosen in the session.",
    ),
    (
        "kuberc",
        "kubectl's preferences file is not read or changed from a command; choose cluster and namespace in the session.",
    ),
    ("options", "The global flags that are understood here are `-n`, `--request-timeout` and `--help`."),
];

/// Verbs that are part of kubectl but not carried out yet.
const NOT_YET: &[(&str, &str)] = &[
    ("apply", "Write the change with create, set, scale, label or annotate."),
    ("replace", "Write the change with create, set, scale, label or annotate."),
    ("edit", "Write the change with set, scale, label or annotate."),
    ("diff", "The preview of every change shows its difference."),
    ("kustomize", "Render it elsewhere."),
    ("set", "`kubectl set image`, `set resources` and `set env` are there."),
    (
        "create",
        "Namespaces, deployments, configmaps, secrets, service accounts, quotas, roles and bindings can be created.",
    ),
    ("expose", "Use kubectl itself for it."),
    ("auth", "`kubectl auth can-i` and `kubectl auth whoami` are there."),
];

/// The refusal for a verb that has no grammar here.
pub(crate) fn unknown<'a>(verb: &str, known: impl Iterator<Item = &'a str>) -> Refusal {
    let first = verb.split(' ').next().unwrap_or_default();
    if let Some((_, instead)) = BY_DESIGN.iter().find(|(name, _)| *name == first) {
        return Refusal::new("refused-verb", format!("`kubectl {first}` is refused. {instead}"));
    }
    if !verb.is_ascii() {
        return crate::line::look_alike(verb);
    }
    let known: Vec<&str> = known.collect();
    let nearest = known
        .iter()
        .map(|name| (strsim::jaro_winkler(name, verb), *name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name);
    let seconds: Vec<&str> =
        known.iter().filter_map(|name| name.strip_prefix(first)?.strip_prefix(' ')).collect();
    if !seconds.is_empty() && verb == first {
        return Refusal::new(
            "missing-verb",
            format!("`kubectl {first}` needs one of: {}.", seconds.join(", ")),
        );
    }
    if let Some((_, instead)) = NOT_YET.iter().find(|(name, _)| *name == first) {
        return Refusal::new("not-yet", format!("`kubectl {verb}` can't be carried out here yet. {instead}"));
    }
    let hint = nearest.map_or_else(
        || "`kubectl help` lists the verbs there are.".to_owned(),
        |name| format!("Did you mean `kubectl {name}`?"),
    );
    Refusal::new("unknown-verb", format!("kubectl has no verb `{verb}`, and plugins are not run. {hint}"))
}
