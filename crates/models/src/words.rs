//! Words → command by a language model. What it proposes is text; only what parses into typed commands comes out.
//!
//! The prompt is made of what the language itself says (verbs, flags), the kinds and names that are known, and examples
//! from our own corpus that are like the request. A line that does not parse goes back with our own error message, at
//! most twice; then a question is asked. How sure it is says agreement, never the model.

mod agree;
mod examples;
mod prompt;

use futures::future::BoxFuture;
use kubechat_kubectl::{Command, Where};
use kubechat_translate::{Context, Doubts, Outcome, Translation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::plain;
use crate::provider::Usage;
use crate::pseudonyms::{Pseudonyms, names_in};
use crate::redact::{Clean, Prompt, Role};
use crate::route::{NoAnswer, Question, Routed, Router};

/// How often a line that does not parse goes back.
const CORRECTIONS: usize = 2;
/// Steps of one request.
const STEPS: usize = 8;
/// Characters of a model's own words that are shown.
const MESSAGE: usize = 2_000;

/// A request for a model.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Whose it is.
    pub user: &'a str,
    /// The words.
    pub request: &'a str,
    /// What is known.
    pub context: &'a Context,
    /// What the built-in engine made of them.
    pub builtin: &'a Translation,
    /// Only this provider.
    pub only: Option<&'a str>,
    /// Replaces names for the session of this id.
    pub pseudonyms_of: Option<&'a [u8]>,
}

impl Ask<'_> {
    /// What stands for the names that this request may be about: those that are known, and what reads as one in its words.
    fn pseudonyms(&self) -> Option<Pseudonyms> {
        let mut names = Pseudonyms::of(self.pseudonyms_of?);
        let context = self.context;
        names.note_all(context.namespace.iter().chain(&context.namespaces).map(String::as_str));
        names.note_all(context.names.values().flatten().map(String::as_str));
        if let Some(last) = &context.last {
            names.note_all(last.targets.iter().map(|(_, name)| name.as_str()));
            names.note_all(names_in(&last.command));
        }
        let read_as_names =
            self.builtin.understood.iter().filter(|span| matches!(span.role.as_str(), "name" | "namespace"));
        names.note_all(read_as_names.filter_map(|span| self.request.get(span.start..span.end)));
        names.note_all(names_in(self.request));
        Some(names)
    }
}

/// What a model made of a request.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// In the form of the built-in engine; every command in it has been parsed.
    pub translation: Translation,
    /// Whether it is a question that has to be looked into.
    pub investigate: bool,
}

/// One question to a model and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The provider's name.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// Exactly what was sent.
    pub prompt: String,
    /// Exactly what came back.
    pub answer: String,
    /// Tokens read.
    pub input: u64,
    /// Tokens written.
    pub output: u64,
    /// The price.
    pub money: f64,
    /// Whether it was remembered and nothing was sent.
    pub remembered: bool,
    /// Passages that were taken out as secret.
    pub removed: usize,
    /// Why models before it gave no answer.
    pub failed: Vec<String>,
}

impl Exchange {
    /// What was sent and what came of it.
    pub fn of(prompt: &Clean, routed: &Routed) -> Self {
        let Usage { input, output } = routed.answer.usage;
        let (input, output) = if routed.remembered { (0, 0) } else { (input, output) };
        Self {
            provider: routed.provider.clone(),
            model: routed.model.clone(),
            prompt: prompt.text(),
            answer: routed.answer.text.clone(),
            input,
            output,
            money: routed.money,
            remembered: routed.remembered,
            removed: prompt.removed(),
            failed: routed.failed.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What a model may say. Strict: anything else is an error that goes back to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    outcome: SaidOutcome,
    commands: Vec<String>,
    #[serde(rename = "where")]
    filter: Option<String>,
    meaning: String,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SaidOutcome {
    Command,
    Clarify,
    Refuse,
    Answer,
    Investigate,
}

fn schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["outcome", "commands", "where", "meaning", "message"],
        "properties": {
            "outcome": { "type": "string", "enum": ["command", "clarify", "refuse", "answer", "investigate"] },
            "commands": { "type": "array", "items": { "type": "string" } },
            "where": { "type": ["string", "null"] },
            "meaning": { "type": "string" },
            "message": { "type": "string" }
        }
    })
}

