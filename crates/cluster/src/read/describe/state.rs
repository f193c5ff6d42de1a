//! How an object is: a word, and what is wrong with it. That is what a description begins with.

use jiff::Timestamp;
use serde_json::Value;

use super::generic::word;
use super::outline::Outline;
use crate::quantity::age;
use crate::read::events::{last_seen, message, seen};

/// More warnings than this are left to the table of events.
const MAX_WARNINGS: usize = 3;
/// A warning that is older says little about now.
const RECENT: i64 = 3600;

/// How an object is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    /// `Running`, `2 of 3 pods are available`; empty for kinds that have no state.
    pub word: String,
    /// What is wrong, the cause first.
    pub problems: Vec<String>,
    /// It has no state of its own, so that its events alone tell.
    pub mute: bool,
}

impl State {
    pub fn new(word: impl Into<String>) -> Self {
        Self { word: word.into(), ..Self::default() }
    }

    /// Adds what is wrong, once.
    pub fn wrong(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.problems.contains(&text) {
            self.problems.push(text);
        }
    }

    /// Adds what the latest warnings say, where something is wrong or nothing else can tell.
    pub fn warn(&mut self, events: &[Value], now: Timestamp) {
        if self.problems.is_empty() && !self.mute {
            return;
        }
        let recent = |event: &&Value| {
            let then = last_seen(event).and_then(|time| time.parse::<Timestamp>().ok());
            event["type"] == "Warning" && then.is_some_and(|then| now.as_second() - then.as_second() < RECENT)
        };
        let mut told: Vec<String> = Vec::new();
        for event in events.iter().rev().filter(recent) {
            let (reason, said) = (word(&event["reason"]), message(event));
            let known = told.contains(&reason) || self.problems.iter().any(|problem| problem.contains(&said));
            if !known && told.len() < MAX_WARNINGS {
                self.problems.push(format!("{reason}, {} ago: {said}", seen(event, now)));
                told.push(reason);
            }
        }
    }

    pub fn write(&self, out: &mut Outline) {
        if !self.word.is_empty() {
            out.field("Status", &self.word);
        }
        match self.problems.as_slice() {
            [] => {}
            [one] => out.field("Problem", one),
            many => out.list("Problems", &many.iter().map(|one| format!("- {one}")).collect::<Vec<_>>()),
        }
    }
}

/// The condition of this type.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

/// What a condition says about itself: its message, else its reason.
pub(super) fn why(condition: &Value) -> String {
    let text = |key: &str| condition[key].as_str().filter(|text| !text.is_empty());
    text("message").or(text("reason")).unwrap_or("no reason is given").to_owned()
}

/// An object that is being deleted and should be gone by now.
pub(super) fn lingering(object: &Value, now: Timestamp) -> Option<String> {
    let metadata = &object["metadata"];
    let time = metadata["deletionTimestamp"].as_str()?;
    let holders: Vec<String> = metadata["finalizers"].as_array().into_iter().flatten().map(word).collect();
    let late = time.parse::<Timestamp>().is_ok_and(|then| then < now);
    match (late, holders.is_empty()) {
        (true, false) => Some(format!(
            "It was to be gone {} ago, and waits for who set the finalizers {}.",
            age(Some(time), now),
            holders.join(", ")
        )),
        (true, true) => Some(format!("It was to be gone {} ago, and is still there.", age(Some(time), now))),
        _ => None,
    }
}

/// Kinds without a form of their own: what their phase and conditions say.
pub(super) fn of_any(object: &Value, now: Timestamp) -> State {
    let status = &object["status"];
    let phase = ["phase", "state"].iter().find_map(|key| status[*key].as_str());
    let mut state = State::new(phase.unwrap_or_default());
    let conditions = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    state.mute = phase.is_none() && conditions.is_empty();
    if let Some(ready) = condition(object, "Ready").filter(|_| phase.is_none()) {
        state.word = if ready["status"] == "True" { "Ready" } else { "Not ready" }.to_owned();
    }
    // `Failed` is bad when it is true, `Ready` when it is not.
    const BAD: [&str; 8] =
        ["Fail", "Degraded", "Stalled", "Error", "Invalid", "Violation", "Unavailable", "Pressure"];
    const GOOD: [&str; 9] = [
        "Ready",
        "Available",
        "Healthy",
        "Accepted",
        "Established",
        "Synced",
        "Programmed",
        "ResolvedRefs",
        "Reconciled",
    ];
    for one in conditions {
        let (kind, value) = (word(&one["type"]), word(&one["status"]));
        let bad = BAD.iter().any(|part| kind.contains(part));
        let good = !bad && GOOD.iter().any(|part| kind.ends_with(part));
        if (bad && value == "True") || (good && value != "True") {
            let is = if bad { "is" } else { "is not" };
            state.wrong(format!("{kind} {is} true: {}", why(one)));
        }
    }
    if !object["metadata"]["deletionTimestamp"].is_null() {
        state.word = "Terminating".to_owned();
        lingering(object, now).into_iter().for_each(|text| state.wrong(text));
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn conditions_of_any_kind_are_read_by_their_sense() {
        let object = json!({"metadata": {}, "status": {"conditions": [
            {"type": "Ready", "status": "False", "message": "issuer not found"},
            {"type": "Synced", "status": "True"},
            {"type": "Degraded", "status": "True", "reason": "Slow"},
            {"type": "MemoryPressure", "status": "False"},
            {"type": "Paused", "status": "False"}]}});
        let state = of_any(&object, at(0));
        assert_eq!(state.word, "Not ready");
        assert_eq!(state.problems, ["Ready is not true: issuer not found", "Degraded is true: Slow"]);
    }

    #[test]
    fn what_is_being_deleted_says_who_holds_it() {
        let object =
            json!({"metadata": {"deletionTimestamp": "1970-01-01T00:00:10Z", "finalizers": ["a/b"]}});
        let state = of_any(&object, at(70));
        assert_eq!(state.word, "Terminating");
        assert_eq!(state.problems, ["It was to be gone 60s ago, and waits for who set the finalizers a/b."]);
        assert!(of_any(&object, at(5)).problems.is_empty());
    }

    #[test]
    fn warnings_count_where_something_is_wrong_and_once() {
        let warning = |reason: &str, text: &str, time: &str| json!({"type": "Warning", "reason": reason, "message": text, "lastTimestamp": time});
        let events = [
            warning("Old", "long ago", "1970-01-01T00:00:00Z"),
            warning("Unhealthy", "first", "1970-01-01T02:00:00Z"),
            warning("Unhealthy", "Readiness probe failed: 503", "1970-01-01T02:00:01Z"),
            json!({"type": "Normal", "reason": "Pulled", "message": "x", "lastTimestamp": "1970-01-01T02:00:02Z"}),
        ];
        let mut well = State::new("Running");
        well.warn(&events, at(7205));
        assert!(well.problems.is_empty());
        let mut ill = State::new("Running");
        ill.wrong("It is not ready.");
        ill.warn(&events, at(7205));
        assert_eq!(ill.problems, ["It is not ready.", "Unhealthy, 4s ago: Readiness probe failed: 503"]);
    }
}
