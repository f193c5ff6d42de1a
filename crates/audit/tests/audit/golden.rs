//! Logs of released versions stay readable and verifiable.

use crate::support::copy_dir;
use kubechat_audit::{
    Actor, EventKind, Log, LogReader, Options, Record, VerifierKey, rotation, verify, verify_proof,
};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

const RECORDS: u64 = 300;

fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(version)
}

fn record(n: u64) -> Record {
    let kinds = EventKind::ALL;
    let mut record = Record::new(kinds[n as usize % kinds.len()].clone(), Actor::new("ada", "cli"));
    record.time = format!("2026-01-02T03:04:{:02}.005Z", n % 60).parse().unwrap();
    record.actor.source = Some("192.0.2.7:50412".into());
    record.actor.user_agent = Some("kubechat/0.1.0".into());
    record.actor.request = Some("019ab000-0000-7000-8000-000000000001".into());
    record.actor.impersonated = Some("ada@example.test".into());
    record.actor.groups = vec!["shop-admins".into(), "system:authenticated".into()];
    record.query = Some(uuid::Uuid::from_u128(u128::from(n)));
    record.session = Some(uuid::Uuid::from_u128(7));
    record.cluster = Some("5fcc5254-ff7c-4f19-9a04-75ba0bd839d6".into());
    record.level = Some("warning".into());
    record.namespace = Some("shop".into());
    record.command = Some(format!("kubectl scale deployment/web --replicas={n}"));
    record.data = json!({ "n": n, "calls": [{
        "audit_id": "019ab000-0000-7000-8000-000000000002", "verb": "patch", "object": "deployment.apps/web",
        "group": "apps", "resource": "deployments", "name": "web", "namespace": "shop", "uid": "u1",
        "resource_version_before": "41", "resource_version_after": "42", "status": 200, "bytes": 1400, "latency_ms": 3,
    }] });
    record
}

/// Not a test: makes the folder of this version, once.
#[test]
#[ignore = "writes the golden log of a new version"]
fn write() {
    let (to, temp) = (folder("v1"), tempfile::tempdir().unwrap());
    let options = Options { roll_entries: 256, ..Options::default() };
    let (audit, keys) = (temp.path().join("audit"), temp.path().join("keys"));
    let mut log = Log::open_with(&audit, &keys, options).unwrap();
    for first in (0..RECORDS).step_by(50) {
        log.append(&(first..first + 50).map(record).collect::<Vec<_>>()).unwrap();
    }
    fs::create_dir_all(&to).unwrap();
    fs::write(to.join("key"), log.verifier().to_string()).unwrap();
    log.rotate_key(Actor::new("ada", "cli")).unwrap();
    copy_dir(&audit, &to.join("audit"));
    let reader = LogReader::open(&audit).unwrap();
    fs::write(to.join("record"), reader.bytes(77).unwrap()).unwrap();
    fs::write(to.join("proof"), reader.prove(77).unwrap()).unwrap();
}

#[test]
fn the_log_of_version_1_is_read_verified_and_proven() {
    let from = folder("v1");
    let key: VerifierKey = fs::read_to_string(from.join("key")).unwrap().parse().unwrap();
    // With a change of keys at its end.
    assert_eq!(verify(&from.join("audit"), &key, None).unwrap().size, RECORDS + 1);
    let reader = LogReader::open(&from.join("audit")).unwrap();
    for n in 0..RECORDS {
        let entry = reader.get(n).unwrap();
        let read = entry.record.unwrap();
        assert_eq!(read.data["n"], n);
        // The same record is the same bytes in every version: else a proof of it could not be made again.
        assert_eq!(read.to_bytes().unwrap(), entry.bytes);
        assert!(!read.kind.meaning().is_empty(), "{} is no longer known", read.kind);
    }
    let (record, proof) =
        (fs::read(from.join("record")).unwrap(), fs::read_to_string(from.join("proof")).unwrap());
    let keys = rotation::along(&key, &reader.rotations().unwrap()).unwrap();
    assert_eq!(verify_proof(&record, &proof, &keys.last().unwrap().0).unwrap().index, 77);
}
