//! No evidence, no action: whatever happens to the log between the preview and the call, the API server sees nothing. The
//! chain runs in this process, over a disk that fails where the test says.

mod effects;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use kubechat_audit::group::Limits;
use kubechat_audit::{Error as AuditError, GroupSink, Place, Sink};
use kubechat_chat::{
    Attachments, Chain, Clusters, Connected, DataDir, Error, Evidence, Parts, Person, Policy, Query, State,
};
use kubechat_cluster::{Cluster, Identity, Source};
use kubechat_models::Models;
use kubechat_store::Store;
use tempfile::TempDir;

use crate::case::Case;
use crate::postgres;
use crate::sim::{Disk, Fault};
use crate::world::{World, until, world};

const ADMIN: &str = "practice-admin";
/// A namespace and a Deployment.
const FURNISHED: usize = 2;

/// One change with each verb that changes something. `{}` makes the name of what is made new.
const CHANGES: [&str; 12] = [
    "kubectl scale deployment web --replicas={}",
    "kubectl label deployment web turn=t{} --overwrite",
    "kubectl annotate deployment web turn=t{} --overwrite",
    "kubectl set image deployment/web web=example.test/web:{}",
    "kubectl set env deployment/web TURN={}",
    "kubectl patch deployment web --patch '{\"spec\":{\"replicas\":{}}}'",
    "kubectl create configmap made-{}",
    "kubectl create serviceaccount made-{}",
    "kubectl rollout restart deployment/web",
    "kubectl expose deployment web --port=80 --name=made-{}",
    "kubectl autoscale deployment web --max={} --name=made-{}",
    "kubectl run made-{} --image=example.test/web:1",
];

/// A chain over a log that is kept in some place.
struct Room<'w> {
    world: &'w World,
    namespace: &'static str,
    home: TempDir,
    place: Place,
    turn: u64,
    /// Writes that furnished the namespace.
    before: usize,
}

impl<'w> Room<'w> {
    fn new(world: &'w World, namespace: &'static str, place: impl FnOnce(&Path) -> Place) -> Self {
        Case::new(world, namespace);
        let home = tempfile::tempdir().unwrap();
        let place = place(home.path());
        let furnished = || world.writes(namespace, ADMIN).len();
        until("the server has written its log", || (furnished() >= FURNISHED).then_some(()));
        Self { world, namespace, home, place, turn: 20, before: furnished() }
    }

    fn chain(&self, limits: Limits) -> Chain {
        let sink: Arc<dyn Sink> =
            Arc::new(GroupSink::with_limits(self.place.log().unwrap(), limits).unwrap());
        self.world.runtime.block_on(async {
            let source = Source {
                kubeconfig: Some(self.world.practice.kubeconfig_path().to_owned()),
                ..Source::default()
            };
            let connected = Connected {
                cluster: Cluster::connect_within(&source, Duration::from_secs(30)).await.unwrap(),
                identity: Identity::Own,
                practice: true,
                configured: Vec::new(),
                settles_after: SignedDuration::from_secs(75),
            };
            let data = DataDir::open(self.home.path()).unwrap().with_log(self.place.clone());
            let store = Store::open(self.home.path()).await.unwrap();
            let clusters = Clusters::new(vec![connected]);
            let evidence = Evidence::held(sink);
            let (policy, models) = (Policy::default(), Models::none());
            Chain::open(Parts { data, store, evidence, clusters, policy, models }).await.unwrap()
        })
    }

    /// What waits for a yes: the query and its hash.
    fn ask(&mut self, chain: &Chain, change: &str) -> (uuid::Uuid, String) {
        self.turn += 1;
        let (person, line) = (Person::at_terminal("suite"), change.replace("{}", &self.turn.to_string()));
        self.world.runtime.block_on(async {
            let session = chain.start_session(&person, None, Some(self.namespace), "").await.unwrap();
            let query = chain.ask(&person, &session, line.as_str().into(), Attachments::new()).await.unwrap();
            assert_eq!(query.state, State::AwaitingApproval, "{line}: {:?}", query.message);
            (query.query, query.approval_hash.unwrap())
        })
    }

