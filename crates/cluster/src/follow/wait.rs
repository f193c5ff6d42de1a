//! `wait`: one watch for all objects of an operation, until each has got where it is waited for.

use std::collections::BTreeMap;
use std::time::Duration;

use kubechat_kubectl::go::sprint;
use kubechat_kubectl::jsonpath::JsonPath;
use kubechat_kubectl::plan::{ApiVerb, Show, Targets, Until, has_condition};
use kubechat_kubectl::{Operation, Plan};
use serde_json::Value;
use tokio::time::Instant;

use super::{Out, collection_of, send, version_of};
use crate::answer::Chunk;
use crate::client::backoff;
use crate::error::Error;
use crate::read::objects::{plan_tidy, print, wrong as wrong_path};
use crate::read::table::qualified;
use crate::session::Session;

/// Namespace and name.
type Key = (String, String);

/// What is known of one object that is waited for.
#[derive(Debug, Default)]
struct Waiting {
    /// How many of the conditions it has met.
    stage: usize,
    uid: Option<String>,
    /// Seen at least once.
    seen: bool,
}

/// The waiting for the objects of one operation.
struct Vigil<'a> {
    operation: &'a Operation,
    until: &'a [Until],
    paths: Vec<Option<JsonPath>>,
    print: Option<&'a Show>,
    plan: &'a Plan,
    timeout: Duration,
    /// Objects that are not there yet, in both senses.
    pending: BTreeMap<Key, Waiting>,
    /// Objects that will never get there, and why.
    lost: Vec<String>,
    /// Nothing matched the selection so far, and something is to come.
    nothing_yet: bool,
}

impl Session {
    pub(super) async fn wait(&self, plan: &Plan, out: &Out) -> Result<(), Error> {
        let Show::Wait { until, timeout_seconds, print } = &plan.show else {
            return Err(Error::Unsupported { message: "this plan waits for nothing".to_owned() });
        };
        let timeout = Duration::from_secs(u64::try_from(*timeout_seconds).unwrap_or_default());
        let waits =
            plan.operations.iter().filter(|operation| operation.verb != ApiVerb::Watch).map(|operation| {
                let vigil = Vigil::new(operation, until, (plan, print.as_deref()), timeout);
                Box::pin(async move { self.keep(vigil?, out).await })
            });
        let left: Vec<String> = futures::future::try_join_all(waits).await?.into_iter().flatten().collect();
        if left.is_empty() { Ok(()) } else { Err(Error::Unmet { left }) }
    }

    /// Waits for the objects of one operation; those that did not get there, and why.
    async fn keep(&self, mut vigil: Vigil<'_>, out: &Out) -> Result<Vec<String>, Error> {
        let deadline = Instant::now() + vigil.timeout;
        if vigil.timeout.is_zero() {
            self.look(&mut vigil, true, out).await?;
        } else {
            match tokio::time::timeout_at(deadline, self.watch_for(&mut vigil, out)).await {
                Ok(ended) => ended?,
                Err(_) => tracing::debug!("the time to wait is over"),
            }
        }
        Ok(vigil.left())
    }

    async fn watch_for(&self, vigil: &mut Vigil<'_>, out: &Out) -> Result<(), Error> {
        let list = collection_of(vigil.operation);
        let mut first = true;
        loop {
            let mut version = self.look(vigil, first, out).await?;
            first = false;
            while !vigil.is_over() {
                let mut events = self.watch(&list, &version, crate::client::JSON, "Metadata").await?;
                let seen = version.clone();
                while let Some(event) = events.next().await? {
                    version_of(&event, &mut version);
                    match event["type"].as_str() {
                        Some("BOOKMARK") => {}
                        // It may only have left the selection.
                        Some("DELETED") => self.check_gone(vigil, key(&event["object"]), out).await?,
                        _ => vigil.advance(&event["object"], out).await?,
                    }
                    if vigil.is_over() {
                        return Ok(());
                    }
                }
                if events.expired {
                    break;
                }
                if seen == version {
                    tokio::time::sleep(backoff(1)).await;
                }
            }
            if vigil.is_over() {
                return Ok(());
            }
        }
    }

