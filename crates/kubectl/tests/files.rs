//! What comes in files besides manifests: keys of ConfigMaps and Secrets, templates, a container for debugging.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubechat_kubectl::documents::{BYTES, attachment_of};
use kubechat_kubectl::plan::{Change, ConfigPart, Context, Read, Show, Targets};
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, Plan, Planned, Refusal};
use serde_json::{Value, json};

fn plan_with(line: &str, texts: &[(&str, &str)], facts: &Facts) -> Result<Planned, Refusal> {
    let catalog = Catalog::builtin();
    let attachments: Attachments =
        texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let ctx = Context { namespace: "here", now, catalog: &catalog, facts, attachments: &attachments };
    Command::parse(line)?.plan(&ctx)
}

fn ready(line: &str, texts: &[(&str, &str)]) -> Plan {
    match plan_with(line, texts, &Facts::new()) {
        Ok(Planned::Ready(plan)) => plan,
        other => panic!("{line}: {other:?}"),
    }
}

fn refusal(line: &str, texts: &[(&str, &str)]) -> Refusal {
    match plan_with(line, texts, &Facts::new()) {
        Err(refusal) => refusal,
        other => panic!("{line}: {other:?}"),
    }
}

fn body(plan: &Plan) -> &Value {
    match &plan.operations[0].change {
        Some(Change::Create { body }) => body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_become_keys() {
    let bytes = attachment_of(vec![0xff, 0xfe]);
    assert!(bytes.starts_with(BYTES), "{bytes}");
    let files = [("a.txt", "one\n"), ("d/b.conf", "two"), ("d/c.bin", bytes.as_str())];
    let line = "kubectl create configmap x --from-file=a.txt --from-file=other=./a.txt --from-file=d --from-literal=k=v";
    let plan = ready(line, &files);
    assert_eq!(body(&plan)["data"], json!({"a.txt": "one\n", "other": "one\n", "b.conf": "two", "k": "v"}));
    assert_eq!(body(&plan)["binaryData"], json!({"c.bin": STANDARD.encode([0xff, 0xfe])}));
    let secret = ready("kubectl create secret generic x --from-file=d", &files);
    assert_eq!(
        body(&secret)["data"],
        json!({"b.conf": STANDARD.encode("two"), "c.bin": STANDARD.encode([0xff, 0xfe])})
    );
    let places = Command::parse(line).map(|command| command.sources()).unwrap_or_default();
    let told: Vec<(&str, bool)> = places.iter().map(|place| (place.path.as_str(), place.folder)).collect();
    assert_eq!(told, [("a.txt", true), ("./a.txt", false), ("d", true)]);
    assert!(places.iter().all(|place| place.data));
}

#[test]
fn an_attachment_means_its_bytes_whatever_they_look_like() {
    let looks = format!("{BYTES}AAAA");
    let text = attachment_of(looks.clone().into_bytes());
    let plan = ready("kubectl create configmap x --from-file=f", &[("f", &text)]);
    assert_eq!(body(&plan)["data"]["f"], looks);
}

#[test]
fn lines_of_variables_become_keys() {
    let text = "\u{feff}# comment\n\n  A=1\nB=two = three \r\nC=\n";
    let plan = ready("kubectl create configmap x --from-env-file=f.env", &[("f.env", text)]);
    assert_eq!(body(&plan)["data"], json!({"A": "1", "B": "two = three ", "C": ""}));
    let line = "kubectl create secret generic x --from-env-file=f.env";
    assert!(
        refusal(line, &[("f.env", "A\n")])
            .message
            .contains("line 1: `A` takes its value from the environment")
    );
    assert!(refusal(line, &[("f.env", "A=1\n2x=1\n")]).message.contains("line 2: `2x`"));
}

#[test]
fn keys_that_cannot_be_are_refused() {
    let files = [("d/a", "1"), ("d/b", "2"), ("e/a", "3"), ("bad key", "4")];
    for (flags, words) in [
        ("--from-file=k=d", "is a folder"),
        ("--from-file=d --from-file=e", "`a` is given twice"),
        ("--from-file='bad key'", "is not a key"),
        ("--from-file=..x=d/a", "is not a key"),
        ("--from-file=d/a --from-literal=a=1", "given twice"),
        ("--from-file=d/a --from-env-file=d/b", "can't be combined"),
        ("--from-file=none", "did not come with it"),
        ("--from-literal='x y=1'", "is not a key"),
    ] {
        let line = format!("kubectl create configmap x {flags}");
        let told = refusal(&line, &files).message;
        assert!(told.contains(words), "{line}: {told}");
    }
}

#[test]
fn a_certificate_and_its_key() {
    let (cert, key) = ("-----BEGIN CERTIFICATE-----\nx\n", "-----BEGIN PRIVATE KEY-----\ny\n");
    let line = "kubectl create secret tls x --cert=c --key=k";
    let plan = ready(line, &[("c", cert), ("k", key)]);
    assert_eq!(body(&plan)["type"], "kubernetes.io/tls");
    assert_eq!(
        body(&plan)["data"],
        json!({"tls.crt": STANDARD.encode(cert), "tls.key": STANDARD.encode(key)})
    );
    assert!(refusal(line, &[("c", key), ("k", cert)]).message.contains("holds no PEM"));
    let pull = "kubectl create secret docker-registry x --from-file=";
    let plan = ready(&format!("{pull}.dockerconfigjson=l"), &[("l", "{}")]);
    assert_eq!(body(&plan)["data"], json!({".dockerconfigjson": STANDARD.encode("{}")}));
    assert!(refusal(&format!("{pull}l"), &[("l", "{}")]).message.contains("`.dockerconfigjson`"));
}

#[test]
fn a_hash_of_what_it_holds_ends_the_name() {
    let name = |line: &str| match &ready(line, &[]).operations[0].targets {
        Targets::Names(names) => names[0].clone(),
        other => panic!("{other:?}"),
    };
    let one = name("kubectl create configmap x --from-literal=a=1 --append-hash");
    assert!(one.starts_with("x-") && one.len() == 12, "{one}");
    assert_ne!(one, name("kubectl create configmap x --from-literal=a=2 --append-hash"));
    assert_eq!(name("kubectl create configmap x --from-literal=a=1"), "x");
}

#[test]
fn a_saved_configuration_is_noted_on_whatever_is_made() {
    let note = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";
    for line in
        ["create namespace x", "create deployment x --image=i", "run x --image=i", "create configmap x"]
    {
        let plain = ready(&format!("kubectl {line}"), &[]);
        assert!(body(&plain).pointer(note).is_none(), "{line}");
        let saved = ready(&format!("kubectl {line} --save-config"), &[]);
        assert!(body(&saved).pointer(note).is_some_and(Value::is_string), "{line}");
    }
}

#[test]
fn templates_come_in_files() {
    let show = |line: &str, text: &str| ready(&format!("kubectl {line}"), &[("t", text)]).show;
    let columns = show("get pods -o custom-columns-file=t", "A   B\n.metadata.name  .spec.nodeName\n");
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        columns,
        Show::CustomColumns { columns: vec![pair("A", ".metadata.name"), pair("B", ".spec.nodeName")] }
    );
    assert!(
        matches!(show("get pods -o jsonpath-file=t", "{.items}"), Show::JsonPath(path) if path.template == "{.items}")
    );
    assert!(
        matches!(show("create ns x -o go-template-file=t", "{{.kind}}"), Show::GoTemplate(found) if found.template == "{{.kind}}")
    );
    let viewed = show("config view -o jsonpath-file=t", "{.users}");
    assert!(
        matches!(&viewed, Show::Config(ConfigPart::Whole { print, .. }) if matches!(**print, Show::JsonPath(_))),
        "{viewed:?}"
    );
    let bad = refusal("kubectl get pods -o custom-columns-file=t", &[("t", "A B\n.x\n")]);
    assert!(bad.message.contains("2 headers in its first line and 1 paths"), "{}", bad.message);
    assert!(
        refusal("kubectl get pods -o jsonpath-file=t", &[("t", "{.a")])
            .message
            .contains("can't read the template")
    );
    assert!(refusal("kubectl get pods -o jsonpath-file=https://x/t", &[]).id == "remote-manifest");
}

#[test]
fn variables_come_from_the_keys_of_a_secret_and_never_its_values() {
    let read = |resource: &str, name: &str| Read {
        resource: resource.to_owned(),
        namespace: Some("here".to_owned()),
        name: Some(name.to_owned()),
        labels: None,
        fields: None,
        chosen: resource != "secrets",
    };
    let line = "kubectl set env deployment/web --from=secret/db --prefix=DB_ --keys=user,pass-word";
    let mut facts = Facts::new();
    facts.insert(
        read("secrets", "db"),
        vec![json!({"metadata": {"name": "db"}, "data": {"user": "aHVudGVyMg==", "pass-word": "aHVudGVyMg==", "other": ""}})],
    );
    assert!(
        matches!(plan_with(line, &[], &facts), Ok(Planned::Need(reads)) if reads == [read("deployments.apps", "web")])
    );
    let web = json!({"metadata": {"name": "web"}, "spec": {"template": {"spec": {"containers": [{"name": "c", "env": [{"name": "A"}]}]}}}});
    facts.insert(read("deployments.apps", "web"), vec![web]);
    let Ok(Planned::Ready(plan)) = plan_with(line, &[], &facts) else { panic!("no plan") };
    let Some(Change::StrategicPatch { body }) = &plan.operations[0].change else { panic!("no patch") };
    let container = &body["spec"]["template"]["spec"]["containers"][0];
    let from = |key: &str| json!({"secretKeyRef": {"name": "db", "key": key}});
    assert_eq!(
        container["env"],
        json!([{"name": "DB_PASS_WORD", "value": null, "valueFrom": from("pass-word")}, {"name": "DB_USER", "value": null, "valueFrom": from("user")}])
    );
    assert_eq!(
        container["$setElementOrder/env"],
        json!([{"name": "A"}, {"name": "DB_PASS_WORD"}, {"name": "DB_USER"}])
    );
    assert!(!format!("{plan:?}").contains("aHVudGVyMg"), "no value is in the plan");
}

#[test]
fn exec_takes_its_pod_from_a_manifest() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n";
    let Ok(Planned::Need(reads)) =
        plan_with("kubectl exec -f p.yaml -- ls", &[("p.yaml", pod)], &Facts::new())
    else {
        panic!("no reads")
    };
    assert_eq!((reads[0].name.as_deref(), reads[0].namespace.as_deref()), (Some("web"), Some("shop")));
    let two = format!("{pod}---\n{}", pod.replace("web", "api"));
    assert!(refusal("kubectl exec -f p.yaml -- ls", &[("p.yaml", &two)]).message.contains("is about one"));
}

