//! `run`: one pod from an image.

use serde_json::{Value, json};

use crate::assess::paths;
use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, Takes, array, duration, free, int, switch, text};
use crate::globals::{DRY_RUN, FILE, MANAGER, OUTPUT, RECORD, SAVE};
use crate::kinds::lookup;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::options::Options;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Connect, Context, Plan, Planned, Show, Targets};
use crate::reckon;
use crate::refusal::Refusal;
use crate::select::{Scope, changing, check_labels, check_name};
use crate::source::Source;
use crate::verbs::access::connection;
use crate::verbs::set::is_image;

/// `kubectl run`.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Where.
    pub scope: Scope,
    /// The pod's name.
    pub name: String,
    /// `--image`.
    pub image: String,
    /// `--env`.
    pub env: Vec<(String, String)>,
    /// `--labels`; `run=NAME` when absent.
    pub labels: Vec<(String, String)>,
    /// `--port`.
    pub port: Option<i64>,
    /// `--restart`.
    pub restart: String,
    /// `--privileged`.
    pub privileged: bool,
    /// `--command`: what stands after `--` is the command, not its arguments.
    pub command: bool,
    /// What stands after `--`.
    pub args: Vec<String>,
    /// `--attach`; with `-i` unless it says otherwise.
    pub attach: Option<bool>,
    /// `-it`, `--rm`, `--overrides` and so on.
    pub options: Options,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[
    text("image"),
    array("env"),
    text("labels").short('l'),
    int("port"),
    text("restart"),
    switch("privileged"),
    switch("command"),
    switch("attach"),
];
/// What is kept as it is given.
const MORE: &[Flag] = &[
    text("image-pull-policy"),
    array("annotations"),
    free("overrides"),
    text("override-type").default("merge"),
    switch("expose"),
    switch("rm"),
    switch("stdin").short('i'),
    switch("tty").short('t'),
    switch("leave-stdin-open"),
    switch("quiet").short('q'),
    text("detach-keys").default("ctrl-p,ctrl-q"),
    Flag::new("cascade", Takes::Optional("background")).default("background"),
    switch("force"),
    int("grace-period").default("-1"),
    duration("pod-running-timeout").default("60s"),
    duration("timeout").default("0s"),
    switch("wait"),
];

