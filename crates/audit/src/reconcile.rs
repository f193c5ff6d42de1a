//! Our log against the API server's own audit log, call by call, by `Audit-ID`.

use crate::event::EventKind;
use crate::reader::Entry;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

/// What the comparison found. The two logs agree if the first three are empty.
#[derive(Debug, Default, Serialize)]
pub struct Comparison {
    /// Changes that the server saw from our account or program and that our log doesn't know.
    pub unrecorded: Vec<ServerCall>,
    /// Calls in our log that the server's log doesn't have although it covers their time.
    pub unseen: Vec<OurCall>,
    /// Calls that both have, with another result.
    pub differing: Vec<Differing>,
    /// Calls that our log announced and has no result of, and what the server answered.
    pub decided: Vec<ServerCall>,
    /// Calls that both logs have and agree about.
    pub agreed: u64,
    /// Calls of ours from before or after the server's log.
    pub outside: u64,
    /// Lines of the server's log that are no audit events.
    pub unreadable: u64,
}

impl Comparison {
    /// Whether nothing contradicts our log.
    pub fn agrees(&self) -> bool {
        self.unrecorded.is_empty() && self.unseen.is_empty() && self.differing.is_empty()
    }
}

/// A call as the server's log has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerCall {
    /// The `Audit-ID`.
    pub audit_id: String,
    /// When the server received it.
    pub time: Option<Timestamp>,
    /// As whom it was made.
    pub user: String,
    /// The verb.
    pub verb: String,
    /// Path and query.
    pub uri: String,
    /// The answer's status code.
    pub code: Option<u16>,
}

/// A call as our log has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OurCall {
    /// The `Audit-ID`.
    pub audit_id: String,
    /// Index of the record that tells of it.
    pub index: u64,
    /// The verb.
    pub verb: String,
    /// The object.
    pub object: String,
    /// The answer's status code; 0 when no answer came.
    pub code: u16,
}

/// A call whose result the two logs tell differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Differing {
    /// Ours.
    pub ours: OurCall,
    /// Theirs.
    pub theirs: ServerCall,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "auditID")]
    audit_id: String,
    verb: String,
    #[serde(rename = "requestURI")]
    uri: String,
    user: Who,
    impersonated_user: Option<Who>,
    user_agent: Option<String>,
    request_received_timestamp: Option<Timestamp>,
    response_status: Option<Status>,
}

#[derive(Deserialize)]
struct Who {
    #[serde(default)]
    username: String,
}

#[derive(Deserialize)]
struct Status {
    code: Option<u16>,
}

impl Event {
    /// A call that changes something. Reviews are questions that are asked by creating them.
    fn changes(&self) -> bool {
        let verb =
            matches!(self.verb.as_str(), "create" | "update" | "patch" | "delete" | "deletecollection");
        let path = self.uri.split('?').next().unwrap_or_default();
        let asks = path.ends_with("reviews") || path.ends_with("/token");
        verb && !asks && !self.uri.contains("dryRun=")
    }

    /// By our program, or by the account that is named.
    fn is_ours(&self, account: Option<&str>) -> bool {
        let ours = self.user_agent.as_deref().is_some_and(|agent| agent.starts_with("kubechat/"));
        ours || account.is_some_and(|account| self.user.username == account)
    }

    fn call(&self) -> ServerCall {
        let acting = self.impersonated_user.as_ref().unwrap_or(&self.user);
        ServerCall {
            audit_id: self.audit_id.clone(),
            time: self.request_received_timestamp,
            user: acting.username.clone(),
            verb: self.verb.clone(),
            uri: self.uri.clone(),
            code: self.response_status.as_ref().and_then(|status| status.code),
        }
    }
}

/// What our log says of calls.
#[derive(Default)]
struct Ours {
    /// Named by an intent, before they left.
    announced: BTreeSet<String>,
    made: BTreeMap<String, (OurCall, Timestamp)>,
}

impl Ours {
    fn read(&mut self, entry: &Entry) {
        let Some(record) = &entry.record else { return };
        let list = |name: &str| record.data[name].as_array().into_iter().flatten();
        if record.kind == EventKind::QueryIntent {
            self.announced.extend(list("audit_ids").filter_map(Value::as_str).map(str::to_string));
        }
        for call in list("calls") {
            let text = |name: &str| call[name].as_str().unwrap_or_default().to_string();
            let code = call["status"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or_default();
            let ours = OurCall {
                audit_id: text("audit_id"),
                index: entry.index,
                verb: text("verb"),
                object: text("object"),
                code,
            };
            self.made.insert(ours.audit_id.clone(), (ours, record.time));
        }
    }
}

/// Compares our records with the lines of a kube-apiserver's audit log. Calls count as ours by the program's name in
/// the user agent, and by `account` where one is named.
pub fn compare(
    records: impl Iterator<Item = Result<Entry, crate::Error>>,
    server: impl BufRead,
    account: Option<&str>,
) -> Result<Comparison, crate::Error> {
    let mut ours = Ours::default();
    for entry in records {
        ours.read(&entry?);
    }
    let mut found = Comparison::default();
    let mut theirs: BTreeMap<String, Event> = BTreeMap::new();
    let (mut first, mut last) = (None::<Timestamp>, None::<Timestamp>);
    for line in server.split(b'\n') {
        let line =
            line.map_err(crate::Error::io("cannot read", std::path::Path::new("the API server's log")))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(event) = serde_json::from_slice::<Event>(&line) else {
            found.unreadable += 1;
            continue;
        };
        if let Some(time) = event.request_received_timestamp {
            first = Some(first.map_or(time, |first| first.min(time)));
            last = Some(last.map_or(time, |last| last.max(time)));
        }
        // One call has several stages; the last one knows the answer.
        theirs.insert(event.audit_id.clone(), event);
    }
    let covers =
        |time: Timestamp| first.is_some_and(|first| time >= first) && last.is_some_and(|last| time <= last);
    for (id, (call, time)) in &ours.made {
        match theirs.get(id) {
            Some(event) => found.judge(call, event),
            // No answer came: it may never have arrived.
            None if call.code == 0 => found.outside += u64::from(!covers(*time)),
            None if covers(*time) => found.unseen.push(call.clone()),
            None => found.outside += 1,
        }
    }
    for (id, event) in &theirs {
        if ours.made.contains_key(id) || !event.changes() {
            continue;
        }
        if ours.announced.contains(id) {
            found.decided.push(event.call());
        } else if event.is_ours(account) {
            found.unrecorded.push(event.call());
        }
    }
    Ok(found)
}

impl Comparison {
    fn judge(&mut self, call: &OurCall, event: &Event) {
        let theirs = event.call();
        match theirs.code {
            Some(code) if code == call.code => self.agreed += 1,
            // We heard nothing, the server knows.
            _ if call.code == 0 => self.decided.push(theirs),
            _ => self.differing.push(Differing { ours: call.clone(), theirs }),
        }
    }
}
