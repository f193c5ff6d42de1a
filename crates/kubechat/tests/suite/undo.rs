//! Do, undo, and the object is what it was.

mod verbs;

use serde_json::{Value, json};

use crate::case::{Case, Reply};
use crate::world::{World, until, world};

/// The object without what the server and its controllers keep in it.
fn state(world: &World, namespace: &str, object: &str) -> Value {
    let text = world.kubectl(&format!("get {object} -n {namespace} --ignore-not-found -o json"));
    let Ok(mut found) = serde_json::from_str::<Value>(&text) else { return Value::Null };
    undrawn(&mut found);
    let metadata = &found["metadata"];
    let mut annotations = metadata["annotations"].clone();
    if let Some(map) = annotations.as_object_mut() {
        map.retain(|key, _| !key.starts_with("deployment.kubernetes.io/"));
    }
    let nothing = |value: &Value| value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
    let kept = [
        ("labels", metadata["labels"].clone()),
        ("annotations", annotations),
        ("finalizers", metadata["finalizers"].clone()),
    ];
    let kept: serde_json::Map<String, Value> = kept
        .into_iter()
        .filter(|(_, value)| !nothing(value))
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let map = found.as_object_mut().unwrap();
    map.remove("status");
    map.insert("metadata".to_owned(), kept.into());
    if let Some(spec) = map.get_mut("spec").and_then(Value::as_object_mut) {
        spec.retain(|key, _| !["clusterIP", "clusterIPs", "nodeName"].contains(&key.as_str()));
    }
    found
}

/// Takes away what a controller draws for each object anew, or keeps on nodes as it sees them.
fn undrawn(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.ends_with("controller-uid"));
            map.values_mut().for_each(undrawn);
        }
        Value::Array(list) => {
            list.retain(|item| {
                !item["key"].as_str().is_some_and(|key| key.starts_with("node.kubernetes.io/"))
            });
            list.iter_mut().for_each(undrawn);
        }
        _ => {}
    }
}

/// Says yes, with the phrase where one is asked for.
fn yes(ask: impl Fn(&[&str]) -> Reply) -> Value {
    let first = ask(&["--yes"]);
    if first.code != 4 {
        return first.is(0, "succeeded");
    }
    let waiting = first.is(4, "awaiting_approval");
    ask(&["--yes", "--confirm", waiting["confirm"].as_str().unwrap()]).is(0, "succeeded")
}

fn done(case: &Case<'_>, line: &str) -> Value {
    yes(|options| case.run(line, options))
}

fn undo(case: &Case<'_>, query: &Value) -> Value {
    yes(|options| case.json(&[&["undo", query["query"].as_str().unwrap()], options].concat()))
}

/// The line changes the object, and its undo makes it what it was. What the line had made of it, and the undo.
fn there_and_back(case: &Case<'_>, object: &str, line: &str) -> (Value, Value) {
    let now = || state(case.world, &case.namespace, object);
    let before = now();
    let change = done(case, line);
    assert_eq!(change["undo"]["available"], true, "{line}: {change:#}");
    let after = settled(&now, &before);
    assert_ne!(after, before, "{line} changed nothing");
    let back = undo(case, &change);
    assert_eq!(settled(&now, &after), before, "{line} was not taken back by {back:#}");
    (after, back)
}

/// The same, and the undo of the undo does it again.
fn there_and_back_again(case: &Case<'_>, object: &str, line: &str) {
    let now = || state(case.world, &case.namespace, object);
    let before = now();
    let (after, back) = there_and_back(case, object, line);
    let again = undo(case, &back);
    assert_eq!(settled(&now, &before), after, "{line} was not done again by {again:#}");
}

/// The state once it is another one: what is deleted goes when its finalizers and grace are through.
fn settled(now: &impl Fn() -> Value, not: &Value) -> Value {
    until("something changed", || Some(now()).filter(|state| state != not))
}

