//! `set resources` and `set env`: what containers may use, and their environment.

use serde_json::{Map, Value, json};

use crate::command::{Spec, Verb, held};
use crate::facts::name_of;
use crate::flags::{Flag, Parsed, array, list, switch, text};
use crate::globals::{ALL, DRY_RUN, FILE, LOCAL, MANAGER, OUTPUT, RECORD, SELECT};
use crate::line::Line;
use crate::options::Options;
use crate::output::Changing;
use crate::plan::{Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_name, join_and, reading};
use crate::verbs::env_from;
use crate::verbs::run::pairs;
use crate::verbs::set::{patch_each, pod_spec};

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
    Env {
        /// Name and value of each.
        variables: Vec<(String, Option<String>)>,
        /// Values that are there may change.
        overwrite: bool,
    },
    /// `set env --from=secret/NAME`: variables that take their values from there.
    EnvFrom {
        /// `secret` or `configmap`, with the name.
        from: (String, String),
        /// `--keys` and `--prefix`.
        options: Options,
    },
    /// `set env --list`: only shown.
    EnvList {
        /// `--resolve`: with the values that stand in Secrets and ConfigMaps.
        resolve: bool,
    },
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
    switch("overwrite").default("true"),
    text("from"),
    switch("list"),
    switch("resolve"),
];
const FROM: &[Flag] = &[list("keys"), text("prefix")];

