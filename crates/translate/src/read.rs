//! Reads a request: tokens get their kinds, numbers, time spans, known names and spelling; then the grammar's phrases
//! are laid over them, the longest first.

use crate::compose::WORKLOADS;
use crate::context::Context;
use crate::lexicon::{LEXICON, Lexicon, Meaning, Role};
use crate::pattern::{Match, Present, Rule};
use crate::payload;
use crate::remote;
use crate::shape;
use crate::token::{Token, tokenise};

/// What a token was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing yet.
    Free,
    /// Part of an act's phrase.
    Act,
    /// Part of a slot's phrase.
    Slot,
    /// A word without meaning of its own.
    Filler,
}

/// A phrase that names an act.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActHit {
    /// The act.
    pub name: &'static str,
    /// The first word of the phrase.
    pub word: &'static str,
    /// Whether any other act wins over it.
    pub weak: bool,
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
}

/// A slot with its value.
#[derive(Debug, Clone)]
pub(crate) struct SlotHit {
    /// Which slot.
    pub name: &'static str,
    /// The value.
    pub value: String,
    /// The token it was found at.
    pub at: usize,
    /// Start and end of the whole phrase.
    pub phrase: (usize, usize),
    /// Whether a reader of `payload` set it.
    pub claimed: bool,
}

/// A request with what its words were read as.
#[derive(Debug, Clone)]
pub(crate) struct Reading<'a> {
    /// The tokens.
    pub tokens: Vec<Token<'a>>,
    /// What each was read as.
    pub marks: Vec<Mark>,
    /// Acts, in order.
    pub acts: Vec<ActHit>,
    /// Slots, in order.
    pub slots: Vec<SlotHit>,
}

impl Reading<'_> {
    /// Takes tokens out, with whatever was read into them.
    pub fn cut(&mut self, start: usize, end: usize) {
        let gone = end - start;
        let moved = |at: usize| if at >= end { at - gone } else { at };
        self.tokens.drain(start..end);
        self.marks.drain(start..end);
        self.acts.retain(|act| act.start < start || act.start >= end);
        for act in &mut self.acts {
            (act.start, act.end) = (moved(act.start), moved(act.end));
        }
        self.slots.retain(|slot| slot.phrase.0 < start || slot.phrase.0 >= end);
        for slot in &mut self.slots {
            slot.at = moved(slot.at);
            slot.phrase = (moved(slot.phrase.0), moved(slot.phrase.1));
        }
    }

    /// Takes tokens away from what they were read as and gives them to a slot.
    pub fn claim(&mut self, slot: &'static str, value: String, start: usize, end: usize) {
        let meets = |from: usize, to: usize| from < end && to > start;
        let mut freed = Vec::new();
        self.acts.retain(|act| act.start < start || act.start >= end);
        for act in self.acts.iter_mut().filter(|act| act.start < start && act.end > start) {
            act.end = start;
        }
        self.slots.retain(|hit| {
            let gone = meets(hit.phrase.0, hit.phrase.1) && !hit.claimed;
            if gone {
                freed.push(hit.phrase);
            }
            !gone
        });
        for (from, to) in freed {
            self.marks[from..to].fill(Mark::Filler);
        }
        self.marks[start..end].fill(Mark::Slot);
        self.slots.push(SlotHit { name: slot, value, at: start, phrase: (start, end), claimed: true });
    }
}

/// Reads the whole request.
pub(crate) fn read<'a>(request: &'a str, context: &'a Context) -> Reading<'a> {
    let lexicon = &*LEXICON;
    let mut tokens = tokenise(request, lexicon);
    remote::join(&mut tokens, request, lexicon);
    know_places(&mut tokens, lexicon);
    join_kinds(&mut tokens, request, context, lexicon);
    join_times(&mut tokens, request, lexicon);
    know_names(&mut tokens, context, lexicon);
    spell(&mut tokens, context, lexicon);
    if tokens.iter().any(|token| token.corrected) {
        join_kinds(&mut tokens, request, context, lexicon);
        join_times(&mut tokens, request, lexicon);
    }
    let mut reading =
        Reading { marks: vec![Mark::Free; tokens.len()], tokens, acts: Vec::new(), slots: Vec::new() };
    let present = lexicon.grammar.present(&reading.tokens);
    lay(&mut reading, lexicon, &present, &[], false);
    let mut acts: Vec<&'static str> = reading.acts.iter().map(|act| act.name).collect();
    if acts.is_empty() {
        acts.push("get");
    }
    let choosing = acts.iter().all(|act| CHOOSING.contains(act));
    if acts.contains(&"roll") || reading.tokens.iter().any(|token| &*token.low == "revision") {
        acts.push("rollout-undo");
    }
    acts.extend(reading.tokens.iter().filter_map(|token| lexicon.own_slots_of(token.kind?)));
    if acts.iter().any(|act| lexicon.has_own_slots(act)) {
        acts.dedup();
        reading.marks.fill(Mark::Free);
        reading.acts.clear();
        reading.slots.clear();
        lay(&mut reading, lexicon, &present, &acts, choosing);
    }
    payload::read(&mut reading);
    reading
}

