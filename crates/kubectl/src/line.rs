//! One line of text ⇄ words, by the quoting rules of a POSIX shell and nothing else of a shell.

use std::sync::OnceLock;

use regex::Regex;

use crate::refusal::Refusal;

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 32 * 1024;

/// Splits a line into words. Everything that would make a shell do more than run one program is refused.
pub(crate) fn words(line: &str) -> Result<Vec<String>, Refusal> {
    if line.len() > LONGEST {
        return Err(Refusal::new("too-long", "The line is longer than 32 KiB; write a shorter command."));
    }
    let line = line.trim_matches([' ', '\t']);
    check_characters(line)?;
    if !(line == "kubectl" || line.starts_with("kubectl ") || line.starts_with("kubectl\t")) {
        return Err(not_kubectl(line));
    }
    let words = Splitter::default().split(line)?;
    match words.iter().find(|word| is_placeholder(word)) {
        Some(word) => Err(Refusal::new(
            "placeholder",
            format!("`{word}` is a placeholder; put the real value in its place."),
        )),
        None => Ok(words),
    }
}

fn not_kubectl(line: &str) -> Refusal {
    if let Some(shell) = line.chars().find(|c| matches!(c, '|' | ';' | '&' | '<' | '>' | '(' | '`' | '$')) {
        return shell_syntax(shell);
    }
    let first = line.split([' ', '\t']).next().unwrap_or_default();
    Refusal::new(
        "not-kubectl",
        format!(
            "A command begins with the plain word `kubectl`, not with `{first}`; wrappers, paths and other programs are not run."
        ),
    )
}

fn shell_syntax(found: char) -> Refusal {
    let what = match found {
        '|' => "A pipe",
        ';' | '&' => "A second command",
        '<' | '>' => "Redirection",
        '(' | ')' => "A subshell",
        '$' | '`' => "Shell expansion",
        _ => "Shell syntax",
    };
    Refusal::new(
        "shell-syntax",
        format!(
            "{what} (`{found}`) is not possible: there is no shell here. Write one kubectl command, and put single quotes around values that hold `{found}`."
        ),
    )
}

/// Characters that are refused even inside quotes: nobody can see what they do.
fn check_characters(line: &str) -> Result<(), Refusal> {
    for c in line.chars() {
        match c {
            '\n' | '\r' => {
                return Err(Refusal::new(
                    "line-break",
                    "A command is exactly one line; send one command at a time.",
                ));
            }
            '\t' => {}
            c if c.is_control() || is_invisible(c) => {
                let message = format!(
                    "The line holds the invisible character U+{:04X}; type the command without it.",
                    u32::from(c)
                );
                return Err(Refusal::new("invisible-character", message));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xA0 | 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x1680 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x2000..=0x200F | 0x2028..=0x202F | 0x205F..=0x206F | 0x2800 | 0x3000 | 0x3164
        | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xE0000..=0xE0FFF)
}

pub(crate) fn look_alike(text: &str) -> Refusal {
    let found = text.chars().find(|c| !c.is_ascii()).unwrap_or('?');
    Refusal::new(
        "look-alike",
        format!(
            "`{text}` holds the character `{found}` (U+{:04X}), which is not ASCII; type it on a plain keyboard.",
            u32::from(found)
        ),
    )
}

fn is_placeholder(word: &str) -> bool {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r"(^|[=/:,])(<[A-Za-z][A-Za-z0-9_ .-]*>|\[[A-Za-z][A-Za-z0-9_ -]*\]|\{\{\s*[A-Za-z_][A-Za-z0-9_|/-]*\s*\}\})($|[=/:,])").ok()
    });
    if !word.contains(['<', '[', '{']) {
        return word == "}}";
    }
    // `{{ name }}` without quotes is three words.
    if word.starts_with("{{") && !word.contains("}}") {
        return true;
    }
    let template = word.contains("go-template") || word.contains("{{.") || word.contains("{{ .");
    !template && pattern.as_ref().is_some_and(|pattern| pattern.is_match(word))
}

#[derive(Default)]
struct Splitter {
    words: Vec<String>,
    word: String,
    /// Whether a word has begun, so that `''` is a word.
    begun: bool,
    /// How many pieces the word has: what stands in quotes, what stands outside of them.
    pieces: usize,
    /// Whether the last piece stands outside of quotes.
    outside: bool,
    /// Unquoted `{` in the word that are still open: where their text starts and whether it has a comma.
    braces: Vec<(usize, bool)>,
}

impl Splitter {
    fn split(mut self, line: &str) -> Result<Vec<String>, Refusal> {
        let mut rest = line.chars();
        while let Some(c) = rest.next() {
            match c {
                ' ' | '\t' => self.end_word()?,
                '\'' => self.single_quoted(&mut rest)?,
                '"' => self.double_quoted(&mut rest)?,
                '\\' => self.escaped(rest.next())?,
                '|' | ';' | '&' | '<' | '>' | '(' | ')' | '$' | '`' => return Err(shell_syntax(c)),
                '#' if !self.begun => {
                    return Err(Refusal::new(
                        "shell-syntax",
                        "Comments (`#`) are not part of a command; leave them out.",
                    ));
                }
                c if !c.is_ascii() => return Err(look_alike(&c.to_string())),
                c => self.plain(c)?,
            }
        }
        self.end_word()?;
        Ok(self.words)
    }

