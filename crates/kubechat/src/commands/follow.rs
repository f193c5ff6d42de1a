//! Answers that go on: printed as they come, until they end or Ctrl-C.

use std::sync::Arc;

use kubechat_chat::{Chain, Event, EventKind, Person, Query};
use kubechat_cluster::Terminal;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::cli::{Global, Output};
use crate::exit::Exit;
use crate::leash::Leash;
use crate::print;
use crate::terminal::OwnTerminal;
use crate::terminal::draft::Screen;

/// What this process lends to a connection into a pod. With JSON its output is lines among others.
pub fn terminal(global: &Global) -> Arc<dyn Terminal> {
    Arc::new(OwnTerminal { shows: global.output == Output::Text })
}

/// Prints the pieces of a streamed answer, until it ends, Ctrl-C, or the end of the leash; the last line of JSON is the
/// result object.
pub async fn follow(
    global: &Global,
    chain: &Chain,
    person: &Person,
    query: Query,
    mut events: Receiver<Event>,
    leash: &Leash,
) -> Exit {
    leash.take();
    let id = query.query;
    let raw = global.output == Output::Text;
    let mut interrupted = false;
    let mut screen = if raw { Screen::of_terminal() } else { None };
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = interruption(leash), if !interrupted => {
                interrupted = true;
                if let Err(error) = chain.cancel(person, id).await {
                    return print::chain_failed(global, &error);
                }
                continue;
            }
        };
        match event {
            Ok(Event { kind: EventKind::Output { query, seq, chunk }, .. }) if query == id => {
                // What a connection into a pod brings is on the screen already.
                let shown = raw && chunk["stream"].is_string();
                if let Some(draft) = chunk.get("draft") {
                    // Provisional, so for eyes only: neither a pipe nor a program gets it.
                    if let Some(screen) = &mut screen {
                        screen.show(serde_json::from_value(draft.clone()).unwrap_or_default());
                    }
                } else if !shown {
                    take_back(&mut screen);
                    piece(global, seq, &chunk);
                }
            }
            Ok(Event { kind: EventKind::CommandExecuted(last), .. })
                if last.query == id && last.state.is_final() =>
            {
                take_back(&mut screen);
                return print::end_of_stream(global, &last);
            }
            Ok(_) => {}
            Err(RecvError::Lagged(lost)) => {
                eprintln!("kubechat: {lost} pieces came faster than they could be printed")
            }
            Err(RecvError::Closed) => return print::end_of_stream(global, &query),
        }
    }
}

/// The checked answer takes the place of what was shown of it while it was written.
fn take_back(screen: &mut Option<Screen<std::io::Stdout>>) {
    if let Some(screen) = screen {
        screen.show(None);
    }
}

/// Ctrl-C, or the end of `--timeout`.
async fn interruption(leash: &Leash) {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = leash.over() => {}
    }
}

fn piece(global: &Global, seq: u64, chunk: &Value) {
    if global.output == Output::Json {
        let mut line = json!({"type": "output", "seq": seq});
        if let (Some(line), Some(chunk)) = (line.as_object_mut(), chunk.as_object()) {
            line.extend(chunk.clone());
        }
        println!("{line}");
        return;
    }
    for line in chunk["lines"].as_array().into_iter().flatten() {
        println!("{}", line.as_str().unwrap_or_default());
    }
    for row in chunk["rows"].as_array().into_iter().flatten() {
        let cells = row.as_array().into_iter().flatten().map(print::cell).collect::<Vec<_>>();
        println!("{}", cells.join("   "));
    }
}
