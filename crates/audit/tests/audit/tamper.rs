//! Somebody edits what is stored: every edit is found, and the first bad record is named where one can be.

use crate::support::{Home, copy_dir, entries, files_below, trials};
use kubechat_audit::{Checkpoint, Error, LogReader, Since};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// Applies an edit, asks whether it is found, and takes it back.
fn found(home: &Home, path: &Path, edit: impl FnOnce(&mut Vec<u8>)) -> Error {
    let original = fs::read(path).unwrap();
    let mut bytes = original.clone();
    edit(&mut bytes);
    assert_ne!(bytes, original);
    fs::write(path, bytes).unwrap();
    let result = home.verify();
    fs::write(path, original).unwrap();
    match result {
        Err(error) => error,
        Ok(verified) => panic!("an edit of {} went unnoticed: {verified:?}", path.display()),
    }
}

#[test]
fn every_byte_of_a_log_counts() {
    let home = Home::with_entries(261, 256);
    for path in files_below(&home.audit()) {
        let length = fs::read(&path).unwrap().len();
        // All bytes of the small files. In a tile and a bundle each byte is alike, so a sample of them.
        let step = if length > 1200 { 61 } else { 1 };
        for at in (0..length).step_by(step).chain([length - 1]) {
            found(&home, &path, |bytes| bytes[at] ^= 1 << (at % 8));
        }
    }
    assert_eq!(home.verify().unwrap().size, 261);
}

#[test]
fn the_first_changed_record_is_named() {
    let home = Home::with_entries(600, 50);
    let bundle = home.audit().join("tile/entries/000");
    let at = |text: &[u8], bytes: &[u8]| bytes.windows(text.len()).position(|w| w == text).unwrap();
    for (text, index) in [(&b"e7"[..], 7), (b"e100", 100), (b"e255", 255)] {
        let error = found(&home, &bundle, |bytes| {
            let start = at(text, bytes);
            bytes[start] = b'E';
        });
        assert_eq!(error.index(), Some(index));
    }
    let tile = home.audit().join("tile/0/000");
    assert_eq!(found(&home, &tile, |bytes| bytes[42 * 32 + 5] ^= 8).index(), Some(42));
    // The journal names the append: 550 to 599 came in one.
    let error = found(&home, &home.journal(), |bytes| {
        let start = at(b"e580", bytes);
        bytes[start] = b'E';
    });
    assert_eq!(error.index(), Some(550));
}

#[test]
fn swapped_records_are_found() {
    let home = Home::with_entries(300, 300);
    let bundle = home.audit().join("tile/entries/000");
    // The journal was turned into tiles by nobody yet: make it so.
    home.open().append_entries(&entries(300..301)).unwrap();
    let error = found(&home, &bundle, |bytes| {
        let at = bytes.windows(4).position(|w| w == b"\x00\x03e5").unwrap_or(0);
        let (a, b) = (b"\x00\x03e50", b"\x00\x03e51");
        let start = bytes.windows(10).position(|w| w == [&a[..], b].concat()).unwrap_or(at);
        bytes[start..start + 10].copy_from_slice(&[&b[..], a].concat());
    });
    assert_eq!(error.index(), Some(50));
    // With their hashes swapped as well, the signed tree is another one.
    let tile = home.audit().join("tile/0/000");
    let original = fs::read(&tile).unwrap();
    let mut hashes = original.clone();
    let (left, right) = hashes.split_at_mut(51 * 32);
    left[50 * 32..].swap_with_slice(&mut right[..32]);
    fs::write(&tile, hashes).unwrap();
    let error = found(&home, &bundle, |bytes| {
        let start = bytes.windows(10).position(|w| w == b"\x00\x03e50\x00\x03e51").unwrap();
        bytes[start..start + 10].copy_from_slice(b"\x00\x03e51\x00\x03e50");
    });
    assert_eq!(error.index(), Some(0), "{error}");
    fs::write(&tile, original).unwrap();
    home.verify().unwrap();
}

#[test]
fn dropped_records_are_found() {
    let home = Home::with_entries(300, 10);
    let length = fs::read(home.journal()).unwrap().len();
    let mut ends = Vec::new();
    for keep in (0..length).step_by(7) {
        ends.extend(found(&home, &home.journal(), |bytes| bytes.truncate(keep)).index());
    }
    assert!(ends.is_sorted() && ends.contains(&290));
    let error = found(&home, &home.audit().join("tile/entries/000"), |bytes| bytes.truncate(bytes.len() - 6));
    assert_eq!(error.index(), Some(255));
}

#[test]
fn a_removed_file_is_found() {
    let home = Home::with_entries(600, 200);
    let aside = home.path().join("aside");
    for path in files_below(&home.audit()) {
        fs::rename(&path, &aside).unwrap();
        let error = home.verify().unwrap_err();
        fs::rename(&aside, &path).unwrap();
        if path.to_string_lossy().contains("tile") {
            assert_eq!(error.index(), Some(0));
        }
    }
    home.verify().unwrap();
}

