//! What manifests mean: strict reading, plans object by object, the three-way merge, and their level.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::apply::{LAST_APPLIED, annotated, between, result, strategic};
use kubechat_kubectl::command::Editing;
use kubechat_kubectl::documents::inline;
use kubechat_kubectl::plan::{Change, Context, Read, Show, Targets};
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, Level, Plan, Planned, Refusal, classify_with};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n";

fn attached(texts: &[(&str, &str)]) -> Attachments {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn plan_with(line: &str, texts: &[(&str, &str)], facts: &Facts) -> Result<Planned, Refusal> {
    let catalog = Catalog::builtin();
    let now = "2026-02-03T04:05:06Z".parse().expect("a time");
    let attachments = attached(texts);
    Command::parse(line)?.plan(&Context {
        namespace: "here",
        now,
        catalog: &catalog,
        facts,
        attachments: &attachments,
    })
}

fn ready(line: &str, texts: &[(&str, &str)], facts: &Facts) -> Plan {
    match plan_with(line, texts, facts) {
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

fn read(resource: &str, name: &str) -> Read {
    Read {
        resource: resource.to_owned(),
        namespace: Some("here".to_owned()),
        name: Some(name.to_owned()),
        labels: None,
        fields: None,
        chosen: false,
    }
}

#[test]
fn a_bad_manifest_is_told_by_document_and_line() {
    for (text, id, words) in [
        ("kind: Pod\n", "bad-manifest", "w.yaml, line 1: `apiVersion` is missing"),
        (
            "# a\n---\napiVersion: v1\nkind: Pod\n",
            "bad-manifest",
            "w.yaml, line 3: `metadata.name` is missing",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n- 1\n",
            "bad-manifest",
            "w.yaml, line 5: this is not an object",
        ),
        ("apiVersion: v1\nkind: Pod\nkind: Pod\n", "bad-manifest", "line "),
        ("apiVersion: v1\nkind: Teapot\nmetadata: {name: a}\n", "unknown-kind", "`teapot` (w.yaml, line 1)"),
        ("apiVersion: t.test/v1\nkind: Teapot\nmetadata: {name: a}\n", "unknown-kind", "`teapot.t.test`"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a/b}\n", "bad-manifest", "w.yaml, line 1"),
        ("", "bad-manifest", "w.yaml holds no objects"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
            "bad-manifest",
            "w.yaml, line 5: Pod a stands in the manifest twice",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: there}\n",
            "namespace-conflict",
            "namespace there",
        ),
        (
            "{\"apiVersion\": \"v1\",\n \"kind\": \"Pod\", \"kind\": \"Pod\"}",
            "bad-manifest",
            "w.yaml, line 2: not valid JSON: the key `kind` stands twice",
        ),
    ] {
        let refused = refusal("kubectl create -f w.yaml -n here", &[("w.yaml", text)]);
        assert_eq!(refused.id, id, "{text}: {refused}");
        assert!(refused.message.contains(words), "{text}: {refused}");
    }
    assert_eq!(refusal("kubectl create -f -", &[("w.yaml", WEB)]).id, "manifest-stdin");
    assert_eq!(refusal("kubectl create -f other.yaml", &[("w.yaml", WEB)]).id, "manifest-file");
}

#[test]
fn lists_folders_and_labels_say_which_objects() {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"app": "x"}}},
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}},
    ]});
    let list = list.to_string();
    let names = |line: &str, texts: &[(&str, &str)]| -> Vec<String> {
        let plan = ready(line, texts, &Facts::new());
        let name = |targets: &Targets| match targets {
            Targets::Names(names) => names.join("+"),
            Targets::Selected { .. } => "?".to_owned(),
        };
        let told = |operation: &kubechat_kubectl::Operation| {
            let place = operation.namespace.as_deref().unwrap_or("*");
            format!(
                "{} {place} {} {}",
                operation.verb.as_str(),
                operation.resource.qualified(),
                name(&operation.targets)
            )
        };
        plan.operations.iter().map(told).collect()
    };
    let texts = [("d/list.json", list.as_str()), ("d/in/web.yaml", WEB)];
    assert_eq!(names("kubectl create -f d", &texts), ["create here configmaps a", "create * namespaces b"]);
    assert_eq!(names("kubectl delete -f d/ -R -l app=x", &texts), ["delete here configmaps a"]);
    assert_eq!(
        names("kubectl get -f ./d/list.json -f d/in/web.yaml -n there", &texts),
        ["get there configmaps a", "get * namespaces b", "get there deployments.apps web"]
    );
    let two = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: c, namespace: there}\n";
    assert_eq!(
        names("kubectl delete -f p.yaml", &[("p.yaml", two)]),
        ["delete here pods a+b", "delete there pods c"]
    );
    assert_eq!(names("kubectl scale --replicas=3 -f -", &[("-", WEB)]), ["patch here deployments.apps web"]);
    let drawn = names(
        "kubectl create -f j.yaml",
        &[("j.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-}\n")],
    );
    assert!(
        drawn[0].starts_with("create here jobs.batch j-")
            && drawn[0].len() == "create here jobs.batch j-".len() + 5,
        "{drawn:?}"
    );
}

