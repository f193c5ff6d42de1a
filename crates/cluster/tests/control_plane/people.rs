//! As whom: own and impersonated users, their rights, and what the API server recorded.

use kubechat_cluster::{Actor, AuditIds, Cluster, Error, Source};
use kubechat_practice::seed;
use serde_json::json;

use crate::world::{World, approve, plan};

pub async fn run(world: &World) {
    identities(world).await;
    recorded(world).await;
    rights(world).await;
    kubeconfigs(world).await;
    discovery(world).await;
}

async fn identities(world: &World) {
    let viewer = world.own(seed::VIEWER).await;
    let who = viewer.whoami().await.unwrap();
    assert_eq!(who.username, seed::VIEWER);
    assert!(who.groups.contains(&seed::VIEWER_GROUP.to_owned()), "{who:?}");
    let alice = world.taken_on("alice", &[seed::OPERATOR_GROUP]).await;
    let who = alice.whoami().await.unwrap();
    assert_eq!(who.username, "alice");
    assert!(who.groups.contains(&seed::OPERATOR_GROUP.to_owned()), "{who:?}");
    // A viewer may not take on anybody.
    let forged = viewer.cluster().session(Actor::impersonated("bob", vec![]).unwrap());
    assert_eq!(forged.whoami().await.unwrap_err().code(), "forbidden");
    let system = Actor::Impersonated { username: "system:admin".into(), groups: vec![] };
    let refused = viewer.cluster().session(system).whoami().await.unwrap_err();
    assert_eq!(refused.code(), "impersonation-refused");
}

/// One write in the API server's audit log, under the impersonated user, with our id.
async fn recorded(world: &World) {
    let line = "kubectl scale deployment/catalog --replicas=3";
    let alice = world.taken_on("alice", &[seed::OPERATOR_GROUP]).await;
    let plan = plan(&alice, seed::SHOP, line).await;
    assert!(alice.authorize(&plan).await.unwrap().iter().all(|permission| permission.allowed));
    let preview = alice.preview(&plan).await.unwrap();
    let ids = AuditIds::draw(1);
    let done = alice.execute(&approve(&alice, line, &plan, &preview), &ids).await.unwrap();
    assert_eq!(done.text, ["deployment.apps/catalog scaled"], "{done:?}");
    let first = ids.as_slice()[0];
    assert_eq!(done.calls[0].audit_id, first);
    // A conflict with a controller is repeated under a fresh id.
    let last = done.calls.last().unwrap();
    assert_eq!(last.status, 200);
    let events = world.audit(&last.audit_id.to_string());
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!(event["user"]["username"], seed::KUBECHAT);
    assert_eq!(event["impersonatedUser"]["username"], "alice");
    assert_eq!(event["verb"], "patch");
    assert_eq!(event["objectRef"]["subresource"], "scale");
    assert!(event["userAgent"].as_str().unwrap().starts_with("kubechat/"), "{event}");
}

async fn rights(world: &World) {
    let line = "kubectl scale deployment/web --replicas=0";
    let viewer = world.own(seed::VIEWER).await;
    let plan = plan(&viewer, seed::SHOP, line).await;
    let denied = viewer.authorize(&plan).await.unwrap();
    let denied = denied.iter().find(|permission| !permission.allowed).unwrap();
    assert_eq!((denied.verb.as_str(), denied.resource.as_str()), ("patch", "deployments"));
    assert_eq!(denied.namespace.as_deref(), Some(seed::SHOP));
    // Not even the dry run passes.
    let error = viewer.preview(&plan).await.unwrap_err();
    let Error::Forbidden { verb, namespace, .. } = &error else { panic!("{error:?}") };
    assert_eq!((verb.as_str(), namespace.as_deref()), ("patch", Some(seed::SHOP)));
    // A right to one name only is found name by name.
    world.namespace("by-name").await;
    world.deployment("by-name", "mine", 1).await;
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "one"}, "rules": [
        {"apiGroups": ["apps"], "resources": ["deployments", "deployments/scale"], "resourceNames": ["mine"], "verbs": ["get", "patch"]}]});
    world.direct("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/by-name/roles", role).await;
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "one"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "one"}, "subjects": [{"kind": "User", "name": "carol", "apiGroup": "rbac.authorization.k8s.io"}]});
    world.direct("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/by-name/rolebindings", binding).await;
    let carol = world.taken_on("carol", &[]).await;
    let line = "kubectl scale deployment mine other --replicas=2";
    let answers = carol.authorize(&crate::world::plan(&carol, "by-name", line).await).await.unwrap();
    let of = |name: &str| answers.iter().find(|answer| answer.name.as_deref() == Some(name)).unwrap().allowed;
    assert!(of("mine") && !of("other"), "{answers:?}");
}