/// The node controller keeps taints of its own on a node, and would change them between a look and a write.
fn at_rest(world: &World, node: &str) {
    until("the node is at rest", || {
        let node = world.object("default", &format!("node/{node}"));
        let ready = node["status"]["conditions"].to_string().contains("\"Ready\"");
        (ready && !node["spec"]["taints"].to_string().contains("node.kubernetes.io/not-ready")).then_some(())
    });
}

const RICH: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: rich, labels: {app: rich, tier: front}, annotations: {example.com/owner: ada, example.com/note: "a/b ~ c"}}
spec:
  replicas: 1
  selector: {matchLabels: {app: rich}}
  template:
    metadata: {labels: {app: rich}}
    spec:
      tolerations: [{key: a, operator: Exists}, {key: b, operator: Exists}]
      initContainers: [{name: first, image: "example.test/init:1"}]
      volumes: [{name: cache, emptyDir: {}}, {name: more, emptyDir: {}}]
      containers:
      - name: main
        image: example.test/main:1
        args: [serve, --fast]
        env: [{name: A, value: "1"}, {name: B, value: "2"}, {name: C, value: "3"}]
        ports: [{name: http, containerPort: 80}, {name: admin, containerPort: 81}]
        volumeMounts: [{name: cache, mountPath: /cache}]
      - {name: side, image: "example.test/side:1"}
---
apiVersion: v1
kind: Service
metadata: {name: rich}
spec: {selector: {app: rich}, ports: [{name: http, port: 80}, {name: admin, port: 81}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, finalizers: [example.com/keep]}
data: {a: "1", "file.txt": "x"}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
data: {password: b2xk, user: YWRh}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ada}]
"#;

/// A signing request for O=team, CN=ada, whose key was thrown away.
const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWE1IOENBUUF3SFRFTk1Bc0dBMVVFQ2d3RWRHVmhiVEVNTUFvR0ExVUVBd3dEWVdSaE1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVSUlhiUGdpbDhEUUIvSkhaMG03aWpEZVBERXM1ckU1M3o5Z2owN0NZClhaMG1leXYwVDI5SGVReWcyaWV6MXlUa2h6bzhUVjhpTjFXRCtEejYzRUoxbHFBQU1Bb0dDQ3FHU000OUJBTUMKQTBnQU1FVUNJRUkvelgzSUh5SGVKZE9wamIrODlJcDJ2VmJJQmJvUkFVd1E5MkxDYk5rRUFpRUF1Si9xTlF1OApvdmVwWjA1aXhVQkV3TklWNGd5NFFVNWU1R2tLM1JkN2EwQT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==";

fn rich<'w>(world: &'w World, namespace: &str) -> Case<'w> {
    let case = Case::new(world, namespace);
    let output = world.try_kubectl(&["create", "-n", namespace, "-f", "-"], RICH);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    case
}

#[test]
fn changes_of_a_workload_are_taken_back_and_done_again() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-work");
    for line in [
        "kubectl scale deployment rich --replicas=3",
        "kubectl scale deployment rich --replicas=0",
        "kubectl set image deployment/rich main=example.test/main:2 side=example.test/side:2",
        "kubectl set env deployment/rich A=9 D=4",
        "kubectl set env deployment/rich B- -c main",
        "kubectl set resources deployment rich -c main --limits=cpu=200m,memory=64Mi",
        "kubectl set serviceaccount deployment rich robot",
        "kubectl rollout pause deployment/rich",
    ] {
        there_and_back(&case, "deployment/rich", line);
    }
    world.kubectl("set image deployment/rich main=example.test/main:2 -n undo-work");
    until("there is a second revision", || {
        let sets = world.kubectl("get replicasets -n undo-work -l app=rich -o name");
        (sets.lines().count() > 1).then_some(())
    });
    there_and_back(&case, "deployment/rich", "kubectl rollout undo deployment/rich");
    world.kubectl("rollout pause deployment/rich -n undo-work");
    there_and_back(&case, "deployment/rich", "kubectl rollout resume deployment/rich");
    case.verified();
}

