//! The many spellings of one line that kubectl takes for the same command.

use crate::random::Random;
use crate::row::{Level, Row};
use crate::table::{Form, Table};

/// Short forms that mean the same for every verb named here; none: for all that have the flag.
const SHORT: &[(&str, char, &[&str])] = &[
    ("namespace", 'n', &[]),
    (
        "selector",
        'l',
        &[
            "get", "describe", "logs", "top", "delete", "drain", "label", "annotate", "scale", "apply",
            "taint", "rollout", "wait",
        ],
    ),
    ("output", 'o', &["get", "config", "label", "annotate", "patch", "set", "version", "auth", "delete"]),
    ("filename", 'f', &[]),
    ("kustomize", 'k', &["apply", "delete", "diff"]),
    ("all-namespaces", 'A', &[]),
    ("watch", 'w', &["get", "events"]),
    ("container", 'c', &[]),
    ("label-columns", 'L', &["get"]),
    ("patch", 'p', &["patch"]),
    ("follow", 'f', &["logs"]),
    ("previous", 'p', &["logs"]),
    ("recursive", 'R', &["delete"]),
    ("stdin", 'i', &["exec"]),
    ("tty", 't', &["exec"]),
    ("v", 'v', &[]),
];
/// Flags that take a value only behind `=`.
const OPTIONAL: &[&str] = &["dry-run", "cascade", "validate"];
/// Verbs of two words, by their first.
const FAMILIES: &[&str] =
    &["rollout", "set", "create", "config", "auth", "certificate", "top", "apply", "cluster-info", "plugin"];

/// Names of the same type.
const NAMES: &[&[&str]] = &[
    &["pods", "pod", "po", "Pod", "PODS", "pods.v1."],
    &["deployment", "deploy", "deployments", "deployments.apps", "deployment.v1.apps", "Deployment"],
    &["svc", "service", "services", "Service"],
    &["ns", "namespace", "namespaces"],
    &["secrets", "secret", "Secret"],
    &["cm", "configmap", "configmaps", "ConfigMap"],
    &["nodes", "node", "no"],
    &["sts", "statefulset", "statefulsets.apps"],
    &["ds", "daemonset", "daemonsets"],
    &["role", "roles", "roles.rbac.authorization.k8s.io"],
    &["clusterrole", "clusterroles"],
    &["clusterrolebinding", "clusterrolebindings"],
    &["rolebinding", "rolebindings"],
];
/// Verbs that take `TYPE/NAME` and `TYPE NAME` alike.
const APART: &[&str] = &["get", "describe", "delete", "scale", "patch", "edit", "rollout", "wait"];

/// A line taken apart.
pub(crate) struct Parts {
    pub verb: Vec<String>,
    pub args: Vec<String>,
    /// Name and value; no value: a switch. Clusters such as `-it` have an empty name.
    pub flags: Vec<(String, Option<String>)>,
    /// `--` and what stands behind.
    pub rest: Vec<String>,
}

/// A line of the table, with the slots filled, as one would write it.
pub fn plain(line: &str) -> String {
    Parts::of(line).plain()
}

/// Another spelling of a plain line of the table, with the slots filled; the same for the same seed.
pub fn respelled(line: &str, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut parts = Parts::of(line);
    parts.rename(&mut random);
    parts.spell(&mut random)
}

/// Every form of the table in several spellings, and with dry runs that count and that don't.
pub(crate) fn rows(table: &Table, random: &mut Random) -> Vec<Row> {
    let mut rows = Vec::new();
    for form in &table.forms {
        let many = (table.breadth(form) + 4).max(12);
        for at in 0..many {
            let line = table.fill(&form.line, |of| if at < of { at } else { random.below(of) });
            let parts = Parts::of(&line);
            rows.push(row(form, parts.spell(random), form.level, &form.why));
            if form.dry && at % 2 == 0 {
                rows.extend(dry(form, &line, random));
            }
        }
    }
    rows
}

fn row(form: &Form, command: String, level: Level, why: &str) -> Row {
    let also = form.also.into_iter().collect();
    Row { command, level, also, why: why.to_owned(), source: "effects.txt".to_owned() }
}

