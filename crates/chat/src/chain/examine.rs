//! Plan, assessment, permission, preview: everything that is known before somebody decides.

use jiff::Timestamp;
use kubechat_cluster::{Preview, Session as Live};
use kubechat_kubectl::plan::{Context, Facts};
use kubechat_kubectl::{Attachments, Command, Level, Plan, Planned, Where, assess};
use serde_json::{Value, json};

use super::Chain;
use super::propose::Proposal;
use crate::clusters::Connected;
use crate::query::{Doc, Step};
use crate::state::State;
use crate::view::{ErrorView, Query};
use crate::{Error, Person, hash};

/// How often a plan may ask for facts before we give up on it.
const ROUNDS: usize = 4;
/// Paths of a difference that go into a record; the hash covers all of them.
const RECORDED_DELTAS: usize = 60;

/// Why a step could not be examined.
pub(super) enum Stop {
    /// The command can't be planned.
    Refused(kubechat_kubectl::Refusal),
    /// The cluster said no, or nothing.
    Cluster(kubechat_cluster::Error),
}

impl From<kubechat_cluster::Error> for Stop {
    fn from(error: kubechat_cluster::Error) -> Self {
        Self::Cluster(error)
    }
}

impl Chain {
    /// The person's session with the cluster.
    pub(super) async fn live(&self, person: &Person, connected: &Connected) -> Result<Live, Error> {
        Ok(connected.cluster.session(connected.actor(person, &self.inner.mappings).await?))
    }

    /// Takes proposed commands to the point where somebody has to decide, or to the answer.
    pub(super) async fn examine(
        &self,
        person: &Person,
        live: &Live,
        mut doc: Doc,
        commands: Vec<Command>,
    ) -> Result<Query, Error> {
        let (who, planned) = futures::join!(
            live.whoami(),
            self.plan_all(live, &mut doc.steps, &doc.view.namespace, &doc.attachments, &commands)
        );
        if let Ok(who) = who {
            doc.view.runs_as = Some(who.username);
            doc.groups = who.groups;
        }
        if let Err(stop) = planned {
            return self.stop(person, &mut doc, stop).await;
        }
        if doc.only_reads && !doc.steps.iter().all(Step::runs_at_once) {
            let refusal = kubechat_kubectl::Refusal::new(
                "only-reads",
                "Only what is safe to read runs while a question is looked into. Ask for it yourself to see its preview.",
            );
            return self.stop(person, &mut doc, Stop::Refused(refusal)).await;
        }
        if !person.at_a_terminal() && doc.steps.iter().any(Step::needs_terminal) {
            let refusal = kubechat_kubectl::Refusal::new(
                "needs-terminal",
                kubechat_cluster::Error::NeedsTerminal.to_string(),
            );
            return self.stop(person, &mut doc, Stop::Refused(refusal)).await;
        }
        self.permit_and_preview(person, live, doc).await
    }

    /// Permission, then preview, then the decision or the answer; the plans are there.
    pub(super) async fn permit_and_preview(
        &self,
        person: &Person,
        live: &Live,
        mut doc: Doc,
    ) -> Result<Query, Error> {
        for at in 0..doc.steps.len() {
            if let Err(stop) = authorize(live, &mut doc.steps[at]).await {
                return self.stop(person, &mut doc, stop).await;
            }
        }
        doc.refresh();
        if !doc.view.forbidden.is_empty() {
            doc.forbid();
            return self.end(person, &mut doc, State::Forbidden).await;
        }
        for at in 0..doc.steps.len() {
            let behind_a_change = doc.steps[..at].iter().any(Step::mutates);
            match self.preview_step(live, &mut doc.steps[at]).await {
                Ok(()) => {}
                // What an earlier step makes can't be looked at yet.
                Err(Stop::Cluster(error)) if behind_a_change && error.is_not_found() => {
                    doc.steps[at].postpone();
                }
                Err(stop) => return self.stop(person, &mut doc, stop).await,
            }
        }
        doc.refresh();
        self.decide(person, live, doc).await
    }

    async fn decide(&self, person: &Person, live: &Live, mut doc: Doc) -> Result<Query, Error> {
        if doc.steps.iter().all(Step::runs_at_once) {
            return self.run(person, live, doc).await;
        }
        if let Some(message) = doc.nothing_to_do() {
            doc.view.message = Some(message);
            return self.end(person, &mut doc, State::Answered).await;
        }
        self.wait_for_approval(person, &mut doc).await?;
        Ok(doc.view)
    }