#[test]
fn patches_of_every_type_are_taken_back_to_the_letter() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-patch");
    for patch in [
        // An item with a merge key goes, changes, and comes.
        r#"--type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","$patch":"delete"}]}}}}'"#,
        r#"--type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"B","$patch":"delete"},{"name":"E","value":"5"}]}]}}}}'"#,
        r#"--type=strategic -p '{"spec":{"template":{"spec":{"initContainers":[{"name":"second","image":"example.test/init:2"}],"volumes":[{"name":"more","$patch":"delete"}]}}}}'"#,
        // Lists whose key is no name, and lists without any.
        r#"--type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","ports":[{"containerPort":82}]}]}}}}'"#,
        r#"--type=json -p '[{"op":"remove","path":"/spec/template/spec/tolerations/0"}]'"#,
        r#"--type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/args/0","value":"first"},{"op":"remove","path":"/spec/template/spec/containers/0/ports/0"}]'"#,
        // What was not there at all goes again, with the empty objects around it.
        r#"--type=merge -p '{"spec":{"template":{"spec":{"securityContext":{"runAsUser":1000},"nodeSelector":{"disk":"ssd"}}}}}'"#,
        r#"--type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","securityContext":{"runAsNonRoot":true},"livenessProbe":{"httpGet":{"path":"/","port":80}}}]}}}}'"#,
        r#"--type=merge -p '{"spec":{"template":{"spec":{"containers":[{"name":"only","image":"example.test/only:1"}],"tolerations":null}}}}'"#,
        r#"--type=merge -p '{"metadata":{"labels":{"tier":null,"example.com/x.y":"z"},"annotations":{"example.com/note":"other"}},"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'"#,
    ] {
        there_and_back(&case, "deployment/rich", &format!("kubectl patch deployment rich {patch}"));
    }
    for (object, line) in [
        (
            "service/rich",
            r#"kubectl patch service rich --type=json -p '[{"op":"remove","path":"/spec/ports/1"}]'"#,
        ),
        ("service/rich", r#"kubectl patch service rich -p '{"spec":{"ports":[{"port":90,"name":"more"}]}}'"#),
        ("service/rich", "kubectl set selector service rich app=rich,tier=front"),
        (
            "configmap/settings",
            r#"kubectl patch configmap settings -p '{"data":{"a":null,"b":"2","file.txt":"y"}}'"#,
        ),
        (
            "configmap/settings",
            r#"kubectl patch configmap settings -p '{"metadata":{"finalizers":["example.com/more"]}}'"#,
        ),
        (
            "secret/key",
            r#"kubectl patch secret key -p '{"data":{"password":"bmV3","user":null,"more":"eA=="}}'"#,
        ),
        ("rolebinding/readers", "kubectl set subject rolebinding readers --user=bob --group=team"),
    ] {
        there_and_back(&case, object, line);
    }
    world.kubectl(
        "patch configmap settings -n undo-patch --type=merge -p {\"metadata\":{\"finalizers\":null}}",
    );
}

#[test]
fn labels_and_annotations_are_taken_back_whatever_their_keys() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-marks");
    for line in [
        "kubectl label deployment rich tier=back app=other --overwrite",
        "kubectl label deployment rich tier- example.com/team=shop",
        "kubectl annotate deployment rich example.com/owner=bob example.com/new.key=1 --overwrite",
        "kubectl annotate deployment rich example.com/note- example.com/owner-",
    ] {
        there_and_back(&case, "deployment/rich", line);
    }
    // The first and the last one of all.
    there_and_back(&case, "secret/key", "kubectl label secret key example.com/first=1");
    there_and_back(&case, "service/rich", "kubectl annotate service rich example.com/first=1");
}

