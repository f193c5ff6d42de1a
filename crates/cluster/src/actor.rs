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

    /// Checked again before each use, since the variant can be built without the constructor.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self::Impersonated { username, groups } = self else { return Ok(()) };
        let refused = |name: &str| name.trim().is_empty() || name.trim_start().to_ascii_lowercase().starts_with("system:");
        match std::iter::once(username).chain(groups).find(|name| refused(name)) {
            Some(name) => Err(Error::SystemIdentity { name: name.clone() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_names_are_never_taken_on() {
        for (user, group) in [("system:admin", "a"), ("alice", "system:masters"), ("System:x", "a"), ("", "a")] {
            assert!(Actor::impersonated(user, vec![group.to_owned()]).is_err(), "{user} {group}");
        }
        assert!(Actor::impersonated("alice", vec!["shop-admins".to_owned()]).is_ok());
    }
}