#[test]
fn apply_creates_what_is_missing_and_merges_what_is_there() {
    let Ok(Planned::Need(reads)) = plan_with("kubectl apply -f w.yaml", &[("w.yaml", WEB)], &Facts::new())
    else {
        panic!("nothing was asked for")
    };
    assert_eq!(reads, [read("deployments.apps", "web")]);
    let missing = Facts::from([(reads[0].clone(), Vec::new())]);
    let plan = ready("kubectl apply -f w.yaml", &[("w.yaml", WEB)], &missing);
    let Some(Change::Create { body }) = &plan.operations[0].change else { panic!("{plan:?}") };
    let note = body["metadata"]["annotations"][LAST_APPLIED].as_str().expect("a note");
    assert!(note.ends_with("}\n"));
    let wanted = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 2},
        "metadata": {"name": "web", "namespace": "here", "annotations": {}}});
    assert_eq!(serde_json::from_str::<Value>(note).expect("JSON"), wanted);
    let there = Facts::from([(reads[0].clone(), vec![json!({"metadata": {"name": "web"}})])]);
    let plan = ready("kubectl apply -f w.yaml", &[("w.yaml", WEB)], &there);
    assert!(matches!(plan.operations[0].change, Some(Change::Apply { original: None, .. })), "{plan:?}");
    let plan = ready("kubectl apply --server-side --force-conflicts -f w.yaml", &[("w.yaml", WEB)], &there);
    assert!(matches!(plan.operations[0].change, Some(Change::ServerApply { force: true, .. })), "{plan:?}");
    let plan = ready("kubectl diff -f w.yaml --show-secrets", &[("w.yaml", WEB)], &there);
    assert!(plan.dry_run && plan.show == Show::Diff { secrets: true }, "{plan:?}");
    let plan = ready("kubectl replace --force -f w.yaml", &[("w.yaml", WEB)], &there);
    assert!(matches!(plan.operations[0].change, Some(Change::Recreate { .. })), "{plan:?}");
    for (line, id) in [
        ("kubectl apply --force-conflicts -f w.yaml", "bad-value"),
        ("kubectl apply --prune -f w.yaml", "missing-value"),
        ("kubectl apply -k here", "manifest-file"),
        ("kubectl apply --subresource=status -f w.yaml", "bad-combination"),
    ] {
        match plan_with(line, &[("w.yaml", WEB)], &there) {
            Err(refused) => assert_eq!(refused.id, id, "{line}: {refused}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn prune_deletes_what_was_applied_and_is_no_longer_written() {
    let line = "kubectl apply -f w.yaml --prune -l app=x --prune-allowlist=core/v1/ConfigMap";
    let web = WEB.replace("{name: web}", "{name: web, labels: {app: x}}");
    let texts = [("w.yaml", web.as_str())];
    let list = Read {
        resource: "configmaps".into(),
        namespace: Some("here".into()),
        name: None,
        labels: Some("app=x".into()),
        fields: None,
        chosen: false,
    };
    let noted = |name: &str| json!({"metadata": {"name": name, "annotations": {LAST_APPLIED: "{}"}}});
    let facts = Facts::from([
        (read("deployments.apps", "web"), Vec::new()),
        (list, vec![noted("old"), json!({"metadata": {"name": "by-hand"}})]),
    ]);
    let plan = ready(line, &texts, &facts);
    assert_eq!(plan.operations.len(), 2);
    assert_eq!(plan.operations[1].targets, Targets::Names(vec!["old".to_owned()]));
    assert!(matches!(plan.operations[1].change, Some(Change::Delete { .. })));
}

#[test]
fn an_edit_is_what_the_person_changed() {
    let live = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "here", "resourceVersion": "7", "uid": "u"},
        "spec": {"replicas": 4, "paused": true}});
    let facts = Facts::from([(read("deployments.apps", "web"), vec![live.clone()])]);
    let seen = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: here, resourceVersion: '6'}\nspec: {replicas: 2, paused: true}\n";
    let edited = seen.replace("paused: true", "paused: false");
    let line = "kubectl edit deployment web";
    let plan = ready(line, &[("edited", &edited), ("original", seen)], &facts);
    let Some(Change::Apply { body, original }) = &plan.operations[0].change else { panic!("{plan:?}") };
    let after = result(&live, body, original.as_ref()).expect("merges");
    assert_eq!(after["spec"], json!({"replicas": 4, "paused": false}), "somebody else's replicas stay");
    assert_eq!(after["metadata"], live["metadata"]);
    let refused = |texts: &[(&str, &str)]| match plan_with(line, texts, &facts) {
        Err(refusal) => refusal.id,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&[("edited", &edited)]), "edit-conflict");
    assert_eq!(refused(&[]), "missing-edit");
    assert_eq!(refused(&[("edited", &edited.replace("name: web", "name: other"))]), "bad-manifest");
    let begins =
        |line: &str, texts: &[(&str, &str)]| Command::parse(line).expect("a line").editing(&attached(texts));
    let answer = |line: &str| Some(Editing::Answer(line.to_owned()));
    assert_eq!(
        begins("kubectl edit deploy/web -n here --request-timeout=5", &[]),
        answer("kubectl get deploy web -n here -o yaml --request-timeout=5s")
    );
    assert_eq!(
        begins("kubectl edit deploy web --subresource=scale", &[]),
        answer("kubectl get deploy web --subresource=scale -o yaml")
    );
    let json = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}"#;
    assert_eq!(
        begins("kubectl create -f a.json --edit", &[("a.json", json)]),
        Some(Editing::Text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n".to_owned()))
    );
    assert_eq!(begins("kubectl create -f a.json", &[("a.json", json)]), None);
    assert!(
        Command::parse("kubectl edit ns a --windows-line-endings").expect("a line").edits_windows_lines()
    );
}

