//! Plans that start from objects that are read first.

use super::*;

/// The same of what the command is about.
fn chosen(resource: &str, name: &str) -> Read {
    Read { chosen: true, ..fact(resource, Some(name), None) }
}

fn web() -> Value {
    json!({
        "metadata": {"name": "web", "uid": "u1", "annotations": {"deployment.kubernetes.io/revision": "3", "own": "x"}},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"spec": {"containers": [{"name": "web", "image": "web:3"}, {"name": "side", "image": "side:1"}], "initContainers": [{"name": "init", "image": "web:3"}]}},
        },
    })
}

fn replica_set(revision: i64, owner: &str) -> Value {
    json!({
        "metadata": {"name": format!("web-{revision}"), "ownerReferences": [{"uid": owner}], "annotations": {"deployment.kubernetes.io/revision": revision.to_string()}},
        "spec": {"template": {"metadata": {"labels": {"app": "web", "pod-template-hash": "h"}}, "spec": {"containers": [{"name": "web", "image": format!("web:{revision}")}]}}},
    })
}

#[test]
fn set_image_needs_the_object() {
    let line = "kubectl set image deploy/web web=web:4";
    let read = chosen("deployments.apps", "web");
    assert_eq!(plan_with(line, &Facts::new()), Ok(Planned::Need(vec![read.clone()])));
    let facts = Facts::from([(read.clone(), vec![web()])]);
    let told_with = |line: &str| match plan_with(line, &facts) {
        Ok(Planned::Ready(plan)) => told(&plan.operations[0]),
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(
        told_with(line),
        r#"patch deployments.apps here web strategic {"spec":{"template":{"spec":{"containers":[{"image":"web:4","name":"web"}]}}}}"#
    );
    let all = told_with("kubectl set image deploy/web *=x:1");
    assert_eq!(all.matches("x:1").count(), 3, "{all}");
    check_refused("kubectl set image deploy/web wbe=web:4", &facts, "unknown-container");
    check_refused(line, &Facts::from([(read, vec![])]), "not-found");
    check_refused("kubectl set image svc/web web=web:4", &facts, "unsupported");
}

#[test]
fn rollout_undo_goes_back_one_revision() {
    let line = "kubectl rollout undo deploy/web";
    let first = chosen("deployments.apps", "web");
    let second = fact("replicasets.apps", None, Some("app=web"));
    let mut facts = Facts::from([(first, vec![web()])]);
    assert_eq!(plan_with(line, &facts), Ok(Planned::Need(vec![second.clone()])));
    facts.insert(
        second.clone(),
        vec![replica_set(3, "u1"), replica_set(1, "u1"), replica_set(2, "u1"), replica_set(9, "other")],
    );
    for (line, image) in [(line, "web:2"), ("kubectl rollout undo deploy/web --to-revision=1", "web:1")] {
        let Ok(Planned::Ready(plan)) = plan_with(line, &facts) else { panic!("{line} is not planned") };
        let Some(Change::JsonPatch { body }) = &plan.operations[0].change else {
            panic!("not a JSON patch: {plan:?}")
        };
        assert_eq!(body[0]["path"], "/spec/template");
        assert_eq!(body[0]["value"]["spec"]["containers"][0]["image"], image);
        assert_eq!(body[0]["value"]["metadata"]["labels"], json!({"app": "web"}));
        assert_eq!(body[1]["value"], json!({"deployment.kubernetes.io/revision": "3"}));
    }
    check_refused("kubectl rollout undo deploy/web --to-revision=7", &facts, "no-revision");
    facts.insert(second, vec![replica_set(3, "u1")]);
    check_refused(line, &facts, "no-revision");
}

#[test]
fn labels_are_not_overwritten_unasked() {
    let line = "kubectl label pod web a=2";
    let read = chosen("pods", "web");
    assert_eq!(plan_with(line, &Facts::new()), Ok(Planned::Need(vec![read.clone()])));
    let facts = |value: &str| {
        Facts::from([(read.clone(), vec![json!({"metadata": {"name": "web", "labels": {"a": value}}})])])
    };
    check_refused(line, &facts("1"), "already-set");
    assert!(matches!(plan_with(line, &facts("2")), Ok(Planned::Ready(_))));
}

#[test]
fn logs_of_a_workload_are_those_of_its_pods() {
    let read = fact("deployments.apps", Some("web"), None);
    assert_eq!(plan_with("kubectl logs deploy/web", &Facts::new()), Ok(Planned::Need(vec![read.clone()])));
    let Ok(Planned::Ready(plan)) = plan_with("kubectl logs deploy/web", &Facts::from([(read, vec![web()])]))
    else {
        panic!("not planned")
    };
    let found: Vec<String> = plan.operations.iter().map(told).collect();
    assert_eq!(found, ["list pods here [app=web;]", "get pods/log here [app=web;]"]);
}

#[track_caller]
fn check_with(line: &str, resource: &str, namespace: Option<&str>, object: Value, operations: &[&str]) {
    let name = object["metadata"]["name"].as_str().map(str::to_owned);
    let read = Read {
        resource: resource.into(),
        namespace: namespace.map(Into::into),
        name,
        labels: None,
        fields: None,
        // A filter chooses among what is changed, never among what something is made from.
        chosen: operations[0].starts_with("patch"),
    };
    assert_eq!(plan_with(line, &Facts::new()), Ok(Planned::Need(vec![read.clone()])), "{line}");
    let Ok(Planned::Ready(plan)) = plan_with(line, &Facts::from([(read, vec![object])])) else {
        panic!("{line}: no plan")
    };
    let found: Vec<String> = plan.operations.iter().map(told).collect();
    assert_eq!(found, operations, "{line}");
}

#[test]
fn made_from_objects_that_are_read_first() {
    check_with(
        "kubectl expose deploy web --port=80 --target-port=http --name=front",
        "deployments.apps",
        Some("here"),
        json!({"metadata": {"name": "web", "labels": {"a": "b"}}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}),
        &[
            r#"create services here front create {"apiVersion":"v1","kind":"Service","metadata":{"labels":{"a":"b"},"name":"front","namespace":"here"},"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":"http"}],"selector":{"app":"web"}}}"#,
        ],
    );
    check_with(
        "kubectl certificate approve jane",
        "certificatesigningrequests.certificates.k8s.io",
        None,
        json!({"metadata": {"name": "jane"}}),
        &[
            r#"patch certificatesigningrequests.certificates.k8s.io/approval * jane merge {"status":{"conditions":[{"lastTransitionTime":"2026-02-03T04:05:06Z","lastUpdateTime":"2026-02-03T04:05:06Z","message":"Approved by kubectl certificate through KubeChat.","reason":"KubeChat","status":"True","type":"Approved"}]}}"#,
        ],
    );
    check_with(
        "kubectl set subject rolebinding/edit --user=dana --user=eve",
        "rolebindings.rbac.authorization.k8s.io",
        Some("here"),
        json!({"metadata": {"name": "edit"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "dana"}]}),
        &[
            r#"patch rolebindings.rbac.authorization.k8s.io here edit merge {"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"dana"},{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"eve"}]}"#,
        ],
    );
    check_with(
        "kubectl create job now --from=cronjob/nightly",
        "cronjobs.batch",
        Some("here"),
        json!({"metadata": {"name": "nightly", "uid": "u1"}, "spec": {"jobTemplate": {"spec": {"template": {"spec": {}}}}}}),
        &[
            r#"create jobs.batch here now create {"apiVersion":"batch/v1","kind":"Job","metadata":{"annotations":{"cronjob.kubernetes.io/instantiate":"manual"},"name":"now","namespace":"here","ownerReferences":[{"apiVersion":"batch/v1","controller":true,"kind":"CronJob","name":"nightly","uid":"u1"}]},"spec":{"template":{"spec":{}}}}"#,
        ],
    );
}

