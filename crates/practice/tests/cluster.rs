//! Real clusters: boots them, and looks at them the way their users do, with kubectl.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::future::Future;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use kubechat_practice::{Error, Ground, Launcher, Options, Practice, User, seed};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

/// The ground, or `None` with a loud line; in CI it must be there.
fn ground() -> Option<Ground> {
    let ground = Ground::locate();
    if ground.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the Kubernetes programs are missing: run scripts/ground.sh"
        );
        eprintln!("\n!!! SKIPPED: the Kubernetes programs are not built: run scripts/ground.sh !!!\n");
    }
    ground
}

fn bare(ground: Ground) -> Options {
    Options { ground: Some(ground), seed: false, metrics: false, ..Options::default() }
}

async fn kubectl(practice: &Practice, context: &str, arguments: &[&str]) -> Output {
    tokio::process::Command::new(practice.kubectl())
        .arg("--kubeconfig")
        .arg(practice.kubeconfig_path())
        .args(["--context", context])
        .args(arguments)
        .env("HOME", practice.dir())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap()
}

/// What kubectl prints for the administrator; it must succeed.
async fn read(practice: &Practice, line: &str) -> String {
    let output = kubectl(practice, seed::ADMIN, &line.split(' ').collect::<Vec<_>>()).await;
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn json(practice: &Practice, line: &str) -> Value {
    serde_json::from_str(&read(practice, &format!("{line} -o json")).await).unwrap()
}

/// Asks until the answer is there.
async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let begin = Instant::now();
    let mut pause = tokio::time::interval(Duration::from_millis(100));
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begin.elapsed() < PATIENCE, "still not so: {what}");
        pause.tick().await;
    }
}

async fn pods(practice: &Practice, app: &str) -> Vec<Value> {
    let list = json(practice, &format!("get pods -n shop -l app={app}")).await;
    list["items"].as_array().unwrap().clone()
}

/// Waits until every pod of `app` (and at least one) is as `wanted`, and returns the first.
async fn pod(practice: &Practice, app: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    until(app, async || {
        let pods = pods(practice, app).await;
        (!pods.is_empty() && pods.iter().all(&wanted)).then(|| pods[0].clone())
    })
    .await
}

fn waiting(pod: &Value) -> &str {
    pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"].as_str().unwrap_or_default()
}

fn ready(pod: &Value) -> bool {
    let container = &pod["status"]["containerStatuses"][0];
    container["ready"] == true && pod["status"]["phase"] == "Running"
}