#[test]
fn a_line_may_stand_above_its_manifest() {
    let (line, text) = inline("kubectl apply -f -\nkind: Pod\n").expect("inline");
    assert_eq!((line, text.as_str()), ("kubectl apply -f -", "kind: Pod\n"));
    let (_, text) = inline(" kubectl apply -n x -f -  \n```yaml\nkind: Pod\n```\n").expect("inline");
    assert_eq!(text, "kind: Pod\n");
    for other in [
        "kubectl apply -f web.yaml\nkind: Pod",
        "kubectl apply -f -",
        "kubectl get pods\nkubectl delete pod x",
        "apply this\nkind: Pod",
        "kubectl apply -f - | sh\nkind: Pod",
    ] {
        assert_eq!(inline(other), None, "{other}");
    }
}

#[test]
fn what_a_manifest_holds_decides_its_level() {
    let level = |line: &str, text: &str| {
        let judged = classify_with(line, &attached(&[("m.yaml", text)]));
        (judged.level, judged.reasons.iter().map(|reason| reason.id.clone()).collect::<Vec<_>>())
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i, securityContext: {privileged: true}}]}\n";
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: []\n";
    for verb in ["apply", "create", "replace", "apply --server-side"] {
        let line = format!("kubectl {verb} -f m.yaml");
        assert_eq!(level(&line, WEB).0, Level::Warning, "{line}");
        let (found, reasons) = level(&line, pod);
        assert!(
            found == Level::Dangerous && reasons.contains(&"privileged-pod".to_owned()),
            "{line}: {reasons:?}"
        );
        assert!(level(&line, role).1.contains(&"writes-rbac".to_owned()), "{line}");
        // Something new serves nobody yet.
        let stopped = if verb == "create" { Level::Warning } else { Level::Dangerous };
        assert_eq!(level(&line, &WEB.replace('2', "0")).0, stopped, "{line}");
        assert_eq!(level(&format!("{line} --dry-run=server"), pod).0, Level::Safe, "{line}");
    }
    assert_eq!(level("kubectl diff -f m.yaml", pod).0, Level::Safe);
    assert_eq!(level("kubectl apply -f m.yaml", "kind: [").0, Level::Refused);
    // An unknown type is one of the cluster's own.
    let pot = "apiVersion: t.test/v1\nkind: Teapot\nmetadata: {name: a}\n";
    assert_eq!(level("kubectl apply -f m.yaml", pot).0, Level::Warning);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
    assert_eq!(level("kubectl get -f m.yaml -o yaml", secret).0, Level::Warning);
}

