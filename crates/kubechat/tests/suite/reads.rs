//! Filters and everything that reads.

use serde_json::Value;

use crate::case::Case;
use crate::world::{World, until, world};

/// Config maps with numbers in them, of which a filter chooses.
fn furnished<'w>(world: &'w World, namespace: &str) -> Case<'w> {
    let case = Case::new(world, namespace);
    let maps: Vec<String> = ["one", "two", "three"]
        .iter()
        .zip(1..)
        .map(|(name, number)| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}, labels: {{set: numbers}}}}\n\
                 data: {{number: \"{number}\"}}\n---\n"
            )
        })
        .collect();
    world.apply(&maps.concat());
    case
}

fn names(object: &Value) -> Vec<&str> {
    object["result"]["rows"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect()
}

/// A filter that keeps `two` and `three`, and lacks what it asks for in the config map every namespace has.
const MORE_THAN_ONE: &str = "int(self.data.number) > 1";

#[test]
fn a_filter_chooses_the_rows_and_says_what_it_could_not_ask() {
    let Some(world) = world() else { return };
    let case = furnished(world, "where-rows");
    until("the namespace's own config map", || {
        world.exists("where-rows", "cm/kube-root-ca.crt").then_some(())
    });
    let run = |line: &str, filter: &str| case.run(line, &["--where", filter]).is(0, "succeeded");

    let table = run("kubectl get configmaps", MORE_THAN_ONE);
    assert_eq!(names(&table), ["three", "two"]);
    assert_eq!(table["where"], MORE_THAN_ONE);
    assert!(
        table["result"]["text"]
            .as_str()
            .unwrap()
            .contains("1 object was left out for want of `self.data.number`"),
        "{table:#}"
    );

    let name = run("kubectl get cm -l set=numbers -o name", "self.metadata.name.startsWith('t')");
    assert_eq!(name["result"]["text"], "configmap/three\nconfigmap/two");
    let path = run("kubectl get cm -l set=numbers -o jsonpath='{.items[*].data.number}'", MORE_THAN_ONE);
    assert_eq!(path["result"]["text"], "3 2");
    let columns = run("kubectl get cm -l set=numbers -o custom-columns=N:.data.number", MORE_THAN_ONE);
    assert_eq!(names(&columns), ["3", "2"]);
    let described = run("kubectl describe cm -l set=numbers", "self.data.number == '2'");
    let text = described["result"]["text"].as_str().unwrap();
    assert!(text.contains("two") && !text.contains("three"), "{text}");
    let none = run("kubectl get cm -l set=numbers", "self.data.number == '9'");
    assert!(none["result"]["text"].as_str().unwrap().contains("No resources found"));
    let old = run(
        "kubectl get cm -l set=numbers",
        "now - timestamp(self.metadata.creationTimestamp) > duration('24h')",
    );
    assert!(names(&old).is_empty());
    let asked = case.ask("show config maps", &["--where", MORE_THAN_ONE]).is(0, "succeeded");
    assert_eq!(names(&asked), ["three", "two"]);

    let record = case.records().into_iter().find(|record| record["query"] == table["query"]).unwrap();
    assert_eq!(record["data"]["where"], MORE_THAN_ONE);
}

#[test]
fn a_filter_that_can_not_be_right_is_refused_or_names_its_part() {
    let Some(world) = world() else { return };
    let case = furnished(world, "where-wrong");
    let refused = |line: &str, filter: &str, id: &str| {
        let reply = case.run(line, &["--where", filter]).is(3, "refused");
        assert_eq!(reply["error"]["code"], id, "{reply:#}");
        assert!(case.kinds(&reply["query"]).iter().any(|kind| kind.contains("refused")));
    };
    refused("kubectl get cm", "self.data.number >", "bad-where");
    refused("kubectl get cm", "foo == 1", "bad-where");
    refused("kubectl get cm", "metrics.cpu > quantity('1')", "nothing-to-filter");
    refused("kubectl version", "true", "nothing-to-filter");
    refused("kubectl create configmap x", "true", "nothing-to-filter");
    let wrong =
        case.run("kubectl get cm -l set=numbers", &["--where", "self.data.number > 1"]).is(1, "failed");
    let message = wrong["error"]["message"].as_str().unwrap();
    assert!(message.contains("`self.data.number > 1`") && message.contains("string"), "{message}");
    let many = format!("[{}]", ["1"; 100].join(","));
    let endless = ["a", "b", "c", "d"]
        .iter()
        .fold("true".to_owned(), |inner, name| format!("{many}.all({name}, {inner})"));
    let wrong = case.run("kubectl get cm -l set=numbers", &["--where", &endless]).is(1, "failed");
    assert!(wrong["error"]["message"].as_str().unwrap().contains("too many steps"), "{wrong:#}");
}

#[test]
fn a_change_meets_only_the_objects_the_filter_is_true_for() {
    let Some(world) = world() else { return };
    let case = furnished(world, "where-change");
    let line = "kubectl delete configmaps -l set=numbers";
    let waiting = case.run(line, &["--where", MORE_THAN_ONE]).is(4, "awaiting_approval");
    let mut targets: Vec<&str> = waiting["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| target["name"].as_str().unwrap())
        .collect();
    targets.sort_unstable();
    assert_eq!(targets, ["three", "two"]);
    assert_eq!(waiting["where"], MORE_THAN_ONE);
    // The same targets under another filter are another approval.
    let other = case.run(line, &["--where", "int(self.data.number) > 1 && true"]).is(4, "awaiting_approval");
    assert_ne!(other["approval_hash"], waiting["approval_hash"]);
    // What begins to match after the preview voids it.
    world.kubectl("patch cm one -n where-change --type=merge -p {\"data\":{\"number\":\"7\"}}");
    let confirm = waiting["confirm"].as_str().map(|phrase| vec!["--confirm", phrase]).unwrap_or_default();
    let approve = |waiting: &Value| {
        let (query, hash) = (waiting["query"].as_str().unwrap(), waiting["approval_hash"].as_str().unwrap());
        case.json(&[&["approve", query, "--hash", hash][..], &confirm].concat())
    };
    let void = approve(&waiting).is(4, "voided");
    assert!(void["message"].as_str().unwrap().contains("configmap/one"), "{void:#}");
    world.kubectl("patch cm one -n where-change --type=merge -p {\"data\":{\"number\":\"0\"}}");
    // What no longer matches is left alone, and said.
    world.kubectl("patch cm two -n where-change --type=merge -p {\"data\":{\"number\":\"1\"}}");
    let done = approve(&other).is(0, "succeeded");
    assert!(
        done["result"]["text"]
            .as_str()
            .unwrap()
            .contains("configmap/two had gone, or the filter was no longer true")
    );
    assert!(world.exists("where-change", "cm/one") && world.exists("where-change", "cm/two"));
    assert!(!world.exists("where-change", "cm/three"));
}

#[test]
fn labels_and_scales_follow_a_filter_too() {
    let Some(world) = world() else { return };
    let case = furnished(world, "where-label");
    world.kubectl("create deployment other -n where-label --image=example.test/other:1");
    let labelled = case
        .run("kubectl label cm -l set=numbers size=large", &["--where", MORE_THAN_ONE, "--yes"])
        .is(0, "succeeded");
    assert_eq!(labelled["targets"].as_array().unwrap().len(), 2);
    assert_eq!(
        world.kubectl("get cm -n where-label -l size=large -o name"),
        "configmap/three\nconfigmap/two\n"
    );
    let scaled = case
        .run("kubectl scale deployments --all --replicas=3", &["--where", "self.spec.replicas == 2", "--yes"])
        .is(0, "succeeded");
    assert_eq!(scaled["targets"].as_array().unwrap().len(), 1, "{scaled:#}");
    assert_eq!((case.replicas(), world.replicas("where-label", "other")), (3, 1));
}

#[test]
fn a_plan_that_starts_from_objects_starts_from_those_the_filter_is_true_for() {
    let Some(world) = world() else { return };
    let case = furnished(world, "where-plan");
    world.kubectl("create deployment other -n where-plan --image=example.test/other:1");
    world.kubectl("label cm one size=small -n where-plan");
    let version = |object: &str| world.object("where-plan", object)["metadata"]["resourceVersion"].clone();
    let spec = |object: &str| world.object("where-plan", object)["spec"].clone();
    let (one, other) = (version("cm/one"), spec("deployment/other"));
    // Without the filter `one` is in the way: it has the label with another value.
    let line = "kubectl label cm -l set=numbers size=large";
    assert_eq!(case.run(line, &["--yes"]).is(3, "refused")["error"]["code"], "already-set");
    let waiting = case.run(line, &["--where", MORE_THAN_ONE]).is(4, "awaiting_approval");
    world.kubectl("patch cm three -n where-plan --type=merge -p {\"data\":{\"number\":\"1\"}}");
    let done = case.approve(&waiting).is(0, "succeeded");
    assert!(done["result"]["text"].as_str().unwrap().contains("configmap/two labeled"), "{done:#}");
    assert_eq!(world.kubectl("get cm -n where-plan -l size=large -o name"), "configmap/two\n");
    let named = case.run("kubectl label cm one two size=huge", &["--where", MORE_THAN_ONE, "--yes"]);
    assert_eq!(named.is(3, "refused")["error"]["code"], "already-set", "of those that it is true for");
    let named = ["--where", "self.metadata.name != 'two'", "--yes"];
    case.run("kubectl label cm two three size=large", &named).is(0, "succeeded");
    assert_eq!(version("cm/one"), one);
    // Of deployments with other containers, too, which a plan for all could not be made for.
    let line = "kubectl set image deployments --all web=example.test/web:2";
    case.run(line, &["--yes"]).is(3, "refused");
    let options = ["--where", "self.metadata.name == 'web'", "--yes"];
    let done = case.run(line, &options).is(0, "succeeded");
    assert_eq!(done["targets"].as_array().unwrap().len(), 1, "{done:#}");
    assert!(spec("deployment/web").to_string().contains("web:2"));
    assert_eq!(spec("deployment/other"), other);
    let none = case.run(line, &["--where", "self.spec.replicas > 50", "--yes"]).ends(0);
    assert!(none["diff"].as_array().unwrap().is_empty(), "{none:#}");
    let missing = case.run("kubectl set image deployment/none web=a:1", &options);
    assert!(missing.ends(3)["message"].as_str().unwrap().contains("none"), "{missing}");
}

#[test]
fn a_taint_follows_a_filter_past_nodes_that_are_in_its_way() {
    let Some(world) = world() else { return };
    let node = |name: &str, taint: &str| {
        format!(
            "apiVersion: v1\nkind: Node\nmetadata: {{name: where-{name}, labels: {{pool: where-taint, name: {name}}}}}\n\
             spec: {{taints: [{{key: pool, value: where, effect: NoSchedule}}{taint}]}}\n---\n"
        )
    };
    world.apply(&(node("a", "") + &node("b", ", {key: colour, value: red, effect: NoSchedule}")));
    let case = Case::without_namespace(world, "default");
    let line = "kubectl taint nodes -l pool=where-taint colour=blue:NoSchedule";
    case.run(line, &["--yes"]).is(3, "refused");
    let waiting = case.run(line, &["--where", "self.metadata.labels.name == 'a'"]).is(4, "awaiting_approval");
    case.approve(&waiting).is(0, "succeeded");
    let taints =
        |name: &str| world.object("default", &format!("node/where-{name}"))["spec"]["taints"].to_string();
    assert!(taints("a").contains("blue") && taints("b").contains("red") && !taints("b").contains("blue"));
    world.kubectl("delete nodes -l pool=where-taint --wait=false");
}

#[test]
fn a_followed_table_shows_only_what_the_filter_is_true_for() {
    let Some(world) = world() else { return };
    let case = furnished(world, "where-watch");
    let mut command = case.command(&[
        "run",
        "kubectl get cm -w -l set=numbers",
        "-n",
        "where-watch",
        "--where",
        MORE_THAN_ONE,
    ]);
    let mut running = crate::case::Running::start(&mut command);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(running.0.stdout.take().unwrap()));
    let mut next = |wanted: &str| {
        let line = lines.by_ref().map(Result::unwrap).find(|line| line.contains(wanted));
        line.unwrap_or_else(|| panic!("the stream ended before {wanted}"))
    };
    next("two");
    world.kubectl("create cm four -n where-watch --from-literal=number=0");
    world.kubectl("label cm four -n where-watch set=numbers");
    world.kubectl("patch cm one -n where-watch --type=merge -p {\"data\":{\"number\":\"5\"}}");
    let line = next("o");
    assert!(line.contains("one") && !line.contains("four"), "{line}");
}

#[test]
fn what_is_asked_of_a_secrets_values_waits_for_an_approval() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "where-secret");
    world.kubectl("create secret generic key -n where-secret --from-literal=word=open");
    let asks = |line: &str, options: &[&str]| {
        let waiting = case.run(line, options).is(4, "awaiting_approval");
        assert!(waiting["reasons"].to_string().contains("discloses-secret"), "{waiting:#}");
        waiting
    };
    let asked = asks("kubectl get secrets", &["--where", "self.data.word.startsWith('b3')"]);
    assert_eq!(names(&case.approve(&asked).is(0, "succeeded")), ["key"]);
    asks("kubectl delete secrets --all", &["--where", "has(self.data.word)"]);
    let met = asks("kubectl wait secret/key --for=jsonpath={.data.word}=b3Blbg== --timeout=0", &[]);
    case.approve(&met).is(0, "succeeded");
    asks("kubectl wait secret/key --for=create -o yaml", &[]);
    // What says nothing of the values is a read like others.
    assert_eq!(names(&case.run("kubectl get secrets", &[]).is(0, "succeeded")), ["key"]);
    case.run("kubectl wait secret/key --for=jsonpath={.metadata.name}=key --timeout=0", &[])
        .is(0, "succeeded");
}

#[test]
fn an_answer_that_goes_on_is_cancelled_when_its_time_is_over() {
    let Some(world) = world() else { return };
    let case = furnished(world, "time-over");
    let over = case.run("kubectl get cm -w", &["--timeout", "3s"]).is(1, "cancelled");
    assert_eq!(case.show(&over["query"])["state"], "cancelled");
    assert_eq!(case.kinds(&over["query"]), ["query.intent", "query.cancelled"]);
}
