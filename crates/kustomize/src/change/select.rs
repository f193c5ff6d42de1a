//! Which objects a patch or replacement is for.

use regex::Regex;

use crate::error::{Error, Result};
use crate::kustomization::Selector;
use crate::labels::picks;
use crate::resource::{Id, Resource};

/// A selector whose patterns are ready; an absent one fits all.
pub(crate) struct Chosen<'a> {
    selector: &'a Selector,
    group: Option<Regex>,
    version: Option<Regex>,
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
}

impl<'a> Chosen<'a> {
    pub fn new(place: &str, selector: &'a Selector) -> Result<Self> {
        let pattern = |text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            Regex::new(&format!("^(?:{text})$"))
                .map(Some)
                .map_err(|_| Error::wrong(place, format!("`{text}` is no regular expression. Correct it.")))
        };
        Ok(Self {
            selector,
            group: pattern(&selector.group)?,
            version: pattern(&selector.version)?,
            kind: pattern(&selector.kind)?,
            name: pattern(&selector.name)?,
            namespace: pattern(&selector.namespace)?,
        })
    }

    /// Whether it says anything about the id.
    pub fn is_of_ids(&self) -> bool {
        [&self.group, &self.version, &self.kind, &self.name, &self.namespace].into_iter().any(Option::is_some)
    }

    /// Whether it says anything about labels or annotations.
    pub fn is_of_texts(&self) -> bool {
        !self.selector.label_selector.is_empty() || !self.selector.annotation_selector.is_empty()
    }

    /// Whether the object's kind, and either its first or its present name and namespace fit.
    pub fn picks(&self, resource: &Resource) -> bool {
        let (now, first) = (resource.id(), resource.original_id());
        let either =
            |pattern: &Option<Regex>, first: &str, now: &str| fits(pattern, first) || fits(pattern, now);
        self.fits_kind(&now)
            && either(&self.namespace, first.effective_namespace(), now.effective_namespace())
            && either(&self.name, &first.name, &now.name)
            && self.fits_texts(resource)
    }

    fn fits_kind(&self, id: &Id) -> bool {
        fits(&self.group, &id.gvk.group)
            && fits(&self.version, &id.gvk.version)
            && fits(&self.kind, &id.gvk.kind)
    }

    /// Whether one id fits.
    pub fn fits_id(&self, id: &Id) -> bool {
        self.fits_kind(id) && fits(&self.name, &id.name) && fits(&self.namespace, &id.namespace)
    }

    /// Whether labels and annotations fit.
    pub fn fits_texts(&self, resource: &Resource) -> bool {
        let metadata = &resource.object["metadata"];
        picks(&self.selector.label_selector, metadata.get("labels"))
            && picks(&self.selector.annotation_selector, metadata.get("annotations"))
    }
}

fn fits(pattern: &Option<Regex>, text: &str) -> bool {
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}
