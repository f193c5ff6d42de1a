//! One test's own namespace, home and data folder, and the binary in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::world::{World, kubeconfig, token};

/// A data folder and the kubeconfig that the binary is given.
pub struct Case<'w> {
    pub world: &'w World,
    pub namespace: String,
    pub kubeconfig: PathBuf,
    pub context: Option<String>,
    home: PathBuf,
    /// Removed with the case, unless the home is somebody else's.
    _own: Option<TempDir>,
}

/// What the binary said.
pub struct Reply {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl<'w> Case<'w> {
    /// A namespace with the Deployment `web` of two replicas, used by the cluster's administrator.
    pub fn new(world: &'w World, namespace: &str) -> Self {
        Self::furnish(world, namespace);
        Self::without_namespace(world, namespace)
    }

    /// The same in a home that outlives the case.
    pub fn new_at(world: &'w World, namespace: &str, home: &Path) -> Self {
        Self::furnish(world, namespace);
        Self::at(world, namespace, home)
    }

    fn furnish(world: &World, namespace: &str) {
        world.apply(&format!(
            r#"apiVersion: v1
kind: Namespace
metadata: {{name: {namespace}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: {namespace}, labels: {{app: web}}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "example.test/web:1"}}]}}
"#
        ));
    }

    /// The same where the namespace is there already, or is not needed.
    pub fn without_namespace(world: &'w World, namespace: &str) -> Self {
        let own = tempfile::tempdir().unwrap();
        let case = Self::at(world, namespace, own.path());
        Self { _own: Some(own), ..case }
    }

    /// The same in such a home.
    pub fn at(world: &'w World, namespace: &str, home: &Path) -> Self {
        Self {
            world,
            namespace: namespace.to_owned(),
            kubeconfig: world.practice.kubeconfig_path().to_owned(),
            context: None,
            home: home.to_owned(),
            _own: None,
        }
    }

    /// The same for somebody with a token and no more rights than a test gives them.
    pub fn of(world: &'w World, namespace: &str, user: &str) -> Self {
        Self::new(world, namespace).for_user(user)
    }

    pub fn for_user(mut self, user: &str) -> Self {
        self.kubeconfig = self.home.join("kubeconfig");
        let practice = &self.world.practice;
        let server = practice.server_url();
        kubeconfig(&self.kubeconfig, &server, Some(practice.ca_pem()), &self.namespace, user, &token(user));
        self
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub fn configure(&self, text: &str) {
        fs::create_dir_all(self.data()).unwrap();
        fs::write(self.data().join("config.toml"), text).unwrap();
    }

    /// The binary with nothing of this process's environment.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubechat"));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.home)
            .env("KUBECHAT_DATA_DIR", self.data())
            .envs(
                Some(self.home.join("typist")).filter(|path| path.exists()).map(|path| ("KUBE_EDITOR", path)),
            )
            .current_dir(&self.home)
            .stdin(Stdio::null());
        command
    }

    /// The binary with this case's cluster.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare();
        command.args(arguments).arg("--kubeconfig").arg(&self.kubeconfig);
        command.args(self.context.iter().flat_map(|context| ["--context", context]));
        command
    }

    pub fn text(&self, arguments: &[&str]) -> Reply {
        Reply::of(self.command(arguments).output().unwrap())
    }

    pub fn json(&self, arguments: &[&str]) -> Reply {
        Reply::of(self.command(arguments).args(["-o", "json"]).output().unwrap())
    }

    /// Words in this case's namespace.
    pub fn ask(&self, words: &str, options: &[&str]) -> Reply {
        self.json(&[&["ask", words, "-n", &self.namespace], options].concat())
    }

    /// A kubectl line in this case's namespace.
    pub fn run(&self, line: &str, options: &[&str]) -> Reply {
        self.json(&[&["run", line, "-n", &self.namespace], options].concat())
    }

    /// Approves what waits.
    pub fn approve(&self, waiting: &Value) -> Reply {
        let (query, hash) = (waiting["query"].as_str().unwrap(), waiting["approval_hash"].as_str().unwrap());
        self.json(&["approve", query, "--hash", hash])
    }

    /// The query as it is kept.
    pub fn show(&self, query: &Value) -> Value {
        self.json(&["show", query.as_str().unwrap()]).ends(0)
    }

    pub fn replicas(&self) -> i64 {
        self.world.replicas(&self.namespace, "web")
    }

    /// The whole log is as it was signed for; returns its size.
    pub fn verified(&self) -> u64 {
        let found = self.json(&["audit", "verify"]).ends(0);
        assert_eq!(found["ok"], true, "{found}");
        found["size"].as_u64().unwrap()
    }

    /// All records, oldest first.
    pub fn records(&self) -> Vec<Value> {
        let listed = self.json(&["audit", "list", "--limit", "100000"]);
        assert_eq!(listed.code, 0, "{listed}");
        let mut records: Vec<Value> =
            listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        records.reverse();
        records
    }

    /// The kinds of the records of one query, oldest first.
    pub fn kinds(&self, query: &Value) -> Vec<String> {
        let records = self.records();
        let of_query = records.iter().filter(|record| record["query"] == *query);
        of_query.map(|record| record["kind"].as_str().unwrap().to_owned()).collect()
    }
}

impl Reply {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The exit code must be this; the one object that was printed.
    #[track_caller]
    pub fn ends(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self}");
        let last = self.out.lines().last().unwrap_or_else(|| panic!("nothing was printed: {self}"));
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The same, in this state too.
    #[track_caller]
    pub fn is(&self, code: i32, state: &str) -> Value {
        let object = self.ends(code);
        assert_eq!(object["state"], state, "{object:#}");
        object
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {}\n{}\n{}", self.code, self.out, self.err)
    }
}

/// A process that is killed when the test ends.
pub struct Running(pub Child);

impl Running {
    pub fn start(command: &mut Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Its exit code; somebody else reads what it says.
    pub fn ended_quietly(mut self) -> i32 {
        self.0.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
