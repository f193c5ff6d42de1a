//! Every command of the language once through `run`, with what matters of its result.

use serde_json::{Value, json};

use crate::case::Case;
use crate::world::{until, world};

fn text(query: &Value) -> &str {
    query["result"]["text"].as_str().unwrap_or_else(|| panic!("no text: {query:#}"))
}

fn columns(query: &Value) -> Vec<&str> {
    query["result"]["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

/// The cells of one column.
fn column(query: &Value, name: &str) -> Vec<String> {
    let at = columns(query)
        .iter()
        .position(|column| *column == name)
        .unwrap_or_else(|| panic!("no {name}: {query:#}"));
    let rows = query["result"]["rows"].as_array().unwrap();
    rows.iter().map(|row| row[at].as_str().map_or_else(|| row[at].to_string(), str::to_owned)).collect()
}

#[test]
fn get_prints_what_kubectl_prints_in_every_form() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "get");
    until("the pods run", || {
        let pods = world.kubectl("get pods -n get --field-selector=status.phase=Running -o name");
        (pods.lines().count() == 2).then_some(())
    });
    let read = |line: &str| case.run(line, &[]).is(0, "succeeded");

    let table = read("kubectl get deployments");
    assert_eq!(columns(&table), ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]);
    assert_eq!(column(&table, "NAME"), ["web"]);
    assert_eq!(table["level"], "safe");
    let wide = read("kubectl get pods -o wide");
    assert!(column(&wide, "NODE").iter().all(|node| node.starts_with("node-")), "{wide:#}");
    let named = read("kubectl get pods -l app=web -o name");
    assert_eq!(text(&named).lines().filter(|line| line.starts_with("pod/web-")).count(), 2);
    let json: Value = serde_json::from_str(text(&read("kubectl get deployment web -o json"))).unwrap();
    assert_eq!((&json["kind"], &json["spec"]["replicas"]), (&json!("Deployment"), &json!(2)));
    assert!(text(&read("kubectl get deployment/web -o yaml")).contains("replicas: 2\n"));
    assert_eq!(text(&read("kubectl get deployment web -o jsonpath={.spec.replicas}")).trim(), "2");
    assert_eq!(read("kubectl get pods -l app=other")["result"]["rows"], json!([]));
    let everywhere = read("kubectl get pods -A");
    let namespaces = column(&everywhere, "NAMESPACE");
    assert!(namespaces.contains(&"get".to_owned()) && namespaces.contains(&"monitoring".to_owned()));

    let missing = case.run("kubectl get deployment wbe", &[]).is(1, "failed");
    assert_eq!(missing["error"]["code"], "not-found");
    assert!(missing["error"]["message"].as_str().unwrap().contains("wbe"), "{missing}");
}

#[test]
fn a_custom_resource_has_its_own_columns() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "custom");
    world.apply(
        r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: teapots.suite.test}
spec:
  group: suite.test
  scope: Namespaced
  names: {plural: teapots, singular: teapot, kind: Teapot, shortNames: [tp]}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      additionalPrinterColumns: [{name: Brew, type: string, jsonPath: .spec.brew}]
"#,
    );
    world.kubectl("wait crd/teapots.suite.test --for=condition=Established --timeout=60s");
    let pot = "apiVersion: suite.test/v1\nkind: Teapot\nmetadata: {name: blue, namespace: custom}\nspec: {brew: assam}\n";
    until("the new kind is served", || {
        world.try_kubectl(&["apply", "-f", "-"], pot).status.success().then_some(())
    });
    let pots = case.run("kubectl get tp", &[]).is(0, "succeeded");
    assert_eq!(
        (column(&pots, "NAME"), column(&pots, "BREW")),
        (vec!["blue".to_owned()], vec!["assam".to_owned()])
    );
    let described = case.run("kubectl describe teapot blue", &[]).is(0, "succeeded");
    assert!(text(&described).contains("assam"));
    case.run("kubectl label teapot blue hot=yes", &["--yes"]).is(0, "succeeded");
    assert_eq!(world.object("custom", "teapot/blue")["metadata"]["labels"]["hot"], "yes");
}

