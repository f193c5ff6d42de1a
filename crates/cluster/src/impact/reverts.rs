//! Who will take a change back: an autoscaler, a tool that keeps the object as its source says, or its owner.

use kubechat_kubectl::impact::Revert;
use kubechat_kubectl::path::{Path, Segment};
use kubechat_kubectl::{Delta, ObjectRef};
use serde_json::Value;

use super::touch::{Effect, Touch, controller};

/// Our own name in `managedFields`.
const OURS: &str = "kubechat";

/// What the object itself tells.
pub(super) fn of_object(touch: &Touch<'_>) -> Vec<Revert> {
    let Some(live) = touch.live.as_ref().filter(|_| !touch.step.deltas.is_empty()) else { return Vec::new() };
    let metadata = &live["metadata"];
    let mut found: Vec<Revert> = [helm(metadata), argo(metadata), flux(metadata)]
        .into_iter()
        .flatten()
        .map(|(id, text)| revert(touch.object, id, text))
        .collect();
    found.extend(owner(touch, metadata));
    // A tool that was named already writes the fields too.
    if found.is_empty() {
        found.extend(appliers(touch, metadata));
    }
    found
}

fn revert(object: &ObjectRef, id: &str, text: String) -> Revert {
    Revert { id: id.to_owned(), object: object.clone(), text }
}

fn text<'a>(metadata: &'a Value, field: &str, key: &str) -> Option<&'a str> {
    metadata[field].get(key)?.as_str()
}

fn helm(metadata: &Value) -> Option<(&'static str, String)> {
    let release = text(metadata, "annotations", "meta.helm.sh/release-name");
    let managed = text(metadata, "labels", "app.kubernetes.io/managed-by") == Some("Helm");
    let name = match release {
        Some(name) => format!("Helm release {name}"),
        None if managed => "Helm".to_owned(),
        None => return None,
    };
    let text = format!(
        "{name} manages it: its next upgrade puts its own state back. Change the release's values to keep this."
    );
    Some(("helm-reverts", text))
}

fn argo(metadata: &Value) -> Option<(&'static str, String)> {
    let id = text(metadata, "annotations", "argocd.argoproj.io/tracking-id");
    let name = id
        .and_then(|id| id.split(':').next())
        .or_else(|| text(metadata, "labels", "argocd.argoproj.io/instance"))?;
    let text = format!(
        "Argo CD application {name} manages it: its next sync, which may be at once, puts the state of its repository back. Change it there to keep this."
    );
    Some(("argocd-reverts", text))
}

fn flux(metadata: &Value) -> Option<(&'static str, String)> {
    let kinds = [("kustomize", "Kustomization"), ("helm", "HelmRelease")];
    let (kind, name) = kinds.iter().find_map(|(tool, kind)| {
        text(metadata, "labels", &format!("{tool}.toolkit.fluxcd.io/name")).map(|name| (kind, name))
    })?;
    let text = format!(
        "Flux {kind} {name} manages it: its next reconciliation puts the state of its source back. Change it there, or suspend it first."
    );
    Some(("flux-reverts", text))
}

/// A controller keeps what it owns as its own specification says.
fn owner(touch: &Touch<'_>, metadata: &Value) -> Option<Revert> {
    let owner = controller(metadata)?;
    let word = |key: &str| owner[key].as_str().unwrap_or_default();
    let (kind, name) = (word("kind"), word("name"));
    let own = &touch.object.kind;
    let text = match &touch.effect {
        Effect::Goes { .. } => format!("{kind} {name} owns it and makes a new {own} in its place."),
        Effect::Leaves => return None,
        Effect::Scales { .. } => {
            format!(
                "{kind} {name} owns it and sets its own number of replicas again. Scale the {kind} instead."
            )
        }
        _ if touch.is("", "pods") => {
            format!(
                "{kind} {name} owns it: the change lasts until the pod is replaced. Change the template to keep it."
            )
        }
        _ => format!("{kind} {name} owns it and may put its own state back. Change the {kind} instead."),
    };
    Some(revert(touch.object, "owner-reverts", text))
}

/// Others who wrote the changed fields by server-side apply, and will again.
fn appliers(touch: &Touch<'_>, metadata: &Value) -> Vec<Revert> {
    let managers = metadata["managedFields"].as_array().into_iter().flatten();
    let theirs = managers.filter(|entry| entry["operation"] == "Apply" && entry["manager"] != OURS);
    let mut found = Vec::new();
    for entry in theirs {
        let name = entry["manager"].as_str().unwrap_or_default();
        let owned = |delta: &&Delta| owns(&entry["fieldsV1"], &delta.path);
        let paths: Vec<&str> =
            touch.step.deltas.iter().filter(owned).map(|delta| delta.path.as_str()).collect();
        let Some(first) = paths.first() else { continue };
        let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
        let text = format!(
            "{name} applied {first}{more} (server-side apply); its next apply puts its own value back."
        );
        found.push(revert(touch.object, "applier-reverts", text));
    }
    found
}

