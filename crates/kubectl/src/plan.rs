//! What a command means to the API: operations and how their answer is shown.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::Catalog;
use crate::documents::Attachments;
use crate::filter::Where;

mod connect;
mod drain;
mod narrowed;
mod operation;
mod show;
mod until;
mod waits;

pub use connect::{Connect, Forwarded};
pub(crate) use drain::daemon_set;
pub use drain::{Drain, Verdict};
pub use operation::{ApiVerb, Change, Operation, Targets};
pub use show::{ConfigPart, LogOptions, Show, Template, Watching};
pub use until::{Until, has_condition};
pub use waits::{Settled, Waits};

/// The operations of one command, in order, and how their answer is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Operations in the order in which they run.
    pub operations: Vec<Operation>,
    /// How the answer is shown.
    pub show: Show,
    /// Only asked of the server, never done (`--dry-run=server` or `client`).
    pub dry_run: bool,
    /// Named objects that do not exist are left out (`--ignore-not-found`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore_missing: bool,
    /// Of the objects that the operations are about, only those that this is true for.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Where>,
    /// A dry run that shows objects as they would be sent, without what the server adds (`--dry-run=client`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_sent: bool,
    /// Several objects are printed as one list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_list: bool,
    /// Tables without the line of column names (`--no-headers`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_headers: bool,
    /// Objects are printed with who owns which field.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed_fields: bool,
    /// How long the answer to one request may take, where the command says so (`--request-timeout`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_timeout: Option<Duration>,
    /// What is waited for once it is done (`--wait`, `--timeout`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

impl Plan {
    /// A plan that only asks.
    pub fn reads(operations: Vec<Operation>, show: Show) -> Self {
        Self::changes(operations, show, false)
    }

    /// A plan that changes the cluster, or with `dry_run` only shows what it would change.
    pub fn changes(operations: Vec<Operation>, show: Show, dry_run: bool) -> Self {
        Self {
            operations,
            show,
            dry_run,
            ignore_missing: false,
            as_sent: false,
            as_list: false,
            no_headers: false,
            managed_fields: false,
            request_timeout: None,
            waits: None,
            filter: None,
        }
    }

    /// Puts a template in the place of the YAML that stood for it.
    pub(crate) fn print_as(&mut self, show: Show) {
        let place = match &mut self.show {
            Show::Wait { print: Some(print), .. }
            | Show::Written { print, .. }
            | Show::WhoAmI { print: Some(print) }
            | Show::Config(ConfigPart::Whole { print, .. })
            | Show::Version { print: Some(print), .. } => print.as_mut(),
            other => other,
        };
        if *place == Show::Yaml {
            *place = show;
        }
    }

    /// Whether carrying it out changes the cluster.
    pub fn mutates(&self) -> bool {
        !self.dry_run && self.operations.iter().any(|operation| operation.verb.mutates())
    }

    /// Whether it takes somebody's own terminal, files or ports, which a server does not have.
    pub fn needs_terminal(&self) -> bool {
        let mut changes = self.operations.iter().filter_map(|operation| operation.change.as_ref());
        changes.any(|change| matches!(change, Change::Connect { way } if way.needs_terminal()))
    }

    /// Whether it does something although no object differs afterwards.
    pub fn leaves_no_trace(&self) -> bool {
        let changes = self.operations.iter().filter_map(|operation| operation.change.as_ref());
        !self.dry_run && changes.into_iter().any(Change::leaves_no_trace)
    }
}
/// An object that a plan can't be made without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Read {
    /// Qualified plural name, for example `deployments.apps`.
    pub resource: String,
    /// Namespace; absent for cluster-scoped resources.
    pub namespace: Option<String>,
    /// One object by name, or with `None` all that the selector matches.
    pub name: Option<String>,
    /// Label selector.
    pub labels: Option<String>,
    /// Field selector.
    pub fields: Option<String>,
    /// Whether it reads what the command is about, so that a filter chooses among what is found.
    #[serde(default)]
    pub chosen: bool,
}

/// What was read for a plan: for each read the objects found (none: it does not exist; null in the place of one: it is
/// there, and a filter passes it over).
pub type Facts = BTreeMap<Read, Vec<Value>>;

/// Everything besides the command that a plan depends on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The session's namespace, for commands that name none.
    pub namespace: &'a str,
    /// The clock, so that times written into objects are fixed in the plan.
    pub now: Timestamp,
    /// The kinds the cluster serves.
    pub catalog: &'a Catalog,
    /// Objects that some verbs need.
    pub facts: &'a Facts,
    /// The texts that came with the command.
    pub attachments: &'a Attachments,
}

/// A plan, or the reads that are missing for it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is made, and nowhere kept")]
pub enum Planned {
    /// The plan.
    Ready(Plan),
    /// Read these as the user, add them to the facts, and plan again.
    Need(Vec<Read>),
}
