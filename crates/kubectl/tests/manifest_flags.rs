//! What flags make of verbs that work on manifests: parts of objects, edits before a creation, what is not overwritten,
//! and which rights are added to a role.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::apply::{LAST_APPLIED, conflict};
use kubechat_kubectl::plan::{Change, Context, Read};
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, Plan, Planned, Refusal};
use serde_json::{Value, json};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n";

fn plan(line: &str, texts: &[(&str, &str)], live: Option<&Value>) -> Result<Plan, Refusal> {
    let attachments: Attachments =
        texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let (catalog, mut facts) = (Catalog::builtin(), Facts::new());
    let now = "2026-02-03T04:05:06Z".parse().expect("a time");
    loop {
        let ctx =
            Context { namespace: "here", now, catalog: &catalog, facts: &facts, attachments: &attachments };
        match Command::parse(line)?.plan(&ctx)? {
            Planned::Ready(plan) => return Ok(plan),
            Planned::Need(reads) => {
                facts.extend(reads.into_iter().map(|read: Read| (read, live.into_iter().cloned().collect())));
            }
        }
    }
}

fn refused(line: &str, texts: &[(&str, &str)], live: Option<&Value>) -> &'static str {
    plan(line, texts, live).expect_err(line).id
}

fn deployment(replicas: i64, applied: Option<&Value>) -> Value {
    let mut live = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "here"}, "spec": {"replicas": replicas}});
    if let Some(applied) = applied {
        live["metadata"]["annotations"] = json!({LAST_APPLIED: applied.to_string()});
    }
    live
}

#[test]
fn a_part_of_an_object_is_written_at_its_own_address() {
    let live = deployment(2, None);
    let with_status = format!("{WEB}status: {{replicas: 7}}\n");
    for (line, change) in [
        ("kubectl replace -f w.yaml --subresource=status", "replace"),
        ("kubectl apply --server-side -f w.yaml --subresource=status", "server_apply"),
    ] {
        let plan = plan(line, &[("w.yaml", &with_status)], Some(&live)).expect(line);
        let [operation] = plan.operations.as_slice() else { panic!("{line}: {plan:?}") };
        assert_eq!(operation.subresource.as_deref(), Some("status"), "{line}");
        let body = operation.change.as_ref().and_then(Change::body).expect(line);
        assert_eq!(body["status"], json!({"replicas": 7}), "{line}");
        assert_eq!(json!(operation.change)["kind"], change, "{line}");
    }
    let texts = [("w.yaml", WEB)];
    for (line, live, id) in [
        ("kubectl apply -f w.yaml --subresource=status", Some(&live), "bad-combination"),
        ("kubectl replace -f w.yaml --subresource=status --force", Some(&live), "bad-combination"),
        (
            "kubectl apply --server-side -f w.yaml --subresource=status --prune",
            Some(&live),
            "bad-combination",
        ),
        ("kubectl apply --server-side -f w.yaml --subresource=status", None, "not-found"),
        ("kubectl replace -f w.yaml --subresource=resize", Some(&live), "unsupported"),
        ("kubectl patch deploy web --subresource=resize -p '{\"a\":1}'", Some(&live), "unsupported"),
    ] {
        assert_eq!(refused(line, &texts, live), id, "{line}");
    }
}

#[test]
fn an_edited_part_is_patched_by_what_was_edited_in_it() {
    let live = deployment(2, None);
    let scale = "apiVersion: autoscaling/v1\nkind: Scale\nmetadata: {name: web, namespace: here}\nspec: {replicas: 2}\n";
    let edited = scale.replace("replicas: 2", "replicas: 0");
    let line = "kubectl edit deployment web --subresource=scale";
    let plan_of = |texts: &[(&str, &str)]| plan(line, texts, Some(&live)).expect(line).operations;
    let operations = plan_of(&[("edited", &edited), ("original", scale)]);
    assert_eq!(operations[0].subresource.as_deref(), Some("scale"));
    assert_eq!(operations[0].change, Some(Change::MergePatch { body: json!({"spec": {"replicas": 0}}) }));
    // The Deployment itself does not tell what was edited in its Scale.
    assert_eq!(refused(line, &[("edited", &edited)], Some(&live)), "missing-edit");
    assert_eq!(refused(line, &[], Some(&live)), "missing-edit");
    let other = edited.replace("name: web", "name: api");
    assert_eq!(refused(line, &[("edited", &other), ("original", scale)], Some(&live)), "bad-manifest");
    let none = "kubectl edit deployment web --subresource=resize";
    assert_eq!(refused(none, &[("edited", WEB), ("original", WEB)], Some(&live)), "bad-manifest");
    let status = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: here}\nspec: {replicas: 2}\nstatus: {replicas: 1}\n";
    let line = "kubectl edit deployment web --subresource=status";
    let operations = plan(line, &[("edited", status)], Some(&live)).expect(line).operations;
    assert_eq!(operations[0].change, Some(Change::MergePatch { body: json!({"status": {"replicas": 1}}) }));
}

