//! The audit log from outside: what it promises, checked on real files.

// Helpers of tests are tests too: what can't happen should end them.
#![allow(clippy::unwrap_used)]

mod durability;
mod log;
mod merkle;
mod proof;
mod sink;
mod support;
mod tamper;
