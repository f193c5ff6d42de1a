//! How a pod is, from the pod alone: the word that `kubectl get pods` has for it, and what is wrong.

use jiff::Timestamp;
use serde_json::Value;

use super::super::generic::word;
use super::super::state::{State, condition, lingering, why};
use crate::quantity::{age, of};

/// Restarts that are longer ago are history.
const RECENT: i64 = 3600;

pub(in crate::read::describe) fn of_pod(pod: &Value, now: Timestamp) -> State {
    let mut state = State::new(status_word(pod));
    let status = &pod["status"];
    if let Some(reason) = status["reason"].as_str() {
        state.wrong(format!("{reason}: {}", why(status)));
    }
    if let Some(scheduled) = condition(pod, "PodScheduled").filter(|one| one["status"] == "False") {
        state.wrong(match scheduled["reason"].as_str() {
            Some("SchedulingGated") => {
                format!("It waits for its scheduling gates: {}.", names(&pod["spec"]["schedulingGates"]))
            }
            _ => format!("No node takes it: {}", why(scheduled)),
        });
    }
    for (list, states) in [("initContainers", "initContainerStatuses"), ("containers", "containerStatuses")] {
        for container in pod["spec"][list].as_array().into_iter().flatten() {
            let mut states = status[states].as_array().into_iter().flatten();
            if let Some(found) = states.find(|state| state["name"] == container["name"]) {
                of_container(&mut state, container, found, now);
            }
        }
    }
    for gate in pod["spec"]["readinessGates"].as_array().into_iter().flatten() {
        let kind = word(&gate["conditionType"]);
        if condition(pod, &kind).is_none_or(|one| one["status"] != "True") {
            state.wrong(format!("Its readiness gate {kind} is not open."));
        }
    }
    lingering(pod, now).into_iter().for_each(|text| state.wrong(text));
    state
}

fn names(list: &Value) -> String {
    let names: Vec<String> = list.as_array().into_iter().flatten().map(|one| word(&one["name"])).collect();
    names.join(", ")
}

fn of_container(state: &mut State, container: &Value, status: &Value, now: Timestamp) {
    let name = word(&container["name"]);
    let last = &status["lastState"]["terminated"];
    if let Some(reason) = status["state"]["waiting"]["reason"].as_str() {
        let said = status["state"]["waiting"]["message"].as_str().unwrap_or_default();
        let said = if said.is_empty() { ".".to_owned() } else { format!(": {said}") };
        match reason {
            "ContainerCreating" | "PodInitializing" => {}
            "CrashLoopBackOff" => state.wrong(format!(
                "Container {name} keeps ending ({}): it {}",
                restarts(status),
                end(container, last, now)
            )),
            "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" | "ErrImageNeverPull" => {
                state.wrong(format!(
                    "The image {} of container {name} can't be pulled{said}",
                    word(&container["image"])
                ));
            }
            _ => state.wrong(format!("Container {name} can't start, {reason}{said}")),
        }
    } else if status["state"]["terminated"].is_object() {
        let ended = &status["state"]["terminated"];
        if ended["exitCode"] != 0 {
            state.wrong(format!("Container {name} {}", end(container, ended, now)));
        }
    } else if status["state"]["running"].is_object() {
        running(state, container, status, now);
    }
}

fn running(state: &mut State, container: &Value, status: &Value, now: Timestamp) {
    let name = word(&container["name"]);
    if status["started"] == false && container["startupProbe"].is_object() {
        state.wrong(format!("Container {name} runs, but its startup probe has not succeeded yet."));
    } else if status["ready"] == false && container["readinessProbe"].is_object() {
        state.wrong(format!("Container {name} runs, but its readiness probe fails."));
    }
    let last = &status["lastState"]["terminated"];
    let finished = last["finishedAt"].as_str().and_then(|time| time.parse::<Timestamp>().ok());
    if finished.is_some_and(|then| now.as_second() - then.as_second() < RECENT) {
        state.wrong(format!(
            "Container {name} was restarted, {} in all; before, it {}",
            restarts(status),
            end(container, last, now)
        ));
    }
}

fn restarts(status: &Value) -> String {
    match status["restartCount"].as_i64().unwrap_or(0) {
        1 => "1 restart".to_owned(),
        many => format!("{many} restarts"),
    }
}