#[test]
fn what_is_created_is_what_was_edited() {
    let edited = WEB.replace("replicas: 2", "replicas: 4");
    let line = "kubectl create -f w.yaml --edit";
    let created = plan(line, &[("w.yaml", WEB), ("edited", &edited)], None).expect(line);
    let Some(Change::Create { body }) = &created.operations[0].change else { panic!("{created:?}") };
    assert_eq!(body["spec"]["replicas"], 4);
    assert_eq!(refused(line, &[("w.yaml", WEB)], None), "missing-edit");
    let broken = WEB.replace("name: web", "name: a/b");
    assert_eq!(refused(line, &[("w.yaml", WEB), ("edited", &broken)], None), "bad-manifest");
}

#[test]
fn what_others_have_changed_is_not_overwritten_where_that_is_asked_for() {
    let applied = json!({"spec": {"replicas": 2}});
    let line = "kubectl apply -f w.yaml --overwrite=false";
    let texts = [("w.yaml", WEB)];
    let apply = |live: &Value| plan(line, &texts, Some(live));
    assert!(apply(&deployment(2, Some(&applied))).is_ok());
    let refusal = apply(&deployment(5, Some(&applied))).expect_err("a conflict");
    assert_eq!(refusal.id, "apply-conflict");
    assert!(refusal.message.contains("Deployment web: spec.replicas has changed"), "{refusal}");
    assert!(plan("kubectl apply -f w.yaml", &texts, Some(&deployment(5, Some(&applied)))).is_ok());
    // The manifest alone has changed.
    let before = json!({"spec": {"replicas": 5}});
    assert!(apply(&deployment(5, Some(&before))).is_ok());
}

#[test]
fn a_conflict_is_a_field_that_both_changed_differently() {
    let object = |spec: &Value| json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec});
    let containers = |items: Value| json!({"template": {"spec": {"containers": items}}});
    for (original, live, wanted, path) in [
        (json!({"paused": true}), json!({"paused": true}), json!({}), None),
        (json!({"paused": true}), json!({"paused": false}), json!({}), Some("spec.paused")),
        (json!({"paused": true}), json!({}), json!({}), None),
        (json!({"paused": true}), json!({}), json!({"paused": true}), Some("spec.paused")),
        (json!({}), json!({"paused": true}), json!({"paused": true}), None),
        (json!({}), json!({"paused": true}), json!({}), None),
        (
            json!({}),
            json!({"strategy": {"type": "Recreate"}}),
            json!({"strategy": {"type": "x"}}),
            Some("spec.strategy.type"),
        ),
        (
            containers(json!([{"name": "a", "image": "1"}])),
            containers(json!([{"name": "b", "image": "9"}, {"name": "a", "image": "1", "tty": true}])),
            containers(json!([{"name": "a", "image": "2"}])),
            None,
        ),
        (
            containers(json!([{"name": "a", "image": "1"}])),
            containers(json!([{"name": "a", "image": "9"}])),
            containers(json!([{"name": "a", "image": "2"}])),
            Some("spec.template.spec.containers[name=a].image"),
        ),
        (
            containers(json!([{"name": "a", "image": "1"}, {"name": "b", "image": "1"}])),
            containers(json!([{"name": "a", "image": "1"}, {"name": "b", "image": "9"}])),
            containers(json!([{"name": "a", "image": "1"}])),
            Some("spec.template.spec.containers[name=b]"),
        ),
    ] {
        let mut there = object(&live);
        there["metadata"]["annotations"] = json!({LAST_APPLIED: object(&original).to_string(), "x": "y"});
        let found = conflict(&there, &object(&wanted)).expect("a note that can be read");
        assert_eq!(found.as_deref(), path, "{original} {live} {wanted}");
    }
    // kubectl notes that there were no annotations; those of controllers are nobody's conflict.
    let mut noted = object(&json!({}));
    noted["metadata"]["annotations"] = json!({});
    let mut there = object(&json!({}));
    there["metadata"]["annotations"] =
        json!({LAST_APPLIED: noted.to_string(), "deployment.kubernetes.io/revision": "1"});
    assert_eq!(conflict(&there, &object(&json!({}))), Ok(None));
    let custom = json!({"apiVersion": "a.b/v1", "kind": "C", "spec": {"x": 1}});
    let live = json!({"apiVersion": "a.b/v1", "kind": "C", "spec": {"x": 2}, "metadata": {"annotations": {LAST_APPLIED: "{}"}}});
    assert_eq!(conflict(&live, &custom), Ok(None));
}

/// The patch that `auth reconcile` makes of a role.
fn reconciled(flags: &str, live: Value, wanted: Value) -> Value {
    let role = |mut body: Value| {
        body["apiVersion"] = json!("rbac.authorization.k8s.io/v1");
        body["kind"] =
            if body.get("roleRef").is_some() { json!("ClusterRoleBinding") } else { json!("ClusterRole") };
        body["metadata"]["name"] = json!("a");
        body
    };
    let (live, wanted) = (role(live), role(wanted).to_string());
    let line = format!("kubectl auth reconcile -f r.yaml{flags}");
    let plan = plan(&line, &[("r.yaml", &wanted)], Some(&live)).expect("a plan");
    match plan.operations.first().and_then(|operation| operation.change.clone()) {
        Some(Change::MergePatch { body }) => body,
        other => json!(other),
    }
}

