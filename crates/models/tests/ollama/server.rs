//! A real Ollama with a tiny model of random weights.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use kubechat_models::config::Settings;
use kubechat_models::{Provider, connect};
use tempfile::TempDir;
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(120);

/// A running server; it ends with this value.
pub struct Ollama {
    program: PathBuf,
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Drop for Ollama {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder that `scripts/ollama.sh` made; `None`, said loudly, where it is not built. In CI it must be there.
fn built() -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/ollama.sh");
    let found = Command::new(script).arg("--path").stderr(Stdio::null()).output().ok();
    let found = found.filter(|output| output.status.success());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "Ollama is missing: run scripts/ollama.sh");
        eprintln!("\n!!! SKIPPED: Ollama is not built: run scripts/ollama.sh !!!\n");
    }
    Some(PathBuf::from(String::from_utf8(found?.stdout).unwrap().trim()))
}

impl Ollama {
    /// Boots a server that has the model `tiny`.
    pub async fn boot() -> Option<Self> {
        let built = built()?;
        let folder = tempfile::tempdir().unwrap();
        // Free now; taken by nobody else in the moment until the server binds it, as far as that can be had.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = built.join("bin/ollama");
        let process = serve(&program, folder.path(), port);
        let ollama = Self { program, folder, port, process };
        ollama.ready().await;
        std::fs::copy(built.join("tiny.gguf"), ollama.folder.path().join("tiny.gguf")).unwrap();
        let template = "{{ range .Messages }}{{ .Role }}: {{ .Content }}\n{{ end }}assistant:";
        let modelfile = format!(
            "FROM ./tiny.gguf\nTEMPLATE \"\"\"{template}\"\"\"\nPARAMETER num_thread 1\nPARAMETER seed 1\n"
        );
        std::fs::write(ollama.folder.path().join("Modelfile"), modelfile).unwrap();
        let made = ollama.command().args(["create", "tiny", "-f", "Modelfile"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(ollama)
    }

    fn command(&self) -> Command {
        command(&self.program, self.folder.path(), self.port)
    }

    /// The provider, with these settings besides.
    pub fn provider(&self, more: &str) -> Arc<dyn Provider> {
        connect("local", &self.settings(more).provider["local"], true).unwrap()
    }

    pub fn settings(&self, more: &str) -> Settings {
        let text = format!(
            "order = [\"local\"]\nairgap = true\nattempts = 1\nbreaker_failures = 1\nbreaker_seconds = 0\n[provider.local]\nkind = \"ollama\"\nendpoint = \"http://127.0.0.1:{}\"\nmodel = \"tiny\"\ncontext_tokens = 2048\n{more}",
            self.port
        );
        toml::from_str(&text).unwrap()
    }

    async fn ready(&self) {
        let provider = self.provider("");
        let end = Instant::now() + PATIENCE;
        while let Err(error) = provider.models().await {
            assert!(Instant::now() < end, "Ollama did not start: {error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn stop(&mut self) {
        // Its runner is a child of its own, which ends when the server's connections do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again at the same address.
    pub async fn start(&mut self) {
        self.process = serve(&self.program, self.folder.path(), self.port);
        self.ready().await;
    }
}

fn serve(program: &Path, folder: &Path, port: u16) -> Child {
    let log = std::fs::File::create(folder.join("log")).unwrap();
    let mut command = command(program, folder, port);
    command.arg("serve").stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

fn command(program: &Path, folder: &Path, port: u16) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("OLLAMA_HOST", format!("127.0.0.1:{port}"))
        .env("OLLAMA_MODELS", folder.join("models"))
        .env("OLLAMA_NUM_PARALLEL", "1")
        .env("OLLAMA_CONTEXT_LENGTH", "2048")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}
