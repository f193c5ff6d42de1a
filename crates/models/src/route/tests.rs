use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{BoxFuture, join_all};

use super::*;
use crate::provider::{Model, Piece, Pieces};
use crate::redact::{Prompt, Role};

/// A provider that does as it is told.
#[derive(Debug)]
struct Scripted {
    name: &'static str,
    asked: AtomicUsize,
    behaves: fn(usize) -> Does,
}

enum Does {
    Answers,
    Fails(Error),
    Hangs,
}

impl Scripted {
    fn of(name: &'static str, behaves: fn(usize) -> Does) -> Arc<Self> {
        Arc::new(Self { name, asked: AtomicUsize::new(0), behaves })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Provider for Scripted {
    fn name(&self) -> &str {
        self.name
    }

    fn chat<'a>(&'a self, _: &'a Clean, pieces: Pieces<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            let count = self.asked.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_millis(20)).await;
            match (self.behaves)(count) {
                Does::Answers => {
                    pieces(Piece::Text("yes"));
                    let usage = Usage { input: 1_000_000, output: 500_000 };
                    Ok(Answer { text: "yes".to_owned(), usage, cut_short: false })
                }
                Does::Fails(error) => Err(error),
                Does::Hangs => std::future::pending().await,
            }
        })
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Model>, Error>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn check_inside(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}

fn down() -> Error {
    Error::Server { provider: "x".to_owned(), status: 500, message: "broken".to_owned() }
}

fn settings(more: &str) -> Settings {
    let text = format!(
        "{more}\n[provider.p]\nkind = \"ollama\"\nendpoint = \"http://127.0.0.1:1\"\nmodel = \"m\"\nprice_input = 2.0\nprice_output = 4.0\n"
    );
    toml::from_str(&text).unwrap()
}

fn router(members: &[Arc<Scripted>], more: &str) -> Router {
    let mut settings = settings(more);
    settings.order = members.iter().map(|member| member.name.to_owned()).collect();
    let one = settings.provider["p"].clone();
    let members =
        members.iter().map(|member| (Arc::clone(member) as Arc<dyn Provider>, one.clone())).collect();
    Router::of(members, &settings)
}

fn prompt(text: &str) -> Clean {
    Prompt { turns: vec![(Role::User, text.to_owned())], ..Prompt::default() }.clean()
}

async fn ask(router: &Router, text: &str) -> Result<Routed, NoAnswer> {
    let prompt = prompt(text);
    router.ask(Question { user: "ada", prompt: &prompt, only: None }, &mut |_| ()).await
}

#[tokio::test(start_paused = true)]
async fn the_first_that_answers_is_taken_and_the_others_are_named() {
    let bad = Scripted::of("bad", |_| Does::Fails(Error::Denied { provider: "bad".into(), status: 401 }));
    let good = Scripted::of("good", |_| Does::Answers);
    let router = router(&[Arc::clone(&bad), good], "");
    let routed = ask(&router, "a").await.unwrap();
    assert_eq!((routed.provider.as_str(), routed.failed.len()), ("good", 1));
    assert_eq!(routed.money, 4.0);
    // A refused key is not tried twice.
    assert_eq!(bad.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_after_a_pause() {
    let flaky = Scripted::of("flaky", |count| if count == 0 { Does::Fails(down()) } else { Does::Answers });
    let router = router(&[Arc::clone(&flaky)], "");
    let begun = Instant::now();
    ask(&router, "a").await.unwrap();
    assert_eq!(flaky.asked(), 2);
    assert!(begun.elapsed() >= PAUSE);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_opens_is_tried_and_closes_as_configured() {
    let sick = Scripted::of("sick", |count| if count < 5 { Does::Fails(down()) } else { Does::Answers });
    let router = router(&[Arc::clone(&sick)], "breaker_failures = 3\nbreaker_seconds = 30\nattempts = 1");
    for count in 1..=3 {
        assert!(ask(&router, "a").await.is_err());
        assert_eq!(sick.asked(), count);
    }
    assert_eq!(router.health()[0].breaker, BreakerState::Open);
    // Left out: nothing is sent, and why it is down is still told.
    let error = ask(&router, "a").await.unwrap_err();
    assert!(error.to_string().contains("broken"), "{error}");
    assert_eq!(sick.asked(), 3);
    sleep(Duration::from_secs(30)).await;
    let health = router.health().remove(0);
    assert_eq!((health.breaker, health.down_seconds), (BreakerState::HalfOpen, Some(30)));
    // Of many at once one is let through, and its failure opens again.
    let many = join_all((0..20).map(|_| ask(&router, "a"))).await;
    assert!(many.iter().all(Result::is_err));
    assert_eq!((sick.asked(), router.health()[0].breaker), (4, BreakerState::Open));
    sleep(Duration::from_secs(31)).await;
    assert!(ask(&router, "a").await.is_err());
    sleep(Duration::from_secs(31)).await;
    ask(&router, "a").await.unwrap();
    let health = router.health().remove(0);
    assert_eq!((health.breaker, health.error), (BreakerState::Closed, None));
    ask(&router, "b").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_given_up_leaves_the_breaker_usable() {
    let sick = Scripted::of("sick", |count| match count {
        0 => Does::Fails(down()),
        1 => Does::Hangs,
        _ => Does::Answers,
    });
    let router = router(&[Arc::clone(&sick)], "breaker_failures = 1\nbreaker_seconds = 10\nattempts = 1");
    assert!(ask(&router, "a").await.is_err());
    sleep(Duration::from_secs(11)).await;
    assert!(timeout(Duration::from_secs(1), ask(&router, "a")).await.is_err());
    ask(&router, "a").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_hundred_at_once_answer_in_time_with_one_hanging_and_one_failing() {
    let hangs = Scripted::of("hangs", |_| Does::Hangs);
    let fails =
        Scripted::of("fails", |count| if count % 10 < 3 { Does::Fails(down()) } else { Does::Answers });
    let good = Scripted::of("good", |_| Does::Answers);
    let router = router(&[Arc::clone(&hangs), fails, good], "deadline_seconds = 30");
    let begun = Instant::now();
    let texts: Vec<String> = (0..100).map(|n| format!("question {n}")).collect();
    let answers = join_all(texts.iter().map(|text| ask(&router, text))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert_eq!(router.health()[0].breaker, BreakerState::Open);
    // The one that hangs costs nothing any more.
    let (begun, asked) = (Instant::now(), hangs.asked());
    ask(&router, "one more").await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(hangs.asked(), asked);
}

#[tokio::test(start_paused = true)]
async fn when_all_are_down_the_deadline_holds_and_every_reason_is_told() {
    let (one, two) = (Scripted::of("one", |_| Does::Hangs), Scripted::of("two", |_| Does::Hangs));
    let router = router(&[one, two], "deadline_seconds = 10");
    let begun = Instant::now();
    let error = ask(&router, "a").await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(10));
    let text = error.to_string();
    assert!(text.contains("one") && text.contains("two"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_remembered_answer_is_the_same_persons_and_a_day_old_at_most() {
    let good = Scripted::of("good", |_| Does::Answers);
    let router = router(&[Arc::clone(&good)], "cache_hours = 24");
    let first = ask(&router, "a").await.unwrap();
    ask(&router, "a").await.unwrap();
    assert_eq!(good.asked(), 2, "only what turned out to be an answer is remembered");
    router.remember(&first);
    let again = ask(&router, "a").await.unwrap();
    assert!(again.remembered && again.money == 0.0);
    assert_eq!(good.asked(), 2);
    assert!(!ask(&router, "b").await.unwrap().remembered);
    let prompt = prompt("a");
    let other = router.ask(Question { user: "ben", prompt: &prompt, only: None }, &mut |_| ()).await;
    assert!(!other.unwrap().remembered);
    sleep(Duration::from_secs(24 * 3600)).await;
    assert!(!ask(&router, "a").await.unwrap().remembered);
}

#[tokio::test(start_paused = true)]
async fn only_the_chosen_provider_is_asked() {
    let (one, two) = (Scripted::of("one", |_| Does::Answers), Scripted::of("two", |_| Does::Answers));
    let router = router(&[Arc::clone(&one), two], "");
    let prompt = prompt("a");
    let question = |only| Question { user: "ada", prompt: &prompt, only: Some(only) };
    assert_eq!(router.ask(question("two"), &mut |_| ()).await.unwrap().provider, "two");
    assert_eq!(one.asked(), 0);
    let error = router.ask(question("three"), &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, NoAnswer::NotConfigured(_)));
}

#[test]
fn the_order_names_what_is_configured() {
    let wrong: Settings = toml::from_str("order = [\"nobody\"]").unwrap();
    let (_, wrong) = Router::new(&wrong);
    assert!(wrong[0].to_string().contains("[models.provider.nobody]"), "{wrong:?}");
    assert_eq!(wrong[0].field().as_deref(), Some("order"));
    let (none, wrong) = Router::new(&Settings::default());
    assert!(none.is_empty() && wrong.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_stays_as_it_is_goes_on_counting_and_what_is_changed_begins_anew() {
    let one = Scripted::of("one", |_| Does::Fails(down()));
    let before = router(&[Arc::clone(&one)], "breaker_failures = 2\nattempts = 2");
    ask(&before, "a").await.unwrap_err();
    let health = |router: &Router| (router.health()[0].breaker, router.health()[0].spent.failures());
    assert_eq!(health(&before), (BreakerState::Open, 2));
    let same = |more: &str| router(&[Arc::clone(&one)], more).going_on_from(&before);
    assert_eq!(health(&same("breaker_failures = 2")), (BreakerState::Open, 2));
    assert_eq!(
        health(&same("breaker_failures = 9")),
        (BreakerState::Closed, 2),
        "another rule for its breaker"
    );
    let mut changed = router(&[Arc::clone(&one)], "");
    changed.members[0].settings.key = Some("another".to_owned().into());
    assert_eq!(health(&changed.going_on_from(&before)), (BreakerState::Closed, 0));
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_by_field() {
    let mut wrong = settings("sure = 1.5\nairgap = true\norder = [\"p\", \"p\", \"q\"]");
    let outside = ProviderSettings::new(Kind::Ollama, "http://8.8.8.8".parse().unwrap(), String::new());
    wrong.provider.insert("a b".to_owned(), outside);
    let (_, wrong) = crate::Models::examined(wrong).await;
    let fields: Vec<String> = wrong.iter().filter_map(Error::field).collect();
    let names =
        ["sure", "order", "provider.a b.name", "provider.a b.model", "order", "provider.a b.endpoint"];
    assert_eq!(fields, names, "{wrong:?}");
}
