//! What may be changed of the configuration while a server runs, and what keeps it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kubechat_models::Settings;
use secrecy::SecretString;
use serde::Serialize;
use utoipa::ToSchema;

/// What keeps the configuration. It blocks.
pub trait Configuration: Send + Sync {
    /// The models as they stand there now.
    fn models(&self) -> Result<KeptModels, ConfigurationError>;

    /// Does everything of a change but the last step. What is dropped without that leaves nothing behind.
    fn prepare(&self, change: ModelChange) -> Result<Box<dyn Prepared>, ConfigurationError>;
}

/// A change that lies ready.
pub trait Prepared: Send {
    /// What the models will be, as the next start will read them.
    fn settings(&self) -> &Settings;

    /// The last step: it is there whole, or not at all.
    fn commit(self: Box<Self>) -> Result<(), ConfigurationError>;
}

/// The models as they are kept.
#[derive(Debug, Clone)]
pub struct KeptModels {
    /// Stands for what was read; a change names it.
    pub version: String,
    /// Where they are kept.
    pub place: String,
    /// Why nothing can be changed there.
    pub read_only: Option<String>,
    /// Them.
    pub settings: Settings,
    /// Where the key of each provider comes from.
    pub keys: BTreeMap<String, KeySource>,
    /// What the environment decides: the field, and the name of its variable.
    pub environment: BTreeMap<String, String>,
}

/// Where a provider's key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// There is none.
    None,
    /// It stands in the configuration itself.
    Configuration,
    /// It stands in this file.
    File(PathBuf),
    /// It stands in this variable.
    Environment(String),
}

/// What the models are to be.
#[derive(Debug)]
pub struct ModelChange {
    /// What it was made from.
    pub version: String,
    /// The whole of them.
    pub settings: Settings,
    /// Keys that are new, by provider, and those that are to go.
    pub keys: BTreeMap<String, Option<SecretString>>,
}

/// A field that can't be as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WrongSetting)]
pub struct WrongField {
    /// Which: `sure`, `provider.local.endpoint`.
    pub field: String,
    /// A sentence with what to correct.
    pub message: String,
}

/// Why the configuration was not changed, or can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// What is kept can't be read.
    #[error("{0}")]
    Unusable(String),
    /// Somebody else changed it.
    #[error(
        "The configuration {place} has been changed since you loaded it, so nothing was saved. Load it again and make your change once more."
    )]
    Changed {
        /// Where it is kept.
        place: String,
    },
    /// It can't be changed there.
    #[error(
        "The configuration {place} can't be changed here: {reason}. Change it where it comes from, in a cluster in the values of the chart, and start KubeChat again."
    )]
    ReadOnly {
        /// Where it is kept.
        place: String,
        /// Why.
        reason: String,
    },
    /// Fields are not right.
    #[error("Nothing was saved: {}", fields.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join(" "))]
    Wrong {
        /// Which, and why.
        fields: Vec<WrongField>,
    },
    /// The last step failed; the log says so too.
    #[error("The configuration {place} could not be written: {reason}. Nothing was changed.")]
    NotWritten {
        /// Where it is kept.
        place: String,
        /// Why.
        reason: String,
    },
    /// Nothing is changed in this process.
    #[error("The configuration can be changed on a server that runs alone. Start one with `kubechat serve`.")]
    NotKept,
}

impl ConfigurationError {
    /// Stable identifier for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unusable(_) => "configuration",
            Self::Changed { .. } => "configuration_changed",
            Self::ReadOnly { .. } => "configuration_read_only",
            Self::Wrong { .. } => "configuration_wrong",
            Self::NotWritten { .. } => "configuration_not_written",
            Self::NotKept => "configuration_not_kept",
        }
    }
}