/// An exec plugin's credentials work; an expired token is told from a wrong address.
async fn kubeconfigs(world: &World) {
    let dir = tempfile::tempdir().unwrap();
    let token = world.practice.token(seed::VIEWER).unwrap();
    let credential = json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}});
    std::fs::write(dir.path().join("credential.json"), credential.to_string()).unwrap();
    let kubeconfig = |user: serde_json::Value| {
        json!({"apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": world.practice.server_url(), "certificate-authority": "ca.pem"}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}], "users": [{"name": "u", "user": user}]})
    };
    std::fs::write(dir.path().join("ca.pem"), world.practice.ca_pem()).unwrap();
    let connect = async |user: serde_json::Value| {
        let file = dir.path().join("config");
        std::fs::write(&file, kubeconfig(user).to_string()).unwrap();
        Cluster::connect(&Source { kubeconfig: Some(file), ..Source::default() }).await
    };
    let exec = json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "cat", "interactiveMode": "Never",
        "args": [dir.path().join("credential.json")]}});
    let cluster = connect(exec).await.unwrap();
    assert_eq!(cluster.session(Actor::Own).whoami().await.unwrap().username, seed::VIEWER);
    assert_eq!((cluster.context(), cluster.default_namespace()), ("c", "shop"));
    let missing = json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin", "interactiveMode": "Never"}});
    assert_eq!(connect(missing).await.unwrap_err().code(), "exec-plugin");
    let expired = connect(json!({"token": "expired"})).await.unwrap_err();
    assert_eq!(expired.code(), "unauthorized");
    assert!(expired.to_string().contains("log in"), "{expired}");
    let untrusted = dir.path().join("untrusted");
    let text =
        kubeconfig(json!({"token": token})).to_string().replace("\"certificate-authority\":\"ca.pem\",", "");
    std::fs::write(&untrusted, text).unwrap();
    let error =
        Cluster::connect(&Source { kubeconfig: Some(untrusted), ..Source::default() }).await.unwrap_err();
    assert_eq!(error.code(), "tls", "{error}");
}

/// Discovery is two requests, and none when it was kept on disk.
async fn discovery(world: &World) {
    let dir = tempfile::tempdir().unwrap();
    let cluster = world.cluster(seed::ADMIN).await.with_cache_dir(dir.path().to_owned());
    assert_eq!(
        cluster.id(),
        world.direct("GET", "/api/v1/namespaces/kube-system", json!(null)).await["metadata"]["uid"]
    );
    let catalog = cluster.session(Actor::Own).catalog().await.unwrap();
    assert!(catalog.discovered);
    let deployments = catalog.find("deploy").unwrap();
    assert_eq!(deployments.qualified(), "deployments.apps");
    assert!(deployments.subresources.contains(&"scale".to_owned()));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let warm = world.cluster(seed::ADMIN).await.with_cache_dir(dir.path().to_owned());
    assert_eq!(warm.session(Actor::Own).catalog().await.unwrap(), catalog);
    assert!(warm.version().await.unwrap().starts_with("v1."));
    let health = warm.health().await.unwrap();
    assert!(health.ready, "{health:?}");
}
