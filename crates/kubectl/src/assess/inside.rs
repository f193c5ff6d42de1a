//! Whether a command that runs inside a container destroys something.

use std::sync::OnceLock;

use regex::Regex;

use crate::classify::classify;
use crate::level::Level;
use crate::line::quote;

/// Programs that only run another one.
const WRAPPERS: &[&str] = &[
    "sudo", "doas", "env", "time", "nohup", "nice", "ionice", "timeout", "xargs", "exec", "command",
    "busybox", "chroot", "nsenter", "setsid", "stdbuf", "watch", "su", "gosu", "su-exec", "then", "do",
    "else", "!",
];
/// Programs that run a script given after `-c` or `-e`.
const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "ksh", "fish"];
/// Programs that destroy whatever they are given.
const DESTROYERS: &[&str] = &[
    "rm",
    "rmdir",
    "unlink",
    "shred",
    "dd",
    "wipefs",
    "truncate",
    "kill",
    "killall",
    "killall5",
    "pkill",
    "reboot",
    "shutdown",
    "halt",
    "poweroff",
    "dropdb",
    "dropuser",
    "fdisk",
    "sfdisk",
    "parted",
    "blkdiscard",
    "pvremove",
    "vgremove",
    "lvremove",
    "userdel",
    "deluser",
    "groupdel",
    "srm",
];
/// Programs that only read, whatever words they are given.
const READERS: &[&str] = &[
    "ls", "cat", "grep", "egrep", "fgrep", "zgrep", "echo", "printf", "head", "tail", "less", "more", "env",
    "ps", "df", "du", "wc", "stat", "file", "which", "type", "man", "nslookup", "dig", "host", "ping",
    "date", "uptime", "hostname", "id", "whoami", "pwd", "printenv", "sort", "uniq", "cut", "jq", "yq",
    "awk", "tree", "test", "[",
];
/// Words of other programs that say the same: `helm uninstall`, `etcdctl del`, `redis-cli FLUSHALL`.
const WORDS: &[&str] = &[
    "delete",
    "del",
    "destroy",
    "drop",
    "purge",
    "remove",
    "rm",
    "rmi",
    "rmr",
    "deleteall",
    "uninstall",
    "flushall",
    "flushdb",
    "truncate",
    "wipe",
    "format",
    "prune",
    "drain",
    "shutdown",
    "unlink",
    "poweroff",
    "reboot",
    "-delete",
    "--delete",
    "--remove",
    "--purge",
    "--force-delete",
    "delete_queue",
    "force_reset",
    "mirror-delete",
];

/// Whether the words are a command that destroys something: files, data, processes, or objects of the cluster.
pub(crate) fn destroys(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    command(&words, 0)
}

fn command(words: &[&str], depth: usize) -> bool {
    let Some((program, rest)) = program(words) else { return false };
    // Scripts inside scripts inside scripts are not taken apart for ever.
    if depth > 4 {
        return true;
    }
    if SHELLS.contains(&program) {
        return rest.iter().any(|word| !word.starts_with('-') && script(word, depth + 1));
    }
    if program == "kubectl" {
        let line: Vec<String> = rest.iter().map(|word| quote(word)).collect();
        return classify(&format!("kubectl {}", line.join(" "))).level == Level::Dangerous
            || rest.iter().any(|word| matches!(*word, "delete" | "drain"));
    }
    if DESTROYERS.contains(&program) || program.starts_with("mkfs") {
        return true;
    }
    if program == "find" {
        let run = rest.iter().position(|word| matches!(*word, "-exec" | "-execdir" | "-ok"));
        return rest.contains(&"-delete") || run.is_some_and(|at| command(&rest[at + 1..], depth + 1));
    }
    // A wrapper that this list doesn't know may stand before `rm` as well.
    let word = |word: &&str| WORDS.contains(&word.to_ascii_lowercase().as_str());
    !READERS.contains(&program) && (rest.iter().any(word) || rest.iter().any(|word| statement(word)))
}

/// The program's bare name and its arguments, without the wrappers, their flags and variables before it.
fn program<'a>(words: &'a [&'a str]) -> Option<(&'a str, &'a [&'a str])> {
    let mut wrapped = false;
    for (at, word) in words.iter().enumerate() {
        let bare = word.rsplit('/').next().unwrap_or_default();
        let flag = word.starts_with('-');
        let number = bare.starts_with(|c: char| c.is_ascii_digit());
        if WRAPPERS.contains(&bare) {
            wrapped = true;
        } else if word.is_empty() || (word.contains('=') && !flag) || (wrapped && (flag || number)) {
            continue;
        } else {
            return Some((bare, &words[at + 1..]));
        }
    }
    None
}

/// A shell script: each of its commands, and what it writes over.
fn script(text: &str, depth: usize) -> bool {
    // `r\m` and `r''m` are `rm` to a shell.
    let bare = text.replace(['\\', '\'', '"'], "");
    bare.split([';', '|', '&', '\n', '(', ')', '`', '{', '}']).any(|part| {
        let part = part.trim();
        let words: Vec<&str> = part.split_whitespace().map(|word| word.trim_matches('$')).collect();
        let reads = program(&words).is_some_and(|(name, _)| READERS.contains(&name));
        writes_over(part) || command(&words, depth) || (!reads && statement(part))
    })
}

/// `> data.db` or `: > data.db` empties a file, and `> /dev/sda` a disk.
fn writes_over(part: &str) -> bool {
    let (before, after) = part.split_once('>').unwrap_or((part, ""));
    let disk = ["/dev/sd", "/dev/nvme", "/dev/vd", "/dev/xvd", "/dev/mapper"];
    let empties = matches!(before.trim(), "" | ":" | "true" | "echo" | "echo -n" | "cat /dev/null")
        && !after.starts_with('>');
    part.contains('>') && (empties || disk.iter().any(|name| after.trim().starts_with(name)))
}

/// A statement of a database or a script that destroys, in one word of a command.
fn statement(text: &str) -> bool {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(
            r"(?i)\b(drop\s+(table|database|schema|user|role|index|view|keyspace|collection|owned|column|partition|if)\b|truncate\s+\w|delete\s+from\b|alter\s+table\s+\S+\s+drop\b|flushall\b|flushdb\b|dropdatabase\b|dropallusers\b|deletemany\b|deleteone\b|remove\(|\.drop\(|rmtree\b|os\.remove\b|unlink\b|os\.rmdir\b|unlinksync\b|rmsync\b|rmdirsync\b|shutdown\b|detach\s+delete\b|rm\s+-|del\s+\S)",
        )
        .ok()
    });
    text.contains([' ', '(', '.']) && pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
