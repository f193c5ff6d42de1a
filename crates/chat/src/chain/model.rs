//! Words → command where the built-in engine is not sure: a model may propose, and the rest of the chain is the same.

use futures::future::BoxFuture;
use kubechat_audit::{EventKind as Recorded, Record};
use kubechat_models::config::PersonRole;
use kubechat_models::words::{self, Exchange};
use kubechat_models::{Clean, Model, Models, NoAnswer};
use kubechat_translate::{Context, Translation};
use serde_json::json;
use uuid::Uuid;

use super::Chain;
use super::propose::Request;
use crate::query::Doc;
use crate::usage::Allowance;
use crate::view::ModelView;
use crate::{Error, Person, hash};

/// Why a model made nothing of a request.
#[derive(Debug)]
pub struct Untranslated {
    /// Stable identifier for programs: `over_budget` or `model_unavailable`.
    pub code: &'static str,
    /// A sentence about it.
    pub message: String,
}

/// What was read from the words.
pub(super) enum Reading {
    /// By this engine or model.
    Translated(Box<Translation>),
    /// It is a question that has to be looked into.
    Investigate,
    /// The provider that was chosen gave no answer.
    NoAnswer(String),
}

impl Chain {
    /// Asks a model where that is configured, or where the person chose one. What is guarded against stays refused, and
    /// without an answer the built-in engine's own reading stands.
    pub(super) async fn read_by_model(
        &self,
        person: &Person,
        doc: &mut Doc,
        request: Request<'_>,
        context: &Context,
        builtin: Translation,
        models: &Models,
    ) -> Result<Reading, Error> {
        let sure = match request.provider {
            Some("builtin") => true,
            Some(_) => words::is_guarded(&builtin),
            None => models.router.is_empty() || words::is_sure(&builtin, models.settings.sure),
        };
        if sure {
            return Ok(Reading::Translated(Box::new(builtin)));
        }
        if let Some(message) = self.over_budget(person).await? {
            doc.view.models_failed.push(message.clone());
            return Ok(match request.provider {
                Some(_) => Reading::NoAnswer(message),
                None => Reading::Translated(Box::new(builtin)),
            });
        }
        let ask = words::Ask {
            user: &person.user,
            request: request.text,
            context,
            builtin: &builtin,
            only: request.provider,
            pseudonyms_of: models.settings.pseudonyms.then_some(doc.view.session.as_bytes().as_slice()),
        };
        let asked_in: &Doc = doc;
        let before = |prompt: &Clean| {
            self.about_to_ask(person, Some(asked_in), request.text, request.provider, prompt)
        };
        let mut exchanges = Vec::new();
        let asked = words::translate(&models.router, ask, &before, &mut exchanges).await;
        self.note(doc, exchanges).await?;
        match asked? {
            Ok(proposed) => {
                if proposed.investigate {
                    return Ok(Reading::Investigate);
                }
                Ok(Reading::Translated(Box::new(proposed.translation)))
            }
            Err(no) => {
                let message = no.to_string();
                if let NoAnswer::Failed { failed } = &no {
                    doc.view.models_failed.extend(failed.iter().map(ToString::to_string));
                }
                // An answer that could not be read is no reading.
                doc.view.provider = None;
                Ok(match request.provider {
                    Some(_) => Reading::NoAnswer(message),
                    None => Reading::Translated(Box::new(builtin)),
                })
            }
        }
    }

    /// Words → command alone, by the model of this provider, outside of any conversation: counted and recorded like any
    /// other question to a model.
    pub async fn translate(
        &self,
        person: &Person,
        request: &str,
        context: &Context,
        builtin: &Translation,
        provider: &str,
    ) -> Result<Result<Translation, Untranslated>, Error> {
        if let Some(message) = self.over_budget(person).await? {
            return Ok(Err(Untranslated { code: "over_budget", message }));
        }
        let models = self.models();
        let session = Uuid::new_v4();
        let pseudonyms_of = models.settings.pseudonyms.then_some(session.as_bytes().as_slice());
        let ask =
            words::Ask { user: &person.user, request, context, builtin, only: Some(provider), pseudonyms_of };
        let before = |prompt: &Clean| self.about_to_ask(person, None, request, Some(provider), prompt);
        let mut exchanges = Vec::new();
        let asked = words::translate(&models.router, ask, &before, &mut exchanges).await;
        for exchange in &exchanges {
            self.inner.usage.add(&person.user, exchange).await?;
        }
        match asked? {
            Ok(proposed) => Ok(Ok(proposed.translation)),
            Err(no) => Ok(Err(Untranslated { code: "model_unavailable", message: no.to_string() })),
        }
    }

    /// The models that a provider's server has. That it is asked is recorded first.
    pub async fn served(
        &self,
        person: &Person,
        provider: &str,
    ) -> Result<Result<Vec<Model>, kubechat_models::Error>, Error> {
        let models = self.models();
        let found = models.router.provider(provider);
        let (server, _) =
            found.ok_or_else(|| Error::NotFound { what: "provider", id: provider.to_owned() })?;
        let mut record = Record::new(Recorded::ModelAsked, person.actor());
        record.data = json!({ "provider": provider, "asks": "models" });
        self.record(record).await?;
        Ok(server.models().await)
    }

    /// That a model is asked is durable before anything leaves; what exactly was sent follows with the query's own record,
    /// if there is a query.
    pub(super) fn about_to_ask<'a>(
        &'a self,
        person: &Person,
        doc: Option<&Doc>,
        request: &str,
        only: Option<&str>,
        prompt: &Clean,
    ) -> BoxFuture<'a, Result<(), Error>> {
        let mut record = Record::new(Recorded::ModelAsked, person.actor());
        let view = doc.map(|doc| &doc.view);
        record.session = view.map(|view| view.session);
        record.cluster = view.map(|view| view.cluster.clone());
        record.namespace = view.map(|view| view.namespace.clone());
        record.data = json!({
            "query": view.map(|view| view.query),
            "request_hash": hash::of(&request),
            "provider": only,
            "prompt_hash": hash::of_text(&prompt.text()),
        });
        Box::pin(async move { self.record(record).await.map(|_| ()) })
    }

    /// What this person may use up of language models in a day, and what of it is used.
    pub async fn allowance(&self, person: &Person) -> Result<Allowance, Error> {
        let account = self.inner.accounts.find(&person.user).await?;
        let roles = account.map(|account| account.roles).unwrap_or_default();
        let roles: Vec<PersonRole> = [(roles.admin, PersonRole::Admin), (roles.auditor, PersonRole::Auditor)]
            .into_iter()
            .filter_map(|(has, role)| has.then_some(role))
            .collect();
        let limits = self.models().settings.budget.of(&person.user, &roles);
        self.inner.usage.allowance(&person.user, limits).await
    }

    /// A sentence when this person's budget is used up; then no model is asked.
    pub(super) async fn over_budget(&self, person: &Person) -> Result<Option<String>, Error> {
        let used_up = self.allowance(person).await?.used_up();
        if used_up.is_some() {
            self.inner.meter.over_budget();
        }
        Ok(used_up)
    }

    /// Keeps what was sent and what came back with the query, and counts it.
    pub(super) async fn note(&self, doc: &mut Doc, exchanges: Vec<Exchange>) -> Result<(), Error> {
        for exchange in exchanges {
            self.inner.usage.add(&doc.user, &exchange).await?;
            doc.view.models_failed.extend(exchange.failed.iter().cloned());
            doc.view.models.push(ModelView::of(&exchange));
            doc.view.provider = Some(exchange.provider.clone());
            doc.exchanges.push(exchange);
        }
        Ok(())
    }
}
