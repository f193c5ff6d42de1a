//! Everything that talks to a Kubernetes API: contexts, discovery, permission, preview, execution, reads.
//!
//! A [`Cluster`] is a connection with KubeChat's own account; a [`Session`] makes calls through it as one user. Changes
//! go through [`Session::preview`], an [`Approved`] value that only the preview's hash can make, and
//! [`Session::execute`], which asks the server again and writes nothing else than what was approved.

#![forbid(unsafe_code)]
// A refusal names verb, resource, namespace and name; calls over a network can afford to carry them.

mod actor;
mod answer;
mod approval;
mod authorize;
mod client;
mod cluster;
mod compute;
mod course;
mod discovery;
mod error;
mod execute;
mod expect;
mod follow;
mod grants;
mod impact;
mod kubeconfig;
mod layer;
mod names;
mod path;
mod preview;
mod proxy;
mod quantity;
mod read;
mod relate;
mod session;
mod shown;
mod sift;
mod source;
mod survey;
mod terminal;
mod trail;
mod write;

pub use actor::{Actor, Identity};
pub use answer::{Answer, Chunk, Column, Row, Section};
pub use approval::{Approved, AuditIds, WrongHash};
pub use authorize::Permission;
pub use cluster::{Cluster, Health};
pub use course::{Course, STREAM_LIMIT};
pub use error::Error;
pub use execute::{Call, Execution, Moved, Problem, Recording, Side};
pub use expect::Conflict;
pub use grants::Grant;
pub use names::Names;
pub use preview::{Preview, Terms};
pub use relate::{Edge, Graph, Vertex, relate};
pub use session::{MAX_OBJECTS, Session, WhoAmI};
pub use source::Source;
pub use survey::{Finding, Next, Survey, Tally, survey};
pub use terminal::{Opened, Packing, Shown, Terminal, Unpacking};
pub use trail::{Calls, Trail};