#[test]
fn a_debugging_container_takes_fields_from_a_file() {
    let line = "kubectl debug node/n1 --image=tools --custom=c.yaml";
    let mut facts = Facts::new();
    let node = Read {
        resource: "nodes".to_owned(),
        namespace: None,
        name: Some("n1".to_owned()),
        labels: None,
        fields: None,
        chosen: false,
    };
    facts.insert(node, vec![json!({"metadata": {"name": "n1"}})]);
    let custom = "securityContext: {runAsUser: 7}\nenv: [{name: A, value: b}]\n";
    let Ok(Planned::Ready(plan)) = plan_with(line, &[("c.yaml", custom)], &facts) else { panic!("no plan") };
    let container = &body(&plan)["spec"]["containers"][0];
    assert_eq!(
        (&container["securityContext"]["runAsUser"], &container["env"][0]["value"]),
        (&json!(7), &json!("b"))
    );
    assert_eq!(container["image"], "tools");
    let refused = |text: &str| plan_with(line, &[("c.yaml", text)], &facts).unwrap_err().message;
    assert!(refused("image: evil\n").contains("can't set `image`"));
    assert!(refused("- a\n").contains("is not a container"));
}

#[test]
fn a_dump_reads_nodes_and_each_namespace_and_no_secret() {
    let plan = ready("kubectl cluster-info dump --namespaces=a,b", &[]);
    let read: Vec<String> = plan.operations.iter().map(|one| one.resource.qualified()).collect();
    assert_eq!(
        read.iter().filter(|name| *name == "pods").count(),
        4,
        "the pods of two namespaces, and their logs"
    );
    assert!(!read.iter().any(|name| name.contains("secret") || name.contains("configmap")), "{read:?}");
    assert_eq!(plan.operations[0].resource.plural, "nodes");
    let own = ready("kubectl cluster-info dump", &[]);
    let places: Vec<&str> = own.operations.iter().filter_map(|one| one.namespace.as_deref()).collect();
    assert!(places.contains(&"kube-system") && places.contains(&"here"), "{places:?}");
}

