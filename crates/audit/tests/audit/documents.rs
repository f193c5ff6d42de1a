//! The list of events in docs/audit.md is the one in the code.

use kubechat_audit::EventKind;
use std::fs;
use std::path::Path;

#[test]
fn the_documented_events_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, documented) = document.split_once("## Events\n\n").unwrap();
    let mut table = String::from("| kind | meaning |\n| --- | --- |\n");
    for kind in EventKind::ALL {
        table.push_str(&format!("| `{kind}` | {} |\n", kind.meaning()));
    }
    assert_eq!(
        documented.trim_end(),
        table.trim_end(),
        "docs/audit.md: put this table under Events:\n{table}"
    );
}
