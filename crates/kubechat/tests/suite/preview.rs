//! What a preview says besides targets and difference: what else is touched, what will fight the change, who has the
//! right for it.

use serde_json::{Value, json};

use crate::case::Case;
use crate::http::Server;
use crate::world::{World, until, world};

fn ids(query: &Value) -> Vec<&str> {
    query["reasons"].as_array().unwrap().iter().map(|reason| reason["id"].as_str().unwrap()).collect()
}

fn texts(query: &Value, part: &str) -> Vec<String> {
    let list = query["impact"][part].as_array().unwrap_or_else(|| panic!("{query:#}"));
    list.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

/// The Deployment `web` runs with two ready pods behind a service.
fn serving(world: &World, namespace: &str) {
    world.apply(&format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: {namespace}}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n"
    ));
    until("two pods are ready", || {
        (world.object(namespace, "deployment/web")["status"]["readyReplicas"] == 2).then_some(())
    });
}

#[test]
fn a_scale_says_which_pods_services_and_budgets_it_touches_and_what_fights_it() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "impact-scale");
    serving(world, "impact-scale");
    world.apply(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: impact-scale}\n\
         spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n---\n\
         apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: impact-scale}\n\
         spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n",
    );
    let one = case.run("kubectl scale deployment web --replicas=1", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&one, "pods"), ["1 pod of Deployment web stops."]);
    assert_eq!(texts(&one, "services"), ["Service web keeps 1 of 2 ready endpoints."]);
    assert_eq!(
        texts(&one, "budgets"),
        ["PodDisruptionBudget web wants 2; 1 of 2 healthy pods would be left."]
    );
    assert_eq!(one["impact"]["unknown"], json!([]));
    assert_eq!(one["level"], "dangerous", "{one:#}");
    assert!(
        ["violates-pdb", "autoscaler-reverts", "applier-reverts"].iter().all(|id| ids(&one).contains(id)),
        "{one:#}"
    );
    let none = case.run("kubectl scale deployment web --replicas=0", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&none, "services"), ["Service web loses all 2 ready endpoints."]);
    assert!(ids(&none).contains(&"service-loses-endpoints"), "{none:#}");
    let more = case.run("kubectl scale deployment web --replicas=3", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&more, "pods"), ["1 pod of Deployment web starts."]);
    assert_eq!((&more["level"], &more["impact"]["services"]), (&json!("warning"), &json!([])), "{more:#}");

    let card = case.text(&["run", "kubectl scale deployment web --replicas=1", "-n", "impact-scale"]);
    for words in
        ["Touches  Service web keeps 1 of 2", "Why      HorizontalPodAutoscaler web sets its own number"]
    {
        assert!(card.out.contains(words), "{words}: {card}");
    }
}

#[test]
fn a_rollout_a_label_and_a_selector_are_seen_through_to_the_endpoints() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "impact-rollout");
    serving(world, "impact-rollout");
    let image =
        case.run("kubectl set image deployment/web web=example.test/web:2", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&image, "pods"), ["2 pods of Deployment web are replaced by new ones."]);
    assert_eq!(image["impact"]["services"], json!([]), "new pods come before old ones go");
    let selector = case.run("kubectl set selector service web app=other", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&selector, "services"), ["Service web loses all 2 ready endpoints."]);
    assert_eq!(selector["level"], "dangerous");
    let pods = world.kubectl("get pods -n impact-rollout -l app=web -o name");
    let pod = pods.lines().next().unwrap().trim_start_matches("pod/").to_owned();
    let label =
        case.run(&format!("kubectl label pod {pod} app=debug --overwrite"), &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&label, "services"), ["Service web keeps 1 of 2 ready endpoints."]);
    assert!(ids(&label).contains(&"owner-reverts"), "{label:#}");
    let gone = case.run("kubectl delete pods -l app=web", &[]).is(4, "awaiting_approval");
    assert_eq!(
        texts(&gone, "services"),
        ["Service web loses all 2 ready endpoints until new pods are ready."]
    );
    let service = case.run("kubectl delete service web", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&service, "services"), ["Service web loses all 2 ready endpoints."]);
}

