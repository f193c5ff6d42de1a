//! A model that calls tools says the same as one that fills in a form, in its interface's own way.

use kubechat_models::{Prompt, Role, Tool, Tools, connect};
use serde_json::{Value, json};

use crate::server::{Part, Server, ok};
use crate::{NDJSON, SSE, settings};

/// A form with two tools, after one call and what came of it.
fn prompt() -> Prompt {
    let parameters = |field: &str| json!({ "type": "object", "properties": { field: { "type": "string" } }, "required": [field] });
    Prompt {
        system: "You are told.".to_owned(),
        turns: vec![
            (Role::User, "why?".into()),
            (Role::Assistant, "{\"next\":\"look\",\"at\":\"pods\"}".into()),
            (Role::User, "no pods".into()),
            (Role::Assistant, "I think so.".into()),
            (Role::User, "Call a tool.".into()),
        ],
        schema: Some(json!({ "type": "object" })),
        tools: Some(Tools {
            field: "next",
            each: vec![
                Tool { name: "look", description: "Looks.", parameters: parameters("at") },
                Tool { name: "answer", description: "Answers.", parameters: parameters("summary") },
            ],
        }),
        ..Prompt::default()
    }
}

/// Words, the call `answer {"summary":"fine"}` in two pieces, and a second call that is too much.
fn calls(kind: &str) -> Vec<Part> {
    let sse = |events: &[Value]| {
        ok(SSE, &events.iter().map(|event| format!("data: {event}\n\n")).collect::<String>())
    };
    match kind {
        "ollama" => {
            let said =
                json!({ "message": { "role": "assistant", "content": "Let me {see}." }, "done": false });
            let call = |name: &str, value: &str| json!({ "function": { "name": name, "arguments": { "summary": value } } });
            let called = json!({ "message": { "role": "assistant", "content": "", "tool_calls": [call("answer", "fine")] }, "done": false });
            let more = json!({ "message": { "role": "assistant", "content": "", "tool_calls": [call("look", "more")] }, "done": false });
            ok(NDJSON, &format!("{said}\n{called}\n{more}\n{{\"done\":true,\"message\":{{}}}}\n"))
        }
        "anthropic" => sse(&[
            json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "Let me {see}." } }),
            json!({ "type": "content_block_start", "index": 1, "content_block": { "type": "tool_use", "id": "t1", "name": "answer", "input": {} } }),
            json!({ "type": "content_block_delta", "index": 1, "delta": { "type": "input_json_delta", "partial_json": "{\"summary\":" } }),
            json!({ "type": "content_block_delta", "index": 1, "delta": { "type": "input_json_delta", "partial_json": "\"fine\"}" } }),
            json!({ "type": "content_block_start", "index": 2, "content_block": { "type": "tool_use", "id": "t2", "name": "look", "input": {} } }),
            json!({ "type": "content_block_delta", "index": 2, "delta": { "type": "input_json_delta", "partial_json": "{\"at\":\"more\"}" } }),
            json!({ "type": "message_stop" }),
        ]),
        _ => {
            let call = |index: u64, name: Value, arguments: &str| {
                json!({ "choices": [{ "delta": { "tool_calls": [{ "index": index,
                "id": "t", "type": "function", "function": { "name": name, "arguments": arguments } }] } }] })
            };
            sse(&[
                json!({ "choices": [{ "delta": { "content": "Let me {see}." } }] }),
                call(0, json!("answer"), "{\"summary\":"),
                call(0, Value::Null, "\"fine\"}"),
                call(1, json!("look"), "{\"at\":\"more\"}"),
                json!({ "choices": [{ "delta": {}, "finish_reason": "tool_calls" }] }),
            ])
        }
    }
}

