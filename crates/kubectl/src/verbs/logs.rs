//! `logs`: what containers print.

use crate::command::{Spec, Verb, held};
use crate::facts::{self, name_of, selector_of};
use crate::flags::{Flag, Parsed, duration, int, switch, text};
use crate::globals::{CONTAINER, SELECT};
use crate::kinds::{kind_of, lookup};
use crate::line::Line;
use crate::options::Options;
use crate::plan::{ApiVerb, Context, LogOptions, Operation, Plan, Planned, Show, Targets};
use crate::refusal::Refusal;
use crate::select::{self, Scope, Selection, check_name};

/// `kubectl logs`.
#[derive(Debug, Clone, PartialEq)]
pub struct Logs {
    /// Where.
    pub scope: Scope,
    /// A pod, a workload, or pods by label.
    pub selection: Selection,
    /// Which lines and how.
    pub options: LogOptions,
    /// Flags about how they are fetched.
    pub more: Options,
}

const FLAGS: &[Flag] = &[
    switch("all-containers"),
    switch("previous").short('p'),
    switch("follow").short('f'),
    int("tail"),
    duration("since"),
    text("since-time"),
    switch("timestamps"),
    switch("prefix"),
    int("limit-bytes"),
    switch("insecure-skip-tls-verify-backend")
        .refuse("trust-override", "how the cluster is trusted is configured, not part of a command."),
];
const MORE: &[Flag] = &[
    switch("all-pods"),
    int("max-log-requests").default("5"),
    duration("pod-running-timeout").default("20s"),
    switch("ignore-errors"),
];

impl Verb for Logs {
    // `-f` is `--follow` here, so the manifest flags stay out.
    const SPECS: &'static [Spec] =
        &[Spec { name: "logs", flags: &[FLAGS, MORE, CONTAINER, SELECT], free: false }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let mut options = LogOptions {
            container: words.text("container").filter(|name| !name.is_empty()),
            all_containers: words.on("all-containers"),
            previous: words.on("previous"),
            follow: words.on("follow"),
            tail: words.int("tail").filter(|lines| *lines >= 0),
            since_seconds: words.seconds("since").filter(|seconds| *seconds > 0),
            since_time: words.text("since-time").filter(|time| !time.is_empty()),
            timestamps: words.on("timestamps"),
            prefix: words.on("prefix") || (words.on("all-pods") && !words.has("prefix")),
            limit_bytes: words.int("limit-bytes").filter(|bytes| *bytes > 0),
            ignore_errors: words.on("ignore-errors"),
            max_requests: words.int("max-log-requests").filter(|most| *most != 5),
        };
        let mut args = words.args.clone();
        if args.len() == 2 && !args[1].contains('/') {
            options.container = Some(args.remove(1));
        }
        if let Some(name) = &options.container {
            check_name(name)?;
        }
        if options.max_requests.is_some_and(|most| most < 1) {
            return Err(Refusal::new("bad-value", "`--max-log-requests` takes 1 or more."));
        }
        check_times(&options)?;
        let selection = match args.as_slice() {
            [] => Selection::read(&["pods".to_owned()], words)?,
            [one] if one.split_once('/').is_some_and(|(kind, _)| kind_of(kind) != "Pod") => {
                Selection::read(&args, words)?
            }
            [_] => Selection::of_type("pod", &args, words)?,
            _ => {
                return Err(Refusal::new(
                    "bad-target",
                    "Logs are read of one pod or one TYPE/NAME; for several use a selector (`-l`).",
                ));
            }
        };
        if selection.named.is_empty() && selection.labels.is_none() {
            return Err(Refusal::new(
                "missing-name",
                format!(
                    "`kubectl {verb}` needs a pod, a TYPE/NAME such as `deployment/web`, or a selector (`-l`)."
                ),
            ));
        }
        // kubectl shows ten lines of each pod of a selector unless told otherwise.
        if selection.labels.is_some() && !words.has("tail") && !options.follow {
            options.tail = Some(10);
        }
        Ok(Self { scope: Scope::read(words)?, selection, options, more: Options::read(words, &[MORE]) })
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        if self.more.get("pod-running-timeout").is_some() {
            return Err(Refusal::new(
                "unsupported-flag",
                "Logs are read at once here; leave out `--pod-running-timeout`, and wait with `kubectl wait` first.",
            ));
        }
        let found = self.selection.resolve(ctx)?;
        let pods = lookup(ctx.catalog, "pods")?;
        let mut operations = Vec::new();
        for (resource, targets) in &found {
            let targets = match targets {
                Targets::Names(_) if resource != pods => {
                    match facts::facts(
                        ctx,
                        std::slice::from_ref(&(resource.clone(), targets.clone())),
                        &self.scope,
                    )? {
                        Ok(objects) => pods_of(&objects)?,
                        Err(missing) => return Ok(Planned::Need(missing)),
                    }
                }
                other => other.clone(),
            };
            let namespace = self.scope.of(pods, ctx);
            if !matches!(targets, Targets::Names(_)) {
                operations.push(select::reading(pods.clone(), namespace.clone(), targets.clone()));
            }
            operations.push(Operation {
                verb: ApiVerb::Get,
                resource: pods.clone(),
                subresource: Some("log".to_owned()),
                namespace,
                targets,
                change: None,
            });
        }
        Ok(Planned::Ready(Plan::reads(operations, Show::Logs(self.options.clone()))))
    }

