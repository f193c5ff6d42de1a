//! Cuts the command line of a remote program out of a sentence: `run df -h in pod web-0`.
//!
//! The words of such a line are not words of the language, so they become one token before anything else is read.

use crate::lexicon::Lexicon;
use crate::shape;
use crate::token::Token;

/// Words after which a program can stand.
const RUNS: &[&str] =
    &["run", "runs", "running", "execute", "executes", "executing", "exec", "invoke", "invokes"];
/// Words that name what follows as a command, so that any program will do.
const COMMANDS: &[&str] = &["command", "commands", "args", "arguments", "cmd", "argument"];
/// Words after which a text to print stands.
const PRINTS: &[&str] = &["prints", "printing", "echoes", "echos", "echoing", "outputs"];
/// Words that may stand before the program.
const ARTICLES: &[&str] = &["the", "a", "this", "following", "just", "simply", "quickly", "me"];
/// Words after which the place can stand.
const PLACES: &[&str] =
    &["in", "inside", "on", "within", "against", "from", "into", "at", "for", "of", "onto"];
/// Words that end a line without quotes.
const ENDS: &[&str] = &[
    "with",
    "using",
    "every",
    "interactively",
    "please",
    "pls",
    "then",
    "and",
    "once",
    "daily",
    "hourly",
    "at",
    "named",
    "called",
    "but",
    "via",
    "that",
    "which",
    "as",
    "?",
];

/// Joins the tokens of a remote command into one.
pub(crate) fn join<'a>(tokens: &mut Vec<Token<'a>>, request: &'a str, lexicon: &Lexicon) {
    let Some((start, end, echo)) = find(tokens, lexicon) else { return };
    let single = end == start + 1 && tokens[start].quoted;
    let quote = |at: usize| {
        usize::from(!single && tokens[at].quoted && request[tokens[at].end..].starts_with(['\'', '"']))
    };
    let (from, to) = (tokens[start].start - quote(start), tokens[end - 1].end + quote(end - 1));
    let text = if single { tokens[start].text } else { &request[from..to] };
    let value = match (echo, single) {
        (true, _) if text.contains("date") && text.len() < 20 => "date".to_owned(),
        (true, true) => format!("echo '{}'", text.replace('\'', "'\\''")),
        (true, false) => format!("echo {text}"),
        (false, _) => text.to_owned(),
    };
    let token = &mut tokens[start];
    token.text = text;
    token.end = to;
    token.low = text.into();
    token.quoted = true;
    token.word = None;
    token.kind = None;
    token.value = Some(value);
    token.class = shape::REMOTE;
    tokens.drain(start + 1..end);
}

fn plain<'t>(tokens: &'t [Token<'_>], at: usize) -> &'t str {
    tokens.get(at).filter(|token| !token.quoted).map_or("", |token| &token.low)
}

fn find(tokens: &[Token<'_>], lexicon: &Lexicon) -> Option<(usize, usize, bool)> {
    if let Some(at) = tokens.iter().position(|token| &*token.low == "--" && !token.quoted) {
        return (at + 1 < tokens.len()).then_some((at + 1, tokens.len(), false));
    }
    for at in 0..tokens.len() {
        let low = plain(tokens, at);
        let prints = PRINTS.contains(&low);
        let commands = COMMANDS.contains(&low);
        if !(prints || commands || RUNS.contains(&low)) {
            continue;
        }
        let mut first = at + 1;
        while ARTICLES.contains(&plain(tokens, first)) {
            first += 1;
        }
        if COMMANDS.contains(&plain(tokens, first)) {
            continue;
        }
        let mut named = commands;
        while matches!(plain(tokens, first), ":" | "," | "=" | "is" | "of") {
            first += 1;
            named = true;
        }
        if commands && PLACES.contains(&plain(tokens, first)) {
            // `run the command in pod web-0: ls -l`
            let colon = (first..tokens.len()).find(|&place| plain(tokens, place) == ":")?;
            return (colon + 1 < tokens.len()).then_some((colon + 1, tokens.len(), false));
        }
        let Some(token) = tokens.get(first) else { continue };
        let program = is_program(token, lexicon);
        if token.is(shape::MARK) || !(program || prints || (named && !is_other(token, lexicon))) {
            continue;
        }
        if prints && !token.quoted && !matches!(plain(tokens, first), "date" | "hello" | "current") {
            continue;
        }
        let end = if token.quoted { first + 1 } else { end(tokens, first, lexicon) };
        return Some((first, end, prints));
    }
    let starts = tokens
        .first()
        .is_some_and(|token| is_program(token, lexicon) && token.word.is_none() && !token.quoted);
    let end = if starts { end(tokens, 0, lexicon) } else { 0 };
    (starts && end < tokens.len()).then_some((0, end, false))
}

/// A word that more likely belongs to the sentence: a kind or an image.
fn is_other(token: &Token<'_>, lexicon: &Lexicon) -> bool {
    lexicon.kind(&token.low).is_some() && !token.quoted
}

fn is_program(token: &Token<'_>, lexicon: &Lexicon) -> bool {
    let first = token.low.split_whitespace().next().unwrap_or_default();
    let path = first.starts_with("./") || first.starts_with('/') && first.len() > 1;
    lexicon.is_program(first) || path || (token.quoted && token.low.contains(' '))
}

/// Where a line without quotes ends: before the place, or before a word that a command line hasn't.
fn end(tokens: &[Token<'_>], first: usize, lexicon: &Lexicon) -> usize {
    for at in first + 1..tokens.len() {
        let low = plain(tokens, at);
        let last = at + 1 == tokens.len();
        if (PLACES.contains(&low) && leads_to_place(tokens, at + 1, lexicon)) || ENDS.contains(&low) {
            return at;
        }
        if low == "command" && at > first {
            return at;
        }
        if low == "," || (matches!(low, "." | "!") && last) {
            return at;
        }
    }
    tokens.len()
}

fn leads_to_place(tokens: &[Token<'_>], from: usize, lexicon: &Lexicon) -> bool {
    let kind = |token: &Token<'_>| {
        !token.quoted
            && (lexicon.kind(&token.low).is_some()
                || matches!(&*token.low, "container" | "containers" | "it" | "them" | "there")
                || token.low.split_once('/').is_some_and(|(kind, _)| lexicon.kind(kind).is_some()))
    };
    tokens.iter().skip(from).take(6).any(kind) || (tokens.len() - from.min(tokens.len()) == 1)
}

/// The words of a command line, quotes resolved; a line that needs a shell gets one.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quote, mut any) = (None, false);
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.push(c),
            None if matches!(c, '\'' | '"') => {
                quote = Some(c);
                any = true;
            }
            None if matches!(c, '|' | ';' | '&' | '<' | '>' | '$') => {
                return vec!["sh".to_owned(), "-c".to_owned(), line.to_owned()];
            }
            None if c.is_whitespace() => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            None => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}
