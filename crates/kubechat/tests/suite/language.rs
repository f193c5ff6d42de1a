//! No shell, no way around the session's cluster and identity.

use crate::case::Case;
use crate::world::world;

const OUTSIDE: [&str; 42] = [
    "kubectl get pods; rm -rf /",
    "kubectl get pods;",
    "kubectl get pods | sh",
    "kubectl get pods |& cat",
    "kubectl delete pod $(whoami)",
    "kubectl delete pod `whoami`",
    "kubectl delete pod ${HOME}",
    "kubectl get pods && kubectl delete ns shop",
    "kubectl get pods || true",
    "kubectl get pods & ",
    "kubectl get pods > /etc/passwd",
    "kubectl get pods 2>&1",
    "kubectl get pods < /etc/passwd",
    "kubectl get pods\nkubectl delete namespace refused",
    "kubectl get pods\r\nkubectl delete namespace refused",
    "kubectl get pods 'unfinished",
    "kubectl get pods --as root",
    "kubectl get pods --as=root",
    "kubectl get pods --as-group=system:masters --as=x",
    "kubectl get pods --as-uid=1",
    "kubectl --as=root delete deployment web",
    "kubectl get pods -shttps://example.test",
    "kubectl get pods -s https://example.test",
    "kubectl get pods -Ashttps://example.test",
    "kubectl get pods --server=https://example.test",
    "kubectl get pods --kubeconfig=/root/.kube/config",
    "kubectl get pods --kubeconfig /root/.kube/config",
    "kubectl get pods --token=abc",
    "kubectl get pods --context other",
    "kubectl get pods --cluster=other",
    "kubectl get pods --user=other",
    "kubectl get pods --insecure-skip-tls-verify",
    "kubectl get --raw /api/v1/secrets",
    "kubectl get --raw=/api/v1/secrets",
    "kubectl config use-context other",
    "kubectl proxy",
    "kubectl p\u{43e}ds",
    "kubectl get p\u{43e}ds",
    "kubectl get po\u{200b}ds",
    "kubectl delete deployment web\u{202e}",
    "sh -c 'kubectl get pods'",
    "kubectl-evil get pods",
];

#[test]
fn what_only_a_shell_or_another_identity_could_do_is_refused() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "refused");
    let before = world.changes("refused", "practice-admin").len();
    std::thread::scope(|scope| {
        // Two terminals side by side: the table is long.
        let (one, other) = OUTSIDE.split_at(OUTSIDE.len() / 2);
        for lines in [one, other] {
            let case = &case;
            scope.spawn(move || {
                for line in lines {
                    let refused = case.run(line, &["--yes", "--confirm", "web"]);
                    let object = refused.is(3, "refused");
                    assert!(!object["error"]["code"].as_str().unwrap().is_empty(), "{line:?}: {object}");
                    assert!(object["message"].as_str().unwrap().len() > 20, "{line:?}: {object}");
                }
            });
        }
    });
    assert_eq!(world.changes("refused", "practice-admin").len(), before);
    assert_eq!(case.replicas(), 2);
    case.verified();
}

#[test]
fn words_cannot_smuggle_a_command_in() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "smuggled");
    for words in ["scale web to 5; rm -rf /", "pods $(reboot)", "show pods --as=root", "logs of web | sh"] {
        let reply = case.ask(words, &["--yes"]);
        let object = reply.ends(reply.code);
        let command = object["command"].as_str().unwrap_or_default();
        assert!(!["rm -rf", "reboot", "--as", "| sh"].iter().any(|bad| command.contains(bad)), "{object:#}");
    }
    case.verified();
}
