//! The way from a request to its translation: guard, paste, answer, clauses, intent, command.

use kubechat_kubectl::Command;

use crate::answer;
use crate::choose::choose;
use crate::clauses;
use crate::compose::{Draft, Intent, Made, Scene, Stop, WORKLOADS};
use crate::context::{Context, Given, Pending};
use crate::follow::{self, Before};
use crate::frame::{self, Frame, Target};
use crate::lexicon::LEXICON;
use crate::paste;
use crate::place;
use crate::read::{self, Reading};
use crate::token::Token;
use crate::{Outcome, Span, Translation};

/// The longest request that is read.
const LONGEST: usize = 4000;
/// Below this confidence a command is only offered.
const ENOUGH: f64 = 0.5;

/// Translates one request.
pub(crate) fn translate(request: &str, context: &Context) -> Translation {
    if request.trim().is_empty() {
        return ask("What would you like to see or do?".to_owned(), Vec::new());
    }
    if request.len() > LONGEST {
        return ask(
            "That is more than I can read at once. What is the one thing you want?".to_owned(),
            Vec::new(),
        );
    }
    if let Some(line) = paste::line(request) {
        return pasted(&line);
    }
    let reading = read::read(request, context);
    if let Some(advice) = guarded(&reading) {
        return plain(Outcome::Refuse, advice, 0.95);
    }
    let fresh = || understand(request, &reading, context);
    if let Some(pending) = context.last.as_ref().and_then(|last| last.pending.as_ref()) {
        return continued(&reading, pending, context, fresh);
    }
    fresh()
}

/// Acts, slots, objects and what is left over, one line for each clause.
pub(crate) fn trace(request: &str, context: &Context) -> String {
    let reading = read::read(request, context);
    let mut lines = Vec::new();
    for clause in clauses::split(&reading) {
        let frame = frame::frame(&reading, clause.start, clause.end, context);
        let acts: Vec<_> = frame.acts.iter().map(|act| act.name).collect();
        let slots: Vec<_> =
            frame.slots.iter().map(|slot| format!("{}={}", slot.hit.name, slot.hit.value)).collect();
        let targets: Vec<_> = frame
            .targets
            .iter()
            .map(|target| {
                let kind = target.kind.as_deref().unwrap_or("?");
                format!("{} {kind} {}", target.prep, target.names.join(",")).trim().to_owned()
            })
            .collect();
        let left: Vec<_> = frame.residue.iter().map(|(word, _)| word.as_str()).collect();
        lines.push(format!("acts {acts:?} slots {slots:?} objects {targets:?} left {left:?}"));
    }
    lines.join("\n")
}

fn understand(request: &str, reading: &Reading<'_>, context: &Context) -> Translation {
    if reading.marks.iter().all(|mark| *mark == read::Mark::Filler) {
        return plain(Outcome::Answer, answer::ABOUT.to_owned(), 0.9);
    }
    if !request.chars().any(char::is_alphabetic) && request.chars().any(|c| "+-*/=".contains(c)) {
        return plain(Outcome::Answer, answer::UNKNOWN.to_owned(), 0.8);
    }
    if let Some(text) = answer::answer(request, reading) {
        return plain(Outcome::Answer, text, 0.9);
    }
    compose(request, reading, context, &[])
}

/// The advice of the first guard that the request runs into.
fn guarded(reading: &Reading<'_>) -> Option<String> {
    let piped = |token: &Token<'_>| !token.quoted && matches!(token.text, "|" | "||" | "&&" | "|&");
    if reading.tokens.iter().any(piped) {
        return Some(
            "KubeChat runs no shell: say the steps one after the other, and what to filter by, in words."
                .to_owned(),
        );
    }
    let inside = reading.tokens.iter().any(|token| {
        token.kind.is_some_and(|kind| kind == "pods" || kind == "jobs" || WORKLOADS.contains(&kind))
            || &*token.low == "container"
    });
    let present = LEXICON.guards.present(&reading.tokens);
    (0..reading.tokens.len())
        .filter_map(|at| LEXICON.guards.longest(&reading.tokens, at, &present))
        .find(|found| !(found.rule.meaning.outside && inside))
        .map(|found| found.rule.meaning.advice.clone())
}

/// A line that was given as such is taken or refused as it is.
fn pasted(line: &str) -> Translation {
    match Command::parse(line) {
        Ok(command) => Translation {
            outcome: Outcome::Command,
            explanation: command.explain(),
            commands: vec![command],
            confidence: 1.0,
            ..plain(Outcome::Command, String::new(), 1.0).silent()
        },
        Err(refusal) => plain(Outcome::Refuse, refusal.message, 1.0),
    }
}

