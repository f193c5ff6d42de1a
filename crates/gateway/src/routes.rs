//! The handlers, one file per noun. Each takes apart the request, calls the chain once and answers.

pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod clusters;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod models;
pub(crate) mod models_settings;
pub(crate) mod queries;
pub(crate) mod sessions;
pub(crate) mod users;
