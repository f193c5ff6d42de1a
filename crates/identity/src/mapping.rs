//! Who is whom: (cluster, KubeChat user) → cluster user and groups. No row, no access.

use kubechat_store::Pool;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The cluster identity a person acts as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// User name as the cluster knows it.
    pub username: String,
    /// Groups as the cluster knows them.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl Mapped {
    /// Refuses identities that belong to Kubernetes itself.
    pub fn check(self) -> Result<Self, Error> {
        let system =
            std::iter::once(&self.username).chain(&self.groups).find(|name| name.starts_with("system:"));
        match system {
            Some(name) => Err(Error::SystemIdentity(name.clone())),
            None => Ok(self),
        }
    }
}

/// The mapping table.
#[derive(Debug, Clone)]
pub struct Mappings {
    pool: Pool,
}

impl Mappings {
    /// Mappings kept in this database.
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Whom this person is in that cluster.
    pub async fn find(&self, cluster: &str, user: &str) -> Result<Option<Mapped>, Error> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT username, groups FROM mappings WHERE cluster = $1 AND user_name = $2")
                .bind(cluster)
                .bind(user)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|(username, groups)| {
            let groups = serde_json::from_str(&groups).map_err(kubechat_store::Error::from)?;
            Mapped { username, groups }.check()
        })
        .transpose()
    }

    /// Sets whom this person is in that cluster; `record` is the audit record of it.
    pub async fn set(&self, cluster: &str, user: &str, mapped: Mapped, record: u64) -> Result<(), Error> {
        let mapped = mapped.check()?;
        let groups = serde_json::to_string(&mapped.groups).map_err(kubechat_store::Error::from)?;
        sqlx::query(
            "INSERT INTO mappings (cluster, user_name, username, groups, record) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (cluster, user_name) DO UPDATE SET username = $3, groups = $4, record = $5",
        )
        .bind(cluster)
        .bind(user)
        .bind(&mapped.username)
        .bind(groups)
        .bind(record.cast_signed())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_is_mapped_to_a_system_identity() {
        let dir = tempfile::tempdir().unwrap();
        let mappings = Mappings::new(kubechat_store::Store::open(dir.path()).await.unwrap().pool);
        assert_eq!(mappings.find("c", "dana").await.unwrap(), None);
        let masters = Mapped { username: "dana".into(), groups: vec!["system:masters".into()] };
        assert!(matches!(mappings.set("c", "dana", masters, 1).await, Err(Error::SystemIdentity(_))));
        let dana = Mapped { username: "dana@shop".into(), groups: vec!["shop-admins".into()] };
        mappings.set("c", "dana", dana.clone(), 1).await.unwrap();
        assert_eq!(mappings.find("c", "dana").await.unwrap(), Some(dana));
    }
}
