//! Who is asking: people, their logins, and the mapping to cluster identities.
//!
//! Passwords are Argon2id; tokens and one-time codes are random and stored as hashes only. The caller writes the audit
//! record first and hands its index to whatever changes a row here.

#![forbid(unsafe_code)]

mod accounts;
mod mapping;
mod secret;

pub use accounts::{Accounts, Roles, User};
pub use mapping::{Mapped, Mappings};

/// What can go wrong when somebody identifies themselves.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown user, wrong password or code, or an ended login: deliberately not said which.
    #[error(
        "The name or password is not right, or the one-time code was used or has expired. A restart of the server prints a new code while no password is set."
    )]
    Denied,
    /// The new password is too weak.
    #[error("The password needs at least {0} characters.")]
    TooShort(usize),
    /// The name is taken or not usable.
    #[error(
        "The user name {0:?} can't be used: it is taken, empty, or has characters other than letters, digits, '.', '-', '_', '@'."
    )]
    Name(String),
    /// The mapping names an identity that is never impersonated.
    #[error(
        "The identity {0:?} is never impersonated: names that begin with \"system:\" belong to Kubernetes. Map to a person or a group of your own."
    )]
    SystemIdentity(String),
    /// Hashing failed.
    #[error("The password could not be hashed: {0}.")]
    Hash(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] kubechat_store::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
