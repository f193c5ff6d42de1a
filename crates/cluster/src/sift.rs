//! Of the objects of an operation, those that a plan's filter is true for.

use std::collections::HashMap;

use jiff::Timestamp;
use kubechat_kubectl::filter::{Sieve, WhereError};
use kubechat_kubectl::plan::{ApiVerb, Read, Show, Targets};
use kubechat_kubectl::{ObjectRef, Operation, Plan, Resource, Where};
use serde_json::Value;

use crate::compute::is_scale;
use crate::error::Error;
use crate::read::top::unavailable;
use crate::session::Session;

/// A filter ready for the objects of one operation.
pub(crate) struct Sifter {
    filter: Where,
    sieve: Sieve,
    /// What the objects use, by namespace and name.
    usage: HashMap<(String, String), Value>,
    /// The objects are measurements themselves.
    measured: bool,
}

impl Session {
    /// The plan's filter, with the usage it asks for read; nothing where the plan has none.
    pub(crate) async fn sifter(&self, plan: &Plan, operation: &Operation) -> Result<Option<Sifter>, Error> {
        let Some(filter) = &plan.filter else { return Ok(None) };
        let measured = operation.resource.group == "metrics.k8s.io";
        let mut usage = HashMap::new();
        let same = |read: &&Operation| {
            read.resource.plural == operation.resource.plural && read.namespace == operation.namespace
        };
        let reads = plan.reads_for_filter();
        if let Some(read) = reads.iter().find(same).filter(|_| !measured) {
            for item in self.objects_of_all(read).await.map_err(unavailable)?.items {
                usage.insert(place(&item), item);
            }
        }
        let sieve = filter.sieve(Timestamp::now());
        Ok(Some(Sifter { filter: filter.clone(), sieve, usage, measured }))
    }

    /// Those targets of an operation that the plan's filter is true for, and what to say of the others.
    pub(crate) async fn sifted(
        &self,
        plan: &Plan,
        operation: &Operation,
        targets: Vec<(ObjectRef, Value)>,
    ) -> Result<(Vec<(ObjectRef, Value)>, Option<String>), Error> {
        let Some(mut sifter) = self.sifter(plan, operation).await? else { return Ok((targets, None)) };
        let mut kept = Vec::new();
        for (object, state) in targets {
            // Of a scale only the replicas are known.
            let keeps = match state["metadata"]["name"].is_null() && is_scale(operation) {
                true => {
                    let namespace = object.namespace.as_deref();
                    sifter.keeps(&self.get(&operation.resource, namespace, &object.name).await?)?
                }
                false => sifter.keeps(&state)?,
            };
            if keeps {
                kept.push((object, state));
            }
        }
        Ok((kept, sifter.note()))
    }

    /// What was read for a plan, with null for each object that the filter is not true for.
    pub(crate) async fn sifted_facts(
        &self,
        filter: &Where,
        read: &Read,
        resource: Resource,
        mut found: Vec<Value>,
    ) -> Result<Vec<Value>, Error> {
        let targets = Targets::Selected { labels: read.labels.clone(), fields: read.fields.clone() };
        let list = Operation {
            verb: ApiVerb::List,
            resource,
            subresource: None,
            namespace: read.namespace.clone(),
            targets,
            change: None,
        };
        let plan = Plan { filter: Some(filter.clone()), ..Plan::reads(vec![list], Show::Json) };
        // What has no usage can't be asked about it; the plan says so.
        let answerable = !filter.reads_metrics() || !plan.reads_for_filter().is_empty();
        if let Some(mut sifter) = self.sifter(&plan, &plan.operations[0]).await?.filter(|_| answerable) {
            for object in &mut found {
                if !sifter.keeps(object)? {
                    *object = Value::Null;
                }
            }
        }
        Ok(found)
    }
}

impl Sifter {
    pub fn keeps(&mut self, object: &Value) -> Result<bool, Error> {
        let metrics = if self.measured { Some(object) } else { self.usage.get(&place(object)) };
        self.sieve.keeps(object, metrics).map_err(|error| self.failed(&error))
    }

    /// Only those it is true for.
    pub fn keep(&mut self, items: &mut Vec<Value>, object: fn(&Value) -> &Value) -> Result<(), Error> {
        let mut failed = None;
        items.retain(|item| match self.keeps(object(item)) {
            Ok(keeps) => keeps && failed.is_none(),
            Err(error) => {
                failed.get_or_insert(error);
                false
            }
        });
        failed.map_or(Ok(()), Err)
    }

    /// Begins to count anew, for an answer that goes on.
    pub fn again(&mut self) {
        self.sieve = self.filter.sieve(Timestamp::now());
    }

    pub fn note(&self) -> Option<String> {
        self.sieve.note()
    }

    fn failed(&self, error: &WhereError) -> Error {
        Error::Expression { expression: self.filter.text().to_owned(), message: error.to_string() }
    }
}

fn place(object: &Value) -> (String, String) {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}
