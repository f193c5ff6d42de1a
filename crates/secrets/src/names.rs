//! Names whose values are secret: `DB_PASSWORD`, `--token`, `clientSecret`, and not `secretName`.

/// Last words of a name that make its value secret.
const LAST: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "secret",
    "token",
    "apikey",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "dsn",
];
/// Last two words that do.
const LAST_TWO: [(&str, &str); 10] = [
    ("api", "key"),
    ("access", "key"),
    ("private", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("secret", "key"),
    ("account", "key"),
    ("master", "key"),
    ("auth", "key"),
    ("license", "key"),
];
/// Fields of Kubernetes that hold a name or a setting under such a word.
const HARMLESS: [&str; 3] = ["automountServiceAccountToken", "imagePullSecret", "pullSecret"];

/// Whether the value under this name is secret.
pub fn is_secret(name: &str) -> bool {
    if HARMLESS.contains(&name) {
        return false;
    }
    let words = words(name);
    let (last, before) = match words.as_slice() {
        [.., before, last] => (last, Some(before)),
        [last] => (last, None),
        [] => return false,
    };
    LAST.contains(&last.as_str())
        || before.is_some_and(|before| LAST_TWO.contains(&(before.as_str(), last.as_str())))
}

/// Whether one of the parts of a path or list of names is such a name.
pub fn holds_secret_name(path: &str) -> bool {
    path.split(['.', '/', '[', ']', '=', '"', '\'', ',']).any(is_secret)
}

/// Whether a value tells nothing: a switch, an emptiness, or words of ours that stand for a value.
pub fn says_nothing(value: &str) -> bool {
    value.len() < 3
        || matches!(
            value.to_lowercase().as_str(),
            "true"
                | "false"
                | "null"
                | "none"
                | "nil"
                | "changed"
                | "unchanged"
                | "added"
                | "removed"
                | "hidden"
                | "bearer"
                | "basic"
        )
        || value.chars().all(|c| matches!(c, '*' | '.' | '<' | '>' | '•' | '…'))
}

/// The words of a name, in lower case: at separators and at humps.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}