#[test]
fn a_deletion_says_what_goes_along_and_which_data() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "impact-delete");
    serving(world, "impact-delete");
    world.apply(
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: impact-delete}\n\
         spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Delete, storageClassName: none, hostPath: {path: /nowhere}, claimRef: {namespace: impact-delete, name: data}}\n---\n\
         apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: impact-delete}\n\
         spec: {accessModes: [ReadWriteOnce], storageClassName: none, volumeName: impact-delete, resources: {requests: {storage: 1Gi}}}\n",
    );
    let web = case.run("kubectl delete deployment web", &[]).is(4, "awaiting_approval");
    let counts = |query: &Value| {
        let along = query["impact"]["along"].as_array().unwrap();
        along
            .iter()
            .map(|one| (one["resource"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    let mut found = counts(&web);
    found.sort();
    assert_eq!(found, [("pods".to_owned(), 2), ("replicasets.apps".to_owned(), 1)]);
    assert!(
        ids(&web).contains(&"deletes-owned") && ids(&web).contains(&"service-loses-endpoints"),
        "{web:#}"
    );
    let orphaned = case.run("kubectl delete deployment web --cascade=orphan", &[]).is(4, "awaiting_approval");
    assert_eq!((counts(&orphaned), &orphaned["impact"]["pods"]), (vec![], &json!([])));
    let claim = case.run("kubectl delete pvc data", &[]).is(4, "awaiting_approval");
    assert_eq!(texts(&claim, "volumes"), ["PersistentVolumeClaim data goes: its data is deleted."]);
    let all = case.run("kubectl delete namespace impact-delete", &[]).is(4, "awaiting_approval");
    let inside = counts(&all);
    for known in [("pods", 2), ("deployments.apps", 1), ("services", 1), ("persistentvolumeclaims", 1)] {
        assert!(inside.contains(&(known.0.to_owned(), known.1)), "{known:?}: {inside:?}");
    }
    assert_eq!(texts(&all, "pods"), ["2 pods of Namespace impact-delete stop."]);
    world.kubectl("delete pvc data -n impact-delete --wait=false");
    world.kubectl("delete pv impact-delete --wait=false");
}

#[test]
fn who_manages_an_object_is_told_before_it_is_changed() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "impact-managed");
    let marks = [
        ("label", "app.kubernetes.io/managed-by=Helm", "helm-reverts"),
        (
            "annotate",
            "argocd.argoproj.io/tracking-id=shop:apps/Deployment:impact-managed/web",
            "argocd-reverts",
        ),
        ("label", "kustomize.toolkit.fluxcd.io/name=shop", "flux-reverts"),
    ];
    for (verb, mark, id) in marks {
        world.kubectl(&format!("{verb} deployment web {mark} -n impact-managed"));
        let waiting = case
            .run("kubectl set image deployment/web web=example.test/web:3", &[])
            .is(4, "awaiting_approval");
        assert!(ids(&waiting).contains(&id), "{waiting:#}");
        let key = mark.split('=').next().unwrap();
        world.kubectl(&format!("{verb} deployment web {key}- -n impact-managed"));
    }
    let set = world.kubectl("get replicasets -n impact-managed -o jsonpath={.items[0].metadata.name}");
    let owned =
        case.run(&format!("kubectl scale replicaset {set} --replicas=1"), &[]).is(4, "awaiting_approval");
    assert!(ids(&owned).contains(&"owner-reverts"), "{owned:#}");
    assert_eq!(owned["impact"]["reverts"][0]["object"]["kind"], "ReplicaSet");
}

#[test]
fn what_the_user_may_not_list_is_unknown_and_stops_nothing() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "impact-unknown", "rolf");
    world.bind("impact-unknown", "User", "rolf", "scaler");
    let done = case.run("kubectl scale deployment web --replicas=1", &["--yes"]).is(0, "succeeded");
    assert_eq!(texts(&done, "pods"), ["1 pod of Deployment web stops."]);
    assert_eq!(
        done["impact"]["unknown"],
        json!([
            "You may not see horizontalpodautoscalers in impact-unknown.",
            "You may not see poddisruptionbudgets in impact-unknown.",
            "You may not see services in impact-unknown."
        ])
    );
    assert_eq!(case.replicas(), 1);
}

