//! As whom a change is made, and what happens without the right.

use serde_json::{Value, json};

use crate::case::Case;
use crate::world::{CONSTRAINED, world};

fn mapped(case: &Case<'_>, user: &str, username: &str, group: &str) {
    case.configure(&format!(
        "[cluster]\nidentity = \"impersonate\"\n[[cluster.mapping]]\nuser = \"dana\"\nusername = \"{username}\"\n\
         groups = [\"{group}\"]\n[cli]\nuser = \"{user}\"\n"
    ));
}

#[test]
fn a_user_with_a_role_in_one_namespace_previews_scales_and_takes_it_back() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "own", "rolf");
    world.bind("own", "User", "rolf", "scaler");
    let web = world.object("own", "deployment/web");

    let preview = case.ask("scale web to 5", &[]).is(4, "awaiting_approval");
    let diff = preview["diff"].as_array().unwrap();
    assert_eq!(diff.len(), 1, "{preview:#}");
    assert_eq!(diff[0]["object"], "deployment.apps/web");
    assert_eq!(
        (&diff[0]["path"], &diff[0]["before"], &diff[0]["after"]),
        (&json!("spec.replicas"), &json!(2), &json!(5))
    );
    assert_eq!(preview["targets"][0]["uid"], web["metadata"]["uid"]);
    assert_eq!(preview["targets"][0]["namespace"], "own");
    assert_eq!(preview["runs_as"], "rolf");
    assert!(preview["approval_hash"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(preview["practice"], true);
    assert_eq!(case.replicas(), 2);
    assert_eq!(world.writes("own", "rolf"), [] as [Value; 0]);

    let done = case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    assert_eq!(case.replicas(), 5);
    let writes = world.writes("own", "rolf");
    assert_eq!(writes.len(), 1, "{writes:#?}");
    let write = &writes[0];
    assert_eq!(write["verb"], "patch");
    assert_eq!(
        (&write["objectRef"]["resource"], &write["objectRef"]["subresource"]),
        (&json!("deployments"), &json!("scale"))
    );
    assert_eq!(write["responseStatus"]["code"], 200);
    assert!(done["audit_ids"].as_array().unwrap().contains(&write["auditID"]), "{done:#}");

    let undone = case.json(&["undo", done["query"].as_str().unwrap(), "--yes"]).is(0, "succeeded");
    assert_eq!(undone["parent"], done["query"]);
    assert_eq!(case.replicas(), 2);
    case.verified();
}

#[test]
fn under_impersonation_the_server_sees_our_account_the_person_and_our_audit_id() {
    let Some(world) = world() else { return };
    let mut case = Case::new(world, "impersonated");
    world.bind("impersonated", "Group", "shop-admins", "scaler");
    case.context = Some("practice-kubechat".to_owned());
    mapped(&case, "dana", "dana@example", "shop-admins");
    changes_as_dana(&case, "kubechat");
}

#[test]
fn the_constrained_role_that_rbac_prints_is_enough_and_no_more() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "constrained", CONSTRAINED);
    world.bind("constrained", "Group", "shop-admins", "scaler");
    let printed = case.text(&["rbac"]);
    assert_eq!(printed.code, 0);
    world.apply(&printed.out);
    world.apply(&format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: constrained}}\n\
         roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubechat-constrained-impersonator}}\n\
         subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {CONSTRAINED}}}]\n"
    ));
    mapped(&case, "dana", "dana@example", "shop-admins");
    changes_as_dana(&case, CONSTRAINED);

    let itself = Case::without_namespace(world, "constrained").for_user(CONSTRAINED);
    itself.run("kubectl get deployments", &[]).is(3, "forbidden");
}

fn changes_as_dana(case: &Case<'_>, account: &str) {
    let done = case.ask("scale web to 4", &["--yes"]).is(0, "succeeded");
    assert_eq!(done["runs_as"], "dana@example");
    assert_eq!(case.replicas(), 4);
    let writes = case.world.writes(&case.namespace, account);
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert_eq!(writes[0]["impersonatedUser"]["username"], "dana@example");
    let groups = writes[0]["impersonatedUser"]["groups"].as_array().unwrap();
    assert!(groups.contains(&json!("shop-admins")), "{groups:?}");
    assert!(done["audit_ids"].as_array().unwrap().contains(&writes[0]["auditID"]));
    case.json(&["undo", done["query"].as_str().unwrap(), "--yes"]).is(0, "succeeded");
    assert_eq!(case.replicas(), 2);
    case.verified();
}

#[test]
fn without_a_mapping_there_is_no_access() {
    let Some(world) = world() else { return };
    let mut case = Case::new(world, "unmapped");
    case.context = Some("practice-kubechat".to_owned());
    mapped(&case, "eve", "dana@example", "shop-admins");
    let ended = case.run("kubectl get pods", &[]).is(3, "forbidden");
    assert_eq!(ended["error"]["code"], "unmapped");
    assert!(ended["message"].as_str().unwrap().contains("eve"), "{ended}");
    case.verified();
}

#[test]
fn identities_of_kubernetes_itself_are_never_taken_on() {
    let Some(world) = world() else { return };
    let mut case = Case::new(world, "system-identities");
    case.context = Some("practice-kubechat".to_owned());
    for (username, group) in [
        ("dana@example", "system:masters"),
        ("system:admin", "shop-admins"),
        ("dana@example", " System:masters"),
    ] {
        mapped(&case, "dana", username, group);
        let ended = case.run("kubectl get pods", &[]).is(3, "refused");
        assert!(ended["message"].as_str().unwrap().contains("system:"), "{ended}");
        assert!(!ended["error"]["code"].as_str().unwrap().is_empty());
    }
    assert!(world.events("system-identities").iter().all(|event| event["impersonatedUser"].is_null()));
}

#[test]
fn without_the_right_the_missing_verb_is_named_and_nothing_that_changes_is_sent() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "forbidden", "vera");
    world.bind("forbidden", "User", "vera", "viewer");
    let ended = case.ask("scale web to 5", &["--yes"]).is(3, "forbidden");
    let missing = &ended["forbidden"][0];
    assert_eq!(
        (&missing["verb"], &missing["namespace"]),
        (&json!("patch"), &json!("forbidden")),
        "{ended:#}"
    );
    assert_eq!((&missing["resource"], &missing["subresource"]), (&json!("deployments"), &json!("scale")));
    let message = ended["message"].as_str().unwrap();
    for word in ["vera", "patch", "deployments", "namespace forbidden"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(world.changes("forbidden", "vera"), [] as [Value; 0], "not even a dry run is sent");
    assert_eq!(case.replicas(), 2);
    assert_eq!(case.kinds(&ended["query"]), ["query.forbidden"]);
    case.verified();
}

#[test]
fn a_read_without_the_right_is_forbidden_too() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "forbidden-read", "nobody");
    let ended = case.run("kubectl get pods", &[]).is(3, "forbidden");
    let missing = &ended["forbidden"][0];
    assert_eq!((&missing["verb"], &missing["resource"]), (&json!("list"), &json!("pods")), "{ended:#}");
    assert!(ended["message"].as_str().unwrap().contains("forbidden-read"), "{ended}");
}