#[test]
fn what_is_local_asks_nothing_and_shows_the_changed_manifest() {
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: c, image: old}, {name: d, image: d}]}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: old}]}\n";
    let files = [("w.yaml", web)];
    for (line, pointer, wanted) in [
        ("set image c=new", "/spec/template/spec/containers/0/image", json!("new")),
        ("set env A=b", "/spec/template/spec/containers/1/env/0/value", json!("b")),
        ("set resources --limits=cpu=1", "/spec/template/spec/containers/0/resources/limits/cpu", json!("1")),
        ("label x=y", "/metadata/labels/x", json!("y")),
        ("annotate x=y", "/metadata/annotations/x", json!("y")),
        ("patch -p '{\"metadata\":{\"labels\":{\"a\":\"b\"}}}'", "/metadata/labels/a", json!("b")),
    ] {
        let plan = ready(&format!("kubectl {line} -f w.yaml --local -o yaml"), &files);
        assert!(plan.operations.is_empty() && !plan.mutates(), "{line}");
        let Show::Written { objects, print } = &plan.show else { panic!("{line}: {:?}", plan.show) };
        assert_eq!((objects.len(), print.as_ref()), (2, &Show::Yaml), "{line}");
        assert_eq!(objects[0].pointer(pointer), Some(&wanted), "{line}");
    }
    let named = ready("kubectl set image c=new -f w.yaml --local", &files);
    assert_eq!(
        named.show,
        Show::Text { text: "deployment.apps/web image updated\npod/p image updated".to_owned() }
    );
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
    let told = refusal("kubectl label -f s.yaml a=b --local -o yaml", &[("s.yaml", secret)]).message;
    assert!(told.contains("What a Secret holds is not printed"), "{told}");
}
