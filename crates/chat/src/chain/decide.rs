//! Approval and its alternatives: no, never mind, and look again.

use std::sync::Arc;

use jiff::Timestamp;
use kubechat_cluster::Terminal;
use kubechat_kubectl::{Command, Level, Plan};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Chain;
use crate::approval::Approval;
use crate::data::QueryLock;
use crate::query::{Doc, Step};
use crate::state::State;
use crate::view::Query;
use crate::{Error, Person};

impl Chain {
    /// Runs exactly what was previewed under this hash; something dangerous needs its phrase as well.
    pub async fn approve(
        &self,
        person: &Person,
        id: Uuid,
        hash: &str,
        confirm: Option<&str>,
    ) -> Result<Query, Error> {
        self.approve_at(person, id, hash, confirm, None).await
    }

    /// [`Chain::approve`] by somebody at a terminal, who lends it to connections into pods.
    pub async fn approve_at(
        &self,
        person: &Person,
        id: Uuid,
        hash: &str,
        confirm: Option<&str>,
        terminal: Option<Arc<dyn Terminal>>,
    ) -> Result<Query, Error> {
        let (mut doc, lock) = self.claim(person, id).await?;
        let approval = Approval::of(&doc, &self.inner.policy_hash, hash).ok_or(Error::WrongHash(id))?;
        if let Some(phrase) = doc.view.confirm.clone()
            && confirm.map(str::trim) != Some(phrase.as_str())
        {
            return Err(Error::Confirm { phrase });
        }
        if terminal.is_none() && doc.steps[doc.at..].iter().any(Step::needs_terminal) {
            return Err(kubechat_cluster::Error::NeedsTerminal.into());
        }
        let connected = self.connected_to(&doc)?;
        let live = self.live(person, connected).await?;
        let data = json!({
            "approval_hash": hash.trim(),
            "approver": person.user,
            "confirmed": confirm.is_some(),
            "policy": self.inner.policy_hash,
        });
        self.advance(person, &mut doc, State::Approved, State::Approved.event(), data).await?;
        self.run_locked(person, &live, doc, lock, approval, terminal).await
    }

    /// Somebody's no, with the reason.
    pub async fn deny(&self, person: &Person, id: Uuid, reason: &str) -> Result<Query, Error> {
        let (mut doc, _lock) = self.claim(person, id).await?;
        doc.view.message = Some(format!("Denied by {}: {}", person.user, reason.trim()));
        let data = json!({ "reason": reason.trim(), "approver": person.user });
        self.advance(person, &mut doc, State::Denied, State::Denied.event(), data).await?;
        Ok(doc.view)
    }

    /// The requester's never mind: ends a query that waits, or stops one whose answer goes on.
    pub async fn cancel(&self, person: &Person, id: Uuid) -> Result<Query, Error> {
        let view = self.show(person, id).await?;
        let stopped = self.running().get(&id).map(CancellationToken::cancel).is_some();
        if stopped {
            return Ok(view);
        }
        let (mut doc, _lock) = self.claim(person, id).await?;
        self.advance(person, &mut doc, State::Cancelled, State::Cancelled.event(), json!({})).await?;
        Ok(doc.view)
    }

    /// Previews the same command anew, as a new query.
    pub async fn preview_again(&self, person: &Person, id: Uuid) -> Result<Query, Error> {
        let old = self.inner.queries.of(person, id).await?;
        let session = self.inner.sessions.get(person, old.view.session).await?;
        let connected = self.connected_to(&old)?;
        let live = self.live(person, connected).await?;
        let mut doc = Doc::new(person, &session, connected, old.view.request.as_deref());
        doc.view.parent = Some(id);
        doc.attach(old.attachments.clone());
        // Steps that are done are not done twice.
        let left = old.steps.get(old.at..).filter(|left| !left.is_empty()).unwrap_or(&old.steps);
        doc.view.filter.clone_from(&old.view.filter);
        let commands: Result<Vec<Command>, _> = left.iter().map(|step| Command::parse(&step.line)).collect();
        match commands {
            Ok(commands) if !commands.is_empty() => {
                doc.steps = left
                    .iter()
                    .zip(&commands)
                    .map(|(old, command)| Step::of(command, old.filter.as_ref()))
                    .collect();
                self.examine(person, &live, doc, commands).await
            }
            // The step was an undo, whose line is for people.
            _ => match old.view.parent {
                Some(parent) => self.undo(person, parent).await,
                None => Err(Error::NotWaiting { query: id, state: old.view.state }),
            },
        }
    }

