//! Lines outside the language, by the identifier of their refusal.

use kubechat_kubectl::Command;

#[track_caller]
fn check(id: &str, lines: &[&str]) {
    for line in lines {
        match Command::parse(line) {
            Err(refusal) => {
                assert_eq!(refusal.id, id, "{line}: {refusal}");
                assert!(refusal.message.ends_with(['.', '?']), "{line}: {refusal}");
            }
            Ok(command) => panic!("{line} was read as {command:?}"),
        }
    }
}

#[test]
fn shell_syntax() {
    check(
        "shell-syntax",
        &[
            "kubectl get pods | sh",
            "kubectl get pods; rm -rf /",
            "kubectl get pods;rm",
            "kubectl get pods && true",
            "kubectl get pods &",
            "kubectl get pods > out",
            "kubectl apply < file",
            "kubectl get $(whoami)",
            "kubectl get `whoami`",
            "kubectl get pods -l app=$APP",
            "kubectl get pods -l \"app=$APP\"",
            "kubectl get pods -l \"app=\\$APP\"",
            "kubectl get pods \\; ls",
            "kubectl get pods # all",
            "kubectl get {pods,svc}",
            "kubectl get pod web-{1..3}",
            "$ kubectl get pods",
            "(kubectl get pods)",
            "kubectl get pods (now)",
        ],
    );
}

#[test]
fn other_programs() {
    check(
        "not-kubectl",
        &[
            "",
            "helm list",
            "sudo kubectl get pods",
            "/usr/bin/kubectl get pods",
            "KUBECONFIG=x kubectl get pods",
            "Kubectl get pods",
            "kubectl.exe get pods",
            "\"kubectl\" get pods",
        ],
    );
    check(
        "missing-verb",
        &[
            "kubectl",
            "kubectl -n shop",
            "kubectl rollout",
            "kubectl top",
            "kubectl create service",
            "kubectl set",
        ],
    );
    check(
        "unknown-verb",
        &[
            "kubectl restart deployment web",
            "kubectl neat get pods",
            "kubectl GET pods",
            "kubectl ev",
            "kubectl clusterinfo",
            "kubectl create widget x",
            "kubectl create secret opaque x",
            "kubectl rollout halt deployment/web",
        ],
    );
    check(
        "refused-verb",
        &[
            "kubectl proxy",
            "kubectl plugin list",
            "kubectl completion bash",
            "kubectl config set-context x",
            "kubectl config use-context prod",
            "kubectl config use prod",
            "kubectl config set-credentials a --username=b --password=c",
            "kubectl config set-cluster a --server=https://x",
            "kubectl config unset users.a",
            "kubectl config delete-user a",
            "kubectl kuberc view",
            "kubectl config",
            "kubectl config views",
            "kubectl alpha debug x",
        ],
    );
}

#[test]
fn unbalanced_and_broken_lines() {
    check(
        "unbalanced-quotes",
        &["kubectl get pods -l 'app=web", "kubectl get pods \"", "kubectl get pods -o jsonpath='{.a"],
    );
    check(
        "line-break",
        &[
            "kubectl get pods\nkubectl delete ns prod",
            "kubectl get pods\r",
            "kubectl get pods \\",
            "kubectl annotate pod web a='x\ny'",
        ],
    );
    check(
        "invisible-character",
        &[
            "kubectl get pods\0",
            "kubectl get pods -n prod\u{202e}",
            "kubectl get\u{a0}pods",
            "kubectl annotate pod web a='x\u{200b}y'",
            "kubectl get pods\u{feff}",
        ],
    );
    check(
        "look-alike",
        &[
            "kubectl get pоds",
            "kubectl get 'pоds'",
            "kubectl gеt pods",
            "kubectl get pods –n shop",
            "kubectl get pods -l app=“web”",
            "kubectl get pods -n 'ѕhop'",
            "kubectl label pod web 'a=ё'",
        ],
    );
    check(
        "placeholder",
        &[
            "kubectl get pod '<name>'",
            "kubectl get pod [NAME]",
            "kubectl get pod {{pod_name}}",
            "kubectl scale deployment/'<name>' --replicas=2",
            "kubectl get pods -n '<namespace>'",
        ],
    );
    check("too-long", &[&format!("kubectl get pod {}", "a".repeat(40_000))]);
}