/// `in namespace one`, `in the namespace limits`: what stands here is a name, whatever else it could be.
fn know_places(tokens: &mut [Token<'_>], lexicon: &Lexicon) {
    const INSIDE: &[&str] =
        &["in", "from", "of", "to", "for", "within", "inside", "into", "under", "on", ","];
    for at in 2..tokens.len() {
        let light = usize::from(tokens[at - 2].is(shape::LIGHT));
        let led = at > 1 + light && INSIDE.contains(&&*tokens[at - 2 - light].low);
        let token = &tokens[at];
        if &*tokens[at - 1].low == "image" && lexicon.is_program(&token.low) && !token.quoted {
            // `with image bash`
            let token = &mut tokens[at];
            token.word = None;
            token.class = shape::ANY | shape::NAME | shape::ANY_NAME | shape::IMAGE;
            continue;
        }
        let noun = lexicon.kind(&token.low).is_some_and(|kind| kind != "all")
            || token.is(shape::COUNT) && !token.is(shape::NUMBER)
            || matches!(
                &*token.low,
                "limits" | "limit" | "requests" | "metrics" | "config" | "images" | "logs"
            );
        let flagged = matches!(&*tokens[at - 1].low, "-n" | "--namespace") && token.is(shape::NAME);
        let placed = led && matches!(&*tokens[at - 1].low, "namespace" | "ns");
        if (placed || flagged) && noun && !token.quoted {
            let token = &mut tokens[at];
            (token.word, token.value) = (None, None);
            token.class = shape::ANY | shape::NAME | shape::ANY_NAME | shape::PLACE;
            token.quoted = true;
        }
    }
}

/// Marks the tokens that stand for kinds; kinds of several words become one token.
fn join_kinds<'a>(tokens: &mut Vec<Token<'a>>, request: &'a str, context: &'a Context, lexicon: &Lexicon) {
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].quoted {
            at += 1;
            continue;
        }
        if lexicon.starts_kind(&tokens[at].low) {
            for length in [4, 3, 2] {
                let Some(group) = tokens.get(at..at + length) else { continue };
                let said = group.iter().map(|token| &*token.low).collect::<Vec<_>>().join(" ");
                if let Some(kind) = lexicon.kind(&said) {
                    let (start, end) = (group[0].start, group[length - 1].end);
                    tokens[at].text = &request[start..end];
                    tokens[at].end = end;
                    tokens[at].word = lexicon.word(&said.replace(' ', ""));
                    tokens[at].low = said.into();
                    set_kind(&mut tokens[at], kind);
                    tokens.drain(at + 1..at + length);
                    break;
                }
            }
        }
        if tokens[at].kind.is_none() {
            single_kind(tokens, at, context, lexicon);
        }
        at += 1;
    }
}

fn single_kind<'a>(tokens: &mut [Token<'a>], at: usize, context: &'a Context, lexicon: &Lexicon) {
    if tokens[at].is(shape::MARK | shape::FLAG | shape::NUMBER) {
        return;
    }
    let low = &*tokens[at].low;
    if low.contains('/') && !low.starts_with(['/', '.']) {
        kind_and_name(&mut tokens[at], context, lexicon);
        return;
    }
    let low_is_deploy = low == "deploy";
    if low_is_deploy && !follows_act(tokens, at, lexicon) {
        return;
    }
    let own = at > 0 && matches!(&*tokens[at - 1].low, "local" | "my" | "this" | "own" | "host" | "your");
    if own && matches!(low, "machine" | "machines") {
        return;
    }
    if low == "no"
        && at > 0
        && matches!(&*tokens[at - 1].low, "get" | "describe" | "top" | "cordon" | "drain")
    {
        // `get no`
        set_kind(&mut tokens[at], "nodes");
        tokens[at].plural = true;
        tokens[at].word = None;
        return;
    }
    if is_group_kind(tokens, at) {
        let kind = tokens[at].text;
        set_kind(&mut tokens[at], kind);
        tokens[at].plural = true;
        return;
    }
    let known = lexicon.kind(low).or_else(|| context.discovered_kind(low, tokens[at].word.is_some()));
    if let Some(kind) = known {
        set_kind(&mut tokens[at], kind);
        if matches!(&*tokens[at].low, "deploy" | "deploys") {
            tokens[at].word = None;
        }
    }
}

