//! Reads in every form.

use futures::StreamExt;
use kubechat_cluster::{Answer, Chunk, Session};
use kubechat_kubectl::Where;
use kubechat_practice::seed;
use serde_json::{Value, json};

use crate::world::{World, plan, until};

async fn read(session: &Session, namespace: &str, line: &str) -> Answer {
    let plan = plan(session, namespace, line).await;
    session.read(&plan).await.unwrap_or_else(|error| panic!("{line}: {error}"))
}

async fn text(session: &Session, namespace: &str, line: &str) -> String {
    read(session, namespace, line).await.text.unwrap_or_else(|| panic!("{line}: no text"))
}

pub async fn run(world: &World) {
    let viewer = world.own(seed::VIEWER).await;
    tables(world, &viewer).await;
    custom_resources(world).await;
    forms(world, &viewer).await;
    descriptions(world, &viewer).await;
    logs(world, &viewer).await;
    about(&viewer).await;
    rollouts(world).await;
    watches(world).await;
    usage(&viewer).await;
}

async fn tables(world: &World, viewer: &Session) {
    world.ready(seed::SHOP, "web").await;
    let pods = read(viewer, seed::SHOP, "kubectl get pods").await;
    let names: Vec<&str> = pods.sections[0].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
    assert_eq!(pods.sections[0].rows[0].object.as_ref().unwrap().resource, "pods");
    let wide = read(viewer, seed::SHOP, "kubectl get pods -o wide").await;
    assert!(wide.sections[0].columns.len() > names.len());
    let everywhere = read(viewer, seed::SHOP, "kubectl get deployments -A -L app --show-labels").await;
    let columns = &everywhere.sections[0].columns;
    assert_eq!(columns[0].name, "NAMESPACE");
    assert_eq!(
        (columns[columns.len() - 2].name.as_str(), columns[columns.len() - 1].name.as_str()),
        ("APP", "LABELS")
    );
    let all = read(viewer, seed::SHOP, "kubectl get all").await;
    assert!(all.sections.len() >= 4, "{:?}", all.sections.iter().map(|s| &s.title).collect::<Vec<_>>());
    let deployments = all.sections.iter().find(|s| s.title.as_deref() == Some("deployments.apps")).unwrap();
    assert!(deployments.rows.iter().any(|row| row.cells[0] == "deployment.apps/web"));
    let sorted = read(viewer, seed::SHOP, "kubectl get deployments --sort-by=.metadata.name").await;
    let names: Vec<&str> = sorted.sections[0].rows.iter().map(|row| row.cells[0].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
    let none = read(viewer, "default", "kubectl get deployments").await;
    assert_eq!(none.text.as_deref(), Some("No resources found in default namespace."));
    let plan = plan(viewer, seed::SHOP, "kubectl get deployment wep").await;
    let error = viewer.read(&plan).await.unwrap_err().to_string();
    assert!(error.contains("Did you mean web"), "{error}");
    let names = viewer.names(seed::SHOP).await.unwrap();
    assert!(
        names["deployments"].contains(&"web".to_owned()) && names["nodes"].contains(&"node-1".to_owned()),
        "{names:?}"
    );
}

/// Columns of a custom resource are the ones its definition has; it is found without a restart.
async fn custom_resources(world: &World) {
    let admin = world.own(seed::ADMIN).await;
    admin.catalog().await.unwrap();
    let schema = json!({"type": "object", "properties": {"spec": {"type": "object", "description": "What is baked.", "properties": {"crust": {"type": "string", "description": "How thick."}}}}});
    let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "pizzas.food.example"},
        "spec": {"group": "food.example", "scope": "Namespaced", "names": {"plural": "pizzas", "singular": "pizza", "kind": "Pizza", "shortNames": ["pz"]},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema},
            "additionalPrinterColumns": [{"name": "Crust", "type": "string", "jsonPath": ".spec.crust"}]}]}});
    world.direct("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition).await;
    until("pizzas are served", async || admin.refresh_catalog().await.unwrap().find("pz").map(|_| ())).await;
    world.namespace("pizzeria").await;
    let pizza = json!({"apiVersion": "food.example/v1", "kind": "Pizza", "metadata": {"name": "margherita"}, "spec": {"crust": "thin"}});
    world.direct("POST", "/apis/food.example/v1/namespaces/pizzeria/pizzas", pizza).await;
    let table = read(&admin, "pizzeria", "kubectl get pz").await;
    assert_eq!(table.sections[0].columns[1].name, "CRUST");
    assert_eq!(table.sections[0].rows[0].cells[..2], [json!("margherita"), json!("thin")]);
    let described = text(&admin, "pizzeria", "kubectl describe pizza margherita").await;
    assert!(described.contains("Crust:") && described.contains("thin"), "{described}");
    let explained = until("pizzas are documented", async || {
        let plan = plan(&admin, "pizzeria", "kubectl explain pizza.spec").await;
        admin.read(&plan).await.ok().and_then(|answer| answer.text)
    })
    .await;
    assert!(explained.contains("crust\t<string>") && explained.contains("How thick."), "{explained}");
}

