//! Questions that need no command: short built-in answers, or an honest "I don't know that".

use std::collections::HashMap;
use std::sync::LazyLock;

use kubechat_kubectl::Command;

use crate::lexicon::lines;
use crate::read::Reading;

struct Facts {
    by_word: HashMap<&'static str, usize>,
    texts: Vec<String>,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let mut facts = Facts { by_word: HashMap::new(), texts: Vec::new() };
    for line in lines(include_str!("../data/answers.txt")) {
        let Some((head, rest)) = line.split_once(':') else { continue };
        let (text, page) = rest.split_once('|').unwrap_or((rest, ""));
        facts.texts.push(format!("{} (https://kubernetes.io/docs/{})", text.trim(), page.trim()));
        for word in head.trim_start_matches('~').split_whitespace() {
            facts.by_word.insert(word, facts.texts.len() - 1);
        }
    }
    facts
});

/// What KubeChat is good for.
pub(crate) const ABOUT: &str = "I turn what you say into exact Kubernetes commands, show what they would change, and run them \
    as you once approved. Ask to list or describe objects, show logs, events and usage, scale, restart, roll back, \
    label, create or delete; for example “show the pods in shop” or “scale web to 3”.";

const HOW: &str = "Say what you want to see or change, for example “restart deployment web in shop”, and I show the \
    command and its effect before anything runs.";

pub(crate) const UNKNOWN: &str = "I don't know that. I answer questions on Kubernetes and operate a cluster; for example \
    “show the pods in shop”.";

/// Openings of questions that ask to be told something, never to do something.
const OPENINGS: &[&str] = &[
    "how do",
    "how to",
    "how can",
    "how does",
    "how would",
    "how should",
    "how is",
    "how are",
    "how will",
    "how come",
    "what does",
    "what do",
    "what happens",
    "what would happen",
    "what will happen",
    "what if",
    "what makes",
    "is it safe",
    "is it ok",
    "is it okay",
    "is it dangerous",
    "is it bad",
    "is it a good",
    "is it better",
    "is it possible to",
    "is that safe",
    "is this safe",
    "is there a way",
    "is there any way",
    "is there a difference",
    "should i",
    "should we",
    "do i need",
    "do we need",
    "when should",
    "when do",
    "when would",
    "when is",
    "why should",
    "why would",
    "why do we",
    "why do people",
    "why does kubernetes",
    "can you explain",
    "could you explain",
    "does kubernetes",
    "does k8s",
    "where can i find",
    "where do i find",
    "can i run",
    "what's the role of",
    "what is the role of",
    "what's a good",
    "what is a good",
    "when was",
    "when did",
    "sing",
    "what time",
    "what day",
    "what are the benefits",
    "what are the advantages",
    "what are the limits of",
    "what are the drawbacks",
    "how much does",
    "how long does",
    "how often does",
    "how many people",
    "what port does",
    "who invented",
    "who created",
    "who wrote",
    "who built",
    "who owns",
    "who won",
    "who was",
    "who were",
    "explain to me how",
    "explain to me what",
    "explain to me why",
    "explain me",
    "tell me about the history",
    "tell me a",
    "tell me something",
    "write a",
    "write me",
    "can you write",
    "could you write",
    "can you tell me a",
    "translate",
    "explain what",
    "explain how",
    "explain why",
    "explain the difference",
    "tell me what a",
    "tell me how",
    "what's the difference",
    "what is the difference",
    "difference between",
    "what are the differences",
    "which is better",
    "what is better",
    "what's better",
    "what is the purpose",
    "what's the purpose",
    "what is the point",
    "what's the point",
    "i don't get",
    "i don't understand",
    "will deleting",
    "does deleting",
    "what is the best",
    "what's the best",
    "what is the meaning",
    "what is meant",
    "what does it mean",
    "best practice",
    "who are you",
    "who made",
    "who is",
    "there how are you",
    "how was your",
    "how were your",
    "wat is",
    "which kubernetes objects are",
    "what kubernetes objects are",
    "which kinds of requests",
    "what kinds of requests",
    "which requests can",
    "what requests can",
    "what are you",
    "what can you",
    "what can i ask",
    "what can i do with",
    "what commands",
    "what can kubechat",
    "which commands",
    "what do you",
    "are you",
    "do you",
    "can you help",
    "could you help",
    "help",
    "help me",
    "what is your",
    "what's your",
    "how are you",
    "you're the",
    "you are the",
    "you are great",
    "you're great",
    "is kubectl",
    "does kubectl",
    "what does kubectl",
    "if a",
    "tell me a joke",
    "tell me about yourself",
    "was ist",
    "c'est quoi",
    "qu'est-ce",
    "que es",
    "qué es",
    "cos'è",
    "o que é",
    "que signifie",
    "wie",
    "comment",
    "pourquoi",
    "warum",
    "wofür",
    "what is kubernetes",
    "what's kubernetes",
    "waht is",
    "define",
    "meaning of",
    "what are best",
    "what mean",
    "wozu",
    "for what is",
    "for what are",
    "what is good",
    "what the difference",
    "whats the difference",
    "the difference",
    "difference between",
    "what means",
    "what does mean",
];

