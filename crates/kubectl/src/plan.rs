//! What a command means to the API: operations and how their answer is shown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::{Catalog, Resource};
use crate::documents::Attachments;
use crate::filter::Where;
use crate::refusal::Refusal;

mod connect;
mod drain;
mod until;

pub use connect::{Connect, Forwarded};
pub(crate) use drain::daemon_set;
pub use drain::{Drain, Verdict};
pub use until::{Until, has_condition};

/// API verbs as RBAC names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiVerb {
    /// Read one object by name.
    Get,
    /// Read a collection.
    List,
    /// Follow a collection.
    Watch,
    /// Make an object.
    Create,
    /// Replace an object.
    Update,
    /// Change parts of an object.
    Patch,
    /// Remove an object.
    Delete,
}

impl ApiVerb {
    /// The verb as RBAC spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// Whether the verb changes the cluster.
    pub fn mutates(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Patch | Self::Delete)
    }
}

/// Which objects an operation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Targets {
    /// Objects named one by one.
    Names(Vec<String>),
    /// Everything that the selectors match; with neither, every object there.
    Selected {
        /// Label selector in the API's syntax.
        labels: Option<String>,
        /// Field selector in the API's syntax.
        fields: Option<String>,
    },
}

/// What a mutating operation does to each target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// POST of this body; the name is in the targets and in the body.
    Create {
        /// The whole object.
        body: Value,
    },
    /// JSON merge patch (RFC 7386).
    MergePatch {
        /// The patch.
        body: Value,
    },
    /// Kubernetes' strategic merge patch; built-in kinds only.
    StrategicPatch {
        /// The patch.
        body: Value,
    },
    /// JSON patch (RFC 6902).
    JsonPatch {
        /// The list of operations.
        body: Value,
    },
    /// DELETE.
    Delete {
        /// Seconds to wait for a graceful end; the object's own default when absent.
        grace_period_seconds: Option<i64>,
        /// `Background`, `Foreground` or `Orphan`.
        propagation: Option<String>,
    },
    /// A pod is asked to leave, which disruption budgets may put off (POST of an Eviction).
    Evict {
        /// Seconds to wait for a graceful end; the pod's own default when absent.
        grace_period_seconds: Option<i64>,
    },
    /// A connection into a pod.
    Connect {
        /// What for.
        way: Connect,
    },
    /// POST of a TokenRequest: the answer is a token, shown once and kept nowhere.
    Token {
        /// The request.
        body: Value,
    },
    /// What client-side `apply` and `edit` do: the live object with what differs between two written ones.
    Apply {
        /// The object as it is wanted.
        body: Value,
        /// What it was before it was edited; without it, what was last applied, as the live object tells.
        original: Option<Value>,
    },
    /// PATCH in which the server itself merges (`application/apply-patch+yaml`).
    ServerApply {
        /// The fields that are wanted.
        body: Value,
        /// Whether fields that others own are taken over.
        force: bool,
    },
    /// PUT of this body.
    Replace {
        /// The whole object.
        body: Value,
    },
    /// DELETE, then POST of this body once the object has gone.
    Recreate {
        /// The whole object.
        body: Value,
        /// Seconds to wait for a graceful end.
        grace_period_seconds: Option<i64>,
    },
}

impl Change {
    /// Whether it leaves no difference in any object, so that there is none to show or to ask a dry run for.
    pub fn leaves_no_trace(&self) -> bool {
        matches!(self, Self::Token { .. } | Self::Connect { .. })
    }

    /// The whole object that is written, for changes that write one.
    pub fn body(&self) -> Option<&Value> {
        match self {
            Self::Create { body }
            | Self::Apply { body, .. }
            | Self::ServerApply { body, .. }
            | Self::Replace { body }
            | Self::Recreate { body, .. } => Some(body),
            _ => None,
        }
    }
}