/// The request after a question of ours: its answer, or something new.
fn continued(
    reading: &Reading<'_>,
    pending: &Pending,
    context: &Context,
    fresh: impl Fn() -> Translation,
) -> Translation {
    let new = fresh();
    // Who says what to do asks for something new, even if that lacks something too; a lone word may be a name.
    let says_what_to_do = !reading.acts.is_empty();
    if says_what_to_do && (new.outcome == Outcome::Command || reading.tokens.len() > 1) {
        return new;
    }
    let Some(given) = given(reading, pending, context) else { return new };
    let mut all = pending.given.clone();
    all.push(given);
    let first = read::read(&pending.request, context);
    let full = compose(&pending.request, &first, context, &all);
    if full.outcome == Outcome::Command || full.pending.is_some() { full } else { new }
}

/// What the answer gives for the slot that was asked for.
fn given(reading: &Reading<'_>, pending: &Pending, context: &Context) -> Option<Given> {
    let mut frame = frame::frame(reading, 0, reading.tokens.len(), context);
    let value =
        |text: &str| Given { slot: pending.slot.clone(), value: text.to_owned(), kind: pending.kind.clone() };
    match pending.slot.as_str() {
        "name" => {
            if frame.pronoun.is_some() || frame.ordinal.is_some() {
                let before = follow::before(context.last.as_ref());
                follow::resolve(&mut frame, &before, context).ok()?;
            }
            let target = frame.targets.iter().find(|target| !target.names.is_empty())?;
            let kind = target.kind.clone().or_else(|| pending.kind.clone());
            Some(Given { slot: "name".to_owned(), value: target.names[0].clone(), kind })
        }
        "kind" => frame.targets.iter().find_map(|target| target.kind.as_deref()).map(value),
        "replicas" => {
            let number = reading.tokens.iter().find(|token| token.is(crate::shape::COUNT))?;
            Some(value(number.value()))
        }
        "pairs" => {
            reading.tokens.iter().find(|token| token.is(crate::shape::PAIR)).map(|token| value(token.text))
        }
        "image" => {
            let image = reading.tokens.iter().find(|token| token.is(crate::shape::IMAGE))?;
            Some(value(image.text))
        }
        _ => None,
    }
}

/// Every clause to a command; one that fails makes the whole a question.
fn compose(request: &str, reading: &Reading<'_>, context: &Context, given: &[Given]) -> Translation {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut before = follow::before(context.last.as_ref());
    let mut understood = Vec::new();
    let mut acts = Vec::new();
    let clauses = clauses::split(reading);
    for part in &clauses {
        let mut frame = frame::frame(reading, part.start, part.end, context);
        if part.remark {
            // What it is about can be what `it` stands for in the next clause.
            before.targets = remarked(&frame);
            continue;
        }
        if frame.acts.is_empty() {
            // `scale web to 3 and api to 5`
            frame.acts.clone_from(&acts);
        }
        acts.clone_from(&frame.acts);
        understood.extend(spans(reading, &frame));
        if clauses.len() == 1
            && context.last.as_ref().is_some_and(|last| !last.command.is_empty())
            && let Some(again) = repeated(&mut frame.clone(), context)
        {
            return again;
        }
        if !drafts.is_empty() && frame.has("here") && before.namespace.is_some() {
            frame.put("there", "true".to_owned());
        }
        let mut made = clause(&mut frame.clone(), &before, context);
        if let Err(Stop::Ask { slot: Some(("name", _)), .. }) = &made
            && !before.targets.is_empty()
            && (!drafts.is_empty() || clauses[0].remark)
            && frame.targets.is_empty()
        {
            // A step that names nothing is about what the step before was about.
            frame.pronoun = Some(true);
            made = clause(&mut frame.clone(), &before, context);
        }
        if let Err(Stop::Ask { slot: Some(_), .. }) = &made
            && !given.is_empty()
        {
            for one in given {
                inject(&mut frame, one);
            }
            made = clause(&mut frame, &before, context);
        }
        match made {
            Ok(draft) => {
                if !draft.targets.is_empty() {
                    before.targets.clone_from(&draft.targets);
                }
                if draft.namespace.is_some() {
                    before.namespace.clone_from(&draft.namespace);
                }
                drafts.push(draft);
            }
            Err(stop) => return stopped(stop, request, reading, given).with(understood),
        }
    }
    if drafts.len() > 1 && drafts.iter().any(|draft| draft.partial) {
        return stopped(Stop::Lost, request, reading, given).with(understood);
    }
    finish(&drafts).with(understood)
}

