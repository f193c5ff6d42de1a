//! What `audit verify` finds, and what a proof shows to somebody who has nothing but the key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::case::{Case, Reply};
use crate::world::{World, world};

const JOURNAL: &str = "audit/journal/00000000000000000000";

/// So many are in [`log`].
const RECORDS: u64 = 9;

/// A log of several records, and the journal's length after each command.
fn log(world: &World) -> (Case<'_>, Vec<u64>) {
    let case = Case::without_namespace(world, "shop");
    let mut lengths = Vec::new();
    for line in [
        "kubectl get nodes",
        "kubectl get deployments",
        "kubectl get services",
        "kubectl label node node-1 suite=yes",
    ] {
        let reply = case.run(line, &[]);
        assert!(reply.code == 0 || reply.code == 4, "{reply}");
        lengths.push(fs::metadata(case.data().join(JOURNAL)).unwrap().len());
    }
    // The first is that the log was begun; that it was verified becomes the last.
    assert_eq!(case.verified(), RECORDS - 1);
    (case, lengths)
}

/// `audit verify` alone, on any data folder.
fn verify(data: &Path, more: &[&str]) -> Reply {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubechat"));
    command.env_clear().args(["audit", "verify", "-o", "json", "--data-dir"]).arg(data).args(more);
    Reply::of(command.output().unwrap())
}

#[track_caller]
fn found(data: &Path, more: &[&str]) {
    let reply = verify(data, more).ends(1);
    assert_eq!(reply["ok"], false, "{reply}");
    assert!(!reply["message"].as_str().unwrap().is_empty());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_changed_byte_anywhere_in_the_log_is_found() {
    let Some(world) = world() else { return };
    let (case, _) = log(world);
    let all = files(&case.data().join("audit"));
    assert!(all.len() >= 3, "{all:?}");
    for file in all {
        let whole = fs::read(&file).unwrap();
        // Every byte of a small file, a sample of a large one; always the first and the last.
        let step = (whole.len() / 40).max(1);
        for at in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&file, &changed).unwrap();
            let reply = verify(&case.data(), &[]);
            assert_eq!(reply.code, 1, "byte {at} of {}: {reply}", file.display());
        }
        fs::write(&file, &whole).unwrap();
    }
    case.verified();
}

#[test]
fn dropped_reordered_and_repeated_records_are_found() {
    let Some(world) = world() else { return };
    let (case, lengths) = log(world);
    let journal = case.data().join(JOURNAL);
    let whole = fs::read(&journal).unwrap();
    let cut = |from: u64, to: u64| whole[from as usize..to as usize].to_vec();
    let (first, second) = (cut(0, lengths[0]), cut(lengths[0], lengths[1]));
    let (third, fourth) = (cut(lengths[1], lengths[2]), cut(lengths[2], lengths[3]));
    let forged = [
        [&first[..], &second, &third].concat(),
        [&first[..], &second].concat(),
        [&first[..], &third, &second, &fourth].concat(),
        [&first[..], &third, &fourth].concat(),
        [&first[..], &second, &second, &third, &fourth].concat(),
        first[..].to_vec(),
        Vec::new(),
    ];
    for bytes in forged {
        fs::write(&journal, &bytes).unwrap();
        found(&case.data(), &[]);
    }
    fs::remove_file(&journal).unwrap();
    found(&case.data(), &[]);
    fs::write(&journal, &whole).unwrap();
    case.verified();
}

