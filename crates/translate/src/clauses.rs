//! Where one step ends and the next begins: `restart web and show me its pods`.

use crate::read::{Mark, Reading};

/// The clauses as ranges of tokens; every token is in one.
pub(crate) fn split(reading: &Reading<'_>) -> Vec<(usize, usize)> {
    let mut cuts = vec![0];
    for at in 1..reading.tokens.len() {
        if !is_break(reading, at) {
            continue;
        }
        let Some(opening) = opening(reading, at + 1) else { continue };
        let from = cuts.last().copied().unwrap_or(0);
        let acted = reading.acts.iter().any(|act| act.start >= from && act.start < at);
        let forward = |act: &crate::read::ActHit| act.name == "port-forward";
        let same = reading.acts.iter().any(|act| act.start == opening && forward(act))
            && reading.acts.iter().any(|act| act.start >= from && act.start < at && forward(act));
        if acted && !same && reading.acts.iter().any(|act| act.start == opening) {
            cuts.push(at + 1);
        }
    }
    cuts.push(reading.tokens.len());
    cuts.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// A word or mark at which a new step can begin.
fn is_break(reading: &Reading<'_>, at: usize) -> bool {
    let token = &reading.tokens[at];
    if token.quoted || matches!(reading.marks[at], Mark::Act | Mark::Slot) {
        return false;
    }
    matches!(&*token.low, "and" | "then" | "," | ";" | "." | "&" | "plus" | "also")
}

/// The first token behind the break that says something.
fn opening(reading: &Reading<'_>, from: usize) -> Option<usize> {
    (from..reading.tokens.len()).find(|&at| {
        let joint =
            matches!(&*reading.tokens[at].low, "and" | "then" | "also" | "," | "finally" | "afterwards");
        reading.marks[at] != Mark::Filler && !joint
    })
}
