//! `run`: one pod from an image.

use serde_json::{Value, json};

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, array, free, int, switch, text};
use crate::globals::{CHANGING, FILE, OUTPUT};
use crate::kinds::lookup;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, changing, check_labels, check_name};
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
    /// Dry run and output.
    pub changing: Changing,
}

const SHELL: &str = "the pod is only created; look at it with `kubectl logs`.";
const FLAGS: &[Flag] = &[
    text("image"),
    array("env"),
    text("labels").short('l'),
    int("port"),
    text("restart"),
    switch("privileged"),
    switch("command"),
    switch("quiet").short('q'),
    text("image-pull-policy").refuse("not-yet", "the cluster's default is used."),
    free("overrides").refuse("not-yet", "create the pod first and patch it then."),
    switch("expose").refuse("not-yet", "create the Service on its own with `kubectl expose`."),
    switch("rm").refuse("not-yet", SHELL),
    switch("stdin").short('i').refuse("not-yet", SHELL),
    switch("tty").short('t').refuse("not-yet", SHELL),
    switch("attach").refuse("not-yet", SHELL),
];

impl Verb for Run {
    const SPECS: &'static [Spec] =
        &[Spec { name: "run", flags: &[FLAGS, FILE, CHANGING, OUTPUT], free: false }];

    fn read(_: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let [name] = words.own() else {
            return Err(Refusal::new(
                "missing-name",
                "`kubectl run` needs exactly one name; a command stands after `--`.",
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
            changing: Changing::read(words)?,
        })
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        Some(&mut self.scope)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let resource = lookup(ctx.catalog, "pods")?.clone();
        let namespace = self.scope.of(&resource, ctx);
        let mut body = self.body();
        body["metadata"]["namespace"] = json!(namespace);
        let targets = Targets::Names(vec![self.name.clone()]);
        let operation = changing(ApiVerb::Create, resource, namespace, targets, Change::Create { body });
        Ok(Planned::Ready(Plan {
            operations: vec![operation],
            show: self.changing.show("created"),
            dry_run: self.changing.is_dry(),
        }))
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
        self.scope.write(line);
        self.changing.write(line);
        if !self.args.is_empty() {
            line.switch("--", true).words(&self.args);
        }
    }

    fn changing(&self) -> Option<&Changing> {
        Some(&self.changing)
    }

    fn hazards(&self, assessment: &mut Assessment) {
        if self.privileged {
            assessment.raise(
                Level::Dangerous,
                "privileged-pod",
                "A container gets access to the node it runs on.",
            );
        }
    }
}

impl Run {
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
        if self.privileged {
            container["securityContext"] = json!({"privileged": true});
        }
        let labels: Value = if self.labels.is_empty() {
            json!({"run": self.name})
        } else {
            Value::Object(self.labels.iter().map(|(key, value)| (key.clone(), json!(value))).collect())
        };
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": self.name, "labels": labels},
            "spec": {"containers": [container], "restartPolicy": self.restart},
        })
    }
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
