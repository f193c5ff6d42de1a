//! URLs of the Kubernetes API.

use kubechat_kubectl::Resource;
use url::form_urlencoded::Serializer;

use crate::error::Error;

/// `/api/v1/namespaces/shop/pods`.
pub(crate) fn collection(resource: &Resource, namespace: Option<&str>) -> Result<String, Error> {
    let root = if resource.group.is_empty() {
        format!("/api/{}", resource.version)
    } else {
        format!("/apis/{}/{}", resource.group, resource.version)
    };
    match namespace.filter(|_| resource.namespaced) {
        Some(namespace) => Ok(format!("{root}/namespaces/{}/{}", segment(namespace)?, resource.plural)),
        None => Ok(format!("{root}/{}", resource.plural)),
    }
}

/// `/apis/apps/v1/namespaces/shop/deployments/web/scale`.
pub(crate) fn object(
    resource: &Resource,
    namespace: Option<&str>,
    name: &str,
    subresource: Option<&str>,
) -> Result<String, Error> {
    if resource.namespaced && namespace.is_none() {
        let message = format!("{} \"{name}\" needs a namespace", resource.singular);
        return Err(Error::Unsupported { message });
    }
    let mut path = format!("{}/{}", collection(resource, namespace)?, segment(name)?);
    if let Some(subresource) = subresource {
        path.push('/');
        path.push_str(&segment(subresource)?);
    }
    Ok(path)
}

/// The path with a query of the pairs that have a value.
pub(crate) fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = Serializer::new(String::new());
    for (key, value) in pairs {
        if let Some(value) = value {
            query.append_pair(key, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// One path segment; what would leave it is encoded, and what can't name an object is refused.
fn segment(text: &str) -> Result<String, Error> {
    if text.is_empty() || text == "." || text == ".." {
        return Err(Error::Invalid { message: format!("\"{text}\" is not a name") });
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@!$".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployments() -> Resource {
        Resource {
            group: "apps".into(),
            version: "v1".into(),
            plural: "deployments".into(),
            singular: "deployment".into(),
            kind: "Deployment".into(),
            short_names: vec![],
            categories: vec![],
            namespaced: true,
            verbs: vec![],
            subresources: vec![],
        }
    }

    #[test]
    fn a_name_never_leaves_its_segment() {
        let path = object(&deployments(), Some("shop"), "../../secrets?x#y", None).unwrap();
        assert_eq!(path, "/apis/apps/v1/namespaces/shop/deployments/..%2F..%2Fsecrets%3Fx%23y");
        assert!(object(&deployments(), Some(".."), "web", None).is_err());
        assert!(object(&deployments(), None, "web", None).is_err());
    }

    #[test]
    fn queries_are_encoded() {
        let path = with_query("/a", &[("labelSelector", Some("a=b,c in (d)")), ("limit", None)]);
        assert_eq!(path, "/a?labelSelector=a%3Db%2Cc+in+%28d%29");
    }
}