async fn forms(world: &World, viewer: &Session) {
    let shop = seed::SHOP;
    let yaml = text(viewer, shop, "kubectl get deployment web -o yaml").await;
    assert!(yaml.contains("kind: Deployment") && !yaml.contains("managedFields"), "{yaml}");
    let json: Value =
        serde_json::from_str(&text(viewer, shop, "kubectl get deployments -o json").await).unwrap();
    assert_eq!(
        (json["kind"].as_str(), json["items"][0]["kind"].as_str()),
        (Some("List"), Some("Deployment"))
    );
    assert!(
        text(viewer, shop, "kubectl get deployments -o name")
            .await
            .lines()
            .any(|line| line == "deployment.apps/web")
    );
    let images = "kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[*].image}'";
    assert!(!text(viewer, shop, images).await.is_empty());
    let columns = "kubectl get deployments -o custom-columns=WHO:.metadata.name,MANY:.spec.replicas";
    let table = read(viewer, shop, columns).await;
    assert_eq!(table.sections[0].columns[1].name, "MANY");
    // A viewer may not read secrets, and a description never shows values.
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "key"}, "stringData": {"password": "hunter2"}});
    world.namespace("secretive").await;
    world.direct("POST", "/api/v1/namespaces/secretive/secrets", secret).await;
    let plan = plan(viewer, "secretive", "kubectl get secrets").await;
    assert_eq!(viewer.read(&plan).await.unwrap_err().code(), "forbidden");
    let admin = world.own(seed::ADMIN).await;
    let described = text(&admin, "secretive", "kubectl describe secret key").await;
    assert!(described.contains("password: 7 bytes") && !described.contains("hunter2"), "{described}");
}

async fn descriptions(world: &World, viewer: &Session) {
    world.ready(seed::SHOP, "web").await;
    let described = async |line: &str| text(viewer, seed::SHOP, &format!("kubectl describe {line}")).await;
    for (line, parts) in [
        (
            "deployment web",
            &["pods are available", "Pods:", "Running", "ReplicaSets:", "Image:", "Conditions:", "Events:"][..],
        ),
        ("service web", &["endpoints are ready", "Endpoints:", "web-"]),
        ("node node-1", &["Status:            Ready", "Allocated:", "Capacity:"]),
        ("statefulset postgres", &["Volume Claims:", "1 of 1 pods are available"]),
        ("namespace shop", &["Status:            Active", "Problems:"]),
    ] {
        let text = described(line).await;
        assert!(parts.iter().all(|part| text.contains(part)), "{line}: {text}");
    }
    assert!(!described("deployment web --show-events=false").await.contains("Events:"));
    wrong_first(viewer).await;
    what_nobody_may_see_is_said(world).await;
    let events = until("a failed scheduling", async || {
        let found = read(viewer, seed::SHOP, "kubectl events --types=Warning").await;
        found.sections[0].rows.iter().any(|row| row.cells[2] == "FailedScheduling").then_some(found)
    })
    .await;
    assert_eq!(events.sections[0].columns[0].name, "LAST SEEN");
}

/// What is wrong stands in front of everything else.
async fn wrong_first(viewer: &Session) {
    let no_endpoints = format!("service {}", seed::NO_ENDPOINTS);
    for (line, problem) in [
        (format!("pods -l app={}", seed::CRASHING), "keeps ending ("),
        (format!("deployment {}", seed::CRASHING), "(CrashLoopBackOff): Container"),
        (format!("pods -l app={}", seed::UNPULLABLE), "can't be pulled"),
        (format!("pods -l app={}", seed::UNSCHEDULABLE), "No node takes it: "),
        (format!("pods -l app={}", seed::OUT_OF_MEMORY), "OOMKilled"),
        (no_endpoints, "No pod has the labels"),
    ] {
        until(&line, async || {
            let text = text(viewer, seed::SHOP, &format!("kubectl describe {line}")).await;
            let (head, _) = text.split_once("\nLabels:")?;
            (head.contains("Problem") && head.contains(problem)).then_some(())
        })
        .await;
    }
}

