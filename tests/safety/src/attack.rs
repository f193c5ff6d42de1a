//! Lines that must be refused: good commands with an override, shell syntax or characters that nobody sees.

use crate::random::Random;
use crate::row::{Level, Row};
use crate::spell::Parts;
use crate::table::Table;

/// Flags that act as somebody else, elsewhere, trust somebody else, or write files; with the verbs that mean something
/// else by them.
const OVERRIDES: &[(&str, &str, &[&str])] = &[
    ("as", "system:admin", &[]),
    ("as-group", "system:masters", &[]),
    ("as-uid", "0", &[]),
    ("as-user-extra", "a=b", &[]),
    ("token", "stolen", &[]),
    ("user", "eve", &["create", "set"]),
    ("username", "eve", &[]),
    ("password", "x", &[]),
    ("client-certificate", "/tmp/c.pem", &[]),
    ("client-key", "/tmp/k.pem", &[]),
    ("kubeconfig", "/tmp/evil.yaml", &[]),
    ("context", "prod", &[]),
    ("cluster", "prod", &[]),
    ("server", "https://elsewhere.example", &[]),
    ("certificate-authority", "/tmp/ca.pem", &[]),
    ("tls-server-name", "elsewhere.example", &[]),
    ("insecure-skip-tls-verify", "true", &[]),
    ("cache-dir", "/tmp/c", &[]),
    ("profile", "cpu", &["debug"]),
    ("profile-output", "/tmp/p", &["debug"]),
];

/// What a shell would make of what stands behind a command.
const BEHIND: &[&str] = &[
    " | grep web",
    " | sh",
    "|tee out",
    " || true",
    " && kubectl delete ns shop",
    "; rm -rf data",
    ";",
    " &",
    "& id",
    " > out.yaml",
    " >> out.yaml",
    " 2>&1",
    " < in.yaml",
    " >(id)",
    " <(id)",
    " $(id)",
    " `id`",
    " \"$(id)\"",
    " \"`id`\"",
    " $HOME",
    " ${HOME}",
    " \"$HOME\"",
    " $'x'",
    " # a note",
    " #",
    " {a,b}",
    " {1..3}",
    " x{a,b}y",
    "\nkubectl delete ns shop",
    "\n",
    "x\r\nkubectl delete ns shop",
    "\rkubectl delete ns shop",
    " \\\n--all",
    " \\",
    " '",
    " \"",
    " 'open",
    "\0",
    " \u{b}",
    " \u{c}",
    " \u{1b}[2K",
    " ( id )",
    " !(a)|b",
    " \\$(id)",
    " \\;",
    " $((1))",
];

/// What may stand before a command, or instead of `kubectl`.
const BEFORE: &[&str] = &[
    "sudo kubectl",
    "env kubectl",
    "KUBECONFIG=/tmp/x kubectl",
    "PATH=.:/bin kubectl",
    "time kubectl",
    "timeout 5 kubectl",
    "watch -n1 kubectl",
    "nohup kubectl",
    "xargs kubectl",
    "./kubectl",
    "/usr/bin/kubectl",
    "'kubectl'",
    "\"kubectl\"",
    "kube\"\"ctl",
    "\\kubectl",
    "Kubectl",
    "KUBECTL",
    "kubectl.exe",
    "kubectl-ns",
    "kubectl1.36",
    "k",
    "oc",
    "helm",
    "exec kubectl",
    "command kubectl",
    "! kubectl",
    "(kubectl",
    "{ kubectl",
    "$ kubectl",
    "- kubectl",
    "> kubectl",
    "cd / && kubectl",
    "true; kubectl",
    "echo | kubectl",
    "ssh host kubectl",
    "bash -c kubectl",
    "kubectl kubectl",
    "# kubectl",
    "export A=b; kubectl",
    "if true; then kubectl",
    "for i in 1 2; do kubectl",
    "k\u{443}bectl",
    "\u{feff}kubectl",
    "\u{200b}kubectl",
    "kubectl\u{200b}",
    "kubectl\u{a0}",
    "\u{ff4b}ubectl",
    "",
];

