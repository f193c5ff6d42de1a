//! Links what a person calls an object to the objects there are.

use crate::context::Context;

/// An object as the command will name it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Linked {
    /// Plural kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// How sure this reading is, as a factor.
    pub factor: f64,
    /// What was read differently from what was written.
    pub note: Option<String>,
}

/// What came of looking a name up.
pub(crate) enum Found {
    /// One object.
    One(Linked),
    /// Several are near: kind and name of each.
    Several(Vec<(String, String)>),
}

/// Finds the object that `said` means among these kinds; the first kind is the one to assume.
/// `here` says whether the live names are those of the place that the request is about.
pub(crate) fn link(context: &Context, kinds: &[&str], sure_kind: bool, said: &str, here: bool) -> Found {
    let assumed = |factor| {
        Found::One(Linked {
            kind: kinds.first().map_or("pods", |kind| kind).to_owned(),
            name: said.to_owned(),
            factor,
            note: None,
        })
    };
    let factor = if sure_kind { 1.0 } else { 0.88 };
    if !here || kinds.iter().all(|kind| context.live(kind).is_empty()) {
        return assumed(factor);
    }
    let exact: Vec<_> = kinds
        .iter()
        .filter(|kind| context.live(kind).iter().any(|name| name == said))
        .map(|kind| ((*kind).to_owned(), said.to_owned()))
        .collect();
    if let [(kind, name)] = exact.as_slice() {
        return Found::One(Linked { kind: kind.clone(), name: name.clone(), factor: 1.0, note: None });
    }
    if exact.len() > 1 {
        return Found::Several(exact);
    }
    near(context, kinds, said).unwrap_or_else(|| assumed(factor * 0.8))
}

/// The live objects whose names are near.
fn near(context: &Context, kinds: &[&str], said: &str) -> Option<Found> {
    let mut best: Vec<(usize, String, String)> = Vec::new();
    for kind in kinds {
        for name in context.live(kind) {
            if let Some(distance) = distance(said, name) {
                best.push((distance, (*kind).to_owned(), name.clone()));
            }
        }
    }
    let least = best.iter().map(|(distance, ..)| *distance).min()?;
    best.retain(|(distance, ..)| *distance == least);
    if let [(_, kind, name)] = best.as_slice() {
        let singular = singular(context, kind);
        return Some(Found::One(Linked {
            kind: kind.clone(),
            name: name.clone(),
            factor: if least == 0 { 0.95 } else { 0.9 },
            note: Some(format!("“{said}” was read as {singular} {name}.")),
        }));
    }
    Some(Found::Several(best.into_iter().map(|(_, kind, name)| (kind, name)).take(6).collect()))
}

/// How far a live name is from what was said: 0 when only joints differ or parts are left out.
fn distance(said: &str, name: &str) -> Option<usize> {
    let plain = |text: &str| text.replace(['-', ' ', '_', '.'], "");
    let (short, long) = (plain(said), plain(name));
    if short == long {
        return Some(0);
    }
    let allowed = match short.len() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let whole = strsim::osa_distance(&short, &long);
    if whole <= allowed {
        return Some(whole);
    }
    let mut parts = name.split('-');
    let mut sum = 0;
    for word in said.split(['-', ' ']).filter(|word| !word.is_empty()) {
        let step = parts.by_ref().find_map(|part| {
            let distance = strsim::osa_distance(word, part);
            let near = distance == 0 || (word.len() > 3 && distance <= 1 + usize::from(word.len() > 7));
            near.then_some(distance)
        })?;
        sum += step;
    }
    Some(sum + 1)
}

/// `deployments` is `deployment`, for sentences.
pub(crate) fn singular(context: &Context, kind: &str) -> String {
    context
        .catalog
        .resources
        .iter()
        .find(|resource| resource.plural == kind)
        .map_or_else(|| kind.trim_end_matches('s').to_owned(), |resource| resource.singular.clone())
}
