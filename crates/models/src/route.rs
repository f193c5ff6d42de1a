//! Which model is asked: in the configured order, past those that are down, within one deadline.

mod breaker;
mod cache;
mod measures;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;
use tokio::time::{Instant, sleep, timeout};

pub use breaker::Breaker;
pub use breaker::State as BreakerState;

use crate::config::{Kind, ProviderSettings, Settings};
use crate::error::Error;
use crate::provider::{Answer, Piece, Provider, Usage, connect};
use crate::redact::Clean;
use cache::Cache;

/// The first pause before the same model is asked again; doubled each time, with as much again by chance.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest pause that a server's own wish is followed for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The models in their order.
#[derive(Debug)]
pub struct Router {
    members: Vec<Member>,
    deadline: Duration,
    attempts: u32,
    cache: Cache,
}

#[derive(Debug)]
struct Member {
    provider: Arc<dyn Provider>,
    settings: ProviderSettings,
    /// Whether it is asked without being chosen.
    in_order: bool,
    breaker: Arc<Breaker>,
    spent: Arc<std::sync::Mutex<Spent>>,
    seconds: Histogram,
}

/// How an attempt ended that gave an answer.
const ANSWERED: &str = "answered";
/// How one ended where the answer was known already.
const REMEMBERED: &str = "remembered";
/// How one ended that nobody waited for any more.
const GIVEN_UP: &str = "given_up";

/// What was asked of a model since the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spent {
    /// How often it was asked, by what came of it: `answered`, `remembered` (nothing was sent), `given_up` (nobody waited
    /// any more), or the code of an [`Error`].
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Tokens.
    pub usage: Usage,
    /// Money, by the configured prices.
    pub money: f64,
    /// Milliseconds until the answers were complete, all together.
    pub milliseconds: u64,
}

impl Spent {
    /// Answers.
    pub fn answers(&self) -> u64 {
        self.outcomes.get(ANSWERED).copied().unwrap_or_default()
    }

    /// Attempts that gave none.
    pub fn failures(&self) -> u64 {
        let failed = |outcome: &&str| ![ANSWERED, REMEMBERED, GIVEN_UP].contains(outcome);
        self.outcomes.iter().filter(|(outcome, _)| failed(outcome)).map(|(_, count)| count).sum()
    }
}

/// A question on its way.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Whose it is: answers are never shared between people.
    pub user: &'a str,
    /// What is sent.
    pub prompt: &'a Clean,
    /// Only this provider.
    pub only: Option<&'a str>,
}

/// What happens while a question is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Told<'a> {
    /// This model is asked now; what another said before is void.
    Asking(&'a str),
    /// A piece of its answer.
    Piece(Piece<'a>),
    /// It gave none.
    Failed(&'a Error),
}

/// An answer and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// The answer.
    pub answer: Answer,
    /// The provider's name.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// What it cost, by the configured prices; nothing for a remembered one.
    pub money: f64,
    /// Whether it was remembered from an earlier question.
    pub remembered: bool,
    /// Why the models before it gave none.
    pub failed: Vec<Error>,
    key: cache::Key,
}

/// Nobody answered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoAnswer {
    /// None is configured, or not that one.
    #[error("{0}")]
    NotConfigured(String),
    /// All that were asked failed.
    #[error("No language model answered: {}", failed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    Failed {
        /// Why, one by one.
        failed: Vec<Error>,
    },
}

/// How a model does.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// The provider's name.
    pub provider: String,
    /// Which interface it speaks.
    pub kind: Kind,
    /// Whether it is asked without being chosen by name.
    pub in_order: bool,
    /// Its model.
    pub model: String,
    /// Where it is, without what may be secret in the address.
    pub endpoint: String,
    /// `closed` (asked), `open` (left out), `half_open` (tried again with one question).
    pub breaker: BreakerState,
    /// For how many seconds it has been failing.
    pub down_seconds: Option<u64>,
    /// Why it failed last.
    pub error: Option<String>,
    /// What was asked of it since the start.
    pub spent: Spent,
}

