//! Ways into a container. The practice cluster has none on purpose, since kwok runs what is asked for on this machine;
//! this file alone boots a cluster of its own where it may, in one namespace, for commands that do no harm.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::case::{Case, Running};
use crate::world::{World, until};

/// The port of a server of ours that the pods' port 8080 leads to, and the world.
fn world() -> Option<&'static (World, u16)> {
    static WORLD: LazyLock<Option<(World, u16)>> = LazyLock::new(|| {
        let echo = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = echo.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in echo.incoming().flatten() {
                std::thread::spawn(move || shout(stream));
            }
        });
        fs::write(logs(), "").unwrap();
        let here = "selector: {matchNamespaces: [streams]}";
        let kwok = format!(
            "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterExec\nmetadata: {{name: streams}}\n\
             spec: {{{here}, execs: [{{local: {{}}}}]}}\n---\n\
             apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterAttach\nmetadata: {{name: streams}}\n\
             spec: {{{here}, attaches: [{{logsFile: {logs}}}]}}\n---\n\
             apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterPortForward\nmetadata: {{name: streams}}\n\
             spec: {{{here}, forwards: [{{ports: [8080], target: {{port: {port}, address: 127.0.0.1}}}}]}}\n",
            logs = logs().display()
        );
        let world = World::boot_with(false, kwok)?;
        let case = Case::new(&world, "streams");
        drop(case);
        world.apply(
            "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: streams}\n\
             spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n",
        );
        until("the pods run", || {
            let pods = world.kubectl("get pods -n streams --field-selector=status.phase=Running -o name");
            (pods.lines().count() == 2).then_some(())
        });
        Some((world, port))
    });
    WORLD.as_ref()
}

/// What the containers say, as far as attaching goes.
fn logs() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("said-{}.log", std::process::id()))
}

/// Answers every line in capitals.
fn shout(mut stream: TcpStream) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        let text = String::from_utf8_lossy(&buffer[..read]).to_uppercase();
        if stream.write_all(text.as_bytes()).is_err() {
            break;
        }
    }
}

/// The same line through `kubechat run --yes` as text, with this on standard input.
fn typed(case: &Case<'_>, line: &str, input: &[u8]) -> Output {
    let mut command = case.command(&["run", line, "-n", "streams", "--yes"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The far side may end before it has read everything.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn hash(bytes: &[u8]) -> Value {
    json!({"bytes": bytes.len(), "hash": format!("sha256:{}", hex(bytes))})
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The recordings in the outcome of the newest query.
fn streams(case: &Case<'_>) -> Vec<Value> {
    let records = case.records();
    let outcome = records.iter().rev().find(|record| record["data"]["streams"].is_array()).unwrap();
    outcome["data"]["streams"].as_array().unwrap().clone()
}

#[test]
fn a_command_runs_after_an_approval_and_the_log_holds_its_hash_only() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let line = "kubectl exec deploy/web -- echo hello there";
    let waiting = case.run(line, &[]).is(4, "awaiting_approval");
    assert_eq!((&waiting["level"], &waiting["targets"][0]["kind"]), (&json!("warning"), &json!("Pod")));
    assert_eq!(waiting["permissions"][0]["subresource"], "exec");
    let reply = case.approve(&waiting);
    let done = reply.is(0, "succeeded");
    assert_eq!(done["result"]["text"], "hello there");
    let piece: Value = serde_json::from_str(reply.out.lines().next().unwrap()).unwrap();
    assert_eq!(piece, json!({"type": "output", "seq": 0, "lines": ["hello there"], "stream": "out"}));
    let recorded = &streams(&case)[0];
    assert_eq!(recorded["received"], hash(b"hello there\n"));
    assert_eq!((&recorded["exit_code"], &recorded["cut"]), (&json!(0), &json!(false)));
    let outcome = case.records().last().unwrap()["data"].to_string();
    assert!(!outcome.contains("hello"), "{outcome}");
    let id = done["audit_ids"][0].as_str().unwrap();
    let event = world.events(id).into_iter().find(|event| event["objectRef"]["subresource"] == "exec");
    assert_eq!(event.unwrap()["objectRef"]["namespace"], "streams");
}

#[test]
fn a_command_that_fails_is_a_failure_and_what_it_said_is_shown() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let failed =
        case.run("kubectl exec deploy/web -- sh -c 'echo no >&2; exit 3'", &["--yes"]).is(1, "failed");
    // A kubelet names the exit code on its own, kwok in its words only.
    assert!(failed["error"]["message"].as_str().unwrap().contains("exit status 3"), "{failed:#}");
    assert_eq!(failed["result"]["text"], "no");
    assert_eq!(streams(&case)[0]["received"], hash(b"no\n"));
    let missing = case.run("kubectl exec deploy/web -c nope -- true", &[]).is(3, "refused");
    assert_eq!(missing["error"]["code"], "unknown-container");
}

#[test]
fn what_is_typed_goes_in_and_bytes_come_out_as_they_are() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let bytes: Vec<u8> = (0..200_000_u32).map(|at| (at * 7 % 251) as u8).collect();
    let output = typed(&case, "kubectl exec -i deploy/web -- head -c 200000", &bytes);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout == bytes, "{} bytes came back", output.stdout.len());
    let recorded = &streams(&case)[0];
    assert_eq!((&recorded["sent"], &recorded["received"]), (&hash(&bytes), &hash(&bytes)));
}

