//! The pattern language of the grammar files, and its matcher.
//!
//! A pattern is a row of elements over tokens:
//!
//! | element | matches |
//! | --- | --- |
//! | `word` | that word |
//! | `one\|other` | any of these words |
//! | `$the` | the words that `!the = …` lists |
//! | `<count>` | a token of that class (see `shape`) |
//! | `<replicas:count>` | the same, its value goes to the slot |
//! | `<labels:pair+>` | one or more of them, joined by commas or `and` |
//! | `element?` | may be missing |
//! | `one\|other*` | any number of these words, also none |
//!
//! Articles and other words without weight (`shape::LIGHT`) may stand between the elements of any pattern.
//!
//! After `=>` come slots that the pattern sets by itself: `=> output=yaml follow`; or a condition on the objects, in which
//! `{slot}` stands for what was captured: `=> where self.spec.replicas == {n}`.

use std::collections::HashMap;

use crate::lexicon::WordId;
use crate::shape;
use crate::token::Token;

/// One element of a pattern.
#[derive(Debug, Clone)]
struct Element {
    what: What,
    optional: bool,
    repeated: bool,
}

#[derive(Debug, Clone)]
enum What {
    Words(Vec<WordId>),
    Class { class: u64, slot: Option<String>, many: bool },
}

/// A compiled pattern with what it sets.
#[derive(Debug, Clone)]
pub(crate) struct Rule<T> {
    elements: Vec<Element>,
    /// Slots it sets by itself.
    pub sets: Vec<(String, String)>,
    /// What the rule stands for.
    pub meaning: T,
}

/// Rules, indexed by how they start.
#[derive(Debug)]
pub(crate) struct Rules<T> {
    rules: Vec<Rule<T>>,
    by_word: HashMap<WordId, Vec<u32>>,
    by_class: Vec<(u64, u32)>,
}

/// A rule that matched.
pub(crate) struct Match<'r, T> {
    /// The rule.
    pub rule: &'r Rule<T>,
    /// One past the last token.
    pub end: usize,
    /// Slot and index of the token captured for it.
    pub captures: Vec<(&'r str, usize)>,
}

impl<T: Clone> Rules<T> {
    /// No rules yet.
    pub fn new() -> Self {
        Self { rules: Vec::new(), by_word: HashMap::new(), by_class: Vec::new() }
    }

    /// Compiles one line; `words` gives every literal its number.
    pub fn add(&mut self, line: &str, meaning: &T, words: &mut impl FnMut(&str) -> WordId) {
        let (pattern, sets) = line.split_once("=>").unwrap_or((line, ""));
        let sets: Vec<_> = match sets.trim().strip_prefix("where ") {
            Some(condition) => vec![("where".to_owned(), condition.to_owned())],
            None => sets
                .split_whitespace()
                .map(|set| set.split_once('=').unwrap_or((set, "true")))
                .map(|(slot, value)| (slot.to_owned(), value.to_owned()))
                .collect(),
        };
        let elements: Vec<_> =
            pattern.split_whitespace().filter_map(|element| compile(element, words)).collect();
        for first in 0..elements.len() {
            self.insert(Rule {
                elements: elements[first..].to_vec(),
                sets: sets.clone(),
                meaning: meaning.clone(),
            });
            if !elements[first].optional {
                break;
            }
        }
    }

    fn insert(&mut self, rule: Rule<T>) {
        let Some(first) = rule.elements.first() else { return };
        let number = self.rules.len() as u32;
        match &first.what {
            What::Words(words) => {
                for &word in words {
                    self.by_word.entry(word).or_default().push(number);
                }
            }
            What::Class { class, .. } => self.by_class.push((*class, number)),
        }
        self.rules.push(rule);
    }

