//! There and back: a command's own explanation, said to the engine, is that command again.

#[path = "support/same.rs"]
mod same;

use kubechat_kubectl::Command;
use kubechat_translate::{Context, translate};
use proptest::prelude::*;

/// Commands that people give most, with places for a name, another name, a namespace and a number.
const COMMON: &[&str] = &[
    "kubectl get pods -n {ns}",
    "kubectl get deployments -A",
    "kubectl get services",
    "kubectl describe pods {name} -n {ns}",
    "kubectl describe deployments {name}",
    "kubectl logs {name} -n {ns}",
    "kubectl logs {name} --tail={n}",
    "kubectl logs {name} --previous",
    "kubectl top nodes",
    "kubectl top pods -n {ns}",
    "kubectl scale deployment {name} --replicas={n} -n {ns}",
    "kubectl scale statefulset {name} --replicas={n}",
    "kubectl rollout restart deployment {name} -n {ns}",
    "kubectl rollout status deployment {name}",
    "kubectl rollout history deployment {name} -n {ns}",
    "kubectl rollout undo deployment {name}",
    "kubectl rollout undo deployment {name} --to-revision={n}",
    "kubectl rollout pause deployment {name}",
    "kubectl rollout resume deployment {name} -n {ns}",
    "kubectl delete pods {name} -n {ns}",
    "kubectl delete configmaps {name} {other}",
    "kubectl cordon {name}",
    "kubectl uncordon {name}",
    "kubectl label pods {name} tier={other} -n {ns}",
    "kubectl annotate services {name} owner={other}",
    "kubectl set image deployment {name} app=acme/{other}:{n}",
    "kubectl create namespace {name}",
    "kubectl create deployment {name} --image=acme/{other}:{n}",
    "kubectl create serviceaccount {name} -n {ns}",
    "kubectl events -n {ns}",
    "kubectl explain pods",
    "kubectl version",
];

fn fill(line: &str, name: &str, other: &str, ns: &str, n: u8) -> String {
    line.replace("{name}", name).replace("{other}", other).replace("{ns}", ns).replace("{n}", &n.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_explanation_is_the_command_again(
        at in 0..COMMON.len(),
        name in "[a-z]{3,7}-[0-9]{1,3}",
        other in "[a-z]{4,8}-[a-z]{1,3}[0-9]",
        ns in "team-[a-z]{2,6}",
        n in 2u8..50,
    ) {
        let command = Command::parse(&fill(COMMON[at], &name, &other, &ns, n)).unwrap();
        let said = translate(&command.explain(), &Context::default());
        let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
        prop_assert!(
            said.commands.len() == 1 && same::same(&said.commands[0], &command),
            "{command}\n    {}\n    {lines:?} {:?}", command.explain(), said.message
        );
    }
}

#[test]
fn every_common_command_comes_back() {
    let mut lost = Vec::new();
    for line in COMMON {
        let command = Command::parse(&fill(line, "web-1", "blue-x2", "team-a", 4)).unwrap();
        let said = translate(&command.explain(), &Context::default());
        if said.commands.len() != 1 || !same::same(&said.commands[0], &command) {
            let lines: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
            lost.push(format!("{command}\n    {}\n    {lines:?} {:?}", command.explain(), said.message));
        }
    }
    assert!(lost.is_empty(), "{} of {}:\n{}", lost.len(), COMMON.len(), lost.join("\n"));
}

/// Every command that is printed can be read again, and is the same.
#[test]
fn what_is_printed_is_read_back() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/eval");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|ending| ending != "jsonl") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for row in text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
            let said = translate(row["request"].as_str().unwrap(), &Context::default());
            for command in &said.commands {
                count += 1;
                assert_eq!(Command::parse(&command.to_string()).as_ref(), Ok(command), "{row}");
            }
        }
    }
    assert!(count > 1000, "only {count} commands");
}
