//! The middleware that gives each request its evidence: `Audit-ID`, `User-Agent`, and whom it is made as.

use std::task::{Context, Poll};

use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Request};
use kube::client::Body;
use tower::{Layer, Service};
use uuid::Uuid;

use crate::actor::Actor;

/// The header that the API server takes its audit event's id from.
pub(crate) const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");
const IMPERSONATE_USER: HeaderName = HeaderName::from_static("impersonate-user");
const IMPERSONATE_GROUP: HeaderName = HeaderName::from_static("impersonate-group");

/// Adds [`Evidence`] to a client's stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EvidenceLayer;

impl<S> Layer<S> for EvidenceLayer {
    type Service = Evidence<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Evidence { inner }
    }
}

/// Stamps requests on their way out. The actor travels as an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct Evidence<S> {
    inner: S,
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for Evidence<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let actor = request.extensions_mut().remove::<Actor>().unwrap_or(Actor::Own);
        stamp(request.headers_mut(), &actor);
        self.inner.call(request)
    }
}

fn stamp(headers: &mut HeaderMap, actor: &Actor) {
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("kubechat/", env!("CARGO_PKG_VERSION"))));
    if !headers.contains_key(AUDIT_ID)
        && let Ok(id) = HeaderValue::from_str(&Uuid::now_v7().to_string())
    {
        headers.insert(AUDIT_ID, id);
    }
    headers.remove(IMPERSONATE_USER);
    headers.remove(IMPERSONATE_GROUP);
    let Actor::Impersonated { username, groups } = actor else { return };
    // Names were checked to be header values before the request was built.
    if let Ok(user) = HeaderValue::from_str(username) {
        headers.insert(IMPERSONATE_USER, user);
    }
    for group in groups.iter().filter_map(|group| HeaderValue::from_str(group).ok()) {
        headers.append(IMPERSONATE_GROUP, group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_its_own_id_and_only_our_impersonation() {
        let mut headers = HeaderMap::new();
        headers.insert(IMPERSONATE_USER, HeaderValue::from_static("mallory"));
        stamp(&mut headers, &Actor::Own);
        assert!(!headers.contains_key(IMPERSONATE_USER));
        let id = Uuid::parse_str(headers[AUDIT_ID].to_str().unwrap()).unwrap();
        assert_eq!(id.get_version_num(), 7);
        let groups = vec!["a".to_owned(), "b".to_owned()];
        stamp(&mut headers, &Actor::Impersonated { username: "alice".into(), groups });
        assert_eq!(headers[AUDIT_ID].to_str().unwrap(), id.to_string());
        assert_eq!(headers[IMPERSONATE_USER], "alice");
        assert_eq!(headers.get_all(IMPERSONATE_GROUP).iter().count(), 2);
    }
}
