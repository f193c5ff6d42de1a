//! KubeChat: operate Kubernetes by saying what you want.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod config;
mod exit;
mod leash;
mod open;
mod print;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("kubechat: another TLS provider is already installed");
        return exit::FAILED.into();
    }
    let cli = cli::parse();
    cli::log_to_stderr();
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let code = runtime.block_on(commands::run(cli));
            terminal::restore();
            // A blocking read of a terminal must not hold the process up.
            runtime.shutdown_background();
            code.into()
        }
        Err(error) => {
            eprintln!("kubechat: no threads to run on: {error}");
            exit::FAILED.into()
        }
    }
}
