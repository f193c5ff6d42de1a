//! Examples from our own corpus that are like a request.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// A request and what it means.
#[derive(Debug, Deserialize)]
pub(super) struct Example {
    pub request: String,
    #[serde(default)]
    pub command: Option<String>,
    #[serde(default, rename = "where")]
    pub filter: Option<String>,
}

struct Corpus {
    examples: Vec<Example>,
    words: Vec<HashSet<String>>,
    /// In how many examples a word stands.
    spread: HashMap<String, usize>,
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
    let rows =
        kubechat_translate::EXAMPLES.lines().filter_map(|line| serde_json::from_str::<Example>(line).ok());
    let examples: Vec<Example> =
        rows.filter(|row| row.command.is_some() && row.filter.as_deref() != Some("ANY")).collect();
    let words: Vec<HashSet<String>> = examples.iter().map(|example| words(&example.request)).collect();
    let mut spread = HashMap::new();
    for word in words.iter().flatten() {
        *spread.entry(word.clone()).or_insert(0) += 1;
    }
    Corpus { examples, words, spread }
});

pub(super) fn words(text: &str) -> HashSet<String> {
    let split = text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.');
    split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The examples that share most with a request; rare words count more, and length does not help.
pub(super) fn like(request: &str, count: usize) -> Vec<&'static Example> {
    let corpus = &*CORPUS;
    let asked = words(request);
    let weight = |word: &String| {
        let spread = corpus.spread.get(word).copied().unwrap_or(1);
        (corpus.examples.len() as f64 / spread as f64).ln()
    };
    let mut scored: Vec<(f64, usize)> = corpus
        .words
        .iter()
        .enumerate()
        .map(|(at, words)| {
            let shared: f64 = words.intersection(&asked).map(weight).sum();
            (shared / (words.len().max(3) as f64).sqrt(), at)
        })
        .filter(|(score, _)| *score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().take(count).map(|(_, at)| &corpus.examples[at]).collect()
}
