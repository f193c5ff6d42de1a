//! An outside witness that speaks tlog-witness: asked by a terminal and by a server, and what it signs goes into proofs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signer as _, SigningKey};
use kubechat_audit::merkle::{Hash, empty_root, verify_consistency};
use kubechat_audit::{Checkpoint, VerifierKey, WitnessKey};

use crate::case::Case;
use crate::http::Server;
use crate::world::{until, world};

const NAME: &str = "witness.test/w1";

/// What the witness has seen; it knows one log.
struct Seen {
    log: Option<VerifierKey>,
    size: u64,
    root: Hash,
}

/// Serves `add-checkpoint` as long as the process lives; the address, its key, and what it has seen.
fn witness() -> (String, WitnessKey, Arc<Mutex<Seen>>) {
    let key = SigningKey::from_bytes(&[5; 32]);
    let public = WitnessKey::new(NAME, key.verifying_key()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/submit/", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Seen { log: None, size: 0, root: empty_root() }));
    let (shared, named) = (Arc::clone(&seen), public.clone());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            assert!(first.starts_with("POST /submit/add-checkpoint "), "{first}");
            let body = String::from_utf8(body).unwrap();
            let (status, answer) = add(&mut shared.lock().unwrap(), &key, &named, &body);
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                answer.len()
            );
            stream.write_all(format!("{head}{answer}").as_bytes()).unwrap();
        }
    });
    (address, public, seen)
}

fn add(seen: &mut Seen, key: &SigningKey, public: &WitnessKey, body: &str) -> (u16, String) {
    let (head, note) = body.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
    let proof: Vec<Hash> =
        lines.map(|line| BASE64_STANDARD.decode(line).unwrap().try_into().unwrap()).collect();
    let Some(log) = &seen.log else { return (404, String::new()) };
    let Ok(checkpoint) = Checkpoint::open(note, log) else { return (403, String::new()) };
    if old != seen.size {
        return (409, format!("{}\n", seen.size));
    }
    if verify_consistency((old, &seen.root), (checkpoint.size, &checkpoint.root), &proof).is_err() {
        return (422, String::new());
    }
    (seen.size, seen.root) = (checkpoint.size, checkpoint.root);
    let text = &note[..note.rfind("\n\n").unwrap() + 1];
    let time = 1_700_000_000_u64;
    let signature = key.sign(format!("cosignature/v1\ntime {time}\n{text}").as_bytes());
    let id = hex::decode(public.to_string().split('+').nth(1).unwrap()).unwrap();
    let blob = [&id[..], &time.to_be_bytes(), &signature.to_bytes()].concat();
    (200, format!("\u{2014} {NAME} {}\n", BASE64_STANDARD.encode(blob)))
}

#[test]
fn a_witness_cosigns_the_log_and_a_proof_shows_it_offline() {
    let Some(world) = world() else { return };
    let case = Case::new(world, "witnessed");
    let (url, key, seen) = witness();
    let named = key.to_string();
    case.configure(&format!(
        "[audit]\nwitness_seconds = 1\n[[audit.witness]]\nurl = {url:?}\nkey = {named:?}\n"
    ));
    case.run("kubectl get deployments", &[]).is(0, "succeeded");
    assert_eq!(case.json(&["audit", "witness"]).ends(1)["ok"], false);
    seen.lock().unwrap().log = Some(case.text(&["audit", "public-key"]).out.trim().parse().unwrap());
    // That the log was begun, what was meant and what became of it.
    assert_eq!(case.json(&["audit", "witness"]).ends(0)["size"], 3);
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    assert_eq!(case.json(&["audit", "witness"]).ends(0)["size"], 5);
    // Another machine's memory of it is not needed: the witness says what it has seen.
    for file in std::fs::read_dir(case.data().join("index")).unwrap().flatten() {
        if file.file_name().to_string_lossy().starts_with("cosigned-") {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    case.run("kubectl get pods", &[]).is(0, "succeeded");
    assert_eq!(case.json(&["audit", "witness"]).ends(0)["size"], 7);

    let at = |name: &str| case.home().join(name).to_str().unwrap().to_owned();
    let files = ["--record", &at("record"), "--proof", &at("proof")];
    case.json(&[&["audit", "prove", "3"], &files[..], &["--witnessed", &named]].concat()).ends(0);
    let public = case.text(&["audit", "public-key"]).out;
    let check = |witness: &str| {
        let keys = ["--public-key", public.trim(), "--witness-key", witness];
        case.json(&[&["audit", "verify-proof"], &files[..], &keys].concat())
    };
    assert_eq!(check(&named).ends(0)["witnesses"][0], NAME);
    let other = WitnessKey::new(NAME, SigningKey::from_bytes(&[6; 32]).verifying_key()).unwrap();
    check(&other.to_string()).ends(1);
    // Without its signature the proof is the log's alone.
    case.json(&[&["audit", "prove", "3"], &files[..]].concat()).ends(0);
    check(&named).ends(1);

    // A server asks again and again.
    let mut server = Server::start(&case);
    server.log_in();
    let size = case.verified();
    until("the server asks the witness", || (seen.lock().unwrap().size >= size).then_some(()));
    drop(server);
    // A log that was put back is found by who remembers more.
    seen.lock().unwrap().size += 100;
    let refused = case.json(&["audit", "witness"]).ends(1);
    assert!(refused["message"].as_str().unwrap().contains("rolled back"), "{refused}");
}
