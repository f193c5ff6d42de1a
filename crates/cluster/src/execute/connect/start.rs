//! A container that this plan has started: waited for, attached to, and taken away where that is wanted.

use std::time::Duration;

use kubechat_kubectl::plan::{ApiVerb, Change};
use kubechat_kubectl::{ObjectRef, Operation};
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Execution, Inside};
use crate::answer::Chunk;
use crate::client::Call;
use crate::error::Error;
use crate::path;
use crate::session::{Session, subject};
use crate::write::{self, Mode};

/// How long a container may take to start, as kubectl waits.
const START: Duration = Duration::from_secs(60);
/// How long its pod may take to say how it ended.
const END: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(300);

/// How a started container is attached to.
pub(super) struct Attach<'a> {
    pub container: &'a str,
    pub modes: (bool, bool),
    pub remove: bool,
}

/// What a container is doing.
enum Doing {
    Waits(String),
    Runs,
    Ended(i64),
}

impl Session {
    pub(super) async fn start(
        &self,
        inside: &Inside<'_>,
        attach: Attach<'_>,
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<(), Error> {
        let ended = self.started(inside, &attach, id, execution).await;
        if attach.remove {
            self.remove(inside, execution).await?;
        }
        ended
    }

    async fn started(
        &self,
        inside: &Inside<'_>,
        attach: &Attach<'_>,
        id: Uuid,
        execution: &mut Execution,
    ) -> Result<(), Error> {
        match self.wait_for_start(inside, attach.container).await? {
            Doing::Ended(code) => {
                self.show_log(inside, attach.container).await?;
                return exit(code);
            }
            _ => self.interact(inside, attach.container, &[], attach.modes, id, execution).await?,
        }
        // Being attached does not tell how it ended; the pod does, when it is not started again.
        let deadline = Instant::now() + END;
        while Instant::now() < deadline {
            if let Doing::Ended(code) = doing(&self.pod_of(inside).await?, attach.container) {
                return exit(code);
            }
            if !inside.course.pause(LOOK).await {
                break;
            }
        }
        Ok(())
    }

    async fn wait_for_start(&self, inside: &Inside<'_>, container: &str) -> Result<Doing, Error> {
        let deadline = Instant::now() + START;
        let mut said = String::new();
        loop {
            match doing(&self.pod_of(inside).await?, container) {
                Doing::Waits(why) if Instant::now() >= deadline => {
                    let message =
                        format!("container {container} has not started within {} s: {why}", START.as_secs());
                    return Err(Error::Invalid { message });
                }
                Doing::Waits(why) => {
                    if why != said {
                        inside.course.say(format!("Waiting for container {container} to start: {why}")).await;
                        said = why;
                    }
                }
                started => return Ok(started),
            }
            if !inside.course.pause(LOOK).await {
                return Err(Error::Stopped);
            }
        }
    }

    async fn pod_of(&self, inside: &Inside<'_>) -> Result<Value, Error> {
        let object = &inside.step.object;
        self.get(&inside.operation.resource, object.namespace.as_deref(), &object.name).await
    }

    /// What a container that ended at once has said.
    async fn show_log(&self, inside: &Inside<'_>, container: &str) -> Result<(), Error> {
        let object = &inside.step.object;
        let (resource, namespace) = (&inside.operation.resource, object.namespace.as_deref());
        let url = path::object(resource, namespace, &object.name, Some("log"))?;
        let url = path::with_query(&url, &[("container", Some(container))]);
        let subject = subject("get", resource, Some("log"), namespace, Some(&object.name));
        let reply = self.http().read(&self.caller, &Call::get(url, subject).accept("*/*")).await?;
        let lines = String::from_utf8_lossy(&reply.body).lines().map(str::to_owned).collect();
        inside.course.tell(Chunk::Lines(lines)).await;
        Ok(())
    }

    /// Takes the pod away that this plan has made, and no other of its name.
    async fn remove(&self, inside: &Inside<'_>, execution: &mut Execution) -> Result<(), Error> {
        let object = &inside.step.object;
        let made = |done: &&ObjectRef| done.name == object.name && done.resource == object.resource;
        let uid = execution.done.iter().find(made).and_then(|made| made.uid.clone());
        let object = ObjectRef { uid, resource_version: None, ..object.clone() };
        let operation = Operation {
            verb: ApiVerb::Delete,
            subresource: None,
            change: Some(Change::Delete { grace_period_seconds: None, propagation: None }),
            ..inside.operation.clone()
        };
        let call = write::request(&operation, &object, Mode::Real, Some(Uuid::now_v7()), None)?;
        let (outcome, audit_id, status, latency) = match self.http().once(&self.caller, &call).await {
            Ok(reply) => (Ok(()), reply.audit_id, reply.status, reply.latency_ms),
            Err(failure) => (Err(failure.error), failure.audit_id, failure.status, failure.latency_ms),
        };
        execution.calls.push(super::record(&operation, inside.step, audit_id, status, latency));
        match outcome {
            Ok(()) => inside.course.say(format!("pod/{} deleted", object.name)).await,
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn exit(code: i64) -> Result<(), Error> {
    if code == 0 { Ok(()) } else { Err(Error::Exit { code }) }
}

fn doing(pod: &Value, container: &str) -> Doing {
    let lists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
    let statuses = lists.iter().filter_map(|list| pod["status"][*list].as_array()).flatten();
    let Some(state) =
        statuses.into_iter().find(|status| status["name"] == container).map(|status| &status["state"])
    else {
        return Doing::Waits(pod["status"]["phase"].as_str().unwrap_or("it is not known yet").to_owned());
    };
    if let Some(code) = state["terminated"]["exitCode"].as_i64() {
        return Doing::Ended(code);
    }
    if state["running"].is_object() {
        return Doing::Runs;
    }
    Doing::Waits(state["waiting"]["reason"].as_str().unwrap_or("it is being made").to_owned())
}
