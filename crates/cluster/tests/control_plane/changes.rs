//! Preview, approval, execution and undo.

use kubechat_cluster::{Approved, AuditIds};
use kubechat_kubectl::Plan;
use kubechat_kubectl::plan::Show;
use kubechat_kubectl::undo::Undo;
use kubechat_practice::seed;
use serde_json::json;

use crate::world::{World, approve, carry_out, plan, terms};

pub async fn run(world: &World) {
    scaled_and_back(world).await;
    moved(world).await;
    status_moves_nothing(world).await;
    several(world).await;
    created_and_deleted(world).await;
    patched(world).await;
}

async fn scaled_and_back(world: &World) {
    world.namespace("scaled").await;
    world.deployment("scaled", "web", 1).await;
    let admin = world.own(seed::ADMIN).await;
    let (preview, execution) = carry_out(&admin, "scaled", "kubectl scale deployment/web --replicas=3").await;
    let [delta] = preview.deltas.as_slice() else { panic!("{:?}", preview.deltas) };
    assert_eq!((delta.path.as_str(), delta.object.resource.as_str()), ("spec.replicas", "deployments"));
    assert_eq!((delta.before.clone(), delta.after.clone()), (Some(json!(1)), Some(json!(3))));
    assert!(delta.object.uid.is_some());
    assert_eq!(execution.done.len(), 1, "{execution:?}");
    assert_eq!(world.replicas("scaled", "web").await, 3);
    let Undo::Operations { operations, expect, .. } = preview.undo else { panic!("{:?}", preview.undo) };
    assert!(admin.check_expectations(&expect).await.unwrap().is_empty());
    let back = Plan::changes(operations, Show::Changed { done: "scaled".into(), dry_run: None }, false);
    let undo = admin.preview(&back).await.unwrap();
    let done = admin.execute(&approve(&admin, "undo", &back, &undo), &AuditIds::draw(1)).await.unwrap();
    assert_eq!(done.done.len(), 1);
    assert_eq!(world.replicas("scaled", "web").await, 1);
    // Somebody else's change is not taken back.
    let conflicts = admin.check_expectations(&expect).await.unwrap();
    let told: Vec<_> =
        conflicts.into_iter().map(|conflict| (conflict.path, conflict.wrote, conflict.found)).collect();
    assert_eq!(told, [("spec.replicas".to_owned(), Some(json!(3)), Some(json!(1)))]);
    // What is so already is not written.
    let (same, execution) = carry_out(&admin, "scaled", "kubectl scale deployment/web --replicas=1").await;
    assert_eq!((same.unchanged.len(), execution.calls.len()), (1, 0));
    // Asked with --dry-run, nothing is written either.
    let (dry, execution) =
        carry_out(&admin, "scaled", "kubectl scale deployment/web --replicas=7 --dry-run=server").await;
    assert_eq!((dry.deltas.len(), execution.calls.len()), (1, 0));
    assert_eq!(world.replicas("scaled", "web").await, 1);
}

/// What changed between preview and execution voids the approval, and another hash approves nothing.
async fn moved(world: &World) {
    world.namespace("moved").await;
    world.deployment("moved", "web", 1).await;
    let admin = world.own(seed::ADMIN).await;
    let line = "kubectl scale deployment/web --replicas=3";
    let plan = plan(&admin, "moved", line).await;
    let preview = admin.preview(&plan).await.unwrap();
    let wrong = Approved::grant(plan.clone(), preview.clone(), terms(&admin, line), "sha256:00").unwrap_err();
    assert_eq!(wrong.given, "sha256:00");
    let mut other = terms(&admin, line);
    other.user = "somebody else".into();
    assert_ne!(preview.approval_hash(&plan, &other), preview.approval_hash(&plan, &terms(&admin, line)));
    let approved = approve(&admin, line, &plan, &preview);
    world.patch("moved", "web", json!({"spec": {"replicas": 2}})).await;
    let execution = admin.execute(&approved, &AuditIds::draw(1)).await.unwrap();
    let moved = execution.moved.unwrap();
    assert_eq!((moved.was[0].before.clone(), moved.now[0].before.clone()), (Some(json!(1)), Some(json!(2))));
    assert!(execution.calls.is_empty() && execution.done.is_empty());
    assert_eq!(world.replicas("moved", "web").await, 2);
    // Of the same name is not the same object.
    let preview = admin.preview(&plan).await.unwrap();
    let approved = approve(&admin, line, &plan, &preview);
    world.direct("DELETE", "/apis/apps/v1/namespaces/moved/deployments/web", json!(null)).await;
    let gone = admin.execute(&approved, &AuditIds::draw(1)).await.unwrap();
    assert_eq!((gone.skipped.len(), gone.calls.len(), gone.moved), (1, 0, None));
    world.deployment("moved", "web", 2).await;
    let replaced = admin.execute(&approved, &AuditIds::draw(1)).await.unwrap();
    assert_eq!(replaced.moved.unwrap().new_targets.len(), 1);
    assert_eq!(world.replicas("moved", "web").await, 2);
}