#[test]
fn an_older_checkpoint_is_found() {
    let home = Home::with_entries(300, 300);
    let older = fs::read(home.audit().join("checkpoint")).unwrap();
    home.open().append_entries(&entries(300..400)).unwrap();
    let error = found(&home, &home.audit().join("checkpoint"), |bytes| *bytes = older);
    assert!(matches!(error, Error::StaleCheckpoint { published: 300, journal: 400 }));
}

#[test]
fn an_older_valid_state_is_found_by_who_remembers_a_newer_one() {
    let home = Home::with_entries(300, 100);
    let older = Home::new();
    copy_dir(home.path(), older.path());
    home.open().append_entries(&entries(300..320)).unwrap();
    let seen = Since::from(LogReader::open(&home.audit()).unwrap().checkpoint());

    home.verify_since(Some(&seen)).unwrap();
    older.verify().unwrap();
    assert!(matches!(older.verify_since(Some(&seen)), Err(Error::RolledBack { since: 320, .. })));
    // Rolled back and gone on differently, as long as before.
    let other: Vec<&[u8]> = vec![b"other"; 30];
    older.open().append_entries(&other).unwrap();
    older.verify().unwrap();
    assert!(matches!(older.verify_since(Some(&seen)), Err(Error::RolledBack { since: 320, .. })));
}

#[test]
fn a_log_signed_by_somebody_else_is_not_this_one() {
    let (home, other) = (Home::with_entries(5, 5), Home::with_entries(5, 5));
    let result = kubechat_audit::verify(&other.audit(), &home.key(), None);
    assert!(matches!(result, Err(Error::WrongKey { .. })));
    // Nor when it says that it is.
    fs::copy(home.audit().join("log.vkey"), other.audit().join("log.vkey")).unwrap();
    assert!(kubechat_audit::verify(&other.audit(), &home.key(), None).is_err());
}

/// A checkpoint forged without the key.
#[test]
fn a_checkpoint_for_another_root_needs_the_key() {
    let home = Home::with_entries(5, 5);
    let path = home.audit().join("checkpoint");
    let note = fs::read_to_string(&path).unwrap();
    assert!(Checkpoint::open(&note, &home.key()).is_ok());
    assert!(Checkpoint::open(&note.replace("\n5\n", "\n4\n"), &home.key()).is_err());
}

/// One thing somebody may do to a file.
#[derive(Debug, Clone)]
enum Edit {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Move(prop::sample::Index, prop::sample::Index, usize),
}

fn edits() -> impl Strategy<Value = Edit> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), 1_u8..).prop_map(|(at, mask)| Edit::Flip(at, mask)),
        at().prop_map(Edit::Cut),
        (at(), 1_usize..80).prop_map(|(at, count)| Edit::Remove(at, count)),
        (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (at(), at(), 1_usize..80).prop_map(|(from, to, count)| Edit::Move(from, to, count)),
    ]
}

fn apply(edit: &Edit, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    match edit {
        Edit::Flip(at, mask) => bytes[at.index(length)] ^= mask,
        Edit::Cut(at) => bytes.truncate(at.index(length)),
        Edit::Remove(at, count) => {
            let at = at.index(length);
            bytes.drain(at..(at + count).min(length));
        }
        Edit::Insert(at, more) => {
            let at = at.index(length);
            bytes.splice(at..at, more.iter().copied());
        }
        Edit::Move(from, to, count) => {
            let (from, to) = (from.index(length), to.index(length));
            let piece = bytes[from..(from + count).min(length)].to_vec();
            let end = (to + piece.len()).min(length);
            bytes.splice(to..end, piece);
        }
    }
}

#[test]
fn any_edit_is_found_and_none_makes_opening_panic() {
    let home = Home::with_entries(600, 60);
    let files = files_below(&home.audit());
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(u32::try_from(trials(10_000)).unwrap())
    };
    proptest!(config, |(which in any::<prop::sample::Index>(), edit in edits())| {
        let path = which.get(&files);
        let original = fs::read(path).unwrap();
        prop_assert!(!original.is_empty());
        let mut bytes = original.clone();
        apply(&edit, &mut bytes);
        if bytes != original {
            let error = found(&home, path, |current| *current = bytes.clone());
            prop_assert!(!error.to_string().is_empty());
            // Nor is a damaged journal ever taken for a shorter one.
            fs::write(path, &bytes).unwrap();
            let reader = LogReader::open(&home.audit());
            fs::write(path, &original).unwrap();
            prop_assert!(reader.is_err() || reader.is_ok_and(|reader| reader.len() == 600));
        }
    });
}
