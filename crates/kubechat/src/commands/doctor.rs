//! `doctor`: checks the set-up and says what to mend.

use kubechat_practice::Ground;
use kubechat_store::Store;
use serde_json::json;

use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::open::{Home, terminal_source};

struct Finding {
    what: &'static str,
    ok: bool,
    says: String,
}

/// Checks the data folder, the log, the database, the cluster and the practice cluster's programs.
pub async fn doctor(global: &Global) -> Exit {
    let mut findings = Vec::new();
    match Home::open(global) {
        Err(error) => findings.push(bad("data folder", error.to_string())),
        Ok(home) => {
            findings.push(good("data folder", home.data.root().display().to_string()));
            findings.push(log(&home));
            findings.push(match Store::open(home.data.root()).await {
                Ok(_) => good("database", "opens and is up to date"),
                Err(error) => bad("database", error.to_string()),
            });
            cluster(global, &home, &mut findings).await;
        }
    }
    findings.push(match Ground::locate() {
        Some(ground) => good("practice cluster", format!("its programs are in {}", ground.bin().display())),
        None => good(
            "practice cluster",
            "its programs are not built yet; `kubechat practice` builds them (needs Go)",
        ),
    });
    let sound = findings.iter().all(|finding| finding.ok);
    for finding in &findings {
        match global.output {
            Output::Json => {
                println!("{}", json!({"check": finding.what, "ok": finding.ok, "message": finding.says}))
            }
            Output::Text => {
                println!("{} {:<17} {}", if finding.ok { "ok  " } else { "MEND" }, finding.what, finding.says)
            }
        }
    }
    if sound { exit::DONE } else { exit::FAILED }
}

fn good(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { what, ok: true, says: says.into() }
}

fn bad(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { what, ok: false, says: says.into() }
}

fn log(home: &Home) -> Finding {
    let log = home.data.log();
    match log.never_begun() {
        Ok(true) => return good("audit log", "empty; the first request begins it"),
        Err(error) => return bad("audit log", error.to_string()),
        Ok(false) => {}
    }
    match log.verifier().and_then(|key| log.verify(&key, &[], &|_, _| {})) {
        Ok(verified) => good("audit log", format!("{} records, all as signed for", verified.size)),
        Err(error) => bad("audit log", error.to_string()),
    }
}

async fn cluster(global: &Global, home: &Home, findings: &mut Vec<Finding>) {
    match home.connect(&terminal_source(global)).await {
        Err(error) => findings.push(bad("cluster", error.to_string())),
        Ok(connected) => {
            let cluster = &connected.cluster;
            findings.push(match cluster.health().await {
                Ok(health) => good(
                    "cluster",
                    format!(
                        "{} at {}, Kubernetes {}",
                        cluster.context(),
                        cluster.server(),
                        health.version.as_deref().unwrap_or("of unknown version")
                    ),
                ),
                Err(error) => bad("cluster", error.to_string()),
            });
            let session = cluster.session(kubechat_cluster::Actor::Own);
            findings.push(match session.whoami().await {
                Ok(who) => good("identity", format!("{} ({})", who.username, who.groups.join(", "))),
                Err(error) => bad("identity", error.to_string()),
            });
        }
    }
}
