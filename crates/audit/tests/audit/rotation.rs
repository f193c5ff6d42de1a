//! A new signing key: recorded, vouched for by the one before, and no break for who knows an older one.

use crate::sim::{Disk, Fault, Random};
use crate::support::{Home, entries, entry, files_below};
use kubechat_audit::storage::Storage;
use kubechat_audit::verify::verify_in;
use kubechat_audit::{
    Actor, Error, EventKind, Log, LogReader, Options, Since, VerifierKey, export, rotation, verify,
    verify_proof,
};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A log of 700 entries under three keys, of which the first two are gone.
fn rotated() -> (Home, Vec<VerifierKey>) {
    let home = Home::new();
    let mut log = home.open();
    let mut keys = Vec::new();
    for (from, to) in [(0, 300), (300, 310), (310, 700)] {
        if from > 0 {
            log.rotate_key(Actor::new("ada", "cli")).unwrap();
        }
        for batch in entries(from..to).chunks(50) {
            log.append_entries(batch).unwrap();
        }
        keys.push(log.verifier().clone());
    }
    (home, keys)
}

#[test]
fn whoever_knows_an_older_key_verifies_the_whole_log() {
    let (home, keys) = rotated();
    let reader = LogReader::open(&home.audit()).unwrap();
    assert_eq!(reader.len(), 702);
    let record = reader.get(300).unwrap().record.unwrap();
    assert_eq!((record.kind, record.actor.user.as_str()), (EventKind::LogKeyRotated, "ada"));
    assert_eq!(record.data["new"], keys[1].to_string());
    for key in &keys {
        assert_eq!(verify(&home.audit(), key, None).unwrap().size, 702);
        assert_eq!(
            rotation::along(key, &reader.rotations().unwrap()).unwrap().last().map_or(key, |(key, _)| key),
            &keys[2]
        );
    }
    let stranger = Home::with_entries(1, 1).key();
    assert!(matches!(verify(&home.audit(), &stranger, None), Err(Error::WrongKey { .. })));
    // A proof is by the key of its time.
    let proof = reader.prove(5).unwrap();
    verify_proof(&entry(5), &proof, &keys[2]).unwrap();
    verify_proof(&entry(5), &proof, &keys[0]).unwrap_err();
    // The old private keys are nowhere.
    assert_eq!(files_below(&home.keys()).len(), 2, "{:?}", files_below(&home.keys()));

    let to = home.path().join("exported");
    export::whole(&reader, &to).unwrap();
    for key in &keys {
        assert_eq!(export::verify(&to, key, &[], &|_, _| {}).unwrap().0, 702);
    }
    export::verify(&to, &stranger, &[], &|_, _| {}).unwrap_err();
}

#[test]
fn nothing_of_a_handover_can_be_changed_or_left_out() {
    let (home, keys) = rotated();
    for path in files_below(&home.audit().join("rotations")) {
        let original = fs::read(&path).unwrap();
        for at in (0..original.len()).step_by(3) {
            let mut bytes = original.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            for key in &keys {
                assert!(verify(&home.audit(), key, None).is_err(), "byte {at} of {}", path.display());
            }
        }
        fs::remove_file(&path).unwrap();
        assert!(verify(&home.audit(), &keys[0], None).is_err());
        fs::write(&path, original).unwrap();
    }
    verify(&home.audit(), &keys[0], None).unwrap();
}

#[test]
fn who_has_only_the_old_key_cannot_hand_the_log_to_another() {
    let (home, keys) = rotated();
    let reader = LogReader::open(&home.audit()).unwrap();
    let mut rotations = reader.rotations().unwrap();
    let other = Home::with_entries(1, 1).key();
    rotations[0].record = rotations[0].record.replace(&keys[1].to_string(), &other.to_string());
    rotation::along(&keys[0], &rotations).unwrap_err();
}

#[test]
fn a_change_of_keys_cut_off_anywhere_is_finished_or_never_was() {
    let (dir, keys) = (Path::new("/data/audit"), Path::new("/data/keys"));
    let options = Options { roll_entries: 256, ..Options::default() };
    let (mut done, mut never) = (0, 0);
    for at in 0..60 {
        let (disk, mut random) = (Disk::default(), Random(at));
        let open = || Log::open_in(Arc::new(disk.clone()), dir, keys, options);
        let mut log = open().unwrap();
        log.append_entries(&entries(0..20)).unwrap();
        let (old, since) = (log.verifier().clone(), Since::from(log.checkpoint()));
        disk.fault_after(at, Fault::PowerCut);
        let finished = log.rotate_key(Actor::new("ada", "cli")).is_ok();
        drop(log);
        disk.restart(&mut random);
        let mut log = open().unwrap_or_else(|error| panic!("cut at {at}: {error}"));
        if *log.verifier() == old {
            never += 1
        } else {
            done += 1
        }
        assert!(!finished || *log.verifier() != old);
        log.append_entries(&[b"after"]).unwrap();
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        verify_in(&storage, dir, &old, &[since], &|_, _| {})
            .unwrap_or_else(|error| panic!("cut at {at}: {error}"));
        log.rotate_key(Actor::new("ada", "cli")).unwrap();
        verify_in(&storage, dir, &old, &[], &|_, _| {}).unwrap();
    }
    assert!(done > 3 && never > 3, "{done} finished, {never} never were");
}
