//! Writing and reading: what was appended is there, in order, provable, across rolls and openings.

use crate::support::{EAGER, Home, entries, entry, files_below};
use kubechat_audit::merkle::{verify_consistency, verify_inclusion};
use kubechat_audit::{Actor, Checkpoint, Error, EventKind, Filter, Log, LogReader, Options, Record};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

#[test]
fn a_new_log_has_a_private_key_a_checkpoint_and_nothing_in_it() {
    let home = Home::new();
    let log = home.open();
    assert!(log.is_empty() && log.recovery().is_none());
    assert!(log.verifier().name().starts_with("kubechat.local/"));
    let key = home.keys().join("audit.pem");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(key).unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
    assert_eq!(home.verify().unwrap().size, 0);
    let again = home.open();
    assert_eq!(again.verifier(), log.verifier());
}

#[test]
fn receipts_prove_their_records() {
    let home = Home::new();
    let mut log = home.open();
    let mut next = 0;
    for batch in [1_u64, 5, 250, 3, 300, 1, 1] {
        let receipts = log.append_entries(&entries(next..next + batch)).unwrap();
        assert_eq!(receipts.len() as u64, batch);
        for receipt in receipts {
            assert_eq!(receipt.index, next);
            let at = &receipt.checkpoint;
            verify_inclusion(next, at.size, &receipt.leaf_hash, &receipt.proof, &at.root).unwrap();
            assert_eq!(Checkpoint::open(&at.note, log.verifier()).unwrap(), **at);
            next += 1;
        }
    }
    assert!(log.append_entries::<Vec<u8>>(&[]).unwrap().is_empty());
    assert_eq!(home.verify().unwrap().size, next);
}

#[test]
fn a_log_deeper_than_one_tile_is_read_proven_and_verified() {
    let home = Home::new();
    let options = Options { roll_entries: 2000, roll_bytes: 1 << 30 };
    let mut log = Log::open_with(&home.audit(), &home.keys(), options).unwrap();
    let (size, mut remembered) = (70_000_u64, Vec::new());
    for batch in entries(0..size).chunks(2500) {
        let receipts = log.append_entries(batch).unwrap();
        remembered.push(receipts[0].checkpoint.as_ref().clone());
        log.refresh().unwrap();
    }
    assert!(home.audit().join("tile/1/000").exists());
    let reopened = Log::open(&home.audit(), &home.keys()).unwrap();
    assert_eq!(reopened.checkpoint(), log.checkpoint());

    let reader = LogReader::open(&home.audit()).unwrap();
    assert_eq!(reader.len(), size);
    for index in (0..size).step_by(997).chain([255, 256, 65_535, 65_536, size - 1]) {
        assert_eq!(reader.bytes(index).unwrap(), entry(index));
        let leaf = kubechat_audit::merkle::leaf_hash(&entry(index));
        let path = reader.inclusion(index, size).unwrap();
        verify_inclusion(index, size, &leaf, &path, &reader.checkpoint().root).unwrap();
    }
    for old in &remembered {
        assert_eq!(reader.root(old.size).unwrap(), old.root);
        let path = reader.consistency(old.size, size).unwrap();
        verify_consistency((old.size, &old.root), (size, &reader.checkpoint().root), &path).unwrap();
        home.verify_since(Some(&old.into())).unwrap();
    }
    assert!(matches!(reader.get(size), Err(Error::OutOfRange { .. })));

    // Two checks that need more than one level of tiles.
    let tile = home.audit().join("tile/1/000");
    let mut bytes = fs::read(&tile).unwrap();
    bytes[32 * 3] ^= 1;
    fs::write(&tile, bytes).unwrap();
    assert_eq!(home.verify().unwrap_err().index(), Some(3 * 256));
    fs::remove_file(&tile).unwrap();
    assert_eq!(home.verify().unwrap_err().index(), Some(0));
}

#[test]
fn stored_tiles_are_laid_out_as_specified() {
    let home = Home::with_entries(600, 100);
    let names: Vec<String> = files_below(&home.audit())
        .iter()
        .map(|path| path.strip_prefix(home.audit()).unwrap().to_str().unwrap().to_string())
        .collect();
    assert_eq!(
        names,
        ["checkpoint", "journal/00000000000000000256", "log.vkey", "tile/0/000", "tile/entries/000"]
    );
    assert_eq!(fs::read(home.audit().join("tile/0/000")).unwrap().len(), 8192);
    assert!(fs::read(home.audit().join("tile/entries/000")).unwrap().starts_with(b"\x00\x02e0\x00\x02e1"));
}

#[test]
fn a_log_without_its_key_and_a_key_without_its_log_are_refused() {
    let home = Home::with_entries(3, 1);
    let (key, aside) = (home.keys().join("audit.pem"), home.path().join("aside"));
    fs::rename(&key, &aside).unwrap();
    assert!(matches!(home.try_open(), Err(Error::KeyMissing { .. })));
    assert!(!key.exists());

    let other = Home::with_entries(1, 1);
    fs::copy(other.keys().join("audit.pem"), &key).unwrap();
    assert!(matches!(home.try_open(), Err(Error::WrongKey { .. })));
    fs::rename(&aside, &key).unwrap();
    assert_eq!(home.open().len(), 3);

    fs::remove_dir_all(home.audit()).unwrap();
    assert!(matches!(home.try_open(), Err(Error::LogMissing { .. })));
    assert!(!home.audit().exists());
}

