//! Levels of what a preview has shown.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::plan::{ApiVerb, Operation, Plan, Show, Targets};

use super::*;

#[track_caller]
fn check_effect(path: &str, before: Option<Value>, after: Option<Value>, level: Level, reason: &str) {
    let catalog = Catalog::builtin();
    let facts = Facts::new();
    let ctx = Context {
        namespace: "shop",
        now: jiff::Timestamp::UNIX_EPOCH,
        catalog: &catalog,
        facts: &facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    };
    let planned =
        Command::parse("kubectl label deploy/web a=b --overwrite").and_then(|command| command.plan(&ctx));
    let Ok(Planned::Ready(plan)) = planned else { panic!("not planned") };
    let target = object("apps", "deployments", Some("shop"), "web");
    let delta = Delta { object: target.clone(), path: path.into(), before, after };
    let (targets, deltas, impact) = ([target], [delta], Impact::default());
    let effects = Effects { targets: &targets, deltas: &deltas, impact: &impact, unconfirmed: false };
    let judged = assess_effects(&plan, &effects, &Protection::default());
    assert_eq!(judged.level, level, "{path}");
    assert!(judged.reasons.iter().any(|known| known.id == reason), "{path}: {judged:?}");
}

#[test]
fn by_difference() {
    let yes = || Some(json!(true));
    check_effect("spec.replicas", Some(json!(3)), Some(json!(0)), Level::Dangerous, "scales-to-zero");
    check_effect("spec.replicas", Some(json!(3)), Some(json!(4)), Level::Warning, "changes-state");
    check_effect("metadata.finalizers", Some(json!(["a"])), None, Level::Dangerous, "removes-finalizer");
    check_effect(
        "metadata.finalizers",
        Some(json!(["a", "b"])),
        Some(json!(["a"])),
        Level::Dangerous,
        "removes-finalizer",
    );
    check_effect(
        "spec.template.spec.containers[name=a].securityContext.privileged",
        None,
        yes(),
        Level::Dangerous,
        "privileged-pod",
    );
    check_effect("spec.template.spec.hostNetwork", None, yes(), Level::Dangerous, "privileged-pod");
    check_effect(
        "spec.template.spec.volumes[name=a]",
        None,
        Some(json!({"name": "a", "hostPath": {"path": "/"}})),
        Level::Dangerous,
        "privileged-pod",
    );
    check_effect(
        "spec.template.spec.containers[name=a].image",
        Some(json!("a")),
        Some(json!("b")),
        Level::Warning,
        "restarts-pods",
    );
    check_effect(
        "spec.taints[0].effect",
        Some(json!("NoSchedule")),
        Some(json!("NoExecute")),
        Level::Dangerous,
        "no-execute-taint",
    );
}

#[test]
fn what_a_privileged_leaf_is() {
    let inside = "spec.template.spec.containers[name=app].securityContext";
    let dangerous = |path: &str, after: Value| {
        check_effect(path, None, Some(after), Level::Dangerous, "privileged-pod");
    };
    let harmless = |path: &str, after: Value| {
        check_effect(path, None, Some(after), Level::Warning, "restarts-pods");
    };
    dangerous(&format!("{inside}.privileged"), json!(true));
    harmless(&format!("{inside}.privileged"), json!(false));
    dangerous(&format!("{inside}.capabilities.add"), json!(["SYS_ADMIN"]));
    dangerous(&format!("{inside}.capabilities.add[1]"), json!("SYS_ADMIN"));
    dangerous(&format!("{inside}.capabilities"), json!({"add": ["SYS_ADMIN"]}));
    dangerous(inside, json!({"capabilities": {"add": ["CHOWN", "SYS_ADMIN"]}}));
    harmless(&format!("{inside}.capabilities.add"), json!(["CHOWN"]));
    harmless(&format!("{inside}.capabilities.drop"), json!(["SYS_ADMIN"]));
    harmless(&format!("{inside}.capabilities"), json!({"drop": ["SYS_ADMIN"]}));
    dangerous(&format!("{inside}.procMount"), json!("Unmasked"));
    harmless(&format!("{inside}.procMount"), json!("Default"));
    dangerous("spec.template.spec.hostNetwork", json!(true));
    dangerous("spec.template.spec.volumes[name=a].hostPath.path", json!("/"));
    dangerous("spec.template.spec.volumes[name=a].hostPath", json!({"path": "/"}));
    harmless("spec.template.spec.volumes[name=a].emptyDir", json!({}));
    harmless("spec.template.metadata.annotations", json!({"privileged": true}));
}