    /// Reads all objects once; the version from which a watch goes on.
    async fn look(&self, vigil: &mut Vigil<'_>, first: bool, out: &Out) -> Result<String, Error> {
        let operation = vigil.operation;
        let list = collection_of(operation);
        let (labels, fields) = match &list.targets {
            Targets::Selected { labels, fields } => (labels.clone(), fields.clone()),
            Targets::Names(_) => (None, None),
        };
        let namespace = operation.namespace.as_deref();
        let listed = self.list(&operation.resource, namespace, labels.as_deref(), fields.as_deref()).await?;
        if first && matches!(operation.targets, Targets::Selected { .. }) {
            vigil.begin(listed.items.iter().map(key))?;
        }
        let there: Vec<Key> = listed.items.iter().map(key).collect();
        for item in &listed.items {
            vigil.advance(item, out).await?;
        }
        let absent: Vec<Key> = vigil.pending.keys().filter(|key| !there.contains(key)).cloned().collect();
        for key in absent {
            self.check_gone(vigil, key, out).await?;
        }
        Ok(listed.resource_version)
    }

    /// An object is not in what is watched: gone, or only out of the selection.
    async fn check_gone(&self, vigil: &mut Vigil<'_>, key: Key, out: &Out) -> Result<(), Error> {
        if !vigil.pending.contains_key(&key) {
            return Ok(());
        }
        let namespace = Some(key.0.as_str()).filter(|namespace| !namespace.is_empty());
        match self.get(&vigil.operation.resource, namespace, &key.1).await {
            Ok(object) => vigil.advance(&object, out).await,
            Err(error) if error.is_not_found() => {
                let never_seen = vigil.pending.get(&key).is_some_and(|waiting| !waiting.seen);
                if never_seen && !vigil.waits_for_nothing_less(&key) {
                    let error = self.with_near_names(error, &vigil.operation.resource).await;
                    vigil.pending.remove(&key);
                    vigil.lost.push(error.to_string().trim_end_matches('.').to_owned());
                    return Ok(());
                }
                vigil.gone(key, out).await
            }
            Err(error) => Err(error),
        }
    }
}

impl<'a> Vigil<'a> {
    fn new(
        operation: &'a Operation,
        until: &'a [Until],
        (plan, print): (&'a Plan, Option<&'a Show>),
        timeout: Duration,
    ) -> Result<Self, Error> {
        let path = |until: &Until| match until {
            Until::JsonPath { path, .. } => {
                JsonPath::parse(path).map(Some).map_err(|reason| wrong_path(path, reason))
            }
            _ => Ok(None),
        };
        let namespace = operation.namespace.clone().unwrap_or_default();
        let pending = match &operation.targets {
            Targets::Names(names) => {
                names.iter().map(|name| ((namespace.clone(), name.clone()), Waiting::default())).collect()
            }
            Targets::Selected { .. } => BTreeMap::new(),
        };
        Ok(Self {
            operation,
            until,
            paths: until.iter().map(path).collect::<Result<_, _>>()?,
            print,
            plan,
            timeout,
            pending,
            lost: Vec::new(),
            nothing_yet: false,
        })
    }

