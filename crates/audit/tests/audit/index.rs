//! The search index: what it finds is what reading the whole log finds, and it can be thrown away.

use crate::support::Home;
use kubechat_audit::index::{Index, index_path, search};
use kubechat_audit::{Actor, EventKind, Filter, LogReader, Record};
use serde_json::json;
use std::fs;
use uuid::Uuid;

const USERS: [&str; 3] = ["ada", "bob", "eve"];
const VERBS: [&str; 4] = ["get", "scale", "delete", "logs"];
const STATES: [&str; 3] = ["succeeded", "failed", "voided"];

fn session(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

fn record(n: u64) -> Record {
    let pick = |list: &[&'static str], salt: u64| list[(n.wrapping_mul(salt) >> 3) as usize % list.len()];
    let kind = if n.is_multiple_of(3) { EventKind::QueryOutcome } else { EventKind::QueryIntent };
    let mut record = Record::new(kind, Actor::new(pick(&USERS, 7), "cli"));
    // The clock goes back once.
    record.time = format!("2026-01-{:02}T00:{:02}:00Z", 1 + n / 100 % 28, n % 60).parse().unwrap();
    record.session = Some(session(n % 5));
    record.namespace = Some(if n.is_multiple_of(2) { "shop" } else { "bank" }.to_string());
    record.level = Some(pick(&["safe", "warning", "dangerous"], 11).to_string());
    record.command = Some(format!("kubectl {} deployment/web-{} -n shop", pick(&VERBS, 13), n % 9));
    record.data = json!({
        "state": pick(&STATES, 17), "operations": ["patch deployments.apps/scale"],
        "targets": [{"group": "apps", "resource": "deployments", "name": format!("web-{}", n % 9)}],
        "note": format!("Number {n}."),
    });
    record
}

fn home(count: u64) -> Home {
    let home = Home::new();
    let mut log = home.open();
    for first in (0..count).step_by(97) {
        log.append(&(first..(first + 97).min(count)).map(record).collect::<Vec<_>>()).unwrap();
    }
    log.append_entries(&[b"not a record: Number 7."]).unwrap();
    home
}

fn filters() -> Vec<Filter> {
    let any = Filter::default;
    let text = |text: &str| Some(text.to_string());
    let time = |text: &str| Some(text.parse().unwrap());
    vec![
        any(),
        Filter { user: text("ada"), ..any() },
        Filter { user: text("nobody"), ..any() },
        Filter { session: Some(session(3)), verb: text("SCALE"), ..any() },
        Filter { object: text("web-4"), outcome: text("failed"), ..any() },
        Filter { object: text("deployments.apps/web-4"), level: text("dangerous"), ..any() },
        Filter { verb: text("patch"), namespace: text("bank"), before: Some(777), ..any() },
        Filter { kinds: vec![EventKind::QueryOutcome, EventKind::AuthLogin], user: text("eve"), ..any() },
        Filter { since: time("2026-01-03T00:10:00Z"), until: time("2026-01-05T00:20:00Z"), ..any() },
        Filter { since: time("2026-01-09T00:00:00Z"), user: text("bob"), ..any() },
        Filter { until: time("2020-01-01T00:00:00Z"), ..any() },
        Filter { text: text("NUMBER 7."), ..any() },
        Filter { text: text("number 70"), namespace: text("shop"), ..any() },
        Filter { text: text("umber 7"), ..any() },
        Filter { text: text("web-4 -n sh"), ..any() },
        Filter { text: text("\"'* OR NEAR("), ..any() },
    ]
}

#[test]
fn the_index_finds_what_reading_everything_finds() {
    let home = home(1200);
    let log = LogReader::open(&home.audit()).unwrap();
    for filter in filters() {
        for limit in [1, 20, 5000] {
            let found = search(&log, home.path(), &filter, limit).unwrap();
            assert_eq!(found, log.list(&filter, limit).unwrap(), "{filter:?}");
            assert!(found.iter().all(|entry| filter.matches(entry)));
        }
    }
    let found: usize = filters().iter().map(|filter| log.list(filter, 9).unwrap().len()).sum();
    assert!(found > 60, "{found}");
}

#[test]
fn the_index_follows_the_log_and_is_made_again_where_it_is_not_of_it() {
    let home = home(300);
    let size = |home: &Home| Index::open(home.path()).unwrap().size().unwrap();
    let find = |home: &Home, text: &str| -> Vec<u64> {
        let log = LogReader::open(&home.audit()).unwrap();
        let filter = Filter { text: Some(text.to_string()), ..Filter::default() };
        search(&log, home.path(), &filter, 99).unwrap().iter().map(|entry| entry.index).collect()
    };
    assert_eq!(find(&home, "number 299"), [299]);
    assert_eq!(size(&home), 301);
    home.open().append(&[record(4000)]).unwrap();
    assert_eq!(find(&home, "number 4000"), [301]);

    // Of another log, cut, or no database at all.
    let other = self::home(10);
    fs::copy(index_path(home.path()), index_path(other.path())).unwrap();
    assert_eq!(find(&other, "number 4000"), [0; 0]);
    assert_eq!(find(&other, "number 9"), [9]);
    assert_eq!(size(&other), 11);
    for broken in [&b"no database, but long enough to be read as one of them, page by page"[..], b""] {
        for more in ["-wal", "-shm"] {
            let _ = fs::remove_file(home.path().join(format!("search.db{more}")));
        }
        fs::write(index_path(home.path()), broken).unwrap();
        assert_eq!(find(&home, "number 4000"), [301]);
    }
}

#[test]
fn without_a_place_for_an_index_the_log_itself_is_read() {
    let home = home(50);
    let log = LogReader::open(&home.audit()).unwrap();
    let filter = Filter { object: Some("web-4".into()), ..Filter::default() };
    let nowhere = home.path().join("no/such/folder");
    assert_eq!(search(&log, &nowhere, &filter, 9).unwrap(), log.list(&filter, 9).unwrap());
}