    fn explain(&self) -> String {
        let options = &self.options;
        let what = if options.follow { "Follow the logs of" } else { "Show the logs of" };
        let mut text = match &options.container {
            Some(name) => {
                format!("{what} container {name} of {}{}", self.selection.phrase(), self.scope.phrase())
            }
            None => format!("{what} {}{}", self.selection.phrase(), self.scope.phrase()),
        };
        if options.previous {
            text.push_str(", of the container that ran before");
        }
        if let Some(lines) = options.tail {
            text.push_str(&format!(", the last {lines} lines"));
        }
        if let Some(seconds) = options.since_seconds {
            text.push_str(&format!(", of the last {}", span(seconds)));
        }
        text + "."
    }

    fn action(&self) -> String {
        format!("{} logs", if self.options.follow { "Follow" } else { "Show" })
    }

    fn write(&self, line: &mut Line) {
        let options = &self.options;
        match self.selection.named.as_slice() {
            [(kind, name)] if kind_of(kind) == "Pod" => {
                line.word(name);
            }
            [(kind, name)] => {
                line.word(&format!("{kind}/{name}"));
            }
            _ => {
                line.value("-l", self.selection.labels.as_ref());
            }
        }
        self.scope.write(line);
        let tail =
            options.tail.or_else(|| (self.selection.labels.is_some() && !options.follow).then_some(-1));
        line.value("-c", options.container.as_ref())
            .switch("--all-containers", options.all_containers)
            .switch("--previous", options.previous)
            .switch("-f", options.follow)
            .value("--tail", tail)
            .value("--since", options.since_seconds.map(|seconds| format!("{seconds}s")))
            .value("--since-time", options.since_time.as_ref())
            .switch("--timestamps", options.timestamps)
            .switch("--prefix", options.prefix)
            .value("--limit-bytes", options.limit_bytes);
        self.more.write(line);
    }

    fn follows(&self) -> bool {
        self.options.follow
    }
}

fn check_times(options: &LogOptions) -> Result<(), Refusal> {
    if options.since_seconds.is_some() && options.since_time.is_some() {
        return Err(Refusal::new("bad-value", "Only one of `--since` and `--since-time` can be given."));
    }
    if let Some(time) = &options.since_time
        && time.parse::<jiff::Timestamp>().is_err()
    {
        return Err(Refusal::new(
            "bad-value",
            format!("`--since-time` takes a time such as 2026-01-31T08:00:00Z, not `{time}`."),
        ));
    }
    if options.all_containers && options.container.is_some() {
        return Err(Refusal::new(
            "bad-value",
            "`--all-containers` can't be combined with the name of a container.",
        ));
    }
    Ok(())
}

/// The pods behind workloads, by the workloads' selectors.
fn pods_of(objects: &[(crate::catalog::Resource, Vec<serde_json::Value>)]) -> Result<Targets, Refusal> {
    let Some((resource, value)) =
        objects.iter().find_map(|(resource, values)| Some((resource, values.first()?)))
    else {
        return Err(Refusal::new("not-found", "There is no such object."));
    };
    match selector_of(value) {
        Some(labels) => Ok(Targets::Selected { labels: Some(labels), fields: None }),
        None => {
            let text = format!("{} {} has no pods of its own.", resource.kind, name_of(value));
            Err(Refusal::new("unsupported", text))
        }
    }
}

/// `90s` for people: `90 seconds`, `2 hours`.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        s if s % 86400 == 0 => (s / 86400, "day"),
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    if count == 1 { unit.to_owned() } else { format!("{count} {unit}s") }
}
