//! Where an object comes from and what changed it, as the annotations that `buildMetadata` asks for tell it.

use std::fmt::Write as _;

/// One source or change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file or folder, as seen from where the build began.
    pub path: String,
    /// The kustomization that generates or changes.
    pub configured_in: String,
    /// What generates or changes.
    pub configured_by: &'static str,
}

impl Origin {
    /// As the annotation holds it.
    pub fn note(&self) -> String {
        let mut out = String::new();
        for (field, value) in [("path", &self.path), ("configuredIn", &self.configured_in)] {
            if !value.is_empty() {
                // Writing to a String can't fail.
                let _ = writeln!(out, "{field}: {value}");
            }
        }
        if !self.configured_by.is_empty() {
            let _ = writeln!(out, "configuredBy:\n  apiVersion: builtin\n  kind: {}", self.configured_by);
        }
        out
    }
}

/// Several as a list.
pub(crate) fn notes(origins: &[Origin]) -> String {
    let item = |origin: &Origin| {
        let note = origin.note();
        let lines = note.lines().enumerate();
        lines.map(|(at, line)| format!("{}{line}\n", if at == 0 { "- " } else { "  " })).collect::<String>()
    };
    origins.iter().map(item).collect()
}