#[test]
fn what_single_lines_of_a_difference_mean() {
    let psa = "metadata.labels[\"pod-security.kubernetes.io/enforce\"]";
    check_effect(psa, None, Some(json!("privileged")), Level::Dangerous, "changes-pod-security");
    let policy = "spec.persistentVolumeReclaimPolicy";
    check_effect(policy, Some(json!("Retain")), Some(json!("Delete")), Level::Dangerous, "deletes-data");
    check_effect(policy, Some(json!("Delete")), Some(json!("Retain")), Level::Warning, "changes-state");
    check_effect("", Some(json!({"a": 1})), None, Level::Dangerous, "deletes");
    check_effect("", None, Some(json!({"spec": {"replicas": 1}})), Level::Warning, "changes-state");
    check_effect("spec.hostNetwork", None, Some(json!(true)), Level::Dangerous, "privileged-pod");
    check_effect("spec.paused", None, Some(json!(true)), Level::Warning, "changes-state");
}

/// The reasons of one line of a difference in any object.
fn told(target: ObjectRef, path: &str, before: Option<Value>, after: Option<Value>) -> Vec<String> {
    let patch = Operation {
        verb: ApiVerb::Patch,
        resource: Catalog::builtin().find("configmaps").expect("a type").clone(),
        subresource: None,
        namespace: Some("shop".to_owned()),
        targets: Targets::Names(vec!["x".to_owned()]),
        change: None,
    };
    let plan = Plan::changes(vec![patch], Show::Json, false);
    let delta = Delta { object: target.clone(), path: path.into(), before, after };
    let (targets, deltas, impact) = ([target], [delta], Impact::default());
    let effects = Effects { targets: &targets, deltas: &deltas, impact: &impact, unconfirmed: false };
    let judged = assess_effects(&plan, &effects, &Protection::default());
    judged.reasons.into_iter().map(|reason| reason.id).collect()
}

#[test]
fn what_goes_is_told_by_its_type_and_group() {
    let gone = |group: &str, resource: &str| {
        told(object(group, resource, None, "x"), "", Some(json!({"kind": "X"})), None)
    };
    assert!(gone("", "namespaces").contains(&"deletes-namespace".to_owned()));
    for (group, resource) in [("", "pods"), ("apps", "deployments"), ("tenancy.example", "namespaces")] {
        let found = gone(group, resource);
        assert!(found.contains(&"deletes".to_owned()), "{group} {resource}: {found:?}");
        assert!(!found.contains(&"deletes-namespace".to_owned()), "{group} {resource}");
    }
}

#[test]
fn a_difference_tells_what_it_is_about_whatever_the_command_said() {
    let web = || object("apps", "deployments", Some("shop"), "web");
    let has = |found: Vec<String>, id: &str| found.contains(&id.to_owned());
    let role = object("rbac.authorization.k8s.io", "roles", Some("shop"), "x");
    assert!(has(told(role, "rules[0].verbs", None, Some(json!(["get"]))), "writes-rbac"));
    assert!(!has(told(web(), "rules", None, Some(json!([]))), "writes-rbac"));
    let psa = "metadata.labels.pod-security.kubernetes.io/enforce";
    assert!(has(
        told(object("", "namespaces", None, "x"), psa, None, Some(json!("a"))),
        "changes-pod-security"
    ));
    assert!(!has(told(web(), "metadata.labels.team", None, Some(json!("a"))), "changes-pod-security"));
    let list = |items: &[&str]| Some(json!(items));
    let finalizers = |before, after| told(web(), "metadata.finalizers", before, after);
    assert!(has(finalizers(list(&["a"]), list(&["b"])), "removes-finalizer"));
    assert!(!has(finalizers(list(&["a"]), list(&["a", "b"])), "removes-finalizer"));
    assert!(!has(finalizers(None, list(&["a"])), "removes-finalizer"));
    let taints = |after| told(object("", "nodes", None, "n"), "spec.taints", None, Some(after));
    assert!(has(taints(json!([{"effect": "NoSchedule"}, {"effect": "NoExecute"}])), "no-execute-taint"));
    assert!(!has(taints(json!([{"effect": "NoSchedule"}])), "no-execute-taint"));
    let made = |resource: &str, body| told(object("", resource, None, "x"), "", None, Some(body));
    let body = json!({"metadata": {"labels": {"pod-security.kubernetes.io/warn": "x"}}});
    assert!(has(made("namespaces", body.clone()), "changes-pod-security"));
    assert!(!has(made("pods", body), "changes-pod-security"));
    assert!(has(made("pods", json!({"spec": {"hostPID": true}})), "privileged-pod"));
    let restarts = |path: &str| has(told(web(), path, None, Some(json!(1))), "restarts-pods");
    assert!(restarts("spec.template.metadata.annotations.x"));
    assert!(!restarts("spec.templates.x"));
    assert!(has(
        told(web(), "spec.template.spec.volumes[name=a].hostPath.type", None, Some(json!("x"))),
        "privileged-pod"
    ));
}
