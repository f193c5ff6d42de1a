//! Both sides of a row: kubectl in one namespace, KubeChat in another of the same length, and what they leave.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::rows::{Row, Section, folder};
use crate::case::{Case, Reply};
use crate::world::World;

/// Differences that are the same for so many looks in a row are there to stay.
pub const STILL: u32 = 12;
/// How often a set-up is applied until its namespaces are complete.
const ATTEMPTS: u32 = 100;
/// No row takes longer.
const PATIENCE: Duration = Duration::from_secs(180);
/// Until controllers are asked again how far they are.
const SOON: Duration = Duration::from_millis(50);
/// Kinds whose controllers say up to which generation they have seen an object.
const WATCHED: &str =
    "deployments.apps,replicasets.apps,statefulsets.apps,daemonsets.apps,poddisruptionbudgets.policy";
/// Kinds that controllers keep for themselves.
const OTHERS: [&str; 6] = [
    "events",
    "events.events.k8s.io",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "leases.coordination.k8s.io",
    "componentstatuses",
];

/// Rows that one worker does in a row.
pub struct Work {
    /// Number of its first row, for names.
    pub number: usize,
    pub section: Section,
}

/// What one side did.
pub struct Side {
    pub namespace: String,
    /// It answered, with the exit code that is expected of an answer.
    pub works: bool,
    /// What it printed, or its error.
    pub said: String,
    /// It answered that everything is as it should be already.
    pub unchanged: bool,
}

/// What became of one row.
pub struct Pair {
    pub row: Row,
    pub changes: bool,
    pub theirs: Side,
    pub ours: Side,
}

/// Kinds of the table's own, once, and the folder that both sides are started in.
pub fn prepare(world: &World) -> TempDir {
    world.apply(&fs::read_to_string(folder().join("cluster.yaml")).unwrap());
    world.kubectl("wait crd --all --for=condition=Established --timeout=60s");
    let files = tempfile::tempdir().unwrap();
    copy(&folder().join("files"), files.path());
    // The folders that the crate is tested with, beside the real kubectl.
    let kustomizations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kustomize/tests/data");
    fs::create_dir(files.path().join("kustomize")).unwrap();
    copy(&kustomizations, &files.path().join("kustomize"));
    let pair = rcgen::generate_simple_self_signed(["shop.example.test".to_owned()]).unwrap();
    fs::write(files.path().join("tls.crt"), pair.cert.pem()).unwrap();
    fs::write(files.path().join("tls.key"), pair.signing_key.serialize_pem()).unwrap();
    files
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}

/// Nodes would take other tests' pods.
pub fn clean_up(world: &World) {
    world.kubectl("delete nodes -l differential=yes --wait=false");
}

/// Where one worker sits: a home of its own, and the folder of files.
pub struct Terminal<'a> {
    pub world: &'a World,
    pub home: &'a Path,
    pub files: &'a Path,
}

/// What became of each row, or why it could not be run.
pub fn run(terminal: &Terminal<'_>, work: &Work) -> Vec<Result<Pair, String>> {
    let names = |at: usize| {
        let number = work.number + at;
        match work.section.changes {
            true => [format!("kubectl-{number:03}"), format!("kubecht-{number:03}")],
            false => [format!("both-{:03}", work.number), format!("both-{:03}", work.number)],
        }
    };
    let rows = &work.section.rows;
    let mut namespaces: Vec<String> = (0..rows.len()).flat_map(names).collect();
    namespaces.dedup();
    let ready = furnish(terminal.world, &work.section, &namespaces).and_then(|()| {
        if work.section.changes {
            namespaces.iter().try_for_each(|namespace| terminal.settle(namespace))?;
        }
        let mut lines = work.section.until.iter();
        lines.try_for_each(|line| terminal.must(line, &namespaces[0]))
    });
    if let Err(error) = ready {
        return vec![Err(error)];
    }
    let pair = |(at, row): (usize, &Row)| {
        let [theirs, ours] = names(at);
        let pair = match work.section.changes {
            true => terminal.change(row, &theirs, &ours),
            false => terminal.read(row, &theirs),
        };
        pair.map_err(|error| format!("{}  {}\n{error}\n", row.place, row.line))
    };
    rows.iter().enumerate().map(pair).collect()
}

fn furnish(world: &World, section: &Section, namespaces: &[String]) -> Result<(), String> {
    let mut manifest = String::new();
    for namespace in namespaces {
        manifest += &format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}}}\n---\n");
    }
    world.apply(&manifest);
    let set_up = |name: &String| {
        fs::read_to_string(folder().join("set-ups").join(name).with_extension("yaml"))
            .unwrap_or_else(|error| panic!("set-up {name}: {error}"))
    };
    let texts: Vec<String> = section.set_ups.iter().map(set_up).collect();
    if texts.is_empty() {
        return Ok(());
    }
    let mut manifest = String::new();
    for namespace in namespaces {
        for text in &texts {
            manifest += &format!("{}\n---\n", text.replace("$NS", namespace));
        }
    }
    // Pods can be made only after their namespace's service account.
    for _ in 0..ATTEMPTS {
        let applied = world.try_kubectl(&["apply", "--server-side", "-f", "-"], &manifest);
        let said = String::from_utf8_lossy(&applied.stderr);
        if applied.status.success() {
            return Ok(());
        }
        if !said.contains("serviceaccount") {
            return Err(format!("the set-ups {}: {said}", section.set_ups.join(", ")));
        }
    }
    Err("the namespaces have no service accounts".to_owned())
}

