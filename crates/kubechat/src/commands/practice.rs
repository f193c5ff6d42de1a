//! `practice`: the practice cluster alone.

use std::path::PathBuf;

use kubechat_practice::{Ground, Launcher, Options, Practice, ground};
use serde_json::json;

use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::print;

/// Finds the ground, or builds it and says what it does meanwhile.
pub async fn ground() -> Result<Ground, kubechat_practice::Error> {
    if let Some(found) = Ground::locate() {
        return Ok(found);
    }
    eprintln!(
        "Building the practice cluster's programs from their published modules: once, about five minutes."
    );
    ground::build(|line| eprintln!("{line}")).await
}

/// Boots a practice cluster.
pub async fn boot(dir: Option<PathBuf>, seed: bool) -> Result<Practice, kubechat_practice::Error> {
    let ground = Some(ground().await?);
    let launcher = match std::env::current_exe() {
        Ok(own) => Launcher::Own(own, vec!["launch".into(), "--".into()]),
        Err(_) => Launcher::Auto,
    };
    Practice::start(Options { dir, ground, seed, launcher, ..Options::default() }).await
}

/// Until somebody wants this process to end.
pub async fn until_stopped() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

/// Runs the practice cluster until it is stopped.
pub async fn practice(global: &Global, dir: Option<PathBuf>, bare: bool) -> Exit {
    let cluster = match boot(dir, !bare).await {
        Ok(cluster) => cluster,
        Err(error) => return print::failed(global, "practice", &error.to_string()),
    };
    let kubeconfig = cluster.kubeconfig_path();
    match global.output {
        Output::Json => println!("{}", json!({"kubeconfig": kubeconfig, "server": cluster.server_url()})),
        Output::Text => {
            println!("The practice cluster runs: a real Kubernetes control plane with simulated nodes.");
            println!(
                "Contexts: practice-admin, practice-operator (may change what is in namespace shop), practice-viewer."
            );
            println!("KUBECONFIG={}", kubeconfig.display());
            println!("Ctrl-C stops it.");
        }
    }
    until_stopped().await;
    cluster.stop().await;
    exit::DONE
}
