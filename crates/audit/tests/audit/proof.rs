//! Proofs that leave the building.

use crate::support::{Home, entry};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use kubechat_audit::{Error, LogReader, Since, VerifierKey, proof, verify_proof};
use proptest::prelude::*;
use std::fs;

#[test]
fn a_proof_of_every_record_holds_with_the_key_alone_and_for_that_record_only() {
    let home = Home::with_entries(600, 150);
    let key: VerifierKey = home.key().to_string().parse().unwrap();
    let reader = LogReader::open(&home.audit()).unwrap();
    for index in (0..600).step_by(13) {
        let text = reader.prove(index).unwrap();
        assert!(text.len() < 2048);
        let proven = verify_proof(&entry(index), &text, &key).unwrap();
        assert_eq!((proven.index, &proven.checkpoint), (index, reader.checkpoint()));
        assert!(matches!(verify_proof(&entry(index + 1), &text, &key), Err(Error::BadProof(_))));
        let moved = text.replace(&format!("index {index}\n"), &format!("index {}\n", index ^ 1));
        assert!(verify_proof(&entry(index), &moved, &key).is_err());
    }
    let other = Home::with_entries(600, 600);
    assert!(matches!(
        verify_proof(&entry(3), &reader.prove(3).unwrap(), &other.key()),
        Err(Error::BadNote(_))
    ));
}

#[test]
fn a_changed_record_is_not_proven() {
    let home = Home::with_entries(300, 100);
    home.open().append_entries(&[b"last"]).unwrap();
    let bundle = home.audit().join("tile/entries/000");
    let mut bytes = fs::read(&bundle).unwrap();
    let at = bytes.windows(3).position(|w| w == b"e77").unwrap();
    bytes[at] = b'E';
    fs::write(bundle, bytes).unwrap();
    let reader = LogReader::open(&home.audit()).unwrap();
    assert_eq!(reader.prove(77).unwrap_err().index(), Some(77));
    assert!(reader.prove(78).is_ok());
}

#[test]
fn the_text_is_as_specified() {
    let home = Home::with_entries(3, 3);
    let reader = LogReader::open(&home.audit()).unwrap();
    let text = reader.prove(2).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", "index 2"]);
    assert_eq!(lines[3..6], ["", home.key().name(), "3"]);
    assert_eq!(lines[6], BASE64_STANDARD.encode(reader.checkpoint().root));

    let extra = text.replacen("index", "extra aGVsbG8=\nindex", 1);
    assert!(verify_proof(&entry(2), &extra, &home.key()).is_ok());
    for bad in ["index 02", "index +2", "index ", "index 3", "Index 2"] {
        assert!(verify_proof(&entry(2), &text.replace("index 2", bad), &home.key()).is_err(), "{bad}");
    }
}

#[test]
fn a_remembered_state_can_be_given_as_note_or_as_size_and_root() {
    let home = Home::with_entries(300, 100);
    let (key, reader) = (home.key(), LogReader::open(&home.audit()).unwrap());
    let at = reader.checkpoint();
    let expected = Since::from(at);
    assert_eq!(Since::parse(&at.note, &key).unwrap(), expected);
    assert_eq!(Since::parse(&format!("300 {}", BASE64_STANDARD.encode(at.root)), &key).unwrap(), expected);
    assert_eq!(Since::parse(&format!("300:{}\n", hex::encode(at.root)), &key).unwrap(), expected);
    assert!(Since::parse(&at.note.replace("300", "299"), &key).is_err());
    assert!(Since::parse("300", &key).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_the_parser_panic(text in "(c2sp.org/tlog-proof@v1\n)?(extra [a-z=]*\n)?(index [0-9]{1,22}\n)?([A-Za-z0-9+/=]{44}\n){0,3}\n?.*") {
        if let Ok(parsed) = proof::parse(&text) {
            prop_assert!(text.ends_with(parsed.note));
        }
    }
}
