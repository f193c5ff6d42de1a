//! Events, oldest first.

use jiff::Timestamp;
use kubechat_kubectl::Plan;
use serde_json::Value;

use super::{nothing, reads};
use crate::answer::{Answer, Column, Row, Section, object_ref};
use crate::error::Error;
use crate::names::simple;
use crate::quantity::age;
use crate::session::Session;

impl Session {
    pub(super) async fn events(
        &self,
        plan: &Plan,
        of: Option<&str>,
        types: &[String],
        now: Timestamp,
    ) -> Result<Answer, Error> {
        let mut answer = Answer::default();
        let mut events = Vec::new();
        for operation in reads(plan) {
            let fetched = self.objects_of(plan, operation).await?;
            answer.truncated |= fetched.truncated;
            answer.notes.extend(fetched.notes);
            events.extend(fetched.items);
        }
        events.retain(|event| wanted(event, of, types));
        events.sort_by_cached_key(|event| last_seen(event).map(str::to_owned));
        let everywhere = reads(plan).any(|operation| operation.namespace.is_none());
        answer.text = events.is_empty().then(|| nothing(plan).replace("resources", "events"));
        answer.sections = vec![section(&events, everywhere, now)];
        Ok(answer)
    }

    /// The events about one object; none where the user may not list them.
    pub(super) async fn events_about(&self, object: &Value, kind: &str) -> Result<Option<Vec<Value>>, Error> {
        let metadata = &object["metadata"];
        let name = metadata["name"].as_str().unwrap_or_default();
        let mut fields = format!("involvedObject.name={name},involvedObject.kind={kind}");
        // Events of nodes carry the node's name where others have the uid.
        if let Some(uid) = metadata["uid"].as_str().filter(|_| kind != "Node") {
            fields.push_str(&format!(",involvedObject.uid={uid}"));
        }
        let namespace = metadata["namespace"].as_str();
        match self.list(&simple("", "events", true), namespace, None, Some(&fields)).await {
            Ok(listed) => {
                let mut events = listed.items;
                events.sort_by_cached_key(|event| last_seen(event).map(str::to_owned));
                Ok(Some(events))
            }
            Err(error) if error.is_forbidden() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The object an event is about, in both of its API groups.
fn about(event: &Value) -> &Value {
    if event["involvedObject"].is_object() { &event["involvedObject"] } else { &event["regarding"] }
}

fn wanted(event: &Value, of: Option<&str>, types: &[String]) -> bool {
    let object = about(event);
    let of_it = of.and_then(|of| of.split_once('/')).is_none_or(|(kind, name)| {
        object["kind"].as_str().is_some_and(|k| k.eq_ignore_ascii_case(kind)) && object["name"] == *name
    });
    let kind = event["type"].as_str().unwrap_or_default();
    of_it && (types.is_empty() || types.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind)))
}

pub(crate) fn last_seen(event: &Value) -> Option<&str> {
    [
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["deprecatedLastTimestamp"],
        &event["eventTime"],
        &event["firstTimestamp"],
    ]
    .into_iter()
    .chain([&event["metadata"]["creationTimestamp"]])
    .find_map(Value::as_str)
}

/// `5m` or `10s (x4 over 3m)`.
pub(crate) fn seen(event: &Value, now: Timestamp) -> String {
    let last = age(last_seen(event), now);
    let count =
        event["series"]["count"].as_i64().or(event["count"].as_i64()).or(event["deprecatedCount"].as_i64());
    match count {
        Some(count) if count > 1 => {
            let first = event["firstTimestamp"].as_str().or(event["eventTime"].as_str());
            format!("{last} (x{count} over {})", age(first, now))
        }
        _ => last,
    }
}

pub(crate) fn message(event: &Value) -> String {
    let text = event["message"].as_str().or(event["note"].as_str()).unwrap_or_default();
    text.trim().to_owned()
}

pub(crate) fn section(events: &[Value], everywhere: bool, now: Timestamp) -> Section {
    let mut names = vec!["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    if everywhere {
        names.insert(0, "NAMESPACE");
    }
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = events.iter().map(|event| {
        let object = about(event);
        let mut cells = vec![
            seen(event, now),
            word(&event["type"]),
            word(&event["reason"]),
            format!("{}/{}", word(&object["kind"]), word(&object["name"])),
            message(event),
        ];
        if everywhere {
            cells.insert(0, word(&event["metadata"]["namespace"]));
        }
        let events = kubechat_kubectl::Resource { kind: "Event".to_owned(), ..simple("", "events", true) };
        Row { object: object_ref(&events, &event["metadata"]), ..Row::of(cells) }
    });
    Section { title: None, rows: rows.collect(), columns: names.into_iter().map(Column::text).collect() }
}
