//! The small languages inside commands: what `scripts/fuzz.sh` looks for without an end, on texts of their own pieces.

#[path = "../../../tests/fuzz/checks.rs"]
mod checks;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const JSONPATH: &[&str] = &[
    "{",
    "}",
    ".",
    "..",
    "[",
    "]",
    "[*]",
    "*",
    "@",
    "$",
    "?(",
    ")",
    "==",
    "!=",
    ">",
    "<=",
    "&&",
    "||",
    "range ",
    "end",
    "items",
    "metadata",
    "name",
    "spec",
    "containers",
    "labels",
    "['a','b']",
    "[0]",
    "[-1]",
    "[1:2]",
    "[::2]",
    ":",
    ",",
    "'x'",
    "\"\\n\"",
    "1",
    "-3",
    "1.5",
    "true",
    " ",
    "\\",
    "\\.",
    "text",
    "\u{1f600}",
    "é",
];
const CEL: &[&str] = &[
    "self",
    ".metadata",
    ".name",
    ".spec",
    ".containers",
    ".labels",
    "[0]",
    "['app']",
    "(",
    ")",
    "==",
    "!=",
    "<",
    ">=",
    " && ",
    " || ",
    "!",
    "?",
    ":",
    "+",
    "-",
    "*",
    "/",
    "%",
    " in ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "1",
    "-9223372036854775808",
    "1.5",
    "'x'",
    "\"y\"",
    "r'\\d'",
    "true",
    "null",
    ".exists(c, c.image == 'a')",
    ".all(c, true)",
    ".map(c, c.name)",
    ".filter(c, has(c.ports))",
    "has(self.spec)",
    "size(",
    "int(",
    "string(",
    ".startsWith('w')",
    ".matches('[a-z]+')",
    "quantity('1Gi')",
    ".isGreaterThan(",
    "duration('1h')",
    "timestamp('2026-01-01T00:00:00Z')",
    "now",
    "metrics",
    "\u{0}",
    "é",
];
const TEMPLATE: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    ".",
    ".metadata",
    ".name",
    ".spec.containers",
    "range ",
    "$i, $c := ",
    "end",
    "if ",
    "else",
    "else if ",
    "with ",
    "define \"a\"",
    "template \"a\" ",
    "block \"b\" ",
    "|",
    "printf ",
    "\"%q %5.2f %v\"",
    "len ",
    "index ",
    "eq ",
    "and ",
    "not ",
    "base64decode",
    "(",
    ")",
    "`raw`",
    "'c'",
    "1",
    "-1.5e9",
    "nil",
    "$x",
    " = ",
    " ",
    "/*",
    "*/",
    "break",
    "continue",
    "\n",
    "text",
    "é",
    "\\",
];
const MANIFEST: &[&str] = &[
    "apiVersion: v1\n",
    "apiVersion: apps/v1\n",
    "kind: ConfigMap\n",
    "kind: Deployment\n",
    "kind: List\n",
    "items:\n",
    "metadata: {name: a}\n",
    "metadata:\n  name: a\n",
    "  namespace: shop\n",
    "  generateName: a-\n",
    "data: {a: b}\n",
    "spec: {replicas: 0}\n",
    "spec:\n",
    "  template: {spec: {containers: [{name: a, image: b}]}}\n",
    "---\n",
    "...\n",
    "- ",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "# note\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!binary ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "\u{feff}",
    "\0",
    "kind: Secret\nmetadata: {name: s}\n",
    "null\n",
    "1e999\n",
    "%YAML 1.2\n",
    "\r\n",
    "é\n",
];

fn of(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_jsonpath_is_filled_in_or_refused(text in of(JSONPATH), any in ".*") {
        checks::jsonpath(&text);
        checks::jsonpath(&format!("{{{text}}}"));
        checks::jsonpath(&any);
    }

    #[test]
    fn a_filter_is_answered_or_refused(text in of(CEL), any in ".*") {
        checks::filter(&text);
        checks::filter(&any);
    }

    #[test]
    fn a_manifest_is_judged_or_refused(text in of(MANIFEST), any in "(?s).*") {
        checks::manifest(&text);
        checks::manifest(&any);
    }

    #[test]
    fn a_go_template_is_filled_in_or_refused(text in of(TEMPLATE), any in ".*") {
        checks::go_template(&text);
        checks::go_template(&format!("{{{{{text}}}}}"));
        checks::go_template(&any);
    }
}
