//! Several processes' ways to one log.

use crate::support::Home;
use kubechat_audit::{
    Actor, Error, EventKind, GroupSink, LockedSink, Log, LogReader, Record, ServerLock, Sink,
};
use std::time::Duration;

fn record(user: String) -> Record {
    Record::new(EventKind::AuthLogin, Actor::new(user, "cli"))
}

#[test]
fn many_writers_share_one_log_and_lose_nothing() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let home = &home;
            scope.spawn(move || {
                let sink = LockedSink::new(home.path()).waiting(Duration::from_secs(600));
                for turn in 0..25 {
                    sink.append(vec![record(format!("{writer}-{turn}"))]).unwrap();
                }
            });
        }
    });
    assert_eq!(home.verify().unwrap().size, 101);
    let reader = LogReader::open(&home.audit()).unwrap();
    let begun = reader.iter(0..1).next().unwrap().unwrap().record.unwrap();
    assert_eq!((begun.kind, begun.actor.user.as_str()), (EventKind::LogCreated, "system"));
    let mut users: Vec<String> = reader.iter(1..101).map(|e| e.unwrap().record.unwrap().actor.user).collect();
    for writer in 0..4 {
        let own: Vec<&String> = users.iter().filter(|user| user.starts_with(&format!("{writer}-"))).collect();
        assert!(own.iter().enumerate().all(|(turn, user)| **user == format!("{writer}-{turn}")));
    }
    users.sort();
    users.dedup();
    assert_eq!(users.len(), 100);
}

#[test]
fn a_server_takes_over_and_others_are_told() {
    let home = Home::new();
    let cli = LockedSink::new(home.path());
    cli.append(vec![record("before".into())]).unwrap();

    let lock = ServerLock::acquire(home.path(), Duration::ZERO).unwrap();
    let server = GroupSink::new(Log::open(&home.audit(), &home.keys()).unwrap()).unwrap();
    assert!(matches!(cli.append(vec![record("during".into())]), Err(Error::Held { .. })));
    assert_eq!(server.append(vec![record("server".into())]).unwrap()[0].index, 2);
    drop((server, lock));
    assert_eq!(cli.append(vec![record("after".into())]).unwrap()[0].index, 3);
}