fn pod(containers: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers}})
}

/// The live object after an earlier `apply` of `last`, with what others did to it.
fn applied(last: &Value, live: Value) -> Value {
    let mut live = live;
    live["metadata"]["annotations"][LAST_APPLIED] =
        annotated(last)["metadata"]["annotations"][LAST_APPLIED].clone();
    live
}

#[test]
fn three_ways_are_merged_by_the_keys_of_the_kind() {
    let merged = |last: Value, live: Value, new: Value| {
        let live = applied(&pod(last), pod(live));
        result(&live, &pod(new), None).expect("merges")["spec"]["containers"].take()
    };
    // Dropped from the manifest: gone. Added by somebody else: kept, in its place. Wanted: as it is wanted.
    assert_eq!(
        merged(
            json!([{"name": "a", "image": "1", "tty": true}, {"name": "b", "image": "1"}]),
            json!([{"name": "side", "image": "s"}, {"name": "a", "image": "1", "tty": true, "stdin": true}, {"name": "b", "image": "1"}]),
            json!([{"name": "a", "image": "2", "env": null}, {"name": "c", "image": "1"}]),
        ),
        json!([{"name": "side", "image": "s"}, {"name": "a", "image": "2", "stdin": true}, {"name": "c", "image": "1"}])
    );
    assert_eq!(
        merged(json!([]), json!([{"name": "a"}, {"name": "b"}]), json!([{"name": "b"}, {"name": "a"}])),
        json!([{"name": "b"}, {"name": "a"}])
    );
    // One port for two protocols: the key tells nothing apart, so the list is what is wanted.
    let ports = json!([{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]);
    let both = merged(
        json!([]),
        json!([{"name": "a", "ports": [{"containerPort": 53, "protocol": "TCP"}]}]),
        json!([{"name": "a", "ports": ports}]),
    );
    assert_eq!(both[0]["ports"], ports);
    let nameless = result(&pod(json!([{"name": "a"}])), &pod(json!([{"image": "i"}])), None);
    assert!(nameless.expect_err("no key").to_string().contains("`containers` has no `name`"));
}

#[test]
fn strategies_replace_and_retain() {
    let deployment = |strategy: Value| json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": {"strategy": strategy}});
    let live = deployment(json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}));
    let after = result(&live, &deployment(json!({"type": "Recreate"})), None).expect("merges");
    assert_eq!(after["spec"]["strategy"], json!({"type": "Recreate"}));
    let budget = |labels: Value| json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": {"selector": {"matchLabels": labels}}});
    let after = result(&budget(json!({"a": "1"})), &budget(json!({"b": "2"})), None).expect("merges");
    assert_eq!(after["spec"]["selector"]["matchLabels"], json!({"b": "2"}));
    // A custom kind has no keys: its lists are taken whole.
    let custom = |list: Value| json!({"apiVersion": "t.test/v1", "kind": "Teapot", "metadata": {"name": "a"}, "list": list});
    let after =
        result(&custom(json!([{"name": "x"}])), &custom(json!([{"name": "y"}])), None).expect("merges");
    assert_eq!(after["list"], json!([{"name": "y"}]));
    let stale = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "resourceVersion": "1"}});
    let mut live = pod(json!([]));
    live["metadata"]["resourceVersion"] = "2".into();
    assert!(result(&live, &stale, None).expect_err("stale").to_string().contains("resourceVersion 1"));
}

