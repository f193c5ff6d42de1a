//! Who sends a request: the cookie or bearer token, and the guard against requests from other sites.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum_extra::extract::CookieJar;
use kubechat_chat::Person;
use kubechat_identity::User;

use crate::app::App;
use crate::error::ApiError;
use crate::tls::Peer;

/// Name of the cookie that holds the login's token.
pub(crate) const COOKIE: &str = "kubechat_session";
/// A header that a form of another site can't send.
const GUARD: &str = "x-kubechat";

/// The person behind a request.
pub(crate) struct LoggedIn {
    pub person: Person,
    pub user: User,
    pub token: String,
}

impl FromRequestParts<App> for LoggedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let (token, by_cookie) = token(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
        let changes = parts.method != Method::GET && parts.method != Method::HEAD;
        if by_cookie && changes && !parts.headers.contains_key(GUARD) {
            return Err(ApiError::bad_request(
                "Requests that change something need the header X-KubeChat: 1, so that no other site can send them for you.",
            ));
        }
        let user = match app.accounts.by_token(&token).await {
            Ok(user) => user,
            Err(kubechat_identity::Error::Denied) => return Err(ApiError::unauthenticated()),
            Err(error) => return Err(error.into()),
        };
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        Ok(Self {
            person: origin.person(&user.name, if by_cookie { "session" } else { "token" }),
            user,
            token,
        })
    }
}

/// The person behind a request, who may read the audit log.
pub(crate) struct Auditor(pub LoggedIn);

impl FromRequestParts<App> for Auditor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let who = LoggedIn::from_request_parts(parts, app).await?;
        if who.user.roles.auditor {
            return Ok(Self(who));
        }
        let message =
            "You may not read the audit log: that takes the role auditor, which an administrator gives.";
        Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message))
    }
}

fn token(headers: &HeaderMap) -> Option<(String, bool)> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
        return Some((token.to_owned(), false));
    }
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| (cookie.value().to_owned(), true))
}

/// Where a request comes from, whoever sends it.
pub(crate) struct Origin {
    source: Option<String>,
    user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn person(self, user: &str, method: &str) -> Person {
        Person {
            user: user.to_owned(),
            method: method.to_owned(),
            source: self.source,
            user_agent: self.user_agent,
            request: Some(crate::request_id::current()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let source = parts.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.0.to_string());
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self { source, user_agent: agent.map(|agent| agent.chars().take(200).collect()) })
    }
}