    fn approve(&self, chain: &Chain, (query, hash): &(uuid::Uuid, String)) -> Result<Query, Error> {
        let person = Person::at_terminal("suite");
        self.world.runtime.block_on(chain.approve(&person, *query, hash, None))
    }

    /// Approves, which succeeds; the `Audit-ID` of every call that was made for it.
    fn runs(&self, chain: &Chain, waiting: &(uuid::Uuid, String)) -> Vec<String> {
        let query = self.approve(chain, waiting).unwrap();
        assert_eq!(query.state, State::Succeeded, "{:?}: {:?}", query.command, query.message);
        query.audit_ids.iter().map(uuid::Uuid::to_string).collect()
    }

    /// The API server's own log has these calls of ours and no other.
    fn saw_only(&self, named: &[String]) {
        let last = named.last().unwrap();
        until("the server has written its log", || self.writes().contains(last).then_some(()));
        let seen = self.writes();
        assert!(seen.iter().all(|id| named.contains(id)), "{seen:?} of {named:?}");
    }

    /// The `Audit-ID` of every write but those that furnished the namespace.
    fn writes(&self) -> Vec<String> {
        let writes = self.world.writes(self.namespace, ADMIN).into_iter().skip(self.before);
        writes.map(|event| event["auditID"].as_str().unwrap().to_owned()).collect()
    }
}

fn refused(done: Result<Query, Error>) -> String {
    match done {
        Err(error @ Error::Audit(_)) => error.to_string(),
        other => panic!("not refused for want of evidence: {:?}", other.map(|query| query.state)),
    }
}

#[test]
fn no_call_leaves_when_the_disk_fails_at_any_operation_of_approval_or_intent() {
    let Some(world) = world() else { return };
    let disk = Disk::default();
    let mut room = Room::new(world, "faulty", |_| {
        Place::on(Arc::new(disk.clone()), Path::new("/data/audit"), Path::new("/data/keys"))
    });
    let faults = [
        Fault::Fails(std::io::ErrorKind::StorageFull),
        Fault::Fails(std::io::ErrorKind::QuotaExceeded),
        Fault::Fails(std::io::ErrorKind::ReadOnlyFilesystem),
        Fault::Fails(std::io::ErrorKind::Other),
        Fault::SyncFails,
        Fault::PowerCut,
    ];
    // An append is a write, a sync and a new checkpoint; one of the approval, then one of the intent.
    let mut points: Vec<(Fault, u64)> =
        faults.iter().flat_map(|fault| (0..6).map(|at| (*fault, at))).collect();
    // The sync after that is the outcome's: the call was made, and its intent is there.
    points.retain(|point| *point != (Fault::SyncFails, 5));
    let every = std::env::var_os("KUBECHAT_SOAK").is_some();
    for (turn, (fault, at)) in points.iter().enumerate() {
        let verbs = if every { (0..CHANGES.len()).collect() } else { vec![turn % CHANGES.len()] };
        for verb in verbs {
            let chain = room.chain(Limits::default());
            let waiting = room.ask(&chain, CHANGES[verb]);
            disk.fault_after(*at, *fault);
            let said = refused(room.approve(&chain, &waiting));
            assert!(said.contains("nothing was run"), "{fault:?} at {at}: {said}");
            assert!(chain.evidence_stopped().is_some());
            drop(chain);
            disk.mend();
        }
    }
    // With a log again it runs, once; nothing else ever reached the server.
    let (chain, mut runs) = (room.chain(Limits::default()), Vec::new());
    for change in CHANGES {
        let waiting = room.ask(&chain, change);
        runs.extend(room.runs(&chain, &waiting));
    }
    room.saw_only(&runs);
}