/// `ended 5m ago with exit code 137, OOMKilled: it used more than its memory limit of 64Mi.`
fn end(container: &Value, ended: &Value, now: Timestamp) -> String {
    let Some(code) = ended["exitCode"].as_i64() else { return "how it ended is not known.".to_owned() };
    let reason = ended["reason"].as_str().unwrap_or_default();
    let when = ended["finishedAt"].as_str().map(|time| format!(" {} ago", age(Some(time), now)));
    let mut text = format!("ended{} with exit code {code}", when.unwrap_or_default());
    if !matches!(reason, "" | "Error") {
        text.push_str(&format!(", {reason}"));
    }
    let limit = &container["resources"]["limits"]["memory"];
    if reason == "OOMKilled" && of(limit) > 0.0 {
        text.push_str(&format!(": it used more than its memory limit of {}", word(limit)));
    } else if let Some(said) = ended["message"].as_str().filter(|said| !said.is_empty()) {
        text.push_str(&format!(": {}", said.trim()));
    } else if let Some(hint) = hint(code) {
        text.push_str(&format!(" ({hint})"));
    }
    text + "."
}

/// What shells and kernels mean by an exit code.
fn hint(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => "it had nothing more to do",
        126 => "its command is not executable",
        127 => "its command was not found",
        134 => "it aborted, SIGABRT",
        137 => "it was killed, SIGKILL",
        139 => "it crashed, SIGSEGV",
        143 => "it was asked to end, SIGTERM",
        _ => return None,
    })
}

/// The column STATUS of `kubectl get pods`.
pub(in crate::read::describe) fn status_word(pod: &Value) -> String {
    let status = &pod["status"];
    let phase = status["reason"].as_str().or(status["phase"].as_str()).unwrap_or("Unknown").to_owned();
    if !pod["metadata"]["deletionTimestamp"].is_null() {
        return if status["reason"] == "NodeLost" { "Unknown" } else { "Terminating" }.to_owned();
    }
    if condition(pod, "PodScheduled").is_some_and(|one| one["reason"] == "SchedulingGated") {
        return "SchedulingGated".to_owned();
    }
    initialising(pod).unwrap_or_else(|| container_word(status, phase))
}

fn initialising(pod: &Value) -> Option<String> {
    let specs = pod["spec"]["initContainers"].as_array()?;
    let all = pod["status"]["initContainerStatuses"].as_array()?;
    for (at, status) in all.iter().enumerate() {
        let sidecar =
            specs.iter().any(|spec| spec["name"] == status["name"] && spec["restartPolicy"] == "Always");
        let ended = &status["state"]["terminated"];
        if ended["exitCode"] == 0 || (sidecar && status["started"] == true) {
            continue;
        }
        let word = match (ended.is_object(), status["state"]["waiting"]["reason"].as_str()) {
            (true, _) => reason_of(ended),
            (false, Some(reason)) if reason != "PodInitializing" => reason.to_owned(),
            _ => format!("{at}/{}", specs.len()),
        };
        return Some(format!("Init:{word}"));
    }
    None
}

fn container_word(status: &Value, phase: String) -> String {
    let all = status["containerStatuses"].as_array().map(Vec::as_slice).unwrap_or_default();
    let runs = all.iter().any(|one| one["ready"] == true && one["state"]["running"].is_object());
    // The first container that says something has the word.
    let said = all.iter().find_map(|one| {
        let waiting = one["state"]["waiting"]["reason"].as_str().filter(|reason| !reason.is_empty());
        let ended = &one["state"]["terminated"];
        waiting.map(str::to_owned).or_else(|| ended.is_object().then(|| reason_of(ended)))
    });
    let ready = |one: &Value| one["type"] == "Ready" && one["status"] == "True";
    match said {
        Some(word) if word == "Completed" && runs => {
            let ready = status["conditions"].as_array().into_iter().flatten().any(ready);
            if ready { "Running" } else { "NotReady" }.to_owned()
        }
        Some(word) => word,
        None => phase,
    }
}

