//! Any request: it gets an answer, and a command only of our own language.
#![no_main]

use kubechat_kubectl::Command;
use kubechat_translate::{Context, Outcome, translate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|request: &str| {
    let translation = translate(request, &Context::default());
    assert_eq!(translation.outcome == Outcome::Command, !translation.commands.is_empty(), "{request}");
    for command in translation.commands {
        let line = command.to_string();
        assert_eq!(Command::parse(&line).as_ref(), Ok(&command), "{request}\n{line}");
    }
});
