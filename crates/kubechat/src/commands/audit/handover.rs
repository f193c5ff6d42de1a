//! `audit export` and `audit reconcile`: the log in other people's hands, and beside the API server's own.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use kubechat_audit::index::search;
use kubechat_audit::reconcile::{Comparison, ServerCall, compare};
use kubechat_audit::{Error, Filter, LogReader, export};
use kubechat_chat::DataDir;
use serde_json::json;

use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::print;

/// The whole log where nothing is chosen, else the chosen records with a proof each.
pub(super) fn export(
    global: &Global,
    data: &DataDir,
    log: &LogReader,
    to: &Path,
    filter: &Filter,
) -> Result<(), Error> {
    let whole = *filter == Filter::default();
    let count = if whole {
        export::whole(log, to)?
    } else {
        let mut entries = search(log, &data.index(), filter, usize::MAX)?;
        entries.reverse();
        export::chosen(log, to, &entries, json!(filter))?
    };
    match global.output {
        Output::Json => {
            println!("{}", json!({ "folder": to, "records": count, "whole": whole, "size": log.len() }))
        }
        Output::Text if whole => {
            println!("All {count} records are in {}. To check them without KubeChat:", to.display());
            println!("verifier/verify.py log {} --public-key {}", to.display(), log.verifier());
        }
        Output::Text => {
            println!(
                "{count} of {} records are in {}, each with its proof. To check one:",
                log.len(),
                to.display()
            );
            println!(
                "verifier/verify.py record RECORD.json RECORD.tlog-proof --public-key {}",
                log.verifier()
            );
        }
    }
    Ok(())
}

/// Compares the log with an API server's own; exit 1 where they disagree.
pub(super) fn reconcile(global: &Global, log: &LogReader, file: &Path, account: Option<&str>) -> Exit {
    let server = match File::open(file) {
        Ok(server) => BufReader::new(server),
        Err(error) => return print::usage(&format!("{} can't be read: {error}.", file.display())),
    };
    let found = match compare(log.iter(0..log.len()), server, account) {
        Ok(found) => found,
        Err(error) => return print::failed(global, "audit", &error.to_string()),
    };
    match global.output {
        Output::Json => {
            let mut object = json!(found);
            object["ok"] = json!(found.agrees());
            println!("{object}");
        }
        Output::Text => tell(&found),
    }
    if found.agrees() { exit::DONE } else { exit::FAILED }
}

fn tell(found: &Comparison) {
    let call = |call: &ServerCall| {
        let time = call.time.map(|time| time.to_string()).unwrap_or_default();
        let code = call.code.map(|code| code.to_string()).unwrap_or_default();
        format!("{time} {} {} {} {code} (Audit-ID {})", call.user, call.verb, call.uri, call.audit_id)
    };
    for one in &found.unrecorded {
        println!("Not in our log: {}", call(one));
    }
    for one in &found.unseen {
        println!(
            "Not in the server's log: record {}, {} {} (Audit-ID {})",
            one.index, one.verb, one.object, one.audit_id
        );
    }
    for one in &found.differing {
        println!(
            "Told differently: record {} says {}, the server {}",
            one.ours.index,
            one.ours.code,
            call(&one.theirs)
        );
    }
    for one in &found.decided {
        println!("Its outcome is missing in our log, the server has it: {}", call(one));
    }
    println!(
        "{} calls agree; {} are outside the server's log; {} lines of it are no audit events.",
        found.agreed, found.outside, found.unreadable
    );
}