/// Whether a field set in the form of `managedFields` has the path or something below it.
fn owns(fields: &Value, path: &str) -> bool {
    let Some(Path(segments)) = Path::parse(path) else { return false };
    let found = segments.iter().try_fold(fields, |at, segment| match segment {
        Segment::Key(key) => at.get(format!("f:{key}")),
        Segment::Index(index) => at.get(format!("i:{index}")),
        Segment::Item(key, value) => at.as_object()?.iter().find_map(|(name, below)| {
            let keys: Value = serde_json::from_str(name.strip_prefix("k:")?).ok()?;
            let own = keys.get(key)?;
            let same = own.as_str().map_or_else(|| own.to_string(), str::to_owned) == *value;
            same.then_some(below)
        }),
    });
    !segments.is_empty() && found.is_some()
}

/// An autoscaler over a workload whose replicas change.
pub(super) fn autoscaler(touch: &Touch<'_>, autoscalers: &[Value]) -> Option<Revert> {
    let Effect::Scales { from, to } = touch.effect else { return None };
    let over = autoscalers.iter().find(|autoscaler| {
        let target = &autoscaler["spec"]["scaleTargetRef"];
        let group = target["apiVersion"]
            .as_str()
            .and_then(|version| version.split_once('/'))
            .map_or("", |parts| parts.0);
        target["kind"] == touch.object.kind.as_str()
            && target["name"] == touch.object.name.as_str()
            && group == touch.object.group
            && autoscaler["metadata"]["namespace"].as_str() == touch.object.namespace.as_deref()
    })?;
    let name = over["metadata"]["name"].as_str().unwrap_or_default();
    let (least, most) = (
        over["spec"]["minReplicas"].as_u64().unwrap_or(1),
        over["spec"]["maxReplicas"].as_u64().unwrap_or_default(),
    );
    let text = match (from, to) {
        (_, 0) => format!(
            "HorizontalPodAutoscaler {name} pauses while there are 0 replicas; scaled up again, it keeps between {least} and {most}."
        ),
        (0, _) => format!(
            "HorizontalPodAutoscaler {name} goes on when there are replicas again, and keeps between {least} and {most}."
        ),
        _ => format!(
            "HorizontalPodAutoscaler {name} sets its own number between {least} and {most} again. Change its limits instead."
        ),
    };
    Some(revert(touch.object, "autoscaler-reverts", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tools_are_known_by_what_they_write() {
        let ids = |metadata: Value| {
            [helm(&metadata), argo(&metadata), flux(&metadata)]
                .into_iter()
                .flatten()
                .map(|(id, _)| id)
                .collect::<Vec<_>>()
        };
        for (metadata, wanted) in [
            (json!({"labels": {"app.kubernetes.io/managed-by": "Helm"}}), "helm-reverts"),
            (json!({"annotations": {"meta.helm.sh/release-name": "shop"}}), "helm-reverts"),
            (
                json!({"annotations": {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}}),
                "argocd-reverts",
            ),
            (json!({"labels": {"argocd.argoproj.io/instance": "shop"}}), "argocd-reverts"),
            (json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "shop"}}), "flux-reverts"),
            (json!({"labels": {"helm.toolkit.fluxcd.io/name": "shop"}}), "flux-reverts"),
        ] {
            assert_eq!(ids(metadata.clone()), [wanted], "{metadata}");
        }
        assert!(
            ids(
                json!({"labels": {"app.kubernetes.io/managed-by": "hand", "app.kubernetes.io/instance": "x"}})
            )
            .is_empty()
        );
    }

    #[test]
    fn fields_are_found_in_a_field_set() {
        let fields = json!({"f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {
            "k:{\"name\":\"web\"}": {".": {}, "f:image": {}, "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}}}}}}}},
            "f:metadata": {"f:annotations": {"f:example.com/a": {}}}});
        for path in [
            "spec.replicas",
            "spec.template.spec.containers[name=web].image",
            "spec.template.spec.containers[name=web].ports[containerPort=80]",
            "metadata.annotations[\"example.com/a\"]",
        ] {
            assert!(owns(&fields, path), "{path}");
        }
        for path in ["spec.paused", "spec.template.spec.containers[name=api].image", "metadata.labels.a", ""]
        {
            assert!(!owns(&fields, path), "{path}");
        }
    }
}
