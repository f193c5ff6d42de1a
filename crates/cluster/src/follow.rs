//! Answers that go on: logs, tables and rollouts that are followed.

use std::collections::HashMap;
use std::time::Duration;

use futures::Stream;
use http_body_util::BodyExt;
use kube::client::Body;
use kubechat_kubectl::plan::{ApiVerb, LogOptions, Show, Targets, Watching};
use kubechat_kubectl::{ObjectRef, Operation, Plan};
use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::answer::{Chunk, Column, Section};
use crate::client::{Call, backoff};
use crate::error::Error;
use crate::path;
use crate::read::logs::Source;
use crate::read::rollout::{status, workloads};
use crate::read::table::{ACCEPT, Layout, Raw, section};
use crate::session::{Session, subject};
use crate::sift::Sifter;

mod wait;

/// Chunks that may wait for a slow reader; the server waits with them.
const WAITING: usize = 64;
/// A line or event above this is refused.
const MAX_LINE: usize = 8 << 20;
/// Rows of a table that is followed: each is told once and then only when it changes.
const MAX_ROWS: usize = 20_000;
/// A follower of more containers than this would hold too many connections.
const MAX_SOURCES: usize = 20;

type Out = Sender<Result<Chunk, Error>>;

impl Session {
    /// Follows a plan until it ends or the stream is dropped.
    pub fn follow(&self, plan: &Plan) -> impl Stream<Item = Result<Chunk, Error>> + Send + Unpin + use<> {
        let (out, receiver) = channel(WAITING);
        let (session, plan) = (self.within(plan.request_timeout), plan.clone());
        tokio::spawn(async move {
            let dropped = out.clone();
            tokio::select! {
                ended = session.run_within(&plan, &out) => {
                    if let Err(error) = ended {
                        // Nobody reads any more when this fails.
                        let _ = out.send(Err(error)).await;
                    }
                }
                () = dropped.closed() => {}
            }
        });
        Chunks(receiver)
    }

    /// A stream is one answer, so that what is said of an answer's time holds for all of it.
    async fn run_within(&self, plan: &Plan, out: &Out) -> Result<(), Error> {
        let one_answer = matches!(plan.show, Show::Logs(_) | Show::Table { .. } | Show::Events { .. });
        match plan.request_timeout.filter(|_| one_answer) {
            Some(limit) => tokio::time::timeout(limit, self.run(plan, out))
                .await
                .unwrap_or_else(|_| Err(self.http().timed_out())),
            None => self.run(plan, out).await,
        }
    }

    async fn run(&self, plan: &Plan, out: &Out) -> Result<(), Error> {
        match &plan.show {
            Show::Logs(options) => Box::pin(self.follow_logs(plan, options, out)).await,
            Show::RolloutStatus { timeout, .. } => {
                let followed = Box::pin(self.follow_rollouts(plan, out));
                let Some(seconds) = timeout else { return followed.await };
                let limit = Duration::from_secs(u64::try_from(*seconds).unwrap_or_default());
                tokio::time::timeout(limit, followed).await.unwrap_or_else(|_| {
                    let left = vec![format!("The rollout has not ended within {seconds} s, and goes on")];
                    Err(Error::Unmet { left })
                })
            }
            Show::Table { .. } | Show::Events { .. } => Box::pin(self.follow_tables(plan, out)).await,
            Show::Wait { .. } => Box::pin(self.wait(plan, out)).await,
            _ => Err(Error::Unsupported {
                message: "only logs, tables, events, rollouts and waiting can be followed".to_owned(),
            }),
        }
    }

    async fn follow_logs(&self, plan: &Plan, options: &LogOptions, out: &Out) -> Result<(), Error> {
        let sources = self.log_sources(plan, options).await?;
        let asked = options.max_requests.and_then(|most| usize::try_from(most).ok());
        let most = asked.unwrap_or(MAX_SOURCES).min(MAX_SOURCES);
        if sources.all.len() > most {
            let message =
                format!("{} containers match; at most {most} can be followed at once", sources.all.len());
            return Err(Error::Unsupported { message });
        }
        for note in sources.notes {
            send(out, Chunk::Event(note)).await?;
        }
        let prefix = options.prefix || sources.all.len() > 1;
        let follows = sources.all.iter().map(|source| {
            Box::pin(async move {
                match self.follow_log(source, options, prefix, out).await {
                    Err(error) if options.ignore_errors => {
                        send(out, Chunk::Event(format!("{}{error}", source.prefix()))).await
                    }
                    ended => ended,
                }
            })
        });
        futures::future::try_join_all(follows).await.map(|_| ())
    }

