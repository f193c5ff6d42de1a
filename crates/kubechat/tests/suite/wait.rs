//! `wait` and `create token`: what goes on until it is so, and what is shown once.

use std::fs;
use std::path::Path;

use crate::case::{Case, Running};
use crate::world::{until, world};

fn text(query: &serde_json::Value) -> &str {
    query["result"]["text"].as_str().unwrap_or_else(|| panic!("no text: {query:#}"))
}

fn message(query: &serde_json::Value) -> &str {
    query["error"]["message"].as_str().unwrap_or_else(|| panic!("no error: {query:#}"))
}

#[test]
fn waiting_ends_when_every_object_is_there_and_names_those_that_are_not() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "wait");
    let line = |line: &str| case.run(line, &[]);
    let met = line("kubectl wait deployment/web --for=condition=Available --timeout=60s").is(0, "succeeded");
    assert_eq!(text(&met), "deployment.apps/web condition met");
    assert_eq!((&met["level"], &met["diff"]), (&"safe".into(), &serde_json::json!([])));
    let path = "kubectl wait deploy web --for=jsonpath='{.status.readyReplicas}'=2 --timeout=60s";
    assert_eq!(text(&line(path).is(0, "succeeded")), "deployment.apps/web condition met");
    let pods = line("kubectl wait pods -l app=web --for=condition=Ready --timeout=60s").is(0, "succeeded");
    assert_eq!(text(&pods).lines().filter(|line| line.ends_with("condition met")).count(), 2, "{pods:#}");
    line("kubectl wait pods --all --for=jsonpath={.status.phase} --timeout=0").is(0, "succeeded");

    let late = line("kubectl wait deploy/web --for=condition=Broken --timeout=1s").is(1, "failed");
    assert!(
        message(&late)
            .starts_with("deployment.apps/web in namespace wait did not reach condition=Broken within 1 s"),
        "{late:#}"
    );
    let once = line("kubectl wait deploy/web --for=condition=Available=False --timeout=0").is(1, "failed");
    assert!(message(&once).contains("has not reached condition=Available=False"), "{once:#}");
    world.kubectl("scale deployment web -n wait --replicas=0");
    world.kubectl("create configmap settings -n wait");
    line("kubectl wait pods -l app=web --for=delete --timeout=60s").is(0, "succeeded");
    let missing = line("kubectl wait deploy/wbe --for=condition=Available --timeout=60s").is(1, "failed");
    assert!(message(&missing).starts_with("There is no deployments.apps \"wbe\""), "{missing:#}");
    assert_eq!(
        text(&line("kubectl wait cm/gone --for=delete").is(0, "succeeded")),
        "configmap/gone condition met"
    );
    let none = line("kubectl wait pods -l app=none --for=condition=Ready").is(1, "failed");
    assert!(message(&none).contains("no pods match"), "{none:#}");
    let shape = line("kubectl wait cm/settings --for=jsonpath={.metadata} --timeout=0").is(0, "succeeded");
    assert_eq!(text(&shape), "configmap/settings condition met");
    let map = line("kubectl wait cm/settings --for=jsonpath={.metadata}=x --timeout=0").is(1, "failed");
    assert!(message(&map).contains("no value to compare"), "{map:#}");
}

#[test]
fn a_change_that_is_waited_for_says_what_has_not_arrived() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "wait-change");
    let line = |line: &str, name: &str| case.run(line, &["--yes", "--confirm", name]);
    let scaled = line("kubectl scale deploy web --replicas=3 --timeout=120s", "web").is(0, "succeeded");
    assert_eq!(world.object("wait-change", "deploy/web")["status"]["replicas"], 3, "{scaled:#}");
    world.apply(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: wait-change, finalizers: [example.com/hold]}\n",
    );
    let held = line("kubectl delete cm held --timeout=1s", "held").is(1, "partly_done");
    let kept = "it is deleted and kept by its finalizers (example.com/hold) after the 1 s of `--timeout`.";
    assert!(message(&held).ends_with(kept), "{held:#}");
    assert!(text(&held).contains("configmap \"held\" deleted"), "{held:#}");
    let below = "kubectl replace --force --timeout=1s -f -\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: held}\n";
    let anew = line(below, "held").is(1, "partly_done");
    assert!(message(&anew).contains("has not gone within 1 s"), "{anew:#}");
    world.kubectl("create configmap free -n wait-change");
    line("kubectl delete cm free --wait", "free").is(0, "succeeded");
    world.kubectl("patch configmap held -n wait-change --type=merge -p {\"metadata\":{\"finalizers\":null}}");
}

#[test]
fn what_comes_later_is_seen_by_the_watch() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "wait-later");
    let wait =
        |line: &str| Running::start(case.command(&["run", line, "-n", "wait-later"]).args(["-o", "json"]));
    let comes = wait("kubectl wait cm/late --for=create --for=jsonpath={.data.a}=2 --timeout=60s");
    let goes = wait("kubectl wait deployment/web --for=delete --timeout=60s -o name");
    until("both wait", || {
        let watches = world.events("\"namespace\":\"wait-later\"");
        let open = |kind: &str| {
            watches.iter().any(|event| event["verb"] == "list" && event["objectRef"]["resource"] == kind)
        };
        (open("configmaps") && open("deployments")).then_some(())
    });
    world.kubectl("create configmap late -n wait-later --from-literal=a=1");
    world.kubectl("patch configmap late -n wait-later -p {\"data\":{\"a\":\"2\"}}");
    world.kubectl("delete deployment web -n wait-later");
    assert_eq!((comes.ended_quietly(), goes.ended_quietly()), (0, 0));
}

#[test]
fn a_token_is_the_answer_once_and_lies_nowhere() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "token");
    let line = "kubectl create token default --duration=10m --audience=vault";
    let waiting = case.run(line, &[]).is(4, "awaiting_approval");
    assert_eq!(waiting["level"], "warning");
    assert_eq!(waiting["targets"][0]["name"], "default");
    assert_eq!(waiting["undo"]["available"], false);
    let done = case.approve(&waiting).is(0, "succeeded");
    let token = text(&done).to_owned();
    assert_eq!(token.split('.').count(), 3, "{done:#}");
    let account = world.object("token", "serviceaccount/default");
    let parts: Vec<&str> = token.split('.').collect();
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let claims: serde_json::Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    assert_eq!(claims["aud"], serde_json::json!(["vault"]));
    assert_eq!(claims["kubernetes.io"]["serviceaccount"]["uid"], account["metadata"]["uid"]);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);

    let again = case.show(&done["query"]);
    assert!(!again.to_string().contains(&token), "{again:#}");
    assert!(!holds(&case.data(), parts[2].as_bytes()), "the token lies in the data folder");
    let record = case.records().last().unwrap().to_string();
    assert!(!record.contains(parts[2]) && record.contains("default"), "{record}");
}

/// Whether a file in the folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().flatten().any(|entry| match entry.file_type().unwrap().is_dir() {
        true => holds(&entry.path(), bytes),
        false => {
            fs::read(entry.path()).is_ok_and(|found| found.windows(bytes.len()).any(|window| window == bytes))
        }
    })
}
