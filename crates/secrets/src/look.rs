//! Secrets inside a text: after a name, in a form that only credentials have, or as random as only keys are.

use crate::names;
use regex::Regex;
use std::ops::Range;
use std::sync::OnceLock;

/// Forms that are credentials wherever they stand. Where there is a group, it is the secret part.
const FORMS: [&str; 25] = [
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
    r"://:([^\s/@]+)@",
    r"\b[A-Za-z0-9_.-]+:([^\s:@/]+)@tcp\(",
    r"\bhttps://hooks\.slack\.com/services/(T[A-Za-z0-9_]+/B[A-Za-z0-9_]+/[A-Za-z0-9_]+)",
    r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"\bya29\.[A-Za-z0-9_-]{20,}",
    r"\bhv[sbr]\.[A-Za-z0-9_-]{20,}",
    r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
    r"(?i)\baccountkey=([A-Za-z0-9+/]{40,}={0,2})",
    r"(?i)[?&](?:sig|signature|x-amz-signature|access_token|code)=([A-Za-z0-9%+/_-]{16,}={0,2})",
    r"(?i)\b(?:set-)?cookie:\s*([^\r\n]+)",
    r#"\\*"auth\\*"\s*:\s*\\*"([A-Za-z0-9+/]{8,}={0,2})\\*""#,
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
/// The same with slashes: at least as long as the keys that have them.
const SLASHED: &str = r"[A-Za-z0-9+/]{40,}={0,2}";
/// What a node joins a cluster with.
const BOOTSTRAP: &str = r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b";
/// Keys in hexadecimal; what precedes them says whether they are a digest or an id.
const HEX: &str =
    r"(?i)\b(?:key|secret|token|password|passwd|credential)\b[^\n]{0,24}?\b([0-9a-f]{32,128})\b";
/// Certificates, which the log may hold and a model has no use for.
const CERTIFICATE: &str =
    r"-----BEGIN [A-Z0-9 ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)|\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]+";
/// The data of an object in one line of JSON, escaped or not.
const JSON_DATA: &str = r#"\\*"(?:data|stringData)\\*"\s*:\s*\{([^{}]*)\}"#;
/// A value in such data.
const JSON_VALUE: &str = r#":\s*\\*"([^"\\]*)\\*""#;

struct Patterns {
    forms: Vec<Regex>,
    assignment: Option<Regex>,
    fields: Option<Regex>,
    literal: Option<Regex>,
    run: Option<Regex>,
    slashed: Option<Regex>,
    bootstrap: Option<Regex>,
    hex: Option<Regex>,
    certificate: Option<Regex>,
    json_data: Option<Regex>,
    json_value: Option<Regex>,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| Patterns {
        forms: FORMS.iter().filter_map(|form| Regex::new(form).ok()).collect(),
        assignment: Regex::new(ASSIGNMENT).ok(),
        fields: Regex::new(FIELDS).ok(),
        literal: Regex::new(LITERAL).ok(),
        run: Regex::new(RUN).ok(),
        slashed: Regex::new(SLASHED).ok(),
        bootstrap: Regex::new(BOOTSTRAP).ok(),
        hex: Regex::new(HEX).ok(),
        certificate: Regex::new(CERTIFICATE).ok(),
        json_data: Regex::new(JSON_DATA).ok(),
        json_value: Regex::new(JSON_VALUE).ok(),
    })
}

