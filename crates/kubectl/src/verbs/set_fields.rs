//! `set selector`, `set serviceaccount`, `set subject`.

use serde_json::{Map, Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, array, text};
use crate::globals::{ALL, DRY_RUN, FILE, FILENAME, LOCAL, MANAGER, OUTPUT, RECORD, SELECT};
use crate::kinds::is_rbac;
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{Change, Context, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, check_labels, check_name, join_and, sorted_terms, terms};
use crate::verbs::patching;
use crate::verbs::set::pod_spec;

/// What is set.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// The labels whose pods a Service sends to.
    Selector {
        /// All of them, in the API's syntax.
        labels: String,
        /// `--resource-version`.
        resource_version: Option<String>,
    },
    /// The account that pods run as.
    ServiceAccount(String),
    /// Whom a binding is for, besides those it is for already.
    Subjects {
        /// `--user`.
        users: Vec<String>,
        /// `--group`.
        groups: Vec<String>,
        /// `--serviceaccount`, as NAMESPACE:NAME.
        accounts: Vec<String>,
    },
}

/// `kubectl set selector`, `set serviceaccount`, `set subject`.
#[derive(Debug, Clone, PartialEq)]
pub struct SetField {
    /// Where.
    pub scope: Scope,
    /// On which objects.
    pub selection: Selection,
    /// What.
    pub field: Field,
    /// Dry run and output.
    pub changing: Changing,
}

const VERSION: &[Flag] = &[text("resource-version")];
const SUBJECTS: &[Flag] = &[array("user"), array("group"), array("serviceaccount")];