/// One kind of call to the API server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// What is done.
    pub verb: ApiVerb,
    /// To what.
    pub resource: Resource,
    /// Subresource such as `scale` or `log`.
    pub subresource: Option<String>,
    /// Namespace; absent for cluster-scoped resources and for all namespaces.
    pub namespace: Option<String>,
    /// Which objects.
    pub targets: Targets,
    /// The change; absent for reads.
    pub change: Option<Change>,
}

impl Operation {
    /// Every right that it takes, as RBAC counts them.
    pub fn rights(&self) -> Vec<ApiVerb> {
        match (&self.change, self.verb) {
            (Some(Change::Recreate { .. }), _) => vec![ApiVerb::Delete, ApiVerb::Create],
            (Some(Change::ServerApply { .. }), ApiVerb::Create) => vec![ApiVerb::Patch, ApiVerb::Create],
            (_, verb) => vec![verb],
        }
    }
}

/// How the answer of a plan is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Show {
    /// The API server's own table.
    Table {
        /// Also the columns of lower priority.
        wide: bool,
        /// A last column with all labels.
        labels: bool,
        /// Leading columns with the values of these labels.
        label_columns: Vec<String>,
        /// JSONPath to sort the rows by.
        sort_by: Option<String>,
        /// Names with their kind in front.
        #[serde(default)]
        kinds: bool,
        /// What is told where it is followed.
        #[serde(default)]
        watch: Watching,
    },
    /// The objects as JSON.
    Json,
    /// The objects as YAML.
    Yaml,
    /// `kind/name`, one a line.
    Name,
    /// The objects as KYAML.
    Kyaml,
    /// A JSONPath template.
    JsonPath(JsonPathTemplate),
    /// What a JSONPath template finds, as JSON.
    JsonPathAsJson {
        /// The template.
        template: String,
    },
    /// A Go template.
    GoTemplate {
        /// The template.
        template: String,
    },
    /// `HEADER:path` pairs.
    CustomColumns {
        /// Header and JSONPath of each column.
        columns: Vec<(String, String)>,
    },
    /// Our own description of each object: how it is, what is wrong, what belongs to it.
    Describe {
        /// With its recent events.
        #[serde(default = "yes")]
        events: bool,
    },
    /// Container logs.
    Logs(LogOptions),
    /// Usage of pods or nodes from metrics.k8s.io.
    Top {
        /// One row per container.
        containers: bool,
        /// `cpu` or `memory`.
        sort_by: Option<String>,
        /// With a last row for all together.
        #[serde(default)]
        sum: bool,
        /// Percentages of what nodes have, not of what they can give away.
        #[serde(default)]
        capacity: bool,
    },
    /// Events, oldest first, as `kubectl events` lists them.
    Events {
        /// `kind/name` of the object they are about.
        of: Option<String>,
        /// Only these types (`Normal`, `Warning`).
        types: Vec<String>,
    },
    /// The documentation of a field path, from the server's OpenAPI.
    Explain {
        /// The resource whose kind it is.
        resource: Box<Resource>,
        /// Path below the kind, for example `spec.template`.
        path: Vec<String>,
        /// All fields below it, names only.
        recursive: bool,
    },
    /// The catalog itself.
    ApiResources {
        /// Only namespaced or only cluster-scoped kinds.
        namespaced: Option<bool>,
        /// Only this group.
        group: Option<String>,
        /// `wide` or `name`, as kubectl has them.
        output: Option<String>,
        /// Only kinds that take all of these verbs.
        #[serde(default)]
        verbs: Vec<String>,
        /// Only kinds of all of these categories.
        #[serde(default)]
        categories: Vec<String>,
        /// `name` or `kind`; by group where absent.
        #[serde(default)]
        sort_by: Option<String>,
    },
    /// Whether the user may do this.
    CanI {
        /// RBAC verb.
        verb: String,
        /// Resource; absent for a path such as `/metrics`.
        resource: Option<Box<Resource>>,
        /// Resource as the person wrote it, when it is `*` or a path.
        raw: Option<String>,
        /// Subresource.
        subresource: Option<String>,
        /// Name of one object.
        name: Option<String>,
        /// Namespace; absent for the whole cluster.
        namespace: Option<String>,
        /// List everything the user may do in the namespace instead.
        list: bool,
        /// Say nothing: the exit code tells.
        #[serde(default)]
        quiet: bool,
    },
    /// How far the rollout of each target is.
    RolloutStatus {
        /// Follow until it has ended.
        watch: bool,
        /// Seconds after which following gives up.
        timeout: Option<i64>,
    },
    /// The revisions of each target.
    RolloutHistory {
        /// Details of this revision only.
        revision: Option<i64>,
    },
    /// Name, group and so on of the user, as the API server sees them (SelfSubjectReview).
    WhoAmI {
        /// The whole answer in this form, where one is asked for.
        #[serde(default)]
        print: Option<Box<Show>>,
    },
    /// The versions of client and server.
    Version {
        /// Only KubeChat's own.
        #[serde(default)]
        client: bool,
        /// As JSON or YAML.
        #[serde(default)]
        print: Option<Box<Show>>,
    },
    /// The kubeconfig that the session came from, without its credentials.
    Config(ConfigPart),
    /// The state of the cluster in one text: the objects that were read, and the last lines of each pod's logs.
    Dump {
        /// As YAML instead of JSON.
        yaml: bool,
    },
    /// The environment of containers, a line for each variable.
    Environment {
        /// Pattern for the names of containers; every one when absent.
        container: Option<String>,
    },
    /// Every group and version that the server serves.
    ApiVersions,
    /// The addresses of the control plane and of services labelled as the cluster's own.
    ClusterInfo,
    /// A fixed text, such as a verb's flags.
    Text {
        /// The text.
        text: String,
    },
    /// Objects that were reckoned and not read (`--local`).
    Written {
        /// The objects.
        objects: Vec<Value>,
        /// How they are printed.
        print: Box<Show>,
    },
    /// What would change, as a text difference.
    Diff {
        /// Whether the values of secrets are shown.
        secrets: bool,
    },
    /// What each object was last applied as.
    LastApplied {
        /// As JSON instead of YAML.
        json: bool,
    },
    /// A line per changed object, as kubectl says it (`deployment.apps/web scaled`).
    Changed {
        /// Participle: `scaled`, `labeled`, `created`.
        done: String,
        /// How it was only tried: `server dry run`.
        dry_run: Option<String>,
    },
    /// A line per object that has come where it was waited for.
    Wait {
        /// What is waited for, one after the other.
        until: Vec<Until>,
        /// How long at most; zero: look once.
        timeout_seconds: i64,
        /// How the objects are printed then; absent: a line each.
        print: Option<Box<Show>>,
    },
    /// What comes over a connection into a pod.
    Stream,
    /// The nodes, the pods that went, and those that did not.
    Drain(Drain),
}