#[test]
fn nodes_are_taken_back() {
    let Some(world) = world() else { return };
    world.apply("apiVersion: v1\nkind: Node\nmetadata: {name: undone}\nspec: {taints: [{key: suite, effect: NoSchedule}, {key: old, value: x, effect: PreferNoSchedule}]}\n");
    let case = Case::without_namespace(world, "default");
    for line in [
        "kubectl cordon undone",
        "kubectl taint nodes undone new=1:NoSchedule",
        "kubectl taint nodes undone old=y:PreferNoSchedule --overwrite",
        "kubectl taint nodes undone old-",
        "kubectl label node undone example.com/rack=7",
    ] {
        at_rest(world, "undone");
        there_and_back(&case, "node/undone", line);
    }
    world.kubectl("cordon undone");
    there_and_back(&case, "node/undone", "kubectl uncordon undone");
    world.kubectl("delete node undone --wait=false");
}

#[test]
fn custom_resources_are_taken_back_with_their_lists_and_nulls() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "undo-custom");
    world.apply(
        r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boxes.undo.example.test}
spec:
  group: undo.example.test
  names: {kind: Box, plural: boxes, singular: box}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
"#,
    );
    world.kubectl("wait --for=condition=Established crd/boxes.undo.example.test --timeout=60s");
    let object = "boxes.undo.example.test/one";
    until("the kind is served", || {
        let made = world.try_kubectl(
            &["create", "-n", "undo-custom", "-f", "-"],
            "apiVersion: undo.example.test/v1\nkind: Box\nmetadata: {name: one}\n\
             spec: {nothing: null, size: 3, containers: [{name: a, v: 1}, {name: b, v: 2}], words: [x, y], deep: {a: {b: 1}}}\n",
        );
        (made.status.success() || String::from_utf8_lossy(&made.stderr).contains("already exists"))
            .then_some(())
    });
    for patch in [
        r#"{"spec":{"size":5,"more":{"inner":{"leaf":1}}}}"#,
        r#"{"spec":{"nothing":7}}"#,
        r#"{"spec":{"containers":[{"name":"b","v":3},{"name":"c"}],"words":["y"]}}"#,
        r#"{"spec":{"deep":null,"containers":null}}"#,
        r#"{"metadata":{"labels":{"example.com/first":"1"},"annotations":{"a.b/c":"d"}},"spec":{"size":null}}"#,
    ] {
        there_and_back(&case, object, &format!("kubectl patch {object} --type=merge -p '{patch}'"));
    }
    there_and_back(
        &case,
        object,
        &format!(
            r#"kubectl patch {object} --type=json -p '[{{"op":"add","path":"/spec/containers/0","value":{{"name":"z"}}}},{{"op":"add","path":"/spec/empty","value":null}}]'"#
        ),
    );
    there_and_back(&case, object, &format!("kubectl delete {object}"));
    world.kubectl("delete crd boxes.undo.example.test --wait=false");
}

#[test]
fn what_is_made_is_deleted_and_what_is_deleted_is_made_again() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-make");
    for (object, line) in [
        ("configmap/made", "kubectl create configmap made --from-literal=a=b"),
        ("secret/made", "kubectl create secret generic made --from-literal=a=b"),
        ("serviceaccount/made", "kubectl create serviceaccount made"),
        ("role/made", "kubectl create role made --verb=get --resource=pods"),
        ("rolebinding/made", "kubectl create rolebinding made --clusterrole=view --user=ada"),
        ("quota/made", "kubectl create quota made --hard=pods=50"),
        ("poddisruptionbudget/made", "kubectl create pdb made --selector=app=made --min-available=1"),
        ("ingress/made", "kubectl create ingress made --rule=example.test/x=rich:80"),
        ("cronjob/made", "kubectl create cronjob made --image=example.test/a:1 --schedule='0 0 1 1 *'"),
        ("job/made", "kubectl create job made --image=example.test/a:1"),
        ("service/made", "kubectl create service clusterip made --tcp=80:80"),
        ("service/open", "kubectl create service nodeport open --tcp=80:80"),
        ("service/exposed", "kubectl expose deployment rich --name=exposed --port=80"),
        ("horizontalpodautoscaler/rich", "kubectl autoscale deployment rich --min=1 --max=3"),
        ("pod/made", "kubectl run made --image=example.test/a:1 --env=A=1"),
    ] {
        there_and_back(&case, object, line);
        assert!(!world.exists("undo-make", object), "{line}");
    }
    for object in ["service/rich", "secret/key", "rolebinding/readers", "deployment/rich"] {
        there_and_back(&case, object, &format!("kubectl delete {}", object.replace('/', " ")));
    }
    world.kubectl(
        "patch configmap settings -n undo-make --type=merge -p {\"metadata\":{\"finalizers\":null}}",
    );
    let before = [state(world, "undo-make", "configmap/settings"), state(world, "undo-make", "service/rich")];
    let both = done(&case, "kubectl delete configmap/settings service/rich");
    until("both are gone", || {
        (!world.exists("undo-make", "configmap/settings") && !world.exists("undo-make", "service/rich"))
            .then_some(())
    });
    undo(&case, &both);
    assert_eq!(
        [state(world, "undo-make", "configmap/settings"), state(world, "undo-make", "service/rich")],
        before
    );
    case.verified();
}

