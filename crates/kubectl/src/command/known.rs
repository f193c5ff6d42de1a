//! The grammar of every verb, and finding the one that a line is about.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::any::{AnyVerb, grammars};
use super::verb::Spec;
use crate::flags::{self, Parsed, Tables};
use crate::globals::GLOBAL;
use crate::plan::{Plan, Planned, Show};
use crate::refusal::Refusal;
use crate::verbs;

/// One way to read a verb: how it is spelled, and the function that makes the command of it.
pub(super) struct Grammar {
    pub(super) spec: Spec,
    pub(super) read: fn(&'static str, &Parsed) -> Result<AnyVerb, Refusal>,
}
/// Every grammar by its name, and the first words of those that have more than one.
struct Known {
    grammars: Vec<Grammar>,
    by_name: HashMap<&'static str, usize>,
    prefixes: HashSet<&'static str>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let grammars = grammars();
        let by_name = grammars.iter().enumerate().map(|(at, grammar)| (grammar.spec.name, at)).collect();
        let prefix = |name: &'static str| name.match_indices(' ').map(move |(at, _)| &name[..at]);
        let prefixes = grammars.iter().flat_map(|grammar| prefix(grammar.spec.name)).collect();
        Known { grammars, by_name, prefixes }
    })
}

impl Known {
    fn get(&self, name: &str) -> Option<&Grammar> {
        self.by_name.get(name).map(|at| &self.grammars[*at])
    }
}

/// Finds the verb, of up to three words, and takes it out of the words.
pub(super) fn find_grammar(mut words: Vec<String>) -> Result<(&'static Grammar, Vec<String>), Refusal> {
    let known = known();
    let globals: Tables<'_> = &[GLOBAL];
    let help = words.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h");
    let overview = known.get("help").filter(|_| help);
    let Some(at) = flags::verb_position(globals, &words, 0) else {
        if let Some(overview) = overview {
            return Ok((overview, words));
        }
        // A refused flag is the better answer than a missing verb.
        flags::parse(globals, "", words)?;
        return Err(Refusal::new(
            "missing-verb",
            "The command has no verb; write for example `kubectl get pods`.",
        ));
    };
    let mut name = words.remove(at);
    check_identity(globals, &words)?;
    // `create` is a verb, and so is `create job`: the longest one counts.
    while known.prefixes.contains(name.as_str()) {
        let bare = known.get(&name);
        let tables: Vec<&'static [flags::Flag]> =
            bare.iter().flat_map(|grammar| grammar.spec.flags.iter().copied()).chain([GLOBAL]).collect();
        let Some(at) = flags::verb_position(&tables, &words, 0) else { break };
        let longer = verbs::canonical(&name, &words[at]);
        if known.get(&longer).is_none() && !known.prefixes.contains(longer.as_str()) {
            if bare.is_some() && !verbs::wants_second(&name) {
                break;
            }
            return Err(verbs::unknown(&longer, known.grammars.iter().map(|grammar| grammar.spec.name)));
        }
        words.remove(at);
        name = longer;
    }
    if let Some(grammar) = known.get(&name) {
        return Ok((grammar, words));
    }
    match overview.filter(|_| known.prefixes.contains(name.as_str())) {
        Some(overview) => Ok((overview, words)),
        None => Err(verbs::unknown(&name, known.grammars.iter().map(|grammar| grammar.spec.name))),
    }
}

/// An override in front of an unknown verb is still an override: say so first.
fn check_identity(globals: Tables<'_>, words: &[String]) -> Result<(), Refusal> {
    match words.first() {
        Some(word) if word.starts_with("--") && word.contains('=') => {
            match flags::parse(globals, "", vec![word.clone()]) {
                Err(refusal) if refusal.id.ends_with("-override") => Err(refusal),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}
/// The name and the flags of every verb.
pub(crate) fn specs() -> impl Iterator<Item = (&'static str, Tables<'static>)> {
    known().grammars.iter().map(|grammar| (grammar.spec.name, grammar.spec.flags))
}

/// Every verb, one a line.
pub(crate) fn overview() -> String {
    known().grammars.iter().map(|grammar| format!("kubectl {}\n", grammar.spec.name)).collect()
}

/// The flags that every verb takes, one a line.
pub(crate) fn global_flags() -> String {
    lines_of(GLOBAL.iter())
}

fn lines_of<'a>(flags: impl Iterator<Item = &'a flags::Flag>) -> String {
    let line = |flag: &flags::Flag| {
        let short = flag.short.map(|short| format!("-{short}, ")).unwrap_or_default();
        format!("  {short}--{}\n", flag.long)
    };
    flags.filter(|flag| flag.refused.is_none()).map(line).collect()
}

pub(super) fn help(verb: &str) -> Planned {
    let mut text = if verb == "help" { overview() } else { format!("kubectl {verb}\n") };
    if let Some(grammar) = known().get(verb) {
        text.push_str(&lines_of(grammar.spec.flags.iter().flat_map(|table| table.iter())));
    }
    Planned::Ready(Plan::reads(Vec::new(), Show::Text { text }))
}