/// The objects that a remark names.
fn remarked(frame: &Frame) -> Vec<(String, String)> {
    let named =
        frame.targets.iter().filter_map(|target| Some((target.kind.clone()?, target.names.first()?.clone())));
    named.collect()
}

/// `now in staging`: the last command elsewhere.
fn repeated(frame: &mut Frame, context: &Context) -> Option<Translation> {
    if frame.acts.iter().any(|act| !act.weak)
        || frame.acts.iter().any(|act| act.word == "show" || act.word == "list")
    {
        return None;
    }
    let opener = frame.targets.iter().all(|target| target.kind.is_none());
    let (namespace, factor) = place::settle_follow(frame, context)?;
    let command = follow::again(frame, namespace.as_deref(), context.last.as_ref())?;
    let confidence = if opener { 0.9 } else { 0.85 } * factor;
    Some(Translation {
        explanation: command.explain(),
        commands: vec![command],
        ..plain(Outcome::Command, String::new(), confidence).silent()
    })
}

/// Puts an answer where it was missing.
fn inject(frame: &mut Frame, given: &Given) {
    match given.slot.as_str() {
        "name" => {
            let target = Target {
                kind: given.kind.clone(),
                names: vec![given.value.clone()],
                ..frame.targets.first().cloned().unwrap_or_default()
            };
            frame.pronoun = None;
            frame.targets.truncate(1);
            match frame.targets.first_mut() {
                Some(first) => {
                    let kind = target.kind.clone().or_else(|| first.kind.clone());
                    *first = Target { kind, ..target };
                }
                None => frame.targets.push(target),
            }
        }
        "kind" => {
            frame.targets.push(Target { kind: Some(given.value.clone()), plural: true, ..Target::default() });
        }
        "replicas" => frame.put("replicas", given.value.clone()),
        "pairs" => frame.put("pairs", given.value.clone()),
        "image" => frame.put("image", given.value.clone()),
        _ => {}
    }
    if given.slot == "replicas" {
        frame.slots.retain(|slot| slot.hit.name != "delta");
    }
}

/// One clause to a draft that was understood to the last word, or nearly so when it only reads.
fn clause(frame: &mut Frame, before: &Before, context: &Context) -> Made {
    let (namespace, placed) = place::settle(frame, context)
        .map_err(|()| Stop::ask("One namespace at a time, please: which first?"))?;
    let leaning = follow::resolve(frame, before, context)?;
    let there = frame.has("there");
    let namespace = namespace.or_else(|| (leaning || there).then(|| before.namespace.clone()).flatten());
    comparison(frame)?;
    let (intent, sure) = choose(frame)?;
    if there && namespace.is_none() && intent.mutates {
        return Err(Stop::ask("Where: in which namespace?"));
    }
    settle_pairs(frame, intent);
    if matches!(intent.act, "get" | "describe" | "logs" | "explain") {
        name_behind_for(frame);
    }
    if frame.on("preview") && !frame.has("dry-run") && intent.mutates {
        frame.put("dry-run", "client".to_owned());
    }
    let scene = Scene { context, frame, namespace };
    let supposes = frame.says("what") && (frame.says("would") || frame.says("will"));
    if intent.mutates && supposes && !frame.has("dry-run") && !frame.on("preview") {
        return Err(Stop::ask("Do you want to see what it would do, as a dry run, or to do it?"));
    }
    let several = frame.targets.iter().map(|target| target.names.len()).sum::<usize>() > 1;
    if intent.mutates && several && frame.says("or") && !matches!(intent.act, "create" | "run") {
        return Err(Stop::ask("Which of them? Name the ones you mean."));
    }
    if intent.mutates && frame.has("notselector") {
        return Err(Stop::ask("Which exactly? List them first, then name the ones you mean."));
    }
    if frame.has("where") && intent.act != "get" {
        return Err(filtered(frame, intent));
    }
    let mut draft = (intent.build)(&scene)?;
    draft.confidence *= placed * sure;
    leftovers(frame, intent, &mut draft)?;
    Ok(draft)
}

