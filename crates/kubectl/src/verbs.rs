//! One file per verb family; here are the verbs that have none, and why.

pub mod access;
pub mod api;
pub mod auth;
pub mod autoscale;
pub mod certificate;
pub mod config;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod describe;
pub mod drain;
pub mod dump;
pub(crate) mod env_from;
pub mod events;
pub mod explain;
pub mod expose;
pub mod get;
pub mod kustomize;
pub mod label;
pub mod logs;
pub mod manifest;
pub mod patch;
pub(crate) mod patching;
pub mod rollout;
pub mod run;
pub mod scale;
pub mod set;
pub mod set_containers;
pub mod set_fields;
pub mod taint;
pub mod token;
pub mod top;
pub mod wait;

use crate::refusal::Refusal;

/// The words of a verb so far and the next one, by the name that kubectl's aliases stand for.
pub(crate) fn canonical(first: &str, second: &str) -> String {
    let second = match (first, second) {
        ("top", "pods" | "po") => "pod",
        ("top", "nodes" | "no") => "node",
        ("create", "ns") => "namespace",
        ("create", "deploy") => "deployment",
        ("create", "cm") => "configmap",
        ("create" | "set", "sa") => "serviceaccount",
        ("create", "resourcequota") => "quota",
        ("create", "svc") => "service",
        ("create", "ing") => "ingress",
        ("create", "cj") => "cronjob",
        ("create", "pdb") => "poddisruptionbudget",
        ("create", "pc") => "priorityclass",
        ("config", "use") => "use-context",
        (_, other) => other,
    };
    format!("{first} {second}")
}

/// Verbs of their own whose next word can only be another word of the verb.
pub(crate) fn wants_second(name: &str) -> bool {
    matches!(name, "create" | "apply" | "cluster-info")
}

const CHOOSE: &str =
    "Choose cluster and namespace in the session, or with KubeChat's own `--context` and `-n`.";
const MANAGE: &str = "Clusters and who acts as whom are managed in KubeChat's settings.";

/// Verbs that are refused on purpose, with what to use instead.
pub(crate) const BY_DESIGN: &[(&str, &str)] = &[
    (
        "proxy",
        "A proxy would hand out your rights to everybody who can reach it; ask for what you need with `kubectl get` instead.",
    ),
    ("plugin", "Plugins are programs of their own and are not run; use the built-in verbs."),
    ("completion", "Shell completion is printed by `kubechat completions`."),
    ("config set-context", CHOOSE),
    ("config use-context", CHOOSE),
    ("config rename-context", MANAGE),
    ("config delete-context", MANAGE),
    ("config set-cluster", MANAGE),
    ("config delete-cluster", MANAGE),
    ("config set-credentials", MANAGE),
    ("config delete-user", MANAGE),
    ("config set", MANAGE),
    ("config unset", MANAGE),
    ("config", "Only reading is possible: view, get-contexts, current-context, get-clusters, get-users."),
    (
        "kuberc",
        "kubectl's preferences file is not read or changed from a command; choose cluster and namespace in the session.",
    ),
    ("alpha", "Verbs that may change or go at any time are not carried out; use the settled ones."),
];

/// The refusal for a verb that has no grammar here.
pub(crate) fn unknown<'a>(verb: &str, known: impl Iterator<Item = &'a str>) -> Refusal {
    let first = verb.split(' ').next().unwrap_or_default();
    let design = |name: &str| BY_DESIGN.iter().find(|(known, _)| *known == name);
    if let Some((name, instead)) = design(verb).or_else(|| design(first).filter(|_| verb != "config")) {
        return Refusal::new("refused-verb", format!("`kubectl {name}` is refused. {instead}"));
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
    let mut next: Vec<&str> = known
        .iter()
        .filter_map(|name| name.strip_prefix(verb)?.strip_prefix(' ')?.split(' ').next())
        .collect();
    next.dedup();
    if !next.is_empty() {
        return Refusal::new("missing-verb", format!("`kubectl {verb}` needs one of: {}.", next.join(", ")));
    }
    let hint = nearest.map_or_else(
        || "`kubectl help` lists the verbs there are.".to_owned(),
        |name| format!("Did you mean `kubectl {name}`?"),
    );
    Refusal::new("unknown-verb", format!("kubectl has no verb `{verb}`, and plugins are not run. {hint}"))
}
