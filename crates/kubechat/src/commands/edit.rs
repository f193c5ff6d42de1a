//! `kubectl edit` from a terminal: the objects in the person's own editor.

use std::io::{IsTerminal as _, Write as _};
use std::process::Command as Program;

use kubechat_chat::{Attachments, Chain, Person, Query, Session, State};
use kubechat_kubectl::Command;

use super::{attach, request};
use crate::cli::{Approval, Global};
use crate::exit::Exit;
use crate::print;

/// The texts before and after, where the line edits; or the end of it.
pub async fn edited(
    global: &Global,
    (chain, person, session): (&Chain, &Person, &Session),
    line: &str,
    approval: &Approval,
) -> Result<Attachments, Exit> {
    let none = Ok(Attachments::new());
    let Some(read) = Command::parse(line.trim()).ok().and_then(|command| command.reads_to_edit()) else {
        return none;
    };
    let Some(editor) = editor() else { return none };
    let files = match attach::of_line(&read) {
        Ok(files) => files,
        Err(message) => return Err(print::failed(global, "manifest-file", &message)),
    };
    let asked = chain.ask(person, session, read.as_str().into(), files).await;
    let mut query = request::settled(global, chain, person, asked, approval).await?;
    if query.state != State::Succeeded {
        return Err(print::query(global, &query));
    }
    let original = text_of(&query);
    let failed = |error: std::io::Error| {
        print::failed(global, "editor", &format!("The editor {editor:?} did not come to its end: {error}."))
    };
    let edited = in_editor(&editor, &original).map_err(failed)?;
    if edited == original || edited.trim().is_empty() {
        query.message = Some("Nothing was edited, so nothing is changed.".to_owned());
        query.result = None;
        return Err(print::query(global, &query));
    }
    Ok(Attachments::from([("original".to_owned(), original), ("edited".to_owned(), edited)]))
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