    async fn follow_log(
        &self,
        source: &Source,
        options: &LogOptions,
        prefix: bool,
        out: &Out,
    ) -> Result<(), Error> {
        let response = self.http().open(&self.caller, &source.call(options, true)?).await?;
        let mut lines = Lines::of(response.into_body());
        while let Some(batch) = lines.next().await? {
            let batch = match prefix {
                true => batch.into_iter().map(|line| format!("{}{line}", source.prefix())).collect(),
                false => batch,
            };
            send(out, Chunk::Lines(batch)).await?;
        }
        Ok(())
    }

    async fn follow_tables(&self, plan: &Plan, out: &Out) -> Result<(), Error> {
        let watched: Vec<&Operation> =
            plan.operations.iter().filter(|operation| operation.verb == ApiVerb::Watch).collect();
        let watched = if watched.is_empty() { plan.operations.iter().collect() } else { watched };
        let follows = watched.into_iter().map(|operation| Box::pin(self.follow_table(plan, operation, out)));
        futures::future::try_join_all(follows).await.map(|_| ())
    }

    async fn follow_table(&self, plan: &Plan, operation: &Operation, out: &Out) -> Result<(), Error> {
        if matches!(&operation.targets, Targets::Names(names) if names.len() != 1) {
            let message = "only one named object, or a selection, can be followed".to_owned();
            return Err(Error::Unsupported { message });
        }
        let layout = Layout::of(plan);
        let told = match &plan.show {
            Show::Table { watch, .. } => *watch,
            _ => Watching::default(),
        };
        let mut first = true;
        let list = collection_of(operation);
        let mut columns = Vec::new();
        let include = if plan.filter.is_some() { "Object" } else { "Metadata" };
        let mut shown: HashMap<String, ObjectRef> = HashMap::new();
        loop {
            let mut sifter = self.sifter(plan, operation).await?;
            let mut raw = self.table(plan, &list, plan.filter.is_some(), MAX_ROWS).await?;
            let cut = cut(&operation.resource.plural, &raw);
            raw.sift(sifter.as_mut())?;
            let mut version = raw.resource_version.clone();
            columns.clone_from(&raw.columns);
            let listed = section(&operation.resource, raw, &layout)?;
            // What went while nobody watched is missing in a list that is read again.
            let mut missing = std::mem::take(&mut shown);
            note(&listed, &mut shown);
            missing.retain(|uid, _| !shown.contains_key(uid));
            for object in missing.into_values() {
                send(out, gone(operation, object)).await?;
            }
            // Also when there is none: who follows knows then that the list has been read.
            if !(told.only && first) {
                send(out, Chunk::Rows(marked(listed, plan, told, "ADDED"))).await?;
                if let Some(cut) = cut {
                    send(out, cut).await?;
                }
            }
            first = false;
            loop {
                let mut events = self.watch(&list, &version, ACCEPT, include).await?;
                let seen = version.clone();
                while let Some(event) = events.next().await? {
                    if event["type"] == "BOOKMARK" {
                        continue;
                    }
                    let mut raw = Raw { columns: columns.clone(), ..Raw::default() };
                    raw.take(event["object"].clone());
                    columns.clone_from(&raw.columns);
                    version_of(&event, &mut version);
                    sifter.iter_mut().for_each(Sifter::again);
                    raw.sift(sifter.as_mut())?;
                    if raw.rows.is_empty() {
                        continue;
                    }
                    let changed = section(&operation.resource, raw, &layout)?;
                    if event["type"] == "DELETED" && !told.events {
                        for object in changed.rows.into_iter().filter_map(|row| row.object) {
                            shown.remove(object.uid.as_deref().unwrap_or_default());
                            send(out, gone(operation, object)).await?;
                        }
                    } else {
                        note(&changed, &mut shown);
                        let what = event["type"].as_str().unwrap_or_default();
                        send(out, Chunk::Rows(marked(changed, plan, told, what))).await?;
                    }
                }
                if events.expired {
                    break;
                }
                if seen == version {
                    // A server that ends watches at once is not asked in a tight loop.
                    tokio::time::sleep(backoff(1)).await;
                }
            }
        }
    }

