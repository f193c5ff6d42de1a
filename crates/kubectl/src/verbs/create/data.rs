//! The keys of a new ConfigMap or Secret, from literals and from attached files.

use std::collections::BTreeMap;

use crate::documents::{Attachments, bytes_of, texts_of};
use crate::options::Options;
use crate::refusal::Refusal;
use crate::source::{Place, missing};

/// Keys with what they hold.
pub(super) type Data = BTreeMap<String, Vec<u8>>;

/// A key and the file that it is read from, as `--from-file` names them.
struct Origin<'a> {
    key: Option<&'a str>,
    path: &'a str,
}

/// `--from-file=[KEY=]PATH`.
fn origins(options: &Options) -> impl Iterator<Item = Origin<'_>> {
    let origin = |text| match str::split_once(text, '=') {
        Some((key, path)) => Origin { key: Some(key), path },
        None => Origin { key: None, path: text },
    };
    options.get("from-file").into_iter().flat_map(|list| list.split(',')).map(origin)
}

fn env_files(options: &Options) -> impl Iterator<Item = &str> {
    options.get("from-env-file").into_iter().flat_map(|list| list.split(','))
}

/// The files that the flags name.
pub(super) fn places(options: &Options) -> Vec<Place> {
    let files = origins(options).map(|origin| Place::data(origin.path, origin.key.is_none()));
    files.chain(env_files(options).map(|path| Place::data(path, false))).collect()
}

/// Refuses what kubectl refuses before it reads any file.
pub(super) fn check(options: &Options, literals: bool) -> Result<(), Refusal> {
    if env_files(options).next().is_some() && (literals || origins(options).next().is_some()) {
        return Err(Refusal::new(
            "bad-value",
            "`--from-env-file` can't be combined with `--from-file` or `--from-literal`; give one of them.",
        ));
    }
    for origin in origins(options) {
        if origin.path.is_empty() || origin.path.contains('=') {
            return Err(Refusal::new("bad-value", "`--from-file` takes FILE or KEY=FILE."));
        }
        origin.key.map_or(Ok(()), check_key)?;
    }
    Ok(())
}

/// Everything that the flags give.
pub(super) fn gather(
    literals: &[(String, String)],
    options: &Options,
    attachments: &Attachments,
) -> Result<Data, Refusal> {
    let mut data = Data::new();
    for origin in origins(options) {
        file(&origin, attachments, &mut data)?;
    }
    for path in env_files(options) {
        environment(path, attachments, &mut data)?;
    }
    for (key, value) in literals {
        add(&mut data, key, value.as_bytes().to_vec())?;
    }
    Ok(data)
}

fn file(origin: &Origin<'_>, attachments: &Attachments, data: &mut Data) -> Result<(), Refusal> {
    let texts = texts_of(origin.path, false, attachments);
    let plain = |name: &str| name.trim_start_matches("./").trim_end_matches('/').to_owned();
    let whole = matches!(texts.as_slice(), [(name, _)] if plain(name) == plain(origin.path));
    match (texts.as_slice(), origin.key) {
        ([], _) => Err(missing(origin.path)),
        ([(name, text)], key) if whole => {
            let base = name.rsplit('/').next().unwrap_or(name);
            add(data, key.unwrap_or(base), bytes_of(name, text)?)
        }
        (_, Some(key)) => Err(Refusal::new(
            "bad-value",
            format!(
                "{} is a folder, so it can't be the one key `{key}`; leave out `{key}=`, or name a file.",
                origin.path
            ),
        )),
        (texts, None) => texts.iter().try_for_each(|(name, text)| {
            add(data, name.rsplit('/').next().unwrap_or(name), bytes_of(name, text)?)
        }),
    }
}

/// Lines of `NAME=VALUE`, with comments; every character of the value counts.
fn environment(path: &str, attachments: &Attachments, data: &mut Data) -> Result<(), Refusal> {
    let texts = texts_of(path, false, attachments);
    let [(name, text)] = texts.as_slice() else { return Err(missing(path)) };
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            let text = format!(
                "{name}, line {}: `{line}` takes its value from the environment, which does not come with the command. Write NAME=VALUE.",
                at + 1
            );
            return Err(Refusal::new("bad-value", text));
        };
        let good = key.starts_with(|c: char| !c.is_ascii_digit())
            && key.chars().all(|c| c.is_ascii_graphic() && c != '=');
        if !good {
            let text = format!("{name}, line {}: `{key}` is not the name of a variable.", at + 1);
            return Err(Refusal::new("bad-value", text));
        }
        add(data, key, value.as_bytes().to_vec())?;
    }
    Ok(())
}

fn add(data: &mut Data, key: &str, value: Vec<u8>) -> Result<(), Refusal> {
    check_key(key)?;
    match data.insert(key.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(Refusal::new("bad-value", format!("The key `{key}` is given twice; give it once."))),
    }
}

pub(super) fn check_key(key: &str) -> Result<(), Refusal> {
    let good = !key.is_empty()
        && key.len() <= 253
        && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && key != "."
        && !key.starts_with("..");
    if good {
        return Ok(());
    }
    Err(Refusal::new(
        "bad-value",
        format!("`{key}` is not a key: keys are letters, digits, `-`, `_` and `.`."),
    ))
}
