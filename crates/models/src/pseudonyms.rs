//! Names that stay here: what a model reads in their place, and the way back.
//!
//! A pseudonym is made of the session and the name by a hash, so that it is the same throughout a session and says nothing
//! outside it. Known names are replaced wherever they stand as a whole word or part of one (`web` in `web-7d9f` and in
//! `web.shop.svc`). What Kubernetes itself calls things stays readable: kinds, verbs, `default`, `kube-system`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use kubechat_kubectl::{Catalog, grammar};
use sha2::{Digest as _, Sha256};

/// What every pseudonym begins with.
const PREFIX: &str = "name";
/// Characters of a pseudonym's own part: no vowels, so that none is a word.
const LETTERS: &[u8; 26] = b"bcdfghjkmnpqrstvwxz2456789";
/// How many of them; more where two names would get the same.
const LENGTH: usize = 7;
/// Shorter names are words of any text.
const SHORTEST: usize = 3;

/// The words that Kubernetes itself is made of.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let catalog = Catalog::builtin();
    let kinds = catalog.resources.iter().flat_map(|resource| {
        let long = [resource.plural.clone(), resource.singular.clone(), resource.kind.to_lowercase()];
        long.into_iter().chain(resource.short_names.iter().cloned())
    });
    let verbs = grammar::verbs()
        .into_iter()
        .flat_map(|verb| verb.name.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let own = [
        "default",
        "kube-system",
        "kube-public",
        "kube-node-lease",
        "kubernetes",
        "kubectl",
        "all",
        "namespace",
    ];
    kinds.chain(verbs).chain(own.map(str::to_owned)).collect()
});

/// The names of one session and what stands for them.
#[derive(Debug, Clone)]
pub struct Pseudonyms {
    session: Vec<u8>,
    there: Table,
    back: Table,
}

/// What is replaced by what, found by its first word.
#[derive(Debug, Clone, Default)]
struct Table(HashMap<String, Vec<(String, String)>>);

impl Pseudonyms {
    /// For one session; its id must be known to nobody else.
    pub fn of(session: &[u8]) -> Self {
        Self { session: session.to_owned(), there: Table::default(), back: Table::default() }
    }

    /// From now on this name is replaced.
    pub fn note(&mut self, name: &str) {
        // Of a cluster's own users only service accounts say something.
        if let Some(system) = name.strip_prefix("system:") {
            if let Some((namespace, account)) =
                system.strip_prefix("serviceaccount:").and_then(|rest| rest.split_once(':'))
            {
                self.note(namespace);
                self.note(account);
            }
            return;
        }
        let low = name.to_lowercase();
        let begins = name.starts_with(char::is_alphanumeric) && name.ends_with(char::is_alphanumeric);
        if !begins || name.chars().count() < SHORTEST || WORDS.contains(&low) || self.there.has(name) {
            return;
        }
        let hash = Sha256::new().chain_update(&self.session).chain_update([0]).chain_update(name).finalize();
        let letters: String = hash.iter().map(|byte| char::from(LETTERS[usize::from(byte % 26)])).collect();
        let made = (LENGTH..=letters.len()).map(|length| format!("{PREFIX}-{}", &letters[..length]));
        let Some(pseudonym) = made.into_iter().find(|one| !self.back.has(one)) else { return };
        self.there.put(name, &pseudonym);
        // It stays as it is where it stands already, also for an object that is called `name`.
        self.there.put(&pseudonym, &pseudonym);
        self.back.put(&pseudonym, name);
    }

    /// From now on these names are replaced.
    pub fn note_all<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        names.into_iter().for_each(|name| self.note(name));
    }

    /// The text as a model may read it.
    pub fn conceal(&self, text: &str) -> String {
        self.there.replace(text)
    }

    /// A text with the real names again.
    pub fn reveal(&self, text: &str) -> String {
        self.back.replace(text)
    }

    /// The same of a JSON text.
    pub fn reveal_json(&self, json: &str) -> String {
        let mut out = String::with_capacity(json.len());
        let mut rest = json;
        while let Some(at) = rest.find('\\') {
            // An escape is no part of a word: `name-…` in `\nname-…`.
            let length = if rest[at + 1..].starts_with('u') { 6 } else { 2 };
            let end = rest[at..].char_indices().nth(length).map_or(rest.len(), |(end, _)| at + end);
            out.push_str(&self.back.replace_with(&rest[..at], in_json));
            out.push_str(&rest[at..end]);
            rest = &rest[end..];
        }
        out.push_str(&self.back.replace_with(rest, in_json));
        out
    }
}