/// Parts that the user may not read are named, and the rest is shown.
async fn what_nobody_may_see_is_said(world: &World) {
    let admin = world.own(seed::ADMIN).await;
    world.namespace("narrow").await;
    world.deployment("narrow", "web", 1).await;
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "narrow"},
        "rules": [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}]});
    world.direct("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/narrow/roles", role).await;
    let binding = |name: &str, role: &str| {
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role}, "subjects": [{"kind": "User", "name": "kim", "apiGroup": "rbac.authorization.k8s.io"}]})
    };
    for (name, role) in [("narrow", "narrow"), ("lost", "gone")] {
        let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/narrow/rolebindings";
        world.direct("POST", path, binding(name, role)).await;
    }
    let kim = world.taken_on("kim", &[]).await;
    let seen = text(&kim, "narrow", "kubectl describe deployment web").await;
    for part in
        ["Replicas:", "you may not list pods", "you may not list replicasets", "you may not list events"]
    {
        assert!(seen.contains(part), "{part} in\n{seen}");
    }
    let role = text(&admin, "narrow", "kubectl describe clusterrole view").await;
    assert!(role.contains("Rules:") && role.contains("deployments (apps)"), "{role}");
    let lost = text(&admin, "narrow", "kubectl describe rolebinding lost").await;
    assert!(lost.contains("Role gone does not exist: the binding gives nobody any right."), "{lost}");
}

async fn logs(world: &World, viewer: &Session) {
    world.ready(seed::SHOP, "web").await;
    let one = until("a log", async || {
        let plan = plan(viewer, seed::SHOP, "kubectl logs deployment/web --tail=3").await;
        viewer.read(&plan).await.ok().and_then(|answer| answer.text).filter(|text| !text.is_empty())
    })
    .await;
    assert!(one.lines().count() >= 1, "{one}");
    let both = text(viewer, seed::SHOP, "kubectl logs -l app=web --tail=2").await;
    let prefixes: std::collections::BTreeSet<&str> =
        both.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(prefixes.len() >= 2 && prefixes.iter().all(|prefix| prefix.starts_with("[pod/web-")), "{both}");
    let followed = plan(viewer, seed::SHOP, "kubectl logs -f -l app=web --tail=1").await;
    let first = viewer.follow(&followed).next().await.unwrap().unwrap();
    assert!(matches!(first, Chunk::Lines(_) | Chunk::Event(_)), "{first:?}");
}

async fn about(viewer: &Session) {
    let yes = read(viewer, seed::SHOP, "kubectl auth can-i list pods").await;
    assert_eq!((yes.verdict, yes.text.as_deref()), (Some(true), Some("yes")));
    let no = read(viewer, seed::SHOP, "kubectl auth can-i delete deployments").await;
    assert_eq!(no.verdict, Some(false));
    let list = read(viewer, seed::SHOP, "kubectl auth can-i --list").await;
    assert!(!list.sections[0].rows.is_empty());
    let kinds = read(viewer, seed::SHOP, "kubectl api-resources --api-group=apps").await;
    assert!(
        kinds.sections[0]
            .rows
            .iter()
            .any(|row| row.cells[..3] == [json!("deployments"), json!("deploy"), json!("apps/v1")])
    );
    assert!(text(viewer, seed::SHOP, "kubectl api-versions").await.lines().any(|line| line == "apps/v1"));
    assert!(text(viewer, seed::SHOP, "kubectl version").await.contains("Server: v1."));
    assert!(text(viewer, seed::SHOP, "kubectl cluster-info").await.contains("https://127.0.0.1"));
    let who = read(viewer, seed::SHOP, "kubectl auth whoami").await;
    assert_eq!(who.sections[0].rows[0].cells[1], seed::VIEWER);
    let explained = text(viewer, seed::SHOP, "kubectl explain deployment.spec.strategy").await;
    assert!(explained.contains("rollingUpdate") && explained.contains("FIELD: strategy"), "{explained}");
}