#[test]
fn only_what_was_done_is_taken_back() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-part");
    world.kubectl("create configmap one --from-literal=a=b -n undo-part");
    world.kubectl("create configmap two --from-literal=a=b -n undo-part");
    let waiting = case.run("kubectl delete configmap one two", &[]).is(4, "awaiting_approval");
    world.kubectl("delete configmap one -n undo-part");
    let query = waiting["query"].as_str().unwrap();
    let hash = waiting["approval_hash"].as_str().unwrap();
    let phrase = waiting["confirm"].as_str().unwrap();
    let gone = case.json(&["approve", query, "--hash", hash, "--confirm", phrase]).is(0, "succeeded");
    assert!(gone["result"]["text"].as_str().unwrap().contains("configmap/one was gone already"), "{gone:#}");
    undo(&case, &gone);
    assert!(world.exists("undo-part", "configmap/two"));
    assert!(!world.exists("undo-part", "configmap/one"), "somebody else has deleted it");
}

#[test]
fn an_undo_can_be_taken_back_too() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-redo");
    for (object, line) in [
        ("deployment/rich", "kubectl scale deployment rich --replicas=3"),
        ("deployment/rich", "kubectl set image deployment/rich main=example.test/main:2"),
        ("deployment/rich", "kubectl set env deployment/rich B- -c main"),
        (
            "deployment/rich",
            r#"kubectl patch deployment rich --type=json -p '[{"op":"remove","path":"/spec/template/spec/tolerations/0"}]'"#,
        ),
        ("deployment/rich", "kubectl label deployment rich tier- example.com/team=shop"),
        ("secret/key", r#"kubectl patch secret key -p '{"data":{"password":"bmV3","user":null}}'"#),
        ("configmap/made", "kubectl create configmap made --from-literal=a=b"),
        ("job/made", "kubectl create job made --image=example.test/a:1"),
        ("service/rich", "kubectl delete service rich"),
    ] {
        there_and_back_again(&case, object, line);
    }
}

