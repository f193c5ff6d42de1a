use serde_json::json;

use super::*;
use crate::view::ResultView;

fn look(number: usize, text: &str) -> Look {
    let result = ResultView { text: Some(text.to_owned()), ..ResultView::default() };
    Look::of(number, uuid::Uuid::nil(), "kubectl logs web", Ok(&result), "why is checkout slow")
}

fn answer(claims: serde_json::Value) -> said::Said {
    let text = json!({ "action": "answer", "answer": "s", "commands": [], "claims": claims, "fixes": [] });
    said::read(&text.to_string()).unwrap()
}

#[test]
fn a_claim_is_supported_by_lines_that_were_shown_and_by_nothing_else() {
    let look = look(1, "starting\nupstream timed out\ndone");
    let claims = answer(json!([
        { "text": "It times out.", "evidence": [{ "step": 1, "first": 2, "last": 2 }] },
        { "text": "Of another step.", "evidence": [{ "step": 2, "first": 1, "last": 1 }] },
        { "text": "Behind the end.", "evidence": [{ "step": 1, "first": 9, "last": 12 }] },
        { "text": "The wrong way round.", "evidence": [{ "step": 1, "first": 3, "last": 1 }] },
        { "text": "Just so.", "evidence": [] },
    ]))
    .claims(&[&look]);
    let supported: Vec<bool> = claims.iter().map(|claim| claim.supported).collect();
    assert_eq!(supported, [true, false, false, false, false]);
    assert_eq!(claims[0].evidence[0].lines, ["upstream timed out"]);
}

#[test]
fn long_answers_are_cut_by_relevance_between_lines_and_say_so() {
    let mut lines: Vec<String> = (0..500).map(|n| format!("line {n} all is well here")).collect();
    lines[250] = "ERROR checkout: connection refused".to_owned();
    lines[251] = "x".repeat(5_000);
    let text = look(1, &lines.join("\n")).text();
    assert!(text.contains("251| ERROR checkout: connection refused\n"), "{text}");
    assert!(text.contains("1| line 0 ") && text.contains("500| line 499 "));
    assert!(text.contains("[440 of 500 lines left out]") && !text.contains("xxx"), "{text}");
}

#[test]
fn what_a_stranger_wrote_has_no_control_characters_and_no_secrets() {
    let text = look(1, "red \u{1b}[31malert\u{202e}\nDB_PASSWORD=hunter2-long\n-----BEGIN CERTIFICATE-----\nMIIabc\n-----END CERTIFICATE-----").text();
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    assert!(!text.contains("hunter2") && !text.contains("MIIabc"), "{text}");
}

#[test]
fn the_oldest_outputs_go_first_when_there_is_no_room() {
    let mut talk = Talk::about("why?", "shop", None);
    for number in 1..=5 {
        let text = format!("{}\n", "word ".repeat(60)).repeat(10);
        talk.looked("{}".to_owned(), vec![look(number, &text)]);
    }
    let all = talk.prompt(100_000).clean().text();
    let cut = talk.prompt(4_000).clean().text();
    assert!(
        !all.contains("left out: it was shown") && cut.contains("Step 1: kubectl logs web [left out"),
        "{cut}"
    );
    assert!(cut.contains("Step 5: kubectl logs web\n"), "{cut}");
    assert!(cut.len() < all.len());
}

#[test]
fn what_is_not_the_form_goes_back() {
    for text in ["", "{}", "look", "{\"action\":\"approve\"}"] {
        assert!(said::read(text).is_err(), "{text}");
    }
    let many = json!({ "action": "look", "answer": "", "commands": ["a", "b", "c", "d"], "claims": [], "fixes": [] });
    assert!(said::read(&many.to_string()).is_err());
}