#[test]
fn a_stream_ends_at_its_limit_and_says_so() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    case.configure("[policy]\nstream_bytes = 1000\n");
    let line = "kubectl exec deploy/web -- sh -c 'while echo 0123456789; do :; done'";
    let cut = case.run(line, &["--yes"]).is(1, "failed");
    assert_eq!(cut["error"]["code"], "stream-cut");
    let recorded = &streams(&case)[0];
    assert_eq!(recorded["cut"], true);
    assert!(recorded["received"]["bytes"].as_u64().unwrap() <= 1000, "{recorded}");
}

#[test]
fn attach_shows_what_the_process_says() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let mut attached = Running::start(
        case.command(&["run", "kubectl attach deploy/web", "-n", "streams", "--yes"]).args(["-o", "json"]),
    );
    let mut out = std::io::BufReader::new(attached.0.stdout.take().unwrap());
    let log = fs::File::options().append(true).open(logs()).unwrap();
    let over = std::sync::atomic::AtomicBool::new(false);
    let mut said = String::new();
    std::thread::scope(|scope| {
        // Only what is said after somebody has attached is shown.
        scope.spawn(|| {
            until("somebody has heard", || {
                writeln!(&log, "2026-01-01T00:00:00.000000000Z stdout F tick").unwrap();
                over.load(std::sync::atomic::Ordering::Relaxed).then_some(())
            });
        });
        std::io::BufRead::read_line(&mut out, &mut said).unwrap();
        over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert!(said.contains("tick") && said.contains(r#""stream":"out""#), "{said}");
    interrupt(&attached);
    out.read_to_string(&mut said).unwrap();
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(last["state"], "cancelled", "{last:#}");
    assert_eq!(attached.ended_quietly(), 1);
}

/// Ctrl-C.
fn interrupt(running: &Running) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(running.0.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}

#[test]
fn ports_are_forwarded_on_loopback_one_after_the_other_and_side_by_side() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let open = case.run("kubectl port-forward svc/web 0:80 --address=0.0.0.0", &[]).is(3, "refused");
    assert_eq!(open["error"]["code"], "not-loopback");
    let mut forwarding = Running::start(
        case.command(&["run", "kubectl port-forward svc/web :80", "-n", "streams", "--yes"])
            .args(["-o", "json"]),
    );
    let mut out = std::io::BufReader::new(forwarding.0.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let piece: Value = serde_json::from_str(&line).unwrap();
    let text = piece["lines"][0].as_str().unwrap_or_else(|| panic!("{line}"));
    let address = text.strip_prefix("Forwarding from ").unwrap().split(" -> ").next().unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:") && text.ends_with("-> 8080"), "{text}");
    let mut streams_open: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for (at, stream) in streams_open.iter_mut().enumerate().rev() {
        stream.set_read_timeout(Some(Duration::from_secs(180))).unwrap();
        stream.write_all(format!("hello {at}\n").as_bytes()).unwrap();
        let mut answer = [0; 8];
        if let Err(error) = stream.read_exact(&mut answer) {
            interrupt(&forwarding);
            let mut rest = String::new();
            out.read_to_string(&mut rest).unwrap();
            panic!("{error}: {rest}");
        }
        assert_eq!(answer, format!("HELLO {at}\n").as_bytes());
    }
    drop(streams_open);
    interrupt(&forwarding);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let last: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(last["state"], "succeeded", "{last:#}");
    assert_eq!(forwarding.ended_quietly(), 0);
}

#[test]
fn files_are_copied_both_ways() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = |dir: &Path, name: &str| dir.join(name).display().to_string();
    fs::create_dir_all(here.path().join("site/css")).unwrap();
    fs::write(here.path().join("site/index.html"), "<p>hello</p>").unwrap();
    fs::write(here.path().join("site/css/a.css"), vec![b'x'; 100_000]).unwrap();
    let pod = world.kubectl("get pods -n streams -l app=web -o name");
    let pod = pod.lines().next().unwrap().trim_start_matches("pod/").to_owned();
    let copy = |from: &str, to: &str| case.run(&format!("kubectl cp {from} {to}"), &["--yes"]);

    // Into a folder that is there, under its own name.
    let arrived = there.path().join("site");
    copy(&path(here.path(), "site"), &format!("{pod}:{}", there.path().display())).is(0, "succeeded");
    assert_eq!(fs::read_to_string(arrived.join("index.html")).unwrap(), "<p>hello</p>");
    assert_eq!(fs::read(arrived.join("css/a.css")).unwrap().len(), 100_000);
    // Under another name.
    let other = format!("streams/{pod}:{}", path(there.path(), "page.html"));
    copy(&path(here.path(), "site/index.html"), &other).is(0, "succeeded");
    assert_eq!(fs::read_to_string(there.path().join("page.html")).unwrap(), "<p>hello</p>");

    // Back again; a link in the container is not followed and not made.
    std::os::unix::fs::symlink("/etc/passwd", arrived.join("link")).unwrap();
    let back = copy(&format!("{pod}:{}", arrived.display()), &path(here.path(), "back"));
    let done = back.is(0, "succeeded");
    assert_eq!(fs::read_to_string(here.path().join("back/index.html")).unwrap(), "<p>hello</p>");
    assert_eq!(fs::read(here.path().join("back/css/a.css")).unwrap().len(), 100_000);
    assert!(!here.path().join("back/link").exists());
    assert!(done["result"]["text"].as_str().unwrap().contains("link is left out"), "{done:#}");

    let missing = copy(&format!("{pod}:/no/such/file"), &path(here.path(), "none")).is(1, "failed");
    assert!(missing["error"]["message"].as_str().unwrap().contains("No such file"), "{missing:#}");
    let unread = copy(&path(here.path(), "none"), &format!("{pod}:/tmp/none")).is(1, "failed");
    assert!(unread["error"]["message"].as_str().unwrap().contains("can't be read"), "{unread:#}");
}

#[test]
fn a_pod_that_is_run_and_attached_to_goes_again_and_one_that_is_debugged_gets_a_container() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams");
    let line = "kubectl run once --image=example.test/once:1 --restart=Never --attach --rm -- sleep 1";
    let waiting = case.run(line, &[]).is(4, "awaiting_approval");
    let rights: Vec<String> = waiting["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!("{} {}", one["verb"].as_str().unwrap(), one["subresource"].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(rights, ["create -", "create attach", "delete -"]);
    assert_eq!(waiting["undo"]["available"], false, "the pod goes by itself: {waiting:#}");
    let running = Running::start(case.command(&["run", line, "-n", "streams", "--yes"]).args(["-o", "json"]));
    until("somebody is attached", || {
        let events = world.events("\"subresource\":\"attach\"");
        events.iter().any(|event| event["objectRef"]["name"] == "once").then_some(())
    });
    interrupt(&running);
    assert_eq!(running.ended_quietly(), 1);
    until("the pod has gone", || (!world.exists("streams", "pod/once")).then_some(()));

    let merged = r#"kubectl run shaped --image=example.test/a:1 --port=80 --expose --overrides='{"spec":{"priority":0,"hostname":"x"}}'"#;
    case.run(merged, &["--yes"]).is(0, "succeeded");
    assert_eq!(world.object("streams", "pod/shaped")["spec"]["hostname"], "x");
    assert_eq!(world.object("streams", "service/shaped")["spec"]["selector"]["run"], "shaped");

    let line =
        "kubectl debug shaped --image=example.test/tools:1 -c look --target=shaped --profile=restricted";
    let done = case.run(line, &["--yes"]).is(0, "succeeded");
    assert_eq!(done["undo"]["available"], false);
    let put = &world.object("streams", "pod/shaped")["spec"]["ephemeralContainers"][0];
    assert_eq!((&put["name"], &put["targetContainerName"]), (&json!("look"), &json!("shaped")));
    assert_eq!(put["securityContext"]["runAsNonRoot"], true);
    let copy = "kubectl debug shaped --copy-to=other --set-image=*=example.test/b:2 --share-processes=false";
    case.run(copy, &["--yes"]).is(0, "succeeded");
    let other = world.object("streams", "pod/other");
    assert_eq!(other["spec"]["containers"][0]["image"], "example.test/b:2");
    assert_eq!(
        other["metadata"]["labels"]["run"], "shaped",
        "with another image only it is a pod like the first"
    );
    let node = case.run("kubectl debug node/node-1 --image=example.test/tools:1 --profile=sysadmin", &[]);
    let waiting = node.is(4, "awaiting_approval");
    assert_eq!(waiting["level"], "dangerous");
    assert!(waiting["diff"].to_string().contains("host-root"), "{waiting:#}");
}

#[test]
fn a_missing_right_is_named_before_anything_is_connected() {
    let Some((world, _)) = world() else { return };
    let case = Case::without_namespace(world, "streams").for_user("vera");
    world.bind("streams", "User", "vera", "viewer");
    let forbidden = case.run("kubectl exec deploy/web -- true", &[]).is(3, "forbidden");
    let missing = &forbidden["forbidden"][0];
    assert_eq!(
        (&missing["verb"], &missing["subresource"]),
        (&json!("create"), &json!("exec")),
        "{forbidden:#}"
    );
}