#[test]
fn a_log_cut_back_to_an_older_state_is_found_and_nothing_runs_on_it() {
    let Some(world) = world() else { return };
    let (case, _) = log(world);
    let older = tempfile::tempdir().unwrap();
    copy(&case.data().join("audit"), older.path());
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    let newest = verify(&case.data(), &[]).ends(0);
    let checkpoint = case.home().join("checkpoint");
    fs::write(&checkpoint, newest["checkpoint"].as_str().unwrap()).unwrap();
    let kept = tempfile::tempdir().unwrap();
    copy(&case.data().join("audit"), kept.path());
    fs::remove_dir_all(case.data().join("audit")).unwrap();
    copy(older.path(), &case.data().join("audit"));

    // Each state by itself is sound: only what remembers the longer log can tell.
    found(&case.data(), &[]);
    let refused = case.run("kubectl get pods", &[]).is(1, "failed");
    assert_eq!(refused["error"]["code"], "log_behind");
    for file in ["kubechat.db", "kubechat.db-wal", "kubechat.db-shm"] {
        let _ = fs::remove_file(case.data().join(file));
    }
    assert_eq!(verify(&case.data(), &[]).ends(0)["size"], RECORDS);
    found(&case.data(), &["--since", checkpoint.to_str().unwrap()]);
    let remembered = format!("{} {}", newest["size"], newest["root"].as_str().unwrap());
    found(&case.data(), &["--since", &remembered]);

    fs::remove_dir_all(case.data().join("audit")).unwrap();
    copy(kept.path(), &case.data().join("audit"));
    verify(&case.data(), &["--since", checkpoint.to_str().unwrap()]).ends(0);
    verify(&case.data(), &["--since", &remembered]).ends(0);
}

#[test]
fn a_proof_convinces_with_the_key_alone() {
    let Some(world) = world() else { return };
    let (case, _) = log(world);
    let (record, proof) = (case.home().join("record"), case.home().join("proof"));
    let (record, proof) = (record.to_str().unwrap(), proof.to_str().unwrap());
    case.json(&["audit", "prove", "3", "--record", record, "--proof", proof]).ends(0);
    let key = case.text(&["audit", "public-key"]).out;
    let other = log(world).0.text(&["audit", "public-key"]).out;
    assert_ne!(key, other);
    let check = |key: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubechat"));
        command.env_clear().args([
            "audit",
            "verify-proof",
            "-o",
            "json",
            "--record",
            record,
            "--proof",
            proof,
        ]);
        Reply::of(command.args(["--public-key", key.trim()]).output().unwrap())
    };
    let proven = check(&key).ends(0);
    assert_eq!((proven["ok"].as_bool(), proven["index"].as_u64()), (Some(true), Some(3)));
    check(&other).ends(1);
    let text = fs::read_to_string(record).unwrap();
    assert!(text.contains("kubectl get deployments"), "{text}");
    fs::write(record, text.replace("get deployments", "get daemonsets!")).unwrap();
    check(&key).ends(1);
}

#[test]
fn records_are_found_by_what_they_are_about_and_secrets_by_whoever_knows_them() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "found");
    let scaled = case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    case.run("kubectl set env deployment/web DB_PASSWORD=hunter2-and-more MODE=fast", &["--yes"])
        .is(0, "succeeded");
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    let list = |options: &[&str]| -> Vec<serde_json::Value> {
        let reply = case.json(&[&["audit", "list"], options].concat());
        assert_eq!(reply.code, 0, "{reply}");
        reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let kinds = |records: &[serde_json::Value]| -> Vec<String> {
        records.iter().map(|record| record["kind"].as_str().unwrap().to_owned()).collect()
    };
    let of_object = list(&["--object", "deployments.apps/web", "--verb", "scale", "--timeline"]);
    assert_eq!(kinds(&of_object), ["query.previewed", "query.outcome"]);
    assert!(of_object.iter().all(|record| record["query"] == scaled["query"]), "{of_object:#?}");
    let session = scaled["session"].as_str().unwrap();
    let timeline = list(&["--session", session, "--timeline"]);
    assert_eq!(kinds(&timeline[..4]), ["query.previewed", "query.approved", "query.intent", "query.outcome"]);
    assert_eq!(list(&["--outcome", "succeeded", "--level", "safe"]).len(), 1);
    assert!(list(&["--until", "2020-01-01T00:00:00Z"]).is_empty());
    let newest = list(&["--limit", "1"])[0]["index"].as_u64().unwrap();
    assert_eq!(list(&["--before", &newest.to_string(), "--limit", "1"])[0]["index"], newest - 1);

    for file in files(&case.data().join("audit")) {
        let bytes = fs::read(&file).unwrap();
        let planted = bytes.windows(15).any(|window| window == b"hunter2-and-mor");
        assert!(!planted, "{}: {}", file.display(), String::from_utf8_lossy(&bytes));
    }
    let secret = case.home().join("secret");
    fs::write(&secret, "hunter2-and-more\n").unwrap();
    let set = list(&["--secret", secret.to_str().unwrap()]);
    assert!(!set.is_empty());
    assert!(set.iter().all(|record| record["command"].as_str().unwrap().contains("set env")), "{set:#?}");
    assert!(set[0]["command"].as_str().unwrap().contains("MODE=fast"), "{set:#?}");
    fs::write(&secret, "hunter2-and-less").unwrap();
    assert!(list(&["--secret", secret.to_str().unwrap()]).is_empty());
    case.verified();
}

