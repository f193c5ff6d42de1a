//! `create …`: new objects from flags.

use serde_json::{Value, json};

use crate::command::{Spec, Verb, held};
use configmap::{MORE, TYPE};
use secret::{REGISTRY, TLS};

use crate::flags::{Flag, Parsed, array, free, int, list, switch, text};
use crate::globals::{CHANGING, OUTPUT};
use crate::kinds::lookup;
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, changing, check_name};
use crate::source::Place;

mod configmap;
mod data;
mod deployment;
pub(crate) mod hashed;
mod ingress;
mod policy;
mod rbac;
mod secret;
mod service;
mod workload;

pub use configmap::ConfigMap;
pub use deployment::Deployment;
pub use ingress::Ingress;
pub use policy::{Budget, Priority, Quota};
pub use rbac::{Binding, Role};
pub use secret::Typed;
pub use service::Service;
pub use workload::Job;

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
    /// `create secret tls`, `create secret docker-registry`.
    TypedSecret(Typed),
    /// `create quota`.
    Quota(Quota),
    /// `create poddisruptionbudget`.
    Budget(Budget),
    /// `create priorityclass`.
    Priority(Priority),
    /// `create job`, `create cronjob`.
    Job(Job),
    /// `create service …`.
    Service(Service),
    /// `create ingress`.
    Ingress(Ingress),
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

const DEPLOYMENT: &[Flag] = &[list("image"), int("replicas").short('r'), int("port")];
const DATA: &[Flag] = &[array("from-literal")];
const QUOTA: &[Flag] = &[list("hard"), list("scopes")];
const BUDGET: &[Flag] = &[text("selector"), text("min-available"), text("max-unavailable")];
const PRIORITY: &[Flag] =
    &[int("value"), switch("global-default"), free("description"), text("preemption-policy")];
const JOB: &[Flag] = &[text("image"), text("from")];
const CRON_JOB: &[Flag] = &[text("image"), text("schedule"), text("restart")];
const TCP: &[Flag] = &[list("tcp")];
const CLUSTER_IP: &[Flag] = &[text("clusterip")];
const NODE_PORT: &[Flag] = &[int("node-port")];
const EXTERNAL_NAME: &[Flag] = &[text("external-name")];
const INGRESS: &[Flag] = &[array("rule"), text("class"), text("default-backend"), array("annotation")];
const ROLE: &[Flag] = &[list("verb"), list("resource"), list("resource-name")];
const CLUSTER_ROLE: &[Flag] = &[list("non-resource-url"), text("aggregation-rule")];
const BINDING: &[Flag] = &[text("clusterrole"), array("user"), array("group"), array("serviceaccount")];
const ROLE_NAME: &[Flag] = &[text("role")];

