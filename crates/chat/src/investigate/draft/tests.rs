use kubechat_models::{Error, Prompt, Pseudonyms, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[path = "../../../../models/tests/ollama/server.rs"]
#[allow(dead_code)]
mod ollama;

/// A model that reads pseudonyms in place of these names.
fn prompt(names: &[&str]) -> Clean {
    let mut pseudonyms = Pseudonyms::of(b"session");
    pseudonyms.note_all(names.iter().copied());
    let turns = vec![(Role::User, names.join(" "))];
    Prompt { turns, pseudonyms: Some(pseudonyms), ..Prompt::default() }.clean()
}

/// What a model that reads this prompt would say for a text.
fn concealed(prompt: &Clean, names: &[&str], text: &str) -> String {
    let there = prompt.turns().next().unwrap().1.to_owned();
    let pairs = names.iter().zip(there.split(' '));
    pairs.fold(text.to_owned(), |text, (name, pseudonym)| text.replace(name, pseudonym))
}

fn answer(message: &str, claims: &[&str]) -> Value {
    let claims: Vec<Value> = claims
        .iter()
        .map(|text| json!({ "evidence": [{ "step": 1, "first": 1, "last": 2 }], "text": text }))
        .collect();
    json!({ "action": "answer", "answer": message, "claims": claims, "commands": [],
        "fixes": [{ "command": "kubectl get pods", "why": "Because data: is there." }] })
}

/// Every draft that is told while these pieces come.
fn told<'p>(prompt: &Clean, pieces: impl IntoIterator<Item = Piece<'p>>) -> Vec<DraftView> {
    let mut draft = Draft::of(prompt);
    draft.hears(Told::Asking("m"));
    let mut drafts = Vec::new();
    for piece in pieces {
        if draft.hears(Told::Piece(piece)) {
            drafts.push(draft.shown().cloned().unwrap_or_default());
        }
    }
    drafts
}

/// Cut behind each of these bytes, moved on to where a character ends.
fn cut<'t>(text: &'t str, at: &[prop::sample::Index]) -> Vec<&'t str> {
    let mut ends: Vec<usize> = at.iter().map(|at| text.ceil_char_boundary(at.index(text.len()))).collect();
    ends.push(text.len());
    ends.sort_unstable();
    let starts = std::iter::once(0).chain(ends.clone());
    starts.zip(ends.clone()).map(|(start, end)| &text[start..end]).collect()
}

fn one_by_one(text: &str) -> Vec<&str> {
    text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect()
}

#[test]
fn words_are_told_as_they_come_and_never_json() {
    let clean = prompt(&[]);
    let said = answer("The shop is slow.", &["It waits.", "A guess."]).to_string();
    let drafts = told(&clean, one_by_one(&said).into_iter().map(Piece::Text));
    let messages: Vec<&str> = drafts.iter().map(|draft| draft.message.as_str()).collect();
    assert_eq!(messages[..4], ["The", "The shop", "The shop is", "The shop is slow."]);
    let last = drafts.last().unwrap();
    assert_eq!(
        (last.message.as_str(), last.claims.join("|").as_str()),
        ("The shop is slow.", "It waits.|A guess.")
    );
    assert!(!format!("{drafts:?}").contains("evidence"), "{drafts:?}");
}

#[test]
fn only_an_answer_is_told_whatever_else_stands_in_the_form() {
    let clean = prompt(&[]);
    let look =
        json!({ "action": "look", "answer": "I look.", "claims": [{ "text": "No." }], "commands": ["x"] });
    assert_eq!(told(&clean, [Piece::Text(&look.to_string())]), []);
    // Of a tool that is called the name says it, and words before the call are none of the answer.
    let text = Piece::Text("{\"action\":\"answer\",\"answer\":\"Let me see.\"");
    let call = |tool| Piece::Call { tool, arguments: "{\"answer\":\"All is well.\"" };
    let messages = |pieces: [Piece<'_>; 2]| {
        told(&clean, pieces).into_iter().map(|draft| draft.message).collect::<Vec<_>>()
    };
    assert_eq!(messages([text, call("answer")]), ["Let me see.", "All is well."]);
    assert_eq!(messages([text, call("look")]), ["Let me see.", ""]);
}

#[test]
fn an_answer_that_breaks_off_is_taken_back() {
    let clean = prompt(&[]);
    let mut draft = Draft::of(&clean);
    assert!(!draft.hears(Told::Asking("one")));
    assert!(draft.hears(Told::Piece(Piece::Text("{\"action\":\"answer\",\"answer\":\"All is"))));
    assert!(draft.hears(Told::Failed(&Error::Cut { provider: "one".into() })));
    assert_eq!(draft.shown(), None);
    assert!(!draft.hears(Told::Asking("two")));
    assert!(draft.hears(Told::Piece(Piece::Text("{\"action\":\"answer\",\"answer\":\"It broke. "))));
    assert_eq!(draft.shown().unwrap().message, "It broke.");
}

#[test]
fn an_endless_answer_is_told_no_more_than_so_often() {
    let clean = prompt(&[]);
    let words = "a ".repeat(READ);
    let said = format!("{{\"action\":\"answer\",\"answer\":\"{words}");
    assert!(told(&clean, one_by_one(&said).into_iter().map(Piece::Text)).len() <= TELLINGS);
}