/// A condition on what is not a listing.
fn filtered(frame: &Frame, intent: &Intent) -> Stop {
    let kind = frame.targets.iter().find_map(|target| target.kind.as_deref()).unwrap_or("pods");
    if intent.mutates {
        return Stop::ask(format!(
            "Which {kind} exactly? List those first, then name them; a change is not made to whatever a condition finds."
        ));
    }
    Stop::Lost
}

/// `pods using more than 500Mi`: what kubectl's selectors can't say.
fn comparison(frame: &Frame) -> Result<(), Stop> {
    const COMPARING: &[&str] = &["than", "older", "newer", "without", "more", "less", "fewer", "least"];
    let compares = frame.residue.iter().any(|(word, _)| COMPARING.contains(&word.as_str()));
    let whole =
        frame.targets.iter().any(|target| target.kind.is_some() && target.plural && target.names.is_empty());
    if compares && whole {
        return Err(Stop::ask(
            "kubectl can't choose objects by that. List them all, sorted where that helps, and name the ones you mean; \
             or give the condition as a `where` filter with `kubechat run`.",
        ));
    }
    Ok(())
}

/// `with app=web` chooses objects, or is what to write; the act decides. `all namespaces` alone is a listing.
fn settle_pairs(frame: &mut Frame, intent: &Intent) {
    let writes = matches!(
        intent.act,
        "label"
            | "annotate"
            | "create"
            | "deploy"
            | "set-image"
            | "set-env"
            | "run"
            | "rbac"
            | "taint"
            | "autoscale"
    );
    if matches!(intent.act, "label" | "annotate") {
        value_behind_to(frame);
    }
    let replaces = ["change", "replace", "overwrite", "modify", "switch"].iter().any(|word| frame.says(word));
    if matches!(intent.act, "label" | "annotate")
        && replaces
        && !frame.has("overwrite")
        && !frame.has("unset")
    {
        frame.put("overwrite", "true".to_owned());
    }
    frame.rename("with", if writes { "pairs" } else { "selector" });
    if matches!(intent.act, "label" | "annotate") && frame.acts_on("change") && !frame.has("pairs") {
        frame.rename("selector", "pairs");
    }
    if !intent.mutates {
        frame.rename("pairs", "selector");
    }
    let listed = intent.act == "get" && frame.targets.is_empty();
    if listed && let Some(at) = frame.slots.iter().position(|slot| slot.hit.name == "all-namespaces") {
        frame.slots.remove(at);
        frame.targets.push(Target { kind: Some("namespaces".to_owned()), plural: true, ..Target::default() });
    }
}

/// `a pod's yaml for web-0`: the name of the one object whose kind was said.
fn name_behind_for(frame: &mut Frame) {
    let [kind, name] = frame.targets.as_slice() else { return };
    let fits = kind.kind.is_some()
        && kind.names.is_empty()
        && !kind.plural
        && !kind.all
        && name.kind.is_none()
        && name.names.len() == 1
        && matches!(&*name.prep, "for" | "of" | "");
    if fits {
        frame.targets[0].names = frame.targets[1].names.clone();
        frame.targets.truncate(1);
    }
}

/// `change the label app of pod web-0 to v2`: the name behind `to` is the value.
fn value_behind_to(frame: &mut Frame) {
    let count = |frame: &Frame, name: &str| frame.slots.iter().filter(|slot| slot.hit.name == name).count();
    if count(frame, "key") != count(frame, "value") + 1 {
        return;
    }
    let lone = |target: &Target| {
        target.kind.is_none() && matches!(&*target.prep, "to" | "with") && target.names.len() == 1
    };
    if let Some(at) = frame.targets.iter().position(lone) {
        let target = frame.targets.remove(at);
        frame.put("value", target.names[0].clone());
        frame.put("overwrite", "true".to_owned());
    }
}

