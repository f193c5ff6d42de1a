//! The real Ollama: what the scripted servers can't show.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod server;

use std::time::Duration;

use kubechat_models::route::BreakerState;
use kubechat_models::{Clean, Error, Prompt, Question, Role, Router};
use serde_json::{Value, json};
use server::Ollama;

fn prompt(schema: Option<Value>) -> Clean {
    let turns = vec![(Role::User, "Hello?".to_owned())];
    Prompt { system: "You answer.".to_owned(), turns, schema, ..Prompt::default() }.clean()
}

/// Goes on until it is stopped: with little chance this model does not come to an end by itself.
const ENDLESS: &str = "max_tokens = 10000000\ntemperature = 0.1\ntimeout_seconds = 300";
const SHORT: &str = "max_tokens = 16\ntemperature = 1.0\ntimeout_seconds = 300";

#[tokio::test(flavor = "multi_thread")]
async fn models_are_listed_and_described_and_a_missing_one_is_told() {
    let Some(ollama) = Ollama::boot().await else { return };
    let provider = ollama.provider("");
    let models = provider.models().await.unwrap();
    assert_eq!(models[0].name, "tiny:latest");
    assert!(models[0].size.is_some_and(|size| size > 100_000));
    let shown = provider.show("tiny").await.unwrap();
    assert_eq!(shown.context, Some(4096));
    assert!(shown.capabilities.contains(&"completion".to_owned()), "{shown:?}");
    assert!(matches!(provider.show("nobody").await, Err(Error::NoModel { .. })));
    let settings = ollama.settings("").provider["local"].clone();
    let other = kubechat_models::config::ProviderSettings { model: "nobody".to_owned(), ..settings };
    let missing = kubechat_models::connect("local", &other, true).unwrap();
    let error = missing.chat(&prompt(None), &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, Error::NoModel { .. }), "{error}");
    // Nothing listens there, and nothing else is asked instead.
    let error = provider.pull("127.0.0.1:9/library/nobody", &mut |_| ()).await.unwrap_err();
    assert_eq!(error.code(), "model_failed", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_streams_and_one_that_is_bound_to_a_schema_parses() {
    let Some(ollama) = Ollama::boot().await else { return };
    let mut pieces = 0;
    let free = ollama.provider(SHORT).chat(&prompt(None), &mut |_| pieces += 1).await.unwrap();
    assert!(pieces > 1 && free.cut_short, "{pieces} {free:?}");
    assert!(free.usage.input > 0 && free.usage.output <= 16, "{free:?}");
    let schema = json!({
        "type": "object", "required": ["outcome", "count", "sure"],
        "properties": {
            "outcome": { "type": "string", "enum": ["command", "clarify", "refuse"] },
            "count": { "type": "integer", "minimum": 0, "maximum": 9 },
            "sure": { "type": ["boolean", "null"] },
        },
    });
    let bound = ollama.provider("max_tokens = 400\ntemperature = 1.0\ntimeout_seconds = 300");
    let bound = bound.chat(&prompt(Some(schema)), &mut |_| ()).await.unwrap();
    let value: Value = serde_json::from_str(&bound.text).unwrap_or_else(|error| panic!("{error}: {bound:?}"));
    assert!(["command", "clarify", "refuse"].contains(&value["outcome"].as_str().unwrap()), "{value}");
    assert!(value["count"].is_u64() && (value["sure"].is_boolean() || value["sure"].is_null()), "{value}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_given_up_or_takes_too_long_frees_the_one_slot() {
    let Some(ollama) = Ollama::boot().await else { return };
    let short = ollama.provider(SHORT);
    short.chat(&prompt(None), &mut |_| ()).await.unwrap();
    let endless = ollama.provider(ENDLESS);
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let task =
        tokio::spawn(async move { endless.chat(&prompt(None), &mut |_| told.send(()).unwrap_or(())).await });
    heard.recv().await.unwrap();
    task.abort();
    tokio::time::timeout(Duration::from_secs(120), short.chat(&prompt(None), &mut |_| ()))
        .await
        .unwrap()
        .unwrap();
    let hurried = ollama.provider("max_tokens = 10000000\ntemperature = 0.1\ntimeout_seconds = 2");
    let error = hurried.chat(&prompt(None), &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. } | Error::TooLong { .. }), "{error}");
    tokio::time::timeout(Duration::from_secs(120), short.chat(&prompt(None), &mut |_| ()))
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_in_the_middle_is_asked_again_when_it_is_back() {
    let Some(mut ollama) = Ollama::boot().await else { return };
    let router = std::sync::Arc::new(Router::new(&ollama.settings(ENDLESS)).0);
    assert_eq!(router.check_inside().await, []);
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let asking = tokio::spawn({
        let router = std::sync::Arc::clone(&router);
        async move {
            let prompt = prompt(None);
            let question = Question { user: "ada", prompt: &prompt, only: None };
            router
                .ask(question, &mut |what| {
                    if matches!(what, kubechat_models::Told::Piece(_)) {
                        told.send(()).unwrap_or(());
                    }
                })
                .await
        }
    });
    heard.recv().await.unwrap();
    ollama.stop();
    let error = asking.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("local"), "{error}");
    assert_eq!(router.health()[0].breaker, BreakerState::HalfOpen);
    ollama.start().await;
    let (again, _) = Router::new(&ollama.settings(SHORT));
    let prompt = prompt(None);
    let routed =
        again.ask(Question { user: "ada", prompt: &prompt, only: Some("local") }, &mut |_| ()).await.unwrap();
    assert_eq!((routed.provider.as_str(), routed.model.as_str()), ("local", "tiny"));
}