/// The form as a dry run, and as something that only looks like one.
fn dry(form: &Form, line: &str, random: &mut Random) -> [Row; 2] {
    const DRY: &[&[Option<&str>]] = &[
        &[Some("client")],
        &[Some("server")],
        &[None],
        &[Some("none"), Some("client")],
        &[Some("none"), Some("server")],
    ];
    const NOT: &[&[Option<&str>]] = &[
        &[Some("none")],
        &[Some("client"), Some("none")],
        &[Some("server"), Some("none")],
        &[None, Some("none")],
        &[Some("false")],
    ];
    let mut with = |runs: &[&[Option<&str>]]| {
        let mut parts = Parts::of(line);
        for value in runs[random.below(runs.len())] {
            parts.flags.push(("dry-run".to_owned(), value.map(str::to_owned)));
        }
        parts.spell(random)
    };
    [
        row(form, with(DRY), Level::Safe, "an effective dry run"),
        row(form, with(NOT), form.level, "no effective dry run"),
    ]
}

impl Parts {
    /// Takes a line of the table apart; flags stand in their long form there.
    pub(crate) fn of(line: &str) -> Self {
        let mut words = words(line).into_iter();
        let mut parts = Self { verb: Vec::new(), args: Vec::new(), flags: Vec::new(), rest: Vec::new() };
        while let Some(word) = words.next() {
            if word == "--" {
                parts.rest = [word].into_iter().chain(words.by_ref()).collect();
            } else if let Some(flag) = word.strip_prefix("--") {
                let (name, value) =
                    flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
                parts.flags.push((name.to_owned(), value.map(str::to_owned)));
            } else if word.starts_with('-')
                && word.len() > 1
                && !word[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                parts.flags.push((String::new(), Some(word)));
            } else if parts.wants_verb() {
                parts.verb.push(word);
            } else {
                parts.args.push(word);
            }
        }
        parts
    }

    /// Types by another of their names, and `TYPE/NAME` as `TYPE NAME`.
    fn rename(&mut self, random: &mut Random) {
        // Dots lead to fields there.
        if self.verb.first().is_some_and(|verb| verb == "explain") {
            return;
        }
        for arg in &mut self.args {
            let (kind, name) =
                arg.split_once('/').map_or((arg.as_str(), None), |(kind, name)| (kind, Some(name)));
            if let Some(names) = NAMES.iter().find(|names| names.contains(&kind)) {
                let other = names[random.below(names.len())];
                *arg = name.map_or_else(|| other.to_owned(), |name| format!("{other}/{name}"));
            }
        }
        let verb = self.verb.first().map_or("", String::as_str);
        if let [one] = self.args.as_slice()
            && APART.contains(&verb)
            && let Some((kind, name)) = one.split_once('/')
            && random.one_in(2)
        {
            self.args = vec![kind.to_owned(), name.to_owned()];
        }
    }

    fn wants_verb(&self) -> bool {
        if !self.args.is_empty() {
            return false;
        }
        match self.verb.as_slice() {
            [] => true,
            [one] => FAMILIES.contains(&one.as_str()) && self.flags.is_empty(),
            [one, two] => one == "create" && matches!(two.as_str(), "secret" | "service"),
            _ => false,
        }
    }

    /// The plain spelling.
    pub(crate) fn plain(&self) -> String {
        self.plain_words().join(" ")
    }

    /// The same, word by word.
    pub(crate) fn plain_words(&self) -> Vec<String> {
        let mut words = vec!["kubectl".to_owned()];
        words.extend(self.verb.iter().chain(&self.args).map(|word| quoted(word)));
        for (name, value) in &self.flags {
            words.push(match value {
                Some(value) if name.is_empty() => value.clone(),
                Some(value) => format!("--{name}={}", quoted(value)),
                None => format!("--{name}"),
            });
        }
        words.extend(self.rest.iter().map(|word| quoted(word)));
        words
    }