impl Verb for SetContainers {
    const SPECS: &'static [Spec] = &[
        Spec {
            name: "set resources",
            flags: &[RESOURCES, FILE, SELECT, ALL, DRY_RUN, MANAGER, RECORD, LOCAL, OUTPUT],
            free: false,
        },
        Spec {
            name: "set env",
            flags: &[ENV, FROM, FILE, SELECT, ALL, DRY_RUN, MANAGER, LOCAL, OUTPUT],
            free: true,
        },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let is_variable = |word: &String| verb == "set env" && (word.contains('=') || word.ends_with('-'));
        let split = words.args.iter().position(is_variable).unwrap_or(words.args.len());
        let (objects, variables) = words.args.split_at(split);
        let setting = if words.on("list") {
            check_list(variables, words)?;
            Setting::EnvList { resolve: words.on("resolve") }
        } else if let Some(from) = words.text("from").filter(|from| !from.is_empty()) {
            Setting::EnvFrom { from: origin(&from)?, options: Options::read(words, &[FROM]) }
        } else if verb == "set env" {
            Setting::Env {
                variables: variables_of(variables.iter().chain(&words.list("env")))?,
                overwrite: words.on_unless("overwrite"),
            }
        } else {
            Setting::Resources {
                limits: pairs(&words.list("limits"), "--limits")?,
                requests: pairs(&words.list("requests"), "--requests")?,
            }
        };
        let empty = match &setting {
            Setting::Env { variables, .. } => variables.is_empty(),
            Setting::Resources { limits, requests } => limits.is_empty() && requests.is_empty(),
            Setting::EnvFrom { .. } | Setting::EnvList { .. } => false,
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
        container.iter().try_for_each(|name| check_name(&name.replace('*', "x")))?;
        let selection = Selection::read(objects, words)?;
        let selection = match setting {
            Setting::EnvList { .. } => selection.some(verb)?,
            _ => selection.chosen(verb)?,
        };
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
            _ => "set env",
        }
    }

    held!(scope, selection);

    fn normalise(&mut self, _: &crate::Catalog) {
        match &mut self.setting {
            Setting::Resources { limits, requests } => {
                limits.sort();
                requests.sort();
            }
            Setting::Env { variables, .. } => variables.sort(),
            Setting::EnvFrom { options, .. } => options.sort(),
            Setting::EnvList { .. } => {}
        }
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let done = match self.setting {
            Setting::EnvList { .. } if self.changing.local => {
                return Err(Refusal::new(
                    "unsupported-flag",
                    "A manifest says itself what its environment is; leave out `--local` or `--list`.",
                ));
            }
            Setting::EnvList { resolve } => return self.list(ctx, resolve),
            Setting::Env { .. } | Setting::EnvFrom { .. } => "env updated",
            Setting::Resources { .. } => "resource requirements updated",
        };
        let gathered = match &self.setting {
            Setting::EnvFrom { from, options } => match env_from::entries(ctx, &self.scope, from, options)? {
                Ok(entries) => entries,
                Err(missing) => return Ok(Planned::Need(missing)),
            },
            _ => Vec::new(),
        };
        patch_each(ctx, &self.selection, &self.scope, &self.changing, done, |kind, path, object| {
            self.patch(kind, path, object, &gathered)
        })
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
            Setting::EnvList { resolve } => {
                let how =
                    if *resolve { ", with the values that come from Secrets and ConfigMaps" } else { "" };
                let what = self.selection.phrase();
                return format!("List the environment variables of {what}{}{how}.", self.scope.phrase());
            }
            Setting::EnvFrom { from: (kind, name), .. } => {
                format!("environment variables from {} {name}", crate::kinds::kind_of(kind))
            }
            Setting::Env { variables, .. } => {
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
        let what = match self.setting {
            Setting::EnvList { .. } => return "Show environment".to_owned(),
            Setting::Resources { .. } => "resources",
            _ => "environment",
        };
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
            Setting::EnvList { resolve } => {
                line.switch("--list", true).switch("--resolve", *resolve);
            }
            Setting::EnvFrom { from: (kind, name), options } => {
                line.value("--from", Some(format!("{kind}/{name}")));
                options.write(line);
            }
            Setting::Env { variables, overwrite } => {
                line.switch("--overwrite=false", !overwrite);
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
        (!matches!(self.setting, Setting::EnvList { .. })).then_some(&self.changing)
    }

    fn discloses(&self) -> bool {
        self.setting == Setting::EnvList { resolve: true }
    }
}

impl SetContainers {
    fn list(&self, ctx: &Context<'_>, resolve: bool) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        for (resource, _) in &found {
            pod_spec(&resource.kind, &resource.qualified())?;
        }
        let mut sources = Vec::new();
        if resolve {
            match env_from::sources(ctx, &found, &self.scope, |name| self.is_meant(name))? {
                Ok(reads) => sources = reads,
                Err(missing) => return Ok(Planned::Need(missing)),
            }
        }
        let own = found.into_iter().map(|(resource, targets)| {
            let namespace = self.scope.of(&resource, ctx);
            reading(resource, namespace, targets)
        });
        let show = Show::Environment { container: self.container.clone(), resolve };
        let plan = Plan::reads(own.chain(sources).collect(), show);
        // The objects are there; a Secret that a variable names need not be.
        Ok(Planned::Ready(Plan { ignore_missing: resolve, ..plan }))
    }

    /// A patch that names each container, so that lists are merged by name.
    fn patch(&self, kind: &str, path: &[&str], object: &Value, from: &[Value]) -> Result<Value, Refusal> {
        let spec = path.iter().try_fold(object, |value, part| value.get(part)).unwrap_or(&Value::Null);
        let mut lists = Map::new();
        for list in ["containers", "initContainers"] {
            let all = spec.get(list).and_then(Value::as_array).into_iter().flatten();
            let wanted = all.filter(|container| self.is_meant(name_in(container)));
            let patches = wanted.map(|container| self.container_patch(kind, object, container, from));
            let patches = patches.collect::<Result<Vec<_>, _>>()?;
            if !patches.is_empty() {
                lists.insert(list.to_owned(), patches.into());
            }
        }
        if lists.is_empty() {
            let wanted = self.container.as_deref().unwrap_or("any");
            return Err(Refusal::new(
                "unknown-container",
                format!("{kind} {} has no container `{wanted}`.", name_of(object)),
            ));
        }
        Ok(path.iter().rev().fold(Value::Object(lists), |inner, part| json!({*part: inner})))
    }

    /// `-c` may hold `*` for any part of a name.
    fn is_meant(&self, name: &str) -> bool {
        self.container.as_deref().is_none_or(|pattern| matches(pattern, name))
    }

    fn container_patch(
        &self,
        kind: &str,
        object: &Value,
        container: &Value,
        from: &[Value],
    ) -> Result<Value, Refusal> {
        let name = name_in(container);
        match &self.setting {
            Setting::Resources { limits, requests } => {
                let mut resources = Map::new();
                for (field, pairs) in [("limits", limits), ("requests", requests)] {
                    if !pairs.is_empty() {
                        let pairs = pairs.iter().map(|(key, value)| (key.clone(), json!(value)));
                        resources.insert(field.to_owned(), pairs.collect::<Map<_, _>>().into());
                    }
                }
                Ok(json!({"name": name, "resources": resources}))
            }
            Setting::Env { variables, overwrite } => {
                let there: Vec<&Value> =
                    container.get("env").and_then(Value::as_array).into_iter().flatten().collect();
                let known = |variable: &str| there.iter().find(|one| name_in(one) == variable);
                if !overwrite
                    && let Some((variable, _)) = variables
                        .iter()
                        .find(|(variable, value)| value.is_some() && known(variable).is_some())
                {
                    let text = format!(
                        "{variable} is set in container {name} of {kind} {} already; leave out `--overwrite=false` to change it.",
                        name_of(object)
                    );
                    return Err(Refusal::new("already-set", text));
                }
                Ok(
                    json!({"name": name, "env": env_patch(variables), "$setElementOrder/env": order(variables, &there)}),
                )
            }
            Setting::EnvFrom { .. } => {
                let there = container.get("env").and_then(Value::as_array).into_iter().flatten();
                let mut order: Vec<&str> = there.map(name_in).collect();
                order.extend(
                    from.iter().map(name_in).filter(|name| !order.contains(name)).collect::<Vec<_>>(),
                );
                let order: Vec<Value> = order.into_iter().map(|name| json!({"name": name})).collect();
                Ok(json!({"name": name, "env": from, "$setElementOrder/env": order}))
            }
            Setting::EnvList { .. } => Ok(json!({"name": name})),
        }
    }
}