/// What has to be done before a prompt leaves.
pub type Before<'b, E> = &'b (dyn Fn(&Clean) -> BoxFuture<'b, Result<(), E>> + Sync);

/// Asks the models for commands, each time only when what comes before that is done. What was sent and what came back is
/// added to the exchanges, however it ends.
pub async fn translate<E>(
    router: &Router,
    ask: Ask<'_>,
    before: Before<'_, E>,
    exchanges: &mut Vec<Exchange>,
) -> Result<Result<Proposed, NoAnswer>, E> {
    let room = router.context_tokens(ask.only);
    let pseudonyms = ask.pseudonyms();
    // Examples that are like the request must not tell its names either.
    let like = pseudonyms.as_ref().map_or_else(|| ask.request.to_owned(), |names| names.conceal(ask.request));
    let mut prompt = Prompt {
        system: prompt::system(&like, ask.context, room),
        turns: vec![(Role::User, prompt::question(ask.request, ask.context))],
        schema: Some(schema()),
        tools: None,
        pseudonyms,
    };
    for attempt in 0..=CORRECTIONS {
        let clean = prompt.clone().clean();
        let question = Question { user: ask.user, prompt: &clean, only: ask.only };
        before(&clean).await?;
        let routed = match router.ask(question, &mut |_| ()).await {
            Ok(routed) => routed,
            Err(no) => return Ok(Err(no)),
        };
        exchanges.push(Exchange::of(&clean, &routed));
        let answer = clean.reveal(&routed.answer.text);
        match read(&answer) {
            Ok(read) => {
                router.remember(&routed);
                return Ok(Ok(proposed(read, &ask)));
            }
            Err(wrong) if attempt < CORRECTIONS => {
                prompt.turns.push((Role::Assistant, answer));
                prompt.turns.push((Role::User, format!("{wrong} Answer again, in the same form.")));
            }
            Err(_) => {}
        }
    }
    let translation = Translation {
        message: Some(
            "I could not make an exact command of that. Say it in other words, with the kind and name of the objects."
                .to_owned(),
        ),
        ..empty(Outcome::Clarify)
    };
    Ok(Ok(Proposed { translation, investigate: false }))
}

/// What was read from an answer.
struct Read {
    said: Said,
    commands: Vec<Command>,
}

/// Reads an answer strictly; the error is a sentence for the model.
fn read(text: &str) -> Result<Read, String> {
    let said: Said = serde_json::from_str(json_in(text))
        .map_err(|error| format!("That is not JSON in the form that was asked for: {error}."))?;
    if said.commands.len() > STEPS {
        return Err(format!("At most {STEPS} commands are taken at once."));
    }
    let mut commands = Vec::new();
    if said.outcome == SaidOutcome::Command {
        if said.commands.is_empty() {
            return Err("The outcome is `command`, but there is no command.".to_owned());
        }
        for line in &said.commands {
            let command = Command::parse(line.trim()).map_err(|refusal| {
                format!("The line `{}` can't be used: {}", line.trim(), refusal.message)
            })?;
            commands.push(command);
        }
    }
    if let Some(filter) = &said.filter {
        Where::parse(filter).map_err(|refusal| format!("`where` can't be used: {}", refusal.message))?;
        if commands.len() > 1 {
            return Err("`where` goes with one command only.".to_owned());
        }
    }
    Ok(Read { said, commands })
}

/// The JSON in an answer: models that are not bound to a form like to put it between fences.
pub fn json_in(text: &str) -> &str {
    let text = text.trim();
    match (text.find('{'), text.rfind('}')) {
        (Some(start), Some(end)) if start < end => &text[start..=end],
        _ => text,
    }
}

fn proposed(read: Read, ask: &Ask<'_>) -> Proposed {
    let Read { said, commands } = read;
    let message = Some(plain(&said.message, MESSAGE)).filter(|message| !message.is_empty());
    let outcome = match said.outcome {
        SaidOutcome::Command => Outcome::Command,
        SaidOutcome::Refuse => Outcome::Refuse,
        SaidOutcome::Answer => Outcome::Answer,
        SaidOutcome::Clarify | SaidOutcome::Investigate => Outcome::Clarify,
    };
    let confidence = match outcome {
        Outcome::Command => agree::confidence(&commands, &said.meaning, ask),
        _ => 0.5,
    };
    let explanation = commands.iter().map(Command::explain).collect::<Vec<_>>().join(" Then: ");
    let translation = Translation {
        explanation,
        filter: said.filter.filter(|_| outcome == Outcome::Command),
        // The words beside a command are the model's: what it does is said by the typed command itself.
        message: message.filter(|_| outcome != Outcome::Command),
        confidence,
        commands,
        ..empty(outcome)
    };
    Proposed { translation, investigate: said.outcome == SaidOutcome::Investigate }
}

fn empty(outcome: Outcome) -> Translation {
    Translation {
        outcome,
        commands: Vec::new(),
        filter: None,
        explanation: String::new(),
        message: None,
        choices: Vec::new(),
        confidence: 0.0,
        provider: "model",
        pending: None,
        understood: Vec::new(),
        doubts: Doubts::default(),
    }
}

/// Whether the built-in engine refuses it; whatever a model would say, it stays refused.
pub fn is_guarded(builtin: &Translation) -> bool {
    builtin.outcome == Outcome::Refuse
}

/// Whether the built-in engine's reading is taken without asking a model.
pub fn is_sure(builtin: &Translation, sure: f64) -> bool {
    match builtin.outcome {
        Outcome::Refuse => true,
        Outcome::Command => builtin.confidence >= sure,
        Outcome::Answer => !kubechat_translate::is_unknown(builtin),
        // It knows what is missing and asks for it.
        Outcome::Clarify => builtin.pending.is_some() || !builtin.choices.is_empty(),
    }
}

#[cfg(test)]
mod tests;
