//! Any text as a patch, in each of the three types: judged without a panic, and never safe.
#![no_main]

use kubechat_kubectl::{Level, classify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    let body = body.replace('\'', r"'\''");
    for (object, language) in [("deploy/web", "strategic"), ("ns/shop", "merge"), ("pv/data", "json"), ("clusterrole/c", "json")] {
        let line = format!("kubectl patch {object} --type={language} -p '{body}'");
        assert_ne!(classify(&line).level, Level::Safe, "{line}");
    }
});
