//! How sure a model's commands are: by who else reads the same, not by its own word.

use kubechat_kubectl::Command;
use kubechat_translate::{Outcome, translate};

use super::Ask;

/// Two independent readings agree.
const BOTH: f64 = 0.95;
/// The model's own restatement means the same to the built-in engine.
const RESTATED: f64 = 0.8;
/// Nobody else read anything.
const ALONE: f64 = 0.6;
/// The built-in engine read something else.
const CONTRADICTED: f64 = 0.4;

/// 0 to 1.
pub(super) fn confidence(commands: &[Command], meaning: &str, ask: &Ask<'_>) -> f64 {
    let read = ask.builtin;
    if read.outcome == Outcome::Command {
        return if same(&read.commands, commands) { BOTH } else { CONTRADICTED };
    }
    let again = translate(meaning, ask.context);
    match again.outcome {
        Outcome::Command if same(&again.commands, commands) => RESTATED,
        Outcome::Command | Outcome::Refuse => CONTRADICTED,
        Outcome::Clarify | Outcome::Answer => ALONE,
    }
}

/// The same typed values, in whatever spelling.
fn same(one: &[Command], other: &[Command]) -> bool {
    let lines = |commands: &[Command]| commands.iter().map(ToString::to_string).collect::<Vec<_>>();
    lines(one) == lines(other)
}
