//! `docs/commands.md` says what the code says.

use kubechat_kubectl::grammar::verbs;

#[path = "../examples/commands/page.rs"]
mod page;

#[test]
fn the_page_of_commands_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.md");
    let written = std::fs::read_to_string(path).unwrap();
    let page = page::page().unwrap();
    let differs = written.lines().zip(page.lines()).find(|(old, new)| old != new);
    assert!(written == page, "docs/commands.md is not current, run `make docs`: {differs:?}");
}

#[test]
fn every_verb_has_an_example() {
    let page = page::page().unwrap();
    let lacks = |name: &&str| {
        let part = page.split(&format!("\n## {name}\n")).nth(1).unwrap();
        !part.split("\n## ").next().unwrap().contains("for example")
    };
    let names = verbs().into_iter().map(|verb| verb.name).filter(|name| !["help", "options"].contains(name));
    let lacking: Vec<&str> = names.filter(lacks).collect();
    assert!(lacking.is_empty(), "no line of the table is of {lacking:?}");
}
