//! What a model says while it looks into a question, read strictly and checked against what it was shown.

use kubechat_models::{Tool, Tools, plain, redacted};
use serde::Deserialize;
use serde_json::{Value, json};

use super::shown::Look;
use crate::view::{ClaimView, EvidenceView};

/// Commands of one round.
const COMMANDS: usize = 3;
/// Claims and fixes that are shown.
pub(super) const CLAIMS: usize = 12;
const FIXES: usize = 3;
/// Characters of a sentence.
const LENGTH: usize = 1_000;
/// Lines that one piece of evidence may span.
const SPAN: usize = 40;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    pub action: Action,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    pub commands: Vec<String>,
    #[serde(default)]
    claims: Vec<Claim>,
    #[serde(default)]
    fixes: Vec<Fix>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Look,
    Answer,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    text: String,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    step: usize,
    first: usize,
    last: usize,
}

/// A change that a model thinks would help.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fix {
    pub command: String,
    pub why: String,
}

fn object(properties: &Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(|map| map.keys()).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// The fields of an answer. A server that enforces the form writes them in this order, which is that of their names: what
/// it is to be and the answer come first, so that the answer can be read while the rest is still written.
fn fields() -> Value {
    let integer = json!({ "type": "integer" });
    let text = json!({ "type": "string" });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let evidence = object(&json!({ "step": integer, "first": integer, "last": integer }));
    json!({
        "action": { "type": "string", "enum": ["look", "answer"] },
        "answer": text.clone(),
        "commands": list(text.clone()),
        "claims": list(object(&json!({ "text": text, "evidence": list(evidence) }))),
        "fixes": list(object(&json!({ "command": text, "why": text }))),
    })
}

pub(crate) fn schema() -> Value {
    object(&fields())
}

/// The same as tools: each value of `action` with the fields that belong to it.
pub(crate) fn tools() -> Tools {
    let all = fields();
    let of = |names: &[&str]| {
        let chosen = names.iter().map(|name| ((*name).to_owned(), all[*name].clone()));
        object(&Value::Object(chosen.collect()))
    };
    let look = "Runs one to three kubectl lines that only read, and shows what they print.";
    let answer = "Ends the search with what was found.";
    Tools {
        field: "action",
        each: vec![
            Tool { name: "look", description: look, parameters: of(&["commands"]) },
            Tool { name: "answer", description: answer, parameters: of(&["answer", "claims", "fixes"]) },
        ],
    }
}

/// Reads an answer; the error is a sentence for the model.
pub(crate) fn read(text: &str) -> Result<Said, String> {
    let said: Said = serde_json::from_str(kubechat_models::json_in(text))
        .map_err(|error| format!("That is not JSON in the form that was asked for: {error}."))?;
    match said.action {
        Action::Look if said.commands.is_empty() => Err("`look` needs at least one command.".to_owned()),
        Action::Look if said.commands.len() > COMMANDS => {
            Err(format!("At most {COMMANDS} commands at once."))
        }
        Action::Answer if said.answer.trim().is_empty() => {
            Err("`answer` needs its sentences in the field `answer`.".to_owned())
        }
        _ => Ok(said),
    }
}

/// A model's own words, fit to be shown. It was sent no secret; what looks like one is left out all the same.
pub(crate) fn fit(words: &str) -> String {
    plain(&redacted(&plain(words, words.len())).0, LENGTH)
}

impl Said {
    pub(crate) fn message(&self) -> String {
        fit(&self.answer)
    }

    /// The claims with the lines they rest on. What points at nothing that was shown is no evidence.
    pub(crate) fn claims(&self, looks: &[&Look]) -> Vec<ClaimView> {
        let claim = |claim: &Claim| {
            let evidence: Vec<EvidenceView> =
                claim.evidence.iter().filter_map(|evidence| evidence.found(looks)).collect();
            ClaimView { text: fit(&claim.text), supported: !evidence.is_empty(), evidence }
        };
        self.claims.iter().take(CLAIMS).map(claim).collect()
    }

    pub(crate) fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.fixes.iter().take(FIXES)
    }
}

impl Evidence {
    fn found(&self, looks: &[&Look]) -> Option<EvidenceView> {
        let look = looks.iter().find(|look| look.number == self.step)?;
        let lines: Vec<(usize, &str)> = look.lines_between(self.first, self.last).take(SPAN).collect();
        let (first, last) = (lines.first()?.0, lines.last()?.0);
        Some(EvidenceView {
            query: look.query?,
            command: look.command.clone(),
            first,
            last,
            lines: lines.into_iter().map(|(_, line)| line.to_owned()).collect(),
        })
    }
}