/// A status write, an unrelated label and a rollout in progress void nothing.
async fn status_moves_nothing(world: &World) {
    world.namespace("status").await;
    world.deployment("status", "web", 1).await;
    world.ready("status", "web").await;
    let admin = world.own(seed::ADMIN).await;
    let line = "kubectl set image deployment/web main=example.test/web:2";
    let plan = plan(&admin, "status", line).await;
    let preview = admin.preview(&plan).await.unwrap();
    assert_eq!(preview.deltas[0].path, "spec.template.spec.containers[name=main].image");
    let status = "/apis/apps/v1/namespaces/status/deployments/web/status";
    world
        .direct("PATCH", status, json!({"status": {"conditions": [{"type": "Odd", "status": "True"}]}}))
        .await;
    world.patch("status", "web", json!({"metadata": {"labels": {"unrelated": "yes"}}})).await;
    let execution = admin.execute(&approve(&admin, line, &plan, &preview), &AuditIds::draw(1)).await.unwrap();
    assert_eq!((execution.done.len(), &execution.moved), (1, &None), "{execution:?}");
    let image =
        world.get("status", "web").await["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    assert_eq!(image, "example.test/web:2");
}

/// A selection is resolved to exact objects; a new one voids, one that has gone is skipped.
async fn several(world: &World) {
    world.namespace("several").await;
    for name in ["a", "b"] {
        world.deployment("several", name, 1).await;
    }
    let admin = world.own(seed::ADMIN).await;
    let line = "kubectl label deployments -l tier=test team=blue";
    let plan = plan(&admin, "several", line).await;
    let preview = admin.preview(&plan).await.unwrap();
    assert_eq!(preview.targets.len(), 2);
    let approved = approve(&admin, line, &plan, &preview);
    world.deployment("several", "c", 1).await;
    let voided = admin.execute(&approved, &AuditIds::draw(2)).await.unwrap().moved.unwrap();
    assert_eq!(voided.new_targets[0].name, "c");
    for name in ["b", "c"] {
        world
            .direct("DELETE", &format!("/apis/apps/v1/namespaces/several/deployments/{name}"), json!(null))
            .await;
    }
    let done = admin.execute(&approved, &AuditIds::draw(2)).await.unwrap();
    assert_eq!((done.done.len(), done.skipped.len()), (1, 1), "{done:?}");
    assert_eq!(world.get("several", "a").await["metadata"]["labels"]["team"], "blue");
}

async fn created_and_deleted(world: &World) {
    let admin = world.own(seed::ADMIN).await;
    let inside = "kubectl create configmap settings --from-literal=colour=red -n later";
    let unmade = admin.preview(&plan(&admin, "later", inside).await).await.unwrap();
    assert!(unmade.unconfirmed.unwrap().contains("later"));
    assert_eq!(unmade.deltas.len(), 1);
    let (_, made) = carry_out(&admin, "default", "kubectl create namespace later").await;
    assert_eq!(made.text, ["namespace/later created"]);
    let (confirmed, made) = carry_out(&admin, "later", inside).await;
    assert!(confirmed.unconfirmed.is_none());
    assert_eq!(made.done.len(), 1, "{made:?}");
    let again = admin.preview(&plan(&admin, "later", inside).await).await.unwrap_err();
    assert_eq!(again.code(), "already-exists");
    let misspelt =
        admin.preview(&plan(&admin, "later", "kubectl delete configmap setings").await).await.unwrap_err();
    assert!(misspelt.to_string().contains("Did you mean settings?"), "{misspelt}");
    let (preview, deleted) = carry_out(&admin, "later", "kubectl delete configmap settings").await;
    assert_eq!(deleted.done.len(), 1, "{deleted:?}");
    let Undo::Operations { operations, expect, .. } = preview.undo else { panic!("no way back") };
    assert!(admin.check_expectations(&expect).await.unwrap().is_empty());
    let back = Plan::changes(operations, Show::Changed { done: "created".into(), dry_run: None }, false);
    let undo = admin.preview(&back).await.unwrap();
    let done = admin.execute(&approve(&admin, "undo", &back, &undo), &AuditIds::draw(1)).await.unwrap();
    assert_eq!(done.done.len(), 1, "{done:?}");
    let settings = world.direct("GET", "/api/v1/namespaces/later/configmaps/settings", json!(null)).await;
    assert_eq!(settings["data"]["colour"], "red");
}

/// Verbs whose patches differ in kind, on the real server.
async fn patched(world: &World) {
    world.namespace("patched").await;
    world.deployment("patched", "web", 1).await;
    let admin = world.own(seed::ADMIN).await;
    for line in [
        "kubectl rollout restart deployment/web",
        "kubectl annotate deployment web note=hello",
        "kubectl label deployment web tier-",
        "kubectl cordon node-3",
        "kubectl uncordon node-3",
    ] {
        let (preview, execution) = carry_out(&admin, "patched", line).await;
        assert_eq!(preview.deltas.len(), 1, "{line}: {:?}", preview.deltas);
        assert_eq!((execution.done.len(), execution.failed.len()), (1, 0), "{line}: {execution:?}");
    }
    let web = world.get("patched", "web").await;
    assert_eq!(web["metadata"]["annotations"]["note"], "hello");
    assert!(web["metadata"]["labels"].get("tier").is_none());
    world.ready("patched", "web").await;
    let (_, undone) = carry_out(&admin, "patched", "kubectl rollout undo deployment/web").await;
    assert_eq!(undone.done.len(), 1, "{undone:?}");
}
