//! Lists of words by their name, from `data/telling.txt`: what is told besides an order, and what is one.

use std::sync::LazyLock;

use crate::lexicon::{Table, lines};

static LISTS: LazyLock<Table<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut lists: Table<&'static str, Vec<&'static str>> = Table::default();
    for (name, rest) in lines(include_str!("../data/telling.txt")).filter_map(|line| line.split_once(": ")) {
        let list = lists.entry(name).or_default();
        if rest.contains(',') {
            list.extend(rest.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()));
        } else {
            list.extend(rest.split_whitespace());
        }
    }
    lists
});

/// The words of a list, in their order.
pub(crate) fn list(name: &str) -> &'static [&'static str] {
    debug_assert!(LISTS.contains_key(name), "no list {name} in data/telling.txt");
    LISTS.get(name).map_or(&[], Vec::as_slice)
}