#[test]
fn only_the_rights_that_are_missing_are_added() {
    let rule = |groups: &[&str], resources: &[&str], verbs: &[&str]| json!({"apiGroups": groups, "resources": resources, "verbs": verbs});
    let named = |mut rule: Value, names: &[&str]| {
        rule["resourceNames"] = json!(names);
        rule
    };
    let path = |paths: &[&str], verbs: &[&str]| json!({"nonResourceURLs": paths, "verbs": verbs});
    let pods = rule(&[""], &["pods"], &["get", "list"]);
    let get = rule(&[""], &["pods"], &["get"]);
    let list = rule(&[""], &["pods"], &["list"]);
    for (there, wanted, missing) in [
        (vec![get.clone()], pods.clone(), vec![list.clone()]),
        (vec![get.clone(), list.clone()], pods.clone(), vec![]),
        (vec![rule(&["*"], &["*"], &["*"])], pods.clone(), vec![]),
        // A star covers all resources, and is no pattern for part of a name.
        (vec![rule(&[""], &["pod*"], &["*"])], get.clone(), vec![get.clone()]),
        (
            vec![rule(&[""], &["*/log"], &["get"])],
            rule(&[""], &["pods/log", "pods/exec"], &["get"]),
            vec![rule(&[""], &["pods/exec"], &["get"])],
        ),
        // Rights for one name are not rights for all, and the other way round they are.
        (vec![named(get.clone(), &["a"])], get.clone(), vec![get.clone()]),
        (vec![get.clone()], named(get.clone(), &["a", "b"]), vec![]),
        (vec![named(get.clone(), &["a"])], named(get.clone(), &["a", "b"]), vec![named(get.clone(), &["b"])]),
        (
            vec![path(&["/logs/*"], &["get"])],
            path(&["/logs/a", "/metrics"], &["get"]),
            vec![path(&["/metrics"], &["get"])],
        ),
        (
            vec![get.clone()],
            rule(&["apps", ""], &["pods"], &["get"]),
            vec![rule(&["apps"], &["pods"], &["get"])],
        ),
    ] {
        let body = reconciled("", json!({"rules": there}), json!({"rules": [wanted]}));
        let all: Vec<Value> = there.iter().cloned().chain(missing.clone()).collect();
        let expected = if missing.is_empty() { json!({}) } else { json!({"rules": all}) };
        assert_eq!(body, expected, "{there:?} {wanted}");
    }
    let more = json!({"rules": [pods]});
    let less = json!({"rules": [get]});
    assert_eq!(reconciled("", more.clone(), less.clone()), json!({}));
    assert_eq!(reconciled(" --remove-extra-permissions", more, less.clone()), less);
    assert_eq!(reconciled(" --remove-extra-permissions", less.clone(), less.clone()), json!({}));
}

#[test]
fn roles_that_gather_others_and_those_that_are_left_alone() {
    let gathers = |labels: &[&str]| {
        let selectors: Vec<Value> =
            labels.iter().map(|label| json!({"matchLabels": {*label: "x"}})).collect();
        json!({"aggregationRule": {"clusterRoleSelectors": selectors}})
    };
    let aggregation =
        |flags: &str, live: &[&str], wanted: &[&str]| reconciled(flags, gathers(live), gathers(wanted));
    assert_eq!(aggregation("", &["a"], &["b"]), gathers(&["a", "b"]));
    assert_eq!(aggregation("", &["a", "b"], &["b"]), json!({}));
    assert_eq!(aggregation(" --remove-extra-permissions", &["a", "b"], &["b"]), gathers(&["b"]));
    assert_eq!(reconciled("", gathers(&["a"]), json!({"rules": []})), json!({"aggregationRule": null}));
    let protected =
        json!({"metadata": {"annotations": {"rbac.authorization.kubernetes.io/autoupdate": "false"}}});
    let wanted = json!({"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]});
    assert_eq!(reconciled("", protected, wanted), Value::Null);
}

#[test]
fn subjects_are_added_once_and_taken_away_only_on_request() {
    let binding = |names: &[&str]| {
        let subjects: Vec<Value> = names.iter().map(|name| json!({"kind": "User", "name": name})).collect();
        json!({"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": subjects})
    };
    let bound = |flags: &str, live: &[&str], wanted: &[&str]| {
        reconciled(flags, binding(live), binding(wanted))["subjects"].clone()
    };
    let users = |names: &[&str]| binding(names)["subjects"].clone();
    assert_eq!(bound("", &["anna"], &["bert", "bert", "anna"]), users(&["anna", "bert"]));
    assert_eq!(bound("", &["anna", "bert"], &["anna"]), Value::Null);
    assert_eq!(bound(" --remove-extra-subjects", &["anna", "bert"], &["anna"]), users(&["anna"]));
    let mut other = binding(&["anna"]);
    other["roleRef"]["name"] = json!("edit");
    assert_eq!(reconciled("", binding(&["anna"]), other)["kind"], "recreate");
}
