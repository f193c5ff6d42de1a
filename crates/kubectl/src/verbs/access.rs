//! Ways into containers: `exec`, `attach`, `cp`, `port-forward`, `debug`.

use crate::assess::inside;
use crate::catalog::{Catalog, Resource};
use crate::command::{Spec, Verb, held};
use crate::documents;
use crate::flags::{Flag, Parsed, array, duration, list, switch, text};
use crate::globals::CONTAINER;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::plan::{ApiVerb, Change, Connect, Context, Operation, Plan, Planned, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, changing, check_name};
use crate::source::{Place, Source};

mod copy;
mod debug;
mod forward;
mod pod;

use copy::Copy;

/// A way into a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// Which of the verbs.
    pub verb: &'static str,
    /// Where.
    pub scope: Scope,
    /// Words before `--`.
    pub args: Vec<String>,
    /// A manifest that names the pod instead.
    pub source: Source,
    /// The command that runs inside; empty without one.
    pub command: Vec<String>,
    /// `-c`.
    pub container: Option<String>,
    /// `-i`.
    pub stdin: bool,
    /// `-t`.
    pub tty: bool,
    /// The verb's own flags.
    pub options: Options,
}

const TERMINAL: &[Flag] = &[switch("stdin").short('i'), switch("tty").short('t')];
const QUIET: &[Flag] = &[switch("quiet").short('q')];
const WAITS: &[Flag] = &[duration("pod-running-timeout").default("60s")];
const DETACH: &[Flag] = &[text("detach-keys").default("ctrl-p,ctrl-q")];
const EXEC_FILE: &[Flag] = &[list("filename").short('f')];
const CP: &[Flag] = &[switch("no-preserve"), text("retries").default("0")];
const FORWARD: &[Flag] = &[list("address").default("localhost")];
const DEBUG: &[Flag] = &[
    text("image"),
    text("target"),
    text("copy-to"),
    text("profile").default("general"),
    text("image-pull-policy"),
    list("set-image"),
    switch("replace"),
    switch("same-node"),
    switch("share-processes").default("true"),
    switch("keep-labels"),
    switch("keep-annotations"),
    switch("keep-liveness"),
    switch("keep-readiness"),
    switch("keep-startup"),
    switch("keep-init-containers").default("true"),
    switch("attach"),
    switch("arguments-only"),
    array("env"),
    text("custom"),
];

impl Verb for Access {
    const SPECS: &'static [Spec] = &[
        Spec { name: "exec", flags: &[TERMINAL, QUIET, WAITS, CONTAINER, EXEC_FILE], free: false },
        Spec { name: "attach", flags: &[TERMINAL, QUIET, WAITS, DETACH, CONTAINER], free: false },
        Spec { name: "cp", flags: &[CP, CONTAINER], free: true },
        Spec { name: "port-forward", flags: &[FORWARD, WAITS], free: false },
        Spec { name: "debug", flags: &[DEBUG, TERMINAL, QUIET, CONTAINER, EXEC_FILE], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let own = words.own().to_vec();
        let command = words.args[own.len()..].to_vec();
        let source = Source::read(words)?;
        let wanted = match verb {
            "cp" => 2..=2,
            "port-forward" => 2..=64,
            _ if source.is_empty() => 1..=1,
            _ => 0..=0,
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
        let tables: &[&'static [Flag]] = match verb {
            "cp" => &[CP],
            "port-forward" => &[FORWARD, WAITS],
            "debug" => &[DEBUG, QUIET],
            _ => &[QUIET, WAITS, DETACH],
        };
        Ok(Self {
            verb,
            scope: Scope::read(words)?,
            args: own,
            source,
            command,
            container: words.text("container").filter(|name| !name.is_empty()),
            stdin: words.on("stdin"),
            tty: words.on("tty"),
            options: Options::read(words, tables),
        })
    }

    fn verb(&self) -> &'static str {
        self.verb
    }

    held!(scope);

