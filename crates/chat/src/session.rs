//! Conversations: where a follow-up finds what came before.

use jiff::Timestamp;
use kubechat_store::Store;
use kubechat_translate::Last;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::view::{millis, rfc3339};
use crate::{Error, Person, Policy};

/// A conversation of one person about one namespace of one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Id (UUIDv7).
    pub id: Uuid,
    /// Whose it is.
    pub user: String,
    /// Id of the cluster.
    pub cluster: String,
    /// Namespace for commands that name none.
    pub namespace: String,
    /// What it is about: the first request, or a name given to it.
    pub title: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "millis")]
    pub created_at: Timestamp,
    /// When something was last said.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "millis")]
    pub updated_at: Timestamp,
}

type Row = (String, String, String, String, String, String, String);

fn parse(row: Row) -> Result<Session, Error> {
    let (id, user, cluster, namespace, title, created_at, updated_at) = row;
    let bad = |what: &str| Error::NotFound { what: "session", id: format!("{id} ({what} is damaged)") };
    Ok(Session {
        id: id.parse().map_err(|_| bad("its id"))?,
        created_at: created_at.parse().map_err(|_| bad("its time"))?,
        updated_at: updated_at.parse().map_err(|_| bad("its time"))?,
        user,
        cluster,
        namespace,
        title,
    })
}

/// The table of conversations.
#[derive(Debug, Clone)]
pub(crate) struct Sessions {
    store: Store,
}

impl Sessions {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(crate) async fn create(
        &self,
        person: &Person,
        cluster: &str,
        namespace: &str,
        title: &str,
    ) -> Result<Session, Error> {
        let now = Timestamp::now();
        let session = Session {
            id: Uuid::now_v7(),
            user: person.user.clone(),
            cluster: cluster.to_owned(),
            namespace: namespace.to_owned(),
            title: title.chars().take(120).collect(),
            created_at: now,
            updated_at: now,
        };
        sqlx::query(
            "INSERT INTO sessions (id, user_name, cluster, namespace, title, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
        )
        .bind(session.id.to_string())
        .bind(&session.user)
        .bind(&session.cluster)
        .bind(&session.namespace)
        .bind(&session.title)
        .bind(rfc3339(now))
        .execute(&self.store.pool)
        .await?;
        Ok(session)
    }

    /// The conversation of that id, if it is this person's.
    pub(crate) async fn get(&self, person: &Person, id: Uuid) -> Result<Session, Error> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, user_name, cluster, namespace, title, created_at, updated_at FROM sessions
             WHERE id = $1 AND user_name = $2",
        )
        .bind(id.to_string())
        .bind(&person.user)
        .fetch_optional(&self.store.pool)
        .await?;
        row.map(parse).transpose()?.ok_or_else(|| Error::NotFound { what: "session", id: id.to_string() })
    }

    pub(crate) async fn list(&self, person: &Person) -> Result<Vec<Session>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, user_name, cluster, namespace, title, created_at, updated_at FROM sessions
             WHERE user_name = $1 ORDER BY updated_at DESC LIMIT 200",
        )
        .bind(&person.user)
        .fetch_all(&self.store.pool)
        .await?;
        rows.into_iter().map(parse).collect()
    }

    /// The conversation that a follow-up goes on with, while it is young enough.
    pub(crate) async fn latest(
        &self,
        person: &Person,
        cluster: &str,
        namespace: &str,
        policy: &Policy,
    ) -> Result<Option<Session>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, user_name, cluster, namespace, title, created_at, updated_at FROM sessions
             WHERE user_name = $1 AND cluster = $2 AND namespace = $3 AND updated_at >= $4
             ORDER BY updated_at DESC LIMIT 1",
        )
        .bind(&person.user)
        .bind(cluster)
        .bind(namespace)
        .bind(rfc3339(Timestamp::now() - policy.follow_up()))
        .fetch_optional(&self.store.pool)
        .await?;
        row.map(parse).transpose()
    }

    pub(crate) async fn change(
        &self,
        session: Uuid,
        title: Option<&str>,
        namespace: Option<&str>,
    ) -> Result<(), Error> {
        sqlx::query(
            "UPDATE sessions SET title = COALESCE($2, title), namespace = COALESCE($3, namespace), updated_at = $4
             WHERE id = $1",
        )
        .bind(session.to_string())
        .bind(title)
        .bind(namespace)
        .bind(rfc3339(Timestamp::now()))
        .execute(&self.store.pool)
        .await?;
        Ok(())
    }

    /// What the last query of the conversation was about.
    pub(crate) async fn last(&self, session: Uuid) -> Result<Option<Last>, Error> {
        let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT last FROM sessions WHERE id = $1")
            .bind(session.to_string())
            .fetch_optional(&self.store.pool)
            .await?;
        let sealed = row.and_then(|(last,)| last);
        Ok(sealed.map(|sealed| self.store.sealer.open(&session.to_string(), &sealed)).transpose()?)
    }

    pub(crate) async fn set_last(&self, session: Uuid, last: &Last) -> Result<(), Error> {
        let label = session.to_string();
        let sealed = self.store.sealer.seal(&label, last)?;
        sqlx::query("UPDATE sessions SET last = $2, updated_at = $3 WHERE id = $1")
            .bind(label)
            .bind(sealed)
            .bind(rfc3339(Timestamp::now()))
            .execute(&self.store.pool)
            .await?;
        Ok(())
    }
}
