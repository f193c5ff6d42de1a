//! The commands, one file per group.

mod attach;
mod audit;
mod decide;
mod doctor;
mod edit;
mod follow;
mod language;
mod practice;
mod rbac;
mod request;
mod serve;

use crate::cli::{self, Cli, Command};
use crate::exit::{self, Exit};
use crate::print;

/// Runs the command and returns its exit code.
pub async fn run(cli: Cli) -> Exit {
    let global = cli.global;
    match cli.command {
        Command::Ask { request, session, provider, filter, approval } => {
            let words = kubechat_chat::Request { provider: provider.as_deref(), ..filter.of(&request) };
            request::ask(&global, words, session, &approval).await
        }
        Command::Run { line, session, filter, approval } => {
            request::run(&global, filter.of(&line), session, &approval).await
        }
        Command::Approve { query, hash, confirm } => {
            decide::approve(&global, query, &hash, confirm.as_deref()).await
        }
        Command::Deny { query, reason } => decide::deny(&global, query, &reason).await,
        Command::Show { query } => decide::show(&global, query).await,
        Command::Queries { limit } => decide::queries(&global, limit).await,
        Command::Undo { query, approval } => request::undo(&global, query, &approval).await,
        Command::Translate { request, stdin, provider, context_file } => {
            let request = request.as_deref().filter(|_| !stdin);
            language::translate(&global, request, context_file.as_deref(), &provider).await
        }
        Command::Classify { line, stdin } => {
            language::classify(&global, line.as_deref().filter(|_| !stdin)).await
        }
        Command::Audit(command) => audit::run(&global, command).await,
        Command::Serve(options) => serve::serve(&global, &options).await,
        Command::Practice { dir, bare } => practice::practice(&global, dir, bare).await,
        Command::Rbac => rbac::print(),
        Command::Doctor => doctor::doctor(&global).await,
        Command::Version => {
            print::version(&global);
            exit::DONE
        }
        Command::Completions { shell } => {
            cli::completions(shell);
            exit::DONE
        }
        Command::Launch { arguments } => {
            let error = kubechat_practice::run_launched(arguments);
            eprintln!("kubechat: {error}");
            exit::FAILED
        }
        Command::Openapi => print::json(&kubechat_gateway::openapi()),
    }
}