    async fn follow_rollouts(&self, plan: &Plan, out: &Out) -> Result<(), Error> {
        for operation in workloads(plan) {
            for item in self.objects_of(plan, operation).await?.items {
                self.follow_rollout(operation, item, out).await?;
            }
        }
        Ok(())
    }

    async fn follow_rollout(&self, operation: &Operation, item: Value, out: &Out) -> Result<(), Error> {
        let name = item["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let mut one = operation.clone();
        one.namespace = item["metadata"]["namespace"].as_str().map(str::to_owned);
        one.targets = Targets::Selected { labels: None, fields: Some(format!("metadata.name={name}")) };
        let mut item = item;
        let mut said = String::new();
        loop {
            if self.say(&item, &mut said, out).await? {
                return Ok(());
            }
            let mut version = item["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
            let mut events = self.watch(&one, &version, crate::client::JSON, "Metadata").await?;
            while let Some(event) = events.next().await? {
                if event["type"] == "DELETED" {
                    return Err(Error::NotFound {
                        resource: one.resource.qualified(),
                        name,
                        namespace: one.namespace,
                        near: Vec::new(),
                    });
                }
                version_of(&event, &mut version);
                if event["type"] != "BOOKMARK" && self.say(&event["object"], &mut said, out).await? {
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            item = self.get(&one.resource, one.namespace.as_deref(), &name).await?;
        }
    }

    /// Tells what is new; true when the rollout has ended.
    async fn say(&self, item: &Value, said: &mut String, out: &Out) -> Result<bool, Error> {
        let mut item = item.clone();
        let status = {
            if item["kind"].is_null() {
                item["kind"] = Value::from("Deployment");
            }
            status(&item)
        };
        if status.failed {
            return Err(Error::Invalid { message: status.text });
        }
        if *said != status.text {
            said.clone_from(&status.text);
            send(out, Chunk::Event(status.text)).await?;
        }
        Ok(status.done)
    }

    async fn watch(
        &self,
        operation: &Operation,
        version: &str,
        accept: &'static str,
        include: &str,
    ) -> Result<Events, Error> {
        let (resource, namespace) = (&operation.resource, operation.namespace.as_deref());
        let (labels, fields) = match &operation.targets {
            Targets::Selected { labels, fields } => (labels.as_deref(), fields.as_deref()),
            Targets::Names(_) => (None, None),
        };
        let query = [
            ("watch", Some("true")),
            ("allowWatchBookmarks", Some("true")),
            ("includeObject", accept.contains("Table").then_some(include)),
            ("resourceVersion", Some(version).filter(|version| !version.is_empty())),
            ("labelSelector", labels),
            ("fieldSelector", fields),
        ];
        let url = path::with_query(&path::collection(resource, namespace)?, &query);
        let call = Call::get(url, subject("watch", resource, None, namespace, None)).accept(accept);
        match self.http().open(&self.caller, &call).await {
            Ok(response) => Ok(Events::of(response.into_body(), self.cluster.server())),
            Err(Error::Invalid { message }) if message.contains("too old") => Ok(Events::over()),
            Err(error) => Err(error),
        }
    }
}

/// Remembers the objects of these rows.
fn note(section: &Section, shown: &mut HashMap<String, ObjectRef>) {
    for object in section.rows.iter().filter_map(|row| row.object.as_ref()) {
        if let Some(uid) = &object.uid {
            shown.insert(uid.clone(), object.clone());
        }
    }
}

/// What is said of a list that was not read to its end.
fn cut(resource: &str, raw: &Raw) -> Option<Chunk> {
    let listed = raw.rows.len();
    let of = raw.left.map(|left| left.saturating_add(u64::try_from(listed).unwrap_or_default()));
    let all = of.map(|of| format!(" of {of}")).unwrap_or_default();
    let text = format!(
        "{listed}{all} {resource} are listed; the others are told when they change. Ask for less, with a namespace or a label"
    );
    raw.truncated.then_some(Chunk::Cut { of, text })
}

fn gone(operation: &Operation, object: ObjectRef) -> Chunk {
    let text = format!("{}/{} deleted", operation.resource.singular, object.name);
    Chunk::Gone { object, text }
}

/// The rows with what happened to them, where that is asked for.
fn marked(mut rows: Section, plan: &Plan, told: Watching, what: &str) -> Section {
    if told.events {
        rows.columns.insert(0, Column::text("EVENT"));
        rows.rows.iter_mut().for_each(|row| row.cells.insert(0, Value::from(what)));
    }
    if plan.no_headers {
        rows.behead();
    }
    rows
}

/// What a named object is as a collection, since only collections are watched.
fn collection_of(operation: &Operation) -> Operation {
    let mut list = operation.clone();
    list.verb = ApiVerb::List;
    if let Targets::Names(names) = &operation.targets
        && let [name] = names.as_slice()
    {
        list.targets = Targets::Selected { labels: None, fields: Some(format!("metadata.name={name}")) };
    }
    list
}

/// The version to go on from; a Table carries it in its row.
fn version_of(event: &Value, version: &mut String) {
    let object = &event["object"];
    let row = &object["rows"][0]["object"]["metadata"]["resourceVersion"];
    let found = row.as_str().or(object["metadata"]["resourceVersion"].as_str());
    if let Some(found) = found.filter(|found| !found.is_empty()) {
        found.clone_into(version);
    }
}

async fn send(out: &Out, chunk: Chunk) -> Result<(), Error> {
    out.send(Ok(chunk))
        .await
        .map_err(|_| Error::Unsupported { message: "nobody listens any more".to_owned() })
}

/// The receiving end as a stream.
struct Chunks(Receiver<Result<Chunk, Error>>);

impl Stream for Chunks {
    type Item = Result<Chunk, Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// A body as complete lines, as many at once as have come.
struct Lines {
    body: Option<Body>,
    rest: Vec<u8>,
}

impl Lines {
    fn of(body: Body) -> Self {
        Self { body: Some(body), rest: Vec::new() }
    }

    /// The next lines; nothing at the end, and a connection that breaks off is one.
    async fn next(&mut self) -> Result<Option<Vec<String>>, Error> {
        while let Some(body) = &mut self.body {
            match body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.rest.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => {
                    tracing::debug!(%error, "a followed answer broke off");
                    self.body = None;
                }
                None => self.body = None,
            }
            if let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') {
                let whole: Vec<u8> = self.rest.drain(..=end).collect();
                let text = String::from_utf8_lossy(&whole);
                return Ok(Some(text.lines().map(str::to_owned).collect()));
            }
            if self.rest.len() > MAX_LINE {
                return Err(Error::Invalid {
                    message: format!("a line is longer than {} MiB", MAX_LINE >> 20),
                });
            }
        }
        let last = std::mem::take(&mut self.rest);
        Ok((!last.is_empty()).then(|| vec![String::from_utf8_lossy(&last).into_owned()]))
    }
}

/// The events of a watch.
struct Events {
    lines: Lines,
    ready: std::collections::VecDeque<String>,
    server: String,
    /// The version it began from is no longer known: list again.
    expired: bool,
}

impl Events {
    fn of(body: Body, server: &str) -> Self {
        Self {
            lines: Lines::of(body),
            ready: std::collections::VecDeque::new(),
            server: server.to_owned(),
            expired: false,
        }
    }

    fn over() -> Self {
        Self {
            lines: Lines { body: None, rest: Vec::new() },
            ready: std::collections::VecDeque::new(),
            server: String::new(),
            expired: true,
        }
    }

    async fn next(&mut self) -> Result<Option<Value>, Error> {
        while self.ready.is_empty() {
            match self.lines.next().await? {
                Some(lines) => self.ready.extend(lines.into_iter().filter(|line| !line.is_empty())),
                None => return Ok(None),
            }
        }
        let line = self.ready.pop_front().unwrap_or_default();
        let event: Value = match serde_json::from_str(&line) {
            Ok(event) => event,
            // Half an event is what a broken connection leaves.
            Err(error) if error.is_eof() => return Ok(None),
            Err(error) => {
                return Err(Error::Answer { server: self.server.clone(), message: error.to_string() });
            }
        };
        if event["type"] != "ERROR" {
            return Ok(Some(event));
        }
        if event["object"]["code"] == 410 {
            self.expired = true;
            return Ok(None);
        }
        let message = event["object"]["message"].as_str().unwrap_or("the watch failed").to_owned();
        Err(Error::Server { status: 500, message })
    }
}