/// What must never be seen, and a text that it stands in.
const SECRETS: [(&str, &str); 7] = [
    ("hunter2-long", "The password is hunter2-long, and password: \"hunter2-long one\" too."),
    (
        "MIIEabcdef",
        "It has\n-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdef\nMIIEabcdef\n-----END RSA PRIVATE KEY-----\nin it.",
    ),
    ("s3cr3tPart", "It calls postgres://shop:s3cr3tPart@db:5432/shop all day."),
    ("abcDEF123456ghi", "Sends Authorization: Bearer abcDEF123456ghi with it."),
    ("cGxhaW4=", "It is\napiVersion: v1\ndata:\n  pin: cGxhaW4=\nkind: Secret\nmetadata:\n  name: db\n"),
    ("cGxhaW4=", "It is {\"data\": {\"pin\": \"cGxhaW4=\"}, \"kind\": \"Secret\"} there."),
    ("wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY12", "Key wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY12 is there."),
];

#[test]
fn no_secret_is_told_at_any_moment() {
    let clean = prompt(&[]);
    for (secret, text) in SECRETS {
        let said = answer(text, &[text]).to_string();
        let drafts = told(&clean, one_by_one(&said).into_iter().map(Piece::Text));
        assert!(drafts.len() > 2, "{text}");
        for draft in &drafts {
            let shown = format!("{draft:?}");
            assert!(!shown.contains(secret) && !shown.contains(&secret[..6]), "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_real_server_that_enforces_the_form_an_answer_can_be_read_along() {
    let Some(ollama) = ollama::Ollama::boot().await else { return };
    let provider = ollama.provider("max_tokens = 400\ntemperature = 1.0\ntimeout_seconds = 300");
    // Whether a model of random weights looks or answers only chance says, and whether it says a whole word.
    for number in 0..60 {
        let turns = vec![(Role::User, format!("Why {number}?"))];
        let clean = Prompt { turns, schema: Some(said::schema()), ..Prompt::default() }.clean();
        let (mut draft, mut drafts) = (Draft::of(&clean), Vec::new());
        let mut hear = |piece: Piece<'_>| {
            if draft.hears(Told::Piece(piece)) {
                drafts.extend(draft.shown().cloned());
            }
        };
        let answer = provider.chat(&clean, &mut hear).await.unwrap();
        let order: Vec<&str> =
            answer.text.split('"').filter(|part| ["action", "answer", "claims"].contains(part)).collect();
        assert_eq!(order.first(), Some(&"action"), "{answer:?}");
        if drafts.iter().any(|draft| !draft.message.is_empty()) {
            assert!(order.starts_with(&["action", "answer", "answer"]), "{answer:?}");
            assert!(drafts.windows(2).all(|two| two[1].message.starts_with(&two[0].message)), "{drafts:?}");
            return;
        }
    }
    panic!("no answer in sixty");
}

proptest! {
    #[test]
    fn however_an_answer_is_cut_it_ends_as_the_checked_one_and_nothing_unfit_is_told_before(
        words in prop::collection::vec(prop_oneof![
            "[a-z]{1,6}[.,]?", "[\"\\\\/{}\\[\\]:]{1,3}", "\u{1b}\\[[0-9]{1,2}m", "[\u{202a}-\u{202e}\u{200b}\u{7}]",
            "[\u{e9}\u{4e2d}\u{1f600}]{1,3}", "\n", Just("cart-db".to_owned()), Just("yonder".to_owned()),
        ], 0..40),
        split in any::<prop::sample::Index>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
        escaped in any::<bool>(),
    ) {
        let names = ["cart-db", "yonder"];
        let clean = prompt(&names);
        let (message, claim) = words.split_at(split.index(words.len() + 1));
        let (message, claim) = (format!("So {}", message.join(" ")), claim.join(" "));
        let concealed = |text: &str| concealed(&clean, &names, text);
        let mut said = answer(&concealed(&message), &[&concealed(&claim)]).to_string();
        if escaped {
            // As a server may write it that keeps to ASCII.
            said = said.chars().flat_map(|c| match c.is_ascii() {
                true => vec![c],
                false => c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| format!("\\u{unit:04x}").chars().collect::<Vec<_>>()).collect(),
            }).collect();
        }
        let drafts = told(&clean, cut(&said, &cuts).into_iter().map(Piece::Text));
        let checked = said::read(&clean.reveal(&said)).unwrap();
        let last = drafts.last().unwrap();
        prop_assert_eq!(&last.message, &checked.message());
        let claims: Vec<String> = checked.claims(&[]).into_iter().map(|claim| claim.text).collect();
        prop_assert_eq!(last.claims.join("|"), claims.join("|"));
        for draft in &drafts {
            let parts = std::iter::once((&draft.message, &last.message)).chain(draft.claims.iter().zip(&last.claims));
            for (part, end) in parts {
                prop_assert!(end.starts_with(part.as_str()), "{:?} became {:?}", part, end);
                prop_assert!(!part.contains("name-"), "{:?}", part);
                let unfit = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
                prop_assert!(!part.contains(unfit), "{:?}", part);
            }
        }
    }
}
