//! The log in a PostgreSQL database: the same promises as in files, on a real server.

use crate::server::{Server, keys};
use crate::support::{entries, entry, trials};
use kubechat_audit::storage::{Postgres, SCHEMA, Storage};
use kubechat_audit::verify::verify_in;
use kubechat_audit::{
    Actor, Error, EventKind, GroupSink, LockedSink, Log, LogReader, Options, Place, Record, Since, Sink,
    VerifierKey,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const CHILD_URL: &str = "KUBECHAT_AUDIT_TEST_DATABASE";
const CHILD_KEYS: &str = "KUBECHAT_AUDIT_TEST_KEYS";
const EAGER: Options = Options { roll_entries: 256, roll_bytes: 1 << 20 };

struct Case {
    server: Server,
    home: TempDir,
}

impl Case {
    fn new() -> Option<Case> {
        Server::start().map(|server| Case { server, home: tempfile::tempdir().unwrap() })
    }

    fn open_at(&self, url: &str) -> Result<Log, Error> {
        self.open_with(Postgres::writer(url))
    }

    fn open_with(&self, storage: Postgres) -> Result<Log, Error> {
        Log::open_in(Arc::new(storage), &Postgres::log_dir(), &keys(self.home.path()), EAGER)
    }

    fn open(&self) -> Log {
        self.open_at(&self.server.url("owner")).unwrap()
    }

    fn place(&self) -> Place {
        Place::database(&self.server.url("owner"), &keys(self.home.path()))
    }

    fn verify_at(&self, url: &str, key: &VerifierKey, since: &[Since]) -> Result<u64, Error> {
        let storage: Arc<dyn Storage> = Arc::new(Postgres::reader(url));
        verify_in(&storage, &Postgres::log_dir(), key, since, &|_, _| {}).map(|verified| verified.size)
    }

    fn verify(&self, since: &[Since]) -> Result<u64, Error> {
        self.verify_at(&self.server.url("owner"), &self.place().verifier().unwrap(), since)
    }
}

fn record(user: &str) -> Record {
    Record::new(EventKind::AuthLogin, Actor::new(user, "cli"))
}

#[test]
fn a_log_in_a_database_is_written_read_proven_and_verified() {
    let Some(case) = Case::new() else { return };
    let mut log = case.open();
    assert!(log.is_empty());
    for batch in entries(0..700).chunks(35) {
        let receipts = log.append_entries(batch).unwrap();
        assert_eq!(receipts.last().unwrap().checkpoint.size, receipts.last().unwrap().index + 1);
    }
    let reader = case.place().reader().unwrap();
    for index in [0, 255, 256, 511, 512, 699] {
        assert_eq!(reader.bytes(index).unwrap(), entry(index));
        let proof = reader.prove(index).unwrap();
        assert_eq!(kubechat_audit::verify_proof(&entry(index), &proof, log.verifier()).unwrap().index, index);
    }
    let since = Since::from(reader.checkpoint());
    drop(log);
    let mut again = case.open();
    assert!((again.len(), again.recovery().is_none()) == (700, true));
    again.append_entries(&entries(700..705)).unwrap();
    assert_eq!(case.verify(&[since]).unwrap(), 705);
    // The signing key never reaches the database.
    let rows = case.server.sql("audit", "SELECT DISTINCT path FROM kubechat_audit ORDER BY 1");
    assert!(rows.contains("database/audit/tile/entries/001") && !rows.contains("pem"), "{rows}");
}

#[test]
fn rows_are_never_changed_or_removed_by_whomever() {
    let Some(case) = Case::new() else { return };
    case.server.sql("audit", SCHEMA);
    case.server.sql("audit", "GRANT SELECT, INSERT ON kubechat_audit, kubechat_audit_epoch TO app");
    case.server.sql("audit", "GRANT SELECT ON kubechat_audit TO auditor");
    // The program needs no more than to read and to add.
    case.open_at(&case.server.url("app")).unwrap().append_entries(&entries(0..300)).unwrap();
    let key = case.place().verifier().unwrap();
    assert_eq!(case.verify_at(&case.server.url("auditor"), &key, &[]).unwrap(), 300);
    for role in ["app", "auditor", "owner"] {
        for change in [
            "UPDATE kubechat_audit SET bytes = ''",
            "DELETE FROM kubechat_audit",
            "TRUNCATE kubechat_audit",
            "INSERT INTO kubechat_audit SELECT path, version + 1, at, bytes, 0 FROM kubechat_audit",
            "UPDATE kubechat_audit_epoch SET epoch = 9",
            "DELETE FROM kubechat_audit_epoch",
            "TRUNCATE kubechat_audit_epoch",
        ] {
            let attempt = format!(
                "SET ROLE {role}; DO $$ BEGIN {change}; RAISE 'went through'; EXCEPTION
                WHEN insufficient_privilege OR SQLSTATE 'KC001' OR SQLSTATE 'KC002' THEN NULL; END $$"
            );
            case.server.sql("audit", &attempt);
        }
    }
    assert_eq!(case.verify(&[]).unwrap(), 300);
}

#[test]
fn one_process_writes_at_a_time_and_one_that_lost_its_lock_is_fenced_off() {
    let Some(case) = Case::new() else { return };
    let mut first = case.open();
    first.append_entries(&entries(0..3)).unwrap();
    let error = case.open_at(&case.server.url("owner")).unwrap_err();
    assert!(matches!(error, Error::Held { .. }), "{error}");
    // Its connection is cut: the lock is free, and what it still wants to write is refused.
    case.server.sql("audit", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
    let mut second = case.open();
    assert_eq!(second.len(), 3);
    let error = first.append_entries(&entries(3..4)).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    second.append_entries(&entries(3..5)).unwrap();
    // Even with a connection of its own, an old epoch writes nothing.
    let fenced = "DO $$ BEGIN INSERT INTO kubechat_audit VALUES ('database/audit/x', 1, 0, '', 1); RAISE 'went through';
        EXCEPTION WHEN SQLSTATE 'KC001' THEN NULL; END $$";
    case.server.sql("audit", fenced);
    assert_eq!(case.verify(&[]).unwrap(), 5);
}

#[test]
fn a_changed_row_is_found_and_the_first_bad_record_named() {
    let Some(case) = Case::new() else { return };
    case.open().append_entries(&entries(0..300)).unwrap();
    case.open().append_entries(&entries(300..301)).unwrap();
    // The owner of the tables can switch the triggers off; the signatures can't be.
    let change = |set: &str, path: &str| {
        case.server.sql("audit", &format!("ALTER TABLE kubechat_audit DISABLE TRIGGER USER; UPDATE kubechat_audit
            SET bytes = {set} WHERE path = 'database/audit/{path}'; ALTER TABLE kubechat_audit ENABLE TRIGGER USER"));
    };
    let kept = "CREATE TABLE kept AS SELECT * FROM kubechat_audit";
    case.server.sql("audit", kept);
    let back = || {
        case.server.sql(
            "audit",
            "ALTER TABLE kubechat_audit DISABLE TRIGGER USER; DELETE FROM kubechat_audit;
            INSERT INTO kubechat_audit SELECT * FROM kept; ALTER TABLE kubechat_audit ENABLE TRIGGER USER",
        );
    };
    for index in [0_u64, 7, 100, 255] {
        let (from, to) = (hex::encode(entry(index)), hex::encode(format!("E{index}")));
        let length = format!("{:04x}", entry(index).len());
        change(
            &format!("decode(replace(encode(bytes, 'hex'), '{length}{from}', '{length}{to}'), 'hex')"),
            "tile/entries/000",
        );
        assert_eq!(case.verify(&[]).unwrap_err().index(), Some(index));
        back();
    }
    change("set_byte(bytes, 1344, get_byte(bytes, 1344) # 1)", "tile/0/000");
    assert_eq!(case.verify(&[]).unwrap_err().index(), Some(42));
    back();
    let gone = "ALTER TABLE kubechat_audit DISABLE TRIGGER USER; DELETE FROM kubechat_audit WHERE path LIKE '%/journal/%'";
    case.server.sql("audit", &format!("{gone}; ALTER TABLE kubechat_audit ENABLE TRIGGER USER"));
    case.verify(&[]).unwrap_err();
    assert!(case.open_at(&case.server.url("owner")).is_err(), "a log without its journal was opened");
    back();
    assert_eq!(case.verify(&[]).unwrap(), 301);
}

#[test]
fn an_older_copy_of_the_database_is_found_by_who_remembers_a_newer_one() {
    let Some(case) = Case::new() else { return };
    let mut log = case.open();
    log.append_entries(&entries(0..20)).unwrap();
    drop(log);
    case.server.sql("postgres", "CREATE DATABASE older TEMPLATE audit");
    let mut log = case.open();
    let receipts = log.append_entries(&entries(20..25)).unwrap();
    let (seen, key) = (Since::from(receipts[0].checkpoint.as_ref()), log.verifier().clone());
    assert_eq!(case.verify(std::slice::from_ref(&seen)).unwrap(), 25);
    let older = case.server.url_of("owner", "older");
    assert_eq!(case.verify_at(&older, &key, &[]).unwrap(), 20);
    assert!(matches!(case.verify_at(&older, &key, &[seen]), Err(Error::RolledBack { since: 25, .. })));
}

#[test]
fn a_database_that_is_down_or_slow_takes_nothing_and_goes_on_when_it_is_back() {
    let Some(mut case) = Case::new() else { return };
    let patience = Duration::from_secs(5);
    let log = case.open_with(Postgres::writer(&case.server.url("owner")).waiting(patience)).unwrap();
    let sink = GroupSink::new(log).unwrap();
    sink.append(vec![record("before")]).unwrap();

    case.server.down(true);
    for user in ["during", "still"] {
        let error = sink.append(vec![record(user)]).unwrap_err().to_string();
        assert!(error.contains("audit database") && error.contains("nothing runs until"), "{error}");
    }
    assert!(sink.stopped().unwrap().contains("audit database"));
    case.server.up();
    let after = sink.append(vec![record("after")]).unwrap()[0].index;
    let reader = case.place().reader().unwrap();
    let users = |entry: Result<kubechat_audit::Entry, Error>| entry.unwrap().record.unwrap().actor.user;
    let users: Vec<String> = reader.iter(0..after + 1).map(users).filter(|user| user != "system").collect();
    assert_eq!(users, ["before", "after"]);
    assert!(sink.stopped().is_none());

    // Somebody's lock on the table makes it slow.
    let (held, release) = case.server.lock_table();
    let error = sink.append(vec![record("slow")]).unwrap_err().to_string();
    assert!(error.contains("audit database"), "{error}");
    drop(release);
    held.join().unwrap();
    assert!(sink.append(vec![record("later")]).unwrap()[0].index > after);
    drop(sink);
    case.verify(&[]).unwrap();
}

#[test]
fn terminals_take_turns_on_one_database() {
    let Some(case) = Case::new() else { return };
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let case = &case;
            scope.spawn(move || {
                let sink = LockedSink::at(case.home.path(), case.place()).waiting(Duration::from_secs(600));
                for turn in 0..5 {
                    sink.append(vec![record(&format!("{writer}-{turn}"))]).unwrap();
                }
            });
        }
    });
    // And that the log was begun, by whoever came first.
    assert_eq!(case.verify(&[]).unwrap(), 16);
}

/// Not a test: the process that [`killing_writers_and_the_database_loses_nothing_acknowledged`] kills.
#[test]
#[ignore = "run by another test as a process of its own"]
fn appending_child() {
    let variable = |name| std::env::var(name).unwrap();
    let storage = Arc::new(Postgres::writer(&variable(CHILD_URL)));
    let log = Log::open_in(storage, &Postgres::log_dir(), Path::new(&variable(CHILD_KEYS)), EAGER).unwrap();
    let sink = GroupSink::new(log).unwrap();
    for turn in 0_u64.. {
        let texts: Vec<String> =
            (0..=turn % 40).map(|part| format!("{}-{turn}-{part}", std::process::id())).collect();
        let bytes = texts.iter().map(|text| text.clone().into_bytes()).collect();
        let Ok(receipts) = sink.submit_entries(bytes).unwrap().wait() else { return };
        for (receipt, text) in receipts.iter().zip(&texts) {
            println!("\nack {} {text} end", receipt.index);
        }
    }
}

#[test]
fn killing_writers_and_the_database_loses_nothing_acknowledged() {
    let Some(mut case) = Case::new() else { return };
    let mut acknowledged: BTreeMap<u64, String> = BTreeMap::new();
    for trial in 0..trials(200) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "database::appending_child", "--ignored", "--nocapture"])
            .env(CHILD_URL, case.server.url("owner"))
            .env(CHILD_KEYS, keys(case.home.path()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut seen = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            let parts: Vec<&str> = line.split(' ').collect();
            // The last line may be cut off.
            let ["ack", index, text, "end"] = parts[..] else { continue };
            acknowledged.insert(index.parse().unwrap(), text.to_owned());
            seen += 1;
            if seen == 1 + (trial * 37) % 150 {
                // Every third time the database crashes instead, under the writer.
                if trial % 3 == 2 { case.server.down(true) } else { child.kill().unwrap() }
            }
        }
        child.wait().unwrap();
        if trial % 3 == 2 {
            case.server.up();
        }
        let size = case.open().len();
        assert_eq!(case.verify(&[]).unwrap(), size);
        let storage: Arc<dyn Storage> = Arc::new(Postgres::reader(&case.server.url("owner")));
        let reader = LogReader::open_in(storage, &Postgres::log_dir()).unwrap();
        for (index, text) in &acknowledged {
            assert!(*index < size, "trial {trial}: {size} records, and {index} was acknowledged");
            assert_eq!(reader.bytes(*index).unwrap(), text.as_bytes());
        }
    }
}
