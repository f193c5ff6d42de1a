//! A plan for the objects alone that a filter is true for.

use super::{ApiVerb, Change, Operation, Plan, Show, Targets};
use crate::catalog::Resource;
use crate::filter::Where;
use crate::refusal::Refusal;

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
