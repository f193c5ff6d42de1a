//! Power cuts, full disks and failing syncs, simulated: nothing acknowledged is lost, nothing half is served.

use crate::sim::{Disk, Fault, Random};
use crate::support::trials;
use kubechat_audit::storage::Storage;
use kubechat_audit::verify::verify_in;
use kubechat_audit::{Error, Log, LogReader, Options, Since, VerifierKey};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

const OPTIONS: Options = Options { roll_entries: 256, roll_bytes: 1 << 20 };
const DIR: &str = "/data/audit";

fn open(disk: &Disk) -> Result<Log, Error> {
    Log::open_in(Arc::new(disk.clone()), Path::new(DIR), Path::new("/data/keys"), OPTIONS)
}

/// What somebody outside knows of a log.
#[derive(Default)]
struct Known {
    acknowledged: Vec<Vec<u8>>,
    /// The append that nobody was told of.
    in_flight: Vec<Vec<u8>>,
    since: Option<Since>,
    key: Option<VerifierKey>,
}

impl Known {
    /// Appends until something goes wrong.
    fn run(&mut self, disk: &Disk, random: &mut Random, boot: u64) {
        self.in_flight.clear();
        let Ok(mut log) = open(disk) else { return };
        self.key = Some(log.verifier().clone());
        loop {
            // Now and then one that fills several tiles, which are then written together.
            let most = if random.below(6) == 0 { 1200 } else { 90 };
            let (first, count) = (self.acknowledged.len() as u64, 1 + random.below(most));
            let text = |index| format!("boot {boot} entry {index} {}", "x".repeat((index % 50) as usize));
            self.in_flight = (first..first + count).map(|index| text(index).into_bytes()).collect();
            let Ok(receipts) = log.append_entries(&self.in_flight) else { return };
            assert_eq!(receipts[0].index, first);
            self.since = Some(Since::from(receipts[0].checkpoint.as_ref()));
            self.acknowledged.append(&mut self.in_flight);
        }
    }

    /// Opens the log again and compares; what was in flight is there whole or not at all.
    fn check(&mut self, disk: &Disk) {
        let log =
            open(disk).unwrap_or_else(|error| panic!("{} acknowledged: {error}", self.acknowledged.len()));
        let (size, sure) = (log.len(), self.acknowledged.len() as u64);
        let whole = sure + self.in_flight.len() as u64;
        assert!(size == sure || size == whole, "{size} records of {sure} acknowledged, {whole} written");
        let all = self.acknowledged.iter().chain(&self.in_flight);
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let reader = LogReader::open_in(Arc::clone(&storage), Path::new(DIR)).unwrap();
        assert_eq!(reader.len(), size);
        for (index, expected) in (0..size).zip(all) {
            assert_eq!(reader.bytes(index).unwrap(), *expected);
        }
        let key = log.verifier();
        assert!(sure == 0 || self.key.as_ref() == Some(key));
        verify_in(&storage, Path::new(DIR), key, self.since.as_slice(), &|_, _| {}).unwrap();
        if size == whole {
            self.acknowledged.append(&mut self.in_flight);
        }
    }
}

fn power_cuts(seed: u64) {
    let (disk, mut random, mut known) = (Disk::default(), Random(seed), Known::default());
    for boot in 0..4 {
        let within = if boot == 0 { 60 } else { 120 };
        disk.fault_after(random.below(within), Fault::PowerCut);
        known.run(&disk, &mut random, boot);
        disk.restart(&mut random);
        // Every other time the power goes again while the log is opened.
        if random.below(2) == 0 {
            disk.fault_after(random.below(12), Fault::PowerCut);
            let _ = open(&disk);
            disk.restart(&mut random);
        }
        known.check(&disk);
    }
}

/// `KUBECHAT_SEED` replays one.
#[test]
fn power_cuts_at_any_moment_lose_nothing_acknowledged() {
    let one = std::env::var("KUBECHAT_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    for seed in one.map_or(0..trials(1000), |seed| seed..seed + 1) {
        let result = std::panic::catch_unwind(|| power_cuts(seed));
        assert!(result.is_ok(), "seed {seed}: replay it with KUBECHAT_SEED={seed}");
    }
}

#[test]
fn a_disk_that_refuses_at_any_operation_stops_the_log_and_loses_nothing() {
    let kinds = [
        ErrorKind::StorageFull,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::QuotaExceeded,
        ErrorKind::PermissionDenied,
        ErrorKind::Other,
    ];
    for seed in 0..trials(1000) {
        let (disk, mut random, mut known) = (Disk::default(), Random(seed), Known::default());
        let kind = kinds[(seed % 5) as usize];
        let at = seed / 5;
        disk.fault_after(at, Fault::Fails(kind));
        known.run(&disk, &mut random, 0);
        disk.mend();
        known.check(&disk);
        // And a power cut after that finds what was acknowledged then.
        disk.fault_after(random.below(60), Fault::PowerCut);
        known.run(&disk, &mut random, 1);
        disk.restart(&mut random);
        known.check(&disk);
    }
}

#[test]
fn after_a_failed_sync_nothing_is_taken_until_the_log_is_opened_again_and_written_anew() {
    for seed in 0..trials(1000) {
        let (disk, mut random, mut known) = (Disk::default(), Random(seed), Known::default());
        let mut log = open(&disk).unwrap();
        disk.fault_after(random.below(60), Fault::SyncFails);
        known.key = Some(log.verifier().clone());
        let failed = loop {
            let entry = format!("entry {}", known.acknowledged.len()).into_bytes();
            match log.append_entries(std::slice::from_ref(&entry)) {
                Ok(receipts) => {
                    known.since = Some(Since::from(receipts[0].checkpoint.as_ref()));
                    known.acknowledged.push(entry);
                }
                Err(error) => break (error, entry),
            }
        };
        assert!(matches!(failed.0, Error::Io { .. }), "{}", failed.0);
        assert!(matches!(log.append_entries(&[b"more"]), Err(Error::Poisoned(_))));
        // The memory of the system still shows the record that the disk will never hold.
        known.in_flight = vec![failed.1];
        known.check(&disk);
        let size = known.acknowledged.len();
        known.run_once(&disk);
        disk.restart(&mut random);
        known.check(&disk);
        assert!(known.acknowledged.len() > size);
    }
}

impl Known {
    fn run_once(&mut self, disk: &Disk) {
        self.in_flight.clear();
        let entry = b"after".to_vec();
        open(disk).unwrap().append_entries(std::slice::from_ref(&entry)).unwrap();
        self.acknowledged.push(entry);
    }
}
