//! Levels and the identifiers of their reasons.

mod commands;
mod effects;
mod impact;
mod inside;
mod values;

use kubechat_kubectl::assess::{Effects, assess_effects, confirm_phrase};
use kubechat_kubectl::impact::{Along, BudgetChange, Data, Impact, Revert, ServiceChange, VolumeChange};
use kubechat_kubectl::plan::Context;
use kubechat_kubectl::{Catalog, Command, Delta, Facts, Level, ObjectRef, Planned, Protection, classify};
use serde_json::{Value, json};

#[track_caller]
fn check(line: &str, level: Level, reasons: &[&str]) {
    let judged = classify(line);
    let found: Vec<&str> = judged.reasons.iter().map(|reason| reason.id.as_str()).collect();
    assert_eq!((judged.level, found.as_slice()), (level, reasons), "{line}");
    assert_eq!(judged.discloses_secrets, reasons.contains(&"discloses-secret"), "{line}");
}

#[test]
fn by_plan() {
    check("kubectl get pods", Level::Safe, &[]);
    check("kubectl get secrets", Level::Safe, &[]);
    check("kubectl get secrets -o wide", Level::Safe, &[]);
    check("kubectl get secrets -o name", Level::Safe, &[]);
    check("kubectl get secret,cm -o yaml", Level::Warning, &["discloses-secret"]);
    check("kubectl get Secret db -ojson", Level::Warning, &["discloses-secret"]);
    check("kubectl get secret/db -o jsonpath='{.data.password}'", Level::Warning, &["discloses-secret"]);
    check("kubectl get secrets -o jsonpath='{.items[*].metadata.name}'", Level::Safe, &[]);
    check(
        "kubectl get secrets -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'",
        Level::Safe,
        &[],
    );
    check(
        "kubectl get secrets -o jsonpath='{.items[?(@.data.a==\"b\")].metadata.name}'",
        Level::Warning,
        &["discloses-secret"],
    );
    check("kubectl get secrets -o jsonpath='{..password}'", Level::Warning, &["discloses-secret"]);
    check(
        "kubectl get secrets -o custom-columns=N:.metadata.name,D:.data",
        Level::Warning,
        &["discloses-secret"],
    );
    check(
        "kubectl get secrets -o custom-columns=N:.metadata.annotations",
        Level::Warning,
        &["discloses-secret"],
    );
    check("kubectl describe secret db", Level::Warning, &["discloses-secret"]);
    check(
        "kubectl label secret db a=b --overwrite -o yaml",
        Level::Warning,
        &["discloses-secret", "changes-state"],
    );
    // What was sent is no news to whoever sent it.
    check("kubectl create secret generic db --from-literal=a=b -o yaml", Level::Warning, &["creates"]);
    check("kubectl scale deploy/web --replicas=3", Level::Warning, &["changes-state"]);
    check("kubectl scale deploy/web --replicas=0", Level::Dangerous, &["scales-to-zero", "changes-state"]);
    check(
        "kubectl scale deploy/web --replicas=0 --current-replicas=1",
        Level::Dangerous,
        &["scales-to-zero", "changes-state"],
    );
    check("kubectl scale deploy/web --replicas=0 --dry-run=server", Level::Safe, &[]);
    check("kubectl rollout restart deploy/web", Level::Warning, &["changes-state", "restarts-pods"]);
    check("kubectl rollout undo deploy/web", Level::Warning, &["changes-state"]);
    check("kubectl delete pod web", Level::Dangerous, &["deletes"]);
    check("kubectl delete pods --all", Level::Dangerous, &["deletes-all"]);
    check("kubectl delete pod web --force", Level::Dangerous, &["force", "deletes"]);
    check("kubectl delete ns shop", Level::Dangerous, &["deletes-namespace", "deletes"]);
    check("kubectl delete pods -A -l a=b", Level::Dangerous, &["deletes", "cluster-wide"]);
    check("kubectl delete role x", Level::Dangerous, &["writes-rbac", "deletes", "protected-kind"]);
    check("kubectl delete pvc data", Level::Dangerous, &["deletes", "deletes-data"]);
    check("kubectl delete crd a.b", Level::Dangerous, &["deletes-kind", "deletes", "protected-kind"]);
    check("kubectl delete widgets.acme.io --all", Level::Dangerous, &["deletes-all"]);
    check(
        "kubectl -n kube-system rollout restart deploy/dns",
        Level::Warning,
        &["changes-state", "restarts-pods", "protected-namespace"],
    );
    check(
        "kubectl label clusterrole view a=b --overwrite",
        Level::Dangerous,
        &["writes-rbac", "changes-state", "protected-kind"],
    );
    check(
        "kubectl label ns shop pod-security.kubernetes.io/enforce=privileged --overwrite",
        Level::Dangerous,
        &["changes-pod-security", "changes-state"],
    );
    check(
        "kubectl label pods --all -A a=b --overwrite",
        Level::Dangerous,
        &["cluster-wide", "changes-state"],
    );
    check("kubectl create ns shop", Level::Warning, &["creates"]);
    check("kubectl create deployment web --image=nginx --replicas=0", Level::Warning, &["creates"]);
    check("kubectl cordon n1", Level::Warning, &["changes-state", "protected-kind"]);
    for line in [
        "kubectl delete pod web --help",
        "kubectl --help",
        "kubectl help",
        "kubectl rollout --help",
        "kubectl help delete",
    ] {
        check(line, Level::Safe, &[]);
    }
    check("kubectl nonsense --help", Level::Refused, &["unknown-verb"]);
    check("kubectl --as=x --help", Level::Refused, &["identity-override"]);
    check("kubectl scale deploy/web --replicas=010", Level::Refused, &["bad-value"]);
    check(
        "kubectl patch deploy web -p '{\"spec\":{\"replicas\":0}}'",
        Level::Dangerous,
        &["scales-to-zero", "changes-state"],
    );
    check(
        "kubectl patch deploy web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":0}]'",
        Level::Dangerous,
        &["scales-to-zero", "changes-state"],
    );
    check(
        "kubectl patch ns x --type=json -p '[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]'",
        Level::Dangerous,
        &["removes-finalizer", "changes-state"],
    );
    check(
        "kubectl patch pv x -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}'",
        Level::Dangerous,
        &["deletes-data", "changes-state", "protected-kind"],
    );
    check(
        "kubectl patch deploy web -p '{\"spec\":{\"template\":{\"spec\":{\"hostPID\":true}}}}'",
        Level::Dangerous,
        &["privileged-pod", "changes-state"],
    );
    check(
        "kubectl patch deploy web --type=json -p '[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"spec\":{\"replicas\":0.0}}}]'",
        Level::Dangerous,
        &["removes-finalizer", "changes-state", "scales-to-zero"],
    );
    check(
        "kubectl patch pod web --type=json -p '[{\"op\":\"move\",\"from\":\"/metadata/finalizers\",\"path\":\"/metadata/x\"}]'",
        Level::Dangerous,
        &["removes-finalizer", "changes-state"],
    );
    check("kubectl run x --image=nginx --privileged", Level::Dangerous, &["privileged-pod", "creates"]);
    check(
        "kubectl taint nodes --all a=b:NoSchedule",
        Level::Dangerous,
        &["cluster-wide", "changes-state", "protected-kind"],
    );
    check("kubectl taint nodes n1 a-", Level::Warning, &["changes-state", "protected-kind"]);
    let there = "kubectl set env deploy/web A=b -n kube-system";
    check(there, Level::Warning, &["changes-state", "protected-namespace"]);
    check("kubectl taint nodes n1 a=b:NoExecute --dry-run=client", Level::Safe, &[]);
    check("kubectl exec web -- ls --dry-run=client", Level::Warning, &["opens-shell"]);
    check("kubectl exec web -- sh -c 'rm -rf /data'", Level::Dangerous, &["destroys-inside", "opens-shell"]);
    check("kubectl drain n1", Level::Dangerous, &["evicts-pods", "changes-state", "protected-kind"]);
    check("kubectl get pods --as=x", Level::Refused, &["identity-override"]);
}