impl Terminal<'_> {
    /// Both read the same objects; while these move they are asked again.
    fn read(&self, row: &Row, namespace: &str) -> Result<Pair, String> {
        row.first.iter().try_for_each(|line| self.must(line, namespace))?;
        let printed = |side: &Side| super::normal::printed(&row.line, false, &side.said, namespace);
        let begin = Instant::now();
        loop {
            let before = self.their_side(row, namespace)?;
            let ours = self.our_side(row, namespace)?;
            let same = before.said == ours.said;
            let after = if same {
                before
            } else {
                let after = self.their_side(row, namespace)?;
                if printed(&before) != printed(&after) && begin.elapsed() < PATIENCE {
                    continue;
                }
                after
            };
            return Ok(Pair { row: row.clone(), changes: false, theirs: after, ours });
        }
    }

    fn change(&self, row: &Row, theirs: &str, ours: &str) -> Result<Pair, String> {
        for line in &row.first {
            self.must(line, theirs)?;
            self.must(line, ours)?;
            self.settle(theirs)?;
            self.settle(ours)?;
        }
        let (theirs, ours) = (self.their_side(row, theirs)?, self.our_side(row, ours)?);
        Ok(Pair { row: row.clone(), changes: true, theirs, ours })
    }

    /// Controllers are done with what was written: else what they make of it would depend on how fast the next write
    /// comes.
    fn settle(&self, namespace: &str) -> Result<(), String> {
        let begin = Instant::now();
        let mut before = None;
        loop {
            let text = self.world.kubectl(&format!("get {WATCHED} -n {namespace} -o json"));
            let list: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
            let moving = items.iter().find(|item| behind(item) || of_this_second(item));
            let now: Vec<Value> =
                items.iter().map(|item| item["metadata"]["resourceVersion"].clone()).collect();
            match moving {
                None if now.is_empty() || before.as_ref() == Some(&now) => return Ok(()),
                Some(item) if begin.elapsed() > PATIENCE => {
                    return Err(format!(
                        "no controller looks at {} {}",
                        item["kind"], item["metadata"]["name"]
                    ));
                }
                _ if begin.elapsed() > PATIENCE => return Err(format!("{namespace} does not come to rest")),
                _ => {
                    before = Some(now);
                    std::thread::park_timeout(SOON);
                }
            }
        }
    }

    fn must(&self, line: &str, namespace: &str) -> Result<(), String> {
        let reply = self.kubectl(line, namespace, None)?;
        if reply.code == 0 { Ok(()) } else { Err(format!("{line}: {reply}")) }
    }

    fn their_side(&self, row: &Row, namespace: &str) -> Result<Side, String> {
        let reply = self.kubectl(&row.line, namespace, row.stdin.as_deref())?;
        let works = reply.code == row.code;
        // `No resources found` is an answer, and kubectl's warnings are none.
        let said = match (works, reply.out.trim().is_empty()) {
            (true, false) => reply.out,
            _ => reply
                .err
                .lines()
                .filter(|line| !line.starts_with("Warning: "))
                .map(|line| format!("{line}\n"))
                .collect(),
        };
        Ok(Side { namespace: namespace.to_owned(), works, said, unchanged: false })
    }

    /// As typed into a shell.
    fn kubectl(&self, line: &str, namespace: &str, stdin: Option<&str>) -> Result<Reply, String> {
        let program = self.world.practice.kubectl();
        let line = line.replace("$NS", namespace).replacen("kubectl", &format!("kubectl -n {namespace}"), 1);
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec {line}")])
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", program.parent().unwrap().display()))
            .env("HOME", self.world.practice.dir())
            .env("KUBECONFIG", self.world.practice.kubeconfig_path())
            .env("LANG", "C.UTF-8")
            .env("KUBE_EDITOR", self.editor())
            .current_dir(self.files)
            .stdin(self.input(stdin, namespace));
        ended(command)
    }

    fn our_side(&self, row: &Row, namespace: &str) -> Result<Side, String> {
        let case = Case::at(self.world, namespace, self.home);
        let line = row.line.replace("$NS", namespace);
        let mut query = self.said(&case, &["run", &line, "-n", namespace, "--yes"], row.stdin.as_deref())?;
        // Whatever is dangerous is confirmed.
        while query.0 == 4 && query.1["state"] == "awaiting_approval" {
            let text = |key: &str| query.1[key].as_str().unwrap_or_default().to_owned();
            let (id, hash, confirm) = (text("query"), text("approval_hash"), text("confirm"));
            query = self.said(&case, &["approve", &id, "--hash", &hash, "--confirm", &confirm], None)?;
        }
        let (code, query) = query;
        let answered = code == 0 || (code == 1 && query["state"] == "succeeded");
        let said = if answered {
            shown(&query)
        } else {
            query["message"].as_str().or(query["error"]["message"].as_str()).unwrap_or_default().to_owned()
        };
        let unchanged = query["state"] == "answered";
        Ok(Side { namespace: namespace.to_owned(), works: answered && code == row.code, said, unchanged })
    }

    /// The exit code and the object that was printed.
    fn said(&self, case: &Case<'_>, arguments: &[&str], stdin: Option<&str>) -> Result<(i32, Value), String> {
        let mut command = case.command(arguments);
        command
            .args(["-o", "json"])
            .env("KUBE_EDITOR", self.editor())
            .current_dir(self.files)
            .stdin(self.input(stdin, &case.namespace));
        let reply = ended(command)?;
        let last = reply.out.lines().last().unwrap_or_default();
        let object = serde_json::from_str(last).map_err(|error| format!("{error}: {reply}"))?;
        Ok((reply.code, object))
    }

    /// What people type in `edit`, typed by a program.
    fn editor(&self) -> PathBuf {
        self.files.join("editor")
    }

    /// The file, with the namespace's name for `$NS`.
    fn input(&self, file: Option<&str>, namespace: &str) -> Stdio {
        let Some(file) = file else { return Stdio::null() };
        let text = fs::read_to_string(self.files.join(file)).unwrap().replace("$NS", namespace);
        let mut filled = tempfile::tempfile().unwrap();
        filled.write_all(text.as_bytes()).unwrap();
        filled.rewind().unwrap();
        filled.into()
    }
}