    /// The preview is complete: recorded, and now somebody has to say yes.
    pub(super) async fn wait_for_approval(&self, person: &Person, doc: &mut Doc) -> Result<(), Error> {
        doc.view.approval_hash = doc.approval_hash(&self.inner.policy_hash);
        doc.view.confirm = doc.confirm_phrase();
        doc.view.expires_at = Some(Timestamp::now() + self.inner.policy.approval());
        doc.refresh();
        let data = self.preview_evidence(doc);
        self.advance(person, doc, State::AwaitingApproval, State::AwaitingApproval.event(), data).await?;
        Ok(())
    }

    fn preview_evidence(&self, doc: &Doc) -> Value {
        let mut data = what_was_asked(doc);
        data["approval_hash"] = json!(doc.view.approval_hash);
        data["policy"] = json!(self.inner.policy_hash);
        data["expires_at"] = json!(doc.view.expires_at.map(crate::view::rfc3339));
        data["targets"] = json!(doc.view.targets.iter().take(RECORDED_DELTAS).collect::<Vec<_>>());
        data["targets_total"] = json!(doc.view.targets.len());
        data["diff"] =
            json!(doc.view.diff.iter().take(RECORDED_DELTAS).map(for_the_record).collect::<Vec<_>>());
        data["diff_hash"] = json!(hash::of(&doc.view.diff));
        data["unconfirmed"] = json!(doc.view.unconfirmed);
        data["undo"] = json!(doc.view.undo);
        data
    }

    /// Makes the plans of all steps, reading as the user what they need.
    async fn plan_all(
        &self,
        live: &Live,
        steps: &mut [Step],
        namespace: &str,
        attachments: &Attachments,
        commands: &[Command],
    ) -> Result<(), Stop> {
        let mut behind_a_change = false;
        for (step, command) in steps.iter_mut().zip(commands) {
            match plan(live, command, step.filter.as_ref(), namespace, attachments).await {
                Ok(plan) => {
                    step.assessment = assess(command, &plan, &self.inner.policy.protected);
                    step.plan = Some(plan);
                }
                Err(_) if behind_a_change => step.postpone(),
                Err(stop) => return Err(stop),
            }
            behind_a_change |= step.mutates();
        }
        Ok(())
    }

    /// Plans, permits and previews a step whose turn has come, now that the steps before it are done.
    pub(super) async fn examine_again(
        &self,
        live: &Live,
        step: &mut Step,
        namespace: &str,
        attachments: &Attachments,
    ) -> Result<(), Stop> {
        if step.plan.is_none() {
            let command = Command::parse(&step.line).map_err(Stop::Refused)?;
            let plan = plan(live, &command, step.filter.as_ref(), namespace, attachments).await?;
            step.assessment = assess(&command, &plan, &self.inner.policy.protected);
            step.plan = Some(plan);
        }
        authorize(live, step).await?;
        self.preview_step(live, step).await
    }

    async fn preview_step(&self, live: &Live, step: &mut Step) -> Result<(), Stop> {
        let Some(plan) = &step.plan else { return Ok(()) };
        if !plan.operations.iter().any(|operation| operation.verb.mutates()) {
            return Ok(());
        }
        let preview: Preview = live.preview(plan).await?;
        let effects = assess::Effects {
            targets: &preview.targets,
            deltas: &preview.deltas,
            impact: &preview.impact,
            unconfirmed: preview.unconfirmed.is_some(),
        };
        step.assessment.merge(assess::assess_effects(plan, &effects, &self.inner.policy.protected));
        step.preview = Some(preview);
        step.state = State::Previewed;
        Ok(())
    }

    /// The query ends because a step can't be examined.
    pub(super) async fn stop(&self, person: &Person, doc: &mut Doc, stop: Stop) -> Result<Query, Error> {
        match stop {
            Stop::Refused(refusal) => match super::propose::refuse(doc, &refusal) {
                Proposal::Ends(state) => self.end(person, doc, state).await,
                Proposal::Commands(_) | Proposal::Investigate => Ok(doc.view.clone()),
            },
            Stop::Cluster(error) => self.cannot(person, doc, error.into()).await,
        }
    }