/// Characters that look like nothing, or like something else.
const UNSEEN: &[char] = &[
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{2060}',
    '\u{feff}',
    '\u{ad}',
    '\u{202e}',
    '\u{202a}',
    '\u{2066}',
    '\u{2069}',
    '\u{200e}',
    '\u{200f}',
    '\u{61c}',
    '\u{180e}',
    '\u{34f}',
    '\u{fe0f}',
    '\u{e0041}',
    '\u{301}',
    '\u{7f}',
    '\u{85}',
    '\u{3164}',
    '\u{115f}',
    '\u{2061}',
    '\u{fff9}',
    '\u{e0100}',
    '\u{1d173}',
];
/// What some take for a space.
const SPACES: &[char] = &[
    '\u{a0}', '\u{2002}', '\u{2003}', '\u{2009}', '\u{202f}', '\u{205f}', '\u{3000}', '\u{2028}', '\u{2029}',
    '\u{1680}', '\u{2800}', '\u{b}', '\u{c}', '\u{85}',
];
const ALIKE: &[(char, &[char])] = &[
    ('a', &['\u{430}', '\u{ff41}', '\u{1d41a}']),
    ('c', &['\u{441}', '\u{ff43}']),
    ('e', &['\u{435}', '\u{ff45}', '\u{212f}']),
    ('l', &['\u{4cf}', '\u{ff4c}']),
    ('o', &['\u{43e}', '\u{3bf}', '\u{ff4f}']),
    ('p', &['\u{440}', '\u{ff50}']),
    ('s', &['\u{455}', '\u{ff53}', '\u{17f}']),
    ('-', &['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}', '\u{ff0d}', '\u{fe63}']),
];

/// Attacks on good commands of the table.
pub(crate) fn rows(table: &Table, random: &mut Random) -> Vec<Row> {
    let mut bases: Vec<Parts> = table
        .forms
        .iter()
        .filter(|form| form.level != Level::Refused && form.also.is_none())
        .map(|form| Parts::of(&table.fill(&form.line, |_| 0)))
        .collect();
    random.shuffle(&mut bases);
    let mut turn = bases.iter().cycle();
    let mut rows = Vec::new();
    let mut refuse = |command: String, why: &str| {
        let (why, source) = (why.to_owned(), "attacks".to_owned());
        rows.push(Row { command, level: Level::Refused, also: Vec::new(), why, source });
    };
    for (flag, value, own) in OVERRIDES {
        for spelled in overrides(flag, value) {
            for _ in 0..4 {
                let base = turn.by_ref().find(|base| !own.iter().any(|verb| base.verb[0] == *verb));
                if let Some(base) = base {
                    refuse(placed(base, &spelled, random), "an override");
                }
            }
        }
    }
    for base in turn.by_ref().take(bases.len()) {
        let letters = ["A", "it", "Aw", "i", "w", "Ait", "q"][random.below(7)];
        let glue = ["", "=", " "][random.below(3)];
        refuse(
            placed(base, &format!("-{letters}s{glue}https://elsewhere.example"), random),
            "an override in a cluster of short flags",
        );
    }
    for behind in BEHIND {
        for base in turn.by_ref().take(6) {
            refuse(format!("{}{behind}", base.plain()), "shell syntax");
            let whole = base.plain();
            let (head, tail) = whole.split_at("kubectl ".len() + base.verb.join(" ").len());
            // A backslash in the middle only makes the space part of the next word.
            if *behind != " \\" {
                refuse(format!("{head}{behind}{tail}"), "shell syntax");
            }
        }
    }
    for before in BEFORE {
        for base in turn.by_ref().take(6) {
            refuse(base.plain().replacen("kubectl", before, 1), "not plain kubectl");
        }
    }
    for base in turn.by_ref().take(bases.len()) {
        for unseen in [UNSEEN[random.below(UNSEEN.len())], UNSEEN[random.below(UNSEEN.len())]] {
            refuse(inserted(base, unseen, random), "a character that nobody sees");
        }
        let space = SPACES[random.below(SPACES.len())].to_string();
        refuse(base.plain().replacen(' ', &space, 1 + random.below(3)), "not a plain space");
        if let Some(command) = alike(base, random) {
            refuse(command, "a character that looks like another one");
        }
        refuse(format!("{} \u{201c}x\u{201d}", base.plain()), "typographic quotes");
        refuse(cased(base, random), "kubectl's verbs are lower case");
    }
    rows
}