#[tokio::test]
async fn the_first_call_is_the_answer_and_the_tool_is_the_field_that_names_it() {
    for kind in ["ollama", "openai", "anthropic"] {
        let server = Server::saying(calls(kind)).await;
        let provider = connect("p", &settings(kind, &server.url, "answer = \"tool\""), false).unwrap();
        let mut pieces = Vec::new();
        let answer =
            provider.chat(&prompt().clean(), &mut |piece| pieces.push(crate::text_of(piece))).await.unwrap();
        // Ollama tells a call as a whole.
        let whole = ["Let me {see}.", "answer({\"summary\":\"fine\"}"].as_slice();
        let cut = ["Let me {see}.", "answer({\"summary\":", "answer(\"fine\"}"].as_slice();
        assert_eq!(pieces, if kind == "ollama" { whole } else { cut }, "{kind}");
        let said: Value = serde_json::from_str(&answer.text)
            .unwrap_or_else(|error| panic!("{kind}: {error}: {}", answer.text));
        assert_eq!(said, json!({ "next": "answer", "summary": "fine" }), "{kind}");
        let body = server.asked().remove(0).body;
        let names: Vec<&str> = body["tools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tool| tool["name"].as_str().or(tool["function"]["name"].as_str()).unwrap())
            .collect();
        assert_eq!(names, ["look", "answer"], "{kind}");
        let choice = match kind {
            "openai" => json!("required"),
            "anthropic" => json!({ "type": "any", "disable_parallel_tool_use": true }),
            _ => Value::Null,
        };
        assert_eq!(body["tool_choice"], choice, "{kind}");
    }
}

#[tokio::test]
async fn earlier_answers_are_told_as_calls_with_their_results() {
    for kind in ["ollama", "openai", "anthropic"] {
        let server = Server::saying(calls(kind)).await;
        let provider = connect("p", &settings(kind, &server.url, "answer = \"tool\""), false).unwrap();
        provider.chat(&prompt().clean(), &mut |_| ()).await.unwrap();
        let body = server.asked().remove(0).body;
        let messages = body["messages"].as_array().unwrap();
        let from = usize::from(kind != "anthropic");
        let (called, came) = (&messages[from + 1], &messages[from + 2]);
        match kind {
            "ollama" => {
                assert_eq!(
                    called["tool_calls"],
                    json!([{ "function": { "name": "look", "arguments": { "at": "pods" } } }])
                );
                assert_eq!(came, &json!({ "role": "tool", "tool_name": "look", "content": "no pods" }));
            }
            "openai" => {
                assert_eq!(
                    called["tool_calls"][0]["function"],
                    json!({ "name": "look", "arguments": "{\"at\":\"pods\"}" })
                );
                assert_eq!(called["tool_calls"][0]["id"], came["tool_call_id"]);
                assert_eq!((&came["role"], &came["content"]), (&json!("tool"), &json!("no pods")));
            }
            _ => {
                assert_eq!(called["content"][0]["input"], json!({ "at": "pods" }));
                assert_eq!(called["content"][0]["id"], came["content"][0]["tool_use_id"]);
                assert_eq!(
                    (&came["role"], &came["content"][0]["content"]),
                    (&json!("user"), &json!("no pods"))
                );
            }
        }
        // What was no call stays words.
        assert_eq!(messages[from + 3], json!({ "role": "assistant", "content": "I think so." }), "{kind}");
        assert_eq!(messages[from + 4], json!({ "role": "user", "content": "Call a tool." }), "{kind}");
    }
}

#[tokio::test]
async fn what_is_configured_decides_and_not_the_prompt() {
    for kind in ["ollama", "openai", "anthropic"] {
        let server = Server::saying(crate::said(kind)).await;
        let provider = connect("p", &settings(kind, &server.url, ""), false).unwrap();
        provider.chat(&prompt().clean(), &mut |_| ()).await.unwrap();
        let body = server.asked().remove(0).body;
        assert!(
            body["tools"].is_null() && body["messages"].to_string().contains("\\\"next\\\""),
            "{kind}: {body}"
        );
    }
}
