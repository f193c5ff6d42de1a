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

/// Our own sets, which the engine has seen by now: what was right stays right. With each, the least share in percent that
/// is answered.
#[test]
fn own_sets() {
    for (name, floor, rows) in [
        ("fresh-1", 96, include_str!("../../../tests/eval/fresh-1.jsonl")),
        ("fresh-2", 92, include_str!("../../../tests/eval/fresh-2.jsonl")),
        ("fresh-3", 87, include_str!("../../../tests/eval/fresh-3.jsonl")),
        ("fresh-5", 93, include_str!("../../../tests/eval/fresh-5.jsonl")),
        ("fresh-6", 87, include_str!("../../../tests/eval/fresh-6.jsonl")),
        ("fresh-7", 86, include_str!("../../../tests/eval/fresh-7.jsonl")),
        ("fresh-8", 90, include_str!("../../../tests/eval/fresh-8.jsonl")),
        ("fresh-9", 88, include_str!("../../../tests/eval/fresh-9.jsonl")),
        ("fresh-10", 79, include_str!("../../../tests/eval/fresh-10.jsonl")),
        ("fresh-11", 93, include_str!("../../../tests/eval/fresh-11.jsonl")),
        ("fresh-12", 86, include_str!("../../../tests/eval/fresh-12.jsonl")),
        ("fresh-13", 80, include_str!("../../../tests/eval/fresh-13.jsonl")),
        ("fresh-14", 93, include_str!("../../../tests/eval/fresh-14.jsonl")),
        ("fresh-15", 80, include_str!("../../../tests/eval/fresh-15.jsonl")),
        ("fresh-16", 90, include_str!("../../../tests/eval/fresh-16.jsonl")),
        ("fresh-17", 82, include_str!("../../../tests/eval/fresh-17.jsonl")),
    ] {
        let mut card = score::Card::default();
        card.add(rows);
        let score::Count { rows, answered, right } = card.total;
        assert!(answered * 100 >= rows * floor, "{name}: only {answered} of {rows} answered");
        assert!(
            right * 100 >= answered * 98,
            "{name}: {right} right of {answered}\n{}",
            card.misses.join("\n")
        );
        assert_eq!(card.wrong_changes, Vec::<String>::new(), "{name}: wrong and confident on a change");
        assert!(card.others.1.len() <= 1, "{name}: {:?}", card.others.1);
    }
}
