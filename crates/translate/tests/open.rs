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
