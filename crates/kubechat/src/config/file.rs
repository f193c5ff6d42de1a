//! The configuration file of a running server: read, checked against what was seen, and replaced as a whole.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use kubechat_chat::{
    Configuration, ConfigurationError, KeptModels, KeySource, ModelChange, Prepared, WrongField,
};
use kubechat_models::Settings;
use kubechat_models::config::ProviderSettings;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;
use toml_edit::DocumentMut;
use uuid::Uuid;

use super::keys::{self, Keys};
use super::patch::{below, patch};
use super::{Config, PREFIX};

type Result<T, E = ConfigurationError> = std::result::Result<T, E>;

/// The section that is edited.
const SECTION: &str = "models";

/// The configuration file, and what decides beside it.
pub struct ConfigFile {
    path: PathBuf,
    /// Where keys are put that somebody types.
    keys: PathBuf,
    variables: Vec<(String, String)>,
    /// So that nobody can try values on the version of a file that holds a password.
    salt: Uuid,
}

/// What was read, and what it says.
struct Read {
    text: String,
    version: String,
    settings: Settings,
}

impl ConfigFile {
    /// The file at that path; keys are put below that folder.
    pub fn at(path: &Path, keys: &Path) -> Self {
        let variables = std::env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect();
        Self { path: path.to_owned(), keys: keys.join(SECTION), variables, salt: Uuid::new_v4() }
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    /// The file itself, where the path is a link to it.
    fn real(&self) -> PathBuf {
        fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    fn folder(&self) -> PathBuf {
        let real = self.real();
        real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
    }

    fn unusable(&self, reason: &str) -> ConfigurationError {
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        let reason = reason.trim_end_matches('.');
        ConfigurationError::Unusable(format!(
            "The configuration {} is not right: {reason}. Correct it there first.",
            self.path.display()
        ))
    }

    fn failed(&self, error: &io::Error) -> ConfigurationError {
        failed(&self.path, error)
    }

    fn read(&self) -> Result<Read> {
        let text = match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| self.unusable(&error.to_string()))?,
        };
        let settings = self.parse(&text)?;
        let version = kubechat_chat::hash_of_text(&format!("{}{text}", self.salt));
        Ok(Read { text, version, settings })
    }

    fn parse(&self, text: &str) -> Result<Settings> {
        let config = Config::parse(text, self.variables.iter().cloned());
        config.map(|config| config.models).map_err(|reason| self.unusable(&reason))
    }

    /// What the environment decides, by field.
    fn environment(&self) -> BTreeMap<String, String> {
        let of = |(name, _): &(String, String)| {
            let path = name.strip_prefix(PREFIX)?.to_lowercase();
            let (section, field) = path.split_once("__")?;
            (section == SECTION).then(|| (field.replace("__", "."), name.clone()))
        };
        self.variables.iter().filter_map(of).collect()
    }

    /// The text with these settings in it.
    fn edited(&self, read: &Read, then: &Settings, without_key: &[String]) -> Result<String> {
        let mut document: DocumentMut =
            read.text.parse().map_err(|error: toml_edit::TomlError| self.unusable(&error.to_string()))?;
        let (now, then) = (written(&read.settings, then), map(then));
        if let Some(section) = below(document.as_table_mut(), SECTION, false) {
            patch(section, &now, &then);
            let providers = section.get_mut("provider").and_then(toml_edit::Item::as_table_like_mut);
            if let Some(providers) = providers {
                for name in without_key {
                    let provider = providers.get_mut(name).and_then(toml_edit::Item::as_table_like_mut);
                    provider.map(|provider| provider.remove("key"));
                }
            }
        }
        Ok(document.to_string())
    }

    /// A file beside the one that it will replace, whole and durable.
    fn staged(&self, text: &str) -> io::Result<NamedTempFile> {
        let mut file =
            tempfile::Builder::new().prefix(".config-").suffix(".new").tempfile_in(self.folder())?;
        let mode = match fs::metadata(self.real()) {
            Ok(there) => there.permissions().mode() & 0o777,
            Err(_) => 0o600,
        };
        file.as_file().set_permissions(Permissions::from_mode(mode))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file)
    }

    /// A file of its own for a key, which only we may read.
    fn staged_key(&self, name: &str, key: &secrecy::SecretString) -> io::Result<NamedTempFile> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.keys)?;
        let mut file = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .suffix(keys::SUFFIX)
            .tempfile_in(fs::canonicalize(&self.keys)?)?;
        file.write_all(key.expose_secret().as_bytes())?;
        file.as_file().sync_all()?;
        File::open(&self.keys)?.sync_all()?;
        Ok(file)
    }
}

