//! How the binary finds its cluster, and what it says when something is not set up right.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use crate::case::{Case, Reply};
use crate::world::{kubeconfig, world};

/// A failure that a person can act on: the code for programs, and these words for people.
#[track_caller]
fn fails(reply: &Reply, code: i32, name: &str, words: &[&str]) {
    let object = reply.ends(code);
    assert_eq!(object["error"]["code"], name, "{object:#}");
    let message = object["message"].as_str().unwrap();
    assert_eq!(object["error"]["message"], message);
    assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
    assert!(message.ends_with(['.', '?', '`']), "not a sentence: {message}");
}

#[test]
fn an_exec_credential_plugin_logs_in() {
    let Some(world) = world() else { return };
    let mut case = Case::of(world, "plugin", "rolf");
    world.bind("plugin", "User", "rolf", "scaler");
    let plugin = case.home().join("log-in");
    fs::write(
        &plugin,
        "#!/bin/sh\necho '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"rolf-token\"}}'\n",
    )
    .unwrap();
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).unwrap();
    let exec = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, command: {}, interactiveMode: Never}}",
        plugin.display()
    );
    let text = fs::read_to_string(&case.kubeconfig).unwrap().replace("token: rolf-token", &exec);
    case.kubeconfig = case.home().join("with-plugin");
    fs::write(&case.kubeconfig, text).unwrap();
    let done = case.ask("scale web to 3", &["--yes"]).is(0, "succeeded");
    assert_eq!(done["runs_as"], "rolf");
    assert_eq!(case.replicas(), 3);

    fs::write(&plugin, "#!/bin/sh\necho 'please log in' >&2\nexit 1\n").unwrap();
    fails(&case.run("kubectl get pods", &[]), 1, "exec-plugin", &["credential plugin", "log in"]);
    fs::remove_file(&plugin).unwrap();
    fails(&case.run("kubectl get pods", &[]), 1, "exec-plugin", &["credential plugin"]);
}

#[test]
fn a_list_of_kubeconfigs_is_merged() {
    let Some(world) = world() else { return };
    let case = Case::of(world, "listed", "rolf");
    world.bind("listed", "User", "rolf", "viewer");
    let text = fs::read_to_string(&case.kubeconfig).unwrap();
    let (head, rest) = text.split_once("clusters:").unwrap();
    let (clusters, others) = rest.split_once("users:").unwrap();
    let (one, other) = (case.home().join("clusters"), case.home().join("people"));
    fs::write(&one, format!("apiVersion: v1\nkind: Config\nclusters:{clusters}")).unwrap();
    fs::write(&other, format!("{head}users:{others}")).unwrap();
    let list = format!("{}:{}:{}", one.display(), case.home().join("missing").display(), other.display());
    let reply = Reply::of(
        case.bare()
            .env("KUBECONFIG", list)
            .args(["run", "kubectl get deployments", "-o", "json"])
            .output()
            .unwrap(),
    );
    let read = reply.is(0, "succeeded");
    assert_eq!((read["namespace"].as_str(), read["runs_as"].as_str()), (Some("listed"), Some("rolf")));
}

#[test]
fn a_kubeconfig_that_cannot_be_used_says_why() {
    let Some(world) = world() else { return };
    let mut case = Case::without_namespace(world, "shop");
    let none = Reply::of(case.bare().args(["run", "kubectl get pods", "-o", "json"]).output().unwrap());
    fails(&none, 1, "no-cluster", &["--kubeconfig", "kubechat practice"]);
    case.context = Some("elsewhere".to_owned());
    fails(&case.run("kubectl get pods", &[]), 1, "kubeconfig", &["elsewhere", "practice-admin"]);
    case.context = None;
    case.kubeconfig = case.home().join("nowhere");
    fails(&case.run("kubectl get pods", &[]), 1, "kubeconfig", &["nowhere"]);
    for garbage in ["", "clusters: [", "\u{0}\u{1}\u{2}", "just words", "[1, 2]"] {
        fs::write(&case.kubeconfig, garbage).unwrap();
        fails(&case.run("kubectl get pods", &[]), 1, "kubeconfig", &["nowhere"]);
    }
}

