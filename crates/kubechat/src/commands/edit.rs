//! `kubectl edit` and `create --edit` from a terminal: the objects in the person's own editor.

use std::io::{IsTerminal as _, Write as _};
use std::process::Command as Program;

use kubechat_chat::{Attachments, Chain, Person, Query, Session, State};
use kubechat_kubectl::Command;
use kubechat_kubectl::command::Editing;

use super::{attach, request};
use crate::cli::{Approval, Global};
use crate::exit::Exit;
use crate::print;

/// The texts before and after, where the line edits; or the end of it.
pub async fn edited(
    global: &Global,
    (chain, person, session): (&Chain, &Person, &Session),
    (line, files): (&str, &Attachments),
    approval: &Approval,
) -> Result<Attachments, Exit> {
    let none = Ok(Attachments::new());
    let Ok(command) = Command::parse(line.trim()) else { return none };
    let (Some(begin), Some(editor)) = (command.editing(files), editor()) else { return none };
    let (original, query) = match begin {
        Editing::Text(text) => (text, None),
        Editing::Answer(read) => {
            let query = answered(global, (chain, person, session), &read, approval).await?;
            (text_of(&query), Some(query))
        }
    };
    let failed = |error: std::io::Error| {
        print::failed(global, "editor", &format!("The editor {editor:?} did not come to its end: {error}."))
    };
    let shown = if command.edits_windows_lines() { original.replace('\n', "\r\n") } else { original.clone() };
    let edited = in_editor(&editor, &shown).map_err(failed)?.replace("\r\n", "\n");
    if edited == original || edited.trim().is_empty() {
        const NOTHING: &str = "Nothing was edited, so nothing is changed.";
        return Err(match query {
            Some(mut query) => {
                query.message = Some(NOTHING.to_owned());
                query.result = None;
                print::query(global, &query)
            }
            None => print::nothing_done(global, NOTHING),
        });
    }
    Ok(Attachments::from([("original".to_owned(), original), ("edited".to_owned(), edited)]))
}

/// The line's answer, which is itself a query.
async fn answered(
    global: &Global,
    (chain, person, session): (&Chain, &Person, &Session),
    read: &str,
    approval: &Approval,
) -> Result<Query, Exit> {
    let files = match attach::of_line(read) {
        Ok(files) => files,
        Err(message) => return Err(print::failed(global, "manifest-file", &message)),
    };
    let asked = chain.ask(person, session, read.into(), files).await;
    let query = request::settled(global, chain, person, asked, approval).await?;
    if query.state == State::Succeeded { Ok(query) } else { Err(print::query(global, &query)) }
}

fn text_of(query: &Query) -> String {
    query.result.as_ref().and_then(|result| result.text.clone()).unwrap_or_default()
}

/// The person's editor; without one that is named only where somebody sits there.
fn editor() -> Option<String> {
    let named = ["KUBE_EDITOR", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok());
    let named = named.filter(|editor| !editor.trim().is_empty());
    named.or_else(|| std::io::stdin().is_terminal().then(|| "vi".to_owned()))
}

/// The text after the editor has ended; the file is nobody else's to read, and goes with it.
fn in_editor(editor: &str, text: &str) -> std::io::Result<String> {
    let mut file = tempfile::Builder::new().prefix("kubechat-edit-").suffix(".yaml").tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Program::new(program).args(words).arg(file.path()).status()?;
    if !status.success() {
        return Err(std::io::Error::other(format!("it ended with {status}")));
    }
    std::fs::read_to_string(file.path())
}