/// `certificates.cert-manager.io` where a kind is wanted: in the plural, with its whole group.
fn is_group_kind(tokens: &[Token<'_>], at: usize) -> bool {
    const ENDS: &[&str] = &["io", "com", "dev", "sh", "org", "net", "cloud", "ai"];
    const BEFORE: &[&str] = &[
        "get", "list", "show", "describe", "delete", "watch", "all", "the", "my", "our", "every", "any",
        "me", "explain",
    ];
    let text = tokens[at].text;
    let Some((plural, group)) = text.split_once('.') else { return false };
    let wanted = at == 0 || BEFORE.contains(&&*tokens[at - 1].low);
    wanted
        && plural.len() > 3
        && plural.ends_with('s')
        && plural.bytes().all(|b| b.is_ascii_lowercase())
        && shape::is_name(text)
        && group.rsplit_once('.').is_some_and(|(_, end)| ENDS.contains(&end))
        && !group.starts_with("example.")
}

/// `deploy` is a verb where an order begins, and a kind behind one.
fn follows_act(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> bool {
    let opening = [
        "please", "to", "you", "us", "let's", "lets", "just", "now", "me", "i", "kindly", ",", ".", "can",
        "could",
    ];
    at > 0
        && tokens[at - 1].word.is_some_and(|word| lexicon.role(word) != Role::Joint)
        && !opening.contains(&&*tokens[at - 1].low)
}

/// `deploy/web`.
fn kind_and_name<'a>(token: &mut Token<'a>, context: &'a Context, lexicon: &Lexicon) {
    if token.is(shape::FILE) {
        return;
    }
    let Some((kind, name)) = token.text.split_once('/') else { return };
    let low = kind.to_ascii_lowercase();
    let Some(kind) = lexicon.kind(&low).or_else(|| context.discovered_kind(&low, false)) else { return };
    if shape::is_name(name) {
        token.kind = Some(kind);
        token.class = shape::ANY | shape::KIND_NAME;
        token.value = Some(name.to_owned());
        token.word = None;
    }
}

fn set_kind<'a>(token: &mut Token<'a>, kind: &'a str) {
    token.kind = Some(kind);
    token.class = (token.class | shape::KIND) & !(shape::NAME | shape::IMAGE);
    token.plural = token.low.ends_with('s') && !matches!(&*token.low, "ns" | "rs" | "ds" | "sts" | "ingress");
    token.plural |= matches!(
        &*token.low,
        "po" | "svc"
            | "cm"
            | "deploy"
            | "sts"
            | "ing"
            | "pvc"
            | "ep"
            | "hpa"
            | "pdb"
            | "netpol"
            | "cj"
            | "sa"
            | "rs"
    );
}

