//! The kinds a cluster serves, as an immutable snapshot of its discovery.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// One served resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// API group; empty for the core group.
    pub group: String,
    /// Preferred version, for example `v1`.
    pub version: String,
    /// Plural name as in the URL, for example `deployments`.
    pub plural: String,
    /// Singular name, for example `deployment`.
    pub singular: String,
    /// Kind, for example `Deployment`.
    pub kind: String,
    /// Short names, for example `deploy`.
    pub short_names: Vec<String>,
    /// Categories such as `all`.
    pub categories: Vec<String>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// API verbs the server serves for it.
    pub verbs: Vec<String>,
    /// Subresources, for example `scale`, `log`.
    pub subresources: Vec<String>,
}

impl Resource {
    /// `v1` or `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `deployments.apps`, or `pods` for the core group.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }
}

/// An immutable discovery snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Served resources in the order in which names are looked up.
    pub resources: Vec<Resource>,
    /// Whether this is a cluster's own discovery, or the built-in table of Kubernetes' own resources.
    pub discovered: bool,
}

impl Catalog {
    /// Kubernetes' own resources (1.36), for use without a cluster.
    pub fn builtin() -> Self {
        Self::own().clone()
    }

    /// The same, made once.
    pub(crate) fn own() -> &'static Self {
        static OWN: OnceLock<Catalog> = OnceLock::new();
        OWN.get_or_init(|| Self { resources: TABLE.lines().filter_map(row).collect(), discovered: false })
    }

    /// The resource that a word means: plural, singular, short name or kind, in any case, alone or with
    /// `.group` or `.version.group` behind it.
    pub fn find(&self, word: &str) -> Option<&Resource> {
        let lower = word.to_ascii_lowercase();
        let (name, rest) =
            lower.split_once('.').map_or((lower.as_str(), None), |(name, rest)| (name, Some(rest)));
        let called = |resource: &&Resource| {
            resource.plural == name || resource.singular == name || resource.kind.eq_ignore_ascii_case(name)
        };
        let there = |resource: &&Resource| match rest {
            None => true,
            Some(rest) => {
                rest == resource.group
                    || rest.strip_prefix(resource.version.as_str()).and_then(|rest| rest.strip_prefix('.'))
                        == Some(resource.group.as_str())
                    || (resource.group.is_empty() && rest == resource.version)
            }
        };
        let short = |resource: &&Resource| resource.short_names.iter().any(|short| short == name);
        let mut fitting = self.resources.iter().filter(there);
        fitting.clone().find(called).or_else(|| fitting.find(short))
    }

    /// The members of a category such as `all`; empty when there is none of this name.
    pub fn category(&self, word: &str) -> Vec<&Resource> {
        let lower = word.to_ascii_lowercase();
        if self.find(&lower).is_some() {
            return Vec::new();
        }
        self.resources.iter().filter(|resource| resource.categories.contains(&lower)).collect()
    }
}

/// One line a resource: group (`-` for core), version, plural, singular, kind, short names, categories, scope
/// (`n` namespaced, `c` cluster), verbs (`*` all, else a list), subresources.
const TABLE: &str = include_str!("data/resources.txt");

fn row(line: &str) -> Option<Resource> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [group, version, plural, singular, kind, short, categories, scope, verbs, subresources] =
        fields.as_slice()
    else {
        return None;
    };
    let names = |text: &str| -> Vec<String> {
        if text == "-" { Vec::new() } else { text.split(',').map(str::to_owned).collect() }
    };
    let all = "create,delete,deletecollection,get,list,patch,update,watch";
    Some(Resource {
        group: group.trim_start_matches('-').to_owned(),
        version: (*version).to_owned(),
        plural: (*plural).to_owned(),
        singular: (*singular).to_owned(),
        kind: (*kind).to_owned(),
        short_names: names(short),
        categories: names(categories),
        namespaced: *scope == "n",
        verbs: names(if *verbs == "*" { all } else { verbs }),
        subresources: names(subresources),
    })
}
