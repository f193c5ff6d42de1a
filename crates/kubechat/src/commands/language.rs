//! `translate` and `classify`: the language alone, without a cluster.

use std::io::BufRead as _;
use std::path::Path;
use std::time::{Duration, Instant};

use kubechat_chat::{Chain, Error, Person};
use kubechat_kubectl::{Command, Level};
use kubechat_kubectl::{classify as classify_line, classify_with};
use kubechat_models::words;
use kubechat_translate::{Context, Outcome, Translation};
use serde_json::{Value, json};

use super::attach;
use crate::cli::{Global, Output};
use crate::exit::{self, Exit};
use crate::open::{OpenError, model_chain};
use crate::print;

/// Words to a command; every line of standard input without a request.
pub async fn translate(
    global: &Global,
    request: Option<&str>,
    context_file: Option<&Path>,
    provider: &str,
) -> Exit {
    let context = match context(global, context_file) {
        Ok(context) => context,
        Err(message) => return print::usage(&message),
    };
    let engine = match Engine::of(global, provider).await {
        Ok(engine) => engine,
        Err(error) => return print::open_failed(global, &error),
    };
    let Some(request) = request else {
        return each_line(async |line| match engine.translation(line, &context).await {
            Ok((object, _)) => object,
            Err(error) => json!({"error": {"code": error.code(), "message": error.to_string()}}),
        })
        .await;
    };
    let (object, translation) = match engine.translation(request, &context).await {
        Ok(translated) => translated,
        Err(error) => return print::chain_failed(global, &error),
    };
    match global.output {
        Output::Json => println!("{object}"),
        Output::Text => {
            for command in &translation.commands {
                println!("{command}");
            }
            let said = translation.message.as_deref();
            let explained = (!translation.explanation.is_empty()).then_some(translation.explanation.as_str());
            for text in [explained, said].into_iter().flatten() {
                println!("{text}");
            }
            for choice in &translation.choices {
                println!("  {choice}");
            }
        }
    }
    match translation.outcome {
        Outcome::Command | Outcome::Answer => exit::DONE,
        Outcome::Clarify => exit::UNCLEAR,
        Outcome::Refuse => exit::REFUSED,
    }
}

fn context(global: &Global, file: Option<&Path>) -> Result<Context, String> {
    let mut context = match file {
        None => Context::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("The context file {} can't be read: {error}.", path.display()))?;
            serde_json::from_str(&text).map_err(|error| {
                format!(
                    "The context file {} is not {{namespace, kinds, names, last}}: {error}.",
                    path.display()
                )
            })?
        }
    };
    if global.namespace.is_some() {
        context.namespace.clone_from(&global.namespace);
    }
    Ok(context)
}

/// Who translates.
enum Engine {
    Builtin,
    /// The language model of that name, asked for this person.
    Model {
        chain: Chain,
        name: String,
        person: Person,
    },
}

impl Engine {
    async fn of(global: &Global, provider: &str) -> Result<Self, OpenError> {
        if provider == "builtin" {
            return Ok(Self::Builtin);
        }
        let (chain, person) = model_chain(global).await?;
        if chain.models().router.provider(provider).is_none() {
            return Err(kubechat_models::Error::Settings {
                provider: provider.to_owned(),
                field: "name",
                reason: format!("there is no [models.provider.{provider}]; `builtin` needs none"),
            }
            .into());
        }
        Ok(Self::Model { chain, name: provider.to_owned(), person })
    }

    async fn translation(&self, request: &str, context: &Context) -> Result<(Value, Translation), Error> {
        let begun = Instant::now();
        let builtin = kubechat_translate::translate(request, context);
        // What is guarded against is refused before a model hears of it.
        let (translation, code, provider) = match self {
            Self::Model { chain, name, person } if !words::is_guarded(&builtin) => {
                match chain.translate(person, request, context, &builtin, name).await? {
                    Ok(translation) => (translation, None, name.as_str()),
                    Err(why) => (unanswered(builtin, why.message), Some(why.code), name.as_str()),
                }
            }
            _ => (builtin, None, "builtin"),
        };
        let mut object = object(&translation, provider, begun.elapsed());
        if let Some(code) = code {
            object["error"] = json!({ "code": code, "message": translation.message });
        }
        Ok((object, translation))
    }
}

/// A question back, that says why there is no answer.
fn unanswered(builtin: Translation, message: String) -> Translation {
    Translation {
        outcome: Outcome::Clarify,
        commands: Vec::new(),
        filter: None,
        explanation: String::new(),
        message: Some(message),
        choices: Vec::new(),
        confidence: 0.0,
        ..builtin
    }
}

fn object(translation: &Translation, provider: &str, elapsed: Duration) -> Value {
    let outcome = match translation.outcome {
        Outcome::Command => "command",
        Outcome::Clarify => "clarify",
        Outcome::Refuse => "refuse",
        Outcome::Answer => "answer",
    };
    let level = |command: &Command| classify_line(&command.to_string()).level;
    let steps: Vec<Value> = translation
        .commands
        .iter()
        .map(|command| {
            json!({"command": command.to_string(), "explanation": command.explain(), "safety_level": level(command)})
        })
        .collect();
    let refused = translation.outcome == Outcome::Refuse;
    let highest = translation.commands.iter().map(level).max().or(refused.then_some(Level::Refused));
    let only = (steps.len() == 1).then(|| translation.commands.first().map(ToString::to_string)).flatten();
    json!({
        "command": only,
        "steps": if steps.len() > 1 { steps } else { Vec::new() },
        "where": translation.filter,
        "explanation": translation.explanation,
        "safety_level": highest,
        "confidence": translation.confidence,
        "provider": provider,
        "outcome": outcome,
        "message": translation.message,
        "choices": translation.choices,
        "elapsed_us": u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
    })
}

/// The level of a line; of every line of standard input without one.
pub async fn classify(global: &Global, line: Option<&str>) -> Exit {
    let Some(line) = line else {
        return each_line(async |line| json!(classify_line(line))).await;
    };
    let classified = classify_with(line, &attach::if_there(line));
    match global.output {
        Output::Json => println!("{}", json!(classified)),
        Output::Text => {
            println!("{}", classified.level.as_str());
            for reason in &classified.reasons {
                println!("  {}: {}", reason.id, reason.text);
            }
        }
    }
    if classified.level == Level::Refused { exit::REFUSED } else { exit::DONE }
}

async fn each_line(work: impl AsyncFn(&str) -> Value) -> Exit {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        match line {
            Ok(line) => {
                // A reader that has gone needs no more lines.
                if writeln!(out, "{}", work(&line).await).and_then(|()| out.flush()).is_err() {
                    return exit::DONE;
                }
            }
            Err(error) => {
                let message = format!("a line could not be read: {error}");
                if writeln!(out, "{}", json!({"error": {"code": "input", "message": message}})).is_err() {
                    return exit::DONE;
                }
            }
        }
    }
    exit::DONE
}
