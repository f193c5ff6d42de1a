//! The way back, through the same chain: the stored inverse becomes a query of its own.

use kubechat_kubectl::plan::Show;
use kubechat_kubectl::undo::Undo;
use kubechat_kubectl::{Level, Plan};
use uuid::Uuid;

use super::Chain;
use crate::query::{Doc, Step};
use crate::state::State;
use crate::view::{ConflictView, Query};
use crate::{Error, Person};

impl Chain {
    /// Previews the inverse of what a query did. Refused when somebody else has changed the same values since.
    pub async fn undo(&self, person: &Person, id: Uuid) -> Result<Query, Error> {
        let old = self.inner.queries.of(person, id).await?;
        let session = self.inner.sessions.get(person, old.view.session).await?;
        let connected = self.connected_to(&old)?;
        let live = self.live(person, connected).await?;
        let steps = inverse(&old)?;
        let mut doc = Doc::new(person, &session, connected, None);
        doc.view.parent = Some(id);
        doc.steps = steps;
        doc.view.runs_as = live.whoami().await.ok().map(|who| who.username);
        let mut conflicts: Vec<ConflictView> = Vec::new();
        for step in &doc.steps {
            match live.check_expectations(&step.expect).await {
                Ok(violated) => conflicts.extend(violated.iter().map(Into::into)),
                Err(error) => return self.cannot(person, &mut doc, error.into()).await,
            }
        }
        if let Some(first) = conflicts.first() {
            let message = moved_on(first, conflicts.len() - 1);
            doc.view.conflicts = conflicts;
            doc.refuse("undo_conflict", &message);
            return self.end(person, &mut doc, State::Refused).await;
        }
        self.permit_and_preview(person, &live, doc).await
    }
}

/// What is no longer as the change left it.
fn moved_on(first: &ConflictView, more: usize) -> String {
    let ConflictView { object, path, wrote, found, .. } = first;
    let what = match (path.is_empty(), wrote.is_null(), found.is_null()) {
        (true, true, _) => format!("{object} is there again"),
        (true, false, true) => format!("{object} is gone"),
        (true, false, false) => format!("{object} was deleted and made anew"),
        (false, _, true) => format!("{object} {path} was {wrote} and has been removed"),
        (false, true, false) => format!("{object} {path} was removed and is {found} now"),
        (false, false, false) => format!("{object} {path} was set to {wrote} and is {found} now"),
    };
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{what}{more}: taking this back would take back somebody else's change. Nothing was run.")
}

/// The inverse of every step that was carried out, last first.
fn inverse(old: &Doc) -> Result<Vec<Step>, Error> {
    let query = old.view.query;
    let no = |reason: String| Error::NoUndo { query, reason };
    let mut steps = Vec::new();
    let done = |step: &&Step| step.mutates() && matches!(step.state, State::Succeeded | State::PartlyDone);
    for step in old.steps.iter().rev().filter(done) {
        match step.preview.as_ref().map(|preview| &preview.undo) {
            Some(Undo::Operations { text, operations, expect }) => {
                let line = format!("undo {query}: {text}");
                let mut inverse = Step::new(line, "Undo".to_owned(), text.clone(), false);
                inverse.plan = Some(Plan::changes(
                    operations.clone(),
                    Show::Changed { done: "restored".to_owned(), dry_run: None },
                    false,
                ));
                inverse.expect.clone_from(expect);
                inverse.assessment.raise(Level::Warning, "changes-state", "Takes back an earlier change.");
                steps.push(inverse);
            }
            Some(Undo::None { text }) => return Err(no(text.clone())),
            None => return Err(no("it changed nothing that is known.".to_owned())),
        }
    }
    if steps.is_empty() {
        return Err(no(format!("it is {} and has changed nothing.", old.view.state.as_str())));
    }
    Ok(steps)
}
