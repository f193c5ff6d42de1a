//! Several steps, conversations, and questions asked back.

use serde_json::{Value, json};

use crate::case::Case;
use crate::world::world;

fn lines(query: &Value) -> Vec<&str> {
    query["steps"].as_array().unwrap().iter().map(|step| step["command"].as_str().unwrap()).collect()
}

#[test]
fn a_plan_whose_second_step_waits_for_the_first_is_done_with_one_yes_to_everything() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let done = case.ask("create namespace mixed-yes and deploy nginx there", &["--yes"]).is(0, "succeeded");
    assert_eq!(lines(&done).len(), 2, "{done:#}");
    assert!(world.exists("mixed-yes", "deployment/nginx"));
    case.verified();
}

#[test]
fn a_step_that_could_not_be_confirmed_is_previewed_and_approved_again_when_its_turn_comes() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let first = case.ask("create namespace mixed and deploy nginx there", &[]).is(4, "awaiting_approval");
    assert_eq!(first["steps"][0]["unconfirmed"], Value::Null, "{first:#}");
    assert!(first["steps"][1]["unconfirmed"].is_string(), "{first:#}");
    assert_eq!(first["level"], "warning");
    assert!(!world.exists("default", "namespace/mixed"));

    let second = case.approve(&first).is(4, "awaiting_approval");
    assert!(world.exists("default", "namespace/mixed"));
    assert!(!world.exists("mixed", "deployment/nginx"));
    assert_ne!(second["approval_hash"], first["approval_hash"]);
    assert_eq!(second["steps"][0]["state"], "succeeded");
    assert_eq!(second["steps"][1]["unconfirmed"], Value::Null, "{second:#}");
    assert_eq!(second["steps"][1]["diff"][0]["object"], "deployment.apps/nginx");
    // The first yes was for the first preview.
    assert_eq!(case.approve(&first).ends(4)["error"]["code"], "wrong_hash");
    assert!(!world.exists("mixed", "deployment/nginx"));

    let done = case.approve(&second).is(0, "succeeded");
    assert!(world.exists("mixed", "deployment/nginx"));
    let back = case.json(&["undo", done["query"].as_str().unwrap()]).is(4, "awaiting_approval");
    let confirm = back["confirm"].as_str().map(|phrase| vec!["--confirm", phrase]).unwrap_or_default();
    let undone = case.json(&[&["undo", done["query"].as_str().unwrap(), "--yes"], &confirm[..]].concat());
    undone.is(0, "succeeded");
    assert!(!world.exists("mixed", "deployment/nginx"));
    case.verified();
}

#[test]
fn several_changes_run_in_order_and_are_taken_back_in_reverse() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "several");
    world.kubectl("create deployment cart -n several --image=example.test/cart:1");
    let done = case.ask("scale web to 4 and then scale cart to 3", &["--yes"]).is(0, "succeeded");
    assert_eq!(lines(&done).len(), 2, "{done:#}");
    assert_eq!(case.replicas(), 4);
    assert_eq!(world.replicas("several", "cart"), 3);
    let undone = case.json(&["undo", done["query"].as_str().unwrap(), "--yes"]).is(0, "succeeded");
    assert_eq!(undone["steps"].as_array().unwrap().len(), 2);
    assert_eq!((case.replicas(), world.replicas("several", "cart")), (2, 1));
}

#[test]
fn an_undo_refuses_where_somebody_else_has_changed_the_same_value_since() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "undo-conflict");
    let done = case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    world.kubectl("scale deployment web -n undo-conflict --replicas=7");
    let refused = case.json(&["undo", done["query"].as_str().unwrap(), "--yes"]).is(3, "refused");
    assert_eq!(refused["error"]["code"], "undo_conflict");
    assert!(refused["message"].as_str().unwrap().contains("spec.replicas"), "{refused}");
    assert_eq!(case.replicas(), 7);
}

#[test]
fn a_query_that_changed_nothing_has_no_undo() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "no-undo");
    let read = case.run("kubectl get deployments", &[]).is(0, "succeeded");
    let none = case.json(&["undo", read["query"].as_str().unwrap(), "--yes"]).ends(3);
    assert_eq!(none["error"]["code"], "no_undo");
    let same = case.ask("scale web to 2", &["--yes"]).is(0, "answered");
    assert!(same["message"].as_str().unwrap().contains("already"), "{same}");
}

#[test]
fn a_conversation_goes_on_with_what_was_said_before() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "follow-up");
    let first = case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    let back = case.ask("scale it back to 2", &[]).is(4, "awaiting_approval");
    assert_eq!(back["session"], first["session"]);
    let delta = &back["diff"][0];
    assert_eq!(
        (&delta["object"], &delta["before"], &delta["after"]),
        (&json!("deployment.apps/web"), &json!(5), &json!(2))
    );
    case.approve(&back).is(0, "succeeded");
    assert_eq!(case.replicas(), 2);
}

#[test]
fn what_is_missing_is_asked_back_and_the_answer_goes_on() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "asked-back");
    world.kubectl("create deployment cart -n asked-back --image=example.test/cart:1");
    let unclear = case.ask("restart", &[]).is(5, "needs_clarification");
    assert!(unclear["message"].as_str().unwrap().ends_with('?'), "{unclear}");
    let choices: Vec<&str> =
        unclear["choices"].as_array().unwrap().iter().map(|choice| choice.as_str().unwrap()).collect();
    assert!(
        choices.iter().any(|choice| choice.contains("web"))
            && choices.iter().any(|choice| choice.contains("cart")),
        "{choices:?}"
    );
    let answered = case.ask("web", &[]).is(4, "awaiting_approval");
    assert_eq!(answered["command"], "kubectl rollout restart deployment web", "{answered:#}");

    let number = case.ask("scale web", &[]).is(5, "needs_clarification");
    assert_eq!(number["choices"], json!([]));
    let answered = case.ask("4", &[]).is(4, "awaiting_approval");
    assert_eq!(answered["diff"][0]["after"], 4, "{answered:#}");
    case.verified();
}
