//! Spelling: the word of the lexicon that is one slip away from an unknown one.
//!
//! Every word is indexed under itself and under all texts with one character left out. Two words that differ by one
//! insertion, deletion, replacement or swap share such a text; longer words may be two slips away.

use std::collections::HashMap;

/// An index of correctly spelt words.
#[derive(Debug, Default)]
pub(crate) struct Speller {
    index: HashMap<String, Vec<&'static str>>,
    long: Vec<&'static str>,
}

/// Short words are too near each other to be guessed; these slips are common.
const SLIPS: &[(&str, &str)] = &[
    ("teh", "the"),
    ("hte", "the"),
    ("adn", "and"),
    ("nad", "and"),
    ("gte", "get"),
    ("pdo", "pod"),
    ("pdos", "pods"),
    ("lgo", "log"),
    ("wiht", "with"),
    ("fro", "for"),
];

const SHORTEST: usize = 4;
const LONG: usize = 8;

impl Speller {
    /// Indexes these words; short ones are left out, since too much is near them.
    pub fn new(words: impl Iterator<Item = &'static str>) -> Self {
        let mut speller = Self::default();
        for word in
            words.filter(|word| word.len() >= SHORTEST && word.bytes().all(|b| b.is_ascii_lowercase()))
        {
            speller.index.entry(word.to_owned()).or_default().push(word);
            for shorter in shortened(word) {
                speller.index.entry(shorter).or_default().push(word);
            }
            if word.len() >= LONG {
                speller.long.push(word);
            }
        }
        speller
    }

    /// The nearest word, if there is one near enough and it starts alike.
    pub fn correct(&self, unknown: &str) -> Option<&'static str> {
        if let Some((_, right)) = SLIPS.iter().find(|(slip, _)| *slip == unknown) {
            return Some(right);
        }
        if unknown.len() < SHORTEST || unknown.len() > 32 || !unknown.bytes().all(|b| b.is_ascii_lowercase())
        {
            return None;
        }
        let mut best: Option<(usize, &'static str)> = None;
        let mut consider = |word: &'static str, most: usize| {
            let distance = strsim::osa_distance(unknown, word);
            let alike = word.as_bytes()[0] == unknown.as_bytes()[0] || swapped(unknown, word);
            // A short word with one letter replaced is more often another word: shop is not show.
            let replaced = word.len() == unknown.len() && unknown.len() <= 5 && !permuted(unknown, word);
            if distance <= most
                && alike
                && !replaced
                && best.is_none_or(|(least, text)| (distance, word) < (least, text))
            {
                best = Some((distance, word));
            }
        };
        for text in std::iter::once(unknown.to_owned()).chain(shortened(unknown)) {
            for word in self.index.get(&text).into_iter().flatten() {
                consider(word, 1);
            }
        }
        if best.is_none() && unknown.len() >= LONG {
            let alike = |word: &&&'static str| {
                word.len().abs_diff(unknown.len()) <= 2 && word.as_bytes()[0] == unknown.as_bytes()[0]
            };
            let near = self.long.iter().filter(alike).find(|word| strsim::osa_distance(unknown, word) == 2);
            best = near.map(|word| (2, *word));
        }
        best.map(|(_, word)| word)
    }
}

fn swapped(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    one[0] == other[1] && one[1] == other[0]
}

fn permuted(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    sorted(one) == sorted(other)
}

fn shortened(word: &str) -> impl Iterator<Item = String> + '_ {
    (0..word.len()).map(|gap| {
        let mut text = String::with_capacity(word.len());
        text.push_str(&word[..gap]);
        text.push_str(&word[gap + 1..]);
        text
    })
}
