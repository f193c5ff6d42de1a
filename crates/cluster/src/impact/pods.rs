//! Which pods end and which take their place, and what that means for services and budgets. Reckons, reads nothing.

use kubechat_kubectl::impact::{BudgetChange, Fate, PodChange, ServiceChange};
use serde_json::Value;

use super::selector;
use super::touch::{Effect, Touch, controller, ordinal, tolerates};

/// What becomes of one pod.
#[derive(Debug, Clone, Default)]
struct Pod<'a> {
    object: &'a Value,
    /// It ends.
    ends: bool,
    /// Another takes its place by itself.
    comes_back: bool,
    /// It ends by itself or by hand, not by a controller that has fewer replicas to keep.
    disrupted: bool,
    /// It or its successor has these labels then.
    labels: Option<Value>,
}

/// All pods that are looked at and what becomes of them.
#[derive(Debug, Default)]
pub(super) struct Pods<'a> {
    pods: Vec<Pod<'a>>,
    pub changes: Vec<PodChange>,
}

impl<'a> Pods<'a> {
    pub(super) fn new(pods: impl Iterator<Item = &'a Value>) -> Self {
        let alive = |pod: &&Value| {
            pod["metadata"]["deletionTimestamp"].is_null()
                && !matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
        };
        let pods = pods.filter(alive).map(|object| Pod { object, ..Pod::default() }).collect();
        Self { pods, changes: Vec::new() }
    }

    pub(super) fn apply(&mut self, touch: &Touch<'_>) {
        let mut own: Vec<&mut Pod<'a>> =
            self.pods.iter_mut().filter(|pod| !pod.ends && touch.has(pod.object)).collect();
        let fate = match &touch.effect {
            Effect::Scales { to, .. } => {
                // Those that are not ready go first.
                own.sort_by_key(|pod| !is_ready(pod.object));
                let keep = usize::try_from(*to).unwrap_or(usize::MAX).min(own.len());
                own.drain(own.len() - keep..);
                own.sort_by_key(|pod| is_ready(pod.object));
                Fate::Stop
            }
            Effect::Rolls { labels, at_once, partition } => {
                own.retain(|pod| *partition == 0 || ordinal(pod.object).is_none_or(|at| at >= *partition));
                for (at, pod) in own.iter_mut().enumerate() {
                    pod.labels = Some(labels.clone());
                    pod.ends = at < *at_once;
                    pod.comes_back = true;
                }
                let count = own.len();
                self.push(touch, Fate::Restart, count);
                return;
            }
            Effect::Changes { after } if touch.is("", "pods") => {
                own.iter_mut().for_each(|pod| pod.labels = Some(after["metadata"]["labels"].clone()));
                return;
            }
            Effect::Goes { .. } if touch.is("", "pods") => {
                let replaced = own.iter().any(|pod| controller(&pod.object["metadata"]).is_some());
                own.iter_mut().for_each(|pod| pod.disrupted = true);
                if replaced { Fate::Restart } else { Fate::Stop }
            }
            Effect::Goes { .. } => Fate::Stop,
            Effect::Leaves | Effect::Repels { .. } => {
                if let Effect::Repels { taints } = &touch.effect {
                    own.retain(|pod| !tolerates(pod.object, taints));
                }
                own.iter_mut().for_each(|pod| pod.disrupted = true);
                Fate::Leave
            }
            Effect::Other | Effect::Changes { .. } => return,
        };
        let comes_back = matches!(fate, Fate::Restart | Fate::Leave);
        for pod in &mut own {
            pod.ends = true;
            pod.comes_back = comes_back && controller(&pod.object["metadata"]).is_some();
        }
        let count = own.len();
        self.push(touch, fate, count);
    }

    fn push(&mut self, touch: &Touch<'_>, fate: Fate, count: usize) {
        if count > 0 {
            self.changes.push(PodChange { object: touch.object.clone(), fate, count: count as u64 });
        }
    }

    /// What is left of a service's ready endpoints, where that is less than now.
    pub(super) fn service(&self, service: &Value, touches: &[Touch<'_>]) -> Option<ServiceChange> {
        let metadata = &service["metadata"];
        let (namespace, name) = (metadata["namespace"].as_str()?, metadata["name"].as_str()?);
        let touch = touches.iter().find(|touch| {
            touch.is("", "services")
                && touch.object.name == name
                && touch.object.namespace.as_deref() == Some(namespace)
        });
        let now = &service["spec"]["selector"];
        let then = match touch.map(|touch| &touch.effect) {
            Some(Effect::Goes { .. }) => &Value::Null,
            Some(Effect::Changes { after }) => &after["spec"]["selector"],
            _ => now,
        };
        let ready: Vec<&Pod<'_>> = self
            .pods
            .iter()
            .filter(|pod| is_ready(pod.object) && pod.object["metadata"]["namespace"] == namespace)
            .collect();
        let labels = |pod: &Pod<'_>| pod.object["metadata"]["labels"].clone();
        let before = ready.iter().filter(|pod| selector::map_matches(now, &labels(pod))).count();
        let answers =
            |pod: &Pod<'_>| selector::map_matches(then, &pod.labels.clone().unwrap_or_else(|| labels(pod)));
        let left = ready.iter().filter(|pod| !pod.ends && answers(pod)).count();
        // As many as there will be once those that come back are ready.
        let later = ready.iter().filter(|pod| (!pod.ends || pod.comes_back) && answers(pod)).count();
        (left < before).then(|| ServiceChange {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ready: before as u64,
            left: left as u64,
            comes_back: if left == 0 { later > 0 } else { later >= before },
        })
    }

    /// The budget, where it would be broken. Evictions and deletions count against what it allows now; what a
    /// controller takes away only against a number of pods that it asks for in any case.
    pub(super) fn budget(&self, budget: &Value) -> Option<BudgetChange> {
        let (metadata, spec, status) = (&budget["metadata"], &budget["spec"], &budget["status"]);
        let (namespace, name) = (metadata["namespace"].as_str()?, metadata["name"].as_str()?);
        let mine = |pod: &&Pod<'_>| {
            let metadata = &pod.object["metadata"];
            metadata["namespace"] == namespace && selector::matches(&spec["selector"], &metadata["labels"])
        };
        let ready: Vec<&Pod<'_>> = self.pods.iter().filter(mine).filter(|pod| is_ready(pod.object)).collect();
        let (healthy, wanted) = (ready.len() as u64, status["desiredHealthy"].as_u64().unwrap_or_default());
        let gone = |disrupted: bool| {
            ready.iter().filter(|pod| pod.ends && (pod.disrupted || !disrupted)).count() as u64
        };
        let left = healthy - gone(false);
        let by_hand =
            gone(true) > 0 && gone(true) > status["disruptionsAllowed"].as_u64().unwrap_or_default();
        let lasting = ready.iter().any(|pod| pod.ends && !pod.comes_back && !pod.disrupted);
        let by_controller = lasting && spec["minAvailable"].as_u64().is_some_and(|least| left < least);
        (by_hand || by_controller).then(|| BudgetChange {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            healthy,
            left,
            wanted,
        })
    }
}

fn is_ready(pod: &Value) -> bool {
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions.any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}
