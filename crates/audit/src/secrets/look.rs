//! Secrets inside a text: after a name, in a form that only credentials have, or as random as only keys are.

use super::names;
use regex::Regex;
use std::ops::Range;
use std::sync::OnceLock;

/// Forms that are credentials wherever they stand. Where there is a group, it is the secret part.
const FORMS: [&str; 14] = [
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*",
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{20,}",
    r"\bgithub_pat_[A-Za-z0-9_]{20,}",
    r"\bglpat-[A-Za-z0-9_-]{16,}",
    r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",
    r"\b(?:sk|rk|pk)[-_](?:[a-z]+[-_])*[A-Za-z0-9]{16,}",
    r"\bAIza[0-9A-Za-z_-]{35}",
    r"\b(?:npm|hf|dop_v1|doo_v1|pypi|shpat|dckr_pat)[_-][A-Za-z0-9_-]{20,}",
    r"(?i)\bbearer\s+([A-Za-z0-9._~+/=-]{8,})",
    r"(?i)\bbasic\s+([A-Za-z0-9+/]{8,}={0,2})",
    r"://[^\s/:@]+:([^\s/@]+)@",
    r#"(?i)\b(?:password|passphrase|passwd)\s+(?:to|is|as|of)?\s*["']?([^\s"',;]+)"#,
];
/// A name, what joins it to its value, and the value: `--token=x`, `--token x`, `PASSWORD=x`, `"apiKey": "x"`.
const ASSIGNMENT: &str = r#"([A-Za-z][A-Za-z0-9_.-]*)\\*["']?(?:\s*[=:]\s*|\s+)\\*(?:"((?:[^"\\]|\\.)*)"?|'([^']*)'?|([^\s"',;&}\]]+))"#;
/// A name and its value as two fields, as a container's environment has them.
const FIELDS: &str = r#"["']?name["']?\s*:\s*["']?([A-Za-z0-9_.-]+)["']?\s*,?\s*["']?value["']?\s*:\s*(?:"((?:[^"\\]|\\.)*)"?|'([^']*)'?|([^\s"',}\]]+))"#;
/// Data of a Secret given on a command line, whatever it is named.
const LITERAL: &str = r#"--from-literal[=\s]+["']?[^\s=]+=("[^"]*"|'[^']*'|[^\s"']+)"#;
/// Long runs of the characters of base64, without the slash, which paths have too.
const RUN: &str = r"[A-Za-z0-9+_-]{20,}={0,2}";

struct Patterns {
    forms: Vec<Regex>,
    assignment: Option<Regex>,
    fields: Option<Regex>,
    literal: Option<Regex>,
    run: Option<Regex>,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| Patterns {
        forms: FORMS.iter().filter_map(|form| Regex::new(form).ok()).collect(),
        assignment: Regex::new(ASSIGNMENT).ok(),
        fields: Regex::new(FIELDS).ok(),
        literal: Regex::new(LITERAL).ok(),
        run: Regex::new(RUN).ok(),
    })
}

/// Where the secrets in a text are, in order and apart.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let patterns = patterns();
    let mut found: Vec<Range<usize>> = Vec::new();
    for form in &patterns.forms {
        for hit in form.captures_iter(text) {
            found.extend(hit.get(1).or(hit.get(0)).map(|part| part.range()));
        }
    }
    if text.contains("secret")
        && let Some(literal) = &patterns.literal
    {
        found.extend(literal.captures_iter(text).filter_map(|hit| Some(hit.get(1)?.range())));
    }
    if let Some(fields) = &patterns.fields {
        let named = fields
            .captures_iter(text)
            .filter(|hit| hit.get(1).is_some_and(|name| names::is_secret(name.as_str())));
        found.extend(named.filter_map(|hit| Some(hit.get(2).or(hit.get(3)).or(hit.get(4))?.range())));
    }
    if let Some(assignment) = &patterns.assignment {
        found.extend(assigned(assignment, text));
    }
    if let Some(run) = &patterns.run {
        found.extend(run.find_iter(text).filter(|run| is_random(run.as_str())).map(|run| run.range()));
    }
    found.retain(|range| !names::says_nothing(&text[range.clone()]));
    apart(found)
}

/// Values that stand after a secret name. In plain words a blank joins nothing unless the name is an option.
fn assigned(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(hit) = pattern.captures_at(text, at) {
        let (Some(name), Some(whole)) = (hit.get(1), hit.get(0)) else { break };
        let value = hit.get(2).or(hit.get(3)).or(hit.get(4));
        let joined = text[name.end()..].trim_start_matches(['"', '\'']).trim_start();
        let assigns = joined.starts_with(['=', ':']);
        let option = text[..name.start()].ends_with("--");
        if let Some(value) = value
            && names::is_secret(name.as_str())
            && (assigns || option && !value.as_str().starts_with('-'))
        {
            found.push(value.range());
            at = whole.end();
        } else {
            at = name.end();
        }
    }
    found
}

/// As random as keys are: capitals, small letters and digits change places all the time, and hardly any comes twice.
/// Names of Kubernetes have no capitals, hashes in hexadecimal and ids neither, and words change seldom.
fn is_random(run: &str) -> bool {
    let kind = |byte: &u8| (byte.is_ascii_lowercase(), byte.is_ascii_uppercase(), byte.is_ascii_digit());
    let has = |kind: fn(&u8) -> bool| run.as_bytes().iter().any(kind);
    let changes = run.as_bytes().windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count();
    let wanted = if has(u8::is_ascii_digit) { 30 } else { 45 };
    has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && changes * 100 >= (run.len() - 1) * wanted
        && entropy(run) >= 3.5
}

/// Bits per character.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = |count: u32| f64::from(count) / length;
    counts.into_iter().filter(|count| *count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

/// Overlapping ranges become one.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}
