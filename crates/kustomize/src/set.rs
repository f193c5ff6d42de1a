//! The objects of a build, in their order, each once.

use crate::error::{Error, Result};
use crate::read::{HEAVIEST, MOST, too_heavy, weight};
use crate::resource::{Behavior, Id, Resource};

/// Objects of which no two have the same id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Set(Vec<Resource>);

impl Set {
    pub fn list(&self) -> &[Resource] {
        &self.0
    }

    pub fn list_mut(&mut self) -> &mut [Resource] {
        &mut self.0
    }

    pub fn into_list(self) -> Vec<Resource> {
        self.0
    }

    /// Adds an object that is not there yet.
    pub fn append(&mut self, place: &str, resource: Resource) -> Result<()> {
        let id = resource.id();
        if self.0.iter().any(|known| known.is_named(&id.name) && known.id().equals(&id)) {
            return Err(Error::wrong(
                place,
                format!(
                    "there is a {} already. Leave one of them out, or change it by a patch.",
                    id.phrase()
                ),
            ));
        }
        if self.0.len() >= MOST {
            return Err(Error::wrong(
                place,
                format!("there are more than {MOST} objects. Build them in parts."),
            ));
        }
        self.0.push(resource);
        Ok(())
    }

    pub fn append_all(&mut self, place: &str, resources: Vec<Resource>) -> Result<()> {
        resources.into_iter().try_for_each(|resource| self.append(place, resource))
    }

    /// Adds a generated object, or puts it in the place of the one that it replaces or is merged with.
    pub fn absorb(&mut self, place: &str, mut made: Resource) -> Result<()> {
        let id = made.id();
        let found = self.with_any_id(|known| known.equals(&id));
        let old = match (found.as_slice(), made.behavior) {
            ([], Behavior::Create) => return self.append(place, made),
            ([], _) => {
                let message = format!(
                    "there is no {} to merge with or to replace. Leave `behavior` out, or correct the name.",
                    id.phrase()
                );
                return Err(Error::wrong(place, message));
            }
            ([_], Behavior::Create) => {
                let message = format!(
                    "there is a {} already. Say `behavior: merge` or `behavior: replace`, or give it another name.",
                    id.phrase()
                );
                return Err(Error::wrong(place, message));
            }
            ([old], _) => *old,
            _ => {
                let message =
                    format!("several objects are called {}. Give them names of their own.", id.phrase());
                return Err(Error::wrong(place, message));
            }
        };
        let known = &self.0[old];
        let merges = made.behavior == Behavior::Merge;
        made.take_place_of(known);
        if merges {
            for field in ["data", "binaryData"] {
                let mut texts = crate::resource::texts(&known.object[field]);
                texts.extend(crate::resource::texts(&made.object[field]));
                crate::generate::put_data(&mut made.object, field, texts);
            }
            if known.origin.is_some() {
                made.origin.clone_from(&known.origin);
            }
        }
        self.0[old] = made;
        Ok(())
    }

    /// The places of objects of which any id, present or past, is wanted.
    pub fn with_any_id(&self, wanted: impl Fn(&Id) -> bool) -> Vec<usize> {
        let places = self.0.iter().enumerate();
        places
            .filter(|(_, known)| !known.is_gone() && known.ids().iter().any(&wanted))
            .map(|(at, _)| at)
            .collect()
    }

    /// Refuses more than a build may hold; the same for what is about to be added to `count` of its objects.
    pub fn check_weight(&self, place: &str, added: usize, count: usize) -> Result<()> {
        let held: usize = self.0.iter().map(|known| weight(&known.object)).sum();
        if held.saturating_add(added.saturating_mul(count)) > HEAVIEST {
            Err(too_heavy(place))
        } else {
            Ok(())
        }
    }

    /// Leaves out what patches have removed.
    pub fn drop_gone(&mut self) {
        self.0.retain(|known| !known.is_gone());
    }

    pub fn retain(&mut self, wanted: impl Fn(&Resource) -> bool) {
        self.0.retain(wanted);
    }

    /// Refuses two objects with one id.
    pub fn check_unique(&self, place: &str) -> Result<()> {
        for (at, one) in self.0.iter().enumerate() {
            let id = one.id();
            if self.0[at + 1..].iter().any(|other| other.is_named(&id.name) && other.id().equals(&id)) {
                let message =
                    format!("two objects become the {}. Give them names of their own.", id.phrase());
                return Err(Error::wrong(place, message));
            }
        }
        Ok(())
    }
}
