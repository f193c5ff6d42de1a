//! `create quota`, `create poddisruptionbudget`, `create priorityclass`.

use serde_json::{Map, Value, json};

use crate::flags::Parsed;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::select::{check_labels, join_and, terms};

/// What a new ResourceQuota allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// `--hard`: resources and their limits.
    pub hard: Vec<(String, String)>,
    /// `--scopes`.
    pub scopes: Vec<String>,
}

impl Quota {
    pub(super) fn read(words: &Parsed) -> Result<Self, Refusal> {
        let mut hard = Vec::new();
        for pair in words.list("hard") {
            match pair.split_once('=') {
                Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                    hard.push((key.to_owned(), value.to_owned()));
                }
                _ => {
                    return Err(Refusal::new(
                        "bad-value",
                        format!("`{pair}` is not RESOURCE=QUANTITY, for example `pods=10`."),
                    ));
                }
            }
        }
        Ok(Self { hard, scopes: words.list("scopes") })
    }

    pub(super) fn phrase(&self) -> String {
        let hard: Vec<String> = self.hard.iter().map(|(key, value)| format!("{key} to {value}")).collect();
        let what = if hard.is_empty() { "nothing yet".to_owned() } else { join_and(&hard) };
        format!(" that limits {what}")
    }

    pub(super) fn write(&self, line: &mut Line) {
        let hard: Vec<String> = self.hard.iter().map(|(key, value)| format!("{key}={value}")).collect();
        line.value("--hard", (!hard.is_empty()).then(|| hard.join(",")))
            .value("--scopes", (!self.scopes.is_empty()).then(|| self.scopes.join(",")));
    }

    pub(super) fn sort(&mut self) {
        self.hard.sort();
        self.scopes.sort();
    }

    pub(super) fn body(&self) -> Value {
        let hard: Map<String, Value> =
            self.hard.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        let mut spec = json!({});
        if !hard.is_empty() {
            spec["hard"] = hard.into();
        }
        if !self.scopes.is_empty() {
            spec["scopes"] = json!(self.scopes);
        }
        json!({"spec": spec})
    }
}

/// How many pods a new PodDisruptionBudget keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// `--selector`.
    pub selector: String,
    /// `--min-available`: number or percentage.
    pub min_available: Option<String>,
    /// `--max-unavailable`: number or percentage.
    pub max_unavailable: Option<String>,
}

impl Budget {
    pub(super) fn read(words: &Parsed) -> Result<Self, Refusal> {
        let given = |long: &str| words.text(long).filter(|value| !value.is_empty());
        let Some(selector) = given("selector") else {
            return Err(Refusal::new(
                "missing-value",
                "A disruption budget needs `--selector`, for example `--selector=app=web`.",
            ));
        };
        check_labels(&selector)?;
        let budget = Self {
            selector,
            min_available: given("min-available"),
            max_unavailable: given("max-unavailable"),
        };
        let amount = |text: &String| {
            let digits = text.strip_suffix('%').unwrap_or(text);
            !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|b| b.is_ascii_digit())
        };
        match (&budget.min_available, &budget.max_unavailable) {
            (Some(one), None) | (None, Some(one)) if amount(one) => Ok(budget),
            (Some(other), None) | (None, Some(other)) => {
                Err(Refusal::new("bad-value", format!("`{other}` is neither a number nor a percentage.")))
            }
            _ => Err(Refusal::new(
                "missing-value",
                "A disruption budget needs exactly one of `--min-available` and `--max-unavailable`.",
            )),
        }
    }

    pub(super) fn phrase(&self) -> String {
        match (&self.min_available, &self.max_unavailable) {
            (Some(least), _) => format!(" that keeps {least} of the pods with {} running", self.selector),
            (_, most) => format!(
                " that lets {} of the pods with {} be away",
                most.as_deref().unwrap_or_default(),
                self.selector
            ),
        }
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.value("--selector", Some(&self.selector))
            .value("--min-available", self.min_available.as_ref())
            .value("--max-unavailable", self.max_unavailable.as_ref());
    }

    pub(super) fn sort(&mut self) {
        self.selector = crate::select::sorted_terms(&self.selector);
    }

    pub(super) fn body(&self) -> Value {
        let amount = |text: &String| text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number));
        let mut spec = json!({"selector": label_selector(&self.selector)});
        if let Some(least) = &self.min_available {
            spec["minAvailable"] = amount(least);
        }
        if let Some(most) = &self.max_unavailable {
            spec["maxUnavailable"] = amount(most);
        }
        json!({"spec": spec})
    }
}

/// A selector in the API's structured form.
fn label_selector(text: &str) -> Value {
    let mut labels = Map::new();
    let mut expressions: Vec<Value> = Vec::new();
    for term in terms(text) {
        let term = term.trim();
        if let Some((head, values)) = term.strip_suffix(')').and_then(|term| term.split_once('(')) {
            let (key, operator) = head.trim().rsplit_once(' ').unwrap_or((head, ""));
            let values: Vec<&str> = values.split(',').map(str::trim).collect();
            let operator = if operator == "notin" { "NotIn" } else { "In" };
            expressions.push(json!({"key": key.trim(), "operator": operator, "values": values}));
        } else if let Some((key, value)) = term.split_once("!=") {
            expressions.push(json!({"key": key.trim(), "operator": "NotIn", "values": [value.trim()]}));
        } else if let Some((key, value)) = term.split_once('=') {
            labels.insert(key.trim().to_owned(), json!(value.trim_start_matches('=').trim()));
        } else if let Some(key) = term.strip_prefix('!') {
            expressions.push(json!({"key": key.trim(), "operator": "DoesNotExist"}));
        } else {
            expressions.push(json!({"key": term, "operator": "Exists"}));
        }
    }
    let mut selector = json!({});
    if !labels.is_empty() {
        selector["matchLabels"] = labels.into();
    }
    if !expressions.is_empty() {
        selector["matchExpressions"] = expressions.into();
    }
    selector
}

/// What a new PriorityClass is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Priority {
    /// `--value`.
    pub value: i64,
    /// `--global-default`.
    pub global_default: bool,
    /// `--description`.
    pub description: Option<String>,
    /// `--preemption-policy`: `Never`.
    pub never: bool,
}

impl Priority {
    pub(super) fn read(words: &Parsed) -> Result<Self, Refusal> {
        let never = match words.text("preemption-policy").as_deref() {
            None | Some("" | "PreemptLowerPriority") => false,
            Some("Never") => true,
            Some(other) => {
                return Err(Refusal::new(
                    "bad-value",
                    format!("`--preemption-policy` takes PreemptLowerPriority or Never, not `{other}`."),
                ));
            }
        };
        Ok(Self {
            value: words.int("value").unwrap_or(0),
            global_default: words.on("global-default"),
            description: words.text("description").filter(|text| !text.is_empty()),
            never,
        })
    }

    pub(super) fn phrase(&self) -> String {
        let default = if self.global_default { ", which every new pod gets" } else { "" };
        format!(" with the value {}{default}", self.value)
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.value("--value", (self.value != 0).then_some(self.value))
            .switch("--global-default", self.global_default)
            .value("--description", self.description.as_ref())
            .value("--preemption-policy", self.never.then_some("Never"));
    }

    pub(super) fn body(&self) -> Value {
        let policy = if self.never { "Never" } else { "PreemptLowerPriority" };
        let mut body = json!({"value": self.value, "preemptionPolicy": policy});
        if self.global_default {
            body["globalDefault"] = json!(true);
        }
        if let Some(description) = &self.description {
            body["description"] = json!(description);
        }
        body
    }
}