/// The spellings of one override.
fn overrides(flag: &str, value: &str) -> Vec<String> {
    let low = flag.replace('-', "_");
    let mut all = vec![
        format!("--{flag}={value}"),
        format!("--{low}={value}"),
        format!("'--{flag}={value}'"),
        format!("\"--{flag}\"='{value}'"),
        format!("--{flag}=\"{value}\""),
        format!("--\"{flag}\"={value}"),
        format!("\\--{flag}={value}"),
    ];
    if flag == "insecure-skip-tls-verify" {
        all.extend([
            format!("--{flag}"),
            format!("--{low}"),
            format!("--{flag}=false"),
            format!("--{flag}=1"),
        ]);
    } else {
        all.extend([
            format!("--{flag} {value}"),
            format!("--{low} '{value}'"),
            format!("--{flag}='' --{flag} {value}"),
        ]);
    }
    if flag == "server" {
        all.extend([
            format!("-s{value}"),
            format!("-s={value}"),
            format!("-s {value}"),
            format!("'-s{value}'"),
            format!("-\"s\" {value}"),
        ]);
    }
    all
}

/// The words with one more somewhere before `--`.
fn placed(base: &Parts, word: &str, random: &mut Random) -> String {
    let mut words: Vec<String> = base.plain_words();
    let end = words.len() - base.rest.len();
    words.insert(1 + random.below(end), word.to_owned());
    words.join(" ")
}

/// The character inside the verb, the first argument or a flag's name, or between words.
fn inserted(base: &Parts, unseen: char, random: &mut Random) -> String {
    let mut words = base.plain_words();
    let last = 1 + base.verb.len() + usize::from(!base.args.is_empty());
    let at = 1 + random.below(last - 1);
    let middle = words[at].char_indices().nth(random.below(words[at].len())).map_or(0, |(at, _)| at);
    words[at].insert(middle, unseen);
    words.join(" ")
}

/// A letter of the verb, or the dash of a flag, as another one that looks the same.
fn alike(base: &Parts, random: &mut Random) -> Option<String> {
    let mut words = base.plain_words();
    let fits: Vec<usize> = (1..words.len() - base.rest.len())
        .filter(|at| *at <= base.verb.len() || words[*at].starts_with("--"))
        .collect();
    let at = fits[random.below(fits.len())];
    let name = words[at].split('=').next().unwrap_or_default();
    let found: Vec<(usize, char, &[char])> = name
        .char_indices()
        .filter_map(|(at, c)| ALIKE.iter().find(|(plain, _)| *plain == c).map(|(_, alike)| (at, c, *alike)))
        .collect();
    if found.is_empty() {
        return None;
    }
    let (place, c, alike) = found[random.below(found.len())];
    let other = alike[random.below(alike.len())];
    words[at].replace_range(place..place + c.len_utf8(), &other.to_string());
    Some(words.join(" "))
}

/// The verb in another case.
fn cased(base: &Parts, random: &mut Random) -> String {
    let mut words = base.plain_words();
    let verb = &words[1];
    words[1] = if random.one_in(2) {
        verb.to_uppercase()
    } else {
        let at = verb.find(|c: char| c.is_ascii_lowercase()).unwrap_or(0);
        format!("{}{}{}", &verb[..at], verb[at..=at].to_uppercase(), &verb[at + 1..])
    };
    words.join(" ")
}
