//! The values that variables take from elsewhere, as far as they can be known without a running container.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubechat_kubectl::Resource;
use serde_json::Value;

use crate::quantity;

/// What the Secrets and ConfigMaps hold, by type, namespace and name.
#[derive(Default)]
pub(super) struct Sources(HashMap<(&'static str, String, String), Value>);

impl Sources {
    /// Keeps what holds values; false for anything else.
    pub fn take(&mut self, resource: &Resource, items: &[Value]) -> bool {
        let kind = match resource.qualified().as_str() {
            "secrets" => "secret",
            "configmaps" => "configmap",
            _ => return false,
        };
        let text = |item: &Value, key: &str| item["metadata"][key].as_str().unwrap_or_default().to_owned();
        self.0.extend(
            items
                .iter()
                .map(|item| ((kind, text(item, "namespace"), text(item, "name")), item["data"].clone())),
        );
        true
    }

    fn key(&self, kind: &'static str, reference: &Value, object: &Value) -> Result<String, String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (name, key) = (text(&reference["name"]), text(&reference["key"]));
        let place = text(&object["metadata"]["namespace"]);
        let data =
            self.0.get(&(kind, place, name.clone())).ok_or_else(|| format!("there is no {kind} {name}"))?;
        match data[&key].as_str() {
            Some(value) if kind == "secret" => {
                let bytes = STANDARD
                    .decode(value)
                    .map_err(|_| format!("key {key} of secret {name} is not base64"))?;
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            Some(value) => Ok(value.to_owned()),
            None => Err(format!("{kind} {name} has no key {key}")),
        }
    }
}

/// The value that `valueFrom` stands for, or why it is not known.
pub(super) fn value(
    from: &Value,
    object: &Value,
    container: &Value,
    sources: &Sources,
) -> Result<String, String> {
    if from["secretKeyRef"].is_object() {
        sources.key("secret", &from["secretKeyRef"], object)
    } else if from["configMapKeyRef"].is_object() {
        sources.key("configmap", &from["configMapKeyRef"], object)
    } else if let Some(path) = from["fieldRef"]["fieldPath"].as_str() {
        field(path, &object["metadata"])
    } else if from["resourceFieldRef"].is_object() {
        amount(&from["resourceFieldRef"], &container["resources"])
    } else {
        Err("it is of a kind that is not known here".to_owned())
    }
}

/// A field of the object that is asked about; what only a pod has, nobody knows before there is one.
fn field(path: &str, metadata: &Value) -> Result<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = |map: &Value| -> String {
        let pairs = map.as_object().into_iter().flatten();
        pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("\n")
    };
    match path {
        "metadata.name" | "metadata.namespace" | "metadata.uid" => Ok(text(&metadata[&path[9..]])),
        "metadata.labels" | "metadata.annotations" => Ok(pairs(&metadata[&path[9..]])),
        _ => {
            let named = path.strip_suffix("']").and_then(|path| path.split_once("['"));
            match named {
                Some(("metadata.labels", key)) => Ok(text(&metadata["labels"][key])),
                Some(("metadata.annotations", key)) => Ok(text(&metadata["annotations"][key])),
                _ => Err(format!("{path} is a field that only a running pod has")),
            }
        }
    }
}

/// A limit or request in units of the divisor, rounded up as the kubelet does; nothing is zero.
fn amount(reference: &Value, resources: &Value) -> Result<String, String> {
    let name = reference["resource"].as_str().unwrap_or_default();
    let (list, resource) = name.split_once('.').unwrap_or_default();
    let known =
        ["cpu", "memory", "ephemeral-storage"].contains(&resource) || resource.starts_with("hugepages-");
    if !known || !["limits", "requests"].contains(&list) {
        return Err(format!("{name} is no resource of a container"));
    }
    // Cores are counted in thousandths, everything else in whole units.
    let parts = if resource == "cpu" { 1e3 } else { 1.0 };
    let read = |value: &Value| ((quantity::of(value) * parts * 1e3).round() / 1e3).ceil();
    let divisor = Some(read(&reference["divisor"])).filter(|divisor| *divisor > 0.0).unwrap_or(parts);
    Ok(format!("{}", (read(&resources[list][resource]) / divisor).ceil()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_and_amounts_are_those_of_the_object_that_is_asked_about() {
        let object =
            json!({"metadata": {"name": "web", "namespace": "shop", "labels": {"a": "1", "b": "x"}}});
        let container = json!({"resources": {"limits": {"cpu": "1500m", "memory": "100Mi"}}});
        let of = |from: Value| value(&from, &object, &container, &Sources::default());
        let field = |path: &str| of(json!({"fieldRef": {"fieldPath": path}}));
        let amount = |name: &str, divisor: &str| {
            of(json!({"resourceFieldRef": {"resource": name, "divisor": divisor}})).unwrap()
        };
        assert_eq!(field("metadata.namespace").unwrap(), "shop");
        assert_eq!(field("metadata.labels").unwrap(), "a=\"1\"\nb=\"x\"");
        assert_eq!(field("metadata.labels['b']").unwrap(), "x");
        assert!(field("status.podIP").unwrap_err().contains("running pod"));
        assert_eq!(amount("limits.cpu", "0"), "2");
        assert_eq!(amount("limits.cpu", "1m"), "1500");
        assert_eq!(amount("limits.memory", "1Mi"), "100");
        assert_eq!(amount("requests.memory", "1"), "0");
        assert!(of(json!({"resourceFieldRef": {"resource": "limits.gpu"}})).is_err());
    }

    #[test]
    fn keys_are_those_of_the_same_namespace() {
        let mut sources = Sources::default();
        let catalog = kubechat_kubectl::Catalog::builtin();
        let secret =
            json!({"metadata": {"name": "db", "namespace": "shop"}, "data": {"PASSWORD": "c2VzYW1l"}});
        assert!(sources.take(catalog.find("secrets").unwrap(), &[secret]));
        assert!(!sources.take(catalog.find("deployments").unwrap(), &[]));
        let of = |namespace: &str, key: &str| {
            let from = json!({"secretKeyRef": {"name": "db", "key": key}});
            value(&from, &json!({"metadata": {"namespace": namespace}}), &json!({}), &sources)
        };
        assert_eq!(of("shop", "PASSWORD").unwrap(), "sesame");
        assert_eq!(of("shop", "USER").unwrap_err(), "secret db has no key USER");
        assert_eq!(of("other", "PASSWORD").unwrap_err(), "there is no secret db");
    }
}