#[test]
fn strategic_patches_follow_their_directives() {
    let live = pod(json!([{"name": "a", "tty": true}, {"name": "b"}]));
    let patched = |patch: Value| strategic(&live, &patch)["spec"]["containers"].take();
    assert_eq!(
        patched(
            json!({"spec": {"containers": [{"name": "b", "$patch": "delete"}, {"name": "a", "stdin": true}]}})
        ),
        json!([{"name": "a", "tty": true, "stdin": true}])
    );
    assert_eq!(
        patched(json!({"spec": {"containers": [{"$patch": "replace"}, {"name": "c"}]}})),
        json!([{"name": "c"}])
    );
    let live = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"finalizers": ["x", "y"]}});
    let after = strategic(
        &live,
        &json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["x"], "finalizers": ["z"]}}),
    );
    assert_eq!(after["metadata"]["finalizers"], json!(["y", "z"]));
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![Just(json!(1)), Just(json!(2)), Just(json!("x")), Just(json!(true))]
}

/// A container: a few fields, any of which may be absent, and a merged list inside.
fn container() -> impl Strategy<Value = Map<String, Value>> {
    let env = proptest::collection::btree_map(prop_oneof![Just("A"), Just("B"), Just("C")], scalar(), 0..3);
    let fields = proptest::collection::btree_map(
        prop_oneof![Just("image"), Just("tty"), Just("stdin")],
        scalar(),
        0..3,
    );
    (fields, proptest::option::of(env)).prop_map(|(fields, env)| {
        let mut map: Map<String, Value> =
            fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        if let Some(env) = env {
            let items = env.into_iter().map(|(name, value)| json!({"name": name, "value": value}));
            map.insert("env".to_owned(), items.collect());
        }
        map
    })
}

fn object() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")];
    let labels =
        proptest::collection::btree_map(prop_oneof![Just("k"), Just("l"), Just("m")], scalar(), 0..3);
    let containers = proptest::collection::btree_map(name, container(), 0..4);
    (containers, labels, any::<bool>()).prop_map(|(containers, labels, turned)| {
        let mut list: Vec<Value> = containers
            .into_iter()
            .map(|(name, mut fields)| {
                fields.insert("name".to_owned(), name.into());
                Value::Object(fields)
            })
            .collect();
        if turned {
            list.reverse();
        }
        let mut object = pod(list.into());
        object["metadata"]["labels"] = json!(labels);
        object
    })
}

/// Whether everything in `part` is in `whole`; items of lists by their names.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|found| holds(found, value)))
        }
        (Value::Array(whole), Value::Array(part)) => part.iter().all(|item| {
            whole.iter().any(|found| found.get("name") == item.get("name") && holds(found, item))
        }),
        (whole, part) => whole == part,
    }
}

