//! kubectl's own list of verbs and flags: each is understood or refused on purpose, and no other one is.

#![allow(clippy::expect_used)] // clippy sees only `#[test]` functions as tests, not what they call

use std::collections::BTreeSet;

use kubechat_kubectl::plan::{Context, Show};
use kubechat_kubectl::{Catalog, Command, Facts, Planned};

/// Verbs that are refused as a whole.
const REFUSED: &[&str] = &[
    "proxy",
    "completion",
    "plugin",
    "kuberc",
    "config set",
    "config use-context",
    "config unset",
    "config rename-context",
    "config delete",
];

/// KubeChat dry-runs every change and prints every list in the same ways.
const MORE: &[(&str, &[&str])] = &[
    ("rollout restart", &["dry-run"]),
    ("rollout pause", &["dry-run"]),
    ("rollout resume", &["dry-run"]),
    ("rollout undo", &["dry-run"]),
];

/// Flags that kubectl has deprecated and leaves out of its help.
const HIDDEN: &[&str] = &["record", "cpu-percent"];

fn flags_of(verb: &str) -> Option<BTreeSet<String>> {
    let command = Command::parse(&format!("kubectl {verb} --help")).ok()?;
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let ctx = Context {
        namespace: "x",
        now: jiff::Timestamp::UNIX_EPOCH,
        catalog: &catalog,
        facts: &facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    };
    let Ok(Planned::Ready(plan)) = command.plan(&ctx) else { panic!("no help for {verb}") };
    let Show::Text { text } = plan.show else { panic!("no text for {verb}") };
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(format!("kubectl {verb}").as_str()), "another verb answered");
    Some(
        lines
            .map(|line| match line.trim().split_once(", --") {
                Some((short, long)) => format!("{long}/{}", short.trim_start_matches('-')),
                None => line.trim().trim_start_matches("--").to_owned(),
            })
            .collect(),
    )
}

#[test]
fn every_flag_of_kubectl() {
    let mut wrong = Vec::new();
    for line in include_str!("data/flags.txt").lines().filter(|line| !line.starts_with('#')) {
        let (verb, flags) = line.split_once(" |").expect("verb | flags");
        if REFUSED.iter().any(|refused| verb.starts_with(refused)) {
            let refused = Command::parse(&format!("kubectl {verb} --help")).expect_err("a refusal");
            assert_eq!(refused.id, "refused-verb", "{verb}");
            continue;
        }
        let theirs: BTreeSet<String> = flags.split_whitespace().map(str::to_owned).collect();
        if theirs.is_empty() && Command::parse(&format!("kubectl {verb}")).is_err() {
            continue; // only its second words do something
        }
        let Some(ours) = flags_of(verb) else {
            wrong.push(format!("{verb}: not understood"));
            continue;
        };
        for missing in theirs.difference(&ours) {
            let name = missing.split('/').next().unwrap_or_default();
            let refused = Command::parse(&format!("kubectl {verb} --{name}=1")).expect_err("a refusal");
            if !["raw-path", "trust-override", "runs-programs", "writes-files"].contains(&refused.id) {
                wrong.push(format!("{verb}: lacks --{missing}"));
            }
        }
        let more = MORE.iter().find(|(known, _)| *known == verb).map_or(&[][..], |(_, more)| more);
        for extra in ours.difference(&theirs) {
            if !HIDDEN.contains(&extra.as_str()) && !more.contains(&extra.as_str()) {
                wrong.push(format!("{verb}: invents --{extra}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