#[test]
fn a_missing_right_is_told_with_the_rule_that_gives_it_and_who_has_it() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "grants", "vera");
    world.bind("grants", "User", "vera", "viewer");
    world.bind("grants", "Group", "scalers", "scaler");
    let blind = case.run("kubectl scale deployment web --replicas=5", &["--yes"]).ends(3);
    let grant = &blind["forbidden"][0]["grant"];
    assert!(
        grant["rule"].as_str().unwrap().contains("resources: [deployments/scale], verbs: [patch]"),
        "{blind:#}"
    );
    assert_eq!((&grant["roles"], &grant["holders"]), (&json!([]), &Value::Null));

    world.apply(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: rbac-reader}\n\
         rules: [{apiGroups: [rbac.authorization.k8s.io], resources: ['*'], verbs: [list]}]\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: rbac-reader-vera}\n\
         roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rbac-reader}\n\
         subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: vera}]\n",
    );
    let told = until("the server knows of the new right", || {
        let told = case.run("kubectl scale deployment web --replicas=5", &["--yes"]).ends(3);
        told["forbidden"][0]["grant"]["holders"].is_array().then_some(told)
    });
    let grant = &told["forbidden"][0]["grant"];
    assert_eq!(grant["roles"][0], "Role scaler", "{told:#}");
    assert!(grant["holders"].as_array().unwrap().contains(&json!("Group scalers")), "{told:#}");
    assert!(told["message"].as_str().unwrap().contains("Group scalers"), "{told:#}");
    let card = case.text(&["run", "kubectl scale deployment web --replicas=5", "-n", "grants"]);
    assert!(card.out.contains("Given by Role scaler"), "{card}");
    world.kubectl("delete clusterrolebinding rbac-reader-vera");
}

#[test]
fn protected_namespaces_and_kinds_are_the_policys() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "guarded");
    let plain = case.run("kubectl scale deployment web --replicas=3", &[]).is(4, "awaiting_approval");
    assert!(!ids(&plain).iter().any(|id| id.starts_with("protected")), "{plain:#}");
    case.configure("[policy.protected]\nnamespaces = [\"guard*\"]\nkinds = [\"deployments.apps\"]\n");
    let guarded = case.run("kubectl scale deployment web --replicas=3", &[]).is(4, "awaiting_approval");
    assert!(
        ["protected-namespace", "protected-kind"].iter().all(|id| ids(&guarded).contains(id)),
        "{guarded:#}"
    );
    assert_ne!(plain["approval_hash"], guarded["approval_hash"], "the policy is part of what is approved");
}

#[test]
fn a_servers_warning_reaches_every_door() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "warned");
    world.kubectl("label namespace warned pod-security.kubernetes.io/warn=restricted");
    let line = "kubectl set image deployment/web web=example.test/web:2";
    let told = |query: &Value| {
        let warnings = query["warnings"].as_array().unwrap().clone();
        warnings.iter().any(|warning| warning.as_str().unwrap().contains("violate PodSecurity"))
    };
    let waiting = case.run(line, &[]).is(4, "awaiting_approval");
    assert!(told(&waiting), "{waiting:#}");
    let card = case.text(&["run", line, "-n", "warned"]);
    assert!(card.out.contains("Warning  would violate PodSecurity"), "{card}");
    let mut server = Server::start(&case);
    server.log_in();
    let asked = server.post(&server.conversation("warned"), &json!({"text": line}));
    assert!(told(&asked.body), "{}", asked.body);
    assert_eq!(asked.body["impact"]["pods"][0]["fate"], "restart", "{}", asked.body);
}
