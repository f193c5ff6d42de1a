//! The answer to a question of ours: what it gives, and the request it completes.

use crate::context::{Context, Given, Pending};
use crate::engine::compose;
use crate::follow;
use crate::frame::{self, Frame, Target};
use crate::read::{self, Reading};
use crate::{Outcome, Translation};

/// The request after a question of ours: its answer, or something new.
pub(crate) fn continued(
    reading: &Reading<'_>,
    pending: &Pending,
    context: &Context,
    fresh: impl Fn() -> Translation,
) -> Translation {
    let new = fresh();
    // Who says what to do asks for something new, even if that lacks something too; a lone word may be a name.
    let says_what_to_do = !reading.acts.is_empty();
    if says_what_to_do && (new.outcome == Outcome::Command || reading.tokens.len() > 1) {
        return new;
    }
    let Some(given) = given(reading, pending, context) else { return new };
    let mut all = pending.given.clone();
    all.push(given);
    let first = read::read(&pending.request, context);
    let full = compose(&pending.request, &first, context, &all);
    if full.outcome == Outcome::Command || full.pending.is_some() { full } else { new }
}

/// What the answer gives for the slot that was asked for.
fn given(reading: &Reading<'_>, pending: &Pending, context: &Context) -> Option<Given> {
    let mut frame = frame::frame(reading, 0, reading.tokens.len(), context);
    let value =
        |text: &str| Given { slot: pending.slot.clone(), value: text.to_owned(), kind: pending.kind.clone() };
    match pending.slot.as_str() {
        "name" => {
            if frame.pronoun.is_some() || frame.ordinal.is_some() {
                let before = follow::before(context.last.as_ref());
                follow::resolve(&mut frame, &before, context).ok()?;
            }
            let target = frame.targets.iter().find(|target| !target.names.is_empty())?;
            let kind = target.kind.clone().or_else(|| pending.kind.clone());
            Some(Given { slot: "name".to_owned(), value: target.names[0].clone(), kind })
        }
        "kind" => frame.targets.iter().find_map(|target| target.kind.as_deref()).map(value),
        "replicas" => {
            let number = reading.tokens.iter().find(|token| token.is(crate::shape::COUNT))?;
            Some(value(number.value()))
        }
        "pairs" => {
            reading.tokens.iter().find(|token| token.is(crate::shape::PAIR)).map(|token| value(token.text))
        }
        "image" => {
            let image = reading.tokens.iter().find(|token| token.is(crate::shape::IMAGE))?;
            Some(value(image.text))
        }
        _ => None,
    }
}

/// Puts an answer where it was missing.
pub(crate) fn inject(frame: &mut Frame, given: &Given) {
    match given.slot.as_str() {
        "name" => {
            let target = Target {
                kind: given.kind.clone(),
                names: vec![given.value.clone()],
                ..frame.targets.first().cloned().unwrap_or_default()
            };
            frame.pronoun = None;
            frame.targets.truncate(1);
            match frame.targets.first_mut() {
                Some(first) => {
                    let kind = target.kind.clone().or_else(|| first.kind.clone());
                    *first = Target { kind, ..target };
                }
                None => frame.targets.push(target),
            }
        }
        "kind" => {
            frame.targets.push(Target { kind: Some(given.value.clone()), plural: true, ..Target::default() });
        }
        "replicas" => frame.put("replicas", given.value.clone()),
        "pairs" => frame.put("pairs", given.value.clone()),
        "image" => frame.put("image", given.value.clone()),
        _ => {}
    }
    if given.slot == "replicas" {
        frame.slots.retain(|slot| slot.hit.name != "delta");
    }
}