fn name_in(item: &Value) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn env_patch(variables: &[(String, Option<String>)]) -> Vec<Value> {
    let one = |(variable, value): &(String, Option<String>)| match value {
        // A value that came from elsewhere before must go with the change.
        Some(value) => json!({"name": variable, "value": value, "valueFrom": null}),
        None => json!({"name": variable, "$patch": "delete"}),
    };
    variables.iter().map(one).collect()
}

/// New variables come last: one may refer to those before it.
fn order(variables: &[(String, Option<String>)], there: &[&Value]) -> Vec<Value> {
    let goes = |name: &str| variables.iter().any(|(variable, value)| variable == name && value.is_none());
    let known = |name: &str| there.iter().any(|one| name_in(one) == name);
    let kept = there.iter().map(|one| name_in(one)).filter(|name| !goes(name));
    let new = variables.iter().filter(|(name, value)| value.is_some() && !known(name));
    kept.chain(new.map(|(name, _)| name.as_str())).map(|name| json!({"name": name})).collect()
}

/// Whether the name fits a pattern in which `*` stands for anything.
pub fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|rest| matches(tail, rest)))
        }),
    }
}

/// What can't be listed along with what is there.
fn check_list(variables: &[String], words: &Parsed) -> Result<(), Refusal> {
    let refused = |text: &str| Err(Refusal::new("bad-combination", text));
    if !variables.is_empty() || words.has("env") || words.has("from") {
        return refused(
            "`--list` shows the environment as it is; set variables without it, and the preview shows what changes.",
        );
    }
    if words.has("output") || words.has("template") {
        return refused("`--list` has a form of its own; leave out `-o`, or ask with `kubectl get`.");
    }
    Ok(())
}

/// `secret/NAME` or `configmap/NAME`.
fn origin(from: &str) -> Result<(String, String), Refusal> {
    match from.split_once('/') {
        Some((kind, name)) if matches!(crate::kinds::kind_of(kind).as_str(), "Secret" | "ConfigMap") => {
            check_name(name)?;
            let kind = if crate::kinds::is_secret(kind) { "secret" } else { "configmap" };
            Ok((kind.to_owned(), name.to_owned()))
        }
        _ => Err(Refusal::new(
            "bad-value",
            format!("`--from` takes secret/NAME or configmap/NAME, not `{from}`."),
        )),
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
            && !name.starts_with(|c: char| c == '-' || c.is_ascii_digit());
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
