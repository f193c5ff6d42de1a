//! What a model is told: the language as the code knows it, and what of the cluster matters for this request.

use std::fmt::Write as _;

use kubechat_kubectl::{Catalog, grammar};
use kubechat_translate::Context;

use super::examples;

/// Part of the prompt, so that an answer to another version is not remembered for this one.
const VERSION: u32 = 1;
const EXAMPLES: usize = 12;
const NAMES: usize = 40;
const KINDS: usize = 60;
/// Characters of a token, on the safe side.
const CHARACTERS: usize = 3;

const RULES: &str = "\
You turn what a person says into kubectl commands for KubeChat. You only propose: code checks every command, shows its effect, and the \
person decides.
Answer with one JSON object:
- outcome: `command` when exact commands do what is asked; `investigate` when it is a question that needs looking around in the cluster \
(why something fails, is slow, what happened); `answer` for a general question on Kubernetes, answered in message; `clarify` when \
something is missing, asked for in message; `refuse` when it has nothing to do with Kubernetes or no command can do it.
- commands: the lines, in order, each beginning with `kubectl `; empty unless outcome is command.
- where: a CEL condition on `self` when kubectl itself can't choose the objects, for example `self.status.phase == 'Pending'`; else null.
- meaning: what the commands do, as a short request in plain English.
- message: the question, the answer or the reason; else empty.
Rules: no shell, no pipes, no other programs, no files, no plugins, no --context, --kubeconfig, --as or --token. Name objects as the person \
did or as the list below does; never invent a name. Add -n only for another namespace than the session's.";

/// The part that says what the language is.
pub(super) fn system(request: &str, context: &Context, room: usize) -> String {
    let like = examples::like(request, EXAMPLES);
    let mut text = format!("{RULES}\n\nPrompt version {VERSION}.\n");
    let all: Vec<&str> = grammar::verbs().iter().map(|verb| verb.name).collect();
    let _ = writeln!(text, "\nVerbs: {}.", all.join(", "));
    let lines = like.iter().filter_map(|example| example.command.as_deref());
    let mut used: Vec<String> = lines.flat_map(|command| command.split(" ;; ")).filter_map(verb_of).collect();
    used.sort();
    used.dedup();
    for verb in grammar::verbs().iter().filter(|verb| used.iter().any(|used| used == verb.name)) {
        let flags = verb.flags.iter().filter(|flag| flag.refused.is_none());
        let flags: Vec<String> = flags
            .map(|flag| {
                if flag.takes.is_empty() {
                    format!("--{}", flag.long)
                } else {
                    format!("--{}=…", flag.long)
                }
            })
            .collect();
        let _ = writeln!(text, "kubectl {}: {}", verb.name, flags.join(" "));
    }
    text.push_str("\nExamples:\n");
    for example in like {
        let entry = format!(
            "{} => {}{}\n",
            example.request,
            example.command.as_deref().unwrap_or_default().replace(" ;; ", " then "),
            example.filter.as_deref().map(|filter| format!(" where {filter}")).unwrap_or_default()
        );
        // Room is left for the question, the facts and the answer.
        if text.len() + entry.len() > room * CHARACTERS / 2 {
            break;
        }
        text.push_str(&entry);
    }
    text.push_str(&kinds(&context.catalog));
    text
}

/// The verb of a line, with its second word where the language has one.
fn verb_of(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().skip(1);
    let first = words.next()?;
    let two = words.next().map(|second| format!("{first} {second}"));
    let known = |name: &String| grammar::verbs().iter().any(|verb| verb.name == name.as_str());
    two.filter(known).or_else(|| Some(first.to_owned()))
}

/// The kinds that only this cluster serves; Kubernetes' own are known to every model.
fn kinds(catalog: &Catalog) -> String {
    let builtin = Catalog::builtin();
    let own = catalog.resources.iter().filter(|resource| {
        !builtin
            .resources
            .iter()
            .any(|known| known.plural == resource.plural && known.group == resource.group)
    });
    let names: Vec<String> = own.take(KINDS).map(|resource| resource.qualified()).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("\nKinds of this cluster besides Kubernetes' own: {}.\n", names.join(", "))
    }
}

/// The request, with the facts that it may be about.
pub(super) fn question(request: &str, context: &Context) -> String {
    let mut text = String::new();
    if let Some(namespace) = &context.namespace {
        let _ = writeln!(text, "Namespace of the session: {namespace}");
    }
    let asked = examples::words(request);
    // An object matters when a word of its name was said.
    let said = |name: &str| {
        asked.iter().any(|word| word.len() > 2 && (name.contains(word.as_str()) || word.contains(name)))
    };
    let mut left = NAMES;
    for (kind, names) in &context.names {
        let matters: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| said(name)).take(left).collect();
        left -= matters.len();
        if !matters.is_empty() {
            let _ = writeln!(text, "{kind}: {}", matters.join(", "));
        }
    }
    let namespaces: Vec<&str> =
        context.namespaces.iter().map(String::as_str).filter(|name| said(name)).take(10).collect();
    if !namespaces.is_empty() {
        let _ = writeln!(text, "Namespaces: {}", namespaces.join(", "));
    }
    if let Some(last) = context.last.as_ref().filter(|last| !last.command.is_empty()) {
        let targets: Vec<String> =
            last.targets.iter().take(10).map(|(kind, name)| format!("{kind}/{name}")).collect();
        let _ = writeln!(text, "The command before: {} (about {})", last.command, targets.join(", "));
    }
    let _ = write!(text, "Request: {request}");
    text
}
