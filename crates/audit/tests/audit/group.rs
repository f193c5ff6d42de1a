//! One writer, many who wait.

use crate::sim::{Disk, Fault};
use crate::support::Home;
use kubechat_audit::group::Limits;
use kubechat_audit::merkle::verify_inclusion;
use kubechat_audit::{Error, GroupSink, Log, LogReader, Options, Sink};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn sink(disk: &Disk, limits: Limits) -> GroupSink {
    let storage = Arc::new(disk.clone());
    let log = Log::open_in(storage, Path::new("/d/audit"), Path::new("/d/keys"), Options::default()).unwrap();
    GroupSink::with_limits(log, limits).unwrap()
}

fn one(text: &str) -> Vec<Vec<u8>> {
    vec![text.as_bytes().to_vec()]
}

#[test]
fn what_arrives_during_a_sync_is_one_batch_under_one_checkpoint() {
    let disk = Disk::default();
    let sink = sink(&disk, Limits::default());
    disk.hold();
    let first = sink.submit_entries(one("first")).unwrap();
    disk.until_held();
    let before = disk.syncs();
    let rest: Vec<_> = (0..40).map(|n| sink.submit_entries(one(&format!("{n}"))).unwrap()).collect();
    disk.let_go();
    assert_eq!(first.wait().unwrap()[0].checkpoint.size, 1);
    for (n, pending) in (1..).zip(rest) {
        let receipt = pending.wait().unwrap().remove(0);
        assert_eq!((receipt.index, receipt.checkpoint.size), (n, 41));
        let at = &receipt.checkpoint;
        verify_inclusion(n, at.size, &receipt.leaf_hash, &receipt.proof, &at.root).unwrap();
    }
    assert_eq!(disk.syncs() - before, 2);
}

#[test]
fn a_full_queue_refuses_and_goes_on_when_there_is_room() {
    let disk = Disk::default();
    let sink = sink(&disk, Limits { queue: 3, ..Limits::default() });
    disk.hold();
    let first = sink.submit_entries(one("first")).unwrap();
    disk.until_held();
    let waiting: Vec<_> = (0..3).map(|_| sink.submit_entries(one("more")).unwrap()).collect();
    let refused = sink.submit_entries(one("one too many")).unwrap_err();
    assert!(matches!(refused, Error::QueueFull { waiting: 3, limit: 3 }), "{refused}");
    disk.let_go();
    for pending in waiting.into_iter().chain([first]) {
        pending.wait().unwrap();
    }
    assert_eq!(sink.submit_entries(one("room again")).unwrap().wait().unwrap()[0].index, 4);
}

#[test]
fn a_disk_that_takes_too_long_is_an_error_and_not_a_yes() {
    let disk = Disk::default();
    let sink = sink(&disk, Limits { patience: Duration::from_millis(1), ..Limits::default() });
    disk.hold();
    let pending = sink.submit_entries(one("slow")).unwrap();
    assert!(matches!(pending.wait(), Err(Error::Slow { waited_ms: 1 })));
    disk.let_go();
}

#[test]
fn a_failed_batch_tells_all_who_wait_and_stops_the_writer() {
    for fault in [Fault::SyncFails, Fault::Fails(ErrorKind::StorageFull), Fault::Fails(ErrorKind::Other)] {
        let disk = Disk::default();
        let sink = sink(&disk, Limits::default());
        sink.submit_entries(one("kept")).unwrap().wait().unwrap();
        assert!(sink.stopped().is_none());
        disk.hold();
        let first = sink.submit_entries(one("first")).unwrap();
        disk.until_held();
        let rest: Vec<_> = (0..5).map(|_| sink.submit_entries(one("more")).unwrap()).collect();
        disk.fault_after(0, fault);
        disk.let_go();
        for pending in rest.into_iter().chain([first]) {
            assert!(matches!(pending.wait(), Err(Error::Batch(_))), "{fault:?}");
        }
        disk.mend();
        assert!(sink.stopped().is_some());
        assert!(matches!(sink.submit_entries(one("after")), Err(Error::Poisoned(_))));
        drop(sink);
        let reader = LogReader::open_in(Arc::new(disk.clone()), Path::new("/d/audit")).unwrap();
        assert_eq!(reader.len(), 1);
    }
}

#[test]
fn dropping_the_sink_writes_what_waits() {
    let disk = Disk::default();
    let sink = sink(&disk, Limits::default());
    disk.hold();
    let _ = sink.submit_entries(one("first")).unwrap();
    disk.until_held();
    let last = sink.submit_entries(one("last")).unwrap();
    disk.let_go();
    drop(sink);
    assert_eq!(last.wait().unwrap()[0].index, 1);
}

#[test]
fn many_threads_lose_nothing_and_each_keeps_its_order() {
    let home = Home::new();
    let sink = GroupSink::new(home.open()).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let sink = &sink;
            scope.spawn(move || {
                let mut last = None;
                for turn in 0..40 {
                    let pair = vec![format!("{writer} {turn} a").into(), format!("{writer} {turn} b").into()];
                    let receipts = sink.submit_entries(pair).unwrap().wait().unwrap();
                    assert_eq!(receipts[0].index + 1, receipts[1].index);
                    assert!(last.replace(receipts[1].index).is_none_or(|last| last < receipts[0].index));
                }
            });
        }
    });
    drop(sink);
    assert_eq!(home.verify().unwrap().size, 640);
}
