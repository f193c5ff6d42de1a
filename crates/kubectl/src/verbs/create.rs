//! `create …`: new objects from flags.

use serde_json::{Map, Value, json};

use crate::command::{Spec, Verb};
use crate::flags::{Flag, Parsed, array, int, list, switch, text};
use crate::globals::{CHANGING, FILE, OUTPUT};
use crate::kinds::lookup;
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, changing, check_name};

mod configmap;
mod deployment;
mod rbac;

pub use configmap::ConfigMap;
pub use deployment::Deployment;
pub use rbac::{Binding, Role};

/// What is created.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// `create namespace`.
    Namespace,
    /// `create deployment`.
    Deployment(Deployment),
    /// `create configmap`.
    ConfigMap(ConfigMap),
    /// `create secret generic`: the same flags as a ConfigMap.
    Secret(ConfigMap),
    /// `create serviceaccount`.
    ServiceAccount,
    /// `create quota`: `--hard`.
    Quota(Vec<(String, String)>),
    /// `create role`, `create clusterrole`.
    Role(Role),
    /// `create rolebinding`, `create clusterrolebinding`.
    Binding(Binding),
}

/// `kubectl create` with a type.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// Where.
    pub scope: Scope,
    /// Its name.
    pub name: String,
    /// What it is.
    pub object: Object,
    /// Dry run and output.
    pub changing: Changing,
}

const FROM_FILES: &str = "files are not read here; give the values with `--from-literal=KEY=VALUE`.";
const DEPLOYMENT: &[Flag] = &[array("image"), int("replicas").short('r'), int("port")];
const DATA: &[Flag] = &[
    array("from-literal"),
    list("from-file").refuse("manifest-file", FROM_FILES),
    list("from-env-file").refuse("manifest-file", FROM_FILES),
    switch("append-hash").refuse("not-yet", "give the name you want instead."),
    text("type").refuse("not-yet", "only secrets of the type Opaque can be created."),
];
const QUOTA: &[Flag] = &[list("hard"), list("scopes").refuse("not-yet", "only `--hard` is supported.")];
const ROLE: &[Flag] = &[list("verb"), list("resource"), list("resource-name")];
const CLUSTER_ROLE: &[Flag] = &[
    list("non-resource-url"),
    list("aggregation-rule").refuse("not-yet", "write the rules with `--verb` and `--resource`."),
];
const BINDING: &[Flag] =
    &[text("clusterrole"), text("role"), array("user"), array("group"), array("serviceaccount")];

