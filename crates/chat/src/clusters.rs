//! The clusters this process is connected to, and who a person is there.

use jiff::SignedDuration;
use kubechat_cluster::{Actor, Cluster, Identity};
use kubechat_identity::{Mapped, Mappings};

use crate::{Error, Person};

/// A connected cluster and the terms on which it is used.
#[derive(Clone)]
pub struct Connected {
    /// The connection.
    pub cluster: Cluster,
    /// Whether calls are made as the kubeconfig's own user or by impersonation.
    pub identity: Identity,
    /// Whether it is the practice cluster.
    pub practice: bool,
    /// Mappings from the configuration file; they win over the table.
    pub configured: Vec<ConfiguredMapping>,
    /// After so long the API server carries out no request any more that it has taken.
    pub settles_after: SignedDuration,
}

/// A mapping given in the configuration file.
#[derive(Debug, Clone)]
pub struct ConfiguredMapping {
    /// KubeChat user.
    pub user: String,
    /// Who that is in the cluster.
    pub mapped: Mapped,
}

impl Connected {
    /// The identity this person acts under; no mapping, no access.
    pub(crate) async fn actor(&self, person: &Person, mappings: &Mappings) -> Result<Actor, Error> {
        if self.identity == Identity::Own {
            return Ok(Actor::Own);
        }
        let configured = self.configured.iter().find(|entry| entry.user == person.user);
        let mapped = match configured {
            Some(entry) => Some(entry.mapped.clone().check()?),
            None => mappings.find(self.cluster.id(), &person.user).await?,
        };
        let mapped = mapped.ok_or_else(|| Error::Unmapped {
            user: person.user.clone(),
            cluster: self.cluster.context().to_owned(),
        })?;
        Ok(Actor::impersonated(mapped.username, mapped.groups)?)
    }
}

/// All connected clusters; the first is the default.
#[derive(Clone)]
pub struct Clusters(Vec<Connected>);

impl Clusters {
    /// These clusters.
    pub fn new(list: Vec<Connected>) -> Self {
        Self(list)
    }

    /// Every cluster.
    pub fn all(&self) -> &[Connected] {
        &self.0
    }

    /// The cluster of that id or context; the first without one.
    pub fn find(&self, wanted: Option<&str>) -> Result<&Connected, Error> {
        let found = match wanted {
            None => self.0.first(),
            Some(wanted) => {
                self.0.iter().find(|one| one.cluster.id() == wanted || one.cluster.context() == wanted)
            }
        };
        found.ok_or_else(|| Error::NotFound { what: "cluster", id: wanted.unwrap_or("").to_owned() })
    }
}
