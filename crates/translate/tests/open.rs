//! The open corpus: how many requests are answered, how many rightly, and that nothing wrong is said with confidence.

#[path = "support/score.rs"]
mod score;

#[test]
fn open_corpus() {
    let mut card = score::Card::default();
    card.add(include_str!("../../../tests/eval/open.jsonl"));
    println!("{}\n{card}", card.misses.join("\n"));
    let score::Count { rows, answered, right } = card.total;
    assert!(answered * 100 >= rows * 90, "only {answered} of {rows} answered");
    assert!(right * 100 >= answered * 98, "{right} right of {answered}");
    assert!(card.others.1.is_empty(), "{:?}", card.others.1);
    assert_eq!(card.refused.0, card.refused.1, "refused on purpose");
    assert!(card.wrong_confident <= 1);
    assert_eq!(card.wrong_changes, Vec::<String>::new(), "wrong and confident on a change");
}

/// Our own sets, which the engine has seen by now: what was right stays right.
#[test]
fn own_sets() {
    for (name, rows) in [
        ("fresh-1", include_str!("../../../tests/eval/fresh-1.jsonl")),
        ("fresh-2", include_str!("../../../tests/eval/fresh-2.jsonl")),
        ("fresh-3", include_str!("../../../tests/eval/fresh-3.jsonl")),
        ("fresh-5", include_str!("../../../tests/eval/fresh-5.jsonl")),
        ("fresh-6", include_str!("../../../tests/eval/fresh-6.jsonl")),
        ("fresh-7", include_str!("../../../tests/eval/fresh-7.jsonl")),
        ("fresh-8", include_str!("../../../tests/eval/fresh-8.jsonl")),
        ("fresh-11", include_str!("../../../tests/eval/fresh-11.jsonl")),
        ("fresh-12", include_str!("../../../tests/eval/fresh-12.jsonl")),
    ] {
        let mut card = score::Card::default();
        card.add(rows);
        let score::Count { rows, answered, right } = card.total;
        assert!(answered * 100 >= rows * 84, "{name}: only {answered} of {rows} answered");
        assert!(
            right * 100 >= answered * 98,
            "{name}: {right} right of {answered}\n{}",
            card.misses.join("\n")
        );
        assert_eq!(card.wrong_changes, Vec::<String>::new(), "{name}: wrong and confident on a change");
        assert!(card.others.1.len() <= 1, "{name}: {:?}", card.others.1);
    }
}