impl Table {
    fn put(&mut self, from: &str, to: &str) {
        let all = self.0.entry(first_word(from).to_lowercase()).or_default();
        all.push((from.to_owned(), to.to_owned()));
        // The longest that fits is meant.
        all.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    }

    fn has(&self, from: &str) -> bool {
        let all = self.0.get(&first_word(from).to_lowercase());
        all.is_some_and(|all| all.iter().any(|(known, _)| known.eq_ignore_ascii_case(from)))
    }

    fn replace(&self, text: &str) -> String {
        self.replace_with(text, str::to_owned)
    }

    /// What is put is written so.
    fn replace_with(&self, text: &str, written: fn(&str) -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(char::is_alphanumeric) {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let word = first_word(rest);
            let all = self.0.get(&word.to_lowercase()).into_iter().flatten();
            let found = all.into_iter().find(|(from, _)| stands(rest, from));
            match found {
                Some((from, to)) => {
                    out.push_str(&written(to));
                    rest = &rest[from.len()..];
                }
                None => {
                    out.push_str(word);
                    rest = &rest[word.len()..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// Whether a text begins with this name, and the name ends there.
fn stands(text: &str, name: &str) -> bool {
    let Some(begin) = text.get(..name.len()) else { return false };
    begin.eq_ignore_ascii_case(name) && !text[name.len()..].starts_with(char::is_alphanumeric)
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

/// A name as it stands between the quotes of a JSON text.
fn in_json(name: &str) -> String {
    let quoted = serde_json::Value::from(name).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Fields whose value is a name wherever they stand.
const FIELDS: [&str; 14] = [
    "namespace",
    "node",
    "nodename",
    "hostname",
    "serviceaccount",
    "serviceaccountname",
    "service account",
    "controlled by",
    "user",
    "username",
    "secretname",
    "claimname",
    "generatename",
    "volumename",
];
/// Fields whose `name` is one of an object: elsewhere it is one of a port, a container or a variable.
const OBJECTS: [&str; 16] = [
    "metadata",
    "involvedobject",
    "regarding",
    "ownerreferences",
    "claimref",
    "scaletargetref",
    "configmapref",
    "secretref",
    "configmapkeyref",
    "secretkeyref",
    "configmap",
    "secret",
    "roleref",
    "subjects",
    "service",
    "imagepullsecrets",
];

/// The names in what Kubernetes prints: YAML, JSON and descriptions, `kind/name`, and what stands between quotes in its
/// own sentences.
pub fn names_in(text: &str) -> BTreeSet<&str> {
    let mut names = Vec::new();
    let mut above: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let inner = line.trim_start();
        let item = inner.strip_prefix("- ").unwrap_or(inner);
        let depth = line.len() - item.len();
        if let Some((key, value)) = item.split_once(':') {
            above.retain(|(other, _)| *other < depth);
            let key = key.trim_matches(['"', ' ']).to_lowercase();
            let value = value.trim().trim_end_matches(',').trim_matches('"');
            let of_object = || match above.last() {
                Some((_, parent)) => OBJECTS.contains(&parent.as_str()),
                None => depth == 0,
            };
            if FIELDS.contains(&key.as_str()) || (key == "name" && of_object()) {
                names.extend(value.split_whitespace().next().map(name_of));
            }
            if matches!(value, "" | "{" | "[" | "[{") {
                above.push((depth, key));
            }
        }
        let words = line.split_whitespace();
        let parts =
            words.filter_map(|word| word.trim_matches(['"', ',', '(', ')', '\'', ':', '.']).split_once('/'));
        names.extend(parts.filter(|(kind, _)| is_kind(kind)).map(|(_, name)| name));
        let quoted = line.split('"').collect::<Vec<_>>();
        names.extend(quoted.windows(2).filter(|two| said_of(two[0])).map(|two| two[1]));
    }
    names
        .into_iter()
        .map(|name| name.trim_end_matches(['-', ',', '.']))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The name in `ReplicaSet/web` and in `node-1/10.0.0.4`.
fn name_of(value: &str) -> &str {
    match value.split_once('/') {
        Some((kind, name)) if is_kind(kind) => name,
        Some((name, _)) => name,
        None => value,
    }
}

fn is_kind(word: &str) -> bool {
    WORDS.contains(&word.split('.').next().unwrap_or_default().to_lowercase())
}

/// Whether what comes next between quotes is a name: `pods "web" not found`, `User "ada" cannot …`.
fn said_of(before: &str) -> bool {
    before.ends_with(' ')
        && before.split_whitespace().next_back().is_some_and(|word| word == "User" || is_kind(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::{Prompt, Role};

    fn of(names: &[&str]) -> Pseudonyms {
        let mut pseudonyms = Pseudonyms::of(b"session");
        pseudonyms.note_all(names.iter().copied());
        pseudonyms
    }

    #[test]
    fn names_are_replaced_as_whole_words_and_as_parts_and_kubernetes_own_words_are_not() {
        let names =
            of(&["web", "web-api", "shop", "default", "pods", "ada@example.com", "db", "system:masters"]);
        let said = names.conceal(
            "delete Web, web-api-7d9f and webber of web.shop.svc for ada@example.com in default; pods db",
        );
        for gone in ["web-api", "shop", "ada", "example"] {
            assert!(!said.contains(gone), "{said}");
        }
        for kept in ["webber", "default", "pods db", "-7d9f", ".svc"] {
            assert!(said.contains(kept), "{said}");
        }
        assert_eq!(names.conceal(&said), said, "what stands for a name is left alone");
        assert!(names.reveal(&said).contains("delete web, web-api-7d9f and webber of web.shop.svc"));
    }

    #[test]
    fn a_session_keeps_its_pseudonyms_and_shares_them_with_no_other() {
        assert_eq!(of(&["shop", "web"]).conceal("web"), of(&["web"]).conceal("web"));
        let mut other = Pseudonyms::of(b"another");
        other.note("web");
        assert_ne!(other.conceal("web"), of(&["web"]).conceal("web"));
    }

    #[test]
    fn a_name_with_quotes_stays_inside_its_string() {
        let odd = "ada\",\"next\":\"x";
        let names = of(&[odd]);
        let concealed = serde_json::json!({ "a": names.conceal(odd) }).to_string();
        assert!(!concealed.contains("ada"), "{concealed}");
        let read: serde_json::Value = serde_json::from_str(&names.reveal_json(&concealed)).unwrap();
        assert_eq!(read, serde_json::json!({ "a": odd }));
    }

    #[test]
    fn a_name_behind_an_escape_comes_back() {
        let names = of(&["web-api"]);
        let said = names.conceal("of\nweb-api\t\"web-api\" \\ web-api");
        let json = serde_json::json!(said).to_string();
        let read: String = serde_json::from_str(&names.reveal_json(&json)).unwrap();
        assert_eq!(read, "of\nweb-api\t\"web-api\" \\ web-api");
        assert_eq!(names.reveal(&said), read);
    }

    #[test]
    fn names_are_found_in_what_kubernetes_prints() {
        let text = "Name:             cart-1\nNode:             worker-7/10.0.0.4\nControlled By:  ReplicaSet/cart-77\n\
            metadata:\n  name: quux\n  namespace: yonder\nspec:\n  containers:\n  - name: http\n    env:\n    - name: PATH\n  serviceAccountName: robot\n\
            \"metadata\": {\n  \"name\": \"blue\",\n\
            pod/red deployment.apps/green: 3\nError: pods \"left\" is forbidden: User \"mallory\" cannot get resource";
        let found = [
            "blue", "cart-1", "cart-77", "green", "left", "mallory", "quux", "red", "robot", "worker-7",
            "yonder",
        ];
        assert_eq!(names_in(text).into_iter().collect::<Vec<_>>(), found);
    }

    proptest! {
        #[test]
        fn what_is_concealed_can_be_revealed_and_holds_no_name(
            names in prop::collection::vec("[a-z][a-z0-9]{2,8}(-[a-z0-9]{1,6}){0,3}", 1..12),
            between in prop::collection::vec("[ \\n/:,.\"({}=\\[\\]-]{1,3}", 12),
            order in prop::collection::vec(any::<prop::sample::Index>(), 12),
        ) {
            let pseudonyms = of(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let text: String = between.iter().zip(&order).map(|(gap, at)| format!("{gap}{}", at.get(&names))).collect();
            let clean = Prompt {
                turns: vec![(Role::User, text.clone())],
                pseudonyms: Some(pseudonyms.clone()),
                ..Prompt::default()
            }
            .clean();
            let sent = clean.turns().map(|(_, text)| text).collect::<String>();
            if clean.removed() == 0 {
                prop_assert_eq!(clean.reveal(&sent), text);
            }
            for name in names.iter().filter(|name| !WORDS.contains(*name)) {
                let stands_there = sent.match_indices(name.as_str()).any(|(at, _)| {
                    !sent[..at].ends_with(char::is_alphanumeric) && stands(&sent[at..], name)
                });
                prop_assert!(!stands_there || name == PREFIX, "{} in {}", name, sent);
            }
        }
    }
}
