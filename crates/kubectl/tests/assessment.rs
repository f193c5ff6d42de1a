//! Levels and the identifiers of their reasons.

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

#[track_caller]
fn check_effect(path: &str, before: Option<Value>, after: Option<Value>, level: Level, reason: &str) {
    let catalog = Catalog::builtin();
    let facts = Facts::new();
    let ctx = Context {
        namespace: "shop",
        now: jiff::Timestamp::UNIX_EPOCH,
        catalog: &catalog,
        facts: &facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    };
    let planned =
        Command::parse("kubectl label deploy/web a=b --overwrite").and_then(|command| command.plan(&ctx));
    let Ok(Planned::Ready(plan)) = planned else { panic!("not planned") };
    let target = object("apps", "deployments", Some("shop"), "web");
    let delta = Delta { object: target.clone(), path: path.into(), before, after };
    let (targets, deltas, impact) = ([target], [delta], Impact::default());
    let effects = Effects { targets: &targets, deltas: &deltas, impact: &impact, unconfirmed: false };
    let judged = assess_effects(&plan, &effects, &Protection::default());
    assert_eq!(judged.level, level, "{path}");
    assert!(judged.reasons.iter().any(|known| known.id == reason), "{path}: {judged:?}");
}

#[test]
fn by_difference() {
    let yes = || Some(json!(true));
    check_effect("spec.replicas", Some(json!(3)), Some(json!(0)), Level::Dangerous, "scales-to-zero");
    check_effect("spec.replicas", Some(json!(3)), Some(json!(4)), Level::Warning, "changes-state");
    check_effect("metadata.finalizers", Some(json!(["a"])), None, Level::Dangerous, "removes-finalizer");
    check_effect(
        "metadata.finalizers",
        Some(json!(["a", "b"])),
        Some(json!(["a"])),
        Level::Dangerous,
        "removes-finalizer",
    );
    check_effect(
        "spec.template.spec.containers[name=a].securityContext.privileged",
        None,
        yes(),
        Level::Dangerous,
        "privileged-pod",
    );
    check_effect("spec.template.spec.hostNetwork", None, yes(), Level::Dangerous, "privileged-pod");
    check_effect(
        "spec.template.spec.volumes[name=a]",
        None,
        Some(json!({"name": "a", "hostPath": {"path": "/"}})),
        Level::Dangerous,
        "privileged-pod",
    );
    check_effect(
        "spec.template.spec.containers[name=a].image",
        Some(json!("a")),
        Some(json!("b")),
        Level::Warning,
        "restarts-pods",
    );
    check_effect(
        "spec.taints[0].effect",
        Some(json!("NoSchedule")),
        Some(json!("NoExecute")),
        Level::Dangerous,
        "no-execute-taint",
    );
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
fn by_command() {
    let safe = [
        "kubectl diff -f x.yaml",
        "kubectl apply -f x.yaml --dry-run=server",
        "kubectl apply -f x.yaml --prune --all --dry-run=client",
        "kubectl apply -f x.yaml --dry-run=none --dry-run=client",
        "kubectl apply view-last-applied deploy/web",
        "kubectl replace -f x.yaml --force --dry-run=client",
        "kubectl set image -f x.yaml web=nginx --local -o yaml",
        "kubectl label --local -f x.yaml a=b -o yaml",
        "kubectl set env deploy/web --list",
        "kubectl config view --minify",
        "kubectl config get-users",
        "kubectl cluster-info dump -A",
        "kubectl kustomize overlays/prod",
        "kubectl options",
        "kubectl get -k overlays/prod",
        "kubectl wait -f x.yaml --for=delete",
        "kubectl get pods -o go-template='{{range .items}}{{.metadata.name}}{{end}}'",
        "kubectl drain n1 --help",
        "kubectl apply -h",
    ];
    let warning = [
        "kubectl apply -f x.yaml",
        "kubectl apply -f x.yaml --server-side --force-conflicts",
        "kubectl apply -f x.yaml --dry-run=client --dry-run=none",
        "kubectl apply edit-last-applied deploy/web",
        "kubectl replace -f x.yaml",
        "kubectl edit deploy web",
        "kubectl diff -f x.yaml --show-secrets",
        "kubectl apply view-last-applied secret/db",
        "kubectl get -f secrets.yaml -o yaml",
        "kubectl get secret db -o go-template='{{.data.password}}'",
        "kubectl get secret db --template='{{.data.password}}'",
        "kubectl get secrets -o jsonpath-as-json='{.items}'",
        "kubectl config view --raw",
        "kubectl set env deploy/web --list --resolve",
        "kubectl set env deploy/web --from=secret/db",
        "kubectl expose deploy web --port=80",
        "kubectl certificate deny jane",
        "kubectl create token bot",
        "kubectl create secret tls a --cert=a.crt --key=a.key",
        "kubectl create service clusterip web --tcp=80",
        "kubectl patch deploy web --patch-file=p.yaml",
        "kubectl run web --image=nginx -it --rm -- sh",
        "kubectl debug web --image=busybox --profile=netadmin",
        "kubectl exec web -- cat drop.txt",
        "kubectl exec web -- sh -c 'grep delete /var/log/app | wc -l'",
        "kubectl exec web -- kubectl get pods",
        "kubectl exec web -- ls --dry-run=client",
        "kubectl rollout restart -f x.yaml",
        "kubectl annotate -f x.yaml a=b",
    ];
    let dangerous = [
        "kubectl apply --prune -f x.yaml --all",
        "kubectl apply --force -f x.yaml",
        "kubectl replace --force -f x.yaml",
        "kubectl delete -f x.yaml",
        "kubectl delete -k overlays/prod",
        "kubectl scale -f x.yaml --replicas=0",
        "kubectl patch -f x.yaml -p '{\"metadata\":{\"finalizers\":[]}}' --type=merge",
        "kubectl patch -f x.yaml --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":0}]'",
        "kubectl label -f ns.yaml pod-security.kubernetes.io/enforce=privileged",
        "kubectl label ns shop pod-security.kubernetes.io/enforce=privileged",
        "kubectl annotate clusterrole view a=b",
        "kubectl edit clusterrolebinding admins",
        "kubectl set subject rolebinding/a --user=eve",
        "kubectl auth reconcile -f x.yaml",
        "kubectl certificate approve jane",
        "kubectl certificate approve -f jane.yaml",
        "kubectl drain n1",
        "kubectl drain -l pool=old",
        "kubectl create priorityclass all --value=1 --global-default",
        "kubectl debug node/n1 -it --image=busybox",
        "kubectl debug no/n1 -it --image=busybox",
        "kubectl debug web --image=busybox --copy-to=x --replace",
        "kubectl debug web --image=busybox --profile=sysadmin",
        "kubectl run web --image=nginx --privileged",
        "kubectl run web --image=nginx --overrides='{\"spec\":{\"hostPID\":true}}'",
        "kubectl run web --image=nginx -it --overrides='{\"spec\":{\"hostPID\":true}}'",
        "kubectl exec web -- rm -rf /data --dry-run=client",
        "kubectl exec web -- sh -c 'cd /data && rm -f *'",
        "kubectl exec web -- env A=b sudo -u x rm x",
        "kubectl exec web -- sh -c '> /data/db'",
        "kubectl exec web -- find / -name '*.log' -delete",
        "kubectl exec web -- kubectl delete ns shop",
        "kubectl exec web -- kubectl scale deploy/web --replicas=0",
        "kubectl exec db -- psql -c 'delete from users'",
        "kubectl exec db -- redis-cli FLUSHALL",
        "kubectl exec db -- mongo --eval 'db.users.drop()'",
        "kubectl exec db -- dd if=/dev/zero of=/dev/sda",
        "kubectl exec web -- /sbin/shutdown -h now",
        "kubectl delete pod web --dry-run=none",
        "kubectl delete pod web --dry-run=server --dry-run=none",
    ];
    for (level, lines) in
        [(Level::Safe, &safe[..]), (Level::Warning, &warning[..]), (Level::Dangerous, &dangerous[..])]
    {
        for line in lines {
            let judged = classify(line);
            assert_eq!(judged.level, level, "{line}: {:?}", judged.reasons);
        }
    }
    for line in [
        "kubectl apply -f -",
        "kubectl get -f - --dry-run",
        "kubectl create -f - --dry-run=client",
        "kubectl delete -f -",
    ] {
        assert_eq!(classify(line).level, Level::Refused, "{line}");
    }
}

