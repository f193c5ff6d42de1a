//! `label` and `annotate`: marks on objects.

use serde_json::{Map, Value, json};

use crate::command::{Spec, Verb, held};
use crate::facts::{self, name_of};
use crate::flags::{Flag, Parsed, switch, text};
use crate::globals::{ALL, ALL_NAMESPACES, DRY_RUN, FIELDS, FILE, LOCAL, MANAGER, OUTPUT, RECORD, SELECT};
use crate::level::{Assessment, Level};
use crate::line::{Line, look_alike};
use crate::output::Changing;
use crate::plan::{Change, Context, Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_scope, join_and, reading};
use crate::verbs::patching;

/// `kubectl label` and `kubectl annotate`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Annotations, not labels.
    pub annotations: bool,
    /// Where.
    pub scope: Scope,
    /// Which objects.
    pub selection: Selection,
    /// Key and value; no value: the key is taken away.
    pub pairs: Vec<(String, Option<String>)>,
    /// `--overwrite`: values that are there may change.
    pub overwrite: bool,
    /// `--resource-version`.
    pub resource_version: Option<String>,
    /// `--list`: only show.
    pub list: bool,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[switch("overwrite"), switch("list"), text("resource-version")];

impl Verb for Mark {
    const SPECS: &'static [Spec] = &[
        Spec {
            name: "label",
            flags: &[
                FLAGS,
                FILE,
                SELECT,
                FIELDS,
                ALL,
                ALL_NAMESPACES,
                DRY_RUN,
                MANAGER,
                RECORD,
                LOCAL,
                OUTPUT,
            ],
            free: false,
        },
        Spec {
            name: "annotate",
            flags: &[
                FLAGS,
                FILE,
                SELECT,
                FIELDS,
                ALL,
                ALL_NAMESPACES,
                DRY_RUN,
                MANAGER,
                RECORD,
                LOCAL,
                OUTPUT,
            ],
            free: true,
        },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let annotations = verb == "annotate";
        let is_pair = |word: &String| word.contains('=') || word.ends_with('-');
        let split = words.args.iter().position(is_pair).unwrap_or(words.args.len());
        let (objects, pairs) = words.args.split_at(split);
        let list = words.on("list");
        let selection = Selection::read(objects, words)?.chosen(verb);
        let selection = if list { Selection::read(objects, words)?.some(verb)? } else { selection? };
        let pairs = pairs.iter().map(|word| pair(word, annotations)).collect::<Result<Vec<_>, _>>()?;
        if pairs.is_empty() && !list {
            return Err(Refusal::new(
                "missing-value",
                format!("`kubectl {verb}` needs KEY=VALUE to set or KEY- to take away."),
            ));
        }
        for (at, (key, _)) in pairs.iter().enumerate() {
            if pairs[..at].iter().any(|(other, _)| other == key) {
                return Err(Refusal::new("bad-value", format!("`{key}` is given twice; give it once.")));
            }
        }
        let mark = Self {
            annotations,
            scope: Scope::read(words)?,
            selection,
            pairs,
            overwrite: words.on("overwrite"),
            resource_version: words.text("resource-version").filter(|version| !version.is_empty()),
            list,
            changing: Changing::read(words)?,
        };
        mark.check()?;
        Ok(mark)
    }

    fn verb(&self) -> &'static str {
        if self.annotations { "annotate" } else { "label" }
    }

    held!(scope, selection);

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        for (resource, targets) in &found {
            check_scope(resource, targets, &self.scope)?;
        }
        if self.pairs.is_empty() {
            let operations = found.into_iter().map(|(resource, targets)| {
                let namespace = self.scope.of(&resource, ctx);
                reading(resource, namespace, targets)
            });
            let columns = vec![
                ("NAME".to_owned(), ".metadata.name".to_owned()),
                (self.field().to_uppercase(), format!(".metadata.{}", self.field())),
            ];
            return Ok(Planned::Ready(Plan::reads(operations.collect(), Show::CustomColumns { columns })));
        }
        if !self.overwrite && self.pairs.iter().any(|(_, value)| value.is_some()) {
            match facts::chosen(ctx, &found, &self.scope)? {
                Ok(objects) => self.check_existing(&objects)?,
                Err(missing) => return Ok(Planned::Need(missing)),
            }
        }
        let change = Change::MergePatch { body: self.body() };
        let operations = patching::alike(ctx, found, &self.scope, |_| Ok(change.clone()))?;
        let sets = self.pairs.iter().any(|(_, value)| value.is_some());
        let takes = self.pairs.iter().any(|(_, value)| value.is_none());
        let show = self.changing.show(match (self.annotations, sets, takes) {
            (true, ..) => "annotated",
            (false, true, true) => "modified",
            (false, false, true) => "unlabeled",
            (false, ..) => "labeled",
        });
        Ok(Planned::Ready(Plan::changes(operations, show, self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        let target = format!("{}{}", self.selection.phrase(), self.scope.phrase());
        if self.pairs.is_empty() {
            return format!("List the {} of {target}.", self.field());
        }
        let noun = if self.annotations { "annotation" } else { "label" };
        let parts: Vec<String> = self
            .pairs
            .iter()
            .map(|(key, value)| match value {
                Some(value) => format!("set {noun} {key} to \"{value}\""),
                None => format!("remove {noun} {key}"),
            })
            .collect();
        let text = join_and(&parts);
        let first = text.chars().next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
        format!("{first}{} on {target}.{}", text.get(1..).unwrap_or_default(), self.changing.phrase())
    }

    fn action(&self) -> String {
        let verb = match (self.pairs.is_empty(), self.annotations) {
            (true, _) => "Show",
            (_, true) => "Annotate",
            (_, false) => "Label",
        };
        format!("{verb} {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        for (key, value) in &self.pairs {
            line.word(&match value {
                Some(value) => format!("{key}={value}"),
                None => format!("{key}-"),
            });
        }
        self.scope.write(line);
        line.switch("--overwrite", self.overwrite)
            .value("--resource-version", self.resource_version.as_ref())
            .switch("--list", self.list);
        self.changing.write(line);
    }

    fn changing(&self) -> Option<&Changing> {
        (!self.pairs.is_empty()).then_some(&self.changing)
    }

    fn normalise(&mut self, _: &crate::Catalog) {
        self.pairs.sort();
    }

    fn hazards(&self, assessment: &mut Assessment) {
        let pod_security = |(key, _): &(String, _)| key.starts_with("pod-security.kubernetes.io/");
        if !self.selection.source.is_empty() && !self.annotations && self.pairs.iter().any(pod_security) {
            let text = "It changes which pods the namespace admits.";
            assessment.raise(Level::Dangerous, "changes-pod-security", text);
        }
    }
}

impl Mark {
    fn field(&self) -> &'static str {
        if self.annotations { "annotations" } else { "labels" }
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.resource_version.is_some()
            && self.selection.named.len() != 1
            && self.selection.source.is_empty()
        {
            return Err(Refusal::new(
                "bad-value",
                "`--resource-version` belongs to one object; name exactly one.",
            ));
        }
        Ok(())
    }

    /// Without `--overwrite` a value that is there and differs stays.
    fn check_existing(&self, objects: &[(crate::catalog::Resource, Vec<Value>)]) -> Result<(), Refusal> {
        for (resource, values) in objects {
            for object in values {
                for (key, wanted) in &self.pairs {
                    let there = object
                        .get("metadata")
                        .and_then(|metadata| metadata.get(self.field())?.get(key)?.as_str());
                    if let (Some(there), Some(wanted)) = (there, wanted)
                        && there != wanted
                    {
                        return Err(Refusal::new(
                            "already-set",
                            format!(
                                "{} {} already has {key}={there}; add `--overwrite` to change it.",
                                resource.kind,
                                name_of(object)
                            ),
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn body(&self) -> Value {
        let pairs: Map<String, Value> =
            self.pairs.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        let mut body = json!({"metadata": {self.field(): pairs}});
        if let Some(version) = &self.resource_version {
            body["metadata"]["resourceVersion"] = json!(version);
        }
        body
    }
}

fn pair(word: &str, annotations: bool) -> Result<(String, Option<String>), Refusal> {
    let (key, value) = match word.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (word.strip_suffix('-').unwrap_or(word), None),
    };
    if !key.is_ascii() {
        return Err(look_alike(key));
    }
    if !is_key(key) || (value.is_none() && !word.ends_with('-')) {
        return Err(Refusal::new("bad-value", format!("`{word}` is neither KEY=VALUE nor KEY-.")));
    }
    if let Some(value) = &value
        && !annotations
        && !is_label_value(value)
    {
        return Err(Refusal::new(
            "bad-value",
            format!(
                "`{value}` can't be the value of a label: up to 63 letters, digits, `-`, `_` and `.`. An annotation may hold any text."
            ),
        ));
    }
    Ok((key.to_owned(), value))
}

/// `app`, `example.com/app`.
fn is_key(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let prefix_fits = prefix.is_none_or(|prefix| {
        !prefix.is_empty()
            && prefix.len() <= 253
            && prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
            && !prefix.starts_with('-')
    });
    prefix_fits && !name.is_empty() && is_label_value(name)
}

pub(crate) fn is_label_value(value: &str) -> bool {
    value.len() <= 63
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && !value.starts_with(['-', '_', '.'])
        && !value.ends_with(['-', '_', '.'])
}
