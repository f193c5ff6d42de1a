//! Every kind of provider against a server that speaks its wire format, also when it speaks it badly.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod redaction;
mod server;
mod tls;
mod tools;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use futures::future::BoxFuture;
use kubechat_models::config::{Form, Settings};
use kubechat_models::{Answer, Error, Piece, Prompt, Role, Router, connect, words};
use kubechat_translate::{Context, translate};
use serde_json::{Value, json};
use server::{Forever, Hang, Part, Send, Server, ok, status};

const NDJSON: &str = "application/x-ndjson";
const SSE: &str = "text/event-stream";

const KINDS: [&str; 4] = ["ollama", "openai", "azure", "anthropic"];

/// The settings of one provider as a configuration file would have them.
fn settings(kind: &str, url: &str, more: &str) -> kubechat_models::config::ProviderSettings {
    let version = if kind == "azure" { "api_version = \"2024-10-21\"\n" } else { "" };
    let text = format!(
        "[provider.p]\nkind = \"{kind}\"\nendpoint = \"{url}\"\nmodel = \"m\"\ntimeout_seconds = 5\n{version}{more}\n"
    );
    let settings: Settings = toml::from_str(&text).unwrap();
    settings.provider["p"].clone()
}

fn prompt() -> Prompt {
    Prompt {
        system: "You are told.".to_owned(),
        turns: vec![(Role::User, "a".into()), (Role::Assistant, "b".into()), (Role::User, "c".into())],
        schema: Some(
            json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] }),
        ),
        ..Prompt::default()
    }
}

fn text_of(piece: Piece<'_>) -> String {
    match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Call { tool, arguments } => format!("{tool}({arguments}"),
    }
}

async fn ask(kind: &str, url: &str, more: &str) -> (Result<Answer, Error>, Vec<String>) {
    let provider = connect("p", &settings(kind, url, more), false).unwrap();
    let mut pieces = Vec::new();
    let answer = provider.chat(&prompt().clean(), &mut |piece| pieces.push(text_of(piece))).await;
    (answer, pieces)
}

/// With more time than a busy machine needs.
async fn patient(kind: &str, url: &str) -> Result<Answer, Error> {
    let mut settings = settings(kind, url, "");
    settings.timeout_seconds = 300;
    connect("p", &settings, false).unwrap().chat(&prompt().clean(), &mut |_| ()).await
}

/// The answer `{"a":"b"}` in two pieces, as this kind of server says it.
fn said(kind: &str) -> Vec<Part> {
    let pieces = ["{\"a\":", "\"b\"}"];
    match kind {
        "ollama" => {
            let lines = pieces.map(|piece| json!({ "model": "m", "message": { "role": "assistant", "content": piece }, "done": false }));
            let end = json!({ "model": "m", "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": "stop", "prompt_eval_count": 7, "eval_count": 3 });
            ok(NDJSON, &format!("{}\n{}\n{end}\n", lines[0], lines[1]))
        }
        "anthropic" => {
            let start = json!({ "type": "message_start", "message": { "usage": { "input_tokens": 7, "output_tokens": 1 } } });
            let deltas = pieces.map(|piece| json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": piece } }));
            let end = json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 3 } });
            ok(
                SSE,
                &format!(
                    "event: message_start\ndata: {start}\n\nevent: ping\ndata: {{\"type\": \"ping\"}}\n\nevent: content_block_delta\ndata: {}\n\nevent: content_block_delta\ndata: {}\n\nevent: message_delta\ndata: {end}\n\nevent: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n",
                    deltas[0], deltas[1]
                ),
            )
        }
        _ => {
            let deltas = pieces.map(|piece| json!({ "choices": [{ "index": 0, "delta": { "content": piece }, "finish_reason": null }], "usage": null }));
            let end =
                json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }], "usage": null });
            let used = json!({ "choices": [], "usage": { "prompt_tokens": 7, "completion_tokens": 3 } });
            ok(
                SSE,
                &format!(
                    ": hello\n\ndata: {}\n\ndata:{}\r\n\r\ndata: {end}\n\ndata: {used}\n\ndata: [DONE]\n\n",
                    deltas[0], deltas[1]
                ),
            )
        }
    }
}

