//! Looking into a question: a model names commands, each goes through the chain as the person, and only what is safe to
//! read runs. Within a budget of steps, tokens and seconds, told as it goes, and stopped at any time.

use std::sync::Arc;
use std::time::Duration;

use kubechat_cluster::Session as Live;
use kubechat_kubectl::Command;
use kubechat_models::words::Exchange;
use kubechat_models::{Models, Pseudonyms, Question, Told};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Chain;
use super::examine::what_was_asked;
use crate::data::QueryLock;
use crate::events::EventKind;
use crate::investigate::Talk;
use crate::investigate::draft::Draft;
use crate::investigate::said::{self, Action, Fix, Said};
use crate::investigate::shown::Look;
use crate::query::{Doc, Step};
use crate::session::Session;
use crate::state::State;
use crate::view::{ErrorView, FixView, InvestigationView, Query};
use crate::{Error, Person};

/// How often an answer that is not in its form goes back.
const CORRECTIONS: usize = 2;

/// One investigation on its way.
struct Inquiry<'a> {
    person: &'a Person,
    live: &'a Live,
    session: &'a Session,
    only: Option<&'a str>,
    doc: Doc,
    talk: Talk,
    tokens: u64,
    end: Instant,
    /// Those that were there when it began.
    models: Arc<Models>,
    seq: u64,
    /// The record that the query's row stands at.
    record: u64,
}

impl Chain {
    /// Begins to look into the question of this query, and returns as soon as that is recorded; the end is told to
    /// whoever watches.
    pub(super) async fn investigate(
        &self,
        person: &Person,
        live: &Live,
        session: &Session,
        mut doc: Doc,
        only: Option<&str>,
        models: Arc<Models>,
    ) -> Result<Query, Error> {
        let query = doc.view.query;
        let lock = self.inner.data.lock_query(query)?;
        let lock = lock.ok_or(Error::NotWaiting { query, state: doc.view.state })?;
        let mut intent = what_was_asked(&doc);
        intent["investigation"] = json!(true);
        let record =
            self.advance(person, &mut doc, State::Executing, State::Executing.event(), intent).await?;
        let begun = doc.view.clone();
        let running = self.runs(query);
        let (this, person, live) = (self.clone(), person.clone(), live.clone());
        let (session, only) = (session.clone(), only.map(str::to_owned));
        tokio::spawn(async move {
            let request = doc.view.request.clone().unwrap_or_default();
            let names = match models.settings.pseudonyms {
                true => Some(names_to_conceal(&person, &live, &session, &doc).await),
                false => None,
            };
            let end = Instant::now() + Duration::from_secs(models.settings.investigation.seconds);
            let inquiry = Inquiry {
                person: &person,
                live: &live,
                session: &session,
                only: only.as_deref(),
                talk: Talk::about(&request, &session.namespace, names),
                doc,
                tokens: 0,
                end,
                models,
                seq: 0,
                record,
            };
            this.inquire(inquiry, running.stop.clone(), lock).await;
            drop(running);
        });
        Ok(begun)
    }

    async fn inquire(&self, mut inquiry: Inquiry<'_>, stop: CancellationToken, _lock: QueryLock) {
        let ended = tokio::select! {
            biased;
            () = stop.cancelled() => Ok(State::Cancelled),
            ended = self.rounds(&mut inquiry) => ended,
        };
        let Inquiry { person, mut doc, talk, .. } = inquiry;
        let state = match ended {
            Ok(state) => state,
            Err(error) => {
                doc.view.error =
                    Some(ErrorView { code: error.code().to_owned(), message: error.to_string() });
                doc.view.message = Some(error.to_string());
                State::Failed
            }
        };
        let found = doc.view.investigation.get_or_insert_default();
        found.steps = talk.looks().map(Into::into).collect();
        let data = json!({
            "state": state, "models": doc.view.models, "models_failed": doc.view.models_failed,
            "steps": talk.looks().filter_map(|look| look.query).collect::<Vec<_>>(),
            "claims": found.claims.len(), "fixes": found.fixes.iter().filter_map(|fix| fix.query).collect::<Vec<_>>(),
            "message": doc.view.message,
        });
        if let Err(error) = self.advance(person, &mut doc, state, state.event(), data).await {
            tracing::error!(query = %doc.view.query, %error, "an investigation could not be brought to its end");
        }
    }

