//! The table: what is run on both sides, read from `tests/differential/*.rows`. Its README says how it is written.

use std::fs;
use std::path::{Path, PathBuf};

/// One command line and what is expected of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// File and line, for messages.
    pub place: String,
    /// The command as a person types it, with `$NS` for the namespace.
    pub line: String,
    /// Run by kubectl on each side before.
    pub first: Vec<String>,
    /// A file given on standard input.
    pub stdin: Option<String>,
    /// Both fail and change nothing more.
    pub fails: bool,
    /// The exit code of an answer: 1 says no, or that something differs.
    pub code: i32,
    /// The status of objects counts too.
    pub with_status: bool,
    /// What is different, and why that is right.
    pub except: Vec<(Except, String)>,
}

/// In which way a row may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Except {
    /// What is printed.
    Output,
    /// What is printed, unless chance has it otherwise.
    Chance,
    /// Which objects are left.
    Objects,
    /// It is not run at all.
    Here,
    /// kubectl does it, KubeChat says why it does not.
    Refused,
    /// KubeChat does it, kubectl does not.
    More,
}

/// Rows that begin with the same objects.
#[derive(Debug, Clone)]
pub struct Section {
    /// Whether they change something: each row has namespaces of its own then.
    pub changes: bool,
    /// Names of the set-ups.
    pub set_ups: Vec<String>,
    /// Run by kubectl once before reads.
    pub until: Vec<String>,
    pub rows: Vec<Row>,
}

const EXCEPTIONS: [(&str, Except); 6] = [
    ("other output: ", Except::Output),
    ("other output at times: ", Except::Chance),
    ("other objects: ", Except::Objects),
    ("not run: ", Except::Here),
    ("refused here: ", Except::Refused),
    ("only here: ", Except::More),
];

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential")
}

impl Row {
    pub fn excepts(&self, what: Except) -> bool {
        self.except.iter().any(|(known, _)| *known == what)
    }
}

/// All files, sorted by name.
pub fn read() -> Vec<Section> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "rows")).collect();
    files.sort();
    files.iter().flat_map(|file| sections(file)).collect()
}

fn sections(file: &Path) -> Vec<Section> {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let mut sections: Vec<Section> = Vec::new();
    for (at, text) in fs::read_to_string(file).unwrap().lines().enumerate() {
        let place = format!("{name}:{}", at + 1);
        let said = text.trim();
        if said.is_empty() || said.starts_with('#') {
            continue;
        }
        if let Some(head) = said.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(section(head, &place));
            continue;
        }
        let section = sections.last_mut().unwrap_or_else(|| panic!("{place}: a row before its section"));
        if let Some(until) = said.strip_prefix("until ") {
            section.until.push(until.to_owned());
        } else if text.starts_with("kubectl ") {
            section.rows.push(Row {
                place,
                line: said.to_owned(),
                first: Vec::new(),
                stdin: None,
                fails: false,
                code: 0,
                with_status: false,
                except: Vec::new(),
            });
        } else {
            let row = section.rows.last_mut().unwrap_or_else(|| panic!("{place}: about no row"));
            note(row, said, &place);
        }
    }
    sections
}

fn section(head: &str, place: &str) -> Section {
    let (kind, set_ups) = head.split_once(' ').unwrap_or((head, ""));
    assert!(["read", "change"].contains(&kind), "{place}: a section is [read …] or [change …]");
    let set_ups = set_ups.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    Section { changes: kind == "change", set_ups: set_ups.collect(), until: Vec::new(), rows: Vec::new() }
}

/// An indented line under a row.
fn note(row: &mut Row, said: &str, place: &str) {
    if let Some(line) = said.strip_prefix("first ") {
        row.first.push(line.to_owned());
    } else if let Some(file) = said.strip_prefix("stdin ") {
        row.stdin = Some(file.to_owned());
    } else if said == "fails" {
        row.fails = true;
    } else if said == "exit 1" {
        row.code = 1;
    } else if said == "with status" {
        row.with_status = true;
    } else {
        let known = EXCEPTIONS.iter().find_map(|(word, except)| Some((*except, said.strip_prefix(word)?)));
        let (except, reason) = known.unwrap_or_else(|| panic!("{place}: `{said}` is not understood"));
        assert!(reason.len() > 15, "{place}: an exception needs its reason");
        row.except.push((except, reason.to_owned()));
    }
}
