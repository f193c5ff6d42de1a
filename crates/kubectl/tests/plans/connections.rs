//! Plans of what goes on: waiting, draining, tokens, and ways into a pod.

use super::*;

#[test]
fn a_token_request_says_how_long_for_whom_and_bound_to_what() {
    check(
        "kubectl create token bot --duration=10m --audience=a --bound-object-kind=Pod --bound-object-name=web",
        &[
            r#"create serviceaccounts/token here bot token {"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"web"},"expirationSeconds":600}}"#,
        ],
    );
    for flags in [
        "--duration=-1s",
        "--duration=500ms",
        "--bound-object-name=x",
        "--bound-object-kind=Job --bound-object-name=x",
    ] {
        let line = format!("kubectl create token bot {flags}");
        assert_eq!(Command::parse(&line).unwrap_err().id, "bad-value", "{line}");
    }
}

#[test]
fn draining_names_each_pod_or_the_flag_that_is_missing() {
    let node = fact("nodes", Some("n1"), None);
    let node = Read { namespace: None, ..node };
    let pods = Read {
        resource: "pods".into(),
        namespace: None,
        name: None,
        labels: None,
        fields: Some("spec.nodeName=n1".into()),
        chosen: false,
    };
    let owner = fact("daemonsets.apps", Some("agent"), None);
    let pod = |name: &str, kind: &str, owner: &str| {
        json!({"metadata": {"name": name, "namespace": "here",
            "ownerReferences": [{"kind": kind, "apiVersion": "apps/v1", "name": owner, "controller": true}]}})
    };
    let line = "kubectl drain n1 --ignore-daemonsets --grace-period=5";
    assert_eq!(plan_with(line, &Facts::new()), Ok(Planned::Need(vec![node.clone()])));
    let mut facts = Facts::from([(node, vec![json!({"metadata": {"name": "n1"}})])]);
    assert_eq!(plan_with(line, &facts), Ok(Planned::Need(vec![pods.clone()])));
    facts.insert(pods, vec![pod("web-1", "ReplicaSet", "web"), pod("agent-1", "DaemonSet", "agent")]);
    assert_eq!(plan_with(line, &facts), Ok(Planned::Need(vec![owner.clone()])));
    facts.insert(owner, vec![json!({})]);
    let Ok(Planned::Ready(plan)) = plan_with(line, &facts) else { panic!("not planned") };
    let found: Vec<String> = plan.operations.iter().map(told).collect();
    assert_eq!(
        found,
        [
            r#"patch nodes * n1 strategic {"spec":{"unschedulable":true}}"#,
            "create pods/eviction here web-1 evict 5",
        ]
    );
    check_refused("kubectl drain n1", &facts, "drain-blocked");
}

fn running(name: &str) -> Value {
    json!({"metadata": {"name": name}, "status": {"phase": "Running"}, "spec": {"containers": [
        {"name": "app", "ports": [{"name": "http", "containerPort": 8080}]}, {"name": "side"}]}})
}