/// Waits for an event of a pod of `app` with this reason whose message holds `text`.
async fn event(practice: &Practice, app: &str, reason: &str, text: &str) {
    until(&format!("event {reason} of {app}"), async || {
        let list = json(practice, &format!("get events -n shop --field-selector reason={reason}")).await;
        let found = list["items"].as_array()?.iter().any(|event| {
            let name = event["involvedObject"]["name"].as_str().unwrap_or_default();
            name.starts_with(app) && event["message"].as_str().unwrap_or_default().contains(text)
        });
        found.then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_shop_is_as_broken_as_it_says() {
    let Some(ground) = ground() else { return };
    let robot = User { name: "robot".into(), groups: vec![seed::VIEWER_GROUP.into()], token: "t0ken".into() };
    let options = Options { ground: Some(ground), extra_users: vec![robot], ..Options::default() };
    let practice = Practice::start(options).await.unwrap();
    println!("{:#?}", practice.timings());
    broken_workloads(&practice).await;
    healthy_workloads(&practice).await;
    logs(&practice).await;
    rights(&practice).await;
    mending(&practice).await;
    audit(&practice).await;
    usage(&practice).await;
    let (dir, ids) = (practice.dir().to_owned(), practice.process_ids());
    practice.stop().await;
    assert!(!dir.exists(), "the temporary folder stays");
    assert!(ids.into_iter().all(|id| !alive(id)));
}

async fn broken_workloads(practice: &Practice) {
    let crashing = pod(practice, seed::CRASHING, |pod| waiting(pod) == "CrashLoopBackOff").await;
    let container = &crashing["status"]["containerStatuses"][0];
    assert!(container["restartCount"].as_u64().unwrap() > 10, "{container}");
    assert_eq!(container["lastState"]["terminated"]["exitCode"], 1);
    event(practice, seed::CRASHING, "BackOff", "Back-off restarting failed container").await;

    let starved = pod(practice, seed::OUT_OF_MEMORY, |pod| waiting(pod) == "CrashLoopBackOff").await;
    let ended = &starved["status"]["containerStatuses"][0]["lastState"]["terminated"];
    assert_eq!((ended["exitCode"].as_u64(), ended["reason"].as_str()), (Some(137), Some("OOMKilled")));

    pod(practice, seed::UNPULLABLE, |pod| waiting(pod) == "ImagePullBackOff").await;
    event(practice, seed::UNPULLABLE, "Failed", seed::BAD_IMAGE).await;

    let pending = pod(practice, seed::UNSCHEDULABLE, |pod| pod["status"]["phase"] == "Pending").await;
    assert!(pending["spec"]["nodeName"].is_null());
    event(practice, seed::UNSCHEDULABLE, "FailedScheduling", "Insufficient cpu").await;

    let slices = json(practice, "get endpointslices -n shop -l kubernetes.io/service-name=cart").await;
    let endpoints = slices["items"].as_array().unwrap().iter().filter(|slice| !slice["endpoints"].is_null());
    assert_eq!(endpoints.count(), 0, "{slices}");
}

async fn healthy_workloads(practice: &Practice) {
    for (name, replicas) in seed::HEALTHY {
        read(practice, &format!("rollout status deployment/{name} -n shop --timeout=120s")).await;
        let deployment = json(practice, &format!("get deployment {name} -n shop")).await;
        assert_eq!(deployment["status"]["readyReplicas"], replicas, "{name}");
    }
    let deployment = json(practice, &format!("get deployment {} -n shop", seed::WITHOUT_LIMITS)).await;
    assert_eq!(deployment["spec"]["template"]["spec"]["containers"][0]["resources"], serde_json::json!({}));
    let database = pod(practice, seed::STATEFUL, ready).await;
    assert_eq!(database["metadata"]["name"], "postgres-0");
    let status = &database["status"];
    assert!(status["podIP"].as_str().unwrap().starts_with("10.244."), "{status}");
    assert!(status["containerStatuses"][0]["containerID"].as_str().unwrap().starts_with("containerd://"));
    assert!(status["containerStatuses"][0]["state"]["running"]["startedAt"].is_string());
    read(practice, "wait job/migrate-orders -n shop --for=condition=Complete --timeout=120s").await;
    let nodes = json(practice, "get nodes").await;
    let nodes = nodes["items"].as_array().unwrap();
    assert_eq!(
        nodes.iter().map(|node| node["metadata"]["name"].as_str().unwrap()).collect::<Vec<_>>(),
        seed::NODES
    );
    assert!(nodes.iter().all(|node| node["status"]["allocatable"]["cpu"] == "8"));
}

async fn logs(practice: &Practice) {
    let web = read(practice, "logs deployment/web -n shop").await;
    assert!(web.lines().count() >= 90, "{web}");
    assert_eq!(read(practice, "logs deployment/web -n shop --tail=5").await.lines().count(), 5);
    let recent = read(practice, "logs deployment/web -n shop --since=10m").await.lines().count();
    assert!((20..web.lines().count()).contains(&recent), "{recent} lines in ten minutes");
    let crashing = pods(practice, seed::CRASHING).await;
    let name = crashing[0]["metadata"]["name"].as_str().unwrap();
    for line in [format!("logs {name} -n shop"), format!("logs {name} -n shop --previous")] {
        let text = read(practice, &line).await;
        assert!(text.contains("PAYMENT_GATEWAY_URL must be set"), "{line}: {text}");
    }
    let refused =
        kubectl(practice, seed::ADMIN, &["exec", "-n", "shop", "deployment/web", "--", "true"]).await;
    assert!(!refused.status.success(), "nothing may run on this machine");
}

async fn rights(practice: &Practice) {
    let may = async |user: &str, line: &str| {
        let output = kubectl(practice, user, &line.split(' ').collect::<Vec<_>>()).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success() || said.contains("Forbidden") || said.contains("forbidden"),
            "{line}: {said}"
        );
        output.status.success()
    };
    let (shop, staging) =
        ("scale deployment/web -n shop --replicas=3", "scale deployment/web -n staging --replicas=2");
    assert!(may(seed::OPERATOR, shop).await);
    assert!(!may(seed::OPERATOR, staging).await);
    assert!(!may(seed::VIEWER, shop).await);
    assert!(may(seed::ADMIN, staging).await);
    for user in [seed::OPERATOR, seed::VIEWER] {
        assert!(may(user, "get pods -A").await && may(user, "get nodes").await);
        assert!(!may(user, "get secrets -n monitoring").await);
    }
    assert!(!may(seed::VIEWER, "get secrets -n shop").await);
    let own = seed::context(seed::KUBECHAT);
    assert!(may(&own, "get namespace kube-system").await);
    assert!(!may(&own, "get pods -n shop").await);
    let alice = "get pods -n shop --as=alice --as-group=practice-viewers";
    assert!(may(&own, alice).await);
    assert!(!may(seed::VIEWER, alice).await);
    assert_eq!(practice.token("robot"), Some("t0ken"));
    let robot = ["get", "pods", "-n", "shop", "--token=t0ken", "--user="];
    assert!(kubectl(practice, seed::VIEWER, &robot).await.status.success());
}

/// What is broken can be mended the way it would be elsewhere.
async fn mending(practice: &Practice) {
    read(practice, "rollout undo deployment/payments-api -n shop").await;
    pod(practice, seed::CRASHING, ready).await;
    read(practice, "set image deployment/search -n shop search=registry.example/shop/search:2.4.0").await;
    pod(practice, seed::UNPULLABLE, ready).await;
    read(practice, "set resources deployment/recommend -n shop --limits=memory=512Mi").await;
    pod(practice, seed::OUT_OF_MEMORY, ready).await;
}

async fn audit(practice: &Practice) {
    let log = std::fs::read_to_string(practice.audit_log()).unwrap();
    let scaled = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).find(|event| {
        event["user"]["username"] == seed::OPERATOR
            && event["objectRef"]["subresource"] == "scale"
            && event["verb"] == "patch"
    });
    let scaled = scaled.expect("the operator's change is in the audit log");
    assert_eq!(scaled["objectRef"]["namespace"], "shop");
    assert!(log.contains("\"impersonatedUser\":{\"username\":\"alice\""));
}

async fn usage(practice: &Practice) {
    let top = until("kubectl top", async || {
        let output =
            kubectl(practice, seed::VIEWER, &["top", "pods", "-n", "shop", "-l", "app=postgres"]).await;
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    })
    .await;
    assert!(top.contains("740Mi"), "{top}");
}

#[tokio::test]
async fn two_clusters_do_not_disturb_each_other() {
    let Some(ground) = ground() else { return };
    let start = || Practice::start(bare(ground.clone()));
    let (one, two) = tokio::try_join!(start(), start()).unwrap();
    assert_ne!(one.server_url(), two.server_url());
    assert_ne!(one.token(seed::ADMIN), two.token(seed::ADMIN));
    read(&one, "create namespace only-here").await;
    assert!(!read(&two, "get namespaces -o name").await.contains("only-here"));
    one.stop().await;
    api_server_faults(two).await;
}

async fn api_server_faults(mut practice: Practice) {
    let ask = ["get", "namespaces", "--request-timeout=1s"];
    practice.pause_apiserver().unwrap();
    let frozen = kubectl(&practice, seed::ADMIN, &ask).await;
    assert!(!frozen.status.success());
    practice.resume_apiserver().unwrap();
    read(&practice, "get namespaces").await;
    practice.stop_apiserver();
    let gone = kubectl(&practice, seed::ADMIN, &ask).await;
    assert!(String::from_utf8_lossy(&gone.stderr).contains("refused"), "{gone:?}");
    let server = practice.server_url();
    practice.start_apiserver().await.unwrap();
    assert_eq!(server, practice.server_url());
    read(&practice, "get namespace shop").await;
}

const HOLDER_DIR: &str = "PRACTICE_TEST_HOLDER_DIR";
const HOLDER_LAUNCHER: &str = "PRACTICE_TEST_HOLDER_LAUNCHER";

/// Not a test of its own: the process that other tests kill.
#[tokio::test]
#[ignore = "run by the tests that kill it"]
async fn holder() {
    let dir = std::env::var_os(HOLDER_DIR).expect("started by another test");
    let mut options = Options { dir: Some(dir.into()), ..bare(Ground::locate().unwrap()) };
    if std::env::var_os(HOLDER_LAUNCHER).is_some() {
        let arguments = ["--exact", "launch", "--ignored", "--nocapture", "--"].map(Into::into);
        options.launcher = Launcher::Own(std::env::current_exe().unwrap(), arguments.into());
    }
    let practice = Practice::start(options).await.unwrap();
    let ids: Vec<String> = practice.process_ids().iter().map(u32::to_string).collect();
    println!("READY {}", ids.join(" "));
    std::future::pending::<()>().await;
}

/// Not a test of its own: becomes the program named after `--`, as KubeChat's own binary does.
#[test]
#[ignore = "run by the holder"]
fn launch() {
    let arguments = std::env::args_os().skip_while(|argument| argument != "--").skip(1);
    panic!("{}", kubechat_practice::run_launched(arguments));
}

async fn start_holder(dir: &Path, own_launcher: bool) -> (tokio::process::Child, Vec<u32>) {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "holder", "--ignored", "--nocapture"]).env(HOLDER_DIR, dir);
    if own_launcher {
        command.env(HOLDER_LAUNCHER, "own");
    }
    let mut holder = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, ids)) = line.split_once("READY ") {
            let ids: Vec<u32> = ids.split(' ').map(|id| id.parse().unwrap()).collect();
            assert_eq!(ids.len(), 5);
            assert!(ids.iter().all(|id| alive(*id)));
            return (holder, ids);
        }
    }
    panic!("the holder ended");
}