#[test]
fn a_token_that_is_no_longer_valid_says_so() {
    let Some(world) = world() else { return };
    let mut case = Case::without_namespace(world, "shop").for_user("rolf");
    let text = fs::read_to_string(&case.kubeconfig).unwrap().replace("rolf-token", "expired");
    case.kubeconfig = case.home().join("expired");
    fs::write(&case.kubeconfig, text).unwrap();
    fails(&case.run("kubectl get pods", &[]), 1, "unauthorized", &["expired", "renew the token"]);
    fails(&case.ask("scale web to 5", &["--yes"]), 1, "unauthorized", &["log in"]);
}

/// Answers every request the same; as many as come.
fn scripted(status: &'static str, headers: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut buffer = [0; 16 * 1024];
                while stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                    let answer = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\n{headers}content-length: 9\r\n\r\noverload\n"
                    );
                    if stream.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

#[test]
fn a_server_that_is_busy_or_broken_says_so() {
    let Some(world) = world() else { return };
    for (status, headers, name, word) in [
        ("429 Too Many Requests", "retry-after: 1\r\n", "throttled", "busy"),
        ("500 Internal Server Error", "", "server", "500"),
        ("503 Service Unavailable", "", "server", "503"),
        ("200 OK", "", "bad-answer", "could not be read"),
    ] {
        let mut case = Case::without_namespace(world, "shop");
        case.kubeconfig = case.home().join("scripted");
        kubeconfig(&case.kubeconfig, &scripted(status, headers), None, "shop", "someone", "t");
        fails(&case.run("kubectl get pods", &[]), 1, name, &[word]);
        fails(&case.ask("scale web to 5", &["--yes"]), 1, name, &[word]);
        assert_eq!(case.verified(), 0);
    }
}

#[test]
fn a_data_folder_that_cannot_be_used_says_so() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    fs::write(case.data(), "a file").unwrap();
    let data = case.data();
    let data = data.to_str().unwrap();
    fails(&case.run("kubectl get pods", &[]), 1, "data_dir", &[data, "--data-dir"]);
    fails(&case.json(&["queries"]), 1, "data_dir", &[data]);
    let serve = case.json(&["serve", "--listen", "127.0.0.1:0"]).ends(1);
    assert!(serve["message"].as_str().unwrap().contains("--data-dir"), "{serve}");
}

#[test]
fn a_configuration_with_a_mistake_names_it() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    case.configure("[cluster]\nidentiy = \"own\"\n");
    fails(&case.run("kubectl get pods", &[]), 2, "configuration", &["config.toml", "identiy"]);
}

#[test]
fn an_address_that_others_reach_needs_tls_and_impersonation() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let plain = case.json(&["serve", "--listen", "0.0.0.0:0"]).ends(1);
    assert!(plain["message"].as_str().unwrap().contains("--tls-cert"), "{plain}");
    let own = case.json(&["serve", "--listen", "0.0.0.0:0", "--insecure-http"]).ends(1);
    assert!(own["message"].as_str().unwrap().contains("impersonate"), "{own}");
}

#[test]
fn words_and_lines_are_understood_without_a_cluster() {
    let Some(world) = world() else { return };
    let case = Case::without_namespace(world, "shop");
    let alone = |arguments: &[&str]| Reply::of(case.bare().args(arguments).output().unwrap());
    let translated = alone(&["translate", "scale web to 5", "-o", "json"]).ends(0);
    assert_eq!(translated["command"], "kubectl scale deployment web --replicas=5", "{translated}");
    assert_eq!(translated["safety_level"], "warning");
    let classified = alone(&["classify", "kubectl delete namespace shop", "-o", "json"]).ends(0);
    assert_eq!(classified["level"], "dangerous");
    let refused = alone(&["classify", "kubectl get pods; reboot", "-o", "json"]).ends(3);
    assert_eq!(refused["level"], "refused");
    assert!(!case.data().exists(), "nothing was kept");

    let sick = case.json(&["doctor"]);
    assert_eq!(sick.code, 0, "{sick}");
    let lost = Reply::of(case.bare().args(["doctor", "-o", "json"]).output().unwrap());
    assert_eq!(lost.code, 1, "{lost}");
    assert!(lost.out.contains("No cluster is configured"), "{lost}");
}
