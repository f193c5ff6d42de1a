//! `certificate approve` and `certificate deny`: whether a request for a client certificate is granted.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::catalog::Resource;
use crate::command::{Spec, Verb, held};
use crate::facts::name_of;
use crate::flags::{Flag, Parsed, switch};
use crate::globals::{FILE, OUTPUT};
use crate::level::{Assessment, Level};
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{Change, Context, Plan, Planned};
use crate::refusal::Refusal;
use crate::select::{Scope, Selection};
use crate::verbs::patching;

/// `kubectl certificate`.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// `deny`, not `approve`.
    pub deny: bool,
    /// Which requests.
    pub selection: Selection,
    /// `--force`: also one that is decided already.
    pub force: bool,
    /// Output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[switch("force")];

impl Verb for Certificate {
    const SPECS: &'static [Spec] = &[
        Spec { name: "certificate approve", flags: &[FLAGS, FILE, OUTPUT], free: false },
        Spec { name: "certificate deny", flags: &[FLAGS, FILE, OUTPUT], free: false },
    ];

    fn read(verb: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        Ok(Self {
            deny: verb == "certificate deny",
            selection: Selection::of_type("csr", &words.args, words)?.chosen(verb)?,
            force: words.on("force"),
            changing: Changing::read(words)?,
        })
    }

    fn verb(&self) -> &'static str {
        if self.deny { "certificate deny" } else { "certificate approve" }
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn selection_mut(&mut self) -> Option<&mut Selection> {
        Some(&mut self.selection)
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let found = self.selection.resolve(ctx)?;
        let change = |_: &Resource, request: &Value| {
            let conditions = self.conditions(request, ctx.now)?;
            Ok(Change::MergePatch { body: json!({"status": {"conditions": conditions}}) })
        };
        let mut operations = match patching::each(ctx, &found, &Scope::default(), change)? {
            Ok(operations) => operations,
            Err(missing) => return Ok(Planned::Need(missing)),
        };
        for operation in &mut operations {
            operation.subresource = Some("approval".to_owned());
        }
        let done = if self.deny { "denied" } else { "approved" };
        Ok(Planned::Ready(Plan::changes(operations, self.changing.show(done), false)))
    }

    fn explain(&self) -> String {
        let target = self.selection.phrase();
        if self.deny {
            format!("Deny {target}: no certificate is issued.")
        } else {
            format!("Approve {target}: a client certificate is issued.")
        }
    }

    fn action(&self) -> String {
        format!("{} {}", if self.deny { "Deny" } else { "Approve" }, self.selection.short_phrase())
    }

    fn write(&self, line: &mut Line) {
        self.selection.write_names(line);
        line.switch("--force", self.force);
        self.changing.write(line);
    }

    held!(changing);

    fn hazards(&self, assessment: &mut Assessment) {
        if !self.deny {
            assessment.raise(
                Level::Dangerous,
                "issues-credentials",
                "It issues a client certificate: a way to act in the cluster.",
            );
        }
    }
}

impl Certificate {
    /// The request's conditions with the decision among them.
    fn conditions(&self, request: &Value, now: Timestamp) -> Result<Vec<Value>, Refusal> {
        let kind = if self.deny { "Denied" } else { "Approved" };
        let mut conditions: Vec<Value> =
            request.pointer("/status/conditions").and_then(Value::as_array).cloned().unwrap_or_default();
        let decided = |condition: &Value| matches!(condition["type"].as_str(), Some("Approved" | "Denied"));
        if let Some(before) = conditions.iter().find(|condition| decided(condition)) {
            if before["type"] != kind {
                return Err(Refusal::new(
                    "already-decided",
                    format!(
                        "Request {} is {} already; that can't be taken back.",
                        name_of(request),
                        before["type"]
                    ),
                ));
            }
            if !self.force {
                return Ok(conditions);
            }
        }
        conditions.retain(|condition| !decided(condition));
        let at = format!("{now:.0}");
        conditions.push(json!({
            "type": kind,
            "status": "True",
            "reason": "KubeChat",
            "message": format!("{kind} by kubectl certificate through KubeChat."),
            "lastUpdateTime": at,
            "lastTransitionTime": at,
        }));
        Ok(conditions)
    }
}