#[test]
fn what_has_no_way_back_says_so_before_it_is_done() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-none");
    let told = |line: &str| {
        let waiting = case.run(line, &[]).is(4, "awaiting_approval");
        assert_eq!(waiting["undo"]["available"], false, "{line}: {waiting:#}");
        waiting["undo"]["text"].as_str().unwrap().to_owned()
    };
    assert!(told("kubectl rollout restart deployment/rich").contains("no way back"));
    assert!(told("kubectl delete namespace undo-none").contains("everything inside"));
    let set = world.kubectl("get replicasets -n undo-none -l app=rich -o jsonpath={.items[0].metadata.name}");
    assert!(told(&format!("kubectl delete replicaset {set}")).contains("makes a new ReplicaSet"));
    let restarted = done(&case, "kubectl rollout restart deployment/rich");
    let none = case.json(&["undo", restarted["query"].as_str().unwrap()]).ends(3);
    assert_eq!(none["error"]["code"], "no_undo", "{none:#}");
    // A decision about a certificate is shown, carried out, and final.
    world.apply(&format!(
        "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {{name: undo-none}}\n\
         spec: {{signerName: example.test/none, usages: [client auth], request: {REQUEST}}}\n"
    ));
    assert!(told("kubectl certificate deny undo-none").contains("final"));
    done(&case, "kubectl certificate approve undo-none");
    let decided = world.object("default", "csr/undo-none")["status"]["conditions"][0]["type"].clone();
    assert_eq!(decided, "Approved");
    world.kubectl("delete csr undo-none");
    // What a deletion loses stands beside its way back.
    let web = case.run("kubectl delete deployment web", &[]).is(4, "awaiting_approval");
    let text = web["undo"]["text"].as_str().unwrap();
    assert!(text.contains("new uid") && text.contains("earlier revisions are lost"), "{text}");
}

#[test]
fn an_undo_that_finds_something_else_shows_what_it_wrote_and_what_is_there() {
    let Some(world) = world() else { return };
    let case = rich(world, "undo-moved");
    let refused = |change: &Value| {
        let refused = case.json(&["undo", change["query"].as_str().unwrap(), "--yes"]).is(3, "refused");
        assert_eq!(refused["error"]["code"], "undo_conflict");
        refused
    };
    let image = done(&case, "kubectl set image deployment/rich main=example.test/main:2");
    // Beside it somebody may change what they like.
    world.kubectl("set env deployment/rich F=6 -c main -n undo-moved");
    world.kubectl("scale deployment rich --replicas=2 -n undo-moved");
    undo(&case, &image);
    let rich = world.object("undo-moved", "deployment/rich");
    assert_eq!(
        (&rich["spec"]["replicas"], &rich["spec"]["template"]["spec"]["containers"][0]["image"]),
        (&json!(2), &json!("example.test/main:1"))
    );
    assert!(rich.to_string().contains("\"F\""), "what others did beside it stays");

    let image = done(&case, "kubectl set image deployment/rich main=example.test/main:2");
    world.kubectl("set image deployment/rich main=example.test/main:3 -n undo-moved");
    let conflict = &refused(&image)["conflicts"][0];
    assert_eq!(
        conflict,
        &json!({"object": "deployment.apps/rich", "namespace": "undo-moved",
            "path": "spec.template.spec.containers[name=main].image", "wrote": "example.test/main:2", "found": "example.test/main:3"})
    );
    let secret = done(&case, "kubectl patch secret key -p '{\"data\":{\"password\":\"bmV3\"}}'");
    world.kubectl("patch secret key -n undo-moved -p {\"data\":{\"password\":\"YW5k\"}}");
    let refused_secret = refused(&secret);
    let conflict = &refused_secret["conflicts"][0];
    assert_eq!(
        (&conflict["wrote"], &conflict["found"]),
        (&json!("(hidden)"), &json!("(changed)")),
        "{conflict}"
    );
    assert!(
        !refused_secret.to_string().contains("YW5k") && !secret["diff"].to_string().contains("bmV3"),
        "{refused_secret}"
    );

    let gone = done(&case, "kubectl delete service rich");
    world.apply("apiVersion: v1\nkind: Service\nmetadata: {name: rich, namespace: undo-moved}\nspec: {ports: [{port: 1}]}\n");
    refused(&gone);
    let made = done(&case, "kubectl create configmap mine --from-literal=a=b");
    world.kubectl("delete configmap mine -n undo-moved");
    world.kubectl("create configmap mine --from-literal=a=b -n undo-moved");
    refused(&made);
    assert!(
        world.exists("undo-moved", "configmap/mine"),
        "another object of that name is not ours to delete"
    );
    let shown = case.text(&["undo", image["query"].as_str().unwrap()]);
    assert!(
        shown.err.contains("example.test/main:2") && shown.err.contains("example.test/main:3"),
        "{shown}"
    );
}
