//! Every reference command of the open request corpus is read, written again, judged, and equal to its other spellings.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::{Catalog, Command, Level, classify};
use serde_json::Value;

/// Verbs that are refused whatever the corpus says.
const BY_DESIGN: &[&str] = &["refused-verb", "raw-path"];

fn rows() -> Vec<Value> {
    let lines = include_str!("data/requests.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a JSON row")).collect()
}

#[test]
fn reference_commands() {
    let (mut read, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in rows() {
        let others = row["accept"].as_array().expect("a list").iter().filter_map(Value::as_str);
        for line in row["command"].as_str().into_iter().chain(others) {
            match Command::parse(line) {
                Ok(command) => {
                    read += 1;
                    assert_eq!(
                        Command::parse(&command.to_string()).as_ref(),
                        Ok(&command),
                        "{line} → {command}"
                    );
                    assert!(!command.explain().is_empty() && !command.action().is_empty());
                    let judged = classify(line);
                    if Some(judged.level.as_str()) != row["level"].as_str() {
                        wrong.push(format!("{line}: {}, judged {}", row["level"], judged.level.as_str()));
                    }
                }
                Err(refusal) if BY_DESIGN.contains(&refusal.id) => {
                    refused += 1;
                    assert_eq!(classify(line).level, Level::Refused);
                }
                Err(refusal) => wrong.push(format!("{line}: {refusal}")),
            }
        }
    }
    println!("read {read}, refused by design {refused}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn other_spellings_are_the_same() {
    let catalog = Catalog::builtin();
    let read = |line: &str| Command::parse(line).expect(line);
    for (one, other) in [
        ("kubectl get pod x", "kubectl get pods/x"),
        ("kubectl get po x y", "kubectl get pods y x"),
        ("kubectl get deploy,svc", "kubectl get services,deployments.apps"),
        ("kubectl get deploy/a svc/b", "kubectl get svc/b deployment/a"),
        ("kubectl get pods -l a=b,c=d", "kubectl get pods --selector='c==d, a=b'"),
        ("kubectl get pods -n default", "kubectl get pods"),
        ("kubectl logs deploy/web --since=2m", "kubectl logs deployment/web --since=120s"),
        (
            "kubectl wait pod/web --for=delete --timeout=2m",
            "kubectl wait pods web --for delete --timeout 120s",
        ),
        ("kubectl set image deploy/web a=x b=y", "kubectl set image deployment web b=y a=x"),
        ("kubectl label pod web a=b c=d", "kubectl label po/web c=d a=b"),
        (
            "kubectl create role r --verb=get,list --resource=pods",
            "kubectl create role r --resource=po --verb=list --verb=get",
        ),
        ("kubectl create quota q --hard=cpu=1,pods=2", "kubectl create quota q --hard=pods=2,cpu=1"),
        ("kubectl port-forward pods/web 80:80", "kubectl port-forward web 80"),
        ("kubectl cp shop/web:/a ./a", "kubectl cp web:/a ./a -n shop"),
        ("kubectl exec deploy/web -it -- sh", "kubectl exec -t -i deployments/web -- sh"),
        ("kubectl apply -f a.yaml -f b.yaml", "kubectl apply -f b.yaml,a.yaml"),
        ("kubectl events --for pod/web", "kubectl events --for=pods/web"),
        ("kubectl explain po.spec", "kubectl explain pods.spec"),
        ("kubectl auth can-i get po", "kubectl auth can-i get pods"),
        (
            "kubectl run web --image=nginx --env=A=b --env=C=d",
            "kubectl run web --env C=d --env A=b --image nginx",
        ),
    ] {
        assert!(read(one).same(&read(other), &catalog), "{one} and {other}");
        assert!(read(other).same(&read(one), &catalog), "{other} and {one}");
    }
    for (one, other) in [
        ("kubectl get pod x", "kubectl get pods"),
        ("kubectl get pods -n shop", "kubectl get pods"),
        ("kubectl get pods -A", "kubectl get pods"),
        ("kubectl get pod x", "kubectl get svc x"),
        ("kubectl scale deploy/web --replicas=2", "kubectl scale deploy/web --replicas=3"),
        ("kubectl exec web -- sh", "kubectl exec web -- bash"),
        ("kubectl label pod web a=b", "kubectl label pod web a-"),
        ("kubectl cp web:/a ./a", "kubectl cp ./a web:/a"),
    ] {
        assert!(!read(one).same(&read(other), &catalog), "{one} and {other}");
    }
}