/// `5 minutes` becomes one token with the value `5m`; `hour` alone has the value `1h`.
fn join_times<'a>(tokens: &mut Vec<Token<'a>>, request: &'a str, lexicon: &Lexicon) {
    let unit = |token: &Token<'_>| token.word.and_then(|word| lexicon.unit(word));
    let mut at = 0;
    while at < tokens.len() {
        if let Some(letter) = unit(&tokens[at]) {
            tokens[at].class |= shape::UNIT;
            tokens[at].value = Some(shape::go_duration(&format!("1{letter}")));
        } else if tokens[at].is(shape::DURATION) && tokens[at].value.is_none() {
            tokens[at].value = Some(shape::go_duration(tokens[at].text));
        }
        if &*tokens[at].low == "half"
            && let Some(half) = tokens.get(at + 1).and_then(unit).and_then(half_of)
        {
            // `the last half hour`
            let end = tokens[at + 1].end;
            let token = &mut tokens[at];
            (token.text, token.end) = (&request[token.start..end], end);
            (token.value, token.word) = (Some(half.to_owned()), None);
            token.class = shape::ANY | shape::DURATION;
            tokens.remove(at + 1);
        }
        if &*tokens[at].low == "half"
            && let [article, span] = [at + 1, at + 2].map(|next| tokens.get(next))
            && article.is_some_and(|article| matches!(&*article.low, "a" | "an"))
            && let Some(half) = span.and_then(unit).and_then(half_of)
        {
            let end = tokens[at + 2].end;
            let token = &mut tokens[at];
            (token.text, token.end) = (&request[token.start..end], end);
            (token.value, token.word) = (Some(half.to_owned()), None);
            token.class = shape::ANY | shape::DURATION;
            tokens.drain(at + 1..at + 3);
        }
        if tokens[at].is(shape::NUMBER) && tokens.get(at + 1).is_some_and(|next| next.text == "%") {
            // `65 %`
            let end = tokens[at + 1].end;
            let token = &mut tokens[at];
            token.value = Some(format!("{}%", token.text));
            (token.text, token.end) = (&request[token.start..end], end);
            token.class = shape::ANY | shape::PERCENT;
            tokens.remove(at + 1);
        }
        let counts_kinds = tokens.get(at + 1).is_some_and(|next| &*next.low == "second")
            && tokens.get(at + 2).is_some_and(|next| next.is(shape::KIND) || &*next.low == "one");
        let number = number_before_unit(&tokens[at]).filter(|_| !counts_kinds);
        if let (Some(number), Some(letter)) = (number, tokens.get(at + 1).and_then(unit)) {
            let end = tokens[at + 1].end;
            let token = &mut tokens[at];
            token.text = &request[token.start..end];
            token.end = end;
            token.value = Some(shape::go_duration(&format!("{number}{letter}")));
            token.class = shape::ANY | shape::DURATION;
            token.word = None;
            tokens.remove(at + 1);
        }
        at += 1;
    }
}

/// Half of a unit of time.
fn half_of(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "m" => "30s",
        "h" => "30m",
        "d" => "12h",
        _ => return None,
    })
}

/// `deployment orders container api`: orders is the deployment's name, not the container's.
fn names_before(reading: &Reading<'_>, at: usize, found: &Match<'_, Meaning>) -> bool {
    let tokens = &reading.tokens;
    found.captures.first() == Some(&("container", at))
        && at > 0
        && tokens[at - 1].is(shape::KIND)
        && tokens.get(found.end).is_some_and(|next| next.is(shape::ANY_NAME) && next.kind.is_none())
}