    /// The query, if it waits, and its lock: nobody else decides about it meanwhile, in whatever process.
    async fn claim(&self, person: &Person, id: Uuid) -> Result<(Doc, QueryLock), Error> {
        let doc = self.inner.queries.of(person, id).await?;
        let Some(lock) = self.inner.data.lock_query(id)? else {
            return Err(Error::NotWaiting { query: id, state: doc.view.state });
        };
        let mut doc = self.inner.queries.of(person, id).await?;
        self.still_waiting(person, &mut doc).await?;
        Ok((doc, lock))
    }

    /// Refuses what does not wait, and ends what waited too long.
    async fn still_waiting(&self, person: &Person, doc: &mut Doc) -> Result<(), Error> {
        if doc.view.state != State::AwaitingApproval {
            return Err(Error::NotWaiting { query: doc.view.query, state: doc.view.state });
        }
        if doc.view.expires_at.is_some_and(|at| at < Timestamp::now()) {
            self.advance(person, doc, State::Expired, State::Expired.event(), json!({})).await?;
            return Err(Error::Expired(doc.view.query));
        }
        Ok(())
    }
}

impl Doc {
    /// The phrase to type before something dangerous runs.
    pub(super) fn confirm_phrase(&self) -> Option<String> {
        let dangerous =
            self.steps.get(self.at..)?.iter().filter(|step| step.assessment.level >= Level::Dangerous);
        let targets: Vec<_> = dangerous.clone().flat_map(Step::targets).cloned().collect();
        match (dangerous.count(), targets.is_empty()) {
            (0, _) => None,
            // Nothing resolved yet: the words on the button.
            (_, true) => self.steps.get(self.at).map(|step| step.action.clone()),
            _ => Some(kubechat_kubectl::assess::confirm_phrase(&targets)),
        }
    }

    /// A sentence when carrying it out would change nothing.
    pub(super) fn nothing_to_do(&self) -> Option<String> {
        let idle = |step: &Step| {
            step.preview
                .as_ref()
                .is_some_and(|preview| preview.deltas.is_empty() && preview.unconfirmed.is_none())
                && !step.plan.as_ref().is_some_and(Plan::leaves_no_trace)
        };
        if self.steps.is_empty() || !self.steps.iter().all(idle) {
            return None;
        }
        let names: Vec<String> =
            self.steps.iter().flat_map(Step::targets).map(crate::view::printed).take(5).collect();
        Some(match names.is_empty() {
            true => "Nothing matches, so there is nothing to change.".to_owned(),
            false => format!("Nothing would change: {} already is as you want it.", names.join(", ")),
        })
    }

    /// Marks the query as outside the language or its rules.
    pub(super) fn refuse(&mut self, id: &str, message: &str) {
        self.view.level = Some(Level::Refused);
        self.view.error = Some(crate::view::ErrorView { code: id.to_owned(), message: message.to_owned() });
        self.view.message = Some(message.to_owned());
    }

    /// Says which rights are missing.
    pub(super) fn forbid(&mut self) {
        let who = self.view.runs_as.as_deref().unwrap_or("You");
        let missing: Vec<String> = self.view.forbidden.iter().map(describe).collect();
        let grants = || self.view.forbidden.iter().filter_map(|one| one.grant.as_ref());
        let mut holders: Vec<&str> =
            grants().filter_map(|grant| grant.holders.as_ref()).flatten().map(String::as_str).collect();
        holders.sort_unstable();
        holders.dedup();
        let has = match holders.as_slice() {
            [] => String::new(),
            some => format!(" Those who have it: {}.", some.join(", ")),
        };
        let message = format!(
            "{who} may not {}. Nothing was changed. Ask a cluster administrator for this right, or use another account.{has}",
            missing.join(", nor ")
        );
        self.view.error =
            Some(crate::view::ErrorView { code: "forbidden".to_owned(), message: message.clone() });
        self.view.message = Some(message);
    }
}

fn describe(permission: &crate::view::PermissionView) -> String {
    let sub = permission.subresource.iter().map(|sub| format!("/{sub}")).collect::<String>();
    let group = if permission.group.is_empty() { String::new() } else { format!(".{}", permission.group) };
    let name = permission.name.iter().map(|name| format!(" {name:?}")).collect::<String>();
    let place = match &permission.namespace {
        Some(namespace) => format!(" in namespace {namespace}"),
        None => " in the whole cluster".to_owned(),
    };
    format!("{} {}{group}{sub}{name}{place}", permission.verb, permission.resource)
}