impl Verb for Create {
    const SPECS: &'static [Spec] = &[
        Spec { name: "create namespace", flags: &[FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create deployment", flags: &[DEPLOYMENT, FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create configmap", flags: &[DATA, FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create secret", flags: &[DATA, FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create serviceaccount", flags: &[FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create quota", flags: &[QUOTA, FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create role", flags: &[ROLE, FILE, CHANGING, OUTPUT], free: false },
        Spec {
            name: "create clusterrole",
            flags: &[ROLE, CLUSTER_ROLE, FILE, CHANGING, OUTPUT],
            free: false,
        },
        Spec { name: "create rolebinding", flags: &[BINDING, FILE, CHANGING, OUTPUT], free: false },
        Spec { name: "create clusterrolebinding", flags: &[BINDING, FILE, CHANGING, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let (own, rest) = words.args.split_at(words.own().len());
        let own = if verb == "create secret" { generic(own)? } else { own };
        let [name] = own else {
            return Err(Refusal::new("missing-name", format!("`kubectl {verb}` needs exactly one name.")));
        };
        check_name(name)?;
        if verb != "create deployment" && !rest.is_empty() {
            return Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no command after `--`.")));
        }
        let object = match verb {
            "create namespace" => Object::Namespace,
            "create deployment" => Object::Deployment(Deployment::read(words, rest)?),
            "create configmap" => Object::ConfigMap(ConfigMap::read(words)?),
            "create secret" => Object::Secret(ConfigMap::read(words)?),
            "create quota" => Object::Quota(quota(words)?),
            "create role" | "create clusterrole" => {
                Object::Role(Role::read(verb == "create clusterrole", words)?)
            }
            "create rolebinding" | "create clusterrolebinding" => {
                Object::Binding(Binding::read(verb == "create clusterrolebinding", words)?)
            }
            _ => Object::ServiceAccount,
        };
        let scope = if object.namespaced() { Scope::read(words)? } else { Scope::default() };
        Ok(Self { scope, name: name.clone(), object, changing: Changing::read(words)? })
    }

    fn verb(&self) -> &'static str {
        self.object.names().0
    }

    fn scope(&self) -> Option<&Scope> {
        self.object.namespaced().then_some(&self.scope)
    }

    fn scope_mut(&mut self) -> Option<&mut Scope> {
        self.object.namespaced().then_some(&mut self.scope)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let resource = lookup(ctx.catalog, self.object.names().1)?.clone();
        let namespace = self.scope.of(&resource, ctx);
        let mut body = self.body(ctx)?;
        body["apiVersion"] = resource.api_version().into();
        body["kind"] = resource.kind.clone().into();
        body["metadata"]["name"] = self.name.clone().into();
        if let Some(namespace) = &namespace {
            body["metadata"]["namespace"] = namespace.clone().into();
        }
        let targets = Targets::Names(vec![self.name.clone()]);
        Ok(Planned::Ready(Plan {
            operations: vec![changing(
                ApiVerb::Create,
                resource,
                namespace,
                targets,
                Change::Create { body },
            )],
            show: self.changing.show("created"),
            dry_run: self.changing.is_dry(),
        }))
    }

    fn explain(&self) -> String {
        let with = match &self.object {
            Object::Namespace | Object::ServiceAccount => String::new(),
            Object::Deployment(deployment) => deployment.phrase(),
            Object::ConfigMap(data) | Object::Secret(data) => data.phrase(),
            Object::Quota(hard) => {
                let hard: Vec<String> = hard.iter().map(|(key, value)| format!("{key} to {value}")).collect();
                format!(" that limits {}", crate::select::join_and(&hard))
            }
            Object::Role(role) => role.phrase(),
            Object::Binding(binding) => binding.phrase(),
        };
        let kind = self.object.names().2;
        format!("Create {kind} {}{}{with}.{}", self.name, self.scope.phrase(), self.changing.phrase())
    }

    fn action(&self) -> String {
        format!("Create {}", self.name)
    }

    fn write(&self, line: &mut Line) {
        if matches!(self.object, Object::Secret(_)) {
            line.word("generic");
        }
        line.word(&self.name);
        self.scope.write(line);
        self.changing.write(line);
        match &self.object {
            Object::Deployment(deployment) => deployment.write(line),
            Object::ConfigMap(data) | Object::Secret(data) => data.write(line),
            Object::Quota(hard) => {
                let hard: Vec<String> = hard.iter().map(|(key, value)| format!("{key}={value}")).collect();
                line.value("--hard", Some(hard.join(",")));
            }
            Object::Role(role) => role.write(line),
            Object::Binding(binding) => binding.write(line),
            Object::Namespace | Object::ServiceAccount => {}
        }
    }

    fn changing(&self) -> Option<&Changing> {
        Some(&self.changing)
    }
}

impl Create {
    fn body(&self, ctx: &Context<'_>) -> Result<Value, Refusal> {
        Ok(match &self.object {
            Object::Namespace | Object::ServiceAccount => json!({}),
            Object::Deployment(deployment) => deployment.body(&self.name),
            Object::ConfigMap(data) => data.body("data"),
            // The API server encodes what stands in stringData.
            Object::Secret(data) => {
                let mut body = data.body("stringData");
                body["type"] = "Opaque".into();
                body
            }
            Object::Quota(hard) => {
                let hard: Map<String, Value> =
                    hard.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
                json!({"spec": {"hard": hard}})
            }
            Object::Role(role) => role.body(ctx.catalog)?,
            Object::Binding(binding) => binding.body(),
        })
    }
}

impl Object {
    /// The verb, the resource and the kind.
    fn names(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Namespace => ("create namespace", "namespaces", "Namespace"),
            Self::Deployment(_) => ("create deployment", "deployments.apps", "Deployment"),
            Self::ConfigMap(_) => ("create configmap", "configmaps", "ConfigMap"),
            Self::Secret(_) => ("create secret", "secrets", "Secret"),
            Self::ServiceAccount => ("create serviceaccount", "serviceaccounts", "ServiceAccount"),
            Self::Quota(_) => ("create quota", "resourcequotas", "ResourceQuota"),
            Self::Role(role) if role.cluster => {
                ("create clusterrole", "clusterroles.rbac.authorization.k8s.io", "ClusterRole")
            }
            Self::Role(_) => ("create role", "roles.rbac.authorization.k8s.io", "Role"),
            Self::Binding(binding) if binding.cluster => (
                "create clusterrolebinding",
                "clusterrolebindings.rbac.authorization.k8s.io",
                "ClusterRoleBinding",
            ),
            Self::Binding(_) => {
                ("create rolebinding", "rolebindings.rbac.authorization.k8s.io", "RoleBinding")
            }
        }
    }

    fn namespaced(&self) -> bool {
        match self {
            Self::Namespace => false,
            Self::Role(role) => !role.cluster,
            Self::Binding(binding) => !binding.cluster,
            _ => true,
        }
    }
}

/// `create secret generic NAME`; the other kinds of secrets need files.
fn generic(words: &[String]) -> Result<&[String], Refusal> {
    match words.split_first() {
        Some((kind, rest)) if kind == "generic" => Ok(rest),
        Some((kind, _)) if kind == "tls" || kind == "docker-registry" => Err(Refusal::new(
            "not-yet",
            format!(
                "`kubectl create secret {kind}` can't be carried out here yet; `create secret generic` can."
            ),
        )),
        _ => {
            Err(Refusal::new("missing-type", "`kubectl create secret` needs the word `generic` and a name."))
        }
    }
}

fn quota(words: &Parsed) -> Result<Vec<(String, String)>, Refusal> {
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
    Ok(hard)
}
