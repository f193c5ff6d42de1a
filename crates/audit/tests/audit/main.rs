//! The audit log from outside: what it promises, checked on real files.

// Helpers of tests are tests too: what can't happen should end them.
#![allow(clippy::unwrap_used)]

mod database;
mod documents;
mod durability;
mod golden;
mod group;
mod independent;
mod index;
mod log;
mod merkle;
mod power;
mod proof;
mod rotation;
mod server;
mod sim;
mod sink;
mod support;
mod tamper;
mod witness;