    /// One of the spellings.
    pub(crate) fn spell(mut self, random: &mut Random) -> String {
        let repeated = self
            .flags
            .iter()
            .enumerate()
            .any(|(at, (name, _))| self.flags[..at].iter().any(|(other, _)| other == name));
        if !repeated {
            random.shuffle(&mut self.flags);
        }
        // Places: before each word of the verb, and then before, between and after the arguments.
        let fixed = self.verb.len();
        let mut slots: Vec<Vec<String>> = vec![Vec::new(); fixed + self.args.len() + 1];
        let (mut early, mut late, mut behind) = (0, fixed, false);
        for (name, value) in &self.flags {
            let first = self.verb.first().map_or("", String::as_str);
            // Before the verb kubectl knows no flag but the global ones and takes the next word for the value of any other.
            // In front of `create` and `set`, `--user` would be kubectl's own.
            let before = value.is_some() && !name.is_empty() && name != "user" && random.one_in(5);
            if before && !(behind && repeated) {
                early += random.below(fixed - early);
                slots[early].push(spelled(first, name, value.as_deref(), true, random));
            } else {
                behind = true;
                late = fixed.max(if repeated { late } else { fixed });
                late += random.below(slots.len() - late);
                let whole = if name.is_empty() {
                    value.clone().unwrap_or_default()
                } else {
                    spelled(first, name, value.as_deref(), false, random)
                };
                slots[late].push(whole);
            }
        }
        let mut words = vec!["kubectl".to_owned()];
        for (at, flags) in slots.into_iter().enumerate() {
            words.extend(flags);
            if let Some(word) = self.verb.get(at).or_else(|| self.args.get(at.wrapping_sub(fixed))) {
                words.push(if random.one_in(8) { in_quotes(word, random) } else { quoted(word) });
            }
        }
        words.extend(self.rest.iter().map(|word| quoted(word)));
        let gap = if random.one_in(10) { "  " } else { " " };
        words.join(gap)
    }
}

/// One flag as kubectl takes it.
fn spelled(verb: &str, name: &str, value: Option<&str>, early: bool, random: &mut Random) -> String {
    let long = if name.contains('-') && random.one_in(4) { name.replace('-', "_") } else { name.to_owned() };
    let short = SHORT
        .iter()
        .find(|(known, _, verbs)| *known == name && (verbs.is_empty() || verbs.contains(&verb)))
        .map(|(_, short, _)| *short)
        .filter(|_| random.one_in(2));
    let Some(value) = value else {
        return match short {
            Some(short) => format!("-{short}"),
            None if OPTIONAL.contains(&name) => format!("--{long}"),
            None => match random.below(5) {
                0 => format!("--{long}=true"),
                1 => format!("--{long}=T"),
                _ => format!("--{long}"),
            },
        };
    };
    let text = if random.one_in(3) { in_quotes(value, random) } else { quoted(value) };
    let is_switch = matches!(value, "true" | "false");
    if OPTIONAL.contains(&name) || is_switch || text.is_empty() {
        return format!("--{long}={text}");
    }
    match (short, random.below(4)) {
        (Some(short), 0) => format!("-{short} {text}"),
        (Some(short), 1) => format!("-{short}={text}"),
        (Some(short), _) if !value.starts_with('=') && !early => format!("-{short}{text}"),
        (Some(short), _) => format!("-{short}={text}"),
        (None, 0 | 1) => format!("--{long}={text}"),
        (None, 2) => format!("'--{long}={}'", value.replace('\'', r"'\''")),
        (None, _) => format!("--{long} {text}"),
    }
}

/// The word, in quotes where a shell would otherwise do something with it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The word in one or the other kind of quotes.
fn in_quotes(word: &str, random: &mut Random) -> String {
    if random.one_in(2) && !word.contains(['"', '\\', '$', '`', '!']) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Words of a line of the table: spaces split, single quotes hold together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut open, mut depth) = (false, 0u32);
    for c in line.chars() {
        match c {
            '\'' => open = !open,
            ' ' if !open && depth == 0 => words.push(String::new()),
            c => {
                // Templates and bodies stand without quotes in the table.
                match c {
                    '{' | '[' if !open => depth += 1,
                    '}' | ']' if !open => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
