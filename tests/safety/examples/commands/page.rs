//! The page of commands, from the grammar, the classifier and the lines of the benchmark's table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kubechat_kubectl::command::AnyVerb;
use kubechat_kubectl::grammar::{Flag, global_flags, refused_verbs, verbs};
use kubechat_kubectl::plan::Context;
use kubechat_kubectl::{Attachments, Catalog, Command, Facts, classify};
use kubechat_safety::Error;
use kubechat_safety::table::Table;

const HEAD: &str = "# Commands

Made by `make docs` from the code; don't edit it. What a line does is computed, never looked up: the level of an example is what
`kubechat classify` says of it, and the reasons are the ones that an approver reads. A preview can raise a level, never lower it.

";

/// An example line of a verb, judged.
struct Example {
    line: String,
    level: &'static str,
    why: String,
}

/// The whole page.
///
/// # Errors
/// When the table can't be read.
pub fn page() -> Result<String, Error> {
    let examples = examples()?;
    let mut verbs = verbs();
    verbs.sort_by_key(|verb| verb.name);
    let mut page = HEAD.to_owned();
    let list: Vec<String> =
        verbs.iter().map(|verb| format!("[{}](#{})", verb.name, verb.name.replace(' ', "-"))).collect();
    let _ = writeln!(page, "{}\n", list.join(" · "));
    let _ = writeln!(page, "## Refused on purpose\n\n| verb | instead |\n| --- | --- |");
    for (verb, instead) in refused_verbs() {
        let _ = writeln!(page, "| `{verb}` | {instead} |");
    }
    let (refused, taken): (Vec<Flag>, Vec<Flag>) =
        global_flags().into_iter().partition(|flag| flag.refused.is_some());
    let _ = writeln!(page, "\n| flag of any verb | why it is refused |\n| --- | --- |");
    for flag in refused {
        let _ = writeln!(page, "| {} | {} |", name(&flag), flag.refused.unwrap_or_default());
    }
    let _ = writeln!(page, "\nFlags that every verb has: {}.", names(&taken));
    for verb in verbs {
        let _ = writeln!(page, "\n## {}\n", verb.name);
        if let Some(examples) = examples.get(verb.name) {
            let _ = writeln!(page, "| for example | level | because |\n| --- | --- | --- |");
            for Example { line, level, why } in examples {
                let _ = writeln!(
                    page,
                    "| `{}` | {level} | {} |",
                    line.replace('|', "\\|"),
                    why.replace('|', "\\|")
                );
            }
        }
        let (refused, taken): (Vec<Flag>, Vec<Flag>) =
            verb.flags.into_iter().partition(|flag| flag.refused.is_some());
        if !taken.is_empty() {
            let _ = writeln!(page, "\nFlags: {}.", names(&taken));
        }
        for flag in refused {
            let _ = writeln!(page, "\n{} is refused: {}", name(&flag), flag.refused.unwrap_or_default());
        }
    }
    Ok(page)
}

/// For each verb one line of the table for each set of reasons, the harmless first.
fn examples() -> Result<BTreeMap<&'static str, Vec<Example>>, Error> {
    let table = Table::read(include_str!("../../data/effects.txt"))?;
    let mut found: BTreeMap<&'static str, Vec<(Vec<String>, Example)>> = BTreeMap::new();
    for form in &table.forms {
        let line = kubechat_safety::spell::plain(&table.fill(&form.line, |_| 0));
        let Ok(command) = Command::parse(&line) else { continue };
        let judged = classify(&line);
        let ids: Vec<String> = judged.reasons.iter().map(|reason| reason.id.clone()).collect();
        let known = found.entry(command.verb()).or_default();
        if known.iter().any(|(other, _)| *other == ids) || matches!(command.what, AnyVerb::Help { .. }) {
            continue;
        }
        let mut why: Vec<String> = judged.reasons.into_iter().map(|reason| reason.text).collect();
        if why.is_empty() {
            why.push(command.explain());
        }
        why.extend(not_carried_out(&command));
        known.push((ids, Example { line, level: judged.level.as_str(), why: why.join(" ") }));
    }
    let sorted = |(verb, mut known): (&'static str, Vec<(Vec<String>, Example)>)| {
        let place = |level: &str| ["safe", "warning", "dangerous"].iter().position(|known| *known == level);
        known.sort_by_key(|(_, example)| place(example.level));
        (verb, known.into_iter().map(|(_, example)| example).collect())
    };
    Ok(found.into_iter().map(sorted).collect())
}

/// What the files of a command hold.
const MANIFEST: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME, labels: {app: web}}\n";

/// Why the command is judged and not carried out, where that is so.
fn not_carried_out(command: &Command) -> Option<String> {
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let now = jiff::Timestamp::UNIX_EPOCH;
    let text = |name: &str| MANIFEST.replace("NAME", if name == "-" { "api" } else { "web" });
    let mut attachments = Attachments::from([("edited".to_owned(), text("edited"))]);
    for place in command.sources() {
        let path = place.path;
        if place.builds.is_some() {
            attachments.insert(format!("{path}/kustomization.yaml"), "resources: [web.yaml]\n".to_owned());
            attachments.insert(format!("{path}/web.yaml"), text("web"));
        } else {
            attachments.insert(path.clone(), text(&path));
        }
    }
    let ctx =
        Context { namespace: "default", now, catalog: &catalog, facts: &facts, attachments: &attachments };
    command.plan(&ctx).err().map(|refusal| format!("*Not carried out: {}*", refusal.message))
}

fn names(flags: &[Flag]) -> String {
    flags.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn name(flag: &Flag) -> String {
    let short = flag.short.map(|short| format!("-{short}, ")).unwrap_or_default();
    let takes = if flag.only.is_empty() { flag.takes.to_owned() } else { flag.only.join(", ") };
    let takes =
        if takes.is_empty() || flag.refused.is_some() { String::new() } else { format!(" ({takes})") };
    format!("`{short}--{}`{takes}", flag.long)
}
