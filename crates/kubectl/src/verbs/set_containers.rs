//! `set resources` and `set env`: what containers may use, and their environment.

use serde_json::{Map, Value, json};

use crate::command::{Spec, Verb};
use crate::facts::{self, name_of};
use crate::flags::{Flag, Parsed, array, list, switch, text};
use crate::globals::{ALL, CHANGING, FILE, OUTPUT, SELECT};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, changing, check_name, join_and};
use crate::verbs::run::pairs;
use crate::verbs::set::pod_spec;

/// What is set on each container.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// `set resources`.
    Resources {
        /// `--limits`.
        limits: Vec<(String, String)>,
        /// `--requests`.
        requests: Vec<(String, String)>,
    },
    /// `set env`: name and value; no value: the variable goes.
    Env(Vec<(String, Option<String>)>),
}

/// `kubectl set resources` and `kubectl set env`.
#[derive(Debug, Clone, PartialEq)]
pub struct SetContainers {
    /// Where.
    pub scope: Scope,
    /// Which workloads.
    pub selection: Selection,
    /// `-c`; every container when absent.
    pub container: Option<String>,
    /// What is set.
    pub setting: Setting,
    /// Dry run and output.
    pub changing: Changing,
}

const RESOURCES: &[Flag] = &[list("limits"), list("requests"), text("containers").short('c')];
const ENV: &[Flag] = &[
    array("env").short('e'),
    text("containers").short('c'),
    switch("overwrite"),
    text("from").refuse("not-yet", "give the variables as NAME=VALUE."),
    text("prefix").refuse("not-yet", "give the variables as NAME=VALUE."),
    list("keys").refuse("not-yet", "give the variables as NAME=VALUE."),
    switch("list").refuse("not-yet", "look at the variables with `kubectl describe`."),
    switch("resolve").refuse("not-yet", "look at the variables with `kubectl describe`."),
];

impl Verb for SetContainers {
    const SPECS: &'static [Spec] = &[
        Spec { name: "set resources", flags: &[RESOURCES, FILE, SELECT, ALL, CHANGING, OUTPUT], free: false },
        Spec { name: "set env", flags: &[ENV, FILE, SELECT, ALL, CHANGING, OUTPUT], free: true },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let is_variable = |word: &String| verb == "set env" && (word.contains('=') || word.ends_with('-'));
        let split = words.args.iter().position(is_variable).unwrap_or(words.args.len());
        let (objects, variables) = words.args.split_at(split);
        let setting = if verb == "set env" {
            Setting::Env(variables_of(variables.iter().chain(&words.list("env")))?)
        } else {
            Setting::Resources {
                limits: pairs(&words.list("limits"), "--limits")?,
                requests: pairs(&words.list("requests"), "--requests")?,
            }
        };
        let empty = match &setting {
            Setting::Env(variables) => variables.is_empty(),
            Setting::Resources { limits, requests } => limits.is_empty() && requests.is_empty(),
        };
        if empty {
            let wanted = if verb == "set env" {
                "NAME=VALUE to set or NAME- to take away"
            } else {
                "`--limits` or `--requests`, for example `--limits=cpu=500m,memory=256Mi`"
            };
            return Err(Refusal::new("missing-value", format!("`kubectl {verb}` needs {wanted}.")));
        }
        let container = words.text("containers").filter(|name| !name.is_empty() && name != "*");
        container.iter().try_for_each(|name| check_name(name))?;
        let selection = Selection::read(objects, words)?.chosen(verb)?;
        Ok(Self {
            scope: Scope::read(words)?,
            selection,
            container,
            setting,
            changing: Changing::read(words)?,
        })
    }

    fn verb(&self) -> &'static str {
        match self.setting {
            Setting::Resources { .. } => "set resources",
            Setting::Env(_) => "set env",
        }
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        Some(&mut self.scope)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        for (resource, _) in &found {
            pod_spec(&resource.kind, &resource.qualified())?;
        }
        let objects = match facts::facts(ctx, &found, &self.scope)? {
            Ok(objects) => objects,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        let mut operations = Vec::new();
        for (resource, values) in objects {
            let path = pod_spec(&resource.kind, &resource.qualified())?;
            for object in &values {
                let body = self.patch(&resource.kind, path, object)?;
                let namespace = self.scope.of(&resource, ctx);
                let targets = Targets::Names(vec![name_of(object).to_owned()]);
                operations.push(changing(
                    ApiVerb::Patch,
                    resource.clone(),
                    namespace,
                    targets,
                    Change::StrategicPatch { body },
                ));
            }
        }
        let done = if matches!(self.setting, Setting::Env(_)) {
            "env updated"
        } else {
            "resource requirements updated"
        };
        Ok(Planned::Ready(Plan {
            operations,
            show: self.changing.show(done),
            dry_run: self.changing.is_dry(),
        }))
    }

    fn explain(&self) -> String {
        let text = |pairs: &[(String, String)]| {
            join_and(&pairs.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>())
        };
        let what = match &self.setting {
            Setting::Resources { limits, requests } if requests.is_empty() => {
                format!("limits {}", text(limits))
            }
            Setting::Resources { limits, requests } if limits.is_empty() => {
                format!("requests {}", text(requests))
            }
            Setting::Resources { limits, requests } => {
                format!("limits {} and requests {}", text(limits), text(requests))
            }
            Setting::Env(variables) => {
                let names: Vec<String> = variables.iter().map(|(name, _)| name.clone()).collect();
                format!("environment variables {}", join_and(&names))
            }
        };
        let container = self
            .container
            .as_ref()
            .map_or_else(|| "every container".to_owned(), |name| format!("container {name}"));
        format!(
            "Set {what} on {container} of {}{}.{}",
            self.selection.phrase(),
            self.scope.phrase(),
            self.changing.phrase()
        )
    }

    fn action(&self) -> String {
        let what = if matches!(self.setting, Setting::Env(_)) { "environment" } else { "resources" };
        format!("Set {what} of {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        let joined = |pairs: &[(String, String)]| {
            let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
            (!pairs.is_empty()).then(|| pairs.join(","))
        };
        match &self.setting {
            Setting::Resources { limits, requests } => {
                line.value("--limits", joined(limits)).value("--requests", joined(requests));
            }
            Setting::Env(variables) => {
                for (name, value) in variables {
                    line.word(
                        &value.as_ref().map_or_else(|| format!("{name}-"), |value| format!("{name}={value}")),
                    );
                }
            }
        }
        line.value("-c", self.container.as_ref());
        self.scope.write(line);
        self.changing.write(line);
    }

    fn changing(&self) -> Option<&Changing> {
        Some(&self.changing)
    }
}

