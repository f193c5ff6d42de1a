//! Any line: it is judged without a panic, and what it says is said by its canonical spelling too.
#![no_main]

use kubechat_kubectl::plan::Context;
use kubechat_kubectl::{Catalog, Command, Facts, Level, classify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let judged = classify(line);
    let Ok(command) = Command::parse(line) else {
        assert_eq!(judged.level, Level::Refused, "{line}");
        return;
    };
    let canonical = command.to_string();
    let again = Command::parse(&canonical);
    assert_eq!(again.as_ref(), Ok(&command), "{line}\n{canonical}");
    assert_eq!(classify(&canonical).level, judged.level, "{line}\n{canonical}");
    assert!(!command.explain().is_empty() && !command.action().is_empty());
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let now = jiff::Timestamp::UNIX_EPOCH;
    let attachments = kubechat_kubectl::Attachments::new();
    let ctx = Context { namespace: "shop", now, catalog: &catalog, facts: &facts, attachments: &attachments };
    let _ = command.plan(&ctx);
});