const SELF: &[&str] = &["you", "your", "kubechat", "yourself"];

/// An answer, if the request asks to be told something.
pub(crate) fn answer(request: &str, reading: &Reading<'_>) -> Option<String> {
    let said = plain(reading);
    let field = reading.slots.iter().any(|slot| slot.name == "field" && slot.value.contains('.'));
    if field && reading.acts.iter().any(|act| act.name == "explain") {
        return None;
    }
    let opened = OPENINGS.iter().any(|opening| {
        said.strip_prefix(opening).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let thanks = ["thanks", "thank you", "thx", "cheers", "bye", "goodbye", "good night"];
    let nothing = reading.acts.is_empty() && reading.slots.is_empty();
    if nothing
        && thanks.iter().any(|word| said.starts_with(word) || said.ends_with(word))
        && reading.tokens.iter().all(|token| token.kind.is_none())
    {
        return Some(ABOUT.to_owned());
    }
    let shown = said.starts_with("what do") && said.contains(" look like");
    if opened && !shown {
        if asks_for_live(reading, &said) {
            return None;
        }
        return Some(told(request, reading, &said));
    }
    if is_general(reading, &said) {
        return Some(told(request, reading, &said));
    }
    is_definition(reading, &said).then(|| told(request, reading, &said))
}

/// The words in lower case, corrected, without marks and greetings.
fn plain(reading: &Reading<'_>) -> String {
    let mut said = String::with_capacity(64);
    for token in reading.tokens.iter().filter(|token| !token.is(crate::shape::MARK)).take(40) {
        let greeting = ["hey", "hi", "hello", "please", "so", "ok", "okay", "well", "kubechat"];
        let opens =
            said.is_empty() && matches!(&*token.low, "good" | "morning" | "evening" | "afternoon" | "day");
        if opens || said.is_empty() && greeting.contains(&&*token.low) {
            continue;
        }
        if matches!(&*token.low, "'s" | "’s") {
            said.push_str("'s");
            continue;
        }
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(token.low.trim_start_matches(['¿', '¡']));
    }
    said
}

/// `how is the rollout of web going`, `what are the pods doing`: questions on this cluster's state.
fn asks_for_live(reading: &Reading<'_>, said: &str) -> bool {
    if reading.tokens.iter().any(|token| token.is(crate::shape::FILE))
        && reading.acts.iter().any(|act| act.name == "diff")
    {
        return true;
    }
    let status = reading
        .acts
        .iter()
        .any(|act| matches!(act.name, "rollout-status" | "can-i" | "events" | "top" | "rollout-history"));
    let state =
        said.starts_with("how is the") || said.starts_with("how are the") || said.starts_with("who is");
    let allowed = said.starts_with("is it possible to") && reading.acts.iter().any(|act| act.name == "can-i");
    (status && (state || said.starts_with("how is") || said.starts_with("how do i know")))
        || allowed
        || said.starts_with("define ")
}

/// A question on a kind as such: `does a pod have an address`, `can pods talk to each other`.
fn is_general(reading: &Reading<'_>, said: &str) -> bool {
    const ASKS: &[&str] = &[
        "is", "are", "can", "does", "do", "how", "why", "when", "where", "will", "could", "should", "what",
        "which", "must",
    ];
    const MINE: &[&str] = &[
        "is there",
        "are there",
        "can i",
        "can you",
        "can we",
        "could you",
        "could we",
        "could i",
        "do i",
        "do we",
        "will you",
        "what a",
        "can someone",
        "can kubechat",
        "does user",
        "is it",
    ];
    let mut words = said.split(' ');
    let Some(first) = words.next().filter(|word| ASKS.contains(word)) else { return false };
    const WORTH: &[&str] = &["important", "useful", "needed", "necessary", "recommended", "good", "bad"];
    let about = reading.tokens.get(1).is_some_and(|token| token.kind.is_some() && token.plural);
    if about && matches!(first, "do" | "does") {
        return true;
    }
    if first == "why" && said.rsplit(' ').next().is_some_and(|last| WORTH.contains(&last)) {
        return true;
    }
    if matches!(first, "is" | "are")
        && [" the same as ", " different from ", " better than "].iter().any(|word| said.contains(word))
    {
        return true;
    }
    let able = first == "how" && said.contains(" can a ");
    let acts = reading.acts.iter().any(|act| !act.weak);
    if MINE.iter().any(|opening| said.starts_with(opening)) || (acts && !able) {
        return false;
    }
    let tokens = &reading.tokens;
    let Some(at) = tokens.iter().position(|token| token.kind.is_some()) else { return false };
    let named = tokens.get(at + 1).is_some_and(|next| {
        matches!(&*next.low, "named" | "called" | "name")
            || next.quoted
            || next.text.contains(['-', '.', '/'])
            || next.text.bytes().any(|b| b.is_ascii_digit())
    });
    let article = at > 0 && matches!(&*tokens[at - 1].low, "a" | "an");
    let plural = at == 1
        && tokens[at].plural
        && matches!(first, "can" | "do" | "does" | "will" | "should" | "must" | "could");
    let asks_object =
        matches!(first, "what" | "which") && !said.contains(" does a ") && !said.contains(" can a ");
    (article && !named && !asks_object) || plural || able
}

/// `what is a pod`, `what are configmaps`: a kind or topic, and nothing else.
fn is_definition(reading: &Reading<'_>, said: &str) -> bool {
    let Some(rest) =
        ["what is a ", "what is an ", "what's a ", "what's an ", "what is ", "what are ", "what's "]
            .iter()
            .find_map(|opening| said.strip_prefix(opening))
    else {
        return false;
    };
    let article =
        said.starts_with("what is a ") || said.starts_with("what is an ") || said.starts_with("what's a");
    let rest =
        rest.trim_end_matches(" in kubernetes").trim_end_matches(" in k8s").trim_end_matches(" kubernetes");
    let topic = FACTS.by_word.contains_key(rest) || crate::lexicon::LEXICON.kind(rest).is_some();
    topic
        || (article
            && reading.acts.iter().all(|act| act.weak)
            && reading
                .slots
                .iter()
                .all(|slot| matches!(slot.name, "where" | "svctype" | "headless" | "purpose"))
            && rest.len() < 60
            && !rest.contains(" in "))
}

fn told(request: &str, reading: &Reading<'_>, said: &str) -> String {
    if let Some(line) = command_in(request)
        && let Ok(command) = Command::parse(line)
    {
        return format!("`{line}`: {} Nothing was run.", command.explain());
    }
    let mut facts: Vec<&str> = Vec::new();
    for token in &reading.tokens {
        let word = token.kind.unwrap_or(&token.low);
        if let Some(&place) = FACTS.by_word.get(word)
            && !facts.contains(&FACTS.texts[place].as_str())
        {
            facts.push(&FACTS.texts[place]);
        }
    }
    if said.starts_with("how to") || said.starts_with("how do i") || said.starts_with("how can i") {
        facts.truncate(1);
        facts.push(HOW);
    } else if facts.is_empty() {
        let own = reading.tokens.iter().any(|token| SELF.contains(&&*token.low)) || said.starts_with("help");
        facts.push(if own || said.contains("commands") { ABOUT } else { UNKNOWN });
    }
    facts.truncate(3);
    facts.join(" ")
}

/// The command that is quoted in a question.
pub(crate) fn command_in(request: &str) -> Option<&str> {
    let start = request.find("kubectl ")?;
    let quote = request[..start].chars().next_back().filter(|c| matches!(c, '\'' | '"' | '`'));
    let rest = &request[start..];
    Some(match quote.and_then(|quote| rest.find(quote)) {
        Some(end) => &rest[..end],
        None => rest.trim_end_matches(['?', '.', '!', ' ']).trim_end_matches(" do"),
    })
}

/// What to say when nothing was understood: a question of another world, or a question back.
pub(crate) fn unknown(reading: &Reading<'_>) -> Option<&'static str> {
    let asks_why = reading.tokens.iter().any(|token| matches!(&*token.low, "why" | "what's" | "how"));
    let plain = |token: &crate::token::Token<'_>| {
        token.kind.is_none() && token.word.is_some_and(|word| crate::lexicon::LEXICON.is_plain(word))
    };
    let everyday = reading.tokens.iter().filter(|token| plain(token)).count();
    if asks_why && reading.tokens.len() <= 5 && everyday < 2 {
        return None;
    }
    let kinds = reading.tokens.iter().any(|token| token.kind.is_some());
    if reading.tokens.iter().any(|token| matches!(&*token.low, "one" | "ones")) {
        // `that one, but in prod` is about something.
        return None;
    }
    let orders = reading.acts.iter().any(|act| act.start == 0 && !act.weak && act.name != "why");
    if imperative(reading) || orders {
        return None;
    }
    let strong = reading.acts.iter().any(|act| !act.weak && act.name != "why");
    if strong_words(reading) {
        return None;
    }
    let foreign = reading
        .tokens
        .iter()
        .filter(|token| token.word.is_none() && token.kind.is_none() && !token.is(crate::shape::MARK))
        .count()
        + everyday;
    (!kinds
        && !strong
        && (foreign >= 2 || foreign == 1 && reading.acts.iter().all(|act| act.weak))
        && reading.tokens.len() > 2)
        .then_some(UNKNOWN)
}

/// Whether the request begins as an order: what it lacks is asked for.
fn imperative(reading: &Reading<'_>) -> bool {
    const ORDERS: &[&str] = &[
        "expose",
        "label",
        "annotate",
        "taint",
        "scale",
        "delete",
        "create",
        "apply",
        "patch",
        "autoscale",
        "forward",
        "copy",
        "attach",
        "drain",
        "cordon",
        "give",
        "make",
        "add",
        "set",
        "fix",
        "clean",
        "move",
        "put",
        "change",
        "remove",
        "stop",
        "start",
        "run",
        "update",
        "upgrade",
        "schedule",
        "configure",
        "install",
        "setup",
        "prepare",
        "optimise",
        "optimize",
        "tidy",
        "repair",
        "increase",
        "reduce",
        "enable",
        "disable",
        "connect",
        "secure",
        "back",
        "backup",
        "migrate",
        "test",
        "deploy",
        "kill",
        "free",
        "reset",
        "restore",
        "rebuild",
        "recover",
        "wipe",
        "purge",
        "nuke",
        "shut",
        "sort",
        "improve",
    ];
    let opens = |word: &str| reading.tokens.iter().take(2).any(|token| &*token.low == word);
    if opens("can") && opens("you") {
        return true;
    }
    let first = reading
        .tokens
        .iter()
        .zip(&reading.marks)
        .find(|(token, mark)| **mark != crate::read::Mark::Filler || ORDERS.contains(&&*token.low));
    first.is_some_and(|(token, _)| ORDERS.contains(&&*token.low))
        && !reading.tokens.iter().any(|token| &*token.low == "?")
}

/// Whether a word of the trade is among the words, though no phrase was.
fn strong_words(reading: &Reading<'_>) -> bool {
    const TRADE: &[&str] = &[
        "replicas",
        "replica",
        "image",
        "images",
        "container",
        "containers",
        "namespace",
        "rollout",
        "label",
        "logs",
    ];
    reading.tokens.iter().any(|token| TRADE.contains(&&*token.low))
}