    fn end_word(&mut self) -> Result<(), Refusal> {
        if self.begun {
            let word = std::mem::take(&mut self.word);
            // `de""lete`: nobody has a reason to write a verb or a type in pieces.
            let bare = |c: char| c.is_ascii_lowercase() || c == '-';
            if self.pieces > 1 && word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(bare)
            {
                return Err(Refusal::new(
                    "hidden-word",
                    format!("`{word}` is written in pieces of quotes; write it plainly."),
                ));
            }
            self.words.push(word);
        }
        self.begun = false;
        self.pieces = 0;
        self.outside = false;
        self.braces.clear();
        Ok(())
    }

    /// One more piece of the word: in quotes, or escaped.
    fn piece(&mut self) {
        self.begun = true;
        self.pieces += 1;
        self.outside = false;
    }

    fn push(&mut self, c: char) {
        self.word.push(c);
        self.begun = true;
    }

    /// An unquoted character; `{a,b}` and `{1..3}` would be expanded by a shell.
    fn plain(&mut self, c: char) -> Result<(), Refusal> {
        match c {
            '{' => self.braces.push((self.word.len() + 1, false)),
            ',' => {
                if let Some(open) = self.braces.last_mut() {
                    open.1 = true;
                }
            }
            '}' => {
                if let Some((start, comma)) = self.braces.pop()
                    && (comma || is_sequence(self.word.get(start..).unwrap_or_default()))
                {
                    return Err(Refusal::new(
                        "shell-syntax",
                        "Brace expansion is not possible: there is no shell here. Put single quotes around a value that holds `{…,…}`.",
                    ));
                }
            }
            _ => {}
        }
        if !self.outside {
            self.piece();
            self.outside = true;
        }
        self.push(c);
        Ok(())
    }

    fn escaped(&mut self, next: Option<char>) -> Result<(), Refusal> {
        match next {
            None => Err(Refusal::new(
                "line-break",
                "The line ends with a backslash; a command is exactly one line.",
            )),
            Some(c @ ('|' | ';' | '&' | '<' | '>' | '(' | ')' | '$' | '`')) => Err(shell_syntax(c)),
            Some(c) if !c.is_ascii() => Err(look_alike(&c.to_string())),
            Some(c) => {
                self.piece();
                self.push(c);
                Ok(())
            }
        }
    }

    fn single_quoted(&mut self, rest: &mut std::str::Chars<'_>) -> Result<(), Refusal> {
        self.piece();
        for c in rest.by_ref() {
            match c {
                '\'' => return Ok(()),
                c => self.push(c),
            }
        }
        Err(unbalanced('\''))
    }

    fn double_quoted(&mut self, rest: &mut std::str::Chars<'_>) -> Result<(), Refusal> {
        self.piece();
        while let Some(c) = rest.next() {
            match c {
                '"' => return Ok(()),
                '$' | '`' => return Err(shell_syntax(c)),
                '\\' => match rest.next() {
                    Some(c @ ('"' | '\\')) => self.push(c),
                    Some(c @ ('$' | '`')) => return Err(shell_syntax(c)),
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                    None => break,
                },
                c => self.push(c),
            }
        }
        Err(unbalanced('"'))
    }
}

fn unbalanced(quote: char) -> Refusal {
    Refusal::new("unbalanced-quotes", format!("A quote ({quote}) is not closed; close it, or leave it out."))
}

/// `1..3` or `a..f`, which a shell expands between braces; jsonpath's `..name` is not one.
fn is_sequence(text: &str) -> bool {
    let end = |part: &str| {
        part.parse::<i64>().is_ok() || (part.len() == 1 && part.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let parts: Vec<&str> = text.split("..").collect();
    (2..=3).contains(&parts.len()) && parts.iter().all(|part| end(part))
}

/// Writes a canonical line: one spelling for each command.
#[derive(Debug, Default)]
pub(crate) struct Line {
    text: String,
}

impl Line {
    pub(crate) fn new(verb: &str) -> Self {
        Self { text: format!("kubectl {verb}") }
    }

    /// A positional word.
    pub(crate) fn word(&mut self, word: &str) -> &mut Self {
        self.text.push(' ');
        self.text.push_str(&quote(word));
        self
    }

    pub(crate) fn words<'a>(&mut self, words: impl IntoIterator<Item = &'a String>) -> &mut Self {
        for word in words {
            self.word(word);
        }
        self
    }

    /// A flag without a value, when it is set.
    pub(crate) fn switch(&mut self, flag: &str, on: bool) -> &mut Self {
        if on {
            self.text.push(' ');
            self.text.push_str(flag);
        }
        self
    }

    /// `-n shop` for a short flag, `--replicas=5` for a long one.
    pub(crate) fn value(&mut self, flag: &str, value: Option<impl ToString>) -> &mut Self {
        if let Some(value) = value {
            let glue = if flag.starts_with("--") { '=' } else { ' ' };
            self.text.push(' ');
            self.text.push_str(flag);
            self.text.push(glue);
            self.text.push_str(&quote(&value.to_string()));
        }
        self
    }

    pub(crate) fn values<'a>(
        &mut self,
        flag: &str,
        values: impl IntoIterator<Item = &'a String>,
    ) -> &mut Self {
        for value in values {
            self.value(flag, Some(value));
        }
        self
    }

    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// The word in single quotes where it needs them.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