/// `rollback deploy catalog`: the kind belongs to the name behind it, not to the act.
fn ends_in_kind(tokens: &[Token<'_>], at: usize, found: &Match<'_, Meaning>, lexicon: &Lexicon) -> bool {
    let soft = |token: &Token<'_>| token.word.is_none_or(|word| lexicon.is_soft(word));
    let last = found.end - 1;
    matches!(found.rule.meaning, Meaning::Act { .. })
        && last > at
        && !found.captures.iter().any(|(_, token)| *token == last)
        && tokens[last].kind.is_some_and(|kind| WORKLOADS.contains(&kind))
        && tokens
            .get(found.end)
            .is_some_and(|next| next.is(shape::ANY_NAME) && soft(next) && next.kind.is_none() && !next.quoted)
}

fn number_before_unit(token: &Token<'_>) -> Option<String> {
    if token.is(shape::COUNT) {
        return Some(token.value().to_owned());
    }
    matches!(&*token.low, "a" | "an").then(|| "1".to_owned())
}

/// A word of the grammar is no name by itself, unless an object is called so.
fn know_names(tokens: &mut [Token<'_>], context: &Context, lexicon: &Lexicon) {
    for at in 0..tokens.len() {
        let variable = tokens[at].is(shape::VARIABLE)
            && tokens[at.saturating_sub(2)..at].iter().any(|token| {
                matches!(&*token.low, "env" | "variable" | "var" | "vars" | "variables" | "environment")
            });
        if variable {
            tokens[at].word = None;
            tokens[at].low = tokens[at].text.into();
        }
        if after_naming(tokens, at, lexicon) {
            tokens[at].class |= shape::NAME | shape::ANY_NAME;
            tokens[at].word = None;
            continue;
        }
        let reserved = tokens[at].word.is_some_and(|word| lexicon.is_reserved(word));
        let number = tokens[at].is(shape::NUMBER);
        if !tokens[at].quoted && (reserved || number) && !context.knows_name(tokens[at].text) {
            let soft = tokens[at].word.is_some_and(|word| lexicon.is_soft(word));
            tokens[at].class &= if soft { !shape::NAME } else { !(shape::NAME | shape::IMAGE) };
        }
        let role = tokens[at].word.map_or(Role::None, |word| lexicon.role(word));
        let counts = tokens[at].word.is_some_and(|word| lexicon.ordinal(word).is_some());
        if (role != Role::None || counts) && !tokens[at].quoted {
            tokens[at].class &= !(shape::ANY_NAME | shape::KEY | shape::PLACE);
        }
    }
}

/// Whether the token before says that a name comes.
fn after_naming(tokens: &[Token<'_>], at: usize, lexicon: &Lexicon) -> bool {
    let greets = matches!(&*tokens[at].low, "hello" | "hi" | "hey");
    at > 0
        && (matches!(&*tokens[at - 1].low, "named" | "called") || greets && tokens[at - 1].is(shape::KIND))
        && !tokens[at].quoted
        && tokens[at].is(shape::ANY_NAME)
        && tokens[at].kind.is_none()
        && tokens[at].word.is_some_and(|word| matches!(lexicon.role(word), Role::None | Role::Small))
}

/// Corrects the words that are neither known nor can be meant as names.
fn spell(tokens: &mut [Token<'_>], context: &Context, lexicon: &Lexicon) {
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let unknown = token.word.is_none()
            && token.kind.is_none()
            && !token.quoted
            && token.value.is_none()
            && !context.knows_name(token.text);
        if !unknown || named_here(tokens, at) && !lexicon.is_slip(&token.low) {
            continue;
        }
        let Some(right) = lexicon.correct(&token.low) else { continue };
        let before_kind = tokens.get(at + 1).is_some_and(|next| next.is(shape::KIND));
        if lexicon.is_common_namespace(right) && lexicon.kind(right).is_none() {
            if is_place(tokens, at) {
                let token = &mut tokens[at];
                (token.text, token.low, token.corrected) = (right, right.into(), true);
                token.word = lexicon.word(right);
            }
            continue;
        }
        let token = &mut tokens[at];
        if let Some(kind) = lexicon.kind(right) {
            set_kind(token, kind);
            token.plural = right.ends_with('s');
        } else if before_kind
            && at > 0
            && !lexicon.starts_kind(right)
            && lexicon.word(right).is_none_or(|word| lexicon.role(word) != Role::Small)
        {
            continue;
        }
        token.word = lexicon.word(right);
        token.low = right.to_owned().into();
        token.corrected = true;
        token.class &= !(shape::NAME | shape::IMAGE);
    }
}

/// Whether a namespace is expected here.
fn is_place(tokens: &[Token<'_>], at: usize) -> bool {
    let near = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at)).is_some_and(|near| {
            near.kind == Some("namespaces") || matches!(&*near.low, "in" | "-n" | "inside" | "within")
        })
    };
    near(at.checked_sub(1)) || near(Some(at + 1))
}

/// Whether a name is expected here: right after a kind or after `named`.
fn named_here(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return false };
    if before.kind == Some("namespaces") {
        // The namespaces that teams have everywhere are known by their spelling.
        return !LEXICON
            .speller
            .correct(&tokens[at].low)
            .is_some_and(|right| LEXICON.is_common_namespace(right));
    }
    before.is(shape::KIND | shape::FLAG)
        || matches!(&*before.low, "named" | "called" | "namespace" | "container" | "image" | "name" | "like")
}

/// Acts beside which a phrase can be a condition on the objects that are listed.
const CHOOSING: &[&str] = &["get", "set-resources", "rollout-restart", "top", "taint", "patch"];

fn is_condition(rule: &Rule<Meaning>) -> bool {
    rule.sets.first().is_some_and(|(slot, _)| slot == "where")
}

