//! What commands mean to the API, as one line for each operation.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::plan::{Change, Context, Read, Show, Targets};
use kubechat_kubectl::{Catalog, Command, Facts, Operation, Plan, Planned, Refusal};
use serde_json::{Value, json};

fn plan_with(line: &str, facts: &Facts) -> Result<Planned, Refusal> {
    let catalog = Catalog::builtin();
    let now = "2026-02-03T04:05:06Z".parse().expect("a time");
    Command::parse(line)?.plan(&Context {
        namespace: "here",
        now,
        catalog: &catalog,
        facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    })
}

/// The plan where everything that is named is there, and says nothing.
fn ready(line: &str) -> Plan {
    let mut facts = Facts::new();
    loop {
        match plan_with(line, &facts) {
            Ok(Planned::Ready(plan)) => return plan,
            Ok(Planned::Need(reads)) => facts.extend(reads.into_iter().map(|read| {
                let object = json!({"metadata": {"name": read.name}});
                (read, vec![object])
            })),
            Err(refusal) => panic!("{line}: {refusal:?}"),
        }
    }
}

fn told(operation: &Operation) -> String {
    let sub = operation.subresource.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
    let place = operation.namespace.as_deref().unwrap_or("*");
    let targets = match &operation.targets {
        Targets::Names(names) => names.join("+"),
        Targets::Selected { labels, fields } => {
            format!("[{};{}]", labels.as_deref().unwrap_or(""), fields.as_deref().unwrap_or(""))
        }
    };
    let change = match &operation.change {
        None => String::new(),
        Some(Change::Create { body }) => format!(" create {body}"),
        Some(Change::MergePatch { body }) => format!(" merge {body}"),
        Some(Change::StrategicPatch { body }) => format!(" strategic {body}"),
        Some(Change::JsonPatch { body }) => format!(" json {body}"),
        Some(Change::Connect { way }) => format!(" {}", json!(way)),
        Some(Change::Token { body }) => format!(" token {body}"),
        Some(Change::Evict { grace_period_seconds }) => {
            format!(" evict {}", grace_period_seconds.unwrap_or_default())
        }
        Some(Change::Delete { grace_period_seconds, propagation }) => {
            format!(" {grace_period_seconds:?} {}", propagation.as_deref().unwrap_or(""))
        }
        Some(whole) => format!(" {}", json!(whole)),
    };
    format!("{} {}{sub} {place} {targets}{change}", operation.verb.as_str(), operation.resource.qualified())
}

#[track_caller]
fn check(line: &str, operations: &[&str]) {
    let found: Vec<String> = ready(line).operations.iter().map(told).collect();
    assert_eq!(found, operations, "{line}");
}

