//! What a practice cluster is started with.

use std::path::PathBuf;

use crate::{Ground, Launcher};

/// How to start a practice cluster.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder. `None`: a temporary one, removed when the cluster stops. One that is kept is used again: the
    /// same cluster, certificates and tokens, and the same ports when they are free.
    pub dir: Option<PathBuf>,
    /// The programs to run. `None`: the ones [`Ground::locate`] finds.
    pub ground: Option<Ground>,
    /// Whether the shop is seeded. Nodes and people exist in any case.
    pub seed: bool,
    /// Whether metrics-server runs, for `kubectl top`; its first numbers come about 20 s after the start.
    pub metrics: bool,
    /// More configuration for kwok, as YAML documents; empty for none. What runs commands runs them on this machine, so
    /// nothing but an isolated test gives any.
    pub kwok: String,
    /// People besides the built-in ones.
    pub extra_users: Vec<User>,
    /// How child processes are tied to this one.
    pub launcher: Launcher,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dir: None,
            ground: None,
            seed: true,
            metrics: true,
            kwok: String::new(),
            extra_users: Vec::new(),
            launcher: Launcher::Auto,
        }
    }
}

/// Someone who can log in to the API server with a token. Rights come from RBAC alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name that the API server sees.
    pub name: String,
    /// The groups that the API server sees.
    pub groups: Vec<String>,
    /// The bearer token.
    pub token: String,
}
