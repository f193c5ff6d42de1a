//! `drain`: what is shown leaves, what may not stays, and what is left is named.

use serde_json::Value;

use crate::case::{Case, Running};
use crate::world::{World, until, world};

/// A case with nodes of its own, where only its own pods run: two replicas on the first node.
fn furnished<'w>(world: &'w World, name: &str, more: &str) -> Case<'w> {
    let node = |at: u8| {
        format!(
            "apiVersion: v1\nkind: Node\nmetadata: {{name: {name}-{at}, labels: {{pool: {name}}}}}\n\
             spec: {{taints: [{{key: pool, value: {name}, effect: NoSchedule}}]}}\n---\n"
        )
    };
    world.apply(&format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n---\n{}", node(1)));
    world.apply(&format!(
        r#"apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      nodeSelector: {{pool: {name}}}
      tolerations: [{{key: pool, operator: Exists}}]
      containers: [{{name: web, image: "example.test/web:1"}}]
---
{more}"#
    ));
    running(world, name, 2);
    world.apply(&node(2));
    until("the second node is ready", || {
        let node = world.object("default", &format!("node/{name}-2"));
        let ready = node["status"]["conditions"]
            .as_array()?
            .iter()
            .any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
        ready.then_some(())
    });
    Case::without_namespace(world, name)
}

fn running(world: &World, namespace: &str, wanted: usize) {
    until("the pods run", || {
        let line =
            format!("get pods -n {namespace} -l app=web --field-selector=status.phase=Running -o name");
        (world.kubectl(&line).lines().count() >= wanted).then_some(())
    });
}

fn on(world: &World, namespace: &str, node: &str) -> Vec<String> {
    let line = format!("get pods -n {namespace} --field-selector=spec.nodeName={node} -o name");
    world.kubectl(&line).lines().map(str::to_owned).collect()
}

fn cordoned(world: &World, node: &str) -> bool {
    world.object("default", &format!("node/{node}"))["spec"]["unschedulable"] == true
}

fn kinds(query: &Value) -> Vec<&str> {
    query["targets"].as_array().unwrap().iter().map(|target| target["kind"].as_str().unwrap()).collect()
}

const AGENT: &str = r#"apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: drain}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      nodeSelector: {pool: drain}
      tolerations: [{operator: Exists}]
      containers: [{name: agent, image: "example.test/agent:1"}]
"#;

#[test]
fn a_drain_takes_away_exactly_what_was_shown_and_undo_opens_the_node_again() {
    let Some(world) = world() else { return };
    let case = furnished(world, "drain", AGENT);
    until("the agent runs", || (on(world, "drain", "drain-1").len() == 3).then_some(()));

    let blocked = case.run("kubectl drain drain-1", &[]).is(3, "refused");
    let message = blocked["error"]["message"].as_str().unwrap();
    assert!(message.contains("--ignore-daemonsets") && message.contains("drain/agent-"), "{message}");
    assert!(!cordoned(world, "drain-1"));

    let waiting = case.run("kubectl drain drain-1 --ignore-daemonsets", &[]).is(4, "awaiting_approval");
    assert_eq!((kinds(&waiting), &waiting["level"]), (vec!["Node", "Pod", "Pod"], &"dangerous".into()));
    assert!(waiting["warnings"].to_string().contains("stays: it belongs to a DaemonSet"), "{waiting:#}");
    let phrase = waiting["confirm"].as_str().unwrap();
    let options = ["--yes", "--confirm", phrase];
    let done = case.run("kubectl drain drain-1 --ignore-daemonsets", &options).is(0, "succeeded");
    let text = done["result"]["text"].as_str().unwrap();
    assert_eq!(text.lines().filter(|line| line.ends_with(" evicted")).count(), 2, "{text}");
    assert!(text.contains("node/drain-1 drained"), "{text}");
    assert!(cordoned(world, "drain-1"));
    let left = on(world, "drain", "drain-1");
    assert!(left.len() == 1 && left[0].starts_with("pod/agent-"), "{left:?}");
    running(world, "drain", 2);

    let undone = case.json(&["undo", done["query"].as_str().unwrap(), "--yes"]).is(0, "succeeded");
    assert!(!cordoned(world, "drain-1"), "{undone:#}");
    assert!(done["undo"]["text"].as_str().unwrap().contains("do not come back"), "{done:#}");
    let evictions = world.events("/eviction");
    let ids = done["audit_ids"].to_string();
    let ours = evictions.iter().filter(|event| ids.contains(event["auditID"].as_str().unwrap()));
    assert_eq!(ours.count(), 2, "each eviction carries an id that the log names");
}

