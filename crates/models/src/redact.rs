//! The one way to a model: what it is to read passes here, and what looks secret stays behind.
//!
//! A [`crate::Provider`] takes a [`Clean`], and only [`Prompt::clean`] makes one; so nothing reaches a model that was
//! not looked through. What is secret says [`kubechat_secrets`], as for the audit log; for a model certificates and all
//! data of Secrets go too.

use std::ops::Range;

use serde_json::Value;

use crate::pseudonyms::Pseudonyms;

/// What stands in place of a secret.
pub const REMOVED: &str = "[removed]";

/// What a model is to be asked, as it was put together.
#[derive(Debug, Clone, Default)]
pub struct Prompt {
    /// What it is told before anything else.
    pub system: String,
    /// What was said so far, the last one being the question.
    pub turns: Vec<(Role, String)>,
    /// The form of the answer.
    pub schema: Option<Value>,
    /// The same form as tools, for a model that answers by calling one.
    pub tools: Option<Tools>,
    /// What stands for names that are to stay here.
    pub pseudonyms: Option<Pseudonyms>,
}

/// A form of answer as tools of which one is called.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The field of the form whose value says which.
    pub field: &'static str,
    /// Each of them.
    pub each: Vec<Tool>,
}

/// One tool.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The schema of what it is called with: the other fields of the form.
    pub parameters: Value,
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// We, for the person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// A prompt without secrets: the only thing that leaves.
#[derive(Debug, Clone)]
pub struct Clean {
    prompt: Prompt,
    removed: usize,
}

impl Prompt {
    /// Takes out what looks secret, then puts pseudonyms in the place of names. What it is told before anything else is
    /// ours alone.
    pub fn clean(self) -> Clean {
        let mut removed = 0;
        let mut clean = |text: &str| {
            let (text, count) = redacted(text);
            removed += count;
            text
        };
        let system = clean(&self.system);
        let turns = self.turns.iter().map(|(role, text)| {
            let text = clean(text);
            (*role, self.pseudonyms.as_ref().map_or_else(|| text.clone(), |names| names.conceal(&text)))
        });
        let turns = turns.collect();
        Clean { prompt: Self { system, turns, ..self }, removed }
    }
}

impl Clean {
    /// What the model is told before anything else.
    pub fn system(&self) -> &str {
        &self.prompt.system
    }

    /// What was said so far.
    pub fn turns(&self) -> impl Iterator<Item = (Role, &str)> {
        self.prompt.turns.iter().map(|(role, text)| (*role, text.as_str()))
    }

    /// The form of the answer. It is ours alone: nothing of a cluster stands in it.
    pub fn schema(&self) -> Option<&Value> {
        self.prompt.schema.as_ref()
    }

    /// The same form as tools.
    pub fn tools(&self) -> Option<&Tools> {
        self.prompt.tools.as_ref()
    }

    /// A JSON answer to it, with the real names again.
    pub fn reveal(&self, answer: &str) -> String {
        self.prompt.pseudonyms.as_ref().map_or_else(|| answer.to_owned(), |names| names.reveal_json(answer))
    }

    /// Words of such an answer, with the real names again.
    pub fn reveal_words(&self, words: &str) -> String {
        self.prompt.pseudonyms.as_ref().map_or_else(|| words.to_owned(), |names| names.reveal(words))
    }

    /// How many passages were taken out.
    pub fn removed(&self) -> usize {
        self.removed
    }

    /// Exactly what is sent, for whoever asked and for the hash in the audit log.
    pub fn text(&self) -> String {
        let turns = self.turns().map(|(role, text)| format!("[{}]\n{text}", role.as_str()));
        std::iter::once(format!("[system]\n{}", self.system())).chain(turns).collect::<Vec<_>>().join("\n\n")
    }
}

/// A text without what looks secret in it, and how many passages were taken out.
pub fn redacted(text: &str) -> (String, usize) {
    let mut found = kubechat_secrets::in_secret_objects(text);
    found.extend(kubechat_secrets::certificates(text));
    found.extend(kubechat_secrets::secrets(text));
    found.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let (mut at, mut count) = (0, 0);
    for Range { start, end } in found {
        if end <= at {
            continue;
        }
        // What overlaps is one passage.
        if start >= at {
            out.push_str(&text[at..start]);
            out.push_str(REMOVED);
            count += 1;
        }
        at = end;
    }
    out.push_str(&text[at..]);
    (out, count)
}
