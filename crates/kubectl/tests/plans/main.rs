//! What commands mean to the API, as one line for each operation.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

mod connections;
mod narrowed;
mod objects;

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
        ("kubectl kustomize", "manifest-file"),
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
        ("kubectl set env deploy/web A=b --list", "bad-combination"),
        ("kubectl set env deploy/web --list -o json", "bad-combination"),
        ("kubectl apply -f x.yaml --force", "unsupported-flag"),
        ("kubectl get pods --match-server-version", "unsupported-flag"),
        ("kubectl delete pod x --warnings-as-errors", "unsupported-flag"),
        ("kubectl config view --merge=false", "unsupported-flag"),
        ("kubectl rollout history deploy/web -o yaml", "unsupported-flag"),
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
