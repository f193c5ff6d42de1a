//! Conflicts, lost answers, a busy server, and no server at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use kubechat_cluster::{Actor, AuditIds, Cluster};
use kubechat_practice::seed;
use serde_json::json;

use crate::proxy::{Fault, Script, through};
use crate::world::{World, approve, carry_out, plan};

pub async fn run(world: &World) {
    conflicts(world).await;
    lost(world).await;
    busy(world).await;
}

/// A real write, not a dry run.
fn is_write(method: &str, path: &str) -> bool {
    matches!(method, "PATCH" | "DELETE") && !path.contains("dryRun")
}

/// Applies the fault to the first write only.
fn once(fault: fn() -> Fault) -> (Script, Arc<AtomicUsize>) {
    let writes = Arc::new(AtomicUsize::new(0));
    let count = writes.clone();
    let script: Script = Arc::new(move |method, path| {
        let first = is_write(&method, &path) && count.fetch_add(1, Ordering::SeqCst) == 0;
        async move { if first { fault() } else { Fault::Pass } }.boxed()
    });
    (script, writes)
}

/// Somebody else writes just before us: the same difference is tried again, another one is not written.
async fn conflicts(world: &World) {
    world.namespace("conflicts").await;
    world.deployment("conflicts", "web", 1).await;
    world.ready("conflicts", "web").await;
    let admin = world.own(seed::ADMIN).await;
    let listed = r#"kubectl patch deployment web --type=json -p='[{"op":"replace","path":"/spec/replicas","value":5}]'"#;
    for (number, (line, moves)) in [
        ("kubectl scale deployment/web --replicas=3", false),
        (listed, false),
        ("kubectl set image deployment/web main=example.test/web:2", false),
        ("kubectl label deployment/web colour=red", false),
        ("kubectl scale deployment/web --replicas=3", true),
        ("kubectl delete deployment web", false),
    ]
    .into_iter()
    .enumerate()
    {
        let between = if moves {
            "kubectl scale deployment/web --replicas=9".to_owned()
        } else {
            format!("kubectl annotate deployment/web --overwrite harmless={number}")
        };
        let writes = Arc::new(AtomicUsize::new(0));
        let (other, count) = (admin.clone(), writes.clone());
        let script: Script = Arc::new(move |method, path| {
            let first = is_write(&method, &path) && count.fetch_add(1, Ordering::SeqCst) == 0;
            let (other, between) = (other.clone(), between.clone());
            async move {
                if first {
                    let (_, done) = carry_out(&other, "conflicts", &between).await;
                    assert_eq!(done.done.len(), 1, "{done:?}");
                }
                Fault::Pass
            }
            .boxed()
        });
        let session = through(world, script).await.session(Actor::Own);
        let (_, done) = carry_out(&session, "conflicts", line).await;
        assert_eq!(done.calls[0].status, 409, "{line}: {done:?}");
        if moves {
            assert_eq!(done.moved.unwrap().now[0].before, Some(json!(9)));
            assert_eq!(world.replicas("conflicts", "web").await, 9);
        } else {
            assert_eq!((done.done.len(), &done.moved), (1, &None), "{line}: {done:?}");
            assert_ne!(done.calls[0].audit_id, done.calls[1].audit_id);
        }
    }
}

/// An answer that was lost is made good by reading back; a lost request leaves the outcome open.
async fn lost(world: &World) {
    world.namespace("lost").await;
    world.deployment("lost", "web", 1).await;
    world.ready("lost", "web").await;
    let (script, writes) = once(|| Fault::LoseAnswer);
    let session = through(world, script).await.session(Actor::Own);
    let (_, done) = carry_out(&session, "lost", "kubectl scale deployment/web --replicas=2").await;
    assert_eq!((done.done.len(), done.uncertain, writes.load(Ordering::SeqCst)), (1, false, 1), "{done:?}");
    assert_eq!(done.calls[0].status, 0);
    let (script, writes) = once(|| Fault::LoseRequest);
    let session = through(world, script).await.session(Actor::Own);
    world.ready("lost", "web").await;
    let (_, open) = carry_out(&session, "lost", "kubectl scale deployment/web --replicas=3").await;
    assert_eq!((open.done.len(), open.failed.len(), open.uncertain), (0, 1, true), "{open:?}");
    assert_eq!(writes.load(Ordering::SeqCst), 1);
    assert_eq!(world.replicas("lost", "web").await, 2);
    let (script, _) = once(|| Fault::LoseAnswer);
    let session = through(world, script).await.session(Actor::Own);
    let (_, deleted) = carry_out(&session, "lost", "kubectl delete deployment web").await;
    assert_eq!((deleted.done.len(), deleted.uncertain), (1, false), "{deleted:?}");
}

/// 429 and 503 are waited out, in reads and in writes; 500 is told.
async fn busy(world: &World) {
    world.namespace("busy").await;
    world.deployment("busy", "web", 1).await;
    world.ready("busy", "web").await;
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    // Every request is refused twice before it passes.
    let script: Script = Arc::new(move |_, _| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            if number % 3 == 2 {
                Fault::Pass
            } else {
                Fault::Answer(429 + 74 * u16::try_from(number % 3).unwrap())
            }
        }
        .boxed()
    });
    let session = through(world, script).await.session(Actor::Own);
    session.whoami().await.unwrap();
    let (script, _) = once(|| Fault::Answer(429));
    let session = through(world, script).await.session(Actor::Own);
    let (_, done) = carry_out(&session, "busy", "kubectl scale deployment/web --replicas=2").await;
    assert_eq!(done.calls.iter().map(|call| call.status).next(), Some(429));
    assert_eq!(done.done.len(), 1, "{done:?}");
    let (script, _) = once(|| Fault::Answer(500));
    let session = through(world, script).await.session(Actor::Own);
    world.ready("busy", "web").await;
    let (_, failed) = carry_out(&session, "busy", "kubectl scale deployment/web --replicas=3").await;
    assert!(failed.uncertain && failed.failed[0].1.code == "server", "{failed:?}");
}

/// A frozen API server, then none.
pub async fn away(world: &World) {
    // What comes first may take its time.
    let patient = world.cluster(seed::ADMIN).await.session(Actor::Own);
    let line = "kubectl scale deployment/web --replicas=4";
    let plan = plan(&patient, seed::SHOP, line).await;
    let preview = patient.preview(&plan).await.unwrap();
    let approved = approve(&patient, line, &plan, &preview);
    let cluster = world.cluster(seed::ADMIN).await.with_timeout(Duration::from_millis(500));
    let session = cluster.session(Actor::Own);
    world.practice.pause_apiserver().unwrap();
    assert_eq!(session.whoami().await.unwrap_err().code(), "timeout");
    assert_eq!(session.execute(&approved, &AuditIds::draw(1)).await.unwrap_err().code(), "timeout");
    world.practice.resume_apiserver().unwrap();
    world.practice.stop_apiserver();
    let error = cluster.health().await.unwrap_err();
    assert_eq!(error.code(), "unreachable", "{error}");
    let error = Cluster::connect(&world.source(seed::ADMIN)).await.unwrap_err();
    assert_eq!(error.code(), "unreachable");
    assert!(error.to_string().contains(&world.practice.server_url()), "{error}");
}
