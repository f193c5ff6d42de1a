use kubechat_models::Settings;
use kubechat_store::Store;

use super::*;
use crate::{Clusters, DataDir, Evidence, Parts, Policy};

/// What is kept in a place where the last step fails.
struct Stuck;

struct Change(Settings);

impl Configuration for Stuck {
    fn models(&self) -> Result<KeptModels, ConfigurationError> {
        Err(ConfigurationError::NotKept)
    }

    fn prepare(&self, change: ModelChange) -> Result<Box<dyn Prepared>, ConfigurationError> {
        Ok(Box::new(Change(change.settings)))
    }
}

impl Prepared for Change {
    fn settings(&self) -> &Settings {
        &self.0
    }

    fn commit(self: Box<Self>) -> Result<(), ConfigurationError> {
        Err(ConfigurationError::NotWritten { place: "there".to_owned(), reason: "stuck".to_owned() })
    }
}

#[tokio::test]
async fn what_could_not_be_written_is_taken_back_in_the_log_too() {
    let home = tempfile::tempdir().unwrap();
    let data = DataDir::open(home.path()).unwrap();
    let (log, store) = (data.log().clone(), Store::open(home.path()).await.unwrap());
    let (evidence, policy) = (Evidence::shared(&data), Policy::default());
    let (clusters, models) = (Clusters::new(Vec::new()), Models::none());
    let chain = Chain::open(Parts { data, store, evidence, clusters, policy, models }).await.unwrap();
    let before = json!({ "models": Settings::default() });
    chain.record_configuration(before.clone(), Arc::new(Stuck)).await.unwrap();
    let change = ModelChange {
        version: String::new(),
        settings: Settings { sure: 0.5, ..Settings::default() },
        keys: Default::default(),
    };
    let error = chain.change_models(&Person::at_terminal("ada"), change).await.unwrap_err();
    assert_eq!(error.code(), "configuration_not_written");
    assert_eq!(chain.models().settings.sure, 0.75);
    chain.record_configuration(before, Arc::new(Stuck)).await.unwrap();
    let reader = log.reader().unwrap();
    let records = reader.iter(0..reader.len()).map(|entry| entry.unwrap().record.unwrap());
    let changed: Vec<Record> = records.filter(|record| record.kind == EventKind::SettingChanged).collect();
    let sure: Vec<&Value> = changed.iter().map(|record| &record.data["settings"]["models"]["sure"]).collect();
    assert_eq!(sure, [0.75, 0.5, 0.75], "as it was, as it was to be, as it was");
    assert_eq!((changed[1].actor.user.as_str(), changed[2].actor.user.as_str()), ("ada", "system"));
    assert_eq!(changed[2].data["after"], changed[0].data["after"]);
}