async fn kill(mut holder: tokio::process::Child, ids: &[u32]) {
    holder.kill().await.unwrap();
    until("the programs are gone", async || ids.iter().all(|id| !alive(*id)).then_some(())).await;
}

#[tokio::test]
async fn the_programs_end_with_kubechats_own_launcher_too() {
    if ground().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (holder, ids) = start_holder(dir.path(), true).await;
    kill(holder, &ids).await;
}

#[tokio::test]
async fn a_killed_owner_leaves_no_process_and_a_usable_folder() {
    let Some(ground) = ground() else { return };
    let dir = tempfile::tempdir().unwrap();
    let options = Options { dir: Some(dir.path().to_owned()), seed: true, ..bare(ground) };
    let (holder, ids) = start_holder(dir.path(), false).await;
    let refused = Practice::start(options.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::InUse { pid, .. } if Some(pid) == holder.id()), "{refused}");
    kill(holder, &ids).await;

    // The folder is used again, and what a launcherless owner would have left in it is ended first.
    let mut leftover = leftover(&options, dir.path());
    let line = format!("/proc/{}/cmdline", leftover.id());
    // A process has no arguments yet for a moment after it was started.
    until("the leftover runs", async || {
        std::fs::read(&line).is_ok_and(|line| !line.is_empty()).then_some(())
    })
    .await;
    let first = Practice::start(options.clone()).await.unwrap();
    let ended = leftover.try_wait().unwrap().expect("the leftover was not ended");
    assert_eq!(ended.signal(), Some(9));
    let uid = json(&first, "get namespace kube-system").await["metadata"]["uid"].clone();
    read(&first, "delete deployment web -n shop").await;
    let (token, server) = (first.token(seed::ADMIN).unwrap().to_owned(), first.server_url());
    first.stop().await;

    let second = Practice::start(options.clone()).await.unwrap();
    assert_eq!(json(&second, "get namespace kube-system").await["metadata"]["uid"], uid);
    assert_eq!((second.token(seed::ADMIN).unwrap(), &second.server_url()), (token.as_str(), &server));
    assert!(!read(&second, "get deployments -n shop -o name").await.contains("/web"), "seeded a second time");
    second.stop().await;

    // A port that somebody else took meanwhile moves the cluster, and the kubeconfig with it.
    let port: u16 = server.rsplit_once(':').unwrap().1.parse().unwrap();
    let _taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let third = Practice::start(options).await.unwrap();
    assert_ne!(third.server_url(), server);
    assert_eq!(json(&third, "get namespace kube-system").await["metadata"]["uid"], uid);
    third.stop().await;
    assert!(dir.path().join("kubeconfig").is_file());
}