async fn rollouts(world: &World) {
    world.namespace("rollouts").await;
    world.deployment("rollouts", "web", 2).await;
    let admin = world.own(seed::ADMIN).await;
    let status = plan(&admin, "rollouts", "kubectl rollout status deployment/web").await;
    let chunks: Vec<Chunk> = admin.follow(&status).map(Result::unwrap).collect().await;
    let Some(Chunk::Event(last)) = chunks.last() else { panic!("{chunks:?}") };
    assert_eq!(last, "deployment \"web\" successfully rolled out");
    let once = admin.read(&status).await.unwrap();
    assert_eq!(once.text.as_deref(), Some(last.as_str()), "{once:?}");
    let image = json!({"spec": {"template": {"metadata": {"annotations": {"a": "b"}}}}});
    world.patch("rollouts", "web", image).await;
    world.ready("rollouts", "web").await;
    until("two revisions", async || {
        let history = read(&admin, "rollouts", "kubectl rollout history deployment/web").await;
        (history.sections[0].rows.len() == 2).then_some(())
    })
    .await;
    let one = text(&admin, "rollouts", "kubectl rollout history deployment/web --revision=1").await;
    assert!(one.contains("example.test/web:1"), "{one}");
}

async fn watches(world: &World) {
    world.namespace("watched").await;
    world.deployment("watched", "web", 1).await;
    world.ready("watched", "web").await;
    let admin = world.own(seed::ADMIN).await;
    let watch = plan(&admin, "watched", "kubectl get deployments -w").await;
    let mut stream = admin.follow(&watch);
    let Chunk::Rows(first) = stream.next().await.unwrap().unwrap() else { panic!("no rows") };
    assert_eq!(first.rows[0].cells[0], "web");
    world.patch("watched", "web", json!({"spec": {"replicas": 2}})).await;
    let Chunk::Rows(changed) = stream.next().await.unwrap().unwrap() else { panic!("no rows") };
    assert_eq!(
        (changed.rows[0].cells[0].as_str(), changed.columns.len()),
        (Some("web"), first.columns.len())
    );
    world.direct("DELETE", "/apis/apps/v1/namespaces/watched/deployments/web", json!(null)).await;
    let mut deleted = false;
    while !deleted {
        let chunk = stream.next().await.unwrap().unwrap();
        deleted = matches!(chunk, Chunk::Gone { object, text } if object.name == "web" && text == "deployment/web deleted");
    }
}

async fn usage(viewer: &Session) {
    let pods = until("usage of pods", async || {
        let plan = plan(viewer, seed::SHOP, "kubectl top pods --sort-by=memory").await;
        match viewer.read(&plan).await {
            Ok(answer) => answer.sections.first().filter(|section| section.rows.len() > 1).cloned(),
            Err(error) => {
                assert_eq!(error.code(), "metrics-unavailable", "{error}");
                None
            }
        }
    })
    .await;
    assert_eq!(pods.columns[1].name, "CPU(cores)");
    assert!(pods.rows[0].cells[2].as_str().unwrap().ends_with("Mi"), "{:?}", pods.rows[0]);
    let nodes = read(viewer, seed::SHOP, "kubectl top nodes").await;
    assert!(nodes.sections[0].rows[0].cells[2].as_str().unwrap().ends_with('%'), "{nodes:?}");
    filtered_by_usage(viewer).await;
}

async fn filtered_by_usage(viewer: &Session) {
    let count = async |line: &str, filter: &str| {
        let plan = plan(viewer, seed::SHOP, line).await.only_where(&Where::parse(filter).unwrap()).unwrap();
        assert!(viewer.authorize(&plan).await.unwrap().iter().any(|asked| asked.group == "metrics.k8s.io"));
        let answer = viewer.read(&plan).await.unwrap();
        answer.sections.first().map_or(0, |section| section.rows.len())
    };
    let any = "metrics.memory.isGreaterThan(quantity('1Ki'))";
    assert!(count("kubectl get pods", any).await > 1);
    assert!(
        count("kubectl top pods", "metrics.cpu < quantity('100') && metrics.containers.size() > 0").await > 1
    );
    assert!(count("kubectl get nodes", any).await > 0);
    assert_eq!(count("kubectl get pods", "metrics.memory > quantity('1Ti')").await, 0);
}