impl SetContainers {
    fn patch(&self, kind: &str, path: &[&str], object: &Value) -> Result<Value, Refusal> {
        let spec = path.iter().try_fold(object, |value, part| value.get(part)).unwrap_or(&Value::Null);
        let names: Vec<&str> = spec
            .get("containers")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|container| container.get("name")?.as_str())
            .filter(|name| self.container.as_deref().is_none_or(|wanted| wanted == *name))
            .collect();
        if names.is_empty() {
            let wanted = self.container.as_deref().unwrap_or("any");
            return Err(Refusal::new(
                "unknown-container",
                format!("{kind} {} has no container `{wanted}`.", name_of(object)),
            ));
        }
        let containers: Vec<Value> = names.into_iter().map(|name| self.container_patch(name)).collect();
        let lists = json!({"containers": containers});
        Ok(path.iter().rev().fold(lists, |inner, part| json!({*part: inner})))
    }

    fn container_patch(&self, name: &str) -> Value {
        match &self.setting {
            Setting::Resources { limits, requests } => {
                let mut resources = Map::new();
                for (field, pairs) in [("limits", limits), ("requests", requests)] {
                    if !pairs.is_empty() {
                        resources.insert(
                            field.to_owned(),
                            pairs
                                .iter()
                                .map(|(key, value)| (key.clone(), json!(value)))
                                .collect::<Map<_, _>>()
                                .into(),
                        );
                    }
                }
                json!({"name": name, "resources": resources})
            }
            Setting::Env(variables) => {
                let env: Vec<Value> = variables
                    .iter()
                    .map(|(variable, value)| match value {
                        // A value that came from elsewhere before must go with the change.
                        Some(value) => json!({"name": variable, "value": value, "valueFrom": null}),
                        None => json!({"name": variable, "$patch": "delete"}),
                    })
                    .collect();
                json!({"name": name, "env": env})
            }
        }
    }
}

fn variables_of<'a>(
    words: impl Iterator<Item = &'a String>,
) -> Result<Vec<(String, Option<String>)>, Refusal> {
    let mut variables: Vec<(String, Option<String>)> = Vec::new();
    for word in words {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.strip_suffix('-').unwrap_or_default(), None),
        };
        let good = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
            && !name.starts_with('-');
        if !good || variables.iter().any(|(known, _)| known == name) {
            return Err(Refusal::new(
                "bad-value",
                format!("`{word}` is neither NAME=VALUE nor NAME-, or is given twice."),
            ));
        }
        variables.push((name.to_owned(), value));
    }
    Ok(variables)
}
