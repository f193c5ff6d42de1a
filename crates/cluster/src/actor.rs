//! As whom a call is made.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How a connection gets its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identity {
    /// The kubeconfig's own user; one person only.
    Own,
    /// KubeChat's account takes on the requesting user.
    Impersonate,
}

/// The user that calls are made as.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The kubeconfig's own user.
    Own,
    /// Somebody else, by impersonation; made by [`Actor::impersonated`].
    Impersonated {
        /// Kubernetes user name.
        username: String,
        /// Kubernetes groups.
        groups: Vec<String>,
    },
}

impl Actor {
    /// A user to impersonate. Names that begin with `system:` are refused.
    pub fn impersonated(username: impl Into<String>, groups: Vec<String>) -> Result<Self, Error> {
        let actor = Self::Impersonated { username: username.into(), groups };
        actor.check()?;
        Ok(actor)
    }

    /// Checked again before each use, since the variant can be built without the constructor: a name that
    /// can't be sent as a header would silently mean KubeChat's own account.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self::Impersonated { username, groups } = self else { return Ok(()) };
        for name in std::iter::once(username).chain(groups) {
            if let Some(message) = refusal(name) {
                return Err(Error::Impersonation { name: name.clone(), message: message.to_owned() });
            }
        }
        Ok(())
    }
}

fn refusal(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("the name is empty")
    } else if name.trim_start().to_ascii_lowercase().starts_with("system:") {
        Some("names that begin with system: belong to Kubernetes itself")
    } else if http::HeaderValue::from_str(name).is_err() {
        Some("the name has characters that no header can carry")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_names_are_never_taken_on() {
        for (user, group) in
            [("system:admin", "a"), ("alice", "system:masters"), ("System:x", "a"), ("", "a"), ("zoë\n", "a")]
        {
            assert!(Actor::impersonated(user, vec![group.to_owned()]).is_err(), "{user} {group}");
        }
        assert!(Actor::impersonated("alice", vec!["shop-admins".to_owned()]).is_ok());
    }
}
