//! Deleting an object and making it anew: `replace --force`.

use std::time::Duration;

use kubechat_kubectl::plan::{ApiVerb, Change};
use kubechat_kubectl::{ObjectRef, Operation, Plan};

use super::{Call, Ids, Outcome};
use crate::compute::Step;
use crate::error::Error;
use crate::session::Session;

/// Seconds that an object may take to go where nothing else is said.
const PATIENCE: i64 = 60;
const PAUSE: Duration = Duration::from_millis(100);

impl Session {
    /// The old object goes under its uid; the new one is made once the name is free.
    pub(super) async fn recreate(
        &self,
        plan: &Plan,
        operation: &Operation,
        step: &Step,
        ids: &mut Ids<'_>,
        calls: &mut Vec<Call>,
    ) -> Outcome {
        let Some(Change::Recreate { body, grace_period_seconds, timeout_seconds }) = &operation.change else {
            return Outcome::Failed(Error::Unsupported { message: "this is not made anew".to_owned() });
        };
        let change = Change::Delete {
            grace_period_seconds: *grace_period_seconds,
            propagation: Some("Background".to_owned()),
        };
        let delete = Operation { change: Some(change), ..operation.clone() };
        match Box::pin(self.write(plan, &delete, step, ids, calls)).await {
            Outcome::Written(_) | Outcome::Done | Outcome::Gone => {}
            other => return other,
        }
        if let Err(error) =
            self.until_gone(operation, &step.object, timeout_seconds.unwrap_or(PATIENCE)).await
        {
            return Outcome::Half(error);
        }
        let create = Operation {
            verb: ApiVerb::Create,
            change: Some(Change::Create { body: body.clone() }),
            ..operation.clone()
        };
        let object = ObjectRef { uid: None, resource_version: None, ..step.object.clone() };
        let fresh = Step { object, before: None, ..step.clone() };
        match Box::pin(self.write(plan, &create, &fresh, ids, calls)).await {
            Outcome::Failed(error) => Outcome::Half(error),
            other => other,
        }
    }

    async fn until_gone(&self, operation: &Operation, object: &ObjectRef, seconds: i64) -> Result<(), Error> {
        let gone = async {
            loop {
                match self.get(&operation.resource, object.namespace.as_deref(), &object.name).await {
                    Err(error) if error.is_not_found() => return Ok(()),
                    Err(error) => return Err(error),
                    Ok(live) if live["metadata"]["uid"].as_str() != object.uid.as_deref() => return Ok(()),
                    Ok(_) => tokio::time::sleep(PAUSE).await,
                }
            }
        };
        let message = format!(
            "{} {} was deleted, but has not gone within {seconds} s, so it was not made anew. See what holds it (finalizers), then create it.",
            object.kind, object.name
        );
        let patience = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        tokio::time::timeout(patience, gone).await.unwrap_or(Err(Error::Manifest { message }))
    }
}
