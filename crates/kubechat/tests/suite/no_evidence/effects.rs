//! Every fault of the log, and an effect of every kind that a command can have: for each pair the API server's own log
//! counts no call.

use std::io::ErrorKind;

use kubechat_audit::{EventKind, Record};
use kubechat_chat::Session;
use serde_json::Value;

use super::*;

/// One command with each kind of effect, and the call that is it: verb, resource and subresource. Nothing else here makes
/// such a call. `{}` makes the name of what is made new.
const EFFECTS: [(&str, [&str; 3]); 9] = [
    ("kubectl get limitranges", ["list", "limitranges", ""]),
    ("kubectl get leases --watch", ["watch", "leases", ""]),
    ("kubectl logs deployment/web --follow", ["get", "pods", "log"]),
    ("kubectl create configmap made-{}", ["create", "configmaps", ""]),
    ("kubectl create token default", ["create", "serviceaccounts", "token"]),
    ("kubectl patch deployment web --patch '{\"spec\":{\"replicas\":{}}}'", ["patch", "deployments", ""]),
    ("kubectl scale deployment web --replicas={}", ["patch", "deployments", "scale"]),
    ("kubectl delete serviceaccount doomed", ["delete", "serviceaccounts", ""]),
    ("kubectl exec deployment/web -- true", ["get", "pods", "exec"]),
];

/// A command up to the yes that it needs, or up to its beginning where it needs none.
type Ready = (&'static str, Session, Option<Query>);

impl Room<'_> {
    /// A room with pods that run, and something to delete.
    fn furnish(&self) {
        let namespace = self.namespace;
        self.world.apply(&format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: doomed, namespace: {namespace}}}\n"
        ));
        until("the pods run", || {
            let running = "--field-selector=status.phase=Running -o name";
            let pods = self.world.kubectl(&format!("get pods -n {namespace} {running}"));
            (pods.lines().count() == 2).then_some(())
        });
    }

    fn ready(&mut self, chain: &Chain, (line, call): (&'static str, [&str; 3])) -> Ready {
        let person = Person::at_terminal("suite");
        self.world.runtime.block_on(async {
            let session = chain.start_session(&person, None, Some(self.namespace), "").await.unwrap();
            if ["list", "watch"].contains(&call[0]) || call[2] == "log" {
                return (line, session, None);
            }
            self.turn += 1;
            let line = line.replace("{}", &self.turn.to_string());
            let query = chain.ask(&person, &session, line.as_str().into(), Attachments::new()).await.unwrap();
            assert_eq!(query.state, State::AwaitingApproval, "{line}: {:?}", query.message);
            ("", session, Some(query))
        })
    }

    fn all_ready(&mut self, chain: &Chain) -> Vec<Ready> {
        EFFECTS.map(|effect| self.ready(chain, effect)).into()
    }

    fn go(&self, chain: &Chain, (line, session, waiting): &Ready) -> Result<Query, Error> {
        let person = Person::at_terminal("suite");
        self.world.runtime.block_on(async {
            match waiting {
                None => chain.ask(&person, session, (*line).into(), Attachments::new()).await,
                Some(query) => {
                    let (hash, phrase) = (query.approval_hash.as_deref().unwrap(), query.confirm.as_deref());
                    chain.approve(&person, query.query, hash, phrase).await
                }
            }
        })
    }

    /// How often each effect's call has reached the API server. What was called before this is in its log then: it gets
    /// a call of ours last.
    fn seen(&self) -> Vec<usize> {
        let last = format!("last-{}", uuid::Uuid::new_v4());
        self.world.kubectl(&format!("get secret {last} -n {} --ignore-not-found", self.namespace));
        until("the server has written its log", || (!self.world.events(&last).is_empty()).then_some(()));
        let mut events = self.world.events(&format!("\"namespace\":\"{}\"", self.namespace));
        events.retain(|event| {
            event["user"]["username"] == ADMIN && !event["requestURI"].as_str().unwrap().contains("dryRun")
        });
        let count = |call: [&str; 3]| {
            let is = |event: &&Value| {
                let object = &event["objectRef"];
                let found = [&event["verb"], &object["resource"], &object["subresource"]];
                found.map(|part| part.as_str().unwrap_or_default()) == call
            };
            events.iter().filter(is).count()
        };
        EFFECTS.iter().map(|(_, call)| count(*call)).collect()
    }

    /// With a log each of them reaches the server: what counts them can.
    fn all_reach_the_server(&mut self, before: &[usize]) {
        let chain = self.chain(Limits::default());
        let mut begun = Vec::new();
        for effect in EFFECTS {
            // One after the other: what one changes, the preview of the next has seen.
            let ready = self.ready(&chain, effect);
            begun.push(self.go(&chain, &ready).unwrap());
        }
        let all = || self.seen().iter().zip(before).all(|(now, before)| now > before).then_some(());
        until("each has reached the server", all);
        for query in begun.iter().filter(|query| query.state == State::Executing) {
            // What goes on until it is stopped; it may have ended by itself.
            let _ = self.world.runtime.block_on(chain.cancel(&Person::at_terminal("suite"), query.query));
        }
    }
}