#[test]
fn taints_are_read_first() {
    let read = Read {
        resource: "nodes".into(),
        namespace: None,
        name: Some("n1".into()),
        labels: None,
        fields: None,
        chosen: true,
    };
    let line = "kubectl taint nodes n1 a=b:NoSchedule old-";
    assert_eq!(plan_with(line, &Facts::new()), Ok(Planned::Need(vec![read.clone()])));
    let node = |key: &str| json!({"metadata": {"name": "n1"}, "spec": {"taints": [{"key": key, "effect": "NoExecute"}]}});
    let facts = Facts::from([(read.clone(), vec![node("old")])]);
    let Ok(Planned::Ready(plan)) = plan_with(line, &facts) else { panic!("not planned") };
    assert_eq!(
        told(&plan.operations[0]),
        r#"patch nodes * n1 merge {"spec":{"taints":[{"effect":"NoSchedule","key":"a","value":"b"}]}}"#
    );
    check_refused(line, &Facts::from([(read, vec![node("other")])]), "not-found");
}

#[test]
fn what_a_filter_passes_over_is_no_part_of_the_plan() {
    let read = |name: &str| Read { namespace: None, ..chosen("nodes", name) };
    let node =
        json!({"metadata": {"name": "n2"}, "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}});
    let facts = Facts::from([(read("n1"), vec![Value::Null]), (read("n2"), vec![node])]);
    let Ok(Planned::Ready(plan)) = plan_with("kubectl taint nodes n1 n2 a-", &facts) else {
        panic!("no plan")
    };
    assert_eq!(plan.operations.len(), 1);
    assert_eq!(plan.operations[0].targets, Targets::Names(vec!["n2".into()]));
}

#[test]
fn resources_and_environment_are_set_by_container() {
    let facts = Facts::from([(chosen("deployments.apps", "web"), vec![web()])]);
    for (line, container) in [
        (
            "kubectl set resources deploy/web -c web --limits=cpu=1",
            json!([{"name": "web", "resources": {"limits": {"cpu": "1"}}}]),
        ),
        (
            "kubectl set env deploy/web -c side A=b C-",
            json!([{"name": "side", "env": [{"name": "A", "value": "b", "valueFrom": null}, {"name": "C", "$patch": "delete"}], "$setElementOrder/env": [{"name": "A"}]}]),
        ),
    ] {
        let Ok(Planned::Ready(plan)) = plan_with(line, &facts) else { panic!("{line} is not planned") };
        let Some(Change::StrategicPatch { body }) = &plan.operations[0].change else {
            panic!("not a patch: {plan:?}")
        };
        assert_eq!(body.pointer("/spec/template/spec/containers"), Some(&container), "{line}");
    }
    check_refused("kubectl set env deploy/web -c nope A=b", &facts, "unknown-container");
}

#[test]
fn listing_an_environment_with_its_values_reads_what_its_variables_name() {
    let from = |kind: &str, name: &str| json!({"name": "X", "valueFrom": {kind: {"name": name, "key": "k"}}});
    let container = |name: &str, env: Vec<Value>| json!({"name": name, "env": env});
    let web = json!({"metadata": {"name": "web"}, "spec": {"template": {"spec": {
        "initContainers": [container("init", vec![from("secretKeyRef", "keys")])],
        "containers": [
            container("main", vec![from("secretKeyRef", "db"), from("secretKeyRef", "db"), from("configMapKeyRef", "app")]),
            container("side", vec![json!({"name": "A", "value": "b"}), from("fieldRef", "none")]),
        ],
    }}}});
    let facts = Facts::from([(fact("deployments.apps", Some("web"), None), vec![web])]);
    let told_of = |line: &str| match plan_with(line, &facts) {
        Ok(Planned::Ready(plan)) => {
            (plan.operations.iter().map(told).collect::<Vec<_>>(), plan.ignore_missing)
        }
        other => panic!("{line}: {other:?}"),
    };
    let list = "kubectl set env deployment/web --list";
    assert_eq!(told_of(list), (vec!["get deployments.apps here web".to_owned()], false));
    let all = ["get deployments.apps here web", "get configmaps here app", "get secrets here db+keys"];
    assert_eq!(told_of(&format!("{list} --resolve")), (all.map(str::to_owned).to_vec(), true));
    let side = ["get deployments.apps here web".to_owned()].to_vec();
    assert_eq!(told_of(&format!("{list} --resolve -c side")), (side, true));
}