#[test]
fn describe_events_explain_and_the_rest_of_reading() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let read = |line: &str| case.run(line, &[]).is(0, "succeeded");
    let described = read("kubectl describe deployment web");
    for word in ["web", "Replicas:", "Selector:"] {
        assert!(text(&described).contains(word), "{described:#}");
    }
    assert!(text(&read("kubectl describe node node-1")).contains("node-1"));
    until("the scheduler has said why", || {
        let events = read("kubectl events --for deployment/web");
        assert!(columns(&events).contains(&"REASON"));
        let all = read("kubectl events --types=Warning");
        column(&all, "REASON").contains(&"FailedScheduling".to_owned()).then_some(())
    });
    assert!(text(&read("kubectl explain deployment.spec.replicas")).contains("replicas <integer>"));
    let resources = read("kubectl api-resources");
    assert!(column(&resources, "NAME").contains(&"deployments".to_owned()));
    assert!(text(&read("kubectl version")).contains("v1.36"));
    assert!(text(&read("kubectl get nodes -o name")).contains("node/node-2"));
}

#[test]
fn logs_of_pods_and_workloads_now_and_before() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    until("the shop's pods run", || {
        let line = "get pods -n shop -l app=web --field-selector=status.phase=Running -o name";
        (world.kubectl(line).lines().count() == 2).then_some(())
    });
    let pod =
        world.kubectl("get pods -n shop -l app=web -o name").lines().next().unwrap().replace("pod/", "");
    let read = |line: &str| case.run(line, &[]).is(0, "succeeded");
    assert!(text(&read(&format!("kubectl logs {pod}"))).lines().count() >= 90);
    assert_eq!(text(&read(&format!("kubectl logs {pod} --tail=5"))).lines().count(), 5);
    let both = read("kubectl logs -l app=web --tail=1");
    assert_eq!(text(&both).lines().count(), 2, "{both:#}");
    let crashed = until("the crash has happened", || {
        let reply = case.run("kubectl logs deployment/payments-api --previous --tail=20", &[]);
        (reply.code == 0).then(|| reply.ends(0))
    });
    assert!(text(&crashed).contains("PAYMENT_GATEWAY_URL must be set"), "{crashed:#}");
}

#[test]
fn can_i_answers_with_its_exit_code() {
    let Some(world) = world() else { return };
    let mut case = Case::without_namespace(world, "shop");
    assert_eq!(text(&case.run("kubectl auth can-i delete pods", &[]).is(0, "succeeded")).trim(), "yes");
    case.context = Some("practice-viewer".to_owned());
    let no = case.run("kubectl auth can-i delete pods", &[]).is(1, "succeeded");
    assert!(text(&no).starts_with("no"), "{no:#}");
    let who = case.run("kubectl auth whoami", &[]).is(0, "succeeded");
    assert!(column(&who, "VALUE").contains(&"practice-viewer".to_owned()), "{who:#}");
}

