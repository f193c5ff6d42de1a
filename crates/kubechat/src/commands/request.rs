//! `ask`, `run` and `undo`: the chain from the terminal.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use kubechat_chat::{Chain, Error, Person, Query, Request, State};
use kubechat_kubectl::Level;
use uuid::Uuid;

use super::{attach, edit, follow};
use crate::cli::{Approval, Global, Output};
use crate::exit::{self, Exit};
use crate::open::terminal_chain;
use crate::print;

/// Words through the chain.
pub async fn ask(global: &Global, words: Request<'_>, session: Option<Uuid>, approval: &Approval) -> Exit {
    if words.text.trim().is_empty() {
        return print::usage("Say what you want, for example: kubechat ask \"pods in namespace shop\".");
    }
    within(global, approval, begin(global, words, session, approval)).await
}

/// A kubectl line through the chain.
pub async fn run(global: &Global, request: Request<'_>, session: Option<Uuid>, approval: &Approval) -> Exit {
    let line = request.text;
    // Anything that is not a kubectl line is refused by the same parser, before a cluster is asked for.
    if let Err(refusal) = kubechat_kubectl::Command::parse(line.trim()) {
        let outside = line.split_whitespace().next() != Some("kubectl");
        if outside {
            return print::refused(global, line, &refusal);
        }
    }
    within(global, approval, begin(global, request, session, approval)).await
}

/// The way back, through the chain.
pub async fn undo(global: &Global, query: Uuid, approval: &Approval) -> Exit {
    let work = async {
        let (chain, person) = match terminal_chain(global).await {
            Ok(opened) => opened,
            Err(error) => return print::open_failed(global, &error),
        };
        let proposed = chain.undo(&person, query).await;
        decide(global, &chain, &person, proposed, approval).await
    };
    within(global, approval, work).await
}

async fn within(global: &Global, approval: &Approval, work: impl Future<Output = Exit>) -> Exit {
    let limit = approval.timeout.unwrap_or(Duration::MAX);
    let mut work = std::pin::pin!(work);
    match tokio::time::timeout(limit.min(Duration::from_secs(365 * 24 * 3600)), work.as_mut()).await {
        Ok(exit) => exit,
        // What is followed is cancelled, and ends as it does with Ctrl-C.
        Err(_) if approval.leash.pull() => work.await,
        Err(_) => print::failed(
            global,
            "timeout",
            &format!(
                "It took longer than {} s. What was begun is brought to its end; `kubechat queries` shows it.",
                limit.as_secs()
            ),
        ),
    }
}

async fn begin(global: &Global, request: Request<'_>, session: Option<Uuid>, approval: &Approval) -> Exit {
    let (chain, person) = match terminal_chain(global).await {
        Ok(opened) => opened,
        Err(error) => return print::open_failed(global, &error),
    };
    let mut attachments = match attach::of_line(request.text) {
        Ok(attachments) => attachments,
        Err(message) => return print::failed(global, "manifest-file", &message),
    };
    let mut text = request.text.to_owned();
    let mut session = session;
    loop {
        let found = match session {
            Some(id) => chain.session(&person, id).await,
            None => chain.continue_session(&person, None, global.namespace.as_deref(), &text).await,
        };
        let found = match (found, global.namespace.as_deref()) {
            (Ok(found), Some(namespace)) if found.namespace != namespace => {
                chain.change_session(&person, found.id, None, Some(namespace)).await
            }
            (found, _) => found,
        };
        let found = match found {
            Ok(found) => found,
            Err(error) => return print::chain_failed(global, &error),
        };
        session = Some(found.id);
        match edit::edited(global, (&chain, &person, &found), (&text, &attachments), approval).await {
            Ok(texts) => attachments.extend(texts),
            Err(exit) => return exit,
        }
        let events = chain.events().subscribe();
        let request = Request { text: &text, ..request };
        let proposed = chain.ask(&person, &found, request, attachments.clone()).await;
        match proposed {
            Ok(query) if query.state == State::Executing => {
                return follow::follow(global, &chain, &person, query, events, &approval.leash).await;
            }
            Ok(query) if query.state == State::NeedsClarification && asks(global) => {
                match answer(&query) {
                    // The same conversation goes on with the answer.
                    Some(words) => {
                        text = words;
                        attachments.clear();
                    }
                    None => return print::query(global, &query),
                }
            }
            proposed => return decide(global, &chain, &person, proposed, approval).await,
        }
    }
}

