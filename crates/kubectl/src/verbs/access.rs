//! Ways into containers: `exec`, `attach`, `cp`, `port-forward`, `debug`. They are read and judged, not carried out.

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, array, duration, free, list, switch, text};
use crate::globals::{CONTAINER, FILE};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::plan::{Context, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, check_name};

/// A way into a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// Which of the verbs.
    pub verb: &'static str,
    /// Where.
    pub scope: Scope,
    /// Words before `--`.
    pub args: Vec<String>,
    /// The command that runs inside; empty without one.
    pub command: Vec<String>,
    /// `-c`.
    pub container: Option<String>,
    /// `-i`.
    pub stdin: bool,
    /// `-t`.
    pub tty: bool,
    /// Flags of `debug` and `port-forward` that matter to what it does.
    pub options: Vec<(&'static str, String)>,
}

const TERMINAL: &[Flag] = &[
    switch("stdin").short('i'),
    switch("tty").short('t'),
    switch("quiet").short('q'),
    duration("pod-running-timeout"),
];
const CP: &[Flag] = &[switch("no-preserve"), text("retries")];
const FORWARD: &[Flag] = &[list("address"), duration("pod-running-timeout")];
const DEBUG: &[Flag] = &[
    text("image"),
    text("target"),
    text("copy-to"),
    text("profile"),
    text("image-pull-policy"),
    text("set-image"),
    switch("replace"),
    switch("same-node"),
    switch("share-processes"),
    switch("keep-labels"),
    switch("keep-annotations"),
    switch("keep-liveness"),
    switch("keep-readiness"),
    switch("keep-startup"),
    switch("keep-init-containers"),
    switch("attach"),
    switch("arguments-only"),
    array("env"),
    free("custom").refuse("manifest-file", "files are not read here."),
];
/// What of these is kept and written again.
const KEPT: &[&str] = &[
    "image",
    "target",
    "copy-to",
    "profile",
    "set-image",
    "replace",
    "same-node",
    "share-processes",
    "address",
    "env",
];

impl Verb for Access {
    const SPECS: &'static [Spec] = &[
        Spec { name: "exec", flags: &[TERMINAL, CONTAINER, FILE], free: false },
        Spec { name: "attach", flags: &[TERMINAL, CONTAINER], free: false },
        Spec { name: "cp", flags: &[CP, CONTAINER], free: true },
        Spec { name: "port-forward", flags: &[FORWARD], free: false },
        Spec { name: "debug", flags: &[DEBUG, TERMINAL, CONTAINER, FILE], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let own = words.own().to_vec();
        let command = words.args[own.len()..].to_vec();
        let wanted = match verb {
            "cp" => 2..=2,
            "port-forward" => 2..=64,
            "debug" | "exec" | "attach" => 1..=1,
            _ => 1..=2,
        };
        if !wanted.contains(&own.len()) || (verb == "exec" && command.is_empty()) {
            let shape = match verb {
                "cp" => "a source and a destination",
                "port-forward" => "a pod and ports",
                "exec" => "a pod, then `--` and the command that runs in it",
                _ => "exactly one pod",
            };
            return Err(Refusal::new("missing-name", format!("`kubectl {verb}` needs {shape}.")));
        }
        if verb != "cp"
            && let Some(target) = own.first()
        {
            target.split('/').try_for_each(check_name)?;
        }
        let options =
            KEPT.iter().flat_map(|long| words.list(long).into_iter().map(|value| (*long, value))).collect();
        Ok(Self {
            verb,
            scope: Scope::read(words)?,
            args: own,
            command,
            container: words.text("container").filter(|name| !name.is_empty()),
            stdin: words.on("stdin"),
            tty: words.on("tty"),
            options,
        })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        Some(&mut self.scope)
    }

    fn plan(&self, _: &Context<'_>) -> Result<Planned, Refusal> {
        Err(Refusal::new(
            "not-yet",
            format!(
                "`kubectl {}` can't be carried out here yet; use `kubectl logs`, `describe` and `events` to look into a pod.",
                self.verb
            ),
        ))
    }

    fn explain(&self) -> String {
        let target = self.args.first().map(String::as_str).unwrap_or_default();
        let place = self.scope.phrase();
        match self.verb {
            "exec" => format!("Run `{}` in {target}{place}.", self.command.join(" ")),
            "attach" => format!("Attach to the process that runs in {target}{place}."),
            "cp" => format!("Copy {}{place}.", self.args.join(" to ")),
            "port-forward" => format!("Forward ports {} to {target}{place}.", self.args[1..].join(", ")),
            _ => format!("Debug {target}{place}."),
        }
    }

    fn action(&self) -> String {
        match self.verb {
            "exec" => "Run in container",
            "attach" => "Attach",
            "cp" => "Copy",
            "port-forward" => "Forward ports",
            _ => "Debug",
        }
        .to_owned()
    }

    fn write(&self, line: &mut Line) {
        line.words(&self.args);
        self.scope.write(line);
        line.value("-c", self.container.as_ref()).switch("-i", self.stdin).switch("-t", self.tty);
        for (long, value) in &self.options {
            line.value(&format!("--{long}"), Some(value));
        }
        if !self.command.is_empty() {
            line.switch("--", true).words(&self.command);
        }
    }

    fn hazards(&self, assessment: &mut Assessment) {
        let option = |name: &str| {
            self.options.iter().rev().find(|(long, _)| *long == name).map(|(_, value)| value.as_str())
        };
        let target = self.args.first().map(String::as_str).unwrap_or_default();
        if self.command.iter().any(|word| is_destructive(word)) {
            assessment.raise(
                Level::Dangerous,
                "destroys-inside",
                "The command that runs inside destroys something.",
            );
        }
        if self.verb == "debug" {
            if target.starts_with("node/") || target.starts_with("nodes/") || target.starts_with("no/") {
                assessment.raise(Level::Dangerous, "privileged-pod", "It opens a shell on the node itself.");
            }
            if option("profile").is_some_and(|profile| matches!(profile, "sysadmin" | "netadmin")) {
                assessment.raise(
                    Level::Dangerous,
                    "privileged-pod",
                    "The debug container gets privileged access.",
                );
            }
            if option("replace").is_some_and(|value| value != "false") {
                assessment.raise(Level::Dangerous, "deletes", "It deletes the original pod.");
            }
        }
        assessment.raise(Level::Warning, "opens-shell", "It opens a way into a container.");
    }
}

/// Whether a word of a remote command names something that destroys: looked for in every word, also inside `sh -c '…'`.
fn is_destructive(word: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "rm",
        "rmdir",
        "unlink",
        "shred",
        "dd",
        "mkfs",
        "wipefs",
        "truncate",
        "kill",
        "killall",
        "pkill",
        "reboot",
        "shutdown",
        "halt",
        "poweroff",
        "drop",
        "delete",
        "flushall",
        "flushdb",
        "purge",
        "destroy",
        "dropdb",
        "fdisk",
        "drain",
        "format",
        "-delete",
        "dropdatabase",
    ];
    let lower = word.to_lowercase();
    let mut parts = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    parts.any(|part| PROGRAMS.contains(&part) || part.starts_with("mkfs"))
}