/// The beginning of an answer, and then what the parts say.
fn begun(kind: &str, then: Vec<Part>) -> Vec<Part> {
    let Send(all) = said(kind).remove(0) else { unreachable!() };
    let text = String::from_utf8(all).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let until = body.find("\\\"a").or(body.find("{\\\"a")).unwrap();
    let until = until + body[until..].find('\n').unwrap() + 1;
    [vec![Send(format!("{head}\r\n\r\n{}", &body[..until]).into_bytes())], then].concat()
}

#[tokio::test]
async fn an_answer_comes_in_pieces_with_its_tokens() {
    for kind in KINDS {
        let server = Server::saying(said(kind)).await;
        let (answer, pieces) = ask(kind, &server.url, "").await;
        let answer = answer.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(answer.text, "{\"a\":\"b\"}", "{kind}");
        assert_eq!(pieces, ["{\"a\":", "\"b\"}"], "{kind}");
        assert_eq!((answer.usage.input, answer.usage.output), (7, 3), "{kind}");
        assert!(!answer.cut_short);
    }
}

#[tokio::test]
async fn what_is_sent_is_what_each_interface_wants() {
    for kind in KINDS {
        let server = Server::saying(said(kind)).await;
        ask(kind, &format!("{}/base/", server.url), "key = \"k-123\"\ntemperature = 0.5").await.0.unwrap();
        let asked = server.asked().remove(0);
        let head = asked.head.to_lowercase();
        let (path, auth) = match kind {
            "ollama" => ("post /base/api/chat http", "authorization: bearer k-123"),
            "openai" => ("post /base/chat/completions http", "authorization: bearer k-123"),
            "azure" => ("post /base/chat/completions?api-version=2024-10-21 http", "api-key: k-123"),
            _ => ("post /base/v1/messages http", "x-api-key: k-123"),
        };
        assert!(head.starts_with(path), "{kind}: {head}");
        assert!(head.contains(auth), "{kind}: {head}");
        let schema = prompt().schema.unwrap();
        let (form, temperature) = match kind {
            "ollama" => ("/format", "/options/temperature"),
            "anthropic" => ("/output_config/format/schema", "/temperature"),
            _ => ("/response_format/json_schema/schema", "/temperature"),
        };
        assert_eq!(asked.body.pointer(form), Some(&schema), "{kind}");
        assert_eq!(asked.body.pointer(temperature), Some(&json!(0.5)), "{kind}");
        assert_eq!(asked.body["stream"], true);
        let roles: Vec<&Value> =
            asked.body["messages"].as_array().unwrap().iter().map(|m| &m["role"]).collect();
        match kind {
            "anthropic" => assert_eq!(roles, ["user", "assistant", "user"]),
            _ => assert_eq!(roles, ["system", "user", "assistant", "user"]),
        }
    }
}

#[tokio::test]
async fn a_model_that_knows_no_schemas_answers_by_its_tool() {
    let openai = |arguments: &str| json!({ "choices": [{ "delta": { "tool_calls": [{ "index": 0, "function": { "name": "answer", "arguments": arguments } }] } }] });
    let end = json!({ "choices": [{ "delta": {}, "finish_reason": "tool_calls" }] });
    let anthropic = |piece: &str| json!({ "type": "content_block_delta", "delta": { "type": "input_json_delta", "partial_json": piece } });
    let ollama = json!({ "message": { "role": "assistant", "content": "", "tool_calls": [{ "function": { "name": "answer", "arguments": { "a": "b" } } }] }, "done": false });
    let scripts = [
        (
            "openai",
            ok(
                SSE,
                &format!(
                    "data: {}\n\ndata: {}\n\ndata: {end}\n\ndata: [DONE]\n\n",
                    openai("{\"a\":"),
                    openai("\"b\"}")
                ),
            ),
        ),
        (
            "anthropic",
            ok(
                SSE,
                &format!(
                    "data: {}\n\ndata: {}\n\ndata: {{\"type\":\"message_stop\"}}\n\n",
                    anthropic("{\"a\":"),
                    anthropic("\"b\"}")
                ),
            ),
        ),
        ("ollama", ok(NDJSON, &format!("{ollama}\n{{\"done\":true,\"message\":{{}}}}\n"))),
    ];
    for (kind, script) in scripts {
        let server = Server::saying(script).await;
        let (answer, _) = ask(kind, &server.url, "answer = \"tool\"").await;
        assert_eq!(answer.unwrap().text, "{\"a\":\"b\"}", "{kind}");
        let body = server.asked().remove(0).body;
        assert!(body["tools"][0].to_string().contains("answer"), "{kind}");
        assert!(body.get("format").is_none() && body.get("response_format").is_none());
    }
    assert_eq!(settings("openai", "http://127.0.0.1:1", "answer = \"text\"").answer, Form::Text);
}