    /// What the selection finds at first is what is waited for.
    fn begin(&mut self, found: impl Iterator<Item = Key>) -> Result<(), Error> {
        self.pending = found.map(|key| (key, Waiting::default())).collect();
        if self.pending.is_empty() {
            match self.until.first() {
                Some(Until::Created) => self.nothing_yet = true,
                Some(Until::Deleted) => {}
                _ => {
                    let message = format!("no {} match the selection", self.operation.resource.plural);
                    return Err(Error::Invalid { message });
                }
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.pending.is_empty() && !self.nothing_yet
    }

    /// Whether an object that was never there is no mistake.
    fn waits_for_nothing_less(&self, key: &Key) -> bool {
        let stage = self.pending.get(key).map_or(0, |waiting| waiting.stage);
        matches!(self.until.get(stage), Some(Until::Created | Until::Deleted))
    }

    /// Looks at the object as it is now.
    async fn advance(&mut self, object: &Value, out: &Out) -> Result<(), Error> {
        let key = key(object);
        if std::mem::take(&mut self.nothing_yet) {
            self.pending.insert(key.clone(), Waiting::default());
        }
        let Some(mut waiting) = self.pending.remove(&key) else { return Ok(()) };
        let uid = object["metadata"]["uid"].as_str();
        let another = waiting.uid.as_deref().is_some_and(|known| Some(known) != uid);
        waiting.seen = true;
        while let Some(until) = self.until.get(waiting.stage) {
            let met = match until {
                Until::Created => true,
                Until::Deleted => another,
                Until::Condition { name, value } => has_condition(object, name, value),
                Until::JsonPath { value, .. } => self.finds(waiting.stage, object, value.as_deref())?,
            };
            if !met {
                waiting.uid = uid.map(str::to_owned);
                self.pending.insert(key, waiting);
                return Ok(());
            }
            waiting.stage += 1;
        }
        self.tell(&key.1, Some(object), out).await
    }

    fn finds(&self, stage: usize, object: &Value, wanted: Option<&str>) -> Result<bool, Error> {
        let Some(Some(path)) = self.paths.get(stage) else { return Ok(false) };
        let wrong = |message: &str| Err(Error::Invalid { message: message.to_owned() });
        // An element behind the end of a list may still come.
        match (path.all(object).unwrap_or_default().as_slice(), wanted) {
            ([], _) => Ok(false),
            ([_, _, ..], _) => wrong("the path of --for=jsonpath finds more than one value"),
            ([_], None) => Ok(true),
            ([Value::Object(_) | Value::Array(_)], _) => {
                wrong("the path of --for=jsonpath finds a map or a list, which has no value to compare")
            }
            ([found], Some(wanted)) => Ok(sprint(found).trim() == wanted.trim()),
        }
    }

    async fn gone(&mut self, key: Key, out: &Out) -> Result<(), Error> {
        let Some(mut waiting) = self.pending.remove(&key) else { return Ok(()) };
        match self.until.get(waiting.stage) {
            Some(Until::Created) => {
                self.pending.insert(key, waiting);
            }
            Some(Until::Deleted) => {
                waiting.stage += 1;
                if waiting.stage == self.until.len() {
                    return self.tell(&key.1, None, out).await;
                }
                self.lost.push(format!("{} is gone", self.name(&key)));
            }
            _ => self.lost.push(format!("{} was deleted while it was waited for", self.name(&key))),
        }
        Ok(())
    }

    async fn tell(&self, name: &str, object: Option<&Value>, out: &Out) -> Result<(), Error> {
        let label = qualified(&self.operation.resource, name);
        let line = match (self.print, object) {
            (None, _) => format!("{label} condition met"),
            (Some(Show::Name), _) | (Some(_), None) => label,
            (Some(show), Some(object)) => print(show, &plan_tidy(self.plan, object.clone()))?,
        };
        send(out, Chunk::Event(line)).await
    }

    fn name(&self, (namespace, name): &Key) -> String {
        let label = qualified(&self.operation.resource, name);
        match namespace.as_str() {
            "" => label,
            namespace => format!("{label} in namespace {namespace}"),
        }
    }

    /// What did not get there in time, and what never will.
    fn left(self) -> Vec<String> {
        let reason = |waiting: &Waiting| {
            let until = self.until.get(waiting.stage).map(ToString::to_string).unwrap_or_default();
            match self.timeout.as_secs() {
                0 => format!("has not reached {until}"),
                seconds => format!("did not reach {until} within {seconds} s"),
            }
        };
        let late =
            self.pending.iter().map(|(key, waiting)| format!("{} {}", self.name(key), reason(waiting)));
        let mut left: Vec<String> = late.collect();
        if self.nothing_yet {
            left.push(format!("no {} have come to match the selection", self.operation.resource.plural));
        }
        left.extend(self.lost);
        left
    }
}

fn key(object: &Value) -> Key {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}
