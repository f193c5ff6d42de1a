//! Language models, none of them trusted: they propose, code disposes.
//!
//! | what | file |
//! | --- | --- |
//! | which models there are, and where; which of them are asked now | [`config`], [`Current`] |
//! | one trait, one file per kind of server | [`provider`] |
//! | every limit on a connection; endpoints inside only | `http`, `airgap` |
//! | which model is asked: order, deadline, breaker, memory | [`route`] |
//! | the one way to a model: without secrets, and without names where that is configured | [`redact`], [`pseudonyms`] |
//! | words → command: prompt, reading of the answer, agreement | [`words`] |
//!
//! Nothing is sent that is not a [`Clean`] prompt, nowhere that is not configured. What comes back is text: whoever
//! asked parses it into typed commands, or throws it away.

#![forbid(unsafe_code)]

mod airgap;
pub mod config;
mod current;
mod error;
mod http;
pub mod provider;
pub mod pseudonyms;
pub mod redact;
pub mod route;
pub mod words;

use std::sync::Arc;

/// The configured models, ready to be asked.
#[derive(Debug)]
pub struct Models {
    /// Asks them.
    pub router: Router,
    /// As they are configured.
    pub settings: Settings,
}

impl Models {
    /// Checks the configuration; air-gapped, every endpoint is looked up and refused when it is outside.
    pub async fn open(settings: Settings) -> Result<Arc<Self>, Error> {
        let (models, wrong) = Self::examined(settings).await;
        match wrong.into_iter().next() {
            None => Ok(Arc::new(models)),
            Some(first) => Err(first),
        }
    }

    /// The same, with everything that is wrong with it; they may be used when that is nothing.
    pub async fn examined(settings: Settings) -> (Self, Vec<Error>) {
        let mut wrong = settings.wrong();
        let (router, more) = Router::new(&settings);
        wrong.extend(more);
        if settings.airgap {
            wrong.extend(router.check_inside().await);
        }
        (Self { router, settings }, wrong)
    }

    /// None at all.
    pub fn none() -> Arc<Self> {
        let settings = Settings::default();
        Arc::new(Self { router: Router::of(Vec::new(), &settings), settings })
    }
}

pub use config::Settings;
pub use current::Current;
pub use error::{Error, plain};
pub use provider::{Answer, Model, Piece, Pieces, Progress, Provider, Pulled, Shown, Usage, connect};
pub use pseudonyms::Pseudonyms;
pub use redact::{Clean, Prompt, Role, Tool, Tools, redacted};
pub use route::{Health, NoAnswer, Question, Routed, Router, Told};
pub use words::json_in;
