//! `create role`, `rolebinding` and their cluster forms.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::flags::Parsed;
use crate::kinds::lookup;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::select::{check_name, join_and};
use crate::verbs::run::pairs;

/// What a new Role or ClusterRole allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// It holds in the whole cluster.
    pub cluster: bool,
    /// RBAC verbs.
    pub verbs: Vec<String>,
    /// Types, with `/subresource` where it is one.
    pub resources: Vec<String>,
    /// Names that it is limited to.
    pub names: Vec<String>,
    /// Paths such as `/metrics`; only for a ClusterRole.
    pub urls: Vec<String>,
    /// `--aggregation-rule`: labels of the ClusterRoles that it joins.
    pub aggregation: Vec<(String, String)>,
}

impl Role {
    pub(super) fn read(cluster: bool, words: &Parsed) -> Result<Self, Refusal> {
        let role = Self {
            cluster,
            verbs: words.list("verb"),
            resources: words.list("resource"),
            names: words.list("resource-name"),
            urls: words.list("non-resource-url"),
            aggregation: pairs(&aggregation(words), "--aggregation-rule")?,
        };
        if !role.aggregation.is_empty() {
            return if role.verbs.is_empty() && role.resources.is_empty() && role.urls.is_empty() {
                Ok(role)
            } else {
                Err(Refusal::new(
                    "bad-value",
                    "`--aggregation-rule` stands alone; leave out the role's own rules.",
                ))
            };
        }
        if role.verbs.is_empty() || (role.resources.is_empty() && role.urls.is_empty()) {
            return Err(Refusal::new(
                "missing-value",
                "A role needs `--verb` and `--resource`, for example `--verb=get,list --resource=pods`.",
            ));
        }
        role.names.iter().try_for_each(|name| check_name(name))?;
        Ok(role)
    }

    pub(super) fn normalise(&mut self, catalog: &Catalog) {
        for word in &mut self.resources {
            let (kind, sub) =
                word.split_once('/').map_or((word.as_str(), None), |(kind, sub)| (kind, Some(sub)));
            if let Some(resource) = catalog.find(kind) {
                let name = resource.qualified();
                *word = sub.map_or(name.clone(), |sub| format!("{name}/{sub}"));
            }
        }
        for list in [&mut self.verbs, &mut self.resources, &mut self.names, &mut self.urls] {
            list.sort();
        }
        self.aggregation.sort();
    }

    pub(super) fn phrase(&self) -> String {
        if !self.aggregation.is_empty() {
            return " that joins other ClusterRoles".to_owned();
        }
        let things: Vec<String> = self.resources.iter().chain(&self.urls).cloned().collect();
        format!(" that allows {} on {}", join_and(&self.verbs), join_and(&things))
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.values("--verb", &self.verbs)
            .values("--resource", &self.resources)
            .values("--resource-name", &self.names)
            .values("--non-resource-url", &self.urls);
        let labels: Vec<String> =
            self.aggregation.iter().map(|(key, value)| format!("{key}={value}")).collect();
        line.value("--aggregation-rule", (!labels.is_empty()).then(|| labels.join(",")));
    }

    /// One rule for each API group.
    pub(super) fn body(&self, catalog: &Catalog) -> Result<Value, Refusal> {
        if !self.aggregation.is_empty() {
            let labels: serde_json::Map<String, Value> =
                self.aggregation.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
            return Ok(
                json!({"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": labels}]}, "rules": []}),
            );
        }
        // One rule for each group, in the groups' order.
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for word in &self.resources {
            let (kind, sub) =
                word.split_once('/').map_or((word.as_str(), None), |(kind, sub)| (kind, Some(sub)));
            let (group, plural) = if kind == "*" {
                ("*".to_owned(), "*".to_owned())
            } else {
                let resource = lookup(catalog, kind)?;
                (resource.group.clone(), resource.plural.clone())
            };
            let name = sub.map_or(plural.clone(), |sub| format!("{plural}/{sub}"));
            let names = groups.entry(group).or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut rules: Vec<Value> = groups
            .into_iter()
            .map(|(group, resources)| {
                let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": self.verbs});
                if !self.names.is_empty() {
                    rule["resourceNames"] = json!(self.names);
                }
                rule
            })
            .collect();
        if !self.urls.is_empty() {
            rules.push(json!({"nonResourceURLs": self.urls, "verbs": self.verbs}));
        }
        Ok(json!({"rules": rules}))
    }
}

fn aggregation(words: &Parsed) -> Vec<String> {
    let text = words.text("aggregation-rule").unwrap_or_default();
    text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Whom a new RoleBinding or ClusterRoleBinding gives which role.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// It holds in the whole cluster.
    pub cluster: bool,
    /// `Role` or `ClusterRole`.
    pub kind: &'static str,
    /// The role's name.
    pub role: String,
    /// `--user`.
    pub users: Vec<String>,
    /// `--group`.
    pub groups: Vec<String>,
    /// `--serviceaccount`, as NAMESPACE:NAME.
    pub accounts: Vec<String>,
}

impl Binding {
    pub(super) fn read(cluster: bool, words: &Parsed) -> Result<Self, Refusal> {
        let (kind, role) = match (words.text("role"), words.text("clusterrole")) {
            (Some(role), None) if !cluster => ("Role", role),
            (None, Some(role)) => ("ClusterRole", role),
            _ => {
                return Err(Refusal::new(
                    "missing-value",
                    "A binding needs exactly one role: `--role=NAME` or `--clusterrole=NAME`.",
                ));
            }
        };
        check_name(&role)?;
        let accounts = words.list("serviceaccount");
        if let Some(other) =
            accounts.iter().find(|account| account.split(':').filter(|part| !part.is_empty()).count() != 2)
        {
            return Err(Refusal::new("bad-value", format!("`{other}` is not NAMESPACE:NAME.")));
        }
        Ok(Self { cluster, kind, role, users: words.list("user"), groups: words.list("group"), accounts })
    }

    pub(super) fn sort(&mut self) {
        for list in [&mut self.users, &mut self.groups, &mut self.accounts] {
            list.sort();
        }
    }

    pub(super) fn phrase(&self) -> String {
        let whom: Vec<String> =
            self.users.iter().chain(&self.groups).chain(&self.accounts).cloned().collect();
        let whom = if whom.is_empty() { "nobody yet".to_owned() } else { join_and(&whom) };
        format!(" that gives {} {} to {whom}", self.kind, self.role)
    }

    pub(super) fn write(&self, line: &mut Line) {
        let flag = if self.kind == "Role" { "--role" } else { "--clusterrole" };
        line.value(flag, Some(&self.role))
            .values("--user", &self.users)
            .values("--group", &self.groups)
            .values("--serviceaccount", &self.accounts);
    }

    pub(super) fn body(&self) -> Value {
        let group = "rbac.authorization.k8s.io";
        let mut subjects = Vec::new();
        subjects
            .extend(self.users.iter().map(|name| json!({"apiGroup": group, "kind": "User", "name": name})));
        subjects
            .extend(self.groups.iter().map(|name| json!({"apiGroup": group, "kind": "Group", "name": name})));
        subjects.extend(self.accounts.iter().filter_map(|account| {
            let (namespace, name) = account.split_once(':')?;
            Some(json!({"kind": "ServiceAccount", "namespace": namespace, "name": name}))
        }));
        let mut body = json!({"roleRef": {"apiGroup": group, "kind": self.kind, "name": self.role}});
        if !subjects.is_empty() {
            body["subjects"] = subjects.into();
        }
        body
    }
}