/// Lays the grammar over the tokens, the longest phrase first at every place; slots that belong to acts only beside
/// one of these.
fn lay(
    reading: &mut Reading<'_>,
    lexicon: &'static Lexicon,
    present: &Present,
    acts: &[&str],
    choosing: bool,
) {
    let beside_these = lexicon.beside(acts);
    let allowed = |rule: &Rule<Meaning>| match rule.meaning {
        Meaning::Slot { beside } => {
            let fits = beside == 0 || beside & beside_these != 0;
            fits && (choosing || !is_condition(rule))
        }
        _ => true,
    };
    let mut at = 0;
    while at < reading.tokens.len() {
        if reading.tokens[at].is(shape::KIND_NAME)
            || reading.tokens[at].quoted
                && at > 0
                && reading.tokens[at - 1].is(shape::KIND)
                && reading.tokens[at].is(shape::NAME)
        {
            at += 1;
            continue;
        }
        let Some(mut found) = lexicon.grammar.longest_of(&reading.tokens, at, present, allowed) else {
            at += 1;
            continue;
        };
        if ends_in_kind(&reading.tokens, at, &found, lexicon)
            && let Some(shorter) =
                lexicon.grammar.longest_of(&reading.tokens[..found.end - 1], at, present, allowed)
        {
            found = shorter;
        }
        let act = matches!(found.rule.meaning, Meaning::Act { .. }) && !reading.acts.is_empty();
        let named = (found.end == at + 1 || act)
            && at > 0
            && reading.tokens[at - 1].is(shape::KIND)
            && !reading.tokens[at - 1].plural
            && reading.tokens[at].word.is_some_and(|word| lexicon.is_soft(word));
        if named || names_before(reading, at, &found) {
            at += 1;
            continue;
        }
        let mut end = found.end;
        if is_condition(found.rule)
            && reading.tokens.get(end).is_some_and(|next| matches!(&*next.low, "ones" | "one"))
        {
            end += 1;
        }
        let mark = match &found.rule.meaning {
            Meaning::Act { name, weak } => {
                let word = reading.tokens[at].word.map_or("", |word| lexicon.text(word));
                reading.acts.push(ActHit { name, word, weak: *weak, start: at, end: found.end });
                Mark::Act
            }
            Meaning::Slot { .. } => Mark::Slot,
            Meaning::Filler => Mark::Filler,
        };
        let condition = is_condition(found.rule);
        for (slot, token) in found.captures.iter().filter(|_| !condition) {
            let said = &reading.tokens[*token];
            // `namespace hr` is no hour.
            let unit = said.is(shape::UNIT) && matches!(*slot, "namespace" | "container" | "node");
            let value = if unit { said.text } else { said.value() }.to_owned();
            reading.slots.push(SlotHit {
                name: slot,
                value,
                at: *token,
                phrase: (at, found.end),
                claimed: false,
            });
        }
        for (slot, value) in &found.rule.sets {
            let mut value = value.clone();
            if slot == "where" {
                for (part, token) in &found.captures {
                    let said = reading.tokens[*token].value().replace(['\'', '\\'], "");
                    value = value.replace(&format!("{{{part}}}"), &said);
                }
            }
            reading.slots.push(SlotHit { name: slot, value, at, phrase: (at, found.end), claimed: false });
        }
        reading.marks[at..end].fill(mark);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tests that teaching makes: every line of the grammar reads a text made from itself. A line that doesn't has
    /// a class that is none, a word that is cut in two, or one that is always something else.
    #[test]
    fn every_phrase_that_was_taught_is_read() {
        let context = Context::default();
        let mut dead = Vec::new();
        let samples = LEXICON.grammar.samples(|word| LEXICON.text(word));
        for (text, rule) in &samples {
            let mut tokens = tokenise(text, &LEXICON);
            remote::join(&mut tokens, text, &LEXICON);
            join_kinds(&mut tokens, text, &context, &LEXICON);
            join_times(&mut tokens, text, &LEXICON);
            let present = LEXICON.grammar.present(&tokens);
            let same = |other: &Rule<Meaning>| other.meaning == rule.meaning && other.sets == rule.sets;
            let found = LEXICON.grammar.longest_of(&tokens, 0, &present, same);
            if found.is_none_or(|found| found.end < tokens.len()) {
                dead.push(text.as_str());
            }
        }
        assert!(samples.len() > 2000, "only {} phrases", samples.len());
        assert!(dead.len() * 100 < samples.len(), "{} of {}: {dead:#?}", dead.len(), samples.len());
    }
}