    fn normalise(&mut self, catalog: &Catalog) {
        self.options.sort();
        self.source.sort();
        if self.verb == "cp" {
            for arg in &mut self.args {
                if let Some((namespace, pod)) = own_namespace(arg) {
                    self.scope.namespace = Some(namespace.to_owned());
                    *arg = pod.to_owned();
                }
            }
        } else if let Some(target) = self.args.first_mut() {
            let (kind, name) = target.split_once('/').unwrap_or(("pods", target));
            let kind = catalog.find(kind).map_or_else(|| kind.to_owned(), crate::Resource::qualified);
            *target = format!("{kind}/{name}");
        }
        if self.verb == "port-forward" {
            for port in self.args.iter_mut().skip(1) {
                if let Some((local, remote)) = port.split_once(':')
                    && local == remote
                {
                    *port = local.to_owned();
                }
            }
        }
    }

    fn files(&self) -> Vec<Place> {
        let custom = self.options.get("custom").map(Place::text);
        self.source.places().into_iter().chain(custom).collect()
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        if !self.source.is_empty() {
            return self.named_in_file(ctx)?.plan(ctx);
        }
        self.check_waits()?;
        match self.verb {
            "exec" | "attach" => self.plan_process(ctx),
            "cp" => self.plan_copy(ctx),
            "port-forward" => self.plan_forward(ctx),
            _ => self.plan_debug(ctx),
        }
    }

    fn explain(&self) -> String {
        let from_file = self.source.phrase();
        let target = self.args.first().map_or(from_file.as_str(), String::as_str);
        let place = self.scope.phrase();
        match self.verb {
            "exec" => format!("Run `{}` in {target}{place}.", self.command.join(" ")),
            "attach" => format!("Attach to the process that runs in {target}{place}."),
            "cp" => format!("Copy {}{place}.", self.args.join(" to ")),
            "port-forward" => format!("Forward ports {} to {target}{place}.", self.args[1..].join(", ")),
            _ if self.is_node() => format!("Open a debugging pod on {target}."),
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
        self.source.write(line);
        self.scope.write(line);
        line.value("-c", self.container.as_ref()).switch("-i", self.stdin).switch("-t", self.tty);
        self.options.write(line);
        if !self.command.is_empty() {
            line.switch("--", true).words(&self.command);
        }
    }

    fn follows(&self) -> bool {
        true
    }

    fn hazards(&self, assessment: &mut Assessment) {
        if inside::destroys(&self.command) {
            assessment.raise(
                Level::Dangerous,
                "destroys-inside",
                "The command that runs inside destroys something.",
            );
        }
        if self.verb == "debug" {
            if self.is_node() {
                assessment.raise(Level::Dangerous, "privileged-pod", "It opens a shell on the node itself.");
            }
            if self.options.get("profile") == Some("sysadmin") {
                assessment.raise(
                    Level::Dangerous,
                    "privileged-pod",
                    "The debug container gets privileged access.",
                );
            }
            if self.options.on("replace") {
                assessment.raise(Level::Dangerous, "deletes", "It deletes the original pod.");
            }
        }
        assessment.raise(Level::Warning, "opens-shell", "It opens a way into a container.");
    }
}

impl Access {
    /// The same about the one object that the manifest holds.
    fn named_in_file(&self, ctx: &Context<'_>) -> Result<Self, Refusal> {
        let written = documents::objects(&self.source, None, &self.scope, ctx)?;
        let [one] = written.as_slice() else {
            let text = format!(
                "{} holds {} objects; `kubectl {}` is about one. Name it instead.",
                self.source.phrase(),
                written.len(),
                self.verb
            );
            return Err(Refusal::new("bad-target", text));
        };
        let scope = Scope { namespace: one.namespace.clone(), all: false };
        let args = vec![format!("{}/{}", one.resource.qualified(), one.name)];
        Ok(Self { scope, args, source: Source::default(), ..self.clone() })
    }

