//! The command line.

use std::path::PathBuf;

use kubechat_audit::WitnessKey;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

/// Operate Kubernetes by saying what you want. KubeChat shows the exact command and what it will do, runs it as you
/// once you approve, and can prove afterwards what happened.
#[derive(Debug, Parser)]
#[command(name = "kubechat", version, propagate_version = true)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes. They belong to KubeChat itself and never come from a request.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// How to print.
    #[arg(short, long, global = true, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Kubeconfig of the cluster (default: KUBECONFIG, then ~/.kube/config, then the pod's own account).
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Context in the kubeconfig.
    #[arg(long, global = true)]
    pub context: Option<String>,
    /// Namespace for commands that name none (default: the context's own).
    #[arg(short, long, global = true)]
    pub namespace: Option<String>,
    /// Folder for the audit log, keys and conversations (default: the user's data folder).
    #[arg(long, global = true, env = "KUBECHAT_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Configuration file (default: config.toml in the data folder).
    #[arg(long, global = true, env = "KUBECHAT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// One JSON object, for programs.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what you want: KubeChat previews it, and runs it once you approve.
    Ask {
        /// The request, in your own words.
        request: String,
        /// Conversation to go on with (default: your last one here, for 30 minutes).
        #[arg(long)]
        session: Option<Uuid>,
        /// Who translates the words: `builtin`, or a language model by its name in the configuration (default: the
        /// built-in engine where it is sure, else the models in their order).
        #[arg(long)]
        provider: Option<String>,
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        approval: Approval,
    },
    /// The same from a kubectl command instead of words.
    Run {
        /// The whole line, beginning with `kubectl`.
        line: String,
        /// Conversation to go on with.
        #[arg(long)]
        session: Option<Uuid>,
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        approval: Approval,
    },
    /// Run exactly what was previewed under this hash.
    Approve {
        /// The query.
        query: Uuid,
        /// The `approval_hash` of its preview.
        #[arg(long)]
        hash: String,
        /// The phrase, for something dangerous.
        #[arg(long)]
        confirm: Option<String>,
    },
    /// Say no to a query that waits.
    Deny {
        /// The query.
        query: Uuid,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Show a query: what it does or did, and where its evidence is.
    Show {
        /// The query.
        query: Uuid,
    },
    /// List your queries, newest first.
    Queries {
        /// At most so many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Take back what a query did, through the same steps.
    Undo {
        /// The query.
        query: Uuid,
        #[command(flatten)]
        approval: Approval,
    },
    /// Words to a command, and no further; needs no cluster.
    Translate {
        /// The request; absent with --stdin.
        #[arg(required_unless_present = "stdin")]
        request: Option<String>,
        /// One request per line from standard input, one JSON object per line out.
        #[arg(long, conflicts_with = "request")]
        stdin: bool,
        /// Who translates the words: `builtin`, or a language model by its name in the configuration.
        #[arg(long, default_value = "builtin")]
        provider: String,
        /// JSON file with what is known: {namespace, kinds, names, last}.
        #[arg(long, value_name = "FILE")]
        context_file: Option<PathBuf>,
    },
    /// The level of a command and why; needs no cluster.
    Classify {
        /// The whole line; absent with --stdin.
        #[arg(required_unless_present = "stdin")]
        line: Option<String>,
        /// One line from standard input each, one JSON object per line out.
        #[arg(long, conflicts_with = "line")]
        stdin: bool,
    },
    /// Read, verify and prove the audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Serve the web app and the API.
    Serve(Serve),
    /// A practice cluster alone, until stopped: a real control plane with simulated nodes.
    Practice {
        /// Folder that is kept for the next time (default: a temporary one).
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Without the shop.
        #[arg(long)]
        bare: bool,
    },
    /// Print the ClusterRole that impersonation needs.
    Rbac,
    /// Check the set-up and say what to mend.
    Doctor,
    /// Print the version.
    Version,
    /// Print the completion script of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Becomes a program that ends with its parent; for the practice cluster.
    #[command(hide = true)]
    Launch {
        /// Parent, program, arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Prints the OpenAPI document.
    #[command(hide = true)]
    Openapi,
}

/// Which of the objects are meant.
#[derive(Debug, Clone, Args)]
pub struct Filter {
    /// Only objects that this CEL expression is true for: `self` is the object, `metrics` what a pod or node uses,
    /// `now` the time.
    #[arg(long = "where", value_name = "CEL")]
    pub text: Option<String>,
}

impl Filter {
    /// The request with this filter.
    pub fn of<'a>(&'a self, text: &'a str) -> kubechat_chat::Request<'a> {
        kubechat_chat::Request { text, filter: self.text.as_deref(), provider: None }
    }
}

/// What to do when a yes is needed.
#[derive(Debug, Clone, Args)]
pub struct Approval {
    /// Approve whatever the preview shows, up to `warning`; `dangerous` needs --confirm as well.
    #[arg(long)]
    pub yes: bool,
    /// The phrase that the preview of something dangerous prints.
    #[arg(long)]
    pub confirm: Option<String>,
    /// Give up waiting after so long, for example 30s or 2m.
    #[arg(long, value_parser = duration)]
    pub timeout: Option<std::time::Duration>,
    /// Tells an answer that goes on that the time is over.
    #[arg(skip)]
    pub leash: std::sync::Arc<crate::leash::Leash>,
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|error| format!("{error}; say for example 30s or 2m"))?;
    span.try_into().map_err(|_| "a time-out is positive".to_owned())
}

/// The audit log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// List records, newest first.
    List(Box<List>),
    /// Verify the whole log, offline: every record, every hash, every signature. Or a folder that `audit export` wrote.
    Verify {
        /// An exported folder (default: the log itself).
        #[arg(requires = "public_key")]
        folder: Option<PathBuf>,
        /// A remembered state that the log must still contain: a file with a signed checkpoint, or `SIZE ROOT`.
        #[arg(long, value_name = "CHECKPOINT")]
        since: Option<String>,
        /// The key that the log must be signed with, as `audit public-key` prints it; then nothing else of this
        /// machine is relied on (default: the key in the data folder).
        #[arg(long, value_name = "KEY")]
        public_key: Option<String>,
    },
    /// Print the key that checkpoints are signed with.
    PublicKey,
    /// Sign with a new key from now on. The old one goes; who knows it can still verify the log. No server may run.
    RotateKey,
    /// Ask the witnesses of the configuration to sign for the log as it is now.
    Witness,
    /// Write the whole log, or the records that are chosen with a proof each, into a folder for somebody else.
    Export {
        /// The folder; it must be empty or not there.
        folder: PathBuf,
        #[command(flatten)]
        chosen: Box<Chosen>,
    },
    /// Print the SQL that makes the tables for a log in a PostgreSQL database.
    Schema,
    /// Compare the log with an API server's own audit log, call by call.
    Reconcile {
        /// The API server's log: one audit.k8s.io/v1 event in JSON on each line.
        #[arg(long, value_name = "FILE")]
        apiserver_log: PathBuf,
        /// The account that KubeChat alone uses: every change by it has to be in our log (default: what KubeChat's
        /// program did, by its user agent).
        #[arg(long, value_name = "USER")]
        account: Option<String>,
    },
    /// Write one record as it was hashed, and the proof that the log holds it.
    Prove {
        /// Index of the record.
        index: u64,
        /// File for the record.
        #[arg(long, value_name = "FILE")]
        record: PathBuf,
        /// File for the proof.
        #[arg(long, value_name = "FILE")]
        proof: PathBuf,
        /// Under the newest checkpoint that this witness has signed (its key), instead of the newest one.
        #[arg(long, value_name = "KEY")]
        witnessed: Option<WitnessKey>,
    },
    /// Check a record and its proof with nothing but the public key.
    VerifyProof {
        /// The record.
        #[arg(long, value_name = "FILE")]
        record: PathBuf,
        /// The proof.
        #[arg(long, value_name = "FILE")]
        proof: PathBuf,
        /// The key as `audit public-key` prints it.
        #[arg(long)]
        public_key: String,
        /// The `rotations.json` of an export, where the key is older than the proof.
        #[arg(long, value_name = "FILE")]
        rotations: Option<PathBuf>,
        /// The key of a witness who must have signed the checkpoint as well; several may be given.
        #[arg(long, value_name = "KEY")]
        witness_key: Vec<WitnessKey>,
    },
}