proptest! {
    /// What is wanted is there afterwards, and applying it again changes nothing.
    #[test]
    fn apply_gives_what_is_wanted_and_is_done_once(last in object(), live in object(), new in object()) {
        let live = applied(&last, live);
        let once = result(&live, &new, None).expect("merges");
        prop_assert!(holds(&once, &new), "{once:#}");
        prop_assert_eq!(&result(&once, &new, None).expect("merges"), &once);
        prop_assert_eq!(between(&once, &once), json!({}));
    }

    /// What neither manifest names belongs to others and stays.
    #[test]
    fn what_nobody_applied_is_kept(last in object(), live in object(), new in object()) {
        let live = applied(&last, live);
        let after = result(&live, &new, None).expect("merges");
        let list = |object: &Value| object["spec"]["containers"].as_array().cloned().unwrap_or_default();
        let find = |object: &Value, name: &Value| list(object).into_iter().find(|item| &item["name"] == name);
        for item in list(&live) {
            let (was, wanted, now) = (find(&last, &item["name"]), find(&new, &item["name"]), find(&after, &item["name"]));
            match (was, wanted) {
                (None, None) => prop_assert_eq!(now, Some(item)),
                (Some(_), None) => prop_assert_eq!(now, None),
                (was, Some(wanted)) => {
                    let now = now.expect("it is wanted");
                    for (key, value) in item.as_object().expect("an object") {
                        let named = was.as_ref().is_some_and(|was| was.get(key).is_some()) || wanted.get(key).is_some();
                        prop_assert!(named || now.get(key) == Some(value), "{key} of {now:#}");
                    }
                }
            }
        }
        for (key, value) in live["metadata"]["labels"].as_object().expect("labels") {
            let named = last["metadata"]["labels"].get(key).is_some() || new["metadata"]["labels"].get(key).is_some();
            prop_assert!(named || after["metadata"]["labels"].get(key) == Some(value));
        }
    }

    /// An edit and its inverse come back to where they began, also when somebody else has changed other things.
    #[test]
    fn an_edit_can_be_taken_back(before in object(), after in object()) {
        let edited = result(&before, &after, Some(&before)).expect("merges");
        let back = result(&edited, &before, Some(&after)).expect("merges");
        let sorted = |object: &Value| {
            let mut object = object.clone();
            if let Some(list) = object["spec"]["containers"].as_array_mut() {
                list.sort_by_key(|item| item["name"].to_string());
                for env in list.iter_mut().filter_map(|item| item.get_mut("env")?.as_array_mut()) {
                    env.sort_by_key(|item| item["name"].to_string());
                }
            }
            object
        };
        prop_assert_eq!(sorted(&edited), sorted(&after));
        prop_assert_eq!(sorted(&back), sorted(&before));
    }

    /// No text, however broken, does more than be refused.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = plan_with("kubectl apply -f -", &[("-", &text)], &Facts::new());
        let _ = inline(&format!("kubectl apply -f -\n{text}"));
    }
}

#[test]
fn what_others_added_stands_where_the_server_would_put_it() {
    let pod = |names: &[&str]| {
        let env: Vec<Value> = names.iter().map(|name| json!({"name": name, "value": "1"})).collect();
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "m", "env": env}]}})
    };
    let names = |merged: Value| -> String {
        let env = merged["spec"]["containers"][0]["env"].as_array().cloned().unwrap_or_default();
        env.iter().filter_map(|item| item["name"].as_str()).collect()
    };
    for (last, live, wanted, merged) in [
        // Before the first of the wanted order that it preceded, else behind all.
        ("AB", "ABD", "AB", "ABD"),
        ("AB", "DAB", "AB", "DAB"),
        ("AB", "ADB", "BA", "DBA"),
        // What goes leaves its place to what comes, which others then precede.
        ("AB", "ABD", "CA", "DCA"),
        ("A", "AD", "CA", "CAD"),
        ("AB", "ABD", "C", "DC"),
    ] {
        let letters =
            |text: &'static str| text.split("").filter(|letter| !letter.is_empty()).collect::<Vec<_>>();
        let mut there = pod(&letters(live));
        let note = pod(&letters(last)).to_string();
        there["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": note});
        let result = kubechat_kubectl::apply::result(&there, &pod(&letters(wanted)), None).unwrap();
        assert_eq!(names(result), merged, "{last} {live} {wanted}");
    }
}