impl Verb for Run {
    const SPECS: &'static [Spec] = &[Spec {
        name: "run",
        flags: &[FLAGS, MORE, FILE, DRY_RUN, MANAGER, SAVE, RECORD, OUTPUT],
        free: false,
    }];

    fn read(_: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        // kubectl takes further words for the command's, also without `--`.
        let (Some(name), true) = (words.args.first(), words.dash.is_none_or(|own| own > 0)) else {
            return Err(Refusal::new(
                "missing-name",
                "`kubectl run` needs a name; a command stands after `--`.",
            ));
        };
        check_name(name)?;
        let image = words.text("image").filter(|image| is_image(image));
        let Some(image) = image else {
            return Err(Refusal::new("missing-value", "`kubectl run` needs `--image=IMAGE`."));
        };
        let restart = words.text("restart").unwrap_or_else(|| "Always".to_owned());
        if !["Always", "OnFailure", "Never"].contains(&restart.as_str()) {
            return Err(Refusal::new(
                "bad-value",
                format!("`--restart` takes Always, OnFailure or Never, not `{restart}`."),
            ));
        }
        // kubectl reads it only to delete what `--rm` leaves; a remote one is refused there too.
        Source::read(words)?;
        let options = Options::read(words, &[MORE]);
        if let Some(text) = options.get("overrides") {
            overrides(text)?;
        }
        pairs(&words.list("annotations"), "--annotations")?;
        let labels = words.text("labels").unwrap_or_default();
        if !labels.is_empty() {
            check_labels(&labels)?;
        }
        let labels: Vec<String> =
            labels.split(',').filter(|label| !label.is_empty()).map(str::to_owned).collect();
        Ok(Self {
            scope: Scope::read(words)?,
            name: name.clone(),
            image,
            env: pairs(&words.list("env"), "--env")?,
            labels: pairs(&labels, "--labels")?,
            port: words.int("port").filter(|port| (1..=65535).contains(port)),
            restart,
            privileged: words.on("privileged"),
            command: words.on("command"),
            args: words.args[1..].to_vec(),
            attach: words.has("attach").then(|| words.on("attach")),
            options,
            changing: Changing::read(words)?,
        })
    }

    held!(scope);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        self.check_combination()?;
        let pods = lookup(ctx.catalog, "pods")?;
        let namespace = self.scope.name(ctx);
        let mut body = overridden(&self.options, self.body())?;
        body["metadata"]["namespace"] = json!(namespace);
        let make = |resource: &Resource, body: Value| {
            let name = body["metadata"]["name"].as_str().unwrap_or(&self.name).to_owned();
            let targets = Targets::Names(vec![name]);
            let change = Change::Create { body: self.changing.saved(body) };
            changing(ApiVerb::Create, resource.clone(), Some(namespace.clone()), targets, change)
        };
        let container = body["spec"]["containers"][0]["name"].as_str().unwrap_or(&self.name).to_owned();
        let pod = body["metadata"]["name"].as_str().unwrap_or(&self.name).to_owned();
        let mut operations = vec![make(pods, body)];
        if self.options.on("expose") {
            operations.push(make(lookup(ctx.catalog, "services")?, self.service(&namespace)));
        }
        if !self.attaches() {
            let show = self.changing.show("created");
            return Ok(Planned::Ready(Plan::changes(operations, show, self.changing.is_dry())));
        }
        let (stdin, tty) = (self.options.on("stdin"), self.options.on("tty"));
        let way = Connect::Attach { container, stdin, tty, starts: true, remove: self.options.on("rm") };
        operations.push(connection(pods, namespace.clone(), &pod, way));
        Ok(Planned::Ready(Plan::changes(operations, Show::Stream, false)))
    }

    fn explain(&self) -> String {
        let what =
            if self.args.is_empty() { String::new() } else { format!(" with `{}`", self.args.join(" ")) };
        format!(
            "Run Pod {} from image {}{what}{}.{}",
            self.name,
            self.image,
            self.scope.phrase(),
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        format!("Run {}", self.name)
    }

    fn write(&self, line: &mut Line) {
        line.word(&self.name).value("--image", Some(&self.image));
        for (key, value) in &self.env {
            line.value("--env", Some(format!("{key}={value}")));
        }
        let labels: Vec<String> = self.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        line.value("-l", (!labels.is_empty()).then(|| labels.join(",")))
            .value("--port", self.port)
            .value("--restart", (self.restart != "Always").then_some(&self.restart))
            .switch("--privileged", self.privileged)
            .switch("--command", self.command);
        match self.attach {
            Some(true) => line.switch("--attach", true),
            Some(false) => line.switch("--attach=false", true),
            None => line,
        };
        self.options.write(line);
        self.scope.write(line);
        self.changing.write(line);
        if !self.args.is_empty() {
            line.switch("--", true).words(&self.args);
        }
    }

    held!(changing);

    fn follows(&self) -> bool {
        self.attaches()
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.env.sort();
        self.labels.sort();
        self.options.sort();
    }

    fn hazards(&self, assessment: &mut Assessment) {
        let overrides = self.options.get("overrides").and_then(|text| overrides(text).ok());
        if self.options.on("stdin") || self.attaches() {
            assessment.raise(Level::Warning, "opens-shell", "It opens a way into the container.");
        }
        if self.privileged || overrides.is_some_and(|body| paths::gives_privilege(&body)) {
            assessment.raise(
                Level::Dangerous,
                "privileged-pod",
                "A container gets access to the node it runs on.",
            );
        }
    }
}

impl Run {
    /// Whether the way into the container is opened at once.
    fn attaches(&self) -> bool {
        self.attach.unwrap_or_else(|| self.options.on("stdin"))
    }

