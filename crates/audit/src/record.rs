//! An audit record and its bytes: RFC 8785 canonical JSON. What is hashed is what is stored.

use crate::Error;
use crate::event::EventKind;
use crate::tiles::MAX_ENTRY;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The schema this version writes.
pub const SCHEMA: u32 = 1;

/// The largest integer that canonical JSON keeps exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// One audit record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of this structure.
    pub schema: u32,
    /// What happened.
    pub kind: EventKind,
    /// When; kept to the millisecond.
    #[serde(with = "milliseconds")]
    pub time: Timestamp,
    /// Who did it and how they came in.
    pub actor: Actor,
    /// The query it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Uuid>,
    /// The conversation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
    /// Id of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Namespace it worked in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The typed command, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Safety level: `safe`, `warning`, `dangerous` or `refused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Everything particular to the kind. Integers beyond 2^53 have to be strings.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

/// Who acted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The KubeChat user, or `system` for what no person asked for.
    pub user: String,
    /// How they were recognised, such as `cli`, `password`, `oidc`, `token`.
    pub method: String,
    /// Address and port they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Their program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The cluster user they act as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impersonated: Option<String>,
    /// The groups they act with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl Actor {
    /// An actor of whom no more is known.
    pub fn new(user: impl Into<String>, method: impl Into<String>) -> Actor {
        Actor { user: user.into(), method: method.into(), ..Actor::default() }
    }
}

impl Record {
    /// A record of something that happened now.
    pub fn new(kind: EventKind, actor: Actor) -> Record {
        Record {
            schema: SCHEMA,
            kind,
            time: Timestamp::now(),
            actor,
            query: None,
            session: None,
            cluster: None,
            namespace: None,
            command: None,
            level: None,
            data: Value::Null,
        }
    }

    /// The bytes that are stored and hashed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        check_numbers(&self.data)?;
        let bytes = serde_json_canonicalizer::to_vec(self).map_err(|e| Error::Unencodable(e.to_string()))?;
        if bytes.len() > MAX_ENTRY {
            return Err(Error::RecordTooLarge { size: bytes.len(), limit: MAX_ENTRY });
        }
        Ok(bytes)
    }

    /// Reads stored bytes. Fields that a later version added are skipped.
    pub fn from_bytes(bytes: &[u8]) -> Result<Record, Error> {
        serde_json::from_slice(bytes).map_err(|e| Error::Unencodable(e.to_string()))
    }
}

/// Canonical JSON has doubles only: refuse what would be silently rounded.
fn check_numbers(value: &Value) -> Result<(), Error> {
    match value {
        Value::Number(number) => {
            let exact = match (number.as_u64(), number.as_i64()) {
                (Some(n), _) => n <= MAX_SAFE_INTEGER,
                (None, Some(n)) => n.unsigned_abs() <= MAX_SAFE_INTEGER,
                (None, None) => true,
            };
            if exact { Ok(()) } else { Err(Error::Unencodable(format!("{number} has to be a string"))) }
        }
        Value::Array(items) => items.iter().try_for_each(check_numbers),
        Value::Object(fields) => fields.values().try_for_each(check_numbers),
        _ => Ok(()),
    }
}

mod milliseconds {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Record {
        let mut record = Record::new(EventKind::QueryIntent, Actor::new("ada", "cli"));
        record.time = "2026-01-02T03:04:05.6789Z".parse().unwrap();
        record.data = json!({"b": 1, "a": [1.5, "\u{e9}"]});
        record
    }

    #[test]
    fn bytes_are_canonical_and_stable() {
        let bytes = sample().to_bytes().unwrap();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            "{\"actor\":{\"method\":\"cli\",\"user\":\"ada\"},\"data\":{\"a\":[1.5,\"\u{e9}\"],\"b\":1},\
             \"kind\":\"query.intent\",\"schema\":1,\"time\":\"2026-01-02T03:04:05.678Z\"}"
        );
        assert_eq!(Record::from_bytes(&bytes).unwrap().to_bytes().unwrap(), bytes);
    }

    #[test]
    fn later_kinds_and_fields_can_be_read() {
        let later = br#"{"actor":{"method":"x","user":"y","shoe":44},"kind":"moon.landed","schema":9,"time":"2031-01-01T00:00:00.000Z","zone":1}"#;
        let record = Record::from_bytes(later).unwrap();
        assert_eq!(record.kind, EventKind::Other("moon.landed".into()));
    }

    #[test]
    fn what_would_be_rounded_or_cut_is_refused() {
        let mut record = sample();
        record.data = json!({"n": [9_007_199_254_740_993_u64]});
        assert!(matches!(record.to_bytes(), Err(Error::Unencodable(_))));
        record.data = json!("x".repeat(70_000));
        assert!(matches!(record.to_bytes(), Err(Error::RecordTooLarge { size, .. }) if size > 70_000));
    }
}