#[tokio::test]
async fn refusals_say_what_to_do_and_whether_asking_again_helps() {
    let bodies = [
        "{\"error\":\"model 'm' not found\"}",
        "{\"error\":{\"message\":\"no\\u001b[31m way\",\"type\":\"x\"}}",
        "<html>nginx</html>",
        "",
    ];
    for kind in KINDS {
        for body in bodies {
            for code in [400, 401, 403, 404, 429, 500, 502, 503, 529] {
                let server = Server::saying(status(code, "retry-after: 7\r\n", body)).await;
                let error = ask(kind, &server.url, "").await.0.unwrap_err();
                let wanted = match code {
                    401 | 403 => "model_denied",
                    404 => "model_missing",
                    429 | 503 | 529 => "model_busy",
                    500 | 502 => "model_failed",
                    _ => "model_request",
                };
                assert_eq!(error.code(), wanted, "{kind} {code}");
                assert_eq!(error.may_pass(), matches!(wanted, "model_busy" | "model_failed"));
                assert!(!error.to_string().contains('\u{1b}'), "{error}");
                if let Error::Busy { after, .. } = error {
                    assert_eq!(after, Some(Duration::from_secs(7)));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_is_no_answer() {
    for kind in KINDS {
        let server = Server::saying(begun(kind, Vec::new())).await;
        assert!(matches!(ask(kind, &server.url, "").await.0, Err(Error::Cut { .. })), "{kind}");
        // Promised more than it sent.
        let mut promised = begun(kind, Vec::new());
        let Send(bytes) = &mut promised[0] else { unreachable!() };
        *bytes = String::from_utf8(bytes.clone())
            .unwrap()
            .replacen("connection: close", "content-length: 99999", 1)
            .into_bytes();
        let server = Server::saying(promised).await;
        assert!(matches!(ask(kind, &server.url, "").await.0, Err(Error::Cut { .. })), "{kind}");
    }
}

#[tokio::test]
async fn what_is_not_the_wire_format_is_told() {
    for kind in KINDS {
        for body in
            ["data: {\"choices\": [\n\n{oops\n", "data: no\nnot json at all\n", "data: \u{fffd}\n\u{1}\n"]
        {
            let server = Server::saying(ok(SSE, body)).await;
            let error = ask(kind, &server.url, "").await.0.unwrap_err();
            assert_eq!(error.code(), "model_malformed", "{kind}: {error}");
        }
        let server = Server::saying(ok("application/json", "[1, 2]")).await;
        let provider = connect("p", &settings(kind, &server.url, ""), false).unwrap();
        let error = provider.models().await.unwrap_err();
        assert!(matches!(error.code(), "model_malformed" | "model_unsupported"), "{kind}: {error}");
    }
}

#[tokio::test]
async fn failures_inside_an_answer_are_failures() {
    let overloaded =
        json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    let broken = json!({ "error": { "message": "out of memory" } });
    for (kind, event, code) in [
        ("anthropic", &overloaded, "model_busy"),
        ("openai", &broken, "model_failed"),
        ("ollama", &json!({ "error": "runner died" }), "model_failed"),
    ] {
        let line = if kind == "ollama" { format!("{event}\n") } else { format!("data: {event}\n\n") };
        let server = Server::saying(begun(kind, vec![Send(line.into_bytes())])).await;
        assert_eq!(ask(kind, &server.url, "").await.0.unwrap_err().code(), code, "{kind}");
    }
}

#[tokio::test]
async fn ten_megabytes_and_streams_without_end_are_cut_off() {
    for kind in KINDS {
        let piece = match kind {
            "ollama" => format!("{}\n", json!({ "message": { "content": "x".repeat(1000) }, "done": false })),
            "anthropic" => format!(
                "data: {}\n\n",
                json!({ "type": "content_block_delta", "delta": { "text": "x".repeat(1000) } })
            ),
            _ => {
                format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": "x".repeat(1000) } }] }))
            }
        };
        let ten = piece.repeat(10_000).into_bytes();
        for then in
            [vec![Send(ten)], vec![Forever(piece.clone().into_bytes())], vec![Forever(vec![b'x'; 4096])]]
        {
            let server = Server::saying(begun(kind, then)).await;
            let error = patient(kind, &server.url).await.unwrap_err();
            assert_eq!(error.code(), "model_too_long", "{kind}: {error}");
        }
    }
}

#[tokio::test]
async fn silence_before_the_first_byte_and_in_the_middle_ends() {
    for kind in KINDS {
        let slow = Server::saying(vec![Hang]).await;
        let provider = {
            let mut settings = settings(kind, &slow.url, "");
            settings.timeout_seconds = 1;
            connect("p", &settings, false).unwrap()
        };
        let error = provider.chat(&prompt().clean(), &mut |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{kind}: {error}");
        let quiet = Server::saying(begun(kind, vec![Hang])).await;
        let error = ask(kind, &quiet.url, "silence_seconds = 1").await.0.unwrap_err();
        assert!(
            matches!(error, Error::Timeout { after, .. } if after == Duration::from_secs(1)),
            "{kind}: {error}"
        );
    }
}

#[tokio::test]
async fn who_stops_listening_stops_the_model() {
    for kind in KINDS {
        let server = Server::saying(begun(kind, vec![Hang])).await;
        let provider = connect("p", &settings(kind, &server.url, ""), false).unwrap();
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            provider.chat(&prompt().clean(), &mut |_| told.send(()).unwrap_or(())).await
        });
        heard.recv().await.unwrap();
        task.abort();
        tokio::time::timeout(Duration::from_secs(120), server.hung_up()).await.unwrap();
    }
}

#[tokio::test]
async fn nobody_there_is_told_with_the_reason() {
    for kind in KINDS {
        let error = ask(kind, "http://127.0.0.1:9", "").await.0.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{kind}: {error}");
        assert!(error.to_string().contains("Connection refused"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let elsewhere = Server::saying(said("openai")).await;
    let location = format!("location: {}/chat/completions\r\n", elsewhere.url);
    let server = Server::saying(status(307, &location, "")).await;
    assert_eq!(ask("openai", &server.url, "").await.0.unwrap_err().code(), "model_request");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_configured_proxy_is_gone_through() {
    let proxy = Server::saying(said("openai")).await;
    let more = format!("proxy = \"{}\"", proxy.url);
    ask("openai", "http://models.invalid/v1", &more).await.0.unwrap();
    assert!(proxy.asked()[0].head.starts_with("POST http://models.invalid/v1/chat/completions"));
}

#[tokio::test]
async fn airgap_refuses_what_is_outside() {
    let outside = ["http://8.8.8.8/v1", "http://[2001:4860:4860::8888]:80", "http://[::ffff:8.8.8.8]"];
    for url in outside {
        let provider = connect("p", &settings("openai", url, ""), true).unwrap();
        let error = provider.check_inside().await.unwrap_err();
        assert_eq!(error.code(), "model_outside", "{url}: {error}");
    }
    for url in ["http://127.0.0.1:11434", "http://10.1.2.3", "http://localhost:1", "http://[::1]:1"] {
        let provider = connect("p", &settings("openai", url, ""), true).unwrap();
        provider.check_inside().await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }
    let proxied = settings("openai", "http://10.0.0.1", "proxy = \"http://10.0.0.2\"");
    assert_eq!(connect("p", &proxied, true).unwrap_err().code(), "model_settings");
}

#[tokio::test]
async fn keys_come_from_a_file_or_the_configuration_and_never_show() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "from-file\n").unwrap();
    let server = Server::saying(said("openai")).await;
    let more = format!("key_file = {:?}", file.to_str().unwrap());
    ask("openai", &server.url, &more).await.0.unwrap();
    assert!(server.asked()[0].head.contains("Bearer from-file\r\n"));
    let both = settings("openai", &server.url, &format!("{more}\nkey = \"k\""));
    assert_eq!(connect("p", &both, false).unwrap_err().code(), "model_settings");
    let provider = connect("p", &settings("openai", &server.url, "key = \"s3cret-k\""), false).unwrap();
    assert!(!format!("{provider:?}").contains("s3cret-k"));
    let missing = settings("openai", &server.url, "key_file = \"/nonexistent/key\"");
    assert!(connect("p", &missing, false).unwrap_err().to_string().contains("/nonexistent/key"));
}

#[tokio::test]
async fn what_came_back_before_a_failure_is_handed_back_with_it() {
    let server = Server::of(vec![said("ollama"), status(500, "", "broken")]).await;
    let (router, _) = Router::new(&Settings {
        order: vec!["p".to_owned()],
        attempts: 1,
        provider: BTreeMap::from([("p".to_owned(), settings("ollama", &server.url, ""))]),
        ..Settings::default()
    });
    let (request, context) = ("gimme the thingies of yonder quux", Context::default());
    let builtin = translate(request, &context);
    let ask = words::Ask {
        user: "ada",
        request,
        context: &context,
        builtin: &builtin,
        only: None,
        pseudonyms_of: None,
    };
    let mut exchanges = Vec::new();
    let before = |_: &_| -> BoxFuture<'_, Result<(), Infallible>> { Box::pin(async { Ok(()) }) };
    let Ok(asked) = words::translate(&router, ask, &before, &mut exchanges).await;
    assert!(asked.unwrap_err().to_string().contains("500"));
    let [first] = exchanges.as_slice() else { panic!("{exchanges:?}") };
    assert_eq!((first.answer.as_str(), first.input, first.output), ("{\"a\":\"b\"}", 7, 3));
}

#[tokio::test]
async fn ollama_lists_describes_and_pulls() {
    let tags = json!({ "models": [{ "name": "m:latest", "size": 5, "details": { "parameter_size": "7.6B", "quantization_level": "Q4_K_M" } }] });
    let show = json!({ "capabilities": ["completion", "tools"], "model_info": { "general.architecture": "llama", "llama.context_length": 4096 } });
    let pull = "{\"status\":\"pulling manifest\"}\n{\"status\":\"pulling abc\",\"total\":10,\"completed\":5}\n{\"status\":\"success\"}\n";
    let server = Server::of(vec![
        ok("application/json", &tags.to_string()),
        ok("application/json", &show.to_string()),
        ok(NDJSON, pull),
        ok(
            NDJSON,
            "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n",
        ),
        ok(NDJSON, "{\"status\":\"pulling manifest\"}\n"),
    ])
    .await;
    let provider = connect("p", &settings("ollama", &server.url, ""), false).unwrap();
    let models = provider.models().await.unwrap();
    assert_eq!((models[0].name.as_str(), models[0].size), ("m:latest", Some(5)));
    assert_eq!(models[0].parameters.as_deref(), Some("7.6B"));
    let shown = provider.show("m").await.unwrap();
    assert_eq!((shown.capabilities.len(), shown.context), (2, Some(4096)));
    let mut progress = Vec::new();
    provider.pull("m", &mut |pulled| progress.push(pulled.clone())).await.unwrap();
    assert_eq!((progress[1].completed, progress[1].total, progress.len()), (5, 10, 3));
    assert_eq!(provider.pull("n", &mut |_| ()).await.unwrap_err().code(), "model_failed");
    assert_eq!(provider.pull("n", &mut |_| ()).await.unwrap_err().code(), "model_cut");
}