    async fn rounds(&self, inquiry: &mut Inquiry<'_>) -> Result<State, Error> {
        let settings = inquiry.models.settings.investigation.clone();
        let mut corrections = 0;
        loop {
            let steps = inquiry.talk.looks().count();
            let spent =
                steps >= settings.steps || inquiry.tokens >= settings.tokens || Instant::now() >= inquiry.end;
            let Some(answer) = self.ask_model(inquiry).await? else { return Ok(State::Failed) };
            match said::read(&answer) {
                Ok(said) if said.action == Action::Answer => return self.answered(inquiry, &said).await,
                Ok(_) if spent => {
                    inquiry.doc.view.message = Some(format!(
                        "No answer was found within the budget of {} steps, {} tokens and {} s. What was looked at is below.",
                        settings.steps, settings.tokens, settings.seconds
                    ));
                    return Ok(State::Failed);
                }
                Ok(said) => {
                    let looks = self.look_through(inquiry, &said.commands).await?;
                    inquiry.talk.looked(answer, looks);
                    if inquiry.talk.looks().count() >= settings.steps || inquiry.tokens >= settings.tokens {
                        let words = "The budget is used up: answer now with what you have seen.".to_owned();
                        inquiry.talk.told("{}".to_owned(), words);
                    }
                }
                Err(wrong) if corrections < CORRECTIONS => {
                    corrections += 1;
                    // What was shown of it is void.
                    self.say(inquiry, json!({ "draft": null }));
                    inquiry.talk.told(answer, format!("{wrong} Answer again, in the same form."));
                }
                Err(_) => {
                    inquiry.doc.view.message = Some(
                        "The model gave no answer that could be read. What was looked at is below; try another model."
                            .to_owned(),
                    );
                    return Ok(State::Failed);
                }
            }
        }
    }

