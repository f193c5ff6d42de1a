//! What is waited for once a change is written.

use serde::{Deserialize, Serialize};

/// How long a change is followed after the server has accepted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// Until when.
    pub until: Settled,
    /// At most so many seconds; zero: as long as it takes.
    pub timeout_seconds: i64,
}

/// When a change has arrived in the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// What was deleted is no longer there.
    Gone,
    /// There are as many replicas as are wanted.
    Scaled,
}

impl Waits {
    /// As an explanation goes on.
    pub(crate) fn phrase(self) -> String {
        let until = match self.until {
            Settled::Gone => "until it is no longer there",
            Settled::Scaled => "until there are so many",
        };
        match self.timeout_seconds {
            0 => format!(" Then wait {until}."),
            seconds => format!(" Then wait {until}, at most {seconds} s."),
        }
    }

    /// The flags that ask for it.
    pub(crate) fn write(self, line: &mut crate::line::Line) {
        line.switch("--wait", self.until == Settled::Gone)
            .value("--timeout", (self.timeout_seconds > 0).then(|| format!("{}s", self.timeout_seconds)));
    }
}