impl Show {
    /// Whether it says something of each object, so that none is an answer too.
    fn is_of_objects(&self) -> bool {
        let printed =
            matches!(self, Self::Json | Self::Yaml | Self::Kyaml | Self::Name | Self::Changed { .. });
        printed || matches!(self, Self::JsonPath(_) | Self::JsonPathAsJson { .. } | Self::GoTemplate { .. })
    }
}

/// For plans that were stored before the field was.
fn yes() -> bool {
    true
}

/// What following a table tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watching {
    /// Changes alone, without what is there before.
    pub only: bool,
    /// A first column with what happened: `ADDED`, `MODIFIED`, `DELETED`.
    pub events: bool,
}

/// A JSONPath template such as `{.items[*].metadata.name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonPathTemplate {
    /// The template as written.
    pub template: String,
}

/// Options of `logs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogOptions {
    /// Container; the pod's default container when absent.
    pub container: Option<String>,
    /// Every container.
    pub all_containers: bool,
    /// The previous instance of the container.
    pub previous: bool,
    /// Follow.
    pub follow: bool,
    /// Last lines only.
    pub tail: Option<i64>,
    /// Only lines younger than this many seconds.
    pub since_seconds: Option<i64>,
    /// Only lines after this time (RFC 3339).
    pub since_time: Option<String>,
    /// Each line with its time.
    pub timestamps: bool,
    /// Each line with its pod and container.
    pub prefix: bool,
    /// At most this many bytes.
    pub limit_bytes: Option<i64>,
    /// A log that can't be read, or breaks off, does not end the others.
    #[serde(default)]
    pub ignore_errors: bool,
    /// At most this many logs are followed at once.
    #[serde(default)]
    pub max_requests: Option<i64>,
}