/// How to list records.
#[derive(Debug, Clone, Args)]
pub struct List {
    #[command(flatten)]
    pub chosen: Chosen,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// As a timeline: the oldest of them first.
    #[arg(long)]
    pub timeline: bool,
}

/// Which records.
#[derive(Debug, Clone, Args)]
pub struct Chosen {
    /// Only of this user.
    #[arg(long)]
    pub user: Option<String>,
    /// Only of this kind, such as `query.intent`.
    #[arg(long)]
    pub kind: Option<String>,
    /// Only of this query.
    #[arg(long)]
    pub query: Option<Uuid>,
    /// Only of this conversation.
    #[arg(long)]
    pub session: Option<Uuid>,
    /// Only about this object: `deployment/web`, or its name alone.
    #[arg(long)]
    pub object: Option<String>,
    /// Only with this verb: kubectl's (`scale`) or that of an API call (`patch`).
    #[arg(long)]
    pub verb: Option<String>,
    /// Only of this level.
    #[arg(long)]
    pub level: Option<String>,
    /// Only with this outcome, such as `succeeded`.
    #[arg(long)]
    pub outcome: Option<String>,
    /// Only on this cluster.
    #[arg(long)]
    pub cluster: Option<String>,
    /// Only from this time on (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub since: Option<jiff::Timestamp>,
    /// Only before this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub until: Option<jiff::Timestamp>,
    /// Only with this text, from the beginning of a word on.
    #[arg(long, conflicts_with = "secret")]
    pub text: Option<String>,
    /// Only where the secret value in this file stood (`-` reads standard input): the log holds its keyed hash.
    #[arg(long, value_name = "FILE")]
    pub secret: Option<PathBuf>,
    /// Only records before this index: the next page.
    #[arg(long, value_name = "INDEX")]
    pub before: Option<u64>,
}

/// How to serve.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7420")]
    pub listen: std::net::SocketAddr,
    /// PEM certificate chain.
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// PEM key of the certificate.
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Serve without TLS on an address that others can reach.
    #[arg(long)]
    pub insecure_http: bool,
}

/// Reads the command line. As a kubectl plugin, `kubectl chat "words"` is `ask "words"`.
pub fn parse() -> Cli {
    let mut arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let plugin = arguments.first().is_some_and(|name| {
        std::path::Path::new(name)
            .file_name()
            .is_some_and(|name| name == "kubectl-chat" || name == "kubectl_chat")
    });
    if plugin && let Some(first) = arguments.get(1).and_then(|first| first.to_str()) {
        let command = Cli::command();
        let known = command.get_subcommands().any(|sub| sub.get_name() == first) || first == "help";
        if !known && !first.starts_with('-') {
            arguments.insert(1, "ask".into());
        }
    }
    Cli::parse_from(arguments)
}

/// Warnings and errors of libraries go to standard error; `KUBECHAT_LOG` says how much.
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KUBECHAT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error,kubechat=warn"));
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}

/// The completion script of a shell.
pub fn completions(shell: clap_complete::Shell) {
    clap_complete::generate(shell, &mut Cli::command(), "kubechat", &mut std::io::stdout());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
