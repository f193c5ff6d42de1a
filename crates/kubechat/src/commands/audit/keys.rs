//! `audit rotate-key`.

use std::time::Duration;

use kubechat_audit::{DataLock, Error};
use serde_json::json;

use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::open::Home;
use crate::print;

/// How long another terminal may take for its append.
const PATIENCE: Duration = Duration::from_secs(5);

/// Signs with a new key from now on.
pub(super) fn rotate(global: &Global, home: &Home) -> Exit {
    match changed(home) {
        Ok((old, new)) => {
            match global.output {
                Output::Json => println!("{}", json!({ "key": new, "before": old })),
                Output::Text => {
                    println!("{new}");
                    eprintln!(
                        "The log is signed with this key from now on. Who knows the key before, {old}, can still"
                    );
                    eprintln!(
                        "verify all of it. Copy keys/ to where it is kept safe, and to every server of this log."
                    );
                }
            }
            exit::DONE
        }
        Err(Error::Held { path }) => {
            let message = format!("A server holds {}: stop it, then change the key.", path.display());
            print::failed(global, "audit", &message)
        }
        Err(error) => print::failed(global, "audit", &error.to_string()),
    }
}

fn changed(home: &Home) -> Result<(String, String), Error> {
    let _lock = DataLock::for_append(home.data.root(), PATIENCE)?;
    let mut log = home.data.log().log()?;
    let old = log.verifier().to_string();
    log.rotate_key(home.person().actor())?;
    Ok((old, log.verifier().to_string()))
}