#[test]
fn a_budget_that_allows_nothing_leaves_the_pods_and_the_result_says_so() {
    let Some(world) = world() else { return };
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: budget}\n\
                  spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n";
    let case = furnished(world, "budget", budget);
    until("the budget is known", || {
        (world.object("budget", "pdb/web")["status"]["currentHealthy"] == 2).then_some(())
    });
    let line = "kubectl drain -l pool=budget --timeout=1s";
    let waiting = case.run(line, &[]).is(4, "awaiting_approval");
    assert!(waiting["warnings"].to_string().contains("can't leave yet"), "{waiting:#}");
    let broken = &waiting["impact"]["budgets"][0]["text"];
    assert_eq!(broken, "PodDisruptionBudget web wants 2; 0 of 2 healthy pods would be left.");
    assert_eq!(waiting["impact"]["pods"][0]["fate"], "leave", "{waiting:#}");
    let phrase = waiting["confirm"].as_str().unwrap();
    let reply = case.run(line, &["--yes", "--confirm", phrase]);
    let partly = reply.is(1, "partly_done");
    assert!(reply.out.contains("asked again in 5 s"), "{reply}");
    let text = partly["result"]["text"].as_str().unwrap();
    assert_eq!(
        text.lines().filter(|line| line.contains("is left: the time of `--timeout`")).count(),
        2,
        "{text}"
    );
    assert!(text.contains("disruption budget") && text.contains("node/budget-2 drained"), "{text}");
    assert_eq!(on(world, "budget", "budget-1").len(), 2);

    let by_force = "kubectl drain budget-1 --disable-eviction";
    let waiting = case.run(by_force, &[]).is(4, "awaiting_approval");
    let phrase = waiting["confirm"].as_str().unwrap();
    case.run(by_force, &["--yes", "--confirm", phrase]).is(0, "succeeded");
    assert!(on(world, "budget", "budget-1").is_empty());
}

#[test]
fn a_pod_that_came_after_the_approval_voids_it_before_anything_is_done() {
    let Some(world) = world() else { return };
    let case = furnished(world, "newcomer", "");
    let waiting = case.run("kubectl drain newcomer-1 --force", &[]).is(4, "awaiting_approval");
    world.apply(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: late, namespace: newcomer}\n\
         spec: {nodeName: newcomer-1, tolerations: [{operator: Exists}], containers: [{name: a, image: \"example.test/a:1\"}]}\n",
    );
    let (query, hash) = (waiting["query"].as_str().unwrap(), waiting["approval_hash"].as_str().unwrap());
    let phrase = waiting["confirm"].as_str().unwrap();
    let voided = case.json(&["approve", query, "--hash", hash, "--confirm", phrase]).is(4, "voided");
    assert!(voided["message"].as_str().unwrap().contains("late"), "{voided:#}");
    assert!(!cordoned(world, "newcomer-1"));
    assert_eq!(on(world, "newcomer", "newcomer-1").len(), 3);
}

#[test]
fn a_pod_that_comes_while_the_others_leave_stays_and_is_named() {
    let Some(world) = world() else { return };
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: latecomer}\n\
                  spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n";
    let case = furnished(world, "latecomer", budget);
    until("the budget is known", || {
        (world.object("latecomer", "pdb/web")["status"]["currentHealthy"] == 2).then_some(())
    });
    let line = "kubectl drain latecomer-1 --force";
    let waiting = case.run(line, &[]).is(4, "awaiting_approval");
    let (query, hash) = (waiting["query"].as_str().unwrap(), waiting["approval_hash"].as_str().unwrap());
    let phrase = waiting["confirm"].as_str().unwrap();
    let approve = ["approve", query, "--hash", hash, "--confirm", phrase, "-o", "json"];
    let mut running = Running::start(&mut case.command(&approve));
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(running.0.stdout.take().unwrap()));
    // The budget holds the others back until the new one is there.
    lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("asked again"))
        .expect("nobody is held back");
    world.apply(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: late, namespace: latecomer}\n\
         spec: {nodeName: latecomer-1, tolerations: [{operator: Exists}], containers: [{name: a, image: \"example.test/a:1\"}]}\n",
    );
    world.kubectl("delete pdb web -n latecomer");
    let last: Value = serde_json::from_str(&lines.map(Result::unwrap).last().unwrap()).unwrap();
    assert_eq!((running.ended_quietly(), &last["state"]), (1, &"partly_done".into()), "{last:#}");
    let text = last["result"]["text"].as_str().unwrap();
    assert_eq!(text.lines().filter(|line| line.ends_with(" evicted")).count(), 2, "{text}");
    assert!(text.contains("node/latecomer-1 not drained: 1 of its pods"), "{text}");
    assert!(last.to_string().contains("late"), "{last:#}");
    assert_eq!(on(world, "latecomer", "latecomer-1"), ["pod/late"]);
    world.kubectl("delete nodes -l pool=latecomer --wait=false");
}