/// A part of the kubeconfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum ConfigPart {
    /// All of it.
    Whole {
        /// Only what belongs to the session's context.
        minify: bool,
        /// In which form.
        print: Box<Show>,
    },
    /// The contexts: all, or those named.
    Contexts {
        /// Names; all when empty.
        names: Vec<String>,
        /// Names alone.
        bare: bool,
    },
    /// The session's context.
    Current,
    /// The names of clusters.
    Clusters,
    /// The names of users.
    Users,
}

/// The operations of one command, in order, and how their answer is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Operations in the order in which they run.
    pub operations: Vec<Operation>,
    /// How the answer is shown.
    pub show: Show,
    /// Only asked of the server, never done (`--dry-run=server` or `client`).
    pub dry_run: bool,
    /// Named objects that do not exist are left out (`--ignore-not-found`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore_missing: bool,
    /// Of the objects that the operations are about, only those that this is true for.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Where>,
    /// A dry run that shows objects as they would be sent, without what the server adds (`--dry-run=client`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_sent: bool,
    /// Several objects are printed as one list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_list: bool,
    /// Tables without the line of column names (`--no-headers`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_headers: bool,
    /// Objects are printed with who owns which field.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed_fields: bool,
}

impl Plan {
    /// A plan that only asks.
    pub fn reads(operations: Vec<Operation>, show: Show) -> Self {
        Self::changes(operations, show, false)
    }

    /// A plan that changes the cluster, or with `dry_run` only shows what it would change.
    pub fn changes(operations: Vec<Operation>, show: Show, dry_run: bool) -> Self {
        Self {
            operations,
            show,
            dry_run,
            ignore_missing: false,
            as_sent: false,
            as_list: false,
            no_headers: false,
            managed_fields: false,
            filter: None,
        }
    }

    /// Puts a template in the place of the YAML that stood for it.
    pub(crate) fn print_as(&mut self, show: Show) {
        let place = match &mut self.show {
            Show::Wait { print: Some(print), .. }
            | Show::Written { print, .. }
            | Show::WhoAmI { print: Some(print) }
            | Show::Config(ConfigPart::Whole { print, .. })
            | Show::Version { print: Some(print), .. } => print.as_mut(),
            other => other,
        };
        if *place == Show::Yaml {
            *place = show;
        }
    }

    /// Whether carrying it out changes the cluster.
    pub fn mutates(&self) -> bool {
        !self.dry_run && self.operations.iter().any(|operation| operation.verb.mutates())
    }

    /// Whether it takes somebody's own terminal, files or ports, which a server does not have.
    pub fn needs_terminal(&self) -> bool {
        let mut changes = self.operations.iter().filter_map(|operation| operation.change.as_ref());
        changes.any(|change| matches!(change, Change::Connect { way } if way.needs_terminal()))
    }

    /// Whether it does something although no object differs afterwards.
    pub fn leaves_no_trace(&self) -> bool {
        let changes = self.operations.iter().filter_map(|operation| operation.change.as_ref());
        !self.dry_run && changes.into_iter().any(Change::leaves_no_trace)
    }
}

