//! The answer while it is being written: the words of its fields as they come, provisional until the whole has been read
//! and checked by [`super::said`].
//!
//! What is shown are whole words, turned back and looked through like those of the checked answer, so that nothing that
//! is cut in two by the way it arrives gets past: no half pseudonym, secret or escape.

use jiter::{JsonObject, JsonValue, PartialMode};
use kubechat_models::{Clean, Piece, Told};

use super::said;
use crate::view::DraftView;

/// Bytes of an answer that are read along; all that is shown of one fits.
const READ: usize = 16 << 10;
/// How often a draft is told at most: watchers have room for no more than a few times of it.
const TELLINGS: usize = 400;

/// What is shown of the answer to one prompt.
pub(crate) struct Draft<'a> {
    prompt: &'a Clean,
    /// What was said so far, and the tool that it is for.
    said: String,
    tool: Option<String>,
    /// The whole words of it, as the model says them.
    words: Option<DraftView>,
    shown: Option<DraftView>,
    tellings: usize,
}

impl<'a> Draft<'a> {
    pub(crate) fn of(prompt: &'a Clean) -> Self {
        Self { prompt, said: String::new(), tool: None, words: None, shown: None, tellings: 0 }
    }

    /// Takes what happens; whether there is something else to show now.
    pub(crate) fn hears(&mut self, told: Told<'_>) -> bool {
        match told {
            Told::Asking(_) | Told::Failed(_) => self.void(),
            Told::Piece(piece) => {
                self.take(piece);
                self.read()
            }
        }
    }

    /// What is to be shown; nothing while there is no answer.
    pub(crate) fn shown(&self) -> Option<&DraftView> {
        self.shown.as_ref()
    }

    fn void(&mut self) -> bool {
        self.said.clear();
        (self.tool, self.words) = (None, None);
        self.shown.take().is_some()
    }

    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(text) if self.tool.is_none() => self.said.push_str(text),
            Piece::Text(_) => {}
            Piece::Call { tool, arguments } => {
                if self.tool.is_none() {
                    self.said.clear();
                }
                self.tool = Some(tool.to_owned());
                self.said.push_str(arguments);
            }
        }
    }

    fn read(&mut self) -> bool {
        if self.said.len() > READ || self.tellings >= TELLINGS {
            return false;
        }
        // What can't be read yet leaves what is shown as it is.
        let Some(words) = words(&self.said, self.tool.as_deref()) else { return false };
        let words = Some(words).filter(|words| *words != DraftView::default());
        if words == self.words {
            return false;
        }
        let fit = |words: &String| said::fit(&self.prompt.reveal_words(words));
        let shown = words.as_ref().map(|words| DraftView {
            message: fit(&words.message),
            claims: words.claims.iter().map(fit).collect(),
        });
        self.words = words;
        if shown == self.shown {
            return false;
        }
        self.shown = shown;
        self.tellings += 1;
        true
    }
}

/// The words of an answer of which this is the beginning; none where it is something else, nothing where it can't be read.
fn words(said: &str, tool: Option<&str>) -> Option<DraftView> {
    let json = &said.as_bytes()[said.find('{')?..];
    let read = |mode| JsonValue::parse_with_config(json, false, mode).ok();
    // The one string that is not at its end yet is only in the first of them.
    let (growing, whole) = (read(PartialMode::TrailingStrings)?, read(PartialMode::On)?);
    let (JsonValue::Object(growing), JsonValue::Object(whole)) = (&growing, &whole) else { return None };
    if tool.or_else(|| text(field(whole, "action"))) != Some("answer") {
        return Some(DraftView::default());
    }
    let message = so_far(field(growing, "answer"), field(whole, "answer"));
    let whole = list(field(whole, "claims"));
    let claims = list(field(growing, "claims"))
        .iter()
        .enumerate()
        .map(|(at, claim)| so_far(member(Some(claim), "text"), member(whole.get(at), "text")));
    let claims = claims.filter(|claim| !claim.is_empty()).take(said::CLAIMS).collect();
    Some(DraftView { message, claims })
}

fn field<'v, 'j>(object: &'v JsonObject<'j>, name: &str) -> Option<&'v JsonValue<'j>> {
    object.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn member<'v, 'j>(value: Option<&'v JsonValue<'j>>, name: &str) -> Option<&'v JsonValue<'j>> {
    match value {
        Some(JsonValue::Object(object)) => field(object, name),
        _ => None,
    }
}

fn list<'v, 'j>(value: Option<&'v JsonValue<'j>>) -> &'v [JsonValue<'j>] {
    match value {
        Some(JsonValue::Array(list)) => list,
        _ => &[],
    }
}

fn text<'v>(value: Option<&'v JsonValue<'_>>) -> Option<&'v str> {
    match value {
        Some(JsonValue::Str(text)) => Some(text),
        _ => None,
    }
}

/// A text that is at its end, or as much of one as can be judged.
fn so_far(growing: Option<&JsonValue<'_>>, whole: Option<&JsonValue<'_>>) -> String {
    text(whole).or_else(|| text(growing).map(safe)).unwrap_or_default().to_owned()
}

/// The whole words of an unfinished text, up to where an object begins: only at its end it is known to be no Secret.
fn safe(text: &str) -> &str {
    let words = text.rfind(char::is_whitespace).map_or("", |end| &text[..end]);
    let object = words.match_indices("ata").map(|(at, _)| at).find(|at| {
        let behind = words[at + 3..].trim_start_matches(['\\', '"', '\'']);
        behind.trim_start().starts_with(':')
    });
    object.map_or(words, |at| &words[..at])
}

#[cfg(test)]
mod tests;
