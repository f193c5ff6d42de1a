//! Our evidence in the hands of programs that know nothing of ours: Go's own transparency log, and the stand-alone
//! verifier in `verifier/`.

use crate::support::{Home, entries, entry};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use kubechat_audit::{Filter, LogReader, export};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Whether a program is there. In CI it must be.
fn there(program: &str, version: &str) -> bool {
    let there = Command::new(program).arg(version).output().is_ok_and(|output| output.status.success());
    assert!(there || std::env::var_os("CI").is_none(), "{program} is missing");
    if !there {
        eprintln!("\n!!! SKIPPED: {program} is missing !!!\n");
    }
    there
}

fn told(output: Output) -> Result<String, String> {
    let text = |bytes| String::from_utf8_lossy(bytes).trim().to_string();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

#[test]
fn go_accepts_our_checkpoints_and_proofs_and_refuses_changed_ones() {
    if !there("go", "version") {
        return;
    }
    let home = Home::with_entries(1, 1);
    let program = home.path().join("independent");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(".").current_dir(source).env("GOWORK", "off");
    told(build.output().unwrap()).unwrap();
    let key = home.key().to_string();
    let run = |files: &[&Path]| told(Command::new(&program).arg(&key).args(files).output().unwrap());
    let file = |name: &str, content: &[u8]| -> PathBuf {
        let path = home.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };

    let mut checkpoints = vec![(1, LogReader::open(&home.audit()).unwrap().checkpoint().note.clone())];
    for size in [2_u64, 3, 255, 256, 257, 700] {
        let have = checkpoints.last().unwrap().0;
        home.open().append_entries(&entries(have..size)).unwrap();
        let reader = LogReader::open(&home.audit()).unwrap();
        for index in [0, 1, size / 2, size - 1] {
            let (record, proof) = (file("record", &entry(index)), reader.prove(index).unwrap());
            let path = file("proof", proof.as_bytes());
            assert_eq!(run(&[&record, &path]).unwrap(), format!("included {index} {size}"));
            run(&[&file("other", b"another record"), &path]).unwrap_err();
            let moved =
                proof.replace(&format!("index {index}\n"), &format!("index {}\n", (index + 1) % size));
            run(&[&record, &file("moved", moved.as_bytes())]).unwrap_err();
        }
        let note = reader.checkpoint().note.clone();
        for (old, before) in &checkpoints {
            let path = reader.consistency(*old, size).unwrap();
            let hashes: Vec<String> = path.iter().map(|hash| BASE64_STANDARD.encode(hash)).collect();
            let [old_file, new_file] = [file("old", before.as_bytes()), file("new", note.as_bytes())];
            let hashes = file("hashes", hashes.join("\n").as_bytes());
            assert_eq!(run(&[&old_file, &new_file, &hashes]).unwrap(), format!("consistent {old} {size}"));
        }
        let forged =
            file("forged", note.replace(&format!("\n{size}\n"), &format!("\n{}\n", size + 1)).as_bytes());
        run(&[&forged, &forged, &file("none", b"")]).unwrap_err();
        checkpoints.push((size, note));
    }
}

fn verifier(arguments: &[&str], key: &str) -> Result<String, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verifier/verify.py");
    let mut command = Command::new("python3");
    told(command.arg(script).args(arguments).args(["--public-key", key]).output().unwrap())
}

#[test]
fn the_stand_alone_verifier_accepts_an_exported_log_and_finds_every_edit() {
    if !there("python3", "--version") {
        return;
    }
    for size in [0_u64, 1, 256, 700] {
        let home = Home::with_entries(size, 100);
        let (key, to) = (home.key().to_string(), home.path().join("exported"));
        let reader = LogReader::open(&home.audit()).unwrap();
        assert_eq!(export::whole(&reader, &to).unwrap(), size);
        export::whole(&reader, &to).unwrap_err();
        let folder = to.to_str().unwrap();
        assert_eq!(verifier(&["log", folder], &key).unwrap(), format!("VALID: all {size} records"));
        if size < 700 {
            continue;
        }
        verifier(&["log", folder], &Home::with_entries(1, 1).key().to_string()).unwrap_err();
        for (file, at) in
            [("tile/entries/001", 300), ("tile/0/000", 99), ("tile/entries/002.p/188", 7), ("checkpoint", 90)]
        {
            let path = to.join(file);
            let bytes = fs::read(&path).unwrap();
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            let why = verifier(&["log", folder], &key).unwrap_err();
            assert!(file == "checkpoint" || why.contains("record"), "{why}");
            fs::write(&path, bytes).unwrap();
        }
    }
}

#[test]
fn exported_records_are_verified_one_by_one() {
    if !there("python3", "--version") {
        return;
    }
    let home = Home::with_entries(300, 70);
    let (key, to) = (home.key().to_string(), home.path().join("exported"));
    let reader = LogReader::open(&home.audit()).unwrap();
    let chosen = reader.list(&Filter { text: Some("e29".into()), ..Filter::default() }, 5).unwrap();
    assert_eq!(export::chosen(&reader, &to, &chosen, serde_json::json!({"text": "e29"})).unwrap(), 5);
    let list: serde_json::Value = serde_json::from_slice(&fs::read(to.join("list.json")).unwrap()).unwrap();
    assert_eq!(list["records"], serde_json::json!([299, 298, 297, 296, 295]));
    for entry in &chosen {
        let record = to.join(format!("records/{:020}.json", entry.index));
        let proof = record.with_extension("tlog-proof");
        let check = || verifier(&["record", record.to_str().unwrap(), proof.to_str().unwrap()], &key);
        assert_eq!(check().unwrap(), format!("VALID: record {} of 300", entry.index));
        fs::write(&record, "another").unwrap();
        check().unwrap_err();
    }
}