impl Router {
    /// The models of a configuration that can be used, and why others can't. Nothing is sent yet.
    pub fn new(settings: &Settings) -> (Self, Vec<Error>) {
        let (mut members, mut wrong) = (Vec::new(), Vec::new());
        let others = settings.provider.keys().filter(|name| !settings.order.contains(name));
        for name in settings.order.iter().chain(others) {
            let Some(one) = settings.provider.get(name) else {
                let reason = format!("{name} stands in it, but there is no [models.provider.{name}]");
                wrong.push(Error::Section { field: "order", reason });
                continue;
            };
            match connect(name, one, settings.airgap) {
                Ok(provider) => members.push((provider, one.clone())),
                Err(error) => wrong.push(error),
            }
        }
        (Self::of(members, settings), wrong)
    }

    /// The same of providers that are there already.
    pub fn of(members: Vec<(Arc<dyn Provider>, ProviderSettings)>, settings: &Settings) -> Self {
        let rest = Duration::from_secs(settings.breaker_seconds);
        let member = |(provider, one): (Arc<dyn Provider>, ProviderSettings)| Member {
            in_order: settings.order.iter().any(|name| name == provider.name()),
            provider,
            settings: one,
            breaker: Arc::new(Breaker::new(settings.breaker_failures, rest)),
            spent: Arc::default(),
            seconds: measures::seconds(),
        };
        Self {
            members: members.into_iter().map(member).collect(),
            deadline: Duration::from_secs(settings.deadline_seconds.max(1)),
            attempts: settings.attempts.max(1),
            cache: Cache::new(Duration::from_secs(u64::from(settings.cache_hours) * 3600)),
        }
    }

    /// Providers that were there before, just as they are now, go on counting, and are down if they were.
    pub(crate) fn going_on_from(mut self, before: &Self) -> Self {
        for member in &mut self.members {
            let same = |one: &&Member| {
                one.provider.name() == member.provider.name() && one.settings.is(&member.settings)
            };
            let Some(same) = before.members.iter().find(same) else { continue };
            member.spent = Arc::clone(&same.spent);
            member.seconds = same.seconds.clone();
            if member.breaker.is_like(&same.breaker) {
                member.breaker = Arc::clone(&same.breaker);
            }
        }
        self
    }

    /// Whether no model is asked unless it is chosen by name.
    pub fn is_empty(&self) -> bool {
        !self.members.iter().any(|member| member.in_order)
    }

    /// The providers, in their order.
    pub fn providers(&self) -> impl Iterator<Item = (&Arc<dyn Provider>, &ProviderSettings)> {
        self.members.iter().map(|member| (&member.provider, &member.settings))
    }

    /// The provider of that name.
    pub fn provider(&self, name: &str) -> Option<(&Arc<dyn Provider>, &ProviderSettings)> {
        self.providers().find(|(provider, _)| provider.name() == name)
    }

    /// What every model that may be asked can read at once, in tokens.
    pub fn context_tokens(&self, only: Option<&str>) -> usize {
        self.asked(only).map(|member| member.settings.context_tokens as usize).min().unwrap_or(8192)
    }

    /// Looks every endpoint up and refuses what is outside.
    pub async fn check_inside(&self) -> Vec<Error> {
        let mut outside = Vec::new();
        for member in &self.members {
            outside.extend(member.provider.check_inside().await.err());
        }
        outside
    }

    /// How the models do.
    pub fn health(&self) -> Vec<Health> {
        let health = |member: &Member| {
            let down = member.breaker.failing();
            Health {
                provider: member.provider.name().to_owned(),
                kind: member.settings.kind,
                in_order: member.in_order,
                model: member.settings.model.clone(),
                endpoint: member.settings.endpoint.origin().ascii_serialization(),
                breaker: member.breaker.state(),
                down_seconds: down.as_ref().map(|(since, _)| since.elapsed().as_secs()),
                error: down.map(|(_, error)| error.to_string()),
                spent: member.spent().clone(),
            }
        };
        self.members.iter().map(health).collect()
    }

