//! Who asks, and through which door.

use kubechat_audit::Actor;
use uuid::Uuid;

/// The person behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// KubeChat user; on the command line the user of the operating system.
    pub user: String,
    /// How they were recognised: `cli`, `password`, `one_time_code`.
    pub method: String,
    /// Address and port they came from; `terminal` for somebody at this machine.
    pub source: Option<String>,
    /// Their program.
    pub user_agent: Option<String>,
    /// Id of the HTTP request, or of the run of the command line.
    pub request: Option<String>,
}

impl Person {
    /// Somebody at a terminal of this machine.
    pub fn at_terminal(user: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            method: "cli".to_owned(),
            source: Some("terminal".to_owned()),
            user_agent: Some(concat!("kubechat/", env!("CARGO_PKG_VERSION")).to_owned()),
            request: Some(Uuid::now_v7().to_string()),
        }
    }

    /// Whether they sit at a terminal of the machine that this runs on.
    pub fn at_a_terminal(&self) -> bool {
        self.method == "cli"
    }

    /// As the audit log names them.
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.user.clone(),
            method: self.method.clone(),
            source: self.source.clone(),
            user_agent: self.user_agent.clone(),
            request: self.request.clone(),
            ..Actor::default()
        }
    }
}
