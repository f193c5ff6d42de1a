//! What asking a model through KubeChat costs beyond the bare HTTP call: the prompt, the redaction, the routing, the reading of
//! the answer as typed commands. Ours and a bare call with the same bytes to the same server that answers at once, by turns.
//! Prints for each kind of server and round `KIND OURS PEER`: medians in microseconds. For `benches/figures.sh`.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::routing::post;
use futures::future::BoxFuture;
use kubechat_models::{Models, words};
use kubechat_translate::{Context, translate};
use serde_json::json;

const ROUNDS: usize = 8;
const CALLS: usize = 100;
const REQUEST: &str = "gimme the thingies of yonder quux in the shop";

/// The last body that was sent.
type Last = Arc<Mutex<Bytes>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let last = Last::default();
    let answer = |State(last): State<Last>, uri: Uri, body: Bytes| async move {
        *last.lock().unwrap_or_else(PoisonError::into_inner) = body;
        answer_of(uri.path())
    };
    let app = axum::Router::new().fallback(post(answer)).with_state(Arc::clone(&last));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    for (kind, path) in [("ollama", "api/chat"), ("openai", "chat/completions"), ("anthropic", "v1/messages")]
    {
        let settings = format!(
            "order = [\"p\"]\ncache_hours = 0\n[provider.p]\nkind = \"{kind}\"\nendpoint = \"{url}\"\nmodel = \"m\"\n"
        );
        let models = Models::open(toml::from_str(&settings)?).await?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let address = format!("{url}/{path}");
        for round in 0..ROUNDS {
            let (mut ours, mut bare) = (Vec::new(), Vec::new());
            for _ in 0..CALLS {
                ours.push(through(&models).await?);
                let body = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
                bare.push(directly(&client, &address, body).await?);
            }
            // The first round warms both up.
            if round > 0 {
                println!("{kind} {:.1} {:.1}", median(ours), median(bare));
            }
        }
    }
    Ok(())
}

/// From the words to typed commands.
async fn through(models: &Models) -> Result<Duration, Box<dyn std::error::Error>> {
    let context = context();
    let builtin = translate(REQUEST, &context);
    let begun = Instant::now();
    let ask = words::Ask {
        user: "u",
        request: REQUEST,
        context: &context,
        builtin: &builtin,
        only: None,
        pseudonyms_of: None,
    };
    let before = |_: &_| -> BoxFuture<'_, _> { Box::pin(async { Ok::<_, Infallible>(()) }) };
    let proposed = words::translate(&models.router, ask, &before, &mut Vec::new()).await??;
    let took = begun.elapsed();
    if proposed.translation.commands.len() != 2 {
        return Err(format!("the answer was not read: {:?}", proposed.translation).into());
    }
    Ok(took)
}

async fn directly(
    client: &reqwest::Client,
    address: &str,
    body: Bytes,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let answer = client.post(address).header("content-type", "application/json").body(body).send().await?;
    std::hint::black_box(answer.error_for_status()?.bytes().await?);
    Ok(begun.elapsed())
}

/// A namespace of some size.
fn context() -> Context {
    let mut context = Context { namespace: Some("shop".to_owned()), ..Context::default() };
    context.namespaces = (0..50).map(|n| format!("team-{n}")).collect();
    for kind in ["pods", "deployments", "services", "configmaps"] {
        context.names.insert(kind.to_owned(), (0..200).map(|n| format!("{kind}-quux-{n}")).collect());
    }
    context
}

/// Two commands, as each interface says them.
fn answer_of(path: &str) -> String {
    let said = json!({ "outcome": "command", "commands": ["kubectl get pods", "kubectl scale deployment web --replicas=3"],
        "where": null, "meaning": "list the pods, then scale web to 3", "message": "" })
    .to_string();
    match path {
        "/api/chat" => format!(
            "{}\n",
            json!({ "message": { "content": said }, "done": true, "done_reason": "stop", "prompt_eval_count": 7, "eval_count": 3 })
        ),
        "/v1/messages" => [
            json!({ "type": "content_block_delta", "delta": { "type": "text_delta", "text": said } }),
            json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 3 } }),
            json!({ "type": "message_stop" }),
        ]
        .map(|event| format!("data: {event}\n\n"))
        .concat(),
        _ => format!(
            "data: {}\n\ndata: [DONE]\n\n",
            json!({ "choices": [{ "delta": { "content": said }, "finish_reason": "stop" }] })
        ),
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e6
}