/// Its controller has not seen it as it is now.
fn behind(item: &Value) -> bool {
    let metadata = &item["metadata"];
    metadata["deletionTimestamp"].is_null() && item["status"]["observedGeneration"] != metadata["generation"]
}

/// Of ReplicaSets made in one second none is the oldest, and a rollout that shrinks the oldest takes them by their names.
fn of_this_second(item: &Value) -> bool {
    let made = item["metadata"]["creationTimestamp"].as_str().and_then(|text| text.parse().ok());
    let made = made.map(jiff::Timestamp::as_second);
    item["kind"] == "ReplicaSet" && made >= Some(jiff::Timestamp::now().as_second())
}

/// The whole answer of a program, which is ended when it takes too long.
fn ended(mut command: Command) -> Result<Reply, String> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (done, over) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let out = scope.spawn(move || {
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            let _ = done.send(());
            text
        });
        let err = scope.spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        });
        let late = over.recv_timeout(PATIENCE).is_err();
        if late {
            let _ = child.kill();
        }
        let code = child.wait().unwrap().code().unwrap_or(-1);
        let reply = Reply { code, out: out.join().unwrap(), err: err.join().unwrap() };
        if late { Err(format!("it does not end: {command:?} {reply}")) } else { Ok(reply) }
    })
}

/// What a person would see of an answer.
fn shown(query: &Value) -> String {
    let result = &query["result"];
    let cells = |row: &Value| {
        let cells = row.as_array().into_iter().flatten();
        let text = |cell: &Value| match cell {
            Value::Null => "<none>".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        cells.map(text).collect::<Vec<_>>().join("  ")
    };
    let table = |table: &Value| {
        let rows = table["rows"].as_array().into_iter().flatten();
        let rows: Vec<&Value> = rows.collect();
        let named = table["columns"].as_array().into_iter().flatten().any(|name| name != "");
        let header = (!rows.is_empty() && named).then(|| &table["columns"]);
        header.into_iter().chain(rows).map(|row| cells(row) + "\n").collect::<String>()
    };
    let tables = match result["sections"].as_array().filter(|sections| !sections.is_empty()) {
        Some(sections) => sections.iter().map(table).collect(),
        None => table(result),
    };
    format!("{tables}{}", result["text"].as_str().unwrap_or_default())
}

/// Everything that is stored, by the namespace that it is in or is named after.
pub fn stored(world: &World) -> BTreeMap<String, Vec<Value>> {
    let kinds = world.kubectl("api-resources --verbs=list -o name");
    let ours = |kind: &&str| {
        let group = kind.split_once('.').map_or("", |(_, group)| group);
        let known = !group.contains('.') || group.ends_with(".k8s.io") || group == "differential.test";
        known && !OTHERS.contains(kind) && group != "metrics.k8s.io"
    };
    let kinds: Vec<&str> = kinds.lines().filter(ours).collect();
    let text = world.kubectl(&format!("get {} -A -o json", kinds.join(",")));
    let list: Value = serde_json::from_str(&text).unwrap();
    let mut stored: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for item in list["items"].as_array().unwrap() {
        let metadata = &item["metadata"];
        if metadata["name"] == "kube-root-ca.crt" {
            continue;
        }
        let name = metadata["namespace"].as_str().or(metadata["name"].as_str()).unwrap_or_default();
        let side = ["kubectl-", "kubecht-"].iter().find_map(|prefix| {
            let at = name.find(prefix)?;
            name.get(at..at + prefix.len() + 3)
        });
        if let Some(side) = side {
            stored.entry(side.to_owned()).or_default().push(item.clone());
        }
    }
    stored
}
