//! Every text gets an answer, in time that grows with its length only.

use kubechat_translate::{Context, Outcome, translate};
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "delete",
    "all",
    "pods",
    "in",
    "prod",
    "scale",
    "web",
    "to",
    "3",
    "and",
    "the",
    "logs",
    "of",
    "-n",
    "with",
    "label",
    "app=web",
    "kubectl",
    "'",
    "\"",
    "=",
    "--",
    "it",
    "second",
    "last",
    "5",
    "minutes",
    "not",
    "restart",
    ",",
    "?",
    "é",
    "“x”",
    "deploy/web",
    "image",
    "nginx:1.27",
    "namespace",
    "container",
    "--all=",
    "a='b",
    "\u{200b}",
    "🦀",
    "'s",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,300}") {
        let said = translate(&text, &Context::default());
        prop_assert_eq!(said.commands.is_empty(), said.outcome != Outcome::Command);
        prop_assert!((0.0..=1.0).contains(&said.confidence));
    }

    #[test]
    fn any_row_of_words_is_answered(words in prop::collection::vec(prop::sample::select(WORDS), 0..60), glue in prop::bool::ANY) {
        let text = words.join(if glue { " " } else { "" });
        let said = translate(&text, &Context::default());
        for span in &said.understood {
            prop_assert!(text.get(span.start..span.end).is_some());
        }
        for command in &said.commands {
            prop_assert_eq!(&kubechat_kubectl::Command::parse(&command.to_string()).unwrap(), command);
        }
    }

    #[test]
    fn long_texts_are_answered(word in prop::sample::select(WORDS), count in 100usize..2000) {
        let text = format!("{word} ").repeat(count);
        translate(&text, &Context::default());
    }
}
