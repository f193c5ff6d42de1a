//! `expose`: a Service in front of a workload, a pod or another Service.

use serde_json::{Map, Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::facts::{self, name_of};
use crate::flags::{Flag, Parsed, free, text};
use crate::globals::{DRY_RUN, FILE, MANAGER, OUTPUT, RECORD, SAVE};
use crate::kinds::lookup;
use crate::line::Line;
use crate::options::Options;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection, changing, check_labels, check_name, terms};
use crate::verbs::run::overridden;

/// `kubectl expose`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expose {
    /// Where.
    pub scope: Scope,
    /// What is exposed.
    pub selection: Selection,
    /// `--port`, `--name`, `--type` and so on.
    pub options: Options,
    /// Dry run and output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[
    text("port"),
    text("target-port"),
    text("name"),
    text("type").default("ClusterIP"),
    text("protocol"),
    text("selector"),
    text("labels").short('l'),
    text("cluster-ip"),
    text("external-ip"),
    text("load-balancer-ip"),
    text("session-affinity"),
    free("overrides"),
    text("override-type").default("merge"),
];
const TYPES: &[&str] = &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];

impl Verb for Expose {
    const SPECS: &'static [Spec] = &[Spec {
        name: "expose",
        flags: &[FLAGS, FILE, DRY_RUN, MANAGER, SAVE, RECORD, OUTPUT],
        free: false,
    }];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        // `--selector` is the new Service's, not a choice of objects.
        let mut selection = Selection::read_named(&words.args, words)?;
        selection = selection.chosen(verb)?;
        let options = Options::read(words, &[FLAGS]);
        if let Some(port) = options.get("port") {
            port.split(',').try_for_each(|port| number(port).map(|_| ()))?;
        }
        if let Some(other) = options.get("type").filter(|kind| !TYPES.contains(kind)) {
            return Err(Refusal::new(
                "bad-value",
                format!("`--type` takes ClusterIP, NodePort, LoadBalancer or ExternalName, not `{other}`."),
            ));
        }
        for labels in ["selector", "labels"].into_iter().filter_map(|long| options.get(long)) {
            check_labels(labels)?;
        }
        options.get("name").map_or(Ok(()), check_name)?;
        Ok(Self { scope: Scope::read(words)?, selection, options, changing: Changing::read(words)? })
    }

    held!(scope, selection);

    fn normalise(&mut self, _: &crate::Catalog) {
        self.options.sort();
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        let objects = match facts::facts(ctx, &found, &self.scope)? {
            Ok(objects) => objects,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        let services = lookup(ctx.catalog, "services")?.clone();
        let mut operations = Vec::new();
        for (resource, values) in objects {
            for object in &values {
                let namespace = self.scope.of(&services, ctx);
                let name = self.options.get("name").unwrap_or_else(|| shortened(name_of(object))).to_owned();
                let mut body = self.body(&resource, object)?;
                body["metadata"]["name"] = json!(name);
                body["metadata"]["namespace"] = json!(namespace);
                let body = overridden(&self.options, body)?;
                let name = name_of(&body).to_owned();
                let targets = Targets::Names(vec![name]);
                let change = Change::Create { body: self.changing.saved(body) };
                operations.push(changing(ApiVerb::Create, services.clone(), namespace, targets, change));
            }
        }
        Ok(Planned::Ready(Plan::changes(operations, self.changing.show("exposed"), self.changing.is_dry())))
    }

    fn explain(&self) -> String {
        let kind = self.options.get("type").map(|kind| format!(" of type {kind}")).unwrap_or_default();
        let port = self.options.get("port").map(|port| format!(" on port {port}")).unwrap_or_default();
        let what = self.selection.phrase();
        format!("Expose {what}{} as a Service{kind}{port}.{}", self.scope.phrase(), self.changing.phrase())
    }

    fn action(&self) -> String {
        format!("Expose {}", self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write(line);
        self.scope.write(line);
        self.options.write(line);
        self.changing.write(line);
    }

    held!(changing);
}

impl Expose {
    fn body(&self, resource: &Resource, object: &Value) -> Result<Value, Refusal> {
        let selector = match self.options.get("selector") {
            Some(text) => pairs_of(text)?,
            None => selector_map(resource, object)?,
        };
        let labels = match self.options.get("labels") {
            Some(text) => pairs_of(text)?.into(),
            None => object.pointer("/metadata/labels").cloned().unwrap_or_else(|| json!({})),
        };
        let mut spec = json!({"selector": selector, "ports": self.ports(resource, object)?});
        for (long, field) in
            [("type", "type"), ("cluster-ip", "clusterIP"), ("session-affinity", "sessionAffinity")]
        {
            if let Some(value) = self.options.get(long) {
                spec[field] = json!(value);
            }
        }
        if let Some(address) = self.options.get("external-ip") {
            spec["externalIPs"] = json!([address]);
        }
        if let Some(address) = self.options.get("load-balancer-ip").filter(|_| spec["type"] == "LoadBalancer")
        {
            spec["loadBalancerIP"] = json!(address);
        }
        let mut body = json!({"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": spec});
        if labels.as_object().is_some_and(|labels| !labels.is_empty()) {
            body["metadata"]["labels"] = labels;
        }
        Ok(body)
    }

    fn ports(&self, resource: &Resource, object: &Value) -> Result<Vec<Value>, Refusal> {
        let known = container_ports(resource, object);
        let own = self.options.get("protocol");
        let target = |port: i64| match self.options.get("target-port") {
            Some(text) => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
            None => json!(port),
        };
        let mut wanted: Vec<(i64, String)> = Vec::new();
        match self.options.get("port") {
            Some(text) => {
                for port in text.split(',') {
                    let port = number(port)?;
                    let protocol = known.iter().find(|(known, _)| *known == port);
                    wanted.push((
                        port,
                        protocol.map_or_else(|| "TCP".to_owned(), |(_, protocol)| protocol.clone()),
                    ));
                }
            }
            None => wanted = known,
        }
        if wanted.is_empty() && self.options.get("cluster-ip") != Some("None") {
            return Err(Refusal::new(
                "missing-value",
                format!("{} {} says no ports; give one with `--port`.", resource.kind, name_of(object)),
            ));
        }
        let several = wanted.len() > 1;
        let port = |(at, (port, protocol)): (usize, (i64, String))| {
            let protocol = own.unwrap_or(&protocol);
            let mut entry = json!({"port": port, "protocol": protocol, "targetPort": target(port)});
            if several {
                entry["name"] = json!(format!("port-{}", at + 1));
            }
            entry
        };
        Ok(wanted.into_iter().enumerate().map(port).collect())
    }
}

/// A Service's name has at most 63 characters.
fn shortened(name: &str) -> &str {
    name.get(..63).unwrap_or(name)
}

fn number(text: &str) -> Result<i64, Refusal> {
    text.parse::<i64>().ok().filter(|port| (1..=65535).contains(port)).ok_or_else(|| {
        Refusal::new("bad-value", format!("`--port` takes numbers from 1 to 65535, not `{text}`."))
    })
}

fn pairs_of(text: &str) -> Result<Map<String, Value>, Refusal> {
    let pair = |term: &str| {
        let (key, value) =
            term.trim().split_once('=').filter(|_| !term.contains("!=") && !term.contains('('))?;
        Some((key.to_owned(), json!(value.trim_start_matches('='))))
    };
    terms(text)
        .into_iter()
        .map(|term| {
            pair(term).ok_or_else(|| Refusal::new("bad-value", format!("`{term}` is not KEY=VALUE.")))
        })
        .collect()
}

/// The labels that the pods behind the object have.
fn selector_map(resource: &Resource, object: &Value) -> Result<Map<String, Value>, Refusal> {
    let pointer = match resource.kind.as_str() {
        "Pod" => "/metadata/labels",
        "Service" | "ReplicationController" => "/spec/selector",
        "Deployment" | "ReplicaSet" => "/spec/selector/matchLabels",
        other => {
            return Err(Refusal::new(
                "unsupported",
                format!(
                    "A {other} can't be exposed; expose a Deployment, ReplicaSet, ReplicationController, Service or Pod."
                ),
            ));
        }
    };
    let expressions = object.pointer("/spec/selector/matchExpressions").and_then(Value::as_array);
    let labels = object.pointer(pointer).and_then(Value::as_object).filter(|labels| !labels.is_empty());
    match labels.filter(|_| expressions.is_none_or(Vec::is_empty)) {
        Some(labels) => Ok(labels.clone()),
        None => Err(Refusal::new(
            "missing-value",
            format!(
                "No labels can be taken from {} {}; give them with `--selector`.",
                resource.kind,
                name_of(object)
            ),
        )),
    }
}

/// Ports and protocols that the object itself names.
fn container_ports(resource: &Resource, object: &Value) -> Vec<(i64, String)> {
    let entry = |port: &Value, field: &str| {
        Some((
            port.get(field)?.as_i64()?,
            port.get("protocol").and_then(Value::as_str).unwrap_or("TCP").to_owned(),
        ))
    };
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    if resource.kind == "Service" {
        return list(object.pointer("/spec/ports")).iter().filter_map(|port| entry(port, "port")).collect();
    }
    let pointer = if resource.kind == "Pod" { "/spec/containers" } else { "/spec/template/spec/containers" };
    list(object.pointer(pointer))
        .iter()
        .flat_map(|container| list(container.get("ports")))
        .filter_map(|port| entry(&port, "containerPort"))
        .collect()
}