/// Where the secrets in a text are, in order and apart.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
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
    if let Some(slashed) = &patterns.slashed {
        let random = slashed.find_iter(text).filter(|run| is_random(run.as_str()) && !is_path(run.as_str()));
        found.extend(random.map(|run| run.range()));
    }
    if let Some(bootstrap) = &patterns.bootstrap {
        let digits =
            |hit: &regex::Match<'_>| hit.as_str()[7..].bytes().filter(u8::is_ascii_digit).count() >= 2;
        found.extend(bootstrap.find_iter(text).filter(digits).map(|hit| hit.range()));
    }
    if let Some(hex) = &patterns.hex {
        found.extend(hex.captures_iter(text).filter_map(|hit| Some(hit.get(1)?.range())));
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

/// Where certificates are, whole or in base64, in order and apart.
pub fn certificates(text: &str) -> Vec<Range<usize>> {
    let found = patterns().certificate.iter().flat_map(|certificate| certificate.find_iter(text));
    found.map(|hit| hit.range()).collect()
}

/// Where the values of Secrets are in YAML or JSON, whatever they look like, in order and apart.
pub fn in_secret_objects(text: &str) -> Vec<Range<usize>> {
    if !text.contains("Secret") {
        return Vec::new();
    }
    let mut found = in_yaml(text);
    if text.contains("\\n") {
        // YAML inside a string of JSON: the same lines, byte for byte at the same place.
        found.extend(in_yaml(&text.replace("\\n", " \n")));
    }
    let patterns = patterns();
    if let (Some(data), Some(value)) = (&patterns.json_data, &patterns.json_value) {
        for hit in data.captures_iter(text).filter_map(|hit| hit.get(1)) {
            let inside = value.captures_iter(hit.as_str()).filter_map(|value| value.get(1));
            found.extend(inside.map(|value| hit.start() + value.start()..hit.start() + value.end()));
        }
    }
    found.retain(|range| !range.is_empty());
    apart(found)
}

/// The values below `data:` and `stringData:` of a YAML document of kind Secret.
fn in_yaml(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut start) = (Vec::new(), 0);
    for document in text.split_inclusive("\n---") {
        let is_secret = document.lines().any(|line| {
            line.trim_start_matches(['-', ' '])
                .strip_prefix("kind:")
                .is_some_and(|kind| kind.trim() == "Secret")
        });
        if is_secret {
            found
                .extend(below_data(document).into_iter().map(|range| start + range.start..start + range.end));
        }
        start += document.len();
    }
    found
}

fn below_data(document: &str) -> Vec<Range<usize>> {
    let (mut found, mut at, mut depth) = (Vec::new(), 0, None);
    for line in document.split_inclusive('\n') {
        let body = line.trim_end();
        let indent = body.len() - body.trim_start_matches([' ', '-']).len();
        let word = body.trim_start_matches([' ', '-']);
        match depth {
            _ if word.is_empty() => {}
            Some(outer) if indent > outer => {
                // Behind the key, or the whole line of a block.
                let value = match word.split_once(": ") {
                    Some((key, _)) => indent + key.len() + 2,
                    None if word.ends_with(':') || word.ends_with(": |") => body.len(),
                    None => indent,
                };
                found.push(at + value..at + body.len());
            }
            _ => depth = matches!(word, "data:" | "stringData:").then_some(indent),
        }
        at += line.len();
    }
    found
}

/// Whether a run with slashes is a path: its parts are words, and a key's parts are not.
fn is_path(run: &str) -> bool {
    let parts: Vec<&str> = run.split('/').filter(|part| part.len() > 1).collect();
    parts.len() > 1 && parts.iter().filter(|part| is_random(part)).count() == 0 && !run.ends_with('=') && {
        let mixed = |part: &&&str| {
            part.bytes().any(|b| b.is_ascii_uppercase()) && part.bytes().any(|b| b.is_ascii_digit())
        };
        parts.iter().filter(mixed).count() * 2 < parts.len()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pattern_is_left_out_because_it_can_not_be_read() {
        let patterns = patterns();
        assert_eq!(patterns.forms.len(), FORMS.len());
        let single = [
            &patterns.assignment,
            &patterns.fields,
            &patterns.literal,
            &patterns.run,
            &patterns.slashed,
            &patterns.bootstrap,
            &patterns.hex,
            &patterns.certificate,
            &patterns.json_data,
            &patterns.json_value,
        ];
        assert!(single.iter().all(|pattern| pattern.is_some()));
    }
}