#[test]
fn somebody_else_verifies_a_copy_of_the_log_with_the_public_key_alone() {
    let Some(world) = world() else { return };
    let (case, _) = log(world);
    let key = case.text(&["audit", "public-key"]).out;
    let copied = tempfile::tempdir().unwrap();
    copy(&case.data().join("audit"), &copied.path().join("audit"));
    let found = verify(copied.path(), &["--public-key", key.trim()]).ends(0);
    assert_eq!(found["size"], RECORDS);
    let other = log(world).0.text(&["audit", "public-key"]).out;
    verify(copied.path(), &["--public-key", other.trim()]).ends(1);
    let journal = copied.path().join(JOURNAL);
    let mut bytes = fs::read(&journal).unwrap();
    let at = bytes.windows(9).position(|window| window == b"get nodes").unwrap();
    bytes[at..at + 9].copy_from_slice(b"get pods!");
    fs::write(&journal, bytes).unwrap();
    verify(copied.path(), &["--public-key", key.trim()]).ends(1);
}

#[test]
fn a_log_whose_key_was_changed_is_verified_by_whoever_knows_the_key_before() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "rekeyed");
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    let old = case.text(&["audit", "public-key"]).out;
    let at = |name: &str| case.home().join(name).to_str().unwrap().to_owned();
    let server = crate::http::Server::start(&case);
    assert_eq!(case.json(&["audit", "rotate-key"]).ends(1)["error"]["code"], "audit");
    drop(server);
    let new = case.json(&["audit", "rotate-key"]).ends(0);
    assert_eq!(new["before"], old.trim());
    case.ask("scale web to 5", &["--yes"]).is(0, "succeeded");
    assert!(case.records().iter().any(|one| one["kind"] == "log.key_rotated"));
    case.verified();
    verify_at(&case, &["--public-key", old.trim()]).ends(0);
    case.json(&["audit", "export", &at("out")]).ends(0);
    case.json(&["audit", "verify", &at("out"), "--public-key", old.trim()]).ends(0);
    case.json(&["audit", "prove", "1", "--record", &at("record"), "--proof", &at("proof")]).ends(0);
    let files = ["--record", &at("record"), "--proof", &at("proof"), "--public-key", old.trim()];
    let check = |more: &[&str]| case.json(&[&["audit", "verify-proof"], &files[..], more].concat());
    check(&[]).ends(1);
    check(&["--rotations", &at("out/rotations.json")]).ends(0);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../verifier/verify.py");
    let python = |arguments: &[&str]| {
        let done = std::process::Command::new("python3").arg(script).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    python(&["log", &at("out"), "--public-key", old.trim()]);
    let rotations = at("out/rotations.json");
    python(&["record", &at("record"), &at("proof"), "--public-key", old.trim(), "--rotations", &rotations]);
}

fn verify_at(case: &Case<'_>, more: &[&str]) -> crate::case::Reply {
    case.json(&[&["audit", "verify"], more].concat())
}
