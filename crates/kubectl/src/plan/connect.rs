//! Connections into a pod.

use serde::{Deserialize, Serialize};

/// What a connection into a pod is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "way")]
pub enum Connect {
    /// A command runs in a container.
    Exec {
        /// The container.
        container: String,
        /// The command and its arguments; no shell reads them.
        command: Vec<String>,
        /// What is typed goes in.
        stdin: bool,
        /// A terminal.
        tty: bool,
    },
    /// The process that runs in a container is watched.
    Attach {
        /// The container.
        container: String,
        /// What is typed goes in.
        stdin: bool,
        /// A terminal.
        tty: bool,
        /// It is started by this very plan, and waited for.
        starts: bool,
        /// The pod goes when the process has ended.
        remove: bool,
    },
    /// Ports of this machine's loopback lead to ports of the pod.
    Forward {
        /// Each port.
        ports: Vec<Forwarded>,
    },
    /// A file or folder goes into a container, as a tar archive.
    Upload {
        /// The container.
        container: String,
        /// Path on this machine.
        local: String,
        /// Path in the container.
        remote: String,
        /// Owner and permissions are not kept.
        no_preserve: bool,
    },
    /// A file or folder comes out of a container, as a tar archive.
    Download {
        /// The container.
        container: String,
        /// Path in the container.
        remote: String,
        /// Path on this machine.
        local: String,
        /// How often a broken connection is taken up again; negative: always.
        retries: i64,
    },
}

/// One forwarded port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// On this machine; zero: one that is free.
    pub local: u16,
    /// In the pod.
    pub remote: u16,
}

impl Connect {
    /// The subresource that the API server connects through.
    pub fn subresource(&self) -> &'static str {
        match self {
            Self::Exec { .. } | Self::Upload { .. } | Self::Download { .. } => "exec",
            Self::Attach { .. } => "attach",
            Self::Forward { .. } => "portforward",
        }
    }

    /// Whether it takes somebody's own terminal, files or ports, which a server does not have.
    pub fn needs_terminal(&self) -> bool {
        match self {
            Self::Exec { stdin, tty, .. } | Self::Attach { stdin, tty, .. } => *stdin || *tty,
            Self::Forward { .. } | Self::Upload { .. } | Self::Download { .. } => true,
        }
    }
}