/// What a patch takes away without naming it, copies from where nobody sees, or gives to a container.
#[test]
fn patches_that_hide_what_they_do() {
    let dangerous = |kind: &str, language: &str, body: &str, reason: &str| {
        let line = format!("kubectl patch {kind} --type={language} -p '{body}'");
        let judged = classify(&line);
        assert_eq!(judged.level, Level::Dangerous, "{line}");
        assert!(judged.reasons.iter().any(|known| known.id == reason), "{line}: {:?}", judged.reasons);
    };
    let warning = |kind: &str, language: &str, body: &str| {
        let line = format!("kubectl patch {kind} --type={language} -p '{body}'");
        assert_eq!(classify(&line).level, Level::Warning, "{line}");
    };
    for body in [
        r#"{"metadata":null}"#,
        r#"{"metadata":{"$patch":"replace","labels":{"a":"b"}}}"#,
        r#"{"metadata":{"$retainKeys":["name"]}}"#,
        r#"{"$patch":"replace","spec":{}}"#,
    ] {
        dangerous("pvc/data", "strategic", body, "removes-finalizer");
    }
    for body in [
        r#"[{"op":"remove","path":"/metadata"}]"#,
        r#"[{"op":"replace","path":"/metadata","value":{"name":"data"}}]"#,
        r#"[{"op":"move","from":"/metadata","path":"/spec"}]"#,
        r#"[{"op":"move","from":"/metadata/finalizers/0","path":"/metadata/labels/a"}]"#,
    ] {
        dangerous("pvc/data", "json", body, "removes-finalizer");
    }
    warning("pvc/data", "json", r#"[{"op":"replace","path":"/metadata","value":{"finalizers":["a"]}}]"#);
    warning("pvc/data", "json", r#"[{"op":"copy","from":"/metadata/finalizers","path":"/spec/x"}]"#);
    let copy = |path: &str| format!(r#"[{{"op":"copy","from":"/spec/minReadySeconds","path":"{path}"}}]"#);
    dangerous("deploy/web", "json", &copy("/spec/replicas"), "scales-to-zero");
    dangerous("deploy/web", "json", &copy("/spec/template/spec/hostNetwork"), "privileged-pod");
    dangerous("pv/v", "json", &copy("/spec/persistentVolumeReclaimPolicy"), "deletes-data");
    dangerous("node/n", "json", &copy("/spec/taints/0/effect"), "no-execute-taint");
    warning("deploy/web", "json", &copy("/spec/progressDeadlineSeconds"));
    let container = |context: &str| {
        format!(
            r#"{{"spec":{{"template":{{"spec":{{"containers":[{{"name":"a","securityContext":{context}}}]}}}}}}}}"#
        )
    };
    for context in [
        r#"{"capabilities":{"add":["SYS_ADMIN"]}}"#,
        r#"{"capabilities":{"add":["CHOWN","ALL"]}}"#,
        r#"{"procMount":"Unmasked"}"#,
        r#"{"windowsOptions":{"hostProcess":true}}"#,
    ] {
        dangerous("deploy/web", "strategic", &container(context), "privileged-pod");
    }
    for context in [
        r#"{"capabilities":{"add":["NET_BIND_SERVICE"],"drop":["ALL"]}}"#,
        r#"{"procMount":"Default"}"#,
        r#"{"windowsOptions":{"hostProcess":false}}"#,
    ] {
        warning("deploy/web", "strategic", &container(context));
    }
}

#[test]
fn words_in_pieces_of_quotes_are_refused() {
    for line in [
        "kubectl de\"\"lete pod x",
        "kubectl d'ele'te pod x",
        "kubectl \\delete pod x",
        "kubectl get p\"od\"s",
    ] {
        let judged = classify(line);
        assert_eq!(judged.reasons.first().map(|reason| reason.id.as_str()), Some("hidden-word"), "{line}");
    }
    for line in [
        "kubectl 'delete' pod x",
        "kubectl delete \"pod\" 'x'",
        "kubectl delete deploy/\"web\"",
        "kubectl delete pod x -n\"shop\"",
        "kubectl delete pod web\"-1\"",
    ] {
        assert_eq!(classify(line).level, Level::Dangerous, "{line}");
    }
}

#[test]
fn by_impact() {
    let service = |left, comes_back| ServiceChange {
        namespace: "shop".into(),
        name: "web".into(),
        ready: 2,
        left,
        comes_back,
    };
    let volume = |data| VolumeChange { namespace: Some("shop".into()), name: "data".into(), data };
    let cases = [
        (
            Impact { services: vec![service(0, false)], ..Impact::default() },
            Level::Dangerous,
            "service-loses-endpoints",
        ),
        (
            Impact { services: vec![service(0, true)], ..Impact::default() },
            Level::Warning,
            "service-loses-endpoints",
        ),
        (Impact { services: vec![service(1, false)], ..Impact::default() }, Level::Warning, "changes-state"),
        (
            Impact {
                budgets: vec![BudgetChange {
                    namespace: "shop".into(),
                    name: "web".into(),
                    healthy: 3,
                    left: 1,
                    wanted: 2,
                }],
                ..Impact::default()
            },
            Level::Dangerous,
            "violates-pdb",
        ),
        (
            Impact { volumes: vec![volume(Data::Deleted)], ..Impact::default() },
            Level::Dangerous,
            "deletes-data",
        ),
        (Impact { volumes: vec![volume(Data::Kept)], ..Impact::default() }, Level::Warning, "changes-state"),
        (
            Impact {
                along: vec![Along {
                    resource: "pods".into(),
                    kind: "Pod".into(),
                    namespace: Some("shop".into()),
                    count: 2,
                    names: vec!["a".into(), "b".into()],
                }],
                ..Impact::default()
            },
            Level::Dangerous,
            "deletes-owned",
        ),
        (
            Impact {
                reverts: vec![Revert {
                    id: "autoscaler-reverts".into(),
                    object: object("apps", "deployments", Some("shop"), "web"),
                    text: "It sets its own number again.".into(),
                }],
                ..Impact::default()
            },
            Level::Warning,
            "autoscaler-reverts",
        ),
        (
            Impact { unknown: vec!["You may not see pods.".into()], ..Impact::default() },
            Level::Warning,
            "changes-state",
        ),
    ];
    let catalog = Catalog::builtin();
    let facts = Facts::new();
    let ctx = Context {
        namespace: "shop",
        now: jiff::Timestamp::UNIX_EPOCH,
        catalog: &catalog,
        facts: &facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    };
    let planned =
        Command::parse("kubectl scale deploy/web --replicas=1").and_then(|command| command.plan(&ctx));
    let Ok(Planned::Ready(plan)) = planned else { panic!("not planned") };
    for (impact, level, reason) in cases {
        let effects = Effects { targets: &[], deltas: &[], impact: &impact, unconfirmed: false };
        let judged = assess_effects(&plan, &effects, &Protection::default());
        assert_eq!(judged.level, level, "{impact:?}");
        assert!(judged.reasons.iter().any(|known| known.id == reason), "{impact:?}: {judged:?}");
    }
}

/// Types that Kubernetes doesn't have are taken for custom ones, wherever they stand.
#[test]
fn custom_types_are_judged() {
    let level = |line: &str| classify(line).level;
    assert_eq!(level("kubectl get widgets"), Level::Safe);
    assert_eq!(level("kubectl get widgets.example.com,gadgets,pods -o yaml"), Level::Safe);
    assert_eq!(level("kubectl get widgets,secrets -o yaml"), Level::Warning);
    assert_eq!(level("kubectl delete widget a"), Level::Dangerous);
    assert_eq!(level("kubectl create role r --verb=get --resource=widgets.example.com"), Level::Dangerous);
    assert_eq!(level("kubectl auth can-i get widgets.example.com"), Level::Safe);
    assert_eq!(level("kubectl explain widgets"), Level::Safe);
    assert_eq!(level("kubectl scale widget/a --replicas=0"), Level::Dangerous);
    let operations = classify("kubectl label widgets.example.com/a b=c").operations;
    assert!(operations.iter().all(|operation| operation.resource.group == "example.com"));
    // One line leaves nothing behind for the next.
    let operations = classify("kubectl get pods").operations;
    assert_eq!(operations.len(), 1);
    assert_eq!(classify("kubectl get gadgets").operations[0].resource.plural, "gadgets");
    assert_eq!(classify("kubectl get widgets").operations[0].resource.plural, "widgets");
}

#[test]
fn what_destroys_inside_a_container() {
    let level = |command: &str| classify(&format!("kubectl exec web -- {command}")).level;
    for command in [
        "rm -rf /data",
        "/bin/rm x",
        "sudo -u root rm x",
        "env A=1 B=2 rm x",
        "A=1 rm x",
        "timeout 5 rm x",
        "nice -n 5 rm x",
        "xargs -n 1 rm",
        "sh -c 'rm x'",
        "sh -ec 'ls; rm x'",
        "bash -c 'ls && (cd / && rm x)'",
        "bash -c \"sh -c 'rm x'\"",
        "sh -c 'ls | xargs rm'",
        "sh -c 'r\\m x'",
        "sh -c '> /data/db'",
        "sh -c ': > /data/db'",
        "sh -c 'echo > /data/db'",
        "sh -c 'cat /dev/null > /data/db'",
        "sh -c 'dump > /dev/sda'",
        "find / -delete",
        "find / -name x -exec rm {} +",
        "find / -execdir sh -c 'rm x' +",
        "mkfs.ext4 /dev/sda",
        "etcdctl del /x",
        "redis-cli FLUSHALL",
        "helm uninstall x",
        "psql -c 'drop table users'",
        "mongo --eval 'db.dropDatabase()'",
        "python -c 'import shutil; shutil.rmtree(x)'",
        "kubectl delete ns shop",
        "kubectl -n shop scale deploy web --replicas=0",
        "kubectl drain n1",
    ] {
        assert_eq!(level(command), Level::Dangerous, "{command}");
    }
    for command in [
        "ls",
        "grep rm notes",
        "cat rm",
        "echo 'drop table users'",
        "sh -c 'echo hi'",
        "sh -c 'echo hi > /tmp/x'",
        "sh -c 'echo hi >> /tmp/x'",
        "sh -c 'ls > /tmp/x'",
        "sh -c '>> /tmp/x'",
        "find / -name rm",
        "find / -exec ls {} +",
        "env",
        "sudo ls",
        "kubectl get pods",
        "curl -s localhost",
        "bash",
        "python -c 'print(1)'",
    ] {
        assert_eq!(level(command), Level::Warning, "{command}");
    }
}

#[test]
fn what_a_privileged_leaf_is() {
    let inside = "spec.template.spec.containers[name=app].securityContext";
    let dangerous = |path: &str, after: Value| {
        check_effect(path, None, Some(after), Level::Dangerous, "privileged-pod");
    };
    let harmless = |path: &str, after: Value| {
        check_effect(path, None, Some(after), Level::Warning, "restarts-pods");
    };
    dangerous(&format!("{inside}.privileged"), json!(true));
    harmless(&format!("{inside}.privileged"), json!(false));
    dangerous(&format!("{inside}.capabilities.add"), json!(["SYS_ADMIN"]));
    dangerous(&format!("{inside}.capabilities.add[1]"), json!("SYS_ADMIN"));
    dangerous(&format!("{inside}.capabilities"), json!({"add": ["SYS_ADMIN"]}));
    dangerous(inside, json!({"capabilities": {"add": ["CHOWN", "SYS_ADMIN"]}}));
    harmless(&format!("{inside}.capabilities.add"), json!(["CHOWN"]));
    harmless(&format!("{inside}.capabilities.drop"), json!(["SYS_ADMIN"]));
    harmless(&format!("{inside}.capabilities"), json!({"drop": ["SYS_ADMIN"]}));
    dangerous(&format!("{inside}.procMount"), json!("Unmasked"));
    harmless(&format!("{inside}.procMount"), json!("Default"));
    dangerous("spec.template.spec.hostNetwork", json!(true));
    dangerous("spec.template.spec.volumes[name=a].hostPath.path", json!("/"));
    dangerous("spec.template.spec.volumes[name=a].hostPath", json!({"path": "/"}));
    harmless("spec.template.spec.volumes[name=a].emptyDir", json!({}));
    harmless("spec.template.metadata.annotations", json!({"privileged": true}));
}

#[test]
fn what_single_lines_of_a_difference_mean() {
    let psa = "metadata.labels[\"pod-security.kubernetes.io/enforce\"]";
    check_effect(psa, None, Some(json!("privileged")), Level::Dangerous, "changes-pod-security");
    let policy = "spec.persistentVolumeReclaimPolicy";
    check_effect(policy, Some(json!("Retain")), Some(json!("Delete")), Level::Dangerous, "deletes-data");
    check_effect(policy, Some(json!("Delete")), Some(json!("Retain")), Level::Warning, "changes-state");
    check_effect("", Some(json!({"a": 1})), None, Level::Dangerous, "deletes");
    check_effect("", None, Some(json!({"spec": {"replicas": 1}})), Level::Warning, "changes-state");
    check_effect("spec.hostNetwork", None, Some(json!(true)), Level::Dangerous, "privileged-pod");
    check_effect("spec.paused", None, Some(json!(true)), Level::Warning, "changes-state");
}

#[test]
fn waiting_for_the_value_of_a_secret_or_printing_it_discloses() {
    let discloses = |line: &str| classify(line).discloses_secrets;
    assert!(discloses("kubectl wait secret/db --for=jsonpath='{.data.password}'=abc"));
    assert!(discloses("kubectl wait secret/db --for=create -o yaml"));
    assert!(!discloses("kubectl wait secret/db --for=create"));
    assert!(!discloses("kubectl wait pod/db --for=jsonpath='{.status.phase}'=Running -o yaml"));
}

#[test]
fn levels_are_named_as_they_are_stored() {
    for level in [Level::Safe, Level::Warning, Level::Dangerous, Level::Refused] {
        assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
    }
}

#[test]
fn what_a_change_does_to_others_is_said_in_sentences() {
    assert!(Impact::default().is_empty());
    let service = |left, ready, comes_back| {
        let name = "front".to_owned();
        ServiceChange { namespace: "shop".to_owned(), name, ready, left, comes_back }.to_string()
    };
    assert_eq!(service(0, 1, false), "Service front loses its only ready endpoint.");
    assert_eq!(service(0, 3, true), "Service front loses all 3 ready endpoints until new pods are ready.");
    assert_eq!(service(1, 3, false), "Service front keeps 1 of 3 ready endpoints.");
    let budget =
        BudgetChange { namespace: "shop".to_owned(), name: "web".to_owned(), healthy: 1, left: 0, wanted: 1 };
    assert_eq!(budget.to_string(), "PodDisruptionBudget web wants 1; 0 of 1 healthy pod would be left.");
    let some = Impact { budgets: vec![budget], ..Impact::default() };
    assert!(!some.is_empty());
}
