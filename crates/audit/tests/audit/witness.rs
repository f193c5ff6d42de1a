//! A witness outside: what it is sent, and what it signs.

use crate::support::{Home, entries, entry};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signer as _, SigningKey};
use kubechat_audit::merkle::{Hash, empty_root, verify_consistency};
use kubechat_audit::{Checkpoint, LogReader, VerifierKey, WitnessKey, verify_proof, witness};

/// A witness as tlog-witness describes it, in memory.
struct Scripted {
    key: SigningKey,
    log: VerifierKey,
    size: u64,
    root: Hash,
}

const NAME: &str = "witness.test/w1";

impl Scripted {
    fn new(log: VerifierKey) -> Scripted {
        Scripted { key: SigningKey::from_bytes(&[9; 32]), log, size: 0, root: empty_root() }
    }

    fn public(&self) -> WitnessKey {
        WitnessKey::new(NAME, self.key.verifying_key()).unwrap()
    }

    /// `add-checkpoint`: status and body.
    fn add(&mut self, body: &str) -> (u16, String) {
        let (head, note) = body.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
        let proof: Vec<Hash> =
            lines.map(|line| BASE64_STANDARD.decode(line).unwrap().try_into().unwrap()).collect();
        let Ok(checkpoint) = Checkpoint::open(note, &self.log) else { return (403, String::new()) };
        if old != self.size {
            return (409, format!("{}\n", self.size));
        }
        if verify_consistency((old, &self.root), (checkpoint.size, &checkpoint.root), &proof).is_err() {
            return (422, String::new());
        }
        (self.size, self.root) = (checkpoint.size, checkpoint.root);
        (200, self.cosign(note, 1_679_315_147))
    }

    fn cosign(&self, note: &str, time: u64) -> String {
        let text = &note[..note.rfind("\n\n").unwrap() + 1];
        let signature = self.key.sign(format!("cosignature/v1\ntime {time}\n{text}").as_bytes());
        let key = self.public().to_string();
        let id = hex::decode(key.split('+').nth(1).unwrap()).unwrap();
        let blob = [&id[..], &time.to_be_bytes(), &signature.to_bytes()].concat();
        format!("\u{2014} {NAME} {}\n", BASE64_STANDARD.encode(blob))
    }
}

#[test]
fn a_witness_signs_for_a_log_that_grows_and_for_no_other() {
    let home = Home::with_entries(10, 10);
    let mut outside = Scripted::new(home.key());
    let key = outside.public();
    assert_eq!(key.to_string().parse::<WitnessKey>().unwrap(), key);
    let mut last = 0;
    for size in [10, 300, 300, 301] {
        let reader = LogReader::open(&home.audit()).unwrap();
        if reader.len() < size {
            home.open().append_entries(&entries(reader.len()..size)).unwrap();
        }
        let reader = LogReader::open(&home.audit()).unwrap();
        let (status, answer) = outside.add(&witness::request(&reader, last).unwrap());
        assert_eq!(status, 200, "{answer}");
        let note = key.accept(reader.checkpoint(), &answer).unwrap();
        assert_eq!(key.cosigned(&note).unwrap().as_second(), 1_679_315_147);
        last = size;
        // The log's own signature still holds, and a proof carries both.
        let cosigned = Checkpoint::open(&note, &home.key()).unwrap();
        let proof = reader.prove_under(7, &cosigned).unwrap();
        let proven = verify_proof(&entry(7), &proof, &home.key()).unwrap();
        key.cosigned(&proven.checkpoint.note).unwrap();
        key.cosigned(&reader.checkpoint().note).unwrap_err();
    }
    let reader = LogReader::open(&home.audit()).unwrap();
    let (status, answer) = outside.add(&witness::request(&reader, 300).unwrap());
    assert_eq!((status, witness::other_size(&answer)), (409, Some(301)));
    // It has seen another history.
    outside.root[0] ^= 1;
    home.open().append_entries(&entries(301..310)).unwrap();
    let reader = LogReader::open(&home.audit()).unwrap();
    assert_eq!(outside.add(&witness::request(&reader, 301).unwrap()).0, 422);
}

#[test]
fn a_cosignature_of_another_key_time_or_text_is_none() {
    let home = Home::with_entries(3, 3);
    let outside = Scripted::new(home.key());
    let (key, reader) = (outside.public(), LogReader::open(&home.audit()).unwrap());
    let line = outside.cosign(&reader.checkpoint().note, 7);
    let note = key.accept(reader.checkpoint(), &line).unwrap();
    let other = WitnessKey::new(NAME, SigningKey::from_bytes(&[8; 32]).verifying_key()).unwrap();
    other.cosigned(&note).unwrap_err();
    other.accept(reader.checkpoint(), &line).unwrap_err();
    key.cosigned(&note.replace("\n3\n", "\n4\n")).unwrap_err();
    let blob = line.trim().rsplit(' ').next().unwrap();
    for at in 0..76 {
        let mut bytes = BASE64_STANDARD.decode(blob).unwrap();
        bytes[at] ^= 1;
        let changed = note.replace(blob, &BASE64_STANDARD.encode(bytes));
        assert!(key.cosigned(&changed).is_err(), "byte {at}");
    }
    // A log's key is no witness's.
    assert!(home.key().to_string().parse::<WitnessKey>().is_err());
    assert!(key.to_string().parse::<VerifierKey>().is_err());
}
