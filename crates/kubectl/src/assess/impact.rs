//! What a change does beyond its objects, as reasons.

use crate::impact::{Data, Impact, ServiceChange};
use crate::level::{Assessment, Level};

pub(super) fn of_impact(impact: &Impact, assessment: &mut Assessment) {
    of_services(&impact.services, assessment);
    if let Some(text) = sentences(&impact.budgets) {
        assessment.raise(Level::Dangerous, "violates-pdb", text);
    }
    let lost: Vec<_> = impact.volumes.iter().filter(|volume| volume.data == Data::Deleted).collect();
    if let Some(text) = sentences(&lost) {
        assessment.raise(Level::Dangerous, "deletes-data", text);
    }
    if !impact.along.is_empty() {
        let all: Vec<String> = impact.along.iter().map(ToString::to_string).collect();
        let text = format!("Deleted along: {}.", all.join(", "));
        assessment.raise(Level::Dangerous, "deletes-owned", text);
    }
    for revert in &impact.reverts {
        assessment.raise(Level::Warning, &revert.id, &revert.text);
    }
}

/// Nobody answers any more: a loss of service, unless others take over by themselves.
fn of_services(services: &[ServiceChange], assessment: &mut Assessment) {
    let silent: Vec<&ServiceChange> = services.iter().filter(|service| service.left == 0).collect();
    if let Some(text) = sentences(&silent) {
        let level =
            if silent.iter().all(|service| service.comes_back) { Level::Warning } else { Level::Dangerous };
        assessment.raise(level, "service-loses-endpoints", text);
    }
}

/// The first of them, and how many more.
fn sentences<T: ToString>(list: &[T]) -> Option<String> {
    let first = list.first()?.to_string();
    Some(match list.len() - 1 {
        0 => first,
        more => format!("{first} And {more} more."),
    })
}
