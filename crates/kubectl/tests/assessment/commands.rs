//! Levels of every verb, and of patches and types that make it hard.

use super::*;

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
fn waiting_for_the_value_of_a_secret_or_printing_it_discloses() {
    let discloses = |line: &str| classify(line).discloses_secrets;
    assert!(discloses("kubectl wait secret/db --for=jsonpath='{.data.password}'=abc"));
    assert!(discloses("kubectl wait secret/db --for=create -o yaml"));
    assert!(!discloses("kubectl wait secret/db --for=create"));
    assert!(!discloses("kubectl wait pod/db --for=jsonpath='{.status.phase}'=Running -o yaml"));
}
