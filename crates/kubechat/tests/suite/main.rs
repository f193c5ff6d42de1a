//! The real binary on a real control plane: what the product promises, from the command line down to the API server's
//! own audit log. One practice cluster is booted per run, and every test has a namespace and a data folder of its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod case;
mod events;
mod handover;
mod http;
mod model;
mod webhook;
mod world;

#[path = "../../../translate/tests/support/beside.rs"]
mod beside;
#[path = "../../../audit/tests/audit/server.rs"]
#[allow(dead_code)]
mod postgres;
#[path = "../../../translate/tests/support/score.rs"]
#[allow(dead_code)]
mod score;
#[path = "../../../audit/tests/audit/sim.rs"]
#[allow(dead_code)]
mod sim;

mod adversary;
mod approval;
mod commands;
mod crash;
mod differential;
mod drafts;
mod drain;
mod evidence;
mod faults;
mod identity;
mod language;
mod manifests;
mod models;
mod models_settings;
mod no_evidence;
mod plans;
mod preview;
mod processes;
mod reads;
mod rest;
mod setup;
mod streams;
mod undo;
mod wait;
mod witness;
