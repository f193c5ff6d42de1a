//! The tamper-evident audit log: an append-only RFC 6962 Merkle tree of audit records, durable before it answers.
//!
//! One append is one frame in a journal (records and a signed checkpoint together) and one `fdatasync`. Full tiles are
//! written from the journal later, in the C2SP tlog-tiles layout. Whoever has the log's public key can verify the
//! whole log, or one record of it, without trusting whoever keeps it.
//!
//! The map: [`record`] says what is recorded, [`secrets`] what of it is not, [`merkle`] and [`edge`] compute the tree, [`note`] and [`checkpoint`]
//! sign it, [`journal`] and [`tiles`] are the two places bytes live in, [`storage`] is the disk or database under them and [`place`] says which, [`log`] writes,
//! [`group`] joins many writers and [`meter`] measures them, [`reader`] and [`index`] read, [`mod@verify`] and [`proof`] convince somebody else, [`rotation`] hands the log over to a new key, [`witness`] lets others sign it, [`sink`] and
//! [`lock`] are what the rest of the product holds, [`export`] and [`reconcile`] are for people outside.
#![forbid(unsafe_code)]

pub mod checkpoint;
pub mod edge;
mod error;
pub mod event;
pub mod export;
pub mod facets;
mod files;
pub mod filter;
pub mod group;
pub mod index;
pub mod journal;
pub mod keys;
pub mod lock;
pub mod log;
pub mod merkle;
pub mod meter;
pub mod note;
pub mod place;
pub mod proof;
pub mod reader;
pub mod reconcile;
pub mod record;
pub mod rotation;
pub mod secrets;
pub mod sink;
pub mod storage;
mod stored;
mod tail;
pub mod tiles;
pub mod verify;
pub mod witness;

pub use checkpoint::Checkpoint;
pub use error::Error;
pub use event::EventKind;
pub use filter::Filter;
pub use group::GroupSink;
pub use lock::{DataLock, ServerLock};
pub use log::{Log, Options, Receipt, Recovery};
pub use merkle::Hash;
pub use meter::Meter;
pub use note::VerifierKey;
pub use place::Place;
pub use proof::verify_proof;
pub use reader::{Entry, LogReader};
pub use record::{Actor, Record};
pub use rotation::Rotation;
pub use secrets::Masker;
pub use sink::{LockedSink, Sink};
pub use verify::{Since, Verified, verify};
pub use witness::WitnessKey;