    /// The model's next words; nothing when there is none to ask any more, which is then said.
    async fn ask_model(&self, inquiry: &mut Inquiry<'_>) -> Result<Option<String>, Error> {
        let models = Arc::clone(&inquiry.models);
        let user = &inquiry.person.user;
        if let Some(message) = self.over_budget(inquiry.person).await? {
            inquiry.doc.view.message = Some(message);
            return Ok(None);
        }
        let clean = inquiry.talk.prompt(models.router.context_tokens(inquiry.only)).clean();
        let request = inquiry.doc.view.request.as_deref().unwrap_or_default();
        self.about_to_ask(inquiry.person, Some(&inquiry.doc), request, inquiry.only, &clean).await?;
        let question = Question { user, prompt: &clean, only: inquiry.only };
        // The last words may take their time, but not for ever.
        let left = inquiry.end.saturating_duration_since(Instant::now()).max(Duration::from_secs(15));
        let mut draft = Draft::of(&clean);
        let (events, owner, query) = (&self.inner.events, &inquiry.doc.user, inquiry.doc.view.query);
        let mut told = |what: Told<'_>| {
            if draft.hears(what) {
                let chunk = json!({ "draft": draft.shown() });
                events.publish(owner, EventKind::Output { query, seq: inquiry.seq, chunk });
                inquiry.seq += 1;
            }
        };
        let asked = tokio::time::timeout(left, models.router.ask(question, &mut told)).await;
        let no_answer = match asked {
            Ok(Ok(routed)) => {
                let exchange = Exchange::of(&clean, &routed);
                inquiry.tokens += exchange.input + exchange.output;
                self.note(&mut inquiry.doc, vec![exchange]).await?;
                return Ok(Some(clean.reveal(&routed.answer.text)));
            }
            Ok(Err(no)) => no.to_string(),
            Err(_) => format!("The models did not answer within {} s. Ask again.", left.as_secs()),
        };
        inquiry.doc.view.error =
            Some(ErrorView { code: "model_unavailable".to_owned(), message: no_answer.clone() });
        inquiry.doc.view.message = Some(no_answer);
        Ok(None)
    }

    /// Runs commands through the chain, each a query of its own, and tells what came of them.
    async fn look_through(&self, inquiry: &mut Inquiry<'_>, lines: &[String]) -> Result<Vec<Look>, Error> {
        let mut looks = Vec::new();
        for line in lines {
            let number = inquiry.talk.looks().count() + looks.len() + 1;
            let look = match Command::parse(line.trim()) {
                Err(refusal) => Look::refused(number, line, refusal.message),
                Ok(command) if command.follows() => Look::refused(
                    number,
                    line,
                    "What goes on until it is stopped is not looked at.".to_owned(),
                ),
                Ok(command) => {
                    let query = self.child(inquiry, command, true).await?;
                    let question = inquiry.doc.view.request.as_deref().unwrap_or_default();
                    let said = query.message.as_deref().unwrap_or(query.state.as_str());
                    let brought = match &query.result {
                        Some(result) if query.state == State::Succeeded => Ok(result),
                        _ => Err(said),
                    };
                    Look::of(number, query.query, query.command.as_deref().unwrap_or(line), brought, question)
                }
            };
            let came = match &look.problem {
                Some(problem) => problem.clone(),
                None => format!("{} lines", look.total()),
            };
            let step = json!({ "number": number, "query": look.query, "command": look.command, "problem": look.problem });
            self.keep(inquiry, &look).await?;
            self.say(
                inquiry,
                json!({ "lines": [format!("{number}. {}: {came}", look.command)], "step": step }),
            );
            looks.push(look);
        }
        Ok(looks)
    }

    /// A query below this one. With `only_reads` nothing but what is safe to read gets past its plan.
    async fn child(&self, inquiry: &Inquiry<'_>, command: Command, only_reads: bool) -> Result<Query, Error> {
        let connected = self.connected_to(&inquiry.doc)?;
        let mut doc = Doc::new(inquiry.person, inquiry.session, connected, None);
        doc.view.parent = Some(inquiry.doc.view.query);
        doc.view.provider.clone_from(&inquiry.doc.view.provider);
        doc.only_reads = only_reads;
        doc.steps = vec![Step::of(&command, None)];
        Box::pin(self.examine(inquiry.person, inquiry.live, doc, vec![command])).await
    }

    async fn answered(&self, inquiry: &mut Inquiry<'_>, said: &Said) -> Result<State, Error> {
        let claims = said.claims(&inquiry.talk.looks().collect::<Vec<_>>());
        let mut fixes = Vec::new();
        for fix in said.fixes() {
            fixes.push(self.fix(inquiry, fix).await?);
        }
        inquiry.doc.view.message = Some(said.message());
        inquiry.doc.view.investigation =
            Some(Box::new(InvestigationView { claims, fixes, ..Default::default() }));
        Ok(State::Succeeded)
    }

    /// A change that was proposed, previewed like any other: it waits for the person, or is refused.
    async fn fix(&self, inquiry: &Inquiry<'_>, fix: &Fix) -> Result<FixView, Error> {
        let why = said::fit(&fix.why);
        let refused = |command: String, message: String| FixView {
            why: why.clone(),
            command,
            query: None::<Uuid>,
            state: State::Refused,
            message: Some(message),
        };
        let line = fix.command.trim();
        let command = match Command::parse(line) {
            Err(refusal) => return Ok(refused(kubechat_models::plain(line, 200), refusal.message)),
            Ok(command) if command.follows() => {
                return Ok(refused(command.to_string(), "This mends nothing.".to_owned()));
            }
            Ok(command) => command,
        };
        let query = self.child(inquiry, command, false).await?;
        Ok(FixView {
            why: why.clone(),
            command: query.command.unwrap_or_default(),
            query: Some(query.query),
            state: query.state,
            message: query.message,
        })
    }

    /// Keeps a step with the query as soon as it is over, so that whoever comes in the middle sees it too.
    async fn keep(&self, inquiry: &mut Inquiry<'_>, look: &Look) -> Result<(), Error> {
        let doc = &mut inquiry.doc;
        doc.view.investigation.get_or_insert_default().steps.push(look.into());
        doc.refresh();
        self.inner.queries.save(doc, inquiry.record).await
    }

    fn say(&self, inquiry: &mut Inquiry<'_>, chunk: Value) {
        let kind = EventKind::Output { query: inquiry.doc.view.query, seq: inquiry.seq, chunk };
        self.inner.events.publish(&inquiry.doc.user, kind);
        inquiry.seq += 1;
    }
}

/// What stands for the names that are known at the beginning.
async fn names_to_conceal(person: &Person, live: &Live, session: &Session, doc: &Doc) -> Pseudonyms {
    let mut names = Pseudonyms::of(session.id.as_bytes());
    let there = live.names(&session.namespace).await.unwrap_or_default();
    names.note_all(there.values().flatten().map(String::as_str));
    names.note_all([person.user.as_str()].into_iter().chain(doc.view.runs_as.as_deref()));
    names
}
