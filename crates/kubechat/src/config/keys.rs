//! The keys of providers: where they may come from, and that each stays with the address that it was given for.
//!
//! Whoever may change providers may not thereby read what the server can: a key is never sent to another address than
//! before, and a file is taken for a key only out of the folder that is there for that.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kubechat_chat::WrongField;
use kubechat_models::Settings;
use kubechat_models::config::{ProviderSettings, is_name};
use secrecy::{ExposeSecret as _, SecretString};

/// How the name of a file ends that holds a key which somebody typed.
pub const SUFFIX: &str = ".key";

/// Keys that are given, by provider; those that are none are to go.
type Given = BTreeMap<String, Option<SecretString>>;

/// What the keys of a change are judged by.
pub struct Keys<'a> {
    /// The folder of keys.
    pub folder: &'a Path,
    /// How it was before.
    pub before: &'a Settings,
    /// What the environment decides, by field.
    pub environment: &'a BTreeMap<String, String>,
}

impl Keys<'_> {
    /// What is wrong with the keys of a change.
    pub fn wrong(&self, then: &Settings, given: &Given) -> Vec<WrongField> {
        let strangers = given.keys().filter(|name| !then.provider.contains_key(*name));
        let mut wrong: Vec<WrongField> =
            strangers.map(|name| of_key(name, "There is no such provider to have a key.")).collect();
        let removed = self.before.provider.keys().filter(|name| !then.provider.contains_key(*name));
        wrong.extend(removed.filter_map(|name| {
            let variable = self.variable(name)?;
            Some(of_key(
                name,
                &format!("Its key is set by {variable} of the environment. Take that away first."),
            ))
        }));
        wrong.extend(then.provider.iter().flat_map(|(name, provider)| hidden(name, provider)));
        wrong.extend(then.provider.iter().filter_map(|(name, provider)| {
            self.objection(name, provider, given.get(name)).map(|message| of_key(name, &message))
        }));
        wrong
    }

    /// Why the key of this provider can't be that.
    fn objection(
        &self,
        name: &str,
        provider: &ProviderSettings,
        given: Option<&Option<SecretString>>,
    ) -> Option<String> {
        if provider.key.is_some() {
            return Some("Send a key by itself, not among the settings.".to_owned());
        }
        let before = self.before.provider.get(name);
        match given {
            Some(_) if self.variable(name).is_some() => {
                let variable = self.variable(name).unwrap_or_default();
                Some(format!("The key is set by {variable} of the environment. Change it there."))
            }
            Some(Some(_)) if !is_name(name) => {
                Some("A provider with such a name can't have a key.".to_owned())
            }
            Some(Some(key)) if !is_key(key.expose_secret()) => {
                Some("A key is one line of visible characters, without spaces.".to_owned())
            }
            Some(_) => None,
            None => {
                let same = provider.key_file == before.and_then(|before| before.key_file.clone());
                match (&provider.key_file, before) {
                    (Some(path), _) if !same => self.not_to_be_taken(path),
                    (_, Some(before)) if same && has_key(before) && moved(before, provider) => Some(
                        "The key was given for another address. Give it again, or take it away.".to_owned(),
                    ),
                    _ => None,
                }
            }
        }
    }

    /// Why a file can't be named as one that holds a key.
    fn not_to_be_taken(&self, path: &Path) -> Option<String> {
        let taken = self.before.provider.values().any(|other| other.key_file.as_deref() == Some(path));
        if taken {
            return Some("This file holds the key of another provider.".to_owned());
        }
        let inside = path.parent().is_some_and(|folder| same_folder(folder, self.folder));
        (!inside || path.file_name().is_none()).then(|| {
            format!(
                "Only a file in {} can be named here. Put it there, or name it in the configuration file.",
                self.folder.display()
            )
        })
    }

    /// The variable that sets this provider's key, or names its file.
    fn variable(&self, name: &str) -> Option<&str> {
        let of = |field: &str| self.environment.get(&format!("provider.{name}.{field}"));
        of("key").or_else(|| of("key_file")).map(String::as_str)
    }

    /// The providers whose key does not stand in the configuration itself any more.
    pub fn replaced(&self, then: &Settings, given: &Given) -> Vec<String> {
        let other_file = |(name, provider): &(&String, &ProviderSettings)| {
            let before = self.before.provider.get(*name).and_then(|before| before.key_file.as_ref());
            given.contains_key(*name) || (provider.key_file.is_some() && provider.key_file.as_ref() != before)
        };
        then.provider.iter().filter(other_file).map(|(name, _)| name.clone()).collect()
    }

    /// The files that we made for keys and that are not named any more.
    pub fn spare(&self, then: &Settings) -> Vec<PathBuf> {
        let named: BTreeSet<&PathBuf> =
            then.provider.values().filter_map(|provider| provider.key_file.as_ref()).collect();
        let spare = |(name, provider): (&String, &ProviderSettings)| {
            let path = provider.key_file.as_ref().filter(|path| !named.contains(path))?;
            let file = path.file_name()?.to_str()?;
            let ours = file.starts_with(&format!("{name}-")) && file.ends_with(SUFFIX);
            (ours && path.parent().is_some_and(|folder| same_folder(folder, self.folder)))
                .then(|| path.clone())
        };
        self.before.provider.iter().filter_map(spare).collect()
    }
}

fn of_key(name: &str, message: &str) -> WrongField {
    WrongField { field: format!("provider.{name}.key"), message: message.to_owned() }
}

/// The addresses of a provider that hold more than an address: they would be kept, and shown, with it.
fn hidden(name: &str, provider: &ProviderSettings) -> Vec<WrongField> {
    let more = |url: &url::Url| {
        !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
    };
    let of = |field: &str, url: Option<&url::Url>| {
        url.is_some_and(more).then(|| WrongField {
            field: format!("provider.{name}.{field}"),
            message: "An address holds no name, password or parameters. Give a key as a key; a proxy's password stands in the configuration file.".to_owned(),
        })
    };
    [of("endpoint", Some(&provider.endpoint)), of("proxy", provider.proxy.as_ref())]
        .into_iter()
        .flatten()
        .collect()
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic())
}

fn has_key(provider: &ProviderSettings) -> bool {
    provider.key.is_some() || provider.key_file.is_some()
}

/// Whether what is sent goes to somebody else, or past somebody else.
fn moved(before: &ProviderSettings, then: &ProviderSettings) -> bool {
    let proxy = |provider: &ProviderSettings| provider.proxy.as_ref().map(url::Url::origin);
    before.endpoint.origin() != then.endpoint.origin() || proxy(before) != proxy(then)
}

fn same_folder(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}
