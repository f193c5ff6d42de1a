//! Kustomizations: the objects that a folder of attached files describes.

use kubechat_kustomize::{Error, Files, Loads, build};
use serde_json::Value;

use super::{Attachments, Document, bytes_of};
use crate::refusal::Refusal;

/// What `-k` names, in the order of the kustomization.
pub(super) fn documents(folder: &str, attachments: &Attachments) -> Result<Vec<Document>, Refusal> {
    let objects = objects(folder, attachments, Loads::RootOnly)?;
    let document = |value: Value| {
        let (kind, name) = (value["kind"].as_str(), value["metadata"]["name"].as_str());
        let place = format!("{folder}, {} {}", kind.unwrap_or_default(), name.unwrap_or_default());
        Document { place, value }
    };
    Ok(objects.into_iter().map(document).collect())
}

/// What the kustomization in a folder describes.
pub(crate) fn objects(folder: &str, attachments: &Attachments, loads: Loads) -> Result<Vec<Value>, Refusal> {
    let files = attachments.iter().filter(|(name, _)| name.as_str() != "-");
    let files: Files = files
        .map(|(name, text)| Ok((name.as_str(), bytes_of(name, text)?)))
        .collect::<Result<Vec<_>, Refusal>>()?
        .into_iter()
        .collect();
    build(&files, folder, loads).map_err(|error| {
        let id = match error {
            Error::Missing { .. } => "manifest-file",
            Error::Remote { .. } => "remote-manifest",
            Error::Program { .. } => "runs-programs",
            Error::Outside { .. } | Error::Wrong { .. } => "bad-manifest",
        };
        Refusal::new(id, error.to_string())
    })
}
