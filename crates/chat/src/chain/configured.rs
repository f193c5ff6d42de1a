//! What is configured, from one start of a server to the next, and while it runs: a change of it is a record before it
//! takes effect.

use std::sync::Arc;

use kubechat_audit::{Actor, EventKind, Record};
use kubechat_models::{Models, Settings};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::Chain;
use crate::configuration::{
    Configuration, ConfigurationError, KeptModels, ModelChange, Prepared, WrongField,
};
use crate::{Error, Person, hash};

/// The name of the settings among what is configured.
const SETTINGS: &str = "settings";
/// The key of the models in them.
const MODELS: &str = "models";

/// What keeps the configuration of a server, and what of it is in use as it is recorded.
pub(super) struct Configured {
    kept: Arc<dyn Configuration>,
    /// Locked for as long as a change of them takes.
    settings: Mutex<Value>,
}

impl Chain {
    /// Records which of policy, clusters and settings are not as they were at the last start. The settings must not hold
    /// secrets. From then on they can be changed where they are kept.
    pub async fn record_configuration(
        &self,
        settings: Value,
        kept: Arc<dyn Configuration>,
    ) -> Result<(), Error> {
        let cluster = |one: &crate::Connected| json!({ "id": one.cluster.id(), "context": one.cluster.context(), "server": one.cluster.server() });
        let clusters: Vec<Value> = self.inner.clusters.all().iter().map(cluster).collect();
        let parts = [
            (EventKind::PolicyChanged, "policy", json!(self.inner.policy)),
            (EventKind::ClusterChanged, "clusters", json!(clusters)),
            (EventKind::SettingChanged, SETTINGS, settings.clone()),
        ];
        for (kind, name, value) in parts {
            let after = hash::of(&value);
            let before = self.inner.queries.configured(name).await?;
            if before.as_ref() == Some(&after) {
                continue;
            }
            let mut record = Record::new(kind, Actor::new("system", "serve"));
            record.data = json!({ "before": before, "after": after, name: value });
            let index = self.record(record).await?;
            self.inner.queries.set_configured(name, &after, index).await?;
        }
        self.inner.configured.get_or_init(|| Configured { kept, settings: Mutex::new(settings) });
        Ok(())
    }

    /// The models as they are kept, and whether they are those that are asked now.
    pub async fn kept_models(&self) -> Result<(KeptModels, bool), Error> {
        let kept = Arc::clone(&self.configured()?.kept);
        let kept = blocking(move || kept.models()).await?;
        let in_use = json!(kept.settings) == json!(self.models().settings);
        Ok((kept, in_use))
    }

    /// Changes the models where they are kept, and asks them from then on: checked as at a start, recorded, written,
    /// exchanged. Who is asked already is waited for as before.
    pub async fn change_models(&self, person: &Person, change: ModelChange) -> Result<(), Error> {
        let (this, person) = (self.clone(), person.clone());
        // In a task of its own: whoever asked may go away in the middle of it.
        let changed = tokio::spawn(async move { this.exchange_models(&person, change).await });
        changed.await.map_err(|error| Error::Interrupted(error.to_string()))?
    }

    async fn exchange_models(&self, person: &Person, change: ModelChange) -> Result<(), Error> {
        let configured = self.configured()?;
        let mut settings = configured.settings.lock().await;
        let kept = Arc::clone(&configured.kept);
        let prepared = blocking(move || kept.prepare(change)).await?;
        let models = checked(prepared.settings()).await?;
        let mut then = settings.clone();
        then[MODELS] = json!(prepared.settings());
        if hash::of(&*settings) == hash::of(&then) {
            // It is in use already; the file alone may say something else.
            return self.commit(prepared).await;
        }
        let written = match self.record_settings(&settings, &then, person.actor()).await {
            Ok(()) => self.commit(prepared).await,
            Err(NotRecorded::Nothing(error)) => return Err(error),
            Err(NotRecorded::Remembered(error)) => Err(error),
        };
        if let Err(error) = written {
            // The log says that it is so: then it has to say that it is not.
            let taken_back = self.record_settings(&then, &settings, Actor::new("system", "serve")).await;
            if let Err(NotRecorded::Nothing(error) | NotRecorded::Remembered(error)) = taken_back {
                tracing::error!(%error, "the next start will record that the settings were not changed");
            }
            return Err(error);
        }
        self.inner.models.set(models);
        *settings = then;
        Ok(())
    }

    fn configured(&self) -> Result<&Configured, Error> {
        Ok(self.inner.configured.get().ok_or(ConfigurationError::NotKept)?)
    }

    async fn commit(&self, prepared: Box<dyn Prepared>) -> Result<(), Error> {
        blocking(move || prepared.commit()).await
    }

    async fn record_settings(&self, before: &Value, then: &Value, actor: Actor) -> Result<(), NotRecorded> {
        let after = hash::of(then);
        let mut record = Record::new(EventKind::SettingChanged, actor);
        record.data = json!({ "before": hash::of(before), "after": after, SETTINGS: then });
        let index = self.record(record).await.map_err(NotRecorded::Nothing)?;
        self.inner.queries.set_configured(SETTINGS, &after, index).await.map_err(NotRecorded::Remembered)
    }
}

/// How far a record came.
enum NotRecorded {
    /// It is not in the log.
    Nothing(Error),
    /// It is, but the database does not know of it.
    Remembered(Error),
}

/// The models of these settings; what is wrong with them by field.
async fn checked(settings: &Settings) -> Result<Models, Error> {
    let (models, wrong) = Models::examined(settings.clone()).await;
    if wrong.is_empty() {
        return Ok(models);
    }
    let field = |error: &kubechat_models::Error| WrongField {
        field: error.field().unwrap_or_default(),
        message: error.to_string(),
    };
    Err(ConfigurationError::Wrong { fields: wrong.iter().map(field).collect() }.into())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConfigurationError> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| Error::Interrupted(error.to_string()))??)
}

#[cfg(test)]
mod tests;