#[test]
fn a_crash_while_beginning_a_log_is_finished_by_the_next_start() {
    let home = Home::new();
    let vkey = home.open().verifier().to_string();
    fs::rename(home.audit(), home.path().join("audit.new")).unwrap();
    assert_eq!(home.open().verifier().to_string(), vkey);

    let home = Home::new();
    fs::create_dir_all(home.path().join("audit.new/journal")).unwrap();
    assert!(home.open().is_empty());
}

fn record(user: &str, kind: EventKind, namespace: &str) -> Record {
    let mut record = Record::new(kind, Actor::new(user, "cli"));
    record.namespace = Some(namespace.into());
    record
}

#[test]
fn a_record_that_is_too_large_is_refused_and_nothing_is_written() {
    let home = Home::new();
    let mut log = home.open();
    let mut large = record("ada", EventKind::QueryIntent, "shop");
    large.data = json!("x".repeat(1 << 16));
    let small = record("ada", EventKind::QueryIntent, "shop");
    assert!(matches!(log.append(&[small.clone(), large]), Err(Error::RecordTooLarge { limit: 65_535, .. })));
    assert_eq!(log.append(&[small]).unwrap()[0].index, 0);
}

#[test]
fn records_are_found_by_what_they_say() {
    let home = Home::new();
    let mut log = home.open();
    let query = Uuid::now_v7();
    for index in 0..700 {
        let user = if index % 2 == 0 { "ada" } else { "bob" };
        let kind = if index % 5 == 0 { EventKind::QueryOutcome } else { EventKind::QueryIntent };
        let mut record = record(user, kind, if index < 350 { "shop" } else { "bank" });
        record.query = (index == 123).then_some(query);
        record.level = Some(if index == 321 { "dangerous" } else { "safe" }.into());
        record.cluster = (index == 4).then(|| "c1".to_string());
        record.time = format!("2026-01-01T00:{:02}:00Z", index % 60).parse().unwrap();
        record.data = json!({ "note": format!("Number {index}.") });
        log.append(&[record]).unwrap();
    }
    log.append_entries(&[b"not a record: Number 7."]).unwrap();

    let reader = LogReader::open(&home.audit()).unwrap();
    let list = |filter: Filter, limit| -> Vec<u64> {
        reader.list(&filter, limit).unwrap().iter().map(|entry| entry.index).collect()
    };
    let any = Filter::default;
    assert_eq!(list(any(), 3), [700, 699, 698]);
    assert_eq!(list(Filter { before: Some(698), ..any() }, 2), [697, 696]);
    assert_eq!(list(Filter { query: Some(query), ..any() }, 9), [123]);
    assert_eq!(list(Filter { level: Some("dangerous".into()), ..any() }, 9), [321]);
    assert_eq!(list(Filter { cluster: Some("c1".into()), ..any() }, 9), [4]);
    assert_eq!(list(Filter { text: Some("NUMBER 7.".into()), ..any() }, 9), [700, 7]);
    let both = Filter {
        user: Some("bob".into()),
        kinds: vec![EventKind::QueryOutcome],
        namespace: Some("shop".into()),
        ..any()
    };
    assert_eq!(list(both, 2), [345, 335]);
    let time = |text: &str| Some(text.parse().unwrap());
    let minute = Filter { since: time("2026-01-01T00:59:00Z"), until: time("2026-01-01T01:00:00Z"), ..any() };
    assert_eq!(list(minute, 2), [659, 599]);
    assert!(reader.get(700).unwrap().record.is_none());
}

#[test]
fn readers_see_a_valid_log_at_every_moment_while_it_is_written() {
    let home = Home::with_entries(1, 1);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut log = home.open();
            for batch in entries(1..1500).chunks(7) {
                log.append_entries(batch).unwrap();
            }
            done.store(true, Ordering::Release);
        });
        let (mut reader, mut rounds) = (LogReader::open(&home.audit()).unwrap(), 0_u32);
        while !done.load(Ordering::Acquire) || rounds == 0 {
            let before = reader.checkpoint().clone();
            reader.refresh().unwrap();
            let size = reader.len();
            let path = reader.consistency(before.size, size).unwrap();
            verify_consistency((before.size, &before.root), (size, &reader.checkpoint().root), &path)
                .unwrap();
            assert_eq!(reader.bytes(size - 1).unwrap(), entry(size - 1));
            assert!(home.verify_since(Some(&(&before).into())).unwrap().size >= size);
            rounds += 1;
        }
    });
    assert_eq!(home.verify().unwrap().size, 1500);
}

#[test]
fn an_open_log_takes_in_what_another_wrote() {
    let home = Home::new();
    let (mut one, mut two) = (home.open(), home.open());
    for round in 0..300 {
        let writer = if round % 3 == 0 { &mut one } else { &mut two };
        writer.refresh().unwrap();
        assert_eq!(
            writer.append_entries(&[entry(round * 2), entry(round * 2 + 1)]).unwrap()[0].index,
            round * 2
        );
    }
    assert_eq!(home.verify().unwrap().size, 600);
    assert_eq!(EAGER.roll_entries, 256);
}
