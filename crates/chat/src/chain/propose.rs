//! Words → command. A line that begins with `kubectl` is taken as it stands.

use std::sync::Arc;

use kubechat_kubectl::documents::inline;
use kubechat_kubectl::{Attachments, Catalog, Command, Refusal, Where};
use kubechat_models::Models;
use kubechat_translate::{Context, Last, Outcome, Translation, translate};

use super::Chain;
use super::examine::Stop;
use super::model::Reading;
use crate::events::EventKind;
use crate::query::{Doc, Step};
use crate::session::Session;
use crate::state::State;
use crate::view::{ErrorView, Query, SpanView};
use crate::{Error, Person};

/// What a person asks.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Words, or a line that begins with `kubectl`.
    pub text: &'a str,
    /// CEL over the objects that it is about (`where`).
    pub filter: Option<&'a str>,
    /// Who translates: `builtin`, or a language model by its name in the configuration. Absent: the built-in engine where
    /// it is sure, else the models in their order.
    pub provider: Option<&'a str>,
}

impl<'a> From<&'a str> for Request<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, filter: None, provider: None }
    }
}

/// What came of the words.
pub(super) enum Proposal {
    /// Commands, in the order in which they run.
    Commands(Vec<Command>),
    /// It is a question that has to be looked into.
    Investigate,
    /// The query ends here, in this state.
    Ends(State),
}

impl Chain {
    /// Takes what a person says through the chain up to the point where somebody has to say yes; what is safe to read
    /// is answered at once. The attachments are the texts of the files that a kubectl line names; one that reads
    /// standard input may stand above its manifest instead.
    pub async fn ask(
        &self,
        person: &Person,
        session: &Session,
        request: Request<'_>,
        mut attachments: Attachments,
    ) -> Result<Query, Error> {
        let text = request.text;
        let connected = self.inner.clusters.find(Some(&session.cluster))?;
        let text = match inline(text) {
            Some((line, manifest)) => {
                attachments.entry("-".to_owned()).or_insert(manifest);
                line
            }
            None => text,
        };
        let mut doc = Doc::new(person, session, connected, Some(text.trim()));
        doc.view.filter = request.filter.map(|filter| filter.trim().to_owned());
        doc.attach(attachments);
        self.inner.events.publish(&person.user, EventKind::MessageSent(Box::new(doc.view.clone())));
        if session.title.is_empty() {
            let title: String = text.trim().chars().take(80).collect();
            self.inner.sessions.change(session.id, Some(&title), None).await?;
        }
        let live = match self.live(person, connected).await {
            Ok(live) => live,
            Err(error) => return self.cannot(person, &mut doc, error).await,
        };
        // The same to its end, whatever is configured meanwhile.
        let models = self.models();
        let proposal = match is_line(text) {
            true => from_line(&mut doc, text),
            false => {
                let request = Request { text, ..request };
                self.read_words(person, &live, session, &mut doc, request, &models).await?
            }
        };
        // The person's own condition, or the one that was read from the words.
        let filter = match doc.view.filter.as_deref().map(Where::parse).transpose() {
            Ok(filter) => filter,
            Err(refusal) => return self.stop(person, &mut doc, Stop::Refused(refusal)).await,
        };
        match proposal {
            Proposal::Ends(state) => self.end(person, &mut doc, state).await,
            Proposal::Investigate => {
                self.investigate(person, &live, session, doc, request.provider, models).await
            }
            Proposal::Commands(commands) => {
                doc.steps = commands.iter().map(|command| Step::of(command, filter.as_ref())).collect();
                self.examine(person, &live, doc, commands).await
            }
        }
    }

    async fn read_words(
        &self,
        person: &Person,
        live: &kubechat_cluster::Session,
        session: &Session,
        doc: &mut Doc,
        request: Request<'_>,
        models: &Models,
    ) -> Result<Proposal, Error> {
        // Words can be understood without the cluster's help, only less well: a failure shows when the plan is made.
        let (catalog, names) = futures::join!(live.catalog(), live.names(&session.namespace));
        let names = names.unwrap_or_default();
        let context = Context {
            namespace: Some(session.namespace.clone()),
            catalog: catalog.unwrap_or_else(|_| Arc::new(Catalog::builtin())),
            namespaces: names.get("namespaces").cloned().unwrap_or_default(),
            names,
            last: self.inner.sessions.last(session.id).await?,
        };
        let translation = translate(request.text, &context);
        tracing::debug!(outcome = ?translation.outcome, confidence = translation.confidence, "translated");
        let translation =
            match self.read_by_model(person, doc, request, &context, translation, models).await? {
                Reading::Translated(translation) => *translation,
                Reading::Investigate => return Ok(Proposal::Investigate),
                Reading::NoAnswer(message) => {
                    doc.view.error =
                        Some(ErrorView { code: "model_unavailable".to_owned(), message: message.clone() });
                    doc.view.message = Some(message);
                    return Ok(Proposal::Ends(State::Failed));
                }
            };
        // A question is open until it was answered or something else was said.
        let open = context.last.as_ref().is_some_and(|last| last.pending.is_some());
        if open || translation.pending.is_some() {
            let last = Last { pending: translation.pending.clone(), ..context.last.unwrap_or_default() };
            self.inner.sessions.set_last(session.id, &last).await?;
        }
        Ok(from_translation(doc, translation))
    }
}

fn is_line(text: &str) -> bool {
    text.split_whitespace().next() == Some("kubectl")
}

fn from_line(doc: &mut Doc, text: &str) -> Proposal {
    match Command::parse(text.trim()) {
        Ok(command) => Proposal::Commands(vec![command]),
        Err(refusal) => {
            doc.view.command = Some(text.trim().to_owned());
            refuse(doc, &refusal)
        }
    }
}

/// The query ends: what was asked is outside the language or its rules.
pub(super) fn refuse(doc: &mut Doc, refusal: &Refusal) -> Proposal {
    doc.refuse(refusal.id, &refusal.message);
    Proposal::Ends(State::Refused)
}

fn from_translation(doc: &mut Doc, translation: Translation) -> Proposal {
    // A model's name is there already.
    doc.view.provider.get_or_insert_with(|| translation.provider.to_owned());
    doc.view.confidence = Some(translation.confidence);
    doc.view.choices = translation.choices;
    doc.view.understood = translation
        .understood
        .iter()
        .map(|span| SpanView { start: span.start, end: span.end, role: span.role.to_string() })
        .collect();
    match translation.outcome {
        Outcome::Command => {
            doc.view.filter = match (doc.view.filter.take(), translation.filter) {
                (Some(given), Some(read)) => Some(format!("({given}) && ({read})")),
                (given, read) => given.or(read),
            };
            // What the engine has to say beside the command, such as how it read a misspelt name.
            doc.view.message = translation.message;
            Proposal::Commands(translation.commands)
        }
        Outcome::Refuse => {
            doc.refuse("request", translation.message.as_deref().unwrap_or("This request is not served."));
            Proposal::Ends(State::Refused)
        }
        Outcome::Clarify => {
            doc.view.message = translation.message;
            Proposal::Ends(State::NeedsClarification)
        }
        Outcome::Answer => {
            doc.view.message = translation.message;
            Proposal::Ends(State::Answered)
        }
    }
}
