//! Levels of what a preview has shown.

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