#[test]
fn changes_to_a_deployment_do_what_they_say() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "changes");
    let web = || world.object("changes", "deployment/web");
    let change = |line: &str| {
        let preview = case.run(line, &[]).is(4, "awaiting_approval");
        assert_eq!(preview["level"], "warning", "{preview:#}");
        case.approve(&preview).is(0, "succeeded")
    };
    change("kubectl scale deployment/web --replicas=3");
    assert_eq!(case.replicas(), 3);
    change("kubectl set image deployment/web web=example.test/web:2");
    assert_eq!(web()["spec"]["template"]["spec"]["containers"][0]["image"], "example.test/web:2");
    change("kubectl label deployment web tier=front");
    assert_eq!(web()["metadata"]["labels"]["tier"], "front");
    change("kubectl label deployment web tier-");
    assert!(web()["metadata"]["labels"]["tier"].is_null());
    change("kubectl annotate deployment web note='two words'");
    assert_eq!(web()["metadata"]["annotations"]["note"], "two words");
    change("kubectl rollout restart deployment/web");
    let template = web()["spec"]["template"]["metadata"].clone();
    assert!(template["annotations"]["kubectl.kubernetes.io/restartedAt"].is_string(), "{template}");

    // A rollout is followed to its end, then its revisions are listed and one is gone back to.
    let followed = case.run("kubectl rollout status deployment/web --timeout=60s", &[]);
    assert!(followed.out.contains("successfully rolled out"), "{followed}");
    followed.is(0, "succeeded");
    let history = case.run("kubectl rollout history deployment/web", &[]).is(0, "succeeded");
    assert_eq!(column(&history, "REVISION"), ["1", "2", "3"]);
    let preview =
        case.run("kubectl rollout undo deployment/web --to-revision=1", &[]).is(4, "awaiting_approval");
    let paths: Vec<&str> =
        preview["diff"].as_array().unwrap().iter().map(|delta| delta["path"].as_str().unwrap()).collect();
    assert!(paths.iter().any(|path| path.contains("image")), "{paths:?}");
    case.approve(&preview).is(0, "succeeded");
    assert_eq!(web()["spec"]["template"]["spec"]["containers"][0]["image"], "example.test/web:1");
    case.verified();
}

#[test]
fn objects_are_made_and_taken_away_again() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "made");
    let made = case
        .run("kubectl create deployment api --image=example.test/api:1 --replicas=2", &["--yes"])
        .is(0, "succeeded");
    assert_eq!(world.replicas("made", "api"), 2);
    case.run("kubectl create configmap settings --from-literal=colour=blue", &["--yes"]).is(0, "succeeded");
    assert_eq!(world.object("made", "configmap/settings")["data"]["colour"], "blue");
    case.run("kubectl create namespace made-too", &["--yes"]).is(0, "succeeded");
    assert!(world.exists("default", "namespace/made-too"));
    let twice =
        case.run("kubectl create deployment api --image=example.test/api:1", &["--yes"]).is(1, "failed");
    assert_eq!(twice["error"]["code"], "already-exists");

    let back = case.json(&["undo", made["query"].as_str().unwrap()]).is(4, "awaiting_approval");
    assert_eq!(back["level"], "dangerous", "taking it back deletes it: {back:#}");
    let phrase = back["confirm"].as_str().unwrap();
    case.json(&["undo", made["query"].as_str().unwrap(), "--yes", "--confirm", phrase]).is(0, "succeeded");
    until("it is gone", || (!world.exists("made", "deployment/api")).then_some(()));
}

#[test]
fn something_dangerous_needs_its_phrase() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "dangerous");
    for line in ["kubectl delete deployment web", "kubectl scale deployment web --replicas=0"] {
        let waiting = case.run(line, &["--yes"]).is(4, "awaiting_approval");
        assert_eq!(
            (&waiting["level"], &waiting["confirm"]),
            (&json!("dangerous"), &json!("web")),
            "{waiting:#}"
        );
        case.run(line, &["--yes", "--confirm", "wbe"]).is(4, "awaiting_approval");
        case.run(line, &["--confirm", "web"]).is(4, "awaiting_approval");
        let unconfirmed = case.approve(&waiting).ends(4);
        assert_eq!(unconfirmed["error"]["code"], "confirm");
        assert_eq!(case.replicas(), 2);
    }
    case.run("kubectl scale deployment web --replicas=0", &["--yes", "--confirm", "web"]).is(0, "succeeded");
    assert_eq!(case.replicas(), 0);
    let gone = case.run("kubectl delete deployment web", &["--yes", "--confirm", "web"]).is(0, "succeeded");
    until("it is gone", || (!world.exists("dangerous", "deployment/web")).then_some(()));
    // The way back makes it anew.
    case.json(&["undo", gone["query"].as_str().unwrap(), "--yes"]).is(0, "succeeded");
    assert!(world.exists("dangerous", "deployment/web"));
    case.verified();
}

