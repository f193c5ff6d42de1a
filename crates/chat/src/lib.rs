//! The chain: words → command → plan → assessment → permission → preview → approval → execution → evidence.
//!
//! One implementation for every door. A [`Chain`] takes what a person says, carries it to the point where somebody has
//! to say yes, and carries out exactly what was previewed. Each transition of a query is durable in the audit log
//! before it takes effect; the database follows the log, never the other way round.

#![forbid(unsafe_code)]

mod approval;
mod chain;
mod clusters;
mod configuration;
mod data;
mod error;
mod events;
mod evidence;
mod hash;
mod investigate;
mod meter;
mod person;
mod policy;
mod query;
mod session;
mod state;
mod usage;
pub mod view;

pub use chain::{Chain, Parts, Request, Untranslated};
pub use clusters::{Clusters, ConfiguredMapping, Connected};
pub use configuration::{
    Configuration, ConfigurationError, KeptModels, KeySource, ModelChange, Prepared, WrongField,
};
pub use data::DataDir;
pub use error::Error;
pub use events::{Event, EventKind, Events};
pub use evidence::{Durable, Evidence, listen};
pub use hash::of_text as hash_of_text;
pub use kubechat_kubectl::Attachments;
pub use meter::Meter;
pub use person::Person;
pub use policy::Policy;
pub use session::Session;
pub use state::State;
pub use usage::{Allowance, ModelUse};
pub use view::Query;

/// The longest log that a database has seen: size and root in hex.
pub async fn seen_checkpoint(store: &kubechat_store::Store) -> Result<Option<(u64, String)>, Error> {
    query::Queries::new(store.clone()).seen_checkpoint().await
}