fn reason_of(ended: &Value) -> String {
    match (ended["reason"].as_str().filter(|reason| !reason.is_empty()), ended["signal"].as_i64()) {
        (Some(reason), _) => reason.to_owned(),
        (None, Some(signal)) if signal != 0 => format!("Signal:{signal}"),
        _ => format!("ExitCode:{}", word(&ended["exitCode"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn pod(container: Value, status: Value) -> Value {
        json!({"metadata": {}, "spec": {"containers": [container]}, "status": {"phase": "Running", "containerStatuses": [status]}})
    }

    #[test]
    fn a_crash_loop_says_how_the_last_run_ended() {
        let container = json!({"name": "api", "resources": {"limits": {"memory": "64Mi"}}});
        let last = json!({"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "1970-01-01T00:00:00Z"}});
        let status = json!({"name": "api", "ready": false, "restartCount": 6, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s"}}, "lastState": last});
        let state = of_pod(&pod(container, status), at(60));
        assert_eq!(state.word, "CrashLoopBackOff");
        assert_eq!(
            state.problems,
            [
                "Container api keeps ending (6 restarts): it ended 60s ago with exit code 137, OOMKilled: it used more than its memory limit of 64Mi."
            ]
        );
    }

    #[test]
    fn what_stops_a_container_is_told_by_its_reason() {
        let waiting = |reason: &str, said: &str| {
            let container = json!({"name": "c", "image": "x:1"});
            let status = json!({"name": "c", "state": {"waiting": {"reason": reason, "message": said}}});
            of_pod(&pod(container, status), at(0)).problems
        };
        assert_eq!(
            waiting("ImagePullBackOff", "no such tag"),
            ["The image x:1 of container c can't be pulled: no such tag"]
        );
        assert_eq!(
            waiting("CreateContainerConfigError", "configmap \"a\" not found"),
            ["Container c can't start, CreateContainerConfigError: configmap \"a\" not found"]
        );
        assert!(waiting("ContainerCreating", "").is_empty());
    }

    #[test]
    fn a_pod_that_no_node_takes_says_why() {
        let conditions = json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu."}]);
        let state = of_pod(
            &json!({"metadata": {}, "spec": {}, "status": {"phase": "Pending", "conditions": conditions}}),
            at(0),
        );
        assert_eq!(state.word, "Pending");
        assert_eq!(state.problems, ["No node takes it: 0/3 nodes are available: 3 Insufficient cpu."]);
    }

    #[test]
    fn probes_and_restarts_of_what_runs() {
        let container = json!({"name": "c", "readinessProbe": {"httpGet": {}}});
        let status = |ready: bool, finished: &str| json!({"name": "c", "ready": ready, "restartCount": 1, "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 127, "finishedAt": finished}}});
        let old = "1970-01-01T00:00:00Z";
        let not_ready = of_pod(&pod(container.clone(), status(false, old)), at(9000));
        assert_eq!(not_ready.problems, ["Container c runs, but its readiness probe fails."]);
        let well = of_pod(&pod(container.clone(), status(true, old)), at(9000));
        assert!(well.problems.is_empty(), "{well:?}");
        let restarted = of_pod(&pod(container, status(true, old)), at(30));
        assert_eq!(
            restarted.problems,
            [
                "Container c was restarted, 1 restart in all; before, it ended 30s ago with exit code 127 (its command was not found)."
            ]
        );
    }

    #[test]
    fn the_word_is_the_one_of_kubectl() {
        let word = |status: Value, init: Value| {
            status_word(&json!({"metadata": {}, "spec": {"initContainers": init}, "status": status}))
        };
        let none = Value::Null;
        assert_eq!(word(json!({"phase": "Failed", "reason": "Evicted"}), none.clone()), "Evicted");
        assert_eq!(
            word(
                json!({"phase": "Succeeded", "containerStatuses": [{"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}),
                none.clone()
            ),
            "Completed"
        );
        assert_eq!(
            word(
                json!({"phase": "Failed", "containerStatuses": [{"state": {"terminated": {"exitCode": 3}}}]}),
                none
            ),
            "ExitCode:3"
        );
        let init = json!([{"name": "a"}, {"name": "b"}]);
        let states = |second: Value| json!({"phase": "Pending", "initContainerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 0}}}, {"name": "b", "state": second}]});
        assert_eq!(word(states(json!({"running": {}})), init.clone()), "Init:1/2");
        assert_eq!(
            word(states(json!({"waiting": {"reason": "CrashLoopBackOff"}})), init),
            "Init:CrashLoopBackOff"
        );
    }
}
