//! Words → command where the built-in engine is not sure: a model may propose, and the rest of the chain is the same.

use kubechat_audit::{EventKind as Recorded, Record};
use kubechat_models::config::PersonRole;
use kubechat_models::words::{self, Exchange};
use kubechat_models::{Clean, NoAnswer, Told};
use kubechat_translate::{Context, Translation};
use serde_json::json;

use super::Chain;
use super::propose::Request;
use crate::query::Doc;
use crate::usage::Allowance;
use crate::view::ModelView;
use crate::{Error, Person, hash};

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
    ) -> Result<Reading, Error> {
        let models = &self.inner.models;
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
        self.about_to_ask(person, doc, request.provider, None).await?;
        let ask = words::Ask {
            user: &person.user,
            request: request.text,
            context,
            builtin: &builtin,
            only: request.provider,
            pseudonyms_of: models.settings.pseudonyms.then_some(doc.view.session.as_bytes().as_slice()),
        };
        match words::translate(&models.router, ask, &mut |_: Told<'_>| ()).await {
            Ok(proposed) => {
                self.note(doc, proposed.exchanges).await?;
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
                Ok(match request.provider {
                    Some(_) => Reading::NoAnswer(message),
                    None => Reading::Translated(Box::new(builtin)),
                })
            }
        }
    }

    /// That a model is asked is durable before anything leaves; what exactly was sent follows with the query's own record.
    pub(super) async fn about_to_ask(
        &self,
        person: &Person,
        doc: &Doc,
        only: Option<&str>,
        prompt: Option<&Clean>,
    ) -> Result<(), Error> {
        let mut record = Record::new(Recorded::ModelAsked, person.actor());
        record.session = Some(doc.view.session);
        record.cluster = Some(doc.view.cluster.clone());
        record.namespace = Some(doc.view.namespace.clone());
        record.data = json!({
            "query": doc.view.query,
            "request_hash": hash::of(&doc.view.request),
            "provider": only,
            "prompt_hash": prompt.map(|prompt| hash::of_text(&prompt.text())),
        });
        self.record(record).await.map(|_| ())
    }

    /// What this person may use up of language models in a day, and what of it is used.
    pub async fn allowance(&self, person: &Person) -> Result<Allowance, Error> {
        let account = self.inner.accounts.find(&person.user).await?;
        let roles = account.map(|account| account.roles).unwrap_or_default();
        let roles: Vec<PersonRole> = [(roles.admin, PersonRole::Admin), (roles.auditor, PersonRole::Auditor)]
            .into_iter()
            .filter_map(|(has, role)| has.then_some(role))
            .collect();
        let limits = self.inner.models.settings.budget.of(&person.user, &roles);
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