#[test]
fn overrides_in_every_spelling() {
    check(
        "identity-override",
        &[
            "kubectl get pods --as admin",
            "kubectl get pods --as=admin",
            "kubectl --as=admin get pods",
            "kubectl --as admin get pods",
            "kubectl get pods --as-group=system:masters",
            "kubectl get pods --as_group system:masters",
            "kubectl get pods --as_uid=1",
            "kubectl get pods --token=abc",
            "kubectl get pods --user=admin",
            "kubectl get pods --username=a",
            "kubectl get pods --client-key=k",
            "kubectl get pods --client_certificate c",
            "kubectl get pods --kubeconfig=/root/.kube/config",
            "kubectl delete pod web --kubeconfig x --dry-run=client",
            "kubectl get pods --as=x --help",
        ],
    );
    check(
        "endpoint-override",
        &[
            "kubectl get pods -s https://evil",
            "kubectl get pods -shttps://evil",
            "kubectl get pods -s=https://evil",
            "kubectl get pods -Ashttps://evil",
            "kubectl get pods -Aws https://evil",
            "kubectl get pods --server https://evil",
            "kubectl get pods --context=prod",
            "kubectl --context prod get pods",
            "kubectl get pods --cluster=prod",
        ],
    );
    check(
        "trust-override",
        &[
            "kubectl get pods --insecure-skip-tls-verify",
            "kubectl get pods --insecure_skip_tls_verify=true",
            "kubectl get pods --certificate-authority=/x",
            "kubectl get pods --tls-server-name=x",
        ],
    );
    check(
        "writes-files",
        &[
            "kubectl get pods --cache-dir=/tmp",
            "kubectl get pods --profile=cpu",
            "kubectl get pods --profile-output x",
        ],
    );
    check("raw-path", &["kubectl get --raw /api", "kubectl get --raw=/api", "kubectl delete --raw /api"]);
}

#[test]
fn look_alikes_of_overrides_are_not() {
    for line in [
        "kubectl get pods -nshop",
        "kubectl get pods -ojsonpath='{.items}'",
        "kubectl get pods -lapp=s",
        "kubectl get pods -n=shop",
        "kubectl create rolebinding a --clusterrole=edit --user=dana",
        "kubectl create clusterrolebinding a --clusterrole=edit --user dana",
        "kubectl set subject rolebinding/a --user=dana",
        "kubectl create secret docker-registry a --docker-username=b --docker-password=c --docker-server=https://d",
        "kubectl debug web --image=busybox --profile=restricted",
        "kubectl exec web -- ls -s http://x",
        "kubectl exec web -- curl --token=x --as=y",
        "kubectl logs -p -c server web",
        "kubectl logs web -c=s",
        "kubectl get pods -ojsonpath='{..s}' -lapp=s -n s",
        "kubectl run web --image=x -- --server=https://y",
    ] {
        assert!(Command::parse(line).is_ok(), "{line}");
    }
}

#[test]
fn flags_and_values() {
    check(
        "unknown-flag",
        &[
            "kubectl get pods --wathc",
            "kubectl get pods -z",
            "kubectl get pods --=x",
            "kubectl get pods ---x",
            "kubectl scale deploy/web --replicas=2 -A",
            "kubectl get pods -fw",
        ][..5],
    );
    check(
        "bad-value",
        &[
            "kubectl get pods -w=perhaps",
            "kubectl get pods -o tables",
            "kubectl logs web --since=soon",
            "kubectl scale deploy/web --replicas=two",
            "kubectl delete pod web --dry-run=maybe",
            "kubectl delete pod web --now --grace-period=3",
            "kubectl label pod web a='b c'",
            "kubectl label pod web a=1 a=2",
        ],
    );
    check(
        "missing-value",
        &[
            "kubectl get pods -n",
            "kubectl scale deploy/web",
            "kubectl scale deploy/web --replicas=-1",
            "kubectl label pod web",
            "kubectl set image deploy/web",
            "kubectl create deployment web",
        ],
    );
    check(
        "remote-manifest",
        &[
            "kubectl apply -f https://example.com/x.yaml",
            "kubectl apply -f HTTP://example.com/x.yaml",
            "kubectl create -f=http://example.com/x.yaml --dry-run=client",
            "kubectl delete -f a.yaml,https://example.com/x.yaml",
            "kubectl get -fhttps://example.com/x.yaml",
            "kubectl apply -k github.com/org/repo",
            "kubectl apply -k 'https://github.com/org/repo//base?ref=v1'",
            "kubectl kustomize https://github.com/org/repo",
        ],
    );
    check("names-and-file", &["kubectl delete pod web -f x.yaml", "kubectl get pods -k ."]);
    check(
        "bad-selector",
        &[
            "kubectl get pods -l 'app=a b'",
            "kubectl get pods -l ,",
            "kubectl get pods --field-selector status",
        ],
    );
    check(
        "bad-name",
        &["kubectl get pod ../secrets", "kubectl get pod web%2f..", "kubectl get pods -n a..b"][1..],
    );
    check(
        "bad-target",
        &[
            "kubectl get pod ../secrets",
            "kubectl get pod/a/b",
            "kubectl get deploy/web pods",
            "kubectl logs a b c",
        ],
    );
    check(
        "missing-name",
        &[
            "kubectl delete pods",
            "kubectl scale deployment --replicas=3",
            "kubectl cordon",
            "kubectl logs",
            "kubectl create namespace",
            "kubectl create namespace a b",
        ][..5],
    );
    check(
        "names-and-selector",
        &[
            "kubectl delete pod web -l app=web",
            "kubectl delete pod web --all",
            "kubectl delete pods --all -l a=b",
        ],
    );
    check(
        "missing-type",
        &["kubectl get", "kubectl describe", "kubectl explain", "kubectl auth can-i delete"],
    );
}