    /// Refuses what a connection can't do here.
    fn check_waits(&self) -> Result<(), Refusal> {
        let refused = |text: &str| Err(Refusal::new("unsupported-flag", text));
        if self.options.get("pod-running-timeout").is_some() {
            return refused(
                "A pod is connected to as it is now; leave out `--pod-running-timeout`, and wait with `kubectl wait` first.",
            );
        }
        if self.options.get("detach-keys").is_some() {
            return refused(
                "A connection ends with the process or with Ctrl-C here; leave out `--detach-keys`.",
            );
        }
        Ok(())
    }
    fn plan_process(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let pod = match pod::pod(ctx, &self.scope, self.target())? {
            Ok((pod, _)) => pod,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        pod::check_alive(pod)?;
        let container = pod::container(pod, self.container.as_deref())?;
        let (stdin, tty) = (self.stdin, self.tty);
        let way = match self.verb {
            "exec" => Connect::Exec { container, command: self.command.clone(), stdin, tty },
            _ => Connect::Attach { container, stdin, tty, starts: false, remove: false },
        };
        self.connects(ctx, &self.scope, pod, way)
    }

    fn plan_copy(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let copy = Copy::read(&self.args)?;
        let mut scope = self.scope.clone();
        scope.namespace = copy.inside.namespace.clone().or(scope.namespace);
        let pod = match pod::pod(ctx, &scope, &copy.inside.pod)? {
            Ok((pod, _)) => pod,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        pod::check_alive(pod)?;
        let container = pod::container(pod, self.container.as_deref())?;
        let retries = self.options.int("retries").unwrap_or(0);
        let way = copy.connect(container, self.options.on("no-preserve"), retries);
        self.connects(ctx, &scope, pod, way)
    }

    fn plan_forward(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let (pod, owner) = match pod::pod(ctx, &self.scope, self.target())? {
            Ok(found) => found,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        forward::check_address(self.options.get("address").unwrap_or("localhost"))?;
        if pod.pointer("/status/phase").and_then(serde_json::Value::as_str) != Some("Running") {
            let name = crate::facts::name_of(pod);
            let text = format!(
                "Pod {name} does not run, so its ports can't be reached; `kubectl describe pod {name}` says why."
            );
            return Err(Refusal::new("not-running", text));
        }
        let service = owner.filter(|owner| owner.pointer("/spec/ports").is_some());
        let way = forward::connect(&self.args[1..], pod, service.as_ref())?;
        self.connects(ctx, &self.scope, pod, way)
    }

    /// One connection into the pod.
    fn connects(
        &self,
        ctx: &Context<'_>,
        scope: &Scope,
        pod: &serde_json::Value,
        way: Connect,
    ) -> Result<Planned, Refusal> {
        let operation = self.connection(ctx, scope, crate::facts::name_of(pod), way)?;
        Ok(Planned::Ready(Plan::changes(vec![operation], Show::Stream, false)))
    }

    fn connection(
        &self,
        ctx: &Context<'_>,
        scope: &Scope,
        pod: &str,
        way: Connect,
    ) -> Result<Operation, Refusal> {
        Ok(connection(crate::kinds::lookup(ctx.catalog, "pods")?, scope.name(ctx), pod, way))
    }

    /// The pod, or what stands for it.
    fn target(&self) -> &str {
        self.args.first().map_or("", String::as_str)
    }

    fn is_node(&self) -> bool {
        let kind = self.args.first().and_then(|target| Some(target.split_once('/')?.0));
        kind.is_some_and(|kind| crate::kinds::kind_of(kind) == "Node")
    }
}

/// A connection into a pod of this name.
pub(super) fn connection(pods: &Resource, namespace: String, pod: &str, way: Connect) -> Operation {
    let subresource = Some(way.subresource().to_owned());
    let targets = Targets::Names(vec![pod.to_owned()]);
    let change = Change::Connect { way };
    let operation = changing(ApiVerb::Create, pods.clone(), Some(namespace), targets, change);
    Operation { subresource, ..operation }
}

/// `shop/web:/tmp/x` names a namespace for `cp`.
fn own_namespace(arg: &str) -> Option<(&str, &str)> {
    let pod = &arg[..arg.find(':')?];
    let slash = pod.find('/').filter(|at| *at > 0 && !pod.starts_with('.'))?;
    (pod.matches('/').count() == 1).then(|| (&arg[..slash], &arg[slash + 1..]))
}
