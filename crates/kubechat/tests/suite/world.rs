//! The control plane that all tests share, and what is done to it past everything that is tested.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use kubechat_practice::{Ground, Options, Practice, User};
use serde_json::Value;
use tokio::runtime::Runtime;

/// May change nothing unless a test binds a role to them.
pub const PEOPLE: [&str; 3] = ["rolf", "vera", "nobody"];
/// An account that acts for others under the constrained rights of `kubechat rbac`.
pub const CONSTRAINED: &str = "kubechat-constrained";

const PATIENCE: Duration = Duration::from_secs(90);

/// A control plane; its programs end with this process.
pub struct World {
    pub practice: Practice,
    pub runtime: Runtime,
}

/// The shared control plane; `None`, said loudly, where its programs are not built. In CI they must be there.
pub fn world() -> Option<&'static World> {
    static WORLD: LazyLock<Option<World>> =
        LazyLock::new(|| World::boot_with(true, crate::adversary::logs()));
    WORLD.as_ref()
}

impl World {
    pub fn boot(seed: bool) -> Option<Self> {
        Self::boot_with(seed, String::new())
    }

    /// The same with more for kwok to do.
    pub fn boot_with(seed: bool, kwok: String) -> Option<Self> {
        let Some(ground) = Ground::locate() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "the Kubernetes programs are missing: run scripts/ground.sh"
            );
            eprintln!("\n!!! SKIPPED: the Kubernetes programs are not built: run scripts/ground.sh !!!\n");
            return None;
        };
        let person = |name: &&str| User {
            name: (*name).to_owned(),
            groups: vec![format!("{name}-group")],
            token: token(name),
        };
        let options = Options {
            dir: Some(fresh_folder()),
            ground: Some(ground),
            seed,
            metrics: false,
            kwok,
            extra_users: PEOPLE.iter().chain(&[CONSTRAINED]).map(person).collect(),
            ..Options::default()
        };
        let runtime = Runtime::new().unwrap();
        let practice = runtime.block_on(Practice::start(options)).unwrap();
        Some(Self { practice, runtime })
    }

    /// kubectl as the cluster's administrator.
    pub fn try_kubectl(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(self.practice.kubectl())
            .args(arguments)
            .env_clear()
            .env("HOME", self.practice.dir())
            .env("KUBECONFIG", self.practice.kubeconfig_path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// The same from a line without quotes; it must succeed.
    pub fn kubectl(&self, line: &str) -> String {
        let output = self.try_kubectl(&line.split(' ').collect::<Vec<_>>(), "");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn apply(&self, manifest: &str) {
        let output = self.try_kubectl(&["apply", "--server-side", "-f", "-"], manifest);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn object(&self, namespace: &str, object: &str) -> Value {
        serde_json::from_str(&self.kubectl(&format!("get {object} -n {namespace} -o json"))).unwrap()
    }

    pub fn replicas(&self, namespace: &str, name: &str) -> i64 {
        self.object(namespace, &format!("deployment/{name}"))["spec"]["replicas"].as_i64().unwrap()
    }

    pub fn exists(&self, namespace: &str, object: &str) -> bool {
        let found = self.kubectl(&format!("get {object} -n {namespace} --ignore-not-found -o name"));
        !found.trim().is_empty()
    }

    /// The API server's own events whose line holds `text`.
    pub fn events(&self, text: &str) -> Vec<Value> {
        let log = fs::read_to_string(self.practice.audit_log()).unwrap();
        log.lines()
            .filter(|line| line.contains(text))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Every request of people in this namespace that changed something, or would have without `dryRun`.
    pub fn changes(&self, namespace: &str, user: &str) -> Vec<Value> {
        let changing = ["create", "update", "patch", "delete", "deletecollection"];
        let mut events = self.events(&format!("\"namespace\":\"{namespace}\""));
        events.retain(|event| {
            event["user"]["username"] == user
                && event["objectRef"]["namespace"] == namespace
                && changing.contains(&event["verb"].as_str().unwrap())
        });
        events
    }

    /// Those that really changed something.
    pub fn writes(&self, namespace: &str, user: &str) -> Vec<Value> {
        let mut events = self.changes(namespace, user);
        events.retain(|event| !event["requestURI"].as_str().unwrap().contains("dryRun"));
        events
    }

    /// Binds rights in a namespace to a user or group: `scaler` may read and scale, `viewer` may read.
    pub fn bind(&self, namespace: &str, kind: &str, name: &str, role: &str) {
        let scale = r#"
  - {apiGroups: [apps], resources: [deployments/scale], verbs: [get, update, patch]}"#;
        let scale = if role == "scaler" { scale } else { "" };
        self.apply(&format!(
            r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: {role}, namespace: {namespace}}}
rules:
  - {{apiGroups: [apps], resources: [deployments, replicasets], verbs: [get, list, watch]}}
  - {{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}}{scale}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: {role}-{name}, namespace: {namespace}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {role}}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: "{name}"}}]
"#
        ));
    }
}

pub fn token(user: &str) -> String {
    format!("{user}-token")
}

/// A kubeconfig of one user with a bearer token; the namespace is that of its context.
pub fn kubeconfig(file: &Path, server: &str, ca_pem: Option<&str>, namespace: &str, user: &str, token: &str) {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let ca = ca_pem
        .map(|pem| format!("certificate-authority-data: {}", BASE64_STANDARD.encode(pem)))
        .unwrap_or_default();
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: practice-{user}\n\
         clusters:\n- name: practice\n  cluster:\n    server: {server}\n    {ca}\n\
         users:\n- name: {user}\n  user:\n    token: {token}\n\
         contexts:\n- name: practice-{user}\n  context: {{cluster: practice, user: {user}, namespace: {namespace}}}\n"
    );
    fs::write(file, text).unwrap();
}

/// A folder for the cluster's data; those of earlier runs are removed, since a static is never dropped.
fn fresh_folder() -> PathBuf {
    let parent = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix("suite-").and_then(|rest| rest.split('-').next().map(str::to_owned));
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    fs::create_dir_all(&parent).unwrap();
    let prefix = format!("suite-{}-", std::process::id());
    tempfile::Builder::new().prefix(&prefix).tempdir_in(&parent).unwrap().keep()
}

/// Asks until the answer is there.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begin.elapsed() < PATIENCE, "still not so: {what}");
        std::thread::park_timeout(Duration::from_millis(25));
    }
}