impl Plan {
    /// The same for the objects that the filter is true for; refused where there are no objects to ask.
    pub fn only_where(mut self, filter: &Where) -> Result<Self, Refusal> {
        let objects = |operation: &Operation| !matches!(operation.change, Some(Change::Create { .. }));
        let no = |message: &str| Err(Refusal::new("nothing-to-filter", message));
        if !self.operations.iter().all(objects) || (self.operations.is_empty() && !self.show.is_of_objects())
        {
            return no(
                "A filter chooses among objects, and this command is about none that are there. Leave the filter out.",
            );
        }
        if matches!(self.show, Show::Wait { .. } | Show::Drain(_) | Show::Dump { .. }) {
            return no(
                "A filter can't choose what is waited for, drained or dumped. Name the objects, or use a selector.",
            );
        }
        if filter.reads_metrics()
            && self.operations.iter().any(|operation| metrics_of(&operation.resource).is_none())
        {
            return no(
                "Only pods and nodes have `metrics`. Leave them out of the filter, or ask for pods or nodes.",
            );
        }
        self.filter = Some(filter.clone());
        Ok(self)
    }

    /// What is read besides the operations, so that the filter can be answered.
    pub fn reads_for_filter(&self) -> Vec<Operation> {
        if !self.filter.as_ref().is_some_and(Where::reads_metrics) {
            return Vec::new();
        }
        let mut reads: Vec<Operation> = Vec::new();
        for operation in &self.operations {
            let Some(resource) = metrics_of(&operation.resource) else { continue };
            let targets = match &operation.targets {
                Targets::Selected { labels, .. } => {
                    Targets::Selected { labels: labels.clone(), fields: None }
                }
                Targets::Names(_) => Targets::Selected { labels: None, fields: None },
            };
            let namespace = operation.namespace.clone();
            let read = Operation {
                verb: ApiVerb::List,
                resource,
                subresource: None,
                namespace,
                targets,
                change: None,
            };
            if !reads.contains(&read) {
                reads.push(read);
            }
        }
        reads
    }
}

/// Where the usage of a resource's objects is read; pods and nodes alone have any.
fn metrics_of(resource: &Resource) -> Option<Resource> {
    let measured = matches!(resource.group.as_str(), "" | "metrics.k8s.io")
        && matches!(resource.plural.as_str(), "pods" | "nodes");
    measured.then(|| Resource {
        group: "metrics.k8s.io".to_owned(),
        version: "v1beta1".to_owned(),
        ..resource.clone()
    })
}

/// An object that a plan can't be made without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Read {
    /// Qualified plural name, for example `deployments.apps`.
    pub resource: String,
    /// Namespace; absent for cluster-scoped resources.
    pub namespace: Option<String>,
    /// One object by name, or with `None` all that the selector matches.
    pub name: Option<String>,
    /// Label selector.
    pub labels: Option<String>,
    /// Field selector.
    pub fields: Option<String>,
    /// Whether it reads what the command is about, so that a filter chooses among what is found.
    #[serde(default)]
    pub chosen: bool,
}

/// What was read for a plan: for each read the objects found (none: it does not exist; null in the place of one: it is
/// there, and a filter passes it over).
pub type Facts = BTreeMap<Read, Vec<Value>>;

/// Everything besides the command that a plan depends on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The session's namespace, for commands that name none.
    pub namespace: &'a str,
    /// The clock, so that times written into objects are fixed in the plan.
    pub now: Timestamp,
    /// The kinds the cluster serves.
    pub catalog: &'a Catalog,
    /// Objects that some verbs need.
    pub facts: &'a Facts,
    /// The texts that came with the command.
    pub attachments: &'a Attachments,
}

/// A plan, or the reads that are missing for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// The plan.
    Ready(Plan),
    /// Read these as the user, add them to the facts, and plan again.
    Need(Vec<Read>),
}