#[track_caller]
fn check_refused(line: &str, facts: &Facts, id: &str) {
    match plan_with(line, facts) {
        Err(refusal) => assert_eq!(refusal.id, id, "{line}: {refusal}"),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn reads() {
    check("kubectl get pods", &["list pods here [;]"]);
    check("kubectl get po -Aw", &["list pods * [;]", "watch pods * [;]"]);
    check("kubectl get po --watch=false", &["list pods here [;]"]);
    check("kubectl -n shop get deploy web api", &["get deployments.apps shop web+api"]);
    check(
        "kubectl get deploy/web svc/web deployment/api",
        &["get deployments.apps here web+api", "get services here web"],
    );
    check("kubectl get pod,svc web", &["get pods here web", "get services here web"]);
    check("kubectl get nodes -n shop", &["list nodes * [;]"]);
    check(
        "kubectl get pods -lapp=x --field-selector status.phase=Running",
        &["list pods here [app=x;status.phase=Running]"],
    );
    check(
        "kubectl get deployments.v1.apps,secrets.v1.",
        &["list deployments.apps here [;]", "list secrets here [;]"],
    );
    check("kubectl get DEPLOYMENT web", &["get deployments.apps here web"]);
    check("kubectl get deploy web --subresource=scale", &["get deployments.apps/scale here web"]);
    check("kubectl describe ns shop", &["get namespaces * shop"]);
    check("kubectl top pod web", &["get pods.metrics.k8s.io here web"]);
    check("kubectl top no", &["list nodes.metrics.k8s.io * [;]"]);
    check(
        "kubectl events --for pod/web",
        &["list events here [;involvedObject.kind=Pod,involvedObject.name=web]"],
    );
    check("kubectl logs web -c app", &["get pods/log here web"]);
    check("kubectl logs -l app=web", &["list pods here [app=web;]", "get pods/log here [app=web;]"]);
    check("kubectl auth can-i delete ns -A", &[]);
    check(
        "kubectl rollout status deploy/web",
        &["get deployments.apps here web", "watch deployments.apps here web"],
    );
    assert_eq!(ready("kubectl get all").operations.len(), 10);
    assert_eq!(ready("kubectl api-resources --namespaced=false").operations, []);
}

#[test]
fn changes() {
    check(
        "kubectl scale deploy web --replicas 5",
        &[r#"patch deployments.apps/scale here web merge {"spec":{"replicas":5}}"#],
    );
    check(
        "kubectl scale --current-replicas=2 --replicas=3 sts/db",
        &[
            r#"patch statefulsets.apps/scale here db json [{"op":"test","path":"/spec/replicas","value":2},{"op":"replace","path":"/spec/replicas","value":3}]"#,
        ],
    );
    check(
        "kubectl rollout restart deploy web",
        &[
            r#"patch deployments.apps here web strategic {"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-02-03T04:05:06Z"}}}}}"#,
        ],
    );
    check(
        "kubectl rollout pause deploy/web",
        &[r#"patch deployments.apps here web strategic {"spec":{"paused":true}}"#],
    );
    check(
        "kubectl rollout resume deploy/web",
        &[r#"patch deployments.apps here web strategic {"spec":{"paused":null}}"#],
    );
    check(
        "kubectl label po web a=b c- --overwrite",
        &[r#"patch pods here web merge {"metadata":{"labels":{"a":"b","c":null}}}"#],
    );
    check(
        "kubectl annotate ns shop example.com/note-",
        &[r#"patch namespaces * shop merge {"metadata":{"annotations":{"example.com/note":null}}}"#],
    );
    check(
        "kubectl annotate pods --all note='größer' --overwrite",
        &[r#"patch pods here [;] merge {"metadata":{"annotations":{"note":"größer"}}}"#],
    );
    check("kubectl delete pod web", &["delete pods here web None Background"]);
    check("kubectl delete po -l a=b -A --cascade=orphan", &["delete pods * [a=b;] None Orphan"]);
    check("kubectl delete pod web --force", &["delete pods here web Some(0) Background"]);
    check("kubectl delete pod web --now", &["delete pods here web Some(1) Background"]);
    check("kubectl delete pod web --grace-period=0", &["delete pods here web Some(1) Background"]);
    check(
        "kubectl delete deploy,svc --all",
        &["delete deployments.apps here [;] None Background", "delete services here [;] None Background"],
    );
    check("kubectl cordon n1 node/n2", &[r#"patch nodes * n1+n2 strategic {"spec":{"unschedulable":true}}"#]);
    check("kubectl uncordon -l a=b", &[r#"patch nodes * [a=b;] strategic {"spec":{"unschedulable":null}}"#]);
    check(
        "kubectl create ns shop",
        &[
            r#"create namespaces * shop create {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}"#,
        ],
    );
    check(
        "kubectl create cm app --from-literal=a=b=c",
        &[
            r#"create configmaps here app create {"apiVersion":"v1","data":{"a":"b=c"},"kind":"ConfigMap","metadata":{"name":"app","namespace":"here"}}"#,
        ],
    );
    let plan =
        ready("kubectl create deployment web --image=ghcr.io/shop/web-app:1 --port=80 -r 2 -- serve -v");
    let Some(Change::Create { body }) = &plan.operations[0].change else { panic!("not a create: {plan:?}") };
    assert_eq!(body["spec"]["replicas"], 2);
    assert_eq!(
        body["spec"]["template"]["spec"]["containers"],
        json!([{"name": "web-app", "image": "ghcr.io/shop/web-app:1", "ports": [{"containerPort": 80}], "command": ["serve", "-v"]}])
    );
}

#[test]
fn dry_runs() {
    for (line, dry) in [
        ("kubectl delete pod web --dry-run", true),
        ("kubectl delete pod web --dry-run=server", true),
        ("kubectl delete pod web --dry-run=none", false),
        ("kubectl delete pod web --dry-run=client --dry-run=none", false),
        ("kubectl delete pod web --dry_run=none --dry-run=client", true),
        ("kubectl create deployment web --image=nginx -- x --dry-run=client", false),
    ] {
        let plan = ready(line);
        assert_eq!((plan.dry_run, plan.mutates()), (dry, !dry), "{line}");
    }
}

#[test]
fn wider_verbs() {
    check(
        "kubectl patch deploy web -p '{\"spec\":{\"replicas\":0}}'",
        &[r#"patch deployments.apps here web strategic {"spec":{"replicas":0}}"#],
    );
    check(
        "kubectl patch cm app --type=merge -p 'data: {a: b}'",
        &[r#"patch configmaps here app merge {"data":{"a":"b"}}"#],
    );
    check(
        "kubectl create clusterrolebinding x --clusterrole=view --serviceaccount=ci:bot",
        &[
            r#"create clusterrolebindings.rbac.authorization.k8s.io * x create {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"x"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","name":"bot","namespace":"ci"}]}"#,
        ],
    );
    check(
        "kubectl create role x --verb=get,list --resource=deploy,pods/log",
        &[
            r#"create roles.rbac.authorization.k8s.io here x create {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"x","namespace":"here"},"rules":[{"apiGroups":[""],"resources":["pods/log"],"verbs":["get","list"]},{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","list"]}]}"#,
        ],
    );
    check(
        "kubectl run web --image=nginx --restart=Never -- sleep 5",
        &[
            r#"create pods here web create {"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"run":"web"},"name":"web","namespace":"here"},"spec":{"containers":[{"args":["sleep","5"],"image":"nginx","name":"web"}],"restartPolicy":"Never"}}"#,
        ],
    );
    assert_eq!(
        told(&ready("kubectl autoscale deploy web --max=5").operations[0]).split(" create {").next(),
        Some("create horizontalpodautoscalers.autoscaling here web")
    );
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

/// The same of what the command is about.
fn chosen(resource: &str, name: &str) -> Read {
    Read { chosen: true, ..fact(resource, Some(name), None) }
}

fn fact(resource: &str, name: Option<&str>, labels: Option<&str>) -> Read {
    Read {
        resource: resource.into(),
        namespace: Some("here".into()),
        name: name.map(Into::into),
        labels: labels.map(Into::into),
        fields: None,
        chosen: false,
    }
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

#[test]
fn plans_that_are_refused() {
    let none = Facts::new();
    check_refused("kubectl get podz", &none, "unknown-kind");
    check_refused("kubectl get pod web -A", &none, "names-in-all-namespaces");
    check_refused("kubectl scale pod web --replicas=2", &none, "unsupported");
    check_refused("kubectl rollout restart svc/web", &none, "unsupported");
    check_refused("kubectl rollout pause sts/db", &none, "unsupported");
    check_refused("kubectl get tokenreviews", &none, "unsupported");
    let refusal = plan_with("kubectl get podz", &none).expect_err("an unknown type");
    assert!(refusal.message.contains("`pods`"), "{refusal}");
}

#[test]
fn created_from_flags() {
    check(
        "kubectl create job once --image=busybox -- date",
        &[
            r#"create jobs.batch here once create {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once","namespace":"here"},"spec":{"template":{"spec":{"containers":[{"command":["date"],"image":"busybox","name":"once"}],"restartPolicy":"Never"}}}}"#,
        ],
    );
    check(
        "kubectl create service nodeport web --tcp=80:http --node-port=30080",
        &[
            r#"create services here web create {"apiVersion":"v1","kind":"Service","metadata":{"labels":{"app":"web"},"name":"web","namespace":"here"},"spec":{"ports":[{"name":"80-http","nodePort":30080,"port":80,"protocol":"TCP","targetPort":"http"}],"selector":{"app":"web"},"type":"NodePort"}}"#,
        ],
    );
    check(
        "kubectl create ingress web --rule='a.example.com/x*=web:80,tls=cert' --class=nginx",
        &[
            r#"create ingresses.networking.k8s.io here web create {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web","namespace":"here"},"spec":{"ingressClassName":"nginx","rules":[{"host":"a.example.com","http":{"paths":[{"backend":{"service":{"name":"web","port":{"number":80}}},"path":"/x","pathType":"Prefix"}]}}],"tls":[{"hosts":["a.example.com"],"secretName":"cert"}]}}"#,
        ],
    );
    check(
        "kubectl create pdb web --selector=app=web --min-available=50%",
        &[
            r#"create poddisruptionbudgets.policy here web create {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web","namespace":"here"},"spec":{"minAvailable":"50%","selector":{"matchLabels":{"app":"web"}}}}"#,
        ],
    );
    check(
        "kubectl create priorityclass low --value=10 --preemption-policy=Never",
        &[
            r#"create priorityclasses.scheduling.k8s.io * low create {"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"low"},"preemptionPolicy":"Never","value":10}"#,
        ],
    );
    check(
        "kubectl set selector svc/web app=green,tier=front",
        &[
            r#"patch services here web json [{"op":"add","path":"/spec/selector","value":{"app":"green","tier":"front"}}]"#,
        ],
    );
    check(
        "kubectl set sa deploy web bot",
        &[
            r#"patch deployments.apps here web strategic {"spec":{"template":{"spec":{"serviceAccount":"bot","serviceAccountName":"bot"}}}}"#,
        ],
    );
    check("kubectl set env deploy/web --list", &["get deployments.apps here web"]);
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
fn what_is_understood_but_not_planned() {
    let facts = Facts::new();
    for (line, id) in [
        ("kubectl apply -f x.yaml", "manifest-file"),
        ("kubectl apply -k overlays/prod", "manifest-file"),
        ("kubectl get -f x.yaml", "manifest-file"),
        ("kubectl delete -f x.yaml", "manifest-file"),
        ("kubectl create configmap x --from-file=a", "manifest-file"),
        ("kubectl create secret tls x --cert=a --key=b", "manifest-file"),
        ("kubectl patch deploy web --patch-file=p.json", "manifest-file"),
        ("kubectl apply -f -", "manifest-stdin"),
        ("kubectl config view --raw", "unsupported-flag"),
        ("kubectl cluster-info dump --output-directory=x", "unsupported-flag"),
        ("kubectl kustomize", "shown-elsewhere"),
        ("kubectl edit deploy web", "missing-edit"),
        ("kubectl get pods -o go-template-file=t.txt", "manifest-file"),
        ("kubectl get pods -o jsonpath-file=t.txt", "manifest-file"),
        ("kubectl get pods --server-print=false", "unsupported-flag"),
        ("kubectl scale deploy/web --replicas=2 --dry-run=server -o custom-columns-file=c", "manifest-file"),
        ("kubectl apply -f x.yaml --field-manager=me", "unsupported-flag"),
        ("kubectl create ns x --validate=ignore", "unsupported-flag"),
        ("kubectl exec web --pod-running-timeout=5s -- ls", "unsupported-flag"),
        ("kubectl attach web --detach-keys=ctrl-a", "unsupported-flag"),
        ("kubectl exec -f pod.yaml -- ls", "manifest-file"),
        ("kubectl top pods --show-swap", "unsupported-flag"),
        ("kubectl replace -f x.yaml --force --cascade=orphan", "unsupported-flag"),
        ("kubectl edit pod x --output-patch", "unsupported-flag"),
        ("kubectl diff -f x.yaml --show-managed-fields", "unsupported-flag"),
        ("kubectl run x --image=i --rm -i --grace-period=5", "unsupported-flag"),
        ("kubectl wait pod/x --for=delete --local", "unsupported-flag"),
        ("kubectl set env deploy/web --list --resolve", "unsupported-flag"),
        ("kubectl label --local -f x.yaml a=b", "manifest-file"),
        ("kubectl label pod x --local a=b", "bad-combination"),
        ("kubectl set image deploy/web a=b --record", "deprecated-flag"),
        ("kubectl run web --image=nginx --rm", "bad-combination"),
        ("kubectl run web --image=nginx -t", "bad-combination"),
        ("kubectl run web --image=nginx --expose", "bad-combination"),
        ("kubectl debug web --copy-to=x", "bad-combination"),
    ] {
        check_refused(line, &facts, id);
    }
}