impl Configuration for ConfigFile {
    fn models(&self) -> Result<KeptModels> {
        let Read { version, settings, .. } = self.read()?;
        let environment = self.environment();
        let source = |(name, provider): (&String, &ProviderSettings)| {
            let variable = environment.get(&format!("provider.{name}.key"));
            let source = match (variable, &provider.key, &provider.key_file) {
                (Some(variable), _, _) => KeySource::Environment(variable.clone()),
                (None, Some(_), _) => KeySource::Configuration,
                (None, None, Some(path)) => KeySource::File(path.clone()),
                (None, None, None) => KeySource::None,
            };
            (name.clone(), source)
        };
        let keys = settings.provider.iter().map(source).collect();
        let writable = rustix::fs::access(self.folder(), rustix::fs::Access::WRITE_OK);
        let read_only = writable.err().map(|error| self.failed(&error.into()).to_string());
        Ok(KeptModels { version, place: self.place(), read_only, settings, keys, environment })
    }

    fn prepare(&self, change: ModelChange) -> Result<Box<dyn Prepared>> {
        // Whoever else edits it in this way waits until we are done.
        let lock = File::open(self.folder()).and_then(|folder| folder.lock().map(|()| folder));
        let lock = lock.map_err(|error| self.failed(&error))?;
        let read = self.read()?;
        if read.version != change.version {
            return Err(ConfigurationError::Changed { place: self.place() });
        }
        let environment = self.environment();
        let keys = Keys { folder: &self.keys, before: &read.settings, environment: &environment };
        let ModelChange { settings: mut then, keys: given, .. } = change;
        let mut wrong = keys.wrong(&then, &given);
        wrong.extend(decided_elsewhere(&environment, &map(&read.settings), &map(&then)));
        if !wrong.is_empty() {
            return Err(ConfigurationError::Wrong { fields: wrong });
        }
        let without_key = keys.replaced(&then, &given);
        let mut staged_keys = Vec::new();
        for (name, key) in &given {
            let Some(provider) = then.provider.get_mut(name) else { continue };
            provider.key_file = None;
            if let Some(key) = key {
                let file = self.staged_key(name, key).map_err(|error| self.failed(&error))?;
                provider.key_file = Some(file.path().to_owned());
                staged_keys.push(file);
            }
        }
        let text = self.edited(&read, &then, &without_key)?;
        let settings = self.parse(&text)?;
        if json!(settings) != json!(then) {
            return Err(self.unusable("it is written in a way that can't be changed here"));
        }
        let file = self.staged(&text).map_err(|error| self.failed(&error))?;
        let spare = keys.spare(&settings);
        Ok(Box::new(Staged { settings, file, keys: staged_keys, spare, to: self.real(), folder: lock }))
    }
}

/// A change that lies beside the file.
struct Staged {
    settings: Settings,
    file: NamedTempFile,
    keys: Vec<NamedTempFile>,
    /// Files of keys that nobody names any more.
    spare: Vec<PathBuf>,
    to: PathBuf,
    /// Locked until this is dropped.
    folder: File,
}

impl Prepared for Staged {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn commit(self: Box<Self>) -> Result<()> {
        self.file.persist(&self.to).map_err(|error| failed(&self.to, &error.error))?;
        // From here on it has happened: what follows is tidying.
        for key in self.keys {
            if let Err(error) = key.keep() {
                tracing::error!(%error, "the file of a key could not be kept");
            }
        }
        if let Err(error) = self.folder.sync_all() {
            tracing::error!(%error, "the folder of the configuration could not be synced");
        }
        for path in self.spare {
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(path = %path.display(), %error, "the file of a key that is not used any more stays");
            }
        }
        Ok(())
    }
}

/// Why a file could not be written; one that is mounted by itself can't be replaced.
fn failed(path: &Path, error: &io::Error) -> ConfigurationError {
    let (place, reason) = (path.display().to_string(), error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::ResourceBusy => {
            ConfigurationError::ReadOnly { place, reason }
        }
        _ => ConfigurationError::NotWritten { place, reason },
    }
}

fn map(settings: &Settings) -> Map<String, Value> {
    match json!(settings) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// What is now, with the defaults of providers that are new, so that only what differs from them is written.
fn written(now: &Settings, then: &Settings) -> Map<String, Value> {
    let now_there = &now.provider;
    let mut now = map(now);
    if let Some(Value::Object(there)) = now.get_mut("provider") {
        for (name, provider) in then.provider.iter().filter(|(name, _)| !now_there.contains_key(*name)) {
            let mut defaults =
                json!(ProviderSettings::new(provider.kind, provider.endpoint.clone(), String::new()));
            for needed in ["kind", "endpoint", "model"] {
                defaults.as_object_mut().and_then(|defaults| defaults.remove(needed));
            }
            there.insert(name.clone(), defaults);
        }
    }
    now
}

/// The fields that were changed although the environment decides them.
fn decided_elsewhere(
    environment: &BTreeMap<String, String>,
    now: &Map<String, Value>,
    then: &Map<String, Value>,
) -> Vec<WrongField> {
    let at = |map: &Map<String, Value>, field: &str| {
        let mut path = field.split('.');
        let first = path.next().and_then(|key| map.get(key)).cloned();
        path.fold(first, |value, key| value?.get(key).cloned())
    };
    let changed = |field: &&String| at(now, field) != at(then, field);
    environment
        .iter()
        .filter(|(field, _)| changed(field))
        .map(|(field, variable)| WrongField {
            field: field.clone(),
            message: format!("{field} is set by {variable} of the environment. Change it there."),
        })
        .collect()
}