impl Verb for SetField {
    const SPECS: &'static [Spec] = &[
        Spec {
            name: "set selector",
            flags: &[VERSION, FILENAME, ALL, DRY_RUN, MANAGER, RECORD, LOCAL, OUTPUT],
            free: false,
        },
        Spec {
            name: "set serviceaccount",
            flags: &[FILE, ALL, DRY_RUN, MANAGER, RECORD, LOCAL, OUTPUT],
            free: false,
        },
        Spec {
            name: "set subject",
            flags: &[SUBJECTS, FILE, SELECT, ALL, DRY_RUN, MANAGER, LOCAL, OUTPUT],
            free: false,
        },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let missing =
            |wanted: &str| Refusal::new("missing-value", format!("`kubectl {verb}` needs {wanted}."));
        let (objects, field) = if verb == "set subject" {
            let (users, groups, accounts) =
                (words.list("user"), words.list("group"), words.list("serviceaccount"));
            if users.is_empty() && groups.is_empty() && accounts.is_empty() {
                return Err(missing("`--user`, `--group` or `--serviceaccount`"));
            }
            if let Some(other) = accounts.iter().find(|account| account.split(':').count() != 2) {
                return Err(Refusal::new("bad-value", format!("`{other}` is not NAMESPACE:NAME.")));
            }
            (words.args.as_slice(), Field::Subjects { users, groups, accounts })
        } else {
            let Some((last, objects)) = words.args.split_last() else {
                return Err(missing("objects, and what to set on them"));
            };
            if verb == "set serviceaccount" {
                check_name(last)?;
                (objects, Field::ServiceAccount(last.clone()))
            } else {
                check_labels(last)?;
                let resource_version = words.text("resource-version").filter(|version| !version.is_empty());
                (objects, Field::Selector { labels: last.clone(), resource_version })
            }
        };
        let selection = Selection::read(objects, words)?.chosen(verb)?;
        Ok(Self { scope: Scope::read(words)?, selection, field, changing: Changing::read(words)? })
    }

    fn verb(&self) -> &'static str {
        match self.field {
            Field::Selector { .. } => "set selector",
            Field::ServiceAccount(_) => "set serviceaccount",
            Field::Subjects { .. } => "set subject",
        }
    }

    held!(scope, selection);

    fn normalise(&mut self, _: &crate::Catalog) {
        match &mut self.field {
            Field::Selector { labels, .. } => *labels = sorted_terms(labels),
            Field::ServiceAccount(_) => {}
            Field::Subjects { users, groups, accounts } => {
                for list in [users, groups, accounts] {
                    list.sort();
                }
            }
        }
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        let operations = if matches!(self.field, Field::Subjects { .. }) {
            let change = |resource: &Resource, binding: &Value| self.bound(resource, binding, ctx);
            match patching::each(ctx, &found, &self.scope, change)? {
                Ok(operations) => operations,
                Err(missing) => return Ok(Planned::Need(missing)),
            }
        } else {
            let change = |resource: &Resource| self.change(&resource.kind, &resource.qualified());
            patching::alike(ctx, found, &self.scope, change)?
        };
        let done = match self.field {
            Field::Selector { .. } => "selector updated",
            Field::ServiceAccount(_) => "serviceaccount updated",
            Field::Subjects { .. } => "subjects updated",
        };
        Ok(Planned::Ready(Plan::changes(operations, self.changing.show(done), self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        let what = match &self.field {
            Field::Selector { labels, .. } => format!("Send to the pods with {labels} from"),
            Field::ServiceAccount(name) => format!("Let pods run as ServiceAccount {name} in"),
            Field::Subjects { users, groups, accounts } => {
                let whom: Vec<String> = users.iter().chain(groups).chain(accounts).cloned().collect();
                format!("Add {} to", join_and(&whom))
            }
        };
        format!("{what} {}{}.{}", self.selection.phrase(), self.scope.phrase(), self.changing.phrase())
    }

    fn action(&self) -> String {
        let what = match self.field {
            Field::Selector { .. } => "selector",
            Field::ServiceAccount(_) => "service account",
            Field::Subjects { .. } => "subjects",
        };
        format!("Set {what} of {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        match &self.field {
            Field::Selector { labels, resource_version } => {
                line.word(labels).value("--resource-version", resource_version.as_ref());
            }
            Field::ServiceAccount(name) => {
                line.word(name);
            }
            Field::Subjects { users, groups, accounts } => {
                line.values("--user", users).values("--group", groups).values("--serviceaccount", accounts);
            }
        }
        self.scope.write(line);
        self.changing.write(line);
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        if matches!(self.field, Field::Subjects { .. }) || self.selection.kinds().any(is_rbac) {
            assessment.raise(Level::Dangerous, "writes-rbac", "It changes who may do what.");
        }
    }
}

impl SetField {
    fn change(&self, kind: &str, qualified: &str) -> Result<Change, Refusal> {
        match &self.field {
            Field::Selector { labels, resource_version } => {
                if kind != "Service" {
                    return Err(Refusal::new(
                        "unsupported",
                        "Only Services have a selector that can be set.",
                    ));
                }
                let mut selector = Map::new();
                for term in terms(labels) {
                    match term.trim().split_once('=').filter(|_| !term.contains(['!', '(', '<', '>'])) {
                        Some((key, value)) => {
                            selector.insert(key.to_owned(), json!(value.trim_start_matches('=')))
                        }
                        None => return Err(Refusal::new("bad-value", format!("`{term}` is not KEY=VALUE."))),
                    };
                }
                let mut steps = Vec::new();
                if let Some(version) = resource_version {
                    steps.push(json!({"op": "test", "path": "/metadata/resourceVersion", "value": version}));
                }
                // `add` puts the whole selector in the place of the one before.
                steps.push(json!({"op": "add", "path": "/spec/selector", "value": selector}));
                Ok(Change::JsonPatch { body: steps.into() })
            }
            Field::ServiceAccount(name) => {
                if kind == "Pod" {
                    return Err(Refusal::new(
                        "unsupported",
                        "The service account of a running Pod can't change.",
                    ));
                }
                let path = pod_spec(kind, qualified)?;
                // The API keeps the old name of the field beside the new one.
                let account = json!({"serviceAccountName": name, "serviceAccount": name});
                let body = path.iter().rev().fold(account, |inner, part| json!({*part: inner}));
                Ok(Change::StrategicPatch { body })
            }
            Field::Subjects { .. } => Ok(Change::MergePatch { body: json!({}) }),
        }
    }

    fn bound(&self, resource: &Resource, binding: &Value, ctx: &Context<'_>) -> Result<Change, Refusal> {
        if !matches!(resource.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
            let text = "Only RoleBindings and ClusterRoleBindings have subjects.";
            return Err(Refusal::new("unsupported", text));
        }
        let body = json!({"subjects": self.subjects(binding, &self.scope.name(ctx))});
        Ok(Change::MergePatch { body })
    }

    fn subjects(&self, binding: &Value, place: &str) -> Vec<Value> {
        let mut subjects = binding.get("subjects").and_then(Value::as_array).cloned().unwrap_or_default();
        let Field::Subjects { users, groups, accounts } = &self.field else { return subjects };
        let group = "rbac.authorization.k8s.io";
        let named = |kind: &str, name: &String| json!({"apiGroup": group, "kind": kind, "name": name});
        let mut wanted: Vec<Value> = users.iter().map(|name| named("User", name)).collect();
        wanted.extend(groups.iter().map(|name| named("Group", name)));
        wanted.extend(accounts.iter().filter_map(|account| {
            let (namespace, name) = account.split_once(':')?;
            let namespace = if namespace.is_empty() { place } else { namespace };
            Some(json!({"kind": "ServiceAccount", "namespace": namespace, "name": name}))
        }));
        for subject in wanted {
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        subjects
    }
}