    /// The longest rule that matches at this token; of equally long ones the first.
    pub fn longest<'r>(&'r self, tokens: &[Token<'_>], at: usize) -> Option<Match<'r, T>> {
        self.longest_of(tokens, at, |_| true)
    }

    /// The longest rule among those that are allowed.
    pub fn longest_of<'r>(
        &'r self,
        tokens: &[Token<'_>],
        at: usize,
        allowed: impl Fn(&Rule<T>) -> bool,
    ) -> Option<Match<'r, T>> {
        let token = tokens.get(at)?;
        let mut best: Option<Match<'r, T>> = None;
        let mut captures = Vec::new();
        let by_word = token.word.and_then(|word| self.by_word.get(&word)).into_iter().flatten();
        let by_class = self.by_class.iter().filter(|(class, _)| token.is(*class)).map(|(_, number)| number);
        for number in by_word.chain(by_class) {
            let rule = &self.rules[*number as usize];
            if !allowed(rule) {
                continue;
            }
            captures.clear();
            if let Some(end) = follow(&rule.elements, tokens, at, at, &mut captures)
                && end > at
                && best.as_ref().is_none_or(|best| end > best.end)
            {
                best = Some(Match { rule, end, captures: captures.clone() });
            }
        }
        best
    }
}

fn compile(text: &str, words: &mut impl FnMut(&str) -> WordId) -> Option<Element> {
    let (text, optional, repeated) = match (text.strip_suffix('?'), text.strip_suffix('*')) {
        (Some(rest), _) => (rest, true, false),
        (_, Some(rest)) => (rest, true, true),
        _ => (text, false, false),
    };
    let what = if let Some(inner) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        let (inner, many) = match inner.strip_suffix('+') {
            Some(rest) => (rest, true),
            None => (inner, false),
        };
        let (slot, class) = match inner.split_once(':') {
            Some((slot, class)) => (Some(slot.to_owned()), class),
            None => (None, inner),
        };
        What::Class { class: shape::by_name(class)?, slot, many }
    } else {
        What::Words(text.split('|').map(words).collect())
    };
    Some(Element { what, optional, repeated })
}

/// How many tokens a phrase can span before its repeated elements stop.
const LONGEST: usize = 14;

/// Where the elements end when they match from this token on; the longest way.
fn follow<'r>(
    elements: &'r [Element],
    tokens: &[Token<'_>],
    start: usize,
    at: usize,
    captures: &mut Vec<(&'r str, usize)>,
) -> Option<usize> {
    let Some((element, rest)) = elements.split_first() else { return Some(at) };
    let mark = captures.len();
    if at > start
        && tokens.get(at).is_some_and(|token| token.is(shape::LIGHT))
        && !tokens[at - 1].is(shape::LIGHT)
        && let Some(end) = follow(elements, tokens, start, at + 1, captures)
    {
        // The article itself may be what the element wants; the longer way is the one behind it.
        return Some(end);
    }
    captures.truncate(mark);
    if let Some(after) = take(element, tokens, at, captures) {
        if element.repeated
            && after < start + LONGEST
            && let Some(end) = follow(elements, tokens, start, after, captures)
        {
            return Some(end);
        }
        captures.truncate(mark);
        take(element, tokens, at, captures);
        if let Some(end) = follow(rest, tokens, start, after, captures) {
            return Some(end);
        }
        captures.truncate(mark);
    }
    if element.optional { follow(rest, tokens, start, at, captures) } else { None }
}

fn take<'r>(
    element: &'r Element,
    tokens: &[Token<'_>],
    at: usize,
    captures: &mut Vec<(&'r str, usize)>,
) -> Option<usize> {
    let token = tokens.get(at)?;
    match &element.what {
        What::Words(words) => token.word.is_some_and(|word| words.contains(&word)).then_some(at + 1),
        What::Class { class, slot, many } => {
            if !token.is(*class) {
                return None;
            }
            let mut capture = |index| {
                if let Some(slot) = slot {
                    captures.push((slot.as_str(), index));
                }
            };
            capture(at);
            let mut end = at + 1;
            loop {
                if !*many {
                    break;
                }
                let mut next = end;
                while tokens.get(next).is_some_and(|token| is_joint(token)) {
                    next += 1;
                }
                if next > end + 2 || !tokens.get(next).is_some_and(|token| token.is(*class)) {
                    break;
                }
                capture(next);
                end = next + 1;
            }
            Some(end)
        }
    }
}

/// A comma, `and` or `or` between the members of a list.
pub(crate) fn is_joint(token: &Token<'_>) -> bool {
    !token.quoted && matches!(&*token.low, "," | "and" | "&" | "plus" | "or")
}