    /// The query ends because the cluster could not be asked; recorded like every end.
    pub(super) async fn cannot(&self, person: &Person, doc: &mut Doc, error: Error) -> Result<Query, Error> {
        doc.view.error = Some(ErrorView { code: error.code().to_owned(), message: error.to_string() });
        doc.view.message = Some(error.to_string());
        let state = match &error {
            Error::Cluster(kubechat_cluster::Error::Forbidden { .. }) | Error::Unmapped { .. } => {
                State::Forbidden
            }
            Error::Cluster(kubechat_cluster::Error::Impersonation { .. })
            | Error::Identity(kubechat_identity::Error::SystemIdentity(_)) => State::Refused,
            _ => State::Failed,
        };
        if let Error::Cluster(kubechat_cluster::Error::Forbidden {
            verb,
            resource,
            subresource,
            namespace,
            name,
            ..
        }) = error
        {
            doc.view.forbidden = vec![crate::view::PermissionView {
                verb,
                group: String::new(),
                resource,
                subresource,
                namespace,
                name,
                allowed: false,
                reason: None,
                grant: None,
            }];
        }
        self.end(person, doc, state).await
    }

    /// The query ends without having run.
    pub(super) async fn end(&self, person: &Person, doc: &mut Doc, state: State) -> Result<Query, Error> {
        let mut data = what_was_asked(doc);
        data["message"] = json!(doc.view.message);
        data["error"] = json!(doc.view.error);
        data["forbidden"] = json!(doc.view.forbidden);
        data["state"] = json!(state);
        self.advance(person, doc, state, state.event(), data).await?;
        Ok(doc.view.clone())
    }
}

/// What every first record of a query holds: the words, who read them, and what the chain found out.
pub(super) fn what_was_asked(doc: &Doc) -> Value {
    json!({
        "request": doc.view.request,
        "request_hash": hash::of(&doc.view.request),
        "where": doc.view.filter,
        "provider": doc.view.provider,
        "confidence": doc.view.confidence,
        "models": doc.view.models,
        "models_failed": doc.view.models_failed,
        "explanation": doc.view.explanation,
        "reasons": doc.view.reasons.iter().map(|reason| &reason.id).collect::<Vec<_>>(),
        "operations": doc.steps.iter().flat_map(Step::calls).collect::<Vec<_>>(),
        "plan_hash": hash::of(&doc.steps.iter().map(|step| &step.plan).collect::<Vec<_>>()),
        "permissions": doc.view.permissions,
        "parent": doc.view.parent,
        "attachments": doc.view.attachments,
    })
}

/// Long values are cut, and large numbers written as text: canonical JSON has doubles only.
fn for_the_record(delta: &crate::view::DiffView) -> Value {
    let short = |value: &Value| {
        let text = value.to_string();
        match text.char_indices().nth(400) {
            Some((end, _)) => json!(format!("{}…", &text[..end])),
            None if value.is_number() => json!(text),
            None => json!(text.trim_matches('"')),
        }
    };
    json!({
        "object": delta.object, "namespace": delta.namespace, "path": delta.path,
        "before": short(&delta.before), "after": short(&delta.after),
    })
}

pub(super) async fn plan(
    live: &Live,
    command: &Command,
    filter: Option<&Where>,
    namespace: &str,
    attachments: &Attachments,
) -> Result<Plan, Stop> {
    let live = live.within(command.request_timeout());
    let mut facts = Facts::new();
    let now = Timestamp::now();
    let mut catalog = live.catalog().await?;
    for round in 0..ROUNDS {
        let context = Context { namespace, now, catalog: &catalog, facts: &facts, attachments };
        match command.plan(&context) {
            Ok(Planned::Ready(plan)) => {
                return match filter {
                    Some(filter) => plan.only_where(filter).map_err(Stop::Refused),
                    None => Ok(plan),
                };
            }
            Ok(Planned::Need(reads)) => facts.extend(live.facts(&reads, filter).await?),
            // A kind that was added a moment ago is not in the snapshot yet.
            Err(refusal) if refusal.id == "unknown-kind" && round == 0 => {
                catalog = live.refresh_catalog().await?;
            }
            Err(refusal) => return Err(Stop::Refused(refusal)),
        }
    }
    Err(Stop::Refused(kubechat_kubectl::Refusal::new(
        "unplannable",
        "This command needs more of the cluster's objects than a plan may read. Name the objects one by one.",
    )))
}

async fn authorize(live: &Live, step: &mut Step) -> Result<(), Stop> {
    if let Some(plan) = &step.plan {
        step.permissions = live.authorize(plan).await?;
    }
    Ok(())
}

impl Step {
    /// It can only be looked at when the steps before it are done.
    fn postpone(&mut self) {
        self.preview = None;
        self.plan = None;
        self.assessment.raise(
            Level::Warning,
            "unconfirmed",
            "The server can't confirm this step yet; it is previewed and approved again when its turn comes.",
        );
    }
}