#[test]
fn no_call_leaves_when_too_much_waits_or_the_disk_takes_too_long() {
    let Some(world) = world() else { return };
    let disk = Disk::default();
    let mut room = Room::new(world, "slow-disk", |_| {
        Place::on(Arc::new(disk.clone()), Path::new("/data/audit"), Path::new("/data/keys"))
    });
    let limits = Limits { queue: 1, patience: Duration::from_secs(3), ..Limits::default() };
    let chain = room.chain(limits);
    let (slow, full) = (room.ask(&chain, CHANGES[0]), room.ask(&chain, CHANGES[1]));
    disk.hold();
    assert!(refused(room.approve(&chain, &slow)).contains("did not confirm"));
    // One is being written, one may wait, the next is too many.
    assert!(refused(room.approve(&chain, &full)).contains("did not confirm"));
    let read = room.world.runtime.block_on(async {
        let person = Person::at_terminal("suite");
        let session = chain.start_session(&person, None, Some("slow-disk"), "").await.unwrap();
        chain.ask(&person, &session, "kubectl get pods".into(), Attachments::new()).await
    });
    let error = read.unwrap_err();
    assert!(matches!(error, Error::Audit(AuditError::QueueFull { .. })), "{error}");
    disk.let_go();
    drop(chain);
    let chain = room.chain(Limits::default());
    let waiting = room.ask(&chain, CHANGES[2]);
    room.saw_only(&room.runs(&chain, &waiting));
}

#[test]
fn no_call_leaves_when_the_audit_database_is_down_or_slow_and_it_goes_on_by_itself() {
    let Some(world) = world() else { return };
    let Some(mut database) = postgres::Server::start() else { return };
    let url = database.url("owner");
    let mut room = Room::new(world, "no-database", |home| Place::database(&url, &home.join("keys")));
    let chain = room.chain(Limits::default());
    let (down, slow) = (room.ask(&chain, CHANGES[0]), room.ask(&chain, CHANGES[1]));
    database.down(true);
    let said = refused(room.approve(&chain, &down));
    assert!(said.contains("audit database") && said.contains("nothing was run"), "{said}");
    assert!(chain.evidence_stopped().unwrap().contains("audit database"));
    database.up();
    std::thread::scope(|scope| {
        let (held, release) = database.lock_table();
        let room = &room;
        let slow = &slow;
        let chain = &chain;
        let approving = scope.spawn(move || room.approve(chain, slow));
        let said = refused(approving.join().unwrap());
        assert!(said.contains("audit database"), "{said}");
        drop(release);
        held.join().unwrap();
    });
    let waiting = room.ask(&chain, CHANGES[2]);
    room.saw_only(&room.runs(&chain, &waiting));
    assert!(chain.evidence_stopped().is_none());
}

#[test]
fn the_binary_keeps_its_log_in_a_database_and_a_server_and_terminals_share_it() {
    let Some(world) = world() else { return };
    let Some(mut database) = postgres::Server::start() else { return };
    let case = Case::new(world, "in-database");
    case.configure(&format!("[audit]\ndatabase = {:?}\n", database.url("owner")));
    case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    assert!(case.verified() >= 4);
    assert!(!case.data().join("audit/journal").exists());
    let mut server = crate::http::Server::start(&case);
    server.log_in();
    let before = case.verified();
    case.ask("scale web to 4", &["--yes"]).is(0, "succeeded");
    assert!(case.verified() >= before + 4);
    let events = server.get("/api/v1/audit/events?kind=query.outcome");
    assert_eq!(events.body["events"].as_array().unwrap().len(), 2, "{}", events.body);
    assert_eq!(server.post("/api/v1/audit/verify", &serde_json::json!({})).body["ok"], true);
    database.down(false);
    let writes = world.writes("in-database", ADMIN).len();
    let refused = case.ask("scale web to 3", &["--yes"]).ends(1);
    assert_eq!(refused["error"]["code"], "audit_unavailable", "{refused:#}");
    let ready = server.get("/api/v1/health/ready");
    assert_eq!(ready.status, 503);
    assert!(ready.body["status"].as_str().unwrap().contains("audit database"), "{}", ready.body);
    assert_eq!(world.writes("in-database", ADMIN).len(), writes);
    database.up();
    case.ask("scale web to 3", &["--yes"]).is(0, "succeeded");
    assert_eq!(server.get("/api/v1/health/ready").status, 200);
    case.verified();
}
