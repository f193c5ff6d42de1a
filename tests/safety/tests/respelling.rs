//! However a command is spelled, it means the same: the same plan, the same level, the same reasons.
//!
//! Five thousand times; in `make soak` (`KUBECHAT_SOAK`) a hundred thousand.

#![allow(clippy::unwrap_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::plan::Context;
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, Level, classify};
use kubechat_safety::spell::respelled;
use kubechat_safety::table::Table;

fn lines() -> Vec<String> {
    let table = Table::read(include_str!("../data/effects.txt")).unwrap();
    let forms = table.forms.iter().filter(|form| form.level.to_string() != "refused");
    forms.flat_map(|form| [table.fill(&form.line, |_| 0), table.fill(&form.line, |of| of / 2)]).collect()
}

#[test]
fn spellings_of_a_command_mean_the_same() {
    let many = if std::env::var_os("KUBECHAT_SOAK").is_some() { 100_000 } else { 5_000 };
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let (now, attachments) = (jiff::Timestamp::UNIX_EPOCH, Attachments::new());
    let ctx = Context { namespace: "shop", now, catalog: &catalog, facts: &facts, attachments: &attachments };
    let lines = lines();
    let mut seen = std::collections::HashSet::new();
    for (seed, line) in (0..many).zip(lines.iter().cycle()) {
        let one = respelled(line, 2 * seed);
        let other = respelled(line, 2 * seed + 1);
        let (judged, again) = (classify(&one), classify(&other));
        assert_eq!(judged.level, again.level, "{one}\n{other}");
        assert_eq!(judged.operations, again.operations, "{one}\n{other}");
        let ids = |reasons: &[kubechat_kubectl::Reason]| {
            reasons.iter().map(|reason| reason.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&judged.reasons), ids(&again.reasons), "{one}\n{other}");
        if judged.level == Level::Refused {
            continue;
        }
        let plan = |line: &str| {
            Command::parse(line).and_then(|command| command.plan(&ctx)).map_err(|refusal| refusal.id)
        };
        assert_eq!(plan(&one), plan(&other), "{one}\n{other}");
        seen.insert(one);
        seen.insert(other);
    }
    assert!(seen.len() as u64 > many / 2, "only {} different spellings", seen.len());
}
