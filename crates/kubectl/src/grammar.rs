//! The language described by itself: every verb with its flags, for documentation.

use crate::command;
use crate::flags;
use crate::globals::GLOBAL;
use crate::verbs::BY_DESIGN;

/// A verb and the flags that are its own.
#[derive(Debug, Clone)]
pub struct Verb {
    /// `scale`, `rollout status`.
    pub name: &'static str,
    /// Its flags, without those that every verb has.
    pub flags: Vec<Flag>,
}

/// A flag.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// Its name without dashes.
    pub long: &'static str,
    /// Its short form.
    pub short: Option<char>,
    /// What it takes; nothing for a switch.
    pub takes: &'static str,
    /// The only values that it takes; any where this is empty.
    pub only: &'static [&'static str],
    /// Why it is refused.
    pub refused: Option<&'static str>,
}

/// Every verb, in the order of the language's own list.
pub fn verbs() -> Vec<Verb> {
    let verb = |(name, tables): (&'static str, flags::Tables<'static>)| Verb {
        name,
        flags: tables.iter().flat_map(|table| table.iter()).map(flag).collect(),
    };
    command::specs().map(verb).collect()
}

/// The flags that every verb has, the refused ones among them.
pub fn global_flags() -> Vec<Flag> {
    GLOBAL.iter().map(flag).collect()
}

/// Verbs that are refused on purpose, with what to use instead.
pub fn refused_verbs() -> &'static [(&'static str, &'static str)] {
    BY_DESIGN
}

fn flag(flag: &flags::Flag) -> Flag {
    let takes = match flag.takes {
        flags::Takes::Switch => "",
        flags::Takes::Text => "text",
        flags::Takes::Free => "text in any script",
        flags::Takes::Int => "whole number",
        flags::Takes::Duration => "span of time",
        flags::Takes::Timeout => "seconds, or a span of time",
        flags::Takes::List => "list, adds up",
        flags::Takes::Array => "value, may be repeated",
        flags::Takes::Optional(_) => "value behind `=`, or none",
    };
    Flag {
        long: flag.long,
        short: flag.short,
        takes,
        only: flag.only,
        refused: flag.refused.map(|(_, why)| why),
    }
}
