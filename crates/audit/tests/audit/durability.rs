//! Crashes: whatever was acknowledged is there, whatever was not is either there whole or set aside.

use crate::support::{Home, copy_dir, entries, files_below, trials};
use kubechat_audit::{Error, GroupSink, Log, LogReader};
use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const CHILD_HOME: &str = "KUBECHAT_AUDIT_TEST_HOME";

/// Threads of the process that is killed.
const WRITERS: u64 = 4;
/// Trials on one log before a new one is begun: each reads all of it.
const TRIALS_PER_LOG: u64 = 25;

/// Not a test: the process that [`kill_at_any_moment_loses_nothing_acknowledged`] kills.
#[test]
#[ignore = "run by another test as a process of its own"]
fn appending_child() {
    let Some(home) = std::env::var_os(CHILD_HOME).map(std::path::PathBuf::from) else {
        panic!("{CHILD_HOME} names no folder");
    };
    let options = kubechat_audit::Options { roll_entries: 300, ..Default::default() };
    let log = Log::open_with(&home.join("audit"), &home.join("keys"), options).unwrap();
    let (sink, begun) = (GroupSink::new(log).unwrap(), std::process::id());
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let sink = &sink;
            scope.spawn(move || {
                for turn in 0_u64.. {
                    let text = |part| format!("{begun}-{writer}-{turn}-{part}");
                    let entries: Vec<String> = (0..=turn % 9).map(text).collect();
                    let bytes = entries.iter().map(|entry| entry.clone().into_bytes()).collect();
                    let receipts = sink.submit_entries(bytes).unwrap().wait().unwrap();
                    for (receipt, entry) in receipts.iter().zip(&entries) {
                        println!("\nack {} {entry} end", receipt.index);
                    }
                }
            });
        }
    });
}

#[test]
fn kill_at_any_moment_loses_nothing_acknowledged() {
    let seed = RandomState::new();
    for log in 0..trials(1000) / TRIALS_PER_LOG {
        let (home, mut acknowledged) = (Home::new(), BTreeMap::new());
        for trial in 0..TRIALS_PER_LOG {
            let mut hasher = seed.build_hasher();
            hasher.write_u64(log * TRIALS_PER_LOG + trial);
            run_until_killed(&home, 1 + hasher.finish() % 200, &mut acknowledged);
            let size = home.open().len();
            assert_eq!(home.verify().unwrap().size, size);
            let reader = LogReader::open(&home.audit()).unwrap();
            for (index, entry) in &acknowledged {
                assert!(*index < size, "trial {trial}: {size} records, and {index} was acknowledged");
                assert_eq!(reader.bytes(*index).unwrap(), *entry);
            }
        }
    }
}

/// Kills an appending process when it has acknowledged so many, and collects all that it did acknowledge.
fn run_until_killed(home: &Home, kill_after: u64, acknowledged: &mut BTreeMap<u64, Vec<u8>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durability::appending_child", "--ignored", "--nocapture"])
        .env(CHILD_HOME, home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        let parts: Vec<&str> = line.split(' ').collect();
        // The last line may be cut off.
        let ["ack", index, entry, "end"] = parts[..] else { continue };
        acknowledged.insert(index.parse().unwrap(), entry.as_bytes().to_vec());
        seen += 1;
        if seen == kill_after {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(seen >= kill_after);
}

#[test]
fn an_append_cut_off_anywhere_is_set_aside_and_the_rest_stands() {
    let home = Home::with_entries(300, 30);
    let published = fs::read(home.audit().join("checkpoint")).unwrap();
    let whole = fs::read(home.journal()).unwrap().len();
    home.open().append_entries(&entries(300..303)).unwrap();
    let bytes = fs::read(home.journal()).unwrap();
    let latest = fs::read(home.audit().join("checkpoint")).unwrap();

    let cuts: Vec<usize> = (whole + 1..whole + 30).chain((whole + 30..bytes.len()).step_by(11)).collect();
    for cut in cuts.iter().copied().chain([bytes.len() - 1]) {
        fs::write(home.journal(), &bytes[..cut]).unwrap();
        fs::write(home.audit().join("checkpoint"), &published).unwrap();
        assert_eq!(home.verify().unwrap().unfinished, cut - whole);
        let log = home.open();
        assert_eq!(log.len(), 300);
        let (aside, length) = log.recovery().unwrap().torn.clone().unwrap();
        assert_eq!(length, cut - whole);
        assert_eq!(fs::read(aside).unwrap(), &bytes[whole..cut]);
        assert_eq!(home.verify().unwrap().unfinished, 0);

        // The same cut after the append was published is a loss, and is never mended.
        fs::write(home.journal(), &bytes[..cut]).unwrap();
        fs::write(home.audit().join("checkpoint"), &latest).unwrap();
        assert_eq!(home.try_open().unwrap_err().index(), Some(300));
        assert_eq!(home.verify().unwrap_err().index(), Some(300));
    }
    assert_eq!(files_below(&home.path().join("index")).len(), cuts.len() + 1);
}

#[test]
fn an_append_that_was_written_but_not_published_is_kept() {
    let home = Home::with_entries(10, 10);
    let published = fs::read(home.audit().join("checkpoint")).unwrap();
    home.open().append_entries(&entries(10..12)).unwrap();
    fs::write(home.audit().join("checkpoint"), published).unwrap();
    assert!(matches!(home.verify(), Err(Error::StaleCheckpoint { published: 10, journal: 12 })));
    assert_eq!(LogReader::open(&home.audit()).unwrap().len(), 10);
    let log = home.open();
    assert_eq!((log.len(), log.recovery().unwrap().unpublished), (12, 2));
    assert_eq!(home.verify().unwrap().size, 12);
}

#[test]
fn a_lost_checkpoint_is_made_again_from_a_whole_journal_only() {
    let home = Home::with_entries(300, 7);
    let (path, journal) = (home.audit().join("checkpoint"), fs::read(home.journal()).unwrap());
    for lost in [None, Some(&b""[..]), Some(&b"\0\0\0"[..])] {
        fs::remove_file(&path).unwrap();
        if let Some(bytes) = lost {
            fs::write(&path, bytes).unwrap();
        }
        assert!(home.verify().is_err());
        fs::write(home.journal(), &journal[..journal.len() - 1]).unwrap();
        assert!(home.try_open().is_err());
        fs::write(home.journal(), &journal).unwrap();
        assert!(home.open().recovery().is_some());
        assert_eq!(home.verify().unwrap().size, 300);
    }
}

#[test]
fn a_crash_between_the_steps_of_a_roll_is_finished_by_the_next_start() {
    let home = Home::with_entries(256, 64);
    let old = home.journal();
    let before = Home::new();
    copy_dir(home.path(), before.path());
    home.open().append_entries(&entries(256..260)).unwrap();
    assert_ne!(home.journal(), old);

    // Tiles are written, the journal is still the old one.
    let tiles_only = Home::new();
    copy_dir(before.path(), tiles_only.path());
    copy_dir(&home.audit().join("tile"), &tiles_only.audit().join("tile"));
    fs::write(tiles_only.audit().join("journal/00000000000000000256.new"), "half").unwrap();
    assert_eq!(tiles_only.verify().unwrap().size, 256);
    tiles_only.open().append_entries(&entries(256..258)).unwrap();
    assert_eq!(tiles_only.verify().unwrap().size, 258);

    // The new journal is there, the old one too.
    fs::copy(before.journal(), &old).unwrap();
    assert_eq!(home.verify().unwrap().size, 260);
    assert_eq!(home.open().len(), 260);
    assert!(!old.exists());
}
