//! `approve`, `deny`, `show`, `queries`: the rest of a query's life.

use kubechat_chat::State;
use uuid::Uuid;

use super::follow;
use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::leash::Leash;
use crate::open::{local_chain, terminal_chain};
use crate::print;

/// Runs exactly what was previewed.
pub async fn approve(global: &Global, query: Uuid, hash: &str, confirm: Option<&str>) -> Exit {
    let (chain, person) = match terminal_chain(global).await {
        Ok(opened) => opened,
        Err(error) => return print::open_failed(global, &error),
    };
    let events = chain.events().subscribe();
    let terminal = follow::terminal(global);
    match chain.approve_at(&person, query, hash, confirm, Some(terminal)).await {
        Ok(query) if query.state == State::Executing => {
            follow::follow(global, &chain, &person, query, events, &Leash::default()).await
        }
        Ok(query) => print::query(global, &query),
        Err(error) => print::chain_failed(global, &error),
    }
}

/// Somebody's no.
pub async fn deny(global: &Global, query: Uuid, reason: &str) -> Exit {
    let (chain, person) = match local_chain(global).await {
        Ok(opened) => opened,
        Err(error) => return print::open_failed(global, &error),
    };
    match chain.deny(&person, query, reason).await {
        Ok(query) => {
            print::query(global, &query);
            // The no was given: that is what was asked for.
            exit::DONE
        }
        Err(error) => print::chain_failed(global, &error),
    }
}

/// One query.
pub async fn show(global: &Global, query: Uuid) -> Exit {
    let (chain, person) = match local_chain(global).await {
        Ok(opened) => opened,
        Err(error) => return print::open_failed(global, &error),
    };
    match chain.show(&person, query).await {
        Ok(query) => {
            print::query(global, &query);
            exit::DONE
        }
        Err(error) => print::chain_failed(global, &error),
    }
}

/// The newest queries.
pub async fn queries(global: &Global, limit: u32) -> Exit {
    let (chain, person) = match local_chain(global).await {
        Ok(opened) => opened,
        Err(error) => return print::open_failed(global, &error),
    };
    match chain.queries(&person, limit).await {
        Ok(queries) if global.output == Output::Json => print::json(&queries),
        Ok(queries) => {
            print::queries(&queries);
            exit::DONE
        }
        Err(error) => print::chain_failed(global, &error),
    }
}