#[test]
fn several_objects_are_confirmed_by_their_number() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "phrase");
    let running = || {
        let pods = world.kubectl("get pods -n phrase --field-selector=status.phase=Running -o name");
        pods.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let before = until("two pods run", || Some(running()).filter(|pods| pods.len() == 2));
    let waiting = case.run("kubectl delete pods -l app=web", &["--yes"]).is(4, "awaiting_approval");
    assert_eq!(waiting["confirm"], "2 pods");
    assert_eq!(waiting["targets"].as_array().unwrap().len(), 2);
    case.run("kubectl delete pods -l app=web", &["--yes", "--confirm", "2 pods"]).is(0, "succeeded");
    until("others have taken their place", || {
        let now = running();
        (now.len() == 2 && now.iter().all(|pod| !before.contains(pod))).then_some(())
    });
}

#[test]
fn a_node_is_cordoned_and_uncordoned() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    // A node of its own: pods of other tests are scheduled meanwhile.
    world.apply("apiVersion: v1\nkind: Node\nmetadata: {name: spare}\nspec: {taints: [{key: suite, effect: NoSchedule}]}\n");
    case.run("kubectl cordon spare", &["--yes"]).is(0, "succeeded");
    assert_eq!(world.object("default", "node/spare")["spec"]["unschedulable"], true);
    case.run("kubectl cordon spare", &["--yes"]).is(0, "answered");
    case.run("kubectl uncordon spare", &["--yes"]).is(0, "succeeded");
    assert!(world.object("default", "node/spare")["spec"]["unschedulable"].is_null());
}

#[test]
fn a_dry_run_that_was_asked_for_changes_nothing() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "dry");
    let before = world.writes("dry", "practice-admin").len();
    let shown =
        case.run("kubectl scale deployment web --replicas=5 --dry-run=server", &["--yes"]).is(0, "succeeded");
    assert!(text(&shown).contains("server dry run"), "{shown:#}");
    assert_eq!(case.replicas(), 2);
    assert_eq!(world.writes("dry", "practice-admin").len(), before);
}

#[test]
fn verbs_that_are_not_offered_are_refused_with_a_reason() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "not-offered");
    for line in [
        "kubectl exec web -- true",
        "kubectl cp web:/etc/passwd .",
        "kubectl port-forward web 8080",
        "kubectl edit deployment web",
        "kubectl apply -f https://example.test/x.yaml",
        "kubectl krew install x",
    ] {
        let refused = case.run(line, &["--yes"]).is(3, "refused");
        assert!(refused["message"].as_str().unwrap().len() > 20, "{line}: {refused}");
    }
}

#[test]
fn people_read_the_same_as_programs() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "people");
    let table = case.text(&["run", "kubectl get deployments", "-n", "people"]);
    assert_eq!(table.code, 0);
    assert!(table.out.starts_with("NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb "), "{table}");
    let card = case.text(&["ask", "scale web to 5", "-n", "people"]);
    assert_eq!(card.code, 4, "{card}");
    for words in [
        "[practice] Scale Deployment web to 5 replicas.",
        "kubectl scale deployment web --replicas=5",
        "Affects",
        "Runs as  practice-admin",
        "- 2",
        "+ 5",
        "kubechat approve ",
    ] {
        assert!(card.out.contains(words), "{words}: {card}");
    }
    let approve = card.out.lines().find(|line| line.trim_start().starts_with("kubechat approve ")).unwrap();
    let words: Vec<&str> = approve.split_whitespace().skip(1).collect();
    let done = case.text(&words);
    assert_eq!(done.code, 0, "{done}");
    assert!(done.out.contains("deployment.apps/web scaled") && done.out.contains("kubechat undo "), "{done}");
    assert_eq!(case.replicas(), 5);
}