    /// Asks the models one after another until one answers.
    pub async fn ask(
        &self,
        question: Question<'_>,
        told: &mut (dyn FnMut(Told<'_>) + Send),
    ) -> Result<Routed, NoAnswer> {
        let wanted: Vec<&Member> = self.asked(question.only).collect();
        if wanted.is_empty() {
            return Err(NoAnswer::NotConfigured(match question.only {
                Some(only) => {
                    format!("There is no provider {only:?} in the configuration; see [models] there.")
                }
                None => "No language model is configured; see [models] in the configuration.".to_owned(),
            }));
        }
        let end = Instant::now() + self.deadline;
        let mut failed = Vec::new();
        for (at, member) in wanted.iter().enumerate() {
            let key =
                cache::Key::of(question.user, &member.settings, member.provider.name(), question.prompt);
            if let Some(answer) = self.cache.get(&key) {
                member.came_to(REMEMBERED);
                return Ok(member.routed(answer, 0.0, true, failed, key));
            }
            // Who hangs may not use up the time of those behind it.
            let left = u32::try_from(wanted.len() - at).unwrap_or(u32::MAX);
            let until = Instant::now() + end.saturating_duration_since(Instant::now()) / left;
            match self.ask_one(member, question.prompt, until, told).await {
                Ok((answer, money)) => return Ok(member.routed(answer, money, false, failed, key)),
                Err(errors) => failed.extend(errors),
            }
        }
        Err(NoAnswer::Failed { failed })
    }

    /// Remembers an answer that turned out to be one.
    pub fn remember(&self, routed: &Routed) {
        if !routed.remembered {
            self.cache.put(routed.key.clone(), routed.answer.clone());
        }
    }

    /// Who may be asked.
    fn asked(&self, only: Option<&str>) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| match only {
            Some(only) => only == member.provider.name(),
            None => member.in_order,
        })
    }

    async fn ask_one(
        &self,
        member: &Member,
        prompt: &Clean,
        until: Instant,
        told: &mut (dyn FnMut(Told<'_>) + Send),
    ) -> Result<(Answer, f64), Vec<Error>> {
        let name = member.provider.name();
        let mut failed = Vec::new();
        for attempt in 0..self.attempts {
            let Some(permit) = member.breaker.permit() else {
                failed.extend(member.breaker.failing().map(|(_, error)| error));
                return Err(failed);
            };
            told(Told::Asking(name));
            let begun = Instant::now();
            let left = until.saturating_duration_since(begun);
            let mut counted = Attempt { member, outcome: GIVEN_UP };
            let mut pieces = |piece: Piece<'_>| told(Told::Piece(piece));
            let asked = timeout(left, member.provider.chat(prompt, &mut pieces)).await;
            let error = match asked {
                Ok(Ok(answer)) => {
                    permit.succeeded();
                    counted.outcome = ANSWERED;
                    let money = member.count(&answer, begun.elapsed());
                    return Ok((answer, money));
                }
                Ok(Err(error)) => error,
                Err(_) => Error::Timeout { provider: name.to_owned(), after: left },
            };
            counted.outcome = error.code();
            permit.failed(error.clone());
            drop(counted);
            told(Told::Failed(&error));
            let (again, pause) = (error.may_pass(), pause(&error, attempt));
            failed.push(error);
            if !again || attempt + 1 == self.attempts || Instant::now() + pause >= until {
                break;
            }
            sleep(pause).await;
        }
        Err(failed)
    }
}

/// One attempt, counted by what came of it when it is over, also when whoever asked has gone.
struct Attempt<'a> {
    member: &'a Member,
    outcome: &'static str,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.member.came_to(self.outcome);
    }
}

/// How long is waited before the same model is asked again.
fn pause(error: &Error, attempt: u32) -> Duration {
    let own = PAUSE * 2_u32.saturating_pow(attempt);
    let jitter = own.mul_f64(rand::random::<f64>());
    match error {
        Error::Busy { after: Some(after), .. } => (*after).min(LONGEST_PAUSE) + jitter,
        _ => own + jitter,
    }
}

impl Member {
    fn spent(&self) -> std::sync::MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn came_to(&self, outcome: &'static str) {
        *self.spent().outcomes.entry(outcome).or_default() += 1;
    }

    /// Notes what an answer took, and returns its price.
    fn count(&self, answer: &Answer, took: Duration) -> f64 {
        let price = |tokens: u64, million: f64| tokens as f64 / 1e6 * million;
        let usage = answer.usage;
        let money =
            price(usage.input, self.settings.price_input) + price(usage.output, self.settings.price_output);
        self.seconds.observe(took.as_secs_f64());
        let mut spent = self.spent();
        spent.usage += usage;
        spent.money += money;
        spent.milliseconds += u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        money
    }

    fn routed(
        &self,
        answer: Answer,
        money: f64,
        remembered: bool,
        failed: Vec<Error>,
        key: cache::Key,
    ) -> Routed {
        Routed {
            answer,
            provider: self.provider.name().to_owned(),
            model: self.settings.model.clone(),
            money,
            remembered,
            failed,
            key,
        }
    }
}

#[cfg(test)]
mod tests;
