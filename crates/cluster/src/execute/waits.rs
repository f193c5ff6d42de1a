//! Waiting until what was written has arrived: `delete --wait`, `scale --timeout`.

use std::time::Duration;

use kubechat_kubectl::plan::{Settled, Waits};
use kubechat_kubectl::{ObjectRef, Operation};
use serde_json::Value;
use tokio::time::Instant;

use super::{Execution, Problem};
use crate::course::Course;
use crate::error::Error;
use crate::session::Session;

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(250);

/// An object that was written, and by what.
pub(super) type Written<'p> = (&'p Operation, ObjectRef);

impl Session {
    /// Enters those that have not arrived in time as failed, which takes nothing back.
    pub(super) async fn wait_for(
        &self,
        waits: Waits,
        written: Vec<Written<'_>>,
        course: &Course,
        execution: &mut Execution,
    ) {
        let limit = u64::try_from(waits.timeout_seconds).unwrap_or_default();
        let deadline = (limit > 0).then(|| Instant::now() + Duration::from_secs(limit));
        for (operation, object) in written {
            if let Some(problem) = self.arrives(waits, operation, &object, deadline, course).await {
                execution.failed.push((object, problem));
            }
        }
        execution.stopped |= course.stop.is_cancelled();
    }

    /// Waits for one object; why it has not arrived.
    async fn arrives(
        &self,
        waits: Waits,
        operation: &Operation,
        object: &ObjectRef,
        deadline: Option<Instant>,
        course: &Course,
    ) -> Option<Problem> {
        loop {
            let left = match self.left(waits.until, operation, object).await {
                Ok(None) => return None,
                Ok(Some(left)) => left,
                Err(error) => return Some(Problem::from(&error)),
            };
            if course.stop.is_cancelled() {
                let message = format!("{left}. It was no longer waited for; it goes on by itself.");
                return Some(Problem { code: Error::Stopped.code().to_owned(), message });
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                let message = format!("{left} after the {} s of `--timeout`.", waits.timeout_seconds);
                return Some(Problem { code: "timeout".to_owned(), message });
            }
            course.pause(LOOK).await;
        }
    }

    /// What is still to come, as the beginning of a sentence.
    async fn left(
        &self,
        until: Settled,
        operation: &Operation,
        object: &ObjectRef,
    ) -> Result<Option<String>, Error> {
        let (resource, namespace) = (&operation.resource, object.namespace.as_deref());
        match until {
            Settled::Gone => match self.get(resource, namespace, &object.name).await {
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
                Ok(live) => Ok(still_there(object, &live)),
            },
            Settled::Scaled => {
                let sub = operation.subresource.as_deref();
                let scale = self.get_sub(resource, namespace, &object.name, sub).await?;
                let count = |field: &str| scale[field]["replicas"].as_i64().unwrap_or_default();
                let (there, wanted) = (count("status"), count("spec"));
                Ok((there != wanted).then(|| format!("it has {there} of {wanted} replicas")))
            }
        }
    }
}

/// Why a deleted object has not gone; another one of its name is none of our business.
fn still_there(object: &ObjectRef, live: &Value) -> Option<String> {
    if live["metadata"]["uid"].as_str() != object.uid.as_deref() {
        return None;
    }
    let finalizers = live["metadata"]["finalizers"].as_array().into_iter().flatten();
    let held: Vec<&str> = finalizers.filter_map(Value::as_str).collect();
    Some(match held.as_slice() {
        [] => "it is deleted and has not ended yet".to_owned(),
        held => format!("it is deleted and kept by its finalizers ({})", held.join(", ")),
    })
}
