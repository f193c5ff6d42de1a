//! A PostgreSQL server of a test's own.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(180);

/// A server in a temporary folder that is reached by a socket in it, so that there is no port to fight over. PostgreSQL
/// refuses to be root, so it runs as somebody else then.
pub(crate) struct Server {
    home: TempDir,
    programs: PathBuf,
    process: Option<Child>,
}

impl Server {
    /// Nothing, said loudly, where PostgreSQL is not installed. In CI it must be.
    pub(crate) fn start() -> Option<Server> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing: apt-get install postgresql");
            eprintln!("\n!!! SKIPPED: PostgreSQL is missing: apt-get install postgresql !!!\n");
            return None;
        };
        let mut server = Server { home: tempfile::tempdir().unwrap(), programs, process: None };
        if let Some(user) = other_user() {
            run(Command::new("chown").arg(user).arg(server.home.path()));
        }
        let data = server.data();
        run(server
            .command("initdb")
            .args(["-A", "trust", "-U", "owner", "-N", "--no-instructions", "-D"])
            .arg(data));
        server.up();
        for made in ["DATABASE audit", "ROLE app LOGIN", "ROLE auditor LOGIN"] {
            server.sql("postgres", &format!("CREATE {made}"));
        }
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// A program of the server, not as root.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        match other_user() {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", user, "--clear-groups"]);
                // Ends with the test's thread, however that ends.
                command.args(["--pdeathsig", "KILL", "--"]).arg(program);
                command
            }
        }
    }

    /// Starts it and waits until it answers.
    pub(crate) fn up(&mut self) {
        let (data, socket) = (self.data(), self.home.path().to_path_buf());
        let mut command = self.command("postgres");
        command.arg("-D").arg(data).arg("-k").arg(socket).args(["-h", "", "-F"]);
        self.process = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let begun = Instant::now();
        while !self.psql("postgres", "SELECT 1").status.success() {
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not answer");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Ends it as a crash does, or in order.
    pub(crate) fn down(&mut self, crash: bool) {
        let signal = if crash { "-QUIT" } else { "-INT" };
        if let Some(mut process) = self.process.take() {
            run(Command::new("kill").arg(signal).arg(process.id().to_string()));
            process.wait().unwrap();
        }
    }

    pub(crate) fn url(&self, user: &str) -> String {
        self.url_of(user, "audit")
    }

    pub(crate) fn url_of(&self, user: &str, database: &str) -> String {
        format!("postgresql:///{database}?host={}&user={user}", self.home.path().display())
    }

    /// Somebody holds the table, until what is returned second is dropped.
    pub(crate) fn lock_table(&self) -> (JoinHandle<()>, ChildStdin) {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-U", "owner", "-d", "audit", "-h"]).arg(self.home.path());
        let mut process = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = process.stdin.take().unwrap();
        input.write_all(b"BEGIN; LOCK TABLE kubechat_audit; SELECT 'held';\n").unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "held");
        // It ends with its input.
        let ended = std::thread::spawn(move || assert!(process.wait().unwrap().success()));
        (ended, input)
    }

    fn psql(&self, database: &str, statement: &str) -> Output {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "owner",
            "-d",
            database,
            "-c",
            statement,
        ]);
        psql.arg("-h").arg(self.home.path()).output().unwrap()
    }

    /// As the owner.
    pub(crate) fn sql(&self, database: &str, statement: &str) -> String {
        let done = self.psql(database, statement);
        assert!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.down(true);
    }
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// The folder of the newest installed server.
fn programs() -> Option<PathBuf> {
    let all = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = all.map(|version| version.path().join("bin")).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    let on_path =
        || std::env::split_paths(&std::env::var_os("PATH")?).find(|dir| dir.join("initdb").exists());
    found.pop().or_else(on_path)
}

/// Whom to be where we are root.
fn other_user() -> Option<&'static str> {
    let root = fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let there =
        |user: &str| fs::read_to_string("/etc/passwd").is_ok_and(|all| all.contains(&format!("{user}:x:")));
    root.then(|| if there("postgres") { "postgres" } else { "nobody" })
}

/// Keys of a log whose records are in a database.
pub(crate) fn keys(home: &Path) -> PathBuf {
    home.join("keys")
}