impl Verb for Create {
    const SPECS: &'static [Spec] = &[
        Spec { name: "create namespace", flags: &[CHANGING, OUTPUT], free: false },
        Spec { name: "create deployment", flags: &[DEPLOYMENT, CHANGING, OUTPUT], free: false },
        Spec { name: "create configmap", flags: &[DATA, MORE, CHANGING, OUTPUT], free: false },
        Spec { name: "create secret generic", flags: &[DATA, MORE, TYPE, CHANGING, OUTPUT], free: false },
        Spec { name: "create secret tls", flags: &[TLS, CHANGING, OUTPUT], free: false },
        Spec { name: "create secret docker-registry", flags: &[REGISTRY, CHANGING, OUTPUT], free: false },
        Spec { name: "create serviceaccount", flags: &[CHANGING, OUTPUT], free: false },
        Spec { name: "create quota", flags: &[QUOTA, CHANGING, OUTPUT], free: false },
        Spec { name: "create poddisruptionbudget", flags: &[BUDGET, CHANGING, OUTPUT], free: false },
        Spec { name: "create priorityclass", flags: &[PRIORITY, CHANGING, OUTPUT], free: false },
        Spec { name: "create job", flags: &[JOB, CHANGING, OUTPUT], free: false },
        Spec { name: "create cronjob", flags: &[CRON_JOB, CHANGING, OUTPUT], free: false },
        Spec { name: "create service clusterip", flags: &[TCP, CLUSTER_IP, CHANGING, OUTPUT], free: false },
        Spec { name: "create service nodeport", flags: &[TCP, NODE_PORT, CHANGING, OUTPUT], free: false },
        Spec { name: "create service loadbalancer", flags: &[TCP, CHANGING, OUTPUT], free: false },
        Spec {
            name: "create service externalname",
            flags: &[TCP, EXTERNAL_NAME, CHANGING, OUTPUT],
            free: false,
        },
        Spec { name: "create ingress", flags: &[INGRESS, CHANGING, OUTPUT], free: false },
        Spec { name: "create role", flags: &[ROLE, CHANGING, OUTPUT], free: false },
        Spec { name: "create clusterrole", flags: &[ROLE, CLUSTER_ROLE, CHANGING, OUTPUT], free: false },
        Spec { name: "create rolebinding", flags: &[BINDING, ROLE_NAME, CHANGING, OUTPUT], free: false },
        Spec { name: "create clusterrolebinding", flags: &[BINDING, CHANGING, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let (own, rest) = words.args.split_at(words.own().len());
        let [name] = own else {
            return Err(Refusal::new("missing-name", format!("`kubectl {verb}` needs exactly one name.")));
        };
        check_name(name)?;
        let runs = matches!(verb, "create deployment" | "create job" | "create cronjob");
        if !runs && !rest.is_empty() {
            return Err(Refusal::new("bad-target", format!("`kubectl {verb}` takes no command after `--`.")));
        }
        let object = match verb {
            "create namespace" => Object::Namespace,
            "create deployment" => Object::Deployment(Deployment::read(words, rest)?),
            "create configmap" => Object::ConfigMap(ConfigMap::read(words)?),
            "create secret generic" => Object::Secret(ConfigMap::read(words)?),
            "create secret tls" => Object::TypedSecret(Typed::read(true, words)?),
            "create secret docker-registry" => Object::TypedSecret(Typed::read(false, words)?),
            "create quota" => Object::Quota(Quota::read(words)?),
            "create poddisruptionbudget" => Object::Budget(Budget::read(words)?),
            "create priorityclass" => Object::Priority(Priority::read(words)?),
            "create job" => Object::Job(Job::read(false, words, rest)?),
            "create cronjob" => Object::Job(Job::read(true, words, rest)?),
            "create ingress" => Object::Ingress(Ingress::read(words)?),
            _ if verb.starts_with("create service ") => Object::Service(Service::read(verb, words)?),
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

    fn normalise(&mut self, catalog: &crate::Catalog) {
        match &mut self.object {
            Object::ConfigMap(data) | Object::Secret(data) => data.sort(),
            Object::TypedSecret(typed) => typed.options.sort(),
            Object::Quota(quota) => quota.sort(),
            Object::Budget(budget) => budget.sort(),
            Object::Ingress(ingress) => ingress.sort(),
            Object::Role(role) => role.normalise(catalog),
            Object::Binding(binding) => binding.sort(),
            _ => {}
        }
    }

    fn files(&self) -> Vec<Place> {
        match &self.object {
            Object::ConfigMap(data) | Object::Secret(data) => data.files(),
            Object::TypedSecret(typed) => typed.files(),
            _ => Vec::new(),
        }
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let resource = lookup(ctx.catalog, self.object.names().1)?.clone();
        let namespace = self.scope.of(&resource, ctx);
        if let Object::Job(job) = &self.object {
            let missing = job.missing(ctx, &self.scope)?;
            if !missing.is_empty() {
                return Ok(Planned::Need(missing));
            }
        }
        let mut body = self.body(ctx)?;
        let name = if self.object.hashed() {
            format!("{}-{}", self.name, hashed::suffix(&resource.kind, &self.name, &body))
        } else {
            self.name.clone()
        };
        body["apiVersion"] = resource.api_version().into();
        body["kind"] = resource.kind.clone().into();
        body["metadata"]["name"] = name.clone().into();
        if let Some(namespace) = &namespace {
            body["metadata"]["namespace"] = namespace.clone().into();
        }
        let body = self.changing.saved(body);
        let targets = Targets::Names(vec![name]);
        Ok(Planned::Ready(Plan::changes(
            vec![changing(ApiVerb::Create, resource, namespace, targets, Change::Create { body })],
            self.changing.show("created"),
            self.changing.is_dry(),
        )))
    }

    fn explain(&self) -> String {
        let with = match &self.object {
            Object::Namespace | Object::ServiceAccount => String::new(),
            Object::Deployment(deployment) => deployment.phrase(),
            Object::ConfigMap(data) | Object::Secret(data) => data.phrase(),
            Object::TypedSecret(typed) => typed.phrase(),
            Object::Quota(quota) => quota.phrase(),
            Object::Budget(budget) => budget.phrase(),
            Object::Priority(priority) => priority.phrase(),
            Object::Job(job) => job.phrase(),
            Object::Service(service) => service.phrase(),
            Object::Ingress(ingress) => ingress.phrase(),
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
        line.word(&self.name);
        self.scope.write(line);
        self.changing.write(line);
        match &self.object {
            Object::Deployment(deployment) => deployment.write(line),
            Object::ConfigMap(data) | Object::Secret(data) => data.write(line),
            Object::TypedSecret(typed) => typed.write(line),
            Object::Quota(quota) => quota.write(line),
            Object::Budget(budget) => budget.write(line),
            Object::Priority(priority) => priority.write(line),
            Object::Job(job) => job.write(line),
            Object::Service(service) => service.write(line),
            Object::Ingress(ingress) => ingress.write(line),
            Object::Role(role) => role.write(line),
            Object::Binding(binding) => binding.write(line),
            Object::Namespace | Object::ServiceAccount => {}
        }
    }

    held!(changing);
}

impl Create {
    fn body(&self, ctx: &Context<'_>) -> Result<Value, Refusal> {
        Ok(match &self.object {
            Object::Namespace | Object::ServiceAccount => json!({}),
            Object::Deployment(deployment) => deployment.body(&self.name),
            Object::ConfigMap(data) => data.config_map(ctx)?,
            Object::Secret(data) => data.secret(ctx)?,
            Object::TypedSecret(typed) => typed.body(ctx)?,
            Object::Quota(quota) => quota.body(),
            Object::Budget(budget) => budget.body(),
            Object::Priority(priority) => priority.body(),
            Object::Job(job) => job.body(&self.name, ctx, &self.scope)?,
            Object::Service(service) => service.body(&self.name)?,
            Object::Ingress(ingress) => ingress.body()?,
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
            Self::Secret(_) => ("create secret generic", "secrets", "Secret"),
            Self::TypedSecret(typed) if typed.tls => ("create secret tls", "secrets", "Secret"),
            Self::TypedSecret(_) => ("create secret docker-registry", "secrets", "Secret"),
            Self::Budget(_) => {
                ("create poddisruptionbudget", "poddisruptionbudgets.policy", "PodDisruptionBudget")
            }
            Self::Priority(_) => {
                ("create priorityclass", "priorityclasses.scheduling.k8s.io", "PriorityClass")
            }
            Self::Job(job) if job.schedule.is_some() => ("create cronjob", "cronjobs.batch", "CronJob"),
            Self::Job(_) => ("create job", "jobs.batch", "Job"),
            Self::Service(service) => (service.verb(), "services", "Service"),
            Self::Ingress(_) => ("create ingress", "ingresses.networking.k8s.io", "Ingress"),
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

    /// Whether its name ends with a hash of what it holds.
    fn hashed(&self) -> bool {
        match self {
            Self::ConfigMap(data) | Self::Secret(data) => data.options.on("append-hash"),
            Self::TypedSecret(typed) => typed.options.on("append-hash"),
            _ => false,
        }
    }

    fn namespaced(&self) -> bool {
        match self {
            Self::Namespace | Self::Priority(_) => false,
            Self::Role(role) => !role.cluster,
            Self::Binding(binding) => !binding.cluster,
            _ => true,
        }
    }
}