#[test]
fn ways_into_a_pod_name_pod_container_and_ports() {
    let pods = Facts::from([(fact("pods", Some("web"), None), vec![running("web")])]);
    let check = |line: &str, facts: &Facts, operation: &str| {
        let Ok(Planned::Ready(plan)) = plan_with(line, facts) else {
            panic!("{line}: {:?}", plan_with(line, facts))
        };
        assert_eq!(plan.operations.iter().map(told).collect::<Vec<_>>(), [operation], "{line}");
    };
    check(
        "kubectl exec web -it -- sh -c id",
        &pods,
        r#"create pods/exec here web {"command":["sh","-c","id"],"container":"app","stdin":true,"tty":true,"way":"exec"}"#,
    );
    check(
        "kubectl attach pod/web -c side",
        &pods,
        r#"create pods/attach here web {"container":"side","remove":false,"starts":false,"stdin":false,"tty":false,"way":"attach"}"#,
    );
    check(
        "kubectl cp here/web:/etc/hosts ./hosts --retries=2",
        &pods,
        r#"create pods/exec here web {"container":"app","local":"./hosts","remote":"/etc/hosts","retries":2,"way":"download"}"#,
    );
    check(
        "kubectl cp dist web:/srv -c side --no-preserve",
        &pods,
        r#"create pods/exec here web {"container":"side","local":"dist","no_preserve":true,"remote":"/srv","way":"upload"}"#,
    );
    check(
        "kubectl port-forward web 9000:http :8080 8080",
        &pods,
        r#"create pods/portforward here web {"ports":[{"local":9000,"remote":8080},{"local":0,"remote":8080},{"local":8080,"remote":8080}],"way":"forward"}"#,
    );
    let service = json!({"metadata": {"name": "front"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}});
    let mut pending = running("web-0");
    pending["status"]["phase"] = json!("Pending");
    let behind = Facts::from([
        (fact("services", Some("front"), None), vec![service]),
        (fact("pods", None, Some("app=web")), vec![pending, running("web-1"), running("web-2")]),
    ]);
    check(
        "kubectl port-forward svc/front 80",
        &behind,
        r#"create pods/portforward here web-1 {"ports":[{"local":80,"remote":8080}],"way":"forward"}"#,
    );
    for (line, id) in [
        ("kubectl exec web -c nope -- ls", "unknown-container"),
        ("kubectl cp web:/a web:/b", "bad-value"),
        ("kubectl cp a b", "bad-value"),
        ("kubectl port-forward web 80 --address=0.0.0.0", "not-loopback"),
        ("kubectl port-forward web 80:nope", "bad-value"),
        ("kubectl port-forward web 70000:80", "bad-value"),
    ] {
        check_refused(line, &pods, id);
    }
    let mut done = running("web");
    done["status"]["phase"] = json!("Succeeded");
    check_refused(
        "kubectl exec web -- ls",
        &Facts::from([(fact("pods", Some("web"), None), vec![done])]),
        "completed-pod",
    );
}

#[test]
fn waiting_reads_and_watches_and_a_look_only_reads() {
    let plan = ready("kubectl wait pod/a pod/b --for=condition=Ready --for=create --timeout=5s");
    let verbs: Vec<&str> = plan.operations.iter().map(|operation| operation.verb.as_str()).collect();
    assert_eq!(verbs, ["get", "watch"]);
    let Show::Wait { until, timeout_seconds, .. } = &plan.show else { panic!("{:?}", plan.show) };
    let until: Vec<String> = until.iter().map(ToString::to_string).collect();
    assert_eq!((until, *timeout_seconds), (vec!["create".to_owned(), "condition=Ready".to_owned()], 5));
    assert_eq!(ready("kubectl wait pods --all --for=delete --timeout=0").operations.len(), 1);
    for (line, seconds) in [("--timeout=-1s", 604_800), ("", 30), ("--timeout=0s", 0)] {
        let plan = ready(&format!("kubectl wait pod/a --for=delete {line}"));
        assert!(
            matches!(plan.show, Show::Wait { timeout_seconds, .. } if timeout_seconds == seconds),
            "{line}"
        );
    }
    for what in ["readiness", "condition=", "jsonpath=", "jsonpath='{.a}'='{.b}'=c", "jsonpath='{.a}='"] {
        let line = format!("kubectl wait pod/a --for={what}");
        assert_eq!(Command::parse(&line).unwrap_err().id, "bad-value", "{line}");
    }
}

#[test]
fn only_what_uses_a_terminal_files_or_ports_of_somebody_needs_a_terminal() {
    let pods = Facts::from([(fact("pods", Some("web"), None), vec![running("web")])]);
    for (line, needs) in [
        ("kubectl exec web -- ls", false),
        ("kubectl exec -i web -- ls", true),
        ("kubectl exec -t web -- ls", true),
        ("kubectl attach web", false),
        ("kubectl attach -i web", true),
        ("kubectl cp web:/a b", true),
        ("kubectl cp b web:/a", true),
        ("kubectl port-forward web 8080", true),
        ("kubectl delete pod web", false),
    ] {
        let Ok(Planned::Ready(plan)) = plan_with(line, &pods) else { panic!("{line}") };
        assert_eq!(plan.needs_terminal(), needs, "{line}");
        let connects =
            plan.operations.iter().any(|operation| matches!(operation.change, Some(Change::Connect { .. })));
        assert_eq!(plan.leaves_no_trace(), connects, "{line}");
    }
    assert!(ready("kubectl create token robot").leaves_no_trace());
    assert!(!ready("kubectl create token robot").needs_terminal());
}
