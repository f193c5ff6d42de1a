//! Why a language model gave no answer.

use std::time::Duration;

/// Why there is no answer. What a server said stands in it shortened and without control characters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// No connection, or it broke before anything came.
    #[error(
        "The model {provider} can't be reached: {reason}. Check that it runs and its endpoint in the configuration."
    )]
    Unreachable {
        /// The provider's name in the configuration.
        provider: String,
        /// What the connection said.
        reason: String,
    },
    /// It said nothing, or did not come to an end, in time.
    #[error("The model {provider} did not answer within {} s and was given up. Ask again, or raise its timeout_seconds.", after.as_secs())]
    Timeout {
        /// The provider.
        provider: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The key was refused.
    #[error(
        "The model {provider} refused the key (HTTP {status}). Check key or key_file of it in the configuration."
    )]
    Denied {
        /// The provider.
        provider: String,
        /// 401 or 403.
        status: u16,
    },
    /// It has no such model.
    #[error(
        "The provider {provider} has no model {model:?}. Pull it, or name one that it has in the configuration."
    )]
    NoModel {
        /// The provider.
        provider: String,
        /// The model.
        model: String,
    },
    /// Too many requests, or overloaded.
    #[error("The model {provider} is overloaded (HTTP {status}). Ask again in a moment.")]
    Busy {
        /// The provider.
        provider: String,
        /// 429, 503 or 529.
        status: u16,
        /// When it wants to be asked again.
        after: Option<Duration>,
    },
    /// It failed.
    #[error("The model {provider} failed (HTTP {status}): {message}. Its own log says more.")]
    Server {
        /// The provider.
        provider: String,
        /// The status; 200 where it failed in the middle of an answer.
        status: u16,
        /// What it said.
        message: String,
    },
    /// It does not take the request.
    #[error(
        "The model {provider} does not take the request (HTTP {status}): {message}. Check kind, endpoint and answer of it in the configuration."
    )]
    Request {
        /// The provider.
        provider: String,
        /// The status.
        status: u16,
        /// What it said.
        message: String,
    },
    /// The answer ended in the middle.
    #[error("The answer of the model {provider} was cut off. Ask again.")]
    Cut {
        /// The provider.
        provider: String,
    },
    /// The answer is not in the wire format.
    #[error(
        "The model {provider} answered what its interface does not say: {reason}. Check its kind and endpoint in the configuration."
    )]
    Malformed {
        /// The provider.
        provider: String,
        /// Where and what.
        reason: String,
    },
    /// The answer is longer than anything that is wanted.
    #[error("The model {provider} answered more than {bytes} bytes and was cut off. Choose another model.")]
    TooLong {
        /// The provider.
        provider: String,
        /// The limit.
        bytes: usize,
    },
    /// Air-gapped, and the endpoint is outside.
    #[error(
        "The endpoint {endpoint} of the model {provider} is outside the private address ranges, and airgap is on. Use an endpoint inside, or turn airgap off."
    )]
    Outside {
        /// The provider.
        provider: String,
        /// The endpoint.
        endpoint: String,
    },
    /// The configuration can't be used.
    #[error("The model {provider} is not configured right: {reason}.")]
    Settings {
        /// The provider.
        provider: String,
        /// Which of its keys.
        field: &'static str,
        /// What to correct.
        reason: String,
    },
    /// The section `[models]` can't be used.
    #[error("{field} in [models] is not configured right: {reason}.")]
    Section {
        /// Which of its keys.
        field: &'static str,
        /// What to correct.
        reason: String,
    },
    /// The kind of server has no such call.
    #[error("The provider {provider} can't {what}. Do it with its own tools.")]
    Unsupported {
        /// The provider.
        provider: String,
        /// `pull models`, `describe models`.
        what: &'static str,
    },
}

impl Error {
    /// Stable identifier for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "model_unreachable",
            Self::Timeout { .. } => "model_timeout",
            Self::Denied { .. } => "model_denied",
            Self::NoModel { .. } => "model_missing",
            Self::Busy { .. } => "model_busy",
            Self::Server { .. } => "model_failed",
            Self::Request { .. } => "model_request",
            Self::Cut { .. } => "model_cut",
            Self::Malformed { .. } => "model_malformed",
            Self::TooLong { .. } => "model_too_long",
            Self::Outside { .. } => "model_outside",
            Self::Settings { .. } | Self::Section { .. } => "model_settings",
            Self::Unsupported { .. } => "model_unsupported",
        }
    }

    /// The key of `[models]` that it is about, such as `provider.local.endpoint`.
    pub fn field(&self) -> Option<String> {
        match self {
            Self::Section { field, .. } => Some((*field).to_owned()),
            Self::Settings { provider, field, .. } => Some(format!("provider.{provider}.{field}")),
            Self::Outside { provider, .. } | Self::Unreachable { provider, .. } => {
                Some(format!("provider.{provider}.endpoint"))
            }
            _ => None,
        }
    }

    /// Whether the same request may do better in a moment. A chat changes nothing, so asking again is always safe; what
    /// is settled by the configuration or by the request itself is not asked again.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. } | Self::Server { .. } | Self::Cut { .. })
    }
}

/// What a server said, fit to be shown: one line, not longer than a sentence.
pub(crate) fn said(text: &str) -> String {
    let text = plain(text, 300).replace('\n', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

/// Text of others, fit to be shown: without control and direction characters, cut at a length.
pub fn plain(text: &str, length: usize) -> String {
    let shown = text.chars().filter(|c| {
        !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    });
    let mut text: String =
        shown.map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).take(length + 1).collect();
    if let Some((end, _)) = text.char_indices().nth(length) {
        text.truncate(end);
        text.push('…');
    }
    text.trim().to_owned()
}