fn object(group: &str, resource: &str, namespace: Option<&str>, name: &str) -> ObjectRef {
    ObjectRef {
        group: group.into(),
        resource: resource.into(),
        kind: "Kind".into(),
        namespace: namespace.map(Into::into),
        name: name.into(),
        uid: None,
        resource_version: None,
    }
}

#[test]
fn phrases_to_confirm() {
    let pod = |name: &str| object("", "pods", Some("shop"), name);
    assert_eq!(confirm_phrase(&[pod("web")]), "web");
    assert_eq!(confirm_phrase(&[pod("a"), pod("b")]), "2 pods");
    assert_eq!(confirm_phrase(&[pod("a"), object("", "services", Some("shop"), "b")]), "2 objects");
}

#[test]
fn sentences() {
    for (line, explained, action) in [
        (
            "kubectl scale deployment web --replicas=5 -n shop",
            "Scale Deployment web to 5 replicas in namespace shop.",
            "Scale to 5",
        ),
        ("kubectl get pods -A", "List all Pods in all namespaces.", "Show pods"),
        ("kubectl get netpol -n shop", "List all NetworkPolicies in namespace shop.", "Show networkpolicies"),
        ("kubectl delete deploy payments-api", "Delete Deployment payments-api.", "Delete payments-api"),
        ("kubectl label pod web a=b c-", "Set label a to \"b\" and remove label c on Pod web.", "Label web"),
        (
            "kubectl logs web --since=2h --tail=5",
            "Show the logs of Pod web, the last 5 lines, of the last 2 hours.",
            "Show logs",
        ),
        (
            "kubectl cordon n1 --dry-run=server",
            "Keep new pods off Node n1. Pods that run there stay. Dry run: nothing is changed.",
            "Cordon n1",
        ),
    ] {
        let command = Command::parse(line).expect(line);
        assert_eq!((command.explain().as_str(), command.action().as_str()), (explained, action));
    }
}

#[test]
fn namespaces_are_filled_in() {
    for (line, filled) in [
        ("kubectl get pods", "kubectl get pods -n shop"),
        ("kubectl get pods -n own", "kubectl get pods -n own"),
        ("kubectl get pods -A", "kubectl get pods -A"),
        ("kubectl cordon n1", "kubectl cordon n1"),
    ] {
        let mut command = Command::parse(line).expect(line);
        command.set_namespace("shop");
        assert_eq!(command.to_string(), filled);
    }
}

#[test]
fn levels_are_named_as_they_are_stored() {
    for level in [Level::Safe, Level::Warning, Level::Dangerous, Level::Refused] {
        assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
    }
}
