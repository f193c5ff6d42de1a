//! How the answer of a plan is shown.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Drain, Until};
use crate::catalog::Resource;

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
    JsonPath(Template),
    /// What a JSONPath template finds, as JSON.
    JsonPathAsJson(Template),
    /// A Go template.
    GoTemplate(Template),
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
        /// `wide`, `name`, `json` or `yaml`, as kubectl has them.
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
        /// With the values that stand elsewhere: in the Secrets and ConfigMaps that are read too, or in the object.
        #[serde(default)]
        resolve: bool,
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
    pub(super) fn is_of_objects(&self) -> bool {
        let printed =
            matches!(self, Self::Json | Self::Yaml | Self::Kyaml | Self::Name | Self::Changed { .. });
        printed || matches!(self, Self::JsonPath(_) | Self::JsonPathAsJson(_) | Self::GoTemplate(_))
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

/// A template such as `{.items[*].metadata.name}`, in the language that the form names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The template as written.
    pub template: String,
    /// A key that an object lacks is an error, and not simply nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
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
