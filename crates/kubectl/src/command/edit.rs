//! What a person edits before a command runs.

use super::{AnyVerb, Command};
use crate::documents::{self, Attachments};
use crate::line::Line;
use crate::select::Selection;

/// What the editor begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Editing {
    /// The answer to this line.
    Answer(String),
    /// This text.
    Text(String),
}

impl Command {
    /// What an edit begins with; absent for a command that edits nothing, or whose manifest can't be read.
    pub fn editing(&self, attachments: &Attachments) -> Option<Editing> {
        let AnyVerb::Manifest(manifest) = &self.what else { return None };
        let verb = match manifest.verb {
            "edit" => "get",
            "apply edit-last-applied" => "apply view-last-applied",
            "create" if manifest.options.on("edit") => {
                return manifest_text(&manifest.selection, attachments).map(Editing::Text);
            }
            _ => return None,
        };
        let mut line = Line::new(verb);
        manifest.selection.write(&mut line);
        manifest.scope.write(&mut line);
        line.value("--subresource", manifest.options.get("subresource"));
        line.value("-o", Some("yaml"));
        self.common.write(&mut line);
        Some(Editing::Answer(line.finish()))
    }

    /// Whether the text to be edited has the line ends of Windows (`--windows-line-endings`).
    pub fn edits_windows_lines(&self) -> bool {
        matches!(&self.what, AnyVerb::Manifest(manifest) if manifest.options.on("windows-line-endings"))
    }
}

/// The objects of the manifest that the selector matches, as YAML.
fn manifest_text(selection: &Selection, attachments: &Attachments) -> Option<String> {
    let documents = documents::read(&selection.source, attachments).ok()?.into_iter();
    let labels = selection.labels.as_deref();
    let meant =
        documents.filter(|document| labels.is_none_or(|labels| documents::selects(labels, &document.value)));
    let texts: Vec<String> = meant.map(|document| kubechat_yaml::write(&document.value)).collect();
    (!texts.is_empty()).then(|| texts.join("---\n"))
}
