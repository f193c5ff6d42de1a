//! The practice cluster: a real Kubernetes control plane on this machine, with simulated nodes.
//!
//! etcd, kube-apiserver, kube-controller-manager, kube-scheduler and metrics-server are Kubernetes' own programs; kwok
//! plays the nodes and what runs on them. So RBAC, admission, dry run, watches, the audit log and `kubectl top` are
//! the real thing, and only containers are pretended. `exec` into one is not offered: kwok would run it on the host.
//!
//! - [`ground`] finds or builds the programs;
//! - [`Practice`] boots them in a folder of their own, on free loopback ports, and always stops them again;
//! - [`seed`] names what the seeded shop holds, healthy and broken.
#![forbid(unsafe_code)]

mod boot;
mod cluster;
mod error;
mod folder;
pub mod ground;
mod guard;
mod logs;
mod options;
mod people;
mod pki;
mod ports;
mod process;
mod programs;
mod ready;
pub mod seed;

pub use boot::Timings;
pub use cluster::Practice;
pub use error::Error;
pub use ground::Ground;
pub use guard::{Launcher, run_launched};
pub use options::{Options, User};