fn on(disk: &Disk) -> impl FnOnce(&Path) -> Place {
    let disk = Arc::new(disk.clone());
    |_| Place::on(disk, Path::new("/data/audit"), Path::new("/data/keys"))
}

#[test]
fn no_effect_of_any_kind_leaves_when_the_disk_fails_stalls_or_too_much_waits() {
    let Some(world) = world() else { return };
    let disk = Disk::default();
    let mut room = Room::new(world, "faults-by-effects", on(&disk));
    room.furnish();
    let before = room.seen();
    let faults = [
        Fault::Fails(ErrorKind::StorageFull),
        Fault::Fails(ErrorKind::QuotaExceeded),
        Fault::Fails(ErrorKind::ReadOnlyFilesystem),
        Fault::Fails(ErrorKind::PermissionDenied),
        Fault::Fails(ErrorKind::Other),
        Fault::SyncFails,
        Fault::PowerCut,
    ];
    for (turn, fault) in faults.into_iter().enumerate() {
        for (at, effect) in EFFECTS.into_iter().enumerate() {
            let chain = room.chain(Limits::default());
            let ready = room.ready(&chain, effect);
            // The write, the sync or the new checkpoint; where somebody said yes, of that or of the intent.
            let operations = if ready.2.is_some() { 5 } else { 2 };
            disk.fault_after((turn + at) as u64 % operations, fault);
            let said = refused(room.go(&chain, &ready));
            assert!(said.contains("nothing was run"), "{fault:?} for {effect:?}: {said}");
            drop(chain);
            disk.mend();
        }
    }

    // What a machine under load may take for a plan is not what is measured here: only the stalled disk is not waited for.
    let limits = Limits { patience: Duration::from_millis(200), ..Limits::default() };
    let patient = room.chain(Limits::default());
    let (stalls, waits) = (room.all_ready(&patient), room.all_ready(&patient));
    drop(patient);
    let chain = room.chain(limits);
    disk.hold();
    for one in &stalls {
        assert!(refused(room.go(&chain, one)).contains("did not confirm"));
    }
    disk.let_go();
    drop(chain);

    let (chain, ready) = (room.chain(Limits { queue: 1, ..limits }), waits);
    disk.hold();
    // One that is being written, and one that waits.
    for one in &ready[..2] {
        assert!(refused(room.go(&chain, one)).contains("did not confirm"));
    }
    for one in &ready {
        let error = room.go(&chain, one).unwrap_err();
        assert!(matches!(error, Error::Audit(AuditError::QueueFull { .. })), "{error}");
    }
    disk.let_go();
    drop(chain);
    assert_eq!(room.seen(), before);
    room.all_reach_the_server(&before);
}

#[test]
fn no_effect_of_any_kind_leaves_when_the_audit_database_is_down_or_slow() {
    let Some(world) = world() else { return };
    let Some(mut database) = postgres::Server::start() else { return };
    let url = database.url("owner");
    let mut room = Room::new(world, "database-by-effects", |home| Place::database(&url, &home.join("keys")));
    room.furnish();
    let before = room.seen();
    let chain = room.chain(Limits::default());
    let (down, slow) = (room.all_ready(&chain), room.all_ready(&chain));
    database.down(true);
    for one in &down {
        let said = refused(room.go(&chain, one));
        assert!(said.contains("audit database") && said.contains("nothing was run"), "{said}");
    }
    database.up();
    let back = Record::new(EventKind::ServerStarted, Person::at_terminal("suite").actor());
    room.world.runtime.block_on(chain.record(back)).unwrap();
    let (held, release) = database.lock_table();
    std::thread::scope(|scope| {
        // All at once: each waits as long as the log waits for its database.
        let going: Vec<_> = slow.iter().map(|one| scope.spawn(|| refused(room.go(&chain, one)))).collect();
        for one in going {
            let said = one.join().unwrap();
            assert!(said.contains("nothing was run"), "{said}");
        }
    });
    drop(release);
    held.join().unwrap();
    drop(chain);
    assert_eq!(room.seen(), before);
    room.all_reach_the_server(&before);
}
