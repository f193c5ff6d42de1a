//! People and their logins.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use jiff::{SignedDuration, Timestamp};
use kubechat_store::Pool;
use serde::Serialize;

use crate::Error;
use crate::secret::{code, fingerprint, token};

/// Least number of characters of a password.
const PASSWORD_MIN: usize = 12;
/// How long a login lasts.
const LOGIN: SignedDuration = SignedDuration::from_hours(12);
/// How long a printed one-time code can be used.
const ONE_TIME: SignedDuration = SignedDuration::from_hours(24);

/// What somebody may do in KubeChat; says nothing about rights in a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Roles {
    /// May administer KubeChat.
    pub admin: bool,
    /// May read the audit log.
    pub auditor: bool,
}

/// A person known to KubeChat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Login name.
    pub name: String,
    /// What they may do.
    pub roles: Roles,
    /// Whether a password is set.
    pub password_set: bool,
}

/// The people of this installation.
#[derive(Debug, Clone)]
pub struct Accounts {
    pool: Pool,
}

impl Accounts {
    /// Accounts kept in this database.
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// How many people there are.
    pub async fn count(&self) -> Result<i64, Error> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&self.pool).await?)
    }

    /// The person of that name.
    pub async fn find(&self, name: &str) -> Result<Option<User>, Error> {
        let row: Option<(String, bool, bool, bool)> = sqlx::query_as(
            "SELECT name, admin, auditor, password_hash IS NOT NULL FROM users WHERE name = $1",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(name, admin, auditor, password_set)| User {
            name,
            roles: Roles { admin, auditor },
            password_set,
        }))
    }

    /// Adds a person; `record` is the audit record of it.
    pub async fn create(&self, name: &str, roles: Roles, record: u64) -> Result<User, Error> {
        let usable = !name.is_empty()
            && name.len() <= 64
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'));
        if !usable {
            return Err(Error::Name(name.to_owned()));
        }
        let done = sqlx::query(
            "INSERT INTO users (name, admin, auditor, created_at, record) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(roles.admin)
        .bind(roles.auditor)
        .bind(Timestamp::now().to_string())
        .bind(record.cast_signed())
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Name(name.to_owned()));
        }
        Ok(User { name: name.to_owned(), roles, password_set: false })
    }

    /// Says what a person may do; `record` is the audit record of it.
    pub async fn set_roles(&self, name: &str, roles: Roles, record: u64) -> Result<(), Error> {
        sqlx::query("UPDATE users SET admin = $2, auditor = $3, record = $4 WHERE name = $1")
            .bind(name)
            .bind(roles.admin)
            .bind(roles.auditor)
            .bind(record.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Whether a password may be set, to be asked before the change is recorded.
    pub fn check_new_password(password: &str) -> Result<(), Error> {
        if password.chars().count() < PASSWORD_MIN { Err(Error::TooShort(PASSWORD_MIN)) } else { Ok(()) }
    }

    /// Sets a person's password and ends their unused one-time codes.
    pub async fn set_password(&self, name: &str, password: &str, record: u64) -> Result<(), Error> {
        Self::check_new_password(password)?;
        let hash = hash(password.to_owned()).await?;
        sqlx::query("UPDATE users SET password_hash = $2, record = $3 WHERE name = $1")
            .bind(name)
            .bind(hash)
            .bind(record.cast_signed())
            .execute(&self.pool)
            .await?;
        sqlx::query("DELETE FROM one_time_codes WHERE user_name = $1").bind(name).execute(&self.pool).await?;
        Ok(())
    }

    /// Checks name and password.
    pub async fn check_password(&self, name: &str, password: &str) -> Result<User, Error> {
        let row: Option<(String, bool, bool, Option<String>)> =
            sqlx::query_as("SELECT name, admin, auditor, password_hash FROM users WHERE name = $1")
                .bind(name)
                .fetch_optional(&self.pool)
                .await?;
        let (name, admin, auditor, stored) = row.unwrap_or_default();
        // An unknown name costs as much time as a wrong password.
        let stored = match stored {
            Some(stored) => stored,
            None => hash(token()).await?,
        };
        if verify(stored, password.to_owned()).await? && !name.is_empty() {
            return Ok(User { name, roles: Roles { admin, auditor }, password_set: true });
        }
        Err(Error::Denied)
    }

    /// A code that logs this person in once.
    pub async fn issue_one_time_code(&self, name: &str) -> Result<String, Error> {
        let code = code();
        sqlx::query("DELETE FROM one_time_codes WHERE user_name = $1").bind(name).execute(&self.pool).await?;
        sqlx::query("INSERT INTO one_time_codes (code_hash, user_name, expires_at) VALUES ($1, $2, $3)")
            .bind(fingerprint(&code))
            .bind(name)
            .bind((Timestamp::now() + ONE_TIME).to_string())
            .execute(&self.pool)
            .await?;
        Ok(code)
    }

    /// Uses up a one-time code.
    pub async fn redeem_one_time_code(&self, code: &str) -> Result<User, Error> {
        let row: Option<(String, String)> =
            sqlx::query_as("DELETE FROM one_time_codes WHERE code_hash = $1 RETURNING user_name, expires_at")
                .bind(fingerprint(code))
                .fetch_optional(&self.pool)
                .await?;
        let (name, expires_at) = row.ok_or(Error::Denied)?;
        if expired(&expires_at) {
            return Err(Error::Denied);
        }
        self.find(&name).await?.ok_or(Error::Denied)
    }

    /// Opens a login and returns its bearer token.
    pub async fn open_login(&self, user: &User) -> Result<String, Error> {
        let token = token();
        let now = Timestamp::now();
        sqlx::query("DELETE FROM logins WHERE expires_at < $1")
            .bind(now.to_string())
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "INSERT INTO logins (token_hash, user_name, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(fingerprint(&token))
        .bind(&user.name)
        .bind(now.to_string())
        .bind((now + LOGIN).to_string())
        .execute(&self.pool)
        .await?;
        Ok(token)
    }

    /// The person a bearer token belongs to.
    pub async fn by_token(&self, token: &str) -> Result<User, Error> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT user_name, expires_at FROM logins WHERE token_hash = $1")
                .bind(fingerprint(token))
                .fetch_optional(&self.pool)
                .await?;
        let (name, expires_at) = row.ok_or(Error::Denied)?;
        if expired(&expires_at) {
            return Err(Error::Denied);
        }
        self.find(&name).await?.ok_or(Error::Denied)
    }

    /// Ends a login.
    pub async fn close_login(&self, token: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM logins WHERE token_hash = $1")
            .bind(fingerprint(token))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn expired(at: &str) -> bool {
    at.parse::<Timestamp>().map_or(true, |at| at < Timestamp::now())
}

async fn hash(password: String) -> Result<String, Error> {
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| Error::Hash(error.to_string()))
    })
    .await
    .map_err(|error| Error::Hash(error.to_string()))?
}