    fn check_combination(&self) -> Result<(), Refusal> {
        let bad = |text: &str| Err(Refusal::new("bad-combination", text.to_owned()));
        if self.options.on("tty") && !self.options.on("stdin") {
            return bad("`-t` needs `-i` as well.");
        }
        const PLAIN: [&str; 7] =
            ["cascade", "force", "grace-period", "timeout", "wait", "pod-running-timeout", "detach-keys"];
        if let Some(flag) = PLAIN.iter().find(|flag| self.options.get(flag).is_some()) {
            let text = format!(
                "The pod is waited for, left and taken away as it is by default; leave out `--{flag}`."
            );
            return Err(Refusal::new("unsupported-flag", text));
        }
        if self.options.on("rm") && !self.attaches() {
            return bad(
                "`--rm` takes the pod away when the process you are attached to has ended; add `-i` or `--attach`.",
            );
        }
        if self.attaches() && self.changing.is_dry() {
            return bad("Nothing can be attached to in a dry run; leave out `-i` and `--attach`.");
        }
        if self.options.on("expose") && self.port.is_none() {
            return bad("`--expose` needs `--port`.");
        }
        Ok(())
    }

    /// What `--expose` makes.
    fn service(&self, namespace: &str) -> Value {
        let port = json!({"port": self.port, "protocol": "TCP", "targetPort": self.port});
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": self.name, "namespace": namespace},
            "spec": {"ports": [port], "selector": self.body()["metadata"]["labels"]},
        })
    }

    fn body(&self) -> Value {
        let mut container = json!({"name": self.name, "image": self.image});
        if !self.env.is_empty() {
            container["env"] =
                self.env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        }
        if let Some(port) = self.port {
            container["ports"] = json!([{"containerPort": port}]);
        }
        if !self.args.is_empty() {
            container[if self.command { "command" } else { "args" }] = json!(self.args);
        }
        if let Some(policy) = self.options.get("image-pull-policy") {
            container["imagePullPolicy"] = json!(policy);
        }
        if self.privileged {
            container["securityContext"] = json!({"privileged": true});
        }
        if self.options.on("stdin") {
            container["stdin"] = json!(true);
            if !self.options.on("leave-stdin-open") {
                container["stdinOnce"] = json!(true);
            }
        }
        if self.options.on("tty") {
            container["tty"] = json!(true);
        }
        let labels: Value = if self.labels.is_empty() {
            json!({"run": self.name})
        } else {
            Value::Object(self.labels.iter().map(|(key, value)| (key.clone(), json!(value))).collect())
        };
        let mut body = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": self.name, "labels": labels},
            "spec": {"containers": [container], "restartPolicy": self.restart},
        });
        for (key, value) in self.options.all("annotations").filter_map(|pair| pair.split_once('=')) {
            body["metadata"]["annotations"][key] = json!(value);
        }
        body
    }
}

/// The object with `--overrides`, by the way that `--override-type` says.
pub(crate) fn overridden(options: &Options, object: Value) -> Result<Value, Refusal> {
    let Some(text) = options.get("overrides") else { return Ok(object) };
    let body = overrides(text)?;
    let change = match (options.get("override-type").unwrap_or("merge"), body.is_array()) {
        ("merge", false) => Change::MergePatch { body },
        ("strategic", false) => Change::StrategicPatch { body },
        ("json", true) => Change::JsonPatch { body },
        _ => {
            return Err(Refusal::new(
                "bad-combination",
                "`--override-type` is merge or strategic with an object, or json with a list of steps.",
            ));
        }
    };
    Ok(reckon::outcome(&change, Some(&object)).unwrap_or(object))
}

/// `--overrides`: a pod in JSON, or a list of steps; YAML is a superset of JSON.
fn overrides(text: &str) -> Result<Value, Refusal> {
    let body: Option<Value> = serde_json::from_str(text).ok().or_else(|| serde_saphyr::from_str(text).ok());
    body.filter(|body| body.is_object() || body.is_array()).ok_or_else(|| {
        Refusal::new("bad-value", "`--overrides` takes JSON such as `{\"spec\":{\"nodeName\":\"n1\"}}`.")
    })
}

/// KEY=VALUE words; keys are plain, values may hold any text.
pub(crate) fn pairs(words: &[String], flag: &str) -> Result<Vec<(String, String)>, Refusal> {
    let pair = |word: &String| {
        let (key, value) = word.split_once('=').filter(|(key, _)| {
            !key.is_empty()
                && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
                && !key.starts_with('-')
        })?;
        Some((key.to_owned(), value.to_owned()))
    };
    words
        .iter()
        .map(|word| {
            pair(word)
                .ok_or_else(|| Refusal::new("bad-value", format!("`{word}` in `{flag}` is not KEY=VALUE.")))
        })
        .collect()
}