/// Words that nothing read: a change must have none, a reading few.
fn leftovers(frame: &Frame, intent: &Intent, draft: &mut Draft) -> Result<(), Stop> {
    const HARMLESS: &[&str] = &[
        "here",
        "there",
        "running",
        "all",
        "every",
        "namespace",
        "count",
        "again",
        "now",
        "ifexists",
        "purpose",
    ];
    let unread = frame.unread().filter(|slot| !HARMLESS.contains(&slot.name)).count();
    let conditional = frame.has("current");
    let open = |word: &str| {
        (word == "only" && !intent.mutates)
            || (intent.act == "scale" && matches!(word, "replicas" | "replica"))
            || (conditional && matches!(word, "if" | "when"))
            || (frame.has("field") && matches!(word, "use" | "uses" | "using" | "have" | "has" | "set"))
    };
    let residue: Vec<_> = frame.residue.iter().filter(|(word, _)| !open(word)).collect();
    let left = residue.len();
    // What is no word may be the name that was meant.
    let nameless = |word: &str| word.bytes().any(|b| !b.is_ascii_alphabetic() && b != b'\'');
    if residue.iter().any(|(word, _)| word.is_ascii() && nameless(word)) {
        return Err(Stop::Lost);
    }
    if intent.act == "why" && unread + left < 4 {
        return Ok(());
    }
    if residue.iter().any(|(_, turns)| *turns) || (intent.mutates && unread + left > 0) || unread + left > 1 {
        return Err(Stop::Lost);
    }
    if unread + left > 0 {
        draft.confidence *= 0.65;
        draft.partial = true;
    }
    if frame.corrected > 0 {
        draft.confidence *= if intent.mutates { 0.9 } else { 0.95 };
    }
    Ok(())
}

/// What is said when there is no command.
fn stopped(stop: Stop, request: &str, reading: &Reading<'_>, given: &[Given]) -> Translation {
    match stop {
        Stop::Refuse(message) => plain(Outcome::Refuse, message, 0.9),
        Stop::Ask { question, choices, slot } => {
            let pending = slot.map(|(slot, kind)| Pending {
                request: request.to_owned(),
                slot: slot.to_owned(),
                kind,
                given: given.to_vec(),
            });
            Translation { pending, ..ask(question, choices) }
        }
        Stop::Lost => match answer::unknown(reading) {
            Some(text) => plain(Outcome::Answer, text.to_owned(), 0.6),
            None => ask(
                "I'm not sure what you mean. Say what to do, to which kind and name, and where; for example \
                 “restart deployment web in shop”."
                    .to_owned(),
                Vec::new(),
            ),
        },
    }
}

/// Checks every line with the command language and puts the answer together.
fn finish(drafts: &[Draft]) -> Translation {
    let mut commands = Vec::with_capacity(drafts.len());
    let mut sentences = Vec::new();
    let mut confidence: f64 = 1.0;
    for draft in drafts {
        match Command::parse(&draft.line()) {
            Ok(command) => {
                sentences.push(command.explain());
                sentences.extend(draft.notes.iter().cloned());
                commands.push(command);
            }
            Err(refusal) => return ask(refusal.message, Vec::new()),
        }
        confidence = confidence.min(draft.confidence);
    }
    let mut filters = drafts.iter().filter_map(|draft| draft.filter.clone());
    let filter = filters.next();
    if filter.is_some() && (drafts.len() > 1 || filters.next().is_some()) {
        return ask("One condition at a time, please: which listing first?".to_owned(), Vec::new());
    }
    if let Some(filter) = &filter {
        sentences.push(format!("Only those are shown for which `{filter}` holds."));
    }
    if confidence < ENOUGH {
        let choices = commands.iter().map(ToString::to_string).collect();
        return ask("Did you mean this?".to_owned(), choices);
    }
    Translation {
        explanation: sentences.join(" "),
        commands,
        filter,
        ..plain(Outcome::Command, String::new(), confidence).silent()
    }
}

fn spans(reading: &Reading<'_>, frame: &Frame) -> Vec<Span> {
    let place = |at: usize| reading.tokens.get(at);
    frame
        .understood
        .iter()
        .filter_map(|(start, end, role)| {
            let (first, last) = (place(*start)?, place(end.checked_sub(1)?)?);
            Some(Span { start: first.start, end: last.end, role: (*role).to_owned() })
        })
        .collect()
}

fn ask(question: String, choices: Vec<String>) -> Translation {
    Translation { choices, ..plain(Outcome::Clarify, question, 0.9) }
}

fn plain(outcome: Outcome, message: String, confidence: f64) -> Translation {
    Translation {
        outcome,
        commands: Vec::new(),
        filter: None,
        explanation: String::new(),
        message: Some(message),
        choices: Vec::new(),
        confidence,
        provider: "builtin",
        pending: None,
        understood: Vec::new(),
    }
}

impl Translation {
    fn silent(self) -> Self {
        Self { message: None, ..self }
    }

    fn with(mut self, mut understood: Vec<Span>) -> Self {
        understood.sort_by_key(|span| (span.start, span.end));
        understood.dedup();
        self.understood = understood;
        self
    }
}