#[tokio::test]
async fn a_program_that_dies_is_named_with_its_last_words() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let Some(ground) = ground() else { return };
    let dir = tempfile::tempdir().unwrap();
    symlink(ground.bin().parent().unwrap().join("kwok"), dir.path().join("kwok")).unwrap();
    std::fs::create_dir(dir.path().join("bin")).unwrap();
    for program in std::fs::read_dir(ground.bin()).unwrap() {
        let program = program.unwrap();
        symlink(program.path(), dir.path().join("bin").join(program.file_name())).unwrap();
    }
    let manager = dir.path().join("bin/kube-controller-manager");
    std::fs::remove_file(&manager).unwrap();
    std::fs::write(&manager, "#!/bin/sh\necho the disk is on fire >&2\nexit 3\n").unwrap();
    std::fs::set_permissions(&manager, std::fs::Permissions::from_mode(0o755)).unwrap();
    let broken = Ground::at(dir.path()).unwrap();
    let error = Practice::start(bare(broken)).await.unwrap_err();
    let Error::Died { program, tail, .. } = &error else { panic!("{error}") };
    assert_eq!((*program, tail.as_str()), ("kube-controller-manager", "the disk is on fire"));
}

/// A program that works in the folder and that nobody watches.
fn leftover(options: &Options, dir: &Path) -> std::process::Child {
    let etcd = options.ground.as_ref().unwrap().bin().join("etcd");
    std::process::Command::new(etcd)
        .arg(format!("--data-dir={}/elsewhere", dir.canonicalize().unwrap().display()))
        .args(["--listen-client-urls=http://127.0.0.1:0", "--advertise-client-urls=http://127.0.0.1:0"])
        .args(["--listen-peer-urls=http://127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Whether a process runs; one that only waits to be collected doesn't.
fn alive(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}