/// Whether a question may be asked: somebody sits there.
fn asks(global: &Global) -> bool {
    global.output == Output::Text && std::io::stdin().is_terminal()
}

fn answer(query: &Query) -> Option<String> {
    println!("{}", query.message.as_deref().unwrap_or("What do you mean?"));
    for (number, choice) in query.choices.iter().enumerate() {
        println!("  {}  {choice}", number + 1);
    }
    let typed = prompt("> ")?;
    let chosen = typed.parse::<usize>().ok().and_then(|number| query.choices.get(number.checked_sub(1)?));
    Some(chosen.cloned().unwrap_or(typed)).filter(|words| !words.is_empty())
}

fn prompt(text: &str) -> Option<String> {
    print!("{text}");
    std::io::stdout().flush().ok()?;
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(read) if read > 0 => Some(line.trim().to_owned()),
        _ => None,
    }
}

/// Approves what may be approved, and prints what came of it.
async fn decide(
    global: &Global,
    chain: &Chain,
    person: &Person,
    proposed: Result<Query, Error>,
    approval: &Approval,
) -> Exit {
    match settled(global, chain, person, proposed, approval).await {
        Ok(query) => print::query(global, &query),
        Err(exit) => exit,
    }
}

/// Approves what may be approved, as long as there is something to approve.
pub(super) async fn settled(
    global: &Global,
    chain: &Chain,
    person: &Person,
    proposed: Result<Query, Error>,
    approval: &Approval,
) -> Result<Query, Exit> {
    let mut query = proposed.map_err(|error| print::chain_failed(global, &error))?;
    while query.state == State::AwaitingApproval {
        let confirm = if asks(global) && !approval.yes {
            print::card(&query);
            match ask_person(&query) {
                Some(confirm) => confirm,
                None => {
                    println!(
                        "Not run. It waits: kubechat approve {} --hash {}",
                        query.query,
                        query.approval_hash.as_deref().unwrap_or("")
                    );
                    return Err(exit::WAITS);
                }
            }
        } else if approval.yes && covered(&query, approval) {
            approval.confirm.clone()
        } else {
            break;
        };
        let hash = query.approval_hash.clone().unwrap_or_default();
        let events = chain.events().subscribe();
        let terminal = Some(follow::terminal(global));
        query = match chain.approve_at(person, query.query, &hash, confirm.as_deref(), terminal).await {
            Ok(next) if next.state == State::Executing => {
                return Err(follow::follow(global, chain, person, next, events, &approval.leash).await);
            }
            Ok(next) => next,
            Err(error) => return Err(print::chain_failed(global, &error)),
        };
    }
    Ok(query)
}

/// Whether `--yes`, with `--confirm` for something dangerous, covers what the preview shows.
fn covered(query: &Query, approval: &Approval) -> bool {
    match query.level {
        Some(Level::Safe | Level::Warning) | None => query.confirm.is_none(),
        Some(Level::Dangerous) => query.confirm.is_some() && approval.confirm == query.confirm,
        Some(Level::Refused) => false,
    }
}

/// Asks the person; `None` is a no. Something dangerous needs its phrase typed.
fn ask_person(query: &Query) -> Option<Option<String>> {
    if let Some(phrase) = &query.confirm {
        let typed = prompt(&format!("Dangerous. Type {phrase} to go on: "))?;
        return (typed == *phrase).then_some(Some(typed));
    }
    let action = query.action.as_deref().unwrap_or("Run it");
    let typed = prompt(&format!("{action}? [y/N] "))?;
    matches!(typed.to_lowercase().as_str(), "y" | "yes").then_some(None)
}