async fn verify(stored: String, password: String) -> Result<bool, Error> {
    tokio::task::spawn_blocking(move || {
        let parsed = PasswordHash::new(&stored).map_err(|error| Error::Hash(error.to_string()))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
    .map_err(|error| Error::Hash(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Roles = Roles { admin: true, auditor: true };

    async fn accounts() -> (tempfile::TempDir, Accounts) {
        let dir = tempfile::tempdir().unwrap();
        let store = kubechat_store::Store::open(dir.path()).await.unwrap();
        (dir, Accounts::new(store.pool))
    }

    #[tokio::test]
    async fn a_password_opens_and_a_wrong_one_does_not() {
        let (_dir, accounts) = accounts().await;
        accounts.create("admin", BOTH, 0).await.unwrap();
        assert!(matches!(accounts.check_password("admin", "anything").await, Err(Error::Denied)));
        assert!(matches!(accounts.set_password("admin", "short", 1).await, Err(Error::TooShort(_))));
        accounts.set_password("admin", "a long password", 1).await.unwrap();
        assert!(accounts.check_password("admin", "a long password").await.unwrap().roles.admin);
        assert!(matches!(accounts.check_password("admin", "a long passwore").await, Err(Error::Denied)));
        assert!(matches!(accounts.check_password("nobody", "a long password").await, Err(Error::Denied)));
    }

    #[tokio::test]
    async fn a_one_time_code_works_once_and_in_any_case() {
        let (_dir, accounts) = accounts().await;
        accounts.create("admin", BOTH, 0).await.unwrap();
        let code = accounts.issue_one_time_code("admin").await.unwrap();
        assert_eq!(accounts.redeem_one_time_code(&code.to_lowercase()).await.unwrap().name, "admin");
        assert!(matches!(accounts.redeem_one_time_code(&code).await, Err(Error::Denied)));
    }

    #[tokio::test]
    async fn a_login_ends_when_it_is_closed() {
        let (_dir, accounts) = accounts().await;
        let user = accounts.create("admin", BOTH, 0).await.unwrap();
        let token = accounts.open_login(&user).await.unwrap();
        assert_eq!(accounts.by_token(&token).await.unwrap(), user);
        accounts.close_login(&token).await.unwrap();
        assert!(matches!(accounts.by_token(&token).await, Err(Error::Denied)));
    }

    #[tokio::test]
    async fn who_administers_and_who_reads_the_log_are_said_apart() {
        let (_dir, accounts) = accounts().await;
        accounts.create("admin", BOTH, 0).await.unwrap();
        let only = Roles { admin: false, auditor: true };
        accounts.set_roles("admin", only, 1).await.unwrap();
        assert_eq!(accounts.find("admin").await.unwrap().unwrap().roles, only);
    }
}
