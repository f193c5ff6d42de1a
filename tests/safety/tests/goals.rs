//! What the command language promises: nothing that is not safe passes for safe, nothing to be refused gets through,
//! and hardly anybody is asked about what is safe.

use kubechat_kubectl::classify;
use kubechat_safety::score::{Answer, Score};
use kubechat_safety::{Level, corpus};

#[test]
fn our_own_score() {
    let rows = corpus().unwrap();
    let mut score = Score::default();
    for row in &rows {
        let level = classify(&row.command).level;
        score.add(row, Level::parse(level.as_str()).map_or(Answer::None, Answer::Level));
    }
    println!("{score}");
    let told = |rows: &[kubechat_safety::Row]| {
        rows.iter().map(|row| format!("{}: {} ({})\n", row.command, row.level, row.why)).collect::<String>()
    };
    assert!(score.taken_for_safe.is_empty(), "taken for safe:\n{}", told(&score.taken_for_safe));
    assert!(score.let_through.is_empty(), "let through:\n{}", told(&score.let_through));
    assert!(score.asked_share() <= 2.0, "asked about what is safe:\n{}", told(&score.asked));
    let other: Vec<_> =
        score.other.iter().map(|(row, answer)| format!("{answer:?}: {}", row.command)).collect();
    assert!(other.is_empty(), "another level than the table's:\n{}", other.join("\n"));
}

#[test]
fn every_line_of_the_corpora_has_its_level() {
    for row in
        corpus().unwrap().iter().filter(|row| !["effects.txt", "attacks"].contains(&row.source.as_str()))
    {
        let level = Level::parse(classify(&row.command).level.as_str()).unwrap();
        assert!(row.takes(level), "{}: {}, judged {level}", row.command, row.level);
    }
}

#[test]
fn there_are_as_many_lines_as_we_say_and_always_the_same() {
    let rows = corpus().unwrap();
    let made = rows.iter().filter(|row| ["effects.txt", "attacks"].contains(&row.source.as_str())).count();
    assert!(made >= 3_000, "{made} adversarial lines");
    let again = corpus().unwrap();
    assert!(
        rows.iter().zip(&again).all(|(one, other)| one.command == other.command && one.level == other.level)
    );
}
